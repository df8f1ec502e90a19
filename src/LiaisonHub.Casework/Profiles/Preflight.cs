using System.Globalization;
using LiaisonHub.Casework.Costs;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Casework.Time;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Profiles;

/// <summary>Looks an opening act over before it is signed: what the hub would refuse, and what the profiles of the two states ask for. All in one
/// pass.</summary>
sealed class Preflight(Rules rules, Procedure procedure, string act, Party from, Party to, object content, DateOnly on, IReadOnlyCollection<string>? enclosed,
    RequestParticulars? particulars, DateTimeOffset? urgentAt, IReadOnlyCollection<string>? certified)
{
    readonly List<PreflightFinding> findings = [];
    readonly Region region = rules.Region;
    readonly IOpening opening = (IOpening)content;
    readonly CountryProfile asking = rules.Region.Profiles[from.State];
    readonly CountryProfile asked = rules.Region.Profiles[to.State];

    public IReadOnlyList<PreflightFinding> Run(IEnumerable<PreflightFinding> hub, DatesAtHome.Pressing? pressing)
    {
        findings.AddRange(hub);
        Languages();
        Channels();
        Papers();
        Particulars();
        Formalities();
        Assurances();
        DualCriminality();
        Admissibility();
        UseLimits();
        Costs();
        Days();
        Hours();
        Vetoes();
        Records();
        // A day that is asked for before it has said what presses.
        if (pressing is not null && !(content is IRequestContent { WantedBy: { } by } && by <= pressing.Date.On))
            Warns("calendar", $"$.open.downstreamDates[{((IDated)content).DownstreamDates.TakeWhile(d => d != pressing.Date).Count()}].on", pressing.ToString(),
                content is IRequestContent ? "name the day by which it is wanted (wantedBy) with the reason; the hub treats the request as Urgent" : "the hub treats the request as Urgent; say so to the other side",
                pressing.Last.Article, pressing.Last.Verified);
        if (content is IRequestContent assistance)
            findings.AddRange(Measures(region, assistance, particulars, on, inTheOpen: false));
        return findings;
    }

    /// <summary>What the measures of a request do not say although the catalogue asks for it, and which of them cost the requesting state.</summary>
    /// <param name="region">The region.</param>
    /// <param name="request">The open part.</param>
    /// <param name="particulars">The private part. Null: not known.</param>
    /// <param name="on">The day on which the request was first received, or would be.</param>
    /// <param name="inTheOpen">True: also what the hub would refuse in the open part today.</param>
    public static IEnumerable<PreflightFinding> Measures(Region region, IRequestContent request, RequestParticulars? particulars, DateOnly on, bool inTheOpen)
    {
        var open = MeasureContents.MissingInTheOpen(region.Catalogue, request.Measures).Where(m => inTheOpen || !m.Content.IsInForce(on));
        var under = particulars is null ? [] : MeasureContents.MissingUnderSeal(region.Catalogue, request.Measures, particulars);
        foreach (var (row, place) in open.Concat(under))
            // A row that has ended asks nothing any more.
            if (row.IsInForce(on) || on < row.ValidFrom)
                yield return new("measure", row.IsInForce(on) ? PreflightSeverity.Blocks : PreflightSeverity.Warns, place, $"{row.Title} is missing",
                    row.IsInForce(on) ? $"a {row.Kind} names it" : $"a {row.Kind} names it from {Day(row.ValidFrom)} on", row.Article)
                { Verified = row.Verified };
        for (var i = 0; i < request.Measures.Count; i++)
        {
            var measure = request.Measures[i];
            if (measure.Transfer?.Consent == TransferConsent.Refused)
                yield return new("measure", PreflightSeverity.Warns, $"$.open.measures[{i}].transfer.consent", "the person does not consent to the transfer",
                    "expect a refusal; a hearing by video may serve", "Directive 2014/41/EU, Article 22(2)(a)")
                { Verified = false };
            if (measure is { Kind: MeasureKind.Interception, TranscriptionWanted: true } or { Kind: MeasureKind.Interception, DecodingWanted: true })
                yield return Cost(CostKind.InterceptionTranscription, $"$.open.measures[{i}]");
            if (measure.Kind == MeasureKind.TemporaryTransfer)
                yield return Cost(CostKind.TemporaryTransfer, $"$.open.measures[{i}]");
        }

        PreflightFinding Cost(CostKind kind, string place)
        {
            var cost = region.Catalogue.Costs[kind];
            var bearer = cost.Bearer switch
            {
                CostBearer.Requesting => "requesting state",
                CostBearer.Requested => "requested state",
                _ => "side the two states agree on",
            };
            return new("cost", PreflightSeverity.Warns, place, $"{cost.Title}: borne by the {bearer}",
                cost.Bearer == CostBearer.Requested ? "nothing has to be done" : "have the means ready", cost.Article)
            { Verified = cost.Verified };
        }
    }

    bool Serves(ProfileRow row) => row.Serves(procedure.Name, act, opening.Instrument);

    // What is not said is a finding of the content.
    void Languages()
    {
        if (Supplied() is not { } supplied
            || asked.TranslationFor(procedure.Name, act, opening.Instrument, supplied, region.States[from.State].Languages, certified ?? []) is not { Row: var row } need)
            return;
        if (need.CertificateOnly)
            Warns("language", "$.open.languages", $"{to.State} accepts certified translations only ({row.Title}); only the private part shows whether it is one",
                "enclose the certificate of the translator", row);
        else
            Blocks("language", "$.open.languages", $"none of {string.Join(", ", supplied)} is accepted in {to.State}",
                $"supply the request and its papers in {Either(need.Into)}{(row.Certified ? ", as a certified translation" : "")}", row);
    }

    void Channels()
    {
        var open = asked.Channels.Where(Serves).ToList();
        if (open.FirstOrDefault(c => c.Channel == Channel.Hub) is not { } hub)
            Blocks("channel", "$.header.receiver", $"{to.State} does not take this request through the exchange",
                $"send it this way: {Either(open.Select(c => c.Title))}",
                open.FirstOrDefault() ?? asked.Channels[0]);
        else if (!asking.Channels.Any(c => Serves(c) && c.Channel == Channel.Hub))
            Blocks("channel", "$.header.sender", $"the law of {from.State} does not let this request leave through the exchange; {to.State} takes it so",
                "take a way both states know", hub);
        // Where the treaty says that what is sent electronically is the original, none follows.
        foreach (var row in open.Where(c => c.OriginalsFollow && region.Instruments.GetValueOrDefault(opening.Instrument)?.ElectronicOriginal != true))
            Warns("channel", "$.sealed", $"{to.State} wants the originals on paper to follow: {row.Title}", "send them at once, and note the day", row);
    }

    void Papers()
    {
        foreach (var row in asked.Papers.Where(Serves).Where(p => Occurs(p.When)))
            if (row.Paper is { } paper && content is ExtraditionRequested request)
            {
                if (!request.Papers.Contains(paper) && !IsSaid("$.open.papers", paper.ToString()))
                    Missing("paper", "$.open.papers", $"{row.Title} is not enclosed", $"enclose it and name {paper}", row);
            }
            else if (enclosed is null)
                Warns("paper", "$.sealed", $"{row.Title} must be enclosed; only the private part shows whether it is",
                    $"look whether it is there ({row.Code})", row);
            else if (!enclosed.Contains(row.Code))
                Missing("paper", "$.sealed", $"{row.Title} is not enclosed", $"enclose it and name {row.Code}", row);
    }

    // What is not there yet, or is not shown to whoever asks, is no finding.
    void Particulars()
    {
        if (particulars is not null)
            foreach (var row in asked.Particulars.Where(Serves).Where(r => Occurs(r.When)))
                foreach (var place in SealedFields.Empty(particulars, row.Field))
                    Missing("particulars", place, $"{row.Title} is missing", "write it into the private part", row);
    }

    void Formalities()
    {
        foreach (var row in asked.Formalities.Where(Serves))
            if (row.ShownBy == Shown.Nowhere)
                Warns("formality", "$.sealed", row.Title, "look whether it is kept", row);
            else if (row.ShownBy == Shown.ContentCertified
                && content is RequestSubmitted { ContentCertified: false } or ExtraditionRequested { ContentCertified: false })
                Missing("formality", "$.open.contentCertified", $"it is false, and {to.State} asks: {row.Title}",
                    "let the issuing authority certify the content, and write true", row);
    }

    void Assurances()
    {
        if (content is not ExtraditionRequested request)
            return;
        foreach (var row in asked.Assurances.Where(Serves).Where(a => Occurs(a.When)))
            if (asking.Cannot.FirstOrDefault(c => c.Of == Impossible.Assurance && c.Value == row.Kind.ToString()) is { } cannot)
                Blocks("assurance", "$.open.assurances",
                    $"{to.State} asks for the assurance {row.Kind} ({row.Article}), and {from.State} cannot give it: {cannot.Title}",
                    "consult the other state before anything is signed", cannot);
            else if (!request.Assurances.Contains(row.Kind))
                Missing("assurance", "$.open.assurances", $"{row.Kind} is not given: {row.Title}", $"give it and name {row.Kind}", row);
    }

    void DualCriminality()
    {
        if (asked.DualCriminalityFor(procedure.Name, act, opening.Instrument) is not { Asked: not DualCriminalityTest.Never } row || !IsExamined())
            return;
        var offences = Offences();
        var below = offences.Count(o => o.LongestPenaltyMonths < row.PenaltyMonths);
        for (var i = 0; i < offences.Count; i++)
        {
            var (offence, place) = (offences[i], $"$.open.offences[{i}]");
            var penalty = offence.LongestPenaltyMonths;
            if (penalty < row.PenaltyMonths)
            {
                var what = $"the longest penalty is {Months(penalty.Value)}; {to.State} wants at least {Months(row.PenaltyMonths)}";
                // One offence above the threshold may carry others with it.
                if (below == offences.Count)
                    Blocks("dual-criminality", $"{place}.longestPenaltyMonths", what, "ask for nothing that lies below, or use another instrument", row);
                else
                    Warns("dual-criminality", $"{place}.longestPenaltyMonths", what, "ask for it as accessory to the others, and say so", row);
            }
            if (row.Asked == DualCriminalityTest.UnlessListOffence && EveryProcedure.IsListOffence(region, opening.Instrument, offence))
                continue;
            var listed = EveryProcedure.KnowsTheList(region, opening.Instrument);
            if (row.Asked == DualCriminalityTest.UnlessListOffence && offence.ListOffence is not null && listed)
                Warns("dual-criminality", $"{place}.longestPenaltyMonths",
                    penalty is null ? "a list offence counts only with its longest penalty, which is not named"
                        : $"a list offence counts from {Months(EveryProcedure.ListOffenceMonths)}; this is {Months(penalty.Value)}",
                    penalty is null ? "write it; without it the offence is examined element by element"
                        : "set out the elements of the offence and the text of the law", row);
            else
                Warns("dual-criminality", place, row.Asked == DualCriminalityTest.Always
                    ? $"{to.State} examines dual criminality element by element, also for list offences"
                    : listed ? "no list offence: it is examined element by element" : $"{opening.Instrument} knows no list of offences: it is examined element by element",
                    "set out the elements of the offence and the text of the law", row);
        }
        if (row.SentenceMonths > 0 && content is ExtraditionRequested { Purpose: ExtraditionPurpose.Sentence } request)
            if (request.SentenceLeftMonths is not { } left)
                Warns("dual-criminality", "$.open.sentenceLeftMonths", "it is not said what is left of the sentence",
                    $"write it; {to.State} wants at least {Months(row.SentenceMonths)}", row);
            else if (left < row.SentenceMonths)
                Blocks("dual-criminality", "$.open.sentenceLeftMonths", $"{Months(left)} are left; {to.State} wants at least {Months(row.SentenceMonths)}",
                    "do not ask for a rest that is shorter", row);
    }

    void Admissibility()
    {
        if (content is not RequestSubmitted request)
            return;
        for (var i = 0; i < request.Measures.Count; i++)
            foreach (var row in asking.Admissibility.Where(Serves).Where(a => a.Measures.Count == 0 || a.Measures.Contains(request.Measures[i].Kind)))
                if (asked.Cannot.FirstOrDefault(c => c.Of == Impossible.Formality && c.Value == row.Code) is { } cannot)
                    Warns("admissibility", $"$.open.measures[{i}].formalities",
                        $"the courts of {from.State} want {row.Code}, which {to.State} cannot apply: {cannot.Title}",
                        "agree with the other state on what takes its place", cannot);
                else if (!request.Measures[i].Formalities.Any(f => string.Equals(f, row.Code, StringComparison.OrdinalIgnoreCase)))
                    Missing("admissibility", $"$.open.measures[{i}].formalities",
                        $"{row.Code} is not asked for; without it the evidence is not admitted in {from.State}: {row.Title}",
                        $"name {row.Code}", row);
        for (var i = 0; i < request.Measures.Count; i++)
            foreach (var formality in request.Measures[i].Formalities)
                if (asked.Cannot.FirstOrDefault(c => c.Of == Impossible.Formality && string.Equals(c.Value, formality,
                    StringComparison.OrdinalIgnoreCase)) is { } cannot
                    && asking.Admissibility.All(a => !string.Equals(a.Code, formality, StringComparison.OrdinalIgnoreCase)))
                    Warns("admissibility", $"$.open.measures[{i}].formalities", $"{to.State} cannot apply {cannot.Value}: {cannot.Title}",
                        "leave it out, or agree on what takes its place", cannot);
    }

    void UseLimits()
    {
        foreach (var row in asked.UseLimits.Where(Serves))
            if (asking.Cannot.FirstOrDefault(c => c.Of == Impossible.UseLimit && c.Value == row.Code) is { } cannot)
                Add("use-limit", row.Mandatory ? PreflightSeverity.Blocks : PreflightSeverity.Warns, "$.open",
                    $"{to.State} limits the use ({row.Title}, {row.Article}), and {from.State} cannot keep to it: {cannot.Title}",
                        "agree on the use before anything is signed", cannot);
    }

    void Costs()
    {
        foreach (var row in asked.Costs.Where(Serves).Where(c => c.Bearer == CostBearer.Requesting))
            if (asking.Costs.FirstOrDefault(c => c.Kind == row.Kind && Serves(c)) is { Bearer: CostBearer.Requested } own)
                Warns("cost", "$.open", $"{to.State} lets the requesting state bear {row.Title}, {from.State} expects the requested state to ({own.Article})",
                    "agree who bears it", row);
            else if (region.Catalogue.Costs.GetValueOrDefault(row.Kind) is not { Bearer: CostBearer.Requesting })
                Warns("cost", "$.open", $"{to.State} lets the requesting state bear {row.Title}", "have the means ready", row);
    }

    void Days()
    {
        var calendar = region.CalendarOf(to.State, to.Authority);
        var lead = asked.LeadTimes.Where(Serves).OrderByDescending(r => r.WorkingDays).FirstOrDefault();
        foreach (var (field, day) in Named())
        {
            // A day that is over is a finding of the content.
            if (day < on)
                continue;
            if (!calendar.Reaches(day))
                Warns("calendar", $"$.open.{field}", $"the holidays of {to.State} are known to {Day(calendar.Until)} only",
                    "count with one or two days fewer", "Calendar of the region", true);
            else if (content is RequestSubmitted && calendar.Rest(day) is { } rest)
                Warns("calendar", $"$.open.{field}", $"nobody works in {to.State} on {Day(day)}: {rest}", "name a working day", "Calendar of the region", true);
            if (lead is null)
                continue;
            var working = 0;
            for (var next = on.AddDays(1); next <= day && working < lead.WorkingDays; next = next.AddDays(1))
                working += calendar.Works(next) ? 1 : 0;
            if (working < lead.WorkingDays)
                Warns("calendar", $"$.open.{field}", $"{working} working days of {to.State} are left to {Day(day)}; it needs {lead.WorkingDays} as a rule",
                    "name a later day, or give the reason and the priority Urgent", lead);
        }
        if (content is RequestSubmitted assistance)
            for (var i = 0; i < assistance.Measures.Count; i++)
                if (assistance.Measures[i].Hearing is { Capacity: PersonPosition.Accused, SummonsWanted: true, At: { } appearance })
                    foreach (var row in region.Catalogue.Untimed.Where(u => u.LeadDays is not null && region.Catalogue.Nearness(u.Instrument, opening.Instrument) > 0))
                        if (rules.Time.DayIn(to.State, appearance) is var day && day < on.AddDays(row.LeadDays!.Value))
                            Warns("calendar", $"$.open.measures[{i}].hearing.at", string.Create(CultureInfo.InvariantCulture,
                                $"{day.DayNumber - on.DayNumber} days are left to {day:yyyy-MM-dd}; a summons to an accused person is sent at least {row.LeadDays} days before ({row.Id})"),
                                "name a later day, or ask whether the other state serves it all the same", row.Article, row.Verified);
        if (content is ProvisionalArrestRequested { FormalRequestBy: { } by } && by >= on
            && region.InForce(from.State, to.State).Contains(opening.Instrument) && procedure.Clocks.Contains(Clock.ProvisionalMust)
            && region.Instruments[opening.Instrument].Procedures.Contains(procedure.Name))
        {
            var rule = region.Rule(opening.Instrument, Clock.ProvisionalMust, on);
            // Counted in days for every instrument of a catalogue; another unit is left to the clock itself.
            if (rule.Unit == TimeUnit.CalendarDays && by > on.AddDays(rule.Length))
                Warns("calendar", "$.open.formalRequestBy",
                    $"somebody arrested today must be released on {Day(on.AddDays(rule.Length))}, before the formal request is there",
                    $"send it within {rule.Length} days of the arrest", rule.Article, rule.Verified);
        }
    }

    // In an extradition the pair of states says whether there is such a step at all.
    void Vetoes()
    {
        if (procedure.Name == Extradition.Table.Name && region.PairOf(from.State, to.State)?.ExecutiveStage != true)
            return;
        foreach (var row in asked.Veto.Where(Serves))
            Warns("veto", "$.header.receiver", $"{to.State} decides in a further step: {row.Title}", "count with the time it takes", row);
    }

    // An emergency that reaches a closed office waits until it opens.
    void Hours()
    {
        if (urgentAt is not { } at || region.Authority(to.Authority) is not { Hours: { } hours } office)
            return;
        var (day, time) = (rules.Time.DayIn(to.State, at), rules.Time.TimeIn(to.State, at));
        if (time >= hours.From && time < hours.To && region.CalendarOf(to.State, to.Authority).Works(day))
            return;
        var awake = region.Designated(to.State, on, procedure.Name).Where(a => a.Hours is null).Select(a => $"{a.Code} ({a.Name})").ToList();
        Warns("hours", "$.header.receiver.authority",
            string.Create(CultureInfo.InvariantCulture, $"{office.Code} is open on working days from {hours.From:HH\\:mm} to {hours.To:HH\\:mm}; there it is {day:yyyy-MM-dd} {time:HH\\:mm}"),
            awake.Count == 0 ? "telephone before it is sent" : $"address {Either(awake)}", "Register of the region", true);
    }

    void Records()
    {
        const string Range = "the time range of the records is not named", Write = "write from when to when, with the zone (period)";
        if (content is PreservationRequested { Period: null })
            Warns("records", "$.open.period", Range, Write, "Regulation (EU) 2023/1543, Article 6(4)", true);
        if (content is not EmergencyRequested emergency)
            return;
        if (emergency.Period is null)
            Warns("records", "$.open.period", Range, Write, "Regulation (EU) 2023/1543, Article 5(5)", true);
        if (particulars is { Provider: null })
            Warns("records", "$.sealed.provider", "it is not said who holds the records", "name the service provider (provider), so that nobody has to ask", "Regulation (EU) 2023/1543, Article 5(5)", true);
    }

    IEnumerable<(string Field, DateOnly Day)> Named() => content switch
    {
        RequestSubmitted { WantedBy: { } by } => [("wantedBy", by), .. AtHome()],
        TransitRequested t => [("on", t.On)],
        FreezingRequested f => [("frozenUntil", f.FrozenUntil), .. AtHome()],
        _ => AtHome(),
    };

    IEnumerable<(string Field, DateOnly Day)> AtHome() => content is IDated dated ? dated.DownstreamDates.Select((d, i) => ($"downstreamDates[{i}].on", d.On)) : [];

    IReadOnlyList<string>? Supplied() => content switch
    {
        RequestSubmitted r => r.Languages,
        ExtraditionRequested r => r.Languages,
        ProvisionalArrestRequested r => r.Languages,
        TransitRequested r => r.Languages,
        PreservationRequested r => r.Languages,
        FreezingRequested r => r.Languages,
        ConfiscationRequested r => r.Languages,
        TransferRequested r => r.Languages,
        InterceptionNotified r => r.Languages,
        _ => null,
    };

    IReadOnlyList<OffenceFact> Offences() => content switch
    {
        RequestSubmitted r => r.Offences,
        ExtraditionRequested r => r.Offences,
        ProvisionalArrestRequested r => r.Offences,
        TransitRequested r => r.Offences,
        PreservationRequested r => r.Offences,
        EmergencyRequested r => r.Offences,
        FreezingRequested r => r.Offences,
        ConfiscationRequested r => r.Offences,
        TransferRequested r => r.Offences,
        InterceptionNotified r => r.Offences,
        _ => [],
    };

    // Assistance that is open for every measure asked for may never be refused on dual criminality.
    bool IsExamined() => content is not RequestSubmitted r
        || r.Measures.Any(m => region.Catalogue.Measures.GetValueOrDefault(m.Kind)?.DualCriminality == DualCriminalityRule.MayBeAsked);

    bool Occurs(Occasion occasion) => occasion switch
    {
        Occasion.CoerciveMeasure => content is RequestSubmitted r && r.Measures.Any(m => region.Catalogue.Measures.GetValueOrDefault(m.Kind)?.Coercive == true),
        Occasion.Prosecution => content is ExtraditionRequested { Purpose: ExtraditionPurpose.Prosecution },
        Occasion.ObjectsWanted => content is ExtraditionRequested { ObjectsWanted: true },
        Occasion.Sentence => content is ExtraditionRequested { Purpose: ExtraditionPurpose.Sentence },
        Occasion.JudgmentInAbsence => content is ExtraditionRequested { Presence: TrialPresence.Absent },
        Occasion.LifeSentence => Offences().Any(o => o.LongestPenaltyMonths >= Life),
        Occasion.DeathPenalty => asking.DeathPenalty && Offences().Any(o => o.LongestPenaltyMonths is null or >= Life),
        Occasion.VictimRestitution => content is FreezingRequested { VictimRestitution: true } or ConfiscationRequested { VictimRestitution: true },
        _ => true,
    };

    const int Life = 1200;

    // The hub asks for some papers itself; it is said once.
    bool IsSaid(string place, string name) => findings.Any(f => f.Place == place && f.What.Contains(name, StringComparison.Ordinal));

    void Missing(string code, string place, string what, string fix, ProfileRow row) =>
        Add(code, row.Mandatory ? PreflightSeverity.Blocks : PreflightSeverity.Warns, place, what, fix, row);

    void Blocks(string code, string place, string what, string fix, ProfileRow row) => Add(code, PreflightSeverity.Blocks, place, what, fix, row);

    void Warns(string code, string place, string what, string fix, ProfileRow row) => Add(code, PreflightSeverity.Warns, place, what, fix, row);

    void Warns(string code, string place, string what, string fix, string article, bool verified) =>
        findings.Add(new(code, PreflightSeverity.Warns, place, what, fix, article) { Verified = verified });

    void Add(string code, PreflightSeverity severity, string place, string what, string fix, ProfileRow row) =>
        findings.Add(new(code, severity, place, what, fix, row.Article) { Verified = row.Verified });

    static string Either(IEnumerable<string> several) => string.Join(" or ", several);

    static string Months(int months) => string.Create(CultureInfo.InvariantCulture, $"{months} months");

    static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
