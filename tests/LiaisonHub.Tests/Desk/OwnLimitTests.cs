using System.Net;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Acts;
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
    public void Acts_begin_a_limit_make_it_longer_and_meet_it_at_their_own_moment()
    {
        var arrest = Act(new ArrestMade { At = Monday.AddHours(-2), RightsCheck = Usual.RightsCheck }, "2026-01-19T10:00:00Z");
        OwnLimit After(string code, params OwnLimitAct[] acts) => Of(Monday, [], acts).Single(l => l.Row.Code == code);

        var judge = After("ES-1", arrest);
        Assert.Equal((Monday.AddHours(-2), Monday.AddHours(22), nameof(ArrestMade), true), (judge.Since, judge.Due, judge.SinceAct, judge.Runs));
        var heard = After("ES-1", arrest, Act(Extraditions.NoConsent, "2026-01-19T20:00:00Z"));
        Assert.Equal((Demo.Utc("2026-01-19T20:00:00Z"), nameof(ConsentReported)), (heard.EndedAt, heard.EndedByAct));
        Assert.Equal((false, Demo.Utc("2026-02-28T20:59:59Z")), (After("ES-2", arrest).Extended, After("ES-2", arrest).Due));
        var filed = After("ES-2", arrest, Act(Extraditions.Requested(), "2026-02-10T10:00:00Z"));
        Assert.Equal((true, Demo.Utc("2026-04-09T20:59:59Z"), true), (filed.Extended, filed.Due, filed.Runs));
        Assert.False(After("ES-2", arrest, Act(new ReleaseReported { At = Demo.Utc("2026-02-09T08:00:00Z"), Cause = ReleaseCause.CourtOrder }, "2026-02-10T10:00:00Z")).Runs);
        // Whoever never was arrested has no such limit, and no end without a beginning.
        Assert.Null(After("ES-2", Act(Extraditions.Requested(), "2026-02-10T10:00:00Z")).Since);
    }

    [Fact]
    public void The_act_received_last_begins_a_limit_even_by_an_earlier_day_and_an_officers_later_note_goes_before_it()
    {
        OwnLimitAct[] acts =
        [
            Act(new SurrenderDateAgreed { On = new(2026, 3, 20) }, "2026-03-02T10:00:00Z"), Act(new SurrenderDateAgreed { On = new(2026, 3, 12) }, "2026-03-04T10:00:00Z"),
        ];
        OwnLimit Surrender(params OwnLimitNote[] notes) => Of(Demo.Utc("2026-03-05T10:00:00Z"), notes, acts).Single(l => l.Row.Code == "ES-8-MAY");

        Assert.Equal(Demo.Rules.Time.StartOf("XC", new(2026, 3, 12)), Surrender().Since);
        Assert.Equal(Demo.Utc("2026-03-27T20:59:59Z"), Surrender().Due);
        Assert.Equal((Demo.Utc("2026-03-13T10:00:00Z"), null), (Surrender(new OwnLimitNote("ES-8-MAY", OwnLimitEvent.Started, Demo.Utc("2026-03-13T10:00:00Z"))) is var noted ? noted.Since : null, noted.SinceAct));
        Assert.Equal(nameof(SurrenderDateAgreed), Surrender(new OwnLimitNote("ES-8-MAY", OwnLimitEvent.Started, Demo.Utc("2026-03-11T10:00:00Z"))).SinceAct);
    }

    [Fact]
    public async Task The_worklist_follows_the_acts_of_both_sides_as_soon_as_they_are_stored_and_forgets_what_the_hub_refuses()
    {
        await using var desk = await Open(Cancelled, "XC");
        var id = Guid.CreateVersion7();
        await desk.FromXa(id, Extraditions.Arrest(), Samples.Private(nameof(ProvisionalArrestRequested)), Cancelled);
        async Task<DateTimeOffset?> Due() => (await desk.Of<DeskReads>().Request(id, Cancelled))!.OwnDue;
        async Task Make(object open) =>
            Assert.Empty((await desk.Of<ActMaker>().Make(new() { Type = open.GetType().Name, RequestId = id, Open = open, Private = Samples.Private(open.GetType().Name) }, Cancelled)).Problems);
        Assert.Null(await Due());

        // Before the request came nobody can have been arrested on it: it counts until the hub refuses it.
        await Make(Extraditions.Made(Start.AddDays(-1)));
        Assert.Equal(Start, await Due());
        await desk.HubAnswers(Cancelled);
        Assert.Null(await Due());

        await desk.Pass(TimeSpan.FromHours(1), Cancelled);
        await Make(Extraditions.Made(Start.AddMinutes(30)));
        Assert.Equal(Start.AddMinutes(30).AddHours(24), await Due());
        await desk.HubAnswers(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        Assert.Contains("by “Person arrested”", WebUtility.HtmlDecode((await browser.Get($"/desk/requests/{id}", Cancelled)).Text), StringComparison.Ordinal);

        await Make(Extraditions.NoConsent);
        await desk.HubAnswers(Cancelled);
        Assert.Equal(Demo.Utc("2026-04-11T20:59:59Z"), await Due());
        await desk.FromXa(id, Extraditions.Requested("ECE"), Samples.Private(nameof(ExtraditionRequested)), Cancelled);
        // The eight days of the Ministry end before the eighty of the prison.
        Assert.Equal(Demo.Utc("2026-03-10T20:59:59Z"), await Due());
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
        Assert.Empty(OwnLimit.Of(Demo.Rules, "XC", "MutualAssistance", nameof(RequestSubmitted), "EIO", [], [], Monday));

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
        // The proposal of the Ministry, which the request itself began, is due next.
        Assert.Equal(Demo.Utc("2026-03-10T20:59:59Z"), (await desk.Of<DeskReads>().Request(id, Cancelled))!.OwnDue);
        Assert.Equal(2, (await desk.Of<OwnLimitStore>().Of(id, Cancelled)).Count);
    }

    [Fact]
    public async Task What_silence_begins_stands_in_the_worklist_at_once_and_not_with_the_next_act()
    {
        await using var desk = await Open(Cancelled, "XC");
        var id = await desk.AskedForExtradition(Cancelled);
        await desk.HubAnswers(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var page = $"/desk/requests/{id}";
        await browser.Post($"{page}/own-limits", [("code", "ES-3"), ("what", "Ended"), ("at", "")], Cancelled, from: page);
        await browser.Post($"{page}/own-limits", [("code", "ES-4"), ("what", "Started"), ("at", "")], Cancelled, from: page);
        var request = (await desk.Of<DeskReads>().Request(id, Cancelled))!;
        var (government, ministry) = (Demo.Utc("2026-03-17T20:59:59Z"), Demo.Utc("2026-03-20T20:59:59Z"));
        Assert.Equal((government, ministry), (request.OwnDue!.Value, request.OwnThen!.Value));
        Assert.Equal(government, request.OwnDueAt(government));

        desk.Time.Advance(government.AddHours(1) - desk.Time.GetUtcNow());

        Assert.Equal(ministry, Assert.Single(await desk.Of<DeskReads>().Worklist(new(), Cancelled)).OwnDueAt(desk.Time.GetUtcNow()));
    }

    [Theory]
    [InlineData("ES-9", "Started", "", "not one of this state")]
    [InlineData("ES-3", "", "", "What happened is missing")]
    [InlineData("ES-3", "Extended", "", "cannot become longer")]
    [InlineData("ES-5", "Ended", "", "has not begun")]
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

    static IReadOnlyList<OwnLimit> Of(DateTimeOffset now, params OwnLimitNote[] notes) => Of(now, notes, []);

    static IReadOnlyList<OwnLimit> Of(DateTimeOffset now, IReadOnlyList<OwnLimitNote> notes, IReadOnlyList<OwnLimitAct> acts) =>
        OwnLimit.Of(Demo.Rules, "XC", "Extradition", nameof(ProvisionalArrestRequested), "ECE", notes, acts, now);

    static OwnLimitAct Act(object open, string at) => new(open.GetType().Name, System.Text.Json.JsonSerializer.Serialize(open, open.GetType(), Wire.Json), Demo.Utc(at));

    static OwnLimit Limit(string code, DateTimeOffset now, params OwnLimitNote[] notes) => Of(now, notes).Single(l => l.Row.Code == code);
}
