using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonHub.Messaging.Links;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Links;

/// <summary>That somebody wants to see what the broker gave up on.</summary>
/// <param name="Reason">Why.</param>
/// <param name="By">Who asks, where nobody signs in: name and function.</param>
public sealed record DeadLetterWish(string? Reason, string? By = null);

/// <summary>That what was seen is to be brought home.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many are brought home, typed by hand.</param>
/// <param name="By">Who asks, where nobody signs in: name and function.</param>
public sealed record HomeWish(string? Reason, int? Count, string? By = null);

/// <summary>How a look at what the broker gave up on stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadLetterStatus>))]
public enum DeadLetterStatus
{
    /// <summary>No hub has looked yet.</summary>
    Looking,

    /// <summary>It was seen, and lies where it lay.</summary>
    Seen,

    /// <summary>It is being brought home.</summary>
    GoingHome,

    /// <summary>All of it is home.</summary>
    Home,

    /// <summary>Some of it has stayed.</summary>
    Stayed,

    /// <summary>It could not be seen.</summary>
    Failed,
}

/// <summary>One message that the broker gave up on.</summary>
/// <param name="Letter">What may be seen of it.</param>
/// <param name="Home">The queue that has it again. Null: it has not moved.</param>
/// <param name="Why">Why it stays, or would stay. Null: nothing keeps it.</param>
public sealed record DeadLetterLine(DeadLetter Letter, string? Home, string? Why);

/// <summary>What the broker gave up on at the link of a state, as somebody has last looked at it.</summary>
public sealed record DeadLetterBoard
{
    /// <summary>The look.</summary>
    public required Guid LookId { get; init; }

    /// <summary>The state of the link.</summary>
    public required string State { get; init; }

    /// <summary>When it was asked for (UTC).</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Who asked, as the ledger says it.</summary>
    public required string AskedBy { get; init; }

    /// <summary>How it stands.</summary>
    public required DeadLetterStatus Status { get; init; }

    /// <summary>How many lay there. Null: not known.</summary>
    public long? Total { get; init; }

    /// <summary>When the oldest of those seen died (UTC). Null: the broker does not say.</summary>
    public DateTimeOffset? Oldest => Lines.Min(l => l.Letter.DiedAt);

    /// <summary>The first of them: this list goes home, and nothing that comes later.</summary>
    public required IReadOnlyList<DeadLetterLine> Lines { get; init; }

    /// <summary>How many of them can go home.</summary>
    public int CanGo => Lines.Count(l => l.Letter.Home is not null);

    /// <summary>Why it could not be seen. Null: it could.</summary>
    public string? Trouble { get; init; }

    /// <summary>Who has wished it home. Null: nobody.</summary>
    public string? WishedBy { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>True: it is worth looking again.</summary>
    public bool UnderWay => Status is DeadLetterStatus.Looking or DeadLetterStatus.GoingHome;
}

/// <summary>Where what the broker gave up on is looked at and wished home: the same from a page, over the API and from the command line.</summary>
public sealed class DeadLetterDesk(DeadLetterLooks looks, Texts texts, TimeProvider time, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    /// <summary>The last look at a state's link. Null: nobody has looked.</summary>
    public async Task<DeadLetterBoard?> Latest(string state, CancellationToken cancellationToken) => await looks.Latest(state, cancellationToken) is { } look ? Board(look) : null;

    /// <summary>Asks for a look; while one is under way, that one is the answer.</summary>
    /// <returns>The look, or what is wrong with what was asked.</returns>
    public async Task<(DeadLetterBoard? Look, IReadOnlyList<string> Problems)> Ask(string state, DeadLetterWish wish, Caller caller, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var (by, reason) = Fields.WhoAndWhy(caller, wish.By, wish.Reason, texts, problems);
        if (problems.Count > 0)
            return (null, problems);
        var now = technical.GetUtcNow();
        return (Board(await looks.Ask(new() { LookId = Guid.CreateVersion7(now), State = state, AskedAt = now, AskedBy = by }, reason, caller.AccountId, time.GetUtcNow(), cancellationToken)), []);
    }

    /// <summary>Wishes what was seen home.</summary>
    /// <returns>How it stands then, or what stands against it.</returns>
    public async Task<(DeadLetterBoard? Look, ErrorCode? Error, IReadOnlyList<string> Problems)> Home(string state, Guid lookId, HomeWish wish, Caller caller, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var (by, reason) = Fields.WhoAndWhy(caller, wish.By, wish.Reason, texts, problems);
        if (problems.Count > 0)
            return (null, ErrorCode.CannotBeRead, problems);
        if (await looks.Latest(state, cancellationToken) is not { } look || look.LookId != lookId || Board(look) is not { Status: DeadLetterStatus.Seen, CanGo: > 0 } seen)
            return (null, ErrorCode.LettersChanged, [texts["errors.LH0404"].Plain]);
        if (wish.Count != seen.CanGo)
            return (null, ErrorCode.OtherCount, [texts["links.dead-count", seen.CanGo].Plain]);
        return await looks.WishHome(look, by, reason, caller.AccountId, technical.GetUtcNow(), time.GetUtcNow(), cancellationToken)
            ? (await Latest(state, cancellationToken), null, []) : (null, ErrorCode.LettersChanged, [texts["errors.LH0404"].Plain]);
    }

    DeadLetterBoard Board(DeadLetterLook look)
    {
        var letters = look.Letters is { } seen ? JsonSerializer.Deserialize<IReadOnlyList<DeadLetter>>(seen, JsonSerializerOptions.Web)! : [];
        var became = (look.Became is { } known ? JsonSerializer.Deserialize<IReadOnlyList<BroughtHome>>(known, JsonSerializerOptions.Web)! : []).ToLookup(b => b.Digest);
        var told = new Dictionary<string, int>();
        return new()
        {
            LookId = look.LookId,
            State = look.State,
            AskedAt = look.AskedAt,
            AskedBy = look.AskedBy,
            Status = look.SeenAt is null ? DeadLetterStatus.Looking : look.HomeAskedAt is null ? look.Trouble is null ? DeadLetterStatus.Seen : DeadLetterStatus.Failed
                : look.EndedAt is null ? DeadLetterStatus.GoingHome : became.SelectMany(b => b).All(b => b.Home is not null) ? DeadLetterStatus.Home : DeadLetterStatus.Stayed,
            Total = look.Total,
            Lines = [.. letters.Select(Line)],
            Trouble = look.Trouble,
            WishedBy = look.HomeAskedBy,
            Reason = look.HomeReason,
        };

        // The same bytes may lie there several times.
        DeadLetterLine Line(DeadLetter letter)
        {
            var nth = told[letter.Digest] = told.GetValueOrDefault(letter.Digest) + 1;
            return became[letter.Digest].ElementAtOrDefault(nth - 1) is { } end ? new(letter, end.Home, end.Why) : new(letter, null, letter.Home is null ? texts["links.dead-no-home"].Plain : null);
        }
    }
}
