using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Processes;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.IntegrationTests.Adapters;

/// <summary>The tutorial, taken out of its page and run from an empty folder as it stands there: every file it shows is written, every command run, every output it promises looked for. So is the template it uses.</summary>
[Long(120)]
public sealed partial class TutorialTests(RabbitServer rabbit) : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("tutorial-").FullName;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Every_command_of_the_tutorial_does_what_the_page_says_and_the_adapter_it_ends_with_talks_to_a_broker()
    {
        var steps = Steps(await File.ReadAllTextAsync(Repository.At("docs", "adapters", "tutorial.md"), Cancelled));
        Assert.True(steps.Count(s => s.Shell) >= 10, "The page has fewer commands than a tutorial has.");
        Directory.CreateDirectory(Path.Combine(folder, "said"));
        Directory.CreateDirectory(Path.Combine(folder, "empty"));
        var script = Path.Combine(folder, "tutorial.sh");
        await File.WriteAllTextAsync(script, Script(steps), Cancelled);

        var (_, outside) = await ServerProcess.Run(TimeSpan.FromMinutes(8), ["bash", script], Cancelled, Machine);

        foreach (var (step, number) in steps.Select((s, i) => (s, i)).Where(s => s.s.Shell))
        {
            var file = Path.Combine(folder, "said", FormattableString.Invariant($"{number}.txt"));
            Assert.True(File.Exists(file), $"The script did not come to the commands of line {step.Line}:\n{outside}");
            var said = await File.ReadAllTextAsync(file, Cancelled);
            var code = int.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(file, "code"), Cancelled), CultureInfo.InvariantCulture);
            Assert.True(code == step.Exit, $"tutorial.md({step.Line}): exit code {code} where the page says {step.Exit}:\n{step.Text}\n{said}");
            foreach (var promised in step.Promised)
                Assert.True(said.Contains(promised, StringComparison.Ordinal), $"tutorial.md({step.Line}): '{promised}' is promised, and this was said:\n{said}");
        }

        Packed();
        await TalksToABroker(Path.Combine(folder, "empty", "LiaisonHub.Adapters.XK"));
    }

    // The project came out of the package alone; it holds the template whole, and nothing that was built beside it.
    void Packed()
    {
        using var package = System.IO.Compression.ZipFile.OpenRead(Assert.Single(Directory.EnumerateFiles(Path.Combine(folder, "empty", "packages"), "LiaisonHub.Templates.*.nupkg")));
        var source = Repository.At("infra", "templates", "liaison-adapter");
        Assert.Equal(
            Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(source, f)).Where(f => !f.StartsWith("bin/", StringComparison.Ordinal) && !f.StartsWith("obj/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            package.Entries.Where(e => e.FullName.StartsWith("content/liaison-adapter/", StringComparison.Ordinal)).Select(e => e.FullName["content/liaison-adapter/".Length..]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(package.Entries, e => e.FullName.EndsWith(".dll", StringComparison.Ordinal));
    }

    // The program of the template, with a broker this time: it reports itself, and sends the act it made of the customs file while there was none.
    async Task TalksToABroker(string project)
    {
        var links = await rabbit.NewLinks(["XK", "XB"], Cancelled);
        var options = links.Of("XK");
        var keys = KeyDirectory.Load(Path.Combine(project, "keys", "public"));
        // 'env' becomes the program.
        using var adapter = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("env", ["dotnet", Path.Combine(project, "bin", "Debug", "net10.0", "LiaisonHub.Adapters.XK.dll")])
        {
            WorkingDirectory = project,
            Environment =
            {
                ["Adapter__Broker__Host"] = options.Host,
                ["Adapter__Broker__Port"] = FormattableString.Invariant($"{options.Port}"),
                ["Adapter__Broker__Prefix"] = options.Prefix,
                ["Adapter__Broker__User"] = options.User,
                ["Adapter__Broker__Password"] = options.Password,
                ["Adapter__SendAgainAfter"] = "00:00:01",
                ["Logging__LogLevel__Default"] = "Critical",
            },
        })!;
        var seen = new ConcurrentBag<string>();
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await using var link = new RabbitHubLink(links.Hub, NullLogger<RabbitHubLink>.Instance);
        var receiving = link.Receive(
            "XK",
            (posts, _) =>
            {
                foreach (var post in posts)
                {
                    var document = Signing.Verify(post.Body.Span, [DocumentTypes.Act, DocumentTypes.Report], keys, "XK", TimeProvider.System.GetUtcNow());
                    seen.Add(document.Typ == DocumentTypes.Report ? nameof(AdapterReported) : JsonSerializer.Deserialize<Act>(document.Payload, Wire.Json)!.Type);
                }
                return Task.CompletedTask;
            },
            listening.Token);
        try
        {
            await Until.True(
                () => Task.FromResult(seen.Contains(nameof(AdapterReported)) && seen.Contains(nameof(RequestSubmitted))),
                TimeSpan.FromSeconds(90), () => $"On the way to the hub came only: {string.Join(", ", seen)}", Cancelled);
        }
        finally
        {
            await ServerProcess.Kill(adapter.Id);
            await listening.CancelAsync();
            await receiving;
        }
    }

    /// <summary>One fenced block: commands, or a file.</summary>
    /// <param name="Line">Where it begins on the page.</param>
    /// <param name="Text">What stands in it.</param>
    /// <param name="File">The file it is. Null: commands.</param>
    /// <param name="Exit">The exit code the commands end with.</param>
    /// <param name="Promised">Lines of the output the page shows.</param>
    sealed record Step(int Line, string Text, string? File, int Exit, IReadOnlyList<string> Promised)
    {
        public bool Shell => File is null;
    }

    static List<Step> Steps(string page)
    {
        var steps = new List<Step>();
        foreach (Match fence in Fence().Matches(page))
        {
            var (words, text) = (fence.Groups["info"].Value.Split(' '), fence.Groups["text"].Value);
            var line = page[..fence.Index].Count(c => c == '\n') + 1;
            string? Said(string name) => words.FirstOrDefault(w => w.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..];
            if (words[0] == "text" && steps is [.., { Shell: true } before])
                steps[^1] = before with { Promised = text.Split('\n', StringSplitOptions.RemoveEmptyEntries) };
            else if (words[0] == "sh")
                steps.Add(new(line, text, null, int.Parse(Said("exit") ?? "0", CultureInfo.InvariantCulture), []));
            else
                steps.Add(new(line, text, Said("file") ?? throw new FormatException($"tutorial.md({line}): a block is commands (sh), output of the commands before it (text), or a file (file=NAME)."), 0, []));
        }
        return steps;
    }

    // One shell for all of it, as the reader has one: folders and variables of one block count in the next. The first command of a block that fails says how the block ended.
    string Script(List<Step> steps)
    {
        var script = new StringBuilder($"set -uE\ncd '{folder}/empty'\nfailed=0\ntrap 'failed=$?' ERR\n");
        foreach (var (step, number) in steps.Select((s, i) => (s, i)))
            script.Append(step.Shell
                ? $"failed=0\n{{\n{step.Text}\n}} > '{folder}/said/{number}.txt' 2>&1\necho $failed > '{folder}/said/{number}.code'\n"
                : $"cat > '{step.File}' <<'END_OF_FILE'\n{step.Text}\nEND_OF_FILE\n");
        return script.ToString();
    }

    // A reader's machine, but for: templates go into a folder of the test; projects that are built already are not built again beneath running tests; no helper of the compiler stays behind.
    Dictionary<string, string> Machine => new()
    {
        ["LIAISONHUB"] = Repository.Root.TrimEnd('/'),
        ["DOTNET_CLI_HOME"] = Path.Combine(folder, "home"),
        ["NUGET_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["BuildProjectReferences"] = "false",
        ["UseSharedCompilation"] = "false",
        ["MSBUILDDISABLENODEREUSE"] = "1",
    };

    [GeneratedRegex(@"^```(?<info>[^\n`]+)\n(?<text>.*?)\n```$", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();
}
