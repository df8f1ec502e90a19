using LiaisonHub.Adapters;

namespace LiaisonHub.Tests.Adapters;

/// <summary>What is said of settings; the server stands in the integration tests.</summary>
public sealed class SftpChannelTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("sftp").FullName;

    public void Dispose() => Directory.Delete(root, true);

    [Fact]
    public void Everything_wrong_with_the_settings_is_named_at_once()
    {
        var key = Path.Combine(root, "key");
        File.WriteAllText(key, "no key");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(key, UnixFileMode.UserRead);
        var options = new AdapterOptions
        {
            Sftp = new()
            {
                Host = "files example",
                Port = 0,
                HostKeys = ["MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48"],
                PrivateKey = key,
                Passphrase = "secret-of-the-key",
                Timeout = TimeSpan.Zero,
                In = new() { Folder = "/same/", Taken = "", Every = TimeSpan.Zero },
                Out = new() { Folder = "/same" },
            },
            Http = new() { Push = new() { Url = "https://cases.example/messages" } },
        };

        var problems = options.Problems(inProcess: true);

        foreach (var named in new[] { "Sftp:Host", "Sftp:Port", "Sftp:HostKeys", "Sftp:User", "Sftp:PrivateKey", "Sftp:Timeout", "Sftp:In:Every", "Sftp:In:Taken", "Sftp:Out:Folder", "Sftp:Out", "Inbox", "Outbox" })
            Assert.Single(problems, p => p.StartsWith($"Adapter:{named}: ", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, p => p.Contains("secret-of-the-key", StringComparison.Ordinal));
    }

    [Fact]
    public void A_server_without_a_fingerprint_and_a_user_with_two_proofs_are_refused()
    {
        var problems = new AdapterOptions { Sftp = new() { Host = "files.example", User = "liaison", Password = "a", PasswordFile = Path.Combine(root, "none") } }.Problems(inProcess: true);

        Assert.Contains(problems, p => p.StartsWith("Adapter:Sftp:HostKeys: is missing", StringComparison.Ordinal) && p.Contains("ssh-keygen -lf", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("Adapter:Sftp:PrivateKey: give one of", StringComparison.Ordinal));
    }
}
