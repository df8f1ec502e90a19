using System.Globalization;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Today;

namespace LiaisonHub.OperatorConsole.Alerts;

/// <summary>What of a board is told to a receiver by its rules: the one place that says so, for the sender and for the page about it.</summary>
public sealed class AlertMatters(Texts texts, ConsoleOptions options)
{
    /// <summary>What fulfils a rule now.</summary>
    public IEnumerable<AlertMatter> Of(AlertReceiverOptions receiver, TodayBoard board, DateTimeOffset now)
    {
        foreach (var matter in board.Decisions)
            if (receiver.RuleFor(matter.Kind) is { } rule && matter.Count >= rule.AtLeast && now - (matter.Since ?? now) >= rule.After)
                yield return new(matter.Kind, matter.State, matter.Since ?? now, matter.What.Plain, matter.Next.Plain, Link(matter.Rows));
        if (receiver.RuleFor(AlertRule.Overdue) is { } late && board.OverdueByLevel.Where(l => l.Level >= late.Level).Sum(l => l.Requests) is var requests && requests >= late.AtLeast)
            yield return new(AlertRule.Overdue, null, now, texts["alerts.overdue", requests, late.Level].Plain, texts["alerts.overdue-next"].Plain, Link(string.Create(CultureInfo.InvariantCulture, $"/requests?overdue=1&level={late.Level}")));
        if (receiver.RuleFor(AlertRule.QuarantineRate) is { } rate && board.Hours[^1].Quarantined is var messages && messages >= rate.AtLeast)
            yield return new(AlertRule.QuarantineRate, null, board.Hours[^1].From, texts["alerts.quarantine-rate", messages].Plain, texts["alerts.quarantine-rate-next"].Plain, Link("/quarantine"));
    }

    /// <summary>What has a rule that it does not fulfil yet: too few of it, or not long enough.</summary>
    public static IEnumerable<(Matter Matter, AlertRule Rule)> NotYet(AlertReceiverOptions receiver, TodayBoard board, DateTimeOffset now) =>
        from matter in board.Decisions
        let rule = receiver.RuleFor(matter.Kind)
        where rule is not null && (matter.Count < rule.AtLeast || now - (matter.Since ?? now) < rule.After)
        select (matter, rule);

    Uri Link(string rows) => new(options.Public, rows);
}
