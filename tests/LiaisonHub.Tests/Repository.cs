using System.Reflection;

namespace LiaisonHub.Tests;

/// <summary>The repository the tests belong to: contracts, catalogue, documents and project files are read from it.</summary>
public static class Repository
{
    /// <summary>Its folder, the one with <c>LiaisonHub.sln</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>A file or folder of it.</summary>
    public static string At(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>
    /// Compares a text with the approved one. A difference means: something others rely on has changed. If that is meant, run the tests once with
    /// <c>LIAISONHUB_APPROVE=1</c>,
    /// read what <c>git diff</c> shows, and commit it with the change that caused it.
    /// </summary>
    public static void AssertApproved(string actual, params ReadOnlySpan<string> file)
    {
        var path = At(file);
        actual = actual.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("LIAISONHUB_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }
        var approved = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (approved == actual)
            return;
        string[] was = approved.Split('\n'), now = actual.Split('\n');
        var line = was.Zip(now).TakeWhile(p => p.First == p.Second).Count();
        Assert.Fail($"""
            {Path.Combine([.. file])}, line {line + 1}: what is approved is no longer what is.
              approved: {(line < was.Length ? was[line] : "(end)")}
              now:      {(line < now.Length ? now[line] : "(end)")}
            If the change is meant, run the tests once with LIAISONHUB_APPROVE=1, read git diff, and commit it with its cause.
            """);
    }

    static string Find()
    {
        var embedded = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "RepositoryRoot")?.Value;
        var root = embedded is not null && File.Exists(Path.Combine(embedded, "LiaisonHub.sln")) ? embedded : AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "LiaisonHub.sln")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException(
                $"No LiaisonHub.sln above {AppContext.BaseDirectory}: run the tests from the repository they were built from.");
        return root;
    }
}
