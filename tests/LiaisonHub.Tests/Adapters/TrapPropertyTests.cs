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

    static readonly Gen<string> Names = Gen.String[Gen.Char["AÉŽабß漢-'"], 1, 10];

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

    [Fact]
    public void A_period_counted_in_days_is_shown_to_a_person_with_its_number_and_becomes_no_date() =>
        Gen.Select(Gen.Int[0, 999], Gen.Bool, AnyDay, Gen.Int[0, 2]).Sample((number, working, from, how) =>
        {
            var period = $"{number} {(working ? "working " : "")}days";
            var words = how switch { 0 => $"{period} from publication", 1 => $"Answer within {period} of the notice of {from:d MMMM yyyy}.", _ => $"Published {from:yyyy-MM-dd}; {period}" };

            var read = Translate(""" "gaps": { "each": "text", "from": ".", "read": [{ "what": "a period", "pattern": "(?<value>[0-9]+ (working )?days)" }] } """, new JsonObject { ["kind"] = "x", ["text"] = words });

            Assert.Equal(words, (string?)read.Open["gaps"]![0]);
            Assert.Null(read.Open["wantedBy"]);
            Assert.Contains(period, Assert.Single(read.Provenance, t => t.ToConfirm).Note, StringComparison.Ordinal);
        }, iter: 200);

    [Fact]
    public void Which_name_is_a_family_name_holds_for_any_names_in_any_order_under_any_label() =>
        Gen.Select(Names, Names, Names, Gen.Bool).Sample((first, second, given, one) =>
        {
            // The label says the other; two family names stand in two fields; a person has one name only.
            var read = Private(
                """ "persons": { "list": [ { "fields": { "familyName": "name", "givenNames": "surname" } }, { "fields": { "familyName": { "from": ["PATERNO", "MATERNO"], "join": " " }, "givenNames": "NOMBRE" } } ] } """,
                new JsonObject { ["kind"] = "x", ["name"] = first, ["surname"] = one ? null : given, ["PATERNO"] = first, ["MATERNO"] = one ? null : second, ["NOMBRE"] = given })["persons"]!.AsArray();

            Assert.Equal([(first, one ? null : given), (one ? first : $"{first} {second}", given)], read.Select(p => ((string?)p!["familyName"], (string?)p["givenNames"])));
        }, iter: 200);

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
    public void However_many_numbers_and_days_of_birth_one_person_has_none_is_lost_and_none_is_chosen() =>
        Gen.Select(Gen.Int[1, 999_999].Array[1, 8], AnyDay.Array[1, 5]).Sample((numbers, days) =>
        {
            var read = Private(""" "persons": { "list": [ { "fields": { "familyName": "name", "birth": { "from": "born[0]", "dates": ["yyyy-MM-dd"] }, "aliases": "born[*]", "numbers": { "each": "tax[*]", "fields": { "kind": { "value": "Tax", "because": "x" }, "value": "." } } } } ] } """,
                new JsonObject { ["kind"] = "x", ["name"] = "T", ["born"] = new JsonArray([.. days.Select(d => (JsonNode)$"{d:yyyy-MM-dd}")]), ["tax"] = new JsonArray([.. numbers.Select(n => (JsonNode)$"{n:D6}")]) })["persons"]![0]!;

            Assert.Equal(numbers.Select(n => $"{n:D6}"), read["numbers"]!.AsArray().Select(n => (string?)n!["value"]));
            Assert.Equal(days.Select(d => $"{d:yyyy-MM-dd}"), read["aliases"]!.AsArray().Select(a => (string?)a));
            Assert.Equal($"{days[0]:yyyy-MM-dd}", (string?)read["birth"]!["raw"]);
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
        Gen.Select(Gen.Int[1, 8], Gen.Int[0, 11], Gen.Int[60, 400], Gen.Int[0, 3]).Sample((feet, inches, pounds, how) =>
        {
            var words = how switch { 0 => $"{feet}'{inches}\" / {pounds} lb (about 1.88 m)", 1 => $"{(feet * 12) + inches} in", 2 => $"{pounds}", _ => $"{feet} ft. {inches} in., heavy" };

            Assert.Equal(words, (string?)Private(""" "text": { "template": "{height}", "with": { "height": "height" } } """, new JsonObject { ["kind"] = "x", ["height"] = words })["text"]);
        }, iter: 100);

    [Fact]
    public void Codes_in_which_the_letter_O_and_the_digit_0_were_confused_are_one_code_and_other_codes_stay_others() =>
        Gen.Select(Gen.String[Gen.Char["0OoAb19-"], 1, 12], Gen.Int[0, 11], Gen.Char["0OoAb19-"]).Sample((one, at, typed) =>
        {
            // The other differs in one letter, or in none.
            var other = string.Concat(one.Select((c, i) => i == at % one.Length ? typed : c));
            static string Typed(string code, char zero) => string.Concat(code.ToUpperInvariant().Select(c => c is 'O' or '0' ? zero : c));

            Assert.All("0Oo", zero => Assert.Equal(LiaisonHub.Adapters.XD.Xd.ZeroNotLetter(one), LiaisonHub.Adapters.XD.Xd.ZeroNotLetter($" {Typed(one, zero)} ")));
            Assert.Equal(Typed(one, '0') == Typed(other, '0'), LiaisonHub.Adapters.XD.Xd.ZeroNotLetter(one) == LiaisonHub.Adapters.XD.Xd.ZeroNotLetter(other));
        }, iter: 300);

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
        var paths = """ "persons": { "each": "people[*]", "fields": { "position": { "value": "Accused", "because": "x" }, "familyName": "name", "title": "title" } }, "text": "main" """;
        var expected = Private(paths, JsonNode.Parse($$"""{ "kind": "x", "main": "m", "people": [{{person}}] }""")!.AsObject())["persons"]!.ToJsonString();

        Assert.Equal(expected, Private(paths, JsonNode.Parse($$"""{ "kind": "x", "main": "m", "people": {{person}} }""")!.AsObject())["persons"]!.ToJsonString());
        foreach (var nothing in new[] { "\"\"", "\"             \"", "null", "{}", "[]", "\"\\u00a0\"" })
        {
            Assert.Equal(expected, Private(paths, JsonNode.Parse($$"""{ "kind": "x", "main": "m", "people": [{ "name": "Torrest", "title": {{nothing}} }, {{nothing}}] }""")!.AsObject())["persons"]!.ToJsonString());
            // Of nobody no person is made, whatever the mapping says of every person.
            Assert.Null(Private(paths, JsonNode.Parse($$"""{ "kind": "x", "main": "m", "people": {{nothing}} }""")!.AsObject())["persons"]);
        }
    }

    [Fact]
    public void A_part_that_stands_elsewhere_in_the_message_says_the_same_as_one_that_stands_in_its_place() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 11].Array[1, 20], Gen.Bool).Sample((people, accused, byPointer) =>
        {
            JsonObject Person(int i) => new() { ["@id"] = $"urn:p/{i}", ["name"] = new JsonObject { ["last"] = $"P{i}" } };
            JsonObject Message(Func<int, JsonNode> accusedOf) => new() { ["kind"] = "x", ["persons"] = new JsonArray([.. Enumerable.Range(0, people).Select(i => (JsonNode)Person(i))]), ["accused"] = new JsonArray([.. accused.Select(a => accusedOf(a % people))]) };
            const string Paths = """ "persons": { "each": "accused[*]", "fields": { "familyName": "name.last" } }, "text": { "from": "accused[*].name.last", "join": " " } """;

            var flat = Private(Paths, Message(i => byPointer ? new JsonObject { ["$ref"] = $"#/persons/{i}" } : new JsonObject { ["@id"] = $"urn:p/{i}" }));

            Assert.Equal(Private(Paths, Message(Person))["persons"]!.ToJsonString(), flat["persons"]!.ToJsonString());
            Assert.Equal(string.Join(' ', accused.Select(a => $"P{a % people}")), (string?)flat["text"]);
        }, iter: 100);

    [Theory]
    [InlineData("""{ "@id": "nowhere" }""")]
    [InlineData("""{ "@id": "both" }""")]
    [InlineData("""{ "@id": "self" }""")]
    [InlineData("""{ "$ref": "http://127.0.0.1:1/persons" }""")]
    [InlineData("""{ "$ref": "other.json#/persons/0" }""")]
    [InlineData("""{ "$ref": "persons/0" }""")]
    [InlineData("""{ "$ref": "#/nobody/0" }""")]
    [InlineData("""{ "$ref": "#/accused" }""")]
    [InlineData("""{ "$ref": "#" }""")]
    public void A_reference_that_leads_nowhere_to_two_places_to_itself_or_outside_is_no_value(string reference)
    {
        var message = JsonNode.Parse($$"""{ "kind": "x", "main": "T", "name": "Of the message", "persons": [{ "@id": "both", "name": "A" }, { "@id": "both", "name": "B" }, { "@id": "self" }], "accused": {{reference}} }""")!.AsObject();

        Assert.Null(Private(""" "persons": { "list": [ { "fields": { "familyName": "main", "title": "accused.name" } } ] } """, message)["persons"]![0]!["title"]);
    }

    [Fact]
    public void Prose_never_moves_a_field_and_what_it_says_otherwise_waits_for_a_person() =>
        Gen.Select(AnyDay, AnyDay, Names, Names).Where((field, prose, _, _) => field != prose).Sample((field, prose, name, other) =>
        {
            var read = Read("RequestSubmitted", "private",
                """ "persons": { "list": [ { "fields": { "familyName": "name", "birth": { "from": "born", "dates": ["yyyy-MM-dd"] } } } ] }, "text": { "from": "text", "read": [{ "what": "a day", "pattern": "(?<value>[0-9]{2}/[0-9]{2}/[0-9]{4})", "dates": ["dd/MM/yyyy"] }] } """,
                new JsonObject { ["kind"] = "x", ["name"] = name, ["born"] = $"{field:yyyy-MM-dd}", ["text"] = $"{other} was born on {prose.ToString("dd'/'MM'/'yyyy", CultureInfo.InvariantCulture)}." });

            Assert.Equal((name, $"{field:yyyy-MM-dd}"), ((string?)read.Private!["persons"]![0]!["familyName"], (string?)read.Private["persons"]![0]!["birth"]!["value"]));
            Assert.Contains($"{prose:yyyy-MM-dd}", Assert.Single(read.Provenance, t => t.ToConfirm).Note, StringComparison.Ordinal);
            Assert.DoesNotContain($"{prose:yyyy-MM-dd}", read.Private["persons"]!.ToJsonString(), StringComparison.Ordinal);
        }, iter: 100);

    [Fact]
    public void Only_the_letter_of_an_order_in_force_is_an_order_and_its_prose_makes_none_of_it() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 3]).Sample((letter, words) =>
        {
            var (status, reason) = (letter < 26 ? $"{(char)('A' + letter)}" : new[] { "", "i", "II", "?", "0" }[letter - 26], new[] { "Fraud", "WARRANT RECALLED", "Issued again", "Lifted 2026-02-01" }[words]);
            var read = Countries.Translate("XD", new JsonObject
            {
                ["table"] = "warrants",
                ["offenderId"] = 1,
                ["issueDate"] = "2026-02-20 00:00",
                ["siteId"] = "DV01",
                ["status"] = status,
                ["reason"] = reason,
                ["foreignJurisdiction"] = "XA",
                ["longestMonths"] = 96,
                ["clearedDate"] = null,
                ["names"] = new JsonArray(new JsonObject { ["nameType"] = "O", ["last"] = "T", ["birth"] = "1990" }),
                ["charges"] = new JsonArray(new JsonObject { ["statute"] = "18-0104" }),
            }.ToJsonString());

            // Whatever it says, it is no act by itself.
            Assert.NotEqual(TranslationOutcome.Complete, read.Outcome);
            Assert.Equal(status.Equals("I", StringComparison.OrdinalIgnoreCase) ? TranslationOutcome.Incomplete : TranslationOutcome.Quarantined, read.Outcome);
            if (read.Outcome == TranslationOutcome.Incomplete)
                Assert.Contains(read.Questions, q => q.Ask == "Will extradition be requested?");
        }, iter: 200);

    [Fact]
    public async Task Whatever_was_corrected_in_a_case_that_was_sent_it_is_asked_about_and_the_same_bytes_are_a_duplicate()
    {
        await using var xa = new AdapterUnderTest(new RegionUnderTest(), "XA", inMemory: true);
        var message = Countries.Sample("XA", "hearing-abroad.xml");
        xa.Drop("first.xml", message);
        await xa.Work(TestContext.Current.CancellationToken);
        (string From, string To)[] corrections = [("TORREST", "TORRIST"), ("1984-07-19", "1984-07-20"), ("2025-02-03", "2025-02-04"), (">Ms<", ">Mr<"), ("</DC:BailStatus>", "</DC:BailStatus><DC:Deceased>2026-03-01</DC:Deceased>"), ("Fraud by false invoices", "The person has died. Fraud by false invoices")];
        foreach (var (from, to) in corrections)
        {
            Assert.Contains(from, message, StringComparison.Ordinal);
            xa.Drop($"{to.GetHashCode(StringComparison.Ordinal)}.xml", message.Replace(from, to, StringComparison.Ordinal));
        }

        xa.Drop("again.xml", message);
        await xa.Work(TestContext.Current.CancellationToken);

        Assert.Single(await xa.Sent(TestContext.Current.CancellationToken));
        Assert.Single(await xa.Intakes.In(IntakeState.Duplicate, 10, TestContext.Current.CancellationToken));
        var asked = await xa.Intakes.In(IntakeState.Incomplete, 10, TestContext.Current.CancellationToken);
        Assert.Equal(corrections.Length, asked.Count);
        Assert.All(asked, a => Assert.Contains("This case was sent before, as request XA-2026-000001", a.Reason, StringComparison.Ordinal));
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
