using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Sealing;
using Spectre.Console;

namespace LiaisonHub.Cli;

/// <summary>Exit codes of every command.</summary>
public static class ExitCode
{
    /// <summary>Done, nothing to report.</summary>
    public const int Done = 0;

    /// <summary>Done, and something was found that a person should look at.</summary>
    public const int Findings = 1;

    /// <summary>The command line or the configuration cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>A server that is needed cannot be reached.</summary>
    public const int Unreachable = 3;
}

/// <summary>Speaks to the person at the terminal: plain text when the output is not a terminal or colours are not wanted.</summary>
static class Terminal
{
    public static void Say(string text) => Line($"{text}", text);

    public static void Step(string text) => Line($"[grey]·[/] {text}", $"· {text}");

    public static void Good(string text) => Line($"[green]ok[/]   {text}", $"ok   {text}");

    public static void Bad(string text, string fix)
    {
        Line($"[red]no[/]   {text}", $"no   {text}");
        Line($"     [grey]{fix}[/]", $"     {fix}");
    }

    // What is piped on is read by programs, which find a sentence where a line is broken nowhere.
    static void Line(FormattableString marked, string plain)
    {
        if (Console.IsOutputRedirected)
            Console.Out.WriteLine(plain);
        else
            AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, marked);
    }

    /// <summary>A table as wide as the terminal, or where it is too narrow for that a list; without a terminal, a line for each row with tabs between.</summary>
    public static void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (Console.IsOutputRedirected)
        {
            foreach (var row in rows.Prepend(heads))
                Console.Out.WriteLine(string.Join('\t', row));
            return;
        }
        var all = rows.ToList();
        var widths = heads.Select((head, i) => all.Select(row => row[i].Length).Append(head.Length).Max()).ToList();
        // A reference or an id is copied into the next command: its column is as wide as it is. Sentences share what is left.
        var whole = heads.Select((_, i) => all.TrueForAll(row => !row[i].Contains(' ', StringComparison.Ordinal))).ToList();
        var left = AnsiConsole.Profile.Width - 2 - (widths.Where((_, i) => whole[i]).Sum() + 3 * heads.Count);
        if (widths.Where((_, i) => !whole[i]).Sum(width => Math.Min(width, NarrowestSentence)) > left)
        {
            foreach (var row in all)
            {
                for (var i = 0; i < heads.Count; i++)
                    if (row[i].Length > 0)
                        AnsiConsole.WriteLine($"{heads[i]}: {row[i]}");
                AnsiConsole.WriteLine();
            }
            return;
        }
        var table = new Table { Border = TableBorder.Simple };
        for (var i = 0; i < heads.Count; i++)
            table.AddColumn(new TableColumn(new Text(heads[i])) { NoWrap = whole[i] });
        foreach (var row in all)
            table.AddRow(row.Select(cell => new Text(cell)));
        AnsiConsole.Write(table);
    }

    // Below this a sentence is a column of single words, and a list reads better.
    const int NarrowestSentence = 16;

    /// <summary>Says how far something has come that takes longer than a second, on the error output, so that what is piped on stays clean. Nothing where a program reads, or no person does.</summary>
    public static Progress Progress(bool json) => new(!json && !Console.IsErrorRedirected ? Console.Error : null, TimeProvider.System);

    /// <summary>For programs: names as in the contracts.</summary>
    public static void Json(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Readable));

    static readonly JsonSerializerOptions Readable = new(Wire.Json) { WriteIndented = true };

    /// <summary>Runs a command; what is wrong with the configuration is said without a stack trace.</summary>
    public static async Task<int> Run(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (InvalidConfigurationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Usage;
        }
        catch (InvalidKeysException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Usage;
        }
        catch (InvalidDataException e)
        {
            await Console.Error.WriteLineAsync(InvalidConfigurationException.Words(e));
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Usage;
        }
        catch (DbException e)
        {
            await Console.Error.WriteLineAsync($"The database does not answer as a hub's does: {e.Message.TrimEnd('.')}. See that it runs, and that the address names it.");
            return ExitCode.Unreachable;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Unreachable;
        }
        catch (UnauthorizedAccessException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Usage;
        }
    }
}

/// <summary>One line that says how far something has come, and is wiped off when it is over.</summary>
/// <param name="to">The terminal. Null: nobody looks.</param>
/// <param name="time">The clock.</param>
public sealed class Progress(TextWriter? to, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Unseen = TimeSpan.FromSeconds(1);

    readonly long started = time.GetTimestamp();
    int width;

    /// <summary>So far. What is over within a second is not worth a word.</summary>
    public void At(string sofar)
    {
        if (to is null || time.GetElapsedTime(started) < Unseen)
            return;
        to.Write('\r' + sofar.PadRight(width));
        width = Math.Max(width, sofar.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (width > 0)
            to!.Write('\r' + new string(' ', width) + '\r');
        width = 0;
    }
}
