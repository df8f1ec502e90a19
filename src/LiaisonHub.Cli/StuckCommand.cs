using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Stuck;

namespace LiaisonHub.Cli;

/// <summary>Says what is stuck and why, as the operators' console does: it asks the console, so that both say the same.</summary>
static class StuckCommand
{
    // Never an argument: other people of the machine would see it.
    const string Token = "LIAISONHUB_CONSOLE_TOKEN";

    public static Command Make()
    {
        var console = new Option<string>("--console") { Description = "Address of the operators' console.", DefaultValueFactory = _ => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Up.UpCommand.ConsolePort}") };
        var verdict = new Option<string?>("--verdict") { Description = "Only this verdict, for example NotOpened." };
        var command = new Command("stuck", "Lists every request that is stuck: why, since when, and what would clear it. Exit code 0: nothing is stuck; 1: something is; 3: the console cannot be reached. "
            + $"Where people sign in at the console, {Token} holds a token made there under the own account.\n\nExamples:\n  liaisonhub stuck\n  liaisonhub stuck --verdict NotOpened --json")
        {
            console, verdict, ProcedureCommand.Json,
        };
        command.SetAction((parsed, cancellationToken) => Terminal.Run(() => List(parsed.GetRequiredValue(console), parsed.GetValue(verdict), parsed.GetValue(ProcedureCommand.Json), cancellationToken)));
        return command;
    }

    static async Task<int> List(string address, string? verdict, bool json, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var console) || console.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync($"'{address}' is no address of a console; write it as http://127.0.0.1:5080.");
            return ExitCode.Usage;
        }
        if (verdict is not null && !Enum.GetNames<Casework.Stuck.Cause>().Contains(verdict))
        {
            await Console.Error.WriteLineAsync($"'{verdict}' is no verdict; write one of {string.Join(", ", Enum.GetNames<Casework.Stuck.Cause>())}.");
            return ExitCode.Usage;
        }
        StuckBoard board;
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
            if (Environment.GetEnvironmentVariable(Token) is { Length: > 0 } token)
                http.DefaultRequestHeaders.Authorization = new("Bearer", token);
            var stuck = new Uri(console, verdict is null ? "/api/v1/stuck" : $"/api/v1/stuck?group={verdict}");
            board = (await http.GetFromJsonAsync<StuckBoard>(stuck, JsonSerializerOptions.Web, cancellationToken))!;
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            await Console.Error.WriteLineAsync($"The console at {console} asks who you are. Make a token under your account there, and set {Token} to it.");
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"The console at {console} does not answer: {e.Message.TrimEnd('.')}. See that it runs, or name another with --console.");
            return ExitCode.Unreachable;
        }
        if (json)
            Terminal.Json(board);
        else if (board.Lines.Count == 0)
            Terminal.Good(verdict is null ? "Nothing is stuck." : $"Nothing is stuck for this reason ({verdict}).");
        else
        {
            Terminal.Table(["reference", "from and to", "state", "for", "usually", "verdict", "lies with", "why", "what clears it"],
                board.Lines.Select(l => (IReadOnlyList<string>)[l.Reference, l.Pair, l.State, Words.Span(board.At - l.Since), l.Usual is { } usual ? Words.Span(usual) : "", l.Verdict.Cause.ToString(), l.Verdict.State ?? "", l.Verdict.What, l.Verdict.Clears]));
            if (board.Cut)
                Terminal.Say("There is more of one kind than was looked at; the worst are listed.");
        }
        return board.Lines.Count == 0 ? ExitCode.Done : ExitCode.Findings;
    }
}
