using LiaisonHub.Casework.Procedures;
using LiaisonHub.Casework.Time;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Escalation;

/// <summary>What time alone does: reminders, the limit, the levels above it, the meaning of silence, and the watch over acts nobody opens.</summary>
sealed class Ladder(Rules rules)
{
    public Decision Look(Request request, Guid deadlineId, DateTimeOffset now)
    {
        var deadline = request.Deadlines.FirstOrDefault(d => d.Id == deadlineId);
        if (deadline is not { Status: DeadlineStatus.Running, LookAt: { } lookAt } || now < lookAt)
            return new Applied { Request = request };
        var moved = new Movement(request, now, rules);
        var tell = new List<Telling>();
        var documents = new List<Document>();
        var opened = new List<Applied>();
        if (deadline.Kind == DeadlineKind.Transport)
            Unopened(moved, deadline, now, tell);
        else if (deadline.Kind == DeadlineKind.Order)
        {
            moved.LetGo(lookAt, "its last day is over");
            tell.AddRange(rules.Told(moved.Request));
        }
        else
            // After an outage several levels may have been reached: each is told, in order.
            while (rules.Time.Next(deadline) is { } milestone && milestone.At <= now)
            {
                deadline = Reach(moved, deadline, milestone, now, tell, documents, opened);
                if (deadline.Status != DeadlineStatus.Running)
                    break;
            }
        tell.AddRange(LevelReached(request, moved));
        return new Applied
        {
            Request = moved.Request,
            Tell = tell,
            Facts = moved.Facts,
            Costs = moved.Costs,
            Documents = documents,
            Opened = opened,
            Orders = Rules.Orders(request, moved.Request, now),
        };
    }

    /// <summary>Opens a dispute about a request, as a request of its own, and counts it on the one in dispute.</summary>
    /// <param name="disputed">The request in dispute.</param>
    /// <param name="by">Who complains, or waits.</param>
    /// <param name="against">Against whom.</param>
    /// <param name="cause">The act or deadline that causes it.</param>
    /// <param name="article">The article in dispute.</param>
    /// <param name="claim">The claim, in one line.</param>
    /// <param name="now">Now.</param>
    /// <param name="relief">What is wanted. Null: not said.</param>
    /// <param name="alsoAbout">References of other requests it is about. Null: none.</param>
    public Applied OpenDispute(Movement disputed, Seat by, Seat against, Guid cause, string article, string claim, DateTimeOffset now, string? relief = null,
        IReadOnlyList<string>? alsoAbout = null)
    {
        disputed.Disputed();
        var about = disputed.Request;
        var row = Dispute.Table.ForHub!;
        var body = rules.Region.Body;
        var id = Uuid.From(about.Id, "dispute", cause.ToString("N"));
        var request = new Request
        {
            Id = id,
            Procedure = Dispute.Table.Name,
            RulesVersion = rules.Region.Version,
            Instrument = rules.Region.DisputeInstrument,
            Reference = $"{about.Reference}-D{about.Disputes}",
            Requesting = Central(about, by),
            Requested = Central(about, against),
            Neutral = new() { State = body.Code, Authority = body.Authorities[0].Code },
            CaseGroupId = about.CaseGroupId,
            Priority = about.Priority,
            Exercise = about.Exercise,
            State = Row.Outside,
            Since = now,
            FirstReceivedAt = now,
            CompetentSince = now,
            Dispute = new() { OfRequestId = about.Id, Article = article, Claim = claim, Relief = relief, AlsoAbout = alsoAbout },
        };
        var moved = new Movement(request, now, rules);
        moved.Take(row, new(request, null, null, Side.Requesting, now, rules));
        moved.Facts.Insert(0, new("DisputeOpened", $"{request.Reference} about {about.Reference}: {article}; {request.Requesting.State} against {request.Requested.State}"));
        return new() { Request = moved.Request, Tell = [.. LevelReached(request, moved)], Facts = moved.Facts };
    }

    /// <summary>Everybody is told when a dispute comes to another level.</summary>
    public IEnumerable<Telling> LevelReached(Request before, Movement moved)
    {
        if (moved.Request is not { Dispute: { } subject } request || rules.StateOf(request).Level is var level && level == 0
            || before.State.Length > 0 && rules.StateOf(before).Level == level)
            yield break;
        var row = rules.Region.Catalogue.LadderOf(LadderKind.Ordinary, request.Instrument)[level];
        var told = Told(request, row.Told, Side.Requested, request.Since);
        moved.Facts.Add(new("Ladder", $"{request.Reference} at level {level} ({row.Title}); told: {string.Join(", ", told)}"));
        foreach (var seat in Rules.SeatsOf(request))
            yield return new(seat, new DisputeNotice
            {
                Level = level,
                OfRequestId = subject.OfRequestId,
                Article = subject.Article,
                Claim = subject.Claim,
                Relief = subject.Relief,
                AlsoAbout = subject.AlsoAbout ?? [],
                Told = told,
                Effect = row.Effect,
                Standing = rules.StandingFor(request, seat),
            });
    }

    // States dispute through their central authorities, whoever has the request.
    Party Central(Request about, Seat seat)
    {
        var party = Rules.PartyOf(about, seat);
        return party with { Authority = rules.Region.States[party.State].Authorities.First(a => a.Kind == AuthorityKind.CentralAuthority && a.To is null).Code };
    }

    Deadline Reach(Movement moved, Deadline deadline, Milestone milestone, DateTimeOffset now, List<Telling> tell, List<Document> documents, List<Applied> opened)
    {
        var request = moved.Request;
        if (milestone.Level == 0)
        {
            var reminded = rules.Time.Looked(deadline with { Reminded = milestone.Percent });
            moved.Replace(reminded);
            // A reminder of what a later one or the limit itself says is noise.
            if (rules.Time.Next(reminded) is { } next && next.At <= now)
            {
                moved.Facts.Add(new("Reminder", $"{deadline.RuleId}: {milestone.Percent} % of the limit passed unseen; the next step says so"));
                return reminded;
            }
            moved.Facts.Add(new("Reminder", $"{deadline.RuleId}: {milestone.Percent} % of the limit has passed"));
            foreach (var seat in ToldAt(LadderOf(deadline)[0], request, deadline.Seat))
                tell.Add(new(seat, new ReminderNotice
                {
                    Deadline = Rules.Standing(reminded),
                    PercentPassed = milestone.Percent,
                    Standing = rules.StandingFor(moved.Request, seat),
                }));
            return reminded;
        }
        if (milestone.Level == 1)
            return Pass(moved, deadline, now, tell);
        var level = LadderOf(deadline)[milestone.Level];
        var told = Told(request, deadline.DetentionBound ? [.. level.Told, LadderRole.CourtContacts] : level.Told, deadline.Seat, now);
        var risen = rules.Time.Looked(deadline with { Level = level.Level, NoteAt = level.DiplomaticNote ? now : deadline.NoteAt });
        moved.Replace(risen);
        moved.Facts.Add(new("Ladder", $"{deadline.RuleId}{On(deadline)} at level {level.Level} ({level.Title}); told: {string.Join(", ", told)}"
            + Late(milestone.At, now)));
        string? html = null;
        if (level.DiplomaticNote)
        {
            var note = DiplomaticNote.For(moved.Request, risen, level, told, rules, now);
            documents.Add(note);
            html = note.Html;
            moved.Facts.Add(new("Document", $"{note.Title} made"));
        }
        if (level.OpensDispute)
            opened.Add(OpenDispute(moved, Rules.Across(request, deadline.Seat), deadline.Seat, deadline.Id, deadline.Article,
                $"{deadline.Title} ({deadline.RuleId}) is overdue since {deadline.Due:yyyy-MM-dd}", now, "That what is overdue be done"));
        foreach (var seat in Concerned(moved.Request, level, deadline.Seat))
            tell.Add(new(seat, new EscalationNotice
            {
                Deadline = Rules.Standing(risen),
                Level = level.Level,
                Told = told,
                Effect = level.Effect,
                DocumentHtml = html,
                Standing = rules.StandingFor(moved.Request, seat),
            }));
        return risen;
    }

    /// <summary>The limit has passed. Silence means what the rule says, and nothing that the hub makes up.</summary>
    Deadline Pass(Movement moved, Deadline deadline, DateTimeOffset now, List<Telling> tell)
    {
        var row = rules.RowForSilence(moved.Request, deadline) is { } r && r.Meaning == deadline.Silence ? r : null;
        var late = Late(deadline.Due!.Value + Deadline.OneSecond, now);
        // A limit of detention that ends here never reaches level 2 by itself: who is told at that level is told with its end.
        var courts = deadline is { DetentionBound: true, Silence: Silence.MayRelease or Silence.Release } && LadderOf(deadline).Count > 2
            ? LadderOf(deadline)[2] : null;
        var passed = deadline.Silence == Silence.Escalate
            ? rules.Time.Looked(deadline with { Level = 1 })
            : Timekeeper.End(deadline with { Level = courts?.Level ?? deadline.Level }, DeadlineStatus.Expired, now);
        moved.Replace(passed);
        var heard = deadline.Silence == Silence.Escalate ? Told(moved.Request, LadderOf(deadline)[1].Told, deadline.Seat, now) : [];
        moved.Facts.Add(new("Limit", $"{deadline.RuleId}{On(deadline)} has passed{late}; silence means {deadline.Silence}"
            + (heard.Count > 0 ? $"; told: {string.Join(", ", heard)}" : "")));
        var before = moved.Request;
        if (row is not null)
        {
            var from = moved.Request.State;
            moved.Take(row, new(moved.Request, null, null, deadline.Seat, now, rules));
            if (moved.Request.State != from)
                moved.Facts.Add(new("Silence", $"{from} -> {moved.Request.State}"));
        }
        var told = courts is null ? [] : Told(moved.Request, [.. courts.Told, LadderRole.CourtContacts], deadline.Seat, now);
        if (courts is not null)
            moved.Facts.Add(new("Ladder", $"{deadline.RuleId} at level {courts.Level} ({courts.Title}); told: {string.Join(", ", told)}{late}"));
        // What silence changes concerns everybody; that somebody is late, only those who wait.
        foreach (var seat in row is null ? Concerned(before, LadderOf(deadline)[1], deadline.Seat) : Rules.SeatsOf(before))
        {
            var standing = rules.StandingFor(moved.Request, seat);
            var reasonWanted = seat == deadline.Seat && deadline.ReasonGiven is null;
            tell.Add(new(seat, deadline.Silence == Silence.Escalate
                ? new OverdueNotice { Deadline = Rules.Standing(passed), ReasonWanted = reasonWanted, Told = heard, Standing = standing }
                : new SilenceNotice { Deadline = Rules.Standing(passed), Meaning = deadline.Silence, Standing = standing }));
            if (courts is not null)
                tell.Add(new(seat, new EscalationNotice
                {
                    Deadline = Rules.Standing(passed),
                    Level = courts.Level,
                    Told = told,
                    Effect = deadline.Silence == Silence.Release
                        ? "The person must be released; the requested side reports the release."
                        : "The person may be released; a court of the requested side decides.",
                    Standing = standing,
                }));
        }
        // The row may have touched the deadline as well; what counts is how it stands now.
        return moved.Request.Deadlines.First(d => d.Id == deadline.Id);
    }

    static void Unopened(Movement moved, Deadline watch, DateTimeOffset now, List<Telling> tell)
    {
        var act = moved.Request.Acts.First(a => a.ActId == watch.OfActId);
        var stage = act.ReachedStates is { } states ? states[Rules.PartyOf(moved.Request, watch.Seat).State] : act.Stage;
        moved.Replace(Timekeeper.End(watch, DeadlineStatus.Expired, now));
        moved.Flag(act.ActId);
        moved.Facts.Add(new("Unopened",
            $"{act.Type} of {act.At:u} is {stage} on the {Rules.Word(watch.OnWhom)} side"
                + $"{(watch.Member is { } member ? $" ({member})" : "")} and not {watch.Clock} after {watch.Counting.Length} h"));
        foreach (var seat in moved.Request.Members is null ? Rules.SeatsOf(moved.Request) : [act.Seat, watch.Seat])
            tell.Add(new(seat, new UnopenedNotice { OfActId = act.ActId, Reached = stage, Since = watch.Started }));
    }

    IReadOnlyList<string> Told(Request request, IReadOnlyList<LadderRole> roles, Seat onWhom, DateTimeOffset now)
    {
        var concerned = request.Members is null ? Rules.SeatsOf(request) : Sides(request, onWhom);
        var told = new List<string>();
        foreach (var role in roles)
            told.AddRange(role switch
            {
                LadderRole.Handler or LadderRole.OtherHandler => Sides(request, onWhom).Select(s => Rules.PartyOf(request, s).Authority),
                LadderRole.Body => [rules.Region.Body.Authorities[0].Code],
                LadderRole.Public => ["public register"],
                LadderRole.LiaisonOffices => OfKind(request, concerned, AuthorityKind.LiaisonOffice),
                LadderRole.HeadOfUnit => OfKind(request, [onWhom], AuthorityKind.HeadOfUnit),
                LadderRole.HeadsOfCentralAuthority => OfKind(request, concerned, AuthorityKind.HeadOfCentralAuthority),
                LadderRole.NextOnDuty => NextOnDuty(Rules.PartyOf(request, onWhom), now),
                LadderRole.EverybodyOnDuty => rules.Time.OnDuty(Rules.PartyOf(request, onWhom).State, now).Select(t => t.Authority),
                LadderRole.CourtContacts => [.. StatesOf(request, concerned).Where(s => !s.Body).Select(s => s.CourtContact)],
                _ => [rules.Region.Secretariat.Code],
            });
        return [.. told.Distinct()];
    }

    IReadOnlyList<LadderLevel> LadderOf(Deadline deadline) => rules.Region.Catalogue.LadderOf(deadline.Ladder, deadline.LadderUnder);

    /// <summary>Who comes after the authority that is silent; from the last one the roster begins anew.</summary>
    IEnumerable<string> NextOnDuty(Party silent, DateTimeOffset now)
    {
        var roster = rules.Region.States[silent.State].DutyRoster;
        var at = roster.TakeWhile(t => t.Authority != silent.Authority).Count();
        var onDuty = rules.Time.OnDuty(silent.State, now).Where(t => t.Authority != silent.Authority).ToList();
        return roster.Skip(at + 1).Concat(roster).Where(onDuty.Contains).Take(1).Select(t => t.Authority);
    }

    string[] OfKind(Request request, IEnumerable<Seat> seats, AuthorityKind kind) =>
        [.. StatesOf(request, seats).SelectMany(s => s.Authorities).Where(a => a.Kind == kind && a.To is null).Select(a => a.Code)];

    IEnumerable<StateProfile> StatesOf(Request request, IEnumerable<Seat> seats) => seats.Select(s => rules.Region.States[Rules.PartyOf(request, s).State]);

    /// <summary>The handlers a level names: the one that is silent, and whoever waits for it.</summary>
    static IEnumerable<Seat> ToldAt(LadderLevel level, Request request, Seat silent)
    {
        if (level.Told.Contains(LadderRole.Handler))
            yield return silent;
        if (level.Told.Contains(LadderRole.OtherHandler))
            foreach (var waiting in Waiting(request, silent))
                yield return waiting;
    }

    /// <summary>Between two or three parties a level above 0 concerns them all; of many, one member's silence concerns those that the level names.</summary>
    static IEnumerable<Seat> Concerned(Request request, LadderLevel level, Seat silent) =>
        request.Members is null ? Rules.SeatsOf(request) : ToldAt(level, request, silent);

    /// <summary>A member is waited for by the one that leads, and that one by every member.</summary>
    static IEnumerable<Seat> Waiting(Request request, Seat silent) =>
        request.Members is not null && silent.Side == Side.Requesting ? Rules.Others(request, silent) : [Rules.Across(request, silent)];

    /// <summary>The requesting side first.</summary>
    static IEnumerable<Seat> Sides(Request request, Seat onWhom) =>
        request.Members is null ? [Side.Requesting, Side.Requested] : Waiting(request, onWhom).Append(onWhom).OrderBy(s => s.Side);

    static string On(Deadline deadline) => deadline.Member is { } member ? $"/{member}" : "";

    static string Late(DateTimeOffset at, DateTimeOffset now) => now - at > TimeSpan.FromMinutes(1) ? $" (seen {(now - at).TotalMinutes:0} min late)" : "";
}
