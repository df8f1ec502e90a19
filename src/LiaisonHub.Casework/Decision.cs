using LiaisonHub.Casework.Costs;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>What an act or an instant means for a request: <see cref="Applied"/> or <see cref="Refused"/>.</summary>
public abstract record Decision
{
    private protected Decision()
    {
    }
}

/// <summary>It had its effect. A look that changes nothing gives back the very same <see cref="Request"/> and tells nobody.</summary>
public sealed record Applied : Decision
{
    /// <summary>The request as it now stands.</summary>
    public required Request Request { get; init; }

    /// <summary>Whom the act goes on to. Empty: it stays with the hub.</summary>
    public IReadOnlyList<Seat> ForwardTo { get; init; } = [];

    /// <summary>True: the act goes on to the other side.</summary>
    public bool Forward => ForwardTo.Count > 0;

    /// <summary>Notices that follow. The answers to the act itself (accepted, delivered) are the host's.</summary>
    public IReadOnlyList<Telling> Tell { get; init; } = [];

    /// <summary>Entries for the ledger, without personal data.</summary>
    public IReadOnlyList<LedgerFact> Facts { get; init; } = [];

    /// <summary>Entries for the ledger of costs.</summary>
    public IReadOnlyList<CostEntry> Costs { get; init; } = [];

    /// <summary>Documents made.</summary>
    public IReadOnlyList<Document> Documents { get; init; } = [];

    /// <summary>Requests that the hub itself opens because of it: a dispute. Their ids are made, not drawn, so that a replay opens the same.</summary>
    public IReadOnlyList<Applied> Opened { get; init; } = [];

    /// <summary>What it says to other requests. The host keeps each until that request has followed it, and wakes it.</summary>
    public IReadOnlyList<Order> Orders { get; init; } = [];
}

/// <summary>The act had no effect. It is recorded, and the sender is told why.</summary>
public sealed record Refused : Decision
{
    /// <summary>Why, as a code.</summary>
    public required RefusalCode Code { get; init; }

    /// <summary>Why, in words, without personal data: the place and the remedy.</summary>
    public required string Reason { get; init; }

    /// <summary>The acts this side may make now.</summary>
    public IReadOnlyList<string> WouldBeAccepted { get; init; } = [];
}

/// <summary>A notice to one party.</summary>
/// <param name="To">The party.</param>
/// <param name="Notice">The body: one of the notice contracts.</param>
public sealed record Telling(Seat To, object Notice);

/// <summary>An entry for the ledger.</summary>
/// <param name="Kind">What kind, one word.</param>
/// <param name="Text">What happened, without personal data.</param>
public sealed record LedgerFact(string Kind, string Text);

/// <summary>A document the hub made.</summary>
/// <param name="Id">The document: the same on a replay.</param>
/// <param name="Kind">What kind, for example <c>DiplomaticNote</c>.</param>
/// <param name="Title">Its title.</param>
/// <param name="Html">The whole document (HTML).</param>
public sealed record Document(Guid Id, string Kind, string Title, string Html);
