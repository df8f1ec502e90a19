using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LiaisonHub.Contracts.V1;

/// <summary>How contracts become JSON: one set of options for every sender and reader.</summary>
public static class Wire
{
    /// <summary>camelCase names, enums as names in their one spelling and never as numbers, absent and null alike for optional fields. A missing or null
    /// required field, a repeated field, a null in a list, or more than 32 levels
    /// is an error; an unknown field is not, since a newer sender may know more.</summary>
    public static JsonSerializerOptions Json { get; } = Make();

    /// <summary>Version of these contracts: the first number is the one of the namespace, the second grows with every optional member ("Since 1.n").</summary>
    public const string Version = "1.1";

    /// <summary>Largest signed document on a state's virtual host, in bytes: 1 MiB, the broker's limit in every deployment.</summary>
    public const int LargestDocument = 1024 * 1024;

    /// <summary>Largest signed act, in bytes: 720 KiB. The hub passes it on inside a notice of its own, a third larger, which must still fit
    /// <see cref="LargestDocument"/>.</summary>
    public const int LargestAct = 720 * 1024;

    /// <summary>Largest document that is not signed, in bytes: see <see cref="KeyMissing"/>.</summary>
    public const int LargestUnsigned = 1024;

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
            Converters = { new EnumNames() },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RefuseNullInLists } },
        };
        options.MakeReadOnly();
        return options;
    }

    // The platform's converter would also read 7, "7" and "requesting": the hub would pass on what a stricter receiver then refuses.
    sealed class EnumNames : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(EnumNames<>).MakeGenericType(typeToConvert))!;
    }

    sealed class EnumNames<T> : JsonConverter<T> where T : struct, Enum
    {
        static readonly FrozenDictionary<string, T> Values = Enum.GetValues<T>().ToFrozenDictionary(v => v.ToString(), StringComparer.Ordinal);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Values.TryGetValue(reader.GetString()!, out var value)
                ? value
                : throw new JsonException($"is none of {string.Join(", ", Enum.GetNames<T>())}");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Enum.IsDefined(value) ? value.ToString() : throw new JsonException($"{value:D} is no {typeof(T).Name}"));
    }

    // The reader holds a field to its nullability, but not what a list holds: ["en", null] would pass as a list of texts.
    static void RefuseNullInLists(JsonTypeInfo type)
    {
        var lists = type.Properties.Where(p => p.Get is not null && p.PropertyType.IsAssignableTo(typeof(IEnumerable<object>))).ToArray();
        if (type.Kind == JsonTypeInfoKind.Object && lists.Length > 0)
            type.OnDeserialized = read =>
            {
                foreach (var list in lists)
                    if (list.Get!(read) is IEnumerable<object?> entries && entries.Contains(null))
                        throw new JsonException($"{type.Type.Name}.{list.Name}: the list holds a null");
            };
    }
}

/// <summary>One kind of act.</summary>
/// <param name="Name">Name on the wire.</param>
/// <param name="Content">Type of the open part.</param>
/// <param name="Private">Type of the private part; null where there is none.</param>
/// <param name="PrivateRequired">False: the private part may be left out.</param>
public sealed record ActType(string Name, Type Content, Type? Private, bool PrivateRequired)
{
    /// <summary>True: the act can open a request.</summary>
    public bool Opens { get; } = Content.IsAssignableTo(typeof(IOpening));
}

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
        Act<CostReported>(typeof(Explanation)),
        Act<ExtensionDeclared>(typeof(Explanation)),
        Act<RequestRecognised>(),
        Act<RefusalConsulted>(typeof(Explanation)),
        Act<ConsultationAnswered>(typeof(Explanation)),
        Act<ReasonedObjectionMade>(typeof(Explanation)),
        Act<ObjectionReviewed>(typeof(Explanation)),
        Act<RequestRefused>(typeof(Explanation)),
        Act<NationalStepOpened>(),
        Act<NationalStepDecided>(typeof(Explanation)),
        Act<ExecutionPostponed>(),
        Act<ExecutionResumed>(),
        Act<DelayNotified>(),
        Act<TimingAgreed>(),
        Act<DelayReasonGiven>(),
        Act<ContactNoted>(),
        Act<MeetingMinuted>(),
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

        Act<PresenceNoLongerRequired>(),

        // Interception notice
        Act<InterceptionNotified>(typeof(RequestParticulars), required: true),
        Act<InterceptionObjected>(typeof(Explanation)),
        Act<InterceptionNotObjected>(),
        Act<InterceptionEnded>(),

        // Dispute
        Act<SettlementProposed>(),
        Act<SettlementAccepted>(),
        Act<AgreementFailed>(),
        Act<MediatorProposed>(),
        Act<MediatorAppointed>(),
        Act<MediationNoteMade>(typeof(Explanation), required: true),
        Act<MediationEnded>(),
        Act<PanelFormed>(),
        Act<ArbitrationDeclined>(),
        Act<InterpretationRequested>(),
        Act<InterpretationGiven>(),
        Act<AwardIssued>(),
        Act<AppealFiled>(),
        Act<RulingIssued>(),
        Act<HoldOrdered>(),
        Act<HoldProposed>(),
        Act<HoldAgreed>(),
        Act<HoldEnded>(),
        Act<ComplianceReported>(),
        Act<ComplianceAnswered>(),
        Act<ReciprocityMeasureTaken>(),
        Act<LessonRecorded>(),

        // Extradition
        Act<ProvisionalArrestRequested>(typeof(RequestParticulars), required: true),
        Act<ExtraditionRequested>(typeof(RequestParticulars), required: true),
        Act<TransitRequested>(typeof(RequestParticulars), required: true),
        Act<ArrestMade>(typeof(Explanation)),
        Act<RightsMilestoneReached>(),
        Act<ConsentReported>(typeof(Explanation)),
        Act<ReleaseReported>(),
        Act<ReviewOpened>(),
        Act<ImmunityFound>(typeof(Explanation)),
        Act<ImmunityAnswered>(typeof(Explanation)),
        Act<CompetingRequestNotified>(),
        Act<PriorityDecided>(),
        Act<AssuranceRequested>(typeof(Explanation)),
        Act<AssuranceAnswered>(typeof(Explanation)),
        Act<ExtraditionGranted>(typeof(Explanation)),
        Act<GrantConfirmed>(),
        Act<AppealLodged>(),
        Act<AppealDismissed>(),
        Act<SurrenderDateProposed>(),
        Act<SurrenderDateAgreed>(),
        Act<TransitAnswerReported>(),
        Act<SurrenderPostponed>(),
        Act<TemporarySurrenderAgreed>(typeof(Explanation), required: true),
        Act<PersonReturned>(),
        Act<PersonNotCollected>(),
        Act<SurrenderMade>(typeof(Explanation)),
        Act<SpecialtyConsentAsked>(typeof(Explanation)),
        Act<SpecialtyConsentDecided>(typeof(Explanation)),
        Act<FinalDischargeReported>(),
        Act<ProsecutionOffered>(typeof(Explanation)),
        Act<ProsecutionAnswered>(typeof(Explanation)),
        Act<ExtraditionOutcomeReported>(),
        Act<TransitGranted>(),

        // Preservation
        Act<PreservationRequested>(typeof(PreservationParticulars), required: true),
        Act<PreservationConfirmed>(),
        Act<PreservationExtended>(),
        Act<OtherProviderFound>(typeof(Explanation)),
        Act<FollowUpConfirmed>(),
        Act<PreservationNoLongerNeeded>(),
        Act<ExecutionImpossible>(typeof(Explanation)),

        // Emergency
        Act<EmergencyRequested>(typeof(RequestParticulars), required: true),
        Act<RightsCheckMade>(),
        Act<ValidationDecided>(typeof(Explanation)),
        Act<HoldersNamed>(),
        Act<HolderConfirmed>(typeof(Explanation)),
        Act<LaneDowngraded>(typeof(Explanation)),

        // Asset recovery
        Act<FreezingRequested>(typeof(AssetParticulars), required: true),
        Act<ConfiscationRequested>(typeof(AssetParticulars), required: true),
        Act<AssetsFrozen>(typeof(Explanation)),
        Act<RemedyFiled>(typeof(Explanation)),
        Act<RemedyDecided>(typeof(Explanation)),
        Act<AmountReduced>(),
        Act<ValueManaged>(typeof(Explanation)),
        Act<FreezingContinued>(),
        Act<FreezingLifted>(),
        Act<AssetsConfiscated>(),
        Act<VictimsRestituted>(),
        Act<SharingProposed>(typeof(Explanation)),
        Act<SharingAnswered>(typeof(Explanation)),
        Act<AssetReturned>(),
        Act<AssetReceiptConfirmed>(),

        // Correction
        Act<ErrorAcknowledged>(),
        Act<ErrorReported>(typeof(Explanation)),
        Act<ErrorContested>(typeof(Explanation)),
        Act<ErrorAssessed>(typeof(Explanation)),
        Act<CorrectionIssued>(typeof(Explanation)),
        Act<CopyConfirmed>(),
        Act<PersonInformed>(),
        Act<ErrorRemedied>(typeof(Explanation)),

        // Jurisdiction
        Act<ConcurrentProceedingsNotified>(typeof(RequestParticulars), required: true),
        Act<ConcurrentProceedingsAnswered>(typeof(Explanation)),
        Act<ForumProposed>(typeof(Explanation)),
        Act<ForumAgreed>(),
        Act<TransferRequested>(typeof(RequestParticulars), required: true),
        Act<OpinionHeard>(),
        Act<TransferAccepted>(typeof(Explanation)),
        Act<ProceedingsSuspended>(),
        Act<CaseFileHandedOver>(typeof(Explanation), required: true),
        Act<ProceedingsTakenOver>(),
        Act<AcceptanceOverturned>(typeof(Explanation)),
        Act<ProceedingsOutcomeReported>(typeof(Explanation)),

        // Joint investigation and joint action
        Act<JointInvestigationProposed>(),
        Act<JointActionAnnounced>(),
        Act<InvitationAnswered>(),
        Act<MemberLeft>(),
        Act<MemberReleased>(),
        Act<JointAgreementDrafted>(),
        Act<JointAgreementSigned>(),
        Act<JointChangeProposed>(),
        Act<JointChangeAnswered>(),
        Act<MemberInvited>(),
        Act<UseConsentAsked>(),
        Act<UseConsentDecided>(),
        Act<ThirdStateHelpAsked>(),
        Act<JointEvidenceShared>(),
        Act<JointEvidenceDownloaded>(),
        Act<JointEvidenceErased>(),
        Act<JointInvestigationEnded>(),
        Act<JointInvestigationEvaluated>(),
        Act<ReadinessReported>(),
        Act<GoGiven>(),
        Act<JointActionPostponed>(),
        Act<JointActionCalledOff>(),
        Act<JointResultReported>(),
    }.ToFrozenDictionary(a => a.Name);

    /// <summary>Names of those that can open a request, in the order of the alphabet.</summary>
    public static IReadOnlyList<string> Openings { get; } = [.. All.Values.Where(a => a.Opens).Select(a => a.Name).Order(StringComparer.Ordinal)];

    /// <summary>The open part as its type.</summary>
    /// <exception cref="JsonException">The name is unknown, or a field is missing, null, misspelt in value or of the wrong kind.</exception>
    public static object Read(this Act act) =>
        All.TryGetValue(act.Type, out var type)
            ? act.Open.Deserialize(type.Content, Wire.Json) ?? throw new JsonException($"{act.Type}: the open part is null")
            : throw new JsonException($"Unknown act type '{act.Type}'");

    static ActType Act<T>(Type? sealedPart = null, bool required = false) => new(typeof(T).Name, typeof(T), sealedPart, required);
}

/// <summary>What travels between a state and the hub and is neither act nor notice, each signed as a kind of document of its own but for <see cref="KeyMissing"/>.</summary>
public static class LinkDocuments
{
    /// <summary>What a state says to the hub, by the name on the wire.</summary>
    public static FrozenDictionary<string, Type> ToHub { get; } = new[] { typeof(AdapterReported), typeof(EchoAsked), typeof(MaintenanceAnnounced), typeof(KeyMissing) }.ToFrozenDictionary(t => t.Name);

    /// <summary>What the hub asks, on the queues of the notices.</summary>
    public static FrozenDictionary<string, Type> AskedByHub { get; } = new[] { typeof(ReportAsked) }.ToFrozenDictionary(t => t.Name);

    /// <summary>What the hub answers.</summary>
    public static FrozenDictionary<string, Type> FromHub { get; } = new[] { typeof(EchoAnswered), typeof(MaintenanceAnswered) }.ToFrozenDictionary(t => t.Name);
}

/// <summary>The notices of version 1. The name on the wire is the name of the content type.</summary>
public static class Notices
{
    /// <summary>All of them, by name.</summary>
    public static FrozenDictionary<string, Type> All { get; } = new[]
    {
        typeof(ActDelivered), typeof(ActAccepted), typeof(ActRefused), typeof(ReminderNotice), typeof(OverdueNotice), typeof(EscalationNotice),
        typeof(DisputeNotice), typeof(HeldCopyNotice), typeof(ReducedAmountNotice), typeof(SilenceNotice), typeof(ReceiptNotice), typeof(UnopenedNotice), typeof(StatusReport),
        typeof(MaintenanceNotice),
    }.ToFrozenDictionary(t => t.Name);

    /// <summary>The body as its type.</summary>
    /// <exception cref="JsonException">The name is unknown, or a field is missing, null or of the wrong kind.</exception>
    public static object Read(this Notice notice) =>
        All.TryGetValue(notice.Type, out var type)
            ? notice.Body.Deserialize(type, Wire.Json) ?? throw new JsonException($"{notice.Type}: the body is null")
            : throw new JsonException($"Unknown notice type '{notice.Type}'");
}
