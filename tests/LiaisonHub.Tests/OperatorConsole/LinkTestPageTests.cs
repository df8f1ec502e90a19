using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Links;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>From the room of the adapters a link is tested, and each stage says how it ended and what to do.</summary>
public sealed class LinkTestPageTests
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_test_is_started_watched_and_kept_with_who_and_why()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var tests = console.Services.GetRequiredService<LinkTests>();
        Assert.Contains("/adapters/XA/tests", await console.Page("/adapters", Cancelled), StringComparison.Ordinal);

        using var lacking = await console.Post("/adapters/XA/tests", "/adapters/XA/tests", new() { ["reason"] = " ", ["by"] = "A. Bell, duty operator" }, Cancelled);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, lacking.StatusCode);
        Assert.Empty(await tests.Page("XA", 10, Cancelled));

        var wish = new Dictionary<string, string> { ["reason"] = "Silent since <noon>", ["by"] = "A. Bell, duty operator" };
        using var started = await console.Post("/adapters/XA/tests", "/adapters/XA/tests", wish, Cancelled);
        var address = started.Headers.Location!.OriginalString;
        using var again = await console.Post("/adapters/XB/tests", "/adapters/XA/tests", wish, Cancelled);
        Assert.Equal(address, again.Headers.Location!.OriginalString);
        var waiting = await console.Page(address, Cancelled);
        foreach (var text in new[] { "waits for a hub", "Silent since &lt;noon&gt;", "A. Bell, duty operator", "data-refresh=\"2\"", "<noscript><meta http-equiv=\"refresh\" content=\"3\"", "to come" })
            Assert.Contains(text, waiting, StringComparison.Ordinal);

        var test = Assert.Single(await tests.Take(console.Time.GetUtcNow(), Cancelled));
        await tests.Note(test.TestId, Done(Good(ProbeStage.Name), Good(ProbeStage.Tcp)), Cancelled);
        Assert.Contains("2 of 7 stages are done.", await console.Page(address, Cancelled), StringComparison.Ordinal);

        var failed = new ProbeResult(ProbeStage.Readers, ProbeVerdict.Failed, 4, "No program reads from-hub.", "The adapter of XA is not connected.");
        await tests.End(test, Done(Good(ProbeStage.Name), Good(ProbeStage.Tcp), Good(ProbeStage.Tls), Good(ProbeStage.Login), failed), "Readers failed", console.Time.GetUtcNow(), console.Time.GetUtcNow(), Cancelled);
        var page = await console.Page(address, Cancelled);
        foreach (var text in new[] { "It failed at “Readers”: No program reads from-hub.", "The adapter of XA is not connected.", "not tried" })
            Assert.Contains(text, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.DoesNotContain("data-refresh", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"{address}\"", await console.Page("/adapters", Cancelled), StringComparison.Ordinal);
        Assert.Contains((await console.Services.GetRequiredService<Ledger>().DeedsPage(new() { Kind = "LinkTestAsked" }, null, 10, Cancelled)), d => d.Actor == "A. Bell, duty operator" && d.Content.Contains("noon", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_no_hub_finishes_is_never_called_a_success()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var test = await Ask(console, "XA");
        console.Time.Advance(LinkTest.Longest);

        Assert.Contains("The hub process that ran it is gone, or none took it up.", await console.Page($"/adapters/XA/tests/{test.TestId}", Cancelled), StringComparison.Ordinal);
        Assert.Equal(LinkTestStatus.Abandoned, (await console.Http.GetFromJsonAsync<LinkTestBoard>(new Uri($"/api/v1/adapters/XA/tests/{test.TestId}", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!.Status);
    }

    [Fact]
    public async Task Programs_start_it_too_and_are_refused_with_a_code()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        using var made = await console.Http.PostAsJsonAsync(new Uri("/api/v1/adapters/xa/tests", UriKind.Relative), new LinkTestWish("Before the exercise", "A. Bell"), Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, made.StatusCode);
        var test = (await console.Http.GetFromJsonAsync<LinkTestBoard>(made.Headers.Location, JsonSerializerOptions.Web, Cancelled))!;
        Assert.Equal(("XA", "A. Bell", LinkTestStatus.Waiting, 7), (test.State, test.AskedBy, test.Status, test.Stages.Count));

        foreach (var (address, code) in new[] { ("/api/v1/adapters/QQ/tests", "LH0156"), ($"/api/v1/adapters/XB/tests/{test.TestId}", "LH0401") })
        {
            using var answer = await console.Http.GetAsync(new Uri(address, UriKind.Relative), Cancelled);
            Assert.Equal((HttpStatusCode.NotFound, code), (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("code").GetString()));
        }
        using var wrong = await console.Http.PostAsJsonAsync(new Uri("/api/v1/adapters/XA/tests", UriKind.Relative), new LinkTestWish("", ""), Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("LH0401", await console.Page($"/adapters/XA/tests/{Guid.NewGuid()}", Cancelled, HttpStatusCode.NotFound), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_room_shows_both_directions_at_the_broker_the_contracts_and_what_ends_when()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var page = WebUtility.HtmlDecode(await console.Page("/adapters", Cancelled));
        foreach (var text in new[] { "from-hub.urgent", "to-hub.urgent", "2 waiting, 1 reading", "40 waiting, 0 reading", "nobody reads", "contracts 1.0", "ends within 7 days", "ends within 30 days", "The registry moves. The state announced it" })
            Assert.Contains(text, page, StringComparison.Ordinal);
    }

    /// <summary>Every queue of a link alike, as a hub notes them.</summary>
    internal static string Queues(long waiting, int readers) => JsonSerializer.Serialize(LinkQueues.Watched.Select(q => new QueueLook(q, q == LinkQueues.Dead ? 1 : waiting, q.StartsWith("to", StringComparison.Ordinal) ? 1 : readers)), JsonSerializerOptions.Web);

    /// <summary>One that failed, and one that is under way.</summary>
    internal static async Task Fill(ConsoleUnderTest console)
    {
        var tests = console.Services.GetRequiredService<LinkTests>();
        var failed = await Ask(console, "XB");
        await tests.End(failed, Done(Good(ProbeStage.Name), Good(ProbeStage.Tcp), new(ProbeStage.Tls, ProbeVerdict.NotUsed, 1, "Broker:Tls is false: nothing is encrypted on the way."), Good(ProbeStage.Login),
            new(ProbeStage.Readers, ProbeVerdict.Failed, 4, "No program reads from-hub (from-hub: 40 waiting and 0 reading).", "The adapter of XB is not connected.")), "Readers failed", console.Time.GetUtcNow(), console.Time.GetUtcNow(), Cancelled);
        var running = await Ask(console, "XA");
        await tests.Note(running.TestId, Done(Good(ProbeStage.Name), new(ProbeStage.Tcp, ProbeVerdict.Warning, 12, "It answers late.", "Look at the network.")), Cancelled);
    }

    static Task<LinkTest> Ask(ConsoleUnderTest console, string state) => console.Services.GetRequiredService<LinkTests>().Ask(
        new() { TestId = Guid.NewGuid(), State = state, AskedAt = console.Time.GetUtcNow(), AskedBy = "A. Bell, duty operator", Reason = "Silent since noon" }, console.Time.GetUtcNow(), Cancelled);

    static ProbeResult Good(ProbeStage stage) => new(stage, ProbeVerdict.Good, 3, "As it should be.");

    static string Done(params ProbeResult[] results) => JsonSerializer.Serialize(results, Json);
}
