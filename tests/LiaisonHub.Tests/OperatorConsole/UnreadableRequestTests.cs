using System.Net;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.OperatorConsole.Limits;
using LiaisonHub.OperatorConsole.Stuck;
using LiaisonHub.OperatorConsole.Today;
using LiaisonHub.Storage;
using LiaisonHub.Tests.Casework;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>What is stored of a request is broken, or a later version of the program wrote it: the console says so of this one, and shows all others.</summary>
public sealed class UnreadableRequestTests
{
    const string Stuck = "0a000000-0000-4000-8000-000000000102", Planned = "0a000000-0000-4000-8000-000000000106", Dispute = "0a000000-0000-4000-8000-0000000000d0";

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{", "$")]
    [InlineData("null", "$")]
    [InlineData("{}", "$")]
    [InlineData("""{"priority":"Whenever"}""", "$.priority")]
    [InlineData("""{"requesting":null}""", "$.requesting")]
    [InlineData("""{"procedure":"Arbitration"}""", "$.procedure")]
    [InlineData("""{"state":"Teleported"}""", "$.state")]
    public void A_stored_request_that_this_version_cannot_read_is_none_and_says_where(string wrong, string place)
    {
        var stored = Request.Write(Usual.Into("Consulting").Request);
        Assert.True(Request.TryRead(stored, out _, out _));
        // What else it needs is there: only the member is wrong.
        using var change = wrong.Length > 2 && wrong[0] == '{' ? JsonDocument.Parse(wrong) : null;
        var body = change is null ? wrong : JsonSerializer.Serialize(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(stored)!.ToDictionary(m => m.Key, m => change.RootElement.TryGetProperty(m.Key, out var other) ? other : m.Value));

        Assert.False(Request.TryRead(body, out var request, out var where));
        Assert.Equal((null, place), (request, where));
        Assert.Equal(place, Assert.Throws<UnreadableRequestException>(() => Request.Read(body)).Place);
    }

    [Fact]
    public async Task It_is_a_matter_of_today_and_stuck_with_reason_and_remedy_and_every_other_request_is_shown()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await console.FillRegisters(Cancelled);
        var others = (await console.Services.GetRequiredService<StuckReader>().ReadAnew(Cancelled)).Lines.Select(l => l.RequestId).ToHashSet();
        foreach (var (id, body) in new[] { (Stuck, "{"), (Planned, """{"state":"Teleported"}"""), (Dispute, "null") })
            await Break(console, id, body);

        var today = await console.Page("/", Cancelled);
        Assert.Contains("3 stored requests cannot be read.", today, StringComparison.Ordinal);
        Assert.Contains("restore its row from the backup", today, StringComparison.Ordinal);
        Assert.Contains("XA-2026-000101", today, StringComparison.Ordinal);
        var board = await console.Services.GetRequiredService<TodayReader>().Read(Cancelled);
        Assert.Equal((3, "/stuck?by=verdict&group=Unreadable"), board.Decisions.Where(m => m.Kind == MatterKind.Unreadable).Select(m => (m.Count, m.Rows)).Single());
        Assert.Equal([Dispute, Stuck, Planned], board.Next.Where(n => n.Unreadable).Select(n => $"{n.Line.RequestId}").Order(StringComparer.Ordinal));

        var lines = (await console.Services.GetRequiredService<StuckReader>().ReadAnew(Cancelled)).Lines;
        Assert.Equal(others, lines.Select(l => l.RequestId).ToHashSet());
        var stuck = lines.Single(l => l.RequestId == Guid.Parse(Stuck));
        Assert.Equal((Cause.Unreadable, Owner.Hub, "unreadable", "XA-2026-000102", "XA", "XB"), (stuck.Verdict.Cause, stuck.Verdict.Owner, stuck.Verdict.WhatCode, stuck.Reference, stuck.RequestingState, stuck.RequestedState));
        Assert.Contains("XA-2026-000102", await console.Page("/stuck?by=verdict&group=Unreadable", Cancelled), StringComparison.Ordinal);

        // Lists of other things go on, and say what is missing.
        var limits = await console.Page("/deadlines?late=1", Cancelled);
        Assert.Contains("XA-2026-000102", limits, StringComparison.Ordinal);
        Assert.Contains("Cannot be read", limits, StringComparison.Ordinal);
        Assert.Contains("Acknowledge receipt", await console.Page("/deadlines.csv", Cancelled), StringComparison.Ordinal);
        Assert.Contains("2 requests cannot be read", await console.Page("/deadlines/forecast?state=XB&days=30", Cancelled), StringComparison.Ordinal);
        Assert.Equal(2, (await console.Services.GetRequiredService<LimitReader>().Silent("XB", 30, Cancelled)).Unreadable);
        Assert.Contains("1 dispute cannot be read", await console.Page("/compliance", Cancelled), StringComparison.Ordinal);
        foreach (var address in new[] { "/requests", "/requests.csv", "/requests?q=XA-2026", $"/groups/{FilledHub.Matter}", "/costs", "/alerts", "/public/compliance", "/api/v1/today", "/api/v1/stuck", "/api/v1/deadlines" })
            await console.Page(address, Cancelled);
    }

    [Fact]
    public async Task Its_own_page_says_what_its_row_says_and_leads_to_what_is_kept_beside_it_and_what_needs_it_is_refused_with_a_code()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        await Break(console, Stuck, """{"priority":"Whenever"}""");

        var page = await console.Page($"/requests/{Stuck}", Cancelled);
        foreach (var said in new[] { "XA-2026-000102", "$.priority", "a later version of the program wrote it", "restore its row from the backup", "LH0531", "Central Authority for Mutual Assistance" })
            Assert.Contains(said, page, StringComparison.Ordinal);
        foreach (var part in new[] { "acts", "documents", "costs", "ledger" })
        {
            Assert.Contains($"/requests/{Stuck}/{part}\"", page, StringComparison.Ordinal);
            Assert.Contains(part is "costs" ? "No cost was entered" : "data-row", await console.Page($"/requests/{Stuck}/{part}", Cancelled), StringComparison.Ordinal);
            await console.Page($"/requests/{Stuck}/{part}.csv", Cancelled);
        }
        Assert.Contains("LH0531", await console.Page($"/requests/{Stuck}/deadlines", Cancelled, HttpStatusCode.Conflict), StringComparison.Ordinal);
        foreach (var address in new[] { $"/api/v1/requests/{Stuck}", $"/api/v1/requests/{Stuck}/deadlines" })
        {
            using var refused = JsonDocument.Parse(await console.Page(address, Cancelled, HttpStatusCode.Conflict));
            Assert.Equal("LH0531", refused.RootElement.GetProperty("code").GetString());
            Assert.Contains("$.priority", refused.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    // The members that are named become another value; what is no object takes the place of the whole.
    static async Task Break(ConsoleUnderTest console, string requestId, string wrong)
    {
        await using var unit = await console.Services.GetRequiredService<Database>().Begin(Cancelled);
        await using var change = unit.Connection.CreateCommand();
        change.CommandText = $"UPDATE requests SET body = {(wrong.Length > 2 && wrong[0] == '{' ? "json_patch(body, @wrong)" : "@wrong")} WHERE request_id = '{requestId}'";
        var value = change.CreateParameter();
        (value.ParameterName, value.Value) = ("@wrong", wrong);
        change.Parameters.Add(value);
        Assert.Equal(1, await change.ExecuteNonQueryAsync(Cancelled));
        await unit.Commit(Cancelled);
    }
}
