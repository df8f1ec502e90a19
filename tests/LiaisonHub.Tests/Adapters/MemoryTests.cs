using System.Diagnostics;
using System.Globalization;
using System.Text;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Adapters;

/// <summary>Large and hostile files in little memory: in a process of their own whose heap the runtime bounds. Held as a whole anywhere on its way through the inbox, one of these drops would end it.</summary>
[Long(40)]
public sealed class MemoryTests
{
    const int Drop = 128 * 1024 * 1024, Heap = 96 * 1024 * 1024;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drops_of_128_MiB_go_through_the_inbox_in_96() => await Run(Heap, $"{typeof(MemoryTests).FullName}.*", $"{typeof(SqlChannelOnSqlite).FullName}.{nameof(SqlChannelOnSqlite.A_hundred_thousand_rows_are_read_one_by_one)}");

    [Fact]
    public async Task What_is_built_to_hurt_does_not_in_384_MiB() => await Run(384 * 1024 * 1024, $"{typeof(HostileFormatTests).FullName}.{nameof(HostileFormatTests.What_is_built_to_hurt_does_not)}");

    static async Task Run(long heap, params string[] methods)
    {
        var program = Environment.ProcessPath!;
        string[] arguments = [.. Path.GetFileNameWithoutExtension(program) == "dotnet" ? new[] { typeof(MemoryTests).Assembly.Location } : [], "-noLogo", "-noColor", "-explicit", "only", "-parallel", "none", .. methods.SelectMany(m => new[] { "-method", m })];
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = heap.ToString("X", CultureInfo.InvariantCulture);
        // What is large is let go at once, and its gaps are closed only when the runtime is told to mind them (docs/operations/deployment.md): without it, it is chance whether the next large text finds its place in one piece.
        start.Environment["DOTNET_GCConserveMemory"] = "9";
        using var child = Process.Start(start)!;
        var (said, wrong) = (child.StandardOutput.ReadToEndAsync(Cancelled), child.StandardError.ReadToEndAsync(Cancelled));
        await child.WaitForExitAsync(Cancelled);

        Assert.True(child.ExitCode == 0, $"{await said}\n{await wrong}");
        Assert.Matches("Total: ([7-9]|[1-9][0-9]+), Errors: 0, Failed: 0, Skipped: 0, Not Run: [02]", await said);
    }

    [Fact(Explicit = true)]
    public async Task One_line_of_a_table()
    {
        await using var xc = Adapter();
        xc.Drop("requests.csv", Countries.Sample("XC", "requests-one.csv").TrimEnd() + "\r\n");
        Grow(xc.At("inbox", "requests.csv"));

        await xc.Work(Cancelled);

        AssertBounded(xc);
        Assert.Single(await xc.Sent(Cancelled));
        Assert.Equal(QuarantineCode.BadRecord, Assert.Single(await xc.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Code);
    }

    [Fact(Explicit = true)]
    public async Task One_document_of_fixed_width()
    {
        await using var xc = Adapter();
        xc.Drop("police.log", "<CXU02><FSC>");
        Grow(xc.At("inbox", "police.log"));

        await xc.Work(Cancelled);

        AssertBounded(xc);
        Assert.Equal(QuarantineCode.BadRecord, Assert.Single(await xc.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Code);
    }

    [Fact(Explicit = true)]
    public async Task A_table_of_blanks()
    {
        await using var xc = Adapter();
        await using (var file = File.Create(xc.At("inbox", "requests.csv")))
        {
            var blanks = Encoding.ASCII.GetBytes(new string(' ', (64 * 1024) - 1) + "\n");
            for (var i = 0; i < Drop / blanks.Length; i++)
                file.Write(blanks);
        }

        await xc.Work(Cancelled);

        AssertBounded(xc);
        Assert.Empty(xc.In("inbox"));
        var empty = Assert.Single(await xc.Intakes.In(IntakeState.Quarantined, 10, Cancelled));
        Assert.Equal((QuarantineCode.Empty, (long)Drop), (empty.Code!, empty.SizeBytes));
    }

    [Fact(Explicit = true)]
    public async Task A_table_in_two_bytes_a_character()
    {
        await using var xc = Adapter();
        await File.WriteAllBytesAsync(xc.At("inbox", "requests.csv"), [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Countries.Sample("XC", "requests-one.csv").TrimEnd() + "\r\n")], Cancelled);
        Grow(xc.At("inbox", "requests.csv"));

        await xc.Work(Cancelled);

        AssertBounded(xc);
        Assert.Single(await xc.Sent(Cancelled));
    }

    [Fact(Explicit = true)]
    public async Task Very_many_files()
    {
        var folder = Directory.CreateTempSubdirectory("many-").FullName;
        for (var i = 0; i < Drop / (4 * 1024 * 1024); i++)
            await using (var file = File.Create(Path.Combine(folder, $"{i}.xml")))
                file.SetLength(4 * 1024 * 1024);
        var inbox = new InboxFolder(new InboxOptions { Folder = folder, Settle = TimeSpan.Zero }, TimeProvider.System);
        inbox.Inspect((_, _) => false, _ => false);

        var taken = 0;
        for (IReadOnlyList<InboxFile> complete; (complete = inbox.Inspect((_, _) => false, _ => false).Complete).Count > 0; taken += complete.Count)
            foreach (var file in complete)
                File.Delete(file.Path);

        Assert.Equal(Drop / (4 * 1024 * 1024), taken);
        Directory.Delete(folder);
    }

    static AdapterUnderTest Adapter()
    {
        var made = new AdapterUnderTest(new RegionUnderTest(), "XC");
        // Nobody writes any more, though their last lines have no end.
        (made.Options.Inbox!.LargestTable, made.Options.Inbox.Patience) = (512 * 1024 * 1024, TimeSpan.Zero);
        return made;
    }

    // With what takes no room on the disk: a hole reads as zeros.
    static void Grow(string path)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(Drop);
    }

    // Where nothing bounds the heap the test says nothing.
    static void AssertBounded(AdapterUnderTest adapter)
    {
        Assert.Equal(Heap, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        Assert.Empty(adapter.In("inbox"));
    }
}
