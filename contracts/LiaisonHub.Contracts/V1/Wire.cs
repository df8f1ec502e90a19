using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>How contracts become JSON: one set of options for every sender and reader.</summary>
public static class Wire
{
    /// <summary>camelCase names, enums as names, absent and null alike for optional fields. A missing or null required field, a repeated field, or more than 32 levels is an error;
    /// an unknown field is not, since a newer sender may know more.</summary>
    public static JsonSerializerOptions Json { get; } = Make();

    /// <summary>Largest signed document on a state's virtual host, in bytes: 1 MiB, the broker's limit in every deployment.</summary>
    public const int LargestDocument = 1024 * 1024;

    /// <summary>Largest signed act, in bytes: 720 KiB. The hub passes it on inside a notice of its own, a third larger, which must still fit <see cref="LargestDocument"/>.</summary>
    public const int LargestAct = 720 * 1024;

    static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            MaxDepth = 32,
            NumberHandling = JsonNumberHandling.Strict,
            AllowDuplicateProperties = false,
            PropertyNameCaseInsensitive = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>One kind of act.</summary>
/// <param name="Name">Name on the wire.</param>
/// <param name="Content">Type of the open part.</param>
/// <param name="Private">Type of the private part; null where there is none.</param>
/// <param name="PrivateRequired">False: the private part may be left out.</param>
public sealed record ActType(string Name, Type Content, Type? Private, bool PrivateRequired);

/// <summary>The acts of version 1. The name on the wire is the name of the content type.</summary>
public static class Acts
{
    /// <summary>All of them, by name.</summary>
    public static FrozenDictionary<string, ActType> All { get; } = new[]
    {
        Act<RequestSubmitted>(typeof(RequestParticulars), required: true),
        Act<RequestResubmitted>(typeof(RequestParticulars), required: true),
        Act<RequestAcknowledged>(),
        Act<RequestForwarded>(),
        Act<RequestReturned>(),
        Act<InformationRequested>(typeof(Explanation)),
        Act<InformationSupplied>(typeof(Explanation), required: true),
        Act<TranslationRequested>(),
        Act<TranslationSupplied>(typeof(Explanation), required: true),
        Act<AlternativeMeasureProposed>(typeof(Explanation)),
        Act<AlternativeAnswered>(typeof(Explanation)),
        Act<CostNoticeGiven>(),
        Act<CostAnswered>(),
        Act<ExtensionDeclared>(typeof(Explanation)),
        Act<RequestRecognised>(),
        Act<RefusalConsulted>(typeof(Explanation)),
        Act<ConsultationAnswered>(typeof(Explanation)),
        Act<RequestRefused>(typeof(Explanation)),
        Act<ExecutionPostponed>(),
        Act<ExecutionResumed>(),
        Act<DelayNotified>(),
        Act<TimingAgreed>(),
        Act<DelayReasonGiven>(),
        Act<EvidenceSent>(typeof(EvidenceParticulars), required: true),
        Act<EvidenceReceived>(),
        Act<EvidenceFoundDefective>(typeof(Explanation)),
        Act<UseConditionsAccepted>(),
        Act<OriginalsReturned>(),
        Act<ReturnWaived>(),
        Act<UseReported>(),
        Act<SupplementAnnounced>(),
        Act<RequestWithdrawn>(),
        Act<ScopeReduced>(),
        Act<StopConfirmed>(),
        Act<StatusAsked>(),
        Act<NoteSent>(typeof(Explanation)),
        Act<CorrectionMade>(typeof(Explanation)),
        Act<DisputeRaised>(typeof(Explanation)),
        Act<ReceiptGiven>(),
    }.ToFrozenDictionary(a => a.Name);

    /// <summary>The open part as its type.</summary>
    /// <exception cref="JsonException">The name is unknown, or a field is missing, null, misspelt in value or of the wrong kind.</exception>
    public static object Read(this Act act) =>
        All.TryGetValue(act.Type, out var type)
            ? act.Open.Deserialize(type.Content, Wire.Json) ?? throw new JsonException($"{act.Type}: the open part is null")
            : throw new JsonException($"Unknown act type '{act.Type}'");

    static ActType Act<T>(Type? sealedPart = null, bool required = false) => new(typeof(T).Name, typeof(T), sealedPart, required);
}

/// <summary>The notices of version 1. The name on the wire is the name of the content type.</summary>
public static class Notices
{
    /// <summary>All of them, by name.</summary>
    public static FrozenDictionary<string, Type> All { get; } = new[]
    {
        typeof(ActDelivered), typeof(ActAccepted), typeof(ActRefused), typeof(ReminderNotice), typeof(OverdueNotice), typeof(EscalationNotice), typeof(SilenceNotice),
        typeof(ReceiptNotice), typeof(UnopenedNotice), typeof(StatusReport),
    }.ToFrozenDictionary(t => t.Name);

    /// <summary>The body as its type.</summary>
    /// <exception cref="JsonException">The name is unknown, or a field is missing, null or of the wrong kind.</exception>
    public static object Read(this Notice notice) =>
        All.TryGetValue(notice.Type, out var type)
            ? notice.Body.Deserialize(type, Wire.Json) ?? throw new JsonException($"{notice.Type}: the body is null")
            : throw new JsonException($"Unknown notice type '{notice.Type}'");
}
