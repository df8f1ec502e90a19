using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Adapters;

/// <summary>Files of many records: between separators, of fixed width, in tags.</summary>
public sealed class TableTests : IDisposable
{
    const string Cases = """
        { "layout": "cases", "files": ["cases*.csv"], "separator": ";", "quotes": true, "formulas": true }
        """;

    const string Police = """
        {
          "layout": "police", "files": ["*.log", "written.txt"], "charset": "us-ascii",
          "segments": {
            "FSC": [["mark", 1], ["force", 4]],
            "IDS": [["mark", 1], ["number", 11], { "name": "checkName", "length": 12, "cut": true }],
            "DIS": [["mark", 1], { "name": "amount", "length": 10, "pad": "0", "align": "right" }, ["text", 8]]
          }
        }
        """;

    const string Notes = """
        {
          "mapping": "Note on a case", "direction": "in", "format": "table", "layout": "cases", "act": "NoteSent", "applies": "kind",
          "make": { "fields": { "request": "request", "open": { "fields": { "subject": "subject" } }, "private": { "fields": { "text": "text" } } } }
        }
        """;

    readonly string folder = Directory.CreateTempSubdirectory("tables").FullName;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public TableTests()
    {
        Write("layouts", "cases.json", Cases);
        Write("layouts", "police.json", Police);
        Write("mappings", "in-note.json", Notes);
    }

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public void Every_row_has_an_outcome_of_its_own_and_a_bad_one_holds_up_no_other()
    {
        const string Text = "kind;request;subject;text\r\nnote;XA-1;First;\"two\r\nlines; and a \"\"word\"\"\"\r\nnote;XA-2;Too;many;values\r\nnote;XA-3;\"never closed;x\r\nnote;XA-4;Fourth;four\r\n\r\nnote;XA-5;Fifth;five\r\n";

        var all = Translate("cases-1.csv", Text);

        Assert.Equal(
            ["cases-1.csv#2 Complete", "cases-1.csv#4 Quarantined", "cases-1.csv#5 Quarantined", "cases-1.csv#6 Complete", "cases-1.csv#8 Complete"],
            all.Select(t => $"{t.Name} {t.Translation.Outcome}"));
        Assert.Equal("two\r\nlines; and a \"word\"", (string?)all[0].Translation.Private!["text"]);
        Assert.Equal((QuarantineCode.BadRecord, "The record on line 4 has 5 values, 4 are expected (kind;request;subject;text...)."), (all[1].Translation.Reason!.Code, all[1].Translation.Reason!.Words));
        Assert.Contains("line 5", all[2].Translation.Reason!.Words, StringComparison.Ordinal);
        Assert.Equal("XA-4", all[3].Translation.Request);
        Assert.Equal("subject (line 6)", all[3].Translation.Provenance.First(p => p.Field == "open.subject").Source);
    }

    [Fact]
    public void A_mark_that_nobody_closes_spoils_its_own_row_however_much_follows()
    {
        var good = string.Concat(Enumerable.Repeat("note;XA-1;Subject;text\r\n", 60_000));

        var all = new Translator(Load()).Records(new LocalFile { Name = "cases.csv", Bytes = Encoding.UTF8.GetBytes("kind;request;subject;text\r\nnote;XA-0;\"open;x\r\n" + good) }).ToList();

        Assert.True(good.Length > TableFormat.LongestRecord);
        Assert.Equal(60_001, all.Count);
        Assert.Equal("cases.csv#2", all[0].Name);
        Assert.EndsWith("note;XA-0;\"open;x\r\n", Encoding.UTF8.GetString(all[0].Bytes.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Separators_and_ends_of_another_alphabet_are_found_after_decoding()
    {
        Write("layouts", "cases.json", """{ "layout": "cases", "files": ["*.ext"], "charset": "windows-1252", "separator": "‡", "terminator": "†\n", "columns": ["kind", "request", "subject", "text"] }""");

        var all = Translate("offenders.ext", Characters.OfName("windows-1252")!.GetBytes("note‡XA-1‡Señal‡one\nof two†\nnote‡XA-2‡Second‡†\n"));

        Assert.Equal(["Señal", "Second"], all.Select(t => (string?)t.Translation.Open["subject"]));
        Assert.Equal("one\nof two", (string?)all[0].Translation.Private!["text"]);
    }

    [Fact]
    public void Documents_in_tags_are_told_apart_whatever_stands_between_them()
    {
        var layout = Load().Layouts.First(l => l.Name == "police");
        var records = TableFormat.Records(new LocalFile
        {
            Name = "a.log",
            Bytes = Encoding.ASCII.GetBytes(
            "<?XML VERSION=\"1.0\" STANDALONE=\"YES\"?>\n<CXE01>\n\t<E07>11/01ZD/01/410788T </E07>\n</CXE01>\n\nRCVD 12:00\n<CXU02>\n\t<FSC>K01YZ</FSC>\n\t<ASI>\n\t\t<IDS>K22/3M      NEWURN      </IDS>\n\t\t<IDS>K22/4M</IDS>\n\t</ASI>\n\t<DIS>I0000045.00GUILTY  </DIS>\n</CXU02>\n")
        }, layout).ToList();

        Assert.Equal(["a.log#2", "a.log#7"], records.Select(r => r.Name));
        var update = TableFormat.Read(records[1], layout);
        Assert.Equal(["01YZ"], Values(update, "CXU02.FSC.force"));
        Assert.Equal(["22/3M", "22/4M"], Values(update, "CXU02.ASI.IDS[*].number"));
        Assert.Equal(["NEWURN"], Values(update, "CXU02.ASI.IDS[*].checkName"));
        Assert.Equal(["0000045.00"], Values(update, "CXU02.DIS.amount"));
        Assert.Equal(["11/01ZD/01/410788T"], Values(TableFormat.Read(records[0], layout), "CXE01.E07"));
        Assert.Equal(["line 11 (IDS) is shorter than its layout: the last fields are empty"], update.Repairs);
    }

    [Theory]
    [InlineData("<CXU02>\n<FSC>K01YZ</FSC>\n", "ends while <CXU02> is open")]
    [InlineData("<CXU02>\n<FSC>K01YZ-AND-MORE</FSC>\n</CXU02>", "has 14 characters (FSC), 5 are laid out")]
    [InlineData("<CXU02>\n<FSC>K01YZ\n</CXU02>", "has no end tag </FSC>")]
    [InlineData("<CXU02>\nK01YZ\n</CXU02>", "is outside every segment")]
    public void What_does_not_fit_the_layout_is_put_aside_with_its_line(string text, string words)
    {
        Write("mappings", "in-police.json", """{ "mapping": "Police", "direction": "in", "format": "table", "layout": "police", "applies": "CXU02", "decline": true, "because": "For the police.", "fix": "None." }""");

        var put = Assert.Single(Translate("a.log", text)).Translation;

        Assert.Equal(QuarantineCode.BadRecord, put.Reason!.Code);
        Assert.Contains(words, put.Reason.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_has_the_width_of_its_layout_and_what_does_not_fit_is_said_and_not_written()
    {
        Write("mappings", "out.json", """
            {
              "mapping": "Update", "direction": "out", "format": "table", "layout": "police", "acts": ["NoteSent"],
              "make": { "fields": { "CXU02": { "fields": {
                "FSC": { "fields": { "mark": { "value": "K", "because": "key" }, "force": "header.sender.state" } },
                "IDS": { "fields": { "mark": { "value": "K", "because": "key" }, "number": "standing.reference", "checkName": "open.subject" } },
                "DIS": { "fields": { "mark": { "value": "I", "because": "new" }, "amount": "header.sequence" } } } } } }
            }
            """);
        var outbound = new OutboundDocument(Load());

        Assert.Equal("<CXU02>\r\n\t<FSC>KXB  </FSC>\r\n\t<IDS>KXA-2026-001Example surn</IDS>\r\n\t<DIS>I0000000007        </DIS>\r\n</CXU02>\r\n",
            Encoding.ASCII.GetString(outbound.Make(nameof(NoteSent), Source("XA-2026-001", "Example surname of many letters")).Bytes));
        var written = outbound.Make(nameof(NoteSent), Source("XA-2026-0001", "Example"));
        Assert.Equal(["out.json: IDS.number: has 12 characters, 11 are allowed; shorten it in the mapping, or let the layout cut it (\"cut\": true)."], written.Problems);
        Assert.Contains("IDS.checkName: holds a line end", Assert.Single(outbound.Make(nameof(NoteSent), Source("XA-1", "two\nlines")).Problems), StringComparison.Ordinal);

        static JsonObject Source(string reference, string subject) => new()
        {
            ["header"] = new JsonObject { ["sender"] = new JsonObject { ["state"] = "XB" }, ["sequence"] = 7 },
            ["standing"] = new JsonObject { ["reference"] = reference },
            ["open"] = new JsonObject { ["subject"] = subject },
        };
    }

    [Fact]
    public void A_long_value_goes_on_in_further_segments_and_the_host_is_told_how_many_there_are()
    {
        var layout = LayoutOf("""
            "TXT": [["mark", 1], { "name": "words", "length": 10, "continues": true }],
            "REC": [{ "name": "number", "length": 3, "pad": "0", "align": "right", "counts": "same" }, ["code", 2]],
            "END": [{ "name": "all", "length": 3, "pad": "0", "align": "right", "counts": "all" }]
            """);
        var made = JsonNode.Parse("""{ "D": { "TXT": { "mark": "N", "words": "one two three <abcdefghijklm> x" }, "G": { "REC": [{ "code": "A" }, { "code": "B" }] }, "END": {} } }""")!.AsObject();

        var text = Encoding.ASCII.GetString(TableFormat.Write(layout, made, []));

        Assert.Equal(
            "<D>|<TXT>None two   </TXT>|<TXT>Nthree     </TXT>|<TXT>N&lt;abcdefghi</TXT>|<TXT>Njklm&gt; x   </TXT>|<G>|<REC>001A </REC>|<REC>002B </REC>|</G>|<END>009</END>|</D>|",
            text.Replace("\r\n", "|", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal));
        Assert.Equal(["one two", "three", "<abcdefghi", "jklm> x"], Values(TableFormat.Read(new LocalFile { Name = "d.log", Bytes = Encoding.ASCII.GetBytes(text) }, layout), "*.TXT[*].words"));
    }

    [Fact]
    public void A_character_the_host_does_not_have_is_said_and_not_written()
    {
        var layout = LayoutOf("\"TXT\": [[\"words\", 10]]");

        var problem = Assert.Throws<UnwritableException>(() => TableFormat.Write(layout, JsonNode.Parse("""{ "D": { "TXT": { "words": "é" } } }""")!.AsObject(), []));

        Assert.Equal("a value has a character that the character set us-ascii of layout 'hosts' does not have; have the mapping change it (\"as\").", problem.Message);
    }

    TableLayout LayoutOf(string segments)
    {
        Write("layouts", "hosts.json", $$"""{ "layout": "hosts", "files": ["*.h"], "charset": "us-ascii", "segments": { {{segments}} } }""");
        return Load().Layouts.First(l => l.Name == "hosts");
    }

    [Fact]
    public void What_is_written_between_separators_is_read_again_as_it_was()
    {
        var layout = Load().Layouts.First(l => l.Name == "cases");
        Gen.String[Gen.Char["ab ;\"\r\nñ,'="], 1, 12].Array[4].Where(v => v.All(t => t.Trim().Length > 0)).Sample(values =>
        {
            var made = new JsonObject();
            foreach (var (name, value) in new[] { "kind", "request", "subject", "text" }.Zip(values))
                made[name] = value;
            var record = Assert.Single(TableFormat.Records(new LocalFile { Name = "cases.csv", Bytes = TableFormat.Write(layout, made, []) }, layout));
            var root = (JsonPart)TableFormat.Read(record, layout).Root;
            Assert.Equal(values, root.Parts.Select(p => p.Verbatim));
        }, iter: 2_000);
    }

    [Fact]
    public void A_segment_taken_apart_and_put_together_is_the_same_to_the_last_blank()
    {
        var fields = Load().Layouts.First(l => l.Name == "police").Segments!["IDS"];
        Gen.String[Gen.Char["AZ09/ "], 24, 24].Sample(text =>
        {
            var split = TableLayout.Split(fields, text).ToDictionary(f => f.Field.Name, f => f.Text);
            Assert.Equal(text, TableLayout.Join(fields, name => split[name], "IDS", []));
        });
    }

    [Fact]
    public async Task A_table_in_the_inbox_becomes_one_intake_for_each_row_and_what_is_rejected_can_be_repaired_and_dropped_again()
    {
        await using var xa = new AdapterUnderTest(new RegionUnderTest(), "XA");
        xa.Mappings = Load();
        await xa.Restart();
        xa.Drop("cases.csv", "kind;request;subject;text\nnote;XA-9;First;one\nnote;XA-9;too;many;values\nother;;;\nnote;XA-9;First;one\n");

        await xa.Work(Cancelled);
        await xa.Work(Cancelled);

        Assert.Equal("cases.csv", Assert.Single(await xa.Intakes.In(IntakeState.Divided, 10, Cancelled)).FileName);
        Assert.Equal(["cases.csv#5"], (await xa.Intakes.In(IntakeState.Duplicate, 10, Cancelled)).Select(i => i.FileName));
        var rejected = await xa.Intakes.In(IntakeState.Quarantined, 10, Cancelled);
        Assert.Equal(["cases.csv#2 LH4114", "cases.csv#3 LH4124"], rejected.Select(i => $"{i.FileName} {i.Code}").Order(StringComparer.Ordinal));
        Assert.Equal(["cases.csv#4"], (await xa.Intakes.In(IntakeState.Incomplete, 10, Cancelled)).Select(i => i.FileName));
        Assert.Empty(xa.In("inbox"));
        Assert.EndsWith("-cases.csv", Assert.Single(xa.In("processed")), StringComparison.Ordinal);
        var row = Assert.Single(xa.In("rejected"), f => f.EndsWith("-cases.csv#3", StringComparison.Ordinal));
        Assert.Equal("kind;request;subject;text\nnote;XA-9;too;many;values\n", await File.ReadAllTextAsync(xa.At("rejected", row), Cancelled));
        Assert.Equal(4, xa.In("rejected").Count());
    }

    [Fact]
    public async Task Rows_that_a_slow_writer_adds_after_the_table_was_taken_are_taken_too_and_the_others_once()
    {
        var region = new RegionUnderTest();
        await using var xa = new AdapterUnderTest(region, "XA");
        xa.Mappings = Load();
        await xa.Restart();
        xa.Drop("cases.csv", "kind;request;subject;text\nother;;First;one\n");
        await xa.Work(Cancelled);
        await xa.Work(Cancelled);

        // It still has the file open, wherever that lies now.
        await File.AppendAllTextAsync(xa.At("processed", Assert.Single(xa.In("processed"))), "other;;Second;two\n", Cancelled);
        for (var i = 0; i < 3; i++)
            await xa.Work(Cancelled);

        Assert.Equal(["cases.csv#2", "cases.csv#3"], (await xa.Intakes.In(IntakeState.Incomplete, 10, Cancelled)).Select(i => i.FileName).Order(StringComparer.Ordinal));
        Assert.Empty(xa.In("inbox"));

        // Who goes on later than Patience writes into a file that has been dealt with.
        region.Time.Advance(xa.Options.Inbox!.Patience);
        await File.AppendAllTextAsync(xa.At("processed", xa.In("processed").Last()), "other;;Third;three\n", Cancelled);
        await xa.Work(Cancelled);
        Assert.Empty(xa.In("inbox"));
    }

    [Fact]
    public async Task A_table_whose_last_line_has_no_end_is_waited_for_as_long_as_somebody_may_be_writing()
    {
        var region = new RegionUnderTest();
        await using var xa = new AdapterUnderTest(region, "XA");
        xa.Mappings = Load();
        await xa.Restart();
        xa.Drop("cases.csv", "kind;request;subject;text\nnote;XA-9;First;o");
        xa.Drop("cases-2.csv", "kind;request;subject;text\nnote;XA-9;Other;whole");

        await xa.Work(Cancelled);
        await xa.Work(Cancelled);
        Assert.Equal(["cases-2.csv", "cases.csv"], xa.In("inbox"));

        await File.AppendAllTextAsync(xa.At("inbox", "cases.csv"), "ne\n", Cancelled);
        await xa.Work(Cancelled);
        Assert.Equal(["cases-2.csv"], xa.In("inbox"));
        region.Time.Advance(xa.Options.Inbox!.Patience);
        await xa.Work(Cancelled);
        Assert.Empty(xa.In("inbox"));
        Assert.Equal(["cases-2.csv#2", "cases.csv#2"], (await xa.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Select(i => i.FileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_process_that_dies_among_the_rows_takes_each_once()
    {
        await using var xa = new AdapterUnderTest(new RegionUnderTest(), "XA");
        xa.Mappings = Load();
        await xa.Restart();
        xa.Drop("cases.csv", "kind;request;subject;text\n" + string.Concat(Enumerable.Range(0, 450).Select(i => $"note;XA-9;Subject {i};text\n")));
        await xa.Inbox.Work(Cancelled);
        xa.Inbox.Reached = step =>
        {
            if (step == LiaisonHub.Adapters.Intakes.InboxStep.Taken)
                throw new OperationCanceledException();
        };

        await Assert.ThrowsAsync<OperationCanceledException>(() => xa.Work(Cancelled));
        await xa.Restart();
        await xa.Work(Cancelled);
        await xa.Work(Cancelled);

        Assert.Equal((450, 0, 1), ((await xa.Intakes.In(IntakeState.Quarantined, 1000, Cancelled)).Count, (await xa.Intakes.In(IntakeState.Duplicate, 1000, Cancelled)).Count,
            (await xa.Intakes.In(IntakeState.Divided, 1000, Cancelled)).Count));
        Assert.Empty(xa.In("inbox"));
    }

    [Fact]
    public void Mistakes_in_a_layout_are_said_with_file_line_and_remedy()
    {
        Write("layouts", "cases.json", """
            { "layout": "cases", "files": ["*.csv"],
              "charset": "windows-1525",
              "fields": [["a", 3], ["a", 4], ["b"], { "name": "c", "lenght": 2 }] }
            """);
        Write("mappings", "out.json", """
            { "mapping": "Update", "direction": "out", "format": "table", "layout": "polic", "acts": ["NoteSent"], "make": { "fields": {} } }
            """);

        var problems = Assert.Throws<MappingException>(Load).Problems.Select(p => p.ToString()).ToList();

        Assert.Equal(
            [
                "cases.json(2): charset: 'windows-1525' is not a known character set; for example utf-8, windows-1252, iso-2022-jp",
                "cases.json(3): fields[1]: 'a' stands twice in this row; give one of them another name",
                "cases.json(3): fields[2]: is not a field; write [\"name\", length] or { \"name\": ..., \"length\": ... } with a length of 1 to 10000",
                "cases.json(3): fields[3].lenght: is not a word of the mapping language here; did you mean 'length'?",
                "cases.json(3): fields[3]: is not a field; write [\"name\", length] or { \"name\": ..., \"length\": ... } with a length of 1 to 10000",
                "out.json(1): layout: there is no layout 'polic'; did you mean 'police'?",
            ],
            problems);
    }

    List<(string Name, Translation Translation)> Translate(string name, string text) => Translate(name, Encoding.UTF8.GetBytes(text));

    List<(string Name, Translation Translation)> Translate(string name, byte[] bytes)
    {
        var translator = new Translator(Load());
        return [.. translator.Records(new LocalFile { Name = name, Bytes = bytes }).Select(r => (r.Name, translator.Translate(r)))];
    }

    static IEnumerable<string?> Values(SourceDocument document, string path) => document.Root.Select(JsonFormat.Path(path)).Select(n => n.Value).Where(v => v is not null);

    MappingSet Load() => MappingSet.Load(folder);

    void Write(string kind, string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(folder, kind));
        File.WriteAllText(Path.Combine(folder, kind, name), text);
    }
}
