using System.Collections.Frozen;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>A procedure: its states and its rows. Everything else (what a side may do, the refusal's text, the diagram, the sheet, the search for ungated
/// paths) is read from them.</summary>
sealed class Procedure
{
    readonly FrozenDictionary<(string State, string Act), Row[]> byAct;
    readonly FrozenDictionary<(string State, Clock Clock), Row[]> bySilence;
    readonly FrozenDictionary<string, StateOfProcedure> byName;
    readonly FrozenDictionary<string, Side?> makers;

    /// <summary>Every procedure.</summary>
    public static IReadOnlyList<Procedure> All { get; } =
    [
        MutualAssistance.Table,
        Extradition.Table,
        Emergency.Table,
        Preservation.Table,
        AssetRecovery.Table,
        Correction.Table,
        HeldCopy.Table,
        Jurisdiction.Table,
        InterceptionNotice.Table,
        JointInvestigation.Table,
        JointAction.Table,
        Dispute.Table,
    ];

    public Procedure(string name, string title, string law, IReadOnlyList<StateOfProcedure> states, IReadOnlyList<Row> rows)
    {
        Name = name;
        Title = title;
        Law = law;
        States = states;
        Rows = rows;
        byName = states.ToFrozenDictionary(s => s.Name);
        byAct = rows.Where(r => r.Act is not null).SelectMany(r => r.From.Select(f => (f, r))).GroupBy(p => (p.f, p.r.Act!))
            .ToFrozenDictionary(g => g.Key, g => g.Select(p => p.r).ToArray());
        bySilence = rows.Where(r => r.Silent is not null).SelectMany(r => r.From.Select(f => (f, r)))
            .GroupBy(p => (p.f, p.r.Silent!.Value)).ToFrozenDictionary(g => g.Key, g => g.Select(p => p.r).ToArray());
        makers = rows.Where(r => r.Act is not null).GroupBy(r => r.Act!)
            .ToFrozenDictionary(g => g.Key, g => g.Select(r => r.By).Distinct().Count() == 1 ? g.First().By : null);
        ActsInOrder = [.. rows.Where(r => r.Act is not null).Select(r => r.Act!).Distinct()];
        var begun = rows.SelectMany(r => r.Time).Where(t => t.Verb is TimeVerb.Starts or TimeVerb.Resets).ToList();
        Clocks = [.. begun.Select(t => t.Clock).Concat([Clock.Delivered, Clock.Opened]).Distinct()];
        ClocksOfEvery = [.. begun.Where(t => !t.WhereRuled && t.Ordinary is null).Select(t => t.Clock).Concat([Clock.Delivered, Clock.Opened]).Distinct()];
    }

    public string Name { get; }

    public string Title { get; }

    /// <summary>Whose articles the rows name where they name no treaty.</summary>
    public string Law { get; }

    /// <summary>Where the box for "any open state" stands in the drawing: column and line. Null: no act leads away from nearly every state.</summary>
    public (int Column, int Line)? AnyOpenState { get; init; }

    /// <summary>What the procedure's own record says of where a request stands, a line each, without personal data. Null: nothing of its own.</summary>
    public Func<Request, IEnumerable<string>>? Says { get; init; }

    public IReadOnlyList<StateOfProcedure> States { get; }

    public IReadOnlyList<Row> Rows { get; }

    /// <summary>The acts, in the order of the table.</summary>
    public IReadOnlyList<string> ActsInOrder { get; }

    /// <summary>The clocks the table starts.</summary>
    public IReadOnlyList<Clock> Clocks { get; }

    /// <summary>Those it starts under every instrument: each needs a time rule for them.</summary>
    public IReadOnlyList<Clock> ClocksOfEvery { get; }

    public StateOfProcedure State(string name) => byName[name];

    /// <summary>True: it is a state of the procedure.</summary>
    public bool Has(string state) => byName.ContainsKey(state);

    /// <summary>The rows for an act in a state.</summary>
    public ReadOnlySpan<Row> For(string state, string act) => byAct.TryGetValue((state, act), out var rows) ? rows : [];

    /// <summary>The first row for silence at a clock whose facts hold; null: silence changes no state.</summary>
    /// <param name="request">The request.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="silent">The party that was silent.</param>
    public Row? ForSilence(Request request, Clock clock, Seat silent) =>
        bySilence.GetValueOrDefault((request.State, clock))?.FirstOrDefault(row => row.FailingFact(request, silent) is null);

    /// <summary>True: the act can open a request.</summary>
    public bool Opens(string act) => byAct.ContainsKey((Row.Outside, act));

    /// <summary>The row by which the hub itself opens a request. Null: states open them.</summary>
    public Row? ForHub => Rows.FirstOrDefault(r => r.ByHub is not null && r.From.Contains(Row.Outside));

    /// <summary>True: the act has its place in a request that exists already, whether or not it can also open one.</summary>
    public bool GoesOnWith(string act) => Rows.Any(r => r.Act == act && r.From.Any(f => f != Row.Outside));

    /// <summary>The side that alone makes an act; null: either, or nobody.</summary>
    public Side? MakerOf(string act) => makers.GetValueOrDefault(act);

    /// <summary>The acts open to a party in the state of the request.</summary>
    public IReadOnlyList<string> Allowed(Request request, Seat seat)
    {
        var allowed = new List<string>(ActsInOrder.Count);
        foreach (var act in ActsInOrder)
            foreach (var row in For(request.State, act))
                if (row.IsBy(seat.Side) && row.FailingFact(request, seat) is null)
                {
                    allowed.Add(act);
                    break;
                }
        return allowed;
    }

    /// <summary>A path from the start to a state in which coercive measures may be carried out that meets no rights gate. Empty: there is none, whatever
    /// anybody does or fails to do.</summary>
    public IReadOnlyList<string> CoerciveWithoutGate()
    {
        var cameFrom = new Dictionary<string, string?> { [Row.Outside] = null };
        var open = new Queue<string>([Row.Outside]);
        while (open.TryDequeue(out var state))
        {
            if (byName.TryGetValue(state, out var reached) && reached.MayCoerce)
                return Path(cameFrom, state);
            foreach (var row in Rows)
                if (row.From.Contains(state) && !row.Guards.Any(g => g.IsRightsGate) && cameFrom.TryAdd(row.To ?? state, state))
                    open.Enqueue(row.To ?? state);
        }
        return [];
    }

    /// <summary>The same procedure with its rows changed.</summary>
    public Procedure With(Func<Row, Row> change) => new(Name, Title, Law, States, [.. Rows.Select(change)]) { AnyOpenState = AnyOpenState, Says = Says };

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

    /// <summary>True: what was asked for is done, so that no day at home presses any longer.</summary>
    public bool Served { get; init; }

    /// <summary>Level of the ladder at which a request stands here by itself, 5 to 9: a dispute. 0: its limits alone say.</summary>
    public int Level { get; init; }

    /// <summary>Who decides here: a ground for refusal that is not theirs is not open. Null: whoever the state's law says.</summary>
    public Decider? Decides { get; init; }

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

    const string OtherSide = "the other side";
    const string BothSides = "both sides";

    public required IReadOnlyList<string> From { get; init; }

    public string? Act { get; private init; }

    public Clock? Silent { get; private init; }

    /// <summary>What makes the hub itself open or move the request, in words: something that happened to another one. Null: an act or silence moves it.</summary>
    public string? ByHub { get; private init; }

    public Silence Meaning { get; private init; }

    public Side? By { get; private init; }

    public IReadOnlyList<Fact> Facts { get; init; } = [];

    public IReadOnlyList<Choice> Choices { get; private init; } = [];

    public IReadOnlyList<Guard> Guards { get; init; } = [];

    /// <summary>The state that follows. Null: the same.</summary>
    public string? To { get; private init; }

    public IReadOnlyList<TimeStep> Time { get; init; } = [];

    public Func<Situation, Request, Request>? Effect { get; init; }

    public string Article { get; private init; } = "";

    /// <summary>True: the hub opens a dispute about the request.</summary>
    public bool OpensDispute { get; private init; }

    /// <summary>True: the hub asks each holder in a third state that the act names, or that is to act because of it.</summary>
    public bool AsksHolders { get; init; }

    /// <summary>What the secretariat of the region is told. Null: nothing.</summary>
    public Func<Situation, string>? ToSecretariat { get; private init; }

    /// <summary>True: the act goes on to the other side.</summary>
    public bool Forward { get; private init; } = true;

    /// <summary>True: of several others only the receiver of its header gets it.</summary>
    public bool ToReceiver { get; private init; }

    /// <summary>Who hears of it besides the sender, in words.</summary>
    public string Told { get; private init; } = OtherSide;

    public Row On<TAct>(Side? by) => this with { Act = typeof(TAct).Name, By = by };

    /// <summary>The hub opens or moves the request, because of something that happened to another.</summary>
    public Row OnTheHub(string why) => this with { ByHub = why, Forward = false, Told = BothSides };

    public Row OnSilence(Clock clock, Silence meaning) => this with { Silent = clock, Meaning = meaning, Forward = false, Told = BothSides };

    public Row Per(string article) => this with { Article = article };

    public Row When(params Fact[] facts) => this with { Facts = [.. Facts, .. facts] };

    public Row If(params Choice[] choices) => this with { Choices = [.. Choices, .. choices] };

    public Row Requires(params Guard[] guards) => this with { Guards = [.. Guards, .. guards] };

    public Row WithoutGates() => this with { Guards = [.. Guards.Where(g => !g.IsRightsGate)] };

    public Row Goes(string to) => this with { To = to };

    /// <summary>The secretariat of the region is told as well; what it is told stands in the ledger.</summary>
    public Row TellsTheSecretariat(Func<Situation, string> what) =>
        this with { ToSecretariat = what, Told = "the other side and the secretariat of the region" };

    public Row OpensADispute() => this with { OpensDispute = true, Told = "the other side; of the dispute also the region's body" };

    /// <summary>Holders in third states are asked by the hub, each in a request of its own (<see cref="HeldCopy"/>).</summary>
    public Row AsksTheHolders() => this with { AsksHolders = true, Told = "the other side, and each holder in a third state by a request of its own" };

    public Row Meets(params Clock[] clocks) => Does(clocks.Select(c => new TimeStep(TimeVerb.Meets, c)));

    public Row MeetsPart(Clock clock, Func<Situation, int> part) => Does([new(TimeVerb.Meets, clock) { Part = part }]);

    /// <param name="clock">The clock.</param>
    /// <param name="on">The day that takes the place of the rule's length.</param>
    /// <param name="part">What the clock is about, where several of its kind may run.</param>
    /// <param name="from">The instant it runs from, where that is not the act's arrival: an arrest, a decision.</param>
    /// <param name="onWhom">The side it is on, where the act says that.</param>
    /// <param name="until">The instant that takes the place of the rule's length.</param>
    public Row Starts(
        Clock clock, Func<Situation, DateOnly?>? on = null, Func<Situation, int>? part = null, Func<Situation, DateTimeOffset>? from = null,
        Func<Situation, Side>? onWhom = null, Func<Situation, DateTimeOffset>? until = null) =>
        Does([new(TimeVerb.Starts, clock) { On = on, Part = part, From = from, OnWhom = onWhom, Until = until }]);

    /// <summary>The same, under an instrument that has a rule for the clock; under another one nothing starts.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="on">The day that takes the place of the rule's length.</param>
    /// <param name="from">The instant it runs from, where that is not the act's arrival.</param>
    /// <param name="only">What the act must say, or nothing starts.</param>
    /// <param name="onWhom">The side it is on. Null: the one the rule says.</param>
    public Row StartsWhereRuled(
        Clock clock, Func<Situation, DateOnly?>? on = null, Func<Situation, DateTimeOffset>? from = null, Choice? only = null, Side? onWhom = null) =>
        Does([new(TimeVerb.Starts, clock) { On = on, From = from, WhereRuled = true, Only = only, OnWhom = onWhom is { } side ? _ => side : null }]);

    /// <summary>The same, where the request names the end; else nothing starts.</summary>
    public Row StartsUntilAgreed(Clock clock, Func<Situation, DateTimeOffset?> until, Func<Situation, Side>? onWhom = null) =>
        Does([new(TimeVerb.Starts, clock) { UntilAgreed = until, OnWhom = onWhom, WhereRuled = true }]);

    /// <inheritdoc cref="StartsUntilAgreed"/>
    public Row StartsOnDayNamed(Clock clock, Func<Situation, DateOnly?> on) => Does([new(TimeVerb.Starts, clock) { On = on, OnlyOnDay = true, WhereRuled = true }]);

    /// <summary>Starts a clock for each day that the act says matters at home.</summary>
    /// <param name="ordinary">The clocks that run one after the other, in the ordinary course, until what is asked for is done.</param>
    public Row StartsDatesAtHome(params Clock[] ordinary) => Does([new(TimeVerb.Starts, Clock.DateAtHome) { Ordinary = ordinary }]);

    /// <summary>Starts one clock for each of several.</summary>
    public Row StartsEach(
        Clock clock, Func<Situation, IEnumerable<int>> parts, Func<Situation, DateTimeOffset>? from = null, Func<Situation, Side>? onWhom = null) =>
        Does([new(TimeVerb.Starts, clock) { Parts = parts, From = from, OnWhom = onWhom }]);

    /// <summary>Starts afresh, from now or to a new day: what ran before falls away.</summary>
    public Row Resets(Clock clock, Func<Situation, DateOnly?>? on = null) => Does([new(TimeVerb.Resets, clock) { On = on }]);

    /// <summary>Holds the clocks whose rule knows this cause.</summary>
    public Row Holds(HoldCause cause, string reason, params Clock[] clocks) =>
        Does(clocks.Select(c => new TimeStep(TimeVerb.Holds, c) { Cause = cause, Reason = reason }));

    public Row Resumes(params Clock[] clocks) => Does(clocks.Select(c => new TimeStep(TimeVerb.Resumes, c)));

    public Row Extends(Clock clock, Func<Situation, int> days) => Does([new(TimeVerb.Extends, clock) { Days = days }]);

    /// <summary>Starts one clock for each of several parties.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="on">The parties.</param>
    /// <param name="until">The instant that takes the place of the rule's length.</param>
    /// <param name="from">The instant it runs from, where that is not the act's arrival.</param>
    /// <param name="part">What the clock is about, where several of its kind may run.</param>
    public Row StartsOn(
        Clock clock, Func<Situation, IEnumerable<Seat>> on, Func<Situation, DateTimeOffset>? until = null, Func<Situation, DateTimeOffset>? from = null,
        Func<Situation, int>? part = null) =>
        Does([new(TimeVerb.Starts, clock) { OnEach = on, Until = until, From = from, Part = part }]);

    /// <summary>Starts a clock for the party that acts.</summary>
    public Row StartsOwn(Clock clock, Func<Situation, DateTimeOffset>? until = null, Func<Situation, int>? part = null) =>
        Does([new(TimeVerb.Starts, clock) { OnEach = s => [s.Seat], Of = s => s.Seat, Until = until, Part = part }]);

    /// <summary>Meets the clock of the party that acts, and of no other.</summary>
    public Row MeetsOwn(Clock clock) => Does([new(TimeVerb.Meets, clock) { Of = s => s.Seat }]);

    /// <summary>Stops every clock of one party.</summary>
    public Row StopsClocksOf(Func<Situation, Seat> whose) => Does([new(TimeVerb.CancelsAll, default) { Of = whose }]);

    public Row Cancels(params Clock[] clocks) => Does(clocks.Select(c => new TimeStep(TimeVerb.Cancels, c)));

    public Row StopsAllClocks() => Does([new(TimeVerb.CancelsAll, default)]);

    /// <summary>What the act leaves in the record.</summary>
    public Row Records<TAct>(Func<TAct, Request, Request> effect) where TAct : class =>
        this with { Effect = (situation, request) => effect(situation.As<TAct>(), request) };

    public Row Records(Func<Request, Situation, Request> effect) => this with { Effect = (situation, request) => effect(request, situation) };

    /// <summary>The same row in a procedure with many parties: whoever was one side is every other party.</summary>
    public Row AmongMany() => this with
    {
        Told = Told switch
        {
            OtherSide => "every other party",
            BothSides => "every party",
            _ => Told.Replace(OtherSide, "every other party", StringComparison.Ordinal),
        },
    };

    /// <summary>Of three parties the third does not get the act.</summary>
    public Row GoesToItsReceiver() => this with { ToReceiver = true, Told = "its receiver alone" };

    public Row StaysWithTheHub(string told) => this with { Forward = false, Told = told };

    public bool IsBy(Side side) => By is null || By == side;

    public Fact? FailingFact(Request request, Seat seat)
    {
        foreach (var fact in Facts)
            if (!fact.Holds(request, seat))
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
/// <param name="Holds">Whether it is so for a party.</param>
sealed record Fact(string Text, string Otherwise, Func<Request, Seat, bool> Holds)
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
sealed record Guard(string Text, RefusalCode Code, Func<Situation, string?> Broken)
{
    /// <summary>True: it holds back whatever is coercive until the rights of the persons concerned have been looked at.</summary>
    public bool IsRightsGate { get; init; }
}

/// <summary>What a row does to one clock.</summary>
sealed record TimeStep(TimeVerb Verb, Clock Clock)
{
    public Func<Situation, DateOnly?>? On { get; init; }

    public Func<Situation, int>? Part { get; init; }

    /// <summary>Several clocks of the kind, each about one of these.</summary>
    public Func<Situation, IEnumerable<int>>? Parts { get; init; }

    public Func<Situation, DateTimeOffset>? From { get; init; }

    public Func<Situation, DateTimeOffset>? Until { get; init; }

    /// <summary>The instant that takes the place of the rule's length. Null: the request names none, and nothing starts.</summary>
    public Func<Situation, DateTimeOffset?>? UntilAgreed { get; init; }

    /// <summary>What the act must say, or nothing starts. Null: it always does.</summary>
    public Choice? Only { get; init; }

    /// <summary>True: without a day nothing starts.</summary>
    public bool OnlyOnDay { get; init; }

    /// <summary>A clock on each of several parties.</summary>
    public Func<Situation, IEnumerable<Seat>>? OnEach { get; init; }

    /// <summary>Only the clocks of this party.</summary>
    public Func<Situation, Seat>? Of { get; init; }

    public Func<Situation, Side>? OnWhom { get; init; }

    public Func<Situation, int>? Days { get; init; }

    /// <summary>True: only under an instrument that has a rule for the clock.</summary>
    public bool WhereRuled { get; init; }

    /// <summary>Starts a clock for each day at home; these run one after the other in the ordinary course. Null: another kind of clock.</summary>
    public IReadOnlyList<Clock>? Ordinary { get; init; }

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
sealed class Situation(Request request, ActHeader? header, object? content, Seat by, DateTimeOffset at, Rules rules)
{
    /// <summary>The request before the act.</summary>
    public Request Request => request;

    /// <summary>The other requests of the case group, where the procedure looks at them.</summary>
    public IReadOnlyList<Request> Group { get; init; } = [];

    /// <summary>The header of the act; silence has none.</summary>
    public ActHeader Header => header ?? throw new InvalidOperationException("Silence has no header.");

    public Side By => by.Side;

    /// <summary>The party that acts, or was silent.</summary>
    public Seat Seat => by;

    /// <summary>The subject of a dispute.</summary>
    public DisputeSubject Dispute => request.Dispute ?? throw new InvalidOperationException($"{request.Procedure} is no dispute.");

    public DateTimeOffset At => at;

    /// <summary>The state that acts, or was silent.</summary>
    public string State => Rules.PartyOf(request, by).State;

    /// <summary>The open part of the act. Null: silence.</summary>
    public object? Content => content;

    public Region Region => rules.Region;

    public Rules Rules => rules;

    /// <summary>Today in the zone of the requested state: dates that acts name are days there.</summary>
    public DateOnly Today => rules.Time.DayIn(request.Requested.State, at);

    /// <summary>The content, if it is of this kind.</summary>
    public T? If<T>() where T : class => content as T;

    public T As<T>() where T : class =>
        content as T ?? throw new InvalidOperationException($"The row expects {typeof(T).Name}, the act is {content?.GetType().Name ?? "silence"}.");
}
