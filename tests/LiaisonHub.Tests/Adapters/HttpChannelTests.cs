using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Tests.Adapters;

/// <summary>A local system on the other side of HTTP: what it lists, what it is given, what it brings.</summary>
public sealed class HttpChannelTests : IAsyncLifetime
{
    readonly string root = Directory.CreateTempSubdirectory("http").FullName;
    readonly ConcurrentQueue<string> calls = new();
    readonly Dictionary<string, Func<HttpContext, IResult>> answers = [];
    WebApplication system = null!;
    Database database = null!;
    AdapterOptions options = null!;
    string address = "";

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        system = builder.Build();
        system.Run(async http =>
        {
            var call = $"{http.Request.Method} {http.Request.Path.Value}";
            calls.Enqueue(call);
            await (answers.TryGetValue(call, out var answer) ? answer(http) : Results.NotFound()).ExecuteAsync(http);
        });
        await system.StartAsync(Cancelled);
        address = system.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        foreach (var folder in new[] { "inbox", "processed", "rejected", "outbox" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        database = Database.Open($"sqlite:{Path.Combine(root, "adapter.db")}", TimeProvider.System);
        database.Migrate(Schema.Adapter);
        options = new()
        {
            Inbox = new() { Folder = Path.Combine(root, "inbox"), Processed = Path.Combine(root, "processed"), Rejected = Path.Combine(root, "rejected"), LargestFile = 2000 },
            Outbox = new() { Folder = Path.Combine(root, "outbox") },
            Http = new()
            {
                Authorization = "Bearer secret-of-the-local-system",
                Poll = new() { Url = $"{address}/cases?state=new", Items = "cases[*]", Item = $"{address}/cases/{{id}}", Acknowledge = $"{address}/cases/{{id}}/taken" },
                Push = new() { Url = $"{address}/messages/{{name}}", Method = "PUT" },
                Receive = new() { Token = "a-long-token-of-the-local-system" },
            },
        };
    }

    [Fact]
    public async Task What_is_listed_is_brought_once_and_again_when_it_has_changed_and_the_system_is_told_when_it_is_safe()
    {
        using var collector = Collector();
        var version = 1;
        answers["GET /cases"] = http => http.Request.Headers.Authorization == "Bearer secret-of-the-local-system" ? Results.Text("""{"cases":[{"id":"a 1"},{"id":"b"}]}""", "text/plain") : Results.Unauthorized();
        answers["GET /cases/a 1"] = _ => Results.Text($$"""{"urn":"A","version":{{version}}}""");
        answers["GET /cases/b"] = _ => Results.Text("""{"urn":"B"}""");
        answers["POST /cases/a 1/taken"] = _ => Inbox().Count == 0 ? Results.StatusCode(500) : Results.NoContent();
        answers["POST /cases/b/taken"] = _ => Results.NoContent();

        Assert.Equal(2, await collector.Collect(Cancelled));
        Assert.Equal(0, await collector.Collect(Cancelled));
        Assert.Equal(["""{"urn":"A","version":1}""", """{"urn":"B"}"""], Inbox().Order(StringComparer.Ordinal));
        version = 2;
        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Contains("""{"urn":"A","version":2}""", Inbox());
        Assert.Equal(3, calls.Count(c => c.EndsWith("/taken", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_item_whose_acknowledgement_failed_is_brought_again_under_the_same_name()
    {
        using var collector = Collector();
        var taken = 0;
        answers["GET /cases"] = _ => Results.Text("""{"cases":{"id":"b"}}""");
        answers["GET /cases/b"] = _ => Results.Text("""{"urn":"B"}""");
        answers["POST /cases/b/taken"] = _ => taken++ == 0 ? Results.StatusCode(503) : Results.NoContent();

        Assert.Contains("answers 503", (await Assert.ThrowsAsync<ChannelException>(() => collector.Collect(Cancelled))).Message, StringComparison.Ordinal);
        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Single(Inbox());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("""{"cases":[]}""")]
    [InlineData("""{"cases":null}""")]
    public async Task Every_spelling_of_nothing_found_brings_nothing(string answer)
    {
        using var collector = Collector();
        answers["GET /cases"] = _ => Results.Text(answer);
        Assert.Equal(0, await collector.Collect(Cancelled));
    }

    [Fact]
    public async Task What_goes_wrong_is_said_with_its_remedy_and_without_the_query()
    {
        using var collector = Collector();
        foreach (var (answer, words) in new (Func<HttpContext, IResult>, string)[]
        {
            (_ => Results.StatusCode(500), "answers 500; it is tried again later"),
            (_ => Results.StatusCode(401), "it does not accept Adapter:Http:Authorization"),
            (_ => Results.StatusCode(429), "it is asked too often"),
            (_ => Results.Redirect("https://elsewhere.example/"), "nothing is followed"),
            (_ => Results.Text(new string('x', 2001)), "more than 2,000 bytes"),
            (_ => Results.Text("<html><body>Maintenance</body></html>"), "does not answer with a list"),
        })
        {
            answers["GET /cases"] = answer;
            var said = (await Assert.ThrowsAsync<ChannelException>(() => collector.Collect(Cancelled))).Message;
            Assert.Contains(words, said, StringComparison.Ordinal);
            Assert.DoesNotContain("state=new", said, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(calls, c => c.Contains("elsewhere", StringComparison.Ordinal));
        await system.StopAsync(Cancelled);
        Assert.Contains("cannot be reached", (await Assert.ThrowsAsync<ChannelException>(() => collector.Collect(Cancelled))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_given_once_by_its_name_and_kept_until_it_is_taken()
    {
        using var local = new HttpSystem(options);
        var path = Path.Combine(root, "outbox", "00000001-note.json.tmp");
        await File.WriteAllTextAsync(path, "{}", Cancelled);
        answers["PUT /messages/00000001-note.json"] = _ => Results.StatusCode(502);
        Assert.False((await Assert.ThrowsAsync<ChannelException>(() => local.Deliver("00000001-note.json", path, Cancelled))).Permanent);
        answers["PUT /messages/00000001-note.json"] = _ => Results.StatusCode(422);
        Assert.True((await Assert.ThrowsAsync<ChannelException>(() => local.Deliver("00000001-note.json", path, Cancelled))).Permanent);
        Assert.True(File.Exists(path));
        string? key = null, type = null;
        answers["PUT /messages/00000001-note.json"] = http =>
        {
            (key, type) = (http.Request.Headers["Idempotency-Key"], http.Request.ContentType);
            return Results.Conflict();
        };
        await local.Deliver("00000001-note.json", path, Cancelled);
        Assert.Equal(("00000001-note.json", "application/json"), (key, type));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task The_local_system_brings_messages_itself_with_its_token_and_within_the_bound()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Services.AddSingleton(options).AddSingleton(options.Inbox!).AddSingleton<InboxDrop>();
        await using var adapter = builder.Build();
        adapter.MapLocalMessages();
        await adapter.StartAsync(Cancelled);
        using var client = new HttpClient { BaseAddress = new(adapter.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        async Task<HttpStatusCode> Bring(string name, string body) => (await client.PostAsync($"/messages/{name}", new StringContent(body), Cancelled)).StatusCode;

        Assert.Equal(HttpStatusCode.Unauthorized, await Bring("a.xml", "<a/>"));
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse("Bearer a-long-token-of-the-local-systen");
        Assert.Equal(HttpStatusCode.Unauthorized, await Bring("a.xml", "<a/>"));
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse("Bearer a-long-token-of-the-local-system");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await Bring("a.xml", new string('x', 2001)));
        Assert.Equal(HttpStatusCode.BadRequest, await Bring("a.xml", ""));
        Assert.Equal(HttpStatusCode.Accepted, await Bring(Uri.EscapeDataString("../../b.xml"), "<b/>"));
        Assert.Equal(["<b/>"], Inbox());
        Assert.Equal(["_.._b.xml", "_.._b.xml.done"], Directory.EnumerateFiles(Path.Combine(root, "inbox")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_certificate_that_is_shown_needs_its_key_beside_it_and_no_password()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=adapter.xb.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        using var bare = X509CertificateLoader.LoadCertificate(certificate.RawData);
        string Written(string name, byte[] bytes)
        {
            File.WriteAllBytes(Path.Combine(root, name), bytes);
            return Path.Combine(root, name);
        }

        Assert.Null(HttpOptions.CertificateProblem(Written("whole.p12", certificate.Export(X509ContentType.Pkcs12))));
        Assert.Contains("without its key", HttpOptions.CertificateProblem(Written("bare.p12", bare.Export(X509ContentType.Pkcs12))), StringComparison.Ordinal);
        Assert.Contains("without a password", HttpOptions.CertificateProblem(Written("closed.p12", certificate.Export(X509ContentType.Pkcs12, "secret"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_with_the_settings_is_named_at_once()
    {
        options.Http = new()
        {
            Timeout = TimeSpan.Zero,
            Poll = new() { Url = "http://cases.example/api", Item = "https://cases.example/api/cases", Items = "cases[", Every = TimeSpan.Zero },
            Push = new() { Url = "https://user:password@cases.example/{name}", Method = "PATCH" },
            Receive = new() { Token = "short" },
            ClientCertificateFile = Path.Combine(root, "none.p12"),
        };
        options.Inbox = null;

        var problems = options.Problems(inProcess: true);

        foreach (var key in new[] { "Http:Timeout", "Http:Poll:Url", "Http:Poll:Item", "Http:Poll:Items", "Http:Poll:Every", "Http:Push:Url", "Http:Push:Method", "Http:Receive:Token", "Http:ClientCertificateFile", "Inbox" })
            Assert.Single(problems, p => p.StartsWith($"Adapter:{key}:", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, p => p.Contains("user:password", StringComparison.Ordinal));
    }

    HttpCollector Collector() => new(options, new(options.Inbox!), new(database), TimeProvider.System);

    List<string> Inbox() => [.. Directory.EnumerateFiles(Path.Combine(root, "inbox")).Where(f => !f.EndsWith(".done", StringComparison.Ordinal)).Select(File.ReadAllText)];

    public async ValueTask DisposeAsync()
    {
        await system.DisposeAsync();
        await database.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(root, true);
    }
}
