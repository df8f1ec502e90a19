using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace LiaisonHub.Cli;

/// <summary>Help that says of each command below only its first sentence, so that a list fits on a page; the rest stands in the command's own help.</summary>
sealed class Summaries(HelpAction whole) : SynchronousCommandLineAction
{
    // Who asks for help need not give what the command requires.
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        foreach (var command in parseResult.CommandResult.Command.Subcommands)
            command.Description = FirstSentence(command.Description ?? "");
        return whole.Invoke(parseResult);
    }

    static string FirstSentence(string text)
    {
        var line = text.Split('\n')[0];
        var end = line.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? line : line[..(end + 1)];
    }
}
