using System.Security.Cryptography;
using System.Text.Json;
using LiaisonHub.Desk.Shell;
using Microsoft.AspNetCore.DataProtection;

namespace LiaisonHub.Desk.Officers;

/// <summary>Who sits at the desk: chosen at the start of a session, since sign-in is not part of this release.</summary>
/// <param name="Name">Name.</param>
/// <param name="Post">Function: "Liaison officer".</param>
public sealed record Officer(string Name, string Post)
{
    /// <summary>Longest name and longest function, in characters: together with a comma they fit what a deed is signed with.</summary>
    public const int Longest = 48;

    /// <summary>What every deed, act and draft is signed with.</summary>
    public string Signature => $"{Name}, {Post}";

    /// <summary>The officer of a request, as <see cref="OfficerGate"/> found it.</summary>
    public static Officer? Of(HttpContext http) => http.Items[typeof(Officer)] as Officer;

    /// <summary>Lets handlers name the officer as a parameter.</summary>
    public static ValueTask<Officer?> BindAsync(HttpContext http) => ValueTask.FromResult(Of(http));
}

/// <summary>Remembers the officer: for the session, and longer only to fill in the form at the start of the next.</summary>
sealed class OfficerCookie(IDataProtectionProvider protection, House house)
{
    // A browser does not tell ports apart: the desks of two states on one machine have names of their own.
    string Session => $"liaisonhub-desk-{house.Own}-officer";

    string Before => $"liaisonhub-desk-{house.Own}-before";

    readonly IDataProtector protector = protection.CreateProtector("LiaisonHub.Desk.Officer");

    /// <summary>The officer who has said who they are. Null: nobody has.</summary>
    public Officer? Of(HttpContext http) => Read(http, Session);

    /// <summary>Who sat here last.</summary>
    public Officer? Last(HttpContext http) => Read(http, Before);

    public void Begin(HttpContext http, Officer officer)
    {
        var value = protector.Protect(JsonSerializer.Serialize(officer));
        http.Response.Cookies.Append(Session, value, Options(http));
        var kept = Options(http);
        kept.MaxAge = TimeSpan.FromDays(180);
        http.Response.Cookies.Append(Before, value, kept);
    }

    public void End(HttpContext http) => http.Response.Cookies.Delete(Session, Options(http));

    Officer? Read(HttpContext http, string name)
    {
        if (http.Request.Cookies[name] is not { } value)
            return null;
        try
        {
            return JsonSerializer.Deserialize<Officer>(protector.Unprotect(value));
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null; // Of another desk, or from before its keys were made anew: asked for again.
        }
    }

    static CookieOptions Options(HttpContext http) => new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/desk", IsEssential = true };
}
