using System.Collections.Frozen;
using System.Text.Json.Serialization;
using LiaisonHub.Casework.Costs;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.Casework.Templates;
using LiaisonHub.Casework.Time;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>The data a hub is set up with: states and their authorities, pairs and instruments, calendars, catalogue.</summary>
public sealed record Region
{
    /// <summary>Short code.</summary>
    public required string Code { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the data, stored with every request it opens.</summary>
    public required string Version { get; init; }

    /// <summary>The states, by code.</summary>
    public required FrozenDictionary<string, StateProfile> States { get; init; }

    /// <summary>The instruments, by code.</summary>
    public required FrozenDictionary<string, Instrument> Instruments { get; init; }

    /// <summary>Pairs of states and the instruments between them.</summary>
    public required IReadOnlyList<Pair> Pairs { get; init; }

    /// <summary>What each state asks of requests, by its code: the profile of the region with the state's own laid over it. The body has none.</summary>
    public FrozenDictionary<string, CountryProfile> Profiles { get; init; } = FrozenDictionary<string, CountryProfile>.Empty;

    /// <summary>What the instruments say.</summary>
    public required Catalogue Catalogue { get; init; }

    /// <summary>The library of templates, by name and language.</summary>
    public IReadOnlyList<Template> Templates { get; init; } = [];

    /// <summary>The calendars, by code.</summary>
    public required FrozenDictionary<string, LegalCalendar> Calendars { get; init; }

    /// <summary>How long an adapter may say nothing before it counts as silent.</summary>
    public required TimeSpan AdapterSilence { get; init; }

    /// <summary>How many days an announced maintenance of an adapter may last: 1 to 60. Legal time goes on meanwhile: no row of the time catalogue is held because a machine is worked on.</summary>
    public int MaintenanceDays { get; init; } = 7;

    /// <summary>What an hour of work counts in the burden index, by currency. A currency without a rate counts costs alone.</summary>
    public IReadOnlyDictionary<string, HourRate> HourRates { get; init; } = new Dictionary<string, HourRate>();

    /// <summary>The regional secretariat, told at the higher levels of the ladder.</summary>
    public required Secretariat Secretariat { get; init; }

    /// <summary>The region's body that mediates, arbitrates and rules: one of <see cref="States"/>, so that it has its link and keys like a state.</summary>
    public StateProfile Body => States.Values.First(s => s.Body);

    /// <summary>The instrument under which disputes run.</summary>
    public string DisputeInstrument => Instruments.Values.First(i => i.Procedures.Contains("Dispute")).Code;

    /// <summary>How long an act may stay undelivered and unopened: the rows <c>Delivered</c> and <c>Opened</c> of the time catalogue.</summary>
    public TransportWatch TransportWatch => new(Watch(Clock.Delivered), Watch(Clock.Opened));

    /// <summary>Reads a region's folder: <c>region.json</c>, the calendars and the catalogue it names.</summary>
    /// <exception cref="RegionException">Something is wrong; all of it is listed at once.</exception>
    public static Region Load(string folder) => RegionReader.Read(folder);

    /// <summary>An authority of the register by its code; null: not there.</summary>
    public Authority? Authority(string code)
    {
        foreach (var state in States.Values)
            foreach (var authority in state.Authorities)
                if (authority.Code == code)
                    return authority;
        return null;
    }

    /// <summary>The state an authority of the register belongs to; null: not there.</summary>
    public string? StateOf(string authority) => States.Values.FirstOrDefault(s => s.Authorities.Any(a => a.Code == authority))?.Code;

    /// <summary>The authorities of a state that may be addressed with a request on that day.</summary>
    /// <param name="state">The state.</param>
    /// <param name="on">The day.</param>
    /// <param name="procedure">Name of the procedure it is to be competent for. Null: any.</param>
    public IEnumerable<Authority> Designated(string state, DateOnly on, string? procedure = null) =>
        States.TryGetValue(state, out var profile)
            ? profile.Authorities.Where(a => a.ReceivesRequests && a.InOffice(on) && (procedure is null || a.IsCompetentFor(procedure))) : [];

    /// <summary>The rights a state looks at before anything coercive, in the order of the catalogue: those of the region and those its own profile adds.</summary>
    public IEnumerable<RightsItem> RightsOf(string state) =>
        Profiles.TryGetValue(state, out var profile) ? Catalogue.Rights.Where(r => profile.Rights.Contains(r.Code)) : Catalogue.Rights;

    /// <summary>The name of an instrument; its code where the region no longer has it.</summary>
    public string InstrumentName(string code) => Instruments.TryGetValue(code, out var instrument) ? instrument.Name : code;

    /// <summary>The instruments in force between two states.</summary>
    public IReadOnlyList<string> InForce(string one, string other) => PairOf(one, other)?.Instruments ?? [];

    /// <summary>The pair of two states; null: nothing is in force between them.</summary>
    public Pair? PairOf(string one, string other) => Pairs.FirstOrDefault(p => p.A == one && p.B == other || p.A == other && p.B == one);

    /// <summary>The calendar an authority works by: its own, else its state's.</summary>
    public LegalCalendar CalendarOf(string state, string authority) =>
        Calendars[States[state].Authorities.FirstOrDefault(a => a.Code == authority)?.Calendar ?? States[state].Calendar];

    /// <summary>The time rule that sets a clock for an instrument, for requests first received on that day.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="on">The day of the first receipt.</param>
    /// <param name="measures">What the request asks for.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TimeRule Rule(string instrument, Clock clock, DateOnly on, IReadOnlyCollection<MeasureKind>? measures = null) =>
        RuleIfAny(instrument, clock, on, measures)
            ?? throw new InvalidOperationException($"No time rule sets the clock {clock} for {instrument}. Add a row to time-rules/.");

    /// <summary>The same; null: there is none.</summary>
    public TimeRule? RuleIfAny(string instrument, Clock clock, DateOnly on, IReadOnlyCollection<MeasureKind>? measures = null)
    {
        // The nearest row goes before the others, and among those the one about the very measures; a day before the first row takes that row.
        TimeRule? found = null;
        var best = 0;
        foreach (var rule in Catalogue.TimeRules)
            if (rule.Clock == clock && Catalogue.Nearness(rule.Instrument, instrument) is > 0 and var near
                && (rule.Measures.Count == 0 || measures is { Count: > 0 } && measures.All(rule.Measures.Contains)))
            {
                var rank = 4 * near + (rule.Measures.Count > 0 ? 2 : 0) + (rule.ValidFrom <= on && (rule.ValidTo is not { } to || on <= to) ? 1 : 0);
                if (rank > best)
                    (found, best) = (rule, rank);
            }
        return found;
    }

    TimeSpan Watch(Clock clock) => TimeSpan.FromHours(Catalogue.TimeRules.First(r => r.Clock == clock && r.Instrument == "*").Length);
}

/// <summary>A treaty or framework of the region.</summary>
/// <param name="Code">Code, for example <c>EIO</c>.</param>
/// <param name="Name">Name.</param>
/// <param name="Procedures">Names of the procedures it serves.</param>
public sealed record Instrument(string Code, string Name, IReadOnlyList<string> Procedures)
{
    /// <summary>True: for the list offences dual criminality is not examined.</summary>
    public bool ListOffences { get; init; }

    /// <summary>Code of the instrument it supplements: what it leaves open stands there. Null: it stands alone.</summary>
    public string? Supplements { get; init; }

    /// <summary>True: what its rows leave open is filled by the region's rows for every instrument. False: a clock without a row of its own is an error of
    /// the data.</summary>
    public bool RegionFills { get; init; }

    /// <summary>For extradition: months of imprisonment that an offence must be punishable by at least. Null: 12, as under Article 2(1) of the European
    /// Convention on Extradition.</summary>
    public int? LeastPenaltyMonths { get; init; }

    /// <summary>True: what is sent electronically is the original, and no originals on paper follow.</summary>
    public bool ElectronicOriginal { get; init; }
}

/// <summary>A state of the region.</summary>
public sealed record StateProfile
{
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Code { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Time zone of its authorities (IANA).</summary>
    public required string Zone { get; init; }

    /// <summary>Code of its calendar.</summary>
    public required string Calendar { get; init; }

    /// <summary>Languages it accepts requests in (BCP 47).</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>Its authorities.</summary>
    public required IReadOnlyList<Authority> Authorities { get; init; }

    /// <summary>Who is on duty at which hours, in the order in which they are rung. Needed where an instrument serves emergencies.</summary>
    public IReadOnlyList<DutyTurn> DutyRoster { get; init; } = [];

    /// <summary>Code of the authority that courts are reached through when somebody is in custody.</summary>
    public required string CourtContact { get; init; }

    /// <summary>True: no state but the region's body for disputes.</summary>
    public bool Body { get; init; }
}

/// <summary>An authority on duty.</summary>
/// <param name="Authority">Its code.</param>
/// <param name="From">From when on each day, in the state's zone.</param>
/// <param name="To">Until just before when; before <paramref name="From"/>: of the next day; the same: round the clock.</param>
public sealed record DutyTurn(string Authority, TimeOnly From, TimeOnly To)
{
    /// <summary>True: on duty at that time of day.</summary>
    public bool Covers(TimeOnly time) => From == To || time.IsBetween(From, To);
}

/// <summary>The hours of an office, on the days on which its calendar works.</summary>
/// <param name="From">From when, in the state's zone.</param>
/// <param name="To">Until just before when; after <paramref name="From"/>.</param>
public sealed record OfficeHours(TimeOnly From, TimeOnly To);

/// <summary>The regional secretariat.</summary>
/// <param name="Code">Code.</param>
/// <param name="Name">Name.</param>
public sealed record Secretariat(string Code, string Name);

/// <summary>An authority of the register.</summary>
public sealed record Authority
{
    /// <summary>Code, for example <c>XA-CA</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required AuthorityKind Kind { get; init; }

    /// <summary>What it is competent for, in words.</summary>
    public required string Competence { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day. Null: open.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Who took over.</summary>
    public string? Successor { get; init; }

    /// <summary>True: requests may be addressed to it.</summary>
    public required bool ReceivesRequests { get; init; }

    /// <summary>Names of the procedures whose requests it may receive. Empty: every one.</summary>
    public IReadOnlyList<string> Procedures { get; init; } = [];

    /// <summary>When somebody is there. Null: at any hour of any day.</summary>
    public OfficeHours? Hours { get; init; }

    /// <summary>Code of the calendar it works by. Null: its state's.</summary>
    public string? Calendar { get; init; }

    /// <summary>True: requests of the procedure are for it.</summary>
    public bool IsCompetentFor(string procedure) => Procedures.Count == 0 || Procedures.Contains(procedure);

    /// <summary>True: it exists on that day.</summary>
    public bool InOffice(DateOnly on) => From <= on && (To is not { } to || on <= to);
}

/// <summary>What an authority is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuthorityKind>))]
public enum AuthorityKind
{
    /// <summary>Central authority.</summary>
    CentralAuthority,

    /// <summary>Court.</summary>
    Court,

    /// <summary>Prosecutor.</summary>
    Prosecutor,

    /// <summary>Liaison office.</summary>
    LiaisonOffice,

    /// <summary>24/7 duty point.</summary>
    DutyPoint,

    /// <summary>Head of the central authority.</summary>
    HeadOfCentralAuthority,

    /// <summary>Head of the unit that works on requests.</summary>
    HeadOfUnit,

    /// <summary>Mediator or panel of mediators of the region's body.</summary>
    Mediator,

    /// <summary>Arbitral tribunal of the region's body.</summary>
    Tribunal,
}

/// <summary>Two states and what is in force between them.</summary>
/// <param name="A">One state.</param>
/// <param name="B">The other.</param>
/// <param name="Instruments">Codes of the instruments in force.</param>
public sealed record Pair(string A, string B, IReadOnlyList<string> Instruments)
{
    /// <summary>True: what a court has granted needs the agreement of the government before anybody is extradited.</summary>
    public bool ExecutiveStage { get; init; }
}

/// <summary>How long an act may stay undelivered and unopened.</summary>
/// <param name="Delivered">From the hub's acceptance to the other adapter's receipt; 24 h.</param>
/// <param name="Opened">From there to a person; 36 h.</param>
public sealed record TransportWatch(TimeSpan Delivered, TimeSpan Opened);

/// <summary>The region's data is wrong. Lists every error: file, key, what was found, how to fix it.</summary>
public sealed class RegionException(IReadOnlyList<string> errors)
    : Exception($"The region cannot be used:{Environment.NewLine}{string.Join(Environment.NewLine, errors)}")
{
    /// <summary>Every error.</summary>
    public IReadOnlyList<string> Errors => errors;
}
