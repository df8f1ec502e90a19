using System.Net;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>What a person can do here: decide about a message in quarantine, and have the ledger verified.</summary>
public sealed class DeedTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trying_again_is_recorded_with_who_and_why_and_the_page_does_not_claim_success()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var message = await One(console);
        using var answer = await Decide(console, message, "retry", "A. Bell, duty operator", "The key was published at 08:40.");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal($"/quarantine/{message}", answer.Headers.Location?.ToString());
        var html = await console.Page($"/quarantine/{message}", Cancelled);
        Assert.Contains("A. Bell, duty operator", html, StringComparison.Ordinal);
        Assert.Contains("The hub has not tried yet", html, StringComparison.Ordinal);
        Assert.Contains(await Ledger(console), e => e.Content.Contains("A. Bell, duty operator", StringComparison.Ordinal) || e.Actor.Contains("A. Bell", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_form_sent_twice_has_one_effect()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var message = await One(console);
        // Two people have the page open; the form of the second is as good as that of the first.
        using var first = await Decide(console, message, "retry", "A. Bell, duty operator", "The key was published at 08:40.");
        var entries = (await Ledger(console)).Count;
        using var second = await Decide(console, message, "retry", "C. Dune, duty operator", "I would have done it too.", page: "/audit");

        Assert.Equal(HttpStatusCode.SeeOther, second.StatusCode);
        Assert.EndsWith("?said=before", second.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Equal(entries, (await Ledger(console)).Count);
        var html = await console.Page(second.Headers.Location!.ToString(), Cancelled);
        Assert.Contains("Nothing was changed", html, StringComparison.Ordinal);
        Assert.DoesNotContain("C. Dune", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<form class=\"deed\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_signs_in_one_message_is_set_aside_no_more_than_a_plan_of_them()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var message = await One(console);
        Assert.DoesNotContain("value=\"aside\"", await console.Page($"/quarantine/{message}", Cancelled), StringComparison.Ordinal);

        using var answer = await Decide(console, message, "aside", "A. Bell, duty operator", "A court message sent to the wrong address.");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("LH0133", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(Quarantine.Waiting, (await console.Services.GetRequiredService<Quarantine>().Get(message, Cancelled))!.Status);
    }

    [Theory]
    [InlineData("retry", "", "because", "Write who does it")]
    [InlineData("retry", "A. Bell", "  ", "Write the reason")]
    [InlineData("delete", "A. Bell", "because", "Choose what is to be done")]
    public async Task A_form_that_lacks_something_does_nothing_and_keeps_what_was_written(string deed, string by, string reason, string says)
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var message = await One(console);
        using var answer = await Decide(console, message, deed, by, reason);
        var html = await answer.Content.ReadAsStringAsync(Cancelled);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(says, html, StringComparison.Ordinal);
        Assert.Contains(by.Length > 0 ? $"value=\"{by}\"" : "name=\"by\"", html, StringComparison.Ordinal);
        Assert.Equal(Quarantine.Waiting, (await console.Services.GetRequiredService<Quarantine>().Get(message, Cancelled))!.Status);
    }

    [Fact]
    public async Task A_form_that_does_not_come_from_the_console_does_nothing()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var message = await One(console);
        using var form = new FormUrlEncodedContent([new("deed", "aside"), new("by", "A. Bell"), new("reason", "because")]);
        using var answer = await console.Http.PostAsync(new Uri($"/quarantine/{message}", UriKind.Relative), form, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("The form is out of date", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(Quarantine.Waiting, (await console.Services.GetRequiredService<Quarantine>().Get(message, Cancelled))!.Status);
    }

    [Fact]
    public async Task A_message_that_failed_again_says_so_on_the_page_of_its_first_try()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var quarantine = console.Services.GetRequiredService<Quarantine>();
        var message = (await quarantine.Get(await One(console), Cancelled))!;
        await quarantine.Resolve(message.QuarantineId, "A. Bell", "Tried again.", "Retried", Cancelled);
        var again = await quarantine.Add(message with { QuarantineId = Guid.NewGuid(), Reason = "Still not a signed document.", At = console.Time.GetUtcNow() }, Cancelled);

        var html = await console.Page($"/quarantine/{message.QuarantineId}", Cancelled);
        Assert.Contains("It failed again", html, StringComparison.Ordinal);
        Assert.Contains($"/quarantine/{again}", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ledger_holds_until_somebody_changes_an_entry_and_then_the_first_bad_one_is_named()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        using (await console.Post("/audit", "/audit/verification", [], Cancelled))
            Assert.Contains("It holds", await console.Page("/audit", Cancelled), StringComparison.Ordinal);

        await using (var unit = await console.Services.GetRequiredService<LiaisonHub.Storage.Database>().Begin(Cancelled))
        {
            await using var forge = unit.Connection.CreateCommand();
            forge.CommandText = "DROP TRIGGER ledger_leaf_no_update; UPDATE ledger_leaf SET actor = 'XF' WHERE leaf_id = (SELECT leaf_id FROM ledger_chain WHERE position = 7)";
            await forge.ExecuteNonQueryAsync(Cancelled);
            await unit.Commit(Cancelled);
        }
        using (await console.Post("/audit", "/audit/verification", [], Cancelled))
        {
            var html = await console.Page("/audit", Cancelled);
            Assert.Contains("It does not hold.", html, StringComparison.Ordinal);
            Assert.Contains("at position 7", html, StringComparison.Ordinal);
        }
    }

    static async Task<Guid> One(ConsoleUnderTest console) =>
        (await console.Services.GetRequiredService<Quarantine>().Page(null, "XA", "NotAuthentic", null, 1, Cancelled))[0].QuarantineId;

    static Task<HttpResponseMessage> Decide(ConsoleUnderTest console, Guid message, string deed, string by, string reason, string? page = null) =>
        console.Post(page ?? $"/quarantine/{message}", $"/quarantine/{message}", new() { ["deed"] = deed, ["by"] = by, ["reason"] = reason }, Cancelled);

    static async Task<IReadOnlyList<LedgerEntry>> Ledger(ConsoleUnderTest console)
    {
        var ledger = console.Services.GetRequiredService<Ledger>();
        while (await ledger.Chain(console.Time.GetUtcNow(), 1000, Cancelled) > 0)
        {
        }
        return await ledger.Page(0, 10_000, Cancelled);
    }
}
