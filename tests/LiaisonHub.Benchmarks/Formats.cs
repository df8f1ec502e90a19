using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Tests.Adapters;

namespace LiaisonHub.Benchmarks;

/// <summary>Local documents a second by format, from bytes to an act, on one core; and what files of 100 MiB take.</summary>
static class Formats
{
    const string Layout = """{ "layout": "cases", "files": ["cases*.csv"], "separator": ";", "quotes": true }""";

    const string Mapping = """
        {
          "mapping": "Note on a case", "direction": "in", "format": "table", "layout": "cases", "act": "NoteSent", "applies": "kind",
          "make": { "fields": { "request": "request", "open": { "fields": { "subject": "subject" } }, "private": { "fields": { "text": "text" } } } }
        }
        """;

    const string MailMapping = """
        {
          "mapping": "Mail", "direction": "in", "format": "mail", "act": "NoteSent", "applies": "subject",
          "make": { "fields": { "request": "inReplyTo", "open": { "fields": { "subject": "subject" } }, "private": { "fields": { "text": "text" } } } }
        }
        """;

    const string Mail = "From: a@court.example\r\nTo: b@xf.example\r\nSubject: Note\r\nIn-Reply-To: <XA-2026-000001>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe witness has moved.\r\n";

    public static async Task Measure(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("formats-").FullName;
        foreach (var (kind, name, text) in new[] { ("layouts", "cases.json", Layout), ("mappings", "in-note.json", Mapping), ("mappings", "in-mail.json", MailMapping) })
        {
            Directory.CreateDirectory(Path.Combine(folder, kind));
            await File.WriteAllTextAsync(Path.Combine(folder, kind, name), text);
        }

        var own = MappingSet.Load(folder);
        Console.WriteLine("formats: documents a second, from bytes to an act or its questions, one core");
        var police = new Translator(Countries.Mappings("XC")).Records(Document("police.log", Countries.Sample("XC", "police.log"))).First(r => IsMade(Countries.Mappings("XC"), r));
        var court = Document("result.xml", Countries.Sample("XA", "hearing-abroad.xml"));
        var container = Container();
        var works = new (string What, long Size, Action Work)[]
        {
            Translated("XML court message", Countries.Mappings("XA"), court),
            Translated("JSON hearing result", Countries.Mappings("XB"), Document("hearing.json", Countries.Sample("XB", "hearing-result.json"))),
            Translated("row between separators", own, Document("cases.csv#2", "kind;request;subject;text\nnote;XA-2026-000001;Subject;\"A text; with its mark\"\n")),
            Translated("segments of fixed width", Countries.Mappings("XC"), police),
            Translated("row of a database", Countries.Mappings("XD"), Document("row.json", Countries.Sample("XD", "request.json"))),
            Translated("connector document", Countries.Mappings("XF"), Document("message.xml", Countries.Sample("XF", "request.xml"))),
            ("connector container, opened", container.Length, () => AsicContainer.Open(container)),
            Translated("mail", own, Document("note.eml", Mail)),
            ("court message to XJustiz", court.Bytes.Length, () => Preview.Of(Countries.Mappings("XA"), "XA", court, Countries.Mappings("XE"), "XE", DateTimeOffset.UnixEpoch, 1)),
        };
        // One after the other in every round, so that none is measured cold or while another's code is still being made ready.
        var rates = works.Select(_ => new List<double>()).ToArray();
        for (var round = -1; round < rounds; round++)
            for (var i = 0; i < works.Length; i++)
                if (Rate(works[i].Work) is var rate && round >= 0)
                    rates[i].Add(rate);
        for (var i = 0; i < works.Length; i++)
            Console.WriteLine($"  {works[i].What,-28} {works[i].Size,7:N0} bytes  {rates[i].Order().ElementAt(rounds / 2),9:F0} documents/s");

        // Other formats have a bound of their own (Inbox:LargestFile): only files of many records come in such a size.
        Drop("rows between separators", new Translator(own), "cases.csv", "kind;request;subject;text\n", "note;XA-2026-000001;Subject;A text of some length that a clerk has written about a case, without a line end in it\n", folder);
        Drop("segments of fixed width", new Translator(Countries.Mappings("XC")), "police.log", "", Encoding.UTF8.GetString(police.Bytes.Span) + "\n", folder);
        Directory.Delete(folder, recursive: true);
    }

    // As the inbox does it: from the disk, a record at a time.
    static void Drop(string what, Translator translator, string name, string head, string record, string folder)
    {
        const int Size = 100 * 1024 * 1024;
        var path = Path.Combine(folder, name);
        using (var writer = new StreamWriter(path))
        {
            writer.Write(head);
            for (var written = 0; written < Size; written += record.Length)
                writer.Write(record);
        }

        GC.Collect();
        var (before, started, records, highest) = (Ground.ResidentKilobytes(Environment.ProcessId), Stopwatch.GetTimestamp(), 0, 0L);
        using (var bytes = File.OpenRead(path))
            foreach (var _ in translator.Records(name, bytes))
                if (++records % 10_000 == 0)
                    highest = Math.Max(highest, Ground.ResidentKilobytes(Environment.ProcessId));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine($"  100 MiB of {what}: {records:N0} records taken apart in {seconds:F1} s, {records / seconds:F0} a second; {Math.Max(0, highest - before) / 1024:N0} MB of memory more than before");
    }

    static (string, long, Action) Translated(string what, MappingSet mappings, LocalFile file)
    {
        var translator = new Translator(mappings);
        if (!IsMade(mappings, file))
            throw new InvalidOperationException($"{what}: nothing is made of it, so nothing is measured: {translator.Translate(file).Reason?.Words}");
        return (what, file.Bytes.Length, () => translator.Translate(file));
    }

    static bool IsMade(MappingSet mappings, LocalFile file) => new Translator(mappings).Translate(file).Outcome is TranslationOutcome.Complete or TranslationOutcome.Incomplete;

    // A document in a zip in a zip, as connectors sign it.
    static byte[] Container()
    {
        var document = new byte[64 * 1024];
        new Random(1).NextBytes(document);
        return Zip(("META-INF/signatures.xml", "<s/>"u8.ToArray()), ("SignedContent.zip", Zip(("paper.pdf", document))), ("mimetype", "application/vnd.etsi.asic-s+zip"u8.ToArray()));

        static byte[] Zip(params (string Name, byte[] Bytes)[] files)
        {
            using var buffer = new MemoryStream();
            using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
                foreach (var (name, bytes) in files)
                {
                    using var stream = zip.CreateEntry(name).Open();
                    stream.Write(bytes);
                }

            return buffer.ToArray();
        }
    }

    static double Rate(Action work)
    {
        var done = 0;
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1))
        {
            work();
            done++;
        }

        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static LocalFile Document(string name, string text) => new() { Name = name, Bytes = Encoding.UTF8.GetBytes(text) };
}
