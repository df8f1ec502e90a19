using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Adapters.XC;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Adapters;

/// <summary>XC: courts and the liaison office drop lists, the police computer speaks segments of fixed width.</summary>
public sealed class PoliceTests
{
    static readonly MappingSet Mappings = Countries.Mappings("XC");
    static readonly TableLayout Police = Mappings.Layouts.First(l => l.Name == "police-update");
    static readonly string Samples = Repository.At("contracts", "samples", "v1");

    public static TheoryData<string> Acts => [.. LiaisonHub.Contracts.V1.Acts.All.Keys.Where(a => File.Exists(Path.Combine(Samples, a + ".json")))];

    public static TheoryData<string> Alerts => [.. LiaisonHub.Contracts.V1.Notices.All.Keys.Where(n => Mappings.Writes.Contains(n))];

    public static TheoryData<string> Logs => [.. Countries.PublishedFiles("uk-pnc-fixedwidth").Where(f => f.EndsWith(".txt", StringComparison.Ordinal) || f == "(absent)")];

    // Reading

    [Theory, MemberData(nameof(Logs))]
    public void Every_segment_of_a_published_log_is_the_same_to_the_last_blank_after_it_was_read_and_written(string file)
    {
        var (segments, fields) = RoundTrip(file);

        Assert.True(segments > 10 && fields > segments, $"{segments} segments, {fields} fields");
    }

    /// <summary>How many segments and fields of a published log were compared, all of them equal.</summary>
    internal static (int Segments, int Fields) RoundTrip(string file)
    {
        var bytes = File.ReadAllBytes(Countries.Published("uk-pnc-fixedwidth", file));
        var (segments, fields) = (0, 0);
        foreach (var record in TableFormat.Records(new LocalFile { Name = file, Bytes = bytes }, Police))
        {
            var read = TableFormat.Read(record, Police);
            Assert.Empty(read.Repairs);
            var made = JsonNode.Parse(((JsonPart)read.Root).ToJson())!.AsObject();
            var source = Tagged(Encoding.UTF8.GetString(record.Bytes.Span));

            Assert.Equal(source, Tagged(Encoding.ASCII.GetString(TableFormat.Write(Police, made, []))));

            // The host's own count of segments, and ours.
            made.Single().Value!["GMT"]!.AsObject().Remove("segments");
            Assert.Equal(source["GMT"], Tagged(Encoding.ASCII.GetString(TableFormat.Write(Police, made, [])))["GMT"]);
            segments += source.Sum(s => s.Value.Count);
            fields += source.Sum(s => s.Value.Count * Police.Segments![s.Key].Count);
        }

        var all = Tagged(Encoding.ASCII.GetString(bytes)).Sum(t => t.Value.Count);
        Assert.Equal(all, segments);
        return (segments, fields);
    }

    [Fact]
    public void A_log_is_taken_apart_and_the_letter_of_each_answer_is_its_verdict()
    {
        var all = Translate("police.log", Countries.Sample("XC", "police.log"));

        Assert.Equal(["Message to the police computer", "Acceptance by the police computer", "Refusal of the police computer"], all.Select(t => t.Mapping));
        Assert.Equal([TranslationOutcome.Quarantined, TranslationOutcome.Incomplete, TranslationOutcome.Quarantined], all.Select(t => t.Outcome));
        var asked = Assert.Single(all[1].Questions, q => q.Field == "request");
        Assert.Equal("XB-2026-000017", asked.Proposed);
        Assert.Null(all[1].Request);
        Assert.StartsWith("0003 - THE COURT DISPOSAL(S)", (string?)all[1].Private!["text"], StringComparison.Ordinal);
        Assert.Contains("refused", all[2].Reason!.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_that_is_cut_off_takes_no_other_with_it()
    {
        var log = Countries.Sample("XC", "police.log");
        var cut = log.Replace("</CXU02>\nRCVD", "\nRCVD", StringComparison.Ordinal);
        Assert.NotEqual(log, cut);

        var all = Translate("police.log", cut);

        Assert.Equal([QuarantineCode.BadRecord, null, QuarantineCode.Declined], all.Select(t => t.Reason?.Code));
    }

    [Fact]
    public void A_list_of_the_courts_becomes_questions_with_what_it_says_and_nothing_it_does_not_say()
    {
        var all = Translate("court-list.csv", Countries.Sample("XC", "court-list.csv"));

        Assert.All(all, t => Assert.Equal((TranslationOutcome.Incomplete, nameof(RequestSubmitted)), (t.Outcome, t.ActType)));
        Assert.Equal(["31CS0044100", "S20260118", "31CS0044102", "31CS0044103"], all.Select(t => (string?)t.Private!["fileNumber"]));
        Assert.Equal(["Nadeer Ilm", "Omeri", null, null], all.Select(t => (string?)t.Private!["persons"]?[0]!["givenNames"]));
        Assert.Equal(["Case at Crown Court of Cass.\nSent for trial on 2026-01-19.", "Case at Crown Court of Cass.\nCommitted for trial on 2026-01-20.", "Case at Crown Court of Port Cass."],
            all.Take(3).Select(t => (string?)t.Private!["text"]));
        Assert.Equal(("Lantern Freight Ltd", null), ((string?)all[2].Private!["legalPersons"]![0]!["name"], all[2].Private!["persons"]));
        Assert.Equal(("Marzin", null), ((string?)all[3].Private!["persons"]![0]!["familyName"], all[3].Private!["legalPersons"]));
        Assert.Equal("""{"value":"1991","raw":"1991"}""", all[1].Private!["persons"]![0]!["birth"]!.ToJsonString());
        Assert.All(all, t => Assert.Contains(t.Questions, q => q.Field == "to.state"));
        Assert.Equal(4, all.Select(t => t.CaseNumbers).Distinct().Count());
    }

    /// <summary>How many cells of the published list stand in what was made of it, all of them as they are written there.</summary>
    internal static int Listed()
    {
        var bytes = File.ReadAllBytes(Countries.Published("uk-common-platform-json", "fixtures/xhibit_cases_import.csv"));
        var layout = Mappings.Layouts.First(l => l.Claims("xhibit_cases_import.csv"));
        var compared = 0;
        foreach (var record in TableFormat.Records(new LocalFile { Name = "xhibit_cases_import.csv", Bytes = bytes }, layout))
        {
            var cells = ((JsonPart)TableFormat.Read(record, layout).Root).Parts.ToDictionary(p => p.Name, p => p.Value);
            var made = new Translator(Mappings).Translate(record).Private!;
            var person = made["persons"]![0]!;
            foreach (var (column, value) in new[]
            {
                ("case_urn", (string?)made["fileNumber"]), ("xhibit_case_number", (string?)made["numbers"]![1]!["value"]), ("defendant_last_name", (string?)person["familyName"]),
                ("defendant_date_of_birth", (string?)person["birth"]!["value"]), ("defendant_arrest_summons_number", (string?)person["numbers"]![0]!["value"]),
                ("defendant_id", (string?)person["numbers"]![1]!["value"]),
            })
            {
                Assert.Equal(cells[column], value);
                compared++;
            }

            Assert.Equal(string.Join(' ', new[] { cells["defendant_first_name"], cells["defendant_middle_name"] }.OfType<string>()), (string?)person["givenNames"]);
            foreach (var column in new[] { "court_name", "committal_date", "sent_date" }.Where(c => cells[c] is not null))
            {
                Assert.Contains(cells[column]!, (string?)made["text"], StringComparison.Ordinal);
                compared++;
            }

            compared++;
        }

        return compared;
    }

    [Fact]
    public void The_published_list_of_crown_court_cases_stands_in_what_is_made_of_it() => Assert.True(Listed() >= 24);

    [Theory]
    [InlineData("XA"), InlineData("XB"), InlineData("XD"), InlineData("XE"), InlineData("XF")]
    public void A_row_of_the_list_of_requests_is_a_whole_request_to_any_state(string to)
    {
        var text = Countries.Sample("XC", "requests.csv").Replace("LR-2026-101,XB", $"LR-2026-101,{to}", StringComparison.Ordinal);

        var rows = Translate("requests.csv", text);

        Assert.Equal((TranslationOutcome.Complete, to, $"{to}-CA"), (rows[0].Outcome, rows[0].ToState, rows[0].ToAuthority));
        Assert.Equal((TranslationOutcome.Complete, Priority.Urgent, "2026-06-30"), (rows[1].Outcome, rows[1].Priority, (string?)rows[1].Open["wantedBy"]));
        Assert.Equal("""{"value":"1979-11","raw":"1979-11"}""", rows[1].Private!["persons"]![0]!["birth"]!.ToJsonString());
        Assert.Equal(["open.measures", "private.text", "to.state", "to.authority"], rows[2].Questions.Select(q => q.Field));
        Assert.Empty(rows.SelectMany(r => r.Unmapped));
        if (Countries.All.ContainsKey(to))
        {
            var preview = Preview.Of(Mappings, "XC", new LocalFile { Name = "requests.csv", Bytes = Encoding.UTF8.GetBytes(text) }, Countries.Mappings(to), to, DateTimeOffset.UnixEpoch, 1)[0];
            Assert.Empty(preview.Written!.Problems);
            Assert.Contains("Torvane", Encoding.UTF8.GetString(preview.Written.Bytes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Answers_are_rows_too()
    {
        var translator = new Translator(Mappings);
        var file = new LocalFile { Name = "answers.csv", Bytes = Encoding.UTF8.GetBytes(Countries.Sample("XC", "answers.csv")), Beside = name => name == "statement.txt" ? new("I saw nothing."u8.ToArray()) : null };

        var all = translator.Records(file).Select(translator.Translate).ToList();

        Assert.Equal([nameof(RequestAcknowledged), nameof(NoteSent), nameof(InformationRequested), nameof(EvidenceSent), nameof(RequestRefused)], all.Select(t => t.ActType));
        Assert.All(all, t => Assert.True(t.Outcome == TranslationOutcome.Complete, string.Join("; ", t.Questions.Select(q => $"{q.Field}: {q.Why}"))));
        Assert.Equal(["statement.txt"], all[3].FilesBeside);
        Assert.Empty(all.SelectMany(t => t.Unmapped));
    }

    // Writing

    [Theory, MemberData(nameof(Acts))]
    public void Every_act_is_written_in_its_widths_and_what_is_read_back_has_every_value_that_is_not_reported_as_left_out(string type)
    {
        var source = Source(type);

        var written = new OutboundDocument(Mappings).Make(type, source);

        Assert.Empty(written.Problems);
        AssertCarried(source, written);
        Assert.All(written.NotCarried, n => Assert.Matches(@"(\.content$|^private\.(original|provenance)\b|: cut to \d+ characters$)", n));
    }

    [Theory, MemberData(nameof(Alerts))]
    public void Every_alert_is_written_in_its_widths(string type)
    {
        var sample = JsonNode.Parse(File.ReadAllText(Path.Combine(Samples, type + ".json")))!.AsObject();
        var body = sample["body"]!;
        var source = OutboundDocument.Of(type, Header, body["standing"]?.Deserialize<Standing>(Wire.Json), null, null, null, body, "XC");

        var written = new OutboundDocument(Mappings).Make(type, source);

        Assert.Empty(written.Problems);
        AssertCarried(source, written);
        Assert.All(written.NotCarried, n => Assert.Matches(@"^body\.(standing|documentHtml)\b|: cut to \d+ characters$", n));
    }

    [Fact]
    public void What_no_rule_of_a_neighbours_mapping_reads_is_named()
    {
        var source = Source(nameof(NoteSent));
        source["private"]!["attachments"] = null;
        Assert.Empty(new OutboundDocument(Countries.Mappings("XB")).Make(nameof(NoteSent), source).NotCarried);

        var written = new OutboundDocument(Countries.Mappings("XB")).Make(nameof(RequestSubmitted), Source(nameof(RequestSubmitted)));

        Assert.Equal(["open.reference", "open.offences", "open.downstreamDates"], written.NotCarried.Where(n => n.StartsWith("open.", StringComparison.Ordinal)));
        Assert.Contains("private.contact", written.NotCarried);
        Assert.DoesNotContain("private.text", written.NotCarried);
    }

    [Fact]
    public void Days_money_durations_and_names_are_written_as_the_host_has_them()
    {
        var source = Source(nameof(RequestSubmitted));
        source["private"]!["persons"]![0]!["familyName"] = "Šubsequentréarrest & Söhne <x>";
        source["open"]!["offences"]![0]!["longestPenaltyMonths"] = 1200;
        var segments = Tagged(Encoding.ASCII.GetString(new OutboundDocument(Mappings).Make(nameof(RequestSubmitted), source).Bytes));

        Assert.Equal($"K{"",-11}SUBSEQUENTRE{"",-12}", segments["IDS"][0]);
        Assert.StartsWith("SUBSEQUENTREARREST & SOHNE <X>/ILVANE", segments["COU"][0][76..], StringComparison.Ordinal);
        Assert.Equal("        ", segments["COU"][0][130..138]);
        Assert.Equal($"K001{"",-17}XACC212 03022025{"",-4}28112025{"",-4}", segments["COF"][0]);
        Assert.Equal("ILPENY999", segments["DIS"][0][..9]);
        Assert.Contains(segments["TXT"], t => t.Contains("BORN 1984-07.", StringComparison.Ordinal));
        var cost = Source(nameof(CostNoticeGiven));
        cost["open"]!["amount"] = 45.5m;
        Assert.Equal("0000045.50", Tagged(Encoding.ASCII.GetString(new OutboundDocument(Mappings).Make(nameof(CostNoticeGiven), cost).Bytes))["DIS"][0][17..27]);
    }

    [Fact]
    public void Whatever_a_note_holds_it_fits_and_can_be_read_back()
    {
        var outbound = new OutboundDocument(Mappings);
        Gen.Select(Gen.String[Gen.Char["aé\u0301<>&\n\t漢ß ’\"'/"], 1, 2_000], Gen.String[Gen.Char["A b"], 1, 900]).Where(t => t.Item1.Trim().Length > 0).Sample(t =>
        {
            var source = Source(nameof(NoteSent));
            (source["private"]!["text"], source["open"]!["subject"]) = (t.Item1 + "😀", t.Item2);
            var written = outbound.Make(nameof(NoteSent), source);
            Assert.Empty(written.Problems);
            AssertCarried(source, written);
        }, iter: 200);
    }

    static NoticeHeader Header => new() { NoticeId = new Guid(1, 2, 3, new byte[8]), Receiver = "XC", Sequence = 1_000_042, At = DateTimeOffset.UnixEpoch };

    static JsonObject Source(string type)
    {
        var act = JsonSerializer.Deserialize<Act>(File.ReadAllText(Path.Combine(Samples, type + ".json")), Wire.Json)!;
        var hidden = Path.Combine(Samples, type + ".private.json");
        var standing = new RegionUnderTest().Standing("XC", act.Header.Sender.State, "Submitted", "XA-2026-000142", Side.Requested);
        return OutboundDocument.Of(type, Header, standing, act, File.Exists(hidden) ? JsonNode.Parse(File.ReadAllText(hidden)) : null, DateTimeOffset.UnixEpoch, null, "XC");
    }

    static void AssertCarried(JsonObject source, LocalMessage written)
    {
        var text = Encoding.ASCII.GetString(written.Bytes);
        Assert.Matches("^<CXL0[123]>\r\n\t<GMH>0XCLIAN000042S", text);
        foreach (var (tag, all) in Tagged(text))
            Assert.All(all, one => Assert.Equal(Police.Segments![tag].Sum(f => f.Length), one.Length));
        Assert.Equal(Tagged(text).Sum(t => t.Value.Count).ToString("D6", System.Globalization.CultureInfo.InvariantCulture), Tagged(text)["GMT"][0][..6]);

        var read = TableFormat.Read(new LocalFile { Name = "written.txt", Bytes = written.Bytes }, Police);
        var carried = Dense(string.Concat(read.Root.Leaves().Where(l => l.Name != "verdict").Select(l => l.Value)));
        var values = read.Root.Leaves().Select(l => l.Value).ToHashSet();
        foreach (var leaf in JsonFormat.Of(source).Leaves().Where(l => l.Place.Split('.')[0] is "open" or "private" or "body" && !l.Place.EndsWith(".raw", StringComparison.Ordinal)))
            Assert.True(
                written.NotCarried.Any(n => leaf.Place == n || leaf.Place.StartsWith(n + ".", StringComparison.Ordinal) || leaf.Place.StartsWith(n + "[", StringComparison.Ordinal)) || carried.Contains(Dense(Xc.HostLetters(leaf.Value!)!), StringComparison.Ordinal)
                    || values.Overlaps([Xc.HostDay(leaf.Value!), Xc.HostDuration(leaf.Value!), Xc.HostMoney(leaf.Value!)?.PadLeft(10, '0')]),
                $"{leaf.Place} is neither written nor reported as left out.");
    }

    // The host breaks lines at blanks.
    static string Dense(string text) => text.Replace(" ", "", StringComparison.Ordinal);

    // The texts of all segments, by their tag.
    static Dictionary<string, List<string>> Tagged(string text) => Regex.Matches(text, @"<([A-Z0-9]+)>([^<\n]*)</\1>")
        .GroupBy(m => m.Groups[1].Value, m => m.Groups[2].Value.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal))
        .ToDictionary(g => g.Key, g => g.ToList());

    static List<Translation> Translate(string name, string text)
    {
        var translator = new Translator(Mappings);
        return [.. translator.Records(new LocalFile { Name = name, Bytes = Encoding.UTF8.GetBytes(text) }).Select(translator.Translate)];
    }
}
