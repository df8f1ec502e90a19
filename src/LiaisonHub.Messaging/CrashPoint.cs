using System.Diagnostics;
using System.Globalization;

namespace LiaisonHub.Messaging;

/// <summary>Named places around commit, acknowledge and publish where a test ends the process as a power failure would, or freezes it as an overloaded machine would. Nothing of it is in a release build.</summary>
public static class CrashPoint
{
    /// <summary>The environment variable that names the place where the process ends.</summary>
    public const string Variable = "LIAISONHUB_CRASH_AT";

    /// <summary>The environment variable that names the place where the process stops (SIGSTOP), each time it comes there, until somebody lets it go on (SIGCONT).</summary>
    public const string StopVariable = "LIAISONHUB_STOP_AT";

    public const string EdgeBeforeJournal = "edge.before-journal";
    public const string EdgeBeforeAcknowledge = "edge.before-acknowledge";
    public const string ClockAfterClaim = "clock.after-claim";
    public const string CoreBeforeCommit = "core.before-commit";
    public const string CoreBeforeAcknowledge = "core.before-acknowledge";
    public const string OutboxBeforePublish = "outbox.before-publish";
    public const string OutboxAfterPublish = "outbox.after-publish";
    public const string RepairForeseen = "repair.foreseen";
    public const string RepairBeforeCommit = "repair.before-commit";
    public const string RepairAfterCommit = "repair.after-commit";
    public const string RepairAfterTaking = "repair.after-taking";
    public const string DeadLetterBeforeAcknowledge = "dead-letter.before-acknowledge";
    public const string ConsoleBeforeAnswer = "console.before-answer";
    public const string AdapterBeforePublish = "adapter.before-publish";
    public const string AdapterAfterPublish = "adapter.after-publish";
    public const string AdapterBeforeAcknowledge = "adapter.before-acknowledge";
    public const string AdapterAfterTaking = "adapter.after-taking";
    public const string AdapterAfterHandOver = "adapter.after-hand-over";

    /// <summary>Ends or stops the process here when the environment says so.</summary>
    [Conditional("DEBUG")]
    public static void At(string name)
    {
        if (Environment.GetEnvironmentVariable(Variable) == name)
            Process.GetCurrentProcess().Kill();
        if (Environment.GetEnvironmentVariable(StopVariable) == name)
            // The signal is there before the program that sent it has ended, so nothing after this line is done before the process goes on.
            using (var stop = Process.Start("kill", ["-STOP", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]))
                stop.WaitForExit();
    }
}
