using System.Globalization;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Words;
using LiaisonHub.Storage.Adapter;
using NodaTime;

namespace LiaisonHub.Desk.Forms;

/// <summary>Something that may be chosen.</summary>
/// <param name="Value">As it stands in the act.</param>
/// <param name="Words">As an officer reads it.</param>
/// <param name="Group">Heading it stands under. Null: none.</param>
public sealed record Option(string Value, string Words, string? Group = null);

/// <summary>What a form is about: from it follow the choices of its fields and what stands in them at first.</summary>
public sealed class Choices(Region region, string ownState, DateOnly today)
{
    readonly LegalTime time = new(region, ownState);

    /// <summary>The request. Null: a new one.</summary>
    public OwnRequest? Request { get; init; }

    /// <summary>Where it stands. Null: the hub has not said yet.</summary>
    public Standing? Standing { get; init; }

    /// <summary>The acts of both sides on it, oldest first.</summary>
    public IReadOnlyList<StoredAct> Acts { get; init; } = [];

    /// <summary>Other requests of this state.</summary>
    public IReadOnlyList<OwnRequest> Requests { get; init; } = [];

    public Region Region => region;

    /// <summary>This state.</summary>
    public string OwnState => ownState;

    /// <summary>The zone of this state: points in time are typed and read in it.</summary>
    public DateTimeZone Zone => time.Zone;

    /// <summary>The state whose clocks are meant, in words.</summary>
    public string ZoneName => region.States.TryGetValue(ownState, out var state) ? $"{state.Name} ({state.Zone})" : "UTC";

    /// <summary>What may be chosen. Empty: the field is free.</summary>
    public IReadOnlyList<Option> Of(Field field) => field.Choices switch
    {
        ChoiceSource.Instruments => [.. Instruments().Where(i => field.Opening is not { } act || region.Instruments[i].Procedures.Intersect(ProcedureSheet.OpenedBy(act)).Any())
            .Select(i => new Option(i, $"{region.InstrumentName(i)} ({i})"))],
        ChoiceSource.Languages => [.. region.States.Values.SelectMany(s => s.Languages).Distinct().Order().Select(l => new Option(l, Language(l)))],
        ChoiceSource.OwnAuthorities => [.. Authorities(ownState)],
        ChoiceSource.RegionAuthorities => [.. region.States.Values.Where(s => !s.Body).OrderBy(s => s.Name, StringComparer.Ordinal)
            .SelectMany(s => Authorities(s.Code).Select(o => o with { Group = $"{s.Name} ({s.Code})" }))],
        ChoiceSource.Grounds => [.. Grounds()],
        ChoiceSource.NationalSteps => [.. NationalSteps()],
        ChoiceSource.Measures => [.. Measures().Select(m => new Option(m.ToString(), Words(typeof(MeasureKind), m.ToString())))],
        ChoiceSource.Offences => [.. region.Catalogue.Offences.Values.OrderBy(o => o.Title, StringComparer.Ordinal).Select(o => new Option(o.Code, o.Title))],
        ChoiceSource.LimitsOnUs => [.. (Standing?.Deadlines ?? []).Where(d => Standing!.IsYours(d)).DistinctBy(d => d.RuleId).Select(d => new Option(d.RuleId, $"{d.Title} ({d.Article})"))],
        ChoiceSource.Limits => [.. (Standing?.Deadlines ?? []).DistinctBy(d => d.RuleId).Select(d => new Option(d.RuleId, $"{d.Title} ({d.Article})"))],
        ChoiceSource.OwnActs => [.. ActsOf(Direction.Out)],
        ChoiceSource.TheirActs => [.. ActsOf(Direction.In)],
        ChoiceSource.PartsReceived => [.. Parts(Direction.In).Select(p => p.Content.Part).Distinct().Select(p => new Option(Text(p), $"Part {p}"))],
        ChoiceSource.ItemsReceived => [.. Parts(Direction.In).SelectMany(p => p.Content.Manifest.Select((item, i) =>
            new Option(item.ItemId.ToString("D"), $"Item {i + 1}: {Words(typeof(EvidenceKind), item.Kind.ToString())}, {LegalTime.Size(item.Size)}", $"Part {p.Content.Part}")))],
        ChoiceSource.OtherRequests => [.. Requests.Where(r => r.RequestId != Request?.RequestId && r.OwnSide == Side.Requesting).Select(r => new Option(r.RequestId.ToString("D"), $"{r.Reference}, {r.OtherState}"))],
        ChoiceSource.AllRequests => [.. Requests.Where(r => r.RequestId != Request?.RequestId).Select(r => new Option(r.RequestId.ToString("D"), $"{r.Reference}, {r.OtherState}"))],
        ChoiceSource.States => [.. region.States.Values.Where(s => !s.Body && s.Code != ownState).OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => new Option(s.Code, $"{s.Name} ({s.Code})"))],
        ChoiceSource.Members => [.. (Standing?.Members ?? []).Where(m => m.Status is not (MemberStatus.Declined or MemberStatus.Left or MemberStatus.Released)).Select(m => m.State)
            .Prepend(Standing?.YourMember is null ? null : Standing.OtherState).OfType<string>().Where(s => s != ownState).Distinct().Select(s => new Option(s, $"{region.States[s].Name} ({s})"))],
        ChoiceSource.Zones => [.. region.States.Values.Where(s => !s.Body).Select(s => s.Zone).Append("Etc/UTC").Distinct().Order(StringComparer.Ordinal).Select(z => new Option(z, z))],
        _ when field.Names is { } names => [.. Enum.GetNames(names).Where(n => n != nameof(ReceiptStage.Accepted) || names != typeof(ReceiptStage)).Select(n => new Option(n, Words(names, n)))],
        _ => [],
    };

    /// <summary>A point in time as this state's clocks show it, and in UTC.</summary>
    public string Moment(DateTimeOffset at) => time.Moment(at, Request?.OtherState);

    /// <summary>The rights that this state checks, in order.</summary>
    public IReadOnlyList<RightsItem> Rights => [.. region.RightsOf(ownState)];

    /// <summary>Authorities of the other states that receive requests of this kind today.</summary>
    /// <param name="opening">The act that opens the request.</param>
    public IReadOnlyList<Option> Addressees(string opening) => [.. region.States.Values.Where(s => s.Code != ownState && Instruments(s.Code).Any()).OrderBy(s => s.Name, StringComparer.Ordinal)
        .SelectMany(s => region.Designated(s.Code, today).Where(a => ProcedureSheet.OpenedBy(opening).Any(a.IsCompetentFor))
            .Select(a => new Option(a.Code, $"{a.Name} ({a.Code})", $"{s.Name} ({s.Code})")))];

    /// <summary>Case groups of this state's requests, each by one of them.</summary>
    public IReadOnlyList<Option> CaseGroups => [.. Requests.Where(r => r.CaseGroupId is not null).DistinctBy(r => r.CaseGroupId).Select(r => new Option(r.CaseGroupId!.Value.ToString("D"), $"{r.Reference}, {r.OtherState}"))];

    /// <summary>Authorities of this state.</summary>
    public IReadOnlyList<Option> Senders => [.. Authorities(ownState)];

    /// <summary>A name of an enum in the words of the contract or the catalogue.</summary>
    public string Words(Type names, string name)
    {
        if (names == typeof(MeasureKind) && Enum.TryParse<MeasureKind>(name, out var measure) && region.Catalogue.Measures.TryGetValue(measure, out var rule))
            return rule.Coercive ? $"{rule.Title} (coercive)" : rule.Title;
        if (!Enum.GetNames(names).Contains(name))
            return name;
        if (names == typeof(Priority) || names == typeof(ReceiptStage) || names == typeof(PersonPosition) || names == typeof(Side))
            return ContractWords.Spaced(name);
        var words = ContractWords.Of(names, name).TrimEnd('.');
        return words.Length <= 90 ? words : ContractWords.Spaced(name);
    }

    /// <summary>What a code of the region means: authorities, grounds, offences, languages. The code itself where nobody knows it.</summary>
    public string Meaning(Field field, string value) => Of(field).FirstOrDefault(o => o.Value == value)?.Words is { } words && words != value
        ? field.Names is null && field.Choices is not (ChoiceSource.OwnActs or ChoiceSource.TheirActs or ChoiceSource.ItemsReceived or ChoiceSource.OtherRequests or ChoiceSource.AllRequests or ChoiceSource.PartsReceived)
            && !words.Contains($"({value})", StringComparison.Ordinal) ? $"{words} ({value})" : words
        : field.Choices is ChoiceSource.OwnAuthorities or ChoiceSource.RegionAuthorities && region.Authority(value) is { } authority ? $"{authority.Name} ({value})"
        : field.Choices is ChoiceSource.Grounds && (Instrument is { } instrument ? region.Catalogue.Ground(instrument, value) : region.Catalogue.RefusalGrounds.Values.FirstOrDefault(g => g.Code == value)) is { } ground ? $"{ground.Title} ({value})"
        : field.Names is { } names ? Words(names, value)
        : value;

    /// <summary>What stands in a new form: what the request already says.</summary>
    public Typed Begin(ActForm form)
    {
        var typed = new Typed { Zone = Zone };
        switch (form.Act.Name)
        {
            case nameof(RequestResubmitted) when Last(Direction.Out, nameof(RequestSubmitted), nameof(RequestResubmitted)) is { } sent:
                typed = Typed.From(form, System.Text.Json.Nodes.JsonNode.Parse(sent.OpenPart), null, Zone);
                typed.Set("open.cured", "");
                break;
            case nameof(RequestAcknowledged) when Request is { } request:
                typed.Set("open.competentAuthority", request.OwnAuthority);
                break;
            case nameof(EvidenceSent):
                typed.Set("open.part", Text(Parts(Direction.Out).Where(p => p.Act.Outcome != "Refused").Select(p => p.Content.Part).DefaultIfEmpty(0).Max() + 1));
                break;
            case nameof(EvidenceReceived) or nameof(EvidenceFoundDefective) when Parts(Direction.In).LastOrDefault() is { Content: { } part }:
                typed.Set("open.part", Text(part.Part));
                break;
            case nameof(TranslationSupplied) when Content<TranslationRequested>(Direction.In) is { } wanted:
                typed.Set("open.language", wanted.Language);
                break;
            case nameof(TimingAgreed) when Content<DelayNotified>(Direction.In) is { } proposed:
                typed.Set("open.on", proposed.ProposedDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case nameof(DelayReasonGiven) when Standing?.Deadlines.Where(Standing.IsYours).OrderByDescending(d => d.Level).ThenBy(d => d.Due).FirstOrDefault() is { } late:
                typed.Set("open.ruleId", late.RuleId);
                break;
            case nameof(ExtraditionRequested) when Request is { } request:
                typed.Set("open.instrument", Instrument ?? "");
                typed.Set("open.reference", request.Reference);
                break;
            case nameof(SurrenderDateAgreed) when Content<SurrenderDateProposed>(Direction.In) is { } proposed:
                typed.Set("open.on", proposed.On.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case nameof(SpecialtyConsentAsked):
                typed.Set("open.number", Text(1 + Acts.Count(a => a.Direction == Direction.Out && a.ActType == nameof(SpecialtyConsentAsked) && a.Outcome != "Refused")));
                break;
            case nameof(SpecialtyConsentDecided) when Content<SpecialtyConsentAsked>(Direction.In) is { } question:
                typed.Set("open.number", Text(question.Number));
                break;
            case nameof(NationalStepOpened) when NationalSteps().ToList() is [var only]:
                typed.Set("open.step", only.Value);
                break;
            case nameof(RequestRefused) or nameof(RefusalConsulted) when Content<NationalStepDecided>(Direction.Out) is { Ground: { } vetoed }:
                typed.Set("open.ground", vetoed);
                break;
            case nameof(RequestRefused) or nameof(RefusalConsulted) when Content<RefusalConsulted>(Direction.Out) is { } consulted:
                typed.Set("open.ground", consulted.Ground);
                break;
        }

        return typed;
    }

    /// <summary>The act of the other side that an act answers. Null: it answers none.</summary>
    public Guid? Answers(string actType) => actType switch
    {
        nameof(RequestAcknowledged) or nameof(RequestForwarded) or nameof(RequestReturned) or nameof(RequestRecognised) or nameof(RequestRefused) or nameof(ReviewOpened)
            or nameof(ExtraditionGranted) or nameof(TransitGranted) => Last(Direction.In, Openings)?.ActId,
        nameof(ArrestMade) => Last(Direction.In, nameof(ProvisionalArrestRequested), nameof(ExtraditionRequested))?.ActId,
        nameof(AssuranceAnswered) => Last(Direction.In, nameof(AssuranceRequested))?.ActId,
        nameof(SurrenderDateAgreed) => Last(Direction.In, nameof(SurrenderDateProposed))?.ActId,
        nameof(SpecialtyConsentDecided) => Last(Direction.In, nameof(SpecialtyConsentAsked))?.ActId,
        nameof(RequestResubmitted) => Last(Direction.In, nameof(RequestReturned))?.ActId,
        nameof(InformationSupplied) => Last(Direction.In, nameof(InformationRequested))?.ActId,
        nameof(TranslationSupplied) => Last(Direction.In, nameof(TranslationRequested))?.ActId,
        nameof(AlternativeAnswered) => Last(Direction.In, nameof(AlternativeMeasureProposed))?.ActId,
        nameof(CostAnswered) => Last(Direction.In, nameof(CostNoticeGiven))?.ActId,
        nameof(ConsultationAnswered) => Last(Direction.In, nameof(RefusalConsulted))?.ActId,
        nameof(TimingAgreed) => Last(Direction.In, nameof(DelayNotified))?.ActId,
        nameof(EvidenceReceived) or nameof(EvidenceFoundDefective) or nameof(UseConditionsAccepted) => Last(Direction.In, nameof(EvidenceSent))?.ActId,
        nameof(StopConfirmed) => Last(Direction.In, nameof(RequestWithdrawn), nameof(ScopeReduced))?.ActId,
        _ => null,
    };

    static readonly string[] Openings = [.. Contracts.V1.Acts.Openings, nameof(RequestResubmitted)];

    /// <summary>The instrument the request stands on. Null: not known yet.</summary>
    public string? Instrument => Acts.Where(a => Openings.Contains(a.ActType) && a.Outcome != "Refused").Select(Content).OfType<IOpening>().LastOrDefault()?.Instrument ?? RequestContent()?.Instrument;

    IEnumerable<string> Instruments(string? other = null) => region.Pairs
        .Where(p => p.A == ownState && (other ?? Request?.OtherState ?? p.B) == p.B || p.B == ownState && (other ?? Request?.OtherState ?? p.A) == p.A)
        .SelectMany(p => p.Instruments).Distinct().Order(StringComparer.Ordinal);

    IEnumerable<Option> Authorities(string state) => region.States.TryGetValue(state, out var profile)
        ? profile.Authorities.Where(a => a.InOffice(today)).Select(a => new Option(a.Code, $"{a.Name} ({a.Code})"))
        : [];

    IEnumerable<Option> Grounds() =>
        (Instrument is { } instrument ? region.Catalogue.Grounds(instrument) : region.Catalogue.RefusalGrounds.Values.DistinctBy(g => g.Code)).OrderBy(g => g.Title, StringComparer.Ordinal)
            .Select(g => new Option(g.Code, $"{g.Title} ({g.Article}), for the {string.Join(" or ", g.UsedBy.Select(Rules.Word))}{(g.ConsultFirst ? ", consult first" : "")}"));

    IEnumerable<Option> NationalSteps() => region.Profiles.TryGetValue(ownState, out var profile) && Acts.FirstOrDefault(a => a.Direction == Direction.In && Contracts.V1.Acts.Openings.Contains(a.ActType)) is { ActType: var opening }
        ? profile.Veto.Where(v => ProcedureSheet.OpenedBy(opening).Any(p => v.Serves(p, opening, Instrument ?? ""))).Select(v => new Option(v.Code, $"{v.Title} ({v.Code}){(v.Mandatory ? ", before recognition" : "")}"))
        : [];

    IEnumerable<MeasureKind> Measures() => RequestContent()?.Measures.Select(m => m.Kind).Distinct() ?? Enum.GetValues<MeasureKind>();

    /// <summary>What the request asks for, as it was last sent.</summary>
    public IRequestContent? RequestContent() =>
        Acts.LastOrDefault(a => a.ActType is nameof(RequestSubmitted) or nameof(RequestResubmitted)) is { } act ? Content(act) as IRequestContent : null;

    IEnumerable<Option> ActsOf(Direction direction) => Acts.Where(a => a.Direction == direction && a.ActType != nameof(ReceiptGiven) && a.Outcome != "Refused").Reverse()
        .Select(a => new Option(a.ActId.ToString("D"), $"{ActWords.Of(a.ActType).Done}, {a.At.UtcDateTime.ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture)} UTC"));

    IEnumerable<(StoredAct Act, EvidenceSent Content)> Parts(Direction direction) =>
        Acts.Where(a => a.Direction == direction).Select(a => (a, Content(a) as EvidenceSent)).Where(p => p.Item2 is not null).Select(p => (p.a, p.Item2!));

    StoredAct? Last(Direction direction, params string[] types) => Acts.LastOrDefault(a => a.Direction == direction && types.Contains(a.ActType) && a.Outcome != "Refused");

    T? Content<T>(Direction direction) where T : class => Last(direction, typeof(T).Name) is { } act ? Content(act) as T : null;

    static object? Content(StoredAct act)
    {
        try
        {
            return Contracts.V1.Acts.All.TryGetValue(act.ActType, out var type) ? JsonSerializer.Deserialize(act.OpenPart, type.Content, Wire.Json) : null;
        }
        catch (JsonException)
        {
            return null; // A part that cannot be read offers nothing to choose; the act itself is shown with what is wrong.
        }
    }

    /// <summary>A language in words: "French (fr)".</summary>
    public static string Language(string tag)
    {
        try
        {
            return $"{CultureInfo.GetCultureInfo(tag, predefinedOnly: true).EnglishName} ({tag})";
        }
        catch (CultureNotFoundException)
        {
            return tag;
        }
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
