using System.Globalization;
using System.Security.Cryptography;
using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Adapters.Channels;

/// <summary>A file of the inbox that is complete.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Bytes">Its bytes. Null: a file of many records, which is never in memory as a whole.</param>
/// <param name="Sha256">Their digest, lower-case hex.</param>
public sealed record InboxFile(string Name, string Path, byte[]? Bytes, string Sha256);

/// <summary>A file of the inbox that is not read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Size">Its length in bytes, as far as known.</param>
/// <param name="Changed">When it was last written (UTC).</param>
/// <param name="TooLarge">True: it is too large. False: it is no plain file of a trusted owner.</param>
/// <param name="Words">Why.</param>
/// <param name="Fix">What clears it.</param>
public sealed record RefusedFile(string Name, string Path, long Size, DateTimeOffset Changed, bool TooLarge, string Words, string Fix);

/// <summary>
/// Looks at an inbox folder and names the files that are complete. A file is complete when a marker (<c>name.done</c>) says so, or when it has not changed
/// between two looks, can be read to its
/// end, or has not changed for so long that nobody is writing any more. Files are only ever renamed away, never deleted.
/// </summary>
public sealed class InboxFolder(InboxOptions options, TimeProvider time)
{
    static readonly string[] Unfinished = [".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", ".lock", ".done", ".reason.txt"];

    // What is taken at one look, in bytes, and a file more: a drop of many files is not in memory at once.
    const long MostAtOnce = 16 * 1024 * 1024;

    readonly Dictionary<string, Look> looks = new(StringComparer.Ordinal);

    /// <summary>False: by its name it is something unfinished, or a note beside a file, and never read.</summary>
    internal static bool IsRead(string name) =>
        !name.StartsWith('.') && !name.StartsWith('~') && !name.EndsWith('~') && !Unfinished.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    /// <summary>Files complete at this look, in the order they were written, and files that are refused.</summary>
    /// <param name="stopsShort">True for a file, by name and bytes, whose text stops before its end.</param>
    /// <param name="isTable">True for the name of a file of many records, which may be larger.</param>
    public (IReadOnlyList<InboxFile> Complete, IReadOnlyList<RefusedFile> Refused) Inspect(Func<string, ReadOnlyMemory<byte>, bool> stopsShort, Func<string, bool> isTable)
    {
        var (complete, refused, held) = (new List<InboxFile>(), new List<RefusedFile>(), 0L);
        var now = time.GetUtcNow();
        var present = new HashSet<string>(StringComparer.Ordinal);
        // A folder that is named like a message was meant as one, most likely an archive that was unpacked.
        foreach (var inner in new DirectoryInfo(options.Folder).EnumerateDirectories("*.*").Where(d => !d.Name.StartsWith('.') && d.Name.Contains('.', StringComparison.Ordinal) && !IsOwn(d.FullName)))
            refused.Add(new RefusedFile(inner.Name, inner.FullName, 0, inner.CreationTimeUtc, false, "This is a folder. It was not opened.", "Put the messages in it here one by one, and remove it."));
        foreach (var file in Messages().OrderBy(f => f.LastWriteTimeUtc).ThenBy(f => f.Name, StringComparer.Ordinal))
        {
            present.Add(file.Name);
            if (PlainFile.Problem(file.FullName, options.Owners) is { } problem)
            {
                refused.Add(new RefusedFile(file.Name, file.FullName, 0, file.LastWriteTimeUtc, false,
                    $"This is not a plain file of a trusted owner: {problem}. It was not opened.",
                    $"Copy the content into a new file here, written by the account of the local system. To trust another account, add its user id to "
                        + $"{AdapterOptions.Section}:Inbox:Owners."));
                continue;
            }

            var table = isTable(file.Name);
            var (largest, setting) = table ? (options.LargestTable, nameof(options.LargestTable)) : (options.LargestFile, nameof(options.LargestFile));
            if (file.Length > largest)
            {
                refused.Add(new RefusedFile(file.Name, file.FullName, file.Length, file.LastWriteTimeUtc, true,
                    $"The file has {file.Length:N0} bytes; {largest:N0} are allowed here.",
                    $"Send large papers as evidence in parts, or raise {AdapterOptions.Section}:Inbox:{setting}."));
                continue;
            }

            if (held >= MostAtOnce || (table ? Digest(file) : Read(file, largest)) is not var (bytes, digest, open))
                continue;
            var before = looks.GetValueOrDefault(file.Name);
            var look = before is not null && before.Sha256 == digest && before.Written == file.LastWriteTimeUtc ? before
                : new Look(digest, file.LastWriteTimeUtc, now);
            looks[file.Name] = look;
            var marked = File.Exists(file.FullName + ".done");
            if (!marked && (look != before || now - look.Since < options.Settle))
                continue;

            // A writer that stalls looks like one that has finished; a text that stops short, or a last line without its end, shows the difference.
            if (!marked && now - look.Since < options.Patience && (open || bytes is not null && stopsShort(file.Name, bytes)))
                continue;
            held += bytes?.Length ?? 0;
            complete.Add(new InboxFile(file.Name, file.FullName, bytes, digest));
        }

        foreach (var gone in looks.Keys.Where(n => !present.Contains(n)).ToList())
            looks.Remove(gone);
        return (complete, refused);
    }

    /// <summary>True: a message lies here, complete or not, that was seen by then.</summary>
    public bool StillHas(DateTimeOffset by) => Messages().Any(f => looks.TryGetValue(f.Name, out var look) && look.Since <= by);

    bool IsOwn(string folder) => new[] { options.Processed, options.Rejected }.Any(o => o.Length > 0 && Path.TrimEndingDirectorySeparator(Path.GetFullPath(o)) == folder);

    IEnumerable<FileInfo> Messages() => new DirectoryInfo(options.Folder).EnumerateFiles().Where(f => IsRead(f.Name));

    /// <summary>A file beside the messages, by its bare name: papers a message refers to lie in the folder <c>files</c> of the inbox.</summary>
    public FileBeside? Beside(string name)
    {
        var path = name.Length is 0 or > 200 || name != Path.GetFileName(name) || name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0') || name.Any(char.IsControl)
            ? null : Path.Combine(options.Folder, "files", name);
        if (!File.Exists(path))
            return null;
        if (PlainFile.Problem(path, options.Owners) is { } problem)
            return new(null, $"lies in the folder 'files' of the inbox and is not opened, since {problem}");
        var file = new FileInfo(path);
        return file.Length > options.LargestFile
            ? new(null, string.Create(CultureInfo.InvariantCulture,
                $"has {file.Length:N0} bytes, and {options.LargestFile:N0} are allowed; send large papers as evidence in parts, or raise {AdapterOptions.Section}:Inbox:{nameof(options.LargestFile)}"))
            : Read(file, options.LargestFile) is var (bytes, _, _) ? new(bytes, null) : new(null, "lies in the folder 'files' of the inbox and cannot be read; may the adapter read it, and is nobody writing it?");
    }

    // Read once into memory; what is judged later is what was read. A file that goes away or grows meanwhile is for the next look.
    static (byte[]? Bytes, string Sha256, bool Open)? Read(FileInfo file, long largest) => Opened<(byte[]?, string, bool)?>(file, stream =>
    {
        if (stream.Length > largest)
            return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return stream.ReadByte() < 0 ? (bytes, PlainFile.Digest(bytes), false) : null;
    });

    // A file of many records is read part by part when it is taken, and compared with this then. Open: its last line has no end, in whatever of the usual code pages it is written.
    static (byte[]? Bytes, string Sha256, bool Open)? Digest(FileInfo file) => Opened<(byte[]?, string, bool)?>(file, stream =>
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(stream));
        Span<byte> end = stackalloc byte[4];
        stream.Position = Math.Max(0, stream.Length - end.Length);
        return (null, digest, !end[..stream.Read(end)].ContainsAny((byte)'\n', (byte)'\r'));
    });

    static T? Opened<T>(FileInfo file, Func<FileStream, T> read)
    {
        try
        {
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read);
            return read(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    sealed record Look(string Sha256, DateTime Written, DateTimeOffset Since);
}
