using LiaisonHub.Sealing;

namespace LiaisonHub.OperatorConsole.Links;

/// <summary>The public keys as they lie in their folder now: a file that was lost or put back counts without a start of the console. Where the folder cannot be read, what was read last counts.</summary>
public sealed class PublicKeys
{
    static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    readonly string? folder;
    readonly TimeProvider technical;
    KeyDirectory now;
    DateTimeOffset readAt;

    /// <summary>Of a folder.</summary>
    /// <param name="first">What was read of it at the start.</param>
    /// <param name="folder">The folder. Null: what was read is all there is.</param>
    /// <param name="technical">The clock for technical matters.</param>
    public PublicKeys(KeyDirectory first, string? folder, TimeProvider technical) => (now, this.folder, this.technical, readAt) = (first, folder, technical, technical.GetUtcNow());

    /// <summary>The keys, read again after ten seconds.</summary>
    public KeyDirectory Now
    {
        get
        {
            lock (gate)
            {
                if (folder is not null && (technical.GetUtcNow() - readAt).Duration() >= GoodFor)
                {
                    readAt = technical.GetUtcNow();
                    try
                    {
                        now = KeyDirectory.Load(folder);
                    }
                    catch (Exception e) when (e is InvalidKeysException or IOException or UnauthorizedAccessException)
                    {
                        // Half of a file that is being written, or of a folder that is being mounted: nobody's key is missing for that.
                    }
                }
                return now;
            }
        }
    }
}
