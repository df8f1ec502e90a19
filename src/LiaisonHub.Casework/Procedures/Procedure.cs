using System.Collections.Frozen;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>A procedure: its states and its rows. Everything else (what a side may do, the refusal's text, the diagram, the sheet, the search for ungated
/// paths) is read from them.</summary>
sealed class Procedure
{
    readonly FrozenDictionary<(string State, string Act), Row[]> byAct;
    readonly FrozenDictionary<(string State, Clock Clock), Row> bySilence;
    readonly FrozenDictionary<string, StateOfProcedure> byName;
    readonly FrozenDictionary<string, Side?> makers;

    public Procedure(string name, string title, IReadOnlyList<StateOfProcedure> states, IReadOnlyList<Row> rows)
    {
        Name = name;
        Title = title;
        States = states;
        Rows = rows;
        byName = states.ToFrozenDictionary(s => s.Name);
        byAct = rows.Where(r => r.Act is not null).SelectMany(r => r.From.Select(f => (f, r))).GroupBy(p => (p.f, p.r.Act!))
            .ToFrozenDictionary(g => g.Key, g => g.Select(p => p.r).ToArray());
        bySilence = rows.Where(r => r.Silent is not null).SelectMany(r => r.From.Select(f => (f, r)))
            .ToFrozenDictionary(p => (p.f, p.r.Silent!.Value), p => p.r);
        makers = rows.Where(r => r.Act is not null).GroupBy(r => r.Act!)
            .ToFrozenDictionary(g => g.Key, g => g.Select(r => r.By).Distinct().Count() == 1 ? g.First().By : null);
        ActsInOrder = [.. rows.Where(r => r.Act is not null).Select(r => r.Act!).Distinct()];
        Clocks = [.. rows.SelectMany(r => r.Time).Where(t => t.Verb is TimeVerb.Starts or TimeVerb.Resets).Select(t => t.Clock)
            .Concat([Clock.Delivered, Clock.Opened]).Distinct()];
    }

    public string Name { get; }

    public string Title { get; }

    public IReadOnlyList<StateOfProcedure> States { get; }

    public IReadOnlyList<Row> Rows { get; }

    /// <summary>The acts, in the order of the table.</summary>
    public IReadOnlyList<string> ActsInOrder { get; }

    /// <summary>The clocks the table starts: an instrument needs a time rule for each.</summary>
    public IReadOnlyList<Clock> Clocks { get; }

    public StateOfProcedure State(string name) => byName[name];

    /// <summary>The rows for an act in a state.</summary>
    public ReadOnlySpan<Row> For(string state, string act) => byAct.TryGetValue((state, act), out var rows) ? rows : [];

    /// <summary>The row for silence at a clock; null: silence changes no state.</summary>
    public Row? ForSilence(string state, Clock clock) => bySilence.GetValueOrDefault((state, clock));

    /// <summary>The side that alone makes an act; null: either, or nobody.</summary>
    public Side? MakerOf(string act) => makers.GetValueOrDefault(act);

    /// <summary>The acts open to a side in the state of the request.</summary>
    public IReadOnlyList<string> Allowed(Request request, Side side)
    {
        var allowed = new List<string>(ActsInOrder.Count);
        foreach (var act in ActsInOrder)
            foreach (var row in For(request.State, act))
                if (row.IsBy(side) && row.FailingFact(request, side) is null)
                {
                    allowed.Add(act);
                    break;
                }
        return allowed;
    }

    /// <summary>A path from the start to a state in which coercive measures may be carried out that avoids the guard. Empty: there is none, whatever anybody
    /// does or fails to do.</summary>
    public IReadOnlyList<string> CoerciveWithout(Guard gate)
    {
        var cameFrom = new Dictionary<string, string?> { [Row.Outside] = null };
        var open = new Queue<string>([Row.Outside]);
        while (open.TryDequeue(out var state))
        {
            if (byName.TryGetValue(state, out var reached) && reached.MayCoerce)
                return Path(cameFrom, state);
            foreach (var row in Rows)
                if (row.From.Contains(state) && !row.Guards.Contains(gate) && cameFrom.TryAdd(row.To ?? state, state))
                    open.Enqueue(row.To ?? state);
        }
        return [];
    }

    /// <summary>The same procedure with its rows changed.</summary>
    public Procedure With(Func<Row, Row> change) => new(Name, Title, States, [.. Rows.Select(change)]);

    static List<string> Path(Dictionary<string, string?> cameFrom, string state)
    {
        var path = new List<string>();
        for (var at = state; at is not null; at = cameFrom[at])
            path.Insert(0, at);
        return path;
    }
}

/// <summary>One state of a procedure.</summary>
sealed record StateOfProcedure(string Name, string Title)
{
    /// <summary>Whose turn it is. Null: nobody's.</summary>
    public Side? Turn { get; init; }

    /// <summary>True: coercive measures may be carried out, so the rights check must have been completed.</summary>
    public bool MayCoerce { get; init; }

    /// <summary>True: nothing more is expected.</summary>
    public bool Closed { get; init; }

    /// <summary>Why no clock runs here although the request is open. Null: one does.</summary>
    public string? Rest { get; init; }

    /// <summary>Place in the drawing: column and line, from 0.</summary>
    public (int Column, int Line) Place { get; init; }
}

/// <summary>One row: from where, on what, by whom, under what condition, to where, what it does to the clocks and to the record.</summary>
sealed record Row
{
    /// <summary>Where a request comes from before it exists.</summary>
    public const string Outside = "";

    public required IReadOnlyList<string> From { get; init; }

    public string? Act { get; private init; }

    public Clock? Silent { get; private init; }

    public Silence Meaning { get; private init; }

    public Side? By { get; private init; }

    public IReadOnlyList<Fact> Facts { get; private init; } = [];

    public IReadOnlyList<Choice> Choices { get; private init; } = [];

    public IReadOnlyList<Guard> Guards { get; private init; } = [];

    /// <summary>The state that follows. Null: the same.</summary>
    public string? To { get; private init; }

    public IReadOnlyList<TimeStep> Time { get; private init; } = [];

    public Func<Situation, Request, Request>? Effect { get; private init; }

    public string Article { get; private init; } = "";

    /// <summary>True: the act goes on to the other side.</summary>
    public bool Forward { get; private init; } = true;

    /// <summary>Who hears of it besides the sender, in words.</summary>
    public string Told { get; private init; } = "the other side";

    public Row On<TAct>(Side? by) => this with { Act = typeof(TAct).Name, By = by };

    public Row OnSilence(Clock clock, Silence meaning) => this with { Silent = clock, Meaning = meaning, Forward = false, Told = "both sides" };

    public Row Per(string article) => this with { Article = article };

    public Row When(params Fact[] facts) => this with { Facts = [.. Facts, .. facts] };

    public Row If(params Choice[] choices) => this with { Choices = [.. Choices, .. choices] };

    public Row Requires(params Guard[] guards) => this with { Guards = [.. Guards, .. guards] };

    public Row Without(Guard guard) => this with { Guards = [.. Guards.Where(g => g != guard)] };

    public Row Goes(string to) => this with { To = to };

    public Row Meets(params Clock[] clocks) => Does(clocks.Select(c => new TimeStep(TimeVerb.Meets, c)));

    public Row MeetsPart(Clock clock, Func<Situation, int> part) => Does([new(TimeVerb.Meets, clock) { Part = part }]);

    public Row Starts(Clock clock, Func<Situation, DateOnly?>? on = null, Func<Situation, int>? part = null) =>
        Does([new(TimeVerb.Starts, clock) { On = on, Part = part }]);

    /// <summary>Starts afresh, from now or to a new day: what ran before falls away.</summary>
    public Row Resets(Clock clock, Func<Situation, DateOnly?>? on = null) => Does([new(TimeVerb.Resets, clock) { On = on }]);

    /// <summary>Holds the clocks whose rule knows this cause.</summary>
    public Row Holds(HoldCause cause, string reason, params Clock[] clocks) =>
        Does(clocks.Select(c => new TimeStep(TimeVerb.Holds, c) { Cause = cause, Reason = reason }));

    public Row Resumes(params Clock[] clocks) => Does(clocks.Select(c => new TimeStep(TimeVerb.Resumes, c)));

    public Row Extends(Clock clock, Func<Situation, int> days) => Does([new(TimeVerb.Extends, clock) { Days = days }]);

    public Row Cancels(params Clock[] clocks) => Does(clocks.Select(c => new TimeStep(TimeVerb.Cancels, c)));

    public Row StopsAllClocks() => Does([new(TimeVerb.CancelsAll, default)]);

    /// <summary>What the act leaves in the record.</summary>
    public Row Records<TAct>(Func<TAct, Request, Request> effect) where TAct : class =>
        this with { Effect = (situation, request) => effect(situation.As<TAct>(), request) };

    public Row Records(Func<Request, Situation, Request> effect) => this with { Effect = (situation, request) => effect(request, situation) };

    public Row StaysWithTheHub(string told) => this with { Forward = false, Told = told };

    public bool IsBy(Side side) => By is null || By == side;

    public Fact? FailingFact(Request request, Side side)
    {
        foreach (var fact in Facts)
            if (!fact.Holds(request, side))
                return fact;
        return null;
    }

    public bool IsChosen(Situation situation)
    {
        foreach (var choice in Choices)
            if (!choice.Holds(situation))
                return false;
        return true;
    }

    Row Does(IEnumerable<TimeStep> steps) => this with { Time = [.. Time, .. steps] };
}

/// <summary>Something that is so or not, as the request stands: it says whether the act is open to the side at all.</summary>
/// <param name="Text">In words, for the table.</param>
/// <param name="Otherwise">Why the act is refused when it is not so.</param>
/// <param name="Holds">Whether it is so.</param>
sealed record Fact(string Text, string Otherwise, Func<Request, Side, bool> Holds)
{
    /// <summary>The code of the refusal.</summary>
    public RefusalCode Code { get; init; } = RefusalCode.ConditionNotMet;
}

/// <summary>Something the act says: it chooses between rows. Among the rows of an act and state the last has none, or they cover every case.</summary>
sealed record Choice(string Text, Func<Situation, bool> Holds);

/// <summary>Something that must be so, or the act is refused.</summary>
/// <param name="Text">In words, for the table.</param>
/// <param name="Code">The code of the refusal.</param>
/// <param name="Broken">Why it is not so, and the remedy. Null: it is.</param>
sealed record Guard(string Text, RefusalCode Code, Func<Situation, string?> Broken);

/// <summary>What a row does to one clock.</summary>
sealed record TimeStep(TimeVerb Verb, Clock Clock)
{
    public Func<Situation, DateOnly?>? On { get; init; }

    public Func<Situation, int>? Part { get; init; }

    public Func<Situation, int>? Days { get; init; }

    public HoldCause Cause { get; init; }

    public string Reason { get; init; } = "";
}

/// <summary>What can be done to a clock.</summary>
enum TimeVerb
{
    Meets,
    Starts,
    Holds,
    Resumes,
    Resets,
    Extends,
    Cancels,
    CancelsAll,
}

/// <summary>What guards and effects look at.</summary>
sealed class Situation(Request request, ActHeader? header, object? content, Side by, DateTimeOffset at, Rules rules)
{
    /// <summary>The request before the act.</summary>
    public Request Request => request;

    /// <summary>The header of the act; silence has none.</summary>
    public ActHeader Header => header ?? throw new InvalidOperationException("Silence has no header.");

    public Side By => by;

    public DateTimeOffset At => at;

    public Region Region => rules.Region;

    public Rules Rules => rules;

    /// <summary>Today in the zone of the requested state: dates that acts name are days there.</summary>
    public DateOnly Today => rules.Time.DayIn(request.Requested.State, at);

    public T As<T>() where T : class =>
        content as T ?? throw new InvalidOperationException($"The row expects {typeof(T).Name}, the act is {content?.GetType().Name ?? "silence"}.");
}
