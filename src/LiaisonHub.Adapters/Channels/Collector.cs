using System.Security.Cryptography;

namespace LiaisonHub.Adapters.Channels;

/// <summary>
/// Brings local messages from where the local system keeps them into the inbox folder, a file each, and tells the local system only when the file is on the disk. From there on every channel
/// is the same: a message brought twice, since the process died between the two, is recognised by its content.
/// </summary>
public abstract class Collector
{
    /// <summary>What it is for people, for example <c>HTTP https://cases.example/api</c>. Without credentials.</summary>
    public abstract string Name { get; }

    /// <summary>How often it looks when all is well.</summary>
    public abstract TimeSpan Poll { get; }

    /// <summary>What is wrong, with the remedy. Null: it works.</summary>
    public string? Trouble { get; internal set; }

    /// <summary>What was left where it is at the last look, with the remedy, while all else was brought. Null: nothing.</summary>
    public string? LeftBehind { get; protected set; }

    /// <summary>Brings what is there.</summary>
    /// <returns>How many messages came.</returns>
    /// <exception cref="ChannelException">The local system cannot be reached or does not answer as it should.</exception>
    public abstract Task<int> Collect(CancellationToken cancellationToken);
}

/// <summary>A channel does not work. The words say what and how to mend it, without credentials and without what messages hold.</summary>
/// <param name="words">What is wrong, with the remedy.</param>
/// <param name="permanent">True: trying again with the same message is of no use.</param>
/// <param name="away">True: the local system did not answer at all, whatever it was asked for.</param>
public sealed class ChannelException(string words, bool permanent = false, bool away = false) : Exception(words)
{
    /// <summary>True: the local system did not answer at all, whatever it was asked for.</summary>
    public bool Away => away;

    /// <summary>True: trying again with the same message is of no use.</summary>
    public bool Permanent => permanent;
}

/// <summary>The local system as the one who is given messages.</summary>
public interface ILocalSystem
{
    /// <summary>Gives it a message; when this returns the local system has it, and the file is gone from <paramref name="path"/>. At least once: after a crash the same name comes again, and
    /// stands for the same message. A way that carries papers gives those in <see cref="PlainFile.PapersOf"/> first.</summary>
    /// <param name="name">Name of the message, unique for ever, with the ending of its format.</param>
    /// <param name="path">The message as a finished file under another name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ChannelException">It was not taken.</exception>
    Task Deliver(string name, string path, CancellationToken cancellationToken);
}

/// <summary>A folder the local system reads: a message appears in it whole, by one rename.</summary>
public sealed class OutboxFolder(OutboxOptions options) : ILocalSystem
{
    /// <inheritdoc/>
    public Task Deliver(string name, string path, CancellationToken cancellationToken)
    {
        // Whoever finds the message finds its papers.
        if (PlainFile.PapersOf(path) is { Exists: true } papers)
        {
            var all = papers.GetFiles();
            if (all.FirstOrDefault(p => IsAnother(new(Path.Combine(options.Folder, p.Name)), p)) is { } taken)
                throw new ChannelException($"Another file '{PlainFile.Shown(taken.Name)}' lies in the outbox already, and no paper replaces another. Let the local system take that one, or let the mapping put the digest of a paper into its name.", permanent: true);
            foreach (var paper in all)
                paper.MoveTo(Path.Combine(options.Folder, paper.Name), overwrite: true);
            papers.Delete();
        }

        File.Move(path, Path.Combine(options.Folder, name), overwrite: true);
        PlainFile.Settle(options.Folder);
        return Task.CompletedTask;
    }

    // After a crash the same paper lies there already.
    static bool IsAnother(FileInfo there, FileInfo paper) =>
        there.Exists && (there.Length != paper.Length || !File.ReadAllBytes(there.FullName).AsSpan().SequenceEqual(File.ReadAllBytes(paper.FullName)));
}

/// <summary>Where collectors put what they bring. Nothing that waits is ever replaced: whoever brought it was told that it is safe.</summary>
public sealed class InboxDrop(InboxOptions options)
{
    // Two who bring under one name at the same moment.
    readonly Lock gate = new();

    /// <summary>The bounds of the inbox.</summary>
    internal InboxOptions Options => options;

    /// <summary>Puts a message into the inbox unless another one waits there under this name.</summary>
    /// <param name="name">Its name; what no file may be called is replaced.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <returns>True: it is on the disk, also where it lay there before. False: another message has this name, and nothing was written.</returns>
    public bool TryPut(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(options.Folder, PlainFile.Shown(name));
        lock (gate)
        {
            if (IsThere(path, bytes) is { } same)
                return same;
            PlainFile.Write(path + ".tmp", bytes);
            File.Move(path + ".tmp", path, overwrite: true);
            PlainFile.Write(path + ".done", []);
            PlainFile.Settle(options.Folder);
            return true;
        }
    }

    /// <summary>Puts a message into the inbox under a name that holds its digest, or is its alone in another way. When this returns it is on the disk.</summary>
    /// <param name="name">Its name; what no file may be called is replaced.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <exception cref="ChannelException">Another message waits there under this name.</exception>
    public void Put(string name, ReadOnlySpan<byte> bytes)
    {
        if (!TryPut(name, bytes))
            throw new ChannelException("Another file lies in the inbox under the name of a message that has come; the message is brought when that file is taken.");
    }

    /// <summary>True: no file of this name waits in the inbox.</summary>
    public bool IsFree(string name) => !File.Exists(Path.Combine(options.Folder, PlainFile.Shown(name)));

    /// <summary>True: no paper of this name waits for its message.</summary>
    public bool IsFreeBeside(string name) => !File.Exists(Path.Combine(options.Folder, "files", PlainFile.Shown(name)));

    /// <summary>Puts a paper that a message refers to into the folder <c>files</c> of the inbox, before the message itself.</summary>
    public void PutBeside(string name, ReadOnlySpan<byte> bytes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(options.Folder, "files")).FullName;
        var path = Path.Combine(folder, PlainFile.Shown(name));
        PlainFile.Write(path + ".tmp", bytes);
        File.Move(path + ".tmp", path, overwrite: true);
        PlainFile.Settle(folder);
    }

    /// <summary>A short name made of what identifies a message at its source.</summary>
    public static string NameOf(string source) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(source)))[..16];

    /// <summary>What identifies a message at its source, in the length there is for it.</summary>
    internal static string Key(string id) => id.Length <= 150 ? id : NameOf(id);

    // Null: nothing is there.
    static bool? IsThere(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists ? file.Length == bytes.Length && bytes.SequenceEqual(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // It has just been taken.
            return null;
        }
    }
}
