using System.Security.Claims;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace LiaisonHub.OperatorConsole.Accounts;

/// <summary>A form that was not done, since who sent it had to show first who they are.</summary>
/// <param name="Address">Where it was sent.</param>
/// <param name="Page">The page it stood on.</param>
/// <param name="Fields">What it said, without secrets.</param>
/// <param name="Until">How long it is kept (UTC).</param>
public sealed record UnsentForm(string Address, string Page, IReadOnlyList<(string Name, string Value)> Fields, DateTimeOffset Until);

/// <summary>
/// What a person typed while their session had ended, or before they showed once more who they are: kept in memory, one form for each account, shown to nobody else, and never in an address or a log. Whoever has no
/// session that was theirs keeps nothing here.
/// </summary>
sealed class UnsentForms(IOptionsMonitor<CookieAuthenticationOptions> cookies, AccountStore accounts, TimeProvider time)
{
    const int LongestForm = 64 * 1024;

    static readonly string[] Secrets = ["password", "before", "again", "answer"];

    readonly Lock gate = new();
    readonly Dictionary<Guid, UnsentForm> forms = [];

    /// <summary>Keeps the form of a request whose session has ended. False: it is no form, holds a secret, or nobody knows whose it is.</summary>
    public async Task<bool> KeepEnded(HttpContext http, string page)
    {
        var options = cookies.Get(IdentityConstants.ApplicationScheme);
        // The session as it was: sealed by this console, ended by time, and its account as it was then.
        return options.CookieManager.GetRequestCookie(http, options.Cookie.Name!) is { } cookie && options.TicketDataFormat.Unprotect(cookie)?.Principal is { } principal
            && Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            && await accounts.Get(id, http.RequestAborted) is { ClosedAt: null } account && account.Stamp == principal.FindFirstValue(Caller.Stamp)
            && await Keep(http, id, page);
    }

    /// <summary>Keeps the form of a person who is to show once more who they are.</summary>
    public async Task<bool> Keep(HttpContext http, Guid account, string page)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || http.GetEndpoint() is not RouteEndpoint || http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true || http.Request.ContentLength is not <= LongestForm)
            return false;
        IFormCollection posted;
        try
        {
            posted = await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return false;
        }
        if (posted.Keys.Any(k => Secrets.Contains(k)))
            return false;
        var fields = posted.Where(f => !f.Key.StartsWith("__", StringComparison.Ordinal)).SelectMany(f => f.Value.Select(v => (f.Key, v ?? ""))).ToList();
        lock (gate)
        {
            foreach (var old in forms.Where(f => f.Value.Until <= time.GetUtcNow()).Select(f => f.Key).ToList())
                forms.Remove(old);
            forms[account] = new(http.Request.Path, page, fields, time.GetUtcNow() + SignIn.Idle);
        }
        return true;
    }

    /// <summary>What a person has not sent. Null: nothing.</summary>
    public UnsentForm? Of(Guid account)
    {
        lock (gate)
            return forms.GetValueOrDefault(account) is { } form && form.Until > time.GetUtcNow() ? form : null;
    }

    /// <summary>It is sent, or left.</summary>
    public void Forget(Guid account)
    {
        lock (gate)
            forms.Remove(account);
    }
}

static class UnsentRoutes
{
    /// <summary>Where a person finds what was not sent.</summary>
    public const string Address = "/account/unsent";

    public static void MapUnsent(this IEndpointRouteBuilder app)
    {
        app.MapGet(Address, async Task<IResult> (Caller caller, UnsentForms forms, RepairPlans plans, CancellationToken cancelled) => forms.Of(caller.AccountId!.Value) is not { } form ? Results.LocalRedirect("/")
            : new RazorComponentResult<UnsentPage>(new { Form = form, Plan = form.Address.Split('/') is ["", "plans", var id, _] && Guid.TryParse(id, out var planId) ? await plans.Get(planId, cancelled) : null })).Needs(Permission.OwnAccount);
        app.MapPost(Address + "/end", async Task<IResult> (Caller caller, HttpContext http, Microsoft.AspNetCore.Antiforgery.IAntiforgery antiforgery, UnsentForms forms) =>
        {
            if (await Forms.OutOfDate(http, antiforgery) is { } old)
                return old;
            var page = forms.Of(caller.AccountId!.Value)?.Page ?? "/";
            forms.Forget(caller.AccountId.Value);
            return Forms.Seen(page);
        }).Needs(Permission.OwnAccount);
    }

    /// <summary>
    /// Says that a deed cannot be undone: a session in which somebody signed in longer ago than <see cref="SignIn.Fresh"/> is asked once more who sits there. A token of a program is asked for at each call and is the
    /// proof itself; where nobody signs in there is nothing to show.
    /// </summary>
    public static T CannotBeUndone<T>(this T address, Func<HttpContext, Task<bool>>? where = null)
        where T : IEndpointConventionBuilder
    {
        address.Add(builder =>
        {
            var next = builder.RequestDelegate!;
            builder.RequestDelegate = async http =>
            {
                if (Caller.Of(http.User) is not { AccountId: { } account } || !SignIn.IsStale(http) || where is not null && !await where(http))
                {
                    await next(http);
                    return;
                }
                var kept = await http.RequestServices.GetRequiredService<UnsentForms>().Keep(http, account, SignIn.Back(http));
                http.Response.StatusCode = StatusCodes.Status303SeeOther;
                http.Response.Headers.Location = $"/sign-in?again=1&back={Uri.EscapeDataString(kept ? Address : SignIn.Back(http))}";
            };
        });
        return address;
    }
}
