using System.Globalization;
using System.Text.Json.Serialization;
using LiaisonHub.OperatorConsole.Shell;
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

    /// <summary>Why the last message was not taken. Null: it was.</summary>
    public Said? LastError { get; init; }

    /// <summary>The same as a code, which stays the same whatever the words are.</summary>
    public string? LastErrorCode { get; init; }

    /// <summary>When it is tried again after a failure (UTC). Null: whenever there is something.</summary>
    public DateTimeOffset? TriedAgainAt { get; init; }

    /// <summary>Its rules.</summary>
    public required IReadOnlyList<AlertRuleLine> Rules { get; init; }

    /// <summary>What is the matter now, and where it stands with this receiver.</summary>
    public required IReadOnlyList<AlertStanding> Matters { get; init; }
}

/// <summary>One message to a receiver, and what came of it.</summary>
/// <param name="At">When (UTC).</param>
/// <param name="Receiver">The receiver.</param>
/// <param name="Matters">What it was about, as kinds and states; what is over stands in brackets.</param>
/// <param name="About">The same in words.</param>
/// <param name="TestedBy">Who tried whether the receiver hears. Null: no test.</param>
/// <param name="Error">Why it was not taken. Null: it was.</param>
/// <param name="ErrorCode">The same as a code.</param>
public sealed record AlertSentLine(DateTimeOffset At, string Receiver, string Matters, Said About, string? TestedBy, Said? Error, string? ErrorCode);

/// <summary>Who is told what.</summary>
public sealed record AlertBoard
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Those in the options of this console.</summary>
    public required IReadOnlyList<AlertReceiverBoard> Receivers { get; init; }

    /// <summary>What was sent, last first.</summary>
    public required IReadOnlyList<AlertSentLine> Sent { get; init; }
}

/// <summary>Reads what stands with the receivers of alerts, and tries them out.</summary>
public sealed class AlertReader(AlertMatters wanted, AlertStore store, ConsoleOptions options, Texts texts, TimeProvider time)
{
    const int Shown = 100;

    static readonly TimeSpan Hour = TimeSpan.FromHours(1), Round = TimeSpan.FromMinutes(2);

    /// <summary>Reads all of it.</summary>
    public async Task<AlertBoard> Read(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var standings = (await store.Receivers(cancellationToken)).ToDictionary(r => r.Receiver);
        var board = options.Alerts.Receivers.Count == 0 ? null : await wanted.Look(cancellationToken);
        var receivers = new List<AlertReceiverBoard>();
        foreach (var receiver in options.Alerts.Receivers)
            receivers.Add(Board(receiver, standings.GetValueOrDefault(receiver.Name), board!, await store.Of(receiver.Name, cancellationToken), now));
        return new() { At = now, Receivers = receivers, Sent = [.. (await store.Sendings(null, Shown, cancellationToken)).Select(Line)] };
    }

    AlertReceiverBoard Board(AlertReceiverOptions receiver, AlertReceiver? standing, IReadOnlyList<AlertSeen> board, IReadOnlyList<AlertRow> known, DateTimeOffset now)
    {
        var hourSent = standing is not null && now - standing.HourBegan < Hour ? standing.HourSent : 0;
        var quiet = receiver.QuietEnds(now);
        // Right after a look a console has the receiver for a moment; only a longer time is one it is left alone for.
        DateTimeOffset? again = standing is { Failures: > 0 } && standing.NextAt > now ? standing.NextAt : null;
        var rows = known.ToDictionary(a => a.Key);
        var fulfilled = AlertMatters.Of(receiver, board).GroupBy(m => m.Key).Select(g => g.First()).ToList();
        DateTimeOffset Since(AlertSeen seen) => seen.Since ?? (rows.TryGetValue(seen.Key, out var row) ? row.BeganAt : now);
        DateTimeOffset? Told(AlertSeen seen) => rows.TryGetValue(seen.Key, out var row) && row.EndedAt is null && !row.HasGrown(seen.Matter.Count, AlertSender.Grown) ? row.ToldAt : null;
        bool IsYoung(AlertSeen seen) => now - Since(seen) < receiver.RuleFor(seen.Matter.Kind)!.After;
        var urgent = fulfilled.Any(m => Told(m) is null && !IsYoung(m) && receiver.RuleFor(m.Matter.Kind) is { Urgent: true });
        AlertStanding Stand(AlertSeen seen)
        {
            AlertStanding At(AlertPlace place, DateTimeOffset? at) => new(seen.Matter.Kind, seen.Matter.State, Since(seen), place, at);
            if (Told(seen) is { } at)
                return At(AlertPlace.Told, at);
            if (IsYoung(seen))
                return At(AlertPlace.TooYoung, Since(seen) + receiver.RuleFor(seen.Matter.Kind)!.After);
            if (again is { } later)
                return At(AlertPlace.Failing, later);
            if (hourSent >= receiver.AtMostAnHour && receiver.RuleFor(seen.Matter.Kind) is not { Urgent: true })
                return At(AlertPlace.Full, standing!.HourBegan + Hour);
            return quiet is { } ends && !urgent ? At(AlertPlace.Quiet, ends) : At(AlertPlace.Next, now + receiver.Gather + Round);
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
            LastError = AlertError.Said(standing?.LastError, texts),
            LastErrorCode = AlertError.Code(standing?.LastError),
            TriedAgainAt = again,
            Rules = [.. receiver.RulesInForce.Select(r => new AlertRuleLine(r.Kind, r.AtLeast, r.After, r.Kind == AlertRule.Overdue ? r.Level : null, r.Urgent))],
            Matters =
            [
                .. fulfilled.Select(Stand).OrderBy(m => m.Place).ThenBy(m => m.Since),
                .. AlertMatters.TooFew(receiver, board).Select(n => new AlertStanding(n.Matter.Kind, n.Matter.State, Since(n), AlertPlace.TooFew, null)),
            ],
        };
    }

    AlertSentLine Line(AlertSent sent) => new(
        sent.At, sent.Receiver, sent.Matters, sent.TestedBy is { } by ? texts["alerts.test-by", by] : texts.Things(sent.Matters.Split(", ").Select(About)), sent.TestedBy, AlertError.Said(sent.Error, texts), AlertError.Code(sent.Error));

    // As the store writes it: "gap XA", or "(gap XA)" where it is over.
    Said About(string matter)
    {
        var parts = matter.Trim('(', ')').Split(' ', 2);
        var said = parts is [var kind, var state] ? texts["alerts.of", state, texts[$"alerts.kind.{kind}"]] : texts[$"alerts.kind.{parts[0]}"];
        return matter[0] == '(' ? texts["alerts.about-over", said] : said;
    }

    /// <summary>What was sent, as a file.</summary>
    internal async Task<ListFile> File(CancellationToken cancellationToken) => new()
    {
        Name = "alerts",
        Title = "Alerts sent",
        Filter = string.Create(CultureInfo.InvariantCulture, $"the last {AlertStore.Kept.TotalDays:0} days"),
        At = time.GetUtcNow(),
        Columns = ["at", "receiver", "about", "test by", "outcome", "code of outcome"],
        Rows = (await store.Sendings(null, ListFile.Most, cancellationToken)).Select(m => new object?[] { m.At, m.Receiver, m.Matters, m.TestedBy, AlertError.Said(m.Error, texts)?.Plain ?? "taken", AlertError.Code(m.Error) }).ToAsyncEnumerable(),
    };
}
