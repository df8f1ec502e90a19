using LiaisonHub.Sealing;

namespace LiaisonHub.Messaging;

/// <summary>A program cannot start as it is configured. Names everything that is wrong, one line each: the key or file, what was found, and the fix.</summary>
public sealed class InvalidConfigurationException(IReadOnlyList<string> problems) : Exception("The configuration cannot be used:" + string.Concat(problems.Select(p => Environment.NewLine + "  " + p)))
{
    /// <summary>One line each.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;

    /// <summary>Throws when there is any problem.</summary>
    public static void ThrowIfAny(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
            throw new InvalidConfigurationException(problems);
    }

    /// <summary>Reads something the configuration points at; what is wrong with it is a problem of the configuration.</summary>
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidKeysException e)
        {
            throw new InvalidConfigurationException(e.Problems);
        }
    }

    /// <summary>Runs a program's main part; a configuration that cannot be used is printed without a stack trace.</summary>
    /// <returns>The exit code: 0, or 2 for a configuration that cannot be used.</returns>
    public static async Task<int> Guard(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (InvalidConfigurationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (InvalidDataException e)
        {
            await Console.Error.WriteLineAsync(Words(e));
            return 2;
        }
    }

    /// <summary>A file of settings that is no JSON, with the place.</summary>
    public static string Words(InvalidDataException e) => e.GetBaseException() is var cause && cause != e ? $"{e.Message} {cause.Message}" : e.Message;
}
