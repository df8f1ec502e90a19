using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Filters;

namespace LiaisonHub.Cli;

/// <summary>Asks the operators' console over its API, in the name of whoever made the token: what a person may not do on the pages, no command does.</summary>
sealed class ConsoleApi : IDisposable
{
    // Never an argument: other people of the machine would see it.
    const string Token = "LIAISONHUB_CONSOLE_TOKEN";

    /// <summary>What every command that asks the console says about it.</summary>
    public const string Note = "Exit codes: 0 done; 1 the console says something a person should look at, or refuses; 2 the command line cannot be used; 3 the console cannot be reached. "
        + $"Where people sign in at the console, {Token} holds a token made there under the own account.";

    public static Option<string> Address { get; } = new("--console")
    {
        Description = "Address of the operators' console.",
        DefaultValueFactory = _ => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Up.UpCommand.ConsolePort}"),
    };

    /// <summary>A filter that was saved at the console.</summary>
    public static Option<string?> Filter { get; } = new("--filter") { Description = "A filter saved at the console, by its name: your own, else one that everybody has. It counts alone; what else would choose is left out." };

    /// <summary>Reads the address of a server that speaks HTTP.</summary>
    /// <param name="what">What it is the address of.</param>
    /// <param name="example">How it is written.</param>
    public static Func<ArgumentResult, Uri?> Http(string what, string example) => given =>
    {
        if (Uri.TryCreate(given.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        given.AddError($"'{given.Tokens[0].Value}' is not an address of {what}; write it as {example}.");
        return null;
    };

    readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    readonly Uri console;

    ConsoleApi(Uri console)
    {
        this.console = console;
        if (Environment.GetEnvironmentVariable(Token) is { Length: > 0 } token)
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
    }

    public void Dispose() => http.Dispose();

    /// <summary>Runs a command against the console; what the console refuses is said with its code.</summary>
    public static Task<int> Run(ParseResult parsed, Func<ConsoleApi, Task<int>> command) => Run(parsed.GetRequiredValue(Address), command);

    /// <summary>The same for a command that asks the console only where one is named.</summary>
    public static Task<int> Run(string address, Func<ConsoleApi, Task<int>> command) => Terminal.Run(async () =>
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var console) || console.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync($"'{address}' is no address of a console; write it as http://127.0.0.1:5080.");
            return ExitCode.Usage;
        }
        using var api = new ConsoleApi(console);
        try
        {
            return await command(api);
        }
        catch (RefusedException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e.ExitCode;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"The console at {console} does not answer: {e.Message.TrimEnd('.')}. See that it runs, or name another with --console.");
            return ExitCode.Unreachable;
        }
    });

    /// <summary>What stands at an address of the API.</summary>
    /// <exception cref="RefusedException">The console refuses.</exception>
    public Task<T> Get<T>(string path, CancellationToken cancellationToken) => Ask<T>(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>What is asked of a list: by a saved filter where one is named, else by what was given.</summary>
    /// <param name="filter">The name of the saved filter. Null: none.</param>
    /// <param name="room">The list, as the console calls it.</param>
    /// <param name="given">The query part of an address.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RefusedException">There is no such filter, or it cannot be used.</exception>
    public async Task<string> Query(string? filter, string room, string given, CancellationToken cancellationToken) =>
        filter is null ? given : (await Saved(filter, room, cancellationToken)).Query;

    /// <summary>A saved filter that can be used.</summary>
    /// <exception cref="RefusedException">There is no such filter, or it cannot be used.</exception>
    public async Task<FilterLine> Saved(string name, string room, CancellationToken cancellationToken)
    {
        var seen = new List<FilterLine>();
        for (var after = ""; ;)
        {
            var page = await Get<FilterList>($"filters?room={room}{after}", cancellationToken);
            seen.AddRange(page.Filters);
            if (page.Next is not { } next)
                break;
            after = $"&after={next}";
        }
        var found = seen.Where(f => f.Name == name).OrderBy(f => f.Shared).FirstOrDefault()
            ?? throw new RefusedException($"No filter of {room} is saved as '{name}'{(seen.Count == 0 ? "; none is saved there." : $"; there are: {string.Join(", ", seen.Select(f => f.Name))}.")}", ExitCode.Usage);
        // Asked for by itself: one that the console does not understand whole is refused with the reason, and never widens a list.
        return await Get<FilterLine>($"filters/{found.FilterId:D}", cancellationToken);
    }

    /// <summary>Asks for a deed.</summary>
    /// <exception cref="RefusedException">The console refuses.</exception>
    public Task<T> Post<T>(string path, object body, CancellationToken cancellationToken) => Ask<T>(HttpMethod.Post, path, body, cancellationToken);

    /// <summary>Asks for a change.</summary>
    /// <exception cref="RefusedException">The console refuses.</exception>
    public Task<T> Put<T>(string path, object body, CancellationToken cancellationToken) => Ask<T>(HttpMethod.Put, path, body, cancellationToken);

    /// <summary>Writes what stands at an address of the API into a file, which is there when it is whole.</summary>
    /// <exception cref="RefusedException">The console refuses.</exception>
    public async Task Save(string path, FileInfo file, Action<long> bytes, CancellationToken cancellationToken)
    {
        // However long it is: only its beginning is waited for.
        using var answer = await http.GetAsync(new Uri(console, "/api/v1/" + path), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw await Refusal(answer, cancellationToken);
        var part = file.FullName + ".part";
        try
        {
            await using (var from = await answer.Content.ReadAsStreamAsync(cancellationToken))
            await using (var to = File.Create(part))
            {
                var buffer = new byte[65_536];
                for (int read; (read = await from.ReadAsync(buffer, cancellationToken)) > 0;)
                {
                    await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                    bytes(to.Position);
                }
            }
            File.Move(part, file.FullName, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    async Task<T> Ask<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var asked = new HttpRequestMessage(method, new Uri(console, "/api/v1/" + path));
        if (body is not null)
            asked.Content = JsonContent.Create(body, body.GetType(), null, JsonSerializerOptions.Web);
        using var answer = await http.SendAsync(asked, cancellationToken);
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, cancellationToken))! : throw await Refusal(answer, cancellationToken);
    }

    async Task<Exception> Refusal(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        // What stands between may answer as well, and not as the console does.
        var problem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken) : default;
        string? Text(string name) => problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(name, out var text) ? text.GetString() : null;
        var code = Text("code") is { } named ? named + ": " : "";
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
            return new RefusedException($"{code}The console at {console} asks who you are. Make a token under your account there, and set {Token} to it.", ExitCode.Usage);
        if ((int)answer.StatusCode >= 500 && code.Length > 0)
            return new RefusedException($"{code}The console at {console} answers, and cannot do it: {Text("detail") ?? Text("title")}", ExitCode.Unreachable);
        if ((int)answer.StatusCode >= 500)
            return new HttpRequestException($"it answers with status {(int)answer.StatusCode}{(Text("code") is { } failed ? $" ({failed})" : "")}");
        return new RefusedException($"{code}{Text("detail") ?? Text("title") ?? $"The console answers with status {(int)answer.StatusCode}."}",
            answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity ? ExitCode.Usage : ExitCode.Findings);
    }
}

/// <summary>The console refuses; the message says why and what to do, with the code of the error.</summary>
sealed class RefusedException(string message, int exitCode) : Exception(message)
{
    public int ExitCode => exitCode;
}
