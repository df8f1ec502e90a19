using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Tests.Adapters;

public sealed class MappingFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("mapping").FullName;

    public void Dispose() => Directory.Delete(folder, true);

    [Theory]
    [InlineData("in.JSON", "in.json")]
    [InlineData("in.jsonc", "in.json")]
    [InlineData("in.Json5", "in.json")]
    [InlineData("in.json.txt", "in.json")]
    public void A_file_that_is_misnamed_is_a_mistake_and_its_right_name_is_said(string name, string right)
    {
        Write("mappings", "good.json", Good);
        Write("tables", name, "{}");

        var problem = Assert.Single(Assert.Throws<MappingException>(() => MappingSet.Load(folder)).Problems);

        Assert.Equal(($"tables/{name}", true), (problem.File, problem.Words.Contains($"rename it to '{right}'", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_folder_of_mappings_inside_the_folder_is_a_mistake_and_what_only_lies_there_is_told()
    {
        Write("mappings", "good.json", Good);
        Write("mappings", "README.md", "Read me.");
        Write("mappings", "in.json.bak", "{}");
        Write("mappings", ".hidden", "");
        Directory.CreateDirectory(Path.Combine(folder, "tables", "pictures"));

        Assert.Equal(["mappings/README.md", "mappings/in.json.bak", "tables/pictures"], MappingSet.Load(folder).NotRead.Select(p => p.File).Order(StringComparer.Ordinal));
        Write(Path.Combine("mappings", "old"), "in.json", Good);
        Assert.Equal("mappings/old", Assert.Single(Assert.Throws<MappingException>(() => MappingSet.Load(folder)).Problems).File);
    }

    const string Good = """{ "mapping": "A message", "direction": "in", "format": "json", "act": "NoteSent", "applies": "a", "make": { "fields": {} } }""";

    [Fact]
    public void Everything_wrong_with_the_mapping_is_said_at_once_with_file_line_key_and_what_was_probably_meant()
    {
        Write("tables", "sexes.json", """
            {
              "table": "sexes",
              "rows": { "1": "Male", "2": "Femal", "1": "Male" }
            }
            """);
        Write("tables", "more.json", """
            {
              "table": "more",
              "rows": { "1": { "state": "XB" } }
            }
            """);
        Write("mappings", "in.json", """
            {
              "mapping": "A message",
              "direction": "in",
              "format": "xml",
              "act": "RequestSubmited",
              "applies": "/x:Message",
              "make": { "fields": {} }
            }
            """);
        Write("mappings", "in-2.json", """
            {
              "mapping": "Another message",
              "direction": "in",
              "format": "xml",
              "namespaces": { "dc": "urn:example" },
              "act": "RequestSubmitted",
              "applies": "/dc:Message[",
              // A comment does not move the lines.
              "make": {
                "fields": {
                  "open": {
                    "fields": {
                      "instrumnt": { "value": "EIO", "because": "it is so" },
                      "languages": { "value": "en" },
                      "contentCertified": { "value": "perhaps", "because": "who knows" },
                      "wantedBy": { "from": "d:Day", "dates": ["DD/MM"] },
                      "measures": { "each": "dc:Measure", "fields": { "kind": { "from": "dc:Kind", "table": { "1": "Hering" } } } },
                      "reference": { "from": "dc:A", "value": "B", "because": "both" },
                      "confidential": { "frm": "dc:C" }
                    }
                  },
                  "private": {
                    "fields": {
                      "text": { "template": "{court} and {day}", "with": { "cort": "dc:Court" } },
                      "persons": { "each": "dc:Person", "fields": { "sex": { "from": "dc:Sex", "table": "sex" }, "title": { "from": "dc:T", "as": "uper" } } },
                      "fileNumber": { "from": "dc:N", "prose": "no group" },
                      "original": { "value": "x", "because": "y" }
                    }
                  }
                }
              }
            }
            """);
        Write("mappings", "out.json", """
            {
              "mapping": "Out",
              "direction": "out",
              "format": "xml",
              "root": "y:Answer",
              "acts": ["RequestAcknowleged", "RequestAcknowledged"],
              "make": { "fields": { "Ref": "open.theirReferense", "1st": "type" } }
            }
            """);

        var problems = Assert.Throws<MappingException>(() => MappingSet.Load(folder)).Problems;

        Repository.AssertApproved(string.Join('\n', problems), "tests", "LiaisonHub.Tests", "Adapters", "mapping-mistakes.txt");
    }

    [Theory]
    [InlineData("yyyy-mm-dd", "has no months: small m is minutes")]
    [InlineData("dd.mm.yyyy", "has no months: small m is minutes")]
    [InlineData("yyyy-MM-DD", "'D' stands for nothing; days are dd")]
    [InlineData("YYYY-MM-dd", "'Y' stands for nothing; years are yyyy")]
    [InlineData("they say", "'e' stands for nothing; words stand between '...'")]
    [InlineData("dd.MM.yy", "has a year of two digits, which does not say its century")]
    [InlineData("dd-MM", "is not a date pattern")]
    [InlineData("yyyy-MM-dd", null)]
    [InlineData("yyyy-MM-ddTHH:mm:ssZ", null)]
    [InlineData("MMM dd yyyy hh:mm:ss:fffff'AM'", null)]
    [InlineData("dddd, d MMMM yyyy 'at' HH:mm", null)]
    public void A_date_pattern_that_would_be_understood_otherwise_than_it_was_meant_is_refused(string pattern, string? wrong)
    {
        Write("mappings", "in.json", $$"""
            { "mapping": "In", "direction": "in", "format": "json", "act": "RequestSubmitted", "applies": "kind",
              "make": { "fields": { "open": { "fields": { "wantedBy": { "from": "day", "dates": ["{{pattern}}"], "ask": "By which day?" } } } } } }
            """);

        var problems = Record.Exception(() => MappingSet.Load(folder)) is MappingException e ? string.Join('\n', e.Problems) : "";

        Assert.True(wrong is null ? !problems.Contains("dates", StringComparison.Ordinal) : problems.Contains($"wantedBy.dates: {(wrong[0] == '\'' ? "is not a date pattern: " : "")}{wrong}", StringComparison.Ordinal), problems);
    }

    [Fact]
    public void The_name_of_a_paper_beside_a_message_holds_its_digest()
    {
        void Out(string name) => Write("mappings", "out.json", $$"""
            { "mapping": "Out", "direction": "out", "format": "json", "acts": ["EvidenceSent"],
              "papers": { "each": "private.items[*].content", "fields": { "name": {{name}}, "content": "content" } }, "make": { "fields": { "Type": "type" } } }
            """);
        Out("\"fileName\"");
        var problem = Assert.Single(Assert.Throws<MappingException>(() => MappingSet.Load(folder)).Problems);
        Assert.Contains("papers.fields.name: does not hold the paper's digest", problem.ToString(), StringComparison.Ordinal);

        Out("""{ "template": "{digest}-{name}", "with": { "digest": "sha256", "name": "fileName" } }""");
        var outbound = new OutboundDocument(MappingSet.Load(folder));
        LocalMessage Made(params (string Name, string Digest, string Text)[] papers) => outbound.Make("EvidenceSent", new System.Text.Json.Nodes.JsonObject
        {
            ["type"] = "EvidenceSent",
            ["private"] = new System.Text.Json.Nodes.JsonObject
            {
                ["items"] = new System.Text.Json.Nodes.JsonArray([.. papers.Select(p => new System.Text.Json.Nodes.JsonObject
                {
                    ["content"] = new System.Text.Json.Nodes.JsonObject { ["fileName"] = p.Name, ["sha256"] = p.Digest, ["content"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(p.Text)) },
                })]),
            },
        });

        Assert.Equal(["a1-scan.pdf", "b2-scan.pdf"], Made(("scan.pdf", "a1", "one"), ("scan.pdf", "b2", "two")).Papers.Select(p => p.Name));
        // What the other state says of a digest is its own matter.
        Assert.Contains("no paper replaces another", Assert.Single(Made(("scan.pdf", "a1", "one"), ("scan.pdf", "a1", "two")).Problems), StringComparison.Ordinal);
        Assert.Contains("is called as a message is", Assert.Single(Made(("RequestSubmitted-0a0000000000400080000000000001ff.xml", "00000007", "forged")).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_paper_replaces_another_file_in_the_outbox()
    {
        var outbox = Directory.CreateDirectory(Path.Combine(folder, "outbox")).FullName;
        var system = new LiaisonHub.Adapters.Channels.OutboxFolder(new() { Folder = outbox });
        async Task Deliver(string name, string paper)
        {
            var hidden = Path.Combine(outbox, name + ".tmp");
            var papers = LiaisonHub.Adapters.Channels.PlainFile.PapersOf(hidden);
            papers.Create();
            await File.WriteAllTextAsync(Path.Combine(papers.FullName, "a1-scan.pdf"), paper, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(hidden, "{}", TestContext.Current.CancellationToken);
            await system.Deliver(name, hidden, TestContext.Current.CancellationToken);
        }

        await Deliver("1.json", "one");
        await Deliver("2.json", "one");
        var refused = await Assert.ThrowsAsync<LiaisonHub.Adapters.Channels.ChannelException>(() => Deliver("3.json", "two"));

        Assert.True(refused.Permanent);
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(outbox, "a1-scan.pdf"), TestContext.Current.CancellationToken));
        Assert.False(File.Exists(Path.Combine(outbox, "3.json")));
    }

    [Fact]
    public void A_mapping_that_is_no_JSON_is_named_with_its_line()
    {
        Write("mappings", "broken.json", "{\n  \"mapping\": \"x\",\n  \"direction\" \"in\"\n}");

        var problem = Assert.Single(Assert.Throws<MappingException>(() => MappingSet.Load(folder)).Problems);

        Assert.Equal(("broken.json", 3), (problem.File, problem.Line));
    }

    [Fact]
    public void A_folder_without_mappings_says_so() => Assert.Contains("no mapping file",
        Assert.Throws<MappingException>(() => MappingSet.Load(folder)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_mappings_as_shipped_are_sound()
    {
        Assert.Contains("Court result message (ResultedCaseMessage)", Countries.Mappings("XA").Understands);
        Assert.Contains("RequestSubmitted", Countries.Mappings("XB").Writes);
    }

    [Fact]
    public void A_value_read_from_prose_waits_for_a_person_who_sees_what_was_read()
    {
        var translation = Translate(""" "wantedBy": { "from": "note", "prose": "by (?<value>[0-9]{2}[.][0-9]{2}[.][0-9]{4})", "dates": ["dd.MM.yyyy"], "ask": "By which day?" } """, """{ "kind": "x", "note": "please answer by 30.04.2026" }""");

        Assert.Equal(TranslationOutcome.Incomplete, translation.Outcome);
        var question = Assert.Single(translation.Questions, q => q.Field == "open.wantedBy");
        Assert.Equal("2026-04-30", question.Proposed);
        Assert.Null(translation.Open["wantedBy"]);
        Assert.Contains(translation.Provenance, p => p is { Field: "open.wantedBy", ToConfirm: true });
    }

    [Fact]
    public void A_default_travels_with_its_reason()
    {
        var translation = Translate(""" "gaps": { "from": "gaps[*]", "ask": "What is missing?" }, "wantedBy": { "from": "by", "default": "2026-12-31", "because": "the office closes" } """, """{ "kind": "x", "gaps": ["a"] }""");

        Assert.Equal("2026-12-31", (string?)translation.Open["wantedBy"]);
        Assert.Contains(translation.Provenance, p => p.Field == "open.wantedBy" && p.Note!.Contains("the office closes", StringComparison.Ordinal));
    }

    [Fact]
    public void The_first_alternative_that_comes_to_something_counts()
    {
        var translation = Translate(""" "gaps": { "first": [ { "from": "old[*]" }, { "from": "new[*]" } ] } """, """{ "kind": "x", "new": ["b"] }""");

        Assert.Equal("b", (string?)translation.Open["gaps"]![0]);
    }

    [Fact]
    public void An_outgoing_message_that_would_lack_what_the_local_system_needs_is_not_written()
    {
        Write("mappings", "out.json", """
            { "mapping": "Out", "direction": "out", "format": "json", "acts": ["RequestAcknowledged"], "make": { "fields": { "number": { "from": "open.theirReference", "ask": "the number" }, "until": { "from": "open.estimatedDecision", "ask": "the day" } } } }
            """);

        var message = new OutboundDocument(MappingSet.Load(folder))
            .Make("RequestAcknowledged", new JsonObject { ["open"] = new JsonObject { ["theirReference"] = "B 7" } });

        Assert.Empty(message.Bytes);
        Assert.Contains("open.estimatedDecision", Assert.Single(message.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_character_XML_cannot_carry_does_not_lose_the_message()
    {
        Write("mappings", "out.json", """
            { "mapping": "Out", "direction": "out", "format": "xml", "root": "Answer", "acts": ["NoteSent"], "make": { "fields": { "Text": "private.text", "@kind": "type" } } }
            """);

        var message = new OutboundDocument(MappingSet.Load(folder))
            .Make("NoteSent", new JsonObject { ["type"] = "NoteSent", ["private"] = new JsonObject { ["text"] = "a\u0001b <&> \U0001F600" } });

        var text = System.Text.Encoding.UTF8.GetString(message.Bytes);
        Assert.Contains("a\uFFFDb &lt;&amp;&gt; \U0001F600", text, StringComparison.Ordinal);
        Assert.Contains("kind=\"NoteSent\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""["01", "77"]""", "Hearing", "'77'")]
    [InlineData("""["77", "01", "78"]""", "Hearing", "'77' '78'")]
    [InlineData("""["77"]""", "", "'77'")]
    public void A_code_of_a_list_of_plain_values_that_no_table_explains_is_asked_about(string codes, string known, string named)
    {
        // Left out, it would say that the other measures are granted; of an only one, that the whole request is refused.
        var translation = Refused(""" "only": { "from": "only[*]", "table": { "01": "Hearing" }, "ask": "Which measures are refused?" } """, $$"""{ "kind": "x", "only": {{codes}} }""");

        var question = Assert.Single(translation.Questions);
        Assert.Equal((TranslationOutcome.Incomplete, "open.only", "Which measures are refused?"), (translation.Outcome, question.Field, question.Ask));
        Assert.All(named.Split(' '), n => Assert.Contains($"code {n} at only[", question.Why, StringComparison.Ordinal));
        Assert.Equal(known, string.Join(' ', (translation.Open["only"] as JsonArray ?? []).Select(m => (string?)m)));
    }

    [Fact]
    public void A_code_of_a_field_that_may_be_absent_is_asked_about_too_unless_another_alternative_says_it()
    {
        const string rule = """ "decidedBy": { "first": [ { "from": "by" }, { "from": "office" } ] } """;

        var question = Assert.Single(Refused(rule, """{ "kind": "x", "by": "somebody" }""").Questions);
        Assert.Equal(("open.decidedBy", "'decided by' stands in the message and was not understood. What is it?"), (question.Field, question.Ask));
        Assert.Contains("'somebody'", question.Why, StringComparison.Ordinal);
        Assert.Empty(Refused(rule, """{ "kind": "x", "by": "somebody", "office": "Court" }""").Questions);
    }

    [Theory]
    [InlineData("2026-09-14T10:00:00Z", null, "2026-09-14T10:00:00+00:00")]
    [InlineData("2026-09-14T10:00:00+13:00", "Europe/Oslo", "2026-09-13T21:00:00+00:00")]
    [InlineData("2026-09-14T10:00:00", "Europe/Oslo", "2026-09-14T08:00:00+00:00")]
    [InlineData("2026-12-14 10:00", "Europe/Oslo", "2026-12-14T09:00:00+00:00")]
    [InlineData("2026-09-14T10:00:00", null, "is a time without its time zone")]
    [InlineData("2026-09-14T10:00:00", "Oslo", "is a time of the zone 'Oslo', which is none")]
    [InlineData("2026-03-29T02:30:00", "Europe/Oslo", "left out that night")]
    [InlineData("2026-10-25T02:30:00", "Europe/Oslo", "show twice that night")]
    [InlineData("2026-09-14", "Europe/Oslo", "is not a point in time")]
    [InlineData("next week", null, "is not a point in time")]
    public void A_time_is_the_one_its_zone_says_and_without_one_a_person_is_asked(string written, string? zone, string expected)
    {
        var said = Countries.Translate("XF", Countries.Sample("XF", "request.xml").Replace("<af:Hearing capacity=\"Witness\" />", $"<af:Hearing capacity=\"Witness\" at=\"{written}\" {(zone is null ? "" : $"zone=\"{zone}\"")} />", StringComparison.Ordinal));

        var at = said.Open["measures"]![0]!["hearing"]!["at"];
        if (DateTimeOffset.TryParse(expected, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var instant))
            Assert.Equal(instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture), (string?)at);
        else
            Assert.Contains(expected, Assert.Single(said.Questions, q => q.Field == "open.measures[0].hearing.at").Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0001-01-01", null)]
    [InlineData("0001-01-01T00:00:00", null)]
    [InlineData("2026-02-30", "is not a whole day")]
    [InlineData("soon", "is not a whole day")]
    public void A_day_that_is_none_is_left_out_when_it_stands_for_nothing_and_else_asked_about(string written, string? why)
    {
        var said = Translate(""" "gaps": { "from": "gaps[*]", "ask": "What is missing?" }, "wantedBy": "by" """, $$"""{ "kind": "x", "gaps": ["a"], "by": "{{written}}" }""");

        Assert.Null(said.Open["wantedBy"]);
        Assert.Equal(why is null ? [] : new[] { "open.wantedBy" }, said.Questions.Select(q => q.Field));
        Assert.All(said.Questions, q => Assert.Contains(why!, q.Why, StringComparison.Ordinal));
    }

    Translation Refused(string rule, string message) =>
        Translate($$""" "ground": { "value": "public-order", "because": "test" }, "reasons": { "value": "none", "because": "test" }, {{rule}} """, message, "RequestRefused");

    Translation Translate(string open, string message, string act = "InformationRequested")
    {
        Write("mappings", "in.json", $$"""
            {
              "mapping": "A message", "direction": "in", "format": "json", "act": "{{act}}", "applies": "kind",
              "make": { "fields": { "request": { "value": "XA-2026-000001", "because": "for this test" }, "open": { "fields": { {{open}} } } } }
            }
            """);
        return new Translator(MappingSet.Load(folder)).Translate(new LocalFile { Name = "m", Bytes = System.Text.Encoding.UTF8.GetBytes(message) });
    }

    void Write(string kind, string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(folder, kind));
        File.WriteAllText(Path.Combine(folder, kind, name), text);
    }
}
