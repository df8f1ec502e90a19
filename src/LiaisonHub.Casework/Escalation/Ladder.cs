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
        if (deadline.Kind == DeadlineKind.Transport)
            Unopened(moved, deadline, now, tell);
        else
            // After an outage several levels may have been reached: each is told, in order.
            while (rules.Time.Next(deadline) is { } milestone && milestone.At <= now)
            {
                deadline = Reach(moved, deadline, milestone, now, tell, documents);
                if (deadline.Status != DeadlineStatus.Running)
                    break;
            }
        return new Applied { Request = moved.Request, Tell = tell, Facts = moved.Facts, Documents = documents };
    }

    Deadline Reach(Movement moved, Deadline deadline, Milestone milestone, DateTimeOffset now, List<Telling> tell, List<Document> documents)
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
            foreach (var side in SidesOf(rules.Region.Catalogue.Ladder[0], deadline))
                tell.Add(new(side, new ReminderNotice
                {
                    Deadline = Rules.Standing(reminded),
                    PercentPassed = milestone.Percent,
                    Standing = rules.StandingFor(moved.Request, side),
                }));
            return reminded;
        }
        if (milestone.Level == 1)
            return Pass(moved, deadline, now, tell);
        var level = rules.Region.Catalogue.Ladder[milestone.Level];
        var told = Told(request, deadline.DetentionBound ? [.. level.Told, LadderRole.CourtContacts] : level.Told);
        var risen = rules.Time.Looked(deadline with { Level = level.Level });
        moved.Replace(risen);
        moved.Facts.Add(new("Ladder", $"{deadline.RuleId} at level {level.Level} ({level.Title}); told: {string.Join(", ", told)}{Late(milestone.At, now)}"));
        string? html = null;
        if (level.DiplomaticNote)
        {
            var note = DiplomaticNote.For(moved.Request, risen, level, told, rules, now);
            documents.Add(note);
            html = note.Html;
            moved.Facts.Add(new("Document", $"{note.Title} made"));
        }
        foreach (var side in Enum.GetValues<Side>())
            tell.Add(new(side, new EscalationNotice
            {
                Deadline = Rules.Standing(risen),
                Level = level.Level,
                Told = told,
                Effect = level.Effect,
                DocumentHtml = html,
                Standing = rules.StandingFor(moved.Request, side),
            }));
        return risen;
    }

    /// <summary>The limit has passed. Silence means what the rule says, and nothing that the hub makes up.</summary>
    Deadline Pass(Movement moved, Deadline deadline, DateTimeOffset now, List<Telling> tell)
    {
        var row = rules.RowForSilence(moved.Request, deadline.Clock) is { } r && r.Meaning == deadline.Silence ? r : null;
        var late = Late(deadline.Due!.Value + Deadline.OneSecond, now);
        var passed = deadline.Silence == Silence.Escalate
            ? rules.Time.Looked(deadline with { Level = 1 })
            : Timekeeper.End(deadline, DeadlineStatus.Expired, now);
        moved.Replace(passed);
        moved.Facts.Add(new("Limit", $"{deadline.RuleId} has passed{late}; silence means {deadline.Silence}"));
        if (row is not null)
        {
            var from = moved.Request.State;
            moved.Take(row, new(moved.Request, null, null, deadline.OnWhom, now, rules));
            if (moved.Request.State != from)
                moved.Facts.Add(new("Silence", $"{from} -> {moved.Request.State}"));
        }
        foreach (var side in Enum.GetValues<Side>())
        {
            var standing = rules.StandingFor(moved.Request, side);
            var reasonWanted = side == deadline.OnWhom && deadline.ReasonGiven is null;
            tell.Add(new(side, deadline.Silence == Silence.Escalate
                ? new OverdueNotice { Deadline = Rules.Standing(passed), ReasonWanted = reasonWanted, Standing = standing }
                : new SilenceNotice { Deadline = Rules.Standing(passed), Meaning = deadline.Silence, Standing = standing }));
        }
        // The row may have touched the deadline as well; what counts is how it stands now.
        return moved.Request.Deadlines.First(d => d.Id == deadline.Id);
    }

    static void Unopened(Movement moved, Deadline watch, DateTimeOffset now, List<Telling> tell)
    {
        var act = moved.Request.Acts.First(a => a.ActId == watch.OfActId);
        moved.Replace(Timekeeper.End(watch, DeadlineStatus.Expired, now));
        moved.Flag(act.ActId);
        moved.Facts.Add(new("Unopened",
            $"{act.Type} of {act.At:u} is {act.Stage} on the {Rules.Word(watch.OnWhom)} side and not {watch.Clock} after {watch.Counting.Length} h"));
        foreach (var side in Enum.GetValues<Side>())
            tell.Add(new(side, new UnopenedNotice { OfActId = act.ActId, Reached = act.Stage, Since = watch.Started }));
    }

    IReadOnlyList<string> Told(Request request, IReadOnlyList<LadderRole> roles)
    {
        var told = new List<string>();
        foreach (var role in roles)
            told.AddRange(role switch
            {
                LadderRole.Handler or LadderRole.OtherHandler => [request.Requesting.Authority, request.Requested.Authority],
                LadderRole.LiaisonOffices => OfKind(request, AuthorityKind.LiaisonOffice),
                LadderRole.HeadsOfCentralAuthority => OfKind(request, AuthorityKind.HeadOfCentralAuthority),
                LadderRole.CourtContacts => [.. StatesOf(request).Select(s => s.CourtContact)],
                _ => [rules.Region.Secretariat.Code],
            });
        return [.. told.Distinct()];
    }

    string[] OfKind(Request request, AuthorityKind kind) =>
        [.. StatesOf(request).SelectMany(s => s.Authorities).Where(a => a.Kind == kind && a.To is null).Select(a => a.Code)];

    StateProfile[] StatesOf(Request request) => [rules.Region.States[request.Requesting.State], rules.Region.States[request.Requested.State]];

    static IEnumerable<Side> SidesOf(LadderLevel level, Deadline deadline)
    {
        if (level.Told.Contains(LadderRole.Handler))
            yield return deadline.OnWhom;
        if (level.Told.Contains(LadderRole.OtherHandler))
            yield return Rules.Other(deadline.OnWhom);
    }

    static string Late(DateTimeOffset at, DateTimeOffset now) => now - at > TimeSpan.FromMinutes(1) ? $" (seen {(now - at).TotalMinutes:0} min late)" : "";
}
