using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>A figure is a link to its rows, and there are as many of them.</summary>
public sealed class FigureTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("overdue", "overdue=1")]
    [InlineData("breaching", "within=5&kind=live")]
    [InlineData("open", "")]
    public async Task A_figure_of_requests_has_its_rows_behind_it(string figure, string query)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var today = await Json(console, "/api/v1/today");
        var rows = (await Json(console, $"/api/v1/requests?{query}")).GetProperty("lines").GetArrayLength();

        Assert.Equal(today.GetProperty("counts").GetProperty(figure).GetInt32(), rows);
        Assert.True(rows > 0, "the sample hub must have some, or this test says nothing");
        Assert.Contains(query.Length == 0 ? "href=\"/requests\"" : $"href=\"/requests?{query.Replace("&", "&amp;", StringComparison.Ordinal)}\"", await console.Page("/", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_ladder_level_of_the_overdue_has_its_rows()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var levels = (await Json(console, "/api/v1/today")).GetProperty("overdueByLevel").EnumerateArray().ToList();
        Assert.NotEmpty(levels);
        foreach (var level in levels)
            Assert.Equal(level.GetProperty("requests").GetInt32(), (await Json(console, $"/api/v1/requests?overdue=1&level={level.GetProperty("level").GetInt32()}")).GetProperty("lines").GetArrayLength());
    }

    [Fact]
    public async Task The_unopened_filter_gives_the_requests_whose_acts_nobody_opened()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var watch = console.Services.GetRequiredService<LiaisonHub.Casework.Region>().TransportWatch.Opened;
        var before = console.Time.GetUtcNow() - watch;
        var every = (await console.Services.GetRequiredService<HubReads>().RequestsPage(new(), null, 100, Cancelled)).Select(l => l.RequestId).ToList();
        var unopened = (await console.Services.GetRequiredService<StuckReads>().NotOpened(every, Cancelled)).Where(r => r.AcceptedAt < before);
        var shown = (await Json(console, "/api/v1/requests?unopened=1")).GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("requestId").GetGuid()).ToHashSet();

        Assert.Contains(Guid.Parse("0a000000-0000-4000-8000-000000000102"), shown);
        Assert.Equal([.. unopened.Select(u => u.RequestId).Distinct().Order()], shown.Order());
    }

    [Fact]
    public async Task The_hours_of_the_picture_and_of_its_table_are_the_same_and_add_up()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var hours = (await Json(console, "/api/v1/today")).GetProperty("hours").EnumerateArray().ToList();
        Assert.Equal(24, hours.Count);
        Assert.Equal(1, hours.Sum(h => h.GetProperty("refused").GetInt32()));
        Assert.Equal(3, hours.Sum(h => h.GetProperty("quarantined").GetInt32()));
        Assert.Equal(1, hours.Sum(h => h.GetProperty("undecided").GetInt32()));
        var html = await console.Page("/", Cancelled);
        Assert.Equal(24, Regex.Count(html, "<rect class=\"applied\""));
        Assert.Equal(24, Regex.Count(Regex.Match(html, "<details id=\"hours-table\">.*?</details>", RegexOptions.Singleline).Value, "<th scope=\"row\">"));
    }

    [Fact]
    public async Task What_needs_a_decision_names_its_owner_and_the_next_step()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var matters = (await Json(console, "/api/v1/today")).GetProperty("decisions").EnumerateArray().ToList();
        Assert.Contains(matters, m => m.GetProperty("owner").GetString() == "adapter" && m.GetProperty("what").GetString()!.Contains("XC (Cassara) is silent", StringComparison.Ordinal));
        Assert.Contains(matters, m => m.GetProperty("owner").GetString() == "human" && m.GetProperty("state").GetString() == "XB");
        Assert.Contains(matters, m => m.GetProperty("what").GetString()!.Contains("never came", StringComparison.Ordinal));
        Assert.All(matters, m => Assert.False(string.IsNullOrWhiteSpace(m.GetProperty("next").GetString())));
        foreach (var matter in matters)
            await console.Page(matter.GetProperty("rows").GetString()!.Split('#')[0], Cancelled);
    }

    [Fact]
    public async Task A_key_is_shown_with_how_it_stands_and_when_it_was_last_seen_in_use()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var signing = console.Services.GetRequiredService<PublicKeys>().Now.CurrentSigning("XA", console.Time.GetUtcNow())!;
        await new KeysSeen(console.Services.GetRequiredService<Database>()).Used([signing.KeyId], console.Time.GetUtcNow(), Cancelled);
        var keys = (await Json(console, "/api/v1/adapters")).GetProperty("states").EnumerateArray().Single(s => s.GetProperty("state").GetString() == "XA").GetProperty("keys").EnumerateArray()
            .ToDictionary(k => k.GetProperty("use").GetString()!);

        Assert.Equal(("Current", console.Time.GetUtcNow()), (keys["Sign"].GetProperty("status").GetString(), keys["Sign"].GetProperty("usedAt").GetDateTimeOffset()));
        Assert.False(keys["Seal"].TryGetProperty("usedAt", out var never) && never.ValueKind != JsonValueKind.Null);
        Assert.Contains("Last seen in use", await console.Page("/adapters", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Maintenance_is_shown_with_its_end_and_a_link_with_what_both_ends_know_of_it()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var today = Regex.Match(await console.Page("/", Cancelled), "<section id=\"maintenance\".*?</section>", RegexOptions.Singleline).Value;
        Assert.Contains("The registry moves.", today, StringComparison.Ordinal);
        var states = (await Json(console, "/api/v1/adapters")).GetProperty("states").EnumerateArray().ToDictionary(s => s.GetProperty("state").GetString()!);
        Assert.Equal("maintenance", states["XE"].GetProperty("condition").GetString());
        Assert.Contains(states["XE"].GetProperty("warnings").EnumerateArray(), w => w.GetProperty("what").GetString()!.Contains("legal time goes on", StringComparison.Ordinal));
        Assert.Contains(states["XB"].GetProperty("warnings").EnumerateArray(), w => w.GetProperty("what").GetString()!.Contains("no program read its queue", StringComparison.Ordinal));
        var html = await console.Page("/adapters", Cancelled);
        Assert.Contains("went through edge and core", html, StringComparison.Ordinal);
        Assert.Contains("queue there, read by 1 program", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_stands_still_is_the_first_thing_said()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        // Nobody looks at deadlines here: the copy has no worker.
        console.Time.Advance(TimeSpan.FromDays(3));
        var first = (await Json(console, "/api/v1/today")).GetProperty("decisions")[0];
        Assert.Equal("hub", first.GetProperty("owner").GetString());
        Assert.Contains("clock has not looked", first.GetProperty("what").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_decide_is_said_when_there_is_nothing()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var html = await console.Page("/", Cancelled);
        Assert.Contains("Nothing. No adapter that has joined is silent", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_without_successor_is_warned_of_and_a_state_without_key_too()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var states = (await Json(console, "/api/v1/adapters")).GetProperty("states").EnumerateArray().ToDictionary(s => s.GetProperty("state").GetString()!);
        Assert.Contains(states["XC"].GetProperty("warnings").EnumerateArray(), w => w.GetProperty("what").GetString()!.Contains("ends in 21 d", StringComparison.Ordinal) && w.GetProperty("what").GetString()!.Contains("warning at 30 days", StringComparison.Ordinal));
        Assert.Contains(states["XF"].GetProperty("warnings").EnumerateArray(), w => w.GetProperty("what").GetString()!.Contains("no valid key to sign with", StringComparison.Ordinal));
        Assert.Contains(states["XB"].GetProperty("warnings").EnumerateArray(), w => w.GetProperty("what").GetString()!.Contains("clock is 4 min ahead", StringComparison.Ordinal));
        Assert.Contains(states["XB"].GetProperty("warnings").EnumerateArray(), w => w.GetProperty("what").GetString()!.Contains("The certificate it shows the broker ends in 6 d", StringComparison.Ordinal) && w.GetProperty("what").GetString()!.Contains("warning at 7 days", StringComparison.Ordinal));
        Assert.Equal("up", states["XA"].GetProperty("condition").GetString());
        Assert.Equal("silent", states["XC"].GetProperty("condition").GetString());
        Assert.Equal("never heard", states["XD"].GetProperty("condition").GetString());
    }

    static async Task<JsonElement> Json(ConsoleUnderTest console, string address) => (await console.Http.GetFromJsonAsync<JsonElement>(new Uri(address, UriKind.Relative), Cancelled))!;
}
