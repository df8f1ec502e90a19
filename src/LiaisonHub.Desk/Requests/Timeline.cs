using System.Globalization;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Words;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Desk.Requests;

/// <summary>One entry of a request's timeline: an act of either side, or what the hub said of itself.</summary>
public sealed record Entry(DateTimeOffset At, string Words)
{
    public StoredAct? Act { get; init; }

    /// <summary>Acts of the hub's refusal that would have been accepted.</summary>
    public IReadOnlyList<string> WouldBeAccepted { get; init; } = [];

    /// <summary>A notice of the hub.</summary>
    public Guid? NoticeId { get; init; }

    /// <summary>What the notice says beside its name.</summary>
    public string? More { get; init; }

    /// <summary>True: the notice brings a document.</summary>
    public bool Document { get; init; }

    /// <summary>True: a limit has passed, or something is wrong.</summary>
    public bool Alarm { get; init; }
}

/// <summary>What happened on a request, the latest first.</summary>
static class Timeline
{
    public static IReadOnlyList<Entry> Of(IReadOnlyList<StoredAct> acts, IReadOnlyList<StoredNotice> notices)
    {
        var refusals = new Dictionary<Guid, ActRefused>();
        var entries = new List<Entry>();
        foreach (var notice in notices)
            switch (Body(notice))
            {
                case ActRefused { ActId: { } actId } refused:
                    refusals.TryAdd(actId, refused);
                    break;
                case ReminderNotice reminder:
                    entries.Add(new(notice.At, $"Reminder: {reminder.PercentPassed} percent of the limit has passed") { NoticeId = notice.NoticeId, More = $"{reminder.Deadline.Title} ({reminder.Deadline.Article})" });
                    break;
                case OverdueNotice overdue:
                    entries.Add(new(notice.At, "A limit has passed") { NoticeId = notice.NoticeId, Alarm = true, More = $"{overdue.Deadline.Title} ({overdue.Deadline.Article}).{(overdue.ReasonWanted ? " We are asked for the reason." : "")}{(overdue.Told.Count > 0 ? $" Told: {string.Join(", ", overdue.Told)}." : "")}" });
                    break;
                case EscalationNotice escalation:
                    entries.Add(new(notice.At, $"Escalated to level {escalation.Level}")
                    {
                        NoticeId = notice.NoticeId,
                        Alarm = true,
                        More = $"{escalation.Deadline.Title}: {escalation.Effect} Told: {string.Join(", ", escalation.Told)}.",
                        Document = escalation.DocumentHtml is not null,
                    });
                    break;
                case DisputeNotice dispute:
                    entries.Add(new(notice.At, dispute.Level == 5 ? "A dispute was opened" : $"The dispute is at level {dispute.Level}")
                    {
                        NoticeId = notice.NoticeId,
                        Alarm = true,
                        More = $"{dispute.Claim} ({dispute.Article}).{(dispute.Relief is { } relief ? $" Wanted: {relief}." : "")} {dispute.Effect} Told: {string.Join(", ", dispute.Told)}.",
                    });
                    break;
                case HeldCopyNotice copy:
                    entries.Add(new(notice.At, copy.Manner == CorrectionManner.Recall ? "A copy is to be deleted or restricted" : "A copy is to be replaced")
                    {
                        NoticeId = notice.NoticeId,
                        Alarm = true,
                        More = $"Held by {copy.Holder}, given on under {copy.OfReference}. SHA-256 {string.Join(", ", copy.Digests)}{(copy.NewDigest is { } digest ? $", to be replaced by {digest}" : "")}.",
                    });
                    break;
                case ReducedAmountNotice amount:
                    entries.Add(new(notice.At, $"Less is sought: {amount.StillSought.ToString("0.##", CultureInfo.InvariantCulture)} {amount.Currency}")
                    {
                        NoticeId = notice.NoticeId,
                        More = $"Of all states together; it was reduced in the request to {amount.ReducedIn}.",
                    });
                    break;
                case SilenceNotice silence:
                    entries.Add(new(notice.At, "Silence has taken effect") { NoticeId = notice.NoticeId, Alarm = true, More = $"{silence.Deadline.Title}: {ContractWords.Of(typeof(Silence), silence.Meaning.ToString())}" });
                    break;
                case UnopenedNotice unopened:
                    var act = acts.FirstOrDefault(a => a.ActId == unopened.OfActId);
                    entries.Add(new(notice.At, act?.Direction == Direction.In ? "An act waits here unopened" : "Our act is not opened on the other side")
                    {
                        NoticeId = notice.NoticeId,
                        Alarm = true,
                        More = $"{(act is null ? "An act" : ActWords.Of(act.ActType).Done)}: reached “{ContractWords.Spaced(unopened.Reached.ToString())}”, nothing since.",
                    });
                    break;
                default:
                    break;
            }

        entries.AddRange(acts.Where(a => a.ActType != nameof(ReceiptGiven)).Select(a => new Entry(a.At, ActWords.Of(a.ActType).Done)
        {
            Act = a,
            Alarm = a.Outcome == "Refused",
            WouldBeAccepted = refusals.GetValueOrDefault(a.ActId)?.WouldBeAccepted ?? [],
        }));
        // What the hub said in one instant stands in its own order.
        return [.. entries.Select((e, i) => (Entry: e, Place: i)).OrderByDescending(e => e.Entry.At).ThenByDescending(e => e.Place).Select(e => e.Entry)];
    }

    public static object? Body(StoredNotice notice)
    {
        try
        {
            return JsonSerializer.Deserialize<Notice>(notice.Body, Wire.Json)?.Read();
        }
        catch (JsonException)
        {
            return null; // Of a newer hub: it stands in the database, and its effect in the standing.
        }
    }
}
