using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LiaisonHub.Storage.Hub;

/// <summary>One person who may sign in at the console.</summary>
public sealed class Account
{
    public required Guid AccountId { get; init; }

    /// <summary>What the person signs in with, in capitals, so that it is one account however it is typed; for a person an identity provider vouches for, its issuer and the id it gives. 200 characters at most.</summary>
    public required string SignInName { get; set; }

    /// <summary>Name and function as the ledger says them. 100 characters at most.</summary>
    public required string Name { get; set; }

    /// <summary>The name as it is compared: no two open accounts have the same. Null: it is closed.</summary>
    public string? NameKey => ClosedAt is null ? KeyOf(Name) : null;

    /// <summary>Names of roles, separated by blanks.</summary>
    public required string Roles { get; set; }

    /// <summary>Null: the invitation was not taken up yet, or an identity provider vouches for the person.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Changes whenever what was signed in before must end.</summary>
    public required string Stamp { get; set; }

    /// <summary>Wrong passwords since the last right one.</summary>
    public int Failures { get; set; }

    /// <summary>Nobody signs in with a password before. Null: not locked.</summary>
    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>Hash of the link with which the password is chosen. Null: none is open.</summary>
    public string? InvitationHash { get; set; }

    public DateTimeOffset? InvitationUntil { get; set; }

    /// <summary>Who made it, as the ledger says it.</summary>
    public required string MadeBy { get; init; }

    /// <summary>The account of who gave the last link to it, and could have opened it. Null: this hub, or an identity provider.</summary>
    public Guid? MadeByAccount { get; set; }

    public required DateTimeOffset MadeAt { get; init; }
    public DateTimeOffset? SignedInAt { get; set; }

    /// <summary>Since when nobody signs in with it. Null: it is open.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>Letters and digits of a name alone: case, marks, punctuation, blanks and whatever is not seen make no second name.</summary>
    public static string KeyOf(string name)
    {
        const int longest = 200;
        var key = string.Concat(name.Normalize(NormalizationForm.FormKD).EnumerateRunes().Where(Rune.IsLetterOrDigit)).ToUpperInvariant();
        key = key.Length == 0 ? name : key;
        return key[..Math.Min(key.Length, longest)];
    }
}

/// <summary>A passkey of an account.</summary>
public sealed record AccountPasskey
{
    /// <summary>SHA-256 of the credential's id, lower-case hex.</summary>
    public required string CredentialHash { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>What its owner calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Public key, counters and flags, as JSON.</summary>
    public required string Content { get; init; }

    public required DateTimeOffset AddedAt { get; init; }
}

/// <summary>A token with which a program acts in a person's name.</summary>
public sealed record AccountToken
{
    /// <summary>SHA-256 of the token, lower-case hex. The token itself is kept nowhere.</summary>
    public required string TokenHash { get; init; }

    public required Guid TokenId { get; init; }
    public required Guid AccountId { get; init; }

    /// <summary>What its owner calls it.</summary>
    public required string Name { get; init; }

    /// <summary>True: it only reads, whatever its person may.</summary>
    public required bool ReadsOnly { get; init; }

    public required DateTimeOffset MadeAt { get; init; }
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>To the hour. Null: never.</summary>
    public DateTimeOffset? UsedAt { get; init; }
}

/// <summary>Who may sign in at the console. Whatever changes what a person may do stands in the ledger, in the same transaction.</summary>
public sealed class AccountStore(Database database)
{
    const string Columns = "account_id, sign_in_name, name, roles, password_hash, stamp, failures, locked_until, invitation_hash, invitation_until, made_by, made_by_account, made_at, signed_in_at, closed_at";

    static readonly Statement SelectOne = new(_ => $"SELECT {Columns} FROM accounts WHERE account_id = @accountId");
    static readonly Statement SelectNamed = new(_ => $"SELECT {Columns} FROM accounts WHERE sign_in_name = @signInName");
    static readonly Statement SelectInvited = new(_ => $"SELECT {Columns} FROM accounts WHERE invitation_hash = @hash");
    static readonly Statement SelectAll = new(d => $"SELECT {Columns} FROM accounts WHERE sign_in_name > @after ORDER BY sign_in_name {d.FirstRows("@atMost")}");
    static readonly Statement SelectNames = new(_ => "SELECT name FROM accounts WHERE closed_at IS NULL AND account_id <> @except");
    static readonly Statement SelectUsable = new(d => $"SELECT account_id FROM accounts WHERE closed_at IS NULL AND password_hash IS NOT NULL AND roles LIKE @role AND account_id <> @except ORDER BY account_id {d.FirstRows("@one")}");

    static readonly Statement SelectUnmade = new(d => $"SELECT account_id FROM accounts WHERE closed_at IS NULL AND password_hash IS NOT NULL AND roles LIKE @role AND NOT EXISTS (SELECT 1 FROM account_links AS l WHERE l.account_id = accounts.account_id) ORDER BY account_id {d.FirstRows("@one")}");

    static readonly Statement Insert = new(_ => $"""
        INSERT INTO accounts ({Columns}, name_key)
        VALUES (@AccountId, @SignInName, @Name, @Roles, @PasswordHash, @Stamp, @Failures, @LockedUntil, @InvitationHash, @InvitationUntil, @MadeBy, @MadeByAccount, @MadeAt, @SignedInAt, @ClosedAt, @NameKey)
        """);

    static readonly Statement Update = new(_ => """
        UPDATE accounts SET name = @Name, name_key = @NameKey, roles = @Roles, password_hash = @PasswordHash, stamp = @Stamp, failures = @Failures, locked_until = @LockedUntil, invitation_hash = @InvitationHash,
          invitation_until = @InvitationUntil, made_by_account = @MadeByAccount, signed_in_at = @SignedInAt, closed_at = @ClosedAt
        WHERE account_id = @AccountId AND stamp = @before
        """);

    static readonly Statement InsertLink = new(d => $"""
        INSERT INTO account_links (account_id, by_account, given_at)
        SELECT @accountId, @byAccount, @at WHERE {d.SkipExisting("account_links", "x.account_id = @accountId AND x.by_account = @byAccount")}
        {d.OnConflictDoNothing}
        """);

    static readonly Statement SelectLinks = new(_ => "SELECT by_account FROM account_links WHERE account_id = @accountId");

    // Counted by the database: of guesses that come together none is lost.
    static readonly Statement CountFailure = new(d => $"UPDATE accounts SET failures = failures + 1 {d.Output("failures")} WHERE account_id = @accountId {d.Returning("failures")}");
    static readonly Statement LockOut = new(_ => "UPDATE accounts SET failures = 0, locked_until = @until WHERE account_id = @accountId");

    static readonly Statement PutPasskey = new(_ => "UPDATE account_passkeys SET content = @Content WHERE credential_hash = @CredentialHash AND account_id = @AccountId");
    static readonly Statement InsertPasskey = new(_ => """
        INSERT INTO account_passkeys (credential_hash, account_id, name, content, added_at) VALUES (@CredentialHash, @AccountId, @Name, @Content, @AddedAt)
        """);

    static readonly Statement SelectPasskeys = new(_ => "SELECT credential_hash, account_id, name, content, added_at FROM account_passkeys WHERE account_id = @accountId ORDER BY added_at, credential_hash");
    static readonly Statement SelectPasskey = new(_ => "SELECT credential_hash, account_id, name, content, added_at FROM account_passkeys WHERE credential_hash = @credentialHash");
    static readonly Statement DeletePasskey = new(_ => "DELETE FROM account_passkeys WHERE credential_hash = @key AND account_id = @accountId");

    static readonly Statement InsertToken = new(_ => """
        INSERT INTO account_tokens (token_hash, token_id, account_id, name, reads_only, made_at, ends_at) VALUES (@TokenHash, @TokenId, @AccountId, @Name, @ReadsOnly, @MadeAt, @EndsAt)
        """);

    const string TokenColumns = "token_hash, token_id, account_id, name, reads_only, made_at, ends_at, used_at";
    static readonly Statement SelectTokens = new(_ => $"SELECT {TokenColumns} FROM account_tokens WHERE account_id = @accountId ORDER BY made_at, token_id");
    static readonly Statement SelectToken = new(_ => $"SELECT {TokenColumns} FROM account_tokens WHERE token_hash = @hash");
    static readonly Statement UseToken = new(_ => "UPDATE account_tokens SET used_at = @at WHERE token_hash = @hash AND (used_at IS NULL OR used_at < @hourAgo)");
    static readonly Statement DeleteToken = new(_ => "DELETE FROM account_tokens WHERE token_id = @key AND account_id = @accountId");

    /// <summary>SHA-256 of something secret that was given out once, lower-case hex: what is kept of it.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Somebody of this role can sign in with a password, beside the account that is left out.</summary>
    public async Task<bool> Has(string role, Guid? except, CancellationToken cancellationToken) =>
        (await database.Query<Guid>(SelectUsable, new { role = $"%{role}%", except = except ?? Guid.Empty, one = 1 }, cancellationToken)).Count > 0;

    /// <summary>Somebody of this role can sign in with a password who is nobody else's hand.</summary>
    public async Task<bool> HasUnmade(string role, CancellationToken cancellationToken) => (await database.Query<Guid>(SelectUnmade, new { role = $"%{role}%", one = 1 }, cancellationToken)).Count > 0;

    public Task<Account?> Get(Guid accountId, CancellationToken cancellationToken) => database.One<Account>(SelectOne, new { accountId }, cancellationToken);

    public Task<Account?> Named(string signInName, CancellationToken cancellationToken) => database.One<Account>(SelectNamed, new { signInName }, cancellationToken);

    /// <summary>Another open account has this name, as names are compared.</summary>
    public async Task<bool> IsBorne(string name, Guid? except, CancellationToken cancellationToken) =>
        (await database.Query<Borne>(SelectNames, new { except = except ?? Guid.Empty }, cancellationToken)).Any(b => Account.KeyOf(b.Name) == Account.KeyOf(name));

    sealed record Borne
    {
        public required string Name { get; init; }
    }

    /// <summary>The account an invitation of this hash opens, whether or not its time is over.</summary>
    public Task<Account?> Invited(string hash, CancellationToken cancellationToken) => database.One<Account>(SelectInvited, new { hash }, cancellationToken);

    /// <summary>All, by name.</summary>
    public Task<IReadOnlyList<Account>> All(int atMost, CancellationToken cancellationToken, string after = "") => database.Query<Account>(SelectAll, new { atMost, after }, cancellationToken);

    /// <summary>A new account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="by">Who makes it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>False: there is one that signs in as this, or an open one of this name.</returns>
    public async Task<bool> Add(Account account, string by, CancellationToken cancellationToken)
    {
        try
        {
            await using var unit = await database.Begin(cancellationToken);
            await unit.Execute(Insert, account, cancellationToken);
            await Remember(unit, account.AccountId, account.MadeByAccount, cancellationToken);
            await Record(unit, "AccountMade", by, account.MadeByAccount, new { account.AccountId, account.Name, account.Roles }, cancellationToken);
            await unit.Commit(cancellationToken);
            return true;
        }
        catch (DbException e) when (database.IsUniqueViolation(e))
        {
            return false;
        }
    }

    /// <summary>Stores what changed, with its record.</summary>
    /// <param name="account">The account as it is to be.</param>
    /// <param name="before">Its stamp when it was read: who changed it meanwhile was first.</param>
    /// <param name="kind">What the ledger calls it.</param>
    /// <param name="by">Who did it.</param>
    /// <param name="reason">Why. Null: nobody was asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="byAccount">The account of who did it. Null: this hub, or an identity provider.</param>
    /// <param name="hand">True: the account is that one's hand from now on.</param>
    /// <returns>False: somebody else was first, or took the name meanwhile, and nothing was stored.</returns>
    public async Task<bool> Change(Account account, string before, string kind, string by, string? reason, CancellationToken cancellationToken, Guid? byAccount = null, bool hand = false)
    {
        try
        {
            return await Store(account, before, kind, by, reason, byAccount, hand, cancellationToken);
        }
        catch (DbException e) when (database.IsUniqueViolation(e))
        {
            return false;
        }
    }

    async Task<bool> Store(Account account, string before, string kind, string by, string? reason, Guid? byAccount, bool hand, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var parameters = new
        {
            account.AccountId,
            account.Name,
            account.NameKey,
            account.Roles,
            account.PasswordHash,
            account.Stamp,
            account.Failures,
            account.LockedUntil,
            account.InvitationHash,
            account.InvitationUntil,
            account.MadeByAccount,
            account.SignedInAt,
            account.ClosedAt,
            before,
        };
        if (await unit.Execute(Update, parameters, cancellationToken) == 0)
            return false;
        await Remember(unit, account.AccountId, account.MadeByAccount, cancellationToken);
        await Remember(unit, account.AccountId, hand ? byAccount : null, cancellationToken);
        // What it agreed to as an approver does not outlive that: opened again, it agrees again.
        if (account.ClosedAt is not null || !account.Roles.Split(' ').Contains("Approver"))
            await unit.Execute(RepairPlans.TakeBackAllOf, new { account = account.AccountId }, cancellationToken);
        await Record(unit, kind, by, byAccount, new { account.AccountId, account.Name, account.Roles, reason }, cancellationToken);
        await unit.Commit(cancellationToken);
        return true;
    }

    /// <summary>A wrong password, which is counted. After <paramref name="most"/> of them the account is locked, and the ledger says so.</summary>
    /// <param name="account">The account.</param>
    /// <param name="most">So many lock it.</param>
    /// <param name="until">Until when it is locked then.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="tries">How many tries are counted with it: 1, and those that were not looked at before.</param>
    /// <returns>True: it is locked now.</returns>
    public async Task<bool> Failed(Account account, int most, DateTimeOffset until, CancellationToken cancellationToken, int tries = 1)
    {
        await using var unit = await database.Begin(cancellationToken);
        await RefusedTries.Count(unit, database.Time.GetUtcNow(), new(RefusedTry.SignIn, account.Name, account.AccountId), tries, cancellationToken);
        var locks = await unit.One<int>(CountFailure, new { accountId = account.AccountId }, cancellationToken) >= most;
        if (locks)
        {
            await unit.Execute(LockOut, new { accountId = account.AccountId, until }, cancellationToken);
            await Record(unit, "AccountLocked", account.Name, account.AccountId, new { account.AccountId, until }, cancellationToken);
        }
        await unit.Commit(cancellationToken);
        return locks;
    }

    public Task<IReadOnlyList<AccountPasskey>> Passkeys(Guid accountId, CancellationToken cancellationToken) => database.Query<AccountPasskey>(SelectPasskeys, new { accountId }, cancellationToken);

    public Task<AccountPasskey?> Passkey(string credentialHash, CancellationToken cancellationToken) => database.One<AccountPasskey>(SelectPasskey, new { credentialHash }, cancellationToken);

    /// <summary>Keeps a new passkey, with its record, or the counters of one that was used.</summary>
    public async Task Put(AccountPasskey passkey, string by, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(PutPasskey, passkey, cancellationToken) == 0)
        {
            await unit.Execute(InsertPasskey, passkey, cancellationToken);
            await Record(unit, "PasskeyAdded", by, passkey.AccountId, new { passkey.AccountId, passkey.Name }, cancellationToken);
        }
        await unit.Commit(cancellationToken);
    }

    /// <summary>False: the account has no such passkey.</summary>
    public Task<bool> RemovePasskey(Guid accountId, string credentialHash, string by, CancellationToken cancellationToken) =>
        Remove(DeletePasskey, credentialHash, accountId, "PasskeyRemoved", by, cancellationToken);

    public Task<IReadOnlyList<AccountToken>> Tokens(Guid accountId, CancellationToken cancellationToken) => database.Query<AccountToken>(SelectTokens, new { accountId }, cancellationToken);

    /// <summary>False: a token has this id already.</summary>
    public async Task<bool> Add(AccountToken token, string by, CancellationToken cancellationToken)
    {
        try
        {
            await using var unit = await database.Begin(cancellationToken);
            await unit.Execute(InsertToken, token, cancellationToken);
            await Record(unit, "TokenMade", by, token.AccountId, new { token.AccountId, token.TokenId, token.Name, token.ReadsOnly, token.EndsAt }, cancellationToken);
            await unit.Commit(cancellationToken);
            return true;
        }
        catch (DbException e) when (database.IsUniqueViolation(e))
        {
            return false;
        }
    }

    /// <summary>The token with this hash, noted as used. Null: there is none, or its time is over.</summary>
    public async Task<AccountToken?> UsedToken(string hash, CancellationToken cancellationToken)
    {
        var now = database.Time.GetUtcNow();
        if (await database.One<AccountToken>(SelectToken, new { hash }, cancellationToken) is not { } token || token.EndsAt <= now)
            return null;
        if (token.UsedAt is not { } used || used < now.AddHours(-1))
            await database.Execute(UseToken, new { hash, at = now, hourAgo = now.AddHours(-1) }, cancellationToken);
        return token;
    }

    /// <summary>False: the account has no such token.</summary>
    public Task<bool> EndToken(Guid accountId, Guid tokenId, string by, CancellationToken cancellationToken) => Remove(DeleteToken, tokenId, accountId, "TokenEnded", by, cancellationToken);

    /// <summary>The account, and every account that ever gave a link to it, closed it or opened it again, or did so to one of those: whoever had one of them could have come to it.</summary>
    public async Task<IReadOnlySet<Guid>> Hands(Guid accountId, CancellationToken cancellationToken)
    {
        var hands = new HashSet<Guid> { accountId };
        var next = new Queue<Guid>(hands);
        while (next.TryDequeue(out var hand))
            foreach (var by in await database.Query<Guid>(SelectLinks, new { accountId = hand }, cancellationToken))
                if (hands.Add(by))
                    next.Enqueue(by);
        return hands;
    }

    // The last link alone would not do: two accounts that gave each other links would hide who gave them theirs.
    async Task Remember(Unit unit, Guid accountId, Guid? by, CancellationToken cancellationToken)
    {
        if (by is { } byAccount)
            await unit.Execute(InsertLink, new { accountId, byAccount, at = database.Time.GetUtcNow() }, cancellationToken);
    }

    async Task<bool> Remove<T>(Statement statement, T key, Guid accountId, string kind, string by, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await unit.Execute(statement, new { key, accountId }, cancellationToken) == 0)
            return false;
        await Record(unit, kind, by, accountId, new { accountId }, cancellationToken);
        await unit.Commit(cancellationToken);
        return true;
    }

    Task Record(Unit unit, string kind, string by, Guid? byAccount, object content, CancellationToken cancellationToken) =>
        Ledger.Record(unit, [new LedgerLeaf { At = database.Time.GetUtcNow(), Kind = kind, Actor = by, Account = byAccount, Content = JsonSerializer.Serialize(content, JsonSerializerOptions.Web) }], cancellationToken);
}
