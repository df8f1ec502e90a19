using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Tests.OperatorConsole;

namespace LiaisonHub.Tests.Casework.Simulation;

/// <summary>
/// Lives of requests as they were decided once. Today's rules must bring each to the same end, for ever: open requests lie in the databases of hubs that are brought up to date. A file is written once
/// (LIAISONHUB_APPROVE=1 where it is missing) and never changed.
/// </summary>
public sealed class HistoryTests
{
    const int EachProcedure = 4;

    public static TheoryData<string, int> Histories
    {
        get
        {
            var histories = new TheoryData<string, int>();
            foreach (var course in Courses.All)
                for (var number = 1; number <= EachProcedure; number++)
                    histories.Add(course.Procedure, number);
            return histories;
        }
    }

    [Theory]
    [MemberData(nameof(Histories))]
    public void A_recorded_history_comes_to_the_same_end(string procedure, int number)
    {
        var course = Courses.Of(procedure);
        var path = Repository.At("tests", "LiaisonHub.Tests", "Casework", "Histories", $"{course.File}-{number}.json");
        if (!File.Exists(path) && Environment.GetEnvironmentVariable("LIAISONHUB_APPROVE") == "1")
            Record(course, number, path);
        var history = JsonSerializer.Deserialize<History>(File.ReadAllText(path), Wire.Json)!;

        var request = history.Began is { } began ? Request.Read(began) : null;
        foreach (var step in history.Steps)
            request = step switch
            {
                { Act: { } act } => Heard(Demo.Rules.Decide(request, act, step.At)) ?? request,
                { Heard: { } order } => Heard(Demo.Rules.Follow(request!, [order], step.At)),
                { Look: { } deadline } => Heard(Demo.Rules.Look(request!, deadline, step.At)),
                _ => request,
            };

        Assert.Equal(history.End, new(request!.State, request.Outcome ?? "", request.Acts.Count, [.. request.Deadlines.Select(Written)]));
    }

    // What is said on the way can be read in every language of the console. Null: the act was refused.
    static Request? Heard(Decision decision)
    {
        if (decision is not Applied applied)
        {
            Book.Has(((Refused)decision).Reason);
            return null;
        }
        Assert.All(applied.Facts, f => Book.Has(f.Text));
        return applied.Request;
    }

    // The longest of many lives: the more happened in it, the more it keeps.
    static void Record(Course course, int number, string path)
    {
        var longest = Enumerable.Range(0, 200).Select(i =>
        {
            var world = new World(100_000 * number + i, course, Demo.Rules, Defect.None, fromTheStart: true);
            world.Run();
            return world;
        }).Where(w => w.Request is not null).MaxBy(w => (w.Request!.Closed ? 1000 : 0) + w.Request.Acts.DistinctBy(a => a.Type).Count())!;
        var request = longest.Request!;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, JsonSerializer.Serialize(
            new History(longest.History, new(request.State, request.Outcome ?? "", request.Acts.Count, [.. request.Deadlines.Select(Written)])) { Began = longest.Began is { } b ? Request.Write(b) : null }, Wire.Json) + "\n");
    }

    static string Written(Deadline d) => FormattableString.Invariant($"{d.RuleId} {d.Status} due {d.Due:u} level {d.Level}");

    sealed record History(IReadOnlyList<HistoryStep> Steps, End End)
    {
        /// <summary>The request as the hub opened it. Null: an act opens it.</summary>
        public string? Began { get; init; }
    }

    sealed record End(string State, string Outcome, int Acts, IReadOnlyList<string> Deadlines)
    {
        public bool Equals(End? other) => other is not null && State == other.State && Outcome == other.Outcome && Acts == other.Acts && Deadlines.SequenceEqual(other.Deadlines);

        public override int GetHashCode() => HashCode.Combine(State, Outcome, Acts);
    }
}
