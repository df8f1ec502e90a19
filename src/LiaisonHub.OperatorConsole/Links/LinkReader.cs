using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Links;

/// <summary>One state's adapter and link.</summary>
public sealed record LinkBoard
{
    /// <summary>Code of the state.</summary>
    public required string State { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>In one word: up, maintenance, silent, never heard.</summary>
    public required string Condition { get; init; }

    /// <summary>What is not as it should be, one line each. Empty: all is well.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

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

    /// <summary>Why somebody should look at it. Null: nobody needs to.</summary>
    public string? Warning { get; init; }
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

    /// <summary>The hub's own keys.</summary>
    public required IReadOnlyList<KeyStanding> HubKeys { get; init; }
}

/// <summary>Reads adapters, links and keys.</summary>
public sealed class LinkReader(
    AdapterRegister adapters, ConformanceReader conformance, Outbox outbox, Journal journal, HubFigures figures, KeysSeen keysSeen, KeyDirectory keys, Region region, TimeProvider time, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    static readonly TimeSpan SkewAllowed = TimeSpan.FromSeconds(30);

    /// <summary>Reads all of it.</summary>
    public async Task<AdaptersBoard> Read(CancellationToken cancellationToken)
    {
        var (now, present) = (time.GetUtcNow(), technical.GetUtcNow());
        var standings = (await adapters.All(cancellationToken)).ToDictionary(a => a.State);
        var levels = await conformance.All(cancellationToken);
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
                state, standings.GetValueOrDefault(state.Code), levels.GetValueOrDefault(state.Code), depths.GetValueOrDefault(state.Code), numbers.GetValueOrDefault(state.Code), gaps[state.Code].FirstOrDefault(), quarantined[state.Code].Sum(), seen, now, present))],
            HubKeys = Keys(PublicKey.HubOwner, seen, now),
        };
    }

    LinkBoard Board(StateProfile state, AdapterStanding? standing, ConformanceStanding? level, OutboxDepth? depth, LinkNumbers? numbers, SequenceGap? gap, int quarantined, IReadOnlyDictionary<string, DateTimeOffset> seen, DateTimeOffset now, DateTimeOffset present)
    {
        var warnings = new List<string>();
        var own = Keys(state.Code, seen, now);
        TimeSpan? skew = standing is { HeardAt: { } heard, ReportedAt: { } reported } ? reported - heard : null;
        if (standing?.HeardAt == null)
            warnings.Add("It has never been heard: no adapter of this state has reported to this hub yet.");
        else if (standing.SilentSince is { } silent)
            warnings.Add($"Silent since {Words.Utc(silent)}.");
        if (standing is { MaintenanceUntil: { } until, MaintenanceFrom: { } from } && until > present && until > from)
            warnings.Add($"{(from > present ? $"It will be in maintenance from {Words.Utc(from)}" : "In maintenance")} until {Words.Utc(until)}: {standing.MaintenanceReason} Its notices wait for it; legal time goes on.");
        if (skew is { } off && off.Duration() > SkewAllowed)
            warnings.Add($"Its clock is {Words.Span(off)} {(off > TimeSpan.Zero ? "ahead" : "behind")}: its claims of time cannot be relied on.");
        if (depth is { Attempts: > 0 })
            warnings.Add($"The broker refused notices to it {Words.Count(depth.Attempts, "time", "times")}{(depth.LastError is { } error ? $": {error}" : "")}.");
        if (standing?.LinkTrouble is { } trouble)
            warnings.Add($"Its link: {trouble}");
        else if (standing is { Readers: 0, HeardAt: not null })
            warnings.Add("No program reads its queue: its adapter is not connected now.");
        if (standing?.TestProblem is { } problem)
            warnings.Add($"Its last connection test: {problem}");
        if (gap != null)
            warnings.Add(gap.FirstMissing == gap.LastMissing ? $"Number {gap.FirstMissing} never came." : $"Numbers {gap.FirstMissing} to {gap.LastMissing} never came.");
        if (standing is { Quarantined: > 0 })
            warnings.Add($"{Words.Count(standing.Quarantined, "file or message stands", "files or messages stand")} in its own quarantine: its people must look.");
        if (standing is { Incomplete: > 0 })
            warnings.Add($"{Words.Count(standing.Incomplete, "act is", "acts are")} incomplete there and {(standing.Incomplete == 1 ? "waits" : "wait")} for a person.");
        foreach (var (what, ends) in new[] { ("The certificate it shows the broker", standing?.ClientCertificateEnds), ("The broker’s certificate, as it was shown to it,", standing?.ServerCertificateEnds) })
            if (ends is { } end && Expiry.Threshold(end, present) is { } due)
                warnings.Add(end <= present ? $"{what} ended {Words.Utc(end)}." : $"{what} ends {(due == 1 ? "within a day" : $"in {Words.Span(end - present)}")} (warning at {due} {(due == 1 ? "day" : "days")}).");
        if (level is { Ended: { } why })
            warnings.Add($"Its level of conformance counts no longer: {why}");
        foreach (var use in Enum.GetValues<KeyUse>())
            if (!own.Any(k => k.Use == use && k.Valid))
                warnings.Add(use == KeyUse.Sign ? "It has no valid key to sign with: nothing it sends is taken." : "It has no valid key to seal to: nobody can send it anything private.");
        warnings.AddRange(own.Where(k => k.Warning != null).Select(k => k.Warning!));
        return new()
        {
            State = state.Code,
            Name = state.Name,
            Condition = standing?.InMaintenance(present) == true ? "maintenance" : standing?.HeardAt == null ? "never heard" : standing.SilentSince != null ? "silent" : "up",
            Warnings = warnings,
            Standing = standing,
            Skew = skew,
            Outbox = depth,
            Numbers = numbers,
            Gap = gap,
            Conformance = level,
            Quarantined = quarantined,
            Keys = own,
        };
    }

    IReadOnlyList<KeyStanding> Keys(string owner, IReadOnlyDictionary<string, DateTimeOffset> seen, DateTimeOffset now) =>
    [
        .. keys.All.Where(k => k.Owner == owner && k.To > now.AddDays(-7)).Select(key => new KeyStanding
        {
            Owner = owner,
            Use = key.Use,
            KeyId = key.KeyId,
            From = key.From,
            To = key.To,
            Valid = key.ValidAt(now),
            Status = keys.StatusOf(key, now),
            UsedAt = seen.TryGetValue(key.KeyId, out var at) ? at : null,
            // A key whose successor is published already ends without anybody having to hurry.
            Warning = keys.IsFollowed(key) || key.To <= now || Expiry.Threshold(key.To, now) is not { } due ? null
                : $"The key {key.KeyId[..8]} that {(key.Use == KeyUse.Sign ? "signs" : "opens seals")} ends {(due == 1 ? "within a day" : $"in {Words.Span(key.To - now)}")}, and no successor is published (warning at {due} {(due == 1 ? "day" : "days")}).",
        })
    ];
}
