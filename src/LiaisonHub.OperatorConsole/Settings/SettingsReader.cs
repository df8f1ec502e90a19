using System.Reflection;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Settings;

/// <summary>A key, without what is secret of it.</summary>
/// <param name="Owner">The state; HUB: the hub.</param>
/// <param name="Use">What it is for.</param>
/// <param name="KeyId">Its id.</param>
/// <param name="From">Valid from (UTC).</param>
/// <param name="To">Valid until (UTC).</param>
/// <param name="Status">How it stands now.</param>
/// <param name="EndsWithinDays">The warning that is due: 90, 30, 7 or 1 days before its end. Null: none, or its successor is published.</param>
public sealed record KeyLine(string Owner, KeyUse Use, string KeyId, DateTimeOffset From, DateTimeOffset To, KeyStatus Status, int? EndsWithinDays);

/// <summary>A process of the hub.</summary>
/// <param name="ProcessId">Made anew at each start.</param>
/// <param name="Machine">Name of the machine.</param>
/// <param name="StartedAt">When it was started (UTC).</param>
/// <param name="HeardAt">When it last reported (UTC).</param>
/// <param name="Up">False: it should have reported since.</param>
/// <param name="Beliefs">What it believes. Null: this console cannot read it.</param>
/// <param name="Differs">Where it believes otherwise than this console, one line each. Empty: nowhere.</param>
public sealed record ProcessLine(Guid ProcessId, string Machine, DateTimeOffset StartedAt, DateTimeOffset HeardAt, bool Up, Beliefs? Beliefs, IReadOnlyList<string> Differs);

/// <summary>What this hub believes.</summary>
public sealed record SettingsBoard
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Version of the program.</summary>
    public required string Program { get; init; }

    /// <summary>Version of the contracts.</summary>
    public required string Contracts { get; init; }

    /// <summary>Acts and notices of the contracts.</summary>
    public required int ActsAndNotices { get; init; }

    /// <summary>Name of the region.</summary>
    public required string Region { get; init; }

    /// <summary>Version of its data.</summary>
    public required string DataVersion { get; init; }

    /// <summary>Its states.</summary>
    public required IReadOnlyList<string> States { get; init; }

    /// <summary>The procedures.</summary>
    public required IReadOnlyList<string> Procedures { get; init; }

    /// <summary>Lists of rules.</summary>
    public required IReadOnlyList<RuleCount> Rules { get; init; }

    /// <summary>Calendars, with the last day whose holidays are known.</summary>
    public required IReadOnlyDictionary<string, DateOnly> Calendars { get; init; }

    /// <summary>Kind of the database.</summary>
    public required string Database { get; init; }

    /// <summary>Scripts that make its tables.</summary>
    public required IReadOnlyList<MigrationState> Migrations { get; init; }

    /// <summary>Keys of the hub and of the states.</summary>
    public required IReadOnlyList<KeyLine> Keys { get; init; }

    /// <summary>Processes of the hub, those that reported within a week.</summary>
    public required IReadOnlyList<ProcessLine> Processes { get; init; }

    /// <summary>Options of this console.</summary>
    public required IReadOnlyList<OptionLine> Options { get; init; }
}

/// <summary>Reads what this hub believes.</summary>
public sealed class SettingsReader(
    Database database, HubBeliefs processes, Region region, Rules rules, PublicKeys keys, ConsoleOptions options, IConfiguration configuration, Texts texts, TimeProvider time, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    // A hub reports every minute.
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Reads all of it.</summary>
    public async Task<SettingsBoard> Read(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var program = typeof(SettingsReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var migrations = database.Migrations(Schema.Hub);
        var own = new Beliefs
        {
            Program = program,
            Contracts = Wire.Version,
            Region = region.Name,
            RegionVersion = region.Version,
            Rules = [.. region.Catalogue.Counts.Select(c => new RuleCount(c.Name, c.Rows, c.Verified))],
            Calendars = region.Calendars.Values.OrderBy(c => c.Code, StringComparer.Ordinal).ToDictionary(c => c.Code, c => c.Until),
            KeysKnown = keys.Now.Digest,
            Database = database.Kind,
            Schema = migrations.LastOrDefault(m => m.Done)?.Name ?? "",
            Options = OptionLines.Of(options, new ConsoleOptions(), ConsoleOptions.Section, configuration),
        };
        return new()
        {
            At = now,
            Program = own.Program,
            Contracts = own.Contracts,
            ActsAndNotices = Acts.All.Count + Notices.All.Count,
            Region = own.Region,
            DataVersion = own.RegionVersion,
            States = [.. region.States.Values.OrderBy(s => s.Code, StringComparer.Ordinal).Select(s => $"{s.Code} {s.Name}")],
            Procedures = [.. rules.Sheets.Select(s => s.Name)],
            Rules = own.Rules,
            Calendars = own.Calendars,
            Database = own.Database,
            Migrations = migrations,
            Keys = [.. keys.Now.All.Where(k => k.To > now).OrderBy(k => k.Owner != PublicKey.HubOwner).ThenBy(k => k.Owner, StringComparer.Ordinal).ThenBy(k => k.Use).ThenBy(k => k.To).Select(k => new KeyLine(k.Owner, k.Use, k.KeyId, k.From, k.To, keys.Now.StatusOf(k, now), keys.Now.IsFollowed(k) ? null : Expiry.Threshold(k.To, now)))],
            Processes = [.. (await processes.All(cancellationToken)).Select(p => Line(p, own))],
            Options = own.Options,
        };
    }

    ProcessLine Line(BelievingProcess process, Beliefs own)
    {
        Beliefs? beliefs = null;
        try
        {
            beliefs = JsonSerializer.Deserialize<Beliefs>(process.Beliefs, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            // Of another version: its line says so.
        }
        return new(process.ProcessId, process.Machine, process.StartedAt, process.HeardAt, technical.GetUtcNow() - process.HeardAt < Patience, beliefs, beliefs is null ? [texts["settings.cannot-be-read"].Plain] : [.. Differences(beliefs, own)]);
    }

    IEnumerable<string> Differences(Beliefs its, Beliefs own)
    {
        string? Differ(string what, string theirs, string here) => theirs == here ? null : texts["settings.differs", texts[$"settings.{what}"], theirs, here].Plain;
        return new[]
        {
            Differ("program", its.Program.Split('+')[0], own.Program.Split('+')[0]), Differ("contracts", its.Contracts, own.Contracts), Differ("region", $"{its.Region} {its.RegionVersion}", $"{own.Region} {own.RegionVersion}"),
            Differ("rules", string.Join(", ", its.Rules.Select(r => $"{r.Name} {r.Rows}/{r.Verified}")), string.Join(", ", own.Rules.Select(r => $"{r.Name} {r.Rows}/{r.Verified}"))),
            Differ("calendars", string.Join(", ", its.Calendars.Select(c => $"{c.Key} {c.Value:O}")), string.Join(", ", own.Calendars.Select(c => $"{c.Key} {c.Value:O}"))),
            Differ("schema", its.Schema, own.Schema), Differ("keys-known", its.KeysKnown, own.KeysKnown),
        }.OfType<string>();
    }
}
