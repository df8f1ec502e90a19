using System.Net;
using System.Text.RegularExpressions;
using LiaisonHub.Casework;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Casework;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>Who bears what, and who has given more.</summary>
public sealed class CostPageTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_balances_of_all_states_add_up_to_nothing_and_each_figure_is_on_the_page()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await Fill(console);

        var page = WebUtility.HtmlDecode(await console.Page("/costs?from=2026-03&months=1", Cancelled));

        // XB bore 60 for XA and worked 10 hours at 45, XC bore 30 for XA, XA 25 for XB.
        Assert.Equal(["XA, XB -485.00", "XA, XC -30.00"], Rows(page, "Balance of each two states").Select(r => $"{r[0]} {r[^1]}"));
        Assert.Equal(["XA -515.00", "XB +485.00", "XC +30.00", "All states together 0.00"], Rows(page, "Burden of each state").Select(r => $"{r[0]} {r[^1]}"));
        // XA has weight 30: 40 borne for its own requests and 25 for others.
        Assert.Equal(["0", "65.00"], Rows(page, "Burden of each state")[0].Skip(2).Take(2));
        // XB has weight 25: 10 hours at 45, and 60 borne.
        Assert.Equal(("10", "20.40"), (Rows(page, "Burden of each state")[1][2], Rows(page, "Burden of each state")[1][5]));
        Assert.Equal(["XA, XB", "2", "1", "1", "1", "0"], Assert.Single(Rows(page, "Asked and served, requests closed in the period")));
        Assert.Contains("An hour of work counts 45 EUR (Invented, like the region, not verified).", page, StringComparison.Ordinal);
        Assert.Contains("No cost was noticed", await console.Page("/costs?from=2026-04&months=1", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_figures_leave_as_a_file_and_as_JSON()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await Fill(console);

        Assert.Contains("XA,XB,EUR,100,40,60,0,10", await console.Page("/costs.csv?from=2026-01&months=12", Cancelled), StringComparison.Ordinal);
        Assert.Contains("XA,XB,2,1,1,1,0", await console.Page("/costs/reciprocity.csv?from=2026-01&months=12", Cancelled), StringComparison.Ordinal);
        // A number below 0 stays one.
        Assert.Matches("XA,EUR,1,0,65,[0-9]+,[0-9.]+,-515\\r", await console.Page("/costs/states.csv?from=2026-01&months=12", Cancelled));
        Assert.Matches("XA,XB,EUR,[0-9.]+,[0-9.]+,-485\\r", await console.Page("/costs/balances.csv?from=2026-03&months=1", Cancelled));
        var json = await console.Page("/costs.json?from=2026-03&months=1", Cancelled);
        Assert.Matches("\"filter\": \"[^\"]*2026[^\"]* to [^\"]*2026[^\"]*\"", json);
        Assert.Contains("\"cut\": null", json, StringComparison.Ordinal);
        Assert.Contains("\"balance\": -485", await console.Page("/api/v1/costs?from=2026-03&months=1", Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from=march")]
    [InlineData("from=1999-01")]
    [InlineData("months=5")]
    public async Task A_period_nobody_can_read_is_named(string query)
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        Assert.Contains($"“{query.Split('=')[0]}”", WebUtility.HtmlDecode(await console.Page($"/costs?{query}", Cancelled)), StringComparison.Ordinal);
        await console.Page($"/costs.csv?{query}", Cancelled, HttpStatusCode.BadRequest);
        await console.Page($"/api/v1/costs?{query}", Cancelled, HttpStatusCode.BadRequest);
    }

    /// <summary>Costs and ends of March 2026 between XA, XB and XC.</summary>
    internal static async Task Fill(ConsoleUnderTest console)
    {
        var database = console.Services.GetRequiredService<Database>();
        await using var unit = await database.Begin(Cancelled);
        await new RequestStore(database).Write(
            unit,
            [
                new Change { Work = new Work { RequestId = Guid.NewGuid() }, Costs = [Cost("XA", "XB", 100, 40) with { Hours = 10 }, Cost("XA", "XC", 30, 0), Cost("XB", "XA", 25, 0)] },
                Ended("XA", "XB", "Closed.Executed"),
                Ended("XA", "XB", "Closed.Refused"),
                Ended("XB", "XA", "Closed.Executed"),
            ],
            Cancelled);
        await unit.Commit(Cancelled);
    }

    static CostRow Cost(string requesting, string requested, decimal amount, decimal requestingBears) => new()
    {
        EntryId = Guid.NewGuid(),
        RequestId = Guid.NewGuid(),
        ActId = Guid.NewGuid(),
        RequestingState = requesting,
        RequestedState = requested,
        Kind = "Exceptional",
        OnDay = new(2026, 3, 10),
        Currency = "EUR",
        Amount = amount,
        RequestingBears = requestingBears,
        At = FilledHub.Now,
    };

    static Change Ended(string requesting, string requested, string state)
    {
        var id = Guid.NewGuid();
        return new()
        {
            Work = new Work { RequestId = id },
            Request = new RequestRow
            {
                RequestId = id,
                Procedure = "MutualAssistance",
                Instrument = "EIO",
                Reference = $"{requesting}-2026-{id.ToString()[..6]}",
                RequestingState = requesting,
                RequestedState = requested,
                State = state,
                Since = FilledHub.Now,
                ClosedAt = FilledHub.Now,
                Priority = "Routine",
                Body = Request.Write(Usual.Into("Acknowledged").Request with { Id = id, State = state, Closed = true, Deadlines = [] }),
                CreatedAt = FilledHub.Now,
                UpdatedAt = FilledHub.Now,
            },
        };
    }

    static IReadOnlyList<IReadOnlyList<string>> Rows(string page, string caption) =>
    [
        .. Regex.Matches(Regex.Match(page, $"<caption>{caption}</caption>.*?</table>", RegexOptions.Singleline).Value.Split("</thead>")[^1], "<tr>.*?</tr>", RegexOptions.Singleline)
            .Select(row => Regex.Matches(row.Value, "<t[hd][^>]*>(.*?)</t[hd]>", RegexOptions.Singleline).Select(c => Regex.Replace(c.Groups[1].Value, "<[^>]+>", "").Trim()).ToList()),
    ];
}
