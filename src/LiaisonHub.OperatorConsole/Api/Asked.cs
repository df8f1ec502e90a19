using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Api;

/// <summary>What a program asks for over the API.</summary>
static class Asked
{
    /// <summary>The header under which a program gives a deed a key of its own: asked for again with the same key, it is answered as the first time, and not done again.</summary>
    public const string KeyHeader = "Idempotency-Key";

    const int ShortestKey = 16, LongestKey = 100;

    // A member that nobody reads was meant to say something: misspelt, it would leave a plan wider than it was meant.
    static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads the body and does what it asks for. A session of a browser does nothing here: there a form has no token of its own.</summary>
    public static async Task<IResult> For<T>(HttpContext http, Caller caller, Texts said, Func<T, Task<IResult>> deed, CancellationToken cancelled)
        where T : class
    {
        if (caller.AccountId is not null && http.Request.Headers.Authorization.Count == 0)
            return ErrorCode.NotByCookie.Problem(said);
        T? wish = null;
        var problem = said["shell.body-json"];
        if (http.Request.HasJsonContentType())
            try
            {
                wish = await http.Request.ReadFromJsonAsync<T>(Strict, cancelled);
            }
            catch (JsonException e)
            {
                problem = said["shell.body-at", e.Path ?? "$"];
            }
        if (wish is null)
            return ErrorCode.CannotBeRead.Problem(said, problem.Plain);
        var keys = http.Request.Headers[KeyHeader];
        return keys.Count == 0 ? await deed(wish)
            : keys.Count > 1 || keys[0] is not { Length: >= ShortestKey and <= LongestKey } key || key.Any(c => c is < '!' or > '~') ? ErrorCode.CannotBeRead.Problem(said, said["shell.bad-key", KeyHeader, ShortestKey, LongestKey].Plain)
            : await Once(http, new(caller.AccountId, key, $"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n{JsonSerializer.Serialize(wish, JsonSerializerOptions.Web)}"), said, () => deed(wish), cancelled);
    }

    static async Task<IResult> Once(HttpContext http, KeyedDeed asked, Texts said, Func<Task<IResult>> deed, CancellationToken cancelled)
    {
        var answers = http.RequestServices.GetRequiredService<ApiAnswers>();
        using var turn = await http.RequestServices.GetRequiredService<KeysInHand>().Take(asked, cancelled);
        if (await answers.Known(asked, cancelled) is { } known)
            return Again(known, said);
        try
        {
            Written answer;
            bool done;
            using (var claim = answers.With(asked))
                (answer, done) = (await Written.Of(http, await deed()), claim.Done);
            // What failed may work the next time, as long as nothing was done.
            if (answer.Status < 500 || done)
                await answers.Keep(asked, JsonSerializer.Serialize(answer), done, CancellationToken.None);
            return answer;
        }
        catch (KeyUsedException)
        {
            // The same came a moment before, to another console.
            return await answers.Known(asked, cancelled) is { } first ? Again(first, said) : ErrorCode.KeyUsed.Problem(said);
        }
    }

    static IResult Again(KnownKey known, Texts said) =>
        !known.Same ? ErrorCode.KeyOfAnother.Problem(said)
        : known.Answer is { } answer ? JsonSerializer.Deserialize<Written>(answer)!
        : ErrorCode.KeyUsed.Problem(said);

    // An answer as it goes out, to be given once more.
    sealed record Written(int Status, string? Type, string? Location, string Body) : IResult
    {
        public static async Task<Written> Of(HttpContext http, IResult result)
        {
            var (to, kept) = (http.Response.Body, new MemoryStream());
            await using (kept)
            {
                http.Response.Body = kept;
                try
                {
                    await result.ExecuteAsync(http);
                }
                finally
                {
                    http.Response.Body = to;
                }
                return new(http.Response.StatusCode, http.Response.ContentType, http.Response.Headers.Location, Encoding.UTF8.GetString(kept.ToArray()));
            }
        }

        public Task ExecuteAsync(HttpContext httpContext)
        {
            (httpContext.Response.StatusCode, httpContext.Response.ContentType) = (Status, Type);
            if (Location is not null)
                httpContext.Response.Headers.Location = Location;
            return Body.Length == 0 ? Task.CompletedTask : httpContext.Response.WriteAsync(Body, httpContext.RequestAborted);
        }
    }
}

/// <summary>Keys of deeds that this console is doing now. Of those that come at once with one key the first goes ahead; the others wait, and are answered as it was.</summary>
sealed class KeysInHand
{
    readonly ConcurrentDictionary<(Guid? Account, string Key), TaskCompletionSource> inHand = new();

    /// <summary>Waits until nobody else has the key in hand; whoever disposes of what is returned lets it go.</summary>
    public async Task<IDisposable> Take(KeyedDeed deed, CancellationToken cancellationToken)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (inHand.GetOrAdd((deed.Account, deed.Key), mine) is var first && first != mine)
            await first.Task.WaitAsync(cancellationToken);
        return new Hold(this, deed, mine);
    }

    sealed class Hold(KeysInHand keys, KeyedDeed deed, TaskCompletionSource done) : IDisposable
    {
        public void Dispose()
        {
            keys.inHand.TryRemove((deed.Account, deed.Key), out _);
            done.TrySetResult();
        }
    }
}
