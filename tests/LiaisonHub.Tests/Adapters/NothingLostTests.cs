using System.Text;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;

namespace LiaisonHub.Tests.Adapters;

/// <summary>What a local message says is in the act, is asked about, is listed as unread, or the message is put aside: never less.</summary>
public sealed class NothingLostTests
{
    static readonly string Assistance = Countries.Sample("XB", "assistance-request.json"), Hearing = Countries.Sample("XA", "hearing-abroad.xml"), Mail = Countries.Sample("XE", "request.eml");

    [Theory]
    [InlineData("""{ "fileName": "warrant.pdf", "file": "gone.pdf" }""", "gone.pdf")]
    [InlineData("""{ "fileName": "warrant.pdf", "content": "%%%" }""", "not base64")]
    [InlineData("""{ "fileName": "warrant.pdf", "file": "" }""", "warrant.pdf")]
    public void A_paper_that_cannot_be_taken_along_is_asked_about_once_and_the_others_go(string paper, string why)
    {
        var message = JsonNode.Parse(Assistance)!;
        message["assistanceRequest"]!["papers"] = new JsonArray(JsonNode.Parse(paper), JsonNode.Parse("""{ "fileName": "order.pdf", "content": "JVBERi0=" }"""), JsonNode.Parse(paper));

        var found = Countries.Translate("XB", message.ToJsonString());

        Assert.Equal("order.pdf", (string?)Assert.Single(found.Private!["attachments"]!.AsArray())!["fileName"]);
        var question = Assert.Single(found.Questions);
        Assert.Equal((TranslationOutcome.Incomplete, "private.attachments"), (found.Outcome, question.Field));
        Assert.Contains(why, question.Why, StringComparison.Ordinal);
        Assert.DoesNotContain(why, question.Ask, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XC", "requests.csv")]
    [InlineData("XD", "request.json")]
    [InlineData("XF", "request.xml")]
    public void A_paper_that_is_not_there_is_asked_about_by_every_state(string state, string sample)
    {
        var text = Countries.Sample(state, sample);
        text = state switch
        {
            "XC" => string.Join('\n', text.TrimEnd().Split('\n').Take(2).Select((l, i) => l.TrimEnd('\r') is var line && i == 0 ? line : line[..(line.LastIndexOf(',') + 1)] + "gone.pdf")) + "\n",
            "XD" => With(text, o => o["papers"] = new JsonArray(new JsonObject { ["file"] = "gone.pdf" })),
            _ => text.Replace("</c:Message>", """<c:Paper name="gone.pdf" file="gone.pdf" mediaType="application/pdf" /></c:Message>""", StringComparison.Ordinal),
        };

        var found = Countries.Translate(state, sample, Encoding.UTF8.GetBytes(text));

        Assert.Contains(found.Questions, q => q.Field == "private.attachments" && q.Why.Contains("gone.pdf", StringComparison.Ordinal));
    }

    public static TheoryData<string, string, string> Several()
    {
        var (message, end) = (Hearing.IndexOf("<Message>", StringComparison.Ordinal), Hearing.IndexOf("</Message>", StringComparison.Ordinal) + "</Message>".Length);
        var (begin, over) = (Hearing.IndexOf("<DC:Case>", StringComparison.Ordinal), Hearing.IndexOf("</DC:Case>", StringComparison.Ordinal) + "</DC:Case>".Length);
        var other = Hearing[begin..over].Replace("41QX0911726", "41QX0999999", StringComparison.Ordinal);
        var payload = System.Security.SecurityElement.Escape(Hearing[(message + "<Message>".Length)..(end - "</Message>".Length)].Trim());
        var form = Countries.Sample("XF", "request.xml");
        var (first, last) = (form.IndexOf("<af:Request ", StringComparison.Ordinal), form.IndexOf("</af:Request>", StringComparison.Ordinal) + "</af:Request>".Length);
        var mail = $"Content-Type: message/rfc822\n\n{Mail}";
        return new()
        {
            { "XA", "two messages in one envelope", Hearing.Insert(end, Hearing[message..end]) },
            { "XA", "two cases in one message", Hearing.Insert(over, other) },
            { "XA", "two streams in one route", $"""<RouteData xmlns="http://schemas.cjse.gov.uk/common/operations"><DataStream><DataStreamContent>{payload}</DataStreamContent></DataStream><DataStream><DataStreamContent>{payload}</DataStreamContent></DataStream></RouteData>""" },
            { "XB", "a list of requests", $"[{Assistance},{Assistance}]" },
            { "XB", "a list of answers", $"[{Countries.Sample("XB", "answer-acknowledge.json")},{Countries.Sample("XB", "answer-acknowledge.json")}]" },
            { "XB", "two cases in one hearing", With(Countries.Sample("XB", "hearing-result.json"), o =>
                {
                    var cases = o["hearing"]!["prosecutionCases"]!.AsArray();
                    var second = cases[0]!.DeepClone();
                    second["prosecutionCaseIdentifier"]!["caseURN"] = "30BE0000999";
                    cases.Add(second);
                }) },
            { "XD", "a list of rows", $"[{Countries.Sample("XD", "request.json")},{Countries.Sample("XD", "request.json")}]" },
            { "XE", "two requests in one mail", Mail + "\n\nRequest: EK-2026-0099\nTo: XB\n" },
            { "XE", "two requests in one forward", $"From: a@court.example\nTo: b@court.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"two\"\n\n--two\n{mail}\n--two\n{mail}\n--two--\n" },
            { "XF", "two forms in one message", form.Insert(last, form[first..last].Replace("number=\"", "number=\"2", StringComparison.Ordinal)) },
        };
    }

    [Theory]
    [MemberData(nameof(Several), DisableDiscoveryEnumeration = true)]
    public void Several_messages_in_one_file_are_refused_and_never_merged(string state, string what, string text)
    {
        var found = Countries.Translate(state, text);

        Assert.True(found.Reason?.Code == QuarantineCode.SeveralDocuments, $"{what}: {found.Outcome}, {found.Reason?.Words}");
        Assert.Contains("more than one message", found.Reason!.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("request.xml")]
    [InlineData("answer-note.xml")]
    [InlineData("answer-evidence.xml")]
    public void A_paper_the_connector_says_is_missing_is_asked_about_by_its_name(string sample)
    {
        static string With(string text, string missing) => text.Replace("</c:Message>", $"{missing}</c:Message>", StringComparison.Ordinal);
        var message = Countries.Sample("XF", sample);
        var whole = Countries.Translate("XF", message);

        var found = Countries.Translate("XF", With(message, """<c:Missing key="message.attachment.7.file" name="annex-7.pdf" role="attachment"/>"""));

        Assert.Equal(TranslationOutcome.Incomplete, found.Outcome);
        Assert.Contains(found.Questions, q => q.Why.Contains("annex-7.pdf", StringComparison.Ordinal));
        // What came under another name is not missing.
        var other = Countries.Translate("XF", With(message, """<c:Missing key="content.xml.file.name" name="Form_A.xml"/>"""));
        Assert.Equal((whole.Outcome, whole.Questions.Count), (other.Outcome, other.Questions.Count));
    }

    [Fact]
    public void A_list_of_one_is_that_one() => Assert.Equal(TranslationOutcome.Complete, Countries.Translate("XB", $"[{Assistance}]").Outcome);

    [Fact]
    public void A_second_value_where_one_is_taken_is_listed_as_unread()
    {
        var found = Countries.Translate("XA", Hearing.Replace("</DC:Birthdate>", "</DC:Birthdate><DC:Birthdate>1985-01-02</DC:Birthdate>", StringComparison.Ordinal));

        Assert.Contains("Birthdate[2]", Assert.Single(found.Unmapped, u => u.Contains("Birth", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_for_which_an_entry_is_left_out_is_counted_all_the_same()
    {
        var found = Countries.Translate("XA", Hearing.Replace("4904", "9999", StringComparison.Ordinal));

        Assert.Equal("9999", Assert.Single(found.UnknownCodes).Code);
        Assert.Empty(Countries.Translate("XA", Hearing.Replace("4904", "1015", StringComparison.Ordinal)).UnknownCodes);
    }

    [Fact]
    public void The_other_names_of_an_offender_of_XD_are_its_aliases()
    {
        var found = Countries.Translate("XD", With(Countries.Sample("XD", "request.json"), o =>
        {
            var row = o["names"]![0]!.DeepClone();
            (row["nameType"], row["last"], row["first"], row["middle"]) = ("A", "TORVALDSEN", "MIRA", null);
            o["names"]!.AsArray().Insert(0, row);
        }));

        var person = Assert.Single(found.Private!["persons"]!.AsArray())!;
        Assert.Equal(("TORVALD", "MIRA TORVALDSEN"), ((string?)person["familyName"], (string?)Assert.Single(person["aliases"]!.AsArray())));
        Assert.DoesNotContain(found.Unmapped, u => u.Contains("last", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Given names:", "Also known as:\nGiven names:")]
    [InlineData("Company number: EK 5520-118", "Company number: EK 5520-118\nand EK 99")]
    [InlineData("Question:", "Confidential: \nQuestion:")]
    [InlineData("To: XA", "To:XA")]
    public void A_line_of_the_courts_form_that_is_empty_or_broken_costs_nobody_a_person_or_a_company(string line, string instead)
    {
        Assert.Contains(line, Mail, StringComparison.Ordinal);

        var found = Countries.Translate("XE", Mail.Replace(line, instead, StringComparison.Ordinal));

        Assert.Equal(TranslationOutcome.Complete, found.Outcome);
        Assert.Single(found.Private!["persons"]!.AsArray());
        Assert.StartsWith("EK 5520-118", (string?)Assert.Single(found.Private!["legalPersons"]!.AsArray())!["registrationNumber"], StringComparison.Ordinal);
        // And the lines around it say what they said.
        if (!instead.Contains("and EK 99", StringComparison.Ordinal))
            Assert.Equal(Said(Countries.Translate("XE", Mail)), Said(found));
        Assert.DoesNotContain(found.Provenance, t => t.Source.Contains("(line", StringComparison.Ordinal) && !t.Source.Contains(".json", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("requestedState", "XB", "this state itself")]
    [InlineData("requestedState", "ZZ", "no valid key of ZZ")]
    [InlineData("text", null, "bytes; ")]
    public void A_preview_asks_what_the_adapter_would_ask_when_it_makes_the_act(string field, string? value, string asked)
    {
        var message = With(Assistance, o => o["assistanceRequest"]![field] = value ?? new string('x', 1_500_000));

        var preview = Assert.Single(Preview.Of(Countries.Mappings("XB"), "XB", File("request.json", message), null, null, DateTimeOffset.UnixEpoch, 5, exists: Countries.All.ContainsKey));

        Assert.Equal(TranslationOutcome.Incomplete, preview.Translation.Outcome);
        Assert.Contains(asked, Assert.Single(preview.Translation.Questions).Ask, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preview_reads_what_would_be_kept_and_shows_no_password()
    {
        var message = With(Assistance, o => (o["password"], o["assistanceRequest"]!["text"]) = ("hunter2-secret", "Login with password: hunter2-secret and go."));

        var preview = Assert.Single(Preview.Of(Countries.Mappings("XB"), "XB", File("request.json", message), null, null, DateTimeOffset.UnixEpoch, 5));

        Assert.DoesNotContain("hunter2", preview.Translation.Private!.ToJsonString() + string.Concat(preview.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_a_record_is_said_to_have_none()
    {
        var table = Countries.Sample("XC", "requests.csv");

        var preview = Assert.Single(Preview.Of(Countries.Mappings("XC"), "XC", File("requests.csv", table[..(table.IndexOf('\n', StringComparison.Ordinal) + 1)]), null, null, DateTimeOffset.UnixEpoch, 5));

        Assert.Equal(QuarantineCode.BadRecord, preview.Translation.Reason?.Code);
    }

    static string Said(Translation found)
    {
        var said = found.Private!.DeepClone().AsObject();
        // The mail itself, and its text, are as they came.
        foreach (var of in new[] { "original", "provenance", "text" })
            said.Remove(of);
        return found.Open.ToJsonString() + said.ToJsonString();
    }

    static LocalFile File(string name, string text) => new() { Name = name, Bytes = Encoding.UTF8.GetBytes(text) };

    static string With(string json, Action<JsonObject> change)
    {
        var message = JsonNode.Parse(json, documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!.AsObject();
        change(message);
        return message.ToJsonString();
    }
}
