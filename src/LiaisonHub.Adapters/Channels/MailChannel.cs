using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Messaging;
using LiaisonHub.Storage.Adapter;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Search;
using MailKit.Security;
using MimeKit;

namespace LiaisonHub.Adapters.Channels;

/// <summary>A local system that is a mailbox, or people with one.</summary>
public sealed class MailboxOptions
{
    /// <summary>The mailbox that is read. Null: none.</summary>
    public ImapOptions? Imap { get; set; }

    /// <summary>A folder into which mails are saved as files (.eml) by hand or by another program. What was taken is moved to the folder <c>taken</c> in it. Null: none.</summary>
    public string? Folder { get; set; }

    /// <summary>Where messages for the local system are sent. Null: into the outbox folder.</summary>
    public SmtpOptions? Smtp { get; set; }

    internal IEnumerable<(string Key, string Words)> Problems()
    {
        foreach (var (key, words) in Imap?.Problems() ?? [])
            yield return ($"Imap:{key}", words);
        if (Folder is not null && !Directory.Exists(Folder))
            yield return ("Folder", $"there is no folder '{Folder}'; create it, readable and writable for the adapter and for those who save mails there only.");
        foreach (var (key, words) in Smtp?.Problems() ?? [])
            yield return ($"Smtp:{key}", words);
    }
}

/// <summary>A mail server and who the adapter is to it.</summary>
public abstract class MailServerOptions
{
    /// <summary>Name of the server, as its certificate says it. Required.</summary>
    public string Host { get; set; } = "";

    /// <summary>Port. Null: the usual one, 993 or 143 for reading, 465 or 587 for sending.</summary>
    public int? Port { get; set; }

    /// <summary><c>Implicit</c> (default): encrypted from the first byte. <c>StartTls</c>: encrypted before anything is said. <c>None</c>: in clear, for this machine alone.</summary>
    public string Tls { get; set; } = "Implicit";

    /// <summary>User name.</summary>
    public string? User { get; set; }

    /// <summary>Password. A secret: give it by the environment, or as <see cref="PasswordFile"/>.</summary>
    public string? Password { get; set; }

    /// <summary>File with the password in its first line, which only the adapter's user may read.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>File (PEM) with certificates of authorities that are trusted for this server beside those of the machine.</summary>
    public string? Authorities { get; set; }

    /// <summary>How long one answer of the server may take: 1 s to 10 min, 30 s by default.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    internal string? Secret => Password ?? (PasswordFile is { } file ? File.ReadLines(file).FirstOrDefault()?.Trim() : null);

    /// <summary>What is wrong with the server; where a user is needed, that one is missing too.</summary>
    private protected IEnumerable<(string Key, string Words)> ServerProblems(bool userNeeded)
    {
        if (Uri.CheckHostName(Host) is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
            yield return ("Host", $"'{Host}' is no name of a server; write it as its certificate says it, for example 'mail.justice.example'.");
        if (Port is < 1 or > 65535)
            yield return ("Port", $"is {Port}; give 1 to 65535, or leave it out for the usual one.");
        if (Tls is not ("Implicit" or "StartTls" or "None"))
            yield return ("Tls", $"is '{Tls}'; write Implicit, StartTls, or None for this machine alone.");
        else if (Tls == "None" && !(Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address))))
            yield return ("Tls", "is None, and the server is not on this machine: others could listen. Write Implicit or StartTls.");
        if (userNeeded && string.IsNullOrWhiteSpace(User))
            yield return ("User", "is missing: whose mailbox is read?");
        if (User is not null && Password is null == PasswordFile is null)
            yield return ("Password", "give either it, by the environment, or PasswordFile.");
        if (PasswordFile is not null && PlainFile.SecretProblem(PasswordFile) is { } wrong)
            yield return ("PasswordFile", wrong);
        if (Authorities is not null && !CanRead(Authorities))
            yield return ("Authorities", NoAuthorities(Authorities));
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(10))
            yield return ("Timeout", $"is {Timeout}; give 00:00:01 to 00:10:00.");
    }

    internal static string NoAuthorities(string file) => $"'{file}' is no file of certificates; write them one after the other as PEM (-----BEGIN CERTIFICATE-----).";

    internal static bool CanRead(string authorities)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(authorities);
            return certificates.Count > 0;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>The mailbox that is read.</summary>
public sealed class ImapOptions : MailServerOptions
{
    /// <summary>The folder, <c>INBOX</c> by default. Every mail in it is brought, whether somebody has read it or not: give the adapter a folder of its own where people use the mailbox too.</summary>
    public string Folder { get; set; } = "INBOX";

    /// <summary>The folder to which a mail is moved when it is safe; it must be there. Null: it stays and is marked as read.</summary>
    public string? MoveTo { get; set; }

    /// <summary>Most mails brought at one look: 1 to 1000, 100 by default.</summary>
    public int MostAtOnce { get; set; } = 100;

    /// <summary>How often: 1 s to 1 day, 30 s by default.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(30);

    internal IEnumerable<(string Key, string Words)> Problems()
    {
        foreach (var problem in ServerProblems(userNeeded: true))
            yield return problem;
        if (string.IsNullOrWhiteSpace(Folder))
            yield return ("Folder", "is empty; write INBOX or the name of another folder.");
        if (MoveTo == Folder)
            yield return ("MoveTo", "is the folder that is read; name another, or leave it out.");
        if (MostAtOnce is < 1 or > 1000)
            yield return ("MostAtOnce", $"is {MostAtOnce}; give 1 to 1000.");
        if (Every < TimeSpan.FromSeconds(1) || Every > TimeSpan.FromDays(1))
            yield return ("Every", $"is {Every}; give 00:00:01 to 1.00:00:00.");
    }
}

/// <summary>The server by which mails are sent.</summary>
public sealed class SmtpOptions : MailServerOptions
{
    internal IEnumerable<(string Key, string Words)> Problems() => ServerProblems(userNeeded: false);
}

/// <summary>Mails on their way into the inbox. What was sent in parts waits in the folder <c>parts</c> of the inbox, which nobody but the adapter may read, and goes on as one mail.</summary>
public sealed class MailDrop(InboxOptions options, InboxDrop inbox, TimeProvider time)
{
    /// <summary>How long parts wait for the others. Then each goes on by itself, and stands in quarantine with its reason.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    const int MostParts = 999;

    readonly Lock gate = new();

    string Folder => Path.Combine(options.Folder, "parts");

    /// <summary>Puts a mail into the inbox, or keeps it as a part. When this returns it is on the disk.</summary>
    public void Put(string name, byte[] bytes)
    {
        if (PartOf(bytes) is not { Part: { Id: { Length: > 0 } id, Number: int number and >= 1 and <= MostParts, Total: null or <= MostParts } part, Sender: var sender })
        {
            inbox.Put(name, bytes);
            return;
        }

        // Whoever else writes the same id joins nothing to this mail.
        var group = InboxDrop.NameOf($"{sender}/{id}");
        lock (gate)
        {
            var folder = OperatingSystem.IsWindows() ? Directory.CreateDirectory(Folder)
                : Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var path = Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{group}-{number:D3}-{part.Total ?? 0:D3}-{PlainFile.Digest(bytes)[..12]}.eml"));
            // Of two that say to be the same part the later one counts, and the earlier one goes on by itself.
            Release(Parts().Where(p => p.Group == group && p.Number == number && p.Path != path).ToList());
            PlainFile.Write(path + ".tmp", bytes);
            File.Move(path + ".tmp", path, overwrite: true);
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
            PlainFile.Settle(folder.FullName);
            Join(group, [.. Parts().Where(p => p.Group == group)]);
        }
    }

    /// <summary>Gives up waiting for the rest of mails whose last part came too long ago.</summary>
    public void Release()
    {
        if (!Directory.Exists(Folder))
            return;
        lock (gate)
            foreach (var group in Parts().GroupBy(p => p.Group).Where(g => g.All(p => time.GetUtcNow() - File.GetLastWriteTimeUtc(p.Path) >= Patience)).ToList())
                Release(group);
    }

    void Join(string group, IReadOnlyList<Kept> parts)
    {
        var total = parts.Max(p => p.Total);
        var needed = parts.Where(p => p.Number <= total).DistinctBy(p => p.Number).OrderBy(p => p.Number).ToList();
        if (total == 0 || needed.Count < total)
            return;
        try
        {
            if (needed.Sum(p => new FileInfo(p.Path).Length) > options.LargestFile)
                throw new FormatException("It would be too large.");
            var mails = needed.Select(p => MailFormat.Parse(File.ReadAllBytes(p.Path))).ToList();
            using var whole = new MemoryStream();
            (MessagePartial.Join(mails[0], mails.Select(m => (MessagePartial)m.Body!)) ?? throw new FormatException("The parts make no mail.")).WriteTo(whole);
            inbox.Put($"{group}-{PlainFile.Digest(whole.ToArray())[..12]}.eml", whole.ToArray());
            foreach (var part in parts)
                File.Delete(part.Path);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or UnreadableException)
        {
            Release(parts);
        }
    }

    void Release(IEnumerable<Kept> parts)
    {
        foreach (var part in parts)
        {
            inbox.Put(Path.GetFileName(part.Path), File.ReadAllBytes(part.Path));
            File.Delete(part.Path);
        }
    }

    IEnumerable<Kept> Parts()
    {
        foreach (var path in Directory.EnumerateFiles(Folder, "*.eml"))
            if (Path.GetFileNameWithoutExtension(path).Split('-') is [var group, var number, var total, _])
                yield return new Kept(path, group, int.Parse(number, CultureInfo.InvariantCulture), int.Parse(total, CultureInfo.InvariantCulture));
    }

    static (string Sender, MessagePartial Part)? PartOf(byte[] bytes)
    {
        try
        {
            return MailFormat.Looks(bytes) && MailFormat.Parse(bytes) is { Body: MessagePartial part } mail ? (mail.From.Mailboxes.FirstOrDefault()?.Address ?? "", part) : null;
        }
        catch (UnreadableException)
        {
            // The inbox says why.
            return null;
        }
    }

    sealed record Kept(string Path, string Group, int Number, int Total);
}

/// <summary>What is the same for reading and for sending: the way to the server, and what its refusals mean.</summary>
static class MailServer
{
    public static async Task Open(MailService client, MailServerOptions server, string section, CancellationToken cancellationToken)
    {
        client.Timeout = (int)server.Timeout.TotalMilliseconds;
        // The lists of revoked certificates are fetched from addresses that the certificate itself names; nothing is fetched from strangers.
        client.CheckCertificateRevocation = false;
        client.ServerCertificateValidationCallback = (_, certificate, _, errors) => PinnedAuthorities.Trust(certificate, errors, server.Authorities);
        var tls = server.Tls switch { "StartTls" => SecureSocketOptions.StartTls, "None" => SecureSocketOptions.None, _ => SecureSocketOptions.SslOnConnect };
        var port = server.Port ?? (client is SmtpClient, server.Tls) switch { (true, "Implicit") => 465, (true, _) => 587, (false, "Implicit") => 993, _ => 143 };
        await Answered(server, section, async limit =>
        {
            await client.ConnectAsync(server.Host, port, tls, limit);
            if (server.User is { } user)
                await client.AuthenticateAsync(user, server.Secret ?? "", limit);
            return true;
        }, cancellationToken);
    }

    /// <summary>Asks the server within its time. What a library says may hold what a mail or a server says: only our own words are told.</summary>
    public static async Task<T> Answered<T>(MailServerOptions server, string section, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(server.Timeout, TimeProvider.System);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await ask(limit.Token);
        }
        catch (SslHandshakeException)
        {
            throw new ChannelException($"The mail server {server.Host} does not show a certificate for this name from an authority that is trusted here. Compare {section}:Host with the certificate; "
                + $"if an authority of your own has issued it, name its file as {section}:Authorities. If Tls is Implicit, the port must be the one that is encrypted from the first byte.");
        }
        catch (Exception e) when (e is AuthenticationException or SaslException)
        {
            throw new ChannelException($"The mail server {server.Host} does not accept {section}:User with its password. Ask its operator for access.");
        }
        catch (NotSupportedException)
        {
            throw new ChannelException($"The mail server {server.Host} does not offer what is needed (encryption by STARTTLS, or a login by password); set {section}:Tls to what it offers.");
        }
        catch (Exception e) when (e is SocketException or IOException or ProtocolException or ServiceNotConnectedException)
        {
            throw new ChannelException($"The mail server {server.Host} cannot be reached or breaks off ({e.GetType().Name}); is it up, and are {section}:Host, Port and Tls right?");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChannelException($"The mail server {server.Host} did not answer within {server.Timeout.TotalSeconds:0} s.");
        }
    }
}

/// <summary>Brings the mails of a mailbox, each once, by what the server itself names it with; then marks or moves it.</summary>
public sealed class MailboxCollector(AdapterOptions adapter, MailDrop mails, CollectedStore collected, TimeProvider time) : Collector
{
    const string Section = $"{AdapterOptions.Section}:Mailbox:Imap";

    readonly ImapOptions options = adapter.Mailbox!.Imap!;
    readonly int largest = (int)adapter.Inbox!.LargestFile;
    readonly LeftItems left = new(time);

    /// <inheritdoc/>
    public override string Name => $"Mailbox {options.Folder} on {options.Host}";

    /// <inheritdoc/>
    public override TimeSpan Poll => options.Every;

    // Numbers of mails mean something within one mailbox alone.
    string Channel => $"imap:{InboxDrop.NameOf($"{options.User}@{options.Host}/{options.Folder}")}";

    /// <inheritdoc/>
    public override async Task<int> Collect(CancellationToken cancellationToken)
    {
        mails.Release();
        using var client = new ImapClient();
        await MailServer.Open(client, options, Section, cancellationToken);
        var folder = await Folder(client, options.Folder, "Folder", cancellationToken);
        var goal = options.MoveTo is { } name ? await Folder(client, name, "MoveTo", cancellationToken) : null;
        await Ask(limit => folder.OpenAsync(FolderAccess.ReadWrite, limit), cancellationToken);
        var known = (await collected.All(Channel, cancellationToken)).Select(c => c.Item).ToHashSet(StringComparer.Ordinal);
        var there = await Ask(limit => folder.SearchAsync(SearchQuery.NotDeleted.And(SearchQuery.SmallerThan(largest + 1)), limit), cancellationToken);
        var brought = 0;
        left.Look();
        foreach (var id in there.OrderBy(i => i.Id))
        {
            var item = Item(folder, id);
            var isKnown = known.Contains(item);
            // What was brought and not moved is moved now.
            if ((isKnown && goal is null) || left.Waits(item))
                continue;
            if (!isKnown && brought == options.MostAtOnce)
                break;
            try
            {
                if (!isKnown && !await Bring(folder, id, cancellationToken))
                    continue;
                if (!isKnown)
                    brought++;
                await Settle(folder, id, goal, cancellationToken);
                left.Came(item);
            }
            catch (ChannelException e) when (client.IsConnected)
            {
                left.Failed(item, e);
            }
        }

        var tooLarge = (await Ask(limit => folder.SearchAsync(SearchQuery.NotDeleted.And(SearchQuery.LargerThan(largest)), limit), cancellationToken)).Count;
        left.Leave(string.Create(CultureInfo.InvariantCulture,
            $"A mail in the folder has more than {largest:N0} bytes and is not read. Ask for large papers in parts, or raise {AdapterOptions.Section}:Inbox:LargestFile; what is settled by hand, move to another folder."), tooLarge);
        LeftBehind = left.End();
        await client.DisconnectAsync(true, cancellationToken);
        return brought;
    }

    async Task<bool> Bring(IMailFolder folder, UniqueId id, CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            // Never more than the bound, whatever the server has said of the size.
            await using var stream = await Ask(limit => folder.GetStreamAsync(id, 0, largest + 1, limit), cancellationToken);
            using var kept = new MemoryStream();
            await stream.CopyToAsync(kept, cancellationToken);
            bytes = kept.ToArray();
        }
        catch (MessageNotFoundException)
        {
            // Somebody has just taken it out of the folder.
            return false;
        }

        if (bytes.Length == 0 || bytes.Length > largest)
            return false;
        mails.Put($"{InboxDrop.NameOf($"{Channel}/{Item(folder, id)}")}.eml", bytes);
        await collected.Note(Channel, Item(folder, id), PlainFile.Digest(bytes), time.GetUtcNow(), cancellationToken);
        return true;
    }

    Task<bool> Settle(IMailFolder folder, UniqueId id, IMailFolder? goal, CancellationToken cancellationToken) => Ask(async limit =>
    {
        if (goal is not null)
            await folder.MoveToAsync(id, goal, limit);
        else
            await folder.AddFlagsAsync(id, MessageFlags.Seen, true, limit);
        return true;
    }, cancellationToken);

    async Task<IMailFolder> Folder(ImapClient client, string name, string key, CancellationToken cancellationToken)
    {
        try
        {
            return name.Equals("INBOX", StringComparison.OrdinalIgnoreCase) ? client.Inbox! : await Ask(limit => client.GetFolderAsync(name, limit), cancellationToken);
        }
        catch (FolderNotFoundException)
        {
            throw new ChannelException($"The mailbox has no folder '{name}', which {Section}:{key} names; create it there, or correct the name. Folders inside folders are written as the server does, for example 'INBOX.Taken' or 'INBOX/Taken'.");
        }
    }

    async Task<T> Ask<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await MailServer.Answered(options, Section, ask, cancellationToken);
        }
        catch (ImapCommandException e)
        {
            throw new ChannelException($"The mail server {options.Host} does not do what was asked ({e.Response}); may {Section}:User read the folder, mark mails and move them?");
        }
    }

    static string Item(IMailFolder folder, UniqueId id) => string.Create(CultureInfo.InvariantCulture, $"{folder.UidValidity}/{id.Id}");
}

/// <summary>Brings mails that were saved as files.</summary>
public sealed class MailFolderCollector(AdapterOptions adapter, MailDrop mails, TimeProvider time) : Collector
{
    readonly string folder = adapter.Mailbox!.Folder!;
    readonly LeftItems left = new(time);
    readonly InboxFolder looks = new(new() { Folder = adapter.Mailbox!.Folder!, Settle = adapter.Inbox!.Settle, LargestFile = adapter.Inbox.LargestFile, Owners = adapter.Inbox.Owners }, time);

    /// <inheritdoc/>
    public override string Name => $"Mails in {folder}";

    /// <inheritdoc/>
    public override TimeSpan Poll => adapter.Inbox!.Poll;

    /// <inheritdoc/>
    public override Task<int> Collect(CancellationToken cancellationToken)
    {
        mails.Release();
        try
        {
            var (complete, refused) = looks.Inspect((_, _) => false, _ => false);
            var taken = Directory.CreateDirectory(Path.Combine(folder, "taken")).FullName;
            var brought = 0;
            left.Look();
            foreach (var file in complete.Where(f => !left.Waits(f.Name)))
                try
                {
                    mails.Put($"{file.Sha256[..12]}-{file.Name}", file.Bytes!);
                    File.Move(file.Path, Path.Combine(taken, PlainFile.Shown($"{file.Sha256[..12]}-{file.Name}")), overwrite: true);
                    File.Delete(file.Path + ".done");
                    left.Came(file.Name);
                    brought++;
                }
                catch (ChannelException e)
                {
                    left.Failed(file.Name, e);
                }

            foreach (var file in refused)
                left.Leave($"{file.Words} {file.Fix}");
            LeftBehind = left.End();
            return Task.FromResult(brought);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ChannelException($"{AdapterOptions.Section}:Mailbox:Folder cannot be used ({e.GetType().Name}); is '{folder}' there, may the adapter read and write in it, and is there room?");
        }
    }
}

/// <summary>Sends messages as mails. The Message-ID is the message's own name: sent again after a crash it is the same mail, and a receipt that comes back names the act.</summary>
public sealed class MailSystem(AdapterOptions adapter, TimeProvider time) : ILocalSystem
{
    const string Section = $"{AdapterOptions.Section}:Mailbox:Smtp";

    readonly SmtpOptions options = adapter.Mailbox!.Smtp!;

    /// <inheritdoc/>
    public async Task Deliver(string name, string path, CancellationToken cancellationToken)
    {
        var mail = Mail(await File.ReadAllBytesAsync(path, cancellationToken));
        var domain = mail.From.Mailboxes.First().Domain;
        mail.MessageId = $"{Path.GetFileNameWithoutExtension(name)}@{(domain.Length > 0 ? domain : "liaisonhub.invalid")}";
        if (!mail.Headers.Contains(HeaderId.Date))
            mail.Date = time.GetUtcNow();
        using var client = new Client();
        await MailServer.Open(client, options, Section, cancellationToken);
        try
        {
            await MailServer.Answered(options, Section, limit => client.SendAsync(mail, limit), cancellationToken);
        }
        catch (SmtpCommandException e) when (e.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted && (int)e.StatusCode >= 500)
        {
            throw new ChannelException(e.ErrorCode == SmtpErrorCode.RecipientNotAccepted
                ? $"The mail server refuses an address the mail goes to ({(int)e.StatusCode}). Correct it in the mapping or its code table."
                : $"The mail server refuses the mail ({(int)e.StatusCode}), as too large or for what it holds. Read it at the desk, and ask the operator of the server what it takes.", permanent: true);
        }
        catch (SmtpCommandException e)
        {
            throw new ChannelException($"The mail server {options.Host} does not take the mail now ({(int)e.StatusCode}, {e.ErrorCode}); may {Section}:User send for the address that the mapping writes under from?");
        }

        // The server has it; how it says goodbye is of no matter.
        File.Delete(path);
        PlainFile.Settle(Path.GetDirectoryName(path)!);
    }

    static MimeMessage Mail(byte[] bytes)
    {
        MimeMessage? mail = null;
        if (MailFormat.Looks(bytes))
            try
            {
                mail = MailFormat.Parse(bytes);
            }
            catch (UnreadableException)
            {
                // Said below.
            }

        return mail is { From.Count: > 0, To.Count: > 0 } ? mail
            : throw new ChannelException("The message is no mail with a sender and somebody it goes to; the mapping that makes it needs \"format\": \"mail\", from and to.", permanent: true);
    }

    // Who wants to know when a mail is read wants to know when it is delivered.
    sealed class Client : SmtpClient
    {
        protected override string? GetEnvelopeId(MimeMessage message) => message.MessageId;

        protected override DeliveryStatusNotification? GetDeliveryStatusNotifications(MimeMessage message, MailboxAddress mailbox) =>
            message.Headers.Contains(HeaderId.DispositionNotificationTo) ? DeliveryStatusNotification.Success | DeliveryStatusNotification.Failure : null;
    }
}
