using System.Text.Json;

namespace LiaisonHub.Storage.Hub;

/// <summary>The chain as a file: one entry a line (JSON), to be verified by anybody, without a network and without this hub.</summary>
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
        while (true)
        {
            var page = await ledger.Page(head.Size, AtOnce, cancellationToken);
            foreach (var entry in page)
            {
                await JsonSerializer.SerializeAsync(to, entry, JsonSerializerOptions.Web, cancellationToken);
                await to.WriteAsync("\n"u8.ToArray(), cancellationToken);
                head = new LedgerHead { Size = entry.Position!.Value + 1, Hash = entry.ChainHash! };
            }
            sofar?.Invoke(head.Size);
            if (page.Count < AtOnce)
                return head;
        }
    }

    /// <summary>Computes every hash of a file again.</summary>
    /// <param name="from">The file.</param>
    /// <param name="known">An end of the chain noted elsewhere, so that a file cut short or written anew as a whole is found as well. Null: none was noted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="sofar">Told how many entries were looked at, now and then. Null: nobody.</param>
    /// <returns>Where it ends, and the first thing wrong. Null: all is well.</returns>
    public static async Task<(LedgerHead Head, LedgerFinding? Finding)> Verify(TextReader from, LedgerHead? known, CancellationToken cancellationToken, Action<long>? sofar = null)
    {
        var head = new LedgerHead { Size = 0, Hash = Ledger.NoHash };
        while (await from.ReadLineAsync(cancellationToken) is { } line)
        {
            LedgerFinding Wrong(string what, Guid? leaf = null) => new() { Position = head.Size, LeafId = leaf, What = what };
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
                return (head, Wrong($"Line {head.Size + 1} is no entry of a ledger"));
            if (entry.Position != head.Size)
                return (head, Wrong("The entry is missing", entry.LeafId));
            if (Ledger.LeafHash(entry.LeafId, entry.RequestId, entry.At, entry.Kind, entry.Actor, entry.Content) != entry.LeafHash)
                return (head, Wrong("The fact is not the one that was chained", entry.LeafId));
            if (Ledger.Next(head.Hash, entry.LeafHash) != entry.ChainHash)
                return (head, Wrong("The chain hash does not follow from the entry before", entry.LeafId));
            head = new LedgerHead { Size = head.Size + 1, Hash = entry.ChainHash };
            if (head.Size % AtOnce == 0)
                sofar?.Invoke(head.Size);
            if (head.Size == known?.Size && head.Hash != known.Hash)
                return (head, new LedgerFinding { Position = head.Size - 1, LeafId = entry.LeafId, What = "The chain up to here is not the one noted earlier" });
        }
        return (head, head.Size < known?.Size ? new LedgerFinding { Position = head.Size, What = $"The chain was cut short: it had {known.Size} entries" } : null);
    }
}
