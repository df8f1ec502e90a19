using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Adapters;

/// <summary>No change in an act goes unseen by a local message and its report of loss; and what goes out and comes back in by the mirror of its mapping is what it was.</summary>
public sealed class WayBackTests
{
    static readonly string Samples = Repository.At("contracts", "samples", "v1");

    public static TheoryData<string, string> Written
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var state in Countries.All.Keys)
                foreach (var type in Countries.Mappings(state).Writes.Where(t => Acts.All.ContainsKey(t) && File.Exists(Path.Combine(Samples, t + ".json"))))
                    all.Add(state, type);
            return all;
        }
    }

    [Theory, MemberData(nameof(Written))]
    public void Each_field_of_an_act_either_changes_what_is_written_or_is_reported_as_not_carried(string state, string type)
    {
        var outbound = new OutboundDocument(Countries.Mappings(state));
        var source = Source(state, type);
        var written = outbound.Make(type, source);
        Assert.Empty(written.Problems);
        var wrong = new List<string>();
        foreach (var place in JsonFormat.Of(source).Leaves().Select(l => l.Place).Where(p => p.Split('.')[0] is "open" or "private").ToList())
        {
            var other = outbound.Make(type, Changed(source, place));
            var seen = other.Problems.Count > 0 || !other.Bytes.AsSpan().SequenceEqual(written.Bytes) || !other.NotCarried.SequenceEqual(written.NotCarried)
                || !other.Papers.Select(p => Convert.ToBase64String(p.Bytes)).SequenceEqual(written.Papers.Select(p => Convert.ToBase64String(p.Bytes)));
            var reported = written.NotCarried.Any(n => place == n || place.StartsWith(n + ".", StringComparison.Ordinal) || place.StartsWith(n + "[", StringComparison.Ordinal));
            if (!seen && !reported)
                wrong.Add($"{place} is not written, and not reported");
            else if (reported && other.Problems.Count == 0 && !other.Bytes.AsSpan().SequenceEqual(written.Bytes))
                wrong.Add($"{place} is written, and reported as not carried");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    // One form in each format of trees, written and read again: {L} is what makes a list of a path.
    const string Out = """
        { "mapping": "Case", "direction": "out", "format": "{F}", {R} "acts": ["RequestSubmitted"], "make": { "fields": {
          "To": "header.receiver.state", "Authority": "header.receiver.authority", "Instrument": "open.instrument", "Certified": "open.contentCertified",
          "WantedBy": { "from": "open.wantedBy", "dates": ["dd/MM/yyyy"] }, "Language": { "each": "open.languages[*]", "from": "." },
          "Measure": { "each": "open.measures[*]", "fields": { "Kind": { "from": "kind", "table": { "Hearing": "H", "Search": "S", "BankAccounts": "B" } } } },
          "Offence": { "each": "open.offences[*]", "fields": { "Code": "nationalCode", "Months": "longestPenaltyMonths" } },
          "Person": { "each": "private.persons[*]", "fields": { "Family": "familyName", "Given": "givenNames", "Birth": "birth.raw", "Sex": { "from": "sex", "table": { "Male": "1", "Female": "2", "Unknown": "9" } }, "Alias": { "each": "aliases[*]", "from": "." } } },
          "Text": "private.text" } } }
        """;

    const string In = """
        { "mapping": "Case", "direction": "in", "format": "{F}", "act": "RequestSubmitted", "applies": "Instrument", "make": { "fields": {
          "to": { "fields": { "state": "To", "authority": "Authority" } },
          "open": { "fields": { "instrument": "Instrument", "contentCertified": "Certified", "wantedBy": { "from": "WantedBy", "dates": ["dd/MM/yyyy"] }, "languages": { "each": "Language{L}", "from": "." },
            "measures": { "each": "Measure{L}", "fields": { "kind": { "from": "Kind", "table": { "H": "Hearing", "S": "Search", "B": "BankAccounts" } } } },
            "offences": { "each": "Offence{L}", "fields": { "nationalCode": "Code", "longestPenaltyMonths": "Months" } } } },
          "private": { "fields": { "text": "Text",
            "persons": { "each": "Person{L}", "fields": { "familyName": "Family", "givenNames": "Given", "birth": { "from": "Birth", "dates": ["yyyy-MM-dd", "yyyy-MM", "yyyy", "dd.MM.yyyy"] }, "sex": { "from": "Sex", "table": { "1": "Male", "2": "Female", "9": "Unknown" } }, "aliases": { "each": "Alias{L}", "from": "." } } } } } } } }
        """;

    static readonly Gen<string> Words = Gen.String[Gen.Char["aÅ<>&\"'; é漢ß\n,=-0"], 1, 30].Select(t => t.Trim()).Where(t => t.Length > 0);

    [Theory]
    [InlineData("xml", "\"root\": \"Case\",", "")]
    [InlineData("json", "", "[*]")]
    public void What_is_mapped_out_and_back_in_keeps_every_mapped_field_and_the_report_names_the_rest(string format, string root, string list)
    {
        var mappings = Load(
            ("mappings/out.json", Out.Replace("{F}", format, StringComparison.Ordinal).Replace("{R}", root, StringComparison.Ordinal)),
            ("mappings/in.json", In.Replace("{F}", format, StringComparison.Ordinal).Replace("{L}", list, StringComparison.Ordinal)));
        var person = Gen.Select(Words, Words, Words.Array[0, 3], Gen.Int[0, 3], Gen.Int[0, 2]);
        Gen.Select(person.Array[1, 4], Gen.Int[0, 600].Array[1, 3], Gen.Bool, Words, Gen.Int[0, 2000]).Sample((persons, months, certified, text, days) =>
        {
            var source = Source("XB", nameof(RequestSubmitted));
            var open = source["open"]!.AsObject();
            (open["contentCertified"], open["wantedBy"], open["confidential"]) = (certified, DateOnly.FromDayNumber(739_000 + days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), true);
            open["offences"] = new JsonArray([.. months.Select((m, i) => (JsonNode)new JsonObject { ["nationalCode"] = $"C{i}", ["longestPenaltyMonths"] = m })]);
            open["measures"] = new JsonArray(new JsonObject { ["kind"] = "Hearing" }, new JsonObject { ["kind"] = "BankAccounts" });
            source["private"] = new JsonObject
            {
                ["text"] = text,
                ["contact"] = new JsonObject { ["name"] = "N" },
                ["persons"] = new JsonArray([.. persons.Select(p => (JsonNode)new JsonObject
                {
                    ["familyName"] = p.Item1,
                    ["givenNames"] = p.Item2,
                    ["sex"] = new[] { "Male", "Female", "Unknown" }[p.Item5],
                    ["birth"] = new[] { Date("1984-07-19", "19.07.1984"), Date("1984-07", "1984-07"), Date("1984", "1984"), Date(null, "about 1984") }[p.Item4],
                    ["aliases"] = p.Item3.Length == 0 ? null : new JsonArray([.. p.Item3.Select(a => (JsonNode)a)]),
                })]),
            };

            var written = new OutboundDocument(mappings).Make(nameof(RequestSubmitted), source);
            Assert.Empty(written.Problems);
            var read = new Translator(mappings).Translate(new LocalFile { Name = $"back.{format}", Bytes = written.Bytes });

            Assert.Equal(nameof(RequestSubmitted), read.ActType);
            var (went, back) = (Leaves(source), Leaves(new JsonObject { ["open"] = read.Open.DeepClone(), ["private"] = read.Private!.DeepClone() }));
            foreach (var (place, value) in went.Where(l => l.Key.Split('.')[0] is "open" or "private"))
                if (!written.NotCarried.Any(n => place == n || place.StartsWith(n + ".", StringComparison.Ordinal) || place.StartsWith(n + "[", StringComparison.Ordinal)))
                    Assert.Equal((place, value), (place, back.GetValueOrDefault(place)));
            Assert.Contains("open.confidential", written.NotCarried);
            Assert.Contains("private.contact", written.NotCarried);
            Assert.DoesNotContain(written.NotCarried, n => n.StartsWith("private.persons", StringComparison.Ordinal) && !n.EndsWith(".birth.value", StringComparison.Ordinal));
        }, iter: 100);

        static JsonObject Date(string? value, string raw) => value is null ? new() { ["raw"] = raw } : new() { ["value"] = value, ["raw"] = raw };
    }

    [Theory]
    [InlineData("csv", "\"separator\": \";\", \"quotes\": true, \"formulas\": true, \"columns\": [\"request\", \"subject\", \"text\"]", "")]
    [InlineData("fix", "\"charset\": \"windows-1252\", \"fields\": [[\"request\", 40], [\"subject\", 60], [\"text\", 60]]", "\"as\": \"one-line\",")]
    [InlineData("seg", "\"segments\": { \"NOT\": [[\"request\", 40], [\"subject\", 60], [\"text\", 60]] }", "\"as\": \"one-line\",")]
    [InlineData("eml", null, "")]
    public void What_is_put_into_a_row_a_segment_or_a_mail_comes_out_of_it(string extension, string? layout, string change)
    {
        var at = extension == "seg" ? "*.NOT." : "";
        var (keys, subject) = (extension == "eml" ? ("inReplyTo", "text") : ("request", "text"), "subject");
        var fields = $$"""{ "{{keys.Item1}}": "header.requestId", "subject": { {{change}} "from": "open.subject" }, "text": { {{change}} "from": "private.text" }{{(extension == "eml" ? """, "to": { "value": "a@b.example", "because": "x" }, "from": { "value": "c@d.example", "because": "x" }""" : "")}} }""";
        var kind = layout is null ? "\"format\": \"mail\"" : "\"format\": \"table\", \"layout\": \"rows\"";
        var mappings = Load(
            layout is null ? ("tables/none.json", """{ "table": "none", "rows": { "a": "b" } }""") : ("layouts/rows.json", $$"""{ "layout": "rows", "files": ["*.{{extension}}"], {{layout}} }"""),
            ("mappings/out.json", $$"""{ "mapping": "Note", "direction": "out", {{kind}}, "acts": ["NoteSent"], "make": { "fields": {{(extension == "seg" ? $$"""{ "D": { "fields": { "NOT": { "fields": {{fields}} } } } }""" : fields)}} } }"""),
            ("mappings/in.json", $$"""
                { "mapping": "Note", "direction": "in", {{kind}}, "act": "NoteSent", "applies": "{{at}}{{subject}}", "make": { "fields": {
                  "request": "{{at}}{{keys.Item1}}", "open": { "fields": { "subject": "{{at}}subject" } }, "private": { "fields": { "text": "{{at}}text" } } } } }
                """));
        // What the host's own character set cannot hold is refused when it is written; lines are one line in a field.
        var words = extension is "fix" or "seg" ? Gen.String[Gen.Char["aé<>&\"'; ß,=-0"], 1, 30].Select(t => t.Trim()).Where(t => t.Length > 0) : Words;
        Gen.Select(words, words).Sample((one, two) =>
        {
            var source = Source("XB", nameof(NoteSent));
            one = string.Join(' ', one.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            two = change.Length > 0 ? string.Join(' ', two.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) : two;
            (source["open"]!["subject"], source["private"]) = (one, new JsonObject { ["text"] = two });
            var written = new OutboundDocument(mappings).Make(nameof(NoteSent), source);
            Assert.Empty(written.Problems);

            var read = new Translator(mappings).Translate(new LocalFile { Name = $"back.{extension}", Bytes = written.Bytes });

            Assert.Equal((one, two), ((string?)read.Open["subject"], (string?)read.Private?["text"]));
            Assert.StartsWith((string)source["header"]!["requestId"]!, read.Request, StringComparison.Ordinal);
        }, iter: 100);
    }

    static MappingSet Load(params (string Name, string Text)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("wayback-").FullName;
        foreach (var (name, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.WriteAllText(Path.Combine(folder, name), text);
        }

        var loaded = MappingSet.Load(folder);
        Directory.Delete(folder, recursive: true);
        return loaded;
    }

    static JsonObject Source(string state, string type)
    {
        var act = JsonSerializer.Deserialize<Act>(File.ReadAllText(Path.Combine(Samples, type + ".json")), Wire.Json)!;
        var hidden = Path.Combine(Samples, type + ".private.json");
        var notice = new NoticeHeader { NoticeId = new Guid(1, 2, 3, new byte[8]), Receiver = state, Sequence = 42, At = DateTimeOffset.UnixEpoch };
        var standing = new RegionUnderTest().Standing(state, act.Header.Sender.State, "Submitted", "XA-2026-000142", Side.Requested);
        return OutboundDocument.Of(type, notice, standing, act, File.Exists(hidden) ? JsonNode.Parse(File.ReadAllText(hidden)) : null, DateTimeOffset.UnixEpoch, null, state);
    }

    // The same act with another value in one place, of the same kind.
    static JsonObject Changed(JsonObject source, string place)
    {
        var changed = (JsonObject)source.DeepClone();
        var old = At(changed, place)!;
        Set(changed, place, old.GetValueKind() switch
        {
            JsonValueKind.True => JsonValue.Create(false),
            JsonValueKind.False => JsonValue.Create(true),
            JsonValueKind.Number => JsonValue.Create(old.GetValue<decimal>() + 1),
            // The content of a paper stays base64.
            _ => JsonValue.Create(place.EndsWith(".content", StringComparison.Ordinal) ? "b3RoZXI=" : Other(old.GetValue<string>())),
        });
        return changed;
    }

    static string Other(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : Guid.TryParse(text, out _) ? "11111111-2222-3333-4444-555555555555"
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) && text.Contains('T', StringComparison.Ordinal) ? at.AddDays(1).ToString("O", CultureInfo.InvariantCulture)
        : text.Length > 0 && char.IsAsciiDigit(text[0]) ? "1" + text : "Q" + text;

    static JsonNode? At(JsonNode node, string place)
    {
        JsonNode? at = node;
        foreach (var step in Steps(place))
            at = step.Index is { } index ? at![index] : at![step.Name!];
        return at;
    }

    static void Set(JsonObject source, string place, JsonNode value)
    {
        var steps = Steps(place).ToList();
        JsonNode at = source;
        foreach (var step in steps[..^1])
            at = step.Index is { } index ? at[index]! : at[step.Name!]!;
        if (steps[^1].Index is { } last)
            at[last] = value;
        else
            at[steps[^1].Name!] = value;
    }

    static IEnumerable<(string? Name, int? Index)> Steps(string place)
    {
        foreach (var part in place.Split('.'))
        {
            yield return (part.Split('[')[0], null);
            foreach (var index in part.Split('[').Skip(1))
                yield return (null, int.Parse(index.TrimEnd(']'), CultureInfo.InvariantCulture));
        }
    }

    static Dictionary<string, string> Leaves(JsonObject node) => JsonFormat.Of(node).Leaves().ToDictionary(l => l.Place, l => l.Value!);
}
