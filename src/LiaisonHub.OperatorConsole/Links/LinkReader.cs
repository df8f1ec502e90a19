using System.Text.Json.Serialization;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Messaging.Links;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Links;

/// <summary>How an adapter stands, in one word.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LinkCondition>))]
public enum LinkCondition
{
    /// <summary>The hub hears it.</summary>
    [JsonStringEnumMemberName("up")]
    Up,

    /// <summary>It is worked on, as was announced.</summary>
    [JsonStringEnumMemberName("maintenance")]
    Maintenance,

    /// <summary>It says that it cannot work without a private key.</summary>
    [JsonStringEnumMemberName("no key")]
    NoKey,

    /// <summary>It should have been heard since.</summary>
    [JsonStringEnumMemberName("silent")]
    Silent,

    /// <summary>It has not joined yet.</summary>
    [JsonStringEnumMemberName("never heard")]
    NeverHeard,

    /// <summary>Nobody can hear it, and it is not to blame.</summary>
    [JsonStringEnumMemberName("not known")]
    NotKnown,
}

/// <summary>What is not as it should be at an adapter or a link.</summary>
/// <param name="What">What is so.</param>
/// <param name="Clears">What would clear it.</param>
public sealed record LinkWarning(Said What, Said Clears);

/// <summary>One state's adapter and link.</summary>
public sealed record LinkBoard
{
    /// <summary>Code of the state.</summary>
    public required string State { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How it stands.</summary>
    public required LinkCondition Condition { get; init; }

    /// <summary>The same for those who read English.</summary>
    [JsonIgnore]
    public string ConditionInWords => Words.Spaced(Condition.ToString()).ToLowerInvariant();

    /// <summary>What is not as it should be. Empty: all is well.</summary>
    public required IReadOnlyList<LinkWarning> Warnings { get; init; }

    /// <summary>What it last reported. Null: the hub awaits nothing of it yet.</summary>
    public AdapterStanding? Standing { get; init; }

    /// <summary>How far its own clock is ahead of the hub's, by its last report. Null: never heard.</summary>
    public TimeSpan? Skew { get; init; }

    /// <summary>What waits at the hub for it. Null: nothing.</summary>
    public OutboxDepth? Outbox { get; init; }

    /// <summary>Numbers in and out. Null: nothing was exchanged yet.</summary>
    public LinkNumbers? Numbers { get; init; }

    /// <summary>Numbers that never came. Null: none is missing.</summary>
    public SequenceGap? Gap { get; init; }

    /// <summary>The level of conformance its adapter earned. Null: it was never examined here.</summary>
    public ConformanceStanding? Conformance { get; init; }

    /// <summary>The queues at the broker as the hub last saw them. Empty: it has not.</summary>
    public required IReadOnlyList<QueueLook> Queues { get; init; }

    /// <summary>The last test of its link from here. Null: none ever.</summary>
    public LinkTestBoard? Test { get; init; }

    /// <summary>What waits in the hub's quarantine.</summary>
    public required int Quarantined { get; init; }

    /// <summary>Its keys in the hub's directory, those that ended last week or before left out.</summary>
    public required IReadOnlyList<KeyStanding> Keys { get; init; }
}

/// <summary>One key of the directory.</summary>
public sealed record KeyStanding
{
    /// <summary>State or <c>HUB</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>Signs, or opens seals.</summary>
    public required KeyUse Use { get; init; }

    /// <summary>RFC 7638 thumbprint.</summary>
    public required string KeyId { get; init; }

    /// <summary>Valid from (UTC).</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Valid until (UTC).</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Valid now.</summary>
    public required bool Valid { get; init; }

    /// <summary>How it stands now; two may be valid side by side.</summary>
    public required KeyStatus Status { get; init; }

    /// <summary>When the hub last saw it in use, to the hour (UTC). Null: never.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>The warning that is due: 90, 30, 7 or 1 days before its end. Null: none, or its successor is published.</summary>
    public int? EndsWithinDays { get; init; }

    /// <summary>Why somebody should look at it. Null: nobody needs to.</summary>
    public Said? Warning { get; init; }
}

/// <summary>All adapters.</summary>
public sealed record AdaptersBoard
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The clock for technical matters (UTC): signs of life run on it.</summary>
    public required DateTimeOffset Present { get; init; }

    /// <summary>The states, by code.</summary>
    public required IReadOnlyList<LinkBoard> States { get; init; }

    /// <summary>The hub's own queues. Null: no process of the hub has seen them, or hub and adapters are one process.</summary>
    public CoreStanding? Core { get; init; }

    /// <summary>The hub's own keys.</summary>
    public required IReadOnlyList<KeyStanding> HubKeys { get; init; }
}

/// <summary>Reads adapters, links and keys.</summary>
public sealed class LinkReader(
    WayReader ways, ConformanceReader conformance, LinkTestDesk tests, Outbox outbox, Journal journal, HubFigures figures, KeysSeen keysSeen, PublicKeys keys, Region region, Texts texts, TimeProvider time, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    static readonly TimeSpan SkewAllowed = TimeSpan.FromSeconds(30);

    /// <summary>Reads all of it.</summary>
    public async Task<AdaptersBoard> Read(CancellationToken cancellationToken)
    {
        var (now, present) = (time.GetUtcNow(), technical.GetUtcNow());
        var roads = await ways.Read(cancellationToken);
        var heard = roads.Heard;
        var standings = heard.Adapters.ToDictionary(a => a.State);
        var levels = await conformance.All(cancellationToken);
        var tested = await tests.Latest(cancellationToken);
        var depths = (await outbox.Depth(cancellationToken)).ToDictionary(d => d.State);
        var numbers = (await figures.LinksSoFar(cancellationToken)).ToDictionary(n => n.State);
        var gaps = (await journal.Gaps(200, cancellationToken)).ToLookup(g => g.State);
        var seen = await keysSeen.All(cancellationToken);
        var quarantined = (await figures.Quarantined(cancellationToken)).ToLookup(g => g.State, g => g.Messages);
        return new()
        {
            At = now,
            Present = present,
            States = [.. region.States.Values.OrderBy(s => s.Code, StringComparer.Ordinal).Select(state => Board(
                state, standings.GetValueOrDefault(state.Code), levels.GetValueOrDefault(state.Code), depths.GetValueOrDefault(state.Code), numbers.GetValueOrDefault(state.Code), gaps[state.Code].FirstOrDefault(), quarantined[state.Code].Sum(), seen, roads, now, present) with { Test = tested.GetValueOrDefault(state.Code) })],
            Core = roads.Core,
            HubKeys = Keys(PublicKey.HubOwner, seen, now),
        };
    }

    LinkBoard Board(StateProfile state, AdapterStanding? standing, ConformanceStanding? level, OutboxDepth? depth, LinkNumbers? numbers, SequenceGap? gap, int quarantined, IReadOnlyDictionary<string, DateTimeOffset> seen, WayBoard roads, DateTimeOffset now, DateTimeOffset present)
    {
        var (heard, skew) = (roads.Heard, roads.Ways[state.Code].ClockAhead);
        var warnings = new List<LinkWarning>();
        // What clears it is said as on the board of stuck requests, where that says it too.
        void Warn(Said what, string clears, params IReadOnlyList<object> facts) => warnings.Add(new(what, texts.Of(new Sentence(clears, facts))));
        var own = Keys(state.Code, seen, now);
        if (standing is { MissingKey: { } lacking, MissingKeySince: { } said })
            Warn(texts["links.warn-key-missing", said, lacking[..12]], "restore-adapter-key", state.Code);
        else if (standing?.HeardAt == null)
            Warn(texts["links.warn-never-heard"], "start-adapter", state.Code);
        else if (heard.WorkerSilentSince is { } standsStill)
            Warn(texts["links.warn-worker-silent", standsStill], "start-worker");
        else if (standing.CutOffSince is { } cutOff)
            Warn(texts["links.warn-cut-off", cutOff], "start-broker", state.Code);
        else if (standing.SilentSince is { } silent)
            Warn(texts["links.warn-silent", silent], roads.Ways[state.Code].SilentForItsCertificate is not null ? "renew-certificate" : "start-adapter", state.Code);
        if (standing is { MaintenanceUntil: { } until, MaintenanceFrom: { } from } && until > present && until > from)
            Warn(from > present ? texts["links.warn-will-be-in-maintenance", from, until, standing.MaintenanceReason] : texts["links.warn-in-maintenance", until, standing.MaintenanceReason], "wait-for-maintenance", state.Code);
        if (skew is { } off && off.Duration() > SkewAllowed)
            Warn(texts[off > TimeSpan.Zero ? "links.warn-clock-ahead" : "links.warn-clock-behind", off], "set-clock", state.Code);
        if (depth is { Attempts: > 0 })
            Warn(depth.LastError is { } error ? texts["links.warn-broker-said", texts["links.warn-broker", depth.Attempts], texts.English(error)] : texts["links.warn-broker", depth.Attempts], "see-queues", state.Code);
        if (standing?.LinkTrouble is { } trouble)
            Warn(texts["links.warn-link", texts.English(trouble)], roads.Ways[state.Code].QueueMissing is not null ? "provision" : "start-broker", state.Code);
        else if (standing is { Readers: 0, HeardAt: not null })
            Warn(texts["links.warn-no-reader"], "restart-adapter", state.Code);
        if (standing?.TestProblem is { } problem)
            warnings.Add(new(texts["links.warn-test", texts.English(problem)], texts["links.clears-test"]));
        if (gap != null)
            warnings.Add(new(gap.FirstMissing == gap.LastMissing ? texts["links.warn-gap-one", $"{gap.FirstMissing}"] : texts["links.warn-gap-several", $"{gap.FirstMissing}", $"{gap.LastMissing}"], texts["today.gap-next"]));
        foreach (var waits in roads.WaitsThere.Where(w => w.State == state.Code))
            warnings.Add(waits.Incomplete ? new(texts["links.warn-incomplete", waits.Count], texts["today.adapter-incomplete-next"]) : new(texts["links.warn-quarantine", waits.Count], texts["today.adapter-quarantine-next"]));
        foreach (var (what, ends, clears) in new[] { (texts["links.client-certificate"], standing?.ClientCertificateEnds, "renew-certificate"), (texts["links.server-certificate"], standing?.ServerCertificateEnds, "renew-broker-certificate") })
            if (ends is { } end && Expiry.Threshold(end, present) is { } due)
                warnings.Add(end <= present ? new(texts["links.certificate-ended", what, end], texts.Of(new Sentence(clears, state.Code))) : new(texts["links.certificate-ends", due, what, end - present], texts["alerts.certificate-ends-next"]));
        if (level is { Ended: { } why })
            warnings.Add(new(texts["links.warn-level", why], texts["links.clears-level"]));
        foreach (var use in Enum.GetValues<KeyUse>())
            if (!own.Any(k => k.Use == use && k.Valid))
                Warn(use == KeyUse.Sign ? texts["links.warn-no-sign-key"] : texts["links.warn-no-seal-key"], "publish-key", state.Code);
        warnings.AddRange(own.Where(k => k.Warning != null).Select(k => new LinkWarning(k.Warning!, texts["alerts.key-ends-next"])));
        return new()
        {
            State = state.Code,
            Name = state.Name,
            Condition = standing?.InMaintenance(present) == true ? LinkCondition.Maintenance : standing?.MissingKey != null ? LinkCondition.NoKey : standing?.HeardAt == null ? LinkCondition.NeverHeard
                : standing.SilentSince != null ? LinkCondition.Silent : heard.OwnFaultSince(state.Code) != null ? LinkCondition.NotKnown : LinkCondition.Up,
            Warnings = warnings,
            Standing = standing,
            Skew = skew,
            Outbox = depth,
            Numbers = numbers,
            Gap = gap,
            Conformance = level,
            Queues = WayReader.QueuesOf(standing),
            Quarantined = quarantined,
            Keys = own,
        };
    }

    IReadOnlyList<KeyStanding> Keys(string owner, IReadOnlyDictionary<string, DateTimeOffset> seen, DateTimeOffset now) =>
        [.. keys.Now.All.Where(k => k.Owner == owner && k.To > now.AddDays(-7)).Select(k => Standing(k, seen, now))];

    KeyStanding Standing(PublicKey key, IReadOnlyDictionary<string, DateTimeOffset> seen, DateTimeOffset now)
    {
        // A key whose successor is published already ends without anybody having to hurry.
        var due = keys.Now.IsFollowed(key) || key.To <= now ? null : Expiry.Threshold(key.To, now);
        return new()
        {
            Owner = key.Owner,
            Use = key.Use,
            KeyId = key.KeyId,
            From = key.From,
            To = key.To,
            Valid = key.ValidAt(now),
            Status = keys.Now.StatusOf(key, now),
            UsedAt = seen.TryGetValue(key.KeyId, out var at) ? at : null,
            EndsWithinDays = due,
            Warning = due is { } days ? texts[key.Use == KeyUse.Sign ? "links.key-sign-ends" : "links.key-seal-ends", days, key.KeyId[..8], key.To - now] : null,
        };
    }
}
