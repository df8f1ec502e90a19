using System.Text.RegularExpressions;

namespace LiaisonHub.Tests.Operations;

/// <summary>What is true of every text in the repository.</summary>
public sealed partial class TextTests
{
    static readonly string[] Generated = [".git", ".liaisonhub", "artifacts", "bin", "obj", "TestResults", "node_modules"];

    static readonly string[] Texts =
        [".cs", ".razor", ".css", ".js", ".json", ".jsonl", ".yml", ".yaml", ".md", ".txt", ".sql", ".sh", ".py", ".csproj", ".props", ".sln", ".service", ".example", ".conf", ".ics", ".svg", ".Dockerfile"];

    // Samples are the bytes their makers wrote; solution and lock files are the tools'.
    static readonly string[] Foreign = ["/samples/", "/calendars/", "/Samples/", "packages.lock.json", "LiaisonHub.sln"];

    [Fact]
    public void Lines_end_with_a_line_feed_and_so_does_the_last_one()
    {
        foreach (var (name, text) in All().Where(f => !Foreign.Any(s => f.Name.Contains(s, StringComparison.Ordinal)) && f.Text.Length > 0))
        {
            Assert.False(text.Contains('\r', StringComparison.Ordinal), $"{name} has carriage returns; save it with line feeds (.editorconfig says so).");
            Assert.True(text.EndsWith('\n'), $"{name} does not end with a line feed.");
        }
    }

    [Fact]
    public void No_text_names_a_folder_of_somebodys_machine()
    {
        foreach (var (name, text) in All())
        {
            var found = OwnFolder().Match(text);
            Assert.False(found.Success, $"{name} names '{found.Value}': nobody else has that folder.");
        }
    }

    [Fact]
    public void Nothing_is_left_for_later()
    {
        // Put together, so that this file passes.
        string[] words = ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Exception", "Lorem " + "ipsum"];
        foreach (var (name, text) in All())
            foreach (var word in words)
                Assert.False(Regex.IsMatch(text, $@"\b{word}\b"), $"{name} holds '{word}': finish it, or file an issue.");
    }

    [Fact]
    public void Scripts_can_be_run()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows knows no run bit.");
        foreach (var script in (string[])[".ci/run", "infra/test.sh"])
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Repository.At(script)).HasFlag(UnixFileMode.UserExecute), $"{script} has no run bit: git update-index --chmod=+x {script}");
    }

    static IEnumerable<(string Name, string Text)> All() => Files(Repository.Root).Select(f => (Path.GetRelativePath(Repository.Root, f).Replace('\\', '/'), File.ReadAllText(f)));

    static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder).Where(f => Texts.Contains(Path.GetExtension(f)) || Path.GetFileName(f) == "run")
            .Concat(Directory.EnumerateDirectories(folder).Where(d => !Generated.Contains(Path.GetFileName(d))).SelectMany(Files));

    [GeneratedRegex(@"(?<![\w.~$}-])/(?:home|Users|root|work)/\w+|[A-Z]:\\Users\\\w+")]
    private static partial Regex OwnFolder();
}
