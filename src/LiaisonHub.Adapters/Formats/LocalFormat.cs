using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Adapters.Formats;

/// <summary>A kind of local document: how it is read, addressed and written.</summary>
sealed class LocalFormat
{
    /// <summary>The word of the mapping language.</summary>
    public required string Name { get; init; }

    public required string MediaType { get; init; }

    /// <summary>Ending of the files that are written, without the dot.</summary>
    public required string Extension { get; init; }

    /// <summary>Reads a file as a mapping wants it; without a mapping as it is.</summary>
    public required Func<LocalFile, MappingFile?, SourceDocument> Read { get; init; }

    /// <summary>A path into such a document. Throws what the reader of mappings explains.</summary>
    public required Func<string, IReadOnlyDictionary<string, string>, SourcePath> Path { get; init; }

    /// <summary>Writes what a mapping has made; the list gets a line for each value that had to be cut.</summary>
    /// <exception cref="UnwritableException">A value does not fit the format.</exception>
    public required Func<MappingFile, JsonObject, List<string>, byte[]> Write { get; init; }

    public static LocalFormat Xml { get; } = new()
    {
        Name = "xml",
        MediaType = "application/xml",
        Extension = "xml",
        Read = (file, mapping) => XmlFormat.Read(file.Bytes, mapping?.Payload),
        Path = XmlFormat.Path,
        Write = (mapping, made, _) => XmlFormat.Write(mapping, made),
    };

    public static LocalFormat Json { get; } = new()
    {
        Name = "json",
        MediaType = "application/json",
        Extension = "json",
        Read = (file, _) => JsonFormat.Read(file.Bytes),
        Path = (text, _) => JsonFormat.Path(text),
        Write = (_, made, _) => JsonFormat.Write(made),
    };

    /// <summary>Rows or segments of fixed width or between separators; a layout says how.</summary>
    public static LocalFormat Table { get; } = new()
    {
        Name = "table",
        MediaType = "text/plain",
        Extension = "txt",
        Read = (file, mapping) => TableFormat.Read(file, mapping!.Layout!),
        Path = (text, _) => JsonFormat.Path(text),
        Write = (mapping, made, cut) => TableFormat.Write(mapping.Layout!, made, cut),
    };

    public static LocalFormat Mail { get; } = new()
    {
        Name = "mail",
        MediaType = "message/rfc822",
        Extension = "eml",
        Read = (file, mapping) => MailFormat.Read(file.Bytes, mapping?.Payload),
        Path = (text, _) => JsonFormat.Path(text),
        Write = (_, made, _) => MailFormat.Write(made),
    };

    public static IReadOnlyList<LocalFormat> All { get; } = [Xml, Json, Table, Mail];

    /// <summary>What a file seems to be from its first characters. Tables cannot be told so: a layout claims them by the name of the file.</summary>
    /// <exception cref="UnreadableException">Empty, or none of those that can be told.</exception>
    public static LocalFormat Of(ReadOnlyMemory<byte> bytes)
    {
        if (MailFormat.Looks(bytes.Span))
            return Mail;
        // Byte order marks, the null halves of two-byte characters and blanks may stand in front.
        foreach (var b in bytes.Span)
            switch (b)
            {
                case (byte)'<':
                    return Xml;
                case (byte)'{' or (byte)'[' or (byte)'"':
                    return Json;
                case 0xEF or 0xBB or 0xBF or 0xFE or 0xFF or 0 or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    continue;
                default:
                    throw new UnreadableException(new Quarantine
                    {
                        Code = QuarantineCode.UnknownFormat,
                        Words = "The file is neither XML nor JSON nor a mail: it begins neither with < nor with { or [, nor with the header of a mail. No layout of this adapter claims its name.",
                        Fix = "Look at the beginning of the file. Logs have to be exported as single messages first; for tables describe a layout (docs/adapters/mapping.md) whose \"files\" fit the name.",
                    });
            }

        throw new UnreadableException(new Quarantine
        {
            Code = QuarantineCode.Empty,
            Words = "There is nothing in the file.",
            Fix = "Export the message again."
        });
    }
}

/// <summary>What a mapping has made cannot be written in the local format. The words name the place, never the value.</summary>
sealed class UnwritableException(string words) : Exception(words);
