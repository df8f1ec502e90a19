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
            return Write(context, bad.StatusCode, "shell.unreadable");
        if (error != null && context.RequestServices.GetRequiredService<Database>().IsAway(error))
        {
            context.Response.Headers.RetryAfter = "10";
            return Write(context, 503, "shell.database-away");
        }
        return Write(context, 500, "shell.console-failed", Trace(context));
    }

    /// <summary>An answer without a page of its own: 404, 405, 413...</summary>
    public static Task Explain(StatusCodeContext context)
    {
        var http = context.HttpContext;
        if (http.Request.Path.StartsWithSegments("/health"))
            return Task.CompletedTask;
        return http.Response.StatusCode switch
        {
            404 => Write(http, 404, "shell.no-such-page", http.Request.Path.Value),
            405 => Write(http, 405, "shell.not-that-way", http.Request.Path.Value, http.Request.Method),
            413 => Write(http, 413, "shell.too-large"),
            var other => Write(http, other, "shell.did-not-work", $"{other}"),
        };
    }

    /// <summary>Something with this id is not there.</summary>
    public static IResult Missing(string what, string where) => Page(404, $"There is no such {what}", $"The hub knows no {what} with this id: it may have been copied only in part, or come from another hub.", where);

    /// <summary>The same for the API.</summary>
    public static IResult Problem(int status, string what) => TypedResults.Problem(statusCode: status, detail: what);

    /// <summary>A page that says what happened, in the text of this key, with <c>-what</c> behind it in a sentence, and with <c>-where</c> where to look, or what to do.</summary>
    public static RazorComponentResult Told(int status, string key, params object?[] arguments) => new RazorComponentResult<FailurePage>(new { Key = key, Arguments = arguments }) { StatusCode = status };

    /// <summary>A page that says what happened.</summary>
    public static RazorComponentResult Page(int status, string title, string what, string where) => new RazorComponentResult<FailurePage>(new { Title = title, What = what, Where = where }) { StatusCode = status };

    static Task Write(HttpContext context, int status, string key, params object?[] arguments)
    {
        context.Response.StatusCode = status;
        var texts = context.RequestServices.GetRequiredService<Texts>();
        return context.Request.Path.StartsWithSegments("/api")
            ? Problem(status, $"{texts[key, arguments]}. {texts[$"{key}-what", arguments]} {texts[$"{key}-where", arguments]}").ExecuteAsync(context)
            : Told(status, key, arguments).ExecuteAsync(context);
    }

    static string Trace(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
}
