using System.Text.Json;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.Storage;

public abstract class AccountStoreTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    AccountStore Accounts => new(Database);

    [Fact]
    public async Task An_account_is_kept_as_it_was_made_and_its_name_is_its_own()
    {
        var account = Account("ABELL");
        Assert.True(await Accounts.Add(account, "the boss", Cancelled));
        Assert.False(await Accounts.Add(Account("ABELL"), "the boss", Cancelled));

        Assert.Equivalent(account, await Accounts.Get(account.AccountId, Cancelled), strict: true);
        Assert.Equal(account.AccountId, (await Accounts.Named("ABELL", Cancelled))!.AccountId);
        Assert.Equal(account.AccountId, (await Accounts.Invited("hash of ABELL", Cancelled))!.AccountId);
        Assert.Equal(account.AccountId, Assert.Single(await Accounts.All(10, Cancelled)).AccountId);
        Assert.Null(await Accounts.Named("CDUNE", Cancelled));
    }

    [Fact]
    public async Task Of_two_who_change_an_account_at_once_the_second_changes_nothing()
    {
        var account = Account("ABELL");
        await Accounts.Add(account, "the boss", Cancelled);
        var (one, two) = ((await Accounts.Get(account.AccountId, Cancelled))!, (await Accounts.Get(account.AccountId, Cancelled))!);
        (one.Roles, one.Stamp) = ("Operator", "s2");
        (two.Roles, two.Stamp) = ("Administrator", "s3");

        Assert.True(await Accounts.Change(one, "s1", "AccountRolesChanged", "one", "because", Cancelled));
        Assert.False(await Accounts.Change(two, "s1", "AccountRolesChanged", "two", "because", Cancelled));
        Assert.Equal("Operator", (await Accounts.Get(account.AccountId, Cancelled))!.Roles);
        Assert.Equal(["AccountMade", "AccountRolesChanged"], await Kinds());
    }

    [Fact]
    public async Task Guesses_that_come_together_are_all_counted()
    {
        var account = Account("ABELL");
        await Accounts.Add(account, "the boss", Cancelled);
        var until = Now.AddMinutes(15);
        var locked = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Accounts.Failed(account, 5, until, Cancelled)));

        Assert.Single(locked, l => l);
        Assert.Equal((0, until), ((await Accounts.Get(account.AccountId, Cancelled))!.Failures, (await Accounts.Get(account.AccountId, Cancelled))!.LockedUntil));
        Assert.Equal(["AccountMade", "SignInRefused", "AccountLocked"], await Kinds());
    }

    [Fact]
    public async Task A_million_refused_tries_are_one_row_and_seven_entries_for_each_account_and_day()
    {
        var (tries, account) = (new RefusedTries(Database), Guid.NewGuid());
        var door = new RefusedTry(RefusedTry.SignIn, "A. Bell", account);
        foreach (var (times, sofar) in new[] { (1, 1), (8, 9), (1, 10), (85, 95), (5, 100), (899, 999), (1, 1_000), (99_000, 100_000), (900_000, 1_000_000) })
            Assert.Equal(sofar, await tries.Count(door, times, Cancelled));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => tries.Count(door with { Account = null, Actor = "no account" }, 1, Cancelled)));

        var told = await new Ledger(Database).DeedsPage(new() { Account = account }, null, 100, Cancelled);
        Assert.Equal([1, 10, 100, 1_000, 100_000, 1_000_000], told.Select(e => JsonDocument.Parse(e.Content).RootElement.GetProperty("times").GetInt32()).Order());
        Assert.All(told, e => Assert.Equal(account, e.Account));
        Assert.Equal(7, (await new Ledger(Database).DeedsPage(new(), null, 100, Cancelled)).Count);
    }

    [Fact]
    public async Task Somebody_of_a_role_is_there_when_an_open_account_has_a_password()
    {
        var account = Account("ABELL");
        await Accounts.Add(account, "the boss", Cancelled);
        Assert.False(await Accounts.Has("Operator", null, Cancelled));
        account.PasswordHash = "hash";
        await Accounts.Change(account, "s1", "AccountOpened", "A. Bell", null, Cancelled);
        Assert.True(await Accounts.Has("Operator", null, Cancelled));
        Assert.False(await Accounts.Has("Administrator", null, Cancelled));
        Assert.False(await Accounts.Has("Operator", account.AccountId, Cancelled));
        account.ClosedAt = Now;
        await Accounts.Change(account, "s1", "AccountClosed", "the boss", "gone", Cancelled);
        Assert.False(await Accounts.Has("Operator", null, Cancelled));
    }

    [Fact]
    public async Task A_passkey_is_added_once_its_counters_are_kept_and_it_can_be_removed_by_its_owner_alone()
    {
        var account = Account("ABELL");
        await Accounts.Add(account, "the boss", Cancelled);
        var passkey = new AccountPasskey { CredentialHash = new string('a', 64), AccountId = account.AccountId, Name = "My key", Content = """{"n":1}""", AddedAt = Now };
        await Accounts.Put(passkey, "A. Bell", Cancelled);
        await Accounts.Put(passkey with { Content = """{"n":2}""" }, "A. Bell", Cancelled);

        Assert.Equal(passkey with { Content = """{"n":2}""" }, Assert.Single(await Accounts.Passkeys(account.AccountId, Cancelled)));
        Assert.Equal(passkey with { Content = """{"n":2}""" }, await Accounts.Passkey(passkey.CredentialHash, Cancelled));
        Assert.False(await Accounts.RemovePasskey(Guid.NewGuid(), passkey.CredentialHash, "somebody", Cancelled));
        Assert.True(await Accounts.RemovePasskey(account.AccountId, passkey.CredentialHash, "A. Bell", Cancelled));
        Assert.Null(await Accounts.Passkey(passkey.CredentialHash, Cancelled));
        Assert.Equal(["AccountMade", "PasskeyAdded", "PasskeyRemoved"], await Kinds());
    }

    [Fact]
    public async Task A_token_counts_until_its_end_and_says_when_it_was_used()
    {
        var account = Account("ABELL");
        await Accounts.Add(account, "the boss", Cancelled);
        var token = new AccountToken { TokenHash = AccountStore.HashOf("lhc_x"), TokenId = Guid.NewGuid(), AccountId = account.AccountId, Name = "Report", ReadsOnly = true, MadeAt = Now, EndsAt = Now.AddDays(1) };
        await Accounts.Add(token, "A. Bell", Cancelled);

        Assert.Equal(token, await Accounts.UsedToken(token.TokenHash, Cancelled));
        Assert.Equal(Now, Assert.Single(await Accounts.Tokens(account.AccountId, Cancelled)).UsedAt);
        Assert.Null(await Accounts.UsedToken(AccountStore.HashOf("lhc_y"), Cancelled));
        Time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await Accounts.UsedToken(token.TokenHash, Cancelled));
        Assert.False(await Accounts.EndToken(Guid.NewGuid(), token.TokenId, "somebody", Cancelled));
        Assert.True(await Accounts.EndToken(account.AccountId, token.TokenId, "A. Bell", Cancelled));
    }

    async Task<IEnumerable<string>> Kinds()
    {
        var ledger = new Ledger(Database);
        while (await ledger.Chain(Now, 100, Cancelled) > 0)
        {
        }
        return (await ledger.Page(0, 100, Cancelled)).Select(e => e.Kind);
    }

    Account Account(string name) => new()
    {
        AccountId = Guid.NewGuid(),
        SignInName = name,
        Name = "A. Bell",
        Roles = "Reader Operator",
        Stamp = "s1",
        MadeBy = "the boss",
        MadeByAccount = Guid.NewGuid(),
        MadeAt = Now,
        InvitationHash = $"hash of {name}",
        InvitationUntil = Now.AddDays(1),
    };
}

public sealed class AccountStoreOnSqlite(SqliteFixture fixture) : AccountStoreTests(fixture), IClassFixture<SqliteFixture>;
