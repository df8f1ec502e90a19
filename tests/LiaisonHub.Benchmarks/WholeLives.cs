using System.Diagnostics;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Benchmarks;

/// <summary>Decisions a second on one core: the recorded lives of requests, every act decided and every deadline looked at, without anything around it.</summary>
static class WholeLives
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    public static void Measure(int rounds)
    {
        Console.WriteLine("decisions: whole lives of recorded requests, one core; a decision is an act decided, a deadline looked at, or what another request says");
        var rules = new Rules(Region.Load(Tests.Repository.At("contracts", "region-demo")));
        foreach (var procedure in Directory.EnumerateFiles(Tests.Repository.At("tests", "LiaisonHub.Tests", "Casework", "Histories"), "*.json")
            .GroupBy(f => Path.GetFileNameWithoutExtension(f)[..^2]).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var lives = procedure.Select(f => JsonSerializer.Deserialize<Life>(File.ReadAllText(f), Wire.Json)!).ToArray();
            var rates = new List<double>();
            Live(rules, lives, Long);
            for (var round = 0; round < rounds; round++)
                rates.Add(Live(rules, lives, Long));
            rates.Sort();
            Console.WriteLine($"  {procedure.Key,-18} {lives.Average(l => l.Steps.Count),5:F0} decisions a life   {rates[rates.Count / 2],9:F0} decisions/s");
        }
    }

    static double Live(Rules rules, Life[] lives, TimeSpan atLeast)
    {
        var decided = 0;
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < atLeast)
            foreach (var life in lives)
            {
                var request = life.Began is { } began ? Request.Read(began) : null;
                foreach (var step in life.Steps)
                {
                    request = step.Act is { } act ? rules.Decide(request, act, step.At) is Applied applied ? applied.Request : request
                        : step.Heard is { } order ? rules.Follow(request!, [order], step.At).Request
                        : ((Applied)rules.Look(request!, step.Look!.Value, step.At)).Request;
                    decided++;
                }
            }
        return decided / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    sealed record Life(IReadOnlyList<Step> Steps)
    {
        public string? Began { get; init; }
    }

    sealed record Step(DateTimeOffset At)
    {
        public Act? Act { get; init; }

        public Guid? Look { get; init; }

        public Order? Heard { get; init; }
    }
}
