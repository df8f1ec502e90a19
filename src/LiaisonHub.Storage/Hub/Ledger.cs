using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiaisonHub.Storage.Hub;

/// <summary>One fact in its place in the chain.</summary>
public sealed record LedgerEntry
{
    /// <summary>0, 1, 2... Null: not numbered yet.</summary>
    public long? Position { get; init; }

    public required Guid LeafId { get; init; }
    public Guid? RequestId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Kind { get; init; }
    public required string Actor { get; init; }
    public required string Content { get; init; }

    /// <summary>The account of who did it, as the content names it. Null: nobody signed in, or it was no person.</summary>
    public Guid? Account => Ledger.Deed(Content).Account;

    /// <summary>RFC 6962 leaf hash, lower-case hex.</summary>
    public required string LeafHash { get; init; }

    /// <summary>SHA-256 of the previous chain hash and this leaf hash, lower-case hex. Null: not numbered yet.</summary>
    public string? ChainHash { get; init; }
}

/// <summary>Where the chain ends.</summary>
public sealed record LedgerHead
{
    /// <summary>How many entries it has.</summary>
    public required long Size { get; init; }

    /// <summary>Chain hash of the last entry; 64 zeros when there is none.</summary>
    public required string Hash { get; init; }
}

/// <summary>Which deeds. Null: whatever.</summary>
public sealed record DeedFilter
{
    /// <summary>What was done, exactly as the ledger calls it.</summary>
    public string? Kind { get; init; }

    /// <summary>Part of the name of who did it; capitals do not matter.</summary>
    public string? Actor { get; init; }

    /// <summary>The account of who did it.</summary>
    public Guid? Account { get; init; }

    public Guid? RequestId { get; init; }

    /// <summary>From this instant on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Up to this instant.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>The first thing wrong with the ledger.</summary>
public sealed record LedgerFinding
{
    /// <summary>Where. Null: a fact that is in no place.</summary>
    public long? Position { get; init; }

    public Guid? LeafId { get; init; }

    /// <summary>What is wrong, in words.</summary>
    public required string What { get; init; }
}

/// <summary>The append-only record of every act, notice, view and operator's deed. Facts are written by the transaction they belong to; one sequencer numbers
/// and chains them.</summary>
/// <remarks>
/// A leaf hash is SHA-256 of a zero byte and the UTF-8 text <c>leaf id LF request id or nothing LF instant LF kind LF actor LF content</c> (RFC 6962's leaf;
/// instant as
/// <c>2026-01-31T23:59:59.123456Z</c>, ids as lower-case text). A chain hash is SHA-256 of the previous chain hash and the leaf hash, 32 bytes each; the
/// first stands on 32 zero bytes.
/// <para>The content of a deed has a member <c>account</c>, null where nobody signed in; no other fact has one. So what is hashed says which facts are deeds, and <c>ledger_deeds</c>, by which they are found, is compared with
/// it.</para>
/// </remarks>
public sealed class Ledger(Database database)
{
    internal static readonly string NoHash = new('0', 64);

    static readonly byte[] Process = RandomNumberGenerator.GetBytes(4);
    static uint recorded;

    static readonly RowShape<LedgerEntry> Leaves = new RowShape<LedgerEntry>()
        .Id("leaf_id", x => x.LeafId)
        .Id("request_id", x => x.RequestId)
        .Instant("at", x => x.At)
        .Text("kind", x => x.Kind)
        .Text("actor", x => x.Actor)
        .LongText("content", x => x.Content)
        .Text("leaf_hash", x => x.LeafHash);

    static readonly RowShape<LedgerEntry> Deeds = new RowShape<LedgerEntry>()
        .Id("leaf_id", x => x.LeafId)
        .Instant("at", x => x.At)
        .Text("kind", x => x.Kind)
        .Text("actor", x => x.Actor)
        .Id("account_id", x => x.Account)
        .Id("request_id", x => x.RequestId);

    static readonly RowShape<LedgerEntry> LeafIds = new RowShape<LedgerEntry>().Id("leaf_id", x => x.LeafId);

    static readonly RowShape<Link> Links = new RowShape<Link>()
        .Number("position", x => x.Position)
        .Id("leaf_id", x => x.LeafId)
        .Text("leaf_hash", x => x.LeafHash)
        .Text("chain_hash", x => x.ChainHash)
        .Instant("chained_at", x => x.ChainedAt);

    static readonly RowShape<long> Numbers = new RowShape<long>().Number("id", id => id);

    static readonly Statement InsertLeaves = new(d => $"""
        INSERT INTO ledger_leaf ({Leaves.Names()})
        SELECT {Leaves.Names("r")} FROM {d.Rows(Leaves)}
        """);

    static readonly Statement InsertPending = new(d => $"""
        INSERT INTO ledger_pending (leaf_id)
        SELECT r.leaf_id FROM {d.Rows(LeafIds)}
        """);

    static readonly Statement InsertDeeds = new(d => $"""
        INSERT INTO ledger_deeds ({Deeds.Names()})
        SELECT {Deeds.Names("r")} FROM {d.Rows(Deeds)}
        """);

    static readonly Statement Lock = new(d => d.TryLock("liaisonhub-ledger"));

    static readonly Statement SelectPending = new(d => $"""
        SELECT p.pending_no, p.leaf_id, l.leaf_hash
        FROM ledger_pending AS p JOIN ledger_leaf AS l ON l.leaf_id = p.leaf_id
        ORDER BY p.pending_no {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectHead = new(d => $"""
        SELECT position + 1 AS size, chain_hash AS hash FROM ledger_chain
        ORDER BY position DESC {d.FirstRows("@one")}
        """);

    static readonly Statement InsertChain = new(d => $"""
        INSERT INTO ledger_chain ({Links.Names()})
        SELECT {Links.Names("r")} FROM {d.Rows(Links)} ORDER BY r.position
        """);

    static readonly Statement DeletePending = new(d => $"DELETE FROM ledger_pending WHERE pending_no IN (SELECT r.id FROM {d.Rows(Numbers)})");

    const string FactAndDeed = """
        l.leaf_id AS found_id, l.request_id, l.at, l.kind, l.actor, l.content, l.leaf_hash,
        e.leaf_id AS deed_id, e.request_id AS deed_request, e.at AS deed_at, e.kind AS deed_kind, e.actor AS deed_actor, e.account_id AS deed_account
        """;

    static readonly Statement SelectLinks = new(d => $"""
        SELECT c.position, c.leaf_id, c.leaf_hash AS chained_leaf_hash, c.chain_hash, {FactAndDeed}
        FROM ledger_chain AS c LEFT JOIN ledger_leaf AS l ON l.leaf_id = c.leaf_id LEFT JOIN ledger_deeds AS e ON e.leaf_id = c.leaf_id
        WHERE c.position >= @from
        ORDER BY c.position {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectWaiting = new(d => $"""
        SELECT p.pending_no AS position, p.leaf_id, l.leaf_hash AS chained_leaf_hash, l.leaf_hash AS chain_hash, {FactAndDeed}
        FROM ledger_pending AS p JOIN ledger_leaf AS l ON l.leaf_id = p.leaf_id LEFT JOIN ledger_deeds AS e ON e.leaf_id = p.leaf_id
        WHERE p.pending_no > @after
        ORDER BY p.pending_no {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectAstray = new(d => $"""
        SELECT l.leaf_id FROM ledger_leaf AS l
        WHERE NOT EXISTS (SELECT 1 FROM ledger_chain AS c WHERE c.leaf_id = l.leaf_id)
          AND NOT EXISTS (SELECT 1 FROM ledger_pending AS p WHERE p.leaf_id = l.leaf_id)
        ORDER BY l.leaf_id {d.FirstRows("@one")}
        """);

    static readonly Statement SelectUnfounded = new(d => $"""
        SELECT e.leaf_id FROM ledger_deeds AS e
        WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf AS l WHERE l.leaf_id = e.leaf_id)
        ORDER BY e.leaf_id {d.FirstRows("@one")}
        """);

    static readonly Statement SelectPage = new(d => $"""
        SELECT c.position, c.chain_hash, l.leaf_id, l.request_id, l.at, l.kind, l.actor, l.content, l.leaf_hash
        FROM ledger_chain AS c JOIN ledger_leaf AS l ON l.leaf_id = c.leaf_id
        WHERE c.position >= @from
        ORDER BY c.position {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectDeeds = new(d => $"""
        SELECT c.position, c.chain_hash, l.leaf_id, l.request_id, l.at, l.kind, l.actor, l.content, l.leaf_hash
        FROM ledger_deeds AS e JOIN ledger_leaf AS l ON l.leaf_id = e.leaf_id LEFT JOIN ledger_chain AS c ON c.leaf_id = e.leaf_id
        WHERE e.at >= @from AND e.at <= @at AND (e.at < @at OR e.leaf_id < @id)
          AND (@kind = '' OR e.kind = @kind) AND (@actor = '' OR LOWER(e.actor) LIKE @actor ESCAPE '!') AND (@ofAny = 1 OR e.request_id = @requestId)
          AND (@anyAccount = 1 OR e.account_id = @account)
        ORDER BY e.at DESC, e.leaf_id DESC {d.FirstRows("@atMost")}
        """);

    static readonly Statement SelectDeedsOf = new(d => $"""
        SELECT c.position, c.chain_hash, l.leaf_id, l.request_id, l.at, l.kind, l.actor, l.content, l.leaf_hash
        FROM ledger_deeds AS e JOIN ledger_leaf AS l ON l.leaf_id = e.leaf_id LEFT JOIN ledger_chain AS c ON c.leaf_id = e.leaf_id
        WHERE e.request_id = @requestId
        ORDER BY e.at DESC, e.leaf_id DESC {d.FirstRows("@atMost")}
        """);

    static readonly Statement CountDeedsOf = new(_ => "SELECT COUNT(*) FROM ledger_deeds WHERE request_id = @requestId");

    static readonly Statement SelectKinds = new(_ => "SELECT DISTINCT kind FROM ledger_deeds ORDER BY kind");

    internal static readonly Statement OfRequest = new(d => $"""
        SELECT c.position, c.chain_hash, l.leaf_id, l.request_id, l.at, l.kind, l.actor, l.content, l.leaf_hash
        FROM ledger_leaf AS l LEFT JOIN ledger_chain AS c ON c.leaf_id = l.leaf_id
        WHERE l.request_id = @requestId AND l.at <= @at AND (l.at < @at OR l.leaf_id < @id)
        ORDER BY l.at DESC, l.leaf_id DESC {d.FirstRows("@atMost")}
        """);

    /// <summary>Records deeds that belong to no other transaction, and views.</summary>
    public async Task Record(IReadOnlyList<LedgerLeaf> leaves, CancellationToken cancellationToken)
    {
        if (leaves.Count == 0)
            return;
        await using var unit = await database.Begin(cancellationToken);
        await Record(unit, leaves, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    /// <summary>Records deeds as part of the unit they belong to.</summary>
    public static Task Record(Unit unit, IReadOnlyList<LedgerLeaf> leaves, CancellationToken cancellationToken)
    {
        var entries = leaves.Select(leaf => Entry(leaf, deed: true)).ToList();
        return entries.Count == 0 ? Task.CompletedTask
            : new Batch().Add(InsertLeaves, Leaves.Of(entries)).Add(InsertPending, LeafIds.Of(entries)).Add(InsertDeeds, Deeds.Of(entries)).Execute(unit, cancellationToken);
    }

    /// <summary>Numbers and chains facts that have no place yet. Only one process does it at a time; the others return 0 at once.</summary>
    /// <returns>How many were chained.</returns>
    public async Task<int> Chain(DateTimeOffset now, int atMost, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.One<int>(Lock, null, cancellationToken) != 1)
            return 0;
        var pending = await unit.Query<Pending>(SelectPending, new { atMost }, cancellationToken);
        if (pending.Count == 0)
            return 0;
        var head = await unit.One<LedgerHead>(SelectHead, new { one = 1 }, cancellationToken) ?? new LedgerHead { Size = 0, Hash = NoHash };
        var links = new List<Link>(pending.Count);
        foreach (var leaf in pending)
        {
            head = new LedgerHead { Size = head.Size + 1, Hash = Next(head.Hash, leaf.LeafHash) };
            links.Add(new Link(head.Size - 1, leaf.LeafId, leaf.LeafHash, head.Hash, now));
        }
        await new Batch().Add(InsertChain, Links.Of(links)).Add(DeletePending, Numbers.Of(pending.Select(p => p.PendingNo))).Execute(unit, cancellationToken);
        await unit.Commit(cancellationToken);
        return links.Count;
    }

    public async Task<LedgerHead> Head(CancellationToken cancellationToken) =>
        await database.One<LedgerHead>(SelectHead, new { one = 1 }, cancellationToken) ?? new LedgerHead { Size = 0, Hash = NoHash };

    /// <summary>What was done and looked at at the console, and what the hub has noticed by itself: facts that follow from no act of a state. Latest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="after">The place behind the last one of the page before; <see cref="PageMark.RequestId"/> is the leaf. Null: the first page.</param>
    /// <param name="atMost">At most so many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<IReadOnlyList<LedgerEntry>> DeedsPage(DeedFilter filter, PageMark? after, int atMost, CancellationToken cancellationToken) => database.Query<LedgerEntry>(
        SelectDeeds,
        new
        {
            from = filter.From ?? DateTimeOffset.UnixEpoch,
            at = after?.At ?? filter.Until ?? Instants.Never,
            id = after?.RequestId ?? Guid.AllBitsSet,
            kind = filter.Kind ?? "",
            actor = filter.Actor is { Length: > 0 } actor ? $"%{actor.ToLowerInvariant().Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal)}%" : "",
            ofAny = filter.RequestId is null ? 1 : 0,
            requestId = filter.RequestId ?? Guid.Empty,
            anyAccount = filter.Account is null ? 1 : 0,
            account = filter.Account ?? Guid.Empty,
            atMost,
        },
        cancellationToken);

    /// <summary>The deeds and views about one request, latest first, and how many there are in all.</summary>
    public async Task<(IReadOnlyList<LedgerEntry> Latest, long InAll)> DeedsOf(Guid requestId, int atMost, CancellationToken cancellationToken)
    {
        var latest = await database.Query<LedgerEntry>(SelectDeedsOf, new { requestId, atMost }, cancellationToken);
        return (latest, latest.Count < atMost ? latest.Count : await database.One<long>(CountDeedsOf, new { requestId }, cancellationToken));
    }

    /// <summary>The kinds of deeds there are, by name.</summary>
    public Task<IReadOnlyList<string>> DeedKinds(CancellationToken cancellationToken) => database.Query<string>(SelectKinds, null, cancellationToken);

    /// <summary>Recomputes every hash from the facts, and compares the list of deeds with them. <paramref name="known"/> is an end of the chain noted earlier, so that a chain cut short or rewritten
    /// as a whole is found as
    /// well; null: none was noted. <paramref name="sofar"/> is told how many entries were looked at, now and then.</summary>
    /// <returns>The first thing wrong. Null: all is well.</returns>
    public async Task<LedgerFinding?> Verify(LedgerHead? known, CancellationToken cancellationToken, Action<long>? sofar = null)
    {
        const int page = 2000;
        var (position, hash) = (0L, NoHash);
        while (true)
        {
            var links = await database.Query<StoredLink>(SelectLinks, new { from = position, atMost = page }, cancellationToken);
            foreach (var link in links)
            {
                if (link.Position != position)
                    return new LedgerFinding { Position = position, What = "The entry is missing" };
                if (link.FoundId is null)
                    return new LedgerFinding { Position = position, LeafId = link.LeafId, What = "The fact is missing" };
                if (!link.IsAsHashed)
                    return new LedgerFinding { Position = position, LeafId = link.LeafId, What = "The fact is not the one that was chained" };
                hash = Next(hash, link.ChainedLeafHash);
                if (hash != link.ChainHash)
                    return new LedgerFinding { Position = position, LeafId = link.LeafId, What = "The chain hash does not follow from the entry before" };
                if (link.WrongOfDeed is { } wrong)
                    return new LedgerFinding { Position = position, LeafId = link.LeafId, What = wrong };
                position++;
                if (position == known?.Size && hash != known.Hash)
                    return new LedgerFinding { Position = position - 1, LeafId = link.LeafId, What = "The chain up to here is not the one noted earlier" };
            }
            sofar?.Invoke(position);
            if (links.Count < page)
                break;
        }
        if (position < known?.Size)
            return new LedgerFinding { Position = position, What = $"The chain was cut short: it had {known.Size} entries" };
        if (await database.One<Guid?>(SelectAstray, new { one = 1 }, cancellationToken) is { } astray)
            return new LedgerFinding { LeafId = astray, What = "The fact is in no place of the chain and does not wait for one" };
        // Deeds are found before they have a place: those that wait for one are looked at as well.
        var after = 0L;
        IReadOnlyList<StoredLink> waiting;
        do
        {
            waiting = await database.Query<StoredLink>(SelectWaiting, new { after, atMost = page }, cancellationToken);
            foreach (var fact in waiting)
                if ((fact.IsAsHashed ? fact.WrongOfDeed : "The fact is not the one that was recorded") is { } wrong)
                    return new LedgerFinding { LeafId = fact.LeafId, What = wrong };
            after = waiting is [.., var last] ? last.Position : after;
        }
        while (waiting.Count == page);
        return await database.One<Guid?>(SelectUnfounded, new { one = 1 }, cancellationToken) is { } unfounded
            ? new LedgerFinding { LeafId = unfounded, What = "The list of deeds names a fact that the ledger does not have" }
            : null;
    }

    /// <summary>The same where no end was noted earlier.</summary>
    public Task<LedgerFinding?> Verify(CancellationToken cancellationToken) => Verify(null, cancellationToken);

    /// <summary>Entries from a position on, in order.</summary>
    public Task<IReadOnlyList<LedgerEntry>> Page(long fromPosition, int atMost, CancellationToken cancellationToken) =>
        database.Query<LedgerEntry>(SelectPage, new { from = fromPosition, atMost }, cancellationToken);

    /// <summary>Facts of one request in the order of the ledger, last first; those without a place yet are the last. <paramref name="after"/> null: the first page.</summary>
    /// <returns>The page, and the place behind its last one in the index by which the next is found. Null: this was the last page.</returns>
    public async Task<(IReadOnlyList<LedgerEntry> Page, PageMark? Next)> Of(Guid requestId, PageMark? after, int length, CancellationToken cancellationToken)
    {
        // The index has them by time, which is the order of their places but where two clocks differ.
        var found = await database.Query<LedgerEntry>(OfRequest, Behind(requestId, after, length + 1), cancellationToken);
        return (LastFirst(found.Take(length)), found.Count > length ? new(found[length - 1].At, found[length - 1].LeafId) : null);
    }

    internal static IReadOnlyList<LedgerEntry> LastFirst(IEnumerable<LedgerEntry> facts) => [.. facts.OrderByDescending(f => f.Position ?? long.MaxValue)];

    internal static object Behind(Guid requestId, PageMark? after, int atMost) => new { requestId, at = after?.At ?? Instants.Never, id = after?.RequestId ?? Guid.AllBitsSet, atMost };

    // Facts of one instant are found in the order in which they were recorded, which is the order of their places in the chain: behind the time stands this process and then a count, instead of chance (RFC 9562, 6.2).
    // Where a database compares ids from their last group on, that begins with the count.
    static Guid InOrder(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        (bytes[6], bytes[7], bytes[8], bytes[9]) = ((byte)(0x70 | Process[0] & 0x0F), Process[1], (byte)(0x80 | Process[2] & 0x3F), Process[3]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[10..], Interlocked.Increment(ref recorded));
        return new(bytes, bigEndian: true);
    }

    /// <summary>RFC 6962 leaf hash of a fact, lower-case hex.</summary>
    public static string LeafHash(Guid leafId, Guid? requestId, DateTimeOffset at, string kind, string actor, string content) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"\0{leafId:D}\n{requestId:D}\n{Instants.Text(at)}\n{kind}\n{actor}\n{content}")));

    internal static void Add(Batch batch, IEnumerable<LedgerLeaf> leaves)
    {
        var entries = leaves.Select(Fact).ToList();
        if (entries.Count > 0)
            batch.Add(InsertLeaves, Leaves.Of(entries)).Add(InsertPending, LeafIds.Of(entries));
    }

    /// <summary>Whether the content of a fact is a deed's, and the account it names. Null: nobody signed in, or it was no person.</summary>
    internal static (bool IsOne, Guid? Account) Deed(string content)
    {
        if (!content.Contains("\"account\"", StringComparison.Ordinal))
            return default;
        try
        {
            using var json = JsonDocument.Parse(content);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("account", out var account)
                ? (true, account.ValueKind == JsonValueKind.String && account.TryGetGuid(out var id) ? id : null) : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    static LedgerEntry Fact(LedgerLeaf leaf) => leaf.Account is null && !Deed(leaf.Content).IsOne ? Entry(leaf, deed: false)
        : throw new ArgumentException("A fact that follows from an act names no account: it would be a deed", nameof(leaf));

    static LedgerEntry Entry(LedgerLeaf leaf, bool deed)
    {
        if (leaf.Kind.Contains('\n', StringComparison.Ordinal) || leaf.Actor.Contains('\n', StringComparison.Ordinal))
            throw new ArgumentException("Kind and actor of a fact are single lines: the lines are what is hashed", nameof(leaf));
        var at = Instants.Stored(leaf.At);
        var id = InOrder(Guid.CreateVersion7(at));
        var content = deed ? With(leaf.Account, leaf.Content) : leaf.Content;
        return new LedgerEntry
        {
            LeafId = id,
            RequestId = leaf.RequestId,
            At = at,
            Kind = leaf.Kind,
            Actor = leaf.Actor,
            Content = content,
            LeafHash = LeafHash(id, leaf.RequestId, at, leaf.Kind, leaf.Actor, content),
        };
    }

    // What is hashed names the account, and says that it is a deed: a column or a row beside it could be written anew unseen.
    static string With(Guid? account, string content)
    {
        if (JsonNode.Parse(content) is not JsonObject named || !named.TryAdd("account", account))
            throw new ArgumentException("The content of a deed is an object, and its account is given beside it", nameof(content));
        return named.ToJsonString(JsonSerializerOptions.Web);
    }

    internal static string Next(string chainHash, string leafHash)
    {
        Span<byte> both = stackalloc byte[64];
        Convert.FromHexString(chainHash, both[..32], out _, out _);
        Convert.FromHexString(leafHash, both[32..], out _, out _);
        return Convert.ToHexStringLower(SHA256.HashData(both));
    }

    sealed record Link(long Position, Guid LeafId, string LeafHash, string ChainHash, DateTimeOffset ChainedAt);

    sealed record Pending
    {
        public required long PendingNo { get; init; }
        public required Guid LeafId { get; init; }
        public required string LeafHash { get; init; }
    }

    sealed record StoredLink
    {
        public required long Position { get; init; }
        public required Guid LeafId { get; init; }
        public required string ChainedLeafHash { get; init; }
        public required string ChainHash { get; init; }
        public Guid? FoundId { get; init; }
        public Guid? RequestId { get; init; }
        public DateTimeOffset? At { get; init; }
        public string? Kind { get; init; }
        public string? Actor { get; init; }
        public string? Content { get; init; }
        public string? LeafHash { get; init; }
        public Guid? DeedId { get; init; }
        public Guid? DeedRequest { get; init; }
        public DateTimeOffset? DeedAt { get; init; }
        public string? DeedKind { get; init; }
        public string? DeedActor { get; init; }
        public Guid? DeedAccount { get; init; }

        public bool IsAsHashed => LeafHash == ChainedLeafHash && Ledger.LeafHash(LeafId, RequestId, At!.Value, Kind!, Actor!, Content!) == ChainedLeafHash;

        /// <summary>What is wrong with the row of the fact in the list of deeds. Null: nothing.</summary>
        public string? WrongOfDeed => (Deed(Content!), DeedId) switch
        {
            ({ IsOne: false }, null) => null,
            ({ IsOne: false }, _) => "The list of deeds names a fact that is no deed",
            (_, null) => "The deed is missing from the list of deeds",
            var (deed, _) => (DeedRequest, DeedAt, DeedKind, DeedActor, DeedAccount) == (RequestId, At, Kind, Actor, deed.Account) ? null : "The list of deeds does not say what the deed says",
        };
    }
}
