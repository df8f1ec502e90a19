using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Dapper;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage;
using Microsoft.Extensions.Configuration;

namespace LiaisonHub.Tests.Adapters;

/// <summary>What an office of a state answers, and what it reports of what it was sent.</summary>
enum Answer
{
    Acknowledge,
    Recognise,
    Evidence,
    Received,
    Accept,
    Used,
}

/// <summary>An office of a state at its own local system: it knows files, rows, mails and calls, and nothing of acts. Each writes as the samples of its country do.</summary>
abstract class Office(string state, AdapterUnderTest adapter) : IAsyncDisposable
{
    internal static readonly string[] Rights =
        ["lawful-basis", "necessity", "fair-trial", "inhuman-treatment", "discrimination", "privilege", "vulnerable-persons", "private-life", "remedies", "ne-bis-in-idem"];

    internal string State => state;

    internal AdapterUnderTest Adapter => adapter;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Asks another state for assistance, under a number of its own.</summary>
    internal abstract Task Ask(string to, int number);

    /// <summary>Writes an answer about a request.</summary>
    internal abstract Task Say(Answer answer, string reference);

    /// <summary>What the local system was given of an act: every value in it. Null: nothing yet.</summary>
    internal virtual Task<string?> Got(string act, string reference) => Task.FromResult(
        Given().Where(f => f.Name.Contains($"-{act}-", StringComparison.Ordinal)).Select(f => Values(f.Bytes)).FirstOrDefault(t => t.Contains(reference, StringComparison.Ordinal)));

    /// <summary>The messages the local system was given.</summary>
    internal virtual IEnumerable<(string Name, byte[] Bytes)> Given() =>
        adapter.In("outbox").Where(f => !f.EndsWith(".tmp", StringComparison.Ordinal)).Select(f => (f, File.ReadAllBytes(adapter.At("outbox", f))));

    /// <summary>The evidence this office sends on a request: bytes that no other request has, and that no reader of text would leave as they are.</summary>
    internal virtual IReadOnlyList<byte[]> Evidence(string reference) => [[.. Encoding.UTF8.GetBytes($"Record of the hearing, {reference}: \u00dcn\u00f6.\r\n"), 0, 255, 26]];

    /// <summary>What the local system was given as evidence on a request, whatever its form: here as values in base64.</summary>
    internal virtual async Task<IReadOnlyList<byte[]>> Papers(string reference) =>
        [.. (await Got(nameof(EvidenceSent), reference))!.Split('\n').Select(v => Convert.TryFromBase64String(v, new byte[v.Length], out _) ? Convert.FromBase64String(v) : null).OfType<byte[]>()];

    private protected string Base64(string reference) => Convert.ToBase64String(Evidence(reference)[0]);

    // What the samples send.
    private protected const string SampleRecord = "SW52ZW50ZWQgcmVjb3JkIG9mIGEgaGVhcmluZy4=";

    /// <summary>The request as its local message alone, to be translated by somebody else.</summary>
    internal abstract LocalFile Message(string to, int number);

    protected string Sample(string name) => Countries.Sample(state, name);

    /// <summary>Brings a message the way its office does: here as a file.</summary>
    protected virtual Task Bring(string name, string text)
    {
        adapter.Drop(name, text);
        adapter.Drop(name + ".done", "");
        return Task.CompletedTask;
    }

    protected static string Values(byte[] bytes)
    {
        if (bytes is [(byte)'<', (byte)'C', (byte)'X', ..])
            return Encoding.ASCII.GetString(bytes);
        return string.Join('\n', bytes[0] is (byte)'{' ? JsonFormat.Read(bytes).Root.Leaves().Select(l => l.Value)
            : XmlFormat.Tree(bytes).DescendantsAndSelf().SelectMany(e => e.Attributes().Select(a => a.Value).Append(e.HasElements ? "" : e.Value)));
    }

    public virtual async ValueTask DisposeAsync() => await adapter.DisposeAsync();
}

/// <summary>A court of XA: XML.</summary>
sealed class CourtOfXA(AdapterUnderTest adapter) : Office("XA", adapter)
{
    internal override Task Ask(string to, int number) => Bring($"result-{number}.xml", Encoding.UTF8.GetString(Message(to, number).Bytes.Span));

    internal override LocalFile Message(string to, int number) => new()
    {
        Name = "result.xml",
        Bytes = Encoding.UTF8.GetBytes(Sample("hearing-abroad.xml").Replace("B01VD01", $"B0{to[1] - 'A'}VD01", StringComparison.Ordinal).Replace("41QX0911726", $"41QX{number:D7}", StringComparison.Ordinal)),
    };

    internal override Task Say(Answer answer, string reference) => Bring(
        $"{answer}-{reference}.xml", Sample($"answer-{answer.ToString().ToLowerInvariant()}.xml").Replace("XB-2026-000001", reference, StringComparison.Ordinal).Replace(SampleRecord, Base64(reference), StringComparison.Ordinal));
}

/// <summary>The case platform of XB: JSON.</summary>
class PlatformOfXB(AdapterUnderTest adapter) : Office("XB", adapter)
{
    internal override IReadOnlyList<byte[]> Evidence(string reference) => [.. base.Evidence(reference), Encoding.UTF8.GetBytes($"date,amount,for\n2025-03-01,100,{reference}\n")];

    internal override Task Ask(string to, int number) => Bring($"request-{number}.json", Encoding.UTF8.GetString(Message(to, number).Bytes.Span));

    internal override LocalFile Message(string to, int number) => new()
    {
        Name = "request.json",
        Bytes = Encoding.UTF8.GetBytes(Sample("assistance-request.json").Replace("\"XA\"", $"\"{to}\"", StringComparison.Ordinal).Replace("XA-CA", $"{to}-CA", StringComparison.Ordinal).Replace("30BE0000777", $"30BE{number:D7}", StringComparison.Ordinal)),
    };

    internal override Task Say(Answer answer, string reference)
    {
        var text = answer == Answer.Recognise
            ? $$"""{ "answer": "recognise", "request": "{{reference}}", "dualCriminality": "ListOffence", "rights": { "checkedBy": "Judge of the chamber", "answers": [{{string.Join(", ", Rights.Select(r => $$"""{ "item": "{{r}}", "finding": "Passed" }"""))}}] } }"""
            : Regex.Replace(Sample(answer == Answer.Accept ? "answer-accept-conditions.json" : $"answer-{answer.ToString().ToLowerInvariant()}.json"), "X[A-F]-2026-[0-9]{6}", reference).Replace(SampleRecord, Base64(reference), StringComparison.Ordinal);
        File.WriteAllBytes(Adapter.At("inbox", "files", "statement.csv"), Evidence(reference)[1]);
        return Bring($"{answer}-{reference}.json", text);
    }
}

/// <summary>The liaison office of XC: lists; what it gets goes to the police computer, which takes no papers: those are read at the desk.</summary>
class ListsOfXC(AdapterUnderTest adapter) : Office("XC", adapter)
{
    internal override Task Ask(string to, int number) => Bring($"requests-{number}.csv", Encoding.UTF8.GetString(Message(to, number).Bytes.Span));

    internal override async Task<IReadOnlyList<byte[]>> Papers(string reference) => await Adapter.EvidenceAtTheDesk(reference, Cancelled);

    internal override LocalFile Message(string to, int number) => new()
    {
        Name = "requests.csv",
        Bytes = Encoding.UTF8.GetBytes(string.Join('\n', Sample("requests.csv").Split('\n').Take(2)).Replace("LR-2026-101,XB", $"LR-2026-{number},{to}", StringComparison.Ordinal) + "\n"),
    };

    internal override Task Say(Answer answer, string reference)
    {
        var (file, kind) = answer switch
        {
            Answer.Acknowledge => ("answers.csv", "ACK"),
            Answer.Evidence => ("answers.csv", "EVIDENCE"),
            Answer.Recognise => ("answers-recognised.csv", "RECOGNISED"),
            Answer.Received => ("answers-closing.csv", "RECEIVED"),
            Answer.Accept => ("answers-closing.csv", "CONDITIONS"),
            _ => ("answers-closing.csv", "USED"),
        };
        var lines = Sample(file).Split('\n');
        File.WriteAllBytes(Adapter.At("inbox", "files", "statement.txt"), Evidence(reference)[0]);
        return Bring($"answers-{answer}-{reference}.csv", $"{lines[0]}\n{Regex.Replace(lines.First(l => l.StartsWith(kind + ",", StringComparison.Ordinal)), "X[A-F]-2026-[0-9]{6}", reference)}\n");
    }
}

/// <summary>The registry of XD: rows, both ways.</summary>
sealed class RegistryOfXD : Office
{
    readonly RegionUnderTest region;
    readonly Database registry, own;
    readonly List<SqlCollector> collectors = [];
    int answers = 100;

    internal RegistryOfXD(AdapterUnderTest adapter, RegionUnderTest region)
        : base("XD", adapter)
    {
        this.region = region;
        var profile = new AdapterOptions();
        new ConfigurationBuilder().AddJsonFile(Path.Combine(Countries.CountryOf("XD").Folder, "profile.json")).Build().GetSection(AdapterOptions.Section).Bind(profile);
        File.WriteAllBytes(adapter.At("registry.db"), []);
        profile.Sql!.Database = $"sqlite:{adapter.At("registry.db")}";
        profile.Sql.Papers = Directory.CreateDirectory(adapter.At("papers")).FullName;
        adapter.Options.Sql = profile.Sql;
        registry = Database.Open(profile.Sql.Database, region.Time);
        own = Database.Open(adapter.Options.Database, region.Time);
        foreach (var (name, query) in profile.Sql.Queries.Where(q => q.Key != "warrants"))
            collectors.Add(new(name, query, profile.Sql, new(adapter.Options.Inbox!), new(own), region.Time));
        adapter.System = () => new SqlSystem(adapter.Options, region.Time);
    }

    internal Task Begin() => Run(string.Join('\n', Sample("registry.sql").Split('\n').Where(l => !l.StartsWith("INSERT INTO liaison_", StringComparison.Ordinal) && !l.StartsWith("INSERT INTO warrant", StringComparison.Ordinal))));

    internal override async Task Ask(string to, int number)
    {
        await Run($"INSERT INTO liaison_request VALUES ({number}, '{to}', NULL, 'HEAR', 'Hearing of the person about the invoices of 2025.', 'DV-2026-{number}', 700117, '2026-09-14', NULL, 'R')");
        await Collect();
    }

    internal override LocalFile Message(string to, int number) => new()
    {
        Name = "requests.json",
        Bytes = File.ReadAllBytes(Directory.EnumerateFiles(Adapter.At("processed")).First(f => File.ReadAllText(f).Contains($"DV-2026-{number}", StringComparison.Ordinal))),
    };

    internal override async Task Say(Answer answer, string reference)
    {
        var number = ++answers;
        var (kind, theirs, text, ground, papers) = answer switch
        {
            Answer.Acknowledge => ("ACK", $"'DV-2026-A{number}'", "NULL", "NULL", "NULL"),
            Answer.Recognise => ("RECO", "NULL", "'Judge of the District Court of Dravost'", "NULL", "NULL"),
            Answer.Evidence => ("EVID", "NULL", "'Record of the hearing.'", "NULL", $"'{number}'"),
            Answer.Received => ("RCVD", "NULL", "NULL", "NULL", "NULL"),
            Answer.Accept => ("COND", "NULL", "NULL", "NULL", "NULL"),
            _ => ("USED", "NULL", "NULL", "'T'", "NULL"),
        };
        if (answer == Answer.Evidence)
        {
            // What changed a moment ago is not taken yet.
            var paper = Path.Combine(Directory.CreateDirectory(Adapter.At("papers", number.ToString(CultureInfo.InvariantCulture))).FullName, "record.txt");
            await File.WriteAllBytesAsync(paper, Evidence(reference)[0], Cancelled);
            File.SetLastWriteTimeUtc(paper, region.Time.GetUtcNow().AddMinutes(-1).UtcDateTime);
        }

        if (answer == Answer.Recognise)
            await Run([.. Rights.Select(r => $"INSERT INTO liaison_finding VALUES ({number}, '{r}', 'P', NULL)"), $"INSERT INTO liaison_finding VALUES ({number}, 'dual-criminality', 'LIST', NULL)"]);
        await Run($"INSERT INTO liaison_answer VALUES ({number}, '{reference}', '{kind}', {theirs}, {text}, {ground}, {papers}, 'R')");
        await Collect();
    }

    internal override async Task<string?> Got(string act, string reference)
    {
        await using var connection = await registry.Connect(Cancelled);
        return await connection.QueryFirstOrDefaultAsync<string>("SELECT body FROM liaison_message WHERE act = @act AND reference = @reference", new { act, reference }) is { } body ? Values(Encoding.UTF8.GetBytes(body)) : null;
    }

    async Task Collect()
    {
        foreach (var collector in collectors)
            await collector.Collect(Cancelled);
    }

    async Task Run(params string[] statements)
    {
        await using var connection = await registry.Connect(Cancelled);
        foreach (var statement in statements)
            await connection.ExecuteAsync(statement);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var collector in collectors)
            await collector.DisposeAsync();
        await registry.DisposeAsync();
        await own.DisposeAsync();
        await base.DisposeAsync();
    }
}

/// <summary>A court of XE: mails of a form in, XJustiz out.</summary>
class CourtOfXE : Office
{
    readonly MailFolderCollector mails;

    internal CourtOfXE(AdapterUnderTest adapter, RegionUnderTest region)
        : base("XE", adapter)
    {
        adapter.Options.Mailbox = new() { Folder = Directory.CreateDirectory(adapter.At("mails")).FullName };
        mails = new(adapter.Options, new(adapter.Options.Inbox!, new(adapter.Options.Inbox!), region.Time), region.Time);
    }

    internal override Task Ask(string to, int number) => Bring($"request-{number}.eml", Encoding.UTF8.GetString(Message(to, number).Bytes.Span));

    internal override LocalFile Message(string to, int number) => new()
    {
        Name = "request.eml",
        Bytes = Encoding.UTF8.GetBytes(Sample("request.eml").Replace("To: XA", $"To: {to}", StringComparison.Ordinal).Replace("EK-2026-0031", $"EK-2026-{number}", StringComparison.Ordinal).Replace("<r1@", $"<r{number}@", StringComparison.Ordinal)
            .Replace("Measure: search\n", "", StringComparison.Ordinal)),
    };

    internal override Task Say(Answer answer, string reference) => Bring($"{answer}-{reference}.eml", Regex.Replace(Sample($"answer-{answer.ToString().ToLowerInvariant()}.eml"), "X[A-F]-2026-[0-9]{6}", reference)
        .Replace("<a-", $"<{reference}-", StringComparison.Ordinal).Replace(SampleRecord, Base64(reference), StringComparison.Ordinal));

    // The message names the files that lie beside it.
    internal override async Task<IReadOnlyList<byte[]>> Papers(string reference) =>
        [.. (await Got(nameof(EvidenceSent), reference))!.Split('\n').Where(v => Regex.IsMatch(v, "^[^_/]+_[0-9a-f-]{36}[.][a-z]+$", RegexOptions.NonBacktracking)).Select(v => File.ReadAllBytes(Adapter.At("outbox", v)))];

    protected override async Task Bring(string name, string text)
    {
        await File.WriteAllTextAsync(Adapter.At("mails", name), text, Cancelled);
        await File.WriteAllTextAsync(Adapter.At("mails", name + ".done"), "", Cancelled);
        await mails.Collect(Cancelled);
    }
}

/// <summary>The case system of XF behind its connector: calls, both ways.</summary>
sealed class ConnectorOfXF : Office
{
    readonly ConnectorUnderTest connector;
    readonly ConnectorCollector collector;
    readonly Database own;

    internal ConnectorOfXF(AdapterUnderTest adapter, RegionUnderTest region, ConnectorUnderTest connector)
        : base("XF", adapter)
    {
        this.connector = connector;
        adapter.Options.Connector = new() { Url = connector.Url };
        own = Database.Open(adapter.Options.Database, region.Time);
        collector = new(adapter.Options.Connector, new(adapter.Options.Inbox!), new(own), region.Time);
        adapter.System = () => new ConnectorSystem(adapter.Options.Connector!, new(own), region.Time);
    }

    internal override Task Ask(string to, int number) => Pend($"q-{number}", Encoding.UTF8.GetString(Message(to, number).Bytes.Span));

    internal override LocalFile Message(string to, int number) => new()
    {
        Name = "request.xml",
        Bytes = Encoding.UTF8.GetBytes(Sample("request.xml").Replace("state=\"XA\" authority=\"XA-CA\"", $"state=\"{to}\" authority=\"{to}-CA\"", StringComparison.Ordinal).Replace("FM-2026-0412", $"FM-2026-{number}", StringComparison.Ordinal)),
    };

    internal override Task Say(Answer answer, string reference) => Pend(
        $"{answer}-{reference}", Regex.Replace(Sample($"answer-{answer.ToString().ToLowerInvariant()}.xml"), "X[A-F]-2026-[0-9]{6}", reference),
        answer == Answer.Evidence ? [("record.txt", "text/plain", Evidence(reference)[0])] : []);

    internal override IEnumerable<(string Name, byte[] Bytes)> Given() => connector.Submitted.ToList().Select(m => (m.Key, Convert.FromBase64String(m.Value.Element("messageContent")!.Element("xmlContent")!.Value)));

    internal override Task<IReadOnlyList<byte[]>> Papers(string reference) => Task.FromResult<IReadOnlyList<byte[]>>(
        [.. connector.Submitted.Where(m => m.Key.Contains($"-{nameof(EvidenceSent)}-", StringComparison.Ordinal) && Given().Any(g => g.Name == m.Key && Values(g.Bytes).Contains(reference, StringComparison.Ordinal)))
            .SelectMany(m => m.Value.Elements("messageAttachments")).Select(a => Convert.FromBase64String(a.Element("attachment")!.Value))]);

    async Task Pend(string id, string message, params (string, string, byte[])[] papers)
    {
        var form = ConnectorMessage.Bytes(new XElement(ConnectorMessage.Child(XmlFormat.Tree(Encoding.UTF8.GetBytes(message)), "Content")!.Elements().Single()), indent: false);
        connector.Pending[id] = ConnectorUnderTest.Message($"ebms-{id}", form, papers, []);
        await collector.Collect(Cancelled);
    }

    public override async ValueTask DisposeAsync()
    {
        collector.Dispose();
        await own.DisposeAsync();
        await base.DisposeAsync();
        await connector.DisposeAsync();
    }
}
