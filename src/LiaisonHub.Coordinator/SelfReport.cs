using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Coordinator;

/// <summary>
/// Says once a minute that this process runs, and what it believes: region, rules, keys, tables, options. The console shows it, and where two believe otherwise. It says as well how the hub's own queues stand, which only
/// the hub may look at.
/// </summary>
public sealed partial class SelfReport(
    HubBeliefs processes, Database database, Region region, KeyDirectory keys, PrivateKey key, HubOptions options, IConfiguration configuration, [FromKeyedServices(Watch.Technical)] TimeProvider technical, ILogger<SelfReport> log,
    BrokerOptions? broker = null) : Rounds(TimeSpan.FromMinutes(1))
{
    readonly Guid processId = Guid.NewGuid();
    readonly DateTimeOffset startedAt = technical.GetUtcNow();

    // What is wrong with the hub's own queues is looked at again soon: it is told as long as it is so, and hardly longer.
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    CoreLook? core;

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> Next(CancellationToken cancellationToken)
    {
        await Report(cancellationToken);
        return core?.UnwellSince is null ? null : Soon;
    }

    /// <inheritdoc/>
    protected override void Failed(Exception e) => ReportFailed(log, e);

    /// <summary>Reports once.</summary>
    public async Task Report(CancellationToken cancellationToken)
    {
        core = await Look(cancellationToken);
        await processes.Heard(
            new()
            {
                ProcessId = processId,
                Machine = Environment.MachineName,
                StartedAt = startedAt,
                HeardAt = technical.GetUtcNow(),
                Beliefs = JsonSerializer.Serialize(Believes(), JsonSerializerOptions.Web),
            },
            cancellationToken);
    }

    // Null: within one process there is no broker.
    async Task<CoreLook?> Look(CancellationToken cancellationToken)
    {
        if (broker is null)
            return null;
        var look = await CoreBus.Look(broker, cancellationToken);
        var unwell = look.Trouble is not null || look.Queues.Any(q => q.Readers == 0 && q.Name != LinkQueues.Dead);
        return new([.. look.Queues.Where(q => !q.Missing).Select(q => new CoreQueue(q.Name, q.Waiting, q.Readers))], look.Trouble, unwell ? core?.UnwellSince ?? technical.GetUtcNow() : null);
    }

    Beliefs Believes() => new()
    {
        Program = Answers.Program,
        Contracts = Wire.Version,
        Region = region.Name,
        RegionVersion = region.Version,
        Rules = [.. region.Catalogue.Counts.Select(c => new RuleCount(c.Name, c.Rows, c.Verified))],
        Calendars = region.Calendars.Values.OrderBy(c => c.Code, StringComparer.Ordinal).ToDictionary(c => c.Code, c => c.Until),
        KeysKnown = keys.Digest,
        SignsWith = key.KeyId,
        Database = database.Kind,
        Schema = database.Migrations(Schema.Hub).LastOrDefault(m => m.Done)?.Name ?? "",
        Options = OptionLines.Of(options, new HubOptions(), HubOptions.Section, configuration),
        Core = core,
    };

    [LoggerMessage(3801, LogLevel.Warning, "This process could not report itself; trying again in a minute")]
    static partial void ReportFailed(ILogger log, Exception e);
}
