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
        // UTF-32 first: its little-endian mark begins like that of UTF-16.
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]))
            return Strict(new UTF32Encoding(false, true, true), bytes[4..]);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF]))
            return Strict(new UTF32Encoding(true, true, true), bytes[4..]);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return Strict(new UnicodeEncoding(false, true, true), bytes[2..]);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return Strict(new UnicodeEncoding(true, true, true), bytes[2..]);
        var marked = bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]);
        if (marked)
            bytes = bytes[3..];
        else if (bytes.Length >= 2 && bytes[0] == 0 && bytes[1] != 0)
            return Strict(new UnicodeEncoding(true, false, true), bytes);
        else if (bytes.Length >= 2 && bytes[1] == 0 && bytes[0] != 0)
            return Strict(new UnicodeEncoding(false, false, true), bytes);

        var utf8 = TryUtf8(bytes);
        var name = declared?.Trim();
        if (string.IsNullOrEmpty(name) || IsUtf8(name))
        {
            if (utf8 is not null)
                return utf8;
            if (marked)
                throw Unexplained(name);
            repairs.Add($"declared {name ?? "nothing (so UTF-8)"}, but the bytes are not UTF-8: read as Windows-1252");
            return OfName("windows-1252")!.GetString(bytes);
        }

        // A declaration of two-byte characters that could itself be read byte by byte is wrong.
        if (utf8 is not null && (marked || name.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("ucs-2", StringComparison.OrdinalIgnoreCase)))
        {
            repairs.Add($"declared {name}, but the bytes are UTF-8: read as UTF-8");
            return utf8;
        }

        var encoding = OfName(name);
        if (encoding is null)
        {
            if (utf8 is null)
                throw Unexplained(name);
            repairs.Add($"declared '{name}', which is not a known character set: read as UTF-8");
            return utf8;
        }

        // Valid multi-byte UTF-8 does not come about by chance in a one-byte character set.
        if (encoding.IsSingleByte && utf8 is not null && bytes.ContainsAnyInRange((byte)0x80, (byte)0xFF))
        {
            repairs.Add($"declared {name}, but the bytes are UTF-8: read as UTF-8");
            return utf8;
        }

        return Strict(encoding, bytes);
    }

    static bool IsUtf8(string name) =>
        name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("utf8", StringComparison.OrdinalIgnoreCase)
            || name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase);

    static string? TryUtf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    static string Strict(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Unexplained(encoding.WebName);
        }
    }

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
