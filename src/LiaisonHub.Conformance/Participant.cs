using System.Text.Json;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Conformance;

/// <summary>Where an examination takes place: keys made for it alone, and the link on which the kit listens as the hub.</summary>
public sealed record Venue
{
    /// <summary>A folder of this examination's own.</summary>
    public required string Folder { get; init; }

    /// <summary>The participant's end of the link where it runs in this process. Null: it reaches its virtual host by itself.</summary>
    public IAdapterLink? Link { get; init; }

    /// <summary>Public keys of the hub, of the other state and of the participant.</summary>
    public string PublicKeys => Path.Combine(Folder, "keys");

    /// <summary>The participant's private keys of this examination. They are worth nothing anywhere else.</summary>
    public string PrivateKeys => Path.Combine(Folder, "private");
}

/// <summary>
/// A system that takes part in the exchange, as the kit sees it: something on the other end of a link. What the kit can reach beside that (a hand at its desk, its folders, its log, its power
/// switch) decides how much of it can be observed; what cannot be observed is never taken for passed.
/// </summary>
public abstract class Participant : IAsyncDisposable
{
    /// <summary>Its state.</summary>
    public abstract string State { get; }

    /// <summary>What it is, for the report: program and version.</summary>
    public abstract string Name { get; }

    /// <summary>The authority it acts for where nothing else is said.</summary>
    public virtual string Authority => $"{State}-CA";

    /// <summary>The state the kit plays against it.</summary>
    public virtual string Other => State == "XB" ? "XA" : "XB";

    /// <summary>Begins it; after <see cref="Kill"/> begins it again on the same disk.</summary>
    public abstract Task Start(Venue venue, CancellationToken cancellationToken);

    /// <summary>Ends it at once, as a power failure would. Only called where <see cref="CanBeKilled"/>.</summary>
    public abstract Task Kill();

    /// <summary>True: the kit holds its power switch.</summary>
    public virtual bool CanBeKilled => true;

    /// <summary>A hand at its desk. Null: nobody works there for the kit.</summary>
    public virtual Hand? Hand => null;

    /// <summary>The folders to its local system. Null: it has none, or they are out of reach.</summary>
    public virtual LocalSide? Local => null;

    /// <summary>True: it has no local system and works at a desk alone. What is required of messages of a local system does not apply to it.</summary>
    public virtual bool DeskOnly => false;

    /// <summary>Every line it logged so far. Null: out of reach.</summary>
    public virtual IReadOnlyList<string>? Log => null;

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>A person at the desk of an adapter of this house: makes acts, opens what came, looks where a request stands.</summary>
/// <param name="maker">Makes acts.</param>
/// <param name="reads">Reads the adapter's own database.</param>
public sealed class Hand(ActMaker maker, DeskReads reads)
{
    /// <summary>Makes an act.</summary>
    /// <returns>The act's id; null and what was wrong where it was not made.</returns>
    public async Task<(Guid? ActId, string? Problem)> Make(ActToMake wanted, CancellationToken cancellationToken)
    {
        var made = await maker.Make(wanted, cancellationToken);
        return made.Made ? (made.ActId, null) : (null, string.Join("; ", made.Problems.Select(p => $"{p.Field}: {p.Words}")));
    }

    /// <summary>Opens an act of the other side, for the first time or again.</summary>
    public Task<bool> Open(Guid actId, CancellationToken cancellationToken) => maker.MarkOpened(actId, "conformance", cancellationToken);

    /// <summary>A request as it stands there. Null: not known.</summary>
    public async Task<OwnRequest?> Request(Guid requestId, CancellationToken cancellationToken) => await reads.Request(requestId, cancellationToken);

    /// <summary>What the hub said to an own act: <c>Accepted</c>, <c>Refused</c>, or nothing yet.</summary>
    public async Task<string?> Outcome(Guid actId, CancellationToken cancellationToken) => (await reads.Act(actId, cancellationToken))?.Outcome;

    /// <summary>Figures the desk and the sign of life show.</summary>
    public Task<AdapterFigures> Figures(CancellationToken cancellationToken) => reads.Figures(cancellationToken);
}

/// <summary>The folders between an adapter and its local system.</summary>
public sealed record LocalSide
{
    /// <summary>Where the local system writes.</summary>
    public required string Inbox { get; init; }

    /// <summary>Where files go that were taken.</summary>
    public required string Processed { get; init; }

    /// <summary>Where files go that nothing could be made of.</summary>
    public required string Rejected { get; init; }

    /// <summary>What the local system is given. Null: nothing is given; acts are read at the desk.</summary>
    public string? Outbox { get; init; }

    /// <summary>The largest file it takes, in bytes.</summary>
    public required long LargestFile { get; init; }

    /// <summary>What its local system writes. Null: the kit has no sample; nothing is dropped.</summary>
    public LocalSample? Sample { get; init; }
}

/// <summary>
/// A message of the local system from which an act can be made, and how to spoil it. Data beside the country's samples: <c>conformance.json</c>.
/// </summary>
public sealed record LocalSample
{
    /// <summary>The file, relative to <c>conformance.json</c>. It must make a complete act.</summary>
    public required string File { get; init; }

    /// <summary>The act it makes.</summary>
    public required string Makes { get; init; }

    /// <summary>Digits in the file that number the matter; the kit counts them up, so that no two files are the same.</summary>
    public required string Number { get; init; }

    /// <summary>The reference of the request it answers, as it stands in the file; the kit writes that of its own request there. Null: it begins a request.</summary>
    public string? Reference { get; init; }

    /// <summary>The state the message is for. Null: the one it answers.</summary>
    public string? To { get; init; }

    /// <summary>A name in the file that must never show in a log; the kit writes a marker in its place. Null: none.</summary>
    public string? Person { get; init; }

    /// <summary>A code in the file that a table explains, with so much around it that it stands there once. Null: the format has none.</summary>
    public string? Code { get; init; }

    /// <summary>The same piece with a code that no table knows.</summary>
    public string? UnknownCode { get; init; }

    /// <summary>A piece of the file without which no complete act can be made; the kit leaves it out.</summary>
    public required string Needed { get; init; }

    /// <summary>The bytes of the file, as they lie on the disk.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public byte[] Content { get; init; } = [];

    /// <summary>Reads what stands beside a country's samples.</summary>
    /// <returns>Null: there is no such file.</returns>
    /// <exception cref="InvalidDataException">It cannot be used; the message says why.</exception>
    public static LocalSample? Load(string folder)
    {
        var file = Path.Combine(folder, "conformance.json");
        if (!System.IO.File.Exists(file))
            return null;
        try
        {
            var read = JsonSerializer.Deserialize<LocalSample>(System.IO.File.ReadAllBytes(file), ReadCommented)!;
            var content = System.IO.File.ReadAllBytes(Path.Combine(folder, read.File));
            var text = System.Text.Encoding.UTF8.GetString(content);
            foreach (var piece in new[] { read.Number, read.Reference, read.Person, read.Code, read.Needed })
                if (piece is not null && !text.Contains(piece, StringComparison.Ordinal))
                    throw new InvalidDataException($"{file}: \"{piece}\" does not stand in {read.File}; write a piece of that file.");
            return read with { Content = content };
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}, line {e.LineNumber + 1}: {e.Message}", e);
        }
    }

    static readonly JsonSerializerOptions ReadCommented = new(Wire.Json) { ReadCommentHandling = JsonCommentHandling.Skip };
}
