using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;

namespace LiaisonHub.OperatorConsole.Accounts;

/// <summary>Who is to have an account: the same from the page and over the API.</summary>
/// <param name="SignInName">Name to sign in with: 1 to 60 characters, no blank.</param>
/// <param name="Name">Name and function.</param>
/// <param name="Roles">What the person is to be: names of <see cref="Role"/>.</param>
public sealed record InvitationWish(string? SignInName, string? Name, IReadOnlyList<string>? Roles);

/// <summary>What is to become of an account.</summary>
/// <param name="Deed">roles, invite, close or open.</param>
/// <param name="Reason">Why; goes into the ledger.</param>
/// <param name="Roles">What the person is to be, where the deed is roles.</param>
public sealed record AccountWish(string? Deed, string? Reason, IReadOnlyList<string>? Roles);

/// <summary>What became of it.</summary>
/// <param name="Account">The account as it stands. Null: there is none.</param>
/// <param name="Link">With which the person chooses a password, said once. Null: none was made.</param>
/// <param name="Error">Null: it was done.</param>
/// <param name="Problems">What exactly is wrong, one line each.</param>
public sealed record AccountAnswer(Account? Account, Uri? Link = null, ErrorCode? Error = null, IReadOnlyList<Said>? Problems = null);

/// <summary>One page of accounts.</summary>
/// <param name="Accounts">By the names with which people sign in.</param>
/// <param name="Next">The value of <c>after</c> that gives the next page. Null: there is none.</param>
public sealed record AccountList(IReadOnlyList<AccountLine> Accounts, string? Next);

/// <summary>One account, without anything that opens it.</summary>
public sealed record AccountLine
{
    public required Guid AccountId { get; init; }
    public required string SignInName { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyList<string> Roles { get; init; }
    public required string MadeBy { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Last sign-in (UTC). Null: never.</summary>
    public DateTimeOffset? SignedInAt { get; init; }

    /// <summary>Until when wrong passwords keep it shut (UTC). Null: they do not.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Until when its link opens it (UTC). Null: there is none.</summary>
    public DateTimeOffset? InvitationUntil { get; init; }

    /// <summary>When it was closed (UTC). Null: it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>The link that was just made, said once. Null: it was said.</summary>
    public Uri? Link { get; init; }

    internal static AccountLine Of(Account account) => new()
    {
        AccountId = account.AccountId,
        SignInName = account.SignInName.ToLowerInvariant(),
        Name = account.Name,
        Roles = [.. Caller.Read(account.Roles).Select(r => r.ToString())],
        MadeBy = account.MadeBy,
        MadeAt = account.MadeAt,
        SignedInAt = account.SignedInAt,
        LockedUntil = account.LockedUntil,
        InvitationUntil = account.InvitationUntil,
        ClosedAt = account.ClosedAt,
    };
}

/// <summary>Where accounts are made, opened, changed and closed.</summary>
sealed class AccountDesk(AccountStore accounts, RefusedTries refused, IPasswordHasher<Account> hasher, ConsoleOptions options, Texts texts, TimeProvider time)
{
    /// <summary>Characters of a password.</summary>
    public const int Shortest = 12, Longest = 200;

    /// <summary>Characters of a name.</summary>
    public const int LongestName = 100, LongestSignInName = 60;

    const int LongestReason = 1000;

    static readonly Account Nobody = new() { AccountId = Guid.Empty, SignInName = "", Name = "", Roles = "", Stamp = "", MadeBy = "", MadeAt = default };

    readonly WrongTries tries = new(time);

    // Checked when there is no such account, so that the time of the answer does not tell.
    readonly string nobodysHash = hasher.HashPassword(Nobody, Secret());

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The account, when name and password are right. Null with the reason, in the same words whether or not there is such a name.</summary>
    /// <param name="signInName">Name, as it was typed.</param>
    /// <param name="password">Password.</param>
    /// <param name="from">Where it comes from: too many wrong ones bar this place from this name, so that nobody locks a person out from elsewhere.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(Account? Account, Said? Problem)> ByPassword(string signInName, string password, string from, CancellationToken cancellationToken)
    {
        var (wrong, name) = (texts["accounts.wrong"], Typed(signInName));
        if (tries.Barred(from, name))
        {
            if (tries.Hold(from, name) is > 0 and var held)
                await Refused(await accounts.Named(name, cancellationToken), cancellationToken, held);
            return (null, texts["accounts.locked", SignIn.MostFailures, (int)SignIn.Locked.TotalMinutes]);
        }
        var account = await accounts.Named(name, cancellationToken);
        if (account is null || account.ClosedAt != null || account.PasswordHash is null || account.LockedUntil > Now)
        {
            hasher.VerifyHashedPassword(Nobody, nobodysHash, password);
            await Refused(account, cancellationToken, tries.Add(from, name));
            return (null, wrong);
        }
        var verdict = hasher.VerifyHashedPassword(account, account.PasswordHash, password);
        if (verdict == PasswordVerificationResult.Failed)
        {
            await accounts.Failed(account, SignIn.MostFailuresAnywhere, Now + SignIn.Locked, cancellationToken, tries.Add(from, name));
            return (null, wrong);
        }
        tries.Forget(from, name);
        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
            account.PasswordHash = hasher.HashPassword(account, password);
        return (account, null);
    }

    /// <summary>Counts sign-ins that were refused; the ledger names the account, and never what was typed.</summary>
    /// <param name="account">Whose name was tried. Null: no account's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="times">How many.</param>
    public Task Refused(Account? account, CancellationToken cancellationToken, int times = 1) =>
        refused.Count(new(RefusedTry.SignIn, account?.Name ?? "no account", account?.AccountId), times, cancellationToken);

    /// <summary>The sign-in stands in the ledger, and wrong passwords before it are forgiven.</summary>
    public Task<bool> Noted(Account account, CancellationToken cancellationToken)
    {
        (account.Failures, account.LockedUntil, account.SignedInAt) = (0, null, Now);
        return accounts.Change(account, account.Stamp, "SignedIn", account.Name, null, cancellationToken, account.AccountId);
    }

    /// <summary>The account of a person an identity provider vouches for, as the provider describes the person now. Null: it gives the person no role here, or the account is closed.</summary>
    public async Task<Account?> Vouched(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        var given = principal.FindAll(options.OpenId.RolesClaim).Select(c => c.Value).ToHashSet(StringComparer.Ordinal);
        var roles = Caller.Write(Enum.GetValues<Role>().Where(r => given.Contains(options.OpenId.Roles.TryGetValue(r, out var value) ? value : r.ToString())));
        var subject = principal.FindFirst("sub") ?? throw new InvalidOperationException("The identity provider named no subject.");
        // Names of accounts have no blank: nobody an identity provider vouches for can be taken for one of them.
        var key = $"{subject.Issuer} {subject.Value}";
        var name = principal.FindFirstValue(options.OpenId.NameClaim) is { Length: > 0 } said && Legible.IsSeen(said) ? said[..Math.Min(said.Length, LongestName)] : subject.Value;
        if (key.Length > 200)
            return null;
        if (roles.Length == 0)
        {
            // Nothing is left of what it was, nor for its programs.
            if (await accounts.Named(key, cancellationToken) is { Roles.Length: > 0 } former)
            {
                former.Roles = "";
                await Change(former, "AccountRolesChanged", options.OpenId.Authority, "The identity provider gives the person no role here.", cancellationToken);
            }
            return null;
        }
        // Two people of one name are two in the ledger.
        if (await accounts.IsBorne(name, (await accounts.Named(key, cancellationToken))?.AccountId, cancellationToken))
            name = $"{name[..Math.Min(name.Length, LongestName / 2)]} [{subject.Value[..Math.Min(subject.Value.Length, LongestName / 2 - 3)]}]";
        if (await accounts.Named(key, cancellationToken) is null)
            await accounts.Add(
                new Account { AccountId = Guid.CreateVersion7(Now), SignInName = key, Name = name, Roles = roles, Stamp = Secret(), MadeBy = options.OpenId.Authority, MadeAt = Now },
                options.OpenId.Authority, cancellationToken);
        var account = await accounts.Named(key, cancellationToken);
        if (account is not { ClosedAt: null })
            return null;
        (account.Name, account.Roles) = (name, roles);
        return await Noted(account, cancellationToken) ? account : null;
    }

    /// <summary>The secret of a new link for the first administrator. Null: another console has just given one.</summary>
    public async Task<string?> InviteFirst(CancellationToken cancellationToken)
    {
        if (await accounts.Named(SignIn.First, cancellationToken) is { } before)
            return await Renew(before, "this hub", null, "No administrator could sign in.", cancellationToken);
        return await Invite(SignIn.First, "First administrator", [Role.Administrator], "this hub", null, cancellationToken);
    }

    /// <summary>
    /// The secret of a new link for the first approver: a person whom no administrator has made, or all accounts of a hub would be one hand. Given anew only as long as nobody has taken it up and nobody else has
    /// touched the account: what an administrator closed or emptied is not opened again by a start, or closing it would be a way to come to it. Null: so it is, or another console has just given one.
    /// </summary>
    public Task<string?> InviteFirstApprover(CancellationToken cancellationToken) => InviteApprover(SignIn.Approver, "First approver", cancellationToken);

    /// <summary>The same for a person whom whoever keeps the machine names. Null: another account has the name, or the sign-in name and was taken up, closed or touched by somebody.</summary>
    public async Task<string?> InviteApprover(string signInName, string name, CancellationToken cancellationToken)
    {
        if (await accounts.Named(Typed(signInName), cancellationToken) is not { } before)
            return await Invite(signInName, name, [Role.Approver], "this hub", null, cancellationToken);
        return before is { PasswordHash: null, ClosedAt: null, Roles: nameof(Role.Approver) } && before.Name == name && (await accounts.Hands(before.AccountId, cancellationToken)).Count == 1
            ? await Renew(before, "this hub", null, "The link before was not taken up.", cancellationToken) : null;
    }

    /// <summary>Makes an account, and a link with which the person chooses a password.</summary>
    public async Task<AccountAnswer> Invite(InvitationWish wish, Caller caller, CancellationToken cancellationToken)
    {
        if (options.SignIn != SignInBy.Accounts)
            return new(null, null, ErrorCode.AccountSaysNo, [texts["accounts.made-elsewhere"]]);
        var (signInName, name, roles) = (wish.SignInName?.Trim() ?? "", wish.Name?.Trim() ?? "", Roles(wish.Roles));
        var problems = new List<Said>();
        if (signInName.Length is 0 or > LongestSignInName || !Legible.IsSeen(signInName) || signInName.Any(char.IsWhiteSpace))
            problems.Add(texts["accounts.write-sign-in-name", LongestSignInName]);
        if (name.Length is 0 or > LongestName || !Legible.IsSeen(name))
            problems.Add(texts["accounts.write-name", LongestName]);
        else if (await accounts.IsBorne(name, null, cancellationToken))
            problems.Add(texts["accounts.name-borne"]);
        if (roles.Count == 0)
            problems.Add(texts["accounts.choose-role"]);
        if (problems.Count > 0)
            return new(null, null, ErrorCode.CannotBeRead, problems);
        return await Invite(signInName, name, roles, caller.Name, caller.AccountId, cancellationToken) is { } secret
            ? new(await accounts.Named(Typed(signInName), cancellationToken), Link(secret))
            : new(null, null, ErrorCode.AccountSaysNo, [texts["accounts.name-taken"]]);
    }

    /// <summary>Gives roles or a new link, closes, opens again.</summary>
    public async Task<AccountAnswer> Change(Guid accountId, AccountWish wish, Caller caller, CancellationToken cancellationToken)
    {
        if (await accounts.Get(accountId, cancellationToken) is not { } account)
            return new(null, null, ErrorCode.UnknownAccount);
        var (reason, roles) = (wish.Reason?.Trim() ?? "", Roles(wish.Roles));
        if (wish.Deed is not ("roles" or "close" or "open" or "invite"))
            return new(account, null, ErrorCode.CannotBeRead, [texts["accounts.choose-deed"]]);
        if (reason.Length is 0 or > LongestReason)
            return new(account, null, ErrorCode.CannotBeRead, [texts["accounts.write-reason", LongestReason, account.Name]]);
        var problems = new List<Said>();
        // Nobody raises themselves, and nobody locks the last administrator out.
        if (account.AccountId == caller.AccountId)
            problems.Add(texts["accounts.not-your-own"]);
        if ((wish.Deed == "close" || (wish.Deed == "roles" && !roles.Contains(Role.Administrator))) && await IsLastAdministrator(account, cancellationToken))
            problems.Add(texts["accounts.last-administrator", account.Name]);
        if (wish.Deed == "roles" && roles.Count == 0)
            problems.Add(texts["accounts.choose-role-or-close", account.Name]);
        if (wish.Deed is "open" or "invite" && await accounts.IsBorne(account.Name, account.AccountId, cancellationToken))
            problems.Add(texts["accounts.name-borne"]);
        if (wish.Deed is "roles" or "invite" && options.SignIn != SignInBy.Accounts)
            problems.Add(texts["accounts.provider-says"]);
        if (problems.Count > 0)
            return new(account, null, ErrorCode.AccountSaysNo, problems);
        var (done, link) = (false, (Uri?)null);
        switch (wish.Deed)
        {
            case "roles":
                account.Roles = Caller.Write(roles);
                done = await Change(account, "AccountRolesChanged", caller.Name, reason, cancellationToken, caller.AccountId);
                break;
            case "close":
                done = await Close(account, caller.Name, caller.AccountId, reason, cancellationToken);
                break;
            case "open":
                done = await Reopen(account, caller.Name, caller.AccountId, reason, cancellationToken);
                break;
            default:
                link = await Renew(account, caller.Name, caller.AccountId, reason, cancellationToken) is { } secret ? Link(secret) : null;
                done = link is not null;
                break;
        }
        return done ? new(account, link) : new(account, null, ErrorCode.AccountChanged, [texts["accounts.changed-by-other", account.Name]]);
    }

    /// <summary>The secret of a link with which the person chooses a password. Null: the name is taken.</summary>
    public async Task<string?> Invite(string signInName, string name, IEnumerable<Role> roles, string by, Guid? byAccount, CancellationToken cancellationToken)
    {
        var secret = Secret();
        var account = new Account
        {
            AccountId = Guid.CreateVersion7(Now),
            SignInName = Typed(signInName),
            Name = name,
            Roles = Caller.Write(roles),
            Stamp = Secret(),
            MadeBy = by,
            MadeByAccount = byAccount,
            MadeAt = Now,
            InvitationHash = AccountStore.HashOf(secret),
            InvitationUntil = Now + SignIn.Open,
        };
        return await accounts.Add(account, by, cancellationToken) ? secret : null;
    }

    /// <summary>A new link; the password there was, and all sessions with it, end. Null: somebody else changed the account first.</summary>
    public async Task<string?> Renew(Account account, string by, Guid? byAccount, string reason, CancellationToken cancellationToken)
    {
        var secret = Secret();
        (account.PasswordHash, account.MadeByAccount, account.ClosedAt) = (null, byAccount, null);
        (account.InvitationHash, account.InvitationUntil) = (AccountStore.HashOf(secret), Now + SignIn.Open);
        return await Change(account, "AccountInvited", by, reason, cancellationToken, byAccount) ? secret : null;
    }

    /// <summary>The account an invitation opens. Null: there is none, it was used, or its time is over.</summary>
    public async Task<Account?> Invited(string secret, CancellationToken cancellationToken) =>
        await accounts.Invited(AccountStore.HashOf(secret), cancellationToken) is { ClosedAt: null, InvitationUntil: { } until } account && until > Now ? account : null;

    /// <summary>Sets the password of an account, and ends its invitation and its sessions.</summary>
    public Task<bool> SetPassword(Account account, string password, string kind, CancellationToken cancellationToken)
    {
        account.PasswordHash = hasher.HashPassword(account, password);
        (account.InvitationHash, account.InvitationUntil, account.Failures, account.LockedUntil) = (null, null, 0, null);
        return Change(account, kind, account.Name, null, cancellationToken, account.AccountId);
    }

    /// <summary>What is wrong with a name that a person gives their own account: it stands in the ledger for whatever they do.</summary>
    public async Task<Said?> Problem(Account account, string name, CancellationToken cancellationToken) =>
        name.Length is 0 or > LongestName || !Legible.IsSeen(name) ? texts["accounts.write-your-name", LongestName]
        : await accounts.IsBorne(name, account.AccountId, cancellationToken) ? texts["accounts.name-borne"]
        : null;

    /// <summary>What is wrong with a password. Length counts and nothing else (NIST SP 800-63B).</summary>
    public Said? Problem(Account account, string password, string again) =>
        password.Length is < Shortest or > Longest ? texts["accounts.password-range", Shortest, Longest]
        : password.Contains(account.SignInName, StringComparison.OrdinalIgnoreCase) || password.Distinct().Count() < 5 ? texts["accounts.password-guessed"]
        : password != again ? texts["accounts.passwords-differ"]
        : null;

    /// <summary>Stores a change that ends what was signed in before. False: somebody else changed the account first.</summary>
    public Task<bool> Change(Account account, string kind, string by, string? reason, CancellationToken cancellationToken, Guid? byAccount = null, bool hand = false)
    {
        var before = account.Stamp;
        account.Stamp = Secret();
        return accounts.Change(account, before, kind, by, reason, cancellationToken, byAccount, hand);
    }

    /// <summary>Nobody signs in with the account any more. Who can close and open an account decides over it: it is the person's hand. False: somebody else changed it first.</summary>
    public Task<bool> Close(Account account, string by, Guid? byAccount, string reason, CancellationToken cancellationToken)
    {
        account.ClosedAt = Now;
        return Change(account, "AccountClosed", by, reason, cancellationToken, byAccount, hand: true);
    }

    /// <summary>The account is open again. As <see cref="Close"/>.</summary>
    public Task<bool> Reopen(Account account, string by, Guid? byAccount, string reason, CancellationToken cancellationToken)
    {
        account.ClosedAt = null;
        return Change(account, "AccountReopened", by, reason, cancellationToken, byAccount, hand: true);
    }

    /// <summary>Without this account there would be no administrator who can sign in.</summary>
    public async Task<bool> IsLastAdministrator(Account account, CancellationToken cancellationToken) =>
        options.SignIn == SignInBy.Accounts && Caller.Read(account.Roles).Contains(Role.Administrator)
        && !await accounts.Has(nameof(Role.Administrator), account.AccountId, cancellationToken);

    /// <summary>
    /// Why a person is no second person to another. Null: they are two. Who made an account, or gave a link to it, could have opened it, and with it every account made from there: two accounts are one hand when
    /// any one person could have opened both.
    /// </summary>
    public async Task<Said?> SameHand(Guid first, Guid second, CancellationToken cancellationToken) =>
        first == second ? texts["accounts.wished-yourself"]
        : (await accounts.Hands(first, cancellationToken)).Overlaps(await accounts.Hands(second, cancellationToken)) ? texts["accounts.same-hand"]
        : null;

    /// <summary>A token, said once and kept nowhere.</summary>
    public async Task<string> MakeToken(Account account, string name, TimeSpan length, CancellationToken cancellationToken, bool readsOnly = false) => (await MakeToken(account, Guid.CreateVersion7(Now), name, readsOnly, length, cancellationToken))!;

    /// <summary>The same under an id that its form was given. Null: that form made one before.</summary>
    public async Task<string?> MakeToken(Account account, Guid tokenId, string name, bool readsOnly, TimeSpan length, CancellationToken cancellationToken)
    {
        var token = SignIn.TokenPrefix + Secret();
        var made = new AccountToken { TokenHash = AccountStore.HashOf(token), TokenId = tokenId, AccountId = account.AccountId, Name = name, ReadsOnly = readsOnly, MadeAt = Now, EndsAt = Now + length };
        return await accounts.Add(made, account.Name, cancellationToken) ? token : null;
    }

    Uri Link(string secret) => new(options.Public, $"/invitations/{secret}");

    static List<Role> Roles(IReadOnlyList<string>? names) => [.. (names ?? []).Select(n => (Known: Enum.TryParse<Role>(n, out var role) && Enum.IsDefined(role), Role: role)).Where(r => r.Known).Select(r => r.Role).Distinct()];

    static string Typed(string signInName) => signInName.Trim().ToUpperInvariant();

    static string Secret() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
}

/// <summary>Wrong passwords of late, by the place they came from and the name they were for, whether or not there is such a name. Kept by this process alone; the account itself counts all of them.</summary>
sealed class WrongTries(TimeProvider time)
{
    const int Most = 10_000, LongestName = 60;

    // What comes in a flood is counted together: so many seconds are one write.
    static readonly TimeSpan Together = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    readonly Dictionary<(string From, string Name), (int Times, DateTimeOffset Last, int Held, DateTimeOffset Told)> tries = [];

    /// <summary>Too many came from there for this name.</summary>
    public bool Barred(string from, string name)
    {
        lock (gate)
            return tries.TryGetValue(Key(from, name), out var known) && known.Times >= SignIn.MostFailures && Lasts(known.Last);
    }

    /// <summary>A try that was looked at, and wrong.</summary>
    /// <returns>How many are to be counted: this one, and those that were held back.</returns>
    public int Add(string from, string name)
    {
        lock (gate)
        {
            var times = tries.TryGetValue(Key(from, name), out var known) && Lasts(known.Last) ? known.Times + 1 : 1;
            if (tries.Count >= Most)
                foreach (var old in tries.Where(t => !Lasts(t.Value.Last)).Select(t => t.Key).DefaultIfEmpty(tries.MinBy(t => t.Value.Last).Key).ToList())
                    tries.Remove(old);
            tries[Key(from, name)] = (times, time.GetUtcNow(), 0, time.GetUtcNow());
            return known.Held + 1;
        }
    }

    /// <summary>A try that was not looked at, for the place is barred.</summary>
    /// <returns>How many such tries are to be counted now. 0: none yet.</returns>
    public int Hold(string from, string name)
    {
        lock (gate)
        {
            if (!tries.TryGetValue(Key(from, name), out var known))
                return 1;
            var (held, now) = (known.Held + 1, time.GetUtcNow());
            var tell = known.Told + Together <= now;
            tries[Key(from, name)] = known with { Held = tell ? 0 : held, Told = tell ? now : known.Told };
            return tell ? held : 0;
        }
    }

    public void Forget(string from, string name)
    {
        lock (gate)
            tries.Remove(Key(from, name));
    }

    bool Lasts(DateTimeOffset last) => last + SignIn.Locked > time.GetUtcNow();

    static (string From, string Name) Key(string from, string name) => (from, name[..Math.Min(name.Length, LongestName)]);
}

/// <summary>What the framework asks of accounts where it handles passkeys.</summary>
sealed class AccountUsers(AccountStore accounts, TimeProvider time) : IUserPasskeyStore<Account>
{
    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.AccountId.ToString("D"));

    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SignInName);

    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SignInName);

    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) => Guid.TryParse(userId, out var id) ? accounts.Get(id, cancellationToken) : Task.FromResult<Account?>(null);

    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => accounts.Named(normalizedUserName, cancellationToken);

    public Task AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => accounts.Put(
        new AccountPasskey { CredentialHash = HashOf(passkey.CredentialId), AccountId = user.AccountId, Name = passkey.Name ?? "Passkey", Content = JsonSerializer.Serialize(Kept.Of(passkey)), AddedAt = time.GetUtcNow() },
        user.Name, cancellationToken);

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken cancellationToken) => [.. (await accounts.Passkeys(user.AccountId, cancellationToken)).Select(Read)];

    public async Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await accounts.Passkey(HashOf(credentialId), cancellationToken) is { } passkey ? await accounts.Get(passkey.AccountId, cancellationToken) : null;

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        await accounts.Passkey(HashOf(credentialId), cancellationToken) is { } passkey && passkey.AccountId == user.AccountId ? Read(passkey) : null;

    public Task RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) => accounts.RemovePasskey(user.AccountId, HashOf(credentialId), user.Name, cancellationToken);

    // The console has its own ways to change an account, with a record of each.
    public Task SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken) => throw new NotSupportedException();

    // Asked for after each passkey that was put: that is stored already.
    public Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(IdentityResult.Success);

    public Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    static string HashOf(byte[] credentialId) => Convert.ToHexStringLower(SHA256.HashData(credentialId));

    static UserPasskeyInfo Read(AccountPasskey passkey)
    {
        var info = JsonSerializer.Deserialize<Kept>(passkey.Content)!.Info();
        info.Name = passkey.Name;
        return info;
    }

    sealed record Kept(byte[] Id, byte[] Key, DateTimeOffset At, uint Count, string[]? Transports, bool Verified, bool Eligible, bool BackedUp, byte[] Attestation, byte[] Client)
    {
        public static Kept Of(UserPasskeyInfo info) => new(info.CredentialId, info.PublicKey, info.CreatedAt, info.SignCount, info.Transports, info.IsUserVerified, info.IsBackupEligible, info.IsBackedUp, info.AttestationObject, info.ClientDataJson);

        public UserPasskeyInfo Info() => new(Id, Key, At, Count, Transports, Verified, Eligible, BackedUp, Attestation, Client);
    }
}
