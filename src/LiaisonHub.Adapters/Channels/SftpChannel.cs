using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using LiaisonHub.Storage.Adapter;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Sftp;

namespace LiaisonHub.Adapters.Channels;

/// <summary>A local system that is reached by SFTP.</summary>
public sealed partial class SftpOptions
{
    /// <summary>Name or address of the server. Required.</summary>
    public string Host { get; set; } = "";

    /// <summary>Port, 22 by default.</summary>
    public int Port { get; set; } = 22;

    /// <summary>Fingerprints of the server's keys, as <c>ssh-keygen -lf</c> prints them there: <c>SHA256:...</c>. A server that shows another key is not talked to. Two while a key is changed.
    /// Required.</summary>
    public IReadOnlyList<string> HostKeys { get; set; } = [];

    /// <summary>User name. Required.</summary>
    public string User { get; set; } = "";

    /// <summary>File with the private key, which only the adapter's user may read. Null: a password is used.</summary>
    public string? PrivateKey { get; set; }

    /// <summary>What opens the private key. A secret: give it by the environment.</summary>
    public string? Passphrase { get; set; }

    /// <summary>Password. A secret: give it by the environment, or as <see cref="PasswordFile"/>.</summary>
    public string? Password { get; set; }

    /// <summary>File with the password in its first line, which only the adapter's user may read.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>How long one answer of the server may take: 1 s to 10 min, 30 s by default.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Where messages are fetched. Null: nowhere.</summary>
    public SftpInOptions? In { get; set; }

    /// <summary>Where messages for the local system are put. Null: into the outbox folder.</summary>
    public SftpOutOptions? Out { get; set; }

    internal IEnumerable<(string Key, string Words)> Problems()
    {
        if (Uri.CheckHostName(Host) is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
            yield return ("Host", $"'{Host}' is no name of a server, for example 'files.justice.example'.");
        if (Port is < 1 or > 65535)
            yield return ("Port", $"is {Port}; give 1 to 65535.");
        if (HostKeys.Count == 0)
            yield return ("HostKeys", "is missing: by which key is the server known? Its operator runs 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub' there and tells you what begins with SHA256:.");
        foreach (var key in HostKeys.Where(k => !Fingerprint().IsMatch(k)))
            yield return ("HostKeys", $"'{key}' is no fingerprint; copy what begins with SHA256: from 'ssh-keygen -lf' on the server.");
        if (string.IsNullOrWhiteSpace(User))
            yield return ("User", "is missing.");
        if (new[] { PrivateKey, Password, PasswordFile }.Count(s => s is not null) != 1)
            yield return ("PrivateKey", "give one of PrivateKey, Password (by the environment) and PasswordFile.");
        if (PasswordFile is not null && PlainFile.SecretProblem(PasswordFile) is { } open)
            yield return ("PasswordFile", open);
        if (PrivateKey is not null && (PlainFile.SecretProblem(PrivateKey) ?? KeyProblem()) is { } wrong)
            yield return ("PrivateKey", wrong);
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(10))
            yield return ("Timeout", $"is {Timeout}; give 00:00:01 to 00:10:00.");
        if (In is { } incoming && (incoming.Every < TimeSpan.FromSeconds(1) || incoming.Every > TimeSpan.FromDays(1)))
            yield return ("In:Every", $"is {incoming.Every}; give 00:00:01 to 1.00:00:00.");
        foreach (var (key, folder) in new[] { ("In:Folder", In?.Folder), ("In:Taken", In?.Taken), ("Out:Folder", Out?.Folder) })
            if (folder is not null && string.IsNullOrWhiteSpace(folder))
                yield return (key, "is empty; name a folder on the server, for example '/outgoing'.");
        if (In is not null && Out is not null && In.Folder.TrimEnd('/') == Out.Folder.TrimEnd('/'))
            yield return ("Out:Folder", "is In:Folder too: the adapter would fetch what it has just put there. Name two folders.");
    }

    string? KeyProblem()
    {
        try
        {
            using var key = new PrivateKeyFile(PrivateKey!, Passphrase);
            return null;
        }
        catch (Exception e) when (e is SshException or InvalidOperationException or FormatException or ArgumentException or NotSupportedException or System.Security.Cryptography.CryptographicException or IOException)
        {
            return $"'{PrivateKey}' cannot be read as a private key ({e.GetType().Name}); make one with 'ssh-keygen -t ed25519', and give what opens it as Passphrase.";
        }
    }

    [GeneratedRegex("^SHA256:[A-Za-z0-9+/]{43}=?$", RegexOptions.NonBacktracking)]
    private static partial Regex Fingerprint();
}

/// <summary>Where messages are fetched.</summary>
public sealed class SftpInOptions
{
    /// <summary>Folder on the server. Papers that messages refer to lie in the folder <c>files</c> of it, before the messages do. Required.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Folder to which a file is moved when it is safe; a name without / stands for a folder in <see cref="Folder"/>. <c>taken</c> by default.</summary>
    public string Taken { get; set; } = "taken";

    /// <summary>How often: 1 s to 1 day, 30 s by default. A file is fetched when it was the same at two looks, or when <c>name.done</c> lies beside it.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Where messages for the local system are put.</summary>
public sealed class SftpOutOptions
{
    /// <summary>Folder on the server. A file appears in it whole, by one rename; names ending in <c>.tmp</c> are not for reading. Required.</summary>
    public string Folder { get; set; } = "";
}

/// <summary>The way to the server, whose key is compared before anything is said, and what its refusals mean.</summary>
static class SftpServer
{
    public static async Task<T> Use<T>(SftpOptions options, string key, Func<SftpClient, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        const string Section = $"{AdapterOptions.Section}:Sftp";
        string? refused = null;
        using var proof = options.PrivateKey is { } file ? new PrivateKeyFile(file, options.Passphrase) : null;
        AuthenticationMethod method = proof is not null ? new PrivateKeyAuthenticationMethod(options.User, proof)
            : new PasswordAuthenticationMethod(options.User, options.Password ?? File.ReadLines(options.PasswordFile!).FirstOrDefault()?.Trim() ?? "");
        using var disposable = method as IDisposable;
        using var client = new SftpClient(new ConnectionInfo(options.Host, options.Port, options.User, method) { Timeout = options.Timeout }) { OperationTimeout = options.Timeout };
        client.HostKeyReceived += (_, shown) =>
        {
            shown.CanTrust = options.HostKeys.Any(k => k["SHA256:".Length..].TrimEnd('=') == shown.FingerPrintSHA256);
            if (!shown.CanTrust)
                refused = $"SHA256:{shown.FingerPrintSHA256} ({shown.HostKeyName})";
        };
        try
        {
            await client.ConnectAsync(cancellationToken);
            return await work(client, cancellationToken);
        }
        catch (Exception) when (refused is not null)
        {
            throw new ChannelException($"The server {options.Host} shows the key {refused}, which {Section}:HostKeys does not list: it is not talked to. Compare it with what 'ssh-keygen -lf' prints for the key files "
                + "on the server (/etc/ssh/ssh_host_*_key.pub), asked of its operator by another way. Only if it is the same there, list it; if not, somebody may stand between.");
        }
        catch (SshAuthenticationException)
        {
            throw new ChannelException($"The server {options.Host} does not accept {Section}:User with this {(proof is null ? "password" : "private key")}. Ask its operator for access.");
        }
        catch (SftpPathNotFoundException)
        {
            throw new ChannelException($"The server {options.Host} has no such folder, or a file went away meanwhile; does the folder named by {Section}:{key} exist?");
        }
        catch (SftpPermissionDeniedException)
        {
            throw new ChannelException($"The server {options.Host} does not let {Section}:User read, write and rename in the folder named by {Section}:{key}. Ask its operator.");
        }
        catch (SshOperationTimeoutException)
        {
            throw new ChannelException($"The server {options.Host} did not answer within {options.Timeout.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is SshException or SocketException or IOException or ObjectDisposedException)
        {
            throw new ChannelException($"The server {options.Host} cannot be reached or breaks off ({e.GetType().Name}); is it up, does it speak SFTP, and are {Section}:Host and Port right?");
        }
    }

    public static string Inside(string folder, string name) => name.StartsWith('/') ? name : $"{folder.TrimEnd('/')}/{name}";

    /// <summary>Renames, in place of what may bear the name: at one stroke, so that whoever reads there sees the one or the other, where the server knows how (posix-rename@openssh.com).</summary>
    public static async Task Rename(SftpClient client, string from, string to, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => client.RenameFile(from, to, isPosix: true), cancellationToken);
        }
        catch (NotSupportedException)
        {
            // Only some other servers rename over a file that is there.
            if (await client.ExistsAsync(to, cancellationToken))
                await client.DeleteFileAsync(to, cancellationToken);
            await client.RenameFileAsync(from, to, cancellationToken);
        }
    }

    /// <summary>True: a file lies there under this name, and holds these bytes. Null: none does.</summary>
    public static async Task<bool?> Holds(SftpClient client, string path, Stream bytes, CancellationToken cancellationToken)
    {
        if (!await client.ExistsAsync(path, cancellationToken))
            return null;
        if ((await client.GetAttributesAsync(path, cancellationToken)).Size != bytes.Length)
            return false;
        await using var there = await client.OpenAsync(path, FileMode.Open, FileAccess.Read, cancellationToken);
        var (theirs, ours) = (await SHA256.HashDataAsync(there, cancellationToken), await SHA256.HashDataAsync(bytes, cancellationToken));
        bytes.Position = 0;
        return theirs.SequenceEqual(ours);
    }
}

/// <summary>Fetches files that are complete, and moves them on the server when they are safe.</summary>
public sealed class SftpCollector(AdapterOptions adapter, InboxDrop inbox, CollectedStore collected, TimeProvider time) : Collector
{
    /// <summary>Folder of the papers that messages refer to, here and in the inbox.</summary>
    const string Beside = "files/";


    readonly SftpOptions options = adapter.Sftp!;
    readonly SftpInOptions from = adapter.Sftp!.In!;
    readonly long largest = Math.Max(adapter.Inbox!.LargestFile, adapter.Inbox.LargestTable);
    readonly LeftItems left = new(time);
    Dictionary<string, (long Length, DateTime Written)> looks = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override string Name => $"SFTP {options.Host}:{from.Folder}";

    /// <inheritdoc/>
    public override TimeSpan Poll => from.Every;

    /// <inheritdoc/>
    public override Task<int> Collect(CancellationToken cancellationToken) => SftpServer.Use(options, "In", Fetch, cancellationToken);

    async Task<int> Fetch(SftpClient client, CancellationToken cancellationToken)
    {
        var files = new List<(string Name, ISftpFile File, bool Marked)>();
        foreach (var folder in new[] { "", Beside })
        {
            var all = new List<ISftpFile>();
            if (folder.Length > 0 && !await client.ExistsAsync(SftpServer.Inside(from.Folder, folder), cancellationToken))
                continue;
            await foreach (var file in client.ListDirectoryAsync(SftpServer.Inside(from.Folder, folder), cancellationToken))
                // Links are not followed: what they point to may lie anywhere.
                if (file.IsRegularFile)
                    all.Add(file);
            var marked = all.Where(f => f.Name.EndsWith(".done", StringComparison.OrdinalIgnoreCase)).Select(f => f.Name[..^".done".Length]).ToHashSet(StringComparer.Ordinal);
            files.AddRange(all.Where(f => InboxFolder.IsRead(f.Name))
                .Select(f => (folder + f.Name, f, marked.Contains(f.Name))));
        }

        var before = looks;
        looks = files.ToDictionary(f => f.Name, f => (f.File.Length, f.File.LastWriteTimeUtc), StringComparer.Ordinal);
        bool Complete((string Name, ISftpFile File, bool Marked) f) => f.Marked || (before.TryGetValue(f.Name, out var look) && look == looks[f.Name]);
        // Papers come first, and a message waits for those that were there before it.
        var paperToCome = files.Where(f => IsBeside(f.Name) && f.File.Length <= largest && !Complete(f)).Select(f => f.File.LastWriteTimeUtc).DefaultIfEmpty(DateTime.MaxValue).Min();
        var (brought, tooLarge) = (0, 0);
        left.Look();
        foreach (var file in files.OrderByDescending(f => IsBeside(f.Name)).ThenBy(f => f.File.LastWriteTimeUtc).ThenBy(f => f.Name, StringComparer.Ordinal))
        {
            if (file.File.Length > largest)
                tooLarge++;
            else if (Complete(file) && (IsBeside(file.Name) || file.File.LastWriteTimeUtc < paperToCome) && !left.Waits(file.Name))
                try
                {
                    if (await Bring(client, file.Name, file.File, file.Marked, cancellationToken) && !IsBeside(file.Name))
                        brought++;
                    left.Came(file.Name);
                }
                catch (Exception e) when (e is SftpPermissionDeniedException or SftpPathNotFoundException)
                {
                    left.Failed(file.Name, new ChannelException($"The server does not let {AdapterOptions.Section}:Sftp:User read or move some files in Sftp:In:Folder, or takes them away; ask its operator for the right to both."));
                }
        }

        left.Leave(string.Create(CultureInfo.InvariantCulture,
            $"{tooLarge} files have more than {largest:N0} bytes and are not fetched. Send large papers as evidence in parts, or raise {AdapterOptions.Section}:Inbox:LargestFile (of tables: LargestTable)."), tooLarge);
        LeftBehind = left.End();
        return brought;
    }

    static bool IsBeside(string name) => name.StartsWith(Beside, StringComparison.Ordinal);

    async Task<bool> Bring(SftpClient client, string name, ISftpFile file, bool marked, CancellationToken cancellationToken)
    {
        // Its name counts: by it a layout knows its tables, and a message its papers. While another file of that name waits in the inbox, this one waits here.
        if (!(IsBeside(name) ? inbox.IsFreeBeside(file.Name) : inbox.IsFree(file.Name)))
            return false;
        var bytes = new byte[file.Length];
        await using (var stream = await client.OpenAsync(file.FullName, FileMode.Open, FileAccess.Read, cancellationToken))
            // It grew or shrank meanwhile: at the next look.
            if (await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken) < bytes.Length || await stream.ReadAsync(new byte[1], cancellationToken) > 0)
                return false;
        // A server on which nothing can be moved gives each file once all the same.
        var digest = PlainFile.Digest(bytes);
        if (await collected.Digest(Name, name, cancellationToken) != digest)
        {
            if (IsBeside(name))
                inbox.PutBeside(file.Name, bytes);
            else
                inbox.Put(file.Name, bytes);
            await collected.Note(Name, name, digest, time.GetUtcNow(), cancellationToken);
        }

        var taken = SftpServer.Inside(from.Folder, from.Taken);
        foreach (var folder in IsBeside(name) ? new[] { taken, taken = SftpServer.Inside(taken, Beside).TrimEnd('/') } : [taken])
            if (!await client.ExistsAsync(folder, cancellationToken))
                await client.CreateDirectoryAsync(folder, cancellationToken);
        var goal = $"{taken.TrimEnd('/')}/{file.Name}";
        if (await client.ExistsAsync(goal, cancellationToken))
            goal = $"{taken.TrimEnd('/')}/{digest[..12]}-{file.Name}";
        await SftpServer.Rename(client, file.FullName, goal, cancellationToken);
        if (marked)
            await client.DeleteFileAsync(file.FullName + ".done", cancellationToken);
        return true;
    }
}

/// <summary>Puts messages into a folder of the server, each whole by one rename, with their papers before them.</summary>
public sealed class SftpSystem(AdapterOptions adapter) : ILocalSystem
{
    /// <inheritdoc/>
    public async Task Deliver(string name, string path, CancellationToken cancellationToken)
    {
        var folder = adapter.Sftp!.Out!.Folder;
        var papers = PlainFile.PapersOf(path);
        List<(string Name, string Path)> files = [.. papers.Exists ? papers.EnumerateFiles().Select(p => (p.Name, p.FullName)) : [], (name, path)];
        await SftpServer.Use(adapter.Sftp, "Out", async (client, limit) =>
        {
            foreach (var file in files)
            {
                await using var content = File.OpenRead(file.Path);
                var there = file.Path == path ? null : await SftpServer.Holds(client, SftpServer.Inside(folder, file.Name), content, limit);
                // It came up when the message was tried before.
                if (there == true)
                    continue;
                if (there == false)
                    throw new ChannelException($"Another file '{PlainFile.Shown(file.Name)}' lies on the server already, and no paper replaces another. Let the local system take that one, or let the mapping put the digest of a paper into its name.", permanent: true);
                await client.UploadFileAsync(content, SftpServer.Inside(folder, file.Name + ".tmp"), limit);
                await SftpServer.Rename(client, SftpServer.Inside(folder, file.Name + ".tmp"), SftpServer.Inside(folder, file.Name), limit);
            }

            return true;
        }, cancellationToken);
        if (papers.Exists)
            papers.Delete(recursive: true);
        File.Delete(path);
        PlainFile.Settle(Path.GetDirectoryName(path)!);
    }
}
