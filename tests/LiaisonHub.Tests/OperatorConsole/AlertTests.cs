using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Alerts;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>Whoever is not at the console is told what it shows: once, signed, not at night, and not without end.</summary>
public sealed class AlertTests : IAsyncLifetime
{
    const string Secret = "0123456789abcdef";
    readonly string folder = Directory.CreateTempSubdirectory("alerts-").FullName;
    readonly ConcurrentQueue<(string Signature, string Body)> posted = new();
    WebApplication receiver = null!;
    int answer = 200;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        receiver = builder.Build();
        receiver.Urls.Add("http://127.0.0.1:0");
        receiver.MapPost("/alerts", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            posted.Enqueue((http.Request.Headers["LiaisonHub-Signature"].ToString(), await reader.ReadToEndAsync(http.RequestAborted)));
            http.Response.StatusCode = answer;
        });
        await receiver.StartAsync(Cancelled);
        await File.WriteAllTextAsync(Path.Combine(folder, "secret"), Secret + "\n", Cancelled);
    }

    [Fact]
    public async Task A_matter_is_told_once_signed_and_its_end_once()
    {
        await using var console = await Told();
        await Round(console);
        await Round(console);

        var (signature, body) = Assert.Single(posted);
        var parts = signature.Split(["t=", ",v1="], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{parts[0]}.{body}"))), parts[1]);
        Assert.Equal(FilledHub.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), parts[0]);
        var began = JsonNode.Parse(body)!["began"]!.AsArray();
        var gap = Assert.Single(began, m => (string?)m!["kind"] == "gap")!;
        Assert.NotEmpty((string)gap["what"]!);
        Assert.Equal(new Uri(console.Services.GetRequiredService<ConsoleOptions>().Public, $"/adapters#{gap["state"]}").ToString(), (string?)gap["link"]);
        Assert.Contains(began, m => (string?)m!["kind"] == "quarantine");
        Assert.DoesNotContain(FilledHub.StrayName, body, StringComparison.Ordinal);

        await Settle(console);
        await Round(console);
        await Round(console);
        var over = JsonNode.Parse(posted.ElementAt(1).Body)!;
        Assert.Equal(2, posted.Count);
        Assert.Equal(["quarantine"], over["ended"]!.AsArray().Select(m => (string)m!["kind"]!).Distinct());
        Assert.Empty(over["began"]!.AsArray());
    }

    [Fact]
    public async Task What_the_broker_tells_of_is_not_over_while_the_broker_is_away()
    {
        await using var console = await Told(r => r.AtMostAnHour = 60);
        var adapters = console.Services.GetRequiredService<AdapterRegister>();
        async Task<IReadOnlyList<string>> Ended(int? readers, string? trouble, string? queues)
        {
            foreach (var state in new[] { "XA", "XB" })
                await adapters.Looked(state, readers, trouble, console.Time.GetUtcNow(), Cancelled, queues);
            var before = posted.Count;
            await Round(console);
            console.Time.Advance(TimeSpan.FromMinutes(5));
            return [.. posted.Skip(before).SelectMany(p => JsonNode.Parse(p.Body)!["ended"]!.AsArray()).Select(m => (string)m!["kind"]!)];
        }
        const string Dead = """[{"name":"dead","waiting":7,"readers":0}]""", Empty = """[{"name":"dead","waiting":0,"readers":0}]""";

        await Ended(1, null, Dead);
        Assert.Contains(Began(0), m => (string?)m["kind"] == "dead-letters");
        Assert.DoesNotContain("dead-letters", await Ended(null, "The broker cannot be reached: connection refused.", null));
        Assert.Contains("dead-letters", await Ended(1, null, Empty));
    }

    [Fact]
    public async Task What_is_not_taken_is_sent_again_later_and_later_and_what_was_said_is_kept()
    {
        await using var console = await Told();
        answer = 500;
        await Round(console);
        await Round(console);
        Assert.Single(posted);
        Assert.Equal(("answered 500", 1), await Standing(console));

        console.Time.Advance(TimeSpan.FromSeconds(31));
        await Round(console);
        console.Time.Advance(TimeSpan.FromSeconds(31));
        await Round(console);
        Assert.Equal(2, posted.Count);

        answer = 204;
        console.Time.Advance(TimeSpan.FromSeconds(31));
        await Round(console);
        Assert.Equal(3, posted.Count);
        Assert.Equal((null, 0), await Standing(console));
        await Round(console);
        Assert.Equal(3, posted.Count);
    }

    [Fact]
    public async Task Nobody_is_told_at_night_but_of_what_cannot_wait()
    {
        // The hub's time is 9:12 UTC: 23:12 in Kiritimati.
        await using var console = await Told(r => (r.QuietFrom, r.QuietUntil, r.Zone) = (new(22, 0), new(6, 30), "Pacific/Kiritimati"));
        await Round(console);
        Assert.Empty(posted);
        console.Time.Advance(TimeSpan.FromHours(7.5));
        await Round(console);
        Assert.Single(posted);

        posted.Clear();
        await using var other = await Told(r =>
        {
            (r.QuietFrom, r.QuietUntil, r.Zone) = (new(22, 0), new(6, 30), "Pacific/Kiritimati");
            r.Rules.Add(new() { Kind = "gap", Urgent = true });
        });
        await Round(other);
        Assert.Equal(["gap"], JsonNode.Parse(Assert.Single(posted).Body)!["began"]!.AsArray().Select(m => (string)m!["kind"]!).Distinct());
    }

    [Theory]
    [InlineData("22:00", "06:30", "UTC", "2026-03-20T21:59:59Z", null)]
    [InlineData("22:00", "06:30", "UTC", "2026-03-20T22:00:00Z", "2026-03-21T06:30:00Z")]
    [InlineData("22:00", "06:30", "UTC", "2026-03-21T00:00:00Z", "2026-03-21T06:30:00Z")]
    [InlineData("22:00", "06:30", "UTC", "2026-03-21T06:30:00Z", null)]
    [InlineData("12:00", "13:00", "UTC", "2026-03-20T11:59:59Z", null)] // within one day
    [InlineData("12:00", "13:00", "UTC", "2026-03-20T12:00:00Z", "2026-03-20T13:00:00Z")]
    [InlineData("12:00", "13:00", "UTC", "2026-03-20T22:00:00Z", null)]
    [InlineData("22:00", "06:30", "Europe/Vienna", "2026-03-20T21:00:00Z", "2026-03-21T05:30:00Z")]
    [InlineData("22:00", "02:30", "Europe/Vienna", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z")] // half past two is left out that night
    [InlineData("22:00", "02:30", "Europe/Vienna", "2026-03-29T01:00:00Z", null)]
    public void Quiet_hours_are_those_of_the_receivers_own_clock_and_end_when_they_say(string from, string until, string zone, string now, string? ends)
    {
        var receiver = new AlertReceiverOptions { QuietFrom = TimeOnly.Parse(from, CultureInfo.InvariantCulture), QuietUntil = TimeOnly.Parse(until, CultureInfo.InvariantCulture), Zone = zone };
        var at = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture);

        Assert.Equal(ends is not null, receiver.IsQuiet(at));
        Assert.Equal(ends, receiver.QuietEnds(at)?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Who_has_had_enough_in_an_hour_gets_the_rest_in_one_message()
    {
        await using var console = await Told(r => r.AtMostAnHour = 1);
        await Round(console);
        await Settle(console);
        await Round(console);
        Assert.Single(posted);
        console.Time.Advance(TimeSpan.FromMinutes(61));
        await Round(console);
        Assert.Equal(2, posted.Count);
        Assert.NotEmpty(JsonNode.Parse(posted.Last().Body)!["ended"]!.AsArray());
    }

    [Fact]
    public async Task The_hour_of_the_cap_begins_with_its_first_message_and_not_with_its_last()
    {
        await using var console = await Told(r =>
        {
            r.AtMostAnHour = 2;
            r.Rules.Add(new() { Kind = "quarantine" });
        });
        await Round(console);
        console.Time.Advance(TimeSpan.FromMinutes(40));
        await Quarantined(console, "NoSuchCode", 1);
        await Round(console);
        await Quarantined(console, "AnotherCode", 1);
        await Round(console);
        Assert.Equal(2, posted.Count);
        console.Time.Advance(TimeSpan.FromMinutes(21));
        await Round(console);
        // Of the new hour no more is used up than this one.
        Assert.Equal((3, 1), (posted.Count, (await Board(console)).Receivers[0].HourSent));
    }

    [Fact]
    public async Task A_rule_says_how_many_and_how_long_and_which_level()
    {
        await using var console = await Told(r =>
        {
            r.Rules.Add(new() { Kind = "quarantine", AtLeast = 1000 });
            r.Rules.Add(new() { Kind = "gap", After = TimeSpan.FromDays(300) });
            r.Rules.Add(new() { Kind = AlertRule.Overdue, Level = 9 });
        });
        await Round(console);
        Assert.Empty(posted);

        await using var other = await Told(r => r.Rules.Add(new() { Kind = AlertRule.Overdue, Level = 1 }));
        await Round(other);
        Assert.Equal("1 request has climbed to level 1 or higher.", (string?)JsonNode.Parse(Assert.Single(posted).Body)!["began"]![0]!["what"]);
        // What another wants to know of is nothing to who asks for a higher level.
        var options = other.Services.GetRequiredService<ConsoleOptions>().Alerts.Receivers;
        options.Add(new() { Name = "chief", Webhook = options[0].Webhook, SecretFile = options[0].SecretFile, Gather = TimeSpan.Zero, Rules = { new() { Kind = AlertRule.Overdue, Level = 9 } } });
        await Round(other);
        Assert.Single(posted);
    }

    [Fact]
    public async Task The_room_says_by_which_rules_what_was_told_and_what_is_held_back_and_until_when()
    {
        // 9:12 UTC is 23:12 in Kiritimati; half past six there is 16:30 UTC.
        await using var console = await Told(r =>
        {
            (r.QuietFrom, r.QuietUntil, r.Zone, r.AtMostAnHour) = (new(22, 0), new(6, 30), "Pacific/Kiritimati", 1);
            r.Rules.Add(new() { Kind = "gap" });
            r.Rules.Add(new() { Kind = "quarantine", AtLeast = 1000 });
            r.Rules.Add(new() { Kind = "adapter-silent", After = TimeSpan.FromDays(300) });
        });
        var board = await Board(console);
        var receiver = Assert.Single(board.Receivers);
        Assert.Equal(["adapter-silent", "gap", "quarantine"], receiver.Rules.Select(r => r.Kind).Order(StringComparer.Ordinal));
        var morning = new DateTimeOffset(2026, 3, 20, 16, 30, 0, TimeSpan.Zero);
        Assert.Equal(morning, receiver.QuietUntil);
        AlertStanding Of(AlertBoard at, string kind) => at.Receivers[0].Matters.First(m => m.Kind == kind);
        Assert.Equal((AlertPlace.Quiet, morning), (Of(board, "gap").Place, Of(board, "gap").At));
        Assert.Equal((AlertPlace.TooFew, null), (Of(board, "quarantine").Place, Of(board, "quarantine").At));
        Assert.Equal((AlertPlace.TooYoung, Of(board, "adapter-silent").Since.AddDays(300)), (Of(board, "adapter-silent").Place, Of(board, "adapter-silent").At));

        console.Time.SetUtcNow(morning.AddMinutes(1));
        Assert.Equal(AlertPlace.Next, Of(await Board(console), "gap").Place);
        answer = 500;
        await Round(console);
        board = await Board(console);
        Assert.Equal((AlertPlace.Failing, 1), (Of(board, "gap").Place, board.Receivers[0].Failures));
        answer = 200;
        console.Time.Advance(TimeSpan.FromMinutes(1));
        await Round(console);
        board = await Board(console);
        Assert.Equal((AlertPlace.Told, 1), (Of(board, "gap").Place, board.Receivers[0].HourSent));
        Assert.Equal([null, "It answered 500."], board.Sent.Select(s => s.Error?.Plain));
        Assert.Equal([null, "answered"], board.Sent.Select(s => s.ErrorCode));
        Assert.All(board.Sent, s => Assert.StartsWith("gap ", s.Matters, StringComparison.Ordinal));

        var page = await console.Page("/alerts", Cancelled);
        foreach (var text in new[] { "22:00-06:30 Pacific/Kiritimati", "1 of 1 at most", "too few for the rule", "It answered 500.", "webhook 127.0.0.1" })
            Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.Contains("It answered 500.", await console.Page("/alerts.csv", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_tries_a_receiver_out_learns_what_came_of_it_and_so_does_the_ledger()
    {
        await using var console = await Told(r => (r.QuietFrom, r.QuietUntil, r.AtMostAnHour) = (new(0, 0), new(23, 59), 1));
        var wish = new Dictionary<string, string> { ["receiver"] = "duty", ["reason"] = "Before the exercise", ["by"] = "A. Bell" };
        using var lacking = await console.Post("/alerts", "/alerts/test", new(wish) { ["reason"] = "" }, Cancelled);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, lacking.StatusCode);
        Assert.Empty(posted);

        using var sent = await console.Post("/alerts", "/alerts/test", wish, Cancelled);
        Assert.Equal("/alerts#sent", sent.Headers.Location!.OriginalString);
        Assert.Equal(("test", "This is a test of the alerts, sent by A. Bell."), JsonNode.Parse(Assert.Single(posted).Body)!["began"]![0] is { } matter ? ((string?)matter["kind"], (string?)matter["what"]) : default);
        Assert.Contains("test by A. Bell", await console.Page("/alerts", Cancelled), StringComparison.Ordinal);
        answer = 403;
        using var refused = await console.Http.PostAsJsonAsync(new Uri("/api/v1/alerts/test", UriKind.Relative), new AlertTestWish("duty", "Once more", "A. Bell"), Cancelled);
        Assert.Equal(("It answered 403.", "answered"), (await refused.Content.ReadFromJsonAsync<AlertTestOutcome>(Cancelled))! is var outcome ? (outcome.Error?.Plain, outcome.ErrorCode) : default);
        using var unknown = await console.Http.PostAsJsonAsync(new Uri("/api/v1/alerts/test", UriKind.Relative), new AlertTestWish("nobody", "x", "A. Bell"), Cancelled);
        Assert.Contains("LH0421", await unknown.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        var deeds = await console.Services.GetRequiredService<Ledger>().DeedsPage(new() { Kind = "AlertTested" }, null, 10, Cancelled);
        Assert.Equal([false, true], deeds.Select(d => d.Content.Contains("403", StringComparison.Ordinal)).Order());
        // A test counts for no cap, and changes nothing of what is to be told.
        Assert.Equal(0, (await Board(console)).Receivers[0].HourSent);
    }

    [Fact]
    public async Task A_second_fault_of_the_same_state_is_told_and_one_that_has_grown_tenfold_is_told_again()
    {
        await using var console = await Told(r => r.Rules.Add(new() { Kind = "quarantine" }));
        await Quarantined(console, "NoSuchCode", 1);
        await Round(console);
        var first = Began(0).Count;
        Assert.Contains(Began(0), m => (int)m["count"]! == 1 && ((string)m["link"]!).Contains("NoSuchCode", StringComparison.Ordinal));

        await Quarantined(console, "AnotherCode", 1);
        await Quarantined(console, "NoSuchCode", 8);
        await Round(console);
        Assert.Contains("AnotherCode", (string)Assert.Single(Began(1))["link"]!, StringComparison.Ordinal);
        await Quarantined(console, "NoSuchCode", 1);
        await Round(console);
        var grown = Assert.Single(Began(2));
        Assert.Equal((10, true), ((int)grown["count"]!, ((string)grown["link"]!).Contains("NoSuchCode", StringComparison.Ordinal)));
        await Quarantined(console, "NoSuchCode", 5);
        await Round(console);
        Assert.Equal(3, posted.Count);
        Assert.True(first > 1);
    }

    [Fact]
    public async Task The_rate_is_that_of_the_last_hour_whatever_the_clock_shows()
    {
        // It is 9:12; seven messages came at 8:50: an hour of the clock has begun since.
        await using var console = await Told(r => r.Rules.Add(new() { Kind = AlertRule.QuarantineRate, AtLeast = 8 }));
        await Settle(console);
        await Quarantined(console, "NoSuchCode", 7, FilledHub.Now.AddMinutes(-22));
        await Quarantined(console, "NoSuchCode", 5, FilledHub.Now.AddMinutes(-61));
        await Round(console);
        Assert.Empty(posted);
        await Quarantined(console, "NoSuchCode", 1, FilledHub.Now.AddMinutes(-59));
        await Round(console);
        Assert.Equal(AlertRule.QuarantineRate, (string?)Assert.Single(Began(0))["kind"]);
        console.Time.Advance(TimeSpan.FromMinutes(2));
        await Round(console);
        Assert.Equal(2, posted.Count);
    }

    [Fact]
    public async Task What_is_to_last_before_it_is_told_is_told_when_it_has_and_its_link_shows_what_was_counted()
    {
        await using var console = await Told(r => r.Rules.Add(new() { Kind = AlertRule.Overdue, Level = 1, After = TimeSpan.FromMinutes(30) }));
        await Round(console);
        console.Time.Advance(TimeSpan.FromMinutes(29));
        await Round(console);
        Assert.Empty(posted);
        console.Time.Advance(TimeSpan.FromMinutes(1));
        await Round(console);
        var matter = Assert.Single(Began(0));
        var listed = await console.Page(new Uri((string)matter["link"]!).PathAndQuery, Cancelled);
        Assert.Equal((int)matter["count"]!, System.Text.RegularExpressions.Regex.Count(listed, "<tr data-row"));
    }

    [Fact]
    public async Task What_ends_soon_what_stopped_and_what_waits_for_a_second_person_is_told()
    {
        await using var console = await Told(r =>
        {
            foreach (var kind in new[] { "key-ends", "certificate-ends", "calendar", "ledger", "plan-stopped", "approval" })
                r.Rules.Add(new() { Kind = kind });
        });
        await Round(console);
        // A key of XC ends in three weeks, the certificate of XB in six days.
        Assert.Equal([("certificate-ends", "XB"), ("key-ends", "XC")], Began(0).Select(m => ((string)m["kind"]!, (string?)m["state"])).Order());

        var (plans, quarantine) = (console.Services.GetRequiredService<RepairPlans>(), console.Services.GetRequiredService<Quarantine>());
        await PlanTests.Fill(console);
        Assert.True(await plans.Stop((await plans.Page(1, Cancelled))[0].PlanId, "hub", "3 of 4 rows failed.", Cancelled));
        var message = (await quarantine.Page(Quarantine.Waiting, null, null, null, 1, Cancelled))[0].QuarantineId;
        Assert.True(await quarantine.WishAsideOf(message, Guid.NewGuid(), "A. Bell", "Wrong address.", console.Time.GetUtcNow().AddHours(24), Cancelled));
        await console.Services.GetRequiredService<Verifications>().Note(new(console.Time.GetUtcNow(), new() { Size = 1, Hash = "x" }, new() { Position = 7, What = "The entry is missing" }), "A. Bell", Cancelled);
        await Round(console);
        Assert.Equal(["approval", "ledger", "plan-stopped"], Began(1).Select(m => (string)m["kind"]!).Order());

        // Nearer to its end it is told again, and what is told is the day.
        console.Time.Advance(TimeSpan.FromDays(15));
        await Round(console);
        Assert.Contains(Began(2), m => (string)m["kind"]! == "key-ends" && (string?)m["state"] == "XC");
        // A plan that stopped a week ago is nobody's news any more.
        Assert.Contains("plan-stopped", JsonNode.Parse(posted.ElementAt(2).Body)!["ended"]!.AsArray().Select(m => (string)m!["kind"]!));
    }

    [Fact]
    public async Task What_cannot_wait_waits_for_no_cap_and_stands_first_and_what_is_over_uses_none_up()
    {
        await using var console = await Told(r =>
        {
            r.AtMostAnHour = 2;
            r.Rules.Add(new() { Kind = "quarantine" });
            r.Rules.Add(new() { Kind = "ledger", Urgent = true });
        });
        await Round(console);
        await Settle(console);
        await Round(console);
        Assert.Equal((2, 0), (posted.Count, Began(1).Count));
        // One message is left, since the second only said what was over.
        await Quarantined(console, "NoSuchCode", 1);
        await Round(console);
        Assert.Equal((3, 2), (posted.Count, (await Board(console)).Receivers[0].HourSent));

        await Quarantined(console, "AnotherCode", 1);
        await console.Services.GetRequiredService<Verifications>().Note(new(console.Time.GetUtcNow(), new() { Size = 1, Hash = "x" }, new() { Position = 7, What = "The entry is missing" }), "A. Bell", Cancelled);
        Assert.Equal([AlertPlace.Next, AlertPlace.Full], (await Board(console)).Receivers[0].Matters.Where(m => m.Place != AlertPlace.Told).Select(m => m.Place).Order());
        await Round(console);
        Assert.Equal(["ledger"], Began(3).Select(m => (string)m["kind"]!));
        await Round(console);
        Assert.Equal(4, posted.Count);

        await using var other = await Told(r =>
        {
            r.Rules.Add(new() { Kind = "quarantine" });
            r.Rules.Add(new() { Kind = "ledger", Urgent = true });
            r.Rules.Add(new() { Kind = "not-opened", Urgent = true });
        });
        posted.Clear();
        await other.Services.GetRequiredService<Verifications>().Note(new(other.Time.GetUtcNow(), new() { Size = 1, Hash = "x" }, new() { Position = 7, What = "The entry is missing" }), "A. Bell", Cancelled);
        await Round(other);
        // Of two that cannot wait the older first, however late it is looked at.
        Assert.Equal(["not-opened", "ledger"], Began(0).Take(2).Select(m => (string)m["kind"]!));
        Assert.True(Began(0).Count > 2);
    }

    [Fact]
    public async Task What_begins_together_is_one_message_and_what_is_over_is_told_with_the_time_it_began_with()
    {
        await using var console = await Told(r =>
        {
            r.Gather = TimeSpan.FromMinutes(1);
            r.Rules.Add(new() { Kind = "quarantine" });
        });
        await Settle(console);
        await Quarantined(console, "NoSuchCode", 1, FilledHub.Now.AddMinutes(-7));
        await Round(console);
        console.Time.Advance(TimeSpan.FromSeconds(30));
        await Quarantined(console, "AnotherCode", 1);
        await Round(console);
        Assert.Empty(posted);
        console.Time.Advance(TimeSpan.FromSeconds(30));
        await Round(console);
        Assert.Equal(2, Began(0).Count);
        var since = (string?)Began(0).Single(m => ((string)m["link"]!).Contains("NoSuchCode", StringComparison.Ordinal))["since"];
        Assert.Equal(FilledHub.Now.AddMinutes(-7), DateTimeOffset.Parse(since!, CultureInfo.InvariantCulture));

        await Settle(console);
        await Round(console);
        Assert.Contains(since, JsonNode.Parse(posted.ElementAt(1).Body)!["ended"]!.AsArray().Select(m => (string?)m!["since"]));
    }

    [Fact]
    public async Task What_comes_back_before_its_end_was_told_has_not_ended_and_what_ended_untold_is_never_told()
    {
        await using var console = await Told(r =>
        {
            r.AtMostAnHour = 1;
            r.Rules.Add(new() { Kind = "quarantine" });
        });
        await Settle(console);
        await Quarantined(console, "NoSuchCode", 1);
        await Round(console);
        await Settle(console);
        await Quarantined(console, "AnotherCode", 1);
        await Round(console);
        await Settle(console);
        await Quarantined(console, "NoSuchCode", 1);
        await Round(console);
        console.Time.Advance(TimeSpan.FromMinutes(30));
        await Settle(console);
        await Round(console);
        Assert.Single(posted);

        console.Time.Advance(TimeSpan.FromMinutes(31));
        await Round(console);
        Assert.Empty(Began(1));
        var over = Assert.Single(JsonNode.Parse(posted.ElementAt(1).Body)!["ended"]!.AsArray())!;
        Assert.Equal(FilledHub.Now.AddMinutes(30), DateTimeOffset.Parse((string)over["until"]!, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task One_that_cannot_be_told_holds_up_no_other()
    {
        await using var console = await Told();
        var receivers = console.Services.GetRequiredService<ConsoleOptions>().Alerts.Receivers;
        receivers.Insert(0, new() { Name = "first", Webhook = receivers[0].Webhook, SecretFile = Path.Combine(folder, "gone"), Gather = TimeSpan.Zero });
        await Round(console);
        Assert.Single(posted);
    }

    [Fact]
    public void Whoever_names_no_rule_is_told_everything_but_the_rate_and_at_night_what_stops_the_hub()
    {
        var rules = new AlertReceiverOptions().RulesInForce;
        Assert.Equal(AlertRule.Kinds.Where(k => k != AlertRule.QuarantineRate), rules.Select(r => r.Kind));
        Assert.Equal(["broker", "clock", "ledger", "outbox", "undecided", "unreadable"], rules.Where(r => r.Urgent).Select(r => r.Kind).Order(StringComparer.Ordinal));
        Assert.All(rules, r => Assert.Equal((TimeSpan.Zero, 1, 4), (r.After, r.AtLeast, r.Level)));
    }

    [Fact]
    public async Task Of_two_consoles_one_tells()
    {
        await using var console = await Told();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Round(console), Cancelled)));
        Assert.Single(posted);
    }

    [Theory]
    [InlineData("", "https://x.example", null, null, "Receivers:0:Name")]
    [InlineData("a", null, null, null, "Receivers:0:Webhook")]
    [InlineData("a", "http://x.example", "secret", null, "Receivers:0:Webhook")]
    [InlineData("a", "https://x.example", "nothing", null, "Receivers:0:SecretFile")]
    [InlineData("a", null, null, "nobody", "Receivers:0:Mail")]
    [InlineData("a", null, null, "duty@x.example", "Alerts:Mail:Host")]
    public void What_cannot_work_is_said_at_start(string name, string? webhook, string? secret, string? mail, string key)
    {
        var options = new ConsoleOptions();
        options.Alerts.Receivers.Add(new() { Name = name, Webhook = webhook is null ? null : new Uri(webhook), SecretFile = secret is null ? null : Path.Combine(folder, secret), Mail = mail });

        Assert.Contains(options.Problems(), p => p.Contains(key, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await receiver.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    // A receiver that is there from the start would be told by the console itself; here a test looks when it wants to.
    async Task<ConsoleUnderTest> Told(Action<AlertReceiverOptions>? configure = null)
    {
        var options = new AlertReceiverOptions { Name = "duty", Webhook = new Uri(new Uri(receiver.Urls.First()), "/alerts"), SecretFile = Path.Combine(folder, "secret"), Gather = TimeSpan.Zero };
        configure?.Invoke(options);
        Assert.Empty(options.Problems());
        var console = await ConsoleUnderTest.Filled(Cancelled);
        console.Services.GetRequiredService<ConsoleOptions>().Alerts.Receivers.Add(options);
        return console;
    }

    static async Task<AlertBoard> Board(ConsoleUnderTest console) => (await console.Http.GetFromJsonAsync<AlertBoard>(new Uri("/api/v1/alerts", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!;

    static async Task Round(ConsoleUnderTest console)
    {
        using var sender = ActivatorUtilities.CreateInstance<AlertSender>(console.Services);
        await sender.Round(Cancelled);
    }

    List<JsonNode> Began(int message) => [.. JsonNode.Parse(posted.ElementAt(message).Body)!["began"]!.AsArray().OfType<JsonNode>()];

    static async Task Quarantined(ConsoleUnderTest console, string code, int messages, DateTimeOffset? at = null)
    {
        for (var i = 0; i < messages; i++)
            await console.Services.GetRequiredService<Quarantine>().Add(
                new() { QuarantineId = Guid.NewGuid(), Source = "edge", State = "XB", Code = code, Reason = "No", Fix = "Yes", Body = [1], Digest = Guid.NewGuid().ToString("N"), At = at ?? console.Time.GetUtcNow() }, Cancelled);
    }

    static async Task<(string?, int)> Standing(ConsoleUnderTest console) =>
        Assert.Single(await console.Services.GetRequiredService<AlertStore>().Receivers(Cancelled)) is var r ? (r.LastError, r.Failures) : default;

    // Whatever stands in quarantine is decided.
    static async Task Settle(ConsoleUnderTest console)
    {
        var quarantine = console.Services.GetRequiredService<Quarantine>();
        foreach (var message in await quarantine.Page(null, null, null, null, 50, Cancelled))
            await quarantine.Resolve(message.QuarantineId, "test", "Done.", "Retried", Cancelled);
    }
}
