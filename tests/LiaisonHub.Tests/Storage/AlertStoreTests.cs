using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.Storage;

/// <summary>What receivers of alerts were told, on any database.</summary>
public abstract class AlertStoreTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    [Fact]
    public async Task Of_all_that_want_a_receiver_at_one_moment_one_has_it_until_it_is_given_back()
    {
        var databases = Enumerable.Range(0, 8).Select(_ => OpenAgain()).ToList();
        var claims = await Task.WhenAll(databases.Select(database => Task.Run(() => new AlertStore(database).Claim("duty", TimeSpan.FromMinutes(2), Cancelled))));

        var claimed = Assert.Single(claims.OfType<AlertReceiver>());
        Assert.Equal(("duty", 0, 0, null), (claimed.Receiver, claimed.HourSent, claimed.Failures, claimed.LastError));
        var store = new AlertStore(Database);
        Assert.Null(await store.Claim("duty", TimeSpan.FromMinutes(2), Cancelled));
        Assert.NotNull(await store.Claim("another", TimeSpan.FromMinutes(2), Cancelled));
        await store.Release("duty", Cancelled);
        Assert.NotNull(await store.Claim("duty", TimeSpan.FromMinutes(2), Cancelled));
    }

    [Fact]
    public async Task What_began_is_kept_until_its_end_was_told()
    {
        var store = new AlertStore(Database);
        var receiver = (await store.Claim("duty", TimeSpan.FromMinutes(2), Cancelled))!;
        AlertRow silent = new() { Receiver = "duty", Kind = "adapter-silent", State = "XB", BeganAt = Now }, clock = new() { Receiver = "duty", Kind = "clock", State = "", BeganAt = Now.AddSeconds(1) };
        await store.Note([silent, clock], [], [], Cancelled);
        Assert.Equal([silent, clock], await store.Of("duty", Cancelled));

        await store.Took(receiver, [silent with { ToldAt = Now.AddMinutes(1) }], [clock], Cancelled);
        var told = Assert.Single(await store.Of("duty", Cancelled));
        Assert.Equal((Now.AddMinutes(1), (DateTimeOffset?)null), (told.ToldAt, told.EndedAt));
        var standing = Assert.Single(await store.Receivers(Cancelled));
        Assert.Equal((1, 0), (standing.HourSent, standing.Failures));
        Assert.NotNull(standing.SentAt);

        await store.Failed("duty", "answered 500", Now.AddYears(100), "clock", Cancelled);
        Assert.Null(await store.Claim("duty", TimeSpan.FromMinutes(2), Cancelled));
        standing = Assert.Single(await store.Receivers(Cancelled));
        Assert.Equal(("answered 500", 1), (standing.LastError, standing.Failures));
        Assert.True(standing.NextAt > Now.AddYears(99));

        await store.Tested("duty", "A. Bell", "Before the exercise", null, Cancelled);
        Assert.Equal([("adapter-silent XB, (clock)", null, null), ("clock", null, "answered 500"), ("test", "A. Bell", null)],
            (await store.Sendings("duty", 10, Cancelled)).OrderBy(s => s.Matters, StringComparer.Ordinal).Select(s => (s.Matters, s.TestedBy, s.Error)));
        Assert.Empty(await store.Sendings("another", 10, Cancelled));
        Assert.Equal("AlertTested", Assert.Single(await new Ledger(Database).DeedsPage(new(), null, 10, Cancelled)).Kind);
    }
}

public sealed class AlertStoreOnSqlite(SqliteFixture fixture) : AlertStoreTests(fixture), IClassFixture<SqliteFixture>;
