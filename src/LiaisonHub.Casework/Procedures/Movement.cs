using System.Globalization;
using LiaisonHub.Casework.Costs;
using LiaisonHub.Casework.Time;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>One request on its way from before to after: what rows do to its record, its state and its clocks, with the facts for the ledger.</summary>
sealed class Movement(Request before, DateTimeOffset at, Rules rules)
{
    readonly List<Deadline> deadlines = [.. before.Deadlines];

    public Request Request { get; private set; } = before;

    public List<LedgerFact> Facts { get; } = [];

    /// <summary>Entries for the ledger of costs.</summary>
    public List<CostEntry> Costs { get; } = [];

    /// <summary>Takes a row: the record first, so that clocks see what the act said, then the clocks, then the state.</summary>
    public void Take(Row row, Situation situation)
    {
        if (row.Effect is { } effect)
        {
            var changed = effect(situation, Request);
            if (!ReferenceEquals(changed.Deadlines, Request.Deadlines))
            {
                deadlines.Clear();
                deadlines.AddRange(changed.Deadlines);
            }
            Request = changed;
        }
        foreach (var step in row.Time)
            Do(step, situation);
        if (row.To is { } to && to != Request.State)
        {
            Request = Request with { State = to, Since = at };
            Request = Request with { Closed = rules.StateOf(Request).Closed };
            if (rules.StateOf(Request).Served)
                End(d => d.AtHome is not null, DeadlineStatus.Met);
            if (Request.Closed)
                End(d => d.Kind != DeadlineKind.Transport, DeadlineStatus.Cancelled);
        }
        Enter(situation);
        Store();
    }

    public void Made(MadeAct act)
    {
        Request = Request with { Acts = [.. Request.Acts, act] };
        // A side that acts has answered the note.
        for (var i = 0; i < deadlines.Count; i++)
            if (deadlines[i] is { Active: true, NoteAt: not null } noted && noted.Seat == act.Seat)
                deadlines[i] = rules.Time.Looked(noted with { NoteAt = null });
        Store();
    }

    /// <summary>Follows what a dispute says: all limits are held, also those that start later, or run again.</summary>
    public void Follow(HoldOrder order)
    {
        Request = Request with { Order = order };
        if (order.Until is { } until)
        {
            End(d => d.Kind == DeadlineKind.Order, DeadlineStatus.Cancelled);
            var last = rules.Time.LastOfOrder(Request, order, until);
            deadlines.Add(last);
            for (var i = 0; i < deadlines.Count; i++)
                if (deadlines[i] is { Kind: DeadlineKind.Procedure, Active: true, AtHome: null })
                    deadlines[i] = HeldByOrder(deadlines[i], order);
            Facts.Add(new("Hold", $"all limits held until {last.Due:u} by the dispute {order.Dispute}"));
        }
        else
            LetGo(order.At, $"the dispute {order.Dispute} says so");
        Store();
    }

    /// <summary>A preservation has named this request as its follow-up, and is answered.</summary>
    public void Answers(Request answered)
    {
        Request = answered;
        Facts.Add(new("FollowUp", $"the preservation {answered.Follows![^1].PreservationId} names this request as its follow-up: {answered.Follows[^1].Said}"));
    }

    /// <summary>The hold a dispute has ordered is over: the legal time that was left runs.</summary>
    public void LetGo(DateTimeOffset from, string why)
    {
        if (!End(d => d.Kind == DeadlineKind.Order, DeadlineStatus.Met))
            return;
        for (var i = 0; i < deadlines.Count; i++)
            if (deadlines[i] is { Status: DeadlineStatus.Held, HeldByOrder: true })
                deadlines[i] = rules.Time.Resume(deadlines[i], Later(from, deadlines[i].HeldSince!.Value));
        Facts.Add(new("Hold", $"the limits run again: {why}"));
        Store();
    }

    /// <summary>From now on somebody looks whether the act arrives.</summary>
    public void Watch(Guid actId, Seat receiver)
    {
        deadlines.Add(Timekeeper.Watch(Request, rules.RuleFor(Request, Clock.Delivered), actId, receiver, at));
        Store();
    }

    /// <summary>A receipt may come in any order; a later stage implies the earlier ones, and an earlier one after a later changes nothing.</summary>
    public IEnumerable<Telling> TakeReceipt(ReceiptGiven receipt, Seat by)
    {
        var act = Request.Acts.First(a => a.ActId == receipt.OfActId);
        var state = Rules.PartyOf(Request, by).State;
        var stage = act.ReachedStates is { } states ? states[state] : act.Reached is { } several ? several.GetValueOrDefault(by.Side) : act.Stage;
        if (receipt.Stage <= stage)
            return [];
        var reached = act with { Stage = receipt.Stage };
        if (act.ReachedStates is { } each)
        {
            var now = each.ToDictionary(r => r.Key, r => r.Key == state ? receipt.Stage : r.Value);
            reached = act with { ReachedStates = now, Stage = now.Values.Min() };
        }
        else if (Rules.Others(Request, act.Seat).Select(s => s.Side).ToList() is { Count: > 1 } sides)
        {
            var now = sides.ToDictionary(r => r, r => r == by.Side ? receipt.Stage : act.Reached?.GetValueOrDefault(r) ?? ReceiptStage.Accepted);
            reached = act with { Reached = now, Stage = now.Values.Min() };
        }
        Request = Request with { Acts = [.. Request.Acts.Select(a => a.ActId == act.ActId ? reached : a)] };
        if (stage < ReceiptStage.Delivered || receipt.Stage == ReceiptStage.Opened)
            deadlines.RemoveAll(d => d.Kind == DeadlineKind.Transport && d.OfActId == act.ActId && d.Seat == by);
        if (receipt.Stage < ReceiptStage.Opened && stage < ReceiptStage.Delivered)
            deadlines.Add(Timekeeper.Watch(Request, rules.RuleFor(Request, Clock.Opened), act.ActId, by, at));
        if (Request.Unopened.Contains(act.ActId) && (reached.Stage == ReceiptStage.Opened || act.Stage < ReceiptStage.Delivered))
            Request = Request with { Unopened = [.. Request.Unopened.Where(id => id != act.ActId)] };
        Facts.Add(new("Receipt", $"{act.Type} of {act.At:u} is {receipt.Stage} on the {Rules.Word(by.Side)} side"
            + (by.Member is { } member ? $" ({member})" : "")));
        Store();
        return [new(act.Seat, new ReceiptNotice { OfActId = act.ActId, Stage = receipt.Stage, At = at })];
    }

    /// <summary>Puts another version in the place of a deadline.</summary>
    public void Replace(Deadline deadline)
    {
        deadlines[deadlines.FindIndex(d => d.Id == deadline.Id)] = deadline;
        Store();
    }

    /// <summary>One dispute more about this request.</summary>
    public void Disputed() => Request = Request with { Disputes = Request.Disputes + 1 };

    public void Flag(Guid actId) => Request = Request with { Unopened = [.. Request.Unopened.Where(id => id != actId), actId] };

    // A notice reserves its amount. Its answer takes that back and settles who bears it; a new notice, or the end of the request, only takes it back.
    void Enter(Situation situation)
    {
        if (situation.If<CostReported>() is { } reported)
            Report(reported, situation.Header.ActId);
        if (situation.If<ValueManaged>() is { Costs: > 0 } managed)
            Report(new() { Kind = CostKind.PropertyManagement, On = managed.On, Amount = managed.Costs, Currency = Request.AssetRecovery!.Currency }, situation.Header.ActId);
        if (Request.Exercise)
            return;
        var (notice, answer) = (situation.If<CostNoticeGiven>(), situation.If<CostAnswered>());
        var on = DateOnly.FromDateTime(at.UtcDateTime);
        if (Request.CostAsked is { } asked && (notice is not null || answer is not null || Request.Closed || !Request.CostOpen))
        {
            var rule = rules.CostRuleFor(Request, CostKind.Exceptional);
            Costs.Add(CostEntry.Reserve(Request, asked, rule).TakeBack(on));
            if (answer is { Answer: CostAnswer.Agreed })
                Costs.Add(CostEntry.Settle(Request, asked, rule, situation.Header.ActId, on, answer.RequestingSharePercent ?? 0));
            Request = Request with { CostAsked = null };
        }
        if (notice is not null)
        {
            var reserved = new CostAsked(situation.Header.ActId, Math.Round(notice.Amount, 2, MidpointRounding.ToEven), notice.Currency, on);
            Costs.Add(CostEntry.Reserve(Request, reserved, rules.CostRuleFor(Request, CostKind.Exceptional)));
            Request = Request with { CostAsked = reserved };
        }
    }

    // A report that replaces another takes its entry back, as it was entered then: rules may have changed since.
    void Report(CostReported reported, Guid actId)
    {
        var known = Request.CostsReported ?? [];
        var entry = CostEntry.Report(Request, reported, rules.CostRuleFor(Request, reported.Kind), actId);
        if (known.FirstOrDefault(c => c.ActId == reported.InsteadOf) is { } earlier && !Request.Exercise)
            Costs.Add(earlier.TakeBack(DateOnly.FromDateTime(at.UtcDateTime)));
        if (!Request.Exercise)
            Costs.Add(entry);
        Request = Request with { CostsReported = [.. known.Where(c => c.ActId != reported.InsteadOf), entry] };
    }

    void Do(TimeStep step, Situation situation)
    {
        var whose = step.Of?.Invoke(situation);
        switch (step.Verb)
        {
            case TimeVerb.Meets:
                var part = step.Part?.Invoke(situation);
                End(d => d.Clock == step.Clock && (part is null || d.Part == part) && (whose is null || d.Seat == whose), DeadlineStatus.Met);
                break;
            case TimeVerb.Cancels:
                End(d => d.Clock == step.Clock, DeadlineStatus.Cancelled);
                break;
            case TimeVerb.CancelsAll:
                End(d => d.Kind == DeadlineKind.Procedure && (whose is null || d.Seat == whose), DeadlineStatus.Cancelled);
                break;
            case TimeVerb.Starts when step.OnEach is { } parties:
                foreach (var seat in parties(situation).ToList())
                {
                    var about = step.Part?.Invoke(situation);
                    End(d => d.Clock == step.Clock && d.Part == about && d.Seat == seat, DeadlineStatus.Cancelled);
                    Start(step.Clock, step.On?.Invoke(situation), about, step.From?.Invoke(situation) ?? at, seat, step.Until?.Invoke(situation));
                }
                break;
            case TimeVerb.Starts when step.Ordinary is { } ordinary:
                StartDatesAtHome(ordinary, DatesAtHome.Of(situation.Content, rules.DayIn(Request.Requesting.State, at)));
                break;
            case TimeVerb.Starts when step.WhereRuled && rules.RuleIfAny(Request, step.Clock) is null:
            case TimeVerb.Starts when step.Only?.Holds(situation) == false:
            case TimeVerb.Starts when step.UntilAgreed is { } agreed && agreed(situation) is null || step.OnlyOnDay && step.On!(situation) is null:
                break;
            case TimeVerb.Starts:
                foreach (var of in step.Parts?.Invoke(situation).Select(p => (int?)p) ?? [step.Part?.Invoke(situation)])
                {
                    End(d => d.Clock == step.Clock && d.Part == of, DeadlineStatus.Cancelled);
                    Start(step.Clock, step.On?.Invoke(situation), of, step.From?.Invoke(situation) ?? at, step.OnWhom is { } who ? who(situation) : null,
                        step.Until?.Invoke(situation) ?? step.UntilAgreed?.Invoke(situation));
                }
                break;
            case TimeVerb.Resets:
                if (End(d => d.Clock == step.Clock, DeadlineStatus.Cancelled))
                    Start(step.Clock, step.On?.Invoke(situation), null, at, null, null);
                break;
            case TimeVerb.Holds:
                // What an order holds already stays held for this reason when the order ends.
                if (rules.RuleIfAny(Request, step.Clock)?.Holds.Contains(step.Cause) == true)
                    Change(step.Clock, d => d.Status == DeadlineStatus.Running || d.HeldByOrder == true, d => Fact(
                        d.HeldByOrder == true ? d with { HeldByOrder = null, HoldReason = step.Reason } : rules.Time.Hold(d, step.Reason, at), "held", step.Reason));
                break;
            case TimeVerb.Resumes:
                Change(step.Clock, d => d is { Status: DeadlineStatus.Held, HeldByOrder: not true }, d => Fact(
                    OrderInForce is { } order ? d with { HeldByOrder = true, HoldReason = ReasonOf(order) } : rules.Time.Resume(d, at), "resumed", ""));
                break;
            case TimeVerb.Extends:
                Change(step.Clock, d => d.Status == DeadlineStatus.Running || d.HeldByOrder == true,
                    d => Fact(rules.Time.Extend(d, step.Days!(situation), at), "extended", ""));
                break;
            default:
                throw new InvalidOperationException($"Unknown verb {step.Verb}.");
        }
    }

    TimeRule Rule(Clock clock, Seat? onWhom) => rules.RuleFor(Request, clock) is var rule && onWhom is { } seat ? rule with { OnWhom = seat.Side } : rule;

    void Start(Clock clock, DateOnly? on, int? part, DateTimeOffset from, Seat? onWhom, DateTimeOffset? until)
    {
        Request = Request with { Deadlines = [.. deadlines] };
        var started = Fact(rules.Time.Start(Request, Rule(clock, onWhom), from, on, part, onWhom?.Member, until), "started", "");
        deadlines.Add(OrderInForce is { } order ? HeldByOrder(started, order) : started);
    }

    // A hearing does not wait for a dispute: no order holds these.
    void StartDatesAtHome(IReadOnlyList<Clock> ordinary, IReadOnlyList<DownstreamDate> dates)
    {
        End(d => d.AtHome is not null, DeadlineStatus.Cancelled);
        if (dates.Count > 0 && rules.RuleIfAny(Request, Clock.DateAtHome) is { } rule)
            foreach (var date in dates)
            {
                Request = Request with { Deadlines = [.. deadlines] };
                deadlines.Add(Fact(rules.Time.Start(Request, rule with { Title = DatesAtHome.Title(date.Kind) }, at, date.On) with { AtHome = date.Kind }, "started", DatesAtHome.Words(date.Kind)));
            }
        if (Request.Priority == Priority.Routine && DatesAtHome.Earliest(rules, Request, dates, ordinary, at) is { } pressing)
        {
            Request = Request with { Priority = Priority.Urgent };
            Facts.Add(new("Priority", $"Routine -> Urgent: {pressing}"));
        }
    }

    /// <summary>The order that holds the limits now. Null: none does.</summary>
    HoldOrder? OrderInForce => deadlines.Any(d => d is { Kind: DeadlineKind.Order, Active: true }) ? Request.Order : null;

    // A limit that is held for a reason of its own keeps it.
    Deadline HeldByOrder(Deadline deadline, HoldOrder order) =>
        deadline.Status == DeadlineStatus.Running
            ? rules.Time.Hold(deadline, ReasonOf(order), Later(order.At, deadline.Started)) with { HeldByOrder = true }
            : deadline.HeldByOrder == true ? deadline with { HoldReason = ReasonOf(order) }
            : deadline;

    static string ReasonOf(HoldOrder order) => string.Create(CultureInfo.InvariantCulture, $"ordered in the dispute {order.Dispute} until {order.Until:yyyy-MM-dd}");

    static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    bool End(Func<Deadline, bool> which, DeadlineStatus how)
    {
        var any = false;
        for (var i = 0; i < deadlines.Count; i++)
            if (deadlines[i].Active && which(deadlines[i]))
            {
                var late = how == DeadlineStatus.Met && deadlines[i].HasPassed(at) ? $", {Words(at - deadlines[i].Due!.Value)} late" : "";
                deadlines[i] = Timekeeper.End(deadlines[i], how, at);
                Facts.Add(new("Deadline", $"{Named(deadlines[i])} {(how == DeadlineStatus.Met ? "met" : "cancelled")}{late}"));
                any = true;
            }
        return any;
    }

    void Change(Clock clock, Func<Deadline, bool> which, Func<Deadline, Deadline> change)
    {
        for (var i = 0; i < deadlines.Count; i++)
            if (deadlines[i].Clock == clock && which(deadlines[i]))
                deadlines[i] = change(deadlines[i]);
    }

    Deadline Fact(Deadline deadline, string what, string why)
    {
        Facts.Add(new("Deadline", $"{Named(deadline)} {what}"
            + (why.Length > 0 ? $": {why}" : "") + (deadline is { Status: DeadlineStatus.Running, Due: { } due } ? $", due {due:u}" : "")));
        if (deadline.Status == DeadlineStatus.Running && rules.Time.Unreached(deadline) is { } unreached)
            Facts.Add(new("CalendarTooShort", unreached.Recorded));
        return deadline;
    }

    static string Named(Deadline deadline) => deadline.Member is { } member ? $"{deadline.RuleId}/{member}" : deadline.RuleId;

    static string Words(TimeSpan late) =>
        late.TotalHours >= 1 ? $"{(int)late.TotalHours} h" : late.TotalMinutes >= 1 ? $"{(int)late.TotalMinutes} min" : $"{(int)late.TotalSeconds} s";

    void Store() => Request = Request with { Deadlines = [.. deadlines] };
}
