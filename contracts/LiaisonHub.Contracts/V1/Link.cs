using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>Asks the hub to answer: the question of a connection test, signed by the state. It has no effect on any request and is kept nowhere.</summary>
public sealed record EchoAsked
{
    /// <summary>The state that asks.</summary>
    public required string State { get; init; }

    /// <summary>A random UUID; the answer names it.</summary>
    public required Guid EchoId { get; init; }

    /// <summary>The clock of the side that asks (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How far it goes before it is answered.</summary>
    public required EchoReach Reach { get; init; }
}

/// <summary>How far into the hub a question goes before it is answered.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EchoReach>))]
public enum EchoReach
{
    /// <summary>The hub's edge: signature and sender are checked, nothing else.</summary>
    Edge,

    /// <summary>The hub's core: through the edge, over the hub's own bus to where acts are decided, with a look at its database.</summary>
    Core,
}

/// <summary>The hub's answer to <see cref="EchoAsked"/>, signed by the hub. It has no number and expires with its queue.</summary>
public sealed record EchoAnswered
{
    /// <summary>The question.</summary>
    public required Guid EchoId { get; init; }

    /// <summary>How far it came.</summary>
    public required EchoReach Reach { get; init; }

    /// <summary>The hub's clock when it answered (UTC); compared with the state's to see skew.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Version of the hub's program.</summary>
    public required string HubVersion { get; init; }

    /// <summary>Version of the contracts the hub speaks, for example <c>1.1</c>. It reads every earlier one of the same first number.</summary>
    public required string Contracts { get; init; }

    /// <summary>What is wrong on the hub's side with what was asked, and the remedy: a signature it does not believe, a database that does not answer. Null: nothing.</summary>
    public string? Problem { get; init; }
}

/// <summary>Since 1.1. Asks a state's adapter for a sign of life at once, signed by the hub: its half of a connection test. It has no number, belongs to no request and is kept nowhere; the answer is an
/// <see cref="AdapterReported"/> that names it.</summary>
public sealed record ReportAsked
{
    /// <summary>The state that is asked.</summary>
    public required string State { get; init; }

    /// <summary>A random UUID; the answer names it.</summary>
    public required Guid EchoId { get; init; }

    /// <summary>The hub's clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A state's adapter is worked on until an instant that both sides see, signed by the state. It replaces what the state announced before; one whose end is not after <see cref="At"/> ends it.
/// Legal time goes on.</summary>
public sealed record MaintenanceAnnounced
{
    /// <summary>The state.</summary>
    public required string State { get; init; }

    /// <summary>A random UUID; the answer names it.</summary>
    public required Guid AnnouncementId { get; init; }

    /// <summary>The state's clock when it was announced (UTC). Of two announcements the later one counts.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it begins (UTC): not more than 90 days ahead.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When it ends by itself (UTC): at most as many days after its beginning as the region allows.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Why, in one line without personal data, 1 to 200 characters.</summary>
    public required string Reason { get; init; }
}

/// <summary>The hub's answer to <see cref="MaintenanceAnnounced"/>, signed by the hub. It has no number and expires with its queue.</summary>
public sealed record MaintenanceAnswered
{
    /// <summary>The announcement.</summary>
    public required Guid AnnouncementId { get; init; }

    /// <summary>When the maintenance began or begins, as the hub has noted it (UTC). Null: none is noted now.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>When it ends by itself (UTC). Null: none is noted now.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why it was not noted, and the remedy. Null: it was.</summary>
    public string? Problem { get; init; }
}

/// <summary>Since 1.1. A state's adapter cannot work for lack of a private key of its own, and says so before it ends. The one document that is not signed, since it says that there is nothing to sign with: plain JSON
/// of at most 1 KiB. It is a remark about the state whose link it came by and nothing more: no request changes, nobody is answered, and the next <see cref="AdapterReported"/> ends
/// it.</summary>
public sealed record KeyMissing
{
    /// <summary>The state.</summary>
    public required string State { get; init; }

    /// <summary>RFC 7638 thumbprint of the public key whose private half is missing: one that the directory holds for this state.</summary>
    public required string KeyId { get; init; }

    /// <summary>The adapter's own clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }
}
