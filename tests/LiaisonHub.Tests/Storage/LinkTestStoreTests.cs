using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.Storage;

/// <summary>Tests of links that were asked for, on any database.</summary>
public abstract class LinkTestStoreTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    static readonly Guid Id = Guid.Parse("0a000000-0000-4000-8000-000000000e01");

    static LinkTest Asked(Guid id, DateTimeOffset at, string state = "XA") => new() { TestId = id, State = state, AskedAt = at, AskedBy = "A. Bell, duty operator", Reason = "Silent since noon" };

    [Fact]
    public async Task Each_state_has_one_at_a_time_and_a_hub_that_is_gone_does_not_block_the_next()
    {
        var tests = new LinkTests(Database);
        var first = await tests.Ask(Asked(Id, Now), Now, Cancelled);
        Assert.Equal(Id, first.TestId);
        Assert.Equal(Id, (await tests.Ask(Asked(Guid.NewGuid(), Now.AddMinutes(1)), Now, Cancelled)).TestId);
        var other = Guid.NewGuid();
        Assert.Equal(other, (await tests.Ask(Asked(other, Now.AddMinutes(1), "XB"), Now, Cancelled)).TestId);

        var later = Guid.NewGuid();
        Assert.Equal(later, (await tests.Ask(Asked(later, Now + LinkTest.Longest), Now, Cancelled)).TestId);
        Assert.Equal([later, other], (await tests.Latest(Cancelled)).OrderBy(t => t.State, StringComparer.Ordinal).Select(t => t.TestId));
        Assert.Equal([later, Id], (await tests.Page("XA", 10, Cancelled)).Select(t => t.TestId));
        Assert.Equal(["LinkTestAsked", "LinkTestAsked", "LinkTestAsked"], (await new Ledger(Database).DeedsPage(new(), null, 10, Cancelled)).Select(e => e.Kind).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_many_hubs_one_takes_it_and_none_takes_what_nobody_waits_for_any_more()
    {
        await new LinkTests(Database).Ask(Asked(Id, Now), Now, Cancelled);
        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAgain()).ToList().Select(database => Task.Run(() => new LinkTests(database).Take(Now.AddSeconds(1), Cancelled))));
        Assert.Equal(Id, Assert.Single(taken.SelectMany(t => t)).TestId);

        await new LinkTests(Database).Ask(Asked(Guid.NewGuid(), Now, "XB"), Now, Cancelled);
        Assert.Empty(await new LinkTests(Database).Take(Now + LinkTest.Longest, Cancelled));
    }

    [Fact]
    public async Task The_answer_of_its_own_state_counts_once_and_only_while_it_is_waited_for()
    {
        var tests = new LinkTests(Database);
        var test = await tests.Ask(Asked(Id, Now), Now, Cancelled);
        await tests.Take(Now, Cancelled);
        await tests.Answered(Id, "XB", "{\"of\":\"another\"}", Now.AddSeconds(1), Cancelled);
        Assert.Null((await tests.Get(Id, Cancelled))!.AnsweredAt);
        await tests.Answered(Id, "XA", "{\"of\":\"its own\"}", Now.AddSeconds(2), Cancelled);
        await tests.Answered(Id, "XA", "{\"of\":\"again\"}", Now.AddSeconds(3), Cancelled);
        await tests.Note(Id, "[1]", Cancelled);
        Assert.Equal((Now.AddSeconds(2), "{\"of\":\"its own\"}", "[1]"), await tests.Get(Id, Cancelled) is { } stands ? (stands.AnsweredAt, stands.Answer, stands.Stages) : default);

        await tests.End(test, "[1,2]", "good", Now.AddSeconds(4), Now, Cancelled);
        await tests.End(test, "[9]", "failed", Now.AddSeconds(5), Now, Cancelled);
        await tests.Note(Id, "[]", Cancelled);
        var ended = (await tests.Get(Id, Cancelled))!;
        Assert.Equal((Now.AddSeconds(4), "[1,2]"), (ended.EndedAt, ended.Stages));
        Assert.Equal(["LinkTestAsked", "LinkTested"], (await new Ledger(Database).DeedsPage(new(), null, 10, Cancelled)).Select(e => e.Kind).Order(StringComparer.Ordinal));
    }
}

public sealed class LinkTestStoreOnSqlite(SqliteFixture fixture) : LinkTestStoreTests(fixture), IClassFixture<SqliteFixture>;
