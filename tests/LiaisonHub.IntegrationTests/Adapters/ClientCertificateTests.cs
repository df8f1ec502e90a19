using System.Net;
using System.Security.Cryptography.X509Certificates;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.IntegrationTests.Adapters;

/// <summary>A local system and a connector that know their clients by TLS: each fault of the certificates has words of its own, and none reaches the system.</summary>
public sealed class ClientCertificateTests : IAsyncLifetime
{
    readonly string root = Directory.CreateTempSubdirectory("certificates").FullName;
    readonly TestAuthority authority = new(), stranger = new();
    readonly List<string> callers = [];
    WebApplication system = null!;
    Database database = null!;
    string address = "";

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    string At(string name) => Path.Combine(root, name);

    public async ValueTask InitializeAsync()
    {
        authority.Save(At("authority.pem"));
        authority.Issue(At("adapter"), ["adapter.xb.example"]);
        authority.Issue(At("ended"), ["adapter.xb.example"], TimeProvider.System.GetUtcNow().AddDays(-2));
        stranger.Issue(At("stranger"), ["adapter.xb.example"]);
        stranger.Save(At("stranger.pem"));
        Directory.CreateDirectory(At("inbox"));
        Directory.CreateDirectory(At("outbox"));
        using var trusted = X509CertificateLoader.LoadCertificateFromFile(At("authority.pem"));
        var roots = new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(trusted.RawData));
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = authority.Issue(["localhost"]),
            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
            ClientCertificateValidation = (certificate, _, _) =>
            {
                using var chain = new X509Chain();
                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                chain.ChainPolicy.CustomTrustStore.AddRange(roots);
                chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
                return chain.Build(certificate);
            },
        })));
        system = builder.Build();
        system.Run(async http =>
        {
            lock (callers)
                callers.Add(http.Connection.ClientCertificate!.GetNameInfo(X509NameType.SimpleName, false));
            await (http.Request.Path == "/cases" ? Results.Text("""[{"id":"a"}]""") : http.Request.Path == "/backend" ? Results.Text(
                """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><listPendingMessageIdsResponse/></s:Body></s:Envelope>""", "application/soap+xml") : Results.NoContent()).ExecuteAsync(http);
        });
        await system.StartAsync(Cancelled);
        address = $"https://localhost:{new Uri(system.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port}";
        database = Database.Open($"sqlite:{At("adapter.db")}", TimeProvider.System);
        database.Migrate(Schema.Adapter);
    }

    public async ValueTask DisposeAsync()
    {
        await system.DisposeAsync();
        await database.DisposeAsync();
        authority.Dispose();
        stranger.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(root, true);
    }

    public static TheoryData<string?, string, string[]> Faults => new()
    {
        { null, "authority.pem", ["asks for a certificate", "None is shown", "ClientCertificateFile"] },
        { "ended.p12", "authority.pem", ["asks for a certificate", "ClientCertificateFile ended on", "put a new one there"] },
        { "stranger.p12", "authority.pem", ["asks for a certificate", "It does not accept that of", "(adapter.xb.example, issued by Authority of a test)"] },
        { "adapter.p12", "stranger.pem", ["does not show a certificate for this name from an authority that is trusted here", "Authorities"] },
    };

    [Theory, MemberData(nameof(Faults))]
    public async Task Each_fault_of_the_certificates_is_said_for_what_it_is(string? shown, string trusted, string[] words)
    {
        var options = Options(shown, trusted);
        var message = At(Path.Combine("outbox", "00000001-note.json.tmp"));
        await File.WriteAllTextAsync(message, "{}", Cancelled);
        using var polling = new HttpCollector(options, new(options.Inbox!), new(database), TimeProvider.System);
        using var pushing = new HttpSystem(options);
        using var connector = new ConnectorCollector(options.Connector!, new(options.Inbox!), new(database), TimeProvider.System);

        foreach (var (section, call) in new (string, Func<Task>)[]
        {
            ("Adapter:Http:", () => polling.Collect(Cancelled)), ("Adapter:Http:", () => pushing.Deliver("00000001-note.json", message, Cancelled)), ("Adapter:Connector:", () => connector.Collect(Cancelled)),
        })
        {
            var said = await Assert.ThrowsAsync<ChannelException>(call);
            Assert.All(words.Append(section), w => Assert.Contains(w, said.Message, StringComparison.Ordinal));
            Assert.False(said.Permanent);
        }

        Assert.True(File.Exists(message));
        Assert.Empty(callers);
    }

    [Fact]
    public async Task With_the_certificate_the_system_knows_messages_go_both_ways()
    {
        var options = Options("adapter.p12", "authority.pem");
        Assert.DoesNotContain(options.Problems(inProcess: true), p => p.Contains("Certificate", StringComparison.Ordinal) || p.Contains("Authorities", StringComparison.Ordinal));
        var message = At(Path.Combine("outbox", "00000001-note.json.tmp"));
        await File.WriteAllTextAsync(message, "{}", Cancelled);
        using var polling = new HttpCollector(options, new(options.Inbox!), new(database), TimeProvider.System);
        using var pushing = new HttpSystem(options);
        using var connector = new ConnectorCollector(options.Connector!, new(options.Inbox!), new(database), TimeProvider.System);

        Assert.Equal(1, await polling.Collect(Cancelled));
        await pushing.Deliver("00000001-note.json", message, Cancelled);
        Assert.Equal(0, await connector.Collect(Cancelled));

        Assert.Equal(["adapter.xb.example", "adapter.xb.example", "adapter.xb.example"], callers);
    }

    [Fact]
    public void The_end_of_what_is_shown_is_warned_of()
    {
        var endings = new AdapterEndings(Options("ended.p12", "authority.pem"), new KeyDirectory([]), TimeProvider.System);

        foreach (var words in new[] { "The certificate this program shows the local system", "The certificate this program shows the connector" })
            Assert.Single(endings.Shown, e => e.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_authorities_that_is_none_is_said_at_start()
    {
        var options = Options("adapter.p12", "adapter.key");
        var problems = options.Problems(inProcess: true);
        foreach (var key in new[] { "Adapter:Http:Authorities: ", "Adapter:Connector:Authorities: " })
            Assert.Single(problems, p => p.StartsWith(key, StringComparison.Ordinal));
    }

    AdapterOptions Options(string? shown, string trusted) => new()
    {
        Inbox = new() { Folder = At("inbox") },
        Outbox = new() { Folder = At("outbox") },
        Http = new()
        {
            ClientCertificateFile = shown is null ? null : At(shown),
            Authorities = At(trusted),
            Poll = new() { Url = $"{address}/cases" },
            Push = new() { Url = $"{address}/messages" },
        },
        Connector = new() { Url = $"{address}/backend", ClientCertificateFile = shown is null ? null : At(shown), Authorities = At(trusted) },
    };
}
