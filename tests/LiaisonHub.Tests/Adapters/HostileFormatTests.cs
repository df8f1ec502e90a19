using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Adapters;

/// <summary>Every format, damaged in every way a file can be and built to hurt: each message ends as an act, as questions or aside with a reason, soon, in bounded memory, and asks nothing of the network.</summary>
public sealed class HostileFormatTests : IDisposable
{
    const string Mail = "From: a@court.example\r\nTo: b@xf.example\r\nSubject: Note\r\nIn-Reply-To: <XA-2026-000001>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"
        + "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe witness has moved to Åsa.\r\n--b\r\nContent-Type: text/plain; name=\"../../etc/passwd\"\r\nContent-Disposition: attachment; filename=\"../../etc/passwd\"\r\n"
        + "Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n";

    static readonly Lazy<MappingSet> Mails = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("mails-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "mappings"));
        File.WriteAllText(Path.Combine(folder, "mappings", "in-mail.json"), """
            {
              "mapping": "Mail", "direction": "in", "format": "mail", "act": "NoteSent", "applies": "subject",
              "make": { "fields": { "request": "inReplyTo", "open": { "fields": { "subject": "subject" } }, "private": { "fields": {
                "text": "text", "attachments": { "each": "attachments[*]", "attachment": { "name": "name", "type": "type", "base64": "base64" } } } } } }
            }
            """);
        var loaded = MappingSet.Load(folder);
        Directory.Delete(folder, recursive: true);
        return loaded;
    });

    static readonly Dictionary<string, (string Name, Func<MappingSet> Mappings, Func<byte[]> Bytes)> Formats = new()
    {
        ["XML court message"] = ("result.xml", () => Countries.Mappings("XA"), () => Sample("XA", "hearing-abroad.xml")),
        ["connector document"] = ("message.xml", () => Countries.Mappings("XF"), () => Sample("XF", "request.xml")),
        ["JSON hearing"] = ("hearing.json", () => Countries.Mappings("XB"), () => Sample("XB", "hearing-result.json")),
        ["JSON evidence"] = ("answer.json", () => Countries.Mappings("XB"), () => Sample("XB", "answer-evidence.json")),
        ["rows between separators"] = ("requests.csv", () => Countries.Mappings("XC"), () => Sample("XC", "requests.csv")),
        ["segments of fixed width"] = ("police.log", () => Countries.Mappings("XC"), () => Sample("XC", "police.log")),
        ["mail of a form"] = ("request.eml", () => Countries.Mappings("XE"), () => Sample("XE", "request.eml")),
        ["mail"] = ("note.eml", () => Mails.Value, () => Encoding.UTF8.GetBytes(Mail)),
        ["row of a database"] = ("row.json", () => Countries.Mappings("XD"), () => Sample("XD", "request.json")),
        ["XJustiz message"] = ("message.xml", () => Countries.Mappings("XE"), () => XJustizTests.Make(nameof(RequestSubmitted), XJustizTests.Source(nameof(RequestSubmitted))).Bytes),
    };

    /// <summary>What is built to hurt in one format.</summary>
    internal static IEnumerable<byte[]> BuiltAs(string format) => Hostile.Where(h => h.Key.StartsWith($"{format}: ", StringComparison.Ordinal)).Select(h => h.Value());

    static readonly Dictionary<string, Func<byte[], IEnumerable<byte[]>>> Damages = new()
    {
        ["cut off"] = bytes => Offsets(bytes, 60).Select(at => bytes[..at]),
        ["its beginning lost"] = bytes => Offsets(bytes, 30).Select(at => bytes[at..]),
        ["NUL bytes"] = bytes => Offsets(bytes, 20).Select(at => Inserted(bytes, at, [0, 0])).Append(new byte[bytes.Length]),
        ["byte order marks"] = bytes => new byte[][] { [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF], [0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF], [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF] }
            .SelectMany(mark => new[] { Inserted(bytes, 0, mark), Inserted(bytes, bytes.Length / 2, mark), mark }),
        ["another character set"] = bytes => new[] { "utf-16", "utf-16BE", "utf-32", "windows-1252", "iso-2022-jp", "IBM037", "windows-1251", "gb18030" }
            .Select(name => (CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback) ?? Encoding.GetEncoding(name)).GetBytes(Encoding.UTF8.GetString(bytes))),
        ["what is no character"] = bytes => new byte[][] { [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFF], [0xEF, 0xBF, 0xBF], [0x1B], [0xC2, 0x80] }
            .SelectMany(wrong => Offsets(bytes, 8).Select(at => Inserted(bytes, at, wrong))),
        ["everything twice"] = bytes => [[.. bytes, .. bytes], .. Offsets(bytes, 20).Select(at => Inserted(bytes, at, bytes.AsSpan(at, Math.Min(bytes.Length - at, 40))))],
        ["line ends"] = bytes => [Replaced(bytes, "\n", "\r"), Replaced(bytes, "\n", ""), Replaced(bytes, "\n", "\r\r\n\n"), Replaced(bytes, "\n", "\u2028")],
        ["huge numbers"] = bytes => [Replaced(bytes, "2026", "1e999999"), Replaced(bytes, "2026", new string('9', 100_000)), Replaced(bytes, "1", "-0"), Replaced(bytes, "0", "NaN")],
        ["surrogates"] = bytes => [Replaced(bytes, "e", "\\ud800"), Replaced(bytes, "e", "&#xD800;"), Replaced(bytes, "e", "\\udc00\\ud800")],
        ["brackets"] = bytes => "[{(<\"'".Select(b => Inserted(bytes, bytes.Length / 3, Encoding.ASCII.GetBytes(new string(b, 100_000)))),
    };

    static readonly OutwardCalls Calls = new();

    readonly string folder = Directory.CreateTempSubdirectory("hostile-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var format in Formats.Keys)
                foreach (var damage in Damages.Keys)
                    all.Add(format, damage);
            return all;
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Whatever_is_done_to_a_message_it_ends_in_one_of_three_ways(string format, string damage)
    {
        var (name, mappings, bytes) = Formats[format];
        foreach (var damaged in Damages[damage](bytes()))
            Ends(mappings(), name, damaged);
    }

    public static TheoryData<string, string> Built => [.. Hostile.Select(h => (h.Key.Split(": ")[0], h.Key))];

    // What is built to hurt, by format. A name begins with that of the format.
    static readonly Dictionary<string, Func<byte[]>> Hostile = new()
    {
        ["XML court message: 10^5 elements in each other"] = () => Text(Repeated("<a>", 100_000) + Repeated("</a>", 100_000)),
        ["XML court message: 10^5 attributes"] = () => Text($"<a {string.Concat(Enumerable.Range(0, 100_000).Select(i => $"a{i}=\"\" "))}/>"),
        ["XML court message: 10^5 namespaces"] = () => Text($"<a {string.Concat(Enumerable.Range(0, 100_000).Select(i => $"xmlns:n{i}=\"urn:{i}\" "))}/>"),
        ["XML court message: one text of four megabytes"] = () => Text(Message.Replace(">TORREST<", $">{new string('x', 4_000_000)}<", StringComparison.Ordinal)),
        ["XML court message: very many places no rule reads"] = () => Text(Message.Replace("<DC:BailStatus>", $"{Repeated("<n>1</n>", 100_000)}<DC:BailStatus>", StringComparison.Ordinal)),
        ["XML court message: very many names no rule reads"] = () => Text(Message.Replace("<DC:BailStatus>", $"{string.Concat(Enumerable.Range(0, 50_000).Select(i => $"<n{i}>1</n{i}>"))}<DC:BailStatus>", StringComparison.Ordinal)),
        ["XML court message: offences as many as fit"] = () => Text(Message.Replace("<DC:Offence>", $"{string.Concat(Enumerable.Range(0, 8_000).Select(i => $"<DC:Offence><DC:BaseOffenceDetails><DC:OffenceCode>X{i}</DC:OffenceCode></DC:BaseOffenceDetails></DC:Offence>"))}<DC:Offence>", StringComparison.Ordinal)),
        ["XML court message: parts included from elsewhere"] = () => Text(Message.Replace("<DC:BailStatus>", "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"http://attacker.example/x\"/><DC:BailStatus xml:base=\"http://attacker.example/\">", StringComparison.Ordinal)),
        ["XML court message: escaped again and again"] = () => Text($"<RouteData xmlns=\"http://schemas.cjse.gov.uk/common/operations\"><DataStream><DataStreamContent>{Enumerable.Range(0, 12).Aggregate("<a/>", (t, _) => t.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal))}</DataStreamContent></DataStream></RouteData>"),
        ["connector document: papers that are elsewhere"] = () => Text("<Message xmlns=\"urn:liaisonhub:connector:1\" id=\"x\"><Content><Request xmlns=\"urn:xf:justice:assistance:1\" number=\"1\"/></Content>"
            + "<Paper role=\"attachment\" name=\"a\" file=\"../../../etc/passwd\"/><Paper role=\"attachment\" name=\"b\" file=\"http://attacker.example/b\"/><Paper role=\"attachment\" name=\"c\" file=\"/etc/passwd\"/></Message>"),
        ["XJustiz message: codes as many as fit"] = () => Text($"<nachricht.straf.fahndung.0500016 xmlns=\"http://www.xjustiz.de\">{Repeated("<rollennummer>1</rollennummer><fahndungszweck listURI=\"http://attacker.example/l\" listVersionID=\"1\"><code xmlns=\"\">1</code></fahndungszweck>", 80_000)}</nachricht.straf.fahndung.0500016>"),
        ["XJustiz message: a schema and code lists that are elsewhere"] = () => Text("<nachricht.straf.fahndung.0500016 xmlns=\"http://www.xjustiz.de\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://www.xjustiz.de http://attacker.example/x.xsd\"/>"),
        ["row of a database: 10^5 lists in each other"] = () => Text("{\"table\":\"requests\",\"names\":" + new string('[', 100_000) + new string(']', 100_000) + "}"),
        ["row of a database: very many entries of a list"] = () => Text($"{{\"table\":\"requests\",\"requestNo\":1,\"names\":[{string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"{{\"nameType\":\"A\",\"last\":\"N{i}\"}}"))}]}}"),
        ["JSON hearing: 10^5 lists in each other"] = () => Text(new string('[', 100_000) + new string(']', 100_000)),
        ["JSON hearing: 10^5 objects in each other"] = () => Text(Repeated("{\"a\":", 100_000) + "1" + new string('}', 100_000)),
        ["JSON hearing: 10^5 keys"] = () => Text($"{{\"hearing\":{{\"prosecutionCases\":[{{}}],{string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"k{i}\":1"))}}}}}"),
        ["JSON hearing: a key twice at the end of many"] = () => Text($"{{{string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"k{i}\":1"))},\"k7\":2}}"),
        ["JSON hearing: a context and a schema that are elsewhere"] = () => Text(Hearing.Replace("\"hearing\": {", "\"@context\": \"http://attacker.example/c\", \"$ref\": \"http://attacker.example/r\", \"hearing\": {", StringComparison.Ordinal)),
        ["JSON hearing: defendants as many as fit"] = () => Text(Hearing.Replace("\"defendants\": [", $"\"defendants\": [{string.Concat(Enumerable.Range(0, 8_000).Select(i => $"{{\"id\":\"{i}\",\"personDefendant\":{{\"personDetails\":{{\"lastName\":\"L{i}\",\"gender\":\"G{i}\"}}}}}},"))}", StringComparison.Ordinal)),
        ["JSON hearing: a wording of four megabytes"] = () => Text(Hearing.Replace("Obstruct a search", new string('x', 4_000_000), StringComparison.Ordinal)),
        ["rows between separators: one row of four megabytes"] = () => Text($"{Columns}\r\n{new string('x', 4_000_000)}\r\n"),
        ["rows between separators: 10^5 columns"] = () => Text($"{string.Join(',', Enumerable.Range(0, 100_000))}\r\n{new string(',', 99_999)}\r\n"),
        ["rows between separators: 10^5 quotation marks"] = () => Text($"{Columns}\r\n{new string('"', 100_001)}\r\nLR-1,XB\r\n"),
        ["rows between separators: a mark opened on every row"] = () => Text($"{Columns}\r\n{Repeated("LR-1,\"XB\r\n", 500)}"),
        ["segments of fixed width: 10^5 tags in each other"] = () => Text(string.Concat(Enumerable.Range(0, 100_000).Select(i => $"<T{i}>\n"))),
        ["segments of fixed width: very many different tags"] = () => Text($"<CXU02>\n{string.Concat(Enumerable.Range(0, 100_000).Select(i => $"<a{i}></a{i}>\n"))}</CXU02>"),
        ["segments of fixed width: very many documents"] = () => Text(Repeated("<CXL01><FSC>K01YZ</FSC>\n<?xml?>", 20_000)),
        ["mail: very many parts"] = () => Text($"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n{Repeated("--b\r\n\r\nx\r\n", 30_000)}--b--\r\n"),
        ["mail: parts in parts"] = () => Text($"Subject: x\r\nMIME-Version: 1.0\r\n{string.Concat(Enumerable.Range(0, 3_000).Select(i => $"Content-Type: multipart/mixed; boundary=\"b{i}\"\r\n\r\n--b{i}\r\n"))}x"),
        ["mail: 10^5 headers"] = () => Text($"Subject: x\r\n{Repeated("X-A: b\r\n", 100_000)}\r\ntext"),
        ["mail: one header of four megabytes"] = () => Text($"Subject: {new string('x', 4_000_000)}\r\n\r\ntext"),
        ["mail: 10^5 addresses"] = () => Text($"Subject: x\r\nTo: {Repeated("a@b.example, ", 100_000)}\r\n\r\ntext"),
        ["mail: comments in comments"] = () => Text($"Subject: x\r\nTo: {new string('(', 100_000)}\r\n\r\ntext"),
        ["mail: a body that lies elsewhere"] = () => Text("Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: message/external-body; access-type=URL; URL=\"http://attacker.example/x\"\r\n\r\nContent-Type: text/plain\r\n\r\n"),
        ["mail: a page with pictures from elsewhere"] = () => Text("Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<img src=\"http://attacker.example/x\"><link rel=stylesheet href=\"http://attacker.example/y\">"),
    };

    // Run by MemoryTests, in a process whose memory is bounded.
    [Theory(Explicit = true), MemberData(nameof(Built))]
    public void What_is_built_to_hurt_does_not(string format, string what)
    {
        var (name, mappings, _) = Formats[format];

        Ends(mappings(), name, Hostile[what]());
    }

    [Fact]
    public void A_paper_of_a_mail_has_a_name_and_no_path()
    {
        var attachment = Ends(Mails.Value, "note.eml", Encoding.UTF8.GetBytes(Mail)).Single().Private!["attachments"]![0]!;

        Assert.Equal("hello", Encoding.UTF8.GetString(Convert.FromBase64String((string)attachment["content"]!)));
        Assert.DoesNotContain('/', PlainFile.Shown((string)attachment["fileName"]!));
    }

    // Lines without an end

    [Theory]
    [InlineData("big.xml")]
    [InlineData("requests.csv")]
    [InlineData("police.log")]
    public void A_file_of_a_gigabyte_is_refused_without_being_read(string name)
    {
        var options = new InboxOptions { Folder = folder };
        using (var sparse = File.Create(Path.Combine(folder, name)))
        {
            sparse.Write("<a>"u8);
            sparse.SetLength(1L << 30);
        }

        var translator = new Translator(Countries.Mappings("XC"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (complete, refused) = new InboxFolder(options, TimeProvider.System).Inspect((_, _) => false, translator.IsTable);

        Assert.Empty(complete);
        Assert.True(Assert.Single(refused).TooLarge);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1024 * 1024);
    }

    [Fact]
    public async Task A_message_of_a_gigabyte_in_a_folder_of_the_connector_is_left_and_said_and_holds_up_no_other()
    {
        await using var xf = new AdapterUnderTest(new RegionUnderTest(), "XF");
        await using var own = LiaisonHub.Storage.Database.Open(xf.Options.Database, TimeProvider.System);
        foreach (var (id, size) in new[] { ("a-large", 1L << 30), ("b-small", 10L) })
        {
            var message = Directory.CreateDirectory(Path.Combine(folder, id)).FullName;
            await File.WriteAllTextAsync(Path.Combine(message, "message.properties"), "message.content.xml=content.xml\nmessage.attachment.1.file=../a-large/content.xml\nmessage.attachment.2.file=/etc/hostname\n", TestContext.Current.CancellationToken);
            await using (var content = File.Create(Path.Combine(message, "content.xml")))
                content.SetLength(size);
            foreach (var file in Directory.EnumerateFiles(message))
                File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        }

        var collector = new ConnectorFolder(new() { Incoming = folder }, new InboxDrop(xf.Options.Inbox!), new CollectedStore(own), TimeProvider.System);

        Assert.Equal(1, await collector.Collect(TestContext.Current.CancellationToken));

        Assert.Contains("1 item is left", collector.LeftBehind, StringComparison.Ordinal);
        var brought = await File.ReadAllTextAsync(Assert.Single(Directory.EnumerateFiles(xf.At("inbox"), "*.xml")), TestContext.Current.CancellationToken);
        Assert.Matches("Missing [^>]*\"\\.\\./a-large/content.xml\"", brought);
        Assert.Matches("Missing [^>]*\"/etc/hostname\"", brought);
    }

    [Fact]
    public void A_table_that_is_one_line_of_many_megabytes_is_one_bad_record()
    {
        var bytes = new byte[32 * 1024 * 1024];
        bytes.AsSpan().Fill((byte)'x');
        Encoding.UTF8.GetBytes($"{Columns}\r\n").CopyTo(bytes, 0);

        Assert.Equal(QuarantineCode.BadRecord, Assert.Single(Ends(Countries.Mappings("XC"), "requests.csv", bytes)).Reason!.Code);
    }

    [Fact]
    public async Task Names_of_files_are_names_and_nothing_outside_the_folders_is_touched()
    {
        await using var xa = new AdapterUnderTest(new RegionUnderTest(), "XA");
        string[] names = ["%2e%2e%2foutside.xml", "-rf.xml", "a\nb.xml", "name\u202Elmx.exe", "requests.csv#7", "CON.xml", new string('n', 250), "%n$x{0}.xml", "a;rm -rf ~.xml", "'\"<b>.xml", "…xml"];
        foreach (var name in names)
            xa.Drop(name, "<a/>");

        await xa.Work(TestContext.Current.CancellationToken);

        Assert.Empty(xa.In("inbox"));
        Assert.Equal(names.Length, xa.In("rejected").Count(f => !f.EndsWith(".reason.txt", StringComparison.Ordinal)));
        Assert.Equal(["adapter.db", "inbox", "outbox", "processed", "rejected"], Directory.EnumerateFileSystemEntries(xa.Root).Select(Path.GetFileName).Where(f => f?.StartsWith("adapter.db-", StringComparison.Ordinal) == false).Order(StringComparer.Ordinal));
    }

    // Cells

    [Theory]
    [InlineData("=cmd|'/C calc'!A0", true)]
    [InlineData("+SUM(A1)", true)]
    [InlineData("-2+3+cmd", true)]
    [InlineData("@SUM(1)", true)]
    [InlineData("\t=1+x", true)]
    [InlineData("\r=1+x", true)]
    [InlineData("-17.50", false)]
    [InlineData("+44 20 7946 0018", false)]
    [InlineData("a=b", false)]
    [InlineData("", false)]
    public void A_cell_that_a_spreadsheet_would_run_is_written_as_a_text_and_that_is_said(string value, bool marked)
    {
        var layout = new TableLayout { Name = "cases", Files = ["*.csv"], Separator = ";", Quotes = true };
        var cut = new List<string>();

        var cells = TableFormat.Write(layout, new JsonObject { ["text"] = value }, cut);

        var root = (JsonPart)TableFormat.Read(Assert.Single(TableFormat.Records(new LocalFile { Name = "c.csv", Bytes = value.Length > 0 ? cells : "text\r\nx\r\n"u8.ToArray() }, layout)), layout).Root;
        if (value.Length > 0)
            Assert.Equal(marked ? $"'{value}" : value, root.Parts[0].Verbatim);
        Assert.Equal(marked ? ["text: written with a mark before it, so that no spreadsheet takes it for a formula"] : [], cut);
    }

    // Ends in one of the three ways, soon, in bounded memory, without the network.
    static List<Translation> Ends(MappingSet mappings, string name, byte[] bytes)
    {
        var translator = new Translator(mappings);
        var whole = new LocalFile { Name = name, Bytes = bytes, Beside = _ => null };
        var all = new List<Translation>();
        var (started, before) = (Worked(), GC.GetAllocatedBytesForCurrentThread());
        Calls.Watch(() =>
        {
            try
            {
                all.AddRange((translator.IsTable(name) ? translator.Records(whole) : [whole]).Select(translator.Translate));
            }
            catch (UnreadableException)
            {
                // A table without any record says why as a whole.
                all.Add(translator.Translate(whole));
            }

            // A table of column names alone.
            if (all.Count == 0)
                all.Add(translator.Translate(whole));
            _ = translator.Unreadable(name, bytes);
        });
        var (took, allocated) = (Worked() - started, GC.GetAllocatedBytesForCurrentThread() - before);

        Assert.Empty(Calls.Seen);
        Assert.True(took < TimeSpan.FromSeconds(5 + (bytes.Length / (8 * 1024 * 1024))), $"took {took}");
        Assert.True(allocated < (96 * 1024 * 1024) + (1000L * bytes.Length), $"allocated {allocated / 1024 / 1024} MiB for {bytes.Length:N0} bytes");
        Assert.NotEmpty(all);
        Assert.All(all, PublishedSampleTests.AssertEnded);
        return all;
    }

    // What this thread itself has worked, where the system says it: a busy machine is slow, not wrong.
    internal static TimeSpan Worked() => File.Exists("/proc/thread-self/schedstat")
        ? TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1_000)
        : TimeSpan.FromTicks(Stopwatch.GetTimestamp() * TimeSpan.TicksPerSecond / Stopwatch.Frequency);

    static string Message => Countries.Sample("XA", "hearing-abroad.xml");

    static string Hearing => Countries.Sample("XB", "hearing-result.json");

    static string Columns => Countries.Sample("XC", "requests.csv").Split('\n')[0].TrimEnd('\r');

    static byte[] Sample(string state, string name) => Encoding.UTF8.GetBytes(Countries.Sample(state, name));

    static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    static IEnumerable<int> Offsets(byte[] bytes, int count) => Enumerable.Range(0, count).Select(i => (int)((long)bytes.Length * i / count)).Distinct();

    static byte[] Inserted(byte[] bytes, int at, ReadOnlySpan<byte> what) => [.. bytes.AsSpan(0, at), .. what, .. bytes.AsSpan(at)];

    static byte[] Replaced(byte[] bytes, string what, string with) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace(what, with, StringComparison.Ordinal));
}
