using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Repair;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>A program that did not hear the answer asks again with the same key, and nothing is done twice.</summary>
public sealed class KeyedDeedTests
{
    const string Key = "0197f3a2-6d1b-7e77-9d2e-4b1f2f6f9a01";

    static readonly PlanWish Wish = new() { Deed = "Retry", All = true, Reason = "The key is there now" };

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deed_asked_for_again_with_its_key_is_answered_as_the_first_time_and_not_done_again()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var anna = await PlanTests.Program(console, "anna", Role.Operator);
        using var berta = await PlanTests.Program(console, "berta", Role.Operator);
        var first = await Ask(anna, Wish, Key);
        Assert.Equal(HttpStatusCode.Created, first.Status);
        // What has happened since changes nothing of it.
        await console.Services.GetRequiredService<RepairPlans>().Discard(Guid.Parse(first.Location![^36..]), 1, "somebody", null, "x", Cancelled);
        Assert.Equal(first, await Ask(anna, Wish, Key));
        Assert.Single(await Plans(console));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "LH0108"), Code(await Ask(anna, Wish with { Reason = "Another" }, Key)));
        Assert.Equal(HttpStatusCode.BadRequest, (await Ask(anna, Wish, "short")).Status);
        Assert.Single(await Plans(console));
        // A key is its owner's; without one, or with another, it is another deed.
        Assert.Equal(HttpStatusCode.Created, (await Ask(berta, Wish, Key)).Status);
        Assert.Equal(HttpStatusCode.Created, (await Ask(anna, Wish, null)).Status);
        console.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(first, await Ask(anna, Wish, Key));
        console.Time.Advance(TimeSpan.FromHours(2));
        var (answers, owner) = (console.Services.GetRequiredService<ApiAnswers>(), (await console.Services.GetRequiredService<AccountStore>().Named("ANNA", Cancelled))!.AccountId);
        // After a day it is not known any more, and with the next deed it is not there any more.
        Assert.Null(await answers.Known(new(owner, Key, ""), Cancelled));
        using var later = await PlanTests.Program(console, "carla", Role.Operator);
        Assert.Equal(HttpStatusCode.Created, (await Ask(later, Wish, Key)).Status);
        Assert.Equal(4, (await Plans(console)).Count);
        Assert.Null(await answers.Known(new(owner, Key, ""), Cancelled));
        Assert.Equal(1, await Kept(console));
    }

    [Fact]
    public async Task The_same_words_at_another_address_are_another_deed()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var anna = await PlanTests.Program(console, "anna", Role.Operator);
        foreach (var _ in new[] { 1, 2 })
            Assert.Equal(HttpStatusCode.Created, (await Ask(anna, Wish, null)).Status);
        var plans = await Plans(console);
        Task<Answer> DryRun(RepairPlan plan) => Ask(anna, new PlanStep(1), Key, $"/api/v1/plans/{plan.PlanId}/dry-run");

        Assert.Equal(HttpStatusCode.OK, (await DryRun(plans[0])).Status);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "LH0108"), Code(await DryRun(plans[1])));
        Assert.Single(await Plans(console), p => p.ForeseeWishedAt is not null);
    }

    [Fact]
    public async Task What_was_refused_is_refused_in_the_same_words_and_a_secret_that_was_said_can_be_read_by_nobody_without_the_key()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var anna = await PlanTests.Program(console, "anna", Role.Operator, Role.Administrator);
        var nothing = Wish with { All = false, Ids = [Guid.NewGuid().ToString()] };
        var refused = await Ask(anna, nothing, Key);
        Assert.Equal((HttpStatusCode.Conflict, "LH0113"), Code(refused));
        // Even where it would be done now.
        await console.Services.GetRequiredService<Quarantine>().Add(PlanTests.Message(console.Time.GetUtcNow()) with { QuarantineId = Guid.Parse(nothing.Ids[0]) }, Cancelled);
        Assert.Equal(refused, await Ask(anna, nothing, Key));

        var invited = await Ask(anna, new InvitationWish("dora", "D. Ora", ["Reader"]), Key + "-2", "/api/v1/accounts");
        Assert.Equal(HttpStatusCode.OK, invited.Status);
        Assert.Equal(invited, await Ask(anna, new InvitationWish("dora", "D. Ora", ["Reader"]), Key + "-2", "/api/v1/accounts"));
        var secret = JsonDocument.Parse(invited.Body).RootElement.GetProperty("link").GetString()!.Split('/')[^1];
        await using var connection = await console.Services.GetRequiredService<Database>().Connect(Cancelled);
        await using var rows = connection.CreateCommand();
        rows.CommandText = "SELECT GROUP_CONCAT(key_hash || ' ' || asked_hash || ' ' || answer) FROM api_answers";
        var kept = (string)(await rows.ExecuteScalarAsync(Cancelled))!;
        Assert.DoesNotContain(Key, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, string.Concat(kept.Split(' ', ',').Select(Read)), StringComparison.Ordinal);

        static string Read(string part)
        {
            var bytes = new byte[part.Length];
            return Convert.TryFromBase64String(part, bytes, out var length) ? System.Text.Encoding.UTF8.GetString(bytes, 0, length) : "";
        }
    }

    [Fact]
    public async Task Of_fifty_that_come_at_once_with_one_key_one_is_done_and_all_have_its_answer()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var anna = await PlanTests.Program(console, "anna", Role.Operator);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Ask(anna, Wish, Key)));

        Assert.Single(await Plans(console));
        Assert.Single(await console.Services.GetRequiredService<Ledger>().DeedsPage(new() { Kind = "RepairPlanMade" }, null, 50, Cancelled));
        Assert.Equal(HttpStatusCode.Created, answers[0].Status);
        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
    }

    [Fact]
    public async Task Whoever_comes_second_with_a_key_waits_until_the_first_is_answered_and_nobody_waits_for_another_key()
    {
        var keys = new LiaisonHub.OperatorConsole.Api.KeysInHand();
        var (deed, other) = (new KeyedDeed(null, Key, "x"), new KeyedDeed(null, Key + "-2", "x"));
        var first = await keys.Take(deed, Cancelled);
        var second = keys.Take(deed, Cancelled);
        (await keys.Take(other, Cancelled)).Dispose();
        (await keys.Take(deed with { Account = Guid.NewGuid() }, Cancelled)).Dispose();
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
        (await keys.Take(deed, Cancelled)).Dispose();
    }

    /// <summary>Another console on the same database has the key, and has not answered yet: nothing is done a second time, and the program is told to ask again.</summary>
    [Fact]
    public async Task What_another_console_is_doing_now_is_not_done_here()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var anna = await PlanTests.Program(console, "anna", Role.Operator);
        var account = (await console.Services.GetRequiredService<AccountStore>().Named("ANNA", Cancelled))!.AccountId;
        var there = new ApiAnswers(console.Services.GetRequiredService<Database>());
        using (there.With(new KeyedDeed(account, Key, $"POST /api/v1/plans\n{JsonSerializer.Serialize(Wish, JsonSerializerOptions.Web)}")))
            Assert.True(await console.Services.GetRequiredService<SavedFilters>().Add(new() { FilterId = Guid.NewGuid(), Room = "requests", Name = "any", Query = "", Shared = true, MadeBy = "x", MadeAt = console.Time.GetUtcNow() }, Cancelled));

        Assert.Equal((HttpStatusCode.Conflict, "LH0109"), Code(await Ask(anna, Wish, Key)));
        Assert.Empty(await Plans(console));
    }

    /// <summary>The key is claimed by the transaction that does the deed: a console that dies between deed and answer has done it once, and one that dies before has done nothing.</summary>
    [Fact]
    public async Task A_console_that_dies_before_its_answer_says_that_it_was_done_and_one_that_died_before_the_deed_does_it()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        var (answers, filters) = (console.Services.GetRequiredService<ApiAnswers>(), console.Services.GetRequiredService<SavedFilters>());
        var deed = new KeyedDeed(Guid.NewGuid(), Key, "save");
        SavedFilter Filter(string name) => new() { FilterId = Guid.NewGuid(), Room = "requests", Name = name, Query = "", Shared = true, MadeBy = "x", MadeAt = console.Time.GetUtcNow() };

        using (answers.With(deed))
        {
            await using var unit = await console.Services.GetRequiredService<Database>().Begin(Cancelled);
        }
        Assert.Null(await answers.Known(deed, Cancelled));

        using (var claim = answers.With(deed))
        {
            Assert.True(await filters.Add(Filter("one"), Cancelled));
            Assert.True(claim.Done);
            Assert.True(await filters.Add(Filter("two"), Cancelled));
        }
        Assert.Equal(new KnownKey(true, null), await answers.Known(deed, Cancelled));
        using (answers.With(deed))
            await Assert.ThrowsAsync<KeyUsedException>(() => filters.Add(Filter("three"), Cancelled));
        Assert.True(await filters.Add(Filter("three"), Cancelled));
    }

    sealed record Answer(HttpStatusCode Status, string? Type, string? Location, string Body);

    static async Task<Answer> Ask<T>(HttpClient program, T wish, string? key, string address = "/api/v1/plans")
    {
        using var asked = new HttpRequestMessage(HttpMethod.Post, new Uri(address, UriKind.Relative)) { Content = JsonContent.Create(wish) };
        if (key is not null)
            asked.Headers.Add("Idempotency-Key", key);
        using var answer = await program.SendAsync(asked, Cancelled);
        return new(answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), answer.Headers.Location?.ToString(), await answer.Content.ReadAsStringAsync(Cancelled));
    }

    static (HttpStatusCode Status, string? Code) Code(Answer answer) => (answer.Status, JsonDocument.Parse(answer.Body).RootElement.GetProperty("code").GetString());

    static async Task<long> Kept(ConsoleUnderTest console)
    {
        await using var connection = await console.Services.GetRequiredService<Database>().Connect(Cancelled);
        await using var rows = connection.CreateCommand();
        rows.CommandText = "SELECT COUNT(*) FROM api_answers";
        return (long)(await rows.ExecuteScalarAsync(Cancelled))!;
    }

    static Task<IReadOnlyList<RepairPlan>> Plans(ConsoleUnderTest console) => console.Services.GetRequiredService<RepairPlans>().Page(50, Cancelled);
}
