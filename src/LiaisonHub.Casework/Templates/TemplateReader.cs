using System.Globalization;
using System.Reflection;
using System.Text.Json;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Templates;

/// <summary>Reads the library of templates. Every placeholder is held against the contract, so that a paper never fails when it is needed.</summary>
/// <remarks>
/// A file <c>NAME.LANGUAGE.txt</c> has a head of <c>key: value</c> lines, a line <c>---</c>, and the text. In the text <c># </c> begins a title, <c>## </c> a
/// heading, <c>- </c> an item, <c>| label | value</c> a row, <c>~ </c> a line for a signature; anything else is a paragraph. A placeholder is <c>{{path}}</c>:
/// <c>open.</c>, <c>private.</c>, <c>measure.</c> and <c>person.</c> go on with fields of the contract, the other names are those of <see cref="Named"/>.
/// </remarks>
static class TemplateReader
{
    static readonly Dictionary<string, Func<TemplateSource, Region, string?>> Named = new()
    {
        ["today"] = (s, _) => s.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["requesting.state"] = (s, r) => State(s.Requesting, r),
        ["requesting.authority"] = (s, r) => Authority(s.Requesting, r),
        ["requested.state"] = (s, r) => State(s.Requested, r),
        ["requested.authority"] = (s, r) => Authority(s.Requested, r),
        ["instrument"] = (s, r) => s.Open is IOpening opening ? r.InstrumentName(opening.Instrument) : null,
    };

    static readonly string[] Heads = ["template", "version", "language", "title", "acts", "measures", "source"];

    /// <summary>All templates of a folder; what is wrong is added to the errors, with file and line.</summary>
    public static IReadOnlyList<Template> Read(string folder, List<string> errors)
    {
        if (!Directory.Exists(folder))
        {
            errors.Add($"{folder}: the folder with templates is not there. Put it there, or mend the key templates of region.json.");
            return [];
        }
        var words = Words(Path.Combine(folder, "words.json"), errors);
        var templates = new List<Template>();
        foreach (var file in Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal))
            if (ReadFile(file, words, errors) is { } template)
                templates.Add(template);
        foreach (var twice in templates.GroupBy(t => (t.Name, t.Language)).Where(g => g.Count() > 1))
            errors.Add($"{folder}: the template {twice.Key.Name} stands there {twice.Count()} times in {twice.Key.Language}. Keep one.");
        foreach (var apart in templates.GroupBy(t => t.Name)
            .Where(g => g.Select(t => (t.Version, string.Join(',', t.Acts), string.Join(',', t.Measures))).Distinct().Count() > 1))
            errors.Add($"{folder}: the languages of {apart.Key} differ in version, acts or measures. Give all the same.");
        return templates;
    }

    static Dictionary<string, Dictionary<string, string>> Words(string file, List<string> errors)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(File.ReadAllBytes(file)) ?? [];
        }
        catch (JsonException e)
        {
            errors.Add($"{file}: line {e.LineNumber + 1}: this is not what is expected ({e.Message}). Write an object of texts for each language.");
        }
        catch (IOException e)
        {
            errors.Add($"{file}: the file cannot be read ({e.Message}). Put it there: it says what values are called in each language.");
        }
        return [];
    }

    static Template? ReadFile(string file, Dictionary<string, Dictionary<string, string>> allWords, List<string> errors)
    {
        var lines = File.ReadAllText(file).ReplaceLineEndings("\n").Split('\n');
        var before = errors.Count;
        var head = new Dictionary<string, string>();
        var at = 0;
        for (; at < lines.Length && lines[at] != "---"; at++)
            if (lines[at].IndexOf(": ", StringComparison.Ordinal) is not (var colon and > 0) || !Heads.Contains(lines[at][..colon])
                || !head.TryAdd(lines[at][..colon], lines[at][(colon + 2)..].Trim()))
                Wrong(at, "this is no line of the head", $"write each of {string.Join(", ", Heads)} once, as key: value, and then ---");
        foreach (var missing in Heads.Where(h => h != "measures" && !head.ContainsKey(h)))
            Wrong(0, $"the head says nothing of {missing}", "add the line");
        if (!int.TryParse(head.GetValueOrDefault("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version < 1)
            Wrong(0, "version is no whole number from 1", "write one");
        var (name, language) = (head.GetValueOrDefault("template", ""), head.GetValueOrDefault("language", ""));
        if (Path.GetFileName(file) != $"{name}.{language}.txt")
            Wrong(0, $"template {name} in {language} stands in another file", $"call the file {name}.{language}.txt");
        var acts = List(head.GetValueOrDefault("acts", ""));
        foreach (var unknown in acts.Where(a => !Contracts.V1.Acts.All.ContainsKey(a)))
            Wrong(0, $"'{unknown}' is no act", "write names of the contract, for example RequestSubmitted");
        var measures = List(head.GetValueOrDefault("measures", ""));
        foreach (var unknown in measures.Where(m => !Enum.GetNames<MeasureKind>().Contains(m)))
            Wrong(0, $"'{unknown}' is no kind of measure", $"write some of {string.Join(", ", Enum.GetNames<MeasureKind>())}");
        if (!allWords.TryGetValue(language, out var words))
            Wrong(0, $"words.json has no words for '{language}'", "add them");
        if (errors.Count > before)
            return null;

        var used = new HashSet<string> { "blank", "blanks" };
        var made = new List<TemplateLine>();
        for (at++; at < lines.Length; at++)
            if (lines[at].Trim() is { Length: > 0 } text)
                made.Add(Line(text, key => Key(key, acts, measures.Count > 0, used, problem => Wrong(at, problem.Found, problem.Fix))));
        foreach (var word in used.Where(w => !words!.ContainsKey(w)).Order(StringComparer.Ordinal))
            Wrong(0, $"words.json does not say what {word} is called in '{language}'", "add it there");
        return errors.Count > before ? null : new()
        {
            Name = name,
            Version = version,
            Language = language,
            Title = head["title"],
            Acts = acts,
            Measures = [.. measures.Select(Enum.Parse<MeasureKind>)],
            Source = head["source"],
            Lines = made,
            Words = words!,
        };

        void Wrong(int line, string found, string fix) => errors.Add($"{file}: line {line + 1}: {found}. Fix: {fix}.");
    }

    static TemplateLine Line(string text, Func<string, TemplateKey?> key)
    {
        var (kind, rest) = text switch
        {
            ['#', '#', ' ', ..] => (LineKind.Heading, text[3..]),
            ['#', ' ', ..] => (LineKind.Title, text[2..]),
            ['-', ' ', ..] => (LineKind.Item, text[2..]),
            ['|', ' ', ..] => (LineKind.Row, text[2..]),
            ['~', ' ', ..] => (LineKind.Signature, text[2..]),
            _ => (LineKind.Paragraph, text),
        };
        var label = "";
        if (kind == LineKind.Row && rest.IndexOf(" | ", StringComparison.Ordinal) is var bar and > 0)
            (label, rest) = (rest[..bar], rest[(bar + 3)..]);
        var pieces = new List<TemplatePiece>();
        while (rest.IndexOf("{{", StringComparison.Ordinal) is var open and >= 0)
        {
            if (open > 0)
                pieces.Add(new(rest[..open], null));
            var close = rest.IndexOf("}}", open, StringComparison.Ordinal);
            pieces.Add(new("", key(close < 0 ? rest[(open + 2)..] + " (never closed)" : rest[(open + 2)..close])));
            rest = close < 0 ? "" : rest[(close + 2)..];
        }
        if (rest.Length > 0)
            pieces.Add(new(rest, null));
        return new(kind, label, pieces);
    }

    static TemplateKey? Key(string path, IReadOnlyList<string> acts, bool ofMeasure, HashSet<string> used, Action<(string Found, string Fix)> wrong)
    {
        if (Named.TryGetValue(path, out var named))
            return new(path, named, _ => null, new Dictionary<string, IReadOnlyList<PropertyInfo>>());
        var parts = path.Split('.');
        // Acts of different types have fields of the same name: each act is read by its own members.
        var perAct = new Dictionary<string, IReadOnlyList<PropertyInfo>>();
        foreach (var act in acts)
        {
            var type = Contracts.V1.Acts.All[act];
            var roots = parts[0] switch
            {
                "open" => [type.Content],
                "private" => type.Private is { } sealedPart ? [sealedPart] : [],
                "measure" when ofMeasure && type.Content.IsAssignableTo(typeof(IRequestContent)) => [typeof(Measure), typeof(MeasureParticulars)],
                "person" when type.Private == typeof(RequestParticulars) => [typeof(Person)],
                _ => Array.Empty<Type>(),
            };
            if (roots.Select(r => Members(r, parts.Skip(1))).FirstOrDefault(m => m is not null) is not { } members)
            {
                wrong(($"{{{{{path}}}}} is no field of {act}",
                    $"write open., private., measure. or person. with a field of the contract, or one of {string.Join(", ", Named.Keys)}"));
                return null;
            }
            perAct[act] = members;
            var last = Scalar(members[^1].PropertyType);
            if (last.IsEnum)
                used.UnionWith(Enum.GetNames(last).Select(n => $"{last.Name}.{n}"));
            if (last == typeof(bool))
                used.UnionWith(["yes", "no"]);
        }
        return new(path, null, s => RootOf(parts[0], s, perAct[s.ActType]), perAct);
    }

    static object? RootOf(string root, TemplateSource source, IReadOnlyList<PropertyInfo> members) => root switch
    {
        "open" => source.Open,
        "private" => source.Private,
        "person" => source.Private is RequestParticulars { Persons: [var first, ..] } ? first : null,
        _ when members[0].DeclaringType == typeof(Measure) => (source.Open as IRequestContent)?.Measures.ElementAtOrDefault(source.Measure - 1),
        _ => (source.Private as RequestParticulars)?.Measures.FirstOrDefault(m => m.Measure == source.Measure),
    };

    static List<PropertyInfo>? Members(Type root, IEnumerable<string> names)
    {
        var members = new List<PropertyInfo>();
        var type = root;
        foreach (var name in names)
        {
            if (type.GetProperties().FirstOrDefault(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == name) is not { } member)
                return null;
            members.Add(member);
            type = Scalar(member.PropertyType);
        }
        var said = type.IsEnum || type.IsPrimitive || type == typeof(string) || type == typeof(PartialDate) || type == typeof(decimal)
            || type == typeof(DateOnly) || type == typeof(DateTimeOffset) || type == typeof(Guid);
        return members.Count > 0 && said ? members : null;
    }

    static Type Scalar(Type type) => type.IsGenericType ? Scalar(type.GetGenericArguments()[0]) : type;

    static List<string> List(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    static string? State(Party? party, Region region) => party is null ? null : region.States.TryGetValue(party.State, out var state) ? state.Name : party.State;

    static string? Authority(Party? party, Region region) => party is null ? null : region.Authority(party.Authority)?.Name ?? party.Authority;
}
