using System.Globalization;
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
    const int LongestName = 100, LongestSignInName = 60, LongestReason = 1000, MostDays = 90, Most = 1000;

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
        all.MapGet("", async (AccountStore accounts, ConsoleOptions options, TimeProvider time, CancellationToken cancelled) => await All(accounts, options, time, new(), cancelled));
        all.MapPost("", Invite);
        all.MapPost("/{accountId:guid}", Change);
    }

    static IResult Ask(HttpContext http, ConsoleOptions options, string? back)
    {
        if (options.SignIn == SignInBy.ThisMachine || Caller.Of(http.User) != null)
            return Results.LocalRedirect(Local(back));
        return options.SignIn == SignInBy.OpenId ? SignIn.AtProvider(Local(back)) : SignInForm(options, Local(back), "", null);
    }

    static async Task<IResult> Enter(HttpContext http, ConsoleOptions options, AccountDesk desk, IAntiforgery antiforgery, TimeProvider time, Texts texts, CancellationToken cancelled)
    {
        if (options.SignIn != SignInBy.Accounts)
            return Results.NotFound();
        var posted = await http.Request.ReadFormAsync(cancelled);
        var (name, back) = (posted["name"].ToString(), Local(posted["back"]));
        if (!await antiforgery.IsRequestValidAsync(http))
            return SignInForm(options, back, name, texts["accounts.form-too-old"]);
        var (account, problem) = await desk.ByPassword(name, posted["password"].ToString(), cancelled);
        if (account is null)
            return SignInForm(options, back, name, problem);
        if (!await desk.Noted(account, cancelled))
            return SignInForm(options, back, name, texts["accounts.changed-meanwhile"]);
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
            return SignInForm(options, back, "", texts["accounts.form-too-old"]);
        var answer = await passkeys.PerformPasskeyAssertionAsync(posted["answer"].ToString());
        if (!answer.Succeeded || answer.User is not { ClosedAt: null } account)
            return SignInForm(options, back, "", texts["accounts.passkey-refused"]);
        await users.AddOrUpdatePasskeyAsync(account, answer.Passkey);
        if (!await desk.Noted(account, cancelled))
            return SignInForm(options, back, "", texts["accounts.changed-meanwhile"]);
        await SignIn.Begin(http, account, time);
        return Results.LocalRedirect(back);
    }

    static async Task<IResult> Leave(HttpContext http, IAntiforgery antiforgery)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        await http.SignOutAsync(IdentityConstants.ApplicationScheme);
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
            problems.Add(texts["accounts.form-too-old"].Plain);
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl))
            problems.Add(texts["accounts.write-your-name", LongestName].Plain);
        if (desk.Problem(account, posted["password"].ToString(), posted["again"].ToString()) is { } problem)
            problems.Add(problem.Plain);
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
        var right = await desk.ByPassword(account.SignInName, posted["before"].ToString(), cancelled);
        var problem = right.Account is null ? texts["accounts.password-now-wrong", right.Problem]
            : desk.Problem(account, posted["password"].ToString(), posted["again"].ToString());
        if (problem is not null)
            return await Own(caller, accounts, options, cancelled, problem: problem);
        if (!await desk.SetPassword(right.Account!, posted["password"].ToString(), "PasswordChanged", cancelled))
            return await Own(caller, accounts, options, cancelled, problem: texts["accounts.changed-meanwhile"]);
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
            return await Own(caller, accounts, options, cancelled, problem: texts["accounts.name-the-passkey"]);
        var answer = await passkeys.PerformPasskeyAttestationAsync(posted["answer"].ToString());
        if (!answer.Succeeded)
            return await Own(caller, accounts, options, cancelled, problem: texts["accounts.passkey-not-accepted"]);
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
            return await Own(caller, accounts, options, cancelled, problem: texts["accounts.write-what-for"]);
        if (!int.TryParse(posted["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days is < 1 or > MostDays)
            return await Own(caller, accounts, options, cancelled, problem: texts["accounts.token-days", MostDays]);
        var token = await desk.MakeToken((await accounts.Get(caller.AccountId!.Value, cancelled))!, name, TimeSpan.FromDays(days), cancelled);
        return await Own(caller, accounts, options, cancelled, token: token);
    }

    static async Task<IResult> Invite(Caller caller, HttpContext http, AccountStore accounts, AccountDesk desk, ConsoleOptions options, IAntiforgery antiforgery, TimeProvider time, Texts texts, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        if (options.SignIn != SignInBy.Accounts)
            return await All(accounts, options, time, new() { Problems = { texts["accounts.made-elsewhere"].Plain } }, cancelled);
        var posted = await http.Request.ReadFormAsync(cancelled);
        var form = new InvitationForm { SignInName = posted["signInName"].ToString().Trim(), Name = posted["name"].ToString().Trim(), Roles = [.. Roles(posted)] };
        if (form.SignInName.Length is 0 or > LongestSignInName || form.SignInName.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            form.Problems.Add(texts["accounts.write-sign-in-name", LongestSignInName].Plain);
        if (form.Name.Length is 0 or > LongestName || form.Name.Any(char.IsControl))
            form.Problems.Add(texts["accounts.write-name", LongestName].Plain);
        if (form.Roles.Count == 0)
            form.Problems.Add(texts["accounts.choose-role"].Plain);
        if (form.Problems.Count == 0 && await desk.Invite(form.SignInName, form.Name, form.Roles, caller.Name, caller.AccountId, cancelled) is { } secret)
            return await All(accounts, options, time, new(), cancelled, Link(options, secret), form.Name);
        if (form.Problems.Count == 0)
            form.Problems.Add(texts["accounts.name-taken"].Plain);
        return await All(accounts, options, time, form, cancelled);
    }

    static async Task<IResult> Change(Guid accountId, Caller caller, HttpContext http, AccountStore accounts, AccountDesk desk, ConsoleOptions options, IAntiforgery antiforgery, TimeProvider time, Texts texts, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        if (await accounts.Get(accountId, cancelled) is not { } account)
            return Failures.Told(404, "accounts.none-such");
        var posted = await http.Request.ReadFormAsync(cancelled);
        var (deed, reason) = (posted["deed"].ToString(), posted["reason"].ToString().Trim());
        var form = new InvitationForm();
        if (reason.Length is 0 or > LongestReason)
            form.Problems.Add(texts["accounts.write-reason", LongestReason, account.Name].Plain);
        var roles = Roles(posted).ToList();
        // Nobody raises themselves, and nobody locks the last administrator out.
        if (account.AccountId == caller.AccountId)
            form.Problems.Add(texts["accounts.not-your-own"].Plain);
        if ((deed == "close" || (deed == "roles" && !roles.Contains(Role.Administrator))) && await desk.IsLastAdministrator(account, cancelled))
            form.Problems.Add(texts["accounts.last-administrator", account.Name].Plain);
        if (deed == "roles" && roles.Count == 0)
            form.Problems.Add(texts["accounts.choose-role-or-close", account.Name].Plain);
        if (deed is "roles" or "invite" && options.SignIn != SignInBy.Accounts)
            form.Problems.Add(texts["accounts.provider-says"].Plain);
        if (form.Problems.Count > 0)
            return await All(accounts, options, time, form, cancelled);
        bool done;
        switch (deed)
        {
            case "roles":
                account.Roles = Caller.Write(roles);
                done = await desk.Change(account, "AccountRolesChanged", caller.Name, reason, cancelled);
                break;
            case "close":
                account.ClosedAt = time.GetUtcNow();
                done = await desk.Change(account, "AccountClosed", caller.Name, reason, cancelled);
                break;
            case "open":
                account.ClosedAt = null;
                done = await desk.Change(account, "AccountReopened", caller.Name, reason, cancelled);
                break;
            case "invite":
                if (await desk.Renew(account, caller.Name, caller.AccountId, reason, cancelled) is { } secret)
                    return await All(accounts, options, time, new(), cancelled, Link(options, secret), account.Name);
                done = false;
                break;
            default:
                return await All(accounts, options, time, new() { Problems = { texts["accounts.choose-deed"].Plain } }, cancelled);
        }
        return done ? Forms.Seen("/accounts") : await All(accounts, options, time, new() { Problems = { texts["accounts.changed-by-other", account.Name].Plain } }, cancelled);
    }

    static IEnumerable<Role> Roles(IFormCollection posted) => posted["role"].Select(r => (Known: Enum.TryParse<Role>(r, out var role) && Enum.IsDefined(role), Role: role)).Where(r => r.Known).Select(r => r.Role).Distinct();

    static Uri Link(ConsoleOptions options, string secret) => new(options.Public, $"/invitations/{secret}");

    static async Task<IResult> Own(Caller caller, AccountStore accounts, ConsoleOptions options, CancellationToken cancelled, Said? problem = null, string? token = null) =>
        new RazorComponentResult<OwnAccountPage>(new
        {
            Account = (await accounts.Get(caller.AccountId!.Value, cancelled))!,
            Passkeys = await accounts.Passkeys(caller.AccountId.Value, cancelled),
            Tokens = await accounts.Tokens(caller.AccountId.Value, cancelled),
            KeepsPasswords = options.SignIn == SignInBy.Accounts,
            Problem = problem,
            Token = token,
        })
        { StatusCode = problem is null ? 200 : 422 };

    static async Task<IResult> All(AccountStore accounts, ConsoleOptions options, TimeProvider time, InvitationForm form, CancellationToken cancelled, Uri? link = null, string? invited = null) =>
        new RazorComponentResult<AccountsPage>(new { Accounts = await accounts.All(Most, cancelled), Form = form, Link = link, Invited = invited, KeepsPasswords = options.SignIn == SignInBy.Accounts, Now = time.GetUtcNow() })
        { StatusCode = form.Problems.Count == 0 ? 200 : 422 };

    static RazorComponentResult<SignInPage> SignInForm(ConsoleOptions options, string back, string name, Said? problem) =>
        new RazorComponentResult<SignInPage>(new { Back = back, Name = name, Problem = problem, Passkeys = !System.Net.IPAddress.TryParse(options.Public.Host.Trim('[', ']'), out _) }) { StatusCode = problem is null ? 200 : 422 };

    static RazorComponentResult<InvitationPage> InvitationForm(string secret, Account account, string name, List<string> problems) =>
        new RazorComponentResult<InvitationPage>(new { Secret = secret, account.SignInName, Name = name, Wrong = problems }) { StatusCode = problems.Count == 0 ? 200 : 422 };

    static RazorComponentResult NoInvitation() => Failures.Told(404, "accounts.no-invitation");

    static async Task<IResult> Done(Task<bool> deed, string page) => await deed ? Forms.Seen(page) : Failures.Told(404, "accounts.gone");

    // Nowhere but to the console itself.
    static string Local(string? back) => back is { Length: > 0 } && back[0] == '/' && !back.StartsWith("//", StringComparison.Ordinal) && !back.Contains('\\', StringComparison.Ordinal) && !back.Any(char.IsControl)
        && !back.StartsWith("/sign-", StringComparison.Ordinal) ? back : "/";
}

/// <summary>What an administrator wrote into the form.</summary>
public sealed class InvitationForm
{
    /// <summary>Name to sign in with.</summary>
    public string SignInName { get; init; } = "";

    /// <summary>Name and function.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the person is to be.</summary>
    public IReadOnlyList<Role> Roles { get; init; } = [];

    /// <summary>What is missing.</summary>
    public List<string> Problems { get; } = [];
}
