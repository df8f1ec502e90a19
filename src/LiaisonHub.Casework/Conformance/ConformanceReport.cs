using System.Reflection;
using System.Text.Json;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Conformance;

/// <summary>What an examination has seen.</summary>
public sealed record ConformanceReport
{
    /// <summary>Version of this kit.</summary>
    public static string Kit { get; } =
        typeof(ConformanceReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>The participant's state.</summary>
    public required string State { get; init; }

    /// <summary>What it is.</summary>
    public required string Participant { get; init; }

    /// <summary>Version of the kit.</summary>
    public required string KitVersion { get; init; }

    /// <summary>Version of the contracts it was examined for.</summary>
    public required string ContractVersion { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it took (s). Null: it is not known any more.</summary>
    public double? Seconds { get; init; }

    /// <summary>Every check gone through, by number.</summary>
    public required IReadOnlyList<CheckResult> Checks { get; init; }

    /// <summary>The level earned: the highest all of whose checks, and those of the levels below, were seen and passed. 0: none, or not all groups were gone through.</summary>
    public int Level => signed ?? (Checks.Count < CheckList.Current.Checks.Count ? 0 : Reached(_ => true));

    int? signed;

    /// <summary>What the hub has signed, to be told again as it was told then.</summary>
    public static ConformanceReport Of(EarnedLevel earned) => new()
    {
        State = earned.State,
        Participant = earned.Participant,
        KitVersion = earned.KitVersion,
        ContractVersion = earned.ContractVersion,
        At = earned.At,
        Checks = earned.Checks,
        signed = earned.Level,
    };

    /// <summary>How many checks had an outcome.</summary>
    public int Count(CheckOutcome outcome) => Checks.Count(c => c.Outcome == outcome);

    /// <summary>The highest level no check of which, among some groups, failed or went unobserved.</summary>
    public int Reached(Func<Check, bool> among)
    {
        var open = Checks.Where(c => c.Outcome is CheckOutcome.Failed or CheckOutcome.NotObserved).Select(c => CheckList.Current.Find(c.Id)).OfType<Check>().Where(among).Select(c => c.Level).DefaultIfEmpty(CheckList.Current.Levels.Count + 1).Min();
        return open - 1;
    }

    /// <summary>The document the hub signs and keeps.</summary>
    public EarnedLevel Earned() => new()
    {
        State = State,
        Participant = Participant,
        Level = Level,
        ContractVersion = ContractVersion,
        KitVersion = KitVersion,
        At = At,
        Until = At.AddDays(CheckList.Current.ValidDays),
        Checks = Checks,
    };

    /// <summary>As JSON: level, counts, and every check with what is required and what was seen.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            State,
            Participant,
            Level,
            KitVersion,
            ContractVersion,
            At,
            Seconds,
            Passed = Count(CheckOutcome.Passed),
            Failed = Count(CheckOutcome.Failed),
            NotObserved = Count(CheckOutcome.NotObserved),
            NotApplicable = Count(CheckOutcome.NotApplicable),
            Checks = Checks.Select(c => new
            {
                c.Id,
                CheckList.Current[c.Id].Title,
                CheckList.Current[c.Id].Group,
                CheckList.Current[c.Id].Level,
                c.Outcome,
                c.Seen,
                CheckList.Current[c.Id].Requires,
                CheckList.Current[c.Id].Source,
                CheckList.Current[c.Id].Remedy,
            }),
        },
        Indented);

    static readonly JsonSerializerOptions Indented = new(Wire.Json) { WriteIndented = true };

    /// <summary>Everything that did not pass, for a person at a terminal or in a test's message.</summary>
    public string Findings => string.Join(
        Environment.NewLine,
        Checks.Where(c => c.Outcome is CheckOutcome.Failed or CheckOutcome.NotObserved).Select(c =>
        {
            var check = CheckList.Current[c.Id];
            return $"{(c.Outcome == CheckOutcome.Failed ? "FAILED" : "not observed")} {c.Id} (level {check.Level}) {check.Title}: {c.Seen}"
                + (c.Outcome == CheckOutcome.Failed ? $"{Environment.NewLine}    required: {check.Requires} [{check.Source}]{Environment.NewLine}    remedy:   {check.Remedy}" : "");
        }));
}
