using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Coordinator;

/// <summary>Says once a minute that this process runs, and what it believes: region, rules, keys, tables, options. The console shows it, and where two believe otherwise.</summary>
public sealed partial class SelfReport(
    HubBeliefs processes, Database database, Region region, KeyDirectory keys, PrivateKey key, HubOptions options, IConfiguration configuration, [FromKeyedServices(Watch.Technical)] TimeProvider technical, ILogger<SelfReport> log) : Rounds(TimeSpan.FromMinutes(1))
{
    readonly Guid processId = Guid.NewGuid();
    readonly DateTimeOffset startedAt = technical.GetUtcNow();

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> Next(CancellationToken cancellationToken)
    {
        await Report(cancellationToken);
        return null;
    }

    /// <inheritdoc/>
    protected override void Failed(Exception e) => ReportFailed(log, e);

    /// <summary>Reports once.</summary>
    public Task Report(CancellationToken cancellationToken) => processes.Heard(
        new()
        {
            ProcessId = processId,
            Machine = Environment.MachineName,
            StartedAt = startedAt,
            HeardAt = technical.GetUtcNow(),
            Beliefs = JsonSerializer.Serialize(Believes(), JsonSerializerOptions.Web),
        },
        cancellationToken);

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
    };

    [LoggerMessage(3801, LogLevel.Warning, "This process could not report itself; trying again in a minute")]
    static partial void ReportFailed(ILogger log, Exception e);
}
