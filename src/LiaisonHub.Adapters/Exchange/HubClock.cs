using Microsoft.Extensions.Logging;

namespace LiaisonHub.Adapters.Exchange;

/// <summary>Compares this machine's clock with the hub's. A notice may have waited for weeks, so only one that is dated ahead says something: the hub cannot have written it later than now.</summary>
public sealed partial class HubClock(TimeProvider time, ILogger<HubClock> log)
{
    static readonly TimeSpan Allowed = TimeSpan.FromMinutes(5);

    TimeSpan? behind;

    /// <summary>What is wrong, for health. Null: nothing that could be seen.</summary>
    public string? Trouble => behind is { } by ? $"This machine's clock is {by:d\\.hh\\:mm\\:ss} behind the hub's: claimed times are wrong. Set it, and let NTP keep it." : null;

    /// <summary>A notice of the hub was taken.</summary>
    internal void Saw(DateTimeOffset dated)
    {
        var ahead = dated - time.GetUtcNow();
        if (ahead <= Allowed)
        {
            behind = null;
            return;
        }

        if (behind is null)
            ClockBehind(log, ahead);
        behind = ahead;
    }

    [LoggerMessage(4202, LogLevel.Warning, "The clock of this machine is {Behind} behind the hub's; set it, and let NTP keep it")]
    static partial void ClockBehind(ILogger log, TimeSpan behind);
}
