using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Profiles;

/// <summary>What happened to a limit of a state's own law.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OwnLimitEvent>))]
public enum OwnLimitEvent
{
    /// <summary>The event it runs from; a later one starts it again.</summary>
    Started,

    /// <summary>What makes it longer.</summary>
    Extended,

    /// <summary>The event that meets it.</summary>
    Ended,
}

/// <summary>One event, as an officer has noted it or an act says it.</summary>
/// <param name="Code">Row under subTimers of the profile, for example <c>ES-4</c>.</param>
/// <param name="What">What happened.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Act">Type of the act that says it. Null: an officer has noted it.</param>
public sealed record OwnLimitNote(string Code, OwnLimitEvent What, DateTimeOffset At, string? Act = null);

/// <summary>An act on the request that the hub has not refused.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Open">Its open part, as JSON.</param>
/// <param name="ReceivedAt">When the hub received it (UTC); for an own act that it has not answered yet, when it was made.</param>
public sealed record OwnLimitAct(string Type, string Open, DateTimeOffset ReceivedAt);

/// <summary>One limit of the state's own law on one request, as it stands. It never leaves the state and moves nothing at the hub.</summary>
/// <param name="Row">The row of the profile.</param>
public sealed record OwnLimit(SubTimer Row)
{
    /// <summary>Since when it runs (UTC). Null: it has not begun.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it ends (UTC). Null: it has not begun.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Type of the act that began it. Null: an officer noted it, or the silence of another row did.</summary>
    public string? SinceAct { get; init; }

    /// <summary>True: what makes it longer has happened.</summary>
    public bool Extended { get; init; }

    /// <summary>When it was met (UTC). Null: not yet.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Type of the act that met it. Null: an officer noted it.</summary>
    public string? EndedByAct { get; init; }

    /// <summary>The row whose silence began it. Null: an event did.</summary>
    public string? After { get; init; }

    /// <summary>True: another row runs in its place, since it passed in silence.</summary>
    public bool Replaced { get; init; }

    /// <summary>True: it runs, or has passed and nothing has happened yet.</summary>
    public bool Runs => Since is not null && EndedAt is null && !Replaced;

    /// <summary>The limits of a state's own law that concern a request, in the order of its profile.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="state">The state; it is the requested one.</param>
    /// <param name="procedure">The procedure.</param>
    /// <param name="opening">The act that opened the request.</param>
    /// <param name="instrument">The instrument.</param>
    /// <param name="notes">What officers noted, in any order. Where a note and an act say the same of a row, the later moment counts.</param>
    /// <param name="acts">The acts of both sides, in the order in which the hub received them.</param>
    /// <param name="now">Now (UTC): a row that passed in silence hands over to the row named there.</param>
    public static IReadOnlyList<OwnLimit> Of(
        Rules rules, string state, string procedure, string opening, string instrument, IEnumerable<OwnLimitNote> notes, IReadOnlyList<OwnLimitAct> acts,
        DateTimeOffset now)
    {
        var rows = rules.Region.Profiles.GetValueOrDefault(state)?.SubTimers.Where(t => t.Serves(procedure, opening, instrument)).ToList() ?? [];
        var noted = notes.Concat(rows.SelectMany(r => Said(rules, state, r, acts))).OrderBy(n => n.At).ToLookup(n => n.Code);
        var limits = new List<OwnLimit>();
        foreach (var row in rows)
        {
            var begun = limits.Find(l => l.Row.Then == row.Code && l.Replaced);
            var start = noted[row.Code].LastOrDefault(n => n.What == OwnLimitEvent.Started);
            if ((start?.At ?? begun?.Due) is not { } since)
            {
                limits.Add(new(row));
                continue;
            }
            var extended = noted[row.Code].Any(n => n.What == OwnLimitEvent.Extended && n.At >= since);
            var due = rules.SubTimerDue(state, row.Code, since, extended);
            var ended = noted[row.Code].FirstOrDefault(n => n.What == OwnLimitEvent.Ended && n.At >= since);
            limits.Add(new(row)
            {
                Since = since,
                SinceAct = start?.Act,
                Due = due,
                Extended = extended,
                EndedAt = ended?.At,
                EndedByAct = ended?.Act,
                After = start is null ? begun?.Row.Code : null,
                Replaced = ended is null && row.Then is not null && due < now,
            });
        }
        return limits;
    }

    // Of several acts that begin a row, the one received last counts: a day agreed anew replaces the one before, even by an earlier day.
    static IEnumerable<OwnLimitNote> Said(Rules rules, string state, SubTimer row, IReadOnlyList<OwnLimitAct> acts)
    {
        if (acts.LastOrDefault(a => row.StartsWith.Contains(a.Type)) is { } begins)
            yield return new(row.Code, OwnLimitEvent.Started, Moment(begins, day => rules.Time.StartOf(state, day)), begins.Type);
        foreach (var act in acts)
        {
            if (row.ExtendsWith.Contains(act.Type))
                yield return new(row.Code, OwnLimitEvent.Extended, Until(act), act.Type);
            if (row.EndsWith.Contains(act.Type))
                yield return new(row.Code, OwnLimitEvent.Ended, Until(act), act.Type);
        }

        // What ends on a day ends within it, and not after it was told.
        DateTimeOffset Until(OwnLimitAct act) => Moment(act, day =>
            rules.Time.StartOf(state, day.AddDays(1)) - Deadline.OneSecond is var end && end < act.ReceivedAt ? end : act.ReceivedAt);
    }

    // The act's own moment or day, where it names one.
    static DateTimeOffset Moment(OwnLimitAct act, Func<DateOnly, DateTimeOffset> ofDay)
    {
        using var open = JsonDocument.Parse(act.Open);
        return open.RootElement.TryGetProperty("at", out var at) && at.ValueKind == JsonValueKind.String && at.TryGetDateTimeOffset(out var moment) ? moment.ToUniversalTime()
            : open.RootElement.TryGetProperty("on", out var on) && on.ValueKind == JsonValueKind.String
                && DateOnly.TryParseExact(on.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? ofDay(day)
            : act.ReceivedAt;
    }

    /// <summary>Each day of a limit that has begun: counted or not, and why.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="state">The state whose law it is.</param>
    /// <exception cref="InvalidOperationException">It has not begun.</exception>
    public IReadOnlyList<CountedDay> Explain(Rules rules, string state) => rules.Time.Explain(new Deadline
    {
        Id = Guid.Empty,
        RuleId = Row.Code,
        Kind = DeadlineKind.Procedure,
        Clock = default,
        Title = Row.Title,
        Article = Row.Article,
        OnWhom = Side.Requested,
        Started = Since ?? throw new InvalidOperationException($"{Row.Code} has not begun; there is no day to count."),
        Due = Due,
        Counting = new(Row.Unit, Row.Length, Roll.None, rules.Region.States[state].Zone, [rules.Region.States[state].Calendar]),
        ExtendedBy = Extended ? Row.Extension : 0,
    });
}
