using System.Security.Cryptography;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Quarantined;

static class QuarantineRoutes
{
    const int LongestName = 100, LongestReason = 1000;

    /// <summary>How long a wish waits for the second person.</summary>
    static readonly TimeSpan Waits = TimeSpan.FromHours(24);

    public static void MapQuarantine(this IEndpointRouteBuilder app)
    {
        app.MapGet("/quarantine", async (HttpRequest http, QuarantineReader reader, CancellationToken cancelled) =>
        {
            var query = QuarantineQuery.Read(http.Query);
            return new RazorComponentResult<QuarantinePage>(new { Query = query, Board = await reader.Board(query, cancelled) });
        });
        app.MapGet("/quarantine/{quarantineId:guid}", Show);
        app.MapPost("/quarantine/{quarantineId:guid}", Decide).Needs(Permission.Decide);
        app.MapPost("/quarantine/{quarantineId:guid}/wrapping", Rewrap).Needs(Permission.Decide);
        app.MapPost("/quarantine/{quarantineId:guid}/approval", Approve).Needs(Permission.Approve);
    }

    static async Task<IResult> Show(Guid quarantineId, HttpRequest http, QuarantineReader reader, CancellationToken cancelled) =>
        await reader.Dossier(quarantineId, cancelled) is { } dossier
            ? new RazorComponentResult<QuarantinedPage>(new { Dossier = dossier, Form = new DeedForm(), TooLate = http.Query["said"] == "before" })
            : Failures.Missing("message in quarantine", "Look in the quarantine: messages that are dealt with are listed there too.");

    static async Task<IResult> Decide(Guid quarantineId, Caller caller, HttpContext http, QuarantineReader reader, Quarantine quarantine, IAntiforgery antiforgery, TimeProvider time, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        if (await reader.Dossier(quarantineId, cancelled) is not { } dossier)
            return Failures.Missing("message in quarantine", "Look in the quarantine: messages that are dealt with are listed there too.");
        var posted = await http.Request.ReadFormAsync(cancelled);
        var form = new DeedForm
        {
            Deed = posted["deed"].ToString(),
            // Who signed in is who did it, whatever a form says.
            By = caller.AccountId is null ? posted["by"].ToString().Trim() : caller.Name,
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
        var done = form.Deed == DeedForm.Retry ? await quarantine.RequestRetry(quarantineId, form.By, form.Reason, cancelled)
            : caller.AccountId is { } account ? await quarantine.WishAsideOf(quarantineId, account, form.By, form.Reason, time.GetUtcNow() + Waits, cancelled)
            // Where nobody signs in there is no second person to be told from the first.
            : await quarantine.Resolve(quarantineId, form.By, form.Reason, DeedForm.AsideOutcome, cancelled);
        return Forms.Seen($"/quarantine/{quarantineId:D}{(done ? "" : "?said=before")}");
    }

    // What was signed goes on as it is; the person saw the difference, and what is sent is what was shown.
    static async Task<IResult> Rewrap(Guid quarantineId, Caller caller, HttpContext http, QuarantineReader reader, Quarantine quarantine, IAntiforgery antiforgery, Texts said, TimeProvider time, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        if (await quarantine.Get(quarantineId, cancelled) is not { } message)
            return ErrorCode.UnknownMessage.Page(said);
        var posted = await http.Request.ReadFormAsync(cancelled);
        var (by, reason) = (caller.AccountId is null ? posted["by"].ToString().Trim() : caller.Name, posted["reason"].ToString().Trim());
        if (by.Length is 0 or > LongestName || reason.Length is 0 or > LongestReason)
            return ErrorCode.CannotBeRead.Page(said);
        if (message.Status != Quarantine.Waiting)
            return ErrorCode.DealtWith.Page(said);
        if (reader.Rewrap(message) is not { } made || Convert.ToHexStringLower(SHA256.HashData(made.Document)) is not { } digest || digest != posted["digest"])
            return ErrorCode.NotWrappable.Page(said);
        var fresh = message with { QuarantineId = Guid.CreateVersion7(time.GetUtcNow()), Body = made.Document, Digest = digest };
        return await quarantine.Rewrap(message, fresh, by, reason, cancelled) ? Forms.Seen($"/quarantine/{fresh.QuarantineId:D}") : ErrorCode.DealtWith.Page(said);
    }

    static async Task<IResult> Approve(Guid quarantineId, Caller caller, HttpContext http, QuarantineReader reader, Quarantine quarantine, AccountDesk desk, IAntiforgery antiforgery, TimeProvider time, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        if (await reader.Dossier(quarantineId, cancelled) is not { } dossier)
            return Failures.Missing("message in quarantine", "Look in the quarantine: messages that are dealt with are listed there too.");
        if (dossier.Message is not { AsideByAccount: { } wisher, AsideUntil: { } until } || until <= time.GetUtcNow() || caller.AccountId is not { } account)
            return Failures.Page(409, "There is nothing to agree to", "The wish has lapsed, was declined, or was carried out. Nothing was done.", "Open the message again.");
        var posted = await http.Request.ReadFormAsync(cancelled);
        var (deed, reason) = (posted["deed"].ToString(), posted["reason"].ToString().Trim());
        var problem = deed switch
        {
            "agree" => await desk.SameHand(wisher, account, cancelled),
            "decline" => reason.Length is 0 or > LongestReason ? $"Write why not: {LongestReason} characters at most." : null,
            _ => "Choose what is to be done.",
        };
        if (problem is not null)
            return new RazorComponentResult<QuarantinedPage>(new { Dossier = dossier, Form = new DeedForm { Problems = { problem } }, TooLate = false }) { StatusCode = 422 };
        var done = deed == "agree"
            ? await quarantine.AgreeToAside(quarantineId, account, caller.Name, dossier.Message.AsideReason ?? "", DeedForm.AsideOutcome, cancelled)
            : await quarantine.DeclineAside(quarantineId, caller.Name, reason, cancelled);
        return Forms.Seen($"/quarantine/{quarantineId:D}{(done ? "" : "?said=before")}");
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
