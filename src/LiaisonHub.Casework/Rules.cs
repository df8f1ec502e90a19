using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>What the law says of a request. Pure: the same request, act and instant always give the same decision.</summary>
public sealed class Rules(Region region)
{
    /// <summary>The region the rules were made for.</summary>
    public Region Region => region;

    /// <summary>The names of all states of the procedure, in the order of the table.</summary>
    public IReadOnlyList<string> States => throw new NotSupportedException("The table follows.");

    /// <summary>The procedure, one row for each thing that can happen: the text twin of <see cref="Diagram"/>.</summary>
    public IReadOnlyList<TableRow> Rows => throw new NotSupportedException("The table follows.");

    /// <summary>Decides what an act means for a request.</summary>
    /// <param name="request">The request; null when the hub knows none with this id. Only <see cref="RequestSubmitted"/> opens one.</param>
    /// <param name="act">The act. Its signature has been checked.</param>
    /// <param name="receivedAt">When the hub received it (UTC): legal time runs from here.</param>
    public Decision Decide(Request? request, Act act, DateTimeOffset receivedAt) => throw new NotSupportedException("The table follows.");

    /// <summary>Decides what the passing of time means for one deadline: a reminder, expiry, a level of the ladder, the meaning of silence. Any number of looks has the effect of one.</summary>
    public Decision Look(Request request, Guid deadlineId, DateTimeOffset now) => throw new NotSupportedException("The table follows.");

    /// <summary>Where the request stands, as one side sees it.</summary>
    public Standing StandingFor(Request request, Side side) => throw new NotSupportedException("The table follows.");

    /// <summary>The side a state has in the request; null: it has none.</summary>
    public static Side? SideOf(Request request, string state) =>
        request.Requesting.State == state ? Side.Requesting : request.Requested.State == state ? Side.Requested : null;

    /// <summary>The acts a side may make now.</summary>
    public IReadOnlyList<string> Allowed(Request request, Side side) => throw new NotSupportedException("The table follows.");

    /// <summary>Each day (each step of an hour rule) from the start of a deadline to its end: counted or not, and why.</summary>
    public IReadOnlyList<CountedDay> Explain(Request request, Guid deadlineId) => throw new NotSupportedException("The table follows.");

    /// <summary>The procedure as an SVG, drawn from the table, the state of the request marked. Null: no state marked.</summary>
    public string Diagram(Request? request) => throw new NotSupportedException("The table follows.");

    /// <summary>Whose turn it is, what is due, what would move it: one sentence and its facts, without personal data.</summary>
    public Why WhyItStands(Request request, DateTimeOffset now) => throw new NotSupportedException("The table follows.");
}

/// <summary>One row of the procedure.</summary>
/// <param name="From">The state.</param>
/// <param name="Act">The act, or the clock whose silence moves it.</param>
/// <param name="By">Who makes it: Requesting, Requested, Either or Hub.</param>
/// <param name="Condition">When this row applies and what it requires.</param>
/// <param name="To">The state that follows.</param>
/// <param name="Time">Time rules met, started, held, resumed, reset.</param>
/// <param name="Told">Who is told.</param>
/// <param name="Article">The article.</param>
public sealed record TableRow(string From, string Act, string By, string Condition, string To, string Time, string Told, string Article);

/// <summary>One day or step of a deadline.</summary>
/// <param name="Day">The day in the zone of the rule.</param>
/// <param name="Counted">True: it counts.</param>
/// <param name="Number">Its number among the counted, from 1.</param>
/// <param name="Hours">Hours of this day that count, for hour rules.</param>
/// <param name="Why">Why it counts or not.</param>
public sealed record CountedDay(DateOnly Day, bool Counted, int? Number, decimal? Hours, string Why);

/// <summary>Why a request stands where it stands.</summary>
public sealed record Why
{
    /// <summary>The whole answer in one sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>Whose turn it is. Null: nobody's.</summary>
    public Side? Turn { get; init; }

    /// <summary>The deadline that comes first, or has passed longest. Null: none runs.</summary>
    public Guid? DeadlineId { get; init; }

    /// <summary>How late it is. Null: nothing is late.</summary>
    public TimeSpan? Late { get; init; }

    /// <summary>The facts behind the sentence, one line each.</summary>
    public required IReadOnlyList<string> Facts { get; init; }

    /// <summary>Acts that would move the request on, as <c>side: act</c>.</summary>
    public required IReadOnlyList<string> WouldMoveIt { get; init; }
}
