using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Storage;

/// <summary><see cref="DraftTranslationTests"/> on files.</summary>
public sealed class DraftTranslationsOnSqlite(SqliteFixture fixture) : DraftTranslationTests(fixture), IClassFixture<SqliteFixture>;

/// <summary>Translations that drafts need before they are sent, and how they end.</summary>
public abstract class DraftTranslationTests(DatabaseFixture fixture) : IAsyncLifetime
{
    static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    Database database = null!;
    DraftStore drafts = null!;
    DraftTranslationStore store = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = Database.Open(await fixture.NewEmptyDatabase(Cancelled), TimeProvider.System);
        database.Migrate(Schema.Adapter);
        (drafts, store) = (new(database), new(database));
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Nothing_is_asked_for_a_draft_that_is_not_there_and_nothing_twice()
    {
        Assert.False(await store.Ask(Wanted("fr"), Cancelled));
        await Save();

        Assert.True(await store.Ask(Wanted("fr"), Cancelled));
        Assert.False(await store.Ask(Wanted("fr"), Cancelled));
        Assert.True(await store.Ask(Wanted("en"), Cancelled));
        // The draft of somebody else is another one.
        Assert.False(await store.Ask(Wanted("fr") with { Officer = "M. Aldane" }, Cancelled));

        Assert.Equal(["fr", "en"], (await store.Of("R. Okenda", "new", "RequestSubmitted", Cancelled)).Select(t => t.Language));
    }

    [Fact]
    public async Task What_was_asked_for_comes_back_as_it_was_kept_and_the_file_stays_until_another_one_comes()
    {
        await Save();
        var wanted = Wanted("fr") with { Certified = true, DueAt = Start.AddDays(15) };
        await store.Ask(wanted, Cancelled);
        Assert.Equal(wanted, await store.Find(wanted.TranslationId, Cancelled));

        var delivered = wanted with { AssignedTo = "Office Lingua", FileName = "demande.txt", MediaType = "text/plain", SealedContent = "sealed", HasCertificate = true, DeliveredAt = Start.AddDays(3) };
        Assert.True(await store.Arrange(delivered, Start.AddDays(3), Cancelled));
        Assert.True(await store.Arrange(wanted with { Quality = "good", DueAt = null }, Start.AddDays(4), Cancelled));

        Assert.Equal(
            delivered with { AssignedTo = null, Quality = "good", DueAt = null, HasCertificate = false, SealedContent = null },
            Assert.Single(await store.Of("R. Okenda", "new", "RequestSubmitted", Cancelled)));
        Assert.Equal("sealed", await store.SealedContent(wanted.TranslationId, Cancelled));
        Assert.False(await store.Arrange(delivered with { TranslationId = Guid.NewGuid() }, Start, Cancelled));
    }

    [Fact]
    public async Task The_list_goes_least_time_first_page_by_page_and_what_came_back_can_be_left_out()
    {
        await Save();
        var all = new List<DraftTranslation>();
        foreach (var (language, days) in new (string, int?)[] { ("fr", 9), ("en", null), ("ar", 2), ("es", 9), ("sw", null) })
        {
            var wanted = Wanted(language) with { DueAt = days is { } d ? Start.AddDays(d) : null };
            await store.Ask(wanted, Cancelled);
            all.Add(wanted);
        }

        var seen = new List<DraftTranslation>();
        while (await store.Open(seen.LastOrDefault(), waiting: false, 2, Cancelled) is { Count: > 0 } page)
            seen.AddRange(page);

        // Which of two with the same limit comes first is the database's own affair.
        Assert.Equal(["ar", "es", "fr", "en", "sw"], seen.OrderBy(t => t.DueAt ?? DateTimeOffset.MaxValue).ThenBy(t => t.Language, StringComparer.Ordinal).Select(t => t.Language));
        Assert.Equal(seen.OrderBy(t => t.DueAt ?? DateTimeOffset.MaxValue).Select(t => t.DueAt), seen.Select(t => t.DueAt));
        await store.Arrange(all[2] with { FileName = "a.txt", MediaType = "text/plain", SealedContent = "x", DeliveredAt = Start }, Start, Cancelled);
        Assert.Equal(["en", "es", "fr", "sw"], (await store.Open(null, waiting: true, 10, Cancelled)).Select(t => t.Language).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_draft_that_ends_takes_its_own_with_it_and_one_that_is_saved_again_does_not()
    {
        await Save();
        await Save("RequestReturned");
        await store.Ask(Wanted("fr"), Cancelled);
        await store.Ask(Wanted("en"), Cancelled);
        await store.Ask(Wanted("en") with { ActType = "RequestReturned" }, Cancelled);
        await Save();
        Assert.Equal(3, (await store.Open(null, waiting: true, 10, Cancelled)).Count);

        await store.Withdraw((await store.Of("R. Okenda", "new", "RequestSubmitted", Cancelled))[0].TranslationId, Cancelled);
        Assert.Equal(["en"], (await store.Of("R. Okenda", "new", "RequestSubmitted", Cancelled)).Select(t => t.Language));
        await drafts.Discard("R. Okenda", "new", "RequestSubmitted", Cancelled);

        Assert.Equal("RequestReturned", Assert.Single(await store.Open(null, waiting: false, 10, Cancelled)).ActType);
        Assert.Empty(await store.Of("R. Okenda", "new", "RequestSubmitted", Cancelled));
    }

    static DraftTranslation Wanted(string language) => new()
    {
        TranslationId = Guid.CreateVersion7(Start),
        Officer = "R. Okenda",
        RequestKey = "new",
        ActType = "RequestSubmitted",
        OtherState = "XA",
        Language = language,
        Certified = false,
        AskedAt = Start.AddMinutes(language == "fr" ? 0 : 1),
    };

    Task Save(string actType = "RequestSubmitted") => drafts.Save(
        new() { DraftId = Guid.CreateVersion7(), Officer = "R. Okenda", RequestKey = "new", ActType = actType, SealedDraft = "sealed", SavedAt = Start }, Cancelled);
}
