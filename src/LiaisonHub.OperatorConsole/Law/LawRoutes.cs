using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Law;

/// <summary>A procedure in the list of them.</summary>
/// <param name="Name">Its name, for example <c>MutualAssistance</c>.</param>
/// <param name="Title">The name in words.</param>
/// <param name="Address">Its page.</param>
public sealed record ProcedureLine(string Name, string Title, string Address);

/// <summary>A state of a procedure.</summary>
/// <param name="Name">Its name, for example <c>Submitted</c>.</param>
/// <param name="Meaning">What it means.</param>
public sealed record ProcedureState(string Name, string Meaning);

/// <summary>A procedure: its states, and what can happen in each.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">The name in words.</param>
/// <param name="Instruments">Codes of the instruments that serve it.</param>
/// <param name="States">Its states, in the order of the table.</param>
/// <param name="Rows">One row for each thing that can happen.</param>
public sealed record ProcedureBoard(string Name, string Title, IReadOnlyList<string> Instruments, IReadOnlyList<ProcedureState> States, IReadOnlyList<TableRow> Rows);

/// <summary>The rules of the region.</summary>
/// <param name="TimeRules">What is due, when, and what silence means.</param>
/// <param name="Untimed">What no clock counts.</param>
/// <param name="Ladder">The levels of escalation.</param>
/// <param name="RefusalGrounds">Grounds for refusal.</param>
public sealed record RuleBook(IReadOnlyList<TimeRule> TimeRules, IReadOnlyList<UntimedRule> Untimed, IReadOnlyList<LadderLevel> Ladder, IReadOnlyList<RefusalGround> RefusalGrounds)
{
    internal static RuleBook Of(Catalogue catalogue) => new(
        catalogue.TimeRules, catalogue.Untimed, [.. catalogue.Ladder.Concat(catalogue.EmergencyLadder).Concat(catalogue.OwnLevels).OrderBy(l => l.Lane).ThenBy(l => l.Level)],
        [.. catalogue.RefusalGrounds.Values.OrderBy(g => g.Instrument, StringComparer.Ordinal).ThenBy(g => g.Code, StringComparer.Ordinal)]);
}

static class LawRoutes
{
    public static void MapLaw(this IEndpointRouteBuilder app)
    {
        app.MapGet("/procedures", (HttpRequest http, Rules rules) => Results.Redirect(Address(rules.Sheets[0].Name) + http.QueryString));
        app.MapGet("/procedures/{name}", (string name, Rules rules) => rules.Sheets.FirstOrDefault(s => Address(s.Name) == $"/procedures/{name}") is { } sheet
            ? new RazorComponentResult<ProcedurePage>(new { Sheet = sheet })
            : ErrorCode.UnknownProcedure.Page("law.no-such-procedure", name, string.Join(", ", rules.Sheets.Select(s => Address(s.Name)))));
        app.MapGet("/rules", () => new RazorComponentResult<RulesPage>());
    }

    public static void MapLawApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/procedures", (Rules rules) => TypedResults.Ok(rules.Sheets.Select(s => new ProcedureLine(s.Name, s.Title, Address(s.Name)))));
        api.MapGet("/procedures/{name}", IResult (string name, Rules rules, Texts texts) => rules.Sheets.FirstOrDefault(s => Address(s.Name) == $"/procedures/{name}") is { } sheet
            ? TypedResults.Ok(new ProcedureBoard(sheet.Name, sheet.Title, [.. sheet.Instruments.Select(i => i.Code)], [.. sheet.States.Select(s => new ProcedureState(s, sheet.Meaning(s)))], sheet.Rows))
            : ErrorCode.UnknownProcedure.Problem(texts));
        api.MapGet("/rules", (Region region) => TypedResults.Ok(RuleBook.Of(region.Catalogue)));
    }

    /// <summary>The page of a procedure: <c>MutualAssistance</c> is <c>/procedures/mutual-assistance</c>.</summary>
    public static string Address(string procedure) => "/procedures/" + Words.Spaced(procedure).ToLowerInvariant().Replace(' ', '-');
}
