using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiaisonHub.Messaging.Links;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>What the broker gave up on: looked at, wished home with a reason and the count, and kept in the ledger.</summary>
public sealed class DeadLetterPageTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    static readonly DeadLetter Act = new() { Digest = new('a', 64), Type = "RequestSubmitted", Home = "to-hub", Why = "expired", DiedAt = FilledHub.Now.AddHours(-2), Size = 2048 };

    static readonly DeadLetter Stray = new() { Digest = new('b', 64), Size = 12 };

    [Fact]
    public async Task It_is_looked_at_wished_home_and_told_message_by_message()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var looks = console.Services.GetRequiredService<DeadLetterLooks>();
        Assert.Contains("href=\"/adapters/XB/dead\"", await console.Page("/adapters", Cancelled), StringComparison.Ordinal);
        await console.Page("/adapters/QQ/dead", Cancelled, HttpStatusCode.NotFound);

        using var lacking = await console.Post("/adapters/XB/dead", "/adapters/XB/dead", new() { ["reason"] = " ", ["by"] = "A. Bell" }, Cancelled);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, lacking.StatusCode);
        Assert.Null(await looks.Latest("XB", Cancelled));
        using var asked = await console.Post("/adapters/XB/dead", "/adapters/XB/dead", new() { ["reason"] = "Shown on Today", ["by"] = "A. Bell" }, Cancelled);
        Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        var page = await console.Page("/adapters/XB/dead", Cancelled);
        Assert.Contains("data-refresh=\"2\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/home\"", page, StringComparison.Ordinal);

        var look = Assert.Single(await looks.Take(console.Time.GetUtcNow(), Cancelled));
        // Another hub leaves it to the one that has it, until that one is gone.
        Assert.Empty(await looks.Take(console.Time.GetUtcNow(), Cancelled));
        await looks.Seen(look.LookId, 5, JsonSerializer.Serialize(new[] { Act, Act, Stray }, JsonSerializerOptions.Web), null, console.Time.GetUtcNow(), Cancelled);
        page = WebUtility.HtmlDecode(await console.Page("/adapters/XB/dead", Cancelled));
        foreach (var text in new[] { "5 lie there; 3 of them are listed, 2 can go home", "RequestSubmitted", "to-hub", "expired", "has not noted from which queue" })
            Assert.Contains(text, page, StringComparison.Ordinal);

        var home = $"/adapters/XB/dead/{look.LookId}/home";
        foreach (var (count, reason) in new[] { ("3", "The queue had been full"), ("", "The queue had been full"), ("2", " ") })
        {
            using var wrong = await console.Post("/adapters/XB/dead", home, new() { ["reason"] = reason, ["by"] = "A. Bell", ["count"] = count }, Cancelled);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        }
        Assert.Empty(await looks.Take(console.Time.GetUtcNow(), Cancelled));
        using var wished = await console.Post("/adapters/XB/dead", home, new() { ["reason"] = "The queue had been full", ["by"] = "A. Bell", ["count"] = "2" }, Cancelled);
        Assert.Equal(HttpStatusCode.SeeOther, wished.StatusCode);
        using var twice = await console.Post("/adapters/XA/dead", home, new() { ["reason"] = "Again", ["by"] = "A. Bell", ["count"] = "2" }, Cancelled);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, twice.StatusCode);
        // Of two who have both seen it one is first.
        Assert.False(await looks.WishHome(look, "C. Dune", "Again", null, console.Time.GetUtcNow(), console.Time.GetUtcNow(), Cancelled));

        Assert.Equal(look.LookId, Assert.Single(await looks.Take(console.Time.GetUtcNow(), Cancelled)).LookId);
        Assert.Empty(await looks.Take(console.Time.GetUtcNow(), Cancelled));
        console.Time.Advance(DeadLetterLook.Longest * 2);
        var going = Assert.Single(await looks.Take(console.Time.GetUtcNow(), Cancelled));
        await looks.Became(going, JsonSerializer.Serialize(new BroughtHome[] { new(Act.Digest, "to-hub", null), new(Act.Digest, null, "The queue 'to-hub' is full."), new(Stray.Digest, null, "No origin.") }, JsonSerializerOptions.Web), "The queue 'to-hub' is full.",
            console.Time.GetUtcNow(), console.Time.GetUtcNow(), Cancelled);
        page = WebUtility.HtmlDecode(await console.Page("/adapters/XB/dead", Cancelled));
        foreach (var text in new[] { "some stayed", "It is home in to-hub.", "The queue 'to-hub' is full.", "The queue had been full" })
            Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.Contains("to-hub", await console.Page("/adapters/XB/dead.csv", Cancelled), StringComparison.Ordinal);
        // Of the same bytes each says what became of it.
        var board = (await console.Http.GetFromJsonAsync<DeadLetterBoard>(new Uri("/api/v1/adapters/XB/dead", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!;
        Assert.Equal([("to-hub", null), (null, "The queue 'to-hub' is full."), (null, "No origin.")], board.Lines.Select(l => (l.Home, l.Why)));

        var deeds = (await console.Services.GetRequiredService<Ledger>().DeedsPage(new(), null, 20, Cancelled)).Where(d => d.Kind.StartsWith("DeadLetters", StringComparison.Ordinal)).ToList();
        Assert.Equal([("DeadLettersAsked", "A. Bell"), ("DeadLettersBroughtHome", "hub"), ("DeadLettersWishedHome", "A. Bell")], deeds.Select(d => (d.Kind, d.Actor)).Order());
        Assert.All(deeds, d => Assert.Contains(look.LookId.ToString(), d.Content, StringComparison.Ordinal));

        // Who signs in is found by the account.
        var (account, now) = (Guid.NewGuid(), console.Time.GetUtcNow());
        await looks.Ask(new() { LookId = Guid.NewGuid(), State = "XC", AskedAt = now, AskedBy = "A. Bell" }, "Shown on Today", account, now, Cancelled);
        Assert.Equal("DeadLettersAsked", Assert.Single(await console.Services.GetRequiredService<Ledger>().DeedsPage(new() { Account = account }, null, 20, Cancelled)).Kind);
    }

    [Fact]
    public async Task Programs_do_the_same_and_an_older_look_brings_nothing_home()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var looks = console.Services.GetRequiredService<DeadLetterLooks>();
        async Task<(HttpStatusCode Status, string? Code)> Answer(Task<HttpResponseMessage> asked)
        {
            using var answer = await asked;
            return (answer.StatusCode, answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("code").GetString());
        }
        var address = new Uri("/api/v1/adapters/xb/dead", UriKind.Relative);
        Assert.Equal((HttpStatusCode.NotFound, "LH0405"), await Answer(console.Http.GetAsync(address, Cancelled)));
        Assert.Equal((HttpStatusCode.Accepted, null), await Answer(console.Http.PostAsJsonAsync(address, new DeadLetterWish("Shown on Today", "A. Bell"), Cancelled)));
        var first = await Seen();
        Assert.Equal((HttpStatusCode.Accepted, null), await Answer(console.Http.PostAsJsonAsync(address, new DeadLetterWish("Once more", "A. Bell"), Cancelled)));
        var second = await Seen();
        Task<HttpResponseMessage> Home(Guid look, int count) => console.Http.PostAsJsonAsync(new Uri($"/api/v1/adapters/XB/dead/{look}/home", UriKind.Relative), new HomeWish("It was full", count, "A. Bell"), Cancelled);

        Assert.Equal((HttpStatusCode.Conflict, "LH0404"), await Answer(Home(first, 1)));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "LH0124"), await Answer(Home(second, 2)));
        Assert.Equal((HttpStatusCode.Accepted, null), await Answer(Home(second, 1)));
        Assert.Equal((HttpStatusCode.Conflict, "LH0404"), await Answer(Home(second, 1)));
        Assert.Equal(DeadLetterStatus.GoingHome, (await console.Http.GetFromJsonAsync<DeadLetterBoard>(address, JsonSerializerOptions.Web, Cancelled))!.Status);

        async Task<Guid> Seen()
        {
            console.Time.Advance(TimeSpan.FromSeconds(1));
            var look = Assert.Single(await looks.Take(console.Time.GetUtcNow(), Cancelled));
            await looks.Seen(look.LookId, 1, JsonSerializer.Serialize(new[] { Act }, JsonSerializerOptions.Web), null, console.Time.GetUtcNow(), Cancelled);
            return look.LookId;
        }
    }

    [Fact]
    public async Task Whoever_asks_while_a_look_is_under_way_shares_it_until_no_hub_has_come_for_a_minute_and_a_wish_is_found_by_the_account()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var (looks, now, account) = (console.Services.GetRequiredService<DeadLetterLooks>(), console.Time.GetUtcNow(), Guid.NewGuid());
        Task<DeadLetterLook> Ask(int second) => looks.Ask(new() { LookId = Guid.NewGuid(), State = "XB", AskedAt = now.AddSeconds(second), AskedBy = "A. Bell" }, "Shown on Today", account, now, Cancelled);

        var first = await Ask(0);
        Assert.Equal(first.LookId, (await Ask(59)).LookId);
        var second = await Ask(60);
        Assert.NotEqual(first.LookId, second.LookId);
        await looks.Seen(second.LookId, 1, JsonSerializer.Serialize(new[] { Act }, JsonSerializerOptions.Web), null, now, Cancelled);
        Assert.True(await looks.WishHome(second, "A. Bell", "It was full", account, now, now, Cancelled));

        Assert.Equal(["DeadLettersAsked", "DeadLettersAsked", "DeadLettersWishedHome"],
            (await console.Services.GetRequiredService<Ledger>().DeedsPage(new() { Account = account }, null, 20, Cancelled)).Select(d => d.Kind).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_the_broker_gave_up_on_of_the_hub_s_own_messages_is_asked_for_in_the_same_way()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        Assert.Contains("href=\"/adapters/HUB/dead\"", await console.Page("/adapters", Cancelled), StringComparison.Ordinal);
        Assert.Contains("names only a row of the database", await console.Page("/adapters/hub/dead", Cancelled), StringComparison.Ordinal);

        using var asked = await console.Post("/adapters/HUB/dead", "/adapters/HUB/dead", new() { ["reason"] = "Shown on Today", ["by"] = "A. Bell" }, Cancelled);

        Assert.Equal(("/adapters/HUB/dead", HttpStatusCode.SeeOther), (asked.Headers.Location?.ToString(), asked.StatusCode));
        var look = Assert.Single(await console.Services.GetRequiredService<DeadLetterLooks>().Take(console.Time.GetUtcNow(), Cancelled));
        Assert.Equal("HUB", look.State);
        Assert.Equal(DeadLetterStatus.Looking, (await console.Http.GetFromJsonAsync<DeadLetterBoard>(new Uri("/api/v1/adapters/HUB/dead", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!.Status);
    }

    [Fact]
    public async Task A_broker_that_is_away_is_said_and_nothing_can_be_brought_home()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await Fill(console, "Connection refused");
        var page = await console.Page("/adapters/XB/dead", Cancelled);
        Assert.Contains("Connection refused", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/home\"", page, StringComparison.Ordinal);
    }

    /// <summary>A look at two messages, one of which can go home.</summary>
    internal static async Task Fill(ConsoleUnderTest console, string? trouble = null)
    {
        var looks = console.Services.GetRequiredService<DeadLetterLooks>();
        var now = console.Time.GetUtcNow();
        var look = await looks.Ask(new() { LookId = Guid.CreateVersion7(now), State = "XB", AskedAt = now, AskedBy = "A. Bell, duty operator" }, "Shown on Today", null, now, Cancelled);
        await looks.Seen(look.LookId, trouble is null ? 2 : 0, trouble is null ? JsonSerializer.Serialize(new[] { Act, Stray }, JsonSerializerOptions.Web) : "[]", trouble, now, Cancelled);
    }
}
