using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>What stands on every act, whatever it declares. Open: the hub routes, orders and counts by it.</summary>
public sealed record ActHeader
{
    /// <summary>The act itself: a random or time-ordered UUID made by the sender, never used again. The same id with other content is a security
    /// alarm.</summary>
    public required Guid ActId { get; init; }

    /// <summary>The request the act belongs to. Made by the requesting side with the first act, and the same on both sides for ever.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>Requests in several states about the same matter share it. Null: the request stands alone.</summary>
    public Guid? CaseGroupId { get; init; }

    /// <summary>Who makes the act.</summary>
    public required Party Sender { get; init; }

    /// <summary>Whom it is made towards. The private part is sealed to this state.</summary>
    public required Party Receiver { get; init; }

    /// <summary>Position among everything this state ever sent to the hub: 1, 2, 3... without gaps. A number used twice is a security alarm, a missing number
    /// an open question.</summary>
    public required long Sequence { get; init; }

    /// <summary><see cref="Sequence"/> of the act this side made before this one on the same request; null on its first. An act that overtakes it on the way
    /// waits for it.</summary>
    public long? After { get; init; }

    /// <summary>When the sender's own clock says the act was made (UTC). A claim: legal time runs from the hub's receipt.</summary>
    public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>The act this one answers, where it answers one.</summary>
    public Guid? InReplyTo { get; init; }

    /// <summary>How soon the act must be served. Anything but <see cref="Priority.Routine"/> takes the urgent lane.</summary>
    public Priority Priority { get; init; } = Priority.Routine;

    /// <summary>True: part of a drill. Never counted, never mixed with live requests.</summary>
    public bool Exercise { get; init; }

    /// <summary>Since 1.1. Which version of the sender's mapping files read the local message the act is made of: SHA-256 over them, 64 lower-case hex digits. Null: it was made of no local message, or the
    /// sender does not say.</summary>
    public string? MappingDigest { get; init; }
}

/// <summary>An authority of a state.</summary>
public sealed record Party
{
    /// <summary>ISO 3166-1 alpha-2, upper case. The demonstration region uses the user-assigned codes XA to XF.</summary>
    public required string State { get; init; }

    /// <summary>The authority's code in the region's register, for example <c>XA-CA</c>.</summary>
    public required string Authority { get; init; }
}

/// <summary>How soon a request must be served. Names travel, never numbers.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Priority>))]
public enum Priority
{
    /// <summary>The ordinary lane.</summary>
    Routine,

    /// <summary>The urgent lane; a reason is stated in the request.</summary>
    Urgent,

    /// <summary>Danger to life, to a child, of attack, or of losing the evidence: minutes and hours.</summary>
    Emergency,
}

/// <summary>The sides of a request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Side>))]
public enum Side
{
    /// <summary>The side that asks.</summary>
    Requesting,

    /// <summary>The side that is asked.</summary>
    Requested,

    /// <summary>The body of the region that mediates, arbitrates or rules. Only disputes have it.</summary>
    Neutral,
}

/// <summary>One act as it is signed: what, who and when in the open, the rest sealed to the receiving state.</summary>
/// <remarks>Serialized with <see cref="Wire.Json"/>, signed as a flattened JWS (ES256, RFC 7515) by the sending state.</remarks>
public sealed record Act
{
    /// <summary>Name of the content, for example <c>RequestSubmitted</c>; see <see cref="Acts.All"/>.</summary>
    public required string Type { get; init; }

    /// <summary>Who, to whom, when, in which order.</summary>
    public required ActHeader Header { get; init; }

    /// <summary>The open part: the fields of the content type, what routing and rules need. No personal data.</summary>
    public required System.Text.Json.JsonElement Open { get; init; }

    /// <summary>The private part: a compact JWE (ECDH-ES+A256KW, A256GCM; RFC 7516) to the receiving state. The hub cannot open it. Null where the act needs
    /// none.</summary>
    public string? Sealed { get; init; }
}

/// <summary>A flattened JWS (RFC 7515, 7.2.2): what really travels on a state's virtual host.</summary>
public sealed record SignedDocument
{
    /// <summary>Base64url of the signed bytes.</summary>
    public required string Payload { get; init; }

    /// <summary>Base64url of the protected header: <c>alg</c> ES256, <c>kid</c> the RFC 7638 thumbprint of the signing key, <c>typ</c>.</summary>
    public required string Protected { get; init; }

    /// <summary>Base64url of the ECDSA signature (64 bytes).</summary>
    public required string Signature { get; init; }
}
