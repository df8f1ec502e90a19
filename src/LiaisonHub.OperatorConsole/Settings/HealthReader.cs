using System.Text.Json.Serialization;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Messaging.Links;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Records;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Settings;

/// <summary>How one thing stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Condition>))]
public enum Condition
{
    /// <summary>As it should.</summary>
    Well,

    /// <summary>Somebody should look at it.</summary>
    Look,

    /// <summary>It keeps the hub from working.</summary>
    Bad,
}

/// <summary>One thing that was looked at.</summary>
public sealed record HealthCheck
{
    /// <summary>What was looked at.</summary>
    public required string Name { get; init; }

    /// <summary>How it stands.</summary>
    public required Condition Condition { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Page that says more. Null: none.</summary>
    public string? Page { get; init; }
}

/// <summary>How the hub stands.</summary>
public sealed record HealthBoard
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The clock for technical matters (UTC).</summary>
    public required DateTimeOffset Present { get; init; }

    /// <summary>True: the database does not answer, and nothing else was looked at.</summary>
    [JsonIgnore]
    public bool DatabaseAway { get; init; }

    /// <summary>The worst of them.</summary>
    public Condition Worst => Checks.Max(c => c.Condition);

    /// <summary>What was looked at, the worst first.</summary>
    public required IReadOnlyList<HealthCheck> Checks { get; init; }
}

/// <summary>Looks at everything the hub needs, and says why it stands as it does.</summary>
public sealed class HealthReader(
    Database database, Ledger ledger, WayReader ways, HubBeliefs beliefs, Deadlines deadlines, Outbox outbox, Quarantine quarantine, LinkReader links, AccountStore accounts, ConsoleOptions options, Region region, PublicKeys keys, LastVerification verified, Texts said, TimeProvider time,
    [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    // The clock looks four times a second; what is five minutes old was not looked at.
    static readonly TimeSpan ClockPatience = TimeSpan.FromMinutes(5), OutboxPatience = TimeSpan.FromMinutes(5);

    // As long before its end as a certificate warns first.
    static readonly int CalendarDays = Expiry.WarnAtDays[0];

    /// <summary>Looks at all of it. A database that does not answer is told, and then nothing else is.</summary>
    public async Task<HealthBoard> Read(CancellationToken cancellationToken)
    {
        var (now, present) = (time.GetUtcNow(), technical.GetUtcNow());
        var checks = new List<HealthCheck>();
        void Add(string name, Condition condition, Said reason, string? page = null) => checks.Add(new() { Name = said[$"settings.check-{name}"].Plain, Condition = condition, Reason = reason.Plain, Page = page });
        if (!await database.Ping(cancellationToken))
            return Away();
        var missing = database.Migrations(Schema.Hub).Where(m => !m.Done).ToList();
        Add("database", missing.Count == 0 ? Condition.Well : Condition.Bad, missing.Count == 0 ? said["settings.database-well"] : said["settings.migrations-missing", missing.Count, string.Join(", ", missing.Select(m => m.Name))]);

        var all = await beliefs.All(cancellationToken);
        var up = all.Count(p => present - p.HeardAt < SettingsReader.Patience);
        Add("processes", up > 0 ? Condition.Well : Condition.Look, up > 0 ? said["settings.processes-up", up] : said["settings.processes-gone", SettingsReader.Patience], "/settings#processes");

        var head = await ledger.Head(cancellationToken);
        var verification = await verified.Read(cancellationToken);
        Add("ledger", verification?.Finding is null ? Condition.Well : Condition.Bad,
            verification switch { null => said["settings.ledger-unverified", head.Size], { Finding: null, Head: var until } => said["settings.ledger-holds", until.Size], _ => said["settings.ledger-broken"] }, "/audit");

        var roads = await ways.Read(cancellationToken);
        var silent = roads.Heard.WorkerSilentSince;
        Add("worker", silent is null ? Condition.Well : Condition.Bad, silent is { } dead ? roads.Heard.Ended is null ? said["settings.worker-silent", present - dead] : InSentences(roads.Faults.Take(1)) : said["settings.worker-well"]);

        if (roads.OfBroker.ToList() is { Count: > 0 } faults)
            Add("broker", Condition.Bad, InSentences(faults), "/adapters#queues");
        else if (silent is null && roads.Heard.Adapters.Any(a => a.LookedAt is not null))
            Add("broker", Condition.Well, said["settings.broker-well"], "/adapters#queues");
        // Why they cannot be seen is the broker's matter.
        if (silent is null && roads.Core is { Look.Trouble: null } core)
        {
            var unread = roads.Faults.Where(f => f.What.Code == "core-unread").ToList();
            Add("core", unread is [] ? Condition.Well : Condition.Bad, unread is [] ? said["settings.core-well", core.Look.Queues.Where(q => q.Name != LinkQueues.Dead).Sum(q => q.Waiting)] : InSentences(unread), "/adapters#core");
        }
        if (roads.GivenUp is { Count: > 0 } givenUp)
            Add("dead-letters", Condition.Look, said["settings.dead-letters", givenUp.Sum(g => g.Messages), string.Join(", ", givenUp.Select(g => g.Of))], "/adapters#queues");

        var behind = await deadlines.NextLook(cancellationToken) is { } look && look < now - ClockPatience ? now - look : (TimeSpan?)null;
        Add("clock", behind is null ? Condition.Well : Condition.Bad, behind is { } late ? said["settings.clock-behind", late] : said["settings.clock-well"], "/stuck");

        var depths = await outbox.Depth(cancellationToken);
        var oldest = depths.Where(d => d.Oldest < now - OutboxPatience).Select(d => d.State).Order(StringComparer.Ordinal).ToList();
        Add("outbox", oldest.Count == 0 ? Condition.Well : Condition.Look, oldest.Count == 0 ? said["settings.outbox-well"] : said["settings.outbox-waits", string.Join(", ", oldest)], "/adapters#outbox");

        var waiting = (await quarantine.Counts(cancellationToken)).Sum(c => c.Waiting);
        Add("quarantine", waiting == 0 ? Condition.Well : Condition.Look, waiting == 0 ? said["settings.quarantine-empty"] : said["settings.quarantine-waits", waiting], "/quarantine");

        foreach (var state in (await links.Read(cancellationToken)).States)
        {
            // A state that has not joined yet is nobody's fault, as long as nothing waits for it.
            var joins = state is { Condition: LinkCondition.NeverHeard, Outbox: null, Quarantined: 0 };
            checks.Add(new()
            {
                Name = said["settings.check-adapter", state.State].Plain,
                Condition = joins || state.Warnings.Count == 0 ? Condition.Well : Condition.Look,
                Reason = joins ? said["settings.adapter-not-joined"].Plain : state.Warnings.Count == 0 ? said["settings.adapter-well"].Plain : Words.Sentences(state.Warnings.SelectMany(w => new[] { w.What.Plain, w.Clears.Plain }).Distinct()),
                Page = $"/adapters#{state.State}",
            });
        }

        // Where people sign in with passwords of this hub: elsewhere the provider says who is one.
        if (options.SignIn == SignInBy.Accounts)
        {
            var second = await accounts.HasUnmade(nameof(Role.Approver), cancellationToken);
            Add("second", second ? Condition.Well : Condition.Look, said[second ? "settings.second-well" : "settings.second-none"], "/audit");
        }

        var signs = keys.Now.All.Where(k => k is { Owner: PublicKey.HubOwner, Use: KeyUse.Sign } && k.ValidAt(now)).MaxBy(k => k.To);
        Add("hub-key", signs is null ? Condition.Bad : Expiry.Threshold(signs.To, now) is null ? Condition.Well : Condition.Look,
            signs is null ? said["settings.hub-key-none"] : said["settings.hub-key-ends", signs.To], "/adapters");

        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var ending = region.Calendars.Values.Where(c => c.Until < today.AddDays(CalendarDays)).OrderBy(c => c.Until).ToList();
        Add("calendars", ending is [] ? Condition.Well : ending[0].Until < today ? Condition.Bad : Condition.Look,
            ending is [] ? said["settings.calendars-well", region.Calendars.Values.Min(c => c.Until)] : said["settings.calendars-end", string.Join(", ", ending.Select(c => c.Code)), ending[0].Until]);
        return new() { At = now, Present = present, Checks = [.. checks.OrderByDescending(c => c.Condition)] };
    }

    /// <summary>How the hub stands while its database does not answer.</summary>
    public HealthBoard Away() => new()
    {
        At = time.GetUtcNow(),
        Present = technical.GetUtcNow(),
        Checks = [new() { Name = said["settings.check-database"].Plain, Condition = Condition.Bad, Reason = said["settings.database-away"].Plain }],
        DatabaseAway = true,
    };

    Said InSentences(IEnumerable<Verdict> faults) => said.Read(Words.Sentences(faults.SelectMany(f => new[] { said.Of(f.What).Plain, said.Of(f.Clears).Plain })));
}
