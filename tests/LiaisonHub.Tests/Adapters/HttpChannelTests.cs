using System.Collections.Concurrent;
using System.Globalization;
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
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.Tests.Adapters;

/// <summary>A local system on the other side of HTTP: what it lists, what it is given, what it brings.</summary>
public sealed class HttpChannelTests : IAsyncLifetime
{
    readonly string root = Directory.CreateTempSubdirectory("http").FullName;
    readonly ConcurrentQueue<string> calls = new();
    readonly Dictionary<string, Func<HttpContext, IResult>> answers = [];
    readonly FakeTimeProvider time = new(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
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
    public async Task An_item_whose_acknowledgement_failed_is_acknowledged_later_and_not_brought_again()
    {
        using var collector = Collector();
        var taken = 0;
        answers["GET /cases"] = _ => Results.Text("""{"cases":[{"id":"a"},{"id":"b"}]}""");
        answers["GET /cases/a"] = _ => Results.Text("""{"urn":"A"}""");
        answers["GET /cases/b"] = _ => Results.Text("""{"urn":"B"}""");
        answers["POST /cases/a/taken"] = _ => taken++ == 0 ? Results.StatusCode(503) : Results.NoContent();
        answers["POST /cases/b/taken"] = _ => Results.NoContent();

        Assert.Equal(2, await collector.Collect(Cancelled));
        Assert.Contains("1 item is left at the source, and all else is brought.", collector.LeftBehind, StringComparison.Ordinal);
        Assert.Contains("answers 503", collector.LeftBehind, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "inbox")))
            File.Delete(file);
        time.Advance(LeftItems.FirstPause);

        Assert.Equal(0, await collector.Collect(Cancelled));
        Assert.Null(collector.LeftBehind);
        Assert.Empty(Inbox());
        Assert.Equal(2, taken);
    }

    [Fact]
    public async Task An_item_that_cannot_be_fetched_holds_up_no_other_and_is_tried_by_itself_later_and_later()
    {
        options.Http!.Timeout = TimeSpan.FromSeconds(1);
        using var collector = Collector();
        answers["GET /cases"] = _ => Results.Text("""{"cases":[{"id":"failing"},{"id":"large"},{"id":"nothing"},{"id":"broken"},{"id":"endless"},{"id":"good"}]}""");
        answers["GET /cases/broken"] = _ => new Half(http => http.Abort());
        answers["GET /cases/endless"] = _ => new Half(_ => { });
        answers["GET /cases/failing"] = _ => Results.StatusCode(500);
        answers["GET /cases/large"] = _ => Results.Text(new string('x', 2001));
        answers["GET /cases/nothing"] = _ => Results.Text("");
        answers["GET /cases/good"] = _ => Results.Text("""{"urn":"GOOD"}""");
        answers["POST /cases/good/taken"] = _ => Results.NoContent();

        Assert.Equal(1, await collector.Collect(Cancelled));

        Assert.Equal(["""{"urn":"GOOD"}"""], Inbox());
        foreach (var words in new[] { "5 items are left at the source, and all else is brought.", "/cases/failing answers 500", "/cases/large answers with more than 2,000 bytes", "/cases/nothing is listed and answers with nothing" })
            Assert.Contains(words, collector.LeftBehind, StringComparison.Ordinal);
        answers.Remove("GET /cases/endless");
        var pauses = new List<TimeSpan>();
        for (var (since, before) = (time.GetUtcNow(), Asked("failing")); pauses.Count < 9; time.Advance(LeftItems.FirstPause))
        {
            await collector.Collect(Cancelled);
            if (Asked("failing") == before)
                continue;
            pauses.Add(time.GetUtcNow() - since);
            (since, before) = (time.GetUtcNow(), Asked("failing"));
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], pauses.Select(p => p.TotalMinutes));
        answers["GET /cases/failing"] = _ => Results.Text("""{"urn":"AT LAST"}""");
        answers["POST /cases/failing/taken"] = _ => Results.NoContent();
        time.Advance(LeftItems.LongestPause);
        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Contains("""{"urn":"AT LAST"}""", Inbox());

        int Asked(string item) => calls.Count(c => c == $"GET /cases/{item}");
    }

    [Fact]
    public async Task Items_without_a_name_are_counted_and_long_names_are_names()
    {
        using var collector = Collector();
        var named = new string('n', 500);
        answers["GET /cases"] = _ => Results.Text($$"""{"cases":[{"urn":"X"},{"id":""},{"id":"{{new string('x', 1001)}}"},{"id":"{{named}}"}]}""");
        answers[$"GET /cases/{named}"] = _ => Results.Text("""{"urn":"LONG"}""");
        answers[$"POST /cases/{named}/taken"] = _ => Results.NoContent();

        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Equal(0, await collector.Collect(Cancelled));

        Assert.Equal(["""{"urn":"LONG"}"""], Inbox());
        Assert.Contains("3 items are left at the source", collector.LeftBehind, StringComparison.Ordinal);
        Assert.Contains("nothing at 'id' that names it", collector.LeftBehind, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("header")]
    [InlineData("body")]
    public async Task Every_page_of_a_list_is_read(string said)
    {
        (options.Http!.Poll!.Item, options.Http.Poll.Acknowledge) = (null, null);
        options.Http.Poll.Next = said == "body" ? "_links.next.href" : null;
        answers["GET /cases"] = http =>
        {
            var page = http.Request.Query["page"].Count == 0 ? 1 : int.Parse(http.Request.Query["page"]!, CultureInfo.InvariantCulture);
            if (page < 3 && said == "header")
                http.Response.Headers.Link = $"<{address}/cases>; rel=\"first\", </cases?page={page + 1}>; title=\"x\"; rel=\"last next\"";
            var next = page < 3 ? $"\"?page={page + 1}\"" : "null";
            return Results.Text($$"""{ "cases": [{ "id": "{{page}}" }], "_links": { "next": { "href": {{next}} } } }""");
        };
        using var collector = Collector();

        Assert.Equal(3, await collector.Collect(Cancelled));

        Assert.Equal(3, calls.Count);
        Assert.Null(collector.LeftBehind);
    }

    [Fact]
    public async Task Pages_without_end_at_another_server_or_in_a_circle_are_not_followed()
    {
        (options.Http!.Poll!.Item, options.Http.Poll.Acknowledge, options.Http.Poll.MostPages) = (null, null, 5);
        var next = "";
        answers["GET /cases"] = http =>
        {
            http.Response.Headers.Link = $"<{next.Replace("{n}", $"{calls.Count}", StringComparison.Ordinal)}>; rel=next";
            return Results.Text($$"""{"cases":[{"id":"{{calls.Count}}"}]}""");
        };
        using var collector = Collector();

        next = "/cases?page={n}";
        Assert.Equal(5, await collector.Collect(Cancelled));
        Assert.Contains("has more than 5 pages", collector.LeftBehind, StringComparison.Ordinal);
        foreach (var elsewhere in new[] { "https://elsewhere.example/cases", address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/cases", "file:///etc/passwd", "//elsewhere.example/cases" })
        {
            next = elsewhere;
            Assert.Equal(1, await collector.Collect(Cancelled));
            Assert.Contains("next page at another server", collector.LeftBehind, StringComparison.Ordinal);
        }

        next = "/cases?state=new";
        Assert.Equal(1, await collector.Collect(Cancelled));
        Assert.Null(collector.LeftBehind);
    }

    [Fact]
    public async Task Empty_500s_are_asked_again_later_and_later_up_to_a_bound_until_all_is_well_and_nothing_is_lost()
    {
        (options.Http!.Poll!.Item, options.Http.Poll.Acknowledge) = (null, null);
        var asked = 0;
        // Twelve empty 500s, an answer, another 500, and answers from then on.
        answers["GET /cases"] = _ => ++asked is <= 12 or 14 ? Results.StatusCode(500) : Results.Text($$"""{"cases":[{"id":"before"},{"id":"{{asked}}"}]}""");
        var pace = new Pauses(17);
        using var collector = Collector();
        using var loops = new CollectorLoops([collector], NullLogger<CollectorLoops>.Instance) { Pace = pace };

        await loops.StartAsync(Cancelled);
        await pace.All.WaitAsync(TimeSpan.FromSeconds(90), Cancelled);
        await loops.StopAsync(Cancelled);

        Assert.Equal([30, 60, 120, 240, 300, 300, 300, 300, 300, 300, 300, 300, 30, 30, 30, 30, 30], pace.Said.Select(p => p.TotalSeconds));
        Assert.Equal(["13", "15", "16", "17", "before"], Inbox().Select(i => System.Text.Json.JsonDocument.Parse(i).RootElement.GetProperty("id").GetString()).Order(StringComparer.Ordinal));
        Assert.Null(collector.Trouble);
    }

    // The beginning of an answer, and then something else than its end.
    sealed class Half(Action<HttpContext> then) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentLength = 1000;
            await httpContext.Response.WriteAsync("{", Cancelled);
            await httpContext.Response.Body.FlushAsync(Cancelled);
            then(httpContext);
            var gone = new TaskCompletionSource();
            await using (httpContext.RequestAborted.Register(gone.SetResult))
                await gone.Task;
        }
    }

    // Every pause is over at once, and written down; after so many of them none is.
    sealed class Pauses(int most) : TimeProvider
    {
        readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly List<TimeSpan> said = [];

        public Task All => all.Task;

        public IReadOnlyList<TimeSpan> Said => said;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (said)
            {
                said.Add(dueTime);
                if (said.Count < most)
                    return System.CreateTimer(callback, state, TimeSpan.Zero, period);
                all.TrySetResult();
                return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
            }
        }
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

    [Theory]
    [InlineData("x.json.tmp")]
    [InlineData("x.done")]
    [InlineData("x.reason.txt")]
    [InlineData("~x.json")]
    [InlineData(".x.json")]
    public async Task A_name_under_which_nothing_is_read_is_refused_and_never_acknowledged(string name)
    {
        await using var adapter = await Reception();
        using var client = Client(adapter);
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse("Bearer a-long-token-of-the-local-system");

        var answer = await client.PostAsync($"/messages/{name}", new StringContent("{}"), Cancelled);

        // What begins with a point loses it where a name is made safe, and is read.
        Assert.Equal(name.StartsWith('.') ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest, answer.StatusCode);
        if (answer.StatusCode == HttpStatusCode.BadRequest)
        {
            Assert.Contains("would never be read", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(Path.Combine(root, "inbox")));
        }
        else
            Assert.Equal(["{}"], Inbox());
    }

    [Fact]
    public async Task Another_message_under_a_name_that_waits_is_asked_for_again_and_replaces_nothing_and_the_same_one_is_taken_once()
    {
        await using var adapter = await Reception();
        using var client = Client(adapter);
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse("Bearer a-long-token-of-the-local-system");
        Task<HttpResponseMessage> Bring(string name, string body) => client.PostAsync($"/messages/{name}", new StringContent(body), Cancelled);

        Assert.Equal(HttpStatusCode.Accepted, (await Bring("b.xml", "<b/>")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await Bring("b.xml", "<b/>")).StatusCode);
        var refused = await Bring("b.xml", "<c/>");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(10)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
        Assert.Contains("has not been taken yet", await refused.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(["<b/>"], Inbox());
        File.Delete(Path.Combine(root, "inbox", "b.xml"));
        Assert.Equal(HttpStatusCode.Accepted, (await Bring("b.xml", "<c/>")).StatusCode);
        Assert.Equal(["<c/>"], Inbox());

        // Long names are cut, and then they may be the same.
        var (start, end) = (new string('s', 70), new string('e', 60));
        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Accepted], new[] { (await Bring($"{start}1{end}.xml", "<one/>")).StatusCode, await Until($"{start}2{end}.xml", "<two/>") });

        // Twenty at one moment: what was acknowledged is there.
        var at = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => (i, (await Bring("same.xml", $"<n{i}/>")).StatusCode)));
        Assert.Equal($"<n{Assert.Single(at, a => a.StatusCode == HttpStatusCode.Accepted).i}/>", await File.ReadAllTextAsync(Path.Combine(root, "inbox", "same.xml"), Cancelled));
        Assert.All(at.Where(a => a.StatusCode != HttpStatusCode.Accepted), a => Assert.Equal(HttpStatusCode.ServiceUnavailable, a.StatusCode));

        // Names that differ may be kept apart; where they are not, the second waits until the first is taken.
        async Task<HttpStatusCode> Until(string name, string body)
        {
            var first = (await Bring(name, body)).StatusCode;
            Assert.Contains("<one/>", Inbox());
            if (first == HttpStatusCode.Accepted)
                return first;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "inbox"), "s*"))
                File.Delete(file);
            return (await Bring(name, body)).StatusCode;
        }
    }

    async Task<WebApplication> Reception()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Services.AddSingleton(options).AddSingleton(options.Inbox!).AddSingleton<InboxDrop>();
        var adapter = builder.Build();
        adapter.MapLocalMessages();
        await adapter.StartAsync(Cancelled);
        return adapter;
    }

    static HttpClient Client(WebApplication of) => new() { BaseAddress = new(of.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };

    [Fact]
    public async Task The_local_system_brings_messages_itself_with_its_token_and_within_the_bound()
    {
        await using var adapter = await Reception();
        using var client = Client(adapter);
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
            Poll = new() { Url = "http://cases.example/api", Item = "https://cases.example/api/cases", Items = "cases[", Next = "next(", MostPages = 0, Every = TimeSpan.Zero },
            Push = new() { Url = "https://user:password@cases.example/{name}", Method = "PATCH" },
            Receive = new() { Token = "short" },
            ClientCertificateFile = Path.Combine(root, "none.p12"),
        };
        options.Inbox = null;

        var problems = options.Problems(inProcess: true);

        foreach (var key in new[] { "Http:Timeout", "Http:Poll:Url", "Http:Poll:Item", "Http:Poll:Items", "Http:Poll:Next", "Http:Poll:MostPages", "Http:Poll:Every", "Http:Push:Url", "Http:Push:Method", "Http:Receive:Token", "Http:ClientCertificateFile", "Inbox" })
            Assert.Single(problems, p => p.StartsWith($"Adapter:{key}:", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, p => p.Contains("user:password", StringComparison.Ordinal));
    }

    HttpCollector Collector() => new(options, new(options.Inbox!), new(database), time);

    List<string> Inbox() => [.. Directory.EnumerateFiles(Path.Combine(root, "inbox")).Where(f => !f.EndsWith(".done", StringComparison.Ordinal)).Select(File.ReadAllText)];

    public async ValueTask DisposeAsync()
    {
        await system.DisposeAsync();
        await database.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(root, true);
    }
}
