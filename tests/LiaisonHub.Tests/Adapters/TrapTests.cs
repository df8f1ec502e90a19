using System.Text;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Adapters.XA;

namespace LiaisonHub.Tests.Adapters;

/// <summary>What real local data does to naive translators.</summary>
public sealed class TrapTests
{
    static readonly string Message = Countries.Sample("XA", "hearing-abroad.xml");

    [Theory]
    [InlineData("1984-07-19", "1984-07-19")]
    [InlineData("19/07/1984", "1984-07-19")]
    [InlineData("1984-07", "1984-07")]
    [InlineData("1984", "1984")]
    public void A_date_keeps_the_precision_it_has_and_its_own_words(string written, string value)
    {
        var birth = Person(Message.Replace("1984-07-19", written, StringComparison.Ordinal))["birth"]!;

        Assert.Equal((value, written), ((string?)birth["value"], (string?)birth["raw"]));
    }

    [Theory]
    [InlineData("ddMMyyyy", "19071984", "1984-07-19")]
    [InlineData("yyyy/MM/dd", "1984/07/19", "1984-07-19")]
    [InlineData("yyyyMMddHHmmss", "19840719235959", "1984-07-19")]
    [InlineData("MMM dd yyyy hh:mm:ss:fffff'AM'", "Jul 19 1984 12:00:00:00000AM", "1984-07-19")]
    [InlineData("MMMM yyyy", "July 1984", "1984-07")]
    public void Every_way_systems_write_dates_can_be_named_in_a_mapping(string pattern, string written, string value) =>
        Assert.Equal(value, Converted.Date(written, [pattern], out _));

    [Theory]
    [InlineData("1984-07-19T00:00:00Z")]
    [InlineData("1984-07-19T12:00:00+13:00")]
    [InlineData("1984-07-19T23:59:59-11:00")]
    public void A_birthday_does_not_move_with_a_time_zone(string written) =>
        Assert.Equal("1984-07-19", (string?)Person(Message.Replace("1984-07-19", written, StringComparison.Ordinal))["birth"]!["value"]);

    [Theory]
    [InlineData("1", "On")]
    [InlineData("2", "Before")]
    [InlineData("3", "After")]
    [InlineData("4", "Between")]
    [InlineData("5", "OnOrAbout")]
    [InlineData("6", "OnOrBefore")]
    public void The_code_beside_the_dates_decides_what_they_mean(string code, string meaning)
    {
        var time = Offence(Message.Replace("<DC:OffenceDateCode>4<", $"<DC:OffenceDateCode>{code}<", StringComparison.Ordinal))["time"]!;

        Assert.Equal(meaning, (string?)time["meaning"]);
        Assert.Equal("2025-02-03", (string?)time["from"]!["value"]);
    }

    [Fact]
    public void An_end_equal_to_the_start_is_not_the_same_as_no_end()
    {
        var same = Offence(Message.Replace("2025-11-28", "2025-02-03", StringComparison.Ordinal))["time"]!;
        var none = Offence(Message.Replace("2025-11-28", "", StringComparison.Ordinal))["time"]!;

        Assert.Equal("2025-02-03", (string?)same["to"]!["value"]);
        Assert.Null(none["to"]);
    }

    [Theory]
    [InlineData("2025-02-30")]
    [InlineData("Tuesday morning")]
    public void An_impossible_date_keeps_its_words_and_becomes_no_date(string written)
    {
        var from = Offence(Message.Replace("2025-02-03", written, StringComparison.Ordinal))["time"]!["from"]!;

        Assert.Null(from["value"]);
        Assert.Equal(written, (string?)from["raw"]);
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("        ")]
    public void What_stands_for_no_date_is_none(string written) =>
        Assert.Null(Offence(Message.Replace("2025-02-03", written, StringComparison.Ordinal))["time"]!["from"]);

    [Fact]
    public void A_company_is_a_company_and_no_person_is_invented_for_it()
    {
        var translation = Countries.Translate("XA", Countries.Sample("XA", "fine-only.xml"));

        Assert.Equal("Example Haulage", (string?)translation.Private!["legalPersons"]![0]!["name"]);
        Assert.Null(translation.Private["persons"]);
    }

    [Fact]
    public void A_byte_order_mark_and_a_wrong_character_set_are_repaired_and_the_repair_is_on_record()
    {
        var name = Message.Replace("TORREST", "TORRÈST", StringComparison.Ordinal);

        Assert.Equal("TORRÈST", (string?)Person(Countries.Translate("XA", "m", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(name)]))["familyName"]);
        Assert.Equal("TORRÈST", (string?)Person(Countries.Translate("XA", "m", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(name)]))["familyName"]);
        var latin = Countries.Translate("XA", "m", Encoding.Latin1.GetBytes(name));
        Assert.Equal("TORRÈST", (string?)Person(latin)["familyName"]);
        Assert.Contains(latin.Repairs, r => r.Contains("Windows-1252", StringComparison.Ordinal));
        var claimsUtf16 = Countries.Translate("XA", "m", Encoding.UTF8.GetBytes(name.Replace("UTF-8", "UTF-16", StringComparison.Ordinal)));
        Assert.Equal("TORRÈST", (string?)Person(claimsUtf16)["familyName"]);
        Assert.Contains(claimsUtf16.Repairs, r => r.Contains("UTF-16", StringComparison.Ordinal));
        var claimsLatin = Countries.Translate("XA", "m", Encoding.UTF8.GetBytes(name.Replace("UTF-8", "ISO-8859-1", StringComparison.Ordinal)));
        Assert.Equal("TORRÈST", (string?)Person(claimsLatin)["familyName"]);
        Assert.Contains(claimsLatin.Private!["provenance"]!.AsArray(), p => ((string?)p!["note"])?.Contains("repaired", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Padding_and_no_break_spaces_are_no_part_of_a_value() =>
        Assert.Equal("TORREST", (string?)Person(Message.Replace(">TORREST<", ">\n\u00A0 TORREST \u00A0\n<", StringComparison.Ordinal))["familyName"]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_payload_escaped_once_or_twice_in_a_route_that_lies_about_its_type_is_read(int times)
    {
        var payload = Message[Message.IndexOf("<DC:Resulted",
            StringComparison.Ordinal)..(Message.IndexOf("</DC:ResultedCaseMessage>", StringComparison.Ordinal) + "</DC:ResultedCaseMessage>".Length)];
        for (var i = 0; i < times; i++)
            payload = payload.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
                .Replace(">", "&gt;", StringComparison.Ordinal);

        var translation = Countries.Translate("XA",
            $"<RouteData "
            + $"xmlns=\"http://schemas.cjse.gov.uk/common/operations\"><DataStream><ContentType>text/plain</ContentType><DataStreamContent>\n{payload}\n</DataStreamContent></DataStream></RouteData>");

        Assert.Equal(TranslationOutcome.Complete, translation.Outcome);
        Assert.Equal("TORREST", (string?)Person(translation)["familyName"]);
    }

    [Fact]
    public void A_line_number_counts_in_the_file_also_inside_an_escaped_payload()
    {
        var lines = Message.Split('\n');
        var expected = Array.FindIndex(lines, l => l.Contains("TORREST", StringComparison.Ordinal)) + 1;

        Assert.Contains(Countries.Translate("XA", Message).Provenance, p => p.Field == "private.persons[0].familyName"
            && p.Source.EndsWith($"(line {expected})", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\n\n")]
    [InlineData("\n<!-- exported by a script -->\n")]
    public void Something_before_the_XML_declaration_is_repaired(string before)
    {
        var translation = Countries.Translate("XA", before + Message);

        Assert.Equal(TranslationOutcome.Complete, translation.Outcome);
        Assert.Contains(translation.Repairs, r => r.Contains("before the XML declaration", StringComparison.Ordinal));
    }

    [Fact]
    public void A_declaration_in_capitals_is_read() =>
        Assert.Equal(TranslationOutcome.Complete, Countries.Translate("XA",
            Message.Replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<?XML VERSION=\"1.0\" STANDALONE=\"YES\"?>", StringComparison.Ordinal)).Outcome);

    [Theory]
    [InlineData("<html><body>502 Bad Gateway</body></html>", QuarantineCode.WebPage)]
    [InlineData("<!DOCTYPE html><html></html>", QuarantineCode.WebPage)]
    [InlineData("", QuarantineCode.Empty)]
    [InlineData("   \n ", QuarantineCode.Empty)]
    [InlineData("<a/><b/>", QuarantineCode.SeveralDocuments)]
    [InlineData("<?xml version=\"1.0\"?><a/>\n<?xml version=\"1.0\"?><a/>", QuarantineCode.SeveralDocuments)]
    [InlineData("{}", QuarantineCode.SaysNothing)]
    [InlineData("\"\"", QuarantineCode.SaysNothing)]
    [InlineData("{\"answer\":\"note\"}{\"answer\":\"note\"}", QuarantineCode.SeveralDocuments)]
    [InlineData("Dear colleagues", QuarantineCode.UnknownFormat)]
    public void What_is_no_message_is_put_aside_and_the_reason_names_what_it_is(string text, string code) =>
        Assert.Equal(code, Countries.Translate("XB", text).Reason?.Code);

    [Theory]
    [InlineData("")]
    [InlineData("             ")]
    [InlineData("<nil/>")]
    public void Every_spelling_of_no_value_is_no_value(string spelling)
    {
        var text = spelling == "<nil/>"
            ? Message.Replace("<DC:PersonTitle>Ms</DC:PersonTitle>",
                "<DC:PersonTitle xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>", StringComparison.Ordinal)
            : Message.Replace(">Ms<", $">{spelling}<", StringComparison.Ordinal);

        Assert.Null(Person(text)["title"]);
    }

    [Fact]
    public void Empty_texts_and_empty_objects_of_JSON_are_no_values_either()
    {
        var person = Person(Countries.Translate("XB", Countries.Sample("XB", "hearing-result.json")));

        Assert.DoesNotContain(person["numbers"]!.AsArray(), n => (string?)n!["kind"] == "ASN");
        Assert.Equal(["2 Quay Street", "PS1"], person["address"]!.AsArray().Select(a => (string?)a));
    }

    [Fact]
    public void Fields_the_official_description_does_not_have_are_accepted_and_reported()
    {
        var translation = Countries.Translate("XA", Message.Replace("<DC:BailStatus>", "<New xmlns=\"urn:example:extension\">kept</New><DC:BailStatus>",
            StringComparison.Ordinal));

        Assert.Equal(TranslationOutcome.Complete, translation.Outcome);
        Assert.Contains(translation.Unmapped, u => u.Contains("/New", StringComparison.Ordinal));
        Assert.DoesNotContain(translation.Unmapped, u => u.Contains("kept", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_code_is_carried_flagged_and_counted_and_never_guessed()
    {
        var translation = Countries.Translate("XA", Message.Replace("<DC:Gender>2<", "<DC:Gender>7<", StringComparison.Ordinal));

        Assert.Equal("Unknown", (string?)Person(translation)["sex"]);
        Assert.Contains(translation.UnknownCodes, c => c is { Table: "gender", Code: "7" });
        Assert.Contains(translation.Provenance, p => p.Field == "private.persons[0].sex" && p.Note!.Contains("'7'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_court_no_table_names_is_a_question_and_not_a_default()
    {
        var translation = Countries.Translate("XA", Message.Replace("B01VD01", "B99VD01", StringComparison.Ordinal));

        Assert.Equal(TranslationOutcome.Incomplete, translation.Outcome);
        var question = Assert.Single(translation.Questions, q => q.Field == "to.state");
        Assert.Contains("B99VD01", question.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_the_prose_says_is_shown_to_be_confirmed_and_stands_in_no_field()
    {
        var translation = Countries.Translate("XA", Message);

        var read = Assert.Single(translation.Provenance, p => p.ToConfirm && p.Note!.Contains("2026-03-16", StringComparison.Ordinal));
        Assert.Equal("private.offences[0].results[0].text", read.Field);
        Assert.DoesNotContain("2026-03-16", translation.Open.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("2026-06-22", (string?)translation.Private!["offences"]![0]!["results"]![0]!["nextHearing"]!["value"]);
        var told = translation.Private["provenance"]!.AsArray().Single(p => (bool?)p!["toConfirm"] == true)!;
        Assert.Equal("/offences/0/results/0/text", (string?)told["field"]);
    }

    [Theory]
    [InlineData("1401ZD0100000449843Q", "14/01ZD/01/449843Q")]
    [InlineData("1101ZD01410788T", "1101ZD0100000410788T")]
    [InlineData("1401zd0100000449843q", "14/01ZD/01/449843Q")]
    public void One_summons_number_written_in_two_ways_is_one_number(string one, string other) =>
        Assert.Equal(Xa.ArrestSummonsNumber(one), Xa.ArrestSummonsNumber(other));

    [Fact]
    public void The_same_case_has_the_same_key_however_its_numbers_are_padded_or_cased()
    {
        var other = Message.Replace("41QX0911726", "41qx0911726", StringComparison.Ordinal)
            .Replace("2641QX0100000007741Z", "26/41QX/01/7741Z", StringComparison.Ordinal);

        Assert.Equal(Countries.Translate("XA", Message).CaseNumbers, Countries.Translate("XA", other).CaseNumbers);
        Assert.Equal("2641QX0100000007741Z", (string?)Person(Message)["numbers"]![0]!["value"]);
        Assert.Equal("26/41QX/01/7741Z", (string?)Person(other)["numbers"]![0]!["value"]);
    }

    [Fact]
    public void Credentials_inside_a_message_leave_the_ministry_neither_in_a_field_nor_in_the_original()
    {
        const string secret = "hunter2&more";
        var text = Message.Replace("<Message>", $"<msg:Password>{secret.Replace("&", "&amp;", StringComparison.Ordinal)}</msg:Password><Message>",
            StringComparison.Ordinal)
            .Replace("<DC:BailStatus>", "<DC:AccessToken>abc-123</DC:AccessToken><DC:BailStatus>", StringComparison.Ordinal);

        var translation = Countries.Translate("XA", text);

        var sent = translation.Private!.ToJsonString();
        Assert.DoesNotContain("abc-123", sent, StringComparison.Ordinal);
        if (translation.Private["original"] is { } original)
        {
            var bytes = Encoding.UTF8.GetString(Convert.FromBase64String((string)original["content"]!));
            Assert.DoesNotContain("hunter2", bytes, StringComparison.Ordinal);
            Assert.DoesNotContain("abc-123", bytes, StringComparison.Ordinal);
        }

        Assert.Contains(translation.Provenance, p => p.Note?.Contains("credentials", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_simple_credential_is_taken_out_and_the_rest_of_the_original_travels()
    {
        var translation = Countries.Translate("XA", Message.Replace("<Message>", "<msg:Password>hunter2</msg:Password><Message>", StringComparison.Ordinal));

        var bytes = Encoding.UTF8.GetString(Convert.FromBase64String((string)translation.Private!["original"]!["content"]!));
        Assert.DoesNotContain("hunter2", bytes, StringComparison.Ordinal);
        Assert.Contains("TORREST", bytes, StringComparison.Ordinal);
    }

    [Fact]
    public void The_original_travels_byte_for_byte_under_its_digest()
    {
        var original = Countries.Translate("XA", Message).Private!["original"]!;

        Assert.Equal(Encoding.UTF8.GetBytes(Message), Convert.FromBase64String((string)original["content"]!));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Message))), (string?)original["sha256"]);
    }

    [Fact]
    public void More_than_a_hundred_offences_all_arrive()
    {
        var start = Message.IndexOf("<DC:Offence>", StringComparison.Ordinal);
        var end = Message.IndexOf("</DC:Offence>", StringComparison.Ordinal) + "</DC:Offence>".Length;

        var translation = Countries.Translate("XA", Message[..start] + string.Concat(Enumerable.Repeat(Message[start..end], 130)) + Message[end..]);

        Assert.Equal(130, translation.Private!["offences"]!.AsArray().Count);
        Assert.Single(translation.Open["offences"]!.AsArray());
    }

    [Fact]
    public void A_hearing_result_of_the_platform_asks_only_for_what_it_cannot_say()
    {
        var translation = Countries.Translate("XB", Countries.Sample("XB", "hearing-result.json"));

        Assert.Equal(["open.measures", "to.authority", "to.state"], translation.Questions.Select(q => q.Field).Order(StringComparer.Ordinal));
        var person = Person(translation);
        Assert.Equal(("1990-05-02", "Unknown", "Cassara"), ((string?)person["birth"]!["value"], (string?)person["sex"], (string?)person["nationalities"]![0]));
        Assert.Equal("Between", (string?)translation.Private!["offences"]![0]!["time"]!["meaning"]);
        Assert.Equal("Obstruct a search of premises", (string?)translation.Private["offences"]![0]!["wording"]);
        Assert.Equal("Lantern Freight", (string?)translation.Private["legalPersons"]![0]!["name"]);
    }

    static JsonObject Person(string message) => Person(Countries.Translate("XA", message));

    static JsonObject Person(Translation translation) => translation.Private!["persons"]![0]!.AsObject();

    static JsonObject Offence(string message) => Countries.Translate("XA", message).Private!["offences"]![0]!.AsObject();
}
