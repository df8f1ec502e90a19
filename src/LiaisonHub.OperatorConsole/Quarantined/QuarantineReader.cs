using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Quarantined;

/// <summary>What waits for the same reason, with that reason.</summary>
/// <param name="Group">The group.</param>
/// <param name="Reason">Why, as the newest of them says it.</param>
/// <param name="Fix">What clears it.</param>
public sealed record ReasonedGroup(QuarantineGroup Group, string Reason, string Fix);

/// <summary>One line of the list.</summary>
/// <param name="Id">The message.</param>
/// <param name="State">State it came from. Null: unknown.</param>
/// <param name="Source">Where it was met.</param>
/// <param name="Code">Why, as a code.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="At">When it came (UTC).</param>
/// <param name="Seen">How often.</param>
/// <param name="Status">Waiting, to be tried again, resolved.</param>
public sealed record QuarantineLine(Guid Id, string? State, string Source, string Code, string Reason, DateTimeOffset At, int Seen, string Status);

/// <summary>The quarantine.</summary>
public sealed record QuarantineBoard
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What is not resolved, grouped.</summary>
    public required IReadOnlyList<ReasonedGroup> Groups { get; init; }

    /// <summary>The messages asked for, newest first.</summary>
    public required IReadOnlyList<QuarantineLine> Lines { get; init; }

    /// <summary>Value of <c>before</c> that gives the next page. Null: there is none.</summary>
    public string? Next { get; init; }
}

/// <summary>Which messages.</summary>
/// <param name="State">State it came from. Null or empty: whatever.</param>
/// <param name="Code">Code. Null or empty: whatever.</param>
/// <param name="Resolved">True: those that are dealt with.</param>
/// <param name="Before">End of the page before.</param>
public sealed record QuarantineQuery(string? State, string? Code, bool Resolved, (DateTimeOffset At, Guid Id)? Before)
{
    /// <summary>Reads the address.</summary>
    public static QuarantineQuery Read(IQueryCollection query)
    {
        (DateTimeOffset, Guid)? before = null;
        var text = query["before"].ToString();
        if (text.IndexOf('_', StringComparison.Ordinal) is var bar and > 0 && Guid.TryParseExact(text[(bar + 1)..], "D", out var id))
            try
            {
                before = (Storage.Instants.Read(text[..bar]), id);
            }
            catch (FormatException)
            {
                // Not the end of a page: the first page is shown.
            }
        return new(Text(query, "state"), Text(query, "code"), query["show"] == "resolved", before);
    }

    /// <summary>The address of these messages, without the page.</summary>
    public string Address
    {
        get
        {
            var parts = new List<string>();
            if (State != null)
                parts.Add($"state={Uri.EscapeDataString(State)}");
            if (Code != null)
                parts.Add($"code={Uri.EscapeDataString(Code)}");
            if (Resolved)
                parts.Add("show=resolved");
            return $"/quarantine{(parts.Count == 0 ? "" : "?")}{string.Join('&', parts)}";
        }
    }

    static string? Text(IQueryCollection query, string name) => query[name].ToString().Trim() is { Length: > 0 and <= 100 } text ? text : null;
}

/// <summary>One message, as far as it may be seen, and what became of it.</summary>
public sealed record QuarantineDossier
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The message. Its bytes are not for pages.</summary>
    public required QuarantinedMessage Message { get; init; }

    /// <summary>What may be shown of the bytes.</summary>
    public required MaskedDocument Wire { get; init; }

    /// <summary>The same bytes in quarantine again, after this one was dealt with. Null: they are not.</summary>
    public Guid? Again { get; init; }

    /// <summary>The act of this message as the hub decided it after all. Null: it has not, or the message could not be read far enough to tell.</summary>
    public TimelineAct? Act { get; init; }

    /// <summary>The request is known to the hub.</summary>
    public bool RequestIsKnown { get; init; }
}

/// <summary>Reads the quarantine.</summary>
public sealed class QuarantineReader(Quarantine quarantine, HubFigures figures, HubReads reads, TimeProvider time)
{
    const int PageLength = 50;

    /// <summary>Groups and one page of messages.</summary>
    public async Task<QuarantineBoard> Board(QuarantineQuery query, CancellationToken cancellationToken)
    {
        var groups = new List<ReasonedGroup>();
        foreach (var group in await figures.Quarantined(cancellationToken))
        {
            var newest = await quarantine.Page(null, group.State.Length == 0 ? null : group.State, group.Code, null, 1, cancellationToken);
            groups.Add(new(group, newest is [var one, ..] ? one.Reason : Words.Refusal(group.Code), newest is [var same, ..] ? same.Fix : ""));
        }
        var page = await quarantine.Page(query.Resolved ? Quarantine.Resolved : null, query.State, query.Code, query.Before, PageLength + 1, cancellationToken);
        var shown = page.Take(PageLength).ToList();
        return new()
        {
            At = time.GetUtcNow(),
            Groups = groups,
            Lines = [.. shown.Select(m => new QuarantineLine(m.QuarantineId, m.State, m.Source, m.Code, m.Reason, m.At, m.Seen, m.Status))],
            Next = page.Count > PageLength ? $"{Storage.Instants.Text(shown[^1].At)}_{shown[^1].QuarantineId:D}" : null,
        };
    }

    /// <summary>One message. Null: unknown.</summary>
    public async Task<QuarantineDossier?> Dossier(Guid quarantineId, CancellationToken cancellationToken)
    {
        if (await quarantine.Get(quarantineId, cancellationToken) is not { } message)
            return null;
        Guid? again = null;
        if (message.Status == Quarantine.Resolved)
            again = (await quarantine.Page(null, message.State, null, null, 200, cancellationToken)).FirstOrDefault(m => m.Digest == message.Digest)?.QuarantineId;
        var request = message.RequestId is { } requestId ? await reads.Request(requestId, cancellationToken) : null;
        return new()
        {
            At = time.GetUtcNow(),
            Message = message,
            Wire = MaskedDocument.Read(message.Body, taken: false),
            Again = again,
            Act = message.ActId is { } actId ? request?.Acts.FirstOrDefault(a => a.ActId == actId) : null,
            RequestIsKnown = request != null,
        };
    }
}
