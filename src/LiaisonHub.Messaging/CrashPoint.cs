using System.Diagnostics;

namespace LiaisonHub.Messaging;

/// <summary>Named places around commit, acknowledge and publish where a test ends the process as a power failure would. Nothing of it is in a release build.</summary>
public static class CrashPoint
{
    /// <summary>The environment variable that names the place.</summary>
    public const string Variable = "LIAISONHUB_CRASH_AT";

    public const string EdgeBeforeJournal = "edge.before-journal";
    public const string EdgeBeforeAcknowledge = "edge.before-acknowledge";
    public const string ClockAfterClaim = "clock.after-claim";
    public const string CoreBeforeCommit = "core.before-commit";
    public const string CoreBeforeAcknowledge = "core.before-acknowledge";
    public const string OutboxBeforePublish = "outbox.before-publish";
    public const string OutboxAfterPublish = "outbox.after-publish";
    public const string AdapterBeforePublish = "adapter.before-publish";
    public const string AdapterAfterPublish = "adapter.after-publish";
    public const string AdapterBeforeAcknowledge = "adapter.before-acknowledge";
    public const string AdapterAfterTaking = "adapter.after-taking";
    public const string AdapterAfterHandOver = "adapter.after-hand-over";

    /// <summary>Ends the process here when the environment says so.</summary>
    [Conditional("DEBUG")]
    public static void At(string name)
    {
        if (Environment.GetEnvironmentVariable(Variable) == name)
            Process.GetCurrentProcess().Kill();
    }
}
