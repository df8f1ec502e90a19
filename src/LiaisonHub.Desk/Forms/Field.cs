using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Words;

namespace LiaisonHub.Desk.Forms;

/// <summary>How a field of the contract is asked for.</summary>
public enum FieldKind
{
    /// <summary>One line.</summary>
    Line,

    /// <summary>Several lines, one text.</summary>
    Paragraph,

    /// <summary>A list of texts, a line each.</summary>
    Lines,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number with decimals.</summary>
    Amount,

    /// <summary>Yes when ticked.</summary>
    Tick,

    /// <summary>Yes or no, neither chosen beforehand: a statement nobody may make by leaving a box as it was.</summary>
    YesNo,

    /// <summary>A day.</summary>
    Day,

    /// <summary>A date with as much of it as is known.</summary>
    PartialDay,

    /// <summary>One of a list.</summary>
    One,

    /// <summary>Any of a list.</summary>
    Several,

    /// <summary>Fields that belong together.</summary>
    Group,

    /// <summary>Groups, any number of them.</summary>
    Rows,

    /// <summary>Files.</summary>
    Files,

    /// <summary>Files as items of evidence, each with its line of the manifest.</summary>
    Evidence,

    /// <summary>One question for each item of the rights catalogue.</summary>
    Rights,

    /// <summary>Carried along as it is: the original, where values came from.</summary>
    Kept,
}

/// <summary>Where the choices of a field come from.</summary>
public enum ChoiceSource
{
    /// <summary>The field is free, or its type is an enum.</summary>
    None,
    Instruments,
    Languages,
    OwnAuthorities,
    Grounds,
    Measures,
    Offences,
    LimitsOnUs,
    OwnActs,
    TheirActs,
    PartsReceived,
    ItemsReceived,
    OtherRequests,
}

/// <summary>One field of a form: what the contract says of it, and how it is asked for.</summary>
public sealed record Field
{
    /// <summary>Its name on the wire.</summary>
    public required string Name { get; init; }

    public required FieldKind Kind { get; init; }
    public required string Label { get; init; }

    /// <summary>The contract's own words. Empty: they say no more than the label.</summary>
    public required string Hint { get; init; }

    public bool Required { get; init; }
    public long? Least { get; init; }
    public long? Most { get; init; }

    /// <summary>Longest text, in characters.</summary>
    public int Longest { get; init; } = 500;

    public ChoiceSource Choices { get; init; }

    /// <summary>The enum whose names are the choices.</summary>
    public Type? Names { get; init; }

    /// <summary>What stands there when nobody has chosen: says nothing by itself.</summary>
    public string? Default { get; init; }

    /// <summary>The fields of a group or of one row.</summary>
    public IReadOnlyList<Field> Fields { get; init; } = [];
}

/// <summary>The form of one act: the fields of its open part, which the hub reads, and of its private part, which only the other state can.</summary>
public sealed class ActForm
{
    static readonly ConcurrentDictionary<string, ActForm> Made = new();

    /// <summary>Longest line and longest text of an open part, as the rules have them.</summary>
    const int Line = 500, OpenText = 4000, PrivateText = 60_000;

    static readonly FrozenDictionary<(Type, string), ChoiceSource> ChoiceFields = new Dictionary<(Type, string), ChoiceSource>
    {
        [(typeof(RequestSubmitted), nameof(RequestSubmitted.Instrument))] = ChoiceSource.Instruments,
        [(typeof(RequestResubmitted), nameof(RequestResubmitted.Instrument))] = ChoiceSource.Instruments,
        [(typeof(RequestSubmitted), nameof(RequestSubmitted.Languages))] = ChoiceSource.Languages,
        [(typeof(RequestResubmitted), nameof(RequestResubmitted.Languages))] = ChoiceSource.Languages,
        [(typeof(RequestSubmitted), nameof(RequestSubmitted.Supplements))] = ChoiceSource.OtherRequests,
        [(typeof(OffenceFact), nameof(OffenceFact.ListOffence))] = ChoiceSource.Offences,
        [(typeof(RequestAcknowledged), nameof(RequestAcknowledged.CompetentAuthority))] = ChoiceSource.OwnAuthorities,
        [(typeof(RequestForwarded), nameof(RequestForwarded.ToAuthority))] = ChoiceSource.OwnAuthorities,
        [(typeof(RequestReturned), nameof(RequestReturned.AcceptedLanguages))] = ChoiceSource.Languages,
        [(typeof(TranslationRequested), nameof(TranslationRequested.Language))] = ChoiceSource.Languages,
        [(typeof(TranslationSupplied), nameof(TranslationSupplied.Language))] = ChoiceSource.Languages,
        [(typeof(RefusalConsulted), nameof(RefusalConsulted.Ground))] = ChoiceSource.Grounds,
        [(typeof(RequestRefused), nameof(RequestRefused.Ground))] = ChoiceSource.Grounds,
        [(typeof(RequestRefused), nameof(RequestRefused.Only))] = ChoiceSource.Measures,
        [(typeof(ScopeReduced), nameof(ScopeReduced.NoLongerWanted))] = ChoiceSource.Measures,
        [(typeof(DelayReasonGiven), nameof(DelayReasonGiven.RuleId))] = ChoiceSource.LimitsOnUs,
        [(typeof(CorrectionMade), nameof(CorrectionMade.OfActId))] = ChoiceSource.OwnActs,
        [(typeof(ReceiptGiven), nameof(ReceiptGiven.OfActId))] = ChoiceSource.TheirActs,
        [(typeof(EvidenceReceived), nameof(EvidenceReceived.Part))] = ChoiceSource.PartsReceived,
        [(typeof(EvidenceFoundDefective), nameof(EvidenceFoundDefective.Part))] = ChoiceSource.PartsReceived,
        [(typeof(EvidenceDefect), nameof(EvidenceDefect.ItemId))] = ChoiceSource.ItemsReceived,
        [(typeof(SupplementAnnounced), nameof(SupplementAnnounced.SupplementaryRequestId))] = ChoiceSource.OtherRequests,
    }.ToFrozenDictionary();

    // The ranges stand in the contract's words; no type says them.
    static readonly FrozenDictionary<(Type, string), (long Least, long Most)> Ranges = new Dictionary<(Type, string), (long, long)>
    {
        [(typeof(Measure), nameof(Measure.Count))] = (1, 100_000),
        [(typeof(OffenceFact), nameof(OffenceFact.LongestPenaltyMonths))] = (0, 1200),
        [(typeof(ExtensionDeclared), nameof(ExtensionDeclared.Days))] = (1, 30),
        [(typeof(CostNoticeGiven), nameof(CostNoticeGiven.Amount))] = (1, 1_000_000_000_000),
        [(typeof(CostAnswered), nameof(CostAnswered.RequestingSharePercent))] = (0, 100),
        [(typeof(EvidenceSent), nameof(EvidenceSent.Part))] = (1, 1000),
        [(typeof(EvidenceSent), nameof(EvidenceSent.OfParts))] = (1, 1000),
        [(typeof(EvidenceReceived), nameof(EvidenceReceived.Part))] = (1, 1000),
        [(typeof(EvidenceFoundDefective), nameof(EvidenceFoundDefective.Part))] = (1, 1000),
        [(typeof(UseReported), nameof(UseReported.Quality))] = (1, 5),
    }.ToFrozenDictionary();

    static readonly FrozenSet<(Type, string)> Paragraphs = new HashSet<(Type, string)>
    {
        (typeof(RequestParticulars), nameof(RequestParticulars.Text)),
        (typeof(Explanation), nameof(Explanation.Text)),
        (typeof(EvidenceParticulars), nameof(EvidenceParticulars.Text)),
        (typeof(RequestRefused), nameof(RequestRefused.Reasons)),
        (typeof(OffenceParticulars), nameof(OffenceParticulars.Wording)),
        (typeof(CourtResult), nameof(CourtResult.Text)),
    }.ToFrozenSet();

    // Names of the contract that say too little on a form.
    static readonly FrozenDictionary<(Type, string), string> Labels = new Dictionary<(Type, string), string>
    {
        [(typeof(RequestAcknowledged), nameof(RequestAcknowledged.TheirReference))] = "Our own reference",
        [(typeof(RequestForwarded), nameof(RequestForwarded.ToAuthority))] = "Passed to",
        [(typeof(InformationRequested), nameof(InformationRequested.Gaps))] = "What is missing",
        [(typeof(RequestReturned), nameof(RequestReturned.Cure))] = "What would cure it",
        [(typeof(RequestRefused), nameof(RequestRefused.Only))] = "Only these measures",
        [(typeof(TimingAgreed), nameof(TimingAgreed.On))] = "The day agreed",
        [(typeof(DownstreamDate), nameof(DownstreamDate.On))] = "Day",
        [(typeof(EvidenceSent), nameof(EvidenceSent.Final))] = "Is this the last part?",
        [(typeof(EvidenceSent), nameof(EvidenceSent.OfParts))] = "Of how many parts",
        [(typeof(EvidenceSent), nameof(EvidenceSent.Manifest))] = "Items of evidence",
        [(typeof(InformationSupplied), nameof(InformationSupplied.Complete))] = "Is everything here?",
        [(typeof(CorrectionMade), nameof(CorrectionMade.OfActId))] = "The act to correct",
        [(typeof(ReceiptGiven), nameof(ReceiptGiven.OfActId))] = "The act",
        [(typeof(EvidenceDefect), nameof(EvidenceDefect.ItemId))] = "Item",
        [(typeof(DelayReasonGiven), nameof(DelayReasonGiven.RuleId))] = "The limit that has passed",
        [(typeof(SupplementAnnounced), nameof(SupplementAnnounced.SupplementaryRequestId))] = "The supplementary request",
        [(typeof(RequestParticulars), nameof(RequestParticulars.Text))] = "What is asked and why",
        [(typeof(Explanation), nameof(Explanation.Text))] = "In your words",
        [(typeof(EvidenceParticulars), nameof(EvidenceParticulars.Text))] = "Covering word",
        [(typeof(OffenceFact), nameof(OffenceFact.ListOffence))] = "Offence of the list",
        [(typeof(OffenceParticulars), nameof(OffenceParticulars.Time))] = "When",
        [(typeof(OffenceFact), nameof(OffenceFact.LongestPenaltyMonths))] = "Longest penalty, in months",
        [(typeof(Measure), nameof(Measure.Count))] = "How many",
        [(typeof(CostAnswered), nameof(CostAnswered.RequestingSharePercent))] = "Share of the requesting side, in percent",
        [(typeof(Contact), nameof(Contact.Email))] = "E-mail",
        [(typeof(RequestSubmitted), nameof(RequestSubmitted.Supplements))] = "Supplements an earlier request",
        [(typeof(PartialDate), nameof(PartialDate.Raw))] = "As the source says",
    }.ToFrozenDictionary();

    ActForm(ActType act)
    {
        Act = act;
        Open = FieldsOf(act.Content, isPrivate: false);
        Private = act.Private is null ? [] : FieldsOf(act.Private, isPrivate: true);
        Explains = ContractWords.Of(act.Content);
    }

    public ActType Act { get; }
    public IReadOnlyList<Field> Open { get; }
    public IReadOnlyList<Field> Private { get; }

    /// <summary>What the act is, in the contract's words.</summary>
    public string Explains { get; }

    /// <summary>The form of an act of <see cref="Acts.All"/>.</summary>
    public static ActForm Of(string actType) => Made.GetOrAdd(actType, static name => new(Acts.All[name]));

    static IReadOnlyList<Field> FieldsOf(Type record, bool isPrivate) =>
        [.. record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetMethod is not null && p.Name != "EqualityContract").Select(p => FieldOf(record, p, isPrivate))];

    static Field FieldOf(Type record, PropertyInfo property, bool isPrivate)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var key = (record, property.Name);
        var element = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;
        var choices = ChoiceFields.GetValueOrDefault(key);
        var required = property.IsDefined(typeof(RequiredMemberAttribute), inherit: false);
        var kind = KindOf(record, property, type, element, choices, required);
        var label = Labels.GetValueOrDefault(key) ?? ContractWords.Spaced(property.Name);
        var range = Ranges.TryGetValue(key, out var found) ? found : kind == FieldKind.Whole ? (0, int.MaxValue) : default((long Least, long Most)?);
        return new()
        {
            Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            Kind = kind,
            Label = label,
            Hint = ContractWords.Hint(ContractWords.Of(property), label, kind == FieldKind.Tick),
            Required = required,
            Least = range?.Least,
            Most = range?.Most,
            Longest = kind == FieldKind.Paragraph ? isPrivate ? PrivateText : OpenText : Line,
            Choices = choices,
            Names = element is { IsEnum: true } ? element : type.IsEnum ? type : null,
            Default = DefaultOf(record, property, required),
            Fields = kind switch
            {
                FieldKind.Group => FieldsOf(type, isPrivate),
                FieldKind.Rows or FieldKind.Evidence => FieldsOf(element!, isPrivate),
                _ => [],
            },
        };
    }

    static FieldKind KindOf(Type record, PropertyInfo property, Type type, Type? element, ChoiceSource choices, bool required) => (record, property.Name) switch
    {
        ({ } r, nameof(RequestParticulars.Original)) when r == typeof(RequestParticulars) || r == typeof(Explanation) || r == typeof(EvidenceParticulars) => FieldKind.Kept,
        ({ } r, nameof(RequestParticulars.Provenance)) when r == typeof(RequestParticulars) => FieldKind.Kept,
        ({ } r, nameof(RightsCheck.Answers)) when r == typeof(RightsCheck) => FieldKind.Rights,
        ({ } r, nameof(EvidenceSent.Manifest)) when r == typeof(EvidenceSent) => FieldKind.Evidence,
        // Each item is asked for with its line of the manifest.
        ({ } r, nameof(EvidenceParticulars.Items)) when r == typeof(EvidenceParticulars) => FieldKind.Kept,
        _ when element == typeof(Attachment) => FieldKind.Files,
        _ when element is not null => element.IsEnum || choices != ChoiceSource.None ? FieldKind.Several : element == typeof(string) ? FieldKind.Lines : FieldKind.Rows,
        _ when type.IsEnum || choices != ChoiceSource.None => FieldKind.One,
        _ when type == typeof(string) => Paragraphs.Contains((record, property.Name)) ? FieldKind.Paragraph : FieldKind.Line,
        _ when type == typeof(int) || type == typeof(long) => FieldKind.Whole,
        _ when type == typeof(decimal) => FieldKind.Amount,
        _ when type == typeof(bool) => required ? FieldKind.YesNo : FieldKind.Tick,
        _ when type == typeof(DateOnly) => FieldKind.Day,
        _ when type == typeof(PartialDate) => FieldKind.PartialDay,
        _ when type == typeof(Guid) => FieldKind.Line,
        { } when type.IsClass && type.Namespace == typeof(Act).Namespace => FieldKind.Group,
        _ => throw new NotSupportedException($"{record.Name}.{property.Name} is a {type.Name}, which no form asks for; teach {nameof(ActForm)} how."),
    };

    // What an initializer of the contract says: "= PersonPosition.Unknown". A row in which nothing but such values stands was left empty.
    static string? DefaultOf(Type record, PropertyInfo property, bool required)
    {
        if (required || property.PropertyType is { IsEnum: false, IsPrimitive: false })
            return null;
        return property.GetValue(Activator.CreateInstance(record)) switch
        {
            bool => null,
            Enum name => name.ToString(),
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => null,
        };
    }
}
