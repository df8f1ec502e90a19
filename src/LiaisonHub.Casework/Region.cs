using System.Collections.Frozen;
using System.Text.Json.Serialization;
using LiaisonHub.Casework.Time;

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

    /// <summary>Names of the instruments, by code.</summary>
    public required FrozenDictionary<string, string> Instruments { get; init; }

    /// <summary>Pairs of states and the instruments between them.</summary>
    public required IReadOnlyList<Pair> Pairs { get; init; }

    /// <summary>What the instruments say.</summary>
    public required Catalogue Catalogue { get; init; }

    /// <summary>The calendars, by code.</summary>
    public required FrozenDictionary<string, LegalCalendar> Calendars { get; init; }

    /// <summary>How long an adapter may say nothing before it counts as silent.</summary>
    public required TimeSpan AdapterSilence { get; init; }

    /// <summary>The regional secretariat, told at the higher levels of the ladder.</summary>
    public required Secretariat Secretariat { get; init; }

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

    /// <summary>The authorities of a state that may be addressed with a request on that day.</summary>
    public IEnumerable<Authority> Designated(string state, DateOnly on) =>
        States.TryGetValue(state, out var profile) ? profile.Authorities.Where(a => a.ReceivesRequests && a.InOffice(on)) : [];

    /// <summary>The instruments in force between two states.</summary>
    public IReadOnlyList<string> InForce(string one, string other)
    {
        foreach (var pair in Pairs)
            if (pair.A == one && pair.B == other || pair.A == other && pair.B == one)
                return pair.Instruments;
        return [];
    }

    /// <summary>The time rule that sets a clock for an instrument, for requests first received on that day.</summary>
    public TimeRule Rule(string instrument, Clock clock, DateOnly on)
    {
        TimeRule? latest = null;
        foreach (var rule in Catalogue.TimeRules)
            if (rule.Clock == clock && (rule.Instrument == instrument || rule.Instrument == "*"))
            {
                if (rule.ValidFrom <= on && (rule.ValidTo is not { } to || on <= to))
                    return rule;
                latest ??= rule;
            }
        // The reader refuses a region without a row for a clock; a day before the first row takes that row.
        return latest ?? throw new InvalidOperationException($"No time rule sets the clock {clock} for {instrument}. Add a row to time-rules.json.");
    }

    TimeSpan Watch(Clock clock) => TimeSpan.FromHours(Catalogue.TimeRules.First(r => r.Clock == clock).Length);
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

    /// <summary>Code of the authority that courts are reached through when somebody is in custody.</summary>
    public required string CourtContact { get; init; }
}

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
}

/// <summary>Two states and what is in force between them.</summary>
/// <param name="A">One state.</param>
/// <param name="B">The other.</param>
/// <param name="Instruments">Codes of the instruments in force.</param>
public sealed record Pair(string A, string B, IReadOnlyList<string> Instruments);

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
