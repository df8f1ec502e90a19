using LiaisonHub.Desk.Shell;

namespace LiaisonHub.Desk.Officers;

/// <summary>Asks who sits at the desk before anything is shown.</summary>
sealed class OfficerGate(RequestDelegate next, OfficerCookie cookie)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (cookie.Of(http) is { } officer)
            http.Items[typeof(Officer)] = officer;
        else if (IsInside(http.Request.Path))
        {
            // A form that is sent after the session ended comes back as a question; what was saved is in the draft.
            var back = HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : "/desk";
            http.Response.Redirect($"/desk/session?back={Uri.EscapeDataString(back)}");
            return Task.CompletedTask;
        }

        return next(http);
    }

    static bool IsInside(PathString path) => path.StartsWithSegments("/desk", out var rest) && !rest.StartsWithSegments("/session") && !Path.HasExtension(rest.Value);
}

static class OfficerRoutes
{
    public static void MapOfficers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/desk/session", (HttpContext http, OfficerCookie cookie, string? back) => Ask(cookie.Last(http) is { } last ? last : new("", ""), Local(back), null));
        routes.MapPost("/desk/session", Begin);
        routes.MapPost("/desk/session/end", (HttpContext http, IFormCollection form, OfficerCookie cookie) =>
        {
            cookie.End(http);
            return Results.LocalRedirect("/desk/session");
        });
    }

    static IResult Begin(HttpContext http, IFormCollection form, OfficerCookie cookie)
    {
        var officer = new Officer(form["name"].ToString().Trim(), form["post"].ToString().Trim());
        var back = Local(form["back"]);
        if (officer.Name.Length is 0 or > Officer.Longest || officer.Post.Length is 0 or > Officer.Longest || officer.Signature.Any(char.IsControl))
            return Ask(officer, back, $"Write both: your name and your function, each with 1 to {Officer.Longest} characters.");
        cookie.Begin(http, officer);
        return Results.LocalRedirect(back);
    }

    static IResult Ask(Officer named, string back, string? problem) => Pages.Show<SessionPage>(
        new()
        {
            [nameof(SessionPage.Named)] = named.Name,
            [nameof(SessionPage.Post)] = named.Post,
            [nameof(SessionPage.Back)] = back,
            [nameof(SessionPage.Problem)] = problem,
        },
        problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    // Nowhere but to the desk itself.
    static string Local(string? back) => back is not null && (back == "/desk" || back.StartsWith("/desk/", StringComparison.Ordinal) || back.StartsWith("/desk?", StringComparison.Ordinal)) && !back.Contains('\\', StringComparison.Ordinal) && !back.Any(char.IsControl) ? back : "/desk";
}
