using System.Diagnostics;
using LiaisonHub.Desk.Officers;
using LiaisonHub.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.Desk.Shell;

/// <summary>Answers that are pages.</summary>
static class Pages
{
    public static IResult Show<TPage>(Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK) where TPage : IComponent =>
        new RazorComponentResult<TPage>(parameters) { StatusCode = status, PreventStreamingRendering = true };

    /// <summary>Nothing can be shown: what happened, and where to go.</summary>
    public static IResult Failure(HttpContext http, int status, string title, string what, string fix) => Show<FailurePage>(
        new()
        {
            [nameof(FailurePage.Officer)] = Officer.Of(http),
            [nameof(FailurePage.Title)] = title,
            [nameof(FailurePage.What)] = what,
            [nameof(FailurePage.Fix)] = fix,
        },
        status);

    public static IResult Missing(HttpContext http, string what) => Failure(
        http, StatusCodes.Status404NotFound, $"There is no such {what}", $"This desk knows no {what} with that id. The address may have been copied only in part.", "Begin with the worklist, or search for the reference above.");

    /// <summary>An error nobody expected, a form that cannot be read, or a database that is away.</summary>
    public static Task Answer(HttpContext http)
    {
        var error = http.Features.Get<IExceptionHandlerFeature>()?.Error;
        var failure = error switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Failure(
                http, StatusCodes.Status413PayloadTooLarge, "The files are too large", "More was sent at once than the desk takes. Nothing of this attempt was kept; what was saved before is still in the draft.",
                "Go back with your browser and add smaller files, or fewer at a time."),
            BadHttpRequestException bad => Failure(
                http, bad.StatusCode, "This form cannot be read", "The page was open for too long, or came from elsewhere. Nothing was done.", "Go back with your browser, load the page again, and send it once more. What was saved is still in the draft."),
            { } away when http.RequestServices.GetRequiredService<Database>().IsAway(away) => Failure(
                http, StatusCodes.Status503ServiceUnavailable, "The adapter's database does not answer", "Nothing can be shown or sent until it is back. Nothing is lost: what comes from the hub waits.",
                "Try again in a minute. If it stays, tell the people who run the adapter."),
            _ => Failure(
                http, StatusCodes.Status500InternalServerError, "The desk has failed", $"This is an error of the desk itself. Trace id: {Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier}.",
                "Look at the request before you send anything again. If it stays, give the trace id to the people who run the adapter: it is in the adapter's log."),
        };
        return failure.ExecuteAsync(http);
    }

    /// <summary>An answer without a page of its own.</summary>
    public static Task Explain(StatusCodeContext context) => (context.HttpContext.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Missing(context.HttpContext, "page"),
        StatusCodes.Status405MethodNotAllowed => Failure(context.HttpContext, StatusCodes.Status405MethodNotAllowed, "Not that way", "This address is only used by the forms of the desk.", "Begin with the worklist."),
        StatusCodes.Status413PayloadTooLarge => Failure(context.HttpContext, StatusCodes.Status413PayloadTooLarge, "That is too large", "More was sent at once than the desk takes. Nothing was done.", "Go back with your browser and send less at a time."),
        var status => Failure(context.HttpContext, status, "That did not work", $"The desk answered with status {status}. Nothing was done.", "Go back with your browser, load the page again, and try once more."),
    }).ExecuteAsync(context.HttpContext);
}
