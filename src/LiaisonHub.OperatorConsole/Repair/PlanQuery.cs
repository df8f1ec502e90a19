using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Repair;

/// <summary>Which plans, as the address of the page says it.</summary>
/// <param name="Status">One of <see cref="Statuses"/>. Null: whatever.</param>
/// <param name="Deed">What is done. Null: whatever.</param>
public sealed record PlanQuery(string? Status, RepairDeed? Deed)
{
    /// <summary>How a plan may stand.</summary>
    public static IReadOnlyList<string> Statuses { get; } = [RepairPlan.Draft, RepairPlan.Running, RepairPlan.Stopped, RepairPlan.Done, RepairPlan.Discarded];

    /// <summary>What could not be read, one sentence each. Where there is any, no plan fits.</summary>
    public IReadOnlyList<Said> Problems { get; init; } = [];

    /// <summary>Reads the address.</summary>
    public static PlanQuery Read(IQueryCollection query, Texts said)
    {
        var problems = new List<Said>();
        string? Text(string name, IReadOnlyList<string> of)
        {
            var text = query[name].ToString().Trim();
            if (text.Length == 0 || of.Contains(text))
                return text.Length == 0 ? null : text;
            problems.Add(said["shell.not-read", name, said["deadlines.one-of", string.Join(", ", of)]]);
            return null;
        }

        var (status, deed) = (Text("status", Statuses), Text("deed", Enum.GetNames<RepairDeed>()));
        problems.AddRange(Fields.Unknown(query, said, "status", "deed"));
        return new(status, deed is null ? null : Enum.Parse<RepairDeed>(deed)) { Problems = problems };
    }

    /// <summary>The address of these plans.</summary>
    public string Address => (Status, Deed) switch
    {
        (null, null) => "/plans",
        ({ } status, null) => $"/plans?status={status}",
        (null, { } deed) => $"/plans?deed={deed}",
        var (status, deed) => $"/plans?status={status}&deed={deed}",
    };

    /// <summary>In words, for files.</summary>
    public string InWords => (Status, Deed) is (null, null) ? "all" : string.Join(", ", new[] { Status, Deed?.ToString() }.OfType<string>());

    /// <summary>True: the plan is one of these.</summary>
    public bool Has(RepairPlan plan) => Problems.Count == 0 && (Status is null || plan.Status == Status) && (Deed is null || plan.Deed == Deed);
}
