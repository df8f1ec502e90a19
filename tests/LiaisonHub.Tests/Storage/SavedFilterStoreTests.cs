using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.Storage;

/// <summary>Filters of lists that were saved, on any database.</summary>
public abstract class SavedFilterStoreTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    static readonly Guid Anna = Guid.Parse("0a000000-0000-4000-8000-00000000aa01"), Berta = Guid.Parse("0a000000-0000-4000-8000-00000000bb01");

    static SavedFilter Filter(Guid? account, string name, bool shared = false, string room = "requests") =>
        new() { FilterId = Guid.NewGuid(), AccountId = account, Room = room, Name = name, Query = "overdue=1", Shared = shared, MadeBy = "A. Bell", MadeAt = Now };

    [Fact]
    public async Task Everybody_sees_their_own_and_what_is_shared_and_a_name_is_taken_only_among_those_who_see_it()
    {
        var filters = new SavedFilters(Database);
        Assert.True(await filters.Add(Filter(Anna, "desk"), Cancelled));
        Assert.False(await filters.Add(Filter(Anna, "desk"), Cancelled));
        Assert.True(await filters.Add(Filter(Berta, "desk"), Cancelled));
        Assert.True(await filters.Add(Filter(Anna, "desk", room: "stuck"), Cancelled));
        Assert.True(await filters.Add(Filter(null, "desk"), Cancelled));
        Assert.True(await filters.Add(Filter(Anna, "all", shared: true), Cancelled));
        Assert.False(await filters.Add(Filter(Berta, "all", shared: true), Cancelled));
        Assert.True(await filters.Add(Filter(Berta, "all"), Cancelled));

        static IEnumerable<string> Named(IReadOnlyList<SavedFilter> seen) => seen.Select(f => $"{f.Room}/{f.Name}/{(f.Shared ? "all" : f.AccountId == Anna ? "anna" : f.AccountId == Berta ? "berta" : "nobody")}").Order(StringComparer.Ordinal);
        Assert.Equal(["requests/all/all", "requests/desk/anna", "stuck/desk/anna"], Named(await filters.Seen(Anna, 100, Cancelled)));
        Assert.Equal(["requests/all/all", "requests/all/berta", "requests/desk/berta"], Named(await filters.Seen(Berta, 100, Cancelled)));
        Assert.Equal(["requests/all/all", "requests/desk/nobody"], Named(await filters.Seen(null, 100, Cancelled)));
    }

    [Fact]
    public async Task What_happens_to_one_that_everybody_has_stands_in_the_ledger_and_to_one_s_own_does_not()
    {
        var filters = new SavedFilters(Database);
        SavedFilter own = Filter(Anna, "desk"), shared = Filter(Anna, "all", shared: true);
        foreach (var filter in new[] { own, shared })
        {
            Assert.True(await filters.Add(filter, Cancelled));
            Assert.True(await filters.Call(filter, filter.Name + " 2", "A. Bell", "Clearer", Cancelled));
            Assert.Equal(filter.Name + " 2", (await filters.Get(filter.FilterId, Cancelled))!.Name);
            await filters.End(filter, "A. Bell", "Nobody needs it", Cancelled);
            Assert.Null(await filters.Get(filter.FilterId, Cancelled));
        }
        var deeds = await new Ledger(Database).DeedsPage(new(), null, 10, Cancelled);
        Assert.Equal(["FilterDeleted", "FilterRenamed", "FilterShared"], deeds.Select(d => d.Kind).Order(StringComparer.Ordinal));
        Assert.All(deeds, d => Assert.Contains(shared.FilterId.ToString(), d.Content, StringComparison.Ordinal));
    }
}

public sealed class SavedFilterStoreOnSqlite(SqliteFixture fixture) : SavedFilterStoreTests(fixture), IClassFixture<SqliteFixture>;
