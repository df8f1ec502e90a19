using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;

namespace LiaisonHub.Tests.Adapters;

/// <summary>Containers of signed files: opened in memory, bounded, bound to their bytes, and never trusted further than that.</summary>
public sealed class ContainerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_zip_in_a_zip_is_opened_wherever_its_mimetype_stands(bool first)
    {
        var inner = Zip(("paper.txt", "hello"u8.ToArray()));
        var signature = Signature("SignedContent.zip", SHA256.HashData(inner));
        (string, byte[]) mimetype = ("mimetype", "application/vnd.etsi.asic-s+zip"u8.ToArray());
        (string, byte[])[] rest = [("META-INF/signatures.xml", signature), ("SignedContent.zip", inner)];

        var container = AsicContainer.Open(Zip(first ? [mimetype, .. rest] : [.. rest, mimetype]));

        Assert.Equal(first ? "first" : "later", container.Mimetype);
        Assert.Equal(["META-INF/signatures.xml", "SignedContent.zip", "paper.txt"], container.Files.Select(f => f.Name).Order(StringComparer.Ordinal));
        Assert.Equal(inner, container.Files.Single(f => f.Name == "SignedContent.zip").Bytes);
        Assert.Equal(DigestFinding.Same, container.Files.Single(f => f.Name == "SignedContent.zip").Digest);
        Assert.True(container.Files.Single(f => f.Name == "META-INF/signatures.xml").IsSignature);
    }

    [Fact]
    public void An_altered_document_is_kept_and_said_to_be_another_than_was_signed()
    {
        var container = AsicContainer.Open(Zip(("META-INF/signatures.xml", Signature("paper.txt", SHA256.HashData("hello"u8))), ("paper.txt", "hellO"u8.ToArray())));

        Assert.Equal(DigestFinding.Different, container.Files.Single(f => f.Name == "paper.txt").Digest);
    }

    [Theory]
    [InlineData("SHA-256")]
    [InlineData("http://www.w3.org/2001/04/xmlenc#sha256")]
    public void A_digest_is_compared_however_its_method_is_named_and_also_when_its_base64_was_encoded_again(string method)
    {
        var digest = Convert.ToBase64String(SHA256.HashData("hello"u8));
        var again = Convert.ToBase64String(Encoding.ASCII.GetBytes(digest));

        Assert.Equal(DigestFinding.Same, AsicContainer.Compare(method, digest, "hello"u8));
        Assert.Equal(DigestFinding.Same, AsicContainer.Compare(method, again, "hello"u8));
        Assert.Equal(DigestFinding.Different, AsicContainer.Compare(method, again, "hellO"u8));
        Assert.Equal(DigestFinding.NotCompared, AsicContainer.Compare("MD5", digest, "hello"u8));
        Assert.Equal(DigestFinding.NotCompared, AsicContainer.Compare(method, "not base64!", "hello"u8));
    }

    [Fact]
    public void A_bomb_is_not_unpacked_beyond_its_bound()
    {
        var bomb = Zip(("zeros.bin", new byte[70 * 1024 * 1024]));
        Assert.True(bomb.Length < 1024 * 1024);
        var watch = Stopwatch.StartNew();

        Assert.Contains("more than 67,108,864 bytes", Assert.Throws<UnreadableException>(() => AsicContainer.Open(bomb)).Reason.Words, StringComparison.Ordinal);
        Assert.Contains("more than 67,108,864 bytes", Assert.Throws<UnreadableException>(() => AsicContainer.Open(Zip(("SignedContent.zip", bomb)))).Reason.Words, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Bombs_of_one_message_share_its_bound()
    {
        var (bomb, left) = (Zip(("zeros.bin", new byte[2 * 1024 * 1024])), 1024L * 1024);

        Assert.Throws<UnreadableException>(() => AsicContainer.Open(bomb, ref left));

        Assert.True(left <= 0);
        Assert.Contains("more than 0 bytes", Assert.Throws<UnreadableException>(() => AsicContainer.Open(bomb, ref left)).Reason.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Zips_in_zips_in_zips_are_opened_twice_and_no_further()
    {
        var zip = Zip(("leaf.txt", "leaf"u8.ToArray()));
        for (var i = 0; i < 20; i++)
            zip = Zip(("SignedContent.zip", zip));

        Assert.DoesNotContain(AsicContainer.Open(zip).Files, f => f.Name == "leaf.txt");
    }

    [Fact]
    public void More_files_than_any_container_has_are_refused() =>
        Assert.Contains("more than 200 files", Assert.Throws<UnreadableException>(() => AsicContainer.Open(Zip([.. Enumerable.Range(0, 201).Select(i => ($"{i}.txt", "x"u8.ToArray()))]))).Reason.Words, StringComparison.Ordinal);

    [Fact]
    public void Every_truncated_container_is_refused_with_words()
    {
        var whole = Zip(("META-INF/signatures.xml", Signature("paper.txt", SHA256.HashData("hello"u8))), ("paper.txt", "hello"u8.ToArray()));
        for (var length = 4; length < whole.Length; length += 7)
            Assert.Contains("cannot be opened", Assert.Throws<UnreadableException>(() => AsicContainer.Open(whole[..length])).Reason.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../outside.txt")]
    [InlineData("/tmp/liaisonhub-outside.txt")]
    [InlineData("..\\..\\outside.txt")]
    [InlineData("C:\\outside.txt")]
    [InlineData("a/../../../outside.txt")]
    [InlineData("name\u0001\u202Etxt.exe")]
    public void A_name_in_a_container_is_never_a_path(string name)
    {
        var root = Directory.CreateTempSubdirectory("slip");
        try
        {
            var inbox = new InboxOptions { Folder = root.CreateSubdirectory("a/b/inbox").FullName };
            var message = new ConnectorMessage { Id = "m-1" };
            message.Parts.Add(new("attachment", "ASIC-S.asics", Zip((name, "outside"u8.ToArray()))));
            message.Parts.Add(new("content", "content.xml", "<form/>"u8.ToArray()));

            message.Put(new InboxDrop(inbox), "m");

            var written = root.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(inbox.Folder, f.FullName)).ToList();
            Assert.All(written, f => Assert.False(f.StartsWith("..", StringComparison.Ordinal), f));
            Assert.Equal("outside", File.ReadAllText(Path.Combine(inbox.Folder, "files", written.Where(f => f.StartsWith("files", StringComparison.Ordinal)).Select(Path.GetFileName).Single(f => !f!.Contains("ASIC", StringComparison.Ordinal) && !f.Contains("content", StringComparison.Ordinal))!)));
            Assert.False(File.Exists("/tmp/liaisonhub-outside.txt"));
        }
        finally
        {
            root.Delete(true);
        }
    }

    [Theory]
    [InlineData("SUCCESSFUL")]
    [InlineData("FAIL")]
    public void What_a_token_says_is_carried_and_keeps_nothing_back(string verdict)
    {
        var message = new ConnectorMessage { Id = "m-1" };
        message.Parts.Add(new("content", "content.xml", "<form/>"u8.ToArray()));
        message.Parts.Add(new("attachment", "ASIC-S.asics", Zip(("paper.txt", "hello"u8.ToArray()))));
        message.Parts.Add(new("attachment", "Token.xml", Token("paper.txt", Convert.ToBase64String(Encoding.ASCII.GetBytes(Convert.ToBase64String(SHA256.HashData("hello"u8)))), verdict)));

        var put = Put(message);

        var token = put.Element(ConnectorMessage.Ns + "TrustOk")!;
        Assert.Equal((verdict, "paper.txt", "same", "no"), ((string?)token.Attribute("technical"), (string?)token.Attribute("document"), (string?)token.Attribute("digest"), (string?)token.Attribute("verified")));
        Assert.Contains(put.Elements(ConnectorMessage.Ns + "Paper"), p => (string?)p.Attribute("name") == "paper.txt" && (string?)p.Attribute("sha256") == PlainFile.Digest("hello"u8));
    }

    [Fact]
    public void A_container_that_cannot_be_opened_is_carried_as_it_came()
    {
        var message = new ConnectorMessage { Id = "m-1" };
        message.Parts.Add(new("content", "content.xml", "<form/>"u8.ToArray()));
        message.Parts.Add(new("attachment", "ASIC-S.asics", "PK\u0003\u0004 and nothing more"u8.ToArray()));

        var paper = Put(message).Elements(ConnectorMessage.Ns + "Paper").Single(p => (string?)p.Attribute("name") == "ASIC-S.asics");

        Assert.Contains("cannot be opened", (string?)paper.Attribute("problem"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_published_container_holds_a_signed_zip_with_the_document_its_token_names()
    {
        var bytes = File.ReadAllBytes(Countries.Published("eu-ecodex-connector", "asic-trusttoken", "container", "ValidContainer.asics"));
        var message = new ConnectorMessage { Id = "m-1" };
        message.Parts.Add(new("content", "content.xml", "<form/>"u8.ToArray()));
        message.Parts.Add(new("attachment", "ASIC-S.asics", bytes));
        message.Parts.Add(new("attachment", "Token.xml", File.ReadAllBytes(Countries.Published("eu-ecodex-connector", "asic-trusttoken", "container", "ValidContainer.xml"))));

        var put = Put(message);

        Assert.Equal("later", AsicContainer.Open(bytes).Mimetype);
        Assert.Equal("same", (string?)put.Elements(ConnectorMessage.Ns + "Paper").Single(p => (string?)p.Attribute("name") == "SignedContent.zip").Attribute("digest"));
        Assert.Equal(("SUCCESSFUL", "Test.pdf"), ((string?)put.Element(ConnectorMessage.Ns + "TrustOk")!.Attribute("technical"), (string?)put.Element(ConnectorMessage.Ns + "TrustOk")!.Attribute("document")));
    }

    internal static XElement Put(ConnectorMessage message)
    {
        var root = Directory.CreateTempSubdirectory("container");
        try
        {
            message.Put(new InboxDrop(new InboxOptions { Folder = root.FullName }), "m");
            return XmlFormat.Tree(File.ReadAllBytes(Directory.EnumerateFiles(root.FullName, "m-*.xml").Single()));
        }
        finally
        {
            root.Delete(true);
        }
    }

    internal static byte[] Zip(params (string Name, byte[] Bytes)[] files)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, bytes) in files)
            {
                using var stream = zip.CreateEntry(name, CompressionLevel.SmallestSize).Open();
                stream.Write(bytes);
            }

        return buffer.ToArray();
    }

    internal static byte[] Token(string document, string digest, string verdict) => Encoding.UTF8.GetBytes($"""
        <TrustOkToken xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
          <Issuer><ServiceProvider>Invented</ServiceProvider><Country>XF</Country></Issuer>
          <Document><Filename>{document}</Filename><Type>text/plain</Type><ds:DigestMethod Algorithm="SHA-256"/><ds:DigestValue>{digest}</ds:DigestValue></Document>
          <Validation><TechnicalResult><TrustLevel>{verdict}</TrustLevel><Comments>The signature is {(verdict == "FAIL" ? "not mathematically correct" : "valid")}.</Comments></TechnicalResult><LegalResult><TrustLevel>{(verdict == "FAIL" ? "NOT_SUCCESSFUL" : "SUCCESSFUL")}</TrustLevel></LegalResult></Validation>
        </TrustOkToken>
        """);

    static byte[] Signature(string of, byte[] digest) => Encoding.UTF8.GetBytes($"""
        <asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Signature><ds:SignedInfo><ds:Reference URI="{of}"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>{Convert.ToBase64String(digest)}</ds:DigestValue></ds:Reference></ds:SignedInfo></ds:Signature></asic:XAdESSignatures>
        """);
}
