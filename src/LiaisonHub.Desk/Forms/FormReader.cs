using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;
using NodaTime;

namespace LiaisonHub.Desk.Forms;

/// <summary>What came of reading a form: the parts of the act, and everything that is wrong with them, by path.</summary>
/// <param name="Open">The open part.</param>
/// <param name="Private">The private part; null: the act needs none, and none was written.</param>
/// <param name="Problems">What is wrong, in the order of the form.</param>
public sealed record ReadForm(JsonObject Open, JsonObject? Private, IReadOnlyList<FieldProblem> Problems)
{
    /// <summary>Bytes of the signed act, as near as can be said before it is sealed.</summary>
    public long Size { get; } = ActContent.SizeOf(Open, Private);

    /// <summary>Bytes of files that would still fit.</summary>
    public long RoomForFiles => Math.Max(0, (long)((Wire.LargestAct - Size) / Growth));

    // A file is written in base64 three times over (attachment, seal, signature), and padded by up to an eighth.
    const double Growth = 64 / 27.0 * 1.125;
}

/// <summary>Makes the parts of an act from what was typed.</summary>
static partial class FormReader
{
    /// <summary>Reads the form. What cannot be read is named by its path with the fix, and is left out of the parts.</summary>
    /// <param name="form">The form.</param>
    /// <param name="typed">What was typed. Rows in which nothing stands are taken out of it, and points in time are read in its zone.</param>
    public static ReadForm Read(ActForm form, Typed typed)
    {
        typed.DropBlankRows(form.Open, "open");
        typed.DropBlankRows(form.Private, "private");
        var problems = new List<FieldProblem>();
        var open = Group(form.Open, "open", typed, problems);
        JsonObject? privatePart = null;
        if (form.Act.Private is not null && (form.Act.PrivateRequired || typed.Kept.Keys.Any(k => k.StartsWith("private.", StringComparison.Ordinal))
            || form.Private.Any(f => !typed.IsBlank(f, $"private.{f.Name}"))))
        {
            privatePart = Group(form.Private, "private", typed, problems);
            if (form.Act.Private == typeof(EvidenceParticulars))
                privatePart["items"] = Items(typed, "open.manifest", problems);
        }

        var unread = problems.Select(p => p.Field).ToHashSet();
        problems.AddRange(ActContent.Check(form.Act.Name, open, privatePart).Select(p => p with { Field = OnForm(p.Field) }).Where(p => unread.Add(p.Field)));
        var read = new ReadForm(open, privatePart, problems);
        if (read.Size > Wire.LargestAct)
            problems.Add(new()
            {
                Field = typed.Files.MaxBy(f => f.Content.Length)?.Field ?? "private.text",
                Missing = false,
                Words = string.Create(CultureInfo.InvariantCulture, $"The act would have {read.Size / 1024:N0} KiB when signed; {Wire.LargestAct / 1024:N0} KiB are allowed."),
                Expected = form.Act.Content == typeof(EvidenceSent) ? "fewer files here, and the others with the next part" : "smaller or fewer files; the rest can follow with a note",
            });
        return read;
    }

    // Items are typed with their line of the manifest, and what the desk fills in itself is never wrong on the form.
    static string OnForm(string field) => field.StartsWith("private.items[", StringComparison.Ordinal) ? "open.manifest[" + field["private.items[".Length..] : field == "private.items" ? "open.manifest" : field;

    static JsonObject Group(IReadOnlyList<Field> fields, string path, Typed typed, List<FieldProblem> problems)
    {
        var made = new JsonObject();
        foreach (var field in fields)
            if (Value(field, $"{path}.{field.Name}", typed, problems) is { } value)
                made[field.Name] = value;
        return made;
    }

    static JsonNode? Value(Field field, string path, Typed typed, List<FieldProblem> problems)
    {
        switch (field.Kind)
        {
            case FieldKind.Group:
                return field.Required || !typed.IsBlank(field, path) ? Group(field.Fields, path, typed, problems) : null;
            case FieldKind.Rows:
                return new JsonArray([.. Enumerable.Range(0, typed.Rows(path)).Select(i => Group(field.Fields, Typed.At(path, i), typed, problems))]);
            case FieldKind.Rights:
                return Answers(path, typed, problems);
            case FieldKind.Evidence:
                return Manifest(path, typed);
            case FieldKind.Files:
                return new JsonArray([.. typed.FilesOf(path).Select(f => (JsonNode)Attached(f))]);
            case FieldKind.Kept:
                return typed.Kept.TryGetValue(path, out var kept) ? kept.DeepClone() : null;
            case FieldKind.Lines:
                return Lines(typed.Of(path), field, path, problems);
            case FieldKind.Several:
                return new JsonArray([.. typed.All(path).Concat(Split(typed.Of(path + Typed.Other))).Distinct().Select(v => (JsonNode)JsonValue.Create(v))]);
            case FieldKind.PartialDay:
                return Partial(typed.Of($"{path}.value"), typed.Of($"{path}.raw"), path, problems);
            case FieldKind.Tick:
                return typed.Of(path) == "true";
        }

        var text = typed.Of(path);
        if (text.Length == 0)
            return null;
        switch (field.Kind)
        {
            case FieldKind.YesNo:
                return text is "true" or "false" ? text == "true" : Wrong(path, problems, "This is neither yes nor no.", "yes or no");
            case FieldKind.Day:
                return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                    ? text
                    : Wrong(path, problems, "This is not a day of the calendar.", "a day as 2026-03-31: year, month, day");
            case FieldKind.Moment:
                return Moment(text, path, typed.Zone, problems);
            case FieldKind.Whole:
            case FieldKind.One when field.Choices == ChoiceSource.PartsReceived:
                return !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                    ? Wrong(path, problems, "This is not a whole number.", Between(field))
                    : whole < field.Least || whole > field.Most ? Wrong(path, problems, $"{whole} is not allowed here.", Between(field)) : whole;
            case FieldKind.Amount:
                return !decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount)
                    ? Wrong(path, problems, "This is not a number.", "a number with a point before the decimals, as 1200.50")
                    : amount < field.Least || amount > field.Most ? Wrong(path, problems, "This amount is not allowed here.", Between(field)) : amount;
            default:
                if (text.Length > field.Longest)
                    return Wrong(path, problems, $"The text has {text.Length} characters.", $"at most {field.Longest}");
                if (field.Kind != FieldKind.Paragraph && text.AsSpan().IndexOfAny('\n', '\r') >= 0)
                    return Wrong(path, problems, "This is more than one line.", "one line");
                return text.ReplaceLineEndings("\n");
        }
    }

    static JsonNode? Moment(string text, string path, DateTimeZone zone, List<FieldProblem> problems)
    {
        if (!DateTime.TryParseExact(text, Typed.MomentFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
            return Wrong(path, problems, "This is not a day with a time.", "a day and a time as 2026-03-31T14:05, as the clocks here show it");
        var mapped = zone.MapLocal(LocalDateTime.FromDateTime(clock));
        // An hour that comes twice is the first one: a limit that runs from it then never ends too late.
        return mapped.Count == 0
            ? Wrong(path, problems, "The clocks here did not show this time: they were put forward over it.", "the time before or after")
            : mapped.First().ToInstant().ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    static JsonArray Lines(string text, Field field, string path, List<FieldProblem> problems)
    {
        var lines = new JsonArray();
        foreach (var line in Split(text))
        {
            if (line.Length > field.Longest)
                Wrong(path, problems, $"Line {lines.Count + 1} has {line.Length} characters.", $"at most {field.Longest} in a line");
            lines.Add(line);
        }

        return lines;
    }

    static JsonArray Answers(string path, Typed typed, List<FieldProblem> problems)
    {
        var answers = new JsonArray();
        for (var i = 0; i < typed.Rows(path); i++)
        {
            var at = Typed.At(path, i);
            var (finding, condition) = (typed.Of($"{at}.finding"), typed.Of($"{at}.condition"));
            var answer = new JsonObject { ["item"] = typed.Of($"{at}.item") };
            if (finding.Length == 0)
                problems.Add(new() { Field = $"{at}.finding", Missing = true, Words = "This question is not answered.", Expected = "one of the findings" });
            else
                answer["finding"] = finding;
            if (condition.Length > 0)
                answer["condition"] = condition;
            else if (finding is nameof(RightsFinding.PassedWithCondition) or nameof(RightsFinding.Failed))
                problems.Add(new() { Field = $"{at}.condition", Missing = true, Words = "Such a finding needs its condition or reason.", Expected = "one line without personal data" });
            answers.Add(answer);
        }

        return answers;
    }

    static JsonArray Manifest(string path, Typed typed)
    {
        var manifest = new JsonArray();
        foreach (var (i, file) in typed.FilesOf(path).Index())
        {
            var line = new JsonObject
            {
                ["itemId"] = file.Id.ToString("D"),
                ["size"] = file.Content.Length,
                ["commitment"] = Commitment.Of(file.Salt!, file.Content),
            };
            if (typed.Of($"{Typed.At(path, i)}.kind") is { Length: > 0 } kind)
                line["kind"] = kind;
            manifest.Add(line);
        }

        return manifest;
    }

    static JsonArray Items(Typed typed, string path, List<FieldProblem> problems)
    {
        var items = new JsonArray();
        foreach (var (i, file) in typed.FilesOf(path).Index())
        {
            var at = Typed.At(path, i);
            var item = new JsonObject { ["itemId"] = file.Id.ToString("D"), ["salt"] = file.Salt, ["content"] = Attached(file) };
            foreach (var name in new[] { "description", "collection" })
                if (typed.Of($"{at}.{name}") is { Length: > 0 } text)
                    item[name] = text.Length <= 500 ? text : Wrong($"{at}.{name}", problems, $"The text has {text.Length} characters.", "at most 500");
            items.Add(item);
        }

        return items;
    }

    static JsonObject Attached(TypedFile file) => new()
    {
        ["fileName"] = file.FileName,
        ["mediaType"] = file.MediaType,
        ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(file.Content)),
        ["content"] = Convert.ToBase64String(file.Content),
    };

    static JsonObject? Partial(string value, string raw, string path, List<FieldProblem> problems)
    {
        if (value.Length == 0 && raw.Length == 0)
            return null;
        if (value.Length > 0 && !IsPartialDay(value))
            Wrong(path, problems, "This is not a date, whole or in part.", "2026, 2026-03 or 2026-03-31");
        var made = new JsonObject { ["raw"] = raw.Length > 0 ? raw : value };
        if (value.Length > 0)
            made["value"] = value;
        return made;
    }

    static bool IsPartialDay(string text) =>
        PartialDayPattern().IsMatch(text) && DateOnly.TryParseExact((text + "-01-01")[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    static string[] Split(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static string Between(Field field) => field.Most >= int.MaxValue
        ? string.Create(CultureInfo.InvariantCulture, $"a whole number, {field.Least} or more")
        : string.Create(CultureInfo.InvariantCulture, $"{field.Least:N0} to {field.Most:N0}");

    static JsonNode? Wrong(string path, List<FieldProblem> problems, string words, string expected)
    {
        problems.Add(new() { Field = path, Missing = false, Words = words, Expected = expected });
        return null;
    }

    [GeneratedRegex("^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]
    private static partial Regex PartialDayPattern();
}
