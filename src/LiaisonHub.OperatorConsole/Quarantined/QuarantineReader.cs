using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Today;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Quarantined;

/// <summary>One page of what waits, by fingerprint.</summary>
/// <param name="At">The hub's legal clock (UTC).</param>
/// <param name="Groups">Last first.</param>
/// <param name="Next">The value of <c>after</c> that gives the next page. Null: there is none.</param>
public sealed record FaultBoard(DateTimeOffset At, IReadOnlyList<FaultGroup> Groups, string? Next = null);

/// <summary>The newest message of a group, as far as it may be seen.</summary>
/// <param name="Fault">The group.</param>
/// <param name="Message">The message. Its bytes are not for pages.</param>
/// <param name="Wire">What may be shown of them.</param>
public sealed record FaultSample(FaultGroup Fault, [property: System.Text.Json.Serialization.JsonIgnore] QuarantinedMessage Message, MaskedDocument Wire);

/// <summary>One line of the list.</summary>
/// <param name="Id">The message.</param>
/// <param name="State">State it came from. Null: unknown.</param>
/// <param name="Source">Where it was met.</param>
/// <param name="Code">Why, as a code.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="At">When it came (UTC).</param>
/// <param name="Seen">How often.</param>
/// <param name="Status">Waiting, to be tried again, resolved.</param>
/// <param name="Tries">How often it was to be tried again.</param>
public sealed record QuarantineLine(Guid Id, string? State, string Source, string Code, string Reason, DateTimeOffset At, int Seen, string Status, int Tries)
{
    internal static QuarantineLine Of(QuarantinedMessage message) => new(message.QuarantineId, message.State, message.Source, message.Code, message.Reason, message.At, message.Seen, message.Status, message.Tries);
}

/// <summary>The quarantine.</summary>
public sealed record QuarantineBoard
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What is not resolved, by fingerprint: the groups that came last.</summary>
    public required IReadOnlyList<FaultGroup> Groups { get; init; }

    /// <summary>True: there are more groups than these.</summary>
    public bool MoreGroups { get; init; }

    /// <summary>The newest message of the group that was asked for. Null: none was, or nothing of it waits.</summary>
    public FaultSample? Sample { get; init; }

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
/// <param name="Group">Fingerprint. Null or empty: whatever.</param>
public sealed record QuarantineQuery(string? State, string? Code, bool Resolved, (DateTimeOffset At, Guid Id)? Before, string? Group = null)
{
    /// <summary>What could not be read, one sentence each. Where there is any, no message fits.</summary>
    public IReadOnlyList<Said> Problems { get; init; } = [];

    /// <summary>Reads the address.</summary>
    public static QuarantineQuery Read(IQueryCollection query, Texts said)
    {
        var read = new AddressFields(query, said);
        var (state, code, group) = (read.Text("state"), read.Text("code"), read.Text("group", LongestGroup));
        if (group is not null && FaultGroup.Parts(group) is null)
            group = read.Problem("group", said["faults.not-a-group"]);
        var (show, end) = (read.OneOf("show", Waits, Resolves), read.End("before"));
        if (end is { At: null })
            read.Problem("before", said["shell.not-an-end"]);
        return new(state, code, show == Resolves, end is { At: { } at } ? (at, end.RequestId) : null, group) { Problems = read.Problems };
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
            if (Group != null)
                parts.Add($"group={Uri.EscapeDataString(Group)}");
            if (Resolved)
                parts.Add("show=resolved");
            return $"/quarantine{(parts.Count == 0 ? "" : "?")}{string.Join('&', parts)}";
        }
    }

    /// <summary>In words, for files.</summary>
    public string InWords(Texts said) => said.List(new[]
    {
        said[Resolved ? "faults.dealt-with" : "faults.status-Waiting"], State is null ? null : said["faults.words-from", State], Code is null ? null : said.Data(Code), Group is null ? null : said.Data(Group),
    }.OfType<Said>()).Plain;

    /// <summary>The address of a group.</summary>
    public static string AddressOf(string fingerprint) => $"/quarantine?group={Uri.EscapeDataString(fingerprint)}";

    /// <summary>Most characters of a fingerprint.</summary>
    public const int LongestGroup = 300;

    const string Waits = "waiting", Resolves = "resolved";
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

    /// <summary>The same content wrapped as a link carries it, where that is all that is wrong. Null: it is not.</summary>
    public Rewrapped? Made { get; init; }

    /// <summary>The same bytes in quarantine again, after this one was dealt with. Null: they are not.</summary>
    public Guid? Again { get; init; }

    /// <summary>The act of this message as the hub decided it after all. Null: it has not, or the message could not be read far enough to tell.</summary>
    public TimelineAct? Act { get; init; }

    /// <summary>The request is known to the hub.</summary>
    public bool RequestIsKnown { get; init; }
}

/// <summary>One message for programs: as far as it may be seen, and what became of it.</summary>
public sealed record MessageReport
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    public required QuarantineLine Message { get; init; }

    /// <summary>What clears it.</summary>
    public required string Fix { get; init; }

    public required string Fingerprint { get; init; }

    /// <summary>SHA-256 of its bytes.</summary>
    public required string Digest { get; init; }

    public Guid? RequestId { get; init; }
    public Guid? ActId { get; init; }

    /// <summary>The message that was wrapped anew into this one. Null: it came as it is.</summary>
    public Guid? MadeFrom { get; init; }

    /// <summary>The same bytes in quarantine again, after this one was dealt with. Null: they are not.</summary>
    public Guid? Again { get; init; }

    /// <summary>Who wishes it set aside for good, why, and until when a second person may agree. Null: nobody does.</summary>
    public string? AsideBy { get; init; }

    /// <inheritdoc cref="AsideBy"/>
    public string? AsideReason { get; init; }

    /// <inheritdoc cref="AsideBy"/>
    public DateTimeOffset? AsideUntil { get; init; }

    public string? ResolvedBy { get; init; }
    public string? ResolvedReason { get; init; }
    public string? ResolvedOutcome { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>What is wrong with its wrapping alone. Empty: nothing the hub may correct.</summary>
    public required IReadOnlyList<string> WrappingFaults { get; init; }

    /// <summary>SHA-256 of the message as it would be sent, wrapped anew. Null: nothing the hub may correct is wrong with it.</summary>
    public string? WrappedDigest { get; init; }

    /// <summary>What may be shown of the bytes.</summary>
    public required MaskedDocument Wire { get; init; }

    internal static MessageReport Of(QuarantineDossier dossier) => new()
    {
        At = dossier.At,
        Message = QuarantineLine.Of(dossier.Message),
        Fix = dossier.Message.Fix,
        Fingerprint = dossier.Message.Fingerprint,
        Digest = dossier.Message.Digest,
        RequestId = dossier.Message.RequestId,
        ActId = dossier.Message.ActId,
        MadeFrom = dossier.Message.MadeFrom,
        Again = dossier.Again,
        AsideBy = dossier.Message.AsideBy,
        AsideReason = dossier.Message.AsideReason,
        AsideUntil = dossier.Message.AsideUntil,
        ResolvedBy = dossier.Message.ResolvedBy,
        ResolvedReason = dossier.Message.ResolvedReason,
        ResolvedOutcome = dossier.Message.ResolvedOutcome,
        ResolvedAt = dossier.Message.ResolvedAt,
        WrappingFaults = [.. dossier.Made?.Faults.Select(f => f.ToString()) ?? []],
        WrappedDigest = dossier.Made is { } made ? Convert.ToHexStringLower(SHA256.HashData(made.Document)) : null,
        Wire = dossier.Wire,
    };
}

/// <summary>Reads the quarantine.</summary>
public sealed class QuarantineReader(Quarantine quarantine, HubReads reads, PublicKeys keys, Rules rules, Texts texts, TimeProvider time)
{
    const int PageLength = 50, GroupsOnBoard = 10, AtOnce = 1_000;

    /// <summary>Groups and one page of messages.</summary>
    public async Task<QuarantineBoard> Board(QuarantineQuery query, CancellationToken cancellationToken)
    {
        // Who meant a few is not shown all.
        if (query.Problems.Count > 0)
            return new() { At = time.GetUtcNow(), Groups = [], Lines = [] };
        var groups = query is { Resolved: false, Group: null, Before: null } ? await quarantine.Faults(Near(time.GetUtcNow()), GroupsOnBoard + 1, cancellationToken) : [];
        var page = await quarantine.Page(query.Resolved ? Quarantine.Resolved : null, query.State, query.Code, query.Before, PageLength + 1, cancellationToken, query.Group is { } named ? FaultGroup.Parts(named) : null);
        var shown = page.Take(PageLength).ToList();
        return new()
        {
            At = time.GetUtcNow(),
            Groups = [.. groups.Take(GroupsOnBoard)],
            MoreGroups = groups.Count > GroupsOnBoard,
            Sample = query.Group is { } group ? await Sample(group, cancellationToken) : null,
            Lines = [.. shown.Select(QuarantineLine.Of)],
            Next = page.Count > PageLength ? $"{Storage.Instants.Text(shown[^1].At)}_{shown[^1].QuarantineId:D}" : null,
        };
    }

    /// <summary>All messages of a query.</summary>
    internal ListFile File(QuarantineQuery query, CancellationToken cancellationToken) => new()
    {
        Name = "quarantine",
        Title = "Messages in quarantine",
        Filter = query.InWords(texts),
        At = time.GetUtcNow(),
        Columns = ["message", "state", "source", "lane", "code", "place", "reason", "what clears it", "came", "times", "tried again", "status", "request id", "act id", "sha256", "dealt with at", "dealt with by", "why", "outcome"],
        Rows = All(query, cancellationToken).Select(m => new object?[]
        {
            m.QuarantineId, m.State, m.Source, m.Lane, m.Code, m.Place, m.Reason, m.Fix, m.At, m.Seen, m.Tries, m.Status, m.RequestId, m.ActId, m.Digest, m.ResolvedAt, m.ResolvedBy, m.ResolvedReason, m.ResolvedOutcome,
        }),
    };

    async IAsyncEnumerable<QuarantinedMessage> All(QuarantineQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (DateTimeOffset At, Guid Id)? before = null;
        IReadOnlyList<QuarantinedMessage> page;
        do
        {
            page = await quarantine.Page(query.Resolved ? Quarantine.Resolved : null, query.State, query.Code, before, AtOnce, cancellationToken, query.Group is { } named ? FaultGroup.Parts(named) : null);
            foreach (var message in page)
                yield return message;
            before = page is [.., var last] ? (last.At, last.QuarantineId) : before;
        }
        while (page.Count == AtOnce);
    }

    /// <summary>One page of what waits, by fingerprint, with how soon the requests it names come to a limit.</summary>
    public async Task<FaultBoard> Faults(FaultMark? after, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = await quarantine.Faults(Near(now), PageLength + 1, cancellationToken, after);
        return new(now, [.. found.Take(PageLength)], found.Count > PageLength ? End(found[PageLength - 1]) : null);
    }

    /// <summary>All groups.</summary>
    internal ListFile FaultFile(CancellationToken cancellationToken) => new()
    {
        Name = "quarantine-groups",
        Title = "Quarantine by fingerprint",
        Filter = "what waits",
        At = time.GetUtcNow(),
        Columns = ["fingerprint", "messages", "times came", "states", "to be tried again", "failed again", "tried again", "first seen", "last seen", "requests that wait", "due soon", "first limit", "reason", "what clears it", "newest message"],
        Rows = AllFaults(cancellationToken).Select(f => new object?[]
        {
            f.Fingerprint, f.Messages, f.Seen, f.States, f.RetryRequested, f.FailedAgain, f.Tries, f.FirstAt, f.LastAt, f.Requests, f.Soon, f.NextDue, f.Reason, f.Fix, f.Newest,
        }),
    };

    async IAsyncEnumerable<FaultGroup> AllFaults([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<FaultGroup> page;
        FaultMark? after = null;
        do
        {
            page = await quarantine.Faults(Near(time.GetUtcNow()), AtOnce, cancellationToken, after);
            foreach (var group in page)
                yield return group;
            after = page is [.., var last] ? FaultMark.Of(last) : after;
        }
        while (page.Count == AtOnce);
    }

    /// <summary>The newest message of a group. Null: nothing of it waits.</summary>
    public async Task<FaultSample?> Sample(string fingerprint, CancellationToken cancellationToken) =>
        FaultGroup.Parts(fingerprint) is { } fault && await quarantine.Fault(Near(time.GetUtcNow()), fault, cancellationToken) is { } group && await quarantine.Get(group.Newest, cancellationToken) is { } message
            ? new(group, message, MaskedDocument.Read(message.Body, taken: false, texts)) : null;

    /// <summary>The place an address names. Null: it names none.</summary>
    public static FaultMark? End(string text) => text.Split('_', 2) is [var at, var print] && FaultGroup.Parts(print) is var (source, code, place) && Requests.RequestQuery.Mark($"{at}_{Guid.Empty:D}") is { At: { } last }
        ? new(last, source, code, place) : null;

    static string End(FaultGroup group) => $"{Storage.Instants.Text(group.LastAt)}_{group.Fingerprint}";

    IReadOnlyList<DueSpan> Near(DateTimeOffset now) => TodayReader.Near(rules, now, TodayReader.BreachingDays);

    /// <summary>The same signed content in the form a link carries, where its signature then holds. Null: there is nothing the hub may correct.</summary>
    public Rewrapped? Rewrap(QuarantinedMessage message)
    {
        if (message.Status != Quarantine.Waiting || message.State is not { Length: > 0 } state || Rewrapping.Of(message.Body) is not { } made)
            return null;
        try
        {
            Signing.Verify(made.Document, [DocumentTypes.Act], keys.Now, state, time.GetUtcNow());
            return made;
        }
        catch (NotAuthenticException)
        {
            return null;
        }
    }

    /// <summary>One message. Null: unknown.</summary>
    public async Task<QuarantineDossier?> Dossier(Guid quarantineId, CancellationToken cancellationToken)
    {
        if (await quarantine.Get(quarantineId, cancellationToken) is not { } message)
            return null;
        Guid? again = null;
        if (message.Status == Quarantine.Resolved)
            again = (await quarantine.Page(null, message.State, null, null, 200, cancellationToken)).FirstOrDefault(m => m.Digest == message.Digest)?.QuarantineId;
        return new()
        {
            At = time.GetUtcNow(),
            Message = message,
            Wire = MaskedDocument.Read(message.Body, taken: false, texts),
            Made = Rewrap(message),
            Again = again,
            // A message of the hub's own bus names the row of its act.
            Act = message.RequestId is { } of && (message.JournalId is not null || message.ActId is not null) ? await reads.Act(of, message.JournalId, message.JournalId is null ? message.ActId : null, cancellationToken) : null,
            RequestIsKnown = message.RequestId is { } requestId && await reads.Row(requestId, cancellationToken) is not null,
        };
    }
}
