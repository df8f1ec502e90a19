using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Tests;
using LiaisonHub.Tests.Adapters;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>Ctrl-C, or a service manager's request to stop, is an orderly end: what is in hand is finished, the exit code says so, and the next start goes on.</summary>
[Long(65)]
public sealed class When_up_is_told_to_stop
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task It_ends_in_order_with_work_in_hand_and_the_next_start_loses_nothing(string signal)
    {
        const int Files = 20;
        var folder = Directory.CreateTempSubdirectory("liaisonhub-up-").FullName;
        var ports = ServerProcess.FreePorts(1);
        await using (var up = Up(folder, ports[0], ServerProcess.FreeRow(3)))
        {
            await Started(up);
            for (var i = 0; i < Files; i++)
                Drop(folder, $"court-{i}.xml", LocalSystems.CourtMessage(i));
            await Until.True(() => Task.FromResult(Given(folder).Length > 0), TimeSpan.FromSeconds(60), () => up.Said, Cancelled);

            await up.Signal(signal, Cancelled);
            var ended = up.Ended(Cancelled);
            if (await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled)) != ended)
                Assert.Fail($"It runs 20 s after it was told to stop.\n{up.Said}");
            Assert.Equal(0, await ended);
            Assert.Contains("Stopping; what is in hand is finished first.", up.Said, StringComparison.Ordinal);
            Assert.False(up.Said.Contains("Exception", StringComparison.Ordinal), up.Said);
        }

        await using (var again = Up(folder, ports[0], ServerProcess.FreeRow(3)))
        {
            await Started(again);
            await Until.True(() => Task.FromResult(Given(folder).Length >= Files), TimeSpan.FromSeconds(90), () => $"{Given(folder).Length} of {Files} arrived.\n{again.Said}", Cancelled);
            Assert.Equal(Files, Given(folder).Select(LocalSystems.Reference).Distinct().Count());
            Assert.Equal(Files, Given(folder).Length);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_second_one_on_the_same_folder_says_who_is_there_and_what_to_do()
    {
        var folder = Directory.CreateTempSubdirectory("liaisonhub-up-").FullName;
        await using (var first = Up(folder, ServerProcess.FreePorts(1)[0], ServerProcess.FreeRow(3)))
        {
            await Started(first);
            await using var second = Up(folder, ServerProcess.FreePorts(1)[0], ServerProcess.FreeRow(3));
            second.Start();

            Assert.Equal(2, await second.Ended(Cancelled));
            Assert.Contains($"Another 'liaisonhub up' is running on {folder}; stop it, or give this one a folder of its own with --data.", second.Said, StringComparison.Ordinal);
            Assert.True(first.Runs);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Every_state_of_the_region_can_be_started_beside_and_its_own_local_system_is_read()
    {
        var folder = Directory.CreateTempSubdirectory("liaisonhub-up-").FullName;
        await using (var up = Up(folder, ServerProcess.FreePorts(1)[0], ServerProcess.FreeRow(7), "--also", "all"))
        {
            await Started(up);
            // What stands in the tables of XD's registry is sent without anybody's doing; a list of XC's courts when it is dropped.
            Drop(folder, "requests-one.csv", Countries.Sample("XC", "requests-one.csv"), "XC");

            await Until.True(() => Task.FromResult(new[] { "XC-2", "XD-2" }.All(from => Given(folder).Any(f => File.ReadAllText(f).Contains(from, StringComparison.Ordinal)))), TimeSpan.FromSeconds(90), () => up.Said, Cancelled);
            Assert.All(new[] { "XA", "XB", "XC", "XD", "XE", "XF", "XZ" }, state => Assert.Contains($"Desk of {state} ", up.Said, StringComparison.Ordinal));
        }
        Directory.Delete(folder, recursive: true);
    }

    static ProgramProcess Up(string folder, int console, int desk, params string[] also) =>
        new("liaisonhub", folder, new Dictionary<string, string>(), ["up", "--data", folder, "--console-port", $"{console}", "--desk-port", $"{desk}", .. also]);

    static async Task Started(ProgramProcess up)
    {
        up.Start();
        await Until.True(() => Task.FromResult(up.Said.Contains("is up after", StringComparison.Ordinal)), TimeSpan.FromSeconds(90), () => up.Said, Cancelled);
    }

    static void Drop(string folder, string name, string content, string state = "XA")
    {
        var half = Path.Combine(folder, state, "inbox", name + ".tmp");
        File.WriteAllText(half, content);
        File.Move(half, Path.Combine(folder, state, "inbox", name));
    }

    static string[] Given(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(folder, "XB", "outbox")).Where(f => Path.GetFileName(f).Contains($"-{nameof(RequestSubmitted)}-", StringComparison.Ordinal) && !f.EndsWith(".tmp", StringComparison.Ordinal))];
}
