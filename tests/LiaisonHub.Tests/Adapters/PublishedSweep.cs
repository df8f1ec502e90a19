using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Adapters;

/// <summary>What became of one published file, and of each record of it where it holds many.</summary>
sealed record SweptFile(string Format, string File, IReadOnlyList<Intake> Ends);

/// <summary>
/// All published samples through the door of one adapter: dropped into its inbox as a ministry's system does, taken, translated, sent or kept or moved away, with everything that was logged on the way. Each
/// kind of text is dropped once more with a password in it. Done once for each state.
/// </summary>
sealed partial class PublishedSweep
{
    internal const string Planted = "c4nary-0f-a-p4ssw0rd";

    static readonly string[] Formats = ["uk-spi-libra-bichard", "uk-pnc-fixedwidth", "uk-common-platform-json", "de-xjustiz", "eu-ecodex-connector", "as4-ebms3", "email-mime"];

    static readonly ConcurrentDictionary<string, Lazy<Task<PublishedSweep>>> Done = new(StringComparer.Ordinal);

    /// <summary>The published files, in the order they were dropped.</summary>
    internal List<SweptFile> Files { get; } = [];

    /// <summary>The copies with a password, by what they are copies of.</summary>
    internal List<SweptFile> WithPassword { get; } = [];

    /// <summary>Longest work between two steps of the inbox.</summary>
    internal TimeSpan Longest { get; private set; }

    /// <summary>What was asked of the network.</summary>
    internal IReadOnlyCollection<string> Calls { get; private set; } = [];

    /// <summary>How many credentials were looked for, and where one was found, without it.</summary>
    internal (int Sought, List<string> Found) Credentials { get; private set; }

    /// <summary>What should be elsewhere, or is nowhere.</summary>
    internal List<string> Astray { get; } = [];

    /// <summary>Lines of the log.</summary>
    internal int Logged { get; private set; }

    /// <summary>The sweep of a state; skips the test where the samples are absent.</summary>
    internal static Task<PublishedSweep> Of(string state)
    {
        _ = Countries.Published();
        return Done.GetOrAdd(state, _ => new(() => Run(state, TestContext.Current.CancellationToken))).Value;
    }

    static async Task<PublishedSweep> Run(string state, CancellationToken cancellationToken)
    {
        var made = new PublishedSweep();
        var region = new RegionUnderTest();
        await using var adapter = new AdapterUnderTest(region, state, inMemory: true);
        var dropped = new Dictionary<string, (string Format, string File, bool WithPassword)>(StringComparer.Ordinal);
        var secrets = new HashSet<string>(StringComparer.Ordinal) { Planted };
        var copies = new Dictionary<string, (string Format, string File, byte[] Bytes)>(StringComparer.Ordinal);
        foreach (var format in Formats)
            foreach (var file in Countries.PublishedFiles(format))
            {
                var bytes = await File.ReadAllBytesAsync(Countries.Published(format, file), cancellationToken);
                Drop(format, file, Path.GetFileName(file), bytes, withPassword: false);
                secrets.UnionWith(Credential().Matches(Encoding.Latin1.GetString(bytes)).Select(c => c.Groups["value"].Value.Trim()).Where(v => v.Length > 10));
                if (copies.Count < 100 && WithPasswordIn(file, bytes) is { } copy)
                    copies.TryAdd($"{format}{Path.GetExtension(file)}", (format, file, copy));
            }

        foreach (var (format, file, bytes) in copies.Values)
            Drop(format, file, $"copy-{Path.GetFileName(file)}", bytes, withPassword: true);

        var calls = new OutwardCalls();
        var (thread, since) = (Environment.CurrentManagedThreadId, HostileFormatTests.Worked());
        adapter.Inbox.Reached = _ =>
        {
            var now = HostileFormatTests.Worked();
            // What was begun on another thread was awaited, not worked.
            if (thread == Environment.CurrentManagedThreadId && now - since > made.Longest)
                made.Longest = now - since;
            (thread, since) = (Environment.CurrentManagedThreadId, now);
        };
        await calls.Watch(async () =>
        {
            await adapter.Work(cancellationToken);
            // What stops short might still be being written.
            region.Time.Advance(TimeSpan.FromMinutes(3));
            await adapter.Work(cancellationToken);
        });
        made.Calls = calls.Seen;
        made.Logged = adapter.Heard.Count;

        var all = new List<Intake>();
        foreach (var outcome in Enum.GetValues<IntakeState>())
            all.AddRange(await adapter.Intakes.In(outcome, 10_000, cancellationToken));
        var byFile = all.ToLookup(i => i.FileName.Split('#')[0]);
        foreach (var (name, (format, file, withPassword)) in dropped)
            (withPassword ? made.WithPassword : made.Files).Add(new(format, file, [.. byFile[name]]));
        made.Astray.AddRange(adapter.In("inbox").Select(f => $"{f} is still in the inbox"));
        made.Astray.AddRange(byFile.Select(f => f.Key).Where(f => !dropped.ContainsKey(f)).Select(f => $"{f} was never dropped"));
        made.Astray.AddRange(adapter.In("rejected").Where(f => !f.EndsWith(".reason.txt", StringComparison.Ordinal) && !File.Exists(adapter.At("rejected", f + ".reason.txt"))).Select(f => $"{f} was put aside without its reason"));
        made.Credentials = (secrets.Count, await Leaks(adapter, all, secrets, cancellationToken));
        return made;

        void Drop(string format, string file, string name, byte[] bytes, bool withPassword)
        {
            if (!dropped.TryAdd(name, (format, file, withPassword)))
                dropped.Add(name = file.Replace('/', '-'), (format, file, withPassword));
            File.WriteAllBytes(adapter.At("inbox", name), bytes);
            File.SetLastWriteTimeUtc(adapter.At("inbox", name), DateTime.UnixEpoch.AddSeconds(dropped.Count));
        }
    }

    // Everywhere but in the files as they came.
    static async Task<List<string>> Leaks(AdapterUnderTest adapter, List<Intake> all, HashSet<string> secrets, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        void Look(string where, string text)
        {
            if (secrets.Any(s => text.Contains(s, StringComparison.Ordinal)))
                found.Add(where);
        }

        foreach (var line in adapter.Heard)
            Look("a line of the log", line);
        foreach (var reason in adapter.In("rejected").Where(f => f.EndsWith(".reason.txt", StringComparison.Ordinal) || f.Contains('#', StringComparison.Ordinal)))
            Look($"rejected/{reason}", await File.ReadAllTextAsync(adapter.At("rejected", reason), cancellationToken));
        foreach (var act in await adapter.Sent(cancellationToken))
            Look($"an act {act.Type}", act.Open.GetRawText());
        foreach (var intake in all)
        {
            Look($"the record of {intake.FileName}", $"{intake.FileName}\n{intake.Reason}\n{intake.Fix}\n{intake.Findings}\n{intake.Mapping}");
            if (await adapter.Tasks.Original(intake.IntakeId, cancellationToken) is { } kept)
                Look($"what is kept of {intake.FileName}", CredentialTests.Opened(kept));
            if (await adapter.Tasks.Load(intake.IntakeId, cancellationToken) is { } draft)
                Look($"the draft of {intake.FileName}", CredentialTests.Opened(Encoding.UTF8.GetBytes($"{draft.Open.ToJsonString()}\n{draft.Private?.ToJsonString()}")));
        }

        await adapter.Restart();
        foreach (var file in Directory.EnumerateFiles(adapter.Root, "adapter.db*"))
            Look(Path.GetFileName(file), Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, cancellationToken)));
        return found;
    }

    static byte[]? WithPasswordIn(string file, byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var at = Path.GetExtension(file) switch
        {
            ".xml" or ".xsd" or ".sch" or ".wsdl" => text.LastIndexOf("</", StringComparison.Ordinal),
            ".json" => text.IndexOf('{', StringComparison.Ordinal) + 1,
            ".eml" => text.IndexOf('\n', StringComparison.Ordinal) + 1,
            ".txt" or ".csv" or ".properties" or ".as4in" => text.Length,
            _ => -1,
        };
        if (at < 0)
            return null;
        var planted = Path.GetExtension(file) switch
        {
            ".json" => $"\"password\": \"{Planted}\", ",
            ".eml" => $"Authorization: Bearer {Planted}\n",
            ".txt" or ".csv" or ".properties" or ".as4in" => $"\npassword={Planted}\n",
            _ => $"<Password>{Planted}</Password>",
        };
        return Encoding.Latin1.GetBytes(text.Insert(at, planted));
    }

    // What the publishers' own samples hold.
    [GeneratedRegex("<([A-Za-z0-9]+:)?(Password|BinarySecurityToken)([ \t\r\n][^<>]*)?>(?<value>[^<]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Credential();
}
