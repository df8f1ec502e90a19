using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Time;

/// <summary>A limit that will pass if nobody acts.</summary>
public sealed record Breach
{
    /// <summary>The request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>Its reference.</summary>
    public required string Reference { get; init; }

    /// <summary>The instrument.</summary>
    public required string Instrument { get; init; }

    /// <summary>The state that asks.</summary>
    public required string RequestingState { get; init; }

    /// <summary>The state that is asked.</summary>
    public required string RequestedState { get; init; }

    /// <summary>The deadline.</summary>
    public required Guid DeadlineId { get; init; }

    /// <summary>Row of the time catalogue.</summary>
    public required string RuleId { get; init; }

    /// <summary>What is due.</summary>
    public required string Title { get; init; }

    /// <summary>The last second in which the act is in time (UTC).</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>The day with which it ends, in the zone of its rule. Null: it ends at an instant.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>What silence at the limit means.</summary>
    public required Silence Silence { get; init; }

    /// <summary>True: the limit does not run yet; it begins when an earlier one passes.</summary>
    public bool Follows { get; init; }

    /// <summary>True: the request itself is not there yet; the hub opens it when an earlier limit passes.</summary>
    public bool Opens { get; init; }
}

/// <summary>What the clock will do while nobody acts: it looks at the same instants, asks the same rules, and lets requests follow each other as the hub does.</summary>
public sealed class Forecast
{
    readonly Rules rules;
    readonly Func<Guid, Request?> others;
    readonly DateTimeOffset from, until;
    readonly Dictionary<Guid, Request> requests = [];
    readonly Dictionary<Guid, List<Order>> orders = [];
    readonly PriorityQueue<(Guid Request, Guid Deadline), (DateTimeOffset At, int Number)> looks = new();
    readonly HashSet<Guid> running, opened = [];
    readonly HashSet<(Guid Deadline, DateTimeOffset Due)> passed = [];
    readonly List<Breach> breaches = [];
    int number;

    Forecast(Rules rules, IReadOnlyList<Request> requests, DateTimeOffset from, DateTimeOffset until, Func<Guid, Request?> others)
    {
        (this.rules, this.others, this.from, this.until) = (rules, others, from, until);
        running = [.. requests.SelectMany(r => r.Deadlines).Where(d => d.Active).Select(d => d.Id)];
        foreach (var request in requests)
            Take(request);
    }

    /// <summary>The limits of a state that pass between two instants if nobody acts, in the order in which they pass.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="state">The state that is silent.</param>
    /// <param name="requests">The open requests in which it has a part, as they stand at <paramref name="from"/>.</param>
    /// <param name="from">Now (UTC). What has passed before is no news.</param>
    /// <param name="until">How far it looks (UTC).</param>
    /// <param name="others">Finds a request that one of them speaks to. Null: unknown.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static IReadOnlyList<Breach> Silent(
        Rules rules, string state, IReadOnlyList<Request> requests, DateTimeOffset from, DateTimeOffset until, Func<Guid, Request?> others, CancellationToken cancellationToken)
    {
        var forecast = new Forecast(rules, requests, from, until, others);
        forecast.Run(state, cancellationToken);
        return forecast.breaches;
    }

    void Run(string state, CancellationToken cancellationToken)
    {
        while (looks.TryDequeue(out var look, out var when) && when.At <= until)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var request = requests[look.Request];
            // It has moved since, and stands in the queue with its new time as well.
            if (request.Deadlines.FirstOrDefault(d => d.Id == look.Deadline) is not { Status: DeadlineStatus.Running, LookAt: { } at } deadline || at > when.At)
                continue;
            if (deadline is { Kind: DeadlineKind.Procedure, Due: { } due } && !deadline.HasPassed(from) && deadline.HasPassed(when.At) && Rules.PartyOf(request, deadline.Seat).State == state
                && passed.Add((deadline.Id, due)))
                breaches.Add(new()
                {
                    RequestId = request.Id,
                    Reference = request.Reference,
                    Instrument = request.Instrument,
                    RequestingState = request.Requesting.State,
                    RequestedState = request.Requested.State,
                    DeadlineId = deadline.Id,
                    RuleId = deadline.RuleId,
                    Title = deadline.Title,
                    Due = due,
                    Day = rules.LegalDay(deadline),
                    Silence = deadline.Silence,
                    Follows = !running.Contains(deadline.Id),
                    Opens = opened.Contains(request.Id),
                });
            if ((Applied)rules.Look(request, deadline.Id, when.At) is var looked && !ReferenceEquals(looked.Request, request))
                Follow(looked, when.At);
        }
    }

    void Follow(Applied applied, DateTimeOffset at)
    {
        Take(applied.Request, at);
        foreach (var opening in applied.Opened)
        {
            opened.Add(opening.Request.Id);
            Take(opening.Request, at);
        }
        foreach (var order in applied.Orders)
        {
            if (!requests.ContainsKey(order.OfRequestId) && others(order.OfRequestId) is { } asked)
                Take(asked, at);
            if (!requests.TryGetValue(order.OfRequestId, out var told))
                continue;
            if (!orders.TryGetValue(told.Id, out var all))
                orders[told.Id] = all = [];
            all.Add(order);
            var followed = rules.Follow(told, all, at);
            if (!ReferenceEquals(followed.Request, told))
                Follow(followed, at);
        }
    }

    void Take(Request request, DateTimeOffset? at = null)
    {
        requests[request.Id] = request;
        foreach (var deadline in request.Deadlines)
            if (deadline is { Status: DeadlineStatus.Running, LookAt: { } look } && look <= until)
                looks.Enqueue((request.Id, deadline.Id), (look > (at ?? from) ? look : at ?? from, number++));
    }
}
