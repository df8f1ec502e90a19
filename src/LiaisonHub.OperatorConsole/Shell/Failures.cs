using System.Diagnostics;
using LiaisonHub.Casework;
using LiaisonHub.Storage;
using Microsoft.AspNetCore.Diagnostics;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>What a person or a program reads when no room has an answer: what happened, and where to look.</summary>
static class Failures
{
    /// <summary>An error nobody expected, or a database that is away.</summary>
    public static Task Answer(HttpContext context)
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        if (error is BadHttpRequestException bad)
            return bad.StatusCode == 413 ? Write(context, ErrorCode.TooLarge, "shell.too-large") : Write(context, ErrorCode.CannotBeRead, "shell.unreadable");
        if (error != null && context.RequestServices.GetRequiredService<Database>().IsAway(error))
        {
            context.Response.Headers.RetryAfter = "10";
            return Write(context, ErrorCode.DatabaseAway, "shell.database-away");
        }
        if (error is UnreadableRequestException unreadable)
            return Write(context, ErrorCode.RequestUnreadable, "requests.unreadable", unreadable.Place);
        return Write(context, ErrorCode.ConsoleFailed, "shell.console-failed", Trace(context));
    }

    /// <summary>An answer without a page of its own: 404, 405, 413...</summary>
    public static Task Explain(StatusCodeContext context)
    {
        var http = context.HttpContext;
        if (http.Request.Path.StartsWithSegments("/health"))
            return Task.CompletedTask;
        return http.Response.StatusCode switch
        {
            400 => Write(http, ErrorCode.CannotBeRead, "shell.unreadable"),
            404 => Write(http, ErrorCode.NoSuchPage, "shell.no-such-page", http.Request.Path.Value),
            405 => Write(http, ErrorCode.NotThatWay, "shell.not-that-way", http.Request.Path.Value, http.Request.Method),
            413 => Write(http, ErrorCode.TooLarge, "shell.too-large"),
            var other => Write(http, ErrorCode.DidNotWork with { Status = other }, "shell.did-not-work", $"{other}"),
        };
    }

    /// <summary>A refusal for whoever asked: a page, or for a program the problem.</summary>
    public static Task Write(HttpContext context, ErrorCode error, string key, params object?[] arguments)
    {
        context.Response.StatusCode = error.Status;
        if (!context.Request.Path.StartsWithSegments("/api"))
            return error.Page(key, arguments).ExecuteAsync(context);
        var texts = context.RequestServices.GetRequiredService<Texts>();
        return error.Problem(texts, texts[$"{key}-what", arguments].Plain).ExecuteAsync(context);
    }

    static string Trace(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
}
