using System.Diagnostics;
using System.Text;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Tests.Adapters;

namespace LiaisonHub.Benchmarks;

/// <summary>Local documents a second by format, from bytes to an act, on one core; and what a large table takes.</summary>
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
        foreach (var (what, mappings, file) in new (string, MappingSet, LocalFile)[]
        {
            ("XML court message", Countries.Mappings("XA"), Document("result.xml", Countries.Sample("XA", "hearing-abroad.xml"))),
            ("JSON hearing result", Countries.Mappings("XB"), Document("hearing.json", Countries.Sample("XB", "hearing-result.json"))),
            ("row of a table", own, Document("cases.csv#2", "kind;request;subject;text\nnote;XA-2026-000001;Subject;\"A text; with its mark\"\n")),
            ("mail", own, Document("note.eml", Mail)),
        })
        {
            var translator = new Translator(mappings);
            var rates = new List<double>();
            Rate(translator, file);
            for (var round = 0; round < rounds; round++)
                rates.Add(Rate(translator, file));
            rates.Sort();
            Console.WriteLine($"  {what,-20} {file.Bytes.Length,7:N0} bytes  {rates[rates.Count / 2],9:F0} documents/s");
        }

        var row = "note;XA-2026-000001;Subject;A text of some length that a clerk has written about a case, without a line end in it\n";
        var table = Document("cases.csv", "kind;request;subject;text\n" + string.Concat(Enumerable.Repeat(row, 100 * 1024 * 1024 / row.Length)));
        GC.Collect();
        var (before, started, records, highest) = (Ground.ResidentKilobytes(Environment.ProcessId), Stopwatch.GetTimestamp(), 0, 0L);
        foreach (var record in new Translator(own).Records(table))
            if (++records % 10_000 == 0)
                highest = Math.Max(highest, Ground.ResidentKilobytes(Environment.ProcessId));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine($"  a table of {table.Bytes.Length / 1024 / 1024} MiB: {records:N0} records taken apart in {seconds:F1} s, {records / seconds:F0} a second; {(highest - before) / 1024:N0} MB more than the file itself");
        Directory.Delete(folder, recursive: true);
    }

    static double Rate(Translator translator, LocalFile file)
    {
        var done = 0;
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1))
        {
            translator.Translate(file);
            done++;
        }

        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static LocalFile Document(string name, string text) => new() { Name = name, Bytes = Encoding.UTF8.GetBytes(text) };
}
