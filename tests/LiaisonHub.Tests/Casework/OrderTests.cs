using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>
/// Two posts of two states that cross on their way. Where the hub takes both whichever it reads first, the order changes nothing: not the state, not a limit, not the record, not the costs. Where it
/// does, the law makes it so, and the pair stands in <see cref="ByLaw"/> with the reason.
/// </summary>
[Long(40)]
public sealed class OrderTests
{
    const int Walks = 250;

    public static TheoryData<string> WithTwoParties => [.. Courses.All.Where(c => c.Seats.Count == 2).Select(c => c.Procedure)];

    /// <summary>Acts of two sides whose order has a meaning.</summary>
    static readonly (string Procedure, string One, string Other, string Why)[] ByLaw =
    [
        ("MutualAssistance", nameof(CostAnswered), nameof(StopConfirmed), "An answer that declines withdraws the request: a confirmation made before it confirms another stop."),
        ("MutualAssistance", nameof(RequestWithdrawn), nameof(StopConfirmed), "What is taken back after a confirmation is to be confirmed again."),
        ("MutualAssistance", nameof(ScopeReduced), nameof(StopConfirmed), "What is taken back after a confirmation is to be confirmed again."),
        ("MutualAssistance", nameof(DelayNotified), nameof(TimingAgreed), "Agreed is to the timing that was proposed before, not to the next one (Directive 2014/41/EU, Article 12(6))."),
        ("Extradition", nameof(ExtraditionRequested), nameof(ReleaseReported),
            "A release before the formal request ends the simplified procedure; after it, the examination goes on with the person at large (ETS 24, Article 16(4)-(5))."),
        ("Extradition", nameof(ExtraditionRequested), nameof(RequestRefused),
            "A refusal before the formal request refuses the simplified procedure alone; after it, extradition."),
        ("Extradition", nameof(ReleaseReported), nameof(SurrenderDateProposed), "A day proposed before the release falls with it: a new day is wanted."),
        ("Extradition", nameof(SurrenderDateProposed), nameof(SurrenderDateProposed), "The later proposal stands."),
        ("Correction", nameof(DisputeRaised), nameof(ErrorContested), "Only a dispute that answers the contest takes the place of the answer to it."),
        ("Correction", nameof(ErrorAssessed), nameof(HoldersNamed), "Holders are numbered as they are named."),
        ("Correction", nameof(HoldersNamed), nameof(HoldersNamed), "Holders are numbered as they are named."),
        ("Jurisdiction", nameof(AgreementFailed), nameof(DisputeRaised), "Only a dispute raised after the consultation has failed settles the forum in its place."),
        ("Jurisdiction", nameof(AgreementFailed), nameof(ForumProposed), "A proposal after the failure opens the consultation again; before it, it fails with it."),
        ("Jurisdiction", nameof(ForumProposed), nameof(ForumProposed), "The later proposal stands and answers the earlier one."),
    ];

    // What is said about a limit belongs to the one that runs when it is said, in the order in which it was said: an act that starts the same limit anew leaves it behind.
    static bool IsAboutALimit(string act) => act is nameof(DelayReasonGiven) or nameof(ContactNoted) or nameof(MeetingMinuted);

    [Theory]
    [MemberData(nameof(WithTwoParties))]
    public void Two_acts_of_two_sides_that_may_come_in_either_order_have_the_same_effect_in_both(string procedure)
    {
        var course = Courses.Of(procedure);
        var findings = new ConcurrentDictionary<(string One, string Other), string>();
        var crossed = new ConcurrentDictionary<(string, string), bool>();
        Parallel.For(0, Walks, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var story = Walked(course, seed);
            var theirs = Open(course, story, Side.Requested);
            foreach (var one in Open(course, story, Side.Requesting))
                foreach (var other in theirs)
                {
                    if (After(story, one, other) is not { } forth || After(story, other, one) is not { } back)
                        continue;
                    var pair = string.CompareOrdinal(one.Type, other.Type) <= 0 ? (one.Type, other.Type) : (other.Type, one.Type);
                    crossed[pair] = true;
                    if (!forth.SequenceEqual(back))
                        findings.TryAdd(pair, $"in {story.State}, walk {seed}\n  {one.Type} first: {string.Join("; ", forth.Except(back))}\n  {other.Type} first: "
                            + string.Join("; ", back.Except(forth)));
                }
        });
        var listed = ByLaw.Where(l => l.Procedure == procedure).Select(l => (l.One, l.Other)).ToHashSet();
        var unlisted = findings.Where(f => !listed.Contains(f.Key) && !IsAboutALimit(f.Key.One) && !IsAboutALimit(f.Key.Other)).ToList();

        Assert.True(unlisted.Count == 0, string.Join('\n', unlisted.Select(f => $"{f.Key.One} and {f.Key.Other} {f.Value}").Order()));
        Assert.True(crossed.Count > 10, $"only {crossed.Count} pairs of acts could come in either order");
    }

    /// <summary>A request somewhere in its life: from any state on, as chance leads it, the same for the same seed.</summary>
    static Story Walked(Course course, int seed)
    {
        var random = new Random(seed);
        var story = course.Into(course.Sheet.States[random.Next(course.Sheet.States.Count)], Demo.Rules);
        for (var steps = random.Next(12); steps > 0; steps--)
        {
            story.Passes(TimeSpan.FromHours(random.Next(5) > 0 ? random.Next(30) : random.Next(24 * 60)));
            WalkTests.Take(course, story, random.Next(1_000_000), random.Next(2) == 0, random.Next(2) == 0);
        }
        // What is due at once is looked at before anybody acts.
        return story.Passes(TimeSpan.Zero);
    }

    /// <summary>The acts of a side that are taken now, in each wording.</summary>
    static List<Act> Open(Course course, Story story, Side side) =>
        [.. story.Rules.Allowed(story.Request, side)
            .SelectMany(type => new[] { true, false }.Select(variant => WalkTests.Content(course, story, side, type, variant)))
            .DistinctBy(content => JsonSerializer.Serialize(content, content.GetType(), Wire.Json))
            .Select((content, i) => story.Act(side, content, new((int)side + 1, (short)i, 0, 0x90, 0, 0, 0, 0, 0, 0, 0)))
            .Where(act => story.Rules.Decide(story.Request, act, story.Now) is Applied)];

    /// <summary>What stands after both, a line for each fact, in one order whichever came first. Null: one of them is not taken.</summary>
    static List<string>? After(Story story, Act first, Act second)
    {
        if (story.Rules.Decide(story.Request, first, story.Now) is not Applied one || story.Rules.Decide(one.Request, second, story.Now) is not Applied two)
            return null;
        var lines = new List<string>();
        foreach (var (name, value) in JsonNode.Parse(Request.Write(two.Request with { Deadlines = [], Since = default }))!.AsObject())
            lines.AddRange((value is JsonArray list ? [.. list] : new[] { value }).Select(item => $"{name}: {item?.ToJsonString()}"));
        foreach (var limit in two.Request.Deadlines)
            if (limit.Active)
                lines.Add($"limit: {JsonSerializer.Serialize(limit with { Id = default })}");
            // Whether it was met or fell away in this instant, and what was said of it before, is the order itself; one that began in it did not run.
            else if (limit.EndedAt != story.Now)
                lines.Add($"past limit: {limit.Id} {limit.Status}");
            else if (limit.Started != story.Now)
                lines.Add($"ended limit: {limit.Id}");
        lines.AddRange(one.Costs.Concat(two.Costs).Select(c => $"cost: {JsonSerializer.Serialize(c)}"));
        lines.AddRange(one.Orders.Concat(two.Orders).Select(o => $"order: {o}"));
        lines.AddRange(one.Opened.Concat(two.Opened).Select(o => $"opened: {o.Request.Procedure} {o.Request.State}"));
        return [.. lines.Order(StringComparer.Ordinal)];
    }
}
