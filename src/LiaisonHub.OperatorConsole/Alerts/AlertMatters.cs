using System.Globalization;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Today;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Alerts;

/// <summary>Something that may be told.</summary>
/// <param name="Subject">What of its kind, in its state: two faults of one state are two.</param>
/// <param name="Since">Since when (UTC). Null: nothing says it; then it is since it was seen first.</param>
/// <param name="Level">The level of the ladder from which on it counts. 0: levels are nothing to it.</param>
/// <param name="Matter">What is said.</param>
public sealed record AlertSeen(string Subject, DateTimeOffset? Since, int Level, AlertMatter Matter)
{
    /// <summary>What it is kept under for a receiver.</summary>
    public (string Kind, string State, string Subject) Key => (Matter.Kind, Matter.State ?? "", Subject);
}

/// <summary>What there is to tell, and what of it a receiver is told by its rules: the one place that says so, for the sender and for the page about it.</summary>
public sealed class AlertMatters(
    TodayReader today, LinkReader links, HubFigures figures, RepairPlans plans, Quarantine quarantine, Region region, Texts texts, ConsoleOptions options, TimeProvider time,
    [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    const int MostWaiting = 100;

    static readonly TimeSpan RateIn = TimeSpan.FromHours(1), PlansFor = TimeSpan.FromDays(7);

    /// <summary>All that there is, of every kind.</summary>
    public async Task<IReadOnlyList<AlertSeen>> Look(CancellationToken cancellationToken)
    {
        var (now, present) = (time.GetUtcNow(), technical.GetUtcNow());
        var seen = new List<AlertSeen>();
        void Add(string kind, string? state, string subject, DateTimeOffset? since, int count, Said what, Said next, string rows, int level = 0) =>
            seen.Add(new(subject[..Math.Min(subject.Length, 200)], since, level, new(kind, state, since ?? now, what.Plain, next.Plain, new(options.Public, rows), count)));

        var board = await today.Read(cancellationToken);
        foreach (var matter in board.Decisions)
            Add(matter.Kind, matter.State, matter.Rows, matter.Since, matter.Count, matter.What, matter.Next, matter.Rows);
        // One for each level that a receiver asks for.
        foreach (var level in options.Alerts.Receivers.Select(r => r.RuleFor(AlertRule.Overdue)?.Level).OfType<int>().Distinct())
            if (board.OverdueByLevel.Where(l => l.Level >= level).Sum(l => l.Requests) is var requests and > 0)
                Add(AlertRule.Overdue, null, string.Create(CultureInfo.InvariantCulture, $"{level}"), null, requests, texts["alerts.overdue", requests, level], texts["alerts.overdue-next"],
                    string.Create(CultureInfo.InvariantCulture, $"/requests?overdue=1&level={level}&higher=1"), level);
        if (options.Alerts.Receivers.Any(r => r.RuleFor(AlertRule.QuarantineRate) is not null) && await figures.QuarantinedSince(now - RateIn, cancellationToken) is var messages and > 0)
            Add(AlertRule.QuarantineRate, null, "", null, messages, texts["alerts.quarantine-rate", messages], texts["alerts.quarantine-rate-next"], "/quarantine");

        var adapters = await links.Read(cancellationToken);
        foreach (var key in adapters.States.SelectMany(s => s.Keys).Concat(adapters.HubKeys).Where(k => k.Warning is not null))
            Add(AlertRule.KeyEnds, key.Owner == PublicKey.HubOwner ? null : key.Owner, $"{key.KeyId}/{Expiry.Threshold(key.To, now)}", null, 1, texts["alerts.of", key.Owner, key.Warning], texts["alerts.key-ends-next"], $"/adapters#{key.Owner}");
        foreach (var (state, what, ends) in adapters.States.SelectMany(s => new[] { (s.State, "client", s.Standing?.ClientCertificateEnds), (s.State, "server", s.Standing?.ServerCertificateEnds) }))
            if (ends is { } end && Expiry.Threshold(end, present) is { } due)
            {
                var certificate = texts[what == "client" ? "links.client-certificate" : "links.server-certificate"];
                Add(AlertRule.CertificateEnds, state, $"{what}/{due}", null, 1, texts["alerts.of", state, end <= present ? texts["links.certificate-ended", certificate, end] : texts["links.certificate-ends", due, certificate, end - present]],
                    texts["alerts.certificate-ends-next"], $"/adapters#{state}");
            }
        foreach (var calendar in region.Calendars.Values.Where(c => c.Until < DateOnly.FromDateTime(now.UtcDateTime).AddDays(Expiry.WarnAtDays[0])))
            Add(AlertRule.Calendar, null, calendar.Code, null, 1, texts["settings.calendars-end", calendar.Code, calendar.Until], texts["alerts.calendar-next"], "/deadlines/calendars");

        foreach (var plan in await plans.Page(100, cancellationToken, RepairPlan.Stopped))
            if (plan is { EndedAt: { } stopped } && now - stopped < PlansFor)
                Add(AlertRule.PlanStopped, null, string.Create(CultureInfo.InvariantCulture, $"{plan.PlanId}/{stopped.UtcTicks}"), stopped, 1, texts["alerts.plan-stopped", texts.Known(plan.EndedWhy ?? "")], texts["alerts.plan-stopped-next"], $"/plans/{plan.PlanId}");
        foreach (var plan in await plans.WaitingForSecond(now, MostWaiting, cancellationToken))
            Add(AlertRule.Approval, null, plan.PlanId.ToString(), plan.ForeseenAt, 1, texts["alerts.approval-plan", texts.Data(plan.ShapedBy)], texts["alerts.approval-next"], $"/plans/{plan.PlanId}");
        foreach (var message in await quarantine.WaitingForSecond(now, MostWaiting, cancellationToken))
            Add(AlertRule.Approval, null, message.QuarantineId.ToString(), null, 1, texts["alerts.approval-message", texts.Data(message.AsideBy ?? ""), message.AsideUntil!.Value], texts["alerts.approval-next"], $"/quarantine/{message.QuarantineId}");
        return seen;
    }

    /// <summary>What a rule of the receiver is about, and enough of it; whether it has lasted long enough is judged with what was seen before.</summary>
    public static IEnumerable<AlertSeen> Of(AlertReceiverOptions receiver, IReadOnlyList<AlertSeen> seen) => About(receiver, seen).Where(s => s.Rule.AtLeast <= s.Seen.Matter.Count).Select(s => s.Seen);

    /// <summary>What has a rule that there is too little of.</summary>
    public static IEnumerable<AlertSeen> TooFew(AlertReceiverOptions receiver, IReadOnlyList<AlertSeen> seen) => About(receiver, seen).Where(s => s.Rule.AtLeast > s.Seen.Matter.Count).Select(s => s.Seen);

    static IEnumerable<(AlertSeen Seen, AlertRule Rule)> About(AlertReceiverOptions receiver, IReadOnlyList<AlertSeen> seen) =>
        from one in seen
        let rule = receiver.RuleFor(one.Matter.Kind)
        where rule is not null && (one.Matter.Kind != AlertRule.Overdue || one.Level == rule.Level)
        select (one, rule);
}
