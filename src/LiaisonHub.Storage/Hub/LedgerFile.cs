using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace LiaisonHub.Storage.Hub;

/// <summary>The chain as a file: one entry a line (JSON), and behind them a line that says where it ends, to be verified by anybody, without a network and without this hub.</summary>
/// <remarks>
/// What stands in a line beside what is hashed follows from it: a line that an entry would not be written as, byte for byte, is not believed. A line ends with one LF. The last one is <c>{"end":{"size":2,"hash":"…"}}</c>:
/// how many entries there are, and the chain hash of the last; a file without it was cut.
/// </remarks>
public static class LedgerFile
{
    const int AtOnce = 2000;

    /// <summary>Writes the whole chain as it stands now.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="to">The file.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="sofar">Told how many entries are written, now and then. Null: nobody.</param>
    /// <returns>Where it ends in the file.</returns>
    public static async Task<LedgerHead> Write(Ledger ledger, Stream to, CancellationToken cancellationToken, Action<long>? sofar = null)
    {
        var head = new LedgerHead { Size = 0, Hash = Ledger.NoHash };
        IReadOnlyList<LedgerEntry> page;
        do
        {
            page = await ledger.Page(head.Size, AtOnce, cancellationToken);
            foreach (var entry in page)
            {
                await to.WriteAsync(Line(entry), cancellationToken);
                head = new LedgerHead { Size = entry.Position!.Value + 1, Hash = entry.ChainHash! };
            }
            sofar?.Invoke(head.Size);
        }
        while (page.Count == AtOnce);
        await to.WriteAsync(Line(new FileEnd(head)), cancellationToken);
        return head;
    }

    /// <summary>Computes every hash of a file again.</summary>
    /// <param name="from">The file.</param>
    /// <param name="known">An end of the chain noted elsewhere, so that a file that was written anew as a whole, its end too, is found as well. Null: none was noted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="sofar">Told how many entries were looked at, now and then. Null: nobody.</param>
    /// <returns>Where it ends, and the first thing wrong, in the place of its line (the first is 0). Null: all is well.</returns>
    public static async Task<(LedgerHead Head, LedgerFinding? Finding)> Verify(Stream from, LedgerHead? known, CancellationToken cancellationToken, Action<long>? sofar = null)
    {
        var head = new LedgerHead { Size = 0, Hash = Ledger.NoHash };
        var ended = false;
        LedgerFinding Wrong(string what, Guid? leaf = null) => new() { Position = head.Size, LeafId = leaf, What = what };
        await foreach (var line in Lines(from, cancellationToken))
        {
            if (ended)
                return (head, Wrong($"Line {head.Size + 2} stands behind the end of the file"));
            if (line.AsSpan().SequenceEqual(Line(new FileEnd(head))))
            {
                ended = true;
                continue;
            }
            LedgerEntry? entry;
            try
            {
                entry = JsonSerializer.Deserialize<LedgerEntry>(line, JsonSerializerOptions.Web);
            }
            catch (JsonException)
            {
                entry = null;
            }
            if (entry is null)
                return (head, Wrong($"Line {head.Size + 1} is neither an entry of a ledger nor the end of the entries before it"));
            if (entry.Position != head.Size)
                return (head, Wrong("The entry is missing", entry.LeafId));
            if (Ledger.LeafHash(entry.LeafId, entry.RequestId, entry.At, entry.Kind, entry.Actor, entry.Content) != entry.LeafHash)
                return (head, Wrong("The fact is not the one that was chained", entry.LeafId));
            if (Ledger.Next(head.Hash, entry.LeafHash) != entry.ChainHash)
                return (head, Wrong("The chain hash does not follow from the entry before", entry.LeafId));
            if (!line.AsSpan().SequenceEqual(Line(entry)))
                return (head, Wrong($"Line {head.Size + 1} says something beside its fact, or says it in another way than it is written", entry.LeafId));
            head = new LedgerHead { Size = head.Size + 1, Hash = entry.ChainHash };
            if (head.Size % AtOnce == 0)
                sofar?.Invoke(head.Size);
            if (head.Size == known?.Size && head.Hash != known.Hash)
                return (head, new LedgerFinding { Position = head.Size - 1, LeafId = entry.LeafId, What = "The chain up to here is not the one noted earlier" });
        }
        return (head, head.Size < known?.Size ? Wrong($"The chain was cut short: it had {known.Size} entries")
            : !ended ? Wrong($"The file was cut: behind its {head.Size} entries there is no line that says where it ends") : null);
    }

    static byte[] Line<T>(T said) => [.. JsonSerializer.SerializeToUtf8Bytes(said, JsonSerializerOptions.Web), (byte)'\n'];

    // With its LF: one that has none was cut. A reader of texts would take other signs for the end of a line, and bytes that are no text for others.
    static async IAsyncEnumerable<byte[]> Lines(Stream from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(from, new(bufferSize: 65_536, leaveOpen: true));
        try
        {
            ReadResult read;
            do
            {
                read = await reader.ReadAsync(cancellationToken);
                var left = read.Buffer;
                while (left.PositionOf((byte)'\n') is { } at)
                {
                    var next = left.GetPosition(1, at);
                    yield return left.Slice(0, next).ToArray();
                    left = left.Slice(next);
                }
                if (read.IsCompleted && !left.IsEmpty)
                    yield return left.ToArray();
                reader.AdvanceTo(left.Start, left.End);
            }
            while (!read.IsCompleted);
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    sealed record FileEnd(LedgerHead End);
}
