using LiaisonHub.Cli;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.Tests.Cli;

public sealed class ProgressTests
{
    [Fact]
    public void What_takes_longer_than_a_second_is_told_in_one_line_that_is_wiped_off_at_the_end()
    {
        var (screen, time) = (new StringWriter(), new FakeTimeProvider());
        using (var progress = new Progress(screen, time))
        {
            progress.At("1 of 20 rows");
            Assert.Equal("", screen.ToString());
            time.Advance(TimeSpan.FromSeconds(1));
            progress.At("10 of 20 rows");
            progress.At("9 left");
        }
        Assert.Equal("\r10 of 20 rows\r9 left       \r             \r", screen.ToString());
    }
}
