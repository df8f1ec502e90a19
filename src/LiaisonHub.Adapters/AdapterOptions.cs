using LiaisonHub.Adapters.Channels;
using LiaisonHub.Messaging.Broker;

namespace LiaisonHub.Adapters;

/// <summary>How a country adapter is set up. Read once, at start; everything that is wrong is said at once.</summary>
public sealed class AdapterOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Adapter";

    /// <summary>The state, ISO 3166-1 alpha-2. Set by the country's own program.</summary>
    public string State { get; set; } = "";

    /// <summary>Code of the authority that makes acts where a message names none. Required; usually the central authority.</summary>
    public string Authority { get; set; } = "";

    /// <summary>The adapter's own database: <c>sqlite:FILE</c>, <c>postgres:CONNECTION STRING</c> or <c>sqlserver:CONNECTION STRING</c>. Never the hub's.
    /// Required.</summary>
    public string Database { get; set; } = "";

    /// <summary>Folder with the public keys of all states and of the hub, a file each. Required.</summary>
    public string PublicKeys { get; set; } = "";

    /// <summary>Folder with this state's private keys, signing and sealing, old ones too. Only the adapter's user may read it. Required.</summary>
    public string PrivateKeys { get; set; } = "";

    /// <summary>Folder with the region's data: for the desk, and to see before a message is sent what the hub would refuse in it. May be left out where no desk runs.</summary>
    public string? Region { get; set; }

    /// <summary>Folder with <c>mappings</c> and <c>tables</c>. Null: the ones built with the program.</summary>
    public string? Mappings { get; set; }

    /// <summary>True: create or upgrade the tables at start. Default: true.</summary>
    public bool Migrate { get; set; } = true;

    /// <summary>Where local messages come in. Null: none do; requests are written at the desk.</summary>
    public InboxOptions? Inbox { get; set; }

    /// <summary>Where messages for the local system are written. Null: nowhere; acts are read at the desk.</summary>
    public OutboxOptions? Outbox { get; set; }

    /// <summary>A local system by HTTP. Null: none.</summary>
    public HttpOptions? Http { get; set; }

    /// <summary>A local system by its tables. Null: none.</summary>
    public SqlOptions? Sql { get; set; }

    /// <summary>A local system that is a mailbox. Null: none.</summary>
    public MailboxOptions? Mailbox { get; set; }

    /// <summary>A local system by SFTP. Null: none.</summary>
    public SftpOptions? Sftp { get; set; }

    /// <summary>An e-CODEX connector of the ministry. Null: none.</summary>
    public ConnectorOptions? Connector { get; set; }

    /// <summary>The broker. Not read when hub and adapter share a process.</summary>
    public BrokerOptions Broker { get; set; } = new();

    /// <summary>How often the adapter gives a sign of life: 5 s to 1 h, 60 s by default.</summary>
    public TimeSpan ReportEvery { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long what the hub did not take waits before it is sent again: 1 s to 10 min, 5 s by default.</summary>
    public TimeSpan SendAgainAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a file that could not be written waits before it is written again: 1 s to 1 h, 30 s by default.</summary>
    public TimeSpan HandOverAgainAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The way out of the outbox folder that carries papers beside messages.</summary>
    internal const string WayWithPapers = "Sftp:Out";

    /// <summary>By which ways messages leave the outbox folder. None: it is where the local system reads them.</summary>
    internal IEnumerable<string> Ways => new[]
    {
        (Http?.Push is not null, "Http:Push"), (Sql?.Insert is not null, "Sql:Insert"), (Mailbox?.Smtp is not null, "Mailbox:Smtp"), (Sftp?.Out is not null, WayWithPapers), (Connector?.Submits == true, "Connector"),
    }.Where(w => w.Item1).Select(w => w.Item2);

    /// <summary>Everything that is wrong, one line each: the key, what was found, the fix.</summary>
    public IReadOnlyList<string> Problems(bool inProcess)
    {
        var problems = new List<string>();
        void Wrong(string key, string words) => problems.Add($"{Section}:{key}: {words}");

        if (State.Length != 2 || !State.All(char.IsAsciiLetterUpper))
            Wrong(nameof(State), $"'{State}' is not a state; give two capital letters, for example XA (environment: {Section}__State).");
        if (string.IsNullOrWhiteSpace(Authority))
            Wrong(nameof(Authority),
                $"is empty; give the code of your authority in the region's register, for example {(State.Length == 2 ? State : "XA")}-CA.");
        if (!Database.StartsWith("sqlite:", StringComparison.Ordinal) && !Database.StartsWith("postgres:", StringComparison.Ordinal)
            && !Database.StartsWith("sqlserver:", StringComparison.Ordinal))
            Wrong(nameof(Database),
                $"must begin with sqlite:, postgres: or sqlserver:; set it as {Section}__Database, for example 'sqlite:/var/lib/liaisonhub/adapter.db'.");
        if (!Directory.Exists(PublicKeys))
            Wrong(nameof(PublicKeys), $"there is no folder '{PublicKeys}'; the operator of the hub hands out the region's public keys.");
        if (!Directory.Exists(PrivateKeys))
            Wrong(nameof(PrivateKeys),
                $"there is no folder '{PrivateKeys}'; make your keys with 'liaisonhub keys make --owner {(State.Length == 2 ? State : "XA")}'.");
        if (Region is not null && !Directory.Exists(Region))
            Wrong(nameof(Region), $"there is no folder '{Region}'; point it at the region's data, or leave it out where no desk runs.");
        if (Mappings is not null && !Directory.Exists(Mappings))
            Wrong(nameof(Mappings),
                $"there is no folder '{Mappings}'; it holds the folders 'mappings' and 'tables'. Leave it out to use those built with the program.");
        Within(nameof(ReportEvery), ReportEvery, TimeSpan.FromSeconds(5), TimeSpan.FromHours(1));
        Within(nameof(SendAgainAfter), SendAgainAfter, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Within(nameof(HandOverAgainAfter), HandOverAgainAfter, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        if (Inbox is { } inbox)
        {
            Folder("Inbox:Folder", inbox.Folder);
            if (!OperatingSystem.IsWindows() && Directory.Exists(inbox.Folder) && (File.GetUnixFileMode(inbox.Folder) & UnixFileMode.OtherWrite) != 0)
                Wrong("Inbox:Folder", $"everybody on this machine may write to '{inbox.Folder}', and so make requests in your name; chmod o-w it.");
            Folder("Inbox:Processed", inbox.Processed);
            Folder("Inbox:Rejected", inbox.Rejected);
            Within("Inbox:Poll", inbox.Poll, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
            Within("Inbox:Settle", inbox.Settle, TimeSpan.Zero, TimeSpan.FromMinutes(10));
            Within("Inbox:Patience", inbox.Patience, TimeSpan.Zero, TimeSpan.FromDays(1));
            if (inbox.LargestFile is < 1024 or > 64 * 1024 * 1024)
                Wrong("Inbox:LargestFile", $"is {inbox.LargestFile}; give bytes from 1024 to {64 * 1024 * 1024}.");
            if (inbox.LargestTable is < 1024 or > 512 * 1024 * 1024)
                Wrong("Inbox:LargestTable", $"is {inbox.LargestTable}; give bytes from 1024 to {512 * 1024 * 1024}.");
            if (new[] { inbox.Folder, inbox.Processed, inbox.Rejected, Outbox?.Folder }.OfType<string>().Where(f => f.Length > 0).Select(Path.GetFullPath)
                .GroupBy(f => f).FirstOrDefault(g => g.Count() > 1) is { } twice)
                Wrong("Inbox", $"'{twice.Key}' is used twice; Folder, Processed, Rejected and Outbox:Folder are four different folders.");
        }

        foreach (var (key, words) in Http?.Problems() ?? [])
            Wrong($"Http:{key}", words);
        foreach (var (key, words) in Sql?.Problems() ?? [])
            Wrong($"Sql:{key}", words);
        foreach (var (key, words) in Mailbox?.Problems() ?? [])
            Wrong($"Mailbox:{key}", words);
        foreach (var (key, words) in Sftp?.Problems() ?? [])
            Wrong($"Sftp:{key}", words);
        foreach (var (key, words) in Connector?.Problems() ?? [])
            Wrong($"Connector:{key}", words);
        if (Inbox is null && (Http is { Poll: not null } or { Receive: not null } || Sql is { Queries.Count: > 0 } || Mailbox is { Imap: not null } or { Folder: not null } || Sftp is { In: not null } || Connector is { Url: not null } or { Incoming: not null } or { DeliveryAuthorization: not null }))
            Wrong("Inbox", "is missing: what a channel brings passes through the inbox folder; give Folder, Processed and Rejected.");
        var ways = Ways.ToList();
        if (Outbox is null && ways.Count > 0)
            Wrong("Outbox", "is missing: what a channel carries is completed in the outbox folder first; give Folder.");
        foreach (var way in ways.Skip(1))
            Wrong(way, $"stands beside {ways[0]}; messages for the local system go one way only. Remove one of them.");
        if (Outbox is { } outbox)
        {
            Folder("Outbox:Folder", outbox.Folder);
            if (outbox.Schema is { } schema && !File.Exists(schema))
                Wrong("Outbox:Schema", $"there is no file '{schema}'; put the schema there with all files it names, or leave it out: then nothing is checked.");
        }

        if (!inProcess)
            problems.AddRange(Broker.Problems($"{Section}:Broker"));
        return problems;

        void Folder(string key, string folder)
        {
            if (string.IsNullOrWhiteSpace(folder))
                Wrong(key, "is empty; give a folder.");
            else if (!Directory.Exists(folder))
                Wrong(key, $"there is no folder '{folder}'; create it, readable and writable for the adapter and the local system only.");
        }

        void Within(string key, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                Wrong(key, $"is {value}; give {least} to {most} (hours:minutes:seconds).");
        }
    }
}

/// <summary>Where local messages come in, as files.</summary>
public sealed class InboxOptions
{
    /// <summary>The folder the local system writes to. Required.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Where files go that were taken. On the same disk. Required.</summary>
    public string Processed { get; set; } = "";

    /// <summary>Where files go that nothing could be made of, each with a text that says why. On the same disk. Required.</summary>
    public string Rejected { get; set; } = "";

    /// <summary>How often the folder is looked at: 100 ms to 1 h, 2 s by default. Changes the system reports are looked at earlier.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a file must stay unchanged before it is read: up to 10 min, 2 s by default. A file <c>name.done</c> beside it makes it count as
    /// complete at once.</summary>
    public TimeSpan Settle { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an unchanged file whose text stops before its end may still be being written: up to 1 day, 2 min by default.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Largest file, in bytes: 1 KiB to 64 MiB, 5 MiB by default.</summary>
    public long LargestFile { get; set; } = 5 * 1024 * 1024;

    /// <summary>Largest file of many records (a table), in bytes: 1 KiB to 512 MiB, 128 MiB by default. It is read part by part: no more than a record of it is in memory.</summary>
    public long LargestTable { get; set; } = 128 * 1024 * 1024;

    /// <summary>User ids (Linux) that may put files here, beside the folder's owner and the adapter's own user.</summary>
    public IReadOnlyList<uint> Owners { get; set; } = [];
}

/// <summary>Where messages for the local system are written, as files.</summary>
public sealed class OutboxOptions
{
    /// <summary>The folder the local system reads. A file appears in it whole, by one rename; names ending in <c>.tmp</c> are not for reading.
    /// Required.</summary>
    public string Folder { get; set; } = "";

    /// <summary>An XML schema (.xsd), with the files it names beside it: a message that is not valid by it is not handed over, and said. Null: none is asked for.</summary>
    public string? Schema { get; set; }
}
