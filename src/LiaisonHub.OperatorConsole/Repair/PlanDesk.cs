using System.Globalization;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Filters;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Repair;

/// <summary>What a person wants of a plan: the same from a page, over the API and from the command line.</summary>
public sealed record PlanWish
{
    public const int LargestPace = 600;

    /// <summary>A <see cref="RepairDeed"/>.</summary>
    public string Deed { get; init; } = "";

    /// <summary>Only messages of this fingerprint. Null: any.</summary>
    public string? Group { get; init; }

    /// <summary>Only rows of this state. Null: any.</summary>
    public string? State { get; init; }

    /// <summary>Only the messages that this saved filter of the quarantine finds when the plan is made. Null: no filter.</summary>
    public Guid? Filter { get; init; }

    /// <summary>Only these ids; each of them must fit. Null: all that fit.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>True: all that wait, where nothing narrows the list. What was left out by mistake, or could not be read, never means all.</summary>
    public bool All { get; init; }

    /// <summary>Rows a minute: 1 to 600. Default: 10.</summary>
    public int PerMinute { get; init; } = 10;

    /// <summary>Of a hundred rows that were tried, how many may fail before it stops: 0 to 100. Default: 5.</summary>
    public int StopPercent { get; init; } = 5;

    /// <summary>Not before (UTC). Null: at once.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>Not after (UTC). Null: whenever.</summary>
    public DateTimeOffset? ClosesAt { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>Who asks, where nobody signs in: name and function.</summary>
    public string? By { get; init; }
}

/// <summary>What is asked of a plan by its version: nobody agrees to, or runs, what was edited meanwhile.</summary>
/// <param name="Version">The version the person saw.</param>
/// <param name="Count">How many rows, as the person typed it.</param>
/// <param name="Reason">Why, where that is asked.</param>
/// <param name="By">Who asks, where nobody signs in.</param>
public sealed record PlanStep(int Version, int? Count = null, string? Reason = null, string? By = null);

/// <summary>What became of it: the plan, or why not.</summary>
/// <param name="Plan">The plan as it stands. Null: there is none.</param>
/// <param name="Error">Null: it was done.</param>
/// <param name="Problems">What exactly is wrong, one line each.</param>
public sealed record PlanAnswer(RepairPlan? Plan, ErrorCode? Error = null, IReadOnlyList<Said>? Problems = null);

/// <summary>A plan with how it stands.</summary>
public sealed record PlanBoard
{
    /// <summary>The hub's clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    public required RepairPlan Plan { get; init; }

    /// <summary>Somebody agreed to this version, and the agreement has not lapsed.</summary>
    public required bool Approved { get; init; }

    /// <summary>Since when no worker of the hub gives a sign of life (UTC): nothing is tried or worked off. Null: one does.</summary>
    public DateTimeOffset? HubSilentSince { get; init; }

    /// <summary>How its rows stand, by wave.</summary>
    public required IReadOnlyList<RepairCount> Counts { get; init; }

    /// <summary>What the dry run says in sum: WouldWork, WouldFail, Nothing; empty: not yet.</summary>
    public required IReadOnlyList<RepairCount> Foreseen { get; init; }

    /// <summary>Rows, by position.</summary>
    public required IReadOnlyList<RepairItem> Items { get; init; }

    /// <summary>The position behind which the next page begins. Null: there is none.</summary>
    public int? Next { get; init; }
}

/// <summary>
/// Where plans are made, changed, agreed to, run and stopped. Whatever a person does to a plan comes through here, so the rule of two people is asked in one place; the store asks once more whether the two
/// accounts are one, in the transaction.
/// </summary>
sealed class PlanDesk(RepairPlans plans, FilterDesk filters, AccountDesk accounts, RefusedTries refused, HubProcesses processes, Texts said, TimeProvider time, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    /// <summary>How long an agreement stands, and how old a dry run may be.</summary>
    public static readonly TimeSpan Stands = TimeSpan.FromHours(24);

    const int PageLength = 100, PlansOnPage = 50;

    /// <summary>One page of plans. Of an address that cannot be read there is nothing: who meant a few is not shown all.</summary>
    public async Task<PlanList> List(PlanQuery query, CancellationToken cancellationToken)
    {
        var found = query.Problems.Count > 0 ? [] : await plans.Page(PlansOnPage + 1, cancellationToken, query.Status, query.Deed, query.After);
        return new(time.GetUtcNow(), [.. found.Take(PlansOnPage)], found.Count > PlansOnPage ? RequestQuery.Text(new(found[PlansOnPage - 1].MadeAt, found[PlansOnPage - 1].PlanId)) : null);
    }

    /// <summary>One plan with a page of its rows. Null: unknown.</summary>
    public async Task<PlanBoard?> Board(Guid planId, int after, CancellationToken cancellationToken)
    {
        if (await plans.Get(planId, cancellationToken) is not { } plan)
            return null;
        var items = await plans.Items(planId, after, PageLength + 1, cancellationToken);
        return new()
        {
            At = time.GetUtcNow(),
            Plan = plan,
            Approved = plan.ApprovedAt(time.GetUtcNow()),
            HubSilentSince = await processes.SilentSince(technical.GetUtcNow(), cancellationToken),
            Counts = await plans.Counts(planId, cancellationToken),
            Foreseen = await plans.Foreseen(planId, cancellationToken),
            Items = [.. items.Take(PageLength)],
            Next = items.Count > PageLength ? items[PageLength - 1].Position : null,
        };
    }

    /// <summary>Makes a plan over what fits now.</summary>
    public async Task<PlanAnswer> New(Caller caller, PlanWish wish, CancellationToken cancellationToken)
    {
        var problems = Problems(caller, wish);
        if (!Enum.TryParse<RepairDeed>(wish.Deed, out var deed) || !Enum.IsDefined(deed))
            problems.Insert(0, said["shell.choose-one-of", string.Join(", ", Enum.GetNames<RepairDeed>())]);
        problems.AddRange(Choice(wish));
        var ids = wish.Ids?.Select(i => Id(deed, i)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (wish.Ids?.Where(i => Id(deed, i) is null).ToList() is { Count: > 0 } bad)
            problems.Add(said["plans.bad-ids", Some(bad)]);
        (string Source, string Code, string Place)? fault = null;
        if (wish.Group is { Length: > 0 } group && (fault = FaultGroup.Parts(group)) is null)
            return new(null, ErrorCode.UnknownGroup);
        if (fault is not null && deed is not (RepairDeed.Retry or RepairDeed.SetAside))
            problems.Add(said["plans.group-of-messages"]);
        if (problems.Count > 0)
            return new(null, ErrorCode.CannotBeRead, problems);
        var chosen = Chosen(wish);
        IReadOnlySet<string>? only = null;
        if (wish.Filter is { } filterId)
        {
            var (filter, messages, error) = await filters.Messages(filterId, caller, RepairPlan.MostItems + 1, cancellationToken);
            if (error is not null)
                return new(null, error, filter?.Problems is { Count: > 0 } why ? why : null);
            if (messages.Count is 0 or > RepairPlan.MostItems)
                return new(null, messages.Count == 0 ? ErrorCode.NothingFits : ErrorCode.TooManyFit);
            only = messages.ToHashSet(StringComparer.Ordinal);
            chosen = Chosen($"saved filter “{filter!.Name}”: {filter.Query}", chosen == Everything ? null : chosen);
        }
        var now = time.GetUtcNow();
        var by = Fields.Who(caller, wish.By)!;
        var (plan, found, missing) = await plans.Make(
            new()
            {
                PlanId = Guid.CreateVersion7(now),
                Deed = deed,
                Chosen = chosen,
                Items = 0,
                ItemsHash = "",
                CutOff = now,
                PerMinute = wish.PerMinute,
                StopPercent = wish.StopPercent,
                OpensAt = wish.OpensAt,
                ClosesAt = wish.ClosesAt,
                Reason = wish.Reason.Trim(),
                MadeBy = by,
                MadeAt = now,
                ShapedBy = by,
                ShapedByAccount = caller.AccountId,
                ShapedAt = now,
            },
            wish.State is { Length: > 0 } state ? state : null, fault, only, cancellationToken, ids);
        return plan is not null ? new(plan) : missing.Count > 0 ? new(null, ErrorCode.NotAllFit, [said["plans.missing-ids", missing.Count, Some(missing)]]) : new(null, found == 0 ? ErrorCode.NothingFits : ErrorCode.TooManyFit);
    }

    /// <summary>Changes pace, window and reason. The list stays as it is.</summary>
    public async Task<PlanAnswer> Edit(Guid planId, int version, Caller caller, PlanWish wish, CancellationToken cancellationToken)
    {
        if (await plans.Get(planId, cancellationToken) is not { } plan)
            return new(null, ErrorCode.UnknownPlan);
        if (Problems(caller, wish) is { Count: > 0 } problems)
            return new(plan, ErrorCode.CannotBeRead, problems);
        var edited = plan with { Version = version, PerMinute = wish.PerMinute, StopPercent = wish.StopPercent, OpensAt = wish.OpensAt, ClosesAt = wish.ClosesAt, Reason = wish.Reason.Trim() };
        return await plans.Reshape(edited, Fields.Who(caller, wish.By)!, caller.AccountId, cancellationToken) ? await Now(planId, cancellationToken) : await Late(planId, version, cancellationToken);
    }

    /// <summary>Asks the hub for a dry run.</summary>
    public async Task<PlanAnswer> Foresee(Guid planId, Caller caller, string? by, CancellationToken cancellationToken) =>
        await plans.Get(planId, cancellationToken) is not { } plan ? new(null, ErrorCode.UnknownPlan)
        : await plans.Foresee(planId, Fields.Who(caller, by) ?? caller.InLedger, cancellationToken, caller.AccountId) ? await Now(planId, cancellationToken) : new(plan, ErrorCode.NotNow);

    /// <summary>The second person agrees.</summary>
    public async Task<PlanAnswer> Approve(Guid planId, int version, Caller caller, CancellationToken cancellationToken)
    {
        if (await plans.Get(planId, cancellationToken) is not { } plan)
            return new(null, ErrorCode.UnknownPlan);
        if (!plan.Irreversible)
            return new(plan, ErrorCode.NeedsNobody);
        if (caller.AccountId is not { } account || plan.ShapedByAccount is not { } shaper)
            return new(plan, ErrorCode.NobodySignsIn);
        if (await accounts.SameHand(shaper, account, cancellationToken) is { } same)
        {
            await refused.Count(new(RefusedTry.SecondPerson, caller.Name, account, planId), 1, cancellationToken);
            return new(plan, ErrorCode.SameHand, [same]);
        }
        // Nobody agrees to what nobody knows: what the dry run of this version says is what is agreed to.
        if (plan.Version == version && plan.ForeseenAt is null)
            return new(plan, ErrorCode.NoDryRun);
        if (!await plans.Holds(plan, cancellationToken))
            return new(plan, ErrorCode.ListChanged);
        return await plans.AgreeTo(planId, version, account, caller.Name, time.GetUtcNow() + Stands, cancellationToken) ? await Now(planId, cancellationToken) : await Late(planId, version, cancellationToken);
    }

    /// <summary>The second person does not agree: the plan never runs.</summary>
    public async Task<PlanAnswer> Refuse(Guid planId, PlanStep step, Caller caller, CancellationToken cancellationToken)
    {
        if (await plans.Get(planId, cancellationToken) is not { } plan)
            return new(null, ErrorCode.UnknownPlan);
        if (!plan.Irreversible)
            return new(plan, ErrorCode.NeedsNobody);
        if (caller.AccountId is not { } account)
            return new(plan, ErrorCode.NobodySignsIn);
        if (Fields.Why(step.Reason) is not { } reason)
            return new(plan, ErrorCode.CannotBeRead, [said["shell.write-reason", Fields.LongestReason]]);
        return await plans.Refuse(planId, step.Version, account, caller.Name, reason, cancellationToken) ? await Now(planId, cancellationToken) : await Late(planId, step.Version, cancellationToken);
    }

    /// <summary>Who agreed takes it back; a plan that runs stops.</summary>
    public async Task<PlanAnswer> TakeBack(Guid planId, PlanStep step, Caller caller, CancellationToken cancellationToken)
    {
        if (await plans.Get(planId, cancellationToken) is not { } plan)
            return new(null, ErrorCode.UnknownPlan);
        if (caller.AccountId is not { } account)
            return new(plan, ErrorCode.NobodySignsIn);
        if (Fields.Why(step.Reason) is not { } reason)
            return new(plan, ErrorCode.CannotBeRead, [said["shell.write-reason", Fields.LongestReason]]);
        return await plans.TakeBackAgreement(planId, account, caller.Name, reason, cancellationToken) ? await Now(planId, cancellationToken) : new(plan, ErrorCode.NotNow);
    }

    /// <summary>Throws away what does not run.</summary>
    public async Task<PlanAnswer> Discard(Guid planId, PlanStep step, Caller caller, CancellationToken cancellationToken)
    {
        if (await plans.Get(planId, cancellationToken) is not { } plan)
            return new(null, ErrorCode.UnknownPlan);
        if (Named(caller, step.By) is { } problem)
            return new(plan, ErrorCode.CannotBeRead, [problem]);
        if (Fields.Why(step.Reason) is not { } reason)
            return new(plan, ErrorCode.CannotBeRead, [said["shell.write-reason", Fields.LongestReason]]);
        return await plans.Discard(planId, step.Version, Fields.Who(caller, step.By)!, caller.AccountId, reason, cancellationToken) ? await Now(planId, cancellationToken) : await Late(planId, step.Version, cancellationToken);
    }

    /// <summary>Lets it run.</summary>
    public async Task<PlanAnswer> Run(Guid planId, PlanStep step, Caller caller, CancellationToken cancellationToken)
    {
        if (await plans.Get(planId, cancellationToken) is not { } plan)
            return new(null, ErrorCode.UnknownPlan);
        if (Named(caller, step.By) is { } problem)
            return new(plan, ErrorCode.CannotBeRead, [problem]);
        if (step.Count != plan.Items)
            return new(plan, ErrorCode.OtherCount, [said["plans.has-rows", plan.Items]]);
        if (!await plans.Holds(plan, cancellationToken))
            return new(plan, ErrorCode.ListChanged);
        var now = time.GetUtcNow();
        if (await plans.Run(planId, step.Version, step.Count.Value, now - Stands, Fields.Who(caller, step.By)!, cancellationToken, caller.AccountId))
            return await Now(planId, cancellationToken);
        var late = await Late(planId, step.Version, cancellationToken);
        if (late.Error != ErrorCode.NotNow || late.Plan is not { Status: RepairPlan.Draft or RepairPlan.Stopped } stands)
            return late;
        if (stands.ForeseenAt is not { } foreseen || foreseen < now - Stands)
            return new(stands, ErrorCode.NoDryRun);
        if (stands.Irreversible && stands.ShapedByAccount is null)
            return new(stands, ErrorCode.NobodySignsIn);
        await refused.Count(new(RefusedTry.SecondPerson, caller.InLedger, caller.AccountId, planId), 1, cancellationToken);
        return new(stands, ErrorCode.NotApproved);
    }

    /// <summary>Stops it: what was not begun stays undone.</summary>
    public async Task<PlanAnswer> Stop(Guid planId, PlanStep step, Caller caller, CancellationToken cancellationToken)
    {
        if (await plans.Get(planId, cancellationToken) is not { } plan)
            return new(null, ErrorCode.UnknownPlan);
        if (Named(caller, step.By) is { } problem)
            return new(plan, ErrorCode.CannotBeRead, [problem]);
        if (Fields.Why(step.Reason) is not { } reason)
            return new(plan, ErrorCode.CannotBeRead, [said["shell.write-reason", Fields.LongestReason]]);
        return await plans.Stop(planId, Fields.Who(caller, step.By)!, reason, cancellationToken, caller.AccountId) ? await Now(planId, cancellationToken) : new(plan, ErrorCode.NotNow);
    }

    async Task<PlanAnswer> Now(Guid planId, CancellationToken cancellationToken) => new(await plans.Get(planId, cancellationToken));

    async Task<PlanAnswer> Late(Guid planId, int version, CancellationToken cancellationToken)
    {
        var plan = await plans.Get(planId, cancellationToken);
        return new(plan, plan?.Version == version ? ErrorCode.NotNow : ErrorCode.PlanChanged);
    }

    List<Said> Problems(Caller caller, PlanWish wish)
    {
        var problems = new List<Said>();
        if (Named(caller, wish.By) is { } unnamed)
            problems.Add(unnamed);
        if (Fields.Why(wish.Reason) is null)
            problems.Add(said["shell.write-reason", Fields.LongestReason]);
        if (wish.PerMinute is < 1 or > PlanWish.LargestPace)
            problems.Add(said["plans.bad-pace", PlanWish.LargestPace]);
        if (wish.StopPercent is < 0 or > 100)
            problems.Add(said["plans.bad-share"]);
        if (wish.ClosesAt <= wish.OpensAt)
            problems.Add(said["plans.bad-window"]);
        if (wish.Filter is not null && wish.Deed is not (nameof(RepairDeed.Retry) or nameof(RepairDeed.SetAside)))
            problems.Add(said["plans.filter-of-messages"]);
        if (wish.State?.Length > 2)
            problems.Add(said["plans.bad-state"]);
        return problems;
    }

    // Which rows are meant is said, or that all are: nothing that is empty stands for everything.
    IEnumerable<Said> Choice(PlanWish wish)
    {
        if (wish.Group is { Length: 0 })
            yield return said["plans.empty-choice", "group"];
        if (wish.State is { Length: 0 })
            yield return said["plans.empty-choice", "state"];
        if (wish.Ids is { Count: 0 })
            yield return said["plans.no-ids"];
        if (wish.Ids?.Count > RepairPlan.MostItems)
            yield return said["plans.too-many-ids", RepairPlan.MostItems, wish.Ids.Count];
        var some = wish.Group is not null || wish.State is not null || wish.Filter is not null || wish.Ids is not null;
        if (some == wish.All)
            yield return said[some ? "plans.all-or-some" : "plans.say-all"];
    }

    // As the list of a plan writes it, however it was typed. Null: no row has such an id.
    static string? Id(RepairDeed deed, string text) => deed is RepairDeed.Retry or RepairDeed.SetAside ? Guid.TryParse(text.Trim(), out var id) ? id.ToString("D") : null
        : long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture) : null;

    static string Some(IReadOnlyList<string> ids)
    {
        const int most = 20, longest = 40;
        return string.Join(", ", ids.Take(most).Select(i => i.Length <= longest ? i : i[..longest] + "…")) + (ids.Count > most ? ", …" : "");
    }

    Said? Named(Caller caller, string? by) => Fields.Who(caller, by) is null ? said["shell.write-who", Fields.LongestBy] : null;

    const string Everything = "all that fit";

    static string Chosen(PlanWish wish) => Chosen(
        wish.Group is { Length: > 0 } ? $"group {wish.Group}" : null, wish.State is { Length: > 0 } ? $"from {wish.State}" : null, wish.Ids is { Count: > 0 } ids ? $"{ids.Count} ids" : null);

    static string Chosen(params IEnumerable<string?> parts)
    {
        var chosen = string.Join("; ", parts.OfType<string>());
        return chosen.Length == 0 ? Everything : chosen[..Math.Min(chosen.Length, 200)];
    }
}
