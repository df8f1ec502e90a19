using System.Text;

namespace LiaisonHub.Adapters.Formats;

/// <summary>Turns bytes into text. What a file says about its own character set is evidence, not truth.</summary>
static class Characters
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes, and says in <paramref name="repairs"/> what differed from what the file declared.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="declared">The character set the file names, or null.</param>
    /// <param name="repairs">Receives one line per repair.</param>
    /// <exception cref="UnreadableException">No character set explains the bytes.</exception>
    internal static string Decode(ReadOnlySpan<byte> bytes, string? declared, List<string> repairs)
    {
        bool? utf8 = System.Text.Unicode.Utf8.IsValid(bytes) ? bytes.ContainsAnyInRange((byte)0x80, (byte)0xFF) : null;
        var (encoding, mark) = Explain(bytes, utf8, declared, repairs);
        try
        {
            return encoding.GetString(bytes[mark..]);
        }
        catch (DecoderFallbackException)
        {
            throw Unexplained(encoding.WebName);
        }
    }

    /// <summary>Decodes as it is read: of a file of any size no more than a part is in memory.</summary>
    /// <param name="bytes">The file, which is gone through more than once.</param>
    /// <param name="declared">The character set the file names, or null.</param>
    /// <exception cref="UnreadableException">No character set explains the bytes.</exception>
    internal static TextReader Open(Stream bytes, string? declared)
    {
        var start = new byte[4];
        var read = bytes.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var (encoding, mark) = Explain(start.AsSpan(0, read), Survey(bytes, Utf8, 0), declared, []);
        if (encoding != Utf8 && Survey(bytes, encoding, mark) is null)
            throw Unexplained(encoding.WebName);
        bytes.Position = mark;
        return Reader(bytes, encoding);
    }

    // Null: the bytes are not of this character set. True: they have characters beyond ASCII.
    static bool? Survey(Stream bytes, Encoding encoding, int from)
    {
        bytes.Position = from;
        using var reader = Reader(bytes, encoding);
        var (part, beyond) = (new char[1 << 14], false);
        try
        {
            for (int read; (read = reader.Read(part, 0, part.Length)) > 0;)
                beyond |= part.AsSpan(0, read).ContainsAnyExceptInRange('\0', '\x7F');
            return beyond;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    static StreamReader Reader(Stream bytes, Encoding encoding) => new(bytes, encoding, detectEncodingFromByteOrderMarks: false, 1 << 14, leaveOpen: true);

    // The character set, and how many bytes its mark takes.
    static (Encoding Encoding, int Mark) Explain(ReadOnlySpan<byte> start, bool? utf8, string? declared, List<string> repairs)
    {
        // UTF-32 first: its little-endian mark begins like that of UTF-16.
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]))
            return (new UTF32Encoding(false, true, true), 4);
        if (start.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF]))
            return (new UTF32Encoding(true, true, true), 4);
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return (new UnicodeEncoding(false, true, true), 2);
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return (new UnicodeEncoding(true, true, true), 2);
        var marked = start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]);
        if (!marked && start.Length >= 2 && start[0] == 0 && start[1] != 0)
            return (new UnicodeEncoding(true, false, true), 0);
        if (!marked && start.Length >= 2 && start[1] == 0 && start[0] != 0)
            return (new UnicodeEncoding(false, false, true), 0);

        var mark = marked ? 3 : 0;
        var name = declared?.Trim();
        if (string.IsNullOrEmpty(name) || IsUtf8(name))
        {
            if (utf8 is not null)
                return (Utf8, mark);
            if (marked)
                throw Unexplained(name);
            repairs.Add($"declared {name ?? "nothing (so UTF-8)"}, but the bytes are not UTF-8: read as Windows-1252");
            return (OfName("windows-1252")!, mark);
        }

        // A declaration of two-byte characters that could itself be read byte by byte is wrong.
        if (utf8 is not null && (marked || name.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("ucs-2", StringComparison.OrdinalIgnoreCase)))
        {
            repairs.Add($"declared {name}, but the bytes are UTF-8: read as UTF-8");
            return (Utf8, mark);
        }

        if (OfName(name) is not { } encoding)
        {
            if (utf8 is null)
                throw Unexplained(name);
            repairs.Add($"declared '{name}', which is not a known character set: read as UTF-8");
            return (Utf8, mark);
        }

        // Valid multi-byte UTF-8 does not come about by chance in a one-byte character set.
        if (encoding.IsSingleByte && utf8 == true)
        {
            repairs.Add($"declared {name}, but the bytes are UTF-8: read as UTF-8");
            return (Utf8, mark);
        }

        return (encoding, mark);
    }

    static bool IsUtf8(string name) =>
        name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("utf8", StringComparison.OrdinalIgnoreCase)
            || name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase);

    /// <summary>The character set of a name; null: unknown.</summary>
    internal static Encoding? OfName(string name)
    {
        // ISO-8859-1 in the wild means Windows-1252: the codes that differ are unused controls.
        if (name.Equals("iso-8859-1", StringComparison.OrdinalIgnoreCase) || name.Equals("latin1", StringComparison.OrdinalIgnoreCase))
            name = "windows-1252";
        try
        {
            var found = CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            return found ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    static UnreadableException Unexplained(string? name) => new(new Quarantine
    {
        Code = QuarantineCode.Characters,
        Words = $"The file declares the character set {name ?? "(none)"}, and its bytes do not fit it.",
        Fix = "Export it again as UTF-8. If this system always writes another character set, have it name that set in the XML declaration.",
    });
}
