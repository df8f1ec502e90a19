using System.Globalization;
using LiaisonHub.OperatorConsole.Api;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace LiaisonHub.OperatorConsole.Accounts;

/// <summary>Signing in and out, one's own account, and everybody's.</summary>
static class AccountRoutes
{
    const int LongestName = 100, MostDays = 90, PageLength = 20;

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        var door = app.MapGroup("").AllowAnonymous();
        door.MapGet("/sign-in", Ask);
        door.MapPost("/sign-in", Enter);
        door.MapPost("/sign-in/passkey/question", PasskeyQuestion);
        door.MapPost("/sign-in/passkey", EnterByPasskey);
        door.MapPost("/sign-out", Leave);
        door.MapGet("/invitations/{secret}", ShowInvitation);
        door.MapPost("/invitations/{secret}", TakeInvitation);

        var own = app.MapGroup("/account").Needs(Permission.OwnAccount);
        own.MapGet("", async (Caller caller, AccountStore accounts, ConsoleOptions options, CancellationToken cancelled) => await Own(caller, accounts, options, cancelled));
        own.MapPost("/password", ChangePassword);
        own.MapPost("/passkeys/question", NewPasskeyQuestion);
        own.MapPost("/passkeys", AddPasskey);
        own.MapPost("/passkeys/{credential}/end", async (string credential, Caller caller, HttpContext http, IAntiforgery antiforgery, AccountStore accounts, CancellationToken cancelled) =>
            await Forms.OutOfDate(http, antiforgery) ?? await Done(accounts.RemovePasskey(caller.AccountId!.Value, credential, caller.Name, cancelled), "/account"));
        own.MapPost("/tokens", MakeToken);
        own.MapPost("/tokens/{tokenId:guid}/end", async (Guid tokenId, Caller caller, HttpContext http, IAntiforgery antiforgery, AccountStore accounts, CancellationToken cancelled) =>
            await Forms.OutOfDate(http, antiforgery) ?? await Done(accounts.EndToken(caller.AccountId!.Value, tokenId, caller.Name, cancelled), "/account"));

        var all = app.MapGroup("/accounts").Needs(Permission.Govern);
        all.MapGet("", (AccountStore accounts, ConsoleOptions options, TimeProvider time, CancellationToken cancelled, string? after = null) => All(accounts, options, time, new(null, null, null), [], cancelled, after: after));
        app.MapUnsent();
        app.MapGroup("").Needs(Permission.Govern).MapList("/accounts", async (AccountStore accounts, TimeProvider time, CancellationToken cancelled) => new ListFile
        {
            Name = "accounts",
            Title = "Accounts",
            Filter = "all",
            At = time.GetUtcNow(),
            Columns = ["account id", "signs in as", "name", "roles", "made by", "made at", "signed in at", "locked until", "link until", "closed at"],
            Rows = (await accounts.All(ListFile.Most, cancelled)).Select(AccountLine.Of).Select(a => new object?[]
            {
                a.AccountId, a.SignInName, a.Name, string.Join(" ", a.Roles), a.MadeBy, a.MadeAt, a.SignedInAt, a.LockedUntil, a.InvitationUntil, a.ClosedAt,
            }).ToAsyncEnumerable(),
        });
        all.MapPost("", Invite);
        all.MapPost("/{accountId:guid}", Change);

        var api = app.MapGroup("/api/v1").Needs(Permission.Govern);
        api.MapGet("/accounts", async (AccountStore accounts, CancellationToken cancelled, string? after = null) =>
        {
            var (page, next) = await Page(accounts, after, cancelled);
            return TypedResults.Ok(new AccountList([.. page.Select(AccountLine.Of)], next));
        });
        api.MapPost("/accounts", (HttpContext http, Caller caller, AccountDesk desk, Texts texts, CancellationToken cancelled) =>
            Asked.For<InvitationWish>(http, caller, texts, async wish => Told(await desk.Invite(wish, caller, cancelled), texts), cancelled));
        api.MapPost("/accounts/{accountId:guid}", (Guid accountId, HttpContext http, Caller caller, AccountDesk desk, Texts texts, CancellationToken cancelled) =>
            Asked.For<AccountWish>(http, caller, texts, async wish => Told(await desk.Change(accountId, wish, caller, cancelled), texts), cancelled));
    }

    static async Task<IResult> Ask(HttpContext http, ConsoleOptions options, AccountStore accounts, Texts texts, CancellationToken cancelled, string? back = null, string? again = null, string? lost = null)
    {
        var caller = Caller.Of(http.User);
        if (options.SignIn == SignInBy.ThisMachine || caller != null && again != "1")
            return Results.LocalRedirect(Local(back));
        if (options.SignIn == SignInBy.OpenId)
            return SignIn.AtProvider(Local(back), again == "1");
        var name = caller?.AccountId is { } id && await accounts.Get(id, cancelled) is { } account ? account.SignInName.ToLowerInvariant() : "";
        return SignInForm(options, Local(back), name, caller is not null ? texts["accounts.once-more", (int)SignIn.Fresh.TotalMinutes] : lost == "1" ? texts["accounts.not-done-ended"] : null, 200);
    }

    static async Task<IResult> Enter(HttpContext http, ConsoleOptions options, AccountDesk desk, IAntiforgery antiforgery, TimeProvider time, Texts texts, CancellationToken cancelled)
    {
        if (options.SignIn != SignInBy.Accounts)
            return Results.NotFound();
        var posted = await http.Request.ReadFormAsync(cancelled);
        var (name, back) = (posted["name"].ToString(), Local(posted["back"]));
        if (!await antiforgery.IsRequestValidAsync(http))
            return SignInForm(options, back, name, ErrorCode.FormOutOfDate.Line(texts, texts["accounts.form-too-old"]));
        var (account, problem) = await desk.ByPassword(name, posted["password"].ToString(), SignIn.From(http, options), cancelled);
        if (account is null)
            return SignInForm(options, back, name, ErrorCode.SignInRefused.Line(texts, problem));
        if (!await desk.Noted(account, cancelled))
            return SignInForm(options, back, name, ErrorCode.AccountChanged.Line(texts, texts["accounts.changed-meanwhile"]));
        await SignIn.Begin(http, account, time);
        return Results.LocalRedirect(back);
    }

    static async Task<IResult> PasskeyQuestion(HttpContext http, ConsoleOptions options, IAntiforgery antiforgery, SignInManager<Account> passkeys) =>
        options.SignIn != SignInBy.Accounts ? Results.NotFound()
        : await Forms.OutOfDate(http, antiforgery) ?? TypedResults.Content(await passkeys.MakePasskeyRequestOptionsAsync(null), "application/json");

    static async Task<IResult> EnterByPasskey(HttpContext http, ConsoleOptions options, AccountDesk desk, IAntiforgery antiforgery, SignInManager<Account> passkeys, UserManager<Account> users, TimeProvider time, Texts texts, CancellationToken cancelled)
    {
        if (options.SignIn != SignInBy.Accounts)
            return Results.NotFound();
        var posted = await http.Request.ReadFormAsync(cancelled);
        var back = Local(posted["back"]);
        if (!await antiforgery.IsRequestValidAsync(http))
            return SignInForm(options, back, "", ErrorCode.FormOutOfDate.Line(texts, texts["accounts.form-too-old"]));
        var answer = await passkeys.PerformPasskeyAssertionAsync(posted["answer"].ToString());
        if (!answer.Succeeded || answer.User is not { ClosedAt: null } account)
        {
            await desk.Refused(answer.User, cancelled);
            return SignInForm(options, back, "", ErrorCode.SignInRefused.Line(texts, texts["accounts.passkey-refused"]));
        }
        await users.AddOrUpdatePasskeyAsync(account, answer.Passkey);
        if (!await desk.Noted(account, cancelled))
            return SignInForm(options, back, "", ErrorCode.AccountChanged.Line(texts, texts["accounts.changed-meanwhile"]));
        await SignIn.Begin(http, account, time);
        return Results.LocalRedirect(back);
    }

    static async Task<IResult> Leave(HttpContext http, IAntiforgery antiforgery)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        await http.SignOutAsync(IdentityConstants.ApplicationScheme);
        // The page that says so is nobody's already.
        http.User = new();
        return new RazorComponentResult<SignedOutPage>();
    }

    static async Task<IResult> ShowInvitation(string secret, AccountDesk desk, CancellationToken cancelled) => await desk.Invited(secret, cancelled) is { } account ? InvitationForm(secret, account, account.Name, []) : NoInvitation();

    static async Task<IResult> TakeInvitation(string secret, HttpContext http, AccountDesk desk, IAntiforgery antiforgery, TimeProvider time, Texts texts, CancellationToken cancelled)
    {
        if (await desk.Invited(secret, cancelled) is not { } account)
            return NoInvitation();
        var posted = await http.Request.ReadFormAsync(cancelled);
        var name = posted["name"].ToString().Trim();
        var problems = new List<string>();
        if (!await antiforgery.IsRequestValidAsync(http))
            problems.Add(ErrorCode.FormOutOfDate.Line(texts, texts["accounts.form-too-old"]).Plain);
        if (await desk.Problem(account, name, cancelled) is { } misnamed)
            problems.Add(ErrorCode.CannotBeRead.Line(texts, misnamed).Plain);
        if (desk.Problem(account, posted["password"].ToString(), posted["again"].ToString()) is { } problem)
            problems.Add(ErrorCode.CannotBeRead.Line(texts, problem).Plain);
        if (problems.Count > 0)
            return InvitationForm(secret, account, name, problems);
        account.Name = name;
        if (!await desk.SetPassword(account, posted["password"].ToString(), "AccountOpened", cancelled) || !await desk.Noted(account, cancelled))
            return NoInvitation();
        await SignIn.Begin(http, account, time);
        return Results.LocalRedirect("/account");
    }

    static async Task<IResult> ChangePassword(Caller caller, HttpContext http, AccountStore accounts, AccountDesk desk, ConsoleOptions options, IAntiforgery antiforgery, TimeProvider time, Texts texts, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var posted = await http.Request.ReadFormAsync(cancelled);
        var account = (await accounts.Get(caller.AccountId!.Value, cancelled))!;
        // Guessed through a session somebody left open, it counts as a wrong password too.
        var right = await desk.ByPassword(account.SignInName, posted["before"].ToString(), SignIn.From(http, options), cancelled);
        var problem = right.Account is null ? texts["accounts.password-now-wrong", right.Problem]
            : desk.Problem(account, posted["password"].ToString(), posted["again"].ToString());
        if (problem is not null)
            return await Own(caller, accounts, options, cancelled, problem: (right.Account is null ? ErrorCode.SignInRefused : ErrorCode.CannotBeRead).Line(texts, problem));
        if (!await desk.SetPassword(right.Account!, posted["password"].ToString(), "PasswordChanged", cancelled))
            return await Own(caller, accounts, options, cancelled, problem: ErrorCode.AccountChanged.Line(texts, texts["accounts.changed-meanwhile"]));
        await SignIn.Begin(http, right.Account!, time);
        return Forms.Seen("/account?said=password");
    }

    static async Task<IResult> NewPasskeyQuestion(Caller caller, HttpContext http, AccountStore accounts, IAntiforgery antiforgery, SignInManager<Account> passkeys, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var account = (await accounts.Get(caller.AccountId!.Value, cancelled))!;
        return TypedResults.Content(await passkeys.MakePasskeyCreationOptionsAsync(new() { Id = account.AccountId.ToString("D"), Name = account.SignInName, DisplayName = account.Name }), "application/json");
    }

    static async Task<IResult> AddPasskey(Caller caller, HttpContext http, AccountStore accounts, ConsoleOptions options, IAntiforgery antiforgery, SignInManager<Account> passkeys, UserManager<Account> users, Texts texts, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var posted = await http.Request.ReadFormAsync(cancelled);
        var name = posted["name"].ToString().Trim();
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl))
            return await Own(caller, accounts, options, cancelled, problem: ErrorCode.CannotBeRead.Line(texts, texts["accounts.name-the-passkey"]));
        var answer = await passkeys.PerformPasskeyAttestationAsync(posted["answer"].ToString());
        if (!answer.Succeeded)
            return await Own(caller, accounts, options, cancelled, problem: ErrorCode.CannotBeRead.Line(texts, texts["accounts.passkey-not-accepted"]));
        answer.Passkey.Name = name;
        await users.AddOrUpdatePasskeyAsync((await accounts.Get(caller.AccountId!.Value, cancelled))!, answer.Passkey);
        return Forms.Seen("/account");
    }

    static async Task<IResult> MakeToken(Caller caller, HttpContext http, AccountStore accounts, AccountDesk desk, ConsoleOptions options, IAntiforgery antiforgery, Texts texts, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var posted = await http.Request.ReadFormAsync(cancelled);
        var name = posted["name"].ToString().Trim();
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl))
            return await Own(caller, accounts, options, cancelled, problem: ErrorCode.CannotBeRead.Line(texts, texts["accounts.write-what-for"]));
        if (!int.TryParse(posted["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days is < 1 or > MostDays)
            return await Own(caller, accounts, options, cancelled, problem: ErrorCode.CannotBeRead.Line(texts, texts["accounts.token-days", MostDays]));
        var may = posted["may"].ToString();
        if (may is not ("read" or "all"))
            return await Own(caller, accounts, options, cancelled, problem: ErrorCode.CannotBeRead.Line(texts, texts["accounts.token-may-what"]));
        var readsOnly = may == "read";
        var token = await desk.MakeToken((await accounts.Get(caller.AccountId!.Value, cancelled))!, Forms.Once(posted), name, readsOnly, TimeSpan.FromDays(days), cancelled);
        // What is said once is not said by a redirect: a form that is sent again, by a reload, makes nothing and says nothing.
        return token is null ? Forms.Seen("/account") : await Own(caller, accounts, options, cancelled, token: token, readsOnly: readsOnly);
    }

    static async Task<IResult> Invite(Caller caller, HttpContext http, AccountStore accounts, AccountDesk desk, ConsoleOptions options, IAntiforgery antiforgery, TimeProvider time, Texts texts, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var posted = await http.Request.ReadFormAsync(cancelled);
        var wish = new InvitationWish(posted["signInName"], posted["name"], [.. posted["role"].OfType<string>()]);
        var answer = await desk.Invite(wish, caller, cancelled);
        return await All(accounts, options, time, answer.Error is null ? new(null, null, null) : wish, Lines(answer, texts), cancelled, answer.Link, answer.Account?.Name);
    }

    static async Task<IResult> Change(Guid accountId, Caller caller, HttpContext http, AccountStore accounts, AccountDesk desk, ConsoleOptions options, IAntiforgery antiforgery, TimeProvider time, Texts texts, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var posted = await http.Request.ReadFormAsync(cancelled);
        var answer = await desk.Change(accountId, new(posted["deed"], posted["reason"], [.. posted["role"].OfType<string>()]), caller, cancelled);
        return answer.Error == ErrorCode.UnknownAccount ? answer.Error.Page()
            : answer is { Error: null, Link: null } ? Forms.Seen("/accounts")
            : await All(accounts, options, time, new(null, null, null), Lines(answer, texts), cancelled, answer.Link, answer.Account?.Name);
    }

    static IReadOnlyList<string> Lines(AccountAnswer answer, Texts texts) => answer.Error is { } error ? [.. answer.Problems!.Select(p => error.Line(texts, p).Plain)] : [];

    static IResult Told(AccountAnswer answer, Texts texts) =>
        answer.Error is { } error ? error.Problem(texts, answer.Problems is { } problems ? string.Join(" ", problems) : null)
        : TypedResults.Ok(AccountLine.Of(answer.Account!) with { Link = answer.Link });

    static async Task<IResult> Own(Caller caller, AccountStore accounts, ConsoleOptions options, CancellationToken cancelled, Said? problem = null, string? token = null, bool readsOnly = false) =>
        new RazorComponentResult<OwnAccountPage>(new
        {
            Account = (await accounts.Get(caller.AccountId!.Value, cancelled))!,
            Passkeys = await accounts.Passkeys(caller.AccountId.Value, cancelled),
            Tokens = await accounts.Tokens(caller.AccountId.Value, cancelled),
            KeepsPasswords = options.SignIn == SignInBy.Accounts,
            Problem = problem,
            Token = token,
            ReadsOnly = readsOnly,
        })
        { StatusCode = problem is null ? 200 : 422 };

    static async Task<IResult> All(AccountStore accounts, ConsoleOptions options, TimeProvider time, InvitationWish wish, IReadOnlyList<string> wrong, CancellationToken cancelled, Uri? link = null, string? invited = null, string? after = null)
    {
        var (page, next) = await Page(accounts, after, cancelled);
        return new RazorComponentResult<AccountsPage>(new { Accounts = page, Next = next, Continued = after is not null, Wish = wish, Wrong = wrong, Link = link, Invited = invited, KeepsPasswords = options.SignIn == SignInBy.Accounts, Now = time.GetUtcNow() })
        { StatusCode = wrong.Count == 0 ? 200 : 422 };
    }

    // By the name of signing in, which nobody shares: whatever an address says is a place among them.
    static async Task<(IReadOnlyList<Account> Page, string? Next)> Page(AccountStore accounts, string? after, CancellationToken cancelled)
    {
        var found = await accounts.All(PageLength + 1, cancelled, after?.ToUpperInvariant() ?? "");
        return ([.. found.Take(PageLength)], found.Count > PageLength ? found[PageLength - 1].SignInName.ToLowerInvariant() : null);
    }

    static RazorComponentResult<SignInPage> SignInForm(ConsoleOptions options, string back, string name, Said? problem, int status = 422) =>
        new RazorComponentResult<SignInPage>(new { Back = back, Name = name, Problem = problem, Passkeys = !System.Net.IPAddress.TryParse(options.Public.Host.Trim('[', ']'), out _) }) { StatusCode = problem is null ? 200 : status };

    static RazorComponentResult<InvitationPage> InvitationForm(string secret, Account account, string name, List<string> problems) =>
        new RazorComponentResult<InvitationPage>(new { Secret = secret, account.SignInName, Name = name, Wrong = problems }) { StatusCode = problems.Count == 0 ? 200 : 422 };

    static RazorComponentResult NoInvitation() => ErrorCode.NoInvitation.Page();

    static async Task<IResult> Done(Task<bool> deed, string page) => await deed ? Forms.Seen(page) : ErrorCode.GoneAlready.Page();

    // Nowhere but to the console itself.
    static string Local(string? back) => back is { Length: > 0 } && back[0] == '/' && !back.StartsWith("//", StringComparison.Ordinal) && !back.Contains('\\', StringComparison.Ordinal) && !back.Any(char.IsControl)
        && !back.StartsWith("/sign-", StringComparison.Ordinal) ? back : "/";
}
