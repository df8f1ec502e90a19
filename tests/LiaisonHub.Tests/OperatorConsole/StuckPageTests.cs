using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Stuck;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>The stuck board over a hub with three weeks of work behind it, and what it says when things are broken on purpose.</summary>
public sealed class StuckPageTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_that_is_stuck_is_listed_with_its_cause_and_only_those()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);

        var board = await console.Services.GetRequiredService<StuckReader>().Read(Cancelled);

        Assert.Equal(
            ["XA-2026-000101 EarlierActMissing XB", "XA-2026-000102 NotOpened XB", "XA-2026-000102-D1 MissingKey XZ", "XA-2026-000103 MappingRefused XA", "XA-2026-000105 NoConsumer XB"],
            board.Lines.Select(l => $"{l.Reference} {l.Verdict.Cause} {l.Verdict.State}").Order(StringComparer.Ordinal));
        var page = WebUtility.HtmlDecode(await console.Page("/stuck", Cancelled));
        Assert.Contains("Delivered, not opened", page, StringComparison.Ordinal);
        Assert.Contains("Call the duty point of XB", page, StringComparison.Ordinal);
        Assert.Contains("5 requests are stuck", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_request_page_and_the_API_say_the_same_as_the_board()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var board = (await console.Http.GetFromJsonAsync<StuckBoard>(new Uri("/api/v1/stuck", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!;

        foreach (var line in board.Lines)
        {
            var page = WebUtility.HtmlDecode(await console.Page($"/requests/{line.RequestId}", Cancelled));
            Assert.Contains(line.Verdict.What.Plain, Words(page), StringComparison.Ordinal);
            Assert.Contains(line.Verdict.Clears.Plain, Words(page), StringComparison.Ordinal);
            Assert.NotEqual("", line.Verdict.WhatCode);
        }

        Assert.NotEmpty(board.Lines);
        var group = await console.Http.GetFromJsonAsync<StuckBoard>(new Uri("/api/v1/stuck?group=NotOpened", UriKind.Relative), JsonSerializerOptions.Web, Cancelled);
        Assert.Equal(["XA-2026-000102"], group!.Lines.Select(l => l.Reference));
        using var wrong = await console.Http.GetAsync(new Uri("/api/v1/stuck?by=colour", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Theory]
    [InlineData("verdict", "NotOpened")]
    [InlineData("state", "Submitted")]
    [InlineData("procedure", "MutualAssistance")]
    [InlineData("pair", "XA→XB")]
    public async Task It_is_grouped_by_verdict_state_procedure_or_pair(string by, string group)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);

        var board = WebUtility.HtmlDecode(await console.Page($"/stuck?by={by}", Cancelled));
        Assert.Contains($"/stuck?by={by}&group={Uri.EscapeDataString(group)}", board, StringComparison.Ordinal);
        var one = WebUtility.HtmlDecode(await console.Page($"/stuck?by={by}&group={Uri.EscapeDataString(group)}", Cancelled));
        Assert.Contains("XA-2026-000102", one, StringComparison.Ordinal);
        var csv = await console.Page($"/stuck.csv?by={by}&group={Uri.EscapeDataString(group)}", Cancelled);
        Assert.Contains("XA-2026-000102", csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_is_broken_next_is_named_before_its_consequences()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var (database, reader) = (console.Services.GetRequiredService<Database>(), console.Services.GetRequiredService<StuckReader>());
        // The last request was sent at 6:30, and XB has not had it yet.
        const string Fresh = "XA-2026-000105";
        var adapters = console.Services.GetRequiredService<AdapterRegister>();
        await adapters.Looked("XB", 1, null, console.Time.GetUtcNow(), Cancelled);
        Assert.Null(await Cause());

        await adapters.Looked("XB", 0, null, console.Time.GetUtcNow(), Cancelled);
        Assert.Equal((LiaisonHub.Casework.Stuck.Cause.NoConsumer, "XB"), await Cause());
        await adapters.Looked("XB", null, "The broker cannot be reached: connection refused.", console.Time.GetUtcNow(), Cancelled);
        Assert.Equal((LiaisonHub.Casework.Stuck.Cause.BrokerTrouble, "XB"), await Cause());
        // A look that is old says nothing any more.
        console.Time.Advance(TimeSpan.FromMinutes(10));
        await Heard();
        Assert.Null(await Cause());
        // It is silent as soon as it is missed, whether or not a worker lives to notice.
        console.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((LiaisonHub.Casework.Stuck.Cause.AdapterSilent, "XB"), await Cause());
        var now = console.Time.GetUtcNow();
        await using (var unit = await database.Begin(Cancelled))
        {
            await AdapterRegister.Maintain(unit, new() { State = "XB", AnnouncementId = Guid.NewGuid(), At = now, From = now, Until = now.AddMinutes(5), Reason = "New disk" }, now, Cancelled);
            await unit.Commit(Cancelled);
        }
        // In maintenance it may be silent, and what was sent this morning is in time.
        Assert.Null(await Cause());
        // It ends by itself, and then the silence counts again.
        console.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((LiaisonHub.Casework.Stuck.Cause.AdapterSilent, "XB"), await Cause());
        async Task Unproven(NotAuthenticReason reason, char digest) => await console.Services.GetRequiredService<Quarantine>().Add(
            new()
            {
                QuarantineId = Guid.CreateVersion7(),
                Source = "edge",
                State = "XB",
                Code = nameof(RefusalCode.NotAuthentic),
                Place = reason.ToString(),
                Reason = "No key of XB has this id.",
                Fix = "Sign with a key of XB that the directory holds.",
                Body = [1],
                Digest = new string(digest, 64),
                At = console.Time.GetUtcNow(),
            },
            Cancelled);
        // A stray file says nothing of keys, and the silence stays what it is.
        await Unproven(NotAuthenticReason.Malformed, 'a');
        Assert.Equal((LiaisonHub.Casework.Stuck.Cause.AdapterSilent, "XB"), await Cause());
        await Unproven(NotAuthenticReason.UnknownKey, 'b');
        await Unproven(NotAuthenticReason.Malformed, 'c');
        // What looks like a silent adapter is one that signs with a key nobody knows.
        Assert.Equal((LiaisonHub.Casework.Stuck.Cause.MissingKey, "XB"), await Cause());
        // Two years on no key is valid any more, the hub's own first.
        console.Time.Advance(TimeSpan.FromDays(700));
        Assert.Equal(LiaisonHub.Casework.Stuck.Cause.ExpiredKey, (await Cause())!.Value.Cause);

        Task<bool> Heard() => adapters.Heard(
            "XB", new() { State = "XB", At = console.Time.GetUtcNow(), Version = "1", OutboxWaiting = 0, Quarantined = 0, Incomplete = 0, EverySeconds = 30 }, console.Time.GetUtcNow(), Cancelled);

        async Task<(Cause Cause, string? State)?> Cause()
        {
            console.Time.Advance(TimeSpan.FromSeconds(11));
            return (await reader.Read(Cancelled)).Lines.FirstOrDefault(l => l.Reference == Fresh) is { } line ? (line.Verdict.Cause, line.Verdict.State) : null;
        }
    }

    [Fact]
    public async Task What_is_usual_for_a_state_is_learnt_from_the_requests_that_have_left_it()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var database = console.Services.GetRequiredService<Database>();
        async Task Left(int requests, TimeSpan stayed)
        {
            await using var unit = await database.Begin(Cancelled);
            await new RequestStore(database).Write(
                unit,
                [new() { Work = new() { RequestId = Guid.NewGuid() }, Stays = [.. Enumerable.Range(0, requests).Select(i => new StayRow("MutualAssistance", "Submitted", console.Time.GetUtcNow().AddMinutes(i), stayed))] }],
                Cancelled);
            await unit.Commit(Cancelled);
        }

        await Left(10, TimeSpan.FromDays(1));
        Assert.Null((await Line()).Usual);
        console.Time.Advance(TimeSpan.FromMinutes(6));
        await Left(10, TimeSpan.FromDays(1));
        await Left(1, TimeSpan.FromDays(40));
        await Left(1, TimeSpan.FromDays(35));
        console.Time.Advance(TimeSpan.FromMinutes(6));

        // Of some twenty the longest but one: 95 of 100 stay no longer.
        Assert.Equal(TimeSpan.FromDays(35), (await Line()).Usual);
        Assert.Contains("usually 35 d at most", WebUtility.HtmlDecode(await console.Page("/stuck", Cancelled)), StringComparison.Ordinal);

        async Task<StuckLine> Line() => (await console.Services.GetRequiredService<StuckReader>().Read(Cancelled)).Lines.First(l => l.Reference == "XA-2026-000102");
    }

    [Fact]
    public async Task With_the_database_away_the_board_stands_as_it_was_under_the_verdict_that_explains_it_and_the_answer_is_honest()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await console.Page("/stuck", Cancelled);
        console.Time.Advance(TimeSpan.FromMinutes(2));
        SqliteConnection.ClearAllPools();
        File.Move(console.DatabaseFile, console.DatabaseFile + ".gone");
        Directory.CreateDirectory(console.DatabaseFile);

        var page = WebUtility.HtmlDecode(await console.Page("/stuck", Cancelled, HttpStatusCode.ServiceUnavailable));

        Assert.Contains("Database trouble", page, StringComparison.Ordinal);
        Assert.Contains("Start the database", page, StringComparison.Ordinal);
        // What was planned then is no all-clear now.
        Assert.DoesNotContain("wait as planned", page, StringComparison.Ordinal);
        Assert.Matches("as it was read last:.{0,60}datetime=\"2026-03-20T09:12:00", page);
        Assert.Contains("XA-2026-000102", page, StringComparison.Ordinal);
        // A program is given no old list.
        await console.Page("/stuck.csv", Cancelled, HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Since_when_is_said_as_an_instant_and_in_both_capitals()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);

        var row = Regex.Match(await console.Page("/stuck?group=NotOpened", Cancelled), "<tr data-row>.*?</tr>", RegexOptions.Singleline).Value;

        // In the sentence, and beside both ages with the time in the capitals.
        Assert.Equal(3, Regex.Count(row, "<time datetime=\"2026-03-02T"));
        Assert.Equal(2, Regex.Count(row, "class=\"local\""));
    }

    [Fact]
    public async Task Each_person_reads_the_verdict_in_their_language_and_programs_read_English_with_the_code()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        // The board is read once, by whoever comes first, and said to each in their own words.
        foreach (var (language, words) in new[] { ("fr", "Appelez la permanence de"), ("ar", "اتصل بنقطة المناوبة لدى"), ("en", "Call the duty point of"), ("es", "Llame a la guardia de") })
            Assert.Contains(words, WebUtility.HtmlDecode(await console.Page($"/stuck?lang={language}", Cancelled)), StringComparison.Ordinal);
        console.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        var line = (await console.Http.GetFromJsonAsync<StuckBoard>(new Uri("/api/v1/stuck?group=NotOpened", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!.Lines[0];
        Assert.Equal(("not-opened", "call-duty-point", "Call the duty point of XB: somebody has to look at its desk."), (line.Verdict.WhatCode, line.Verdict.ClearsCode, line.Verdict.Clears.Plain));
        Assert.Contains(",not-opened,call-duty-point", await console.Page("/stuck.csv?group=NotOpened", Cancelled), StringComparison.Ordinal);
    }

    // What a person reads of a page.
    static string Words(string html) => Regex.Replace(html, "<[^>]+>", "");

    [Theory]
    [InlineData("country=xb", 5)]
    [InlineData("country=XC", 0)]
    [InlineData("procedure=MutualAssistance&country=XA", 4)]
    [InlineData("procedure=Extradition", 0)]
    public async Task It_is_chosen_by_country_instrument_and_procedure_on_the_page_in_the_file_and_by_the_API(string chosen, int lines)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);

        var board = (await console.Http.GetFromJsonAsync<StuckBoard>(new Uri($"/api/v1/stuck?{chosen}", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!;

        Assert.Equal(lines, board.Lines.Count);
        Assert.Contains($"{board.Lines.Count} of 5", WebUtility.HtmlDecode(await console.Page($"/stuck?{chosen}", Cancelled)), StringComparison.Ordinal);
        var csv = await console.Page($"/stuck.csv?{chosen}", Cancelled);
        Assert.Equal(board.Lines.Count, Regex.Count(csv, "^XA-2026", RegexOptions.Multiline));
    }

    [Theory]
    [InlineData("contry=XB", "contry")]
    [InlineData("country=XQ", "XA, XB")]
    [InlineData("state=XB", "country, instrument")]
    public async Task What_the_board_does_not_understand_shows_nothing_and_says_why(string asked, string said)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);

        var page = WebUtility.HtmlDecode(await console.Page($"/stuck?{asked}", Cancelled));

        Assert.Contains(said, page, StringComparison.Ordinal);
        Assert.DoesNotContain("XA-2026-000102", page, StringComparison.Ordinal);
        await console.Page($"/stuck.csv?{asked}", Cancelled, HttpStatusCode.BadRequest);
        await console.Page($"/api/v1/stuck?{asked}", Cancelled, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_hub_where_nothing_is_stuck_says_so()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);

        Assert.Contains("Nothing is stuck.", await console.Page("/stuck", Cancelled), StringComparison.Ordinal);
        Assert.Contains("“by” is one of verdict, state, procedure, pair.", WebUtility.HtmlDecode(await console.Page("/stuck?by=colour&page=0", Cancelled)), StringComparison.Ordinal);
        await console.Page("/stuck.csv?page=x", Cancelled, HttpStatusCode.BadRequest);
    }
}
