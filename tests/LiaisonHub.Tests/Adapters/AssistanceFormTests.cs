using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Exchange;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Adapters.XF;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.Tests.Adapters;

/// <summary>XF: a ministry behind an e-CODEX connector, with its own form, mappings and samples, from the connector's service to the hub and back.</summary>
public sealed class AssistanceFormTests : IAsyncLifetime
{
    static readonly XNamespace Af = "urn:xf:justice:assistance:1";

    readonly RegionUnderTest region = new();
    AdapterUnderTest xf = null!, xa = null!;
    ConnectorUnderTest connector = null!;
    Database own = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        connector = await ConnectorUnderTest.Start(Cancelled);
        (xf, xa) = (new(region, "XF"), new(region, "XA"));
        var profile = new AdapterOptions();
        new ConfigurationBuilder().AddJsonFile(Path.Combine(Countries.CountryOf("XF").Folder, "profile.json")).Build().GetSection(AdapterOptions.Section).Bind(profile);
        Assert.Equal("XF-CA", profile.Authority);
        xf.Options.Connector = new() { Url = connector.Url };
        Assert.Empty(xf.Options.Connector.Problems());
        own = Database.Open(xf.Options.Database, region.Time);
    }

    [Theory]
    [InlineData("XA")]
    [InlineData("XB")]
    [InlineData("XC")]
    [InlineData("XD")]
    [InlineData("XE")]
    public async Task A_form_becomes_a_whole_request_to_any_neighbour(string state)
    {
        Pend("t-1", Form(Countries.Sample("XF", "request.xml").Replace("\"XA\" authority=\"XA-CA\"", $"\"{state}\" authority=\"{state}-CA\"", StringComparison.Ordinal)), ("annex.txt", "text/plain", "annex"u8.ToArray()));

        await Collect();

        var act = Assert.Single(await xf.Sent(Cancelled));
        var request = (RequestSubmitted)act.Read();
        Assert.Equal((state, "EIO", "FM-PC-210", 96), (act.Header.Receiver.State, request.Instrument, request.Offences[0].NationalCode, request.Offences[0].LongestPenaltyMonths));
        Assert.Equal([MeasureKind.Hearing, MeasureKind.Search], request.Measures.Select(m => m.Kind));
        Assert.Equal((PersonPosition.Witness, true), (request.Measures[0].Hearing!.Capacity, request.Measures[1].LawfulAtHome));
        Assert.DoesNotContain("Marwick", act.Open.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_form_says_of_persons_and_offences_keeps_its_precision()
    {
        var said = Countries.Translate("XF", Countries.Sample("XF", "request.xml"));

        Assert.Equal(TranslationOutcome.Complete, said.Outcome);
        Assert.Empty(said.Unmapped);
        var particulars = said.Private!.Deserialize<RequestParticulars>(Wire.Json)!;
        Assert.Equal(("1981-05", "1981-05", Sex.Female), (particulars.Persons[0].Birth!.Value, particulars.Persons[0].Birth!.Raw, particulars.Persons[0].Sex));
        Assert.Equal((TimeMeaning.Between, "2025-06-30"), (particulars.Offences[0].Time!.Meaning, particulars.Offences[0].Time!.To!.Value));
        Assert.Equal(["12 Quay Street, Port Ardan"], particulars.Measures[1].Place);
        Assert.Equal("Hearing of the witness and search for the invoices of 2025.", particulars.Text);
    }

    [Theory]
    [InlineData("SUCCESSFUL", "The signature is valid.")]
    [InlineData("FAIL", "The signature is not mathematically correct.")]
    public async Task What_the_token_says_of_a_signature_is_told_and_the_request_goes_on(string verdict, string comment)
    {
        var zip = ContainerTests.Zip(("paper.txt", "hello"u8.ToArray()));
        Pend("t-1", Form(Countries.Sample("XF", "request.xml")), ("ASIC-S.asics", "application/vnd.etsi.asic-s+zip", zip), ("Token.xml", "application/xml", ContainerTests.Token("paper.txt", "none", verdict)));

        await Collect();

        var act = Assert.Single(await xf.Sent(Cancelled));
        var hidden = JsonSerializer.Deserialize<RequestParticulars>(xa.Keys.Open(act.Sealed!, act.Header.ActId), Wire.Json)!;
        Assert.Contains($"about the signature of paper.txt: {verdict} ({comment})", hidden.Text, StringComparison.Ordinal);
        Assert.Contains("not verified by the adapter", hidden.Text, StringComparison.Ordinal);
        Assert.Contains(hidden.Attachments, a => a.FileName == "paper.txt" && Encoding.UTF8.GetString(a.Content) == "hello");
    }

    [Fact]
    public async Task A_connector_that_calls_by_itself_brings_a_request_once_and_nobody_else_brings_any()
    {
        xf.Options.Connector = new() { Url = connector.Url, DeliveryAuthorization = "Basic bGlhaXNvbjphLWxvbmctcGFzc3dvcmQ=" };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Services.AddSingleton(xf.Options).AddSingleton(xf.Options.Inbox!).AddSingleton<InboxDrop>().AddSingleton(new CollectedStore(own)).AddSingleton<TimeProvider>(region.Time);
        await using var adapter = builder.Build();
        adapter.MapConnectorDelivery();
        await adapter.StartAsync(Cancelled);
        using var client = new HttpClient { BaseAddress = new(adapter.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        async Task<(int Status, string Body)> Deliver(string body)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/soap+xml");
            using var answer = await client.PostAsync("/connector", content, Cancelled);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
        }

        XNamespace soap = "http://www.w3.org/2003/05/soap-envelope", service = "http://connector.ecodex.eu/ws/backend/delivery/webservice/";
        var message = new XElement(soap + "Envelope", new XElement(soap + "Body", new XElement(service + "deliverMessageRequest", ConnectorUnderTest.Message("ebms-7", Form(Countries.Sample("XF", "request.xml")), [("annex.txt", "text/plain", "annex"u8.ToArray())], [])))).ToString();

        Assert.Equal(401, (await Deliver(message)).Status);
        client.DefaultRequestHeaders.Add("Authorization", xf.Options.Connector.DeliveryAuthorization);
        Assert.Equal(400, (await Deliver("no envelope")).Status);
        Assert.Equal(400, (await Deliver(message.Replace("deliverMessageRequest", "submitMessageRequest", StringComparison.Ordinal))).Status);
        for (var i = 0; i < 2; i++)
        {
            var (status, body) = await Deliver(message);
            var said = XmlFormat.Tree(Encoding.UTF8.GetBytes(body)).Descendants(service + "deliverMessageResponse").Single();
            Assert.Equal((200, "ebms-7", "true"), (status, said.Element("messageId")!.Value, said.Element("result")!.Value));
        }

        Assert.Single(xf.In("inbox"), f => f.EndsWith(".xml", StringComparison.Ordinal));
        await xf.Work(Cancelled);
        await xf.Work(Cancelled);
        var act = Assert.Single(await xf.Sent(Cancelled));
        Assert.Equal("annex.txt", Assert.Single(JsonSerializer.Deserialize<RequestParticulars>(xa.Keys.Open(act.Sealed!, act.Header.ActId), Wire.Json)!.Attachments).FileName);
    }

    [Theory]
    [InlineData("answer-acknowledge.xml", nameof(RequestAcknowledged))]
    [InlineData("answer-ask.xml", nameof(InformationRequested))]
    [InlineData("answer-refuse.xml", nameof(RequestRefused))]
    [InlineData("answer-note.xml", nameof(NoteSent))]
    [InlineData("answer-evidence.xml", nameof(EvidenceSent))]
    [InlineData("answer-recognise.xml", nameof(RequestRecognised))]
    public async Task An_answer_of_XF_becomes_an_act_on_the_request(string sample, string type)
    {
        var request = await Received();
        Pend("t-2", Form(Countries.Sample("XF", sample)), sample == "answer-evidence.xml" ? [("record.txt", "text/plain", "the record"u8.ToArray())] : []);

        await Collect();

        var act = Assert.Single(await xf.Sent(Cancelled), a => a.Type != nameof(ReceiptGiven));
        Assert.Equal((type, request.Header.RequestId), (act.Type, act.Header.RequestId));
        switch (act.Read())
        {
            case RequestAcknowledged acknowledged:
                Assert.Equal("FM-2026-0501", acknowledged.TheirReference);
                break;
            case RequestRefused refused:
                Assert.Equal("NEBIS", refused.Ground);
                break;
            case EvidenceSent evidence:
                Assert.Equal((true, "the record".Length), (evidence.Final, (int)evidence.Manifest[0].Size));
                break;
        }
    }

    [Fact]
    public async Task Evidence_of_delivery_and_retrieval_are_receipts_each_stage_once()
    {
        var request = await Received();
        var name = await HandedOver(request);
        Pend("t-1", null, [], [("RELAY_REMMD_ACCEPTANCE", ConnectorUnderTest.Evidence("RelayREMMDAcceptanceRejection", "Acceptance", name)), ("DELIVERY", ConnectorUnderTest.Evidence("DeliveryNonDeliveryToRecipient", "Delivery", name))]);
        Pend("t-2", null, [], [("RETRIEVAL", ConnectorUnderTest.Evidence("RetrievalNonRetrievalByRecipient", "Retrieval", name + "_xf-hub"))]);
        Pend("t-3", null, [], [("RETRIEVAL", ConnectorUnderTest.Evidence("RetrievalNonRetrievalByRecipient", "Retrieval", ""))], refersTo: name);

        await Collect();

        var receipts = (await xf.Sent(Cancelled)).Select(a => a.Read()).OfType<ReceiptGiven>().ToList();
        Assert.Equal([ReceiptStage.Delivered, ReceiptStage.HandedOver, ReceiptStage.Opened], receipts.Select(r => r.Stage));
        Assert.All(receipts, r => Assert.Equal(request.Header.ActId, r.OfActId));
        Assert.Equal(4, (await xf.Intakes.In(IntakeState.Made, 10, Cancelled)).Count);
        Assert.False(await xf.Maker.MarkOpened(request.Header.ActId, "officer", Cancelled));
    }

    [Theory]
    [InlineData("SUBMISSION_REJECTION", "SubmissionAcceptanceRejection", "Rejection")]
    [InlineData("RELAY_REMMD_REJECTION", "RelayREMMDAcceptanceRejection", "Rejection")]
    [InlineData("RELAY_REMMD_FAILURE", "RelayREMMDFailure", "RelayFailure")]
    [InlineData("NON_DELIVERY", "DeliveryNonDeliveryToRecipient", "NonDelivery")]
    [InlineData("NON_RETRIEVAL", "RetrievalNonRetrievalByRecipient", "NonRetrieval")]
    public async Task Bad_news_is_put_aside_with_words_for_a_person_and_is_no_receipt(string type, string evidence, string happened)
    {
        var name = await HandedOver(await Received());
        Pend("t-1", null, [], [(type, ConnectorUnderTest.Evidence(evidence, happened, name))]);

        await Collect();

        var aside = Assert.Single(await xf.Intakes.In(IntakeState.Quarantined, 10, Cancelled));
        Assert.Equal(QuarantineCode.Declined, aside.Code);
        Assert.Contains("was not delivered", aside.Reason, StringComparison.Ordinal);
        Assert.Contains("legal time is running", aside.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evidence_about_a_message_nobody_here_sent_is_no_receipt()
    {
        await Received();
        Pend("t-1", null, [], [("RETRIEVAL", ConnectorUnderTest.Evidence("RetrievalNonRetrievalByRecipient", "Retrieval", "20171121021011371_domibus-red"))]);
        Pend("t-2", null, [], [("RETRIEVAL", ConnectorUnderTest.Evidence("RetrievalNonRetrievalByRecipient", "Retrieval", $"00000001-NoteSent-{Guid.NewGuid():N}.xml"))]);

        await Collect();

        Assert.Equal([ReceiptStage.Delivered], (await xf.Sent(Cancelled)).Select(a => a.Read()).OfType<ReceiptGiven>().Select(r => r.Stage));
        Assert.Equal(2, (await xf.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Count + (await xf.Intakes.In(IntakeState.Incomplete, 10, Cancelled)).Count);
    }

    [Fact]
    public async Task A_request_of_another_state_is_submitted_to_the_connector_as_a_form_under_the_name_of_the_message()
    {
        var request = await Received();
        var name = await HandedOver(request);

        var sent = connector.Submitted[name];
        var form = XmlFormat.Tree(Convert.FromBase64String(sent.Element("messageContent")!.Element("xmlContent")!.Value));
        Assert.Equal(Af + "ForeignRequest", form.Name);
        Assert.Equal(("XA-2026-000001", "XA"), ((string?)form.Attribute("reference"), (string?)form.Element(Af + "From")!.Attribute("state")));
        Assert.Contains(form.Elements(Af + "Measure"), m => (string?)m.Attribute("kind") == "B03");
        Assert.Equal("RequestSubmitted", (string?)sent.Element("messageDetails")!.Element("action")!.Element("action"));
    }

    [Fact]
    public void Every_act_another_state_may_make_has_a_form()
    {
        var outbound = new OutboundDocument(Countries.Mappings("XF"));
        string[] own = [nameof(ReceiptGiven), nameof(StatusAsked)];

        Assert.Equal([], LiaisonHub.Contracts.V1.Acts.All.Keys.Except(own).Where(a => !outbound.Writes(a)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("<f:Form xmlns:f='urn:f'><f:A>String</f:A><f:B>String</f:B><f:C x='String'/></f:Form>", "hold the word 'String'")]
    [InlineData("<af:Request xmlns:af='urn:xf:justice:assistance:1' number='String'><af:To state='String' authority='String'/><af:Reasons>String</af:Reasons></af:Request>", "hold the word 'String'")]
    [InlineData("<f:Other xmlns:f='urn:f'>An order to pay</f:Other>", "not XF's assistance form")]
    [InlineData("no XML at all", "not XML that can be read")]
    public async Task A_form_that_says_nothing_or_is_another_is_put_aside_with_its_reason(string content, string words)
    {
        Pend("t-1", Encoding.UTF8.GetBytes(content));

        await Collect();

        Assert.Matches(words, Assert.Single(await xf.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Reason!);
        Assert.Empty(await xf.Sent(Cancelled));
    }

    [Fact]
    public async Task The_published_message_is_put_aside_because_its_form_is_filled_with_placeholders()
    {
        var folder = Directory.CreateDirectory(xf.At("incoming", "msg1"));
        foreach (var file in Directory.EnumerateFiles(Countries.Published("eu-ecodex-connector", "testmessages", "msg1")))
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, Path.GetFileName(file)), await File.ReadAllBytesAsync(file, Cancelled), Cancelled);
        region.Time.SetUtcNow(TimeProvider.System.GetUtcNow().AddMinutes(5));
        var collector = new ConnectorFolder(new() { Incoming = xf.At("incoming") }, new(xf.Options.Inbox!), new(own), region.Time);

        Assert.Equal(1, await collector.Collect(Cancelled));
        var message = XmlFormat.Tree(await File.ReadAllBytesAsync(Directory.EnumerateFiles(xf.At("inbox"), "*.xml").Single(), Cancelled));
        await xf.Work(Cancelled);

        Assert.Equal(["ASIC-S.asics", "Form_A.pdf", "Form_A.xml"], message.Elements(ConnectorMessage.Ns + "Missing").Select(m => (string)m.Attribute("name")!).Order(StringComparer.Ordinal));
        Assert.Equal("FAIL", (string?)message.Element(ConnectorMessage.Ns + "TrustOk")!.Attribute("technical"));
        var confirmation = message.Element(ConnectorMessage.Ns + "Confirmation")!;
        Assert.Equal(("SUBMISSION_ACCEPTANCE", "Acceptance", "md5"), ((string?)confirmation.Attribute("type"), (string?)confirmation.Attribute("event"), (string?)confirmation.Attribute("digestMethod")));
        Assert.Contains("hold the word 'String'", Assert.Single(await xf.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00000001-RequestSubmitted-0190f3c2a0007000800000000000a001.xml", "0190f3c2-a000-7000-8000-00000000a001")]
    [InlineData("00000001-RequestSubmitted-0190f3c2a0007000800000000000a001.xml_xf-hub", "0190f3c2-a000-7000-8000-00000000a001")]
    [InlineData("20171121021011371_domibus-red", null)]
    [InlineData("", null)]
    public void The_name_of_a_message_ends_with_the_id_of_its_act(string name, string? act) => Assert.Equal(act, Xf.ActOfMessage(name));

    // A request of XA that XF has received.
    async Task<Act> Received()
    {
        xa.Drop("result.xml", Countries.Sample("XA", "hearing-abroad.xml"));
        await xa.Work(Cancelled);
        var made = Assert.Single(await xa.Sent(Cancelled));
        var act = made with { Header = made.Header with { Receiver = new Party { State = "XF", Authority = "XF-CA" } }, Sealed = null };
        await xf.Receiver.Take(
            [region.Notice("XF", new ActDelivered { Act = region.Sign(act, "XA"), ReceivedAt = region.Time.GetUtcNow(), Standing = region.Standing("XF", "XA", "Submitted", "XA-2026-000001", Side.Requested) }, act.Header.RequestId)],
            Cancelled);
        return act;
    }

    async Task<string> HandedOver(Act act)
    {
        using var system = new ConnectorSystem(xf.Options.Connector!, new(own), region.Time);
        var handOver = new LocalHandOver(xf.Options, xf.Keys, new OutboundDocument(xf.Mappings), system, xf.Notices, xf.Maker, own, new(), region.Time, NullLogger<LocalHandOver>.Instance);
        Assert.Equal(1, await handOver.Work(Cancelled));
        return Assert.Single(connector.Submitted.Keys, k => k.Contains(act.Header.ActId.ToString("N"), StringComparison.Ordinal));
    }

    void Pend(string id, byte[]? content, params (string, string, byte[])[] attachments) => Pend(id, content, attachments, []);

    void Pend(string id, byte[]? content, (string, string, byte[])[] attachments, (string, byte[])[] confirmations, string? refersTo = null) =>
        connector.Pending[id] = ConnectorUnderTest.Message($"ebms-{id}", content, attachments, confirmations, refersTo);

    static byte[] Form(string message) => ConnectorMessage.Bytes(new XElement(ConnectorMessage.Child(XmlFormat.Tree(Encoding.UTF8.GetBytes(message)), "Content")!.Elements().Single()), indent: false);

    async Task Collect()
    {
        using var collector = new ConnectorCollector(xf.Options.Connector!, new(xf.Options.Inbox!), new(own), region.Time);
        await collector.Collect(Cancelled);
        await xf.Work(Cancelled);
        await xf.Work(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await connector.DisposeAsync();
        await own.DisposeAsync();
        await xf.DisposeAsync();
        await xa.DisposeAsync();
    }
}
