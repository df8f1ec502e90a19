using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using LiaisonHub.IntegrationTests.Servers;

[assembly: AssemblyFixture(typeof(MailServer))]

namespace LiaisonHub.IntegrationTests.Servers;

/// <summary>
/// A mail server: Dovecot, from which mails are read, and a small server of Python's aiosmtpd, which writes what it is sent into a folder. Started by the first test that asks for it, shared by
/// all; every user name is a mailbox of its own, with one password. Its certificate is of an authority of its own.
/// </summary>
public sealed class MailServer : IAsyncLifetime
{
    const string Dovecot = "/usr/sbin/dovecot", Python = "/usr/bin/python3";

    readonly SemaphoreSlim starting = new(1, 1);
    readonly string folder = OperatingSystem.IsLinux() ? ServerProcess.NewFolder("mail") : "";
    ServerProcess? reading, sending;
    int[] ports = [];

    /// <summary>Password of every mailbox.</summary>
    public string Password { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    /// <summary>Ports for reading: encrypted from the first byte, and by STARTTLS.</summary>
    public (int Implicit, int StartTls) Imap => (ports[0], ports[1]);

    /// <summary>Ports for sending: encrypted from the first byte, and by STARTTLS.</summary>
    public (int Implicit, int StartTls) Smtp => (ports[2], ports[3]);

    /// <summary>The certificate of the authority (PEM).</summary>
    public string Authority => Path.Combine(folder, "authority.pem");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the servers unless they run, or skips the test with the reason.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        await starting.WaitAsync(cancellationToken);
        try
        {
            if (reading is not null)
                return;
            // The language of its settings changed with 2.4.
            if (!File.Exists(Dovecot) || !(await ServerProcess.Run(TimeSpan.FromSeconds(10), [Dovecot, "--version"], cancellationToken)).Said.StartsWith("2.3", StringComparison.Ordinal)
                || !File.Exists(Python) || (await ServerProcess.Run(TimeSpan.FromSeconds(30), [Python, "-c", "import aiosmtpd"], cancellationToken)).Code != 0)
                Origin.Missing("This test needs the mail server Dovecot 2.3 and Python's aiosmtpd: 'apt-get install dovecot-imapd python3-aiosmtpd' (they need not run as services). './infra/test.sh' does that.");
            ports = ServerProcess.FreePorts(4);
            Certificates();
            await File.WriteAllTextAsync(Path.Combine(folder, "dovecot.conf"), await Settings(cancellationToken), cancellationToken);
            Directory.CreateDirectory(Path.Combine(folder, "sent"));
            var sender = ServerProcess.NewFolder("smtp");
            await Unprivileged.Give(folder, cancellationToken);
            await Unprivileged.Give(sender, cancellationToken);
            sending = await ServerProcess.Start(sender, "TERM", "kill -TERM $server",
                [.. Unprivileged.Prefix, Python, "-B", Tests.Repository.At("tests", "python", "mailserver.py"), "--implicit", Text(Smtp.Implicit), "--starttls", Text(Smtp.StartTls),
                    "--certificate", Path.Combine(folder, "server.pem"), "--key", Path.Combine(folder, "server.key"), "--folder", Path.Combine(folder, "sent"), "--password", Password],
                new Dictionary<string, string>(), cancellationToken);
            reading = await ServerProcess.Start(folder, "TERM", "kill -TERM $server", [.. Unprivileged.Prefix, Dovecot, "-F", "-c", Path.Combine(folder, "dovecot.conf")], new Dictionary<string, string>(), cancellationToken);
            foreach (var (port, server, output) in ports.Select((p, i) => i < 2 ? (p, reading, folder) : (p, sending, sender)))
                await Unprivileged.Answers(port, server, Path.Combine(output, "output.txt"), cancellationToken);
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>Puts a mail into a folder of a mailbox, as a delivering server would.</summary>
    public async Task Deliver(string user, string mail, CancellationToken cancellationToken)
    {
        var place = Path.Combine(folder, "mails", user, "new");
        foreach (var part in new[] { "cur", "new", "tmp" })
            Directory.CreateDirectory(Path.Combine(folder, "mails", user, part));
        await File.WriteAllTextAsync(Path.Combine(place, $"{Guid.CreateVersion7():N}.test"), mail.ReplaceLineEndings("\r\n"), cancellationToken);
        await Unprivileged.Give(Path.Combine(folder, "mails", user), cancellationToken);
    }

    /// <summary>Makes a folder of a mailbox.</summary>
    public async Task MakeFolder(string user, string name, CancellationToken cancellationToken)
    {
        foreach (var part in new[] { "cur", "new", "tmp" })
            Directory.CreateDirectory(Path.Combine(folder, "mails", user, $".{name}", part));
        await Unprivileged.Give(Path.Combine(folder, "mails", user), cancellationToken);
    }

    /// <summary>Names of the mails in a folder of a mailbox, with their marks: <c>S</c> after the comma stands for read.</summary>
    public IReadOnlyList<string> In(string user, string name = "") =>
        [.. new[] { "new", "cur" }.SelectMany(part => Directory.EnumerateFiles(Path.Combine(folder, "mails", user, name.Length == 0 ? "" : $".{name}", part)))];

    /// <summary>What was sent to an address, in its order, each with the line of its envelope in front.</summary>
    public IReadOnlyList<string> SentTo(string address) =>
        [.. Directory.EnumerateFiles(Path.Combine(folder, "sent"), "*.eml").Order(StringComparer.Ordinal).Select(File.ReadAllText).Where(m => m.Split('\n')[0].Contains(address, StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        if (sending is not null)
            await sending.DisposeAsync();
        if (reading is not null)
            await reading.DisposeAsync();
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        starting.Dispose();
    }

    async Task<string> Settings(CancellationToken cancellationToken)
    {
        var (user, group) = await Unprivileged.Names(cancellationToken);
        return $$"""
            base_dir = {{folder}}/run
            state_dir = {{folder}}/run
            log_path = /dev/stderr
            protocols = imap
            listen = 127.0.0.1
            ssl = yes
            ssl_cert = <{{folder}}/server.pem
            ssl_key = <{{folder}}/server.key
            disable_plaintext_auth = yes
            mail_location = maildir:{{folder}}/mails/%u
            default_internal_user = {{user}}
            default_internal_group = {{group}}
            default_login_user = {{user}}
            first_valid_uid = 1
            first_valid_gid = 1
            passdb {
              driver = static
              args = password={{Password}}
            }
            userdb {
              driver = static
              args = uid={{user}} gid={{group}} home={{folder}}/mails/%u
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = {{Imap.StartTls}}
              }
              inet_listener imaps {
                port = {{Imap.Implicit}}
                ssl = yes
              }
            }
            service anvil {
              chroot =
            }
            service stats {
              chroot =
            }
            """;
    }

    void Certificates()
    {
        using var authority = new TestAuthority();
        authority.Save(Authority);
        authority.Issue(Path.Combine(folder, "server"), ["localhost"]);
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Servers that refuse to serve root, or to serve as root a mailbox or a login of nobody else: then they run as the user nobody.</summary>
static class Unprivileged
{
    static bool IsRoot => Environment.UserName == "root";

    /// <summary>What is put before a command.</summary>
    public static string[] Prefix => IsRoot ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : [];

    /// <summary>The user and group the servers run as.</summary>
    public static async Task<(string User, string Group)> Names(CancellationToken cancellationToken) =>
        IsRoot ? ("nobody", "nogroup") : (Environment.UserName, (await ServerProcess.Run(TimeSpan.FromSeconds(10), ["id", "-gn"], cancellationToken)).Said.Trim());

    /// <summary>Gives a folder to that user.</summary>
    public static async Task Give(string folder, CancellationToken cancellationToken)
    {
        if (!IsRoot)
            return;
        var (code, said) = await ServerProcess.Run(TimeSpan.FromSeconds(10), ["chown", "-R", "nobody:nogroup", folder], cancellationToken);
        Assert.True(code == 0, said);
    }

    /// <summary>Waits until somebody listens.</summary>
    public static async Task Answers(int port, ServerProcess server, string output, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                Assert.True(ServerProcess.Runs(server.Id), $"The server did not start:\n{ServerProcess.Tail(output)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }
}
