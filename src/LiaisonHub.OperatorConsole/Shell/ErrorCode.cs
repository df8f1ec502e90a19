using System.Reflection;
using LiaisonHub.OperatorConsole.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>A code with what it means, for programs.</summary>
/// <param name="Code">LH and four digits.</param>
/// <param name="Status">The status of HTTP it is answered with.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Fix">What to do.</param>
public sealed record ErrorLine(string Code, int Status, string Meaning, string Fix)
{
    internal static ErrorLine Of(ErrorCode error, Texts said) => new(error.Code, error.Status, said[$"errors.{error.Code}"].Plain, said[$"errors.{error.Code}-fix"].Plain);
}

/// <summary>
/// Why the console refuses something, as a code that stays the same: <c>LH0123</c>. What it means and what to do stands in <c>Texts/errors.resx</c> under the code, and on the page of the codes. A code is
/// never used for anything else.
/// </summary>
/// <param name="Code">LH and four digits.</param>
/// <param name="Status">The status of HTTP it is answered with.</param>
public sealed record ErrorCode(string Code, int Status)
{
    public static readonly ErrorCode UnknownPlan = new("LH0101", 404);
    public static readonly ErrorCode UnknownGroup = new("LH0102", 404);
    public static readonly ErrorCode UnknownMessage = new("LH0103", 404);
    public static readonly ErrorCode CannotBeRead = new("LH0104", 400);
    public static readonly ErrorCode NotByCookie = new("LH0105", 400);
    public static readonly ErrorCode BadAddress = new("LH0106", 400);
    public static readonly ErrorCode FormOutOfDate = new("LH0107", 400);
    public static readonly ErrorCode KeyOfAnother = new("LH0108", 422);
    public static readonly ErrorCode KeyUsed = new("LH0109", 409);
    public static readonly ErrorCode ForeignOrigin = new("LH0110", 403);
    public static readonly ErrorCode NothingFits = new("LH0111", 409);
    public static readonly ErrorCode TooManyFit = new("LH0112", 409);
    public static readonly ErrorCode NotAllFit = new("LH0113", 409);
    public static readonly ErrorCode PlanChanged = new("LH0121", 409);
    public static readonly ErrorCode NotNow = new("LH0122", 409);
    public static readonly ErrorCode NoDryRun = new("LH0123", 409);
    public static readonly ErrorCode OtherCount = new("LH0124", 422);
    public static readonly ErrorCode ListChanged = new("LH0125", 409);
    public static readonly ErrorCode NotApproved = new("LH0131", 409);
    public static readonly ErrorCode SameHand = new("LH0132", 403);
    public static readonly ErrorCode NobodySignsIn = new("LH0133", 403);
    public static readonly ErrorCode NeedsNobody = new("LH0134", 409);
    public static readonly ErrorCode NotWrappable = new("LH0141", 409);
    public static readonly ErrorCode DealtWith = new("LH0142", 409);
    public static readonly ErrorCode NothingToAgree = new("LH0143", 409);
    public static readonly ErrorCode UnknownRequest = new("LH0151", 404);
    public static readonly ErrorCode UnknownAct = new("LH0152", 404);
    public static readonly ErrorCode UnknownDeadline = new("LH0153", 404);
    public static readonly ErrorCode UnknownDocument = new("LH0154", 404);
    public static readonly ErrorCode UnknownCaseGroup = new("LH0155", 404);
    public static readonly ErrorCode UnknownState = new("LH0156", 404);
    public static readonly ErrorCode UnknownProcedure = new("LH0157", 404);
    public static readonly ErrorCode UnknownCalendar = new("LH0158", 404);
    public static readonly ErrorCode UnknownInstrument = new("LH0159", 404);
    public static readonly ErrorCode UnknownAccount = new("LH0161", 404);
    public static readonly ErrorCode NoInvitation = new("LH0162", 404);
    public static readonly ErrorCode GoneAlready = new("LH0163", 404);
    public static readonly ErrorCode AccountSaysNo = new("LH0164", 409);
    public static readonly ErrorCode AccountChanged = new("LH0165", 409);
    public static readonly ErrorCode NotSignedIn = new("LH0201", 401);
    public static readonly ErrorCode TokenNotValid = new("LH0202", 401);
    public static readonly ErrorCode OtherRole = new("LH0203", 403);
    public static readonly ErrorCode NoRole = new("LH0204", 403);
    public static readonly ErrorCode ProviderFailed = new("LH0205", 401);
    public static readonly ErrorCode SignInRefused = new("LH0206", 422);
    public static readonly ErrorCode NoSuchPage = new("LH0301", 404);
    public static readonly ErrorCode NotThatWay = new("LH0302", 405);
    public static readonly ErrorCode TooLarge = new("LH0303", 413);
    public static readonly ErrorCode DidNotWork = new("LH0304", 400);
    public static readonly ErrorCode TooManyAtOnce = new("LH0305", 429);
    public static readonly ErrorCode DatabaseAway = new("LH0311", 503);
    public static readonly ErrorCode ConsoleFailed = new("LH0312", 500);
    public static readonly ErrorCode UnknownLinkTest = new("LH0401", 404);
    public static readonly ErrorCode UnknownLevel = new("LH0402", 404);
    public static readonly ErrorCode LevelNotUsable = new("LH0403", 422);
    public static readonly ErrorCode LettersChanged = new("LH0404", 409);
    public static readonly ErrorCode LettersUnseen = new("LH0405", 404);
    public static readonly ErrorCode UnknownFilter = new("LH0411", 404);
    public static readonly ErrorCode FilterNotUsable = new("LH0412", 409);
    public static readonly ErrorCode NotYours = new("LH0413", 403);
    public static readonly ErrorCode NameTaken = new("LH0414", 409);
    public static readonly ErrorCode TooManyFilters = new("LH0415", 409);
    public static readonly ErrorCode NoMessages = new("LH0416", 409);
    public static readonly ErrorCode UnknownReceiver = new("LH0421", 404);
    public static readonly ErrorCode TokenReadsOnly = new("LH0501", 403);
    public static readonly ErrorCode RequestUnreadable = new("LH0531", 409);

    /// <summary>All, by code.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } = [.. typeof(ErrorCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (ErrorCode)f.GetValue(null)!).OrderBy(e => e.Code, StringComparer.Ordinal)];

    /// <summary>The refusal for a program.</summary>
    /// <param name="said">The texts.</param>
    /// <param name="detail">What exactly. Null: nothing more.</param>
    public ProblemHttpResult Problem(Texts said, string? detail = null) => TypedResults.Problem(
        statusCode: Status, title: said[$"errors.{Code}"].Plain, type: $"/errors#{Code}", detail: $"{detail ?? said[$"errors.{Code}"].Plain} {said[$"errors.{Code}-fix"].Plain}",
        extensions: new Dictionary<string, object?> { ["code"] = Code });

    /// <summary>The refusal for a person, a page of its own.</summary>
    /// <param name="key">The text of what happened, with <c>-what</c> behind it in a sentence, and with <c>-where</c> where to look, or what to do. Null: what the code says, and nothing was done.</param>
    /// <param name="arguments">The arguments of all three.</param>
    public RazorComponentResult Page(string? key = null, params object?[] arguments) => new RazorComponentResult<FailurePage>(new { Error = this, Key = key, Arguments = arguments }) { StatusCode = Status };

    /// <summary>The refusal for a person, a line above the form.</summary>
    /// <param name="said">The texts.</param>
    /// <param name="what">What exactly. Null: what the code says, and what to do.</param>
    public Said Line(Texts said, Said? what = null) => said["errors.line", what ?? said["shell.and-less", said[$"errors.{Code}"], said[$"errors.{Code}-fix"]], Code];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/errors", IResult () => new RazorComponentResult<ErrorsPage>()).Needs(Permission.See);
        app.MapList("/errors", (Texts said, TimeProvider time) => new ListFile
        {
            Name = "errors",
            Title = "Codes of errors",
            Filter = "all",
            At = time.GetUtcNow(),
            Columns = ["code", "status", "what it means", "what to do"],
            Rows = All.Select(error => ErrorLine.Of(error, said)).Select(e => new object?[] { e.Code, e.Status, e.Meaning, e.Fix }).ToAsyncEnumerable(),
        });
    }
}
