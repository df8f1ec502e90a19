using System.Diagnostics;
using LiaisonHub.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>What a person reads when there is nothing to show: what happened, and where to look.</summary>
static class Failures
{
    /// <summary>An error nobody expected, or a database that is away.</summary>
    public static Task Answer(HttpContext context)
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        if (error is BadHttpRequestException bad)
            return Write(context, bad.StatusCode, "This request cannot be read", "Something in the address or the form is not as it should be. Nothing was done.", "Go back, and try again from the page.");
        if (error != null && context.RequestServices.GetRequiredService<Database>().IsAway(error))
        {
            context.Response.Headers.RetryAfter = "10";
            return Write(context, 503, "The database does not answer", "The console can show nothing until the hub's database is back. Nothing is lost: what arrives waits in the states' queues.",
                "Look at /health/ready for the reason, then at the database server. This page works again as soon as the database does.");
        }
        return Write(context, 500, "The console has failed", $"This is an error of the console itself. Nothing was done to any request. Trace id: {Trace(context)}.",
            "Try once more. If it stays, give the trace id to the people who run the hub: it is in the console's log.");
    }

    /// <summary>An answer without a page of its own: 404, 405, 413...</summary>
    public static Task Explain(StatusCodeContext context)
    {
        var http = context.HttpContext;
        if (http.Request.Path.StartsWithSegments("/health"))
            return Task.CompletedTask;
        return http.Response.StatusCode switch
        {
            404 => Write(http, 404, "There is no such page", $"Nothing is at {http.Request.Path}.", "Begin with Today, or search for a reference above."),
            405 => Write(http, 405, "Not that way", $"{http.Request.Path} does not take {http.Request.Method}.", "Go back, and use the forms of the page."),
            413 => Write(http, 413, "Too large", "The form is larger than any form of the console. Nothing was done.", "Shorten the text."),
            var other => Write(http, other, "That did not work", $"The console answered with status {other}. Nothing was done.", "Go back, and try again from the page."),
        };
    }

    /// <summary>Something with this id is not there.</summary>
    public static IResult Missing(string what, string where) => Page(404, $"There is no such {what}", $"The hub knows no {what} with this id: it may have been copied only in part, or come from another hub.", where);

    /// <summary>The same for the API.</summary>
    public static IResult Problem(int status, string what) => TypedResults.Problem(statusCode: status, detail: what);

    /// <summary>A page that says what happened.</summary>
    public static RazorComponentResult Page(int status, string title, string what, string where) => new RazorComponentResult<FailurePage>(new { Title = title, What = what, Where = where }) { StatusCode = status };

    static Task Write(HttpContext context, int status, string title, string what, string where)
    {
        context.Response.StatusCode = status;
        return context.Request.Path.StartsWithSegments("/api")
            ? Problem(status, $"{title}. {what} {where}").ExecuteAsync(context)
            : Page(status, title, what, where).ExecuteAsync(context);
    }

    static string Trace(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
}
