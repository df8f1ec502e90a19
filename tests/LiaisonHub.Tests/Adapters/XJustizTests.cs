using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Storage.Adapter;
using Microsoft.Extensions.Hosting;

namespace LiaisonHub.Tests.Adapters;

/// <summary>XE: its courts write mails of a form, and are given XJustiz that is valid by the official schema and rules.</summary>
public sealed class XJustizTests
{
    static readonly XNamespace X = "http://www.xjustiz.de";
    static readonly string Samples = Repository.At("contracts", "samples", "v1");

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Written => [.. Sampled];

    static IEnumerable<string> Sampled => Acts.All.Keys.Concat(Countries.Mappings("XE").Writes).Distinct().Where(a => a is not (nameof(ReceiptGiven) or nameof(StatusAsked)) && File.Exists(Path.Combine(Samples, a + ".json")));

    // Writing

    [Theory, MemberData(nameof(Written))]
    public void Whatever_another_state_does_the_courts_get_valid_XJustiz_with_every_value_that_is_not_reported_as_left_out(string type)
    {
        var source = Source(type);

        var written = Make(type, source);

        Assert.Empty(written.Problems);
        Assert.Empty(OfficialXJustiz.Schema.Problems(written.Bytes));
        AssertCarried(source, written);
    }

    [Fact]
    public async Task The_official_rules_beyond_the_schema_hold_for_every_message()
    {
        var all = Sampled.ToDictionary(t => t, t => Make(t, Source(t)).Bytes);

        var said = await OfficialXJustiz.Schematron(all, Cancelled);

        Assert.All(said, s => Assert.True(s.Value.Tested > 0, s.Key));
        Assert.All(said, s => Assert.Empty(s.Value.Failed));
    }

    [Fact]
    public async Task A_message_that_breaks_an_official_rule_is_found_out()
    {
        var valid = XmlFormat.Tree(Make(nameof(RequestSubmitted), Source(nameof(RequestSubmitted))).Bytes);
        valid.Descendants(X + "vertraulichkeit").Remove();
        valid.Elements(X + "schriftgutobjekte").Remove();
        valid.Element(X + "grunddaten")!.AddAfterSelf(new XElement(X + "schriftgutobjekte", new XElement(X + "dokument", new XElement(X + "vertraulichkeitsstufe", new XElement("code", "002")))));

        var said = await OfficialXJustiz.Schematron(new Dictionary<string, byte[]> { ["broken"] = Encoding.UTF8.GetBytes(valid.ToString()) }, Cancelled);

        Assert.Equal(["SCH-GDS-0005", "SCH-GDS-0011"], said["broken"].Failed);
    }

    /// <summary>How many messages are valid, by how many assertions of the official rules.</summary>
    internal static async Task<(int Messages, int Rules, int Assertions)> Validated()
    {
        var (all, schema) = (Sampled.ToDictionary(t => t, t => Make(t, Source(t)).Bytes), OfficialXJustiz.Schema);
        Assert.All(all, m => Assert.Empty(schema.Problems(m.Value)));
        var said = await OfficialXJustiz.Schematron(all, Cancelled);
        Assert.All(said, s => Assert.Empty(s.Value.Failed));
        return (all.Count, said.Sum(s => s.Value.Rules), said.Sum(s => s.Value.Tested));
    }

    [Fact]
    public void What_a_request_says_stands_in_the_elements_that_are_meant_for_it()
    {
        var form = XmlFormat.Tree(Make(nameof(RequestSubmitted), Source(nameof(RequestSubmitted))).Bytes);

        var person = form.Descendants(X + "beteiligung").First();
        Assert.Equal("1984-07", (string?)person.Descendants(X + "geburtsdatum").Single());
        Assert.Equal(("Ilvane", (string?)person.Descendants(X + "rollennummer").Single()), ((string?)person.Descendants(X + "vorname").First(), "1"));
        Assert.Equal(form.Descendants(X + "tat").Select((_, i) => $"{i + 1}"), form.Descendants(X + "tat").Select(t => (string?)t.Element(X + "nummer")));
        Assert.Equal(form.Descendants(X + "beteiligung").Select((_, i) => $"{i + 1}"), form.Descendants(X + "rollennummer").Select(r => r.Value));
        Assert.Contains(form.Descendants(X + "gegenstand"), g => g.Value.Contains("Acknowledge receipt (16(1))", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(nameof(EvidenceSent), "items")]
    [InlineData(nameof(RequestSubmitted), "attachments")]
    public void Papers_go_beside_the_message_under_the_names_it_says_which_end_with_their_UUID(string type, string part)
    {
        var source = Source(type);
        var content = source["private"]![part]![0]!.AsObject() is var first && first["content"] is JsonObject inner ? inner : first;
        content["fileName"] = "../Protokoll der/Vernehmung (1).PDF";

        var written = Make(type, source);

        var named = XmlFormat.Tree(written.Bytes).Descendants(X + "dateiname").Select(d => d.Value).ToList();
        Assert.Equal(named, written.Papers.Select(p => p.Name));
        Assert.Matches("^Vernehmung -1-_[0-9a-f-]{36}[.]PDF$", named[0]);
        Assert.Equal(Convert.FromBase64String((string)content["content"]!), written.Papers[0].Bytes);
        Assert.Empty(OfficialXJustiz.Schema.Problems(written.Bytes));
    }

    [Fact]
    public void A_way_that_carries_no_papers_is_refused_at_start()
    {
        var builder = Host.CreateApplicationBuilder();

        var refused = Assert.Throws<InvalidConfigurationException>(() => builder.AddCountryAdapter(Countries.CountryOf("XE"), o =>
        {
            o.Outbox = new() { Folder = Path.GetTempPath() };
            o.Http = new() { Push = new() { Url = "https://courts.xe.example/messages" } };
        }));

        Assert.Single(refused.Problems, p => p.StartsWith("Adapter:Http:Push: the mappings of XE put papers beside their messages", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_in_letters_the_courts_cannot_take_is_not_handed_over_and_the_reason_names_the_place_alone()
    {
        var source = Source(nameof(RequestSubmitted));
        source["private"]!["persons"]![0]!["familyName"] = "Жуковская";

        var written = new OutboundDocument(Countries.Mappings("XE"), OfficialXJustiz.Schema).Make(nameof(RequestSubmitted), source);

        Assert.Empty(written.Bytes);
        var problem = written.Problems[0];
        Assert.Contains("vollerName", problem, StringComparison.Ordinal);
        Assert.Contains("'http://www.xjustiz.de:nachname' element is invalid - The Pattern constraint failed", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(written.Problems, p => p.Contains("Жук", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fluggastrecht.xml")]
    [InlineData("verkehrsunfall.xml")]
    public void Published_instances_that_their_own_schema_refuses_are_reported_and_read_all_the_same(string file)
    {
        var bytes = File.ReadAllBytes(Countries.Published("de-xjustiz", "instances-0005005", file));

        Assert.NotEmpty(OfficialXJustiz.Schema.Problems(bytes));
        var read = Countries.Translate("XE", file, bytes);
        Assert.Equal((TranslationOutcome.Quarantined, "XJustiz message"), (read.Outcome, read.Mapping));
        Assert.Contains("meant for another office", read.Reason!.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<a/>", "is no XML schema that can be used")]
    [InlineData("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="other.xsd"/></xs:schema>""", "names 'other.xsd', which does not lie in its folder")]
    [InlineData("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="http://schemas.example/other.xsd"/></xs:schema>""", "which does not lie in its folder")]
    public void A_schema_that_is_none_or_not_whole_is_said_at_start_and_nothing_is_fetched(string schema, string words)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, schema);

        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => StrictSchema.Load(path)).Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    // Reading

    [Theory]
    [InlineData("request.eml", 0)]
    [InlineData("forwarded.eml", 1)]
    public void The_form_of_a_court_becomes_a_whole_request_bare_or_inside_a_forward(string sample, int papers)
    {
        var said = Countries.Translate("XE", sample, Encoding.UTF8.GetBytes(Countries.Sample("XE", sample)));

        Assert.True(said.Outcome == TranslationOutcome.Complete, string.Join("; ", said.Questions.Select(q => $"{q.Field}: {q.Why}")));
        Assert.Equal(("XA", "XA-CA", "2026-08-01"), (said.ToState, said.ToAuthority, (string?)said.Open["wantedBy"]));
        Assert.Equal(["Hearing", "Search"], said.Open["measures"]!.AsArray().Select(m => (string?)m!["kind"]));
        Assert.Equal("""[{"nationalCode":"ESK 184","listOffence":"fraud","longestPenaltyMonths":72}]""", said.Open["offences"]!.ToJsonString());
        var particulars = said.Private!.Deserialize<RequestParticulars>(Wire.Json)!;
        Assert.Equal(("Aßmann-Ōhara", "Mara Elin", "1979-03", PersonPosition.Witness, Sex.Female),
            (particulars.Persons[0].FamilyName, particulars.Persons[0].GivenNames, particulars.Persons[0].Birth!.Value, particulars.Persons[0].Position, particulars.Persons[0].Sex));
        Assert.Equal((TimeMeaning.Between, "2025-06"), (particulars.Offences[0].Time!.Meaning, particulars.Offences[0].Time!.To!.Value));
        Assert.Equal("Lantern Freight Ltd", Assert.Single(particulars.LegalPersons).Name);
        Assert.Contains("be searched for the invoices", particulars.Text, StringComparison.Ordinal);
        Assert.Equal(papers, particulars.Attachments.Count);
        Assert.Empty(said.Unmapped);
    }

    [Theory]
    [InlineData("acknowledge", nameof(RequestAcknowledged))]
    [InlineData("recognise", nameof(RequestRecognised))]
    [InlineData("ask", nameof(InformationRequested))]
    [InlineData("refuse", nameof(RequestRefused))]
    [InlineData("note", nameof(NoteSent))]
    [InlineData("evidence", nameof(EvidenceSent))]
    [InlineData("received", nameof(EvidenceReceived))]
    [InlineData("accept", nameof(UseConditionsAccepted))]
    [InlineData("used", nameof(UseReported))]
    public void An_answer_of_a_court_becomes_an_act(string sample, string act)
    {
        var said = Countries.Translate("XE", "answer.eml", Encoding.UTF8.GetBytes(Countries.Sample("XE", $"answer-{sample}.eml")));

        Assert.True(said.Outcome == TranslationOutcome.Complete, string.Join("; ", said.Questions.Select(q => $"{q.Field}: {q.Why}")));
        Assert.Equal((act, said.ActType is nameof(EvidenceReceived) or nameof(UseConditionsAccepted) or nameof(UseReported) ? "XE-2026-000001" : "XA-2026-000001"), (said.ActType, said.Request));
        Assert.Empty(said.Unmapped);
    }

    [Fact]
    public void A_mail_in_prose_is_put_aside_and_nothing_is_read_out_of_it()
    {
        var said = Countries.Translate("XE", "m.eml", "Subject: Help\r\nFrom: a@court.xe.example\r\n\r\nDear colleague,\r\nplease hear Mrs Holt in XA: it is urgent.\r\n"u8.ToArray());

        Assert.Equal((TranslationOutcome.Quarantined, QuarantineCode.Declined), (said.Outcome, said.Reason!.Code));
        Assert.Contains("never read into fields", said.Reason.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_form_with_a_password_in_it_never_travels_as_it_came()
    {
        var said = Countries.Translate("XE", "m.eml", Encoding.UTF8.GetBytes(Countries.Sample("XE", "request.eml").Replace("Certified: yes\n", "Certified: yes\nPassword: hunter2\n", StringComparison.Ordinal)));

        Assert.DoesNotContain("hunter2", $"{said.Open} {said.Private!["original"]}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mails_come_from_the_folder_and_receipts_tell_how_far_an_act_has_come()
    {
        var region = new RegionUnderTest();
        await using var xe = new AdapterUnderTest(region, "XE");
        xe.Options.Mailbox = new() { Folder = Directory.CreateDirectory(xe.At("mails")).FullName };
        var collector = new MailFolderCollector(xe.Options, new(xe.Options.Inbox!, new(xe.Options.Inbox!), region.Time), region.Time);
        await File.WriteAllTextAsync(xe.At("mails", "request.eml"), Countries.Sample("XE", "forwarded.eml"), Cancelled);
        await collector.Collect(Cancelled);
        region.Time.Advance(TimeSpan.FromSeconds(3));
        await collector.Collect(Cancelled);
        await xe.Work(Cancelled);

        Assert.Equal("XA", Assert.Single(await xe.Sent(Cancelled)).Header.Receiver.State);

        await using var xa = new AdapterUnderTest(region, "XA");
        xa.Drop("result.xml", Countries.Sample("XA", "hearing-abroad.xml"));
        await xa.Work(Cancelled);
        var made = Assert.Single(await xa.Sent(Cancelled));
        var act = made with { Header = made.Header with { Receiver = new Party { State = "XE", Authority = "XE-CA" } }, Sealed = null };
        await xe.Receiver.Take(
            [region.Notice("XE", new ActDelivered { Act = region.Sign(act, "XA"), ReceivedAt = region.Time.GetUtcNow(), Standing = region.Standing("XE", "XA", "Submitted", "XA-2026-000001", Side.Requested) }, act.Header.RequestId)], Cancelled);
        Assert.Equal(1, await xe.HandOver.Work(Cancelled));
        var name = Path.GetFileNameWithoutExtension(Assert.Single(xe.In("outbox")));
        xe.Drop("dsn.eml", Receipt("delivery-status", $"Original-Envelope-Id: <{name}@mail.xe.example>\n\nFinal-Recipient: rfc822;registry@court.xe.example\nAction: delivered\nStatus: 2.0.0"));
        xe.Drop("mdn.eml", Receipt("disposition-notification", $"Final-Recipient: rfc822;registry@court.xe.example\nOriginal-Message-ID: <{name}@mail.xe.example>\nDisposition: manual-action/MDN-sent-manually; displayed"));
        xe.Drop("failed.eml", Receipt("delivery-status", $"Original-Envelope-Id: <{name}@mail.xe.example>\n\nFinal-Recipient: rfc822;registry@court.xe.example\nAction: failed\nStatus: 5.1.1"));
        await xe.Work(Cancelled);

        Assert.Equal([], (await xe.Intakes.In(IntakeState.Incomplete, 10, Cancelled)).Select(i => i.Reason));
        var receipts = (await xe.Sent(Cancelled)).Select(a => a.Read()).OfType<ReceiptGiven>().ToList();
        Assert.Equal([ReceiptStage.Delivered, ReceiptStage.HandedOver, ReceiptStage.Opened], receipts.Select(r => r.Stage).Order());
        Assert.All(receipts, r => Assert.Equal(act.Header.ActId, r.OfActId));
        Assert.Contains("did not arrive", Assert.Single(await xe.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Reason, StringComparison.Ordinal);
    }

    static string Receipt(string kind, string fields) =>
        $"From: postmaster@mail.xe.example\nTo: liaison@xe.example\nSubject: Receipt\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind}; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nA receipt.\n--b\nContent-Type: message/{kind}\n\n{fields}\n--b--\n";

    internal static LocalMessage Make(string type, JsonObject source) => new OutboundDocument(Countries.Mappings("XE")).Make(type, source);

    internal static JsonObject Source(string type)
    {
        var header = new NoticeHeader { NoticeId = new Guid("01952f6a-0004-7c31-9b0e-5a4d2c8e0004"), RequestId = new Guid("01952f6a-3b1c-7e42-8d0f-6c1a9be47d20"), Receiver = "XE", Sequence = 42, At = DateTimeOffset.UnixEpoch };
        var sample = File.ReadAllText(Path.Combine(Samples, type + ".json"));
        if (!Acts.All.ContainsKey(type))
        {
            var body = JsonNode.Parse(sample)!["body"]!;
            return OutboundDocument.Of(type, header, body["standing"]?.Deserialize<Standing>(Wire.Json), null, null, null, body, "XE");
        }

        var act = JsonSerializer.Deserialize<Act>(sample, Wire.Json)!;
        var hidden = Path.Combine(Samples, type + ".private.json");
        return OutboundDocument.Of(type, header, new RegionUnderTest().Standing("XE", act.Header.Sender.State, "Submitted", "XA-2026-000142", Side.Requested), act,
            File.Exists(hidden) ? JsonNode.Parse(File.ReadAllText(hidden)) : null, DateTimeOffset.UnixEpoch, null, "XE");
    }

    static void AssertCarried(JsonObject source, LocalMessage written)
    {
        var text = string.Join('\n', XmlFormat.Tree(written.Bytes).DescendantsAndSelf().Where(e => !e.HasElements).Select(e => e.Value));
        // Said by codes, and the digest by the UUID that is made of it.
        var coded = new[] { "sex", "position", "confidential", "sha256" };
        foreach (var leaf in JsonFormat.Of(source).Leaves().Where(l => l.Place.Split('.')[0] is "open" or "private" or "body" && !coded.Contains(l.Name)))
            Assert.True(
                written.NotCarried.Any(n => leaf.Place == n || leaf.Place.StartsWith(n + ".", StringComparison.Ordinal) || leaf.Place.StartsWith(n + "[", StringComparison.Ordinal)) || text.Contains(leaf.Value!, StringComparison.Ordinal)
                    || written.Papers.Any(p => Convert.ToBase64String(p.Bytes) == leaf.Value),
                $"{leaf.Place} is neither written nor reported as left out.");
    }
}
