using LiaisonHub.OperatorConsole.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>
/// Why the console refuses something, as a code that stays the same: <c>LH0123</c>. What it means and what to do stands in <c>Texts/errors.resx</c> under the code, and on the page of the codes. A code is
/// never used for anything else; one that is not needed any more stays here.
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
    public static readonly ErrorCode NothingFits = new("LH0111", 409);
    public static readonly ErrorCode TooManyFit = new("LH0112", 409);
    public static readonly ErrorCode PlanChanged = new("LH0121", 409);
    public static readonly ErrorCode NotNow = new("LH0122", 409);
    public static readonly ErrorCode NoDryRun = new("LH0123", 409);
    public static readonly ErrorCode OtherCount = new("LH0124", 422);
    public static readonly ErrorCode NotApproved = new("LH0131", 409);
    public static readonly ErrorCode SameHand = new("LH0132", 403);
    public static readonly ErrorCode NobodySignsIn = new("LH0133", 403);
    public static readonly ErrorCode NeedsNobody = new("LH0134", 409);
    public static readonly ErrorCode NotWrappable = new("LH0141", 409);
    public static readonly ErrorCode DealtWith = new("LH0142", 409);

    /// <summary>All, by code.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        UnknownPlan, UnknownGroup, UnknownMessage, CannotBeRead, NotByCookie, NothingFits, TooManyFit, PlanChanged, NotNow, NoDryRun, OtherCount, NotApproved, SameHand, NobodySignsIn, NeedsNobody, NotWrappable, DealtWith,
    ];

    /// <summary>The refusal for a program.</summary>
    /// <param name="said">What it means.</param>
    /// <param name="detail">What exactly. Null: nothing more.</param>
    public ProblemHttpResult Problem(Texts said, string? detail = null) => TypedResults.Problem(
        statusCode: Status, title: said[$"errors.{Code}"].Plain, type: $"/errors#{Code}", detail: $"{detail ?? said[$"errors.{Code}"].Plain} {said[$"errors.{Code}-fix"].Plain}",
        extensions: new Dictionary<string, object?> { ["code"] = Code });

    /// <summary>The refusal for a person.</summary>
    public IResult Page(Texts said) => Failures.Page(Status, $"{Code}: {said[$"errors.{Code}"].Plain}", said["errors.nothing-done"].Plain, said[$"errors.{Code}-fix"].Plain);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/errors", () => new RazorComponentResult<ErrorsPage>()).Needs(Permission.See);
}
