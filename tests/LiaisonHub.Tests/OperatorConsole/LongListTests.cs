using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>A hub in which ten thousand of everything wait.</summary>
public sealed class LongLists : IAsyncLifetime
{
    public const int Many = 10_000;

    /// <summary>Acts of one request, and fingerprints in quarantine.</summary>
    public const int Thousands = 2_000;

    /// <summary>Acts that wait.</summary>
    public const int Undecided = 600;

    /// <summary>Deadlines, documents, costs and entries of one request; plans, accounts, saved filters, calendars.</summary>
    public const int Hundreds = 300;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ConsoleUnderTest Console { get; private set; } = null!;

    public Guid Plan { get; } = Guid.NewGuid();

    /// <summary>The request with thousands of acts.</summary>
    public Guid Busy { get; } = Guid.Parse("0b000000-0000-4000-8000-000000000001");

    public async ValueTask InitializeAsync()
    {
        Console = await ConsoleUnderTest.Empty(Cancelled);
        var (database, now) = (Console.Services.GetRequiredService<Database>(), FilledHub.Now);
        var template = CompliancePageTests.Dispute("late", false, Guid.NewGuid()).Request!;
        await using (var unit = await database.Begin(Cancelled))
        {
            await new RequestStore(database).Write(unit, [.. Enumerable.Range(1, Many).Select(i => Waiting(template, i, now))], Cancelled);
            await Ledger.Record(unit, [.. Enumerable.Range(1, Many).Select(i => new LedgerLeaf { At = now.AddSeconds(-i), Kind = "DocumentViewed", Actor = "A. Bell", Content = """{"reason":"Complaint 9/26"}""" })], Cancelled);
            await unit.Commit(Cancelled);
        }
        var ledger = Console.Services.GetRequiredService<Ledger>();
        while (await ledger.Chain(now, Many, Cancelled) > 0)
        {
        }
        await Console.Services.GetRequiredService<Quarantine>().Add(
            new()
            {
                QuarantineId = Guid.NewGuid(),
                Source = "edge",
                State = "XA",
                Code = "InvalidContent",
                Place = "header.sequence",
                Reason = "The number is missing.",
                Fix = "Send it again with its number.",
                Body = [1],
                Digest = "0",
                At = now,
            },
            Cancelled);
        // Added one by one, each would be a transaction of its own.
        await using (var unit = await database.Begin(Cancelled))
        {
            await using var more = unit.Connection.CreateCommand();
            more.CommandText = "SELECT group_concat(name) FROM pragma_table_info('quarantine')";
            var columns = (string)(await more.ExecuteScalarAsync(Cancelled))!;
            string Made(string column) => column switch
            {
                "quarantine_id" => "'0c000000-0000-4000-8000-' || printf('%012d', n)",
                "digest" => "CAST(n AS TEXT)",
                "place" => $"CASE WHEN n < {Thousands} THEN '$.open.field' || n ELSE place END",
                _ => column,
            };
            more.CommandText = $"WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {Many - 1}) INSERT INTO quarantine ({columns}) SELECT {string.Join(", ", columns.Split(',').Select(Made))} FROM quarantine, number";
            await more.ExecuteNonQueryAsync(Cancelled);
            await unit.Commit(Cancelled);
        }
        await Console.Services.GetRequiredService<RepairPlans>().Make(
            new()
            {
                PlanId = Plan,
                Deed = RepairDeed.Retry,
                Chosen = "all that fit",
                Items = 0,
                ItemsHash = "",
                CutOff = now,
                PerMinute = 10,
                StopPercent = 5,
                Reason = "The key is there now",
                MadeBy = "A. Bell",
                MadeAt = now,
                ShapedBy = "A. Bell",
                ShapedAt = now,
            },
            null, null, null, Cancelled);
        var busy = Request.Read(template.Body);
        busy = busy with { Id = Busy, Reference = "XA-2026-BUSY", Deadlines = [.. Enumerable.Range(0, Hundreds).Select(_ => busy.Deadlines[0] with { Id = Guid.NewGuid() })] };
        await using (var unit = await database.Begin(Cancelled))
        {
            await new RequestStore(database).Write(
                unit, [new() { Work = new Work { RequestId = Busy }, Request = template with { RequestId = Busy, Reference = busy.Reference, NextDue = now.AddYears(1), ClosedAt = null, Body = Request.Write(busy) } }], Cancelled);
            await using var more = unit.Connection.CreateCommand();
            more.CommandText = Rows(Thousands, "INSERT INTO journal (sender_state, lane, act_id, sequence, request_id, act_type, digest, body, received_at) SELECT 'XA', 'Routine', {id}, n, @busy, 'NoteSent', CAST(n AS TEXT), '{}', {at} FROM number")
                + Rows(Undecided, "INSERT INTO undecided (journal_id, request_id, received_at) SELECT journal_id, request_id, received_at FROM number JOIN journal ON sequence = n")
                + $"INSERT INTO decisions (journal_id, outcome, state_after, decided_at) SELECT journal_id, 'Applied', 'AwardIssued', received_at FROM journal WHERE sequence > {Undecided};"
                + "INSERT INTO receipts (of_act_id, request_id, to_state, accepted_at, delivered_at, opened_at) SELECT act_id, request_id, 'XB', received_at, received_at, received_at FROM journal;"
                + Rows(Hundreds, "INSERT INTO documents (document_id, request_id, kind, title, media_type, content, at) SELECT {id}, @busy, 'Note', 'Note ' || n, 'text/html', '', {at} FROM number")
                + Rows(Hundreds, "INSERT INTO cost_entries (entry_id, request_id, act_id, requesting_state, requested_state, kind, on_day, currency, amount, requesting_bears, reserved, at) SELECT {id}, @busy, {id}, 'XA', 'XB', 'Execution', '2026-03-20', 'EUR', n, 0, 0, {at} FROM number")
                + Rows(Hundreds, """INSERT INTO ledger_leaf (leaf_id, request_id, at, kind, actor, content, leaf_hash) SELECT {id}, @busy, {at}, 'Limit', 'hub', '{"text":"Entry ' || n || '"}', '' FROM number""")
                + "INSERT INTO ledger_deeds (leaf_id, at, kind, actor, request_id) SELECT leaf_id, at, kind, actor, request_id FROM ledger_leaf WHERE request_id = @busy;"
                + Rows(Hundreds, "INSERT INTO saved_filters (filter_id, room, name, query, shared, made_by, made_at) SELECT {id}, 'requests', printf('Filter %04d', n), 'overdue=1', 1, 'A. Bell', {at} FROM number")
                + Rows(Hundreds, "INSERT INTO calendar_feeds (secret_hash, feed_id, name, made_by, made_at, ends_at) SELECT CAST(n AS TEXT), {id}, 'Calendar ' || n, 'A. Bell', {at}, '2027-03-20T00:00:00.000000Z' FROM number")
                // All of them newer than the draft that waits.
                + Rows(Hundreds, "INSERT INTO repair_plans (plan_id, deed, chosen, items, items_hash, cut_off, per_minute, stop_percent, reason, status, version, made_by, made_at, shaped_by, shaped_at) SELECT {id}, 'Retry', 'all that fit', 1, 'x', {at}, 10, 5, 'Plan ' || n, 'Done', 1, 'A. Bell', {at}, 'A. Bell', {at} FROM number");
            var about = more.CreateParameter();
            (about.ParameterName, about.Value) = ("@busy", $"{Busy:D}");
            more.Parameters.Add(about);
            await more.ExecuteNonQueryAsync(Cancelled);
            await unit.Commit(Cancelled);
        }
    }

    /// <summary>Makes so many accounts.</summary>
    public static string Persons(int count) => Rows(count,
        "INSERT INTO accounts (account_id, sign_in_name, name, roles, stamp, failures, made_by, made_at) SELECT {id}, printf('PERSON%04d', n), 'Person ' || n || ', on duty at the central authority', 'Reader Operator', 'x', 0, 'this hub', {at} FROM number");

    // Written through the product each would be a transaction of its own.
    static string Rows(int count, string statement) => $"WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {count}) "
        + statement.Replace("{id}", "printf('0d000000-0000-4000-8000-%012d', n)", StringComparison.Ordinal).Replace("{at}", "printf('2026-03-20T10:%02d:%02d.000000Z', n / 60, n % 60)", StringComparison.Ordinal) + ";";

    static Change Waiting(RequestRow template, int i, DateTimeOffset now)
    {
        var id = Guid.NewGuid();
        return new()
        {
            Work = new Work { RequestId = id },
            Request = template with { RequestId = id, Reference = $"XA-2026-{i:000000}", NextDue = now.AddMinutes(i), ClosedAt = null },
            Deadlines =
            [
                new()
                {
                    DeadlineId = Guid.NewGuid(), RequestId = id, RuleId = "EIO-A1", OnWhom = "Requested", Status = DeadlineRow.Running, Started = now.AddDays(-5), Due = now.AddMinutes(i), OnState = "XB", Instrument = "EIO",
                    DueDay = DateOnly.FromDateTime(now.AddMinutes(i).UtcDateTime),
                },
            ],
        };
    }

    public ValueTask DisposeAsync() => Console.DisposeAsync();
}

/// <summary>Ten thousand rows behind a page do not break it: it stays small, and the last row is reached.</summary>
public sealed class LongListTests(LongLists lists) : IClassFixture<LongLists>
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // What a page may weigh: KiB.
    const int Largest = 100;

    [Theory]
    [InlineData("/requests")]
    [InlineData("/deadlines")]
    [InlineData("/quarantine")]
    [InlineData("/audit?what=DocumentViewed")]
    [InlineData("/audit/ledger")]
    [InlineData("/plans/{plan}")]
    public async Task A_page_of_ten_thousand_rows_is_small_and_leads_to_the_next_until_the_last(string room)
    {
        var address = room.Replace("{plan}", $"{lists.Plan}", StringComparison.Ordinal);
        var (seen, pages) = (new HashSet<string>(), 0);
        for (var next = address; next.Length > 0; pages++)
        {
            Assert.True(pages < 300, $"{room} does not end");
            var html = await lists.Console.Page(next, Cancelled);
            Assert.True(Encoding.UTF8.GetByteCount(html) < Largest * 1024, $"{next} weighs {Encoding.UTF8.GetByteCount(html) / 1024} KiB");
            // Read backwards, the ledger begins with its end.
            next = WebUtility.HtmlDecode(Regex.Match(html, $"rel=\"{(room == "/audit/ledger" ? "prev" : "next")}\" href=\"([^\"]+)\"").Groups[1].Value);
            foreach (Match row in Regex.Matches(html, "<tr data-row.*?</tr>", RegexOptions.Singleline))
                seen.Add(row.Value);
        }
        Assert.True(pages >= LongLists.Many / 100, $"{room} has {pages} pages");
        // Every deed of the audit and every request reads differently; in the ledger and in a plan they are numbered.
        Assert.InRange(seen.Count, LongLists.Many, LongLists.Many + 10);
    }

    [Theory]
    [InlineData("/requests")]
    [InlineData("/deadlines")]
    [InlineData("/quarantine")]
    [InlineData("/audit", "?what=DocumentViewed")]
    [InlineData("/audit/ledger")]
    [InlineData("/plans/{plan}")]
    public async Task A_file_holds_all_of_them_and_says_what_it_is(string room, string filter = "")
    {
        var address = room.Replace("{plan}", $"{lists.Plan}", StringComparison.Ordinal);
        var lines = (await lists.Console.Page($"{address}.csv{filter}", Cancelled)).Split("\r\n");
        Assert.Equal("Made at,2026-03-20T09:12:00Z", lines[1]);
        Assert.Matches("^End,1000[0-9] rows$", lines[^2]);
        using var json = JsonDocument.Parse(await lists.Console.Page($"{address}.json{filter}", Cancelled));
        Assert.Equal("2026-03-20T09:12:00Z", json.RootElement.GetProperty("madeAt").GetString());
        Assert.NotEqual("", json.RootElement.GetProperty("filter").GetString());
        Assert.Equal(json.RootElement.GetProperty("count").GetInt32(), json.RootElement.GetProperty("rows").GetArrayLength());
        Assert.InRange(json.RootElement.GetProperty("count").GetInt32(), LongLists.Many, LongLists.Many + 9);
        Assert.Equal(lines.Length - 7 + (lines[2].Length > 0 ? -2 : 0), json.RootElement.GetProperty("rows").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("cut").ValueKind);
    }

    const string Row = "<(?:tr|li) data-row.*?</(?:tr|li)>";

    /// <summary>What there is less of is read page by page as well, on the page and by programs, and is whole as a file.</summary>
    [Theory]
    [InlineData("/acts", "acts", LongLists.Undecided)]
    [InlineData("/quarantine/groups", "groups", LongLists.Thousands)]
    [InlineData("/plans", "plans", LongLists.Hundreds + 1)]
    [InlineData("/plans?status=Draft", "plans", 1)]
    [InlineData("/plans?status=Done&deed=Retry", "plans", LongLists.Hundreds)]
    [InlineData("/filters", "filters", LongLists.Hundreds)]
    [InlineData("/deadlines/calendars", "calendars", LongLists.Hundreds, "action=\"/deadlines/calendars/[^\"]+\"")]
    [InlineData("/requests/{busy}/acts", "acts", LongLists.Thousands)]
    [InlineData("/requests/{busy}/deadlines", "deadlines", LongLists.Hundreds)]
    [InlineData("/requests/{busy}/documents", "documents", LongLists.Hundreds)]
    [InlineData("/requests/{busy}/costs", "costs", LongLists.Hundreds)]
    [InlineData("/requests/{busy}/ledger", "facts", LongLists.Hundreds)]
    public async Task A_list_leads_from_page_to_page_for_people_and_for_programs_and_is_whole_as_a_file(string room, string member, int count, string row = Row) =>
        await Leads(lists.Console, room.Replace("{busy}", $"{lists.Busy}", StringComparison.Ordinal), member, count, row);

    static async Task Leads(ConsoleUnderTest console, string address, string member, int count, string row, HttpClient? program = null)
    {
        var (seen, pages) = (new HashSet<string>(), 0);
        for (var next = address; next.Length > 0; pages++)
        {
            var html = await console.Page(next, Cancelled);
            Assert.True(Encoding.UTF8.GetByteCount(html) < Largest * 1024, $"{next} weighs {Encoding.UTF8.GetByteCount(html) / 1024} KiB");
            foreach (Match found in Regex.Matches(html, row, RegexOptions.Singleline))
                Assert.True(seen.Add(found.Value), $"{next} repeats {found.Value}");
            next = WebUtility.HtmlDecode(Regex.Match(html, "rel=\"next\" href=\"([^\"]+)\"").Groups[1].Value);
        }
        Assert.Equal(count, seen.Count);
        Assert.True(pages >= count / 50, $"{address} has {pages} pages");

        var (told, read) = (new HashSet<string>(), 0);
        var filter = address.Contains('?', StringComparison.Ordinal);
        for (var next = ""; next is not null && read < 3; read++)
        {
            var json = program is null ? await console.Page($"/api/v1{address}{next}", Cancelled) : await program.GetStringAsync(new Uri($"/api/v1{address}{next}", UriKind.Relative), Cancelled);
            Assert.True(Encoding.UTF8.GetByteCount(json) < Largest * 1024, $"{next} weighs {Encoding.UTF8.GetByteCount(json) / 1024} KiB");
            using var answer = JsonDocument.Parse(json);
            Assert.All(answer.RootElement.GetProperty(member).EnumerateArray(), r => Assert.True(told.Add(r.GetRawText()), $"{address}{next} repeats {r}"));
            next = answer.RootElement.GetProperty("next").GetString() is { } more ? $"{(filter ? "&" : "?")}after={Uri.EscapeDataString(more)}" : null;
        }
        Assert.Equal(Math.Min(pages, 3), read);

        var file = address.Split('?') is [var list, var query] ? $"{list}.csv?{query}" : $"{address}.csv";
        Assert.Contains($"\r\nEnd,{count} rows\r\n", await console.Page(file, Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/stuck")]
    [InlineData("/requests/{busy}")]
    [InlineData("/api/v1/requests/{busy}")]
    [InlineData("/api/v1/today")]
    [InlineData("/settings")]
    public async Task What_shows_the_beginning_of_long_lists_is_small(string room)
    {
        var page = await lists.Console.Page(room.Replace("{busy}", $"{lists.Busy}", StringComparison.Ordinal), Cancelled);
        Assert.True(Encoding.UTF8.GetByteCount(page) < Largest * 1024, $"{room} weighs {Encoding.UTF8.GetByteCount(page) / 1024} KiB");
    }

    [Fact]
    public async Task The_page_of_a_request_says_how_much_it_leaves_out_and_where_all_of_it_stands()
    {
        var page = await lists.Console.Page($"/requests/{lists.Busy}", Cancelled);
        foreach (var (part, all) in new[] { ("acts", "2,000"), ("deadlines", "300"), ("documents", "300"), ("costs", "300"), ("ledger", "300") })
        {
            Assert.Contains($"href=\"/requests/{lists.Busy}/{part}\"", page, StringComparison.Ordinal);
            Assert.Contains($" of {all} are shown.", Regex.Replace(page, "<[^>]+>", ""), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Whoever_governs_accounts_with_passwords_reads_them_page_by_page()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        await ConsoleUnderTest.Open(console.Services, "anna", "Anna", Enum.GetValues<Role>(), Cancelled);
        (await console.Post("/sign-in", "/sign-in", new() { ["name"] = "anna", ["password"] = ConsoleUnderTest.Password }, Cancelled)).Dispose();
        await console.Services.GetRequiredService<Database>().Execute(new(_ => LongLists.Persons(LongLists.Hundreds)), null, Cancelled);
        using var program = new HttpClient { BaseAddress = console.Address };
        program.DefaultRequestHeaders.Authorization = new("Bearer", await console.Services.GetRequiredService<AccountDesk>().MakeToken((await console.Services.GetRequiredService<AccountStore>().Named("ANNA", Cancelled))!, "test", TimeSpan.FromDays(1), Cancelled));
        // The first administrator and the first approver have theirs since the start.
        await Leads(console, "/accounts", "accounts", LongLists.Hundreds + 3, Row, program);
    }
}
