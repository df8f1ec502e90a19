using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Quarantined;

static class QuarantineRoutes
{
    const int LongestName = 100, LongestReason = 1000;

    public static void MapQuarantine(this IEndpointRouteBuilder app)
    {
        app.MapGet("/quarantine", async (HttpRequest http, QuarantineReader reader, CancellationToken cancelled) =>
        {
            var query = QuarantineQuery.Read(http.Query);
            return new RazorComponentResult<QuarantinePage>(new { Query = query, Board = await reader.Board(query, cancelled) });
        });
        app.MapGet("/quarantine/{quarantineId:guid}", Show);
        app.MapPost("/quarantine/{quarantineId:guid}", Decide);
    }

    static async Task<IResult> Show(Guid quarantineId, HttpRequest http, QuarantineReader reader, CancellationToken cancelled) =>
        await reader.Dossier(quarantineId, cancelled) is { } dossier
            ? new RazorComponentResult<QuarantinedPage>(new { Dossier = dossier, Form = new DeedForm(), TooLate = http.Query["said"] == "before" })
            : Failures.Missing("message in quarantine", "Look in the quarantine: messages that are dealt with are listed there too.");

    static async Task<IResult> Decide(Guid quarantineId, HttpContext http, QuarantineReader reader, Quarantine quarantine, IAntiforgery antiforgery, CancellationToken cancelled)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
            return Failures.Page(400, "The form is out of date", "It was made before the console was started again, or by another page. Nothing was done.", "Open the message again, and fill in the form there.");
        if (await reader.Dossier(quarantineId, cancelled) is not { } dossier)
            return Failures.Missing("message in quarantine", "Look in the quarantine: messages that are dealt with are listed there too.");
        var posted = await http.Request.ReadFormAsync(cancelled);
        var form = new DeedForm
        {
            Deed = posted["deed"].ToString(),
            By = posted["by"].ToString().Trim(),
            Reason = posted["reason"].ToString().Trim(),
        };
        if (form.Deed is not (DeedForm.Retry or DeedForm.Aside))
            form.Problems.Add("Choose what is to be done.");
        if (form.By.Length is 0 or > LongestName)
            form.Problems.Add($"Write who does it: name and function, {LongestName} characters at most.");
        if (form.Reason.Length is 0 or > LongestReason)
            form.Problems.Add($"Write the reason: {LongestReason} characters at most.");
        if (form.Problems.Count > 0)
            return new RazorComponentResult<QuarantinedPage>(new { Dossier = dossier, Form = form, TooLate = false }) { StatusCode = 422 };

        // The store has the last word: whoever comes second changes nothing, and is told.
        var done = form.Deed == DeedForm.Retry
            ? await quarantine.RequestRetry(quarantineId, form.By, form.Reason, cancelled)
            : await quarantine.Resolve(quarantineId, form.By, form.Reason, DeedForm.AsideOutcome, cancelled);
        http.Response.Headers.Location = $"/quarantine/{quarantineId:D}{(done ? "" : "?said=before")}";
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }
}

/// <summary>What a person wrote into the form of one message.</summary>
public sealed class DeedForm
{
    /// <summary>Try again.</summary>
    public const string Retry = "retry";

    /// <summary>Set aside for good.</summary>
    public const string Aside = "aside";

    /// <summary>Outcome of a message that was set aside.</summary>
    public const string AsideOutcome = "SetAside";

    /// <summary>The deed.</summary>
    public string Deed { get; init; } = "";

    /// <summary>Who does it.</summary>
    public string By { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What is missing.</summary>
    public List<string> Problems { get; } = [];
}
