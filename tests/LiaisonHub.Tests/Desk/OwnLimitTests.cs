using System.Net;
using System.Text.RegularExpressions;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage.Adapter;
using LiaisonHub.Tests.Casework;
using static LiaisonHub.Tests.Desk.DeskUnderTest;

namespace LiaisonHub.Tests.Desk;

/// <summary>Limits of a state's own law: they run at its desk, from what an officer notes to what an officer notes.</summary>
public sealed class OwnLimitTests
{
    static readonly DateTimeOffset Monday = Demo.Utc("2026-01-19T10:00:00Z");

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void A_limit_runs_from_its_event_becomes_longer_begins_again_and_is_met()
    {
        Assert.All(Of(Monday), l => Assert.False(l.Runs));
        Assert.Equal((Monday, Demo.Utc("2026-02-28T20:59:59Z")), (Limit("ES-2", Monday, Started("ES-2")).Since, Limit("ES-2", Monday, Started("ES-2")).Due));
        var longer = Limit("ES-2", Monday, Started("ES-2"), new("ES-2", OwnLimitEvent.Extended, Monday.AddDays(10)));
        Assert.Equal((true, Demo.Utc("2026-04-09T20:59:59Z")), (longer.Extended, longer.Due));
        Assert.Equal(Monday.AddDays(3), Limit("ES-3", Monday.AddDays(4), Started("ES-3"), new("ES-3", OwnLimitEvent.Started, Monday.AddDays(3))).Since);
        var met = Limit("ES-3", Monday.AddDays(4), Started("ES-3"), new("ES-3", OwnLimitEvent.Ended, Monday.AddDays(2)));
        Assert.Equal((false, Monday.AddDays(2)), (met.Runs, met.EndedAt));
        // What was met and begins again runs again.
        Assert.True(Limit("ES-3", Monday.AddDays(9), Started("ES-3"), new("ES-3", OwnLimitEvent.Ended, Monday.AddDays(2)), new("ES-3", OwnLimitEvent.Started, Monday.AddDays(5))).Runs);
    }

    [Fact]
    public void Silence_of_the_government_hands_over_to_the_ministry_for_three_days()
    {
        var government = Demo.Utc("2026-02-03T20:59:59Z");
        Assert.True(Limit("ES-4", government, Started("ES-4")).Runs);
        Assert.False(Limit("ES-4-DEFAULT", government, Started("ES-4")).Runs);

        var after = government.AddSeconds(1);
        Assert.Equal((false, true), (Limit("ES-4", after, Started("ES-4")).Runs, Limit("ES-4", after, Started("ES-4")).Replaced));
        var ministry = Limit("ES-4-DEFAULT", after, Started("ES-4"));
        Assert.Equal((true, government, Demo.Utc("2026-02-06T20:59:59Z"), "ES-4"), (ministry.Runs, ministry.Since, ministry.Due, ministry.After));
        // The government has decided after all: nobody decides in its place.
        Assert.False(Limit("ES-4-DEFAULT", after, Started("ES-4"), new("ES-4", OwnLimitEvent.Ended, Monday.AddDays(2))).Runs);
    }

    [Fact]
    public void Every_day_is_explained_and_the_last_is_the_day_it_is_due()
    {
        var days = Limit("ES-3", Monday, Started("ES-3")).Explain(Demo.Rules, "XC");

        Assert.Equal((8, new DateOnly(2026, 1, 27)), (days.Count(d => d.Counted), days[^1].Day));
        Assert.Contains("day of the event", days[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_law_speaks_only_of_the_procedures_it_names() =>
        Assert.Empty(OwnLimit.Of(Demo.Rules, "XC", "MutualAssistance", nameof(RequestSubmitted), "EIO", [], Monday));

    [Fact]
    public async Task The_desk_of_the_requested_state_shows_them_notes_them_and_puts_what_is_due_first_on_top()
    {
        await using var desk = await Open(Cancelled, "XC");
        var early = await desk.Asked(Cancelled, reference: "XA-2026-000001");
        var id = await desk.AskedForExtradition(Cancelled);
        await desk.HubAnswers(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var page = $"/desk/requests/{id}";
        Assert.Contains("Limits of our own law", (await browser.Get(page, Cancelled)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Limits of our own law", (await browser.Get($"/desk/requests/{early}", Cancelled)).Text, StringComparison.Ordinal);
        Assert.True(First(await browser.Get("/desk", Cancelled)) == "XA-2026-000001");

        var noted = await browser.Post($"{page}/own-limits", [("code", "ES-5"), ("what", "Started"), ("at", "")], Cancelled, from: page);

        Assert.Equal($"{page}#own-limits", noted.Leads);
        var shown = (await browser.Get(page, Cancelled)).Text;
        Assert.Contains("Court orders after the first hearing", shown, StringComparison.Ordinal);
        Assert.Contains("1 day left, until tomorrow", shown, StringComparison.Ordinal);
        var list = await browser.Get("/desk", Cancelled);
        Assert.True(First(list) == "XA-2026-000002");
        Assert.Contains("our own law", list.Text, StringComparison.Ordinal);
        Assert.Contains("Every day: counted or not, and why", (await browser.Get($"{page}/own-limits/ES-5", Cancelled)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"{page}/own-limits/ES-1", Cancelled)).Status);
        // The other side and the hub hear nothing of it.
        Assert.Empty(await desk.HubAnswers(Cancelled));

        await desk.Pass(TimeSpan.FromMinutes(5), Cancelled);
        await browser.Post($"{page}/own-limits", [("code", "ES-5"), ("what", "Ended"), ("at", "")], Cancelled, from: page);
        Assert.Null((await desk.Of<DeskReads>().Request(id, Cancelled))!.OwnDue);
        Assert.Equal(2, (await desk.Of<OwnLimitStore>().Of(id, Cancelled)).Count);
    }

    [Theory]
    [InlineData("ES-9", "Started", "", "not one of this state")]
    [InlineData("ES-3", "", "", "What happened is missing")]
    [InlineData("ES-3", "Extended", "", "cannot become longer")]
    [InlineData("ES-3", "Ended", "", "has not begun")]
    [InlineData("ES-3", "Started", "yesterday", "cannot be read")]
    [InlineData("ES-3", "Started", "2027-01-01T09:00", "still to come")]
    public async Task What_cannot_be_noted_is_said_with_the_remedy_and_nothing_is_noted(string code, string what, string at, string says)
    {
        await using var desk = await Open(Cancelled, "XC");
        var id = await desk.AskedForExtradition(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        var answer = await browser.Post($"/desk/requests/{id}/own-limits", [("code", code), ("what", what), ("at", at)], Cancelled, from: $"/desk/requests/{id}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains(says, WebUtility.HtmlDecode(answer.Text), StringComparison.Ordinal);
        Assert.Empty(await desk.Of<OwnLimitStore>().Of(id, Cancelled));
    }

    static string First(Seen list) => Regex.Match(list.Text, "data-row><bdi>([^<]+)<").Groups[1].Value;

    static OwnLimitNote Started(string code) => new(code, OwnLimitEvent.Started, Monday);

    static IReadOnlyList<OwnLimit> Of(DateTimeOffset now, params OwnLimitNote[] notes) => OwnLimit.Of(Demo.Rules, "XC", "Extradition", nameof(ExtraditionRequested), "ECE", notes, now);

    static OwnLimit Limit(string code, DateTimeOffset now, params OwnLimitNote[] notes) => Of(now, notes).Single(l => l.Row.Code == code);
}
