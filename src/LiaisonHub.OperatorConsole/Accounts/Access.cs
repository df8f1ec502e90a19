using System.Collections.Frozen;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace LiaisonHub.OperatorConsole.Accounts;

/// <summary>What a person was asked to be at the console. One person may have several.</summary>
public enum Role
{
    /// <summary>Looks.</summary>
    Reader,

    /// <summary>Decides what is done with messages that stand still.</summary>
    Operator,

    /// <summary>Is the second person for what cannot be undone.</summary>
    Approver,

    /// <summary>Reads and verifies the ledger: who did what, and who looked.</summary>
    Auditor,

    /// <summary>Says who may sign in, and as what.</summary>
    Administrator,
}

/// <summary>What an address asks for.</summary>
public enum Permission
{
    /// <summary>Look at requests, quarantine, adapters, figures and rules.</summary>
    See,

    /// <summary>Decide about a message in quarantine.</summary>
    Decide,

    /// <summary>Agree, as the second person, to what cannot be undone.</summary>
    Approve,

    /// <summary>Read and verify the ledger.</summary>
    Audit,

    /// <summary>Say who may sign in, and as what.</summary>
    Govern,

    /// <summary>Change one's own password, passkeys and tokens.</summary>
    OwnAccount,
}

/// <summary>Who may do what, in one place: pages, API and command line all pass here.</summary>
static class Access
{
    /// <summary>Roles that may.</summary>
    public static IReadOnlyList<Role> Of(Permission permission) => permission switch
    {
        Permission.Decide => [Role.Operator],
        Permission.Approve => [Role.Approver],
        Permission.Audit => [Role.Auditor, Role.Administrator],
        Permission.Govern => [Role.Administrator],
        Permission.See or Permission.OwnAccount => Enum.GetValues<Role>(),
        _ => [],
    };

    /// <summary>Says what an address asks for. One that says nothing is refused to everybody.</summary>
    public static T Needs<T>(this T address, Permission permission)
        where T : IEndpointConventionBuilder => address.RequireAuthorization(permission.ToString());

    /// <summary>The rules for the framework that asks at each address.</summary>
    public static void Rules(AuthorizationOptions options)
    {
        foreach (var permission in Enum.GetValues<Permission>())
            options.AddPolicy(permission.ToString(), rule => rule.RequireAuthenticatedUser().RequireAssertion(asked =>
                Caller.Of(asked.User) is { } caller && caller.May(permission) && (!caller.ReadsOnly || asked.Resource is HttpContext { Request: var request } && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))));
        // What says nothing is shown to nobody; only that there is no such page, or that it does not take that method, may be learned, by who is signed in.
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(asked => asked.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint).Build();
    }
}

/// <summary>Who is at the console.</summary>
/// <param name="AccountId">The account. Null: nobody signs in here, and the person says in each form who they are.</param>
/// <param name="Name">Name and function as the ledger says them.</param>
/// <param name="Roles">What the person is.</param>
public sealed record Caller(Guid? AccountId, string Name, IReadOnlySet<Role> Roles)
{
    /// <summary>Claims of a session.</summary>
    internal const string Stamp = "stamp", Since = "since", Reads = "reads-only";

    /// <summary>True: a program whose token only reads, whatever the person may.</summary>
    public bool ReadsOnly { get; init; }

    /// <summary>The name the ledger keeps where no form asks for one.</summary>
    public string InLedger => AccountId is null ? "somebody at this machine" : Name;

    /// <summary>The person a principal stands for. Null: nobody.</summary>
    public static Caller? Of(ClaimsPrincipal principal) => principal.Identity is { IsAuthenticated: true, Name: { } name }
        ? new(Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null, name,
            principal.FindAll(ClaimTypes.Role).Select(c => Enum.Parse<Role>(c.Value)).ToFrozenSet())
        { ReadsOnly = principal.HasClaim(c => c.Type == Reads) }
        : null;

    /// <summary>Who looks at the page that is made now. Null: nobody who is signed in.</summary>
    public static Caller? At(IHttpContextAccessor page) => page.HttpContext is { } http ? Of(http.User) : null;

    /// <summary>True: one of the person's roles may. Where nobody signs in, nobody has an account, and nobody is a second person.</summary>
    public bool May(Permission permission) => Access.Of(permission).Any(Roles.Contains) && (AccountId != null || permission is not (Permission.OwnAccount or Permission.Govern or Permission.Approve));

    /// <summary>Lets handlers name the person as a parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext http) => ValueTask.FromResult(Of(http.User));

    /// <summary>Roles as an account keeps them, read. What is no role any more is left out.</summary>
    internal static IEnumerable<Role> Read(string roles) =>
        roles.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(r => (Known: Enum.TryParse<Role>(r, out var role), Role: role)).Where(r => r.Known).Select(r => r.Role);

    internal static string Write(IEnumerable<Role> roles) => string.Join(' ', roles.Distinct().Order());
}
