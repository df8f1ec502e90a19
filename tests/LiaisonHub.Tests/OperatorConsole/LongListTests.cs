using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>A hub in which ten thousand of everything wait.</summary>
public sealed class LongLists : IAsyncLifetime
{
    public const int Many = 10_000;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ConsoleUnderTest Console { get; private set; } = null!;

    public Guid Plan { get; } = Guid.NewGuid();

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
    }

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
}
