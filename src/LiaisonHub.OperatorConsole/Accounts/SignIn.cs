using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text.Encodings.Web;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace LiaisonHub.OperatorConsole.Accounts;

/// <summary>How people show who they are.</summary>
public enum SignInBy
{
    /// <summary>With a password or a passkey that this hub keeps.</summary>
    Accounts,

    /// <summary>At an identity provider (OpenID Connect).</summary>
    OpenId,

    /// <summary>Not at all: whoever reaches this machine may do everything, and says in each form who they are. For trying out.</summary>
    ThisMachine,
}

/// <summary>The identity provider, where people sign in there.</summary>
public sealed class OpenIdOptions
{
    /// <summary>Address of the provider, under which its configuration is found: <c>https://id.example/realms/justice</c>. https, unless it is on this machine.</summary>
    public string Authority { get; set; } = "";

    /// <summary>Name of the console at the provider.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>File with the secret the provider gave the console; only the console's user may read it.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>Claim that says the person's name. Default: <c>name</c>.</summary>
    public string NameClaim { get; set; } = "name";

    /// <summary>Claim that says what the person is. Default: <c>roles</c>.</summary>
    public string RolesClaim { get; set; } = "roles";

    /// <summary>Value of that claim for each role, where it is not the role's own name: <c>Operator</c> = <c>LH-DUTY</c>.</summary>
    public Dictionary<Role, string> Roles { get; set; } = [];

    internal IEnumerable<string> Problems()
    {
        const string section = $"{ConsoleOptions.Section}:OpenId";
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var authority) || !(authority.Scheme == Uri.UriSchemeHttps || ConsoleOptions.IsThisMachine(authority.Host)))
            yield return $"{section}:Authority: '{Authority}' is not the https address of an identity provider; write it as 'https://id.example/realms/justice'.";
        if (ClientId.Length == 0)
            yield return $"{section}:ClientId is empty; register the console at the identity provider, and write the name it has there.";
        if (!File.Exists(ClientSecretFile))
            yield return $"{section}:ClientSecretFile: there is no file '{ClientSecretFile}'; put the secret of the provider into one that only the console's user may read.";
    }
}

/// <summary>Signing in, staying signed in, and being signed out.</summary>
static class SignIn
{
    /// <summary>A session ends when nothing was done in it for this long.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>A session ends after this long, whatever was done in it: one shift.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>What cannot be undone asks a person once more who they are when they signed in longer ago.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>A name is tried from one place at most this many times wrong, before the place is barred from it for <see cref="Locked"/>.</summary>
    public const int MostFailures = 5;

    /// <summary>And from all places together, before nobody signs in with it for that long.</summary>
    public const int MostFailuresAnywhere = 50;

    public static readonly TimeSpan Locked = TimeSpan.FromMinutes(15);

    /// <summary>With an identity provider: how long after its person's last sign-in a token does anything. What the provider has taken from a person is taken from the person's programs after this long at the
    /// latest.</summary>
    public static readonly TimeSpan Vouched = TimeSpan.FromDays(7);

    /// <summary>Says that a page asks for itself, while nobody may be there: such a request keeps no session alive.</summary>
    public const string ByItself = "LiaisonHub-By-Itself";

    /// <summary>How long an invitation is open.</summary>
    public static readonly TimeSpan Open = TimeSpan.FromHours(24);

    /// <summary>The first administrator's name to sign in with.</summary>
    public const string First = "ADMINISTRATOR";

    /// <summary>The first approver's.</summary>
    public const string Approver = "APPROVER";

    /// <summary>How a program's token begins, so that it is known for what it is wherever it turns up.</summary>
    public const string TokenPrefix = "lhc_";

    static readonly object Unasked = new();

    const string Chosen = "console", Tokens = "token", Machine = "this-machine", Provider = "openid";

    public static void AddSignIn(this IServiceCollection services, ConsoleOptions options)
    {
        services.AddAuthorization(Access.Rules);
        services.AddSingleton(options);
        services.AddSingleton<AccountDesk>().AddSingleton<UnsentForms>();
        // PBKDF2 with SHA-512, as often as OWASP's Password Storage Cheat Sheet (2023) asks.
        services.Configure<PasswordHasherOptions>(hash => hash.IterationCount = 210_000);
        services.TryAddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        var authentication = services.AddAuthentication(Chosen)
            .AddPolicyScheme(Chosen, null, scheme => scheme.ForwardDefaultSelector = http =>
                options.SignIn == SignInBy.ThisMachine ? Machine
                : http.Request.Path.StartsWithSegments("/api") && http.Request.Headers.Authorization.Count > 0 ? Tokens
                : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, MachineHandler>(Machine, null)
            .AddScheme<AuthenticationSchemeOptions, TokenHandler>(Tokens, null)
            .AddCookie(IdentityConstants.ApplicationScheme, cookie =>
            {
                Guard(cookie.Cookie, "liaisonhub-session", options);
                // Not Strict: whoever comes back from the identity provider would seem to be nobody.
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.ExpireTimeSpan = Idle;
                cookie.SlidingExpiration = true;
                cookie.Events = new()
                {
                    OnValidatePrincipal = Validate,
                    OnCheckSlidingExpiration = session =>
                    {
                        session.ShouldRenew &= !session.Request.Headers.ContainsKey(ByItself);
                        return Task.CompletedTask;
                    },
                    OnRedirectToLogin = Ask,
                    OnRedirectToAccessDenied = Deny,
                };
            })
            // What a passkey must answer, between the question and the answer.
            .AddCookie(IdentityConstants.TwoFactorUserIdScheme, cookie =>
            {
                Guard(cookie.Cookie, "liaisonhub-passkey", options);
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.ExpireTimeSpan = TimeSpan.FromMinutes(5);
            });
        services.AddIdentityCore<Account>().AddUserStore<AccountUsers>().AddSignInManager();
        services.Configure<IdentityPasskeyOptions>(passkey =>
        {
            passkey.ServerDomain = options.Public.Host;
            passkey.UserVerificationRequirement = "required";
            passkey.ResidentKeyRequirement = "required";
        });
        if (options.SignIn == SignInBy.OpenId)
            authentication.AddOpenIdConnect(Provider, openId => Configure(openId, options));
        if (options.SignIn == SignInBy.Accounts)
            services.AddHostedService<FirstAdministrator>();
    }

    /// <summary>Sends a person to the identity provider, and back to a page of the console.</summary>
    /// <param name="back">The page.</param>
    /// <param name="again">True: the provider is to ask who sits there, whomever it has signed in.</param>
    public static IResult AtProvider(string back, bool again) =>
        TypedResults.Challenge(again ? new OpenIdConnectChallengeProperties { RedirectUri = back, Prompt = "login" } : new AuthenticationProperties { RedirectUri = back }, [Provider]);

    /// <summary>True: who is signed in by a session signed in longer ago than <see cref="Fresh"/>.</summary>
    public static bool IsStale(HttpContext http) =>
        http.User.Identity?.AuthenticationType == IdentityConstants.ApplicationScheme
        && !(long.TryParse(http.User.FindFirstValue(Caller.Since), NumberStyles.None, CultureInfo.InvariantCulture, out var since)
            && DateTimeOffset.FromUnixTimeSeconds(since) + Fresh >= http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());

    /// <summary>The page a person was on: what was posted is not posted again by itself.</summary>
    public static string Back(HttpContext http) => HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString
        : Uri.TryCreate(http.Request.Headers.Referer.ToString(), UriKind.Absolute, out var page) && page.Authority == http.Request.Host.Value ? page.PathAndQuery : "/";

    /// <summary>Cookies that no neighbour under the same domain can set or read, wherever the connection lets them be.</summary>
    public static void Guard(CookieBuilder cookie, string name, ConsoleOptions options)
    {
        var secure = options.Public.Scheme == Uri.UriSchemeHttps;
        cookie.Name = secure ? "__Host-" + name : name;
        cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.Path = "/";
        cookie.HttpOnly = true;
        cookie.IsEssential = true;
    }

    /// <summary>Where a request comes from: the address, of which a proxy on this machine tells; of IPv6 the network, in which one machine has as many addresses as it likes.</summary>
    public static string From(HttpContext http, ConsoleOptions options)
    {
        var address = http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (options.PublicUrl is not null && IPAddress.IsLoopback(address) && http.Request.Headers["X-Forwarded-For"] is [.., { } told] && IPAddress.TryParse(told.Split(',')[^1].Trim(), out var before))
            address = before;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }

    /// <summary>Begins the session of an account.</summary>
    public static Task Begin(HttpContext http, Account account, TimeProvider time) =>
        http.SignInAsync(IdentityConstants.ApplicationScheme, Principal(account, IdentityConstants.ApplicationScheme, time.GetUtcNow()));

    internal static ClaimsPrincipal Principal(Account account, string scheme, DateTimeOffset since, bool readsOnly = false) => new(new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, account.AccountId.ToString("D")), new(ClaimTypes.Name, account.Name), new(Caller.Stamp, account.Stamp),
            new(Caller.Since, since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            .. Caller.Read(account.Roles).Select(r => new Claim(ClaimTypes.Role, r.ToString())),
            .. readsOnly ? [new Claim(Caller.Reads, "")] : Array.Empty<Claim>(),
        ],
        scheme, ClaimTypes.Name, ClaimTypes.Role));

    // At each request: what an administrator changes counts at once, not when a cookie runs out.
    static async Task Validate(CookieValidatePrincipalContext session)
    {
        var services = session.HttpContext.RequestServices;
        try
        {
            await Compare(session, services);
        }
        catch (Exception e) when (services.GetRequiredService<Database>().IsAway(e) && session.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            // What anybody may have asks for nobody: the look of the pages, and whether the console is well. The session stays for when the database is back.
            session.RejectPrincipal();
        }
        catch (Exception e) when (services.GetRequiredService<Database>().IsAway(e) && session.Principal is not null && SaysWhatIsWrong(session.HttpContext.Request))
        {
            // Nobody can be asked whether the person is still welcome. What the console still knows of the stuck board, and that the database is away, explains what is wrong, and may be seen; anything else waits for the database, which may be back a
            // moment after this.
            session.HttpContext.Items[Unasked] = e.GetBaseException().GetType().Name;
            session.ShouldRenew = false;
            session.ReplacePrincipal(new(new ClaimsIdentity(
                session.Principal.Claims.Where(c => c.Type != ClaimTypes.Role).Append(new(ClaimTypes.Role, nameof(Role.Reader))), IdentityConstants.ApplicationScheme, ClaimTypes.Name, ClaimTypes.Role)));
        }
    }

    static bool SaysWhatIsWrong(HttpRequest request) => HttpMethods.IsGet(request.Method) && (request.Path == "/stuck" || request.Path == "/settings" || request.Path == "/help" || request.Path == "/errors");

    /// <summary>What went wrong where the database was away when it was to be asked about the session. Null: it was asked.</summary>
    public static string? WhyNotAsked(HttpContext http) => http.Items.TryGetValue(Unasked, out var why) ? (string?)why : null;

    static async Task Compare(CookieValidatePrincipalContext session, IServiceProvider services)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (session.Principal is { } principal && Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            && long.TryParse(principal.FindFirstValue(Caller.Since), NumberStyles.None, CultureInfo.InvariantCulture, out var since)
            && DateTimeOffset.FromUnixTimeSeconds(since) + Longest > now
            && await services.GetRequiredService<AccountStore>().Get(id, session.HttpContext.RequestAborted) is { ClosedAt: null } account
            && account.Stamp == principal.FindFirstValue(Caller.Stamp))
        {
            session.ReplacePrincipal(Principal(account, IdentityConstants.ApplicationScheme, DateTimeOffset.FromUnixTimeSeconds(since)));
            return;
        }
        session.RejectPrincipal();
        await session.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    static async Task Ask(RedirectContext<CookieAuthenticationOptions> context)
    {
        var http = context.HttpContext;
        if (http.Request.Path.StartsWithSegments("/api"))
        {
            await ErrorCode.NotSignedIn.Problem(http.RequestServices.GetRequiredService<Texts>()).ExecuteAsync(http);
            return;
        }
        var (back, posted) = (Back(http), HttpMethods.IsPost(http.Request.Method));
        var kept = posted && await http.RequestServices.GetRequiredService<UnsentForms>().KeepEnded(http, back);
        http.Response.Redirect($"/sign-in?back={Uri.EscapeDataString(kept ? UnsentRoutes.Address : back)}{(posted && !kept ? "&lost=1" : "")}");
    }

    static Task Deny(RedirectContext<CookieAuthenticationOptions> context) => Denied(context.HttpContext);

    /// <summary>Says which role would have been needed. Who is no approver and would agree tries to go on without a second person.</summary>
    internal static async Task Denied(HttpContext http)
    {
        var asked = http.GetEndpoint()?.Metadata.GetOrderedMetadata<Microsoft.AspNetCore.Authorization.IAuthorizeData>().Select(a => Enum.TryParse<Permission>(a.Policy, out var p) ? p : (Permission?)null).LastOrDefault(p => p != null);
        var texts = http.RequestServices.GetRequiredService<Texts>();
        // The person might, and the token does not: no other role would help.
        if (asked is { } wanted && Caller.Of(http.User) is { ReadsOnly: true } program && program.May(wanted))
        {
            await ErrorCode.TokenReadsOnly.Problem(texts).ExecuteAsync(http);
            return;
        }
        var roles = asked is { } permission ? Access.Of(permission).Select(r => texts.Of(r)).Aggregate((one, other) => texts["accounts.role-or", one, other]) : texts["accounts.role-none"];
        if (asked == Permission.Approve && Caller.Of(http.User) is { AccountId: not null } caller)
            await http.RequestServices.GetRequiredService<RefusedTries>().Count(
                new(RefusedTry.SecondPerson, caller.Name, caller.AccountId, Guid.TryParse(http.GetRouteValue("planId")?.ToString() ?? http.GetRouteValue("quarantineId")?.ToString(), out var subject) ? subject : null), 1, http.RequestAborted);
        await (http.Request.Path.StartsWithSegments("/api") ? ErrorCode.OtherRole.Problem(texts, texts["accounts.denied-what", roles].Plain).ExecuteAsync(http) : ErrorCode.OtherRole.Page("accounts.denied", roles).ExecuteAsync(http));
    }

    static void Configure(OpenIdConnectOptions openId, ConsoleOptions options)
    {
        openId.Authority = options.OpenId.Authority;
        openId.RequireHttpsMetadata = !ConsoleOptions.IsThisMachine(new Uri(options.OpenId.Authority).Host);
        openId.ClientId = options.OpenId.ClientId;
        openId.ClientSecret = File.ReadAllText(options.OpenId.ClientSecretFile).Trim();
        openId.ResponseType = OpenIdConnectResponseType.Code;
        openId.ResponseMode = OpenIdConnectResponseMode.Query;
        openId.UsePkce = true;
        openId.MapInboundClaims = false;
        openId.GetClaimsFromUserInfoEndpoint = true;
        openId.SignInScheme = IdentityConstants.ApplicationScheme;
        openId.CallbackPath = "/sign-in/provider";
        // The framework adds a name of its own to each.
        foreach (var (cookie, name) in new[] { (openId.CorrelationCookie, "liaisonhub-way."), (openId.NonceCookie, "liaisonhub-nonce.") })
        {
            Guard(cookie, name, options);
            cookie.SameSite = SameSiteMode.Lax;
        }
        openId.Events = new()
        {
            OnTicketReceived = async ticket =>
            {
                var desk = ticket.HttpContext.RequestServices.GetRequiredService<AccountDesk>();
                if (await desk.Vouched(ticket.Principal!, ticket.HttpContext.RequestAborted) is not { } account)
                {
                    ticket.HandleResponse();
                    await desk.Refused(null, ticket.HttpContext.RequestAborted);
                    await ErrorCode.NoRole.Page("accounts.no-role", options.OpenId.RolesClaim).ExecuteAsync(ticket.HttpContext);
                    return;
                }
                ticket.Principal = Principal(account, IdentityConstants.ApplicationScheme, desk.Now);
            },
            OnRemoteFailure = async failure =>
            {
                failure.HandleResponse();
                await ErrorCode.ProviderFailed.Page("accounts.provider-failed").ExecuteAsync(failure.HttpContext);
            },
        };
    }
}

/// <summary>Where nobody signs in: everybody is everything, without a name.</summary>
sealed class MachineHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    static readonly ClaimsPrincipal Everybody = new(new ClaimsIdentity([new(ClaimTypes.Name, ""), .. Enum.GetNames<Role>().Select(r => new Claim(ClaimTypes.Role, r))], "this-machine", ClaimTypes.Name, ClaimTypes.Role));

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.Success(new(Everybody, Scheme.Name)));

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => SignIn.Denied(Context);
}

/// <summary>A program that acts in a person's name, with the person's roles as they are now, or only reads with them.</summary>
sealed class TokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccountStore accounts, ConsoleOptions console, TimeProvider time) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer " + SignIn.TokenPrefix, StringComparison.Ordinal)
            || await accounts.UsedToken(AccountStore.HashOf(header["Bearer ".Length..]), Context.RequestAborted) is not { } token
            || await accounts.Get(token.AccountId, Context.RequestAborted) is not { ClosedAt: null } account
            // Where an identity provider says what a person is, its word grows old.
            || (console.SignIn == SignInBy.OpenId && !(account.SignedInAt + SignIn.Vouched > time.GetUtcNow())))
            return AuthenticateResult.Fail("No token that is valid.");
        return AuthenticateResult.Success(new(SignIn.Principal(account, Scheme.Name, token.MadeAt, token.ReadsOnly), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return ErrorCode.TokenNotValid.Problem(Context.RequestServices.GetRequiredService<Texts>()).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => SignIn.Denied(Context);
}

/// <summary>As long as no administrator can sign in, each start gives a link with which the first one chooses a password.</summary>
sealed partial class FirstAdministrator(AccountStore accounts, AccountDesk desk, Database database, ConsoleOptions options, TimeProvider time, ILogger<FirstAdministrator> log) : BackgroundService
{
    static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                if (!await accounts.Has(nameof(Role.Administrator), null, stoppingToken) && await desk.InviteFirst(stoppingToken) is { } secret)
                    Invited(log, new Uri(options.Public, $"/invitations/{secret}"));
                // Whoever an administrator has made is the administrator's hand: the second person comes from elsewhere, and the link is not where the administrator's is.
                if (!await accounts.HasUnmade(nameof(Role.Approver), stoppingToken))
                    if (await desk.InviteFirstApprover(stoppingToken) is { } other)
                    {
                        Keep(options.ApproverLinkFile, new Uri(options.Public, $"/invitations/{other}"));
                        ApproverInvited(log, Path.GetFullPath(options.ApproverLinkFile));
                    }
                    else
                        NoApprover(log);
                return;
            }
            catch (DbException e)
            {
                // The hub has not made its tables yet, or the database is away: neither ends the console.
                NotYet(log, database.IsAway(e) ? "the database does not answer" : "the hub's tables are not there yet");
                await Task.Delay(Again, time, stoppingToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The link that was not kept is given anew by the next start.
                NotKept(log, options.ApproverLinkFile, e.Message);
                return;
            }
    }

    // For the owner alone from its first byte on; never into a file that somebody else has laid there.
    static void Keep(string file, Uri link)
    {
        File.Delete(file);
        var made = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            made.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, made);
        writer.WriteLine(link);
    }

    [LoggerMessage(3401, LogLevel.Warning, "No administrator can sign in at this console. Open {Link} within 24 hours to become its first one; the next start gives a new link")]
    static partial void Invited(ILogger log, Uri link);

    [LoggerMessage(3403, LogLevel.Warning, "No approver can sign in at this console whom no administrator has made. The link for the first one is in {File}, for the console's own user alone to read: give it within 24 hours to somebody who is no administrator; the next start gives a new link")]
    static partial void ApproverInvited(ILogger log, string file);

    [LoggerMessage(3404, LogLevel.Warning, "No approver can sign in at this console who is in nobody else's hand: an administrator has closed the account APPROVER, or given a link to it. Nothing that cannot be undone is agreed to for people whom that administrator made. docs/operations/deployment.md says how whoever runs the database appoints another")]
    static partial void NoApprover(ILogger log);

    [LoggerMessage(3405, LogLevel.Error, "The first approver's link could not be kept in {File}: {Why} Set Console:ApproverLinkFile to a file that the console may write, and start again")]
    static partial void NotKept(ILogger log, string file, string why);

    [LoggerMessage(3402, LogLevel.Information, "Whether anybody can sign in is not known yet: {Why}")]
    static partial void NotYet(ILogger log, string why);
}
