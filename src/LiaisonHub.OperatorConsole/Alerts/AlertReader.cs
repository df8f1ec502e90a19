using System.Globalization;
using System.Text.Json.Serialization;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Today;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Alerts;

/// <summary>Why something is not told, or that it was.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertPlace>))]
public enum AlertPlace
{
    /// <summary>It was told.</summary>
    Told,

    /// <summary>It goes with the next message, within a minute.</summary>
    Next,

    /// <summary>Nobody wants to be disturbed now.</summary>
    Quiet,

    /// <summary>The receiver has had as many messages within the hour as it wants.</summary>
    Full,

    /// <summary>The last message was not taken; the receiver is left alone for a while.</summary>
    Failing,

    /// <summary>There is too little of it for the rule.</summary>
    TooFew,

    /// <summary>It has not lasted long enough for the rule.</summary>
    TooYoung,
}

/// <summary>A matter and where it stands with a receiver.</summary>
/// <param name="Kind">What is the matter.</param>
/// <param name="State">The state concerned. Null: none.</param>
/// <param name="Since">Since when (UTC).</param>
/// <param name="Place">Whether it was told, and why not.</param>
/// <param name="At">When it was told, or is told at the earliest (UTC). Null: not known.</param>
public sealed record AlertStanding(string Kind, string? State, DateTimeOffset Since, AlertPlace Place, DateTimeOffset? At);

/// <summary>A rule as it stands.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="AtLeast">Only for so many.</param>
/// <param name="After">Only when it has lasted so long.</param>
/// <param name="Level">From this level of the ladder on. Null: levels are nothing to it.</param>
/// <param name="Urgent">Told in quiet hours too.</param>
public sealed record AlertRuleLine(string Kind, int AtLeast, TimeSpan After, int? Level, bool Urgent);

/// <summary>A receiver of alerts.</summary>
public sealed record AlertReceiverBoard
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How it is told, without what is secret or personal of the address.</summary>
    public required string By { get; init; }

    /// <summary>Language of its messages.</summary>
    public required string Language { get; init; }

    /// <summary>Messages it wants in an hour at most.</summary>
    public required int AtMostAnHour { get; init; }

    /// <summary>Messages in the hour that runs.</summary>
    public required int HourSent { get; init; }

    /// <summary>Its quiet hours with their time zone. Null: none.</summary>
    public string? Quiet { get; init; }

    /// <summary>Until when it is quiet now (UTC). Null: it is not.</summary>
    public DateTimeOffset? QuietUntil { get; init; }

    /// <summary>When the last message was taken (UTC). Null: none ever.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Failures since then.</summary>
    public required int Failures { get; init; }

    /// <summary>What was said at the last failure. Null: the last message was taken.</summary>
    public string? LastError { get; init; }

    /// <summary>When it is tried again after a failure (UTC). Null: whenever there is something.</summary>
    public DateTimeOffset? TriedAgainAt { get; init; }

    /// <summary>Its rules.</summary>
    public required IReadOnlyList<AlertRuleLine> Rules { get; init; }

    /// <summary>What is the matter now, and where it stands with this receiver.</summary>
    public required IReadOnlyList<AlertStanding> Matters { get; init; }
}

/// <summary>Who is told what.</summary>
public sealed record AlertBoard
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Those in the options of this console.</summary>
    public required IReadOnlyList<AlertReceiverBoard> Receivers { get; init; }

    /// <summary>What was sent, last first.</summary>
    public required IReadOnlyList<AlertSent> Sent { get; init; }
}

/// <summary>Reads what stands with the receivers of alerts, and tries them out.</summary>
public sealed class AlertReader(AlertMatters wanted, TodayReader today, AlertStore store, ConsoleOptions options, TimeProvider time)
{
    const int Shown = 100;

    static readonly TimeSpan Hour = TimeSpan.FromHours(1), Round = TimeSpan.FromMinutes(2);

    /// <summary>Reads all of it.</summary>
    public async Task<AlertBoard> Read(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var standings = (await store.Receivers(cancellationToken)).ToDictionary(r => r.Receiver);
        var board = options.Alerts.Receivers.Count == 0 ? null : await today.Read(cancellationToken);
        var receivers = new List<AlertReceiverBoard>();
        foreach (var receiver in options.Alerts.Receivers)
            receivers.Add(Board(receiver, standings.GetValueOrDefault(receiver.Name), board!, await store.Of(receiver.Name, cancellationToken), now));
        return new() { At = now, Receivers = receivers, Sent = await store.Sendings(null, Shown, cancellationToken) };
    }

    AlertReceiverBoard Board(AlertReceiverOptions receiver, AlertReceiver? standing, TodayBoard board, IReadOnlyList<AlertRow> known, DateTimeOffset now)
    {
        var hourSent = standing is not null && now - standing.HourBegan < Hour ? standing.HourSent : 0;
        var quiet = receiver.QuietEnds(now);
        // Right after a look a console has the receiver for a moment; only a longer time is one it is left alone for.
        DateTimeOffset? again = standing is { Failures: > 0 } && standing.NextAt > now ? standing.NextAt : null;
        var told = known.Where(a => a.ToldAt is not null && a.EndedAt is null).ToDictionary(a => (a.Kind, a.State), a => a.ToldAt!.Value);
        var first = known.ToDictionary(a => (a.Kind, a.State), a => a.BeganAt);
        var fulfilled = wanted.Of(receiver, board, now).GroupBy(m => (m.Kind, State: m.State ?? "")).Select(g => g.First()).ToList();
        var urgent = fulfilled.Any(m => !told.ContainsKey((m.Kind, m.State ?? "")) && receiver.RuleFor(m.Kind) is { Urgent: true });
        AlertStanding Stand(AlertMatter matter)
        {
            var key = (matter.Kind, matter.State ?? "");
            var since = matter.Since < now ? matter.Since : first.GetValueOrDefault(key, matter.Since);
            if (told.TryGetValue(key, out var at))
                return new(matter.Kind, matter.State, since, AlertPlace.Told, at);
            if (again is { } later)
                return new(matter.Kind, matter.State, since, AlertPlace.Failing, later);
            if (hourSent >= receiver.AtMostAnHour)
                return new(matter.Kind, matter.State, since, AlertPlace.Full, standing!.HourBegan + Hour);
            return quiet is { } ends && !urgent ? new(matter.Kind, matter.State, since, AlertPlace.Quiet, ends) : new(matter.Kind, matter.State, since, AlertPlace.Next, now + Round);
        }
        return new()
        {
            Name = receiver.Name,
            By = receiver.Webhook is { } address ? $"webhook {address.Host}" : $"mail ...@{receiver.Mail![(receiver.Mail!.LastIndexOf('@') + 1)..].TrimEnd('>')}",
            Language = receiver.Language,
            AtMostAnHour = receiver.AtMostAnHour,
            HourSent = hourSent,
            Quiet = receiver is { QuietFrom: { } from, QuietUntil: { } until } ? string.Create(CultureInfo.InvariantCulture, $"{from:HH\\:mm}-{until:HH\\:mm} {receiver.Zone}") : null,
            QuietUntil = quiet,
            SentAt = standing?.SentAt,
            Failures = standing?.Failures ?? 0,
            LastError = standing?.LastError,
            TriedAgainAt = again,
            Rules = [.. receiver.RulesInForce.Select(r => new AlertRuleLine(r.Kind, r.AtLeast, r.After, r.Kind == AlertRule.Overdue ? r.Level : null, r.Urgent))],
            Matters =
            [
                .. fulfilled.Select(Stand).OrderBy(m => m.Place).ThenBy(m => m.Since),
                .. AlertMatters.NotYet(receiver, board, now).Where(n => !fulfilled.Any(f => f.Kind == n.Matter.Kind && f.State == n.Matter.State)).Select(n => new AlertStanding(
                    n.Matter.Kind, n.Matter.State, n.Matter.Since ?? now, n.Matter.Count < n.Rule.AtLeast ? AlertPlace.TooFew : AlertPlace.TooYoung,
                    n.Matter.Count < n.Rule.AtLeast ? null : (n.Matter.Since ?? now) + n.Rule.After)),
            ],
        };
    }

    /// <summary>What was sent, as a file.</summary>
    internal async Task<ListFile> File(CancellationToken cancellationToken) => new()
    {
        Name = "alerts",
        Title = "Alerts sent",
        Filter = string.Create(CultureInfo.InvariantCulture, $"the last {AlertStore.Kept.TotalDays:0} days"),
        At = time.GetUtcNow(),
        Columns = ["at", "receiver", "about", "test by", "outcome"],
        Rows = (await store.Sendings(null, ListFile.Most, cancellationToken)).Select(m => new object?[] { m.At, m.Receiver, m.Matters, m.TestedBy, m.Error ?? "taken" }).ToAsyncEnumerable(),
    };
}
