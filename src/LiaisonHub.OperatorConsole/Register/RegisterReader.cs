using System.Runtime.CompilerServices;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Escalation;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Register;

/// <summary>One entry of the register, with the dispute it comes from.</summary>
/// <param name="DisputeId">The dispute.</param>
/// <param name="Reference">Its reference.</param>
/// <param name="Entry">What was decided and whether it was done.</param>
public sealed record RegisterLine(Guid DisputeId, string Reference, Compliance Entry);

/// <summary>One page of the register of compliance.</summary>
public sealed record RegisterPage
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The entries; what comes first is to be done first.</summary>
    public required IReadOnlyList<RegisterLine> Lines { get; init; }

    /// <summary>How many disputes of the page are missing in it, since what is stored of them cannot be read.</summary>
    public int Unreadable { get; init; }

    /// <summary>True: this is not the first page.</summary>
    public bool Continued { get; init; }

    /// <summary>The value of <c>after</c> that gives the next page. Null: there is none.</summary>
    public string? Next { get; init; }
}

/// <summary>What anybody may read: what was not done in time. No reference, no id, no name.</summary>
public sealed record PublicRegister
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Name of the region.</summary>
    public required string Region { get; init; }

    /// <summary>The entries that were made public.</summary>
    public required IReadOnlyList<Compliance> Entries { get; init; }

    /// <summary>True: this is not the first page.</summary>
    public bool Continued { get; init; }

    /// <summary>The value of <c>after</c> that gives the next page. Null: there is none.</summary>
    public string? Next { get; init; }
}

/// <summary>Reads the register of compliance.</summary>
public sealed class RegisterReader(HubReads reads, Region region, TimeProvider time)
{
    /// <summary>Disputes on a page.</summary>
    public const int PageLength = 50;

    /// <summary>One page. <paramref name="after"/> null: the first.</summary>
    public async Task<RegisterPage> Read(PageMark? after, CancellationToken cancellationToken)
    {
        var found = await reads.DecidedDisputes(after, PageLength + 1, cancellationToken);
        var page = found.Count > PageLength ? [.. found.Take(PageLength)] : found;
        var read = page.Select(d => (Dispute: d, Request: Request.TryRead(d.Body, out var request, out _) ? request : null)).ToList();
        return new()
        {
            At = time.GetUtcNow(),
            // A dispute whose interpretation sufficed lays nothing upon anybody.
            Lines = [.. read.Where(r => r.Request is not null).Select(r => (r.Dispute, Entry: Compliance.Of(r.Request!))).Where(r => r.Entry != null).Select(r => new RegisterLine(r.Dispute.RequestId, r.Dispute.Reference, r.Entry!))],
            Unreadable = read.Count(r => r.Request is null),
            Continued = after != null,
            Next = found.Count > PageLength ? RequestQuery.Text(new(page[^1].NextDue, page[^1].RequestId)) : null,
        };
    }

    /// <summary>The whole register.</summary>
    internal ListFile File(CancellationToken cancellationToken) => new()
    {
        Name = "compliance",
        Title = "Register of compliance",
        Filter = "all",
        At = time.GetUtcNow(),
        Columns = [.. PublicColumns, "dispute", "dispute id"],
        Rows = All(cancellationToken).Select(l => (object?[])[.. Cells(l.Entry), l.Reference, l.DisputeId]),
    };

    /// <summary>The whole of its public part.</summary>
    internal ListFile PublicFile(CancellationToken cancellationToken) => new()
    {
        Name = "public-compliance",
        Title = "Register of compliance, public part",
        Filter = region.Name,
        At = time.GetUtcNow(),
        Columns = PublicColumns,
        Rows = All(cancellationToken).Where(l => l.Entry.Published.Count > 0).Select(l => Cells(l.Entry)),
    };

    static readonly string[] PublicColumns = ["who must comply", "towards", "laid down by", "article", "decided at", "comply by", "status", "since", "made public", "renewed last", "renewed next", "measures"];

    static object?[] Cells(Compliance entry) =>
    [
        entry.OnWhom, entry.Towards, entry.By, entry.Article, entry.DecidedAt, entry.ComplyBy, entry.Status, entry.Since, entry.Published is [var first, ..] ? first : null, entry.Published is [_, .., var last] ? last : null, entry.RenewedNext,
        entry.Measures,
    ];

    async IAsyncEnumerable<RegisterLine> All([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PageMark? after = null;
        do
        {
            var page = await Read(after, cancellationToken);
            foreach (var line in page.Lines)
                yield return line;
            after = page.Next is { } next ? RequestQuery.Mark(next) : null;
        }
        while (after is not null);
    }

    /// <summary>The public part of a page: what was published, and still stands or was done since.</summary>
    public async Task<PublicRegister> Public(PageMark? after, CancellationToken cancellationToken)
    {
        var page = await Read(after, cancellationToken);
        return new() { At = page.At, Region = region.Name, Entries = [.. page.Lines.Select(l => l.Entry).Where(e => e.Published.Count > 0)], Continued = page.Continued, Next = page.Next };
    }
}
