using CsCheck;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>Whatever two sides do, in any order, with any time between: nothing throws, nobody is left without a limit, and a replay gives the same.</summary>
public sealed class WalkTests
{
    static readonly string[] Types = [.. Acts.All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A step: which act, by whom, how long after the one before, and in which of two wordings.</summary>
    static readonly Gen<(int Act, bool Requesting, int Hours, bool Variant)[]> Steps =
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Bool, Gen.Frequency((4, Gen.Int[0, 30]), (1, Gen.Int[0, 24 * 60])), Gen.Bool).Array[1, 40];

    /// <summary>A walk begins in any state, so that the far ones are walked as often as the near ones.</summary>
    static Gen<(string State, (int Act, bool Requesting, int Hours, bool Variant)[] Steps)> Walks(Course course) =>
        Gen.Select(Gen.Int[0, course.Sheet.States.Count - 1].Select(i => course.Sheet.States[i]), Steps);

    [Theory]
    [MemberData(nameof(ProcedureTests.Procedures), MemberType = typeof(ProcedureTests))]
    public void No_walk_throws_or_leaves_an_open_request_without_a_limit_or_a_reason(string procedure)
    {
        var course = Courses.Of(procedure);
        var reached = new HashSet<string>();
        Walks(course).Sample(walk =>
        {
            var story = Courses.Of(procedure).Into(walk.State, Demo.Rules);
            foreach (var step in walk.Steps)
            {
                story.Passes(TimeSpan.FromHours(step.Hours));
                Take(Courses.Of(procedure), story, step.Act, step.Requesting, step.Variant);
                // A hold that ends late may leave steps that are due at once: the clock takes them before anybody looks.
                story.Passes(TimeSpan.Zero);
                Check(course, story.Request, story.Now);
                lock (reached)
                    reached.Add(story.State);
            }
        }, iter: 250);
        // Which states chance leads to differs from run to run; that each can be reached at all is proved by the table.
        Assert.True(reached.Count > course.Sheet.States.Count / 2, $"only {string.Join(", ", reached)} were reached");
    }

    [Theory]
    [MemberData(nameof(ProcedureTests.Procedures), MemberType = typeof(ProcedureTests))]
    public void A_replay_gives_the_same_byte_for_byte(string procedure) =>
        Walks(Courses.Of(procedure)).Sample(walk =>
        {
            var one = Courses.Of(procedure).Into(walk.State, Demo.Rules);
            var two = Courses.Of(procedure).Into(walk.State, new Rules(Demo.Region));
            foreach (var story in new[] { one, two })
                foreach (var step in walk.Steps)
                {
                    story.Passes(TimeSpan.FromHours(step.Hours));
                    Take(Courses.Of(procedure), story, step.Act, step.Requesting, step.Variant);
                }
            return Request.Write(one.Request) == Request.Write(two.Request) && one.Facts.SequenceEqual(two.Facts) && one.Documents.SequenceEqual(two.Documents);
        }, iter: 60);

    [Theory]
    [MemberData(nameof(ProcedureTests.Procedures), MemberType = typeof(ProcedureTests))]
    public void A_request_comes_back_from_its_json_as_it_was_and_goes_on_the_same(string procedure) =>
        Walks(Courses.Of(procedure)).Sample(walk =>
        {
            var story = Courses.Of(procedure).Into(walk.State, Demo.Rules);
            foreach (var step in walk.Steps)
            {
                story.Passes(TimeSpan.FromHours(step.Hours));
                Take(Courses.Of(procedure), story, step.Act, step.Requesting, step.Variant);
            }
            var json = Request.Write(story.Request);
            var back = Request.Read(json);
            var act = story.Act(Side.Requesting, new NoteSent { Subject = "Call on Friday" });
            string Next(Request request) => Request.Write(((Applied)Demo.Rules.Decide(request, act, story.Now)).Request);
            return Request.Write(back) == json && Next(back) == Next(story.Request);
        }, iter: 60);

    internal static void Take(Course course, Story story, int number, bool requesting, bool variant)
    {
        Seat side = course.Seats.Count == 2 ? requesting ? Side.Requesting : Side.Requested : course.Seats[(number + (requesting ? 1 : 0)) % course.Seats.Count];
        // Mostly what is open to the side, so that walks come far; now and then anything at all.
        var allowed = story.Rules.Allowed(story.Request, side)
            .Where(a => a is not (nameof(StatusAsked) or nameof(NoteSent) or nameof(CostReported) or nameof(CorrectionMade) or nameof(DisputeRaised)
                or nameof(ContactNoted) or nameof(MeetingMinuted))).ToList();
        var type = number % 7 == 0 || allowed.Count == 0 ? Types[number % Types.Length] : allowed[number / 7 % allowed.Count];
        var content = Content(course, story, side, type, variant);
        var decision = story.Try(side, content);
        if (decision is Applied)
            story.Do(side, content);
        else
            Assert.NotEmpty(Assert.IsType<Refused>(decision).Reason);
    }

    /// <summary>An act of a type as it fits where the request stands, in one of two wordings.</summary>
    internal static object Content(Course course, Story story, Seat side, string type, bool variant)
    {
        var owner = course.Table.ActsInOrder.Contains(type) ? course : Courses.All.First(c => c.Table.ActsInOrder.Contains(type));
        var content = owner.Of(type, story.Request, DateOnly.FromDateTime(story.Now.UtcDateTime).AddDays(1));
        return content switch
        {
            ReceiptGiven r => new ReceiptGiven
            {
                OfActId = story.Request.Acts.Where(a => a.Seat != side).Select(a => a.ActId).LastOrDefault(),
                Stage = variant ? ReceiptStage.Opened : ReceiptStage.Delivered,
            },
            DelayReasonGiven d => d with { RuleId = story.Request.Deadlines.LastOrDefault(l => l.Seat == side)?.RuleId ?? "none" },
            RequestWithdrawn when !variant => new StatusAsked(),
            _ => course.Variant(content, story.Request, variant),
        };
    }

    static void Check(Course course, Request request, DateTimeOffset now)
    {
        var state = course.Table.State(request.State);
        var active = request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure }).ToList();
        Assert.Equal(state.Closed, request.Closed);
        if (request.Closed)
            Assert.Empty(active);
        else
            Assert.True(active.Count > 0 || state.Rest is not null, $"{request.State} is open without a limit and without a reason");
        Assert.Equal(active.Count, active.DistinctBy(d => (d.Clock, d.Part, d.Member)).Count());
        Assert.Equal(request.Deadlines.Count, request.Deadlines.DistinctBy(d => d.Id).Count());
        if (state.MayCoerce)
            Assert.NotNull(request.RightsCheckedAt);
        foreach (var deadline in request.Deadlines)
        {
            Assert.True(deadline.LookAt is null || deadline.Status == DeadlineStatus.Running,
                $"{deadline.RuleId} is {deadline.Status} and still brought by the clock");
            Assert.True(deadline.LookAt is not null || deadline.Status != DeadlineStatus.Running || deadline.Level >= deadline.LadderTo,
                $"{deadline.RuleId} runs and is never looked at");
            Assert.True(deadline.LookAt is null || deadline.LookAt > now, $"{deadline.RuleId} should have been looked at");
            Assert.True(deadline.Due is not null || deadline.Status is not DeadlineStatus.Running, $"{deadline.RuleId} runs without an end");
        }
        // A pause ends with what it was for: no limit stays held once the question is answered.
        Assert.True(course.Pauses.Contains(request.State) || !active.Any(d => d.Status == DeadlineStatus.Held), $"a limit is held in {request.State}");
        // A limit that nobody can keep would be a trap: whoever it is on has an act that meets it.
        foreach (var deadline in active.Where(d => d.Status == DeadlineStatus.Running))
            Assert.True(CanBeMet(course, request, deadline), $"{deadline.RuleId} runs in {request.State} and nothing the {deadline.OnWhom} side may do meets it");
    }

    /// <summary>By its own acts alone the side comes to one that meets the limit: at once, or by way of a state that is its to reach. For a copy that it gave on, the third state that holds it
    /// does.</summary>
    static bool CanBeMet(Course course, Request request, Deadline deadline)
    {
        var open = new Queue<string>([request.State]);
        var seen = new HashSet<string> { request.State };
        while (open.TryDequeue(out var state))
            foreach (var row in course.Table.Rows.Where(r => (r.Act is not null && r.IsBy(deadline.OnWhom) || r.ByHub == HeldCopy.IsConfirmed) && r.From.Contains(state)))
            {
                if (state == request.State && row.FailingFact(request, deadline.Seat) is not null)
                    continue;
                if (row.Time.Any(t => t.Verb == TimeVerb.Meets && t.Clock == deadline.Clock))
                    return true;
                if (row.To is { } to && seen.Add(to))
                    open.Enqueue(to);
            }
        return false;
    }
}
