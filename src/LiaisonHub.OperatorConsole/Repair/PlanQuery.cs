using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Repair;

/// <summary>Which plans, as the address of the page says it.</summary>
/// <param name="Status">One of <see cref="Statuses"/>. Null: whatever.</param>
/// <param name="Deed">What is done. Null: whatever.</param>
/// <param name="After">The place behind the last one of the page before. Null: the first page.</param>
public sealed record PlanQuery(string? Status, RepairDeed? Deed, PageMark? After = null)
{
    /// <summary>How a plan may stand.</summary>
    public static IReadOnlyList<string> Statuses { get; } = [RepairPlan.Draft, RepairPlan.Running, RepairPlan.Stopped, RepairPlan.Done, RepairPlan.Discarded];

    /// <summary>What could not be read, one sentence each. Where there is any, no plan fits.</summary>
    public IReadOnlyList<Said> Problems { get; init; } = [];

    /// <summary>Reads the address.</summary>
    public static PlanQuery Read(IQueryCollection query, Texts said)
    {
        var read = new AddressFields(query, said);
        return new(read.OneOf("status", Statuses), read.OneOf("deed", Enum.GetNames<RepairDeed>()) is { } deed ? Enum.Parse<RepairDeed>(deed) : null, read.End("after")) { Problems = read.Problems };
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
}

/// <summary>One page of plans.</summary>
/// <param name="At">The hub's legal clock (UTC).</param>
/// <param name="Plans">Last made first.</param>
/// <param name="Next">The value of <c>after</c> that gives the next page. Null: there is none.</param>
public sealed record PlanList(DateTimeOffset At, IReadOnlyList<RepairPlan> Plans, string? Next);
