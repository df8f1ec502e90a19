using System.Globalization;
using System.Text;
using System.Xml.Linq;
using LiaisonHub.Adapters.Formats;

namespace LiaisonHub.Tests.Adapters;

/// <summary>What the connector of XF reads, against what its publishers have: the schema of evidence (ETSI TS 102 640), and a message with its properties, token and evidence.</summary>
public sealed class PublishedConnectorTests
{
    static readonly XNamespace Rem = "http://uri.etsi.org/02640/v2#", Ds = "http://www.w3.org/2000/09/xmldsig#";

    static readonly Lazy<StrictSchema> Schema = new(() => StrictSchema.Load(Countries.Published("eu-ecodex-connector", "rem-evidence-xsd", "TS102640_v2.xsd")));

    static readonly (string Evidence, string Event, string Type)[] Kinds =
    [
        ("SubmissionAcceptanceRejection", "Acceptance", "SUBMISSION_ACCEPTANCE"), ("SubmissionAcceptanceRejection", "Rejection", "SUBMISSION_REJECTION"),
        ("RelayREMMDAcceptanceRejection", "Acceptance", "RELAY_REMMD_ACCEPTANCE"), ("RelayREMMDAcceptanceRejection", "Rejection", "RELAY_REMMD_REJECTION"), ("RelayREMMDFailure", "RelayFailure", "RELAY_REMMD_FAILURE"),
        ("DeliveryNonDeliveryToRecipient", "Delivery", "DELIVERY"), ("DeliveryNonDeliveryToRecipient", "NonDelivery", "NON_DELIVERY"),
        ("RetrievalNonRetrievalByRecipient", "Retrieval", "RETRIEVAL"), ("RetrievalNonRetrievalByRecipient", "NonRetrieval", "NON_RETRIEVAL"),
    ];

    [Fact]
    public void Evidence_of_every_kind_that_is_valid_by_the_published_schema_is_read_to_its_last_value() => Assert.Equal((9, 72), Evidence());

    [Fact]
    public void The_published_evidence_breaks_the_published_schema_and_is_read_all_the_same()
    {
        Assert.NotEmpty(Schema.Value.Problems(File.ReadAllBytes(Countries.Published("eu-ecodex-connector", "testmessages", "msg1", "SUBMISSION_ACCEPTANCE.xml"))));
        Assert.Equal(26, Message());
    }

    /// <summary>How many pieces of evidence are valid by the published schema, and how many of their values are what was read.</summary>
    internal static (int Valid, int Values) Evidence()
    {
        var (valid, values) = (0, 0);
        foreach (var (name, happened, type) in Kinds)
        {
            var digest = Enumerable.Range(valid, 32).Select(b => (byte)b).ToArray();
            var evidence = new XElement(Rem + name, new XAttribute("version", "2.1.1"),
                new XElement(Rem + "EventCode", $"http://uri.etsi.org/02640/Event#{happened}"),
                new XElement(Rem + "EvidenceIdentifier", $"evidence-{valid}"),
                new XElement(Rem + "EvidenceIssuerDetails"),
                new XElement(Rem + "EventTime", "2026-03-02T14:10:21.272+01:00"),
                new XElement(Rem + "SenderDetails"),
                new XElement(Rem + "RecipientsDetails", new XElement(Rem + "EntityDetails")),
                new XElement(Rem + "SenderMessageDetails", new XAttribute("isNotification", "false"), new XElement(Rem + "MessageSubject", "form"), new XElement(Rem + "UAMessageIdentifier", $"message-{valid}"),
                    new XElement(Rem + "MessageIdentifierByREMMD", $"ebms-{valid}@gateway"), new XElement(Ds + "DigestMethod", new XAttribute("Algorithm", "http://www.w3.org/2001/04/xmlenc#sha256")), new XElement(Ds + "DigestValue", Convert.ToBase64String(digest))));
            var bytes = ConnectorMessage.Bytes(evidence, indent: true);
            Assert.Empty(Schema.Value.Problems(bytes));
            var message = new ConnectorMessage { Id = $"m-{valid}" };
            message.Parts.Add(new("evidence", "evidence.xml", bytes) { Identifier = type });

            var read = ContainerTests.Put(message).Element(ConnectorMessage.Ns + "Confirmation")!;

            values += Equal(read, ("type", type), ("event", happened), ("at", "2026-03-02T14:10:21.272+01:00"), ("id", $"evidence-{valid}"), ("of", $"message-{valid}"), ("message", $"ebms-{valid}@gateway"), ("digestMethod", "sha256"),
                ("digest", Convert.ToHexStringLower(digest)));
            valid++;
        }

        return (valid, values);
    }

    /// <summary>How many values of the published message are what was read of them.</summary>
    internal static int Message()
    {
        byte[] Bytes(string name) => File.ReadAllBytes(Countries.Published("eu-ecodex-connector", "testmessages", "msg1", name));
        var said = Encoding.Latin1.GetString(Bytes("message.properties")).Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        var folder = Countries.Published("eu-ecodex-connector", "testmessages", "msg1");
        var read = ContainerTests.Put(ConnectorMessage.Of("msg1", Bytes("message.properties"), name => File.Exists(Path.Combine(folder, name)) ? Bytes(name) : null));
        var details = read.Element(ConnectorMessage.Ns + "Details")!;
        var values = 0;
        foreach (var (name, key) in new[] { ("ebmsMessageId", "ebms.message.id"), ("conversationId", "conversation.id"), ("originalSender", "original.sender"), ("finalRecipient", "final.recipient") })
            values += Equal(said[key], details.Element(ConnectorMessage.Ns + name)!.Value);
        foreach (var name in new[] { "service", "action" })
            values += Equal(said[name], (string?)details.Element(ConnectorMessage.Ns + name)!.Attribute("name"));
        foreach (var side in new[] { "from", "to" })
            foreach (var (name, key) in new[] { ("id", "id"), ("type", "id.type"), ("role", "role") })
                values += Equal(said[$"{side}.party.{key}"], (string?)details.Element(ConnectorMessage.Ns + $"{side}Party")!.Attribute(name));
        foreach (var name in new[] { "content.xml.file.name", "content.document.file.name", "message.attachment.0.file" })
            values += Equal(said[name], read.Elements(ConnectorMessage.Ns + "Missing").Select(m => (string?)m.Attribute("name")).FirstOrDefault(m => m == said[name]));
        var evidence = XmlFormat.Tree(Bytes("SUBMISSION_ACCEPTANCE.xml"));
        string Of(string name) => evidence.Descendants().First(e => e.Name.LocalName == name).Value.Trim();
        values += Equal(read.Element(ConnectorMessage.Ns + "Confirmation")!, ("type", said["message.confirmation.0.type"]), ("event", Of("EventCode").Split('#')[1]), ("at", Of("EventTime")), ("id", Of("EvidenceIdentifier")), ("of", Of("UAMessageIdentifier")),
            ("digestMethod", evidence.Descendants(Ds + "DigestMethod").First().Attribute("Algorithm")!.Value.ToLower(CultureInfo.InvariantCulture)), ("digest", Convert.ToHexStringLower(Convert.FromBase64String(evidence.Descendants(Ds + "DigestValue").First().Value))));
        var token = XmlFormat.Tree(Bytes("Token.xml"));
        values += Equal(read.Element(ConnectorMessage.Ns + "TrustOk")!, ("document", token.Descendants("Filename").First().Value), ("country", token.Descendants("Issuer").First().Element("Country")!.Value),
            ("technical", token.Element("Validation")!.Element("TechnicalResult")!.Element("TrustLevel")!.Value), ("legal", token.Element("Validation")!.Element("LegalResult")!.Element("TrustLevel")!.Value));
        return values;
    }

    static int Equal(XElement read, params (string Name, string Value)[] expected)
    {
        foreach (var (name, value) in expected)
            Equal(value, (string?)read.Attribute(name));
        return expected.Length;
    }

    static int Equal(string expected, string? read)
    {
        Assert.Equal(expected, read);
        return 1;
    }
}
