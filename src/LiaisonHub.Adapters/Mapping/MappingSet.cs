using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.XPath;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Adapters.Mapping;

/// <summary>All mappings and code tables of an adapter, read and checked as a whole when it starts.</summary>
public sealed partial class MappingSet
{
    static readonly string[] Folders = ["layouts", "mappings", "schemas", "tables"];

    MappingSet(IReadOnlyList<MappingFile> inbound, IReadOnlyList<MappingFile> outbound, IReadOnlyList<TableLayout> layouts, string files, IReadOnlyList<MappingProblem> notRead)
    {
        (Inbound, Outbound, Layouts, Files, NotRead) = (inbound, outbound, layouts, files, notRead);
        Digest = files.Length == 0 ? null : PlainFile.Digest(Encoding.UTF8.GetBytes(files));
    }

    internal IReadOnlyList<MappingFile> Inbound { get; }

    internal IReadOnlyList<MappingFile> Outbound { get; }

    /// <summary>Layouts of tables, in the order of their files; the first that claims a file's name counts.</summary>
    internal IReadOnlyList<TableLayout> Layouts { get; }

    /// <summary>Titles of the local messages this adapter understands.</summary>
    public IReadOnlyList<string> Understands => [.. Inbound.Where(m => m.DeclineBecause is null).Select(m => m.Title)];

    /// <summary>Acts and notices this adapter writes to the local system.</summary>
    public IReadOnlyList<string> Writes => [.. Outbound.SelectMany(m => m.Types).Distinct()];

    /// <summary>True: some messages are written with papers beside them.</summary>
    internal bool WritesPapers => Outbound.Any(m => m.Papers is not null);

    /// <summary>The files it was read from and their SHA-256, one a line, as <c>sha256sum layouts/*.json mappings/*.json schemas/*.json tables/*.json</c> prints them in the folder (C locale).</summary>
    public string Files { get; }

    /// <summary>What lies beside the files, is not read, and need not be: a note, an older copy.</summary>
    public IReadOnlyList<MappingProblem> NotRead { get; }

    /// <summary>Which version it is: SHA-256 over <see cref="Files"/>, lower-case hex; <c>sha256sum ... | sha256sum</c> gives the same. Null: there are no files.</summary>
    public string? Digest { get; }

    /// <summary>An adapter without a local system: desk only.</summary>
    public static MappingSet None { get; } = new([], [], [], "", []);

    /// <summary>Reads <c>mappings/*.json</c>, <c>layouts/*.json</c>, <c>schemas/*.json</c> and <c>tables/*.json</c> of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="quirks">The country's own named changes, beside the built-in ones.</param>
    /// <exception cref="MappingException">Everything that is wrong: file, line, key, what would be right.</exception>
    public static MappingSet Load(string folder, IEnumerable<NamedChange>? quirks = null)
    {
        var reader = new Reader(quirks ?? []);
        foreach (var file in FilesOf(folder, "tables"))
            reader.Table(file);
        foreach (var file in FilesOf(folder, "layouts"))
            reader.Layout(file);
        foreach (var file in FilesOf(folder, "schemas"))
            reader.Schema(file);
        var mappings = FilesOf(folder, "mappings").Select(reader.Mapping).OfType<MappingFile>().ToList();
        // "acts": "*" is what no other file names.
        foreach (var other in mappings.Where(m => m.AllOtherActs))
            other.Types = [.. other.Types.Except(mappings.Where(m => m != other).SelectMany(m => m.Types))];
        var (meant, notRead) = Misnamed(folder);
        reader.Problems.AddRange(meant);
        if (reader.Problems.Count == 0 && mappings.Count == 0)
            reader.Problems.Add(new MappingProblem(Path.Combine(folder, "mappings"), 1, "",
                "there is no mapping file (*.json) in this folder; copy it whole from where the adapter was built"));
        return reader.Problems.Count == 0
            ? new MappingSet([.. mappings.Where(m => m.Inbound)], [.. mappings.Where(m => !m.Inbound)], reader.Layouts, string.Concat(reader.Read.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Sha256}  {f.Name}\n")), notRead)
            : throw new MappingException([.. reader.Problems.OrderBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line)]);
    }

    static IEnumerable<string> FilesOf(string folder, string kind)
    {
        var path = Path.Combine(folder, kind);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal) : [];
    }

    // A file that was meant and is not read is a message that nobody understands: such a name is a mistake. What only lies there is told.
    static (List<MappingProblem> Meant, List<MappingProblem> NotRead) Misnamed(string folder)
    {
        var (meant, notRead) = (new List<MappingProblem>(), new List<MappingProblem>());
        foreach (var kind in Folders.Where(k => Directory.Exists(Path.Combine(folder, k))))
            foreach (var path in Directory.EnumerateFileSystemEntries(Path.Combine(folder, kind)).Order(StringComparer.Ordinal))
            {
                var name = Path.GetFileName(path);
                if (name[0] == '.' || name.EndsWith(".json", StringComparison.Ordinal) && !Directory.Exists(path))
                    continue;
                var plain = Meant().Match(name) is { Success: true } ending ? name[..ending.Index] + ".json" : null;
                if (Directory.Exists(path))
                    (Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Any(f => f.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) ? meant : notRead)
                        .Add(new($"{kind}/{name}", 1, "", $"is a folder, and folders in '{kind}' are not read; move its files up into '{kind}', or out of it"));
                else if (plain is not null)
                    meant.Add(new($"{kind}/{name}", 1, "", $"is not read: only names that end in .json, in small letters, are; rename it to '{plain}', or move it out of '{kind}'"));
                else
                    notRead.Add(new($"{kind}/{name}", 1, "", $"is not read, since its name does not end in .json; if it is meant, rename it to '{Path.GetFileNameWithoutExtension(name)}.json', else move it out of '{kind}'"));
            }
        return (meant, notRead);
    }

    // in.JSON, in.jsonc, in.json5, in.json.txt
    [GeneratedRegex(@"\.json[c5]?(\.txt)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Meant();

    sealed class Reader(IEnumerable<NamedChange> quirks)
    {
        static readonly string[] MappingKeys =
            ["mapping", "direction", "format", "layout", "schema", "namespaces", "payload", "applies", "act", "acts", "notices", "decline", "because", "fix", "case", "ignore",
                "secrets", "root", "papers", "make"];

        static readonly string[] RuleKeys =
        [
            "from", "envelope", "join", "value", "default", "because", "table", "unknown", "dates", "zone", "when", "each", "distinct", "fields", "list", "first",
                "template", "with", "as", "prose", "read",
            "original", "attachment", "ask", "rest", "position",
        ];

        readonly Dictionary<string, CodeTable> tables = new(StringComparer.Ordinal);
        readonly Dictionary<string, NamedChange> changes = BuiltIn().Concat(quirks).GroupBy(c => c.Name)
            .ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        readonly List<TableLayout> layouts = [];
        readonly Dictionary<string, JsonPart> schemas = new(StringComparer.Ordinal);
        readonly Dictionary<JsonPart, string> schemaFiles = [];
        readonly HashSet<string> ambiguous = [];
        readonly List<(string Name, string Sha256)> read = [];
        string file = "";
        MappingFile current = null!;

        // For an outgoing mapping: what stands in the document it reads, one shape for each act or notice it serves.
        IReadOnlyList<Shape> sources = [];

        internal List<MappingProblem> Problems { get; } = [];

        internal IReadOnlyList<TableLayout> Layouts => layouts;

        /// <summary>The files that were read, by their kind and name.</summary>
        internal IReadOnlyList<(string Name, string Sha256)> Read => read;

        internal void Table(string path)
        {
            if (Open(path) is not { } root)
                return;
            Keys(root, "", ["table", "what", "source", "since", "version", "rows"]);
            var name = Text(root, "table", "", required: true);
            var rows = root["rows"];
            if (rows is not { Kind: JsonValueKind.Object })
            {
                Wrong(root, "rows", "is missing; \"rows\": { \"code\": \"meaning\", ... }");
                return;
            }

            if (name is null)
                return;
            if (!tables.TryAdd(name, new CodeTable(name, Text(root, "version", "") ?? Text(root, "since", "") ?? "", Rows(rows, "rows"))))
                Wrong(root, "table", $"there is another table '{name}'; give one of them another name");
        }

        internal MappingFile? Mapping(string path)
        {
            if (Open(path) is not { } root)
                return null;
            Keys(root, "", MappingKeys);
            var title = Text(root, "mapping", "", required: true) ?? "";
            var direction = Choice(root, "direction", "", ["in", "out"]) ?? "in";
            if (Choice(root, "format", "", [.. LocalFormat.All.Select(f => f.Name)]) is not { } named)
                return null;
            var format = LocalFormat.All.First(f => f.Name == named);
            var layout = Text(root, "layout", "", required: format == LocalFormat.Table) is { } of ? layouts.Find(l => l.Name == of) : null;
            if (layout is null && root["layout"] is { } unknown)
                Wrong(unknown, "layout", $"there is no layout '{unknown.Value}'; {Nearest.Hint(unknown.Value ?? "", layouts.Select(l => l.Name))}");
            if (format == LocalFormat.Table && layout is null)
                return null;
            current = new MappingFile { File = file, Title = title, Inbound = direction == "in", Format = format, Layout = layout };
            current.Namespaces = Namespaces(root["namespaces"]);
            if (root["schema"] is { } schema)
                current.Schema = SchemaOf(schema);
            if (current.Inbound)
                In(root);
            else
                Out(root);
            return current;
        }

        internal void Schema(string path)
        {
            if (Open(path) is not { } root)
                return;
            schemaFiles[root] = file;
            schemas[file] = root;
            // Publishers copy a description and forget its id: neither is found by it, which is only wrong where one is looked for.
            if (root["id"]?.Value?.TrimEnd('#') is { Length: > 0 } id && !ambiguous.Contains(id) && !schemas.TryAdd(id, root))
            {
                ambiguous.Add(id);
                schemas.Remove(id);
            }
        }

        MessageSchema? SchemaOf(JsonPart part)
        {
            if (!current.Inbound || current.Format != LocalFormat.Json)
            {
                Wrong(part, "schema", "is for JSON messages that come in");
                return null;
            }

            var name = part.Value ?? "";
            if ((schemas.GetValueOrDefault(name) ?? schemas.GetValueOrDefault($"{name}.json")) is { } root)
                return MessageSchema.Of(root, schemas, (at, words) => Problems.Add(new MappingProblem(schemaFiles[Top(at)], at.Line, at.Place, words)));
            Wrong(part, "schema", $"there is no description '{name}' in the folder 'schemas'; {Nearest.Hint(name, schemas.Keys)}");
            return null;
        }

        static JsonPart Top(JsonPart part) => part.Parent is { } parent ? Top(parent) : part;

        internal void Layout(string path)
        {
            if (Open(path) is not { } root)
                return;
            Keys(root, "", ["layout", "what", "source", "since", "files", "charset", "separator", "quotes", "formulas", "terminator", "columns", "fields", "segments"]);
            var name = Text(root, "layout", "", required: true) ?? "";
            if (layouts.Any(l => l.Name == name))
                Wrong(root, "layout", $"there is another layout '{name}'; give one of them another name");
            var charset = Text(root, "charset", "");
            if (charset is not null && Characters.OfName(charset) is null)
                Wrong(root["charset"]!, "charset", $"'{charset}' is not a known character set; for example utf-8, windows-1252, iso-2022-jp");
            var separator = Text(root, "separator", "");
            if (separator is { Length: 0 })
                Wrong(root["separator"]!, "separator", "is empty; write what stands between two values, or describe \"fields\" of fixed width");
            if (new[] { root["separator"], root["fields"], root["segments"] }.Count(p => p is not null) != 1)
                Wrong(root, "separator", "write exactly one of \"separator\" (values between separators), \"fields\" (rows of fixed width) and \"segments\" (fixed width in tags)");
            if (root["files"] is null)
                Wrong(root, "files", "is missing: names of the files that are laid out so, for example [\"*.csv\"]");
            layouts.Add(new()
            {
                Name = name,
                Files = [.. Each(root["files"]).Select(f => f.Value).OfType<string>()],
                Charset = charset,
                Separator = separator,
                Quotes = Flag(root, "quotes", ""),
                Formulas = Flag(root, "formulas", ""),
                Terminator = Text(root, "terminator", ""),
                Columns = root["columns"] is { } columns ? [.. Each(columns).Select(c => c.Value).OfType<string>()] : null,
                Fields = root["fields"] is { } fields ? FixedFields(fields, "fields") : null,
                Segments = root["segments"] is { Kind: JsonValueKind.Object } segments ? segments.Parts.ToDictionary(s => s.Name, s => (IReadOnlyList<FixedField>)FixedFields(s, $"segments.{s.Name}")) : null,
            });
        }

        // ["name", 12], or { "name": "amount", "length": 10, "pad": "0", "align": "right", "cut": true }
        List<FixedField> FixedFields(JsonPart part, string key)
        {
            var fields = new List<FixedField>();
            foreach (var (one, i) in Each(part).Select((f, i) => (f, i)))
            {
                var at = $"{key}[{i}]";
                var pair = one.Kind == JsonValueKind.Array ? one.Parts : null;
                if (pair is null)
                    Keys(one, at, ["name", "length", "pad", "align", "cut", "continues", "counts", "what"]);
                var name = pair is [var first, ..] ? first.Value : Text(one, "name", at, required: true);
                var length = int.TryParse(pair is [_, var second] ? second.Value : one["length"]?.Value, System.Globalization.CultureInfo.InvariantCulture, out var n) ? n : 0;
                if (name is null || length is < 1 or > 10_000)
                    Wrong(one, at, "is not a field; write [\"name\", length] or { \"name\": ..., \"length\": ... } with a length of 1 to 10000");
                else if (fields.Any(f => f.Name == name))
                    Wrong(one, at, $"'{name}' stands twice in this row; give one of them another name");
                else
                    fields.Add(new(name, length, (pair is null ? Text(one, "pad", at) : null) is [var pad] ? pad : ' ', pair is null && Choice(one, "align", at, ["left", "right"], required: false) == "right", pair is null && Flag(one, "cut", at),
                        pair is null && Flag(one, "continues", at), pair is null && Choice(one, "counts", at, ["same", "all"], required: false) is { } counts ? Enum.Parse<SegmentCount>(counts, ignoreCase: true) : SegmentCount.None));
            }

            foreach (var word in new[] { "continues", "counts" })
                foreach (var one in Each(part).Where(o => key == "fields" && o.Kind == JsonValueKind.Object && o[word] is not null))
                    Wrong(one, $"{key}.{word}", "is for segments: rows of fixed width neither go on nor count");

            return fields;
        }

        // What a mapping writes must have a place in the layout: a misspelt name would be left out in silence.
        void FieldName(JsonPart part, string key, TableLayout layout)
        {
            string[] names = [.. key.Split('.').Skip(1).Select(n => n.Split('[')[0]).Where(n => n is not ("fields" or "first" or "list"))];
            var known = layout.Segments is { } segments
                ? names.Length > 1 && segments.TryGetValue(names[^2], out var fields) ? [.. fields.Select(f => f.Name)] : null
                : layout.Fields?.Select(f => f.Name).ToList() ?? layout.Columns?.ToList();
            if (known is not null && !known.Contains(part.Name))
                Wrong(part, key, $"layout '{layout.Name}' has no such field here; {Nearest.Hint(part.Name, known)}");
        }

        void In(JsonPart root)
        {
            sources = [];
            current.Payload = Paths(root, "payload", "");
            current.Applies = When(root["applies"], "applies");
            if (root["applies"] is null)
                Wrong(root, "applies", "is missing: the path by which a message is known to be of this kind; \"applies\": \"/x:Message\"");
            current.Ignore = Paths(root, "ignore", "");
            current.Secrets = Paths(root, "secrets", "");
            if (root["decline"] is not null)
            {
                current.DeclineBecause = Text(root, "because", "", required: true);
                current.DeclineFix = Text(root, "fix", "", required: true);
                return;
            }

            var act = Text(root, "act", "", required: true);
            if (act is null || root["make"] is not { } make)
            {
                if (root["make"] is null)
                    Wrong(root, "make", "is missing: what the act is made of; \"make\": { \"fields\": { \"open\": ... } }");
                return;
            }

            if (!Contracts.V1.Acts.All.TryGetValue(act, out var type))
            {
                Wrong(root["act"]!, "act", $"there is no act '{act}'; {Nearest.Hint(act, Contracts.V1.Acts.All.Keys)}");
                return;
            }

            current.Act = act;
            current.Target = Shape.With(
                ("to", Shape.With(("state", Shape.Text), ("authority", Shape.Text))),
                ("from", Shape.With(("authority", Shape.Text))),
                ("priority", Shape.Of(typeof(Priority))),
                ("exercise", Shape.Of(typeof(bool))),
                ("request", Shape.Text),
                ("inReplyTo", Shape.Of(typeof(Guid))),
                ("open", Shape.Of(type.Content)),
                ("private", type.Private is null ? Shape.With() : Shape.Of(type.Private)));
            if (root["case"] is { } keys)
                current.CaseKey = [.. Each(keys).Select((part, i) => CaseKey(part, $"case[{i}]")).OfType<CasePart>()];
            current.Make = Rule(make, "make", current.Target, []);
        }

        void Out(JsonPart root)
        {
            current.AllOtherActs = root["acts"]?.Value == "*";
            var (acts, notices) = (current.AllOtherActs ? [.. Contracts.V1.Acts.All.Keys] : Names(root, "acts", Contracts.V1.Acts.All.Keys), Names(root, "notices", Contracts.V1.Notices.All.Keys));
            current.Types = [.. acts, .. notices];
            current.Ignore = [.. SourcesOf(root["ignore"], "ignore", [.. acts.Select(OutboundDocument.ShapeOfAct), .. notices.Select(OutboundDocument.ShapeOfNotice)])];
            if (current.Types.Count == 0)
                Wrong(root, "acts", "is missing: which acts (\"acts\": [...]) or notices (\"notices\": [...]) this mapping writes");
            sources = [.. acts.Select(OutboundDocument.ShapeOfAct), .. notices.Select(OutboundDocument.ShapeOfNotice)];
            if (current.Format == LocalFormat.Xml)
            {
                current.Root = Text(root, "root", "", required: true);
                if (current.Root is { } name)
                    ElementName(root["root"]!, "root", name, attribute: false);
            }

            if (root["papers"] is { } papers)
            {
                current.Papers = Rule(papers, "papers", Shape.Anything, sources);
                if (current.Papers.Fields is not { } parts || !parts.Select(p => p.Name).Order(StringComparer.Ordinal).SequenceEqual(["content", "name"]))
                    Wrong(papers, "papers", "does not say what a paper is; write { \"each\": ..., \"fields\": { \"name\": ..., \"content\": ... } }");
                // The other state chooses what its papers are called.
                else if (parts.Single(p => p.Name == "name").Rule.With.Values.All(w => w.From.All(f => f.Text != "sha256" && !f.Text.EndsWith(".sha256", StringComparison.Ordinal))))
                    Wrong(papers, "papers.fields.name", "does not hold the paper's digest, so that two papers of one name would become one file; write { \"template\": \"{digest}-{name}\", \"with\": { \"digest\": \"sha256\", \"name\": \"fileName\" } }, and the same where the message names the paper");
            }

            if (root["make"] is not { } make)
                Wrong(root, "make", "is missing: what the local message is made of");
            else
                current.Make = Rule(make, "make", Shape.Anything, sources);
        }

        Rule Rule(JsonPart part, string key, Shape shape, IReadOnlyList<Shape> from)
        {
            var rule = new Rule { File = file, Line = part.Line, Key = key };
            if (part.Kind == JsonValueKind.String)
            {
                rule.From = [.. SourceOf(part, key, from)];
                Fitting(rule, part, key, shape);
                return rule;
            }

            if (part.Kind != JsonValueKind.Object)
            {
                Wrong(part, key, "is neither a path nor a rule; write \"path\" or { \"from\": \"path\", ... }");
                return rule;
            }

            Keys(part, key, RuleKeys);
            rule.Ask = Text(part, "ask", key);
            rule.Distinct = Flag(part, "distinct", key);
            rule.Original = Flag(part, "original", key);
            rule.Position = Flag(part, "position", key);
            if (rule.Position && !key.Contains(".fields.", StringComparison.Ordinal))
                Wrong(part["position"]!, $"{key}.position", "counts the entries of a list; write it inside \"each\" or \"list\"");
            rule.Because = Text(part, "because", key);
            rule.Value = Text(part, "value", key);
            rule.Default = Text(part, "default", key);
            if ((rule.Default ?? rule.Value) is not null && rule.Because is null)
                Wrong(part["default"] ?? part["value"]!, $"{key}.because",
                    "is missing: a value that does not come from the message needs its reason, which travels with it");
            var inside = from;
            if (part["each"] is { } each)
            {
                rule.Each = Source(each, $"{key}.each");
                inside = Step(each, $"{key}.each", from, into: true);
                if (shape.Kind is not (ShapeKind.List or ShapeKind.Anything))
                    Wrong(each, $"{key}.each", "makes a list, but the field holds one value; leave out \"each\"");
            }

            // With "each" the condition is asked of every entry.
            rule.When = When(part["when"], $"{key}.when", inside);
            var element = rule.Each is null ? shape : shape.Element;
            rule.From = [.. SourcesOf(part["from"], $"{key}.from", inside)];
            rule.Envelope = [.. SourcesOf(part["envelope"], $"{key}.envelope", [])];
            rule.Rest = [.. SourcesOf(part["rest"], $"{key}.rest", inside)];
            if (rule.Rest.Count > 0 && current.Inbound)
                Wrong(part["rest"]!, $"{key}.rest", "is for messages to the local system; what no rule reads of an incoming one is listed");
            rule.Join = Text(part, "join", key);
            rule.Dates = [.. Each(part["dates"]).Select(d => Pattern(d, $"{key}.dates")).OfType<string>()];
            if (part["zone"] is { } zone)
            {
                if (element.Kind != ShapeKind.Instant)
                    Wrong(zone, $"{key}.zone", "is for points in time, and this field holds none");
                else if (zone.Value is { } named && TimeZoneInfo.TryFindSystemTimeZoneById(named, out _))
                    rule.ZoneName = named;
                else
                    rule.Zone = Source(zone, $"{key}.zone");
            }

            rule.As = [.. Each(part["as"]).Select(a => Change(a, $"{key}.as")).OfType<NamedChange>()];
            TableOf(part, key, rule, element);
            if (part["prose"] is { } prose)
                rule.Prose = Expression(prose, $"{key}.prose");
            rule.Readings = [.. Each(part["read"]).Select((r, i) => ReadingOf(r, $"{key}.read[{i}]")).OfType<Reading>()];
            if (part["template"] is not null)
            {
                rule.Template = Text(part, "template", key);
                rule.With = part["with"] is { Kind: JsonValueKind.Object } with
                    ? with.Parts.ToDictionary(w => w.Name, w => Rule(w, $"{key}.with.{w.Name}", Shape.Text, inside))
                    : new Dictionary<string, Rule>();
                foreach (Match hole in Regex.Matches(rule.Template ?? "", @"\{([^{}]*)\}", RegexOptions.NonBacktracking))
                    if (!rule.With.ContainsKey(hole.Groups[1].Value))
                        Wrong(part["template"]!, $"{key}.template",
                            $"'{hole.Value}' has no entry in \"with\"; {Nearest.Hint(hole.Groups[1].Value, rule.With.Keys)}");
            }

            if (part["attachment"] is { } attachment)
                rule.Attachment = AttachmentOf(attachment, $"{key}.attachment");
            if (part["list"] is { } list)
            {
                rule.List = [.. Each(list).Select((r, i) => Rule(r, $"{key}.list[{i}]", r.Kind == JsonValueKind.Object && r["each"] is not null ? shape : shape.Element, from))];
                if (shape.Kind is not (ShapeKind.List or ShapeKind.Anything))
                    Wrong(list, $"{key}.list", "makes a list, but the field holds one value");
            }

            if (part["first"] is { } first)
                rule.First = [.. Each(first).Select((r, i) => Rule(r, $"{key}.first[{i}]", shape, from))];
            if (part["fields"] is { } fields)
                rule.Fields = Fields(fields, $"{key}.fields", element, inside);
            Origin(part, key, rule);
            Fitting(rule, part, key, shape);
            return rule;
        }

        List<(string, Rule)> Fields(JsonPart fields, string key, Shape shape, IReadOnlyList<Shape> from)
        {
            var rules = new List<(string, Rule)>();
            if (fields.Kind != JsonValueKind.Object)
            {
                Wrong(fields, key, "is not a set of fields; { \"name\": \"path\", ... }");
                return rules;
            }

            foreach (var part in fields.Parts)
            {
                var at = $"{key}.{part.Name}";
                if (shape.Kind == ShapeKind.Anything)
                {
                    if (!current.Inbound && current.Format == LocalFormat.Xml)
                        ElementName(part, at, part.Name, attribute: true);
                    else if (!current.Inbound && current.Layout is { } layout)
                        FieldName(part, at, layout);
                    rules.Add((part.Name, Rule(part, at, Shape.Anything, from)));
                }
                else if (shape.Fields.TryGetValue(part.Name, out var field))
                {
                    rules.Add((part.Name, Rule(part, at, field.Shape, from)));
                }
                else
                {
                    Wrong(part, at, $"the contract has no such field here; {Nearest.Hint(part.Name, shape.Fields.Keys)}");
                }
            }

            return rules;
        }

        void Origin(JsonPart part, string key, Rule rule)
        {
            var origins = new List<string>();
            if (rule.From.Count + rule.Envelope.Count > 0)
                origins.Add("from");
            if (rule.Value is not null)
                origins.Add("value");
            if (rule.Fields is not null)
                origins.Add("fields");
            if (rule.List is not null)
                origins.Add("list");
            if (rule.First is not null)
                origins.Add("first");
            if (rule.Template is not null)
                origins.Add("template");
            if (rule.Original)
                origins.Add("original");
            if (rule.Position)
                origins.Add("position");
            if (rule.Attachment is not null)
                origins.Add("attachment");
            if (rule.Rest.Count > 0)
                origins.Add("rest");
            if (origins.Count > 1)
                Wrong(part, key, $"says twice where the value comes from ({string.Join(" and ", origins)}); keep one");
            else if (origins.Count == 0 && rule.Ask is null && rule.Default is null && part["from"] is null)
                Wrong(part, key, "does not say where the value comes from; add \"from\", \"value\", \"fields\", \"list\", \"first\", \"template\", "
                    + "\"original\", \"position\" or \"attachment\", or \"ask\" to have a person fill it in");
        }

        // A constant or default that the contract would refuse is found here, not at the first message.
        void Fitting(Rule rule, JsonPart part, string key, Shape shape)
        {
            var target = rule.Each is not null || (shape.Kind == ShapeKind.List && rule.List is null && rule.Fields is null) ? shape.Element : shape;
            foreach (var (name, text) in new[] { ("value", rule.Value), ("default", rule.Default) })
                if (text is not null && Converted.From(text, target, rule.Dates, rule.ZoneName) is { Problem: { } problem })
                    Wrong(part[name]!, $"{key}.{name}", $"{problem}{(target.Kind == ShapeKind.Choice ? "; " + Nearest.Hint(text, target.Choices) : "")}");
            if (target.Kind is ShapeKind.Object && !target.IsAttachment && rule.Fields is null && rule.List is null
                && (rule.From.Count > 0 || rule.Value is not null))
                Wrong(part, key, $"has fields of its own ({string.Join(", ", target.Fields.Keys.Take(6))}...); write {{ \"fields\": {{ ... }} }}");
            if ((rule.Original || rule.Attachment is not null) && !target.IsAttachment && target.Kind != ShapeKind.Anything)
                Wrong(part, key, "holds no file; \"original\" and \"attachment\" are for fields that do");
            if (rule.Prose is not null && rule.From.Count == 0)
                Wrong(part["prose"]!, $"{key}.prose", "needs the text to read: add \"from\"");
        }

        void TableOf(JsonPart part, string key, Rule rule, Shape shape)
        {
            rule.Unknown = Choice(part, "unknown", key, ["raw", "leave", "ask", "skip"], required: false) is { } unknown
                ? Enum.Parse<UnknownCodeRule>(unknown, ignoreCase: true) : null;
            if (part["table"] is not { } table)
            {
                if (rule.Unknown is not null and not UnknownCodeRule.Skip && shape.Kind != ShapeKind.Choice)
                    Wrong(part["unknown"]!, $"{key}.unknown", "says what to do with a code no table explains, but there is no \"table\"");
                return;
            }

            if (table.Kind == JsonValueKind.Object)
            {
                rule.Table = new CodeTable($"{Path.GetFileNameWithoutExtension(file)}:{key}", "", Rows(table, $"{key}.table"));
            }
            else if (table.Value is { } named)
            {
                var (name, column) = named.Split('.', 2) is [var n, var c] ? (n, c) : (named, "");
                if (!tables.TryGetValue(name, out var found))
                {
                    Wrong(table, $"{key}.table", $"there is no table '{name}'; {Nearest.Hint(name, tables.Keys)}");
                    return;
                }

                if (!found.Columns.Contains(column))
                {
                    Wrong(table, $"{key}.table",
                        $"table '{name}' has no column '{column}'; "
                        + $"{(column.Length == 0 ? $"write {name}.{found.Columns.FirstOrDefault()}" : Nearest.Hint(column, found.Columns))}");
                    return;
                }

                (rule.Table, rule.Column) = (found, column);
            }

            var target = shape.Kind == ShapeKind.List ? shape.Element : shape;
            if (rule.Table is { } known && target.Kind == ShapeKind.Choice)
                foreach (var meaning in known.Values(rule.Column).Distinct().Where(v => !target.Choices.Contains(v)))
                    Wrong(table, $"{key}.table",
                        $"table '{known.Name}' gives '{meaning}', which this field cannot hold; {Nearest.Hint(meaning, target.Choices)}");
        }

        Dictionary<string, IReadOnlyDictionary<string, string>> Rows(JsonPart rows, string key)
        {
            var read = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.OrdinalIgnoreCase);
            foreach (var row in rows.Parts)
            {
                IReadOnlyDictionary<string, string>? meaning = row switch
                {
                    { Value: { } text } => new Dictionary<string, string> { [""] = text },
                    { Kind: JsonValueKind.Object } when row.Parts.All(p => p.Value is not null) =>
                        row.Parts.ToDictionary(p => p.Name, p => p.Value!),
                    _ => null,
                };
                if (meaning is null)
                    Wrong(row, $"{key}.{row.Name}",
                        "is neither a meaning nor a set of columns; \"code\": \"meaning\" or \"code\": { \"column\": \"meaning\" }");
                else if (!read.TryAdd(row.Name, meaning))
                    Wrong(row, $"{key}.{row.Name}", "stands twice (upper and lower case are the same code)");
            }

            return read;
        }

        Condition? When(JsonPart? part, string key, IReadOnlyList<Shape>? from = null)
        {
            if (part is null)
                return null;
            if (part.Kind == JsonValueKind.String)
                return SourceOf(part, key, from ?? []) is [var only] ? new Condition(only, null, false, false) : null;
            Keys(part, key, ["path", "in", "not", "envelope"]);
            if (part["path"] is not { } path)
            {
                Wrong(part, $"{key}.path", "is missing");
                return null;
            }

            var anyOf = part["in"] is { } values ? Each(values).Select(v => v.Value).OfType<string>().ToList() : null;
            return SourceOf(path, $"{key}.path", from ?? []) is [var at] ? new Condition(at, anyOf, Flag(part, "not", key), Flag(part, "envelope", key)) : null;
        }

        CasePart? CaseKey(JsonPart part, string key)
        {
            if (part.Kind == JsonValueKind.String)
                return Source(part, key) is { } only ? new CasePart(only, []) : null;
            Keys(part, key, ["from", "as"]);
            return part["from"] is { } from && Source(from, $"{key}.from") is { } path
                ? new CasePart(path, [.. Each(part["as"]).Select(a => Change(a, $"{key}.as")).OfType<NamedChange>()])
                : null;
        }

        Reading? ReadingOf(JsonPart part, string key)
        {
            Keys(part, key, ["what", "pattern", "dates"]);
            var what = Text(part, "what", key, required: true);
            return part["pattern"] is { } pattern && Expression(pattern, $"{key}.pattern") is { } expression && what is not null
                ? new Reading(what, expression, [.. Each(part["dates"]).Select(d => Pattern(d, $"{key}.dates")).OfType<string>()])
                : null;
        }

        AttachmentRule AttachmentOf(JsonPart part, string key)
        {
            Keys(part, key, ["name", "type", "base64", "file"]);
            var rule = new AttachmentRule(Optional(part, "name", key), Optional(part, "type", key), Optional(part, "base64", key), Optional(part, "file", key));
            if (rule.Base64 is null && rule.File is null)
                Wrong(part, key, "does not say where the content is; add \"base64\" (the content itself) or \"file\" (the name of a file beside the message)");
            return rule;
        }

        SourcePath? Optional(JsonPart part, string name, string key) => part[name] is { } path ? Source(path, $"{key}.{name}") : null;

        Regex? Expression(JsonPart part, string key)
        {
            try
            {
                var expression = new Regex(part.Verbatim ?? "", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
                    TimeSpan.FromSeconds(1));
                if (!expression.GetGroupNames().Contains("value"))
                    Wrong(part, key, "has no group named value; write (?<value>...) around what is meant");
                return expression;
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                Wrong(part, key, $"is not a regular expression that can be used: {e.Message}");
                return null;
            }
        }

        NamedChange? Change(JsonPart part, string key)
        {
            if (part.Value is { } name && changes.TryGetValue(name, out var change))
                return change;
            Wrong(part, key, $"there is no change '{part.Value}'; {Nearest.Hint(part.Value ?? "", changes.Keys)}");
            return null;
        }

        string? Pattern(JsonPart part, string key)
        {
            if (part.Value is { } pattern && WrongWithDates(pattern) is not { } wrong)
                return pattern;
            Wrong(part, key, WrongWithDates(part.Value ?? "")!);
            return null;
        }

        // What .NET would take without a word and understand otherwise than whoever wrote it. Null: nothing is wrong.
        static string? WrongWithDates(string pattern)
        {
            const string Example = "for example yyyy-MM-dd, dd/MM/yyyy, ddMMyyyy, yyyy-MM, yyyy (capital M for months)";
            var letters = Regex.Replace(pattern, """'[^']*'|"[^"]*"|\\.""", "", RegexOptions.NonBacktracking);
            bool Has(char letter) => letters.Contains(letter, StringComparison.Ordinal);
            if (letters.FirstOrDefault(c => char.IsLetter(c) && !"yMdHhmsfFtzKTZ".Contains(c, StringComparison.Ordinal)) is var stray and not '\0')
                return $"is not a date pattern: '{stray}' stands for nothing; {(stray switch { 'D' => "days are dd", 'Y' => "years are yyyy", _ => "words stand between '...'" })}; {Example}";
            if (!letters.Contains("yyyy", StringComparison.Ordinal))
                return Has('y') ? "has a year of two digits, which does not say its century; read it with a quirk that knows the century, or have a person asked" : $"is not a date pattern; {Example}";
            return Has('d') && !Has('M') || Has('m') && !Has('H') && !Has('h') ? $"has no months: small m is minutes; {Example}" : null;
        }

        IReadOnlyList<SourcePath> Paths(JsonPart root, string name, string key) =>
            [.. Each(root[name]).Select(p => Source(p, key.Length == 0 ? name : $"{key}.{name}")).OfType<SourcePath>()];

        IEnumerable<SourcePath> SourcesOf(JsonPart? part, string key, IReadOnlyList<Shape> from) => Each(part).SelectMany(p => SourceOf(p, key, from));

        IReadOnlyList<SourcePath> SourceOf(JsonPart part, string key, IReadOnlyList<Shape> from)
        {
            if (Source(part, key) is not { } path)
                return [];
            Step(part, key, from, into: false);
            return [path];
        }

        SourcePath? Source(JsonPart part, string key)
        {
            if (part.Value is not { } text)
            {
                Wrong(part, key, "is not a path");
                return null;
            }

            // An outgoing mapping always reads the act, which is JSON whatever is written.
            var format = current.Inbound ? current.Format : LocalFormat.Json;
            try
            {
                return format.Path(text, current.Namespaces);
            }
            catch (FormatException e)
            {
                Wrong(part, key, $"the path '{text}' {e.Message}");
            }
            catch (XPathException e)
            {
                var prefix = Regex.Match(text, @"(?<value>[A-Za-z_][\w.-]*):", RegexOptions.NonBacktracking).Groups["value"].Value;
                Wrong(part, key, prefix.Length > 0 && !Regex.Matches(text, @"([A-Za-z_][\w.-]*):(?!:)")
                    .All(m => current.Namespaces.ContainsKey(m.Groups[1].Value))
                    ? $"the path '{text}' uses a prefix that \"namespaces\" does not declare; {Nearest.Hint(prefix, current.Namespaces.Keys)}"
                    : $"the path '{text}' is not an XPath: {e.Message}");
            }

            return null;
        }

        // Follows a path through the contract, so that a misspelt field is found at start.
        IReadOnlyList<Shape> Step(JsonPart part, string key, IReadOnlyList<Shape> from, bool into)
        {
            if (from.Count == 0 || part.Value is not { } text)
                return [];
            JsonPath path;
            try
            {
                path = JsonPath.Of(text);
            }
            catch (FormatException)
            {
                return [];
            }

            IReadOnlyList<Shape> at = path.FromRoot ? sources : from;
            foreach (var step in path.Steps)
            {
                var next = at.Select(s => step.Name is { } name
                    ? (s.Kind == ShapeKind.List ? s.Element : s) is var one && one.Fields.TryGetValue(name, out var field) ? field.Shape
                        : one.Kind == ShapeKind.Anything ? one : null
                    : s.Kind == ShapeKind.List ? s.Element : s).OfType<Shape>().ToList();
                if (next.Count == 0)
                {
                    var known = at.SelectMany(s => (s.Kind == ShapeKind.List ? s.Element : s).Fields.Keys).Distinct().ToList();
                    Wrong(part, key, $"'{step.Name}' in '{text}' is no field of what is sent; {Nearest.Hint(step.Name ?? "", known)}");
                    return [];
                }

                at = next;
            }

            return into ? [.. at.Select(s => s.Kind == ShapeKind.List ? s.Element : s)] : at;
        }

        Dictionary<string, string> Namespaces(JsonPart? part)
        {
            var read = new Dictionary<string, string>();
            foreach (var name in part?.Parts ?? [])
                if (name.Value is { } uri)
                    read[name.Name] = uri;
                else
                    Wrong(name, $"namespaces.{name.Name}", "is not the text of a namespace");
            return read;
        }

        List<string> Names(JsonPart root, string key, IEnumerable<string> known)
        {
            var names = known.ToList();
            var read = new List<string>();
            foreach (var part in Each(root[key]))
                if (part.Value is { } name && names.Contains(name))
                    read.Add(name);
                else
                    Wrong(part, key, $"'{part.Value}' is not known; {Nearest.Hint(part.Value ?? "", names)}");
            return read;
        }

        void ElementName(JsonPart part, string key, string name, bool attribute)
        {
            var bare = attribute && name.StartsWith('@') ? name[1..] : name;
            var (prefix, local) = bare.Split(':', 2) is [var p, var l] ? (p, l) : ("", bare);
            if (prefix.Length > 0 && !current.Namespaces.ContainsKey(prefix))
                Wrong(part, key, $"the prefix '{prefix}' is not declared in \"namespaces\"; {Nearest.Hint(prefix, current.Namespaces.Keys)}");
            try
            {
                XmlConvert.VerifyNCName(local);
            }
            catch (Exception e) when (e is XmlException or ArgumentNullException)
            {
                Wrong(part, key, $"'{local}' cannot be the name of an element");
            }
        }

        static IEnumerable<JsonPart> Each(JsonPart? part) => part is null ? [] : part.Kind == JsonValueKind.Array ? part.Parts : [part];

        JsonPart? Open(string path)
        {
            file = Path.GetFileName(path);
            try
            {
                var bytes = File.ReadAllBytes(path);
                read.Add(($"{Path.GetFileName(Path.GetDirectoryName(path))}/{file}", PlainFile.Digest(bytes)));
                var root = JsonFormat.ReadByHand(bytes);
                if (root.Kind == JsonValueKind.Object)
                    return root;
                Problems.Add(new MappingProblem(file, 1, "", "is not a JSON object; it begins with { and ends with }"));
            }
            catch (UnreadableException e)
            {
                var line = Regex.Match(e.Reason.Words, @"line (\d+)", RegexOptions.NonBacktracking);
                Problems.Add(new MappingProblem(file, line.Success ? int.Parse(line.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)
                    : 1, "", e.Reason.Words));
            }

            return null;
        }

        void Keys(JsonPart part, string key, string[] known)
        {
            foreach (var unknown in part.Parts.Where(p => part.Kind == JsonValueKind.Object && !known.Contains(p.Name)))
                Wrong(unknown, key.Length == 0 ? unknown.Name
                    : $"{key}.{unknown.Name}", $"is not a word of the mapping language here; {Nearest.Hint(unknown.Name, known)}");
        }

        string? Text(JsonPart part, string name, string key, bool required = false)
        {
            if (part[name] is { } found)
            {
                if (found.Kind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
                    return found.Verbatim;
                Wrong(found, key.Length == 0 ? name : $"{key}.{name}", "is not a text");
            }
            else if (required)
            {
                Wrong(part, key.Length == 0 ? name : $"{key}.{name}", "is missing");
            }

            return null;
        }

        bool Flag(JsonPart part, string name, string key)
        {
            if (part[name] is not { } found)
                return false;
            if (found.Kind is not (JsonValueKind.True or JsonValueKind.False))
                Wrong(found, $"{key}.{name}", "is neither true nor false");
            return found.Kind == JsonValueKind.True;
        }

        string? Choice(JsonPart part, string name, string key, string[] known, bool required = true)
        {
            if (Text(part, name, key, required) is not { } text)
                return null;
            if (known.Contains(text))
                return text;
            Wrong(part[name]!, key.Length == 0 ? name : $"{key}.{name}", $"'{text}' is not known; {Nearest.Hint(text, known)}");
            return null;
        }

        void Wrong(JsonPart part, string key, string words) => Problems.Add(new MappingProblem(file, part.Line, key, words));

        static IEnumerable<NamedChange> BuiltIn() =>
        [
            new("upper", t => t.ToUpperInvariant()),
            new("lower", t => t.ToLowerInvariant()),
            new("digits", t => new string([.. t.Where(char.IsAsciiDigit)]) is { Length: > 0 } digits ? digits : null),
            new("letters-and-digits", t => new string([.. t.Where(char.IsLetterOrDigit)]).ToUpperInvariant() is { Length: > 0 } kept ? kept : null),
            new("one-line", t => string.Join(' ', t.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))),
            new("whole-number", t => long.TryParse(t, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture,
                out var n)
                ? n.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : null),
            new("message-act", MailFormat.ActOf),
        ];
    }
}
