using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;
using NodaTime;

namespace LiaisonHub.Tests.Casework.Simulation;

/// <summary>What must be so whatever happens. Knows the tables and the catalogue as they were written, and counts days in a way of its own.</summary>
sealed class Oracle(Course course, Region region)
{
    static readonly HashSet<string> AtAnyTime =
    [
        nameof(StatusAsked), nameof(NoteSent), nameof(CostReported), nameof(CorrectionMade), nameof(DisputeRaised), nameof(DelayReasonGiven), nameof(ContactNoted), nameof(MeetingMinuted), nameof(ReceiptGiven),
    ];

    readonly HashSet<Guid> effects = [];
    readonly Dictionary<Seat, long> taken = [];
    readonly HashSet<string> ready = [];
    DateTimeOffset? hour;
    readonly Dictionary<Guid, HashSet<int>> levels = [];
    int extensions;
    readonly HashSet<int> asked = [];
    decimal entered;
    decimal settled;

    /// <summary>What was found. Empty: nothing.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>The world begins with a request that has a past.</summary>
    public void Begin(Request request)
    {
        extensions = request.ExtensionUsed ? 1 : 0;
        ready.UnionWith((request.Members ?? []).Where(m => m.Status == MemberStatus.Ready).Select(m => m.Party.State));
        hour = request.JointAction?.ActionAt;
        asked.UnionWith(InThirdStates(request));
        entered = Owed(request);
        foreach (var deadline in request.Deadlines)
            levels[deadline.Id] = [.. Enumerable.Range(1, deadline.Level)];
    }

    public void Took(Request? before, Post post, Applied applied, Request after, DateTimeOffset now)
    {
        var type = post.Act.Type;
        if (!effects.Add(post.Act.Header.ActId))
            Wrong($"{type} took effect twice");
        if (post.After > 0 && taken.TryGetValue(post.Seat, out var last) && last > post.Number)
            Wrong($"{type} took effect before an earlier act of its side");
        taken[post.Seat] = Math.Max(taken.GetValueOrDefault(post.Seat), post.Number);
        var from = before?.State ?? Row.Outside;
        var rows = course.Table.For(from, type).ToArray();
        if (rows.Length == 0)
            Wrong($"{type} was taken in {from}, where the table has no row for it");
        else if (!rows.Any(r => r.IsBy(post.Seat.Side)))
            Wrong($"{type} was taken from the {post.Seat.Side} side, whose act it is not");
        if (before is { Closed: true } && !AtAnyTime.Contains(type) && rows.All(r => r.To is not null && course.Table.State(r.To) is { Closed: false }))
            Wrong($"{type} opened a closed request again");
        if (type == nameof(ExtensionDeclared) && ++extensions > 1)
            Wrong("the decision limit was extended twice");
        if (type == nameof(RequestResubmitted))
            extensions = 0;
        // What every row for this act here meets is met.
        if (rows.Length > 0)
            foreach (var clock in Whole(rows[0]).Where(c => rows.All(r => Whole(r).Contains(c) && !Begins(r, c))))
                if (after.Deadlines.Any(d => d.Active && d.Clock == clock))
                    Wrong($"{type} meets {clock} in {from}, and it still runs");
        // What every row for this act here starts runs.
        if (rows.Length > 0)
            foreach (var step in rows[0].Time.Where(t => t is { Verb: TimeVerb.Starts, Part: null, WhereRuled: false, OnEach: null, Ordinary: null } && rows.All(r => Begins(r, t.Clock))))
                if (!after.Closed && !after.Deadlines.Any(d => d.Active && d.Clock == step.Clock))
                    Wrong($"{type} starts {step.Clock} in {from}, and it does not run");
        if (before is not null)
        {
            // A limit that had passed and is extended beyond today begins its ladder afresh.
            foreach (var deadline in after.Deadlines)
                if (before.Deadlines.FirstOrDefault(d => d.Id == deadline.Id) is { } earlier && deadline.Level < earlier.Level)
                    levels.Remove(deadline.Id);
            if (!before.Acts.Select(a => a.ActId).SequenceEqual(after.Acts.Take(before.Acts.Count).Select(a => a.ActId)))
                Wrong($"{type} rewrote the past");
            if (before.FirstReceivedAt != after.FirstReceivedAt)
                Wrong($"{type} moved the first receipt");
        }
        if (applied.Facts.Count == 0)
            Wrong($"{type} left nothing in the ledger");
        if (type == nameof(RequestRecognised) && before?.NationalSteps?.Any(n => n.Fate == NationalStepFate.Vetoed || n.Mandatory && n.Fate != NationalStepFate.GoesOn) == true)
            Wrong("recognised against a step of the state's own law");
        asked.UnionWith(applied.Opened.Select(o => o.Request.HeldCopy?.Number ?? 0));
        if (InThirdStates(after).Except(asked).ToList() is { Count: > 0 } forgotten)
            Wrong($"{type}: nobody asks holder {string.Join(", ", forgotten)}, in a third state");
        if (post.Act.Read() is CostAnswered { Answer: CostAnswer.Agreed } && before?.CostAsked is { } agreed)
            settled += agreed.Amount;
        Enter(applied, after);
        AmongMany(before, post, applied, now);
        foreach (var deadline in after.Deadlines.Where(d => d.Kind == DeadlineKind.Procedure && d is { Active: true, Holds.Count: 0, HeldSince: null, ExtendedBy: 0 } && d.Started == now))
            Count(after, deadline);
        Always(after);
    }

    public void Refused(Request? before, Refused refused)
    {
        if (string.IsNullOrWhiteSpace(refused.Reason))
            Wrong("an act was refused without a reason");
        if (before is not null && refused.WouldBeAccepted.Count == 0 && !before.Closed)
            Wrong("an act was refused without saying what would be accepted");
    }

    public void Looked(Request before, Guid deadline, Applied looked, Request after, DateTimeOffset now)
    {
        var was = before.Deadlines.First(d => d.Id == deadline);
        if (looked.Tell.Any(t => t.Notice is OverdueNotice or SilenceNotice) && was.Due is { } due && now <= due)
            Wrong($"{was.RuleId} was called late in time");
        foreach (var notice in looked.Tell.Where(t => t.To == was.Seat).Select(t => t.Notice).OfType<EscalationNotice>().Where(n => n.Deadline.RuleId == was.RuleId))
            if (!Levels(was).Add(notice.Level))
                Wrong($"{was.RuleId}: level {notice.Level} was told twice");
        if (looked.Tell.Any(t => t.Notice is OverdueNotice && t.To == was.Seat) && !Levels(was).Add(1))
            Wrong($"{was.RuleId}: the limit was told twice");
        if (was.Member is { } silent)
            foreach (var telling in looked.Tell.Where(t => t.Notice is ReminderNotice or OverdueNotice or EscalationNotice && t.To != was.Seat && t.To != Side.Requesting))
                Wrong($"{was.RuleId}: {telling.To.Member} was told of the silence of {silent}");
        Enter(looked, after);
        if (before.State != after.State && course.Table.ForSilence(before, was.Clock, was.Seat) is null)
            Wrong($"{was.RuleId}: silence moved the request from {before.State}, where the table has no row for it");
        Always(after);
    }

    /// <summary>A holder in a third state has confirmed: its limit is met and nobody else's, and it is met once.</summary>
    public void Heard(Request before, CopyOrder order, Applied heard, Request after)
    {
        static IReadOnlyList<int> Open(Request request) =>
            [.. (request.Emergency?.Holders.Where(h => h.Done is null).Select(h => h.Number) ?? []), .. (request.Correction?.Holders.Where(h => h.Done is null).Select(h => h.Number) ?? [])];
        var (was, now) = (Open(before), Open(after));
        if (now.Contains(order.Holder) || now.Count < was.Count - 1 || was.Contains(order.Holder) == (was.Count == now.Count))
            Wrong($"holder {order.Holder} has confirmed; outstanding were {string.Join(", ", was)}, and now {string.Join(", ", now)}");
        if (after.Deadlines.Any(d => d.Active && d.Clock is Clock.Undo or Clock.CopyConfirmation && d.Part == order.Holder))
            Wrong($"holder {order.Holder} has confirmed, and its limit still runs");
        Enter(heard, after);
        Always(after);
    }

    /// <summary>Nobody has done anything for as long as it takes.</summary>
    public void Silence(Request request)
    {
        foreach (var deadline in request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Running }))
        {
            // What silence starts afresh never ends.
            if (course.Table.ForSilence(request, deadline.Clock, deadline.Seat) is { } again && Begins(again, deadline.Clock))
                continue;
            var highest = RuleOf(request, deadline).LadderTo;
            if (deadline.Level < highest || highest > 0 && !Enumerable.Range(2, Math.Max(0, highest - 1)).All(Levels(deadline).Contains))
                Wrong($"{deadline.RuleId} ended in silence at level {deadline.Level} of {highest}, told: {string.Join(", ", Levels(deadline).Order())}");
        }
        foreach (var deadline in request.Deadlines.Where(d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Expired }))
            if (course.Table.ForSilence(request, deadline.Clock, deadline.Seat) is { To: not null } row && row.Meaning == deadline.Silence && request.Since < deadline.EndedAt)
                Wrong($"{deadline.RuleId} expired in {request.State}, and what silence means there did not happen");
        if (!request.Closed && course.Table.State(request.State).Rest is null && !request.Deadlines.Any(d => d.Kind == DeadlineKind.Procedure && d.Active))
            Wrong($"{request.State} is open for ever and nobody is reminded");
        if (!request.Closed && request.Deadlines.Any(d => d is { Kind: DeadlineKind.Procedure, Status: DeadlineStatus.Held }) && !course.Pauses.Contains(request.State))
            Wrong($"a limit stays held in {request.State}, where nothing pauses");
    }

    /// <summary>What must be so with many parties: who is ready and when the hour is, counted here from the acts alone; and each has the limits of its own part, no other's.</summary>
    void AmongMany(Request? before, Post post, Applied applied, DateTimeOffset now)
    {
        if (applied.Request.Members is not { } members)
            return;
        switch (post.Act.Read())
        {
            case JointActionAnnounced announced:
                hour = announced.ActionAt;
                break;
            case JointActionPostponed postponed:
                hour = postponed.ActionAt;
                ready.Clear();
                break;
            case ReadinessReported { Ready: true }:
                ready.Add(post.Seat.Member!);
                break;
            case ReadinessReported:
                ready.Remove(post.Seat.Member!);
                break;
            case GoGiven when before!.Members!.Where(m => !m.Out).Select(m => m.Party.State).Except(ready).ToList() is { Count: > 0 } missing:
                Wrong($"the go was taken before {string.Join(", ", missing)} was ready");
                break;
            case GoGiven when now >= hour:
                Wrong("the go was taken after the hour");
                break;
            case JointResultReported when now < hour:
                Wrong("a result was reported before the hour");
                break;
        }
        foreach (var member in members)
        {
            var owes = new HashSet<Clock>(applied.Request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure } && d.Member == member.Party.State).Select(d => d.Clock));
            if (member.Out && owes.Count > 0)
                Wrong($"{member.Party.State} takes no part and has {owes.Count} limits");
            if (!applied.Request.Closed && owes.Contains(Clock.InvitationAnswer) != (member.Status == MemberStatus.Asked))
                Wrong($"{member.Party.State} is {member.Status}, and its limit to answer {(owes.Contains(Clock.InvitationAnswer) ? "runs" : "does not run")}");
            if (owes.Contains(Clock.Signature) && member.Status != MemberStatus.Joined || owes.Contains(Clock.Readiness) && member.Status != MemberStatus.Joined)
                Wrong($"{member.Party.State} is {member.Status}, and what it has done is still asked of it");
        }
        if (applied.ForwardTo.Contains(post.Seat) || applied.ForwardTo.Any(s => before?.Members?.Any(m => m.Out && m.Party.State == s.Member) == true && applied.Request.Members!.First(m => m.Party.State == s.Member).Out))
            Wrong($"{post.Act.Type} went to its sender, or to a state that takes no part");
    }

    // The ledger of costs, added up entry by entry, is what stands: what was reported and not replaced, what waits for an answer, and what was agreed.
    void Enter(Applied applied, Request after)
    {
        entered += applied.Costs.Sum(c => c.Amount);
        if (entered != Owed(after) + settled)
            Wrong($"the ledger of costs has {entered}; reported, asked and agreed are {Owed(after) + settled}");
    }

    static decimal Owed(Request request) => (request.CostsReported?.Sum(c => c.Amount) ?? 0) + (request.CostAsked?.Amount ?? 0);

    // Those who have to do something by now: in a correction only once it is issued.
    static IEnumerable<int> InThirdStates(Request request) =>
        (request.Emergency?.Holders.Where(h => h.ThirdState is not null).Select(h => h.Number) ?? [])
            .Concat(request.Correction is { Manner: not null } issued ? issued.Holders.Where(h => h.ThirdState is not null).Select(h => h.Number) : []);

    void Always(Request request)
    {
        var state = course.Table.State(request.State);
        if (state.MayCoerce && request.RightsCheckedAt is null)
            Wrong($"{request.State} allows coercion, and no rights check was completed");
        if (state.Closed != request.Closed)
            Wrong($"{request.State} is {(request.Closed ? "closed" : "open")} against the table");
        var active = request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure }).ToList();
        if (active.Count != active.DistinctBy(d => (d.Clock, d.Part, d.Member)).Count())
            Wrong($"two limits of one kind run in {request.State}");
        if (request.Closed ? active.Count > 0 : active.Count == 0 && state.Rest is null)
            Wrong($"{request.State} has {active.Count} limits");
    }

    // Counted here day by day, with the days as the catalogue and the calendars were written.
    void Count(Request request, Deadline deadline)
    {
        var rule = RuleOf(request, deadline);
        // A day or an hour that somebody named takes the place of the length.
        if (deadline.Counting.Unit == TimeUnit.DateCertain || course.Table.Rows.Any(r => r.Time.Any(t => t.Clock == deadline.Clock && t.Until is not null)))
            return;
        Seat Of(Whose whose) => whose switch { Whose.Requesting => Side.Requesting, Whose.OnWhom => deadline.Seat, _ => new(Side.Requested, deadline.Member) };
        StateProfile State(Seat side) => region.States[Rules.PartyOf(request, side).State];
        var calendars = rule.Calendar == Whose.Both ? [State(Side.Requesting).Calendar, State(Side.Requested).Calendar] : new[] { State(Of(rule.Calendar)).Calendar };
        bool Works(DateOnly day) => calendars.All(c => region.Calendars[c].Rest(day) is null);
        DateTimeOffset due;
        if (rule.Unit == TimeUnit.Hours)
            due = deadline.Started.AddHours(rule.Length);
        else
        {
            var zone = DateTimeZoneProviders.Tzdb[State(Of(rule.Zone)).Zone];
            var first = Instant.FromDateTimeOffset(deadline.Started).InZone(zone).Date.ToDateOnly();
            var day = rule.Unit == TimeUnit.Months ? first.AddMonths(rule.Length) : first;
            for (var left = rule.Unit == TimeUnit.Months ? 0 : rule.Length; left > 0;)
            {
                day = day.AddDays(1);
                if (rule.Unit == TimeUnit.CalendarDays || Works(day))
                    left--;
            }
            while (rule.Roll == Roll.Forward && !Works(day))
                day = day.AddDays(1);
            due = zone.AtStartOfDay(LocalDate.FromDateOnly(day.AddDays(1))).ToInstant().ToDateTimeOffset().AddSeconds(-1);
        }
        if (deadline.Due != due)
            Wrong($"{deadline.RuleId} ends {deadline.Due:u}; counted here it ends {due:u}");
    }

    TimeRule RuleOf(Request request, Deadline deadline) => region.Rule(
        request.Instrument, deadline.Clock, DateOnly.FromDateTime(request.FirstReceivedAt.UtcDateTime), [.. request.Measures.Select(m => m.Kind)]);

    HashSet<int> Levels(Deadline deadline) => levels.TryGetValue(deadline.Id, out var told) ? told : levels[deadline.Id] = [];

    static IEnumerable<Clock> Whole(Row row) => row.Time.Where(t => t.Verb is TimeVerb.Meets or TimeVerb.Cancels && t.Part is null && t.Of is null).Select(t => t.Clock);

    static bool Begins(Row row, Clock clock) => row.Time.Any(t => t.Verb is TimeVerb.Starts or TimeVerb.Resets && t.Clock == clock);

    void Wrong(string finding) => Findings.Add(finding);
}
