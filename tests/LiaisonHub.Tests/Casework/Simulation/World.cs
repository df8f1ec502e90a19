using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework.Simulation;

/// <summary>
/// One request in a world that behaves as badly as a real one: posts are lost and sent again, come twice, overtake each other; sides fall silent for weeks or do what they may not; the hub's clock
/// stands still over an outage and then sees everything at once. All of it from one seed, so that a run that went wrong is run again by its number.
/// </summary>
sealed class World
{
    readonly Random random;
    readonly Course course;
    readonly Rules rules;
    readonly Defect defect;
    readonly bool fromTheStart;
    readonly Oracle oracle;
    readonly Request usual;
    readonly PriorityQueue<Action, (DateTimeOffset At, long Order)> events = new();
    readonly Dictionary<Guid, string> journal = [];
    readonly List<Post> parked = [];
    readonly Dictionary<Seat, long> heard;
    readonly Dictionary<Seat, long> last;
    readonly Dictionary<Seat, IReadOnlyList<string>> believes;
    readonly Dictionary<Seat, DateTimeOffset> silentUntil = [];
    readonly DateTimeOffset end;
    long order;
    long sequence;
    DateTimeOffset now;
    DateTimeOffset clockStandsUntil;

    public World(int seed, Course course, Rules rules, Defect defect, bool fromTheStart = false, Region? region = null)
    {
        this.fromTheStart = fromTheStart;
        random = new(seed);
        this.course = course;
        this.rules = rules;
        this.defect = defect;
        oracle = new(course, region ?? Demo.Region); // As it was written, whatever the rules make of it.
        heard = course.Seats.ToDictionary(s => s, _ => 0L);
        last = course.Seats.ToDictionary(s => s, _ => 0L);
        believes = course.Seats.ToDictionary(s => s, _ => (IReadOnlyList<string>)[]);
        usual = course.Into(course.Sheet.States[0], Demo.Rules).Request;
        now = Demo.Utc("2026-01-05T08:00:00Z").AddMinutes(random.Next(60 * 24 * 300));
        end = now.AddDays(random.Next(30, 700));
        Seed = seed;
    }

    public int Seed { get; }

    public Request? Request { get; private set; }

    /// <summary>What happened, one line each: the same seed gives the same lines.</summary>
    public List<string> Log { get; } = [];

    public TimeSpan Lived { get; private set; }

    /// <summary>The request as the hub opened it. Null: the first act of the history opens it.</summary>
    public Request? Began { get; private set; }

    /// <summary>What was decided and looked at, in order, to be played again.</summary>
    public List<HistoryStep> History { get; } = [];

    /// <summary>Runs to the end of the world, then lets only time pass, and says what was not as it must be. Empty: nothing.</summary>
    public IReadOnlyList<string> Run()
    {
        var began = now;
        // Most worlds begin at the beginning; some in the middle, where the far states are.
        if (course.Table.ForHub is not null || random.Next(3) == 0 && !fromTheStart)
        {
            var story = course.Into(fromTheStart ? course.Sheet.States[0] : course.Sheet.States[random.Next(course.Sheet.States.Count)], Demo.Rules);
            Request = story.Request;
            now = story.Now;
            Began = fromTheStart ? Request : null;
            oracle.Begin(Request);
            foreach (var act in Request.Acts)
                journal[act.ActId] = "applied before";
        }
        foreach (var seat in course.Seats)
            Plan(seat);
        PlanClock();
        while (events.TryDequeue(out var happen, out var when) && when.At <= end && oracle.Findings.Count == 0)
        {
            now = when.At > now ? when.At : now;
            happen();
        }
        // Everybody falls silent for good. The ladder alone must bring every limit to its end.
        if (Request is not null && oracle.Findings.Count == 0)
        {
            if (defect != Defect.ClockStops)
                for (var guard = 0; guard < 500 && Request.Deadlines.Where(d => d.LookAt is not null).MinBy(d => d.LookAt) is { } next; guard++)
                {
                    now = next.LookAt!.Value > now ? next.LookAt.Value : now;
                    Look(next.Id);
                }
            oracle.Silence(Request);
        }
        Lived = now - began;
        return oracle.Findings;
    }

    void At(DateTimeOffset at, Action happen) => events.Enqueue(happen, (at, order++));

    void Plan(Seat side)
    {
        var wait = random.Next(10) switch
        {
            0 => TimeSpan.FromDays(random.Next(10, 120)),
            < 4 => TimeSpan.FromHours(random.Next(24, 24 * 15)),
            _ => TimeSpan.FromMinutes(random.Next(1, 60 * 24)),
        };
        At(now + wait, () =>
        {
            if (!silentUntil.TryGetValue(side, out var until) || until <= now)
                Move(side);
            if (random.Next(40) == 0)
                silentUntil[side] = now.AddDays(random.Next(20, 200));
            Plan(side);
        });
    }

    void Move(Seat side)
    {
        string type;
        if (Request is null)
        {
            if (side.Side == Side.Requested)
                return;
            var openings = course.Table.ActsInOrder.Where(course.Table.Opens).ToList();
            type = openings[random.Next(openings.Count)];
        }
        else
        {
            var may = believes[side].Count > 0 ? believes[side] : rules.Allowed(Request, side);
            // Now and then somebody tries what may not be.
            type = random.Next(12) == 0 || may.Count == 0 ? course.Table.ActsInOrder[random.Next(course.Table.ActsInOrder.Count)] : may[random.Next(may.Count)];
        }
        var stands = Request ?? usual;
        var content = course.Variant(course.Of(type, stands, Today.AddDays(1)), stands, random.Next(2) == 0);
        content = content switch
        {
            ReceiptGiven r when Request is not null =>
                r with { OfActId = Request.Acts.Where(a => a.Seat != side).Select(a => a.ActId).LastOrDefault(), Stage = (ReceiptStage)random.Next(1, 4) },
            DelayReasonGiven d when Request is not null => d with { RuleId = Request.Deadlines.LastOrDefault(l => l.Seat == side)?.RuleId ?? "none" },
            CostReported c when Request?.CostsReported is [.., var earlier] && random.Next(2) == 0 => c with { InsteadOf = earlier.ActId },
            // A world that withdraws, or talks of holds, at every turn would never see the far states.
            RequestWithdrawn or HoldProposed or HoldAgreed or HoldEnded when random.Next(8) > 0 => new StatusAsked(),
            _ => content,
        };
        var id = new Guid((int)++sequence, 0, 0, 0x80, 0, 0, 0, 0, 0, (byte)(Seed & 0xff), (byte)side.Side);
        var after = last[side];
        last[side] = sequence;
        var made = Story.Made(stands, side, content, id, sequence, after == 0 ? null : after, now);
        Send(new(made, side, sequence, after));
    }

    DateOnly Today => DateOnly.FromDateTime(now.UtcDateTime);

    // Lost posts come again, sooner or later; some come twice; each takes its own time.
    void Send(Post post)
    {
        var copies = random.Next(8) == 0 ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            var delay = random.Next(6) == 0 ? TimeSpan.FromHours(random.Next(1, 60)) : TimeSpan.FromSeconds(random.Next(1, 300));
            At(now + delay, () => Arrive(post));
        }
        if (random.Next(20) == 0)
            At(now.AddDays(random.Next(1, 40)), () => Arrive(post)); // A backup is played back, a queue found again.
    }

    // What the edge and the host do: once for each act, in the order of its side, and never for what has overtaken.
    void Arrive(Post post)
    {
        if (journal.TryGetValue(post.Act.Header.ActId, out var first) && defect != Defect.DuplicateHonoured)
        {
            Log.Add($"{now:u} {post.Act.Type} again: {first}");
            return;
        }
        if (post.After > heard[post.Seat] && Request is not null && defect != Defect.OrderIgnored)
        {
            if (!parked.Contains(post))
                parked.Add(post);
            Log.Add($"{now:u} {post.Act.Type} waits");
            return;
        }
        Take(post);
        for (var next = Ready(); next is not null; next = Ready())
        {
            parked.Remove(next);
            if (!journal.ContainsKey(next.Act.Header.ActId))
                Take(next);
        }
    }

    Post? Ready() => parked.Find(p => p.After <= heard[p.Seat]);

    void Take(Post post)
    {
        var before = Request;
        var decision = rules.Decide(before, post.Act, now);
        History.Add(new(now) { Act = post.Act });
        heard[post.Seat] = Math.Max(heard[post.Seat], post.Number);
        switch (decision)
        {
            case Applied applied:
                journal[post.Act.Header.ActId] = "applied";
                Request = defect == Defect.HistoryLost && applied.Request.Acts.Count > 4 ? applied.Request with { Acts = [.. applied.Request.Acts.Skip(1)] } : applied.Request;
                Log.Add($"{now:u} {post.Act.Type} by {post.Seat}: {before?.State} -> {Request.State}");
                // A host that forgets an entry.
                oracle.Took(before, post, defect == Defect.CostForgotten && random.Next(3) == 0 ? applied with { Costs = [] } : applied, Request, now);
                foreach (var copy in applied.Opened.Select(o => o.Request).Where(r => r.HeldCopy is not null))
                    Elsewhere(copy);
                foreach (var side in course.Seats)
                    if (random.Next(10) > 0) // Some notices are late: the side acts on what it knew.
                        believes[side] = rules.Allowed(Request, side);
                break;
            case Refused refused:
                journal[post.Act.Header.ActId] = $"refused {refused.Code}";
                Log.Add($"{now:u} {post.Act.Type} by {post.Seat} refused: {refused.Code}");
                oracle.Refused(before, refused);
                believes[post.Seat] = [.. refused.WouldBeAccepted.Where(course.Table.ActsInOrder.Contains)];
                break;
        }
    }

    // A holder in a third state, which this world does not see: it confirms at some time, and that may be heard more than once.
    void Elsewhere(Request copy)
    {
        var confirms = random.Next(1, 24 * 20);
        for (var heard = random.Next(1, 3); heard > 0; heard--)
            At(now + TimeSpan.FromHours(confirms + random.Next(48)), () =>
            {
                var before = Request!;
                var order = new CopyOrder(before.Id, copy.Id, copy.Since.AddHours(confirms), copy.HeldCopy!.Number, CopyFate.Deleted, new('c', 64));
                var said = rules.Follow(before, [order], now);
                Request = said.Request;
                History.Add(new(now) { Heard = order });
                Log.Add($"{now:u} holder {copy.HeldCopy.Number} has confirmed: {before.State} -> {Request.State}");
                oracle.Heard(before, order, said, Request);
            });
    }

    void PlanClock()
    {
        At(now + TimeSpan.FromMinutes(random.Next(5, 12 * 60)), () =>
        {
            if (random.Next(60) == 0)
                clockStandsUntil = now.AddDays(random.Next(1, 25)); // The hub is down; nobody looks.
            if (now >= clockStandsUntil && Request is not null && defect != Defect.ClockStops)
                for (var guard = 0; guard < 100 && Request.Deadlines.Where(d => d.LookAt <= now).MinBy(d => d.LookAt) is { } due; guard++)
                    Look(due.Id);
            PlanClock();
        });
    }

    void Look(Guid deadline)
    {
        var before = Request!;
        var looked = (Applied)rules.Look(before, deadline, now);
        History.Add(new(now) { Look = deadline });
        foreach (var telling in looked.Tell)
            Log.Add($"{now:u} told {telling.To}: {telling.Notice.GetType().Name}");
        // A host that forgets to store what it has told.
        Request = defect == Defect.LookNotStored && random.Next(3) == 0 ? before : looked.Request;
        oracle.Looked(before, deadline, looked, Request, now);
    }
}

/// <summary>One step of a history: an act as it was decided, a deadline as it was looked at, or what another request has said.</summary>
sealed record HistoryStep(DateTimeOffset At)
{
    public Act? Act { get; init; }

    public Guid? Look { get; init; }

    public Order? Heard { get; init; }
}

/// <summary>An act on its way.</summary>
sealed record Post(Act Act, Seat Seat, long Number, long After);
