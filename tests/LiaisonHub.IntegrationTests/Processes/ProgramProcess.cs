using System.Collections.Concurrent;
using System.Diagnostics;
using LiaisonHub.IntegrationTests.Servers;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>One of the product's own programs as an operating-system process, started as an administrator would start it: with environment variables, nothing else.</summary>
public sealed class ProgramProcess : IAsyncDisposable
{
    readonly ConcurrentQueue<string> said = new();
    readonly string program;
    readonly IReadOnlyDictionary<string, string> environment;
    readonly string folder;
    readonly IReadOnlyList<string> arguments;
    Process? process;

    public ProgramProcess(string program, string folder, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> arguments)
    {
        this.program = program;
        this.folder = folder;
        this.environment = environment;
        this.arguments = arguments;
        Directory.CreateDirectory(folder);
    }

    /// <summary>What it said so far, both streams.</summary>
    public string Said => string.Join('\n', said);

    public int Id => process!.Id;

    public bool Runs => process is { HasExited: false };

    /// <summary>It has been stopped, and not been told to go on.</summary>
    public bool Stands => Runs && File.ReadAllText($"/proc/{Id}/stat") is var stat && stat[stat.LastIndexOf(')') + 2] == 'T';

    /// <param name="crashAt">A <see cref="Messaging.CrashPoint"/> at which it is to end itself; null: none.</param>
    /// <param name="stopAt">A <see cref="Messaging.CrashPoint"/> at which it is to stop; null: none.</param>
    public void Start(string? crashAt = null, string? stopAt = null)
    {
        // A shell that runs the tests in the background lets them, and so their children, ignore SIGINT; a program started by a person does not ignore it. 'env' becomes the program: its id stays.
        var start = new ProcessStartInfo("env") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false, WorkingDirectory = folder };
        foreach (var part in new[] { "--default-signal=INT", "dotnet", Built(program) })
            start.ArgumentList.Add(part);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        if (crashAt != null)
            start.Environment[Messaging.CrashPoint.Variable] = crashAt;
        if (stopAt != null)
            start.Environment[Messaging.CrashPoint.StopVariable] = stopAt;
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        process = Process.Start(start)!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Ends it as a power failure would, and returns when it is gone.</summary>
    public async Task Kill()
    {
        await ServerProcess.Kill(process!.Id);
        process.Dispose();
        process = null;
    }

    /// <summary>Sends it a signal, for example <c>STOP</c>, <c>CONT</c>, <c>INT</c>, <c>TERM</c>.</summary>
    public async Task Signal(string name, CancellationToken cancellationToken)
    {
        var (code, told) = await ServerProcess.Run(TimeSpan.FromSeconds(10), ["kill", $"-{name}", $"{Id}"], cancellationToken);
        Assert.True(code == 0, told);
    }

    /// <summary>Waits for it to end by itself; returns its exit code.</summary>
    public async Task<int> Ended(CancellationToken cancellationToken)
    {
        await process!.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
            await Kill();
        process?.Dispose();
    }

    /// <summary>A program as it was built, in its own folder with its own dependencies, not as a copy beside the tests.</summary>
    public static string Built(string program)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(here.Parent!.Parent!.FullName, program == "liaisonhub" ? "LiaisonHub.Cli" : program, here.Name, program + ".dll");
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data == null)
            return;
        said.Enqueue(line.Data);
        while (said.Count > 2000)
            said.TryDequeue(out _);
    }
}

/// <summary>Waits for something to become true in other processes, where nothing tells us when.</summary>
static class Until
{
    public static async Task<T> Found<T>(Func<Task<T?>> look, TimeSpan patience, Func<string> otherwise, CancellationToken cancellationToken)
        where T : class
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await look() is { } found)
                return found;
            if (TimeProvider.System.GetElapsedTime(started) > patience)
                Assert.Fail(otherwise());
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    public static async Task True(Func<Task<bool>> look, TimeSpan patience, Func<string> otherwise, CancellationToken cancellationToken) =>
        await Found(async () => await look() ? "" : null, patience, otherwise, cancellationToken);
}
