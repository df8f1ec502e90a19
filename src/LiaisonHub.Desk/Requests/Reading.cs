using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Forms;
using LiaisonHub.Desk.Words;
using LiaisonHub.Sealing;

namespace LiaisonHub.Desk.Requests;

/// <summary>Whether a promise of the manifest holds.</summary>
public enum Holds
{
    /// <summary>Nothing was promised here.</summary>
    NotAsked,
    Yes,
    No,
}

/// <summary>One thing to read, with what stands under it.</summary>
public sealed record Shown(string Label)
{
    public string? Text { get; init; }

    /// <summary>True: several lines.</summary>
    public bool Multiline { get; init; }

    public IReadOnlyList<string> Lines { get; init; } = [];
    public IReadOnlyList<Shown> Children { get; init; } = [];

    /// <summary>Number of the file among those of the act. Null: no file.</summary>
    public int? File { get; init; }

    /// <summary>Only read from prose: a person must confirm it. Says where it was read.</summary>
    public string? ToConfirm { get; init; }

    /// <summary>Whether the item is the one the manifest promised.</summary>
    public Holds Holds { get; init; }
}

/// <summary>An act as it is read: every field of the contract that has a value, in the contract's order.</summary>
public sealed class Reading(ActForm form, Choices choices)
{
    readonly List<Attachment> files = [];
    IReadOnlyList<Provenance> provenance = [];
    Dictionary<Guid, EvidenceObject> items = [];

    /// <summary>The files of the act, in the order their numbers count.</summary>
    public IReadOnlyList<Attachment> Files => files;

    /// <summary>What the hub reads as well.</summary>
    public IReadOnlyList<Shown> Open { get; private set; } = [];

    /// <summary>What only the two sides read.</summary>
    public IReadOnlyList<Shown> Private { get; private set; } = [];

    /// <summary>True: some item of evidence is not the one that was promised.</summary>
    public bool Defective { get; private set; }

    /// <summary>Reads an act.</summary>
    /// <exception cref="JsonException">A part is not what the contract says.</exception>
    public static Reading Of(string actType, JsonNode? open, JsonNode? privatePart, Choices choices)
    {
        var reading = new Reading(ActForm.Of(actType), choices);
        var type = Acts.All[actType];
        // Read as the contract first: what the adapter would refuse is not shown as if it were sound.
        open.Deserialize(type.Content, Wire.Json);
        if (type.Private is { } content && privatePart is not null)
            reading.Take(privatePart.Deserialize(content, Wire.Json));
        reading.Open = reading.All(reading.FormOpen, open as JsonObject ?? [], "", isPrivate: false);
        reading.Private = privatePart is JsonObject found ? reading.All(reading.FormPrivate, found, "", isPrivate: true) : [];
        return reading;
    }

    IReadOnlyList<Field> FormOpen => form.Open;

    IReadOnlyList<Field> FormPrivate => form.Private;

    void Take(object? content)
    {
        switch (content)
        {
            case RequestParticulars particulars:
                provenance = particulars.Provenance;
                files.AddRange(particulars.Attachments);
                Add(particulars.Original);
                break;
            case Explanation explanation:
                files.AddRange(explanation.Attachments);
                Add(explanation.Original);
                break;
            case EvidenceParticulars evidence:
                items = evidence.Items.GroupBy(i => i.ItemId).ToDictionary(g => g.Key, g => g.First());
                files.AddRange(evidence.Items.Select(i => i.Content));
                Add(evidence.Original);
                break;
        }
    }

    void Add(Attachment? original)
    {
        if (original is not null)
            files.Add(original);
    }

    List<Shown> All(IReadOnlyList<Field> fields, JsonObject from, string pointer, bool isPrivate)
    {
        var all = new List<Shown>();
        foreach (var field in fields)
            if (from[field.Name] is { } value && One(field, value, $"{pointer}/{field.Name}", isPrivate) is { } shown)
                all.Add(shown with { ToConfirm = isPrivate ? Confirm($"{pointer}/{field.Name}") : null });
        return all;
    }

    Shown? One(Field field, JsonNode value, string pointer, bool isPrivate)
    {
        var shown = new Shown(field.Label);
        switch (field.Kind)
        {
            case FieldKind.Kept:
                return field.Name == "original" && files.Count > 0 ? shown with { File = files.Count - 1 } : null;
            case FieldKind.Files:
                return value is JsonArray { Count: > 0 } attached
                    ? shown with { Children = [.. attached.Select((_, i) => new Shown($"File {i + 1}") { File = i })] }
                    : null;
            case FieldKind.Evidence:
                return shown with { Children = [.. (value as JsonArray ?? []).Select((line, i) => Item(field, line.Deserialize<EvidenceItem>(Wire.Json)!, i))] };
            case FieldKind.Rights:
                return shown with { Children = [.. (value as JsonArray ?? []).OfType<JsonObject>().Select(Answer)] };
            case FieldKind.Group:
                return value is JsonObject group && All(field.Fields, group, pointer, isPrivate) is { Count: > 0 } children ? shown with { Children = children } : null;
            case FieldKind.Rows:
                var rows = (value as JsonArray ?? []).OfType<JsonObject>()
                    .Select((row, i) => new Shown(Heading(field, row, i)) { Children = All(field.Fields, row, $"{pointer}/{i}", isPrivate), ToConfirm = isPrivate ? Confirm($"{pointer}/{i}") : null }).ToList();
                return rows.Count > 0 ? shown with { Children = rows } : null;
            case FieldKind.Lines or FieldKind.Several:
                var lines = (value as JsonArray ?? []).Select(v => choices.Meaning(field, Text(v))).ToList();
                return lines.Count > 0 ? shown with { Lines = lines } : null;
            case FieldKind.PartialDay:
                var (day, raw) = (Text(value["value"]), Text(value["raw"]));
                return shown with { Text = day.Length == 0 ? $"{raw} (as the source says; not read as a date)" : day == raw ? day : $"{day} (the source says: {raw})" };
            case FieldKind.Tick or FieldKind.YesNo:
                return shown with { Text = Text(value) == "true" ? "Yes" : "No" };
            case FieldKind.Moment:
                return shown with { Text = DateTimeOffset.TryParse(Text(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? choices.Moment(moment) : Text(value) };
            case FieldKind.Day:
                return shown with { Text = DateOnly.TryParseExact(Text(value), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) ? LegalTime.Date(on) : Text(value) };
            default:
                return Text(value) is { Length: > 0 } text ? shown with { Text = choices.Meaning(field, text), Multiline = field.Kind == FieldKind.Paragraph } : null;
        }
    }

    // A person is found by name, everything else by number.
    static string Heading(Field field, JsonObject row, int index)
    {
        var name = field.Name switch
        {
            "persons" => string.Join(' ', new[] { Text(row["givenNames"]), Text(row["familyName"]) }.Where(n => n.Length > 0)),
            "legalPersons" => Text(row["name"]),
            "numbers" => Text(row["kind"]),
            _ => "",
        };
        return name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{index + 1}");
    }

    Shown Item(Field manifest, EvidenceItem line, int index)
    {
        var item = items.GetValueOrDefault(line.ItemId);
        var holds = item is not null && Commitment.Holds(line.Commitment, item.Salt, item.Content.Content) && item.Content.Content.Length == line.Size ? Holds.Yes : Holds.No;
        // Before the private part is open nothing can be said of it.
        holds = items.Count == 0 && files.Count == 0 ? Holds.NotAsked : holds;
        Defective |= holds == Holds.No;
        var children = new List<Shown>
        {
            new(manifest.Fields.First(f => f.Name == "kind").Label) { Text = choices.Words(typeof(EvidenceKind), line.Kind.ToString()) },
            new("Size") { Text = LegalTime.Size(line.Size) },
        };
        if (item is not null)
        {
            children.Add(new("Description") { Text = item.Description });
            if (item.Collection is { } collection)
                children.Add(new("Obtained") { Text = collection });
            children.Add(new("File") { File = files.IndexOf(item.Content) });
        }
        else if (holds == Holds.No)
        {
            children.Add(new("File") { Text = "is missing from the private part" });
        }

        return new(string.Create(CultureInfo.InvariantCulture, $"Item {index + 1}")) { Children = children, Holds = holds };
    }

    Shown Answer(JsonObject answer)
    {
        var item = Text(answer["item"]);
        var finding = Text(answer["finding"]);
        var condition = Text(answer["condition"]);
        return new(choices.Region.Catalogue.Rights.FirstOrDefault(r => r.Code == item)?.Question ?? item)
        {
            Text = choices.Words(typeof(RightsFinding), finding) + (condition.Length > 0 ? $": {condition}" : ""),
        };
    }

    string? Confirm(string pointer) => provenance.FirstOrDefault(p => p.ToConfirm && p.Field == pointer) is { } found
        ? $"{found.Source}{(found.Note is { } note ? $"; {note}" : "")}"
        : null;

    static string Text(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToJsonString(),
        _ => "",
    };
}
