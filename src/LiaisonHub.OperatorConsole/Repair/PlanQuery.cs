using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Repair;

/// <summary>Which plans, as the address of the page says it.</summary>
/// <param name="Status">One of <see cref="Statuses"/>. Null: whatever.</param>
/// <param name="Deed">What is done. Null: whatever.</param>
public sealed record PlanQuery(string? Status, RepairDeed? Deed)
{
    /// <summary>How a plan may stand.</summary>
    public static IReadOnlyList<string> Statuses { get; } = [RepairPlan.Draft, RepairPlan.Running, RepairPlan.Stopped, RepairPlan.Done];

    /// <summary>Reads the address.</summary>
    public static PlanQuery Read(IQueryCollection query) => new(
        Statuses.Contains(query["status"].ToString()) ? query["status"].ToString() : null,
        Enum.TryParse<RepairDeed>(query["deed"].ToString(), out var deed) && Enum.IsDefined(deed) ? deed : null);

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
    public bool Has(RepairPlan plan) => (Status is null || plan.Status == Status) && (Deed is null || plan.Deed == Deed);
}
