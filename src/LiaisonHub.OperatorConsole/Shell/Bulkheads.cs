using System.Threading.RateLimiting;
using LiaisonHub.OperatorConsole.Accounts;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>
/// What one person or program may ask for at once: a board that refreshes itself in twenty windows, or a script that takes every list at the same time, must not keep the connections to the database from the others, nor from
/// the checks of health. What is more waits for its turn; a crowd is refused (<see cref="ErrorCode.TooManyAtOnce"/>).
/// </summary>
static class Bulkheads
{
    /// <summary>Most pages and API calls of one caller at once, and most that wait behind them.</summary>
    internal const int Pages = 8, PagesWaiting = 200;

    /// <summary>Most files of one caller at once, and most that wait behind them. A file may hold 100,000 rows, and takes as long as the slowest line.</summary>
    internal const int Files = 2, FilesWaiting = 8;

    /// <summary>Adds them.</summary>
    public static void AddBulkheads(this IServiceCollection services) => services.AddRateLimiter(limits =>
    {
        limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, (string Caller, bool File)>(http =>
        {
            // Health is asked for by whoever restarts a console that does not answer: it never waits.
            if (http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
                return RateLimitPartition.GetNoLimiter(("", false));
            // Without an account the machine that asks counts; behind a proxy that is one for all, and what is open to all is small.
            var caller = Caller.Of(http.User)?.AccountId?.ToString() ?? $"{http.Connection.RemoteIpAddress}";
            return Path.GetExtension(http.Request.Path.Value) is ".csv" or ".json" or ".jsonl"
                ? RateLimitPartition.GetConcurrencyLimiter((caller, true), _ => new() { PermitLimit = Files, QueueLimit = FilesWaiting })
                : RateLimitPartition.GetConcurrencyLimiter((caller, false), _ => new() { PermitLimit = Pages, QueueLimit = PagesWaiting });
        });
        limits.OnRejected = (refused, _) =>
        {
            refused.HttpContext.Response.Headers.RetryAfter = "5";
            return new(Failures.Write(refused.HttpContext, ErrorCode.TooManyAtOnce, "shell.too-many"));
        };
    });
}
