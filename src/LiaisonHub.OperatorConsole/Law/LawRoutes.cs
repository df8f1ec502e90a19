using System.Globalization;
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

static class LawRoutes
{
    public static void MapLaw(this IEndpointRouteBuilder app)
    {
        app.MapGet("/procedures", (HttpRequest http, Rules rules) => Results.Redirect(Address(rules.Sheets[0].Name) + http.QueryString));
        app.MapGet("/procedures/{name}", IResult (string name, Rules rules) => Sheet(name, rules) is { } sheet ? new RazorComponentResult<ProcedurePage>(new { Sheet = sheet }) : NoProcedure(name, rules));
        app.MapGet("/procedures/{name}/rows", IResult (HttpRequest http, string name, Rules rules, Texts texts) =>
            Sheet(name, rules) is not { } sheet ? NoProcedure(name, rules)
            : Fields.Unknown(http.Query, texts, "after").ToList() is { Count: > 0 } unknown ? ErrorCode.BadAddress.Page("shell.no-list", string.Join(" ", unknown))
            : http.Query["after"].ToString() is { Length: > 0 } text ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after) && after < sheet.Rows.Count
                ? new RazorComponentResult<ProcedureRowsPage>(new { Sheet = sheet, After = after }) : ErrorCode.BadAddress.Page("shell.no-list", texts["shell.not-a-page", "after"])
            : new RazorComponentResult<ProcedureRowsPage>(new { Sheet = sheet }));
        app.MapGet("/procedures/{name}/states/{state}", IResult (string name, string state, Rules rules) =>
            Sheet(name, rules) is not { } sheet ? NoProcedure(name, rules)
            : sheet.States.FirstOrDefault(s => s.Equals(state, StringComparison.OrdinalIgnoreCase)) is { } known ? new RazorComponentResult<ProcedureRowsPage>(new { Sheet = sheet, State = known })
            : ErrorCode.UnknownProcedure.Page("law.no-such-step", state, string.Join(", ", sheet.States)));
        app.MapList("/procedures/{name}/states", IResult (string name, Rules rules, RuleReader reader) => Sheet(name, rules) is { } sheet ? reader.States(sheet) : NoProcedure(name, rules));
        app.MapList("/procedures/{name}/rows", IResult (HttpRequest http, string name, Rules rules, RuleReader reader, Texts texts) =>
            Sheet(name, rules) is not { } sheet ? NoProcedure(name, rules)
            : Fields.Unknown(http.Query, texts, "state").ToList() is { Count: > 0 } unknown ? ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", unknown))
            : http.Query["state"].ToString() is not { Length: > 0 } state ? reader.Rows(sheet, null)
            : sheet.States.Contains(state) ? reader.Rows(sheet, state)
            : ErrorCode.UnknownProcedure.Page("law.no-such-step", state, string.Join(", ", sheet.States)));

        app.MapGet("/rules", IResult (HttpRequest http, RuleReader reader, Texts texts) =>
        {
            var words = http.Query["q"].ToString().Trim();
            var problems = Fields.Unknown(http.Query, texts, "q").ToList();
            if (words.Length > LongestWords)
                problems.Add(texts["law.problem-long", LongestWords]);
            return new RazorComponentResult<RulesPage>(new { Words = words, Found = words.Length is 0 or > LongestWords ? [] : reader.Find(words), Problems = (IReadOnlyList<Said>)problems });
        });
        app.MapGet("/rules/{instrument}", IResult (string instrument, RuleReader reader) => reader.Instrument(instrument) is { } known
            ? new RazorComponentResult<InstrumentPage>(new { Instrument = known, Book = reader.Book.Under(known) }) : NoInstrument(instrument, reader));
        List("/rules/time-rules", (reader, instrument) => reader.TimeRules(instrument));
        List("/rules/untimed", (reader, instrument) => reader.Untimed(instrument));
        List("/rules/refusal-grounds", (reader, instrument) => reader.Grounds(instrument));
        app.MapList("/rules/ladder", (RuleReader reader) => reader.Ladder());

        void List(string address, Func<RuleReader, string?, ListFile> list) => app.MapList(address, IResult (HttpRequest http, RuleReader reader, Texts texts) =>
            Fields.Unknown(http.Query, texts, "instrument").ToList() is { Count: > 0 } unknown ? ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", unknown))
            : http.Query["instrument"].ToString() is not { Length: > 0 } given ? list(reader, null)
            : reader.Instrument(given) is { } instrument ? list(reader, instrument) : NoInstrument(given, reader));
    }

    const int LongestWords = 100;

    static ProcedureSheet? Sheet(string name, Rules rules) => rules.Sheets.FirstOrDefault(s => Address(s.Name) == $"/procedures/{name}");

    static RazorComponentResult NoProcedure(string name, Rules rules) => ErrorCode.UnknownProcedure.Page("law.no-such-procedure", name, string.Join(", ", rules.Sheets.Select(s => Address(s.Name))));

    static RazorComponentResult NoInstrument(string name, RuleReader reader) => ErrorCode.UnknownInstrument.Page("law.no-such-instrument", name, string.Join(", ", reader.Instruments.Select(i => RuleReader.Address(i))));

    public static void MapLawApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/procedures", (Rules rules) => TypedResults.Ok(rules.Sheets.Select(s => new ProcedureLine(s.Name, s.Title, Address(s.Name)))));
        api.MapGet("/procedures/{name}", IResult (string name, Rules rules, Texts texts) => Sheet(name, rules) is { } sheet
            ? TypedResults.Ok(new ProcedureBoard(sheet.Name, sheet.Title, [.. sheet.Instruments.Select(i => i.Code)], [.. sheet.States.Select(s => new ProcedureState(s, sheet.Meaning(s)))], sheet.Rows))
            : ErrorCode.UnknownProcedure.Problem(texts));
        api.MapGet("/procedures/{name}/rows", IResult (string name, Rules rules, Texts texts) => Sheet(name, rules) is { } sheet ? TypedResults.Ok(sheet.Rows) : ErrorCode.UnknownProcedure.Problem(texts));
        api.MapGet("/procedures/{name}/states/{state}", IResult (string name, string state, Rules rules, Texts texts) =>
            Sheet(name, rules) is { } sheet && sheet.States.Contains(state) ? TypedResults.Ok(sheet.RowsFrom(state)) : ErrorCode.UnknownProcedure.Problem(texts));
        api.MapGet("/rules/{instrument}", IResult (string instrument, RuleReader reader, Texts texts) =>
            reader.Instrument(instrument) is { } known ? TypedResults.Ok(reader.Book.Under(known)) : ErrorCode.UnknownInstrument.Problem(texts));
        api.MapGet("/rules", (RuleReader reader) => TypedResults.Ok(reader.Book));
    }

    /// <summary>The page of a procedure: <c>MutualAssistance</c> is <c>/procedures/mutual-assistance</c>.</summary>
    public static string Address(string procedure) => "/procedures/" + Words.Spaced(procedure).ToLowerInvariant().Replace(' ', '-');

    /// <summary>The page of one state of a procedure: what may come from there.</summary>
    public static string Address(string procedure, string state) => $"{Address(procedure)}/states/{Uri.EscapeDataString(state)}";
}
