using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LiaisonHub.IntegrationTests.Servers;

/// <summary>
/// A server started from this machine's own packages, with a folder of its own. It never outlives the test run, however that ends: a guard shell holds a pipe to us, and when the pipe
/// closes it ends the server and deletes the folder. The guard has a session of its own, so that what ends our process group spares it.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    // "keep" on its input ends the server cleanly and leaves the folder (it will start again on the same data); anything else, or the end of our process, ends both in a hurry.
    const string Guard = """
        folder=$1; signal=$2; hurry=$3; shift 3
        cd /
        "$@" </dev/null >>"$folder/output.txt" 2>&1 &
        server=$!
        echo $server
        read -r word || word=gone
        if [ "$word" = keep ]; then kill -"$signal" $server; wait $server; exit 0; fi
        eval "$hurry"
        wait $server
        rm -rf "$folder"
        """;

    readonly Process guard;

    ServerProcess(Process guard, int id)
    {
        this.guard = guard;
        Id = id;
    }

    /// <summary>The process started; for RabbitMQ this is the shell around the virtual machine.</summary>
    public int Id { get; }

    /// <summary>Starts <paramref name="command"/> under guard, with <paramref name="environment"/> in addition to ours. It owns <paramref name="folder"/> from now on.
    /// <paramref name="signal"/> (TERM, INT) asks this server to end cleanly; <paramref name="hurry"/> is what the shell runs to end it when its data no longer matter.</summary>
    public static async Task<ServerProcess> Start(
        string folder, string signal, string hurry, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("setsid") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["sh", "-c", Guard, "guard", folder, signal, hurry, .. command])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var guard = Process.Start(start)!;
        var id = await guard.StandardOutput.ReadLineAsync(cancellationToken);
        return new ServerProcess(guard, int.Parse(id!, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Ends the server; the folder stays.</summary>
    public Task Stop() => End("keep");

    public async ValueTask DisposeAsync() => await End("delete");

    async Task End(string word)
    {
        if (guard.HasExited)
            return;
        await guard.StandardInput.WriteLineAsync(word);
        guard.StandardInput.Close();
        await guard.WaitForExitAsync(CancellationToken.None);
        guard.Dispose();
    }

    /// <summary>Ends one process of ours without asking, and returns when it is gone.</summary>
    public static async Task Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (ArgumentException)
        {
            return; // Gone already.
        }
        while (Runs(id))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    }

    /// <summary>Does the process live? One that is dead but not yet buried by its parent (in a container perhaps never) does not.</summary>
    public static bool Runs(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>A folder of its own in the temporary directory that other users may pass through but not list.</summary>
    public static string NewFolder(string name)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"liaisonhub-{name}-{Guid.NewGuid():n}"[..28]);
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Servers are started from their packages on Linux only.");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return folder;
    }

    /// <summary>Ports nobody listens on now, all different.</summary>
    public static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
            listener.Start();
        var ports = listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
            listener.Stop();
        return ports;
    }

    /// <summary>The first of some free ports in a row, below those the system gives to outgoing connections.</summary>
    public static int FreeRow(int count)
    {
        while (true)
        {
            var first = Random.Shared.Next(20_000, 32_000);
            var listeners = Enumerable.Range(first, count).Select(port => new TcpListener(IPAddress.Loopback, port)).ToArray();
            try
            {
                foreach (var listener in listeners)
                    listener.Start();
                return first;
            }
            catch (SocketException)
            {
                // One is taken: look on.
            }
            finally
            {
                foreach (var listener in listeners)
                    listener.Stop();
            }
        }
    }

    /// <summary>Runs a short program to its end. Returns its exit code and all it said.</summary>
    public static async Task<(int Code, string Said)> Run(
        TimeSpan patience, IReadOnlyList<string> command, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, string.Concat(said));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill();
            return (-1, $"{command[0]} did not end within {patience}.");
        }
    }

    /// <summary>The end of a text file, for messages about a server that did not come up.</summary>
    public static string Tail(string file) => File.Exists(file) ? string.Join('\n', File.ReadLines(file).TakeLast(20)) : "";
}

/// <summary>Where a server may come from when the environment names none.</summary>
static class Origin
{
    static readonly Lazy<Task<bool>> Engine = new(async () =>
    {
        try
        {
            return (await ServerProcess.Run(TimeSpan.FromSeconds(5), ["docker", "info", "--format", "{{.ServerVersion}}"], CancellationToken.None)).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // No docker client.
        }
    });

    /// <summary>Does a Docker engine answer?</summary>
    public static Task<bool> Docker => Engine.Value;

    /// <summary>A missing server skips the test at home and fails it where CI is set: a build server that lost its broker must not stay green.</summary>
    public static void Missing(string remedy)
    {
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 } and not "false" and not "0")
            Assert.Fail(remedy);
        Assert.Skip(remedy);
    }
}
