using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Adapters;

/// <summary>The traps of real local data as properties: they hold for any date, name, number or order, not for one sample.</summary>
public sealed class TrapPropertyTests : IDisposable
{
    static readonly string[] Wholes = ["yyyy-MM-dd", "ddMMyyyy", "dd/MM/yyyy", "yyyy/MM/dd", "yyyyMMddHHmmss", "d MMMM yyyy", "MMM dd yyyy hh:mm:ss:fffff'AM'", "dd.MM.yyyy", "yyyy-MM-ddzzz", "yyyy-MM-dd'T'HH:mm:sszzz"];

    static readonly Gen<DateOnly> AnyDay = Gen.Int[1, 3_000_000].Select(d => DateOnly.FromDayNumber(d));

    readonly string folder = Directory.CreateTempSubdirectory("traps-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_day_is_the_same_day_in_every_way_it_can_be_written_and_keeps_its_words() =>
        Gen.Select(AnyDay, Gen.Int[0, Wholes.Length - 1], Gen.Int[-13, 13]).Sample((day, pattern, offset) =>
        {
            var written = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(day.Year is > 1 and < 9999 ? offset : 0)).ToString(Wholes[pattern], CultureInfo.InvariantCulture);

            var read = Birth(written, $"[\"{Wholes[pattern]}\"]");

            Assert.Equal((day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), written), ((string?)read["value"], (string?)read["raw"]));
        }, iter: 300);

    [Fact]
    public void A_birthday_with_any_time_in_any_zone_is_the_day_it_is_written_as() =>
        Gen.Select(AnyDay, Gen.Int[0, 86_399], Gen.Int[-14 * 60, 14 * 60]).Sample((day, seconds, minutes) =>
        {
            var offset = $"{(minutes < 0 ? "-" : "+")}{Math.Abs(minutes) / 60:00}:{Math.Abs(minutes) % 60:00}";
            var written = $"{day:yyyy-MM-dd}T{TimeSpan.FromSeconds(seconds):hh\\:mm\\:ss}{offset}";

            Assert.Equal($"{day:yyyy-MM-dd}", (string?)Birth(written, "[\"yyyy-MM-dd\"]")["value"]);
        }, iter: 300);

    [Fact]
    public void One_column_with_several_ways_to_write_a_date_gives_each_its_own_precision_and_nonsense_none()
    {
        const string patterns = """["yyyy-MM-dd", "dd/MM/yyyy", "yyyy-MM", "yyyy"]""";
        foreach (var (written, value) in new[] { ("1990-05-02", "1990-05-02"), ("02/05/1990", "1990-05-02"), ("1990-05", "1990-05"), ("1990", "1990"), ("31/02/1990", null), ("about 1990", null), ("1990-13", null), ("19900502", null) })
        {
            var read = Birth(written, patterns);
            Assert.Equal((value, written), ((string?)read["value"], (string?)read["raw"]));
        }
    }

    [Theory]
    [InlineData("30 working days from publication")]
    [InlineData("Answer within 45 days of the notice of 3 March 2026.")]
    public void A_period_counted_in_days_is_shown_to_a_person_with_its_number_and_becomes_no_date(string words)
    {
        var read = Translate(""" "gaps": { "each": "text", "from": ".", "read": [{ "what": "a period", "pattern": "(?<value>[0-9]+ (working )?days)" }] } """, new JsonObject { ["kind"] = "x", ["text"] = words });

        Assert.Equal(words, (string?)read.Open["gaps"]![0]);
        Assert.Null(read.Open["wantedBy"]);
        Assert.Contains(read.Provenance, t => t.ToConfirm && t.Note!.Contains(words.Contains("45", StringComparison.Ordinal) ? "45 days" : "30 working days", StringComparison.Ordinal));
    }

    [Fact]
    public void Which_name_is_the_family_name_is_what_the_mapping_says_and_never_the_label_or_the_order()
    {
        // "surname" is the given name ("Vorname") in one register; another has two family names in two fields; a third writes SURNAME/FORENAMES.
        var read = Private(
            """ "persons": { "list": [ { "fields": { "familyName": "name", "givenNames": "surname" } }, { "fields": { "familyName": { "from": ["PATERNO", "MATERNO"], "join": " " }, "givenNames": "NOMBRE" } }, { "fields": { "familyName": "only" } } ] } """,
            new JsonObject { ["kind"] = "x", ["name"] = "Torrest", ["surname"] = "Ilvane", ["PATERNO"] = "Okenda", ["MATERNO"] = "Vashti", ["NOMBRE"] = "Maris", ["only"] = "Sukarno" });

        Assert.Equal(
            [("Torrest", "Ilvane"), ("Okenda Vashti", "Maris"), ("Sukarno", null)],
            read["persons"]!.AsArray().Select(p => ((string?)p!["familyName"], (string?)p["givenNames"])));
    }

    [Fact]
    public void Other_names_of_a_person_arrive_all_of_them_as_rows_as_a_list_and_in_other_scripts() =>
        Gen.String[Gen.Char["Aбد漢é' -"], 1, 12].Where(n => n.Trim().Length > 0).Array[1, 9].Sample(names =>
        {
            var rows = new JsonArray([.. names.Select(n => (JsonNode)new JsonObject { ["type"] = "A", ["name"] = n })]);
            var read = Private(""" "persons": { "list": [ { "fields": { "familyName": "main", "aliases": { "each": "rows[*]", "from": "name" } } }, { "fields": { "familyName": "main", "aliases": "list[*]" } } ] } """,
                new JsonObject { ["kind"] = "x", ["main"] = "Torrest", ["rows"] = rows, ["list"] = new JsonArray([.. names.Select(n => (JsonNode)JsonValue.Create(n))]) });

            // The same person twice in one message stays twice: only a person knows that it is one.
            Assert.Equal(2, read["persons"]!.AsArray().Count);
            Assert.All(read["persons"]!.AsArray(), p => Assert.Equal(names.Select(n => n.Trim()), p!["aliases"]!.AsArray().Select(a => (string?)a)));
        }, iter: 100);

    [Fact]
    public void Nobody_said_it_is_not_another_sex_in_any_state()
    {
        foreach (var (state, table, codes) in new[] { ("XA", "gender", "9 0"), ("XB", "gender", "NOT_SPECIFIED NOT_KNOWN"), ("XC", "sexes", "U"), ("XD", "sexes", "U"), ("XF", "sexes", "N") })
        {
            var known = JsonNode.Parse(File.ReadAllText(Path.Combine(Countries.CountryOf(state).Folder, "tables", $"{table}.json")), documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!["rows"]!;
            Assert.All(codes.Split(' '), code => Assert.Equal("Unknown", (string?)known[code]));
        }

        foreach (var code in new[] { "d", "x", "3", "?" })
            Assert.Equal("Unknown", (string?)Private(""" "persons": { "list": [ { "fields": { "familyName": "name", "sex": { "from": "sex", "table": { "M": "Male", "F": "Female" } } } } ] } """,
                new JsonObject { ["kind"] = "x", ["name"] = "T", ["sex"] = code })["persons"]![0]!["sex"]);
    }

    [Fact]
    public void A_measure_of_a_body_travels_in_the_words_it_was_written_in() =>
        Assert.Equal("6'2\" / 190 lb (about 1.88 m)", (string?)Private(""" "text": { "template": "{height}", "with": { "height": "height" } } """, new JsonObject { ["kind"] = "x", ["height"] = "6'2\" / 190 lb (about 1.88 m)" })["text"]);

    [Fact]
    public void A_text_in_any_character_set_that_can_hold_it_is_read_as_it_was() =>
        Gen.Select(Gen.String[Gen.Char["aŵŷéÅß‡†\u00A0漢字x"], 1, 20].Where(t => t.Trim(' ', '\u00A0').Length > 0), Gen.Int[0, 6]).Sample((name, which) =>
        {
            var (declared, set, mark) = new (string, string, byte[])[]
            {
                ("UTF-8", "utf-8", []), ("UTF-8", "utf-8", [0xEF, 0xBB, 0xBF]), ("UTF-16", "utf-16", [0xFF, 0xFE]), ("UTF-16", "utf-16BE", [0xFE, 0xFF]), ("windows-1252", "windows-1252", []), ("ISO-8859-1", "windows-1252", []), ("ISO-2022-JP", "iso-2022-jp", []),
            }[which];
            var encoding = Characters.OfName(set)!;
            var text = Countries.Sample("XA", "hearing-abroad.xml").Replace("UTF-8", declared, StringComparison.Ordinal).Replace("TORREST", name, StringComparison.Ordinal);
            byte[] bytes;
            try
            {
                bytes = [.. mark, .. encoding.GetBytes(text)];
            }
            catch (EncoderFallbackException)
            {
                return; // This set does not have the letters.
            }

            // Bytes that are UTF-8 throughout are read as such, whatever the file says: hardly a text of another set is.
            if (set == "windows-1252" && name.Any(c => c > 127) && System.Text.Unicode.Utf8.IsValid(bytes))
                return;

            var read = Countries.Translate("XA", "m.xml", bytes);

            Assert.Equal(SourceNode.WithoutPadding(name), (string?)read.Private!["persons"]![0]!["familyName"]);
        }, iter: 300);

    [Fact]
    public void A_letter_that_was_lost_before_the_file_was_written_stays_lost_and_that_is_said()
    {
        var read = Countries.Translate("XA", Countries.Sample("XA", "hearing-abroad.xml").Replace("TORREST", "TORR\uFFFDST", StringComparison.Ordinal));

        Assert.Equal("TORR\uFFFDST", (string?)read.Private!["persons"]![0]!["familyName"]);
        Assert.Contains(read.Repairs, r => r.Contains("U+FFFD", StringComparison.Ordinal));
    }

    [Fact]
    public void A_page_written_into_a_field_is_text_and_stays_as_it_is_escaped() =>
        Assert.Equal("<b>Fraud</b>&nbsp;by <a href=\"x\">invoices</a>", (string?)Countries.Translate("XA", Countries.Sample("XA", "hearing-abroad.xml")
            .Replace(">Fraud by false invoices to a public body<", ">&lt;b&gt;Fraud&lt;/b&gt;&amp;nbsp;by &lt;a href=\"x\"&gt;invoices&lt;/a&gt;<", StringComparison.Ordinal)).Private!["offences"]![0]!["wording"]);

    [Fact]
    public void One_object_and_a_list_of_one_say_the_same_and_nothing_is_read_as_nothing_however_it_is_spelt()
    {
        var person = """{ "name": "Torrest" }""";
        var paths = """ "persons": { "each": "people[*]", "fields": { "familyName": "name", "title": "title" } } """;
        var expected = Private(paths, JsonNode.Parse($$"""{ "kind": "x", "people": [{{person}}] }""")!.AsObject())["persons"]!.ToJsonString();

        Assert.Equal(expected, Private(paths, JsonNode.Parse($$"""{ "kind": "x", "people": {{person}} }""")!.AsObject())["persons"]!.ToJsonString());
        foreach (var nothing in new[] { "\"\"", "\"             \"", "null", "{}", "[]", "\"\\u00a0\"" })
            Assert.Equal(expected, Private(paths, JsonNode.Parse($$"""{ "kind": "x", "people": [{ "name": "Torrest", "title": {{nothing}} }, {{nothing}}] }""")!.AsObject())["persons"]!.ToJsonString());
    }

    [Fact]
    public void A_prefix_is_only_a_name_and_what_counts_is_the_namespace() =>
        Gen.String[Gen.Char["abcXYZ"], 1, 8].Sample(prefix =>
        {
            var text = Countries.Sample("XA", "hearing-abroad.xml");
            var renamed = text.Replace("<DC:", $"<{prefix}:", StringComparison.Ordinal).Replace("</DC:", $"</{prefix}:", StringComparison.Ordinal).Replace("xmlns:DC=", $"xmlns:{prefix}=", StringComparison.Ordinal);

            var (one, other) = (Countries.Translate("XA", text), Countries.Translate("XA", renamed));

            Assert.Equal(one.Private!["persons"]!.ToJsonString(), other.Private!["persons"]!.ToJsonString());
            Assert.Equal(TranslationOutcome.Quarantined, Countries.Translate("XA", text.Replace("http://www.dca.gov.uk/xmlschemas/libra", "urn:another", StringComparison.Ordinal)).Outcome);
        }, iter: 20);

    [Fact]
    public void However_many_entries_a_list_has_and_whatever_their_numbers_all_arrive_in_their_order() =>
        Gen.Int[0, 3].Array[1, 250].Sample(numbers =>
        {
            var read = Private(""" "persons": { "each": "people[*]", "fields": { "familyName": "n" } } """, new JsonObject { ["kind"] = "x", ["people"] = new JsonArray([.. numbers.Select(n => (JsonNode)new JsonObject { ["n"] = $"P{n}" })]) });

            Assert.Equal(numbers.Select(n => $"P{n}"), read["persons"]!.AsArray().Select(p => (string?)p!["familyName"]));
        }, iter: 50);

    [Fact]
    public void The_version_of_the_table_stands_beside_what_it_explained()
    {
        var read = Countries.Translate("XA", Countries.Sample("XA", "hearing-abroad.xml"));

        Assert.Contains(read.Provenance, t => t.Field == "to.state" && t.Note!.Contains("of table route 2026-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_numbers_in_another_state_are_another_case()
    {
        var region = new RegionUnderTest();
        var keys = new List<string?>();
        foreach (var state in new[] { "XA", "XB" })
        {
            await using var adapter = new AdapterUnderTest(region, state) { Mappings = Countries.Mappings("XA") };
            await adapter.Restart();
            adapter.Drop("result.xml", Countries.Sample("XA", "hearing-abroad.xml").Replace("B01VD01", "B99VD01", StringComparison.Ordinal));
            await adapter.Work(TestContext.Current.CancellationToken);
            keys.Add(Assert.Single(await adapter.Intakes.In(IntakeState.Incomplete, 10, TestContext.Current.CancellationToken)).CaseKey);
        }

        Assert.NotNull(keys[0]);
        Assert.NotEqual(keys[0], keys[1]);
    }

    JsonNode Birth(string written, string patterns) => Private(
        $$""" "persons": { "list": [ { "fields": { "familyName": "name", "birth": { "from": "born", "dates": {{patterns}} } } } ] } """,
        new JsonObject { ["kind"] = "x", ["name"] = "T", ["born"] = written })["persons"]![0]!["birth"]!;

    JsonObject Private(string fields, JsonObject message) => Read("RequestSubmitted", "private", fields, message).Private!;

    Translation Translate(string fields, JsonObject message) => Read("InformationRequested", "open", fields, message);

    readonly ConcurrentDictionary<string, Translator> translators = [];
    readonly Lock loading = new();

    Translation Read(string act, string part, string fields, JsonObject message)
    {
        lock (loading)
            if (!translators.ContainsKey(fields))
                Load();

        return translators[fields].Translate(new LocalFile { Name = "m", Bytes = Encoding.UTF8.GetBytes(message.ToJsonString()) });

        void Load()
        {
            Directory.CreateDirectory(Path.Combine(folder, "mappings"));
            File.WriteAllText(Path.Combine(folder, "mappings", "in.json"), $$"""
                {
                  "mapping": "A message", "direction": "in", "format": "json", "act": "{{act}}", "applies": "kind",
                  "make": { "fields": { "{{part}}": { "fields": { {{fields}} } } } }
                }
                """);
            translators[fields] = new Translator(MappingSet.Load(folder));
        }
    }
}
