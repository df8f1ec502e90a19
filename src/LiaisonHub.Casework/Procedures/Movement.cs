using LiaisonHub.Casework.Time;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>One request on its way from before to after: what rows do to its record, its state and its clocks, with the facts for the ledger.</summary>
sealed class Movement(Request before, DateTimeOffset at, Rules rules)
{
    readonly List<Deadline> deadlines = [.. before.Deadlines];

    public Request Request { get; private set; } = before;

    public List<LedgerFact> Facts { get; } = [];

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
            if (Request.Closed)
                End(d => d.Kind == DeadlineKind.Procedure, DeadlineStatus.Cancelled);
        }
        Store();
    }

    public void Made(MadeAct act) => Request = Request with { Acts = [.. Request.Acts, act] };

    /// <summary>From now on somebody looks whether the act arrives.</summary>
    public void Watch(Guid actId, Side receiver)
    {
        deadlines.Add(Timekeeper.Watch(Request, rules.RuleFor(Request, Clock.Delivered), actId, receiver, at));
        Store();
    }

    /// <summary>A receipt may come in any order; a later stage implies the earlier ones, and an earlier one after a later changes nothing.</summary>
    public IEnumerable<Telling> TakeReceipt(ReceiptGiven receipt, Side by)
    {
        var act = Request.Acts.First(a => a.ActId == receipt.OfActId);
        if (receipt.Stage <= act.Stage)
            return [];
        Request = Request with { Acts = [.. Request.Acts.Select(a => a.ActId == act.ActId ? a with { Stage = receipt.Stage } : a)] };
        if (act.Stage < ReceiptStage.Delivered || receipt.Stage == ReceiptStage.Opened)
            deadlines.RemoveAll(d => d.Kind == DeadlineKind.Transport && d.OfActId == act.ActId);
        if (receipt.Stage < ReceiptStage.Opened && act.Stage < ReceiptStage.Delivered)
            deadlines.Add(Timekeeper.Watch(Request, rules.RuleFor(Request, Clock.Opened), act.ActId, by, at));
        if (Request.Unopened.Contains(act.ActId) && (receipt.Stage == ReceiptStage.Opened || act.Stage < ReceiptStage.Delivered))
            Request = Request with { Unopened = [.. Request.Unopened.Where(id => id != act.ActId)] };
        Facts.Add(new("Receipt", $"{act.Type} of {act.At:u} is {receipt.Stage} on the {Rules.Word(by)} side"));
        Store();
        return [new(act.By, new ReceiptNotice { OfActId = act.ActId, Stage = receipt.Stage, At = at })];
    }

    /// <summary>Puts another version in the place of a deadline.</summary>
    public void Replace(Deadline deadline)
    {
        deadlines[deadlines.FindIndex(d => d.Id == deadline.Id)] = deadline;
        Store();
    }

    public void Flag(Guid actId) => Request = Request with { Unopened = [.. Request.Unopened.Where(id => id != actId), actId] };

    void Do(TimeStep step, Situation situation)
    {
        switch (step.Verb)
        {
            case TimeVerb.Meets:
                var part = step.Part?.Invoke(situation);
                End(d => d.Clock == step.Clock && (part is null || d.Part == part), DeadlineStatus.Met);
                break;
            case TimeVerb.Cancels:
                End(d => d.Clock == step.Clock, DeadlineStatus.Cancelled);
                break;
            case TimeVerb.CancelsAll:
                End(d => d.Kind == DeadlineKind.Procedure, DeadlineStatus.Cancelled);
                break;
            case TimeVerb.Starts:
                var of = step.Part?.Invoke(situation);
                End(d => d.Clock == step.Clock && d.Part == of, DeadlineStatus.Cancelled);
                Start(step.Clock, step.On?.Invoke(situation), of);
                break;
            case TimeVerb.Resets:
                if (End(d => d.Clock == step.Clock, DeadlineStatus.Cancelled))
                    Start(step.Clock, step.On?.Invoke(situation), null);
                break;
            case TimeVerb.Holds:
                if (rules.RuleFor(Request, step.Clock).Holds.Contains(step.Cause))
                    Change(step.Clock, DeadlineStatus.Running, d => Fact(rules.Time.Hold(d, step.Reason, at), "held", step.Reason));
                break;
            case TimeVerb.Resumes:
                Change(step.Clock, DeadlineStatus.Held, d => Fact(rules.Time.Resume(d, at), "resumed", ""));
                break;
            case TimeVerb.Extends:
                Change(step.Clock, DeadlineStatus.Running, d => Fact(rules.Time.Extend(d, step.Days!(situation), at), "extended", ""));
                break;
            default:
                throw new InvalidOperationException($"Unknown verb {step.Verb}.");
        }
    }

    void Start(Clock clock, DateOnly? on, int? part)
    {
        Request = Request with { Deadlines = [.. deadlines] };
        deadlines.Add(Fact(rules.Time.Start(Request, rules.RuleFor(Request, clock), at, on, part), "started", ""));
    }

    bool End(Func<Deadline, bool> which, DeadlineStatus how)
    {
        var any = false;
        for (var i = 0; i < deadlines.Count; i++)
            if (deadlines[i].Active && which(deadlines[i]))
            {
                var late = how == DeadlineStatus.Met && deadlines[i].HasPassed(at) ? $", {Words(at - deadlines[i].Due!.Value)} late" : "";
                deadlines[i] = Timekeeper.End(deadlines[i], how, at);
                Facts.Add(new("Deadline", $"{deadlines[i].RuleId} {(how == DeadlineStatus.Met ? "met" : "cancelled")}{late}"));
                any = true;
            }
        return any;
    }

    void Change(Clock clock, DeadlineStatus status, Func<Deadline, Deadline> change)
    {
        for (var i = 0; i < deadlines.Count; i++)
            if (deadlines[i].Clock == clock && deadlines[i].Status == status)
                deadlines[i] = change(deadlines[i]);
    }

    Deadline Fact(Deadline deadline, string what, string why)
    {
        Facts.Add(new("Deadline", $"{deadline.RuleId} {what}"
            + (why.Length > 0 ? $": {why}" : "") + (deadline is { Status: DeadlineStatus.Running, Due: { } due } ? $", due {due:u}" : "")));
        if (deadline.Status == DeadlineStatus.Running && rules.Time.Unreached(deadline) is { } unreached)
            Facts.Add(new("CalendarTooShort", unreached));
        return deadline;
    }

    static string Words(TimeSpan late) =>
        late.TotalHours >= 1 ? $"{(int)late.TotalHours} h" : late.TotalMinutes >= 1 ? $"{(int)late.TotalMinutes} min" : $"{(int)late.TotalSeconds} s";

    void Store() => Request = Request with { Deadlines = [.. deadlines] };
}
