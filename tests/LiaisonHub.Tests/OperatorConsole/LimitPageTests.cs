using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ical.Net.CalendarComponents;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Limits;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;
using Calendar = Ical.Net.Calendar;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>The room of the deadlines: what ends when, what was kept, what will pass, and calendars to subscribe to.</summary>
public sealed class LimitPageTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_running_limit_of_a_live_request_is_listed_once_with_its_legal_days()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var expected = await Running(console);

        var late = await Get<LimitList>(console, "/api/v1/deadlines?late=1");
        var coming = await Get<LimitList>(console, "/api/v1/deadlines");

        var now = console.Time.GetUtcNow();
        Assert.Equal(expected.Where(d => d.Due < now).Select(d => d.Id).Order(), late.Lines.Select(l => l.DeadlineId).Order());
        Assert.Equal(expected.Where(d => d.Due >= now).Select(d => d.Id).Order(), coming.Lines.Where(l => l.Due >= now).Select(l => l.DeadlineId).Order());
        Assert.Equal(coming.Lines.OrderBy(l => l.Due).Select(l => l.DeadlineId), coming.Lines.Select(l => l.DeadlineId));
        Assert.Equal(late.Lines.Count, coming.Passed);
        Assert.NotEmpty(late.Lines);
        // Today and so many days after, and not one more.
        var soon = await Get<LimitList>(console, "/api/v1/deadlines?next=7");
        Assert.Equal(coming.Lines.Where(l => (l.Day ?? DateOnly.FromDateTime(l.Due.UtcDateTime)) <= DateOnly.FromDateTime(now.UtcDateTime).AddDays(7)).Select(l => l.DeadlineId), soon.Lines.Select(l => l.DeadlineId));
        Assert.True(soon.Lines.Count > 0 && soon.Lines.Count < coming.Lines.Count, $"{soon.Lines.Count} of {coming.Lines.Count}");
        // The request of the 17th: of the days to acknowledge it the 18th is the first.
        var line = coming.Lines.First(l => l.Reference == "XA-2026-000106");
        var days = Assert.IsType<DaysCounted>(line.Days);
        Assert.Equal(3, days.Begun);
        Assert.Equal(days.All, days.Begun + days.Left);
        var page = WebUtility.HtmlDecode(await console.Page("/deadlines", Cancelled));
        Assert.Contains($"day 3 of {days.All}", page, StringComparison.Ordinal);
        Assert.Contains("XA-2026-000106", await console.Page("/deadlines.csv?state=XB", Cancelled), StringComparison.Ordinal);
        Assert.DoesNotContain("XA-2026-000104", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_month_counts_each_limit_on_the_legal_day_with_which_it_ends()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var running = await Running(console);

        var month = await Get<LimitMonth>(console, "/api/v1/deadlines?month=2026-03");

        Assert.Equal((new DateOnly(2026, 2, 23), new DateOnly(2026, 4, 5)), (month.Days[0].Day, month.Days[^1].Day));
        Assert.Equal(0, month.Days.Count % 7);
        var rules = console.Services.GetRequiredService<Rules>();
        foreach (var day in month.Days)
            Assert.Equal(running.Count(d => (rules.LegalDay(d) ?? DateOnly.FromDateTime(d.Due!.Value.UtcDateTime)) == day.Day), day.Limits);
        Assert.Contains(month.Days, d => d.Limits > 0);
        var most = month.Days.MaxBy(d => d.Limits)!;
        var list = await Get<LimitList>(console, $"/api/v1/deadlines?from={most.Day:yyyy-MM-dd}&until={most.Day:yyyy-MM-dd}");
        Assert.Equal(most.Limits, list.Lines.Count);
        Assert.Contains($"/deadlines?from={most.Day:yyyy-MM-dd}&amp;until={most.Day:yyyy-MM-dd}", await console.Page("/deadlines?month=2026-03", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_goes_on_where_the_one_before_it_ended()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var reader = console.Services.GetRequiredService<LimitReader>();
        var query = new LimitQuery { From = new DateOnly(2026, 1, 1) };
        var whole = await reader.List(query, Cancelled);

        var (found, next) = (new List<Guid>(), query);
        while (true)
        {
            var page = await reader.List(next, Cancelled, length: 2);
            found.AddRange(page.Lines.Select(l => l.DeadlineId));
            if (page.Next is null)
                break;
            next = query with { After = LiaisonHub.OperatorConsole.Requests.RequestQuery.Mark(page.Next) };
        }

        Assert.Equal(whole.Lines.Select(l => l.DeadlineId), found);
        Assert.True(found.Count > 4, $"{found.Count} limits run");
    }

    [Fact]
    public async Task What_was_kept_is_counted_by_state_and_instrument_and_few_limits_are_not_shown()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var now = console.Time.GetUtcNow();
        await Write(console,
        [
            // Seven of XB under EIO, five kept; one more is not due yet, one fell away in time, one was met under a pause that is over.
            .. Enumerable.Range(1, 5).Select(i => Ended("XB", "EIO", now.AddDays(-i), true)), Ended("XB", "EIO", now.AddDays(-6), false), Ended("XB", "EIO", now.AddDays(-7), null, DeadlineRow.Running),
            Ended("XB", "EIO", now.AddDays(3), true), Ended("XB", "EIO", now.AddDays(-2), null, "Cancelled"),
            // Half of the year before.
            .. Enumerable.Range(1, 6).Select(i => Ended("XB", "EIO", now.AddYears(-1).AddDays(-i), i % 2 == 0)),
            .. Enumerable.Range(1, 4).Select(i => Ended("XC", "EIO", now.AddDays(-i), false)),
            .. Enumerable.Range(1, 5).Select(i => Ended("XC", "ECE", now.AddDays(-i), true)),
            // A date that matters at home is no limit of an instrument.
            Ended("XD", null, now.AddDays(-1), false),
        ]);

        var board = await Get<KeptBoard>(console, "/api/v1/deadlines/kept?from=2026-01&months=12");

        Assert.Equal(
            ["XB EIO False 7 5 71 21", "XC ECE False 5 5 100 ", "XC EIO True    "],
            board.Cells.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.State} {c.Instrument} {c.Hidden} {c.Limits} {c.Kept} {c.Share} {c.Change}")));
        var page = WebUtility.HtmlDecode(await console.Page("/deadlines/kept?from=2026-01&months=12", Cancelled));
        Assert.Contains("10 of 12 limits were kept", page, StringComparison.Ordinal);
        Assert.Contains("under EIO: 71 %", page, StringComparison.Ordinal);
        Assert.Contains(">+21<", page, StringComparison.Ordinal);
        // The picture and its table have the same figures.
        var picture = page[page.IndexOf("<svg class=\"heat\"", StringComparison.Ordinal)..page.IndexOf("</svg>", StringComparison.Ordinal)];
        Assert.Equal(["–", "71 % · n 7", "100 % · n 5"], new[] { "–", "71 % · n 7", "100 % · n 5" }.Where(f => picture.Contains($">{f}<", StringComparison.Ordinal)));
        Assert.Contains("fewer than 5", await console.Page("/deadlines/kept.csv?from=2026-01&months=12", Cancelled), StringComparison.Ordinal);
        await console.Page("/deadlines/kept.csv?months=7", Cancelled, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_forecast_is_the_same_on_the_page_in_the_file_and_over_the_API()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);

        var forecast = await Get<SilenceForecast>(console, "/api/v1/deadlines/forecast?state=xb&days=10");

        Assert.Equal(("XB", 10), (forecast.State, forecast.Days));
        Assert.NotEmpty(forecast.Breaches);
        Assert.All(forecast.Breaches, b => Assert.InRange(b.Due, forecast.At.AddSeconds(-1), forecast.Until));
        var (page, file) = (WebUtility.HtmlDecode(await console.Page("/deadlines/forecast?state=XB&days=10", Cancelled)), await console.Page("/deadlines/forecast.csv?state=XB&days=10", Cancelled));
        foreach (var breach in forecast.Breaches)
        {
            Assert.Contains(breach.Reference, page, StringComparison.Ordinal);
            Assert.Contains(breach.RuleId, file, StringComparison.Ordinal);
        }
        Assert.Equal(5, (await Get<SilenceForecast>(console, "/api/v1/deadlines/forecast?state=XB")).Days);
        await console.Page("/api/v1/deadlines/forecast", Cancelled, HttpStatusCode.BadRequest);
        await console.Page("/api/v1/deadlines/forecast?state=XB&days=61", Cancelled, HttpStatusCode.BadRequest);
        Assert.Contains("“state” is one of", WebUtility.HtmlDecode(await console.Page("/deadlines/forecast?state=QQ", Cancelled)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_calendar_tells_reference_date_and_link_and_nothing_else_until_it_is_ended()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var address = await Subscribe(console, "Duty desk, floor 2", "XB");

        var text = await console.Page(address, Cancelled);

        var rules = console.Services.GetRequiredService<Rules>();
        var events = Calendar.Load(text)!.Events.ToDictionary(e => e.Uid!);
        var running = (await Running(console)).Where(d => d.OnWhom == LiaisonHub.Contracts.V1.Side.Requested).ToList();
        Assert.NotEmpty(events);
        foreach (var (uid, happening) in events)
        {
            var deadline = Assert.Single(running, d => uid == $"{d.Id:D}@liaisonhub");
            // A limit in days ends with its day; one in hours at its instant.
            if (rules.LegalDay(deadline) is { } day)
                Assert.Equal((false, day), (happening.DtStart!.HasTime, happening.DtStart.Date));
            else
                Assert.Equal((true, deadline.Due!.Value.UtcDateTime), (happening.DtStart!.HasTime, happening.DtStart.AsUtc));
        }
        // Every line is one of these, and none has a word beside references, dates, ids and addresses.
        Assert.All(
            text.ReplaceLineEndings("\n").Replace("\n ", "", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches(
                @"^(BEGIN:V(CALENDAR|EVENT)|END:V(CALENDAR|EVENT)|PRODID:-//LiaisonHub//Deadlines//EN|VERSION:2\.0|DTSTAMP:\d{8}T\d{6}Z|DTSTART(;VALUE=DATE:\d{8}|:\d{8}T\d{6}Z)|SEQUENCE:\d+|SUMMARY:X[A-Z]-2026-\d{6}(-D\d)?|TRANSP:TRANSPARENT|UID:[0-9a-f-]{36}@liaisonhub|URL:http://127\.0\.0\.1:\d+/requests/[0-9a-f-]{36}/deadlines/[0-9a-f-]{36})$",
                line));

        // What has passed of late is still in it.
        Assert.Contains(running, d => d.Due < console.Time.GetUtcNow() && events.ContainsKey($"{d.Id:D}@liaisonhub"));
        using (var answer = await console.Http.GetAsync(new Uri(address, UriKind.Relative), Cancelled))
            Assert.Equal((true, false), (answer.Headers.CacheControl?.NoStore, answer.Headers.CacheControl?.Public));

        var feed = Assert.Single(await console.Services.GetRequiredService<CalendarFeeds>().Seen(null, true, null, 10, Cancelled));
        Assert.DoesNotContain(feed.SecretHash, address, StringComparison.Ordinal);
        using var ended = await console.Post("/deadlines/calendars", $"/deadlines/calendars/{feed.FeedId}/end", new() { ["by"] = "A. Bell, duty operator", ["reason"] = "The tablet was lost." }, Cancelled);
        Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
        await console.Page(address, Cancelled, HttpStatusCode.NotFound);
        await console.Page("/calendar/guessed.ics", Cancelled, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_calendar_is_its_makers_and_ends_with_the_account()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var anna = await PlanTests.Program(console, "anna", Role.Operator);
        using var berta = await PlanTests.Program(console, "berta", Role.Operator);
        using var made = await anna.PostAsJsonAsync(new Uri("/api/v1/deadlines/calendars", UriKind.Relative), new CalendarWish("Desk", "XB"), Cancelled);
        var calendar = (await made.Content.ReadFromJsonAsync<CalendarLine>(Cancelled))!;

        Assert.Empty((await berta.GetFromJsonAsync<CalendarList>(new Uri("/api/v1/deadlines/calendars", UriKind.Relative), Cancelled))!.Calendars);
        using (var ended = await berta.PostAsJsonAsync(new Uri($"/api/v1/deadlines/calendars/{calendar.FeedId}/end", UriKind.Relative), new CalendarEnd("Not mine."), Cancelled))
            Assert.Equal(HttpStatusCode.NotFound, ended.StatusCode);
        await console.Page(calendar.Address!.AbsolutePath, Cancelled);
        var accounts = console.Services.GetRequiredService<AccountStore>();
        Assert.True(await console.Services.GetRequiredService<AccountDesk>().Close((await accounts.Named("ANNA", Cancelled))!, "x", null, "She left.", Cancelled));
        await console.Page(calendar.Address.AbsolutePath, Cancelled, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_limit_that_moves_keeps_its_id_and_raises_its_number()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var address = await Subscribe(console, "All", "");
        var before = await Events();
        var row = (await console.Services.GetRequiredService<LimitReads>().Feed("XB", console.Time.GetUtcNow(), 1, Cancelled)).Single();
        var moved = new DeadlineRow
        {
            DeadlineId = row.DeadlineId,
            RequestId = row.RequestId,
            RuleId = row.RuleId,
            OnWhom = "Requested",
            Status = DeadlineRow.Running,
            Started = row.Due.AddDays(-5),
            Due = row.Due.AddDays(7),
            OnState = "XB",
            Instrument = "EIO",
            DueDay = row.Day?.AddDays(7),
        };
        await Write(console, [moved]);
        // Written again with the same day, it has not moved again.
        await Write(console, [moved with { Level = 1 }]);

        var after = await Events();

        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        var uid = $"{row.DeadlineId:D}@liaisonhub";
        Assert.Equal(before[uid].Sequence + 1, after[uid].Sequence);
        Assert.Equal(before[uid].DtStart!.Date.AddDays(7), after[uid].DtStart!.Date);
        Assert.All(after.Where(e => e.Key != uid), e => Assert.Equal(before[e.Key].Sequence, e.Value.Sequence));

        async Task<Dictionary<string, CalendarEvent>> Events() => Calendar.Load(await console.Page(address, Cancelled))!.Events.ToDictionary(e => e.Uid!);
    }

    [Fact]
    public async Task A_calendar_is_made_and_ended_over_the_API_and_its_time_is_over_after_a_year()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        async Task<CalendarLine> Make()
        {
            using var answer = await console.Http.PostAsJsonAsync(new Uri("/api/v1/deadlines/calendars", UriKind.Relative), new CalendarWish("Desk", "XB"), Cancelled);
            return (await answer.Content.ReadFromJsonAsync<CalendarLine>(Cancelled))!;
        }
        var (first, second) = (await Make(), await Make());

        Assert.Equal(2, (await Get<CalendarList>(console, "/api/v1/deadlines/calendars")).Calendars.Count(c => c.Address is null));
        async Task<HttpStatusCode> End(string reason)
        {
            using var answer = await console.Http.PostAsJsonAsync(new Uri($"/api/v1/deadlines/calendars/{first.FeedId}/end", UriKind.Relative), new CalendarEnd(reason), Cancelled);
            return answer.StatusCode;
        }
        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.OK, HttpStatusCode.NotFound], [await End(" "), await End("Nobody reads it."), await End("Once more.")]);
        await console.Page(first.Address!.AbsolutePath, Cancelled, HttpStatusCode.NotFound);
        await console.Page(second.Address!.AbsolutePath, Cancelled);
        console.Time.SetUtcNow(second.EndsAt);
        await console.Page(second.Address!.AbsolutePath, Cancelled, HttpStatusCode.NotFound);
        using var form = new FormUrlEncodedContent([new("name", "Desk")]);
        using var refused = await console.Http.PostAsync(new Uri("/api/v1/deadlines/calendars", UriKind.Relative), form, Cancelled);
        Assert.False(refused.IsSuccessStatusCode, "a form, which a page of a stranger may send, is not taken");
        Assert.Equal(3, (await console.Services.GetRequiredService<Database>().Query<string>(Deeds, null, Cancelled)).Count);
    }

    [Theory]
    [InlineData("SelectPage", "deadlines_calendar")]
    [InlineData("SelectFeed", "deadlines_calendar")]
    [InlineData("SelectDays", "deadlines_calendar")]
    [InlineData("CountPassed", "deadlines_calendar")]
    [InlineData("SelectKept", "deadlines_kept")]
    [InlineData("SelectPassed", "deadlines_kept")]
    [InlineData("SelectTouched", "deadlines_calendar")]
    public async Task Each_read_walks_the_index_over_the_days_asked_for(string name, string index)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var statement = Storage.StatementTests.All.Single(s => s.Name == $"Hub.LimitReads.{name}").Statement;
        await using var connection = await console.Services.GetRequiredService<Database>().Connect(Cancelled);
        await using var explain = connection.CreateCommand();
        explain.CommandText = "EXPLAIN QUERY PLAN " + statement.For(Dialect.Sqlite);
        foreach (var parameter in Regex.Matches(explain.CommandText, "@[A-Za-z]+").Select(m => m.Value).Distinct())
        {
            var given = explain.CreateParameter();
            (given.ParameterName, given.Value) = (parameter, "1");
            explain.Parameters.Add(given);
        }
        var plan = new List<string>();
        await using (var steps = await explain.ExecuteReaderAsync(Cancelled))
            while (await steps.ReadAsync(Cancelled))
                plan.Add(steps.GetString(3));

        Assert.Contains(plan, step => step.StartsWith("SEARCH x USING", StringComparison.Ordinal) && step.Contains($"INDEX {index} (due", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN x", StringComparison.Ordinal) || step.StartsWith("SCAN q", StringComparison.Ordinal));
    }

    static readonly Statement Deeds = new(_ => "SELECT kind FROM ledger_leaf WHERE kind IN ('CalendarMade', 'CalendarEnded')");

    static async Task<string> Subscribe(ConsoleUnderTest console, string name, string state)
    {
        using var made = await console.Post("/deadlines/calendars", "/deadlines/calendars", new() { ["name"] = name, ["state"] = state, ["by"] = "A. Bell, duty operator" }, Cancelled);
        return Regex.Match(await made.Content.ReadAsStringAsync(Cancelled), @"/calendar/[A-Za-z0-9_-]{43}\.ics").Value;
    }

    static async Task<T> Get<T>(ConsoleUnderTest console, string address) => (await console.Http.GetFromJsonAsync<T>(new Uri(address, UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!;

    // Of the requests themselves, not of the table that the room reads.
    static async Task<List<Deadline>> Running(ConsoleUnderTest console)
    {
        var reads = console.Services.GetRequiredService<HubReads>();
        var found = new List<Deadline>();
        foreach (var line in await reads.Find(new() { Text = "X" }, 100, Cancelled))
            if (!line.Exercise)
                found.AddRange(Request.Read((await reads.Request(line.RequestId, Cancelled))!.Request.Body).Deadlines.Where(d => d is { Status: DeadlineStatus.Running, Kind: DeadlineKind.Procedure }));
        return found;
    }

    /// <summary>Limits of two years that ended under three instruments, most of them kept.</summary>
    internal static Task Fill(ConsoleUnderTest console) => Write(console,
    [
        .. from of in new[] { ("XA", "EIO", 38, 19), ("XA", "ECE", 21, 7), ("XB", "EIO", 44, 3), ("XB", "ECE", 17, 5), ("XB", "EAW", 12, 6), ("XC", "EIO", 25, 4), ("XC", "EAW", 3, 9), ("XD", "ECE", 14, 8) }
            from i in Enumerable.Range(1, of.Item3)
            from year in new[] { 0, -1 }
            select Ended(of.Item1, of.Item2, console.Time.GetUtcNow().AddYears(year).AddHours(-30 * i), i % (of.Item4 + year) != 0),
    ]);

    static DeadlineRow Ended(string state, string? instrument, DateTimeOffset due, bool? kept, string status = "Met") => new()
    {
        DeadlineId = Guid.NewGuid(),
        RequestId = Guid.NewGuid(),
        RuleId = "EIO-A1",
        OnWhom = "Requested",
        Status = status,
        Started = due.AddDays(-5),
        Due = due,
        OnState = state,
        Instrument = instrument,
        DueDay = DateOnly.FromDateTime(due.UtcDateTime),
        Kept = kept,
    };

    static async Task Write(ConsoleUnderTest console, IReadOnlyList<DeadlineRow> rows)
    {
        var database = console.Services.GetRequiredService<Database>();
        await using var unit = await database.Begin(Cancelled);
        await new RequestStore(database).Write(unit, [new() { Work = new() { RequestId = Guid.NewGuid() }, Deadlines = rows }], Cancelled);
        await unit.Commit(Cancelled);
    }
}
