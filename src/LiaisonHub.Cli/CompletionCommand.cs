using System.CommandLine;

namespace LiaisonHub.Cli;

/// <summary>Lets a shell complete commands and options: it asks the program itself what may come next, so it is never out of date.</summary>
static class CompletionCommand
{
    static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _liaisonhub() {
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$(liaisonhub "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -F _liaisonhub liaisonhub
            """,
        ["zsh"] = """
            _liaisonhub() {
              local -a words_to_come
              words_to_come=("${(@f)$(liaisonhub "[suggest:${#BUFFER}]" "$BUFFER" 2>/dev/null)}")
              compadd -- $words_to_come
            }
            compdef _liaisonhub liaisonhub
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName liaisonhub -ScriptBlock {
              param($word, $line, $point)
              liaisonhub "[suggest:$point]" "$line" | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };

    public static Command Make()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or pwsh." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Writes the lines with which a shell completes commands and options.\n\nExample: liaisonhub completion bash >> ~/.bashrc") { shell };
        command.SetAction(parsed =>
        {
            Console.Out.WriteLine(Scripts[parsed.GetRequiredValue(shell)]);
            return ExitCode.Done;
        });
        return command;
    }
}
