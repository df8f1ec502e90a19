using LiaisonHub.Storage.Hub;
using MassTransit;

namespace LiaisonHub.Messaging.Core;

/// <summary>What travels on the hub's own virtual host: only which row to look at. The row is the truth, so a message lost or doubled costs nothing.</summary>
public interface ICoreMessage : CorrelatedBy<Guid>
{
    /// <summary>The row.</summary>
    Work Work { get; }
}

/// <summary>An act stands in the journal and waits for its request's saga.</summary>
[MessageUrn("liaison:act-taken:1")]
public sealed record ActTaken : ICoreMessage
{
    /// <summary>The request.</summary>
    public required Guid CorrelationId { get; init; }

    /// <summary>Row of the journal.</summary>
    public required long JournalId { get; init; }

    /// <summary>True: the sender has sent a decided act once more and wants the first result again.</summary>
    public bool Again { get; init; }

    /// <summary>True: it has waited for its predecessor as long as the region allows and is decided without it.</summary>
    public bool PatienceOver { get; init; }

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public Work Work => new() { JournalId = JournalId, RequestId = CorrelationId };
}

/// <summary>The clock brings a deadline that must be looked at: a warning, the limit itself, or a level of the ladder.</summary>
[MessageUrn("liaison:deadline-looked-at:1")]
public sealed record DeadlineLookedAt : ICoreMessage
{
    /// <summary>The request.</summary>
    public required Guid CorrelationId { get; init; }

    /// <summary>The deadline.</summary>
    public required Guid DeadlineId { get; init; }

    /// <summary>The claim under which it was brought. A later claim makes this one void.</summary>
    public required long Epoch { get; init; }

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public Work Work => new() { DeadlineId = DeadlineId, Epoch = Epoch, RequestId = CorrelationId };
}

/// <summary>A connection test asks for an answer of the core. It names no row: it is about the way, not about a request.</summary>
[MessageUrn("liaison:echo-taken:1")]
public sealed record EchoTaken : CorrelatedBy<Guid>
{
    /// <summary>The question.</summary>
    public required Guid CorrelationId { get; init; }

    /// <summary>The state that asks.</summary>
    public required string State { get; init; }
}

/// <summary>Ids that a repeated attempt makes again.</summary>
public static class Ids
{
    /// <summary>A UUID (version 8) made from a text.</summary>
    public static Guid From(string text)
    {
        Span<byte> hash = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
