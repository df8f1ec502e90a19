using LiaisonHub.IntegrationTests.Servers;

[assembly: AssemblyFixture(typeof(SftpServer))]

namespace LiaisonHub.IntegrationTests.Servers;

/// <summary>An SSH server that serves files alone, of a folder of its own, to one user by his key. Started by the first test that asks for it and shared by all.</summary>
public sealed class SftpServer : IAsyncLifetime
{
    const string Program = "/usr/sbin/sshd";

    readonly SemaphoreSlim starting = new(1, 1);
    readonly string folder = OperatingSystem.IsLinux() ? ServerProcess.NewFolder("sftp") : "", keys = Directory.CreateTempSubdirectory("sftp-keys").FullName;
    ServerProcess? process;

    /// <summary>Its port.</summary>
    public int Port { get; private set; }

    /// <summary>Who may log in.</summary>
    public string User { get; private set; } = "";

    /// <summary>The user's private key.</summary>
    public string Key => Path.Combine(keys, "user");

    /// <summary>A private key the server does not know.</summary>
    public string StrangersKey => Path.Combine(keys, "stranger");

    /// <summary>Fingerprint of the server's key.</summary>
    public string HostKey { get; private set; } = "";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the server unless it runs, or skips the test with the reason.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        await starting.WaitAsync(cancellationToken);
        try
        {
            if (process is not null)
                return;
            if (!File.Exists(Program))
                Origin.Missing("This test needs an SSH server: 'apt-get install openssh-server' (it need not run as a service). './infra/test.sh' does that.");
            Port = ServerProcess.FreePorts(1)[0];
            (User, _) = await Unprivileged.Names(cancellationToken);
            foreach (var key in new[] { Path.Combine(folder, "host"), Key, StrangersKey })
                await Run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], cancellationToken);
            HostKey = (await Run(["ssh-keygen", "-lf", Path.Combine(folder, "host.pub")], cancellationToken)).Split(' ')[1];
            File.Copy($"{Key}.pub", Path.Combine(folder, "authorized"));
            // Without PAM it takes the account for locked, whose shadow entry it may not read.
            await File.WriteAllTextAsync(Path.Combine(folder, "sshd.conf"), $"""
                ListenAddress 127.0.0.1
                Port {Port}
                HostKey {folder}/host
                PidFile none
                AuthorizedKeysFile {folder}/authorized
                StrictModes no
                UsePAM yes
                PasswordAuthentication no
                Subsystem sftp internal-sftp
                ForceCommand internal-sftp
                """, cancellationToken);
            await Unprivileged.Give(folder, cancellationToken);
            process = await ServerProcess.Start(folder, "TERM", "kill -TERM $server", [.. Unprivileged.Prefix, Program, "-D", "-e", "-f", Path.Combine(folder, "sshd.conf")], new Dictionary<string, string>(), cancellationToken);
            await Unprivileged.Answers(Port, process, Path.Combine(folder, "output.txt"), cancellationToken);
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>A folder on the server that no other test uses.</summary>
    public async Task<string> NewFolder(CancellationToken cancellationToken)
    {
        var made = Directory.CreateDirectory(Path.Combine(folder, $"{Guid.CreateVersion7():N}")).FullName;
        await Unprivileged.Give(made, cancellationToken);
        return made;
    }

    /// <summary>Writes a file on the server as its owner would.</summary>
    public static async Task Write(string path, string text, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(path, text, cancellationToken);
        await Unprivileged.Give(path, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        foreach (var left in new[] { folder, keys })
            if (Directory.Exists(left))
                Directory.Delete(left, recursive: true);
        starting.Dispose();
    }

    static async Task<string> Run(string[] command, CancellationToken cancellationToken)
    {
        var (code, said) = await ServerProcess.Run(TimeSpan.FromSeconds(30), command, cancellationToken);
        Assert.True(code == 0, said);
        return said;
    }
}
