using System.Xml;
using System.Xml.Schema;

namespace LiaisonHub.Adapters.Formats;

/// <summary>
/// The XML schema of a receiving system that takes nothing else. What is read is reported and kept whatever its schema says; what is written must be valid, and is not handed over where it is not.
/// </summary>
/// <remarks>Schemas name others; only files in the same folder are opened, nothing is fetched.</remarks>
public sealed class StrictSchema
{
    const int MostProblems = 5;

    readonly XmlSchemaSet schemas;

    StrictSchema(XmlSchemaSet schemas) => this.schemas = schemas;

    /// <summary>Reads a schema with all it includes.</summary>
    /// <param name="path">The file (.xsd) that names the others.</param>
    /// <exception cref="InvalidDataException">It is no schema, or one it names is missing; the words say what and where.</exception>
    public static StrictSchema Load(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var schemas = new XmlSchemaSet { XmlResolver = new Beside(folder) };
        try
        {
            using var reader = XmlReader.Create(new Uri(Path.GetFullPath(path)).AbsoluteUri, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = new Beside(folder) });
            schemas.Add(null, reader);
            schemas.Compile();
        }
        catch (Exception e) when (e is XmlSchemaException or XmlException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"'{path}' is no XML schema that can be used ({e.Message.ReplaceLineEndings(" ")}). All files it names lie in the same folder.", e);
        }

        // A schema without the file it includes compiles all the same.
        foreach (var named in schemas.Schemas().Cast<XmlSchema>().SelectMany(s => s.Includes.Cast<XmlSchemaExternal>()))
            if (named is { Schema: null, SchemaLocation: { } missing })
                throw new InvalidDataException($"'{path}' names '{missing}', which does not lie in its folder. Put all files of the schema there.");
        return new(schemas);
    }

    /// <summary>What the schema does not allow, a few lines at most: places and what is wrong with them, never a value. Empty: the message is valid.</summary>
    public IReadOnlyList<string> Problems(ReadOnlyMemory<byte> message)
    {
        var problems = new List<string>();
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            ValidationType = ValidationType.Schema,
            ValidationFlags = XmlSchemaValidationFlags.ReportValidationWarnings | XmlSchemaValidationFlags.ProcessIdentityConstraints,
            Schemas = schemas,
        };
        var at = new Stack<string>();
        settings.ValidationEventHandler += (sender, e) =>
        {
            if (problems.Count < MostProblems)
                problems.Add($"line {e.Exception.LineNumber}, {string.Join('/', at.Reverse())}: {WithoutValue(e.Exception)}");
        };
        using var stream = new MemoryStream(message.ToArray());
        using var reader = XmlReader.Create(stream, settings);
        while (reader.Read())
            switch (reader.NodeType)
            {
                case XmlNodeType.Element when !reader.IsEmptyElement:
                    at.Push(reader.LocalName);
                    break;
                case XmlNodeType.EndElement:
                    at.Pop();
                    break;
            }

        return problems;
    }

    // "The 'x' element is invalid - The value 'Müller' is invalid according to its datatype 'y' - The Pattern constraint failed."
    static string WithoutValue(XmlSchemaException e) => e.Message.IndexOf(" - The value '", StringComparison.Ordinal) is > 0 and var end
        ? $"{e.Message[..end]}{(e.InnerException is XmlSchemaException inner && !inner.Message.Contains('\'', StringComparison.Ordinal) ? $" - {inner.Message}" : ".")}"
        : e.Message.ReplaceLineEndings(" ");

    sealed class Beside(string folder) : XmlUrlResolver
    {
        public override object? GetEntity(Uri absoluteUri, string? role, Type? ofObjectToReturn) =>
            absoluteUri.IsFile && Path.GetDirectoryName(absoluteUri.LocalPath) == folder ? base.GetEntity(absoluteUri, role, ofObjectToReturn)
                : throw new XmlException($"it names '{absoluteUri}', which is not in its folder");
    }
}
