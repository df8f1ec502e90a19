using LiaisonHub.Casework.Stuck;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>Ready when the hub's database answers and has the hub's tables; degraded while the hub's worker stands still or does not reach the broker.</summary>
sealed class ConsoleHealth(Database database, Ledger ledger, WayReader ways) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!await database.Ping(cancellationToken))
            return HealthCheckResult.Unhealthy("The hub's database does not answer.");
        try
        {
            var head = await ledger.Head(cancellationToken);
            // The console itself works: a balancer in front of it sends people on. Strangers read this: what a server said may name it.
            var causes = (await ways.Read(cancellationToken)).Faults.Where(f => f.Owner == Owner.Hub && f.Cause is Cause.BrokerTrouble or Cause.HubStandsStill or Cause.MissingKey).Select(f => f.Cause).Distinct().ToList();
            if (causes.Count > 0)
                return HealthCheckResult.Degraded(string.Join(" ", causes.Select(c => c == Cause.BrokerTrouble ? "The hub does not reach the broker." : "The hub's worker does not run.")));
            return HealthCheckResult.Healthy($"The hub's database answers; the ledger has {head.Size} entries.");
        }
        catch (System.Data.Common.DbException e) when (!database.IsAway(e))
        {
            return HealthCheckResult.Unhealthy("The database answers, but has no tables of the hub that this console can read. Start the hub once, or run 'liaisonhub database migrate'.");
        }
    }

    /// <summary>The state in one word, and the reasons, as plain text.</summary>
    public static Task Write(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        var reasons = report.Entries.Where(e => e.Value.Description != null).Select(e => $"{e.Key}: {e.Value.Description}\n");
        return context.Response.WriteAsync($"{report.Status}\n{string.Concat(reasons)}", context.RequestAborted);
    }
}
