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

/// <summary>One event, as an officer has noted it.</summary>
/// <param name="Code">Row under subTimers of the profile, for example <c>ES-4</c>.</param>
/// <param name="What">What happened.</param>
/// <param name="At">When (UTC).</param>
public sealed record OwnLimitNote(string Code, OwnLimitEvent What, DateTimeOffset At);

/// <summary>One limit of the state's own law on one request, as it stands. It never leaves the state and moves nothing at the hub.</summary>
/// <param name="Row">The row of the profile.</param>
public sealed record OwnLimit(SubTimer Row)
{
    /// <summary>Since when it runs (UTC). Null: it has not begun.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it ends (UTC). Null: it has not begun.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>True: what makes it longer has happened.</summary>
    public bool Extended { get; init; }

    /// <summary>When it was met (UTC). Null: not yet.</summary>
    public DateTimeOffset? EndedAt { get; init; }

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
    /// <param name="notes">What was noted, in any order.</param>
    /// <param name="now">Now (UTC): a row that passed in silence hands over to the row named there.</param>
    public static IReadOnlyList<OwnLimit> Of(
        Rules rules, string state, string procedure, string opening, string instrument, IEnumerable<OwnLimitNote> notes, DateTimeOffset now)
    {
        var noted = notes.OrderBy(n => n.At).ToLookup(n => n.Code);
        var limits = new List<OwnLimit>();
        foreach (var row in rules.Region.Profiles.GetValueOrDefault(state)?.SubTimers.Where(t => t.Serves(procedure, opening, instrument)) ?? [])
        {
            var begun = limits.Find(l => l.Row.Then == row.Code && l.Replaced);
            var started = noted[row.Code].LastOrDefault(n => n.What == OwnLimitEvent.Started)?.At ?? begun?.Due;
            if (started is not { } since)
            {
                limits.Add(new(row));
                continue;
            }
            var extended = noted[row.Code].Any(n => n.What == OwnLimitEvent.Extended && n.At >= since);
            var due = rules.SubTimerDue(state, row.Code, since, extended);
            DateTimeOffset? ended = noted[row.Code].FirstOrDefault(n => n.What == OwnLimitEvent.Ended && n.At >= since)?.At;
            limits.Add(new(row)
            {
                Since = since,
                Due = due,
                Extended = extended,
                EndedAt = ended,
                After = begun?.Row.Code,
                Replaced = ended is null && row.Then is not null && due < now,
            });
        }
        return limits;
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
