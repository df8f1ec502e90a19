using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace LiaisonHub.Adapters.Formats;

/// <summary>One file of a container.</summary>
/// <param name="Name">Its name as the container has it. Data, never a path.</param>
/// <param name="Bytes">Its exact bytes.</param>
/// <param name="IsSignature">True: a signature, a manifest or a timestamp (META-INF).</param>
/// <param name="IsOpened">True: a zip whose own files follow.</param>
/// <param name="Digest">Whether the signature names the digest these bytes have. Says nothing about who signed.</param>
sealed record ContainedFile(string Name, byte[] Bytes, bool IsSignature, bool IsOpened, DigestFinding Digest);

/// <summary>What comparing a digest came to.</summary>
enum DigestFinding
{
    /// <summary>Nothing names one, or by a method that is not computed here.</summary>
    NotCompared,

    /// <summary>The bytes are those that were meant.</summary>
    Same,

    /// <summary>They are others.</summary>
    Different,
}

/// <summary>
/// A container of signed files (ETSI EN 319 162-1, ASiC-S): a zip whose payload may be a second zip. It is opened in memory within bounds; nothing is unpacked to a disk, and no name in it is used as a
/// path. Signatures are kept bound to the bytes they sign and are not verified.
/// </summary>
sealed class AsicContainer
{
    /// <summary>Most files, those of the inner zip too.</summary>
    public const int MostFiles = 200;

    /// <summary>Most bytes of all files together, unpacked.</summary>
    public const long Largest = 64 * 1024 * 1024;

    /// <summary>Deepest zip in a zip.</summary>
    const int MaxDepth = 2;

    readonly List<ContainedFile> files = [];
    long largest;

    /// <summary>The files, those of the inner zip in its place.</summary>
    public IReadOnlyList<ContainedFile> Files => files;

    /// <summary>Where <c>mimetype</c> stands: the standard wants it first, and real containers have it last.</summary>
    public string Mimetype { get; private set; } = "missing";

    /// <summary>Bytes of all files together, unpacked.</summary>
    public long Size { get; private set; }

    /// <summary>True: it begins like a zip.</summary>
    public static bool Looks(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PK\u0003\u0004"u8) || bytes.StartsWith("PK\u0005\u0006"u8);

    /// <summary>Opens one by itself.</summary>
    /// <exception cref="UnreadableException">Damaged, encrypted, or more than the bounds allow.</exception>
    public static AsicContainer Open(byte[] bytes)
    {
        var left = Largest;
        return Open(bytes, ref left);
    }

    /// <summary>Opens it.</summary>
    /// <param name="bytes">The container.</param>
    /// <param name="left">Most bytes of all its files together, and then what is left of them: the containers of one message share a bound, and those that cannot be opened have their part in it.</param>
    /// <exception cref="UnreadableException">Damaged, encrypted, or more than the bounds allow.</exception>
    public static AsicContainer Open(byte[] bytes, ref long left)
    {
        var made = new AsicContainer { largest = Math.Max(0, left) };
        try
        {
            made.Unpack(bytes, 1);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            throw Unreadable("it is damaged, encrypted, or packed by a method that is not known");
        }
        finally
        {
            left -= made.Size;
        }

        if (made.files.Count == 0)
            throw Unreadable("there is nothing in it");
        return made;
    }

    void Unpack(byte[] bytes, int depth)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
        if (files.Count + zip.Entries.Count > MostFiles)
            throw Unreadable($"it holds more than {MostFiles} files");
        var read = new List<(string Name, byte[] Bytes)>();
        foreach (var entry in zip.Entries)
        {
            // A folder.
            if (entry.FullName.EndsWith('/'))
                continue;
            if (depth == 1 && entry.FullName == "mimetype")
                Mimetype = ReferenceEquals(entry, zip.Entries[0]) ? "first" : "later";
            else
                read.Add((entry.FullName, Content(entry)));
        }

        var signatures = read.Where(f => f.Name.StartsWith("META-INF/", StringComparison.OrdinalIgnoreCase)).ToList();
        var named = signatures.SelectMany(s => References(s.Bytes)).ToList();
        foreach (var (name, content) in read)
        {
            var signature = name.StartsWith("META-INF/", StringComparison.OrdinalIgnoreCase);
            var finding = signature ? DigestFinding.NotCompared : named.Where(r => r.Uri == name).Select(r => Compare(r.Method, r.Value, content)).DefaultIfEmpty(DigestFinding.NotCompared).Max();
            var inner = !signature && depth < MaxDepth && Looks(content) && name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
            files.Add(new(name, content, signature, inner, finding));
            if (inner)
                Unpack(content, depth + 1);
        }
    }

    // What a zip says about sizes is a claim; what is counted is what comes out.
    byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var kept = new MemoryStream();
        var part = new byte[81920];
        for (int read; (read = stream.Read(part)) > 0;)
        {
            if ((Size += read) > largest)
                throw Unreadable($"unpacked it has more than {largest:N0} bytes");
            kept.Write(part, 0, read);
        }

        return kept.ToArray();
    }

    static IEnumerable<(string Uri, string? Method, string? Value)> References(byte[] signature)
    {
        XElement root;
        try
        {
            root = XmlFormat.Tree(signature);
        }
        catch (UnreadableException)
        {
            // PKCS #7 and whatever else: kept, not looked into.
            return [];
        }

        return root.Descendants().Where(e => e.Name.LocalName is "Reference" or "DataObjectReference").Select(e => (
            Uri.UnescapeDataString((string?)e.Attribute("URI") ?? ""),
            (string?)e.Elements().FirstOrDefault(m => m.Name.LocalName == "DigestMethod")?.Attribute("Algorithm"),
            (string?)e.Elements().FirstOrDefault(m => m.Name.LocalName == "DigestValue")));
    }

    /// <summary>Compares bytes with a digest as connectors write it: the method as a name or an address, the value in base64 once, or once more over its own text.</summary>
    public static DigestFinding Compare(string? method, string? value, ReadOnlySpan<byte> bytes)
    {
        var actual = MethodOf(method) switch
        {
            "sha256" => SHA256.HashData(bytes),
            "sha384" => SHA384.HashData(bytes),
            "sha512" => SHA512.HashData(bytes),
            _ => null,
        };
        return actual is null || Value(value) is not { } said ? DigestFinding.NotCompared
            : CryptographicOperations.FixedTimeEquals(actual, said) ? DigestFinding.Same : DigestFinding.Different;
    }

    /// <summary>The method in letters and digits, for example <c>sha256</c> for <c>SHA-256</c> and for <c>http://www.w3.org/2001/04/xmlenc#sha256</c>.</summary>
    public static string MethodOf(string? method) =>
        new([.. (method ?? "").Split('#', '/')[^1].Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);

    /// <summary>The digest itself. Some connectors encode the text of the base64 once more. Null: neither.</summary>
    public static byte[]? Value(string? value)
    {
        if (FromBase64(value) is not { } once)
            return null;
        return once.Length is 24 or 28 or 44 or 64 or 88 && Array.TrueForAll(once, b => b is > 32 and < 127) && FromBase64(Encoding.ASCII.GetString(once)) is { Length: >= 16 } twice ? twice : once;
    }

    /// <summary>Base64 with blanks and line breaks in it. Null: it is none.</summary>
    public static byte[]? FromBase64(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    static UnreadableException Unreadable(string found) => new(new Quarantine
    {
        Code = QuarantineCode.UnknownFormat,
        Words = $"The container cannot be opened: {found}.",
        Fix = "Open it on a machine that may be harmed, or ask the sender for it again. It is kept as it came.",
    });
}
