using System.Globalization;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Api;
using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Alerts;

/// <summary>That somebody wants to know whether a receiver hears.</summary>
/// <param name="Receiver">Its name.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who asks, where nobody signs in.</param>
public sealed record AlertTestWish(string? Receiver, string? Reason, string? By = null);

/// <summary>What came of a test.</summary>
/// <param name="Receiver">The receiver.</param>
/// <param name="Error">Why the message was not taken. Null: it was.</param>
/// <param name="ErrorCode">The same as a code, which stays the same whatever the words are.</param>
public sealed record AlertTestOutcome(string Receiver, Said? Error, string? ErrorCode);

/// <summary>The room of the alerts, as page and as JSON.</summary>
static class AlertRoutes
{
    public static void MapAlerts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/alerts", async Task<IResult> (AlertReader reader, CancellationToken cancelled) => new RazorComponentResult<AlertsPage>(new { Board = await reader.Read(cancelled) }));
        app.MapList("/alerts", (AlertReader reader, CancellationToken cancelled) => reader.File(cancelled));
        app.MapPost("/alerts/test", async Task<IResult> (Caller caller, HttpContext http, IAntiforgery antiforgery, AlertReader reader, AlertSender sender, ConsoleOptions options, Texts said, CancellationToken cancelled) =>
        {
            if (await Forms.OutOfDate(http, antiforgery) is { } old)
                return old;
            var form = await http.Request.ReadFormAsync(cancelled);
            var (outcome, error, problems) = await Test(new(form["receiver"], form["reason"], form["by"]), caller, sender, options, said, cancelled);
            return outcome is not null ? Forms.Seen("/alerts#sent")
                : error == ErrorCode.UnknownReceiver ? error.Page()
                : new RazorComponentResult<AlertsPage>(new { Board = await reader.Read(cancelled), Problems = problems }) { StatusCode = 422 };
        }).Needs(Permission.Decide);

        var api = app.MapGroup("/api/v1");
        api.MapGet("/alerts", async (AlertReader reader, CancellationToken cancelled) => await reader.Read(cancelled));
        api.MapPost("/alerts/test", (HttpContext http, Caller caller, AlertSender sender, ConsoleOptions options, Texts said, CancellationToken cancelled) => Asked.For<AlertTestWish>(http, caller, said, async wish =>
        {
            var (outcome, error, problems) = await Test(wish, caller, sender, options, said, cancelled);
            return outcome is not null ? TypedResults.Ok(outcome) : error!.Problem(said, problems.Count > 0 ? string.Join(" ", problems) : null);
        }, cancelled)).Needs(Permission.Decide);
    }

    static async Task<(AlertTestOutcome? Outcome, ErrorCode? Error, IReadOnlyList<string> Problems)> Test(AlertTestWish wish, Caller caller, AlertSender sender, ConsoleOptions options, Texts said, CancellationToken cancelled)
    {
        if (options.Alerts.Receivers.FirstOrDefault(r => r.Name == wish.Receiver) is not { } receiver)
            return (null, ErrorCode.UnknownReceiver, []);
        var problems = new List<string>();
        var (by, reason) = Fields.WhoAndWhy(caller, wish.By, wish.Reason, said, problems);
        if (problems.Count > 0)
            return (null, ErrorCode.CannotBeRead, problems);
        // The receiver's language is that of its message; what is answered is said in that of who asks.
        var asked = CultureInfo.CurrentUICulture;
        var error = await sender.TryOut(receiver, by, reason, cancelled, caller.AccountId);
        CultureInfo.CurrentUICulture = asked;
        return (new(receiver.Name, AlertError.Said(error, said), AlertError.Code(error)), null, []);
    }
}
