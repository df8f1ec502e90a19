using LiaisonHub.Cli.Up;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.Tests.Cli;

/// <summary>Legal time of the demonstration.</summary>
public sealed class FasterClockTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("clock-");
    readonly FakeTimeProvider machine = new(new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_day_passes_in_a_second_until_the_story_is_told_and_then_a_second_does()
    {
        var (clock, begun) = (Started(), machine.GetUtcNow());

        machine.Advance(TimeSpan.FromSeconds(150));
        Assert.Equal(begun.AddDays(150), clock.GetUtcNow());
        machine.Advance(TimeSpan.FromSeconds(350));
        Assert.Equal(begun.AddDays(200).AddSeconds(300), clock.GetUtcNow());
    }

    [Fact]
    public void Started_again_it_goes_on_never_back_and_is_not_fast_anew()
    {
        var (clock, begun) = (Started(), machine.GetUtcNow());
        machine.Advance(TimeSpan.FromSeconds(190));
        clock.Keep();

        var again = Started();
        Assert.Equal(begun.AddDays(192), again.GetUtcNow());
        machine.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(begun.AddDays(200).AddSeconds(12), again.GetUtcNow());
        again.Keep();
        Assert.Equal(begun.AddDays(200).AddSeconds(14), Started().GetUtcNow());
    }

    FasterClock Started() => new(86_400, Path.Combine(folder.FullName, "legal-time"), machine);
}
