using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Messaging;
using LiaisonHub.Storage.Adapter;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Adapters.Channels;

/// <summary>A local system that is reached by HTTP, or reaches the adapter by it.</summary>
public sealed class HttpOptions
{
    /// <summary>What is asked for, again and again. Null: nothing.</summary>
    public HttpPollOptions? Poll { get; set; }

    /// <summary>Where messages for the local system go. Null: into the outbox folder.</summary>
    public HttpPushOptions? Push { get; set; }

    /// <summary>Whether the local system may bring messages itself. Null: no.</summary>
    public HttpReceiveOptions? Receive { get; set; }

    /// <summary>Value of the header <c>Authorization</c> of every call, for example <c>Bearer ...</c>. A secret: give it by the environment.</summary>
    public string? Authorization { get; set; }

    /// <summary>PKCS#12 file with the certificate and key the adapter shows in every call, where the local system wants to know its clients by TLS; without a password, readable by the adapter's user alone.
    /// Null: it shows none.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>File (PEM) with certificates of authorities that are trusted for this local system beside those of the machine.</summary>
    public string? Authorities { get; set; }

    /// <summary>How long one call may take: 1 s to 10 min, 30 s by default.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    internal IEnumerable<(string Key, string Words)> Problems()
    {
        if (CertificateProblem(ClientCertificateFile) is { } certificate)
            yield return ("ClientCertificateFile", certificate);
        if (Authorities is not null && !MailServerOptions.CanRead(Authorities))
            yield return ("Authorities", MailServerOptions.NoAuthorities(Authorities));
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(10))
            yield return ("Timeout", $"is {Timeout}; give 00:00:01 to 00:10:00.");
        if (Authorization is not null && !AuthenticationHeaderValue.TryParse(Authorization, out _))
            yield return ("Authorization", "is not the value of such a header; write the scheme and the credentials, for example 'Bearer abc'.");
        if (Poll is { } poll)
        {
            if (Address(poll.Url) is { } wrong)
                yield return ("Poll:Url", wrong);
            foreach (var (key, template) in new[] { ("Poll:Item", poll.Item), ("Poll:Acknowledge", poll.Acknowledge) })
                if (template is not null && (!template.Contains("{id}", StringComparison.Ordinal) || Address(template.Replace("{id}", "1", StringComparison.Ordinal)) is not null))
                    yield return (key, "is no address that can be used, with {id} in it, for example 'https://cases.example/api/cases/{id}'.");
            if (poll.Every < TimeSpan.FromSeconds(1) || poll.Every > TimeSpan.FromDays(1))
                yield return ("Poll:Every", $"is {poll.Every}; give 00:00:01 to 1.00:00:00.");
            if (poll.MostPages is < 1 or > 10_000)
                yield return ("Poll:MostPages", $"is {poll.MostPages}; give 1 to 10000.");
            foreach (var (key, path) in new[] { ("Poll:Items", poll.Items), ("Poll:Id", poll.Id), ("Poll:Next", poll.Next) })
                if (path is not null && !IsPath(path))
                    yield return (key, $"'{path}' is no path; names joined by dots, for example 'cases[*]' or 'id'.");
        }

        if (Push is { } push && Address(push.Url.Replace("{name}", "1", StringComparison.Ordinal)) is { } unusable)
            yield return ("Push:Url", unusable);
        else if (Push is { Method: "PUT" } put && !put.Url.Contains("{name}", StringComparison.Ordinal))
            yield return ("Push:Url", "has no {name} in it: each message would replace the one before; write 'https://cases.example/api/messages/{name}'.");
        if (Push is { Method: not ("POST" or "PUT") })
            yield return ("Push:Method", $"is '{Push.Method}'; write POST or PUT.");
        if (Receive is { Token.Length: < 20 })
            yield return ("Receive:Token", "has fewer than 20 characters; give the local system a long random one, for example of 'openssl rand -hex 32'.");
    }

    internal static string? CertificateProblem(string? file)
    {
        if (file is null)
            return null;
        try
        {
            using var certificate = X509CertificateLoader.LoadPkcs12FromFile(file, null);
            return certificate.HasPrivateKey ? null : $"'{file}' holds a certificate without its key; make it of both: 'openssl pkcs12 -export -passout pass: -in adapter.pem -inkey adapter.key -out adapter.p12'.";
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"'{file}' cannot be read as PKCS#12 without a password ({e.GetType().Name}); make it by 'openssl pkcs12 -export -passout pass: -in adapter.pem -inkey adapter.key -out adapter.p12'.";
        }
    }

    // In clear only on this machine: what local systems send holds persons.
    internal static string? Address(string url) =>
        !Uri.TryCreate(url, UriKind.Absolute, out var address) ? "is no address; write https://..., or http:// for this machine alone."
        : address.UserInfo.Length > 0 ? "holds a user and a password, which would stand in logs; give them as Authorization."
        : address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback) ? null
        : $"'{url.Split('?')[0]}' is not safe from listeners; write https://..., or http:// for this machine alone.";

    static bool IsPath(string text)
    {
        try
        {
            return JsonFormat.Path(text) is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}

/// <summary>A list that is asked for, and what it lists.</summary>
public sealed class HttpPollOptions
{
    /// <summary>Address of the list. Required.</summary>
    public string Url { get; set; } = "";

    /// <summary>Path to the items in the answer. <c>.</c>: the answer is one item. Default: <c>[*]</c>.</summary>
    public string Items { get; set; } = "[*]";

    /// <summary>Path in an item to what names it for ever. Default: <c>id</c>.</summary>
    public string Id { get; set; } = "id";

    /// <summary>Path in an answer to the address of the next page, for example <c>_links.next.href</c>. Null: only the header <c>Link</c> with <c>rel=next</c> (RFC 8288) says it. Pages at another server are
    /// not followed.</summary>
    public string? Next { get; set; }

    /// <summary>Most pages read at one look: 1 to 10000, 100 by default.</summary>
    public int MostPages { get; set; } = 100;

    /// <summary>Address of one item, with <c>{id}</c>. Null: the list holds it whole.</summary>
    public string? Item { get; set; }

    /// <summary>Address that is called (POST) when an item is safe, with <c>{id}</c>. Null: the local system is not told.</summary>
    public string? Acknowledge { get; set; }

    /// <summary>How often: 1 s to 1 day, 30 s by default.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Where messages for the local system go.</summary>
public sealed class HttpPushOptions
{
    /// <summary>Address; <c>{name}</c> in it is the name of the message. Required.</summary>
    public string Url { get; set; } = "";

    /// <summary><c>POST</c> (default) or <c>PUT</c>.</summary>
    public string Method { get; set; } = "POST";
}

/// <summary>The local system brings messages itself: <c>POST /messages/{name}</c> on the adapter's own address.</summary>
public sealed class HttpReceiveOptions
{
    /// <summary>What the local system shows as <c>Authorization: Bearer ...</c>; 20 characters at least. A secret: give it by the environment.</summary>
    public string Token { get; set; } = "";
}

/// <summary>Calls of a local system by HTTP. Nothing is followed to another address, and no answer is read beyond its bound.</summary>
sealed partial class HttpCalls : IDisposable
{
    readonly HttpClient client;
    readonly HttpOptions options;
    readonly long largest;
    readonly string section, bound;
    readonly X509Certificate2? shown;

    // Of the newest connection: its certificate was not trusted; it asked for ours, and has not answered yet.
    volatile bool untrusted, asked;

    /// <param name="options">Authorization and time limit.</param>
    /// <param name="largest">Largest answer, in bytes.</param>
    /// <param name="section">The part of the settings that <paramref name="options"/> come from.</param>
    /// <param name="bound">The setting that <paramref name="largest"/> comes from.</param>
    public HttpCalls(HttpOptions options, long largest, string section = "Http", string bound = "Inbox:LargestFile")
    {
        (this.options, this.largest, this.section, this.bound) = (options, largest, section, bound);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        shown = options.ClientCertificateFile is { } file ? X509CertificateLoader.LoadPkcs12FromFile(file, null) : null;
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, server, _) =>
        {
            // First before anything was said; then because the server wants one.
            asked = server is not null;
            return asked ? shown! : null!;
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => !(untrusted = !PinnedAuthorities.Trust(certificate, errors, options.Authorities));
        client = new HttpClient(handler) { Timeout = options.Timeout };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("LiaisonHub", "1"));
        if (options.Authorization is { } authorization)
            client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(authorization);
    }

    public async Task<byte[]> Get(string url, CancellationToken cancellationToken) => (await GetPage(url, cancellationToken)).Body;

    /// <summary>A page, and where the header <c>Link</c> says that the next one is.</summary>
    public async Task<(byte[] Body, string? Next)> GetPage(string url, CancellationToken cancellationToken)
    {
        using var answer = await Send(new HttpRequestMessage(HttpMethod.Get, url), cancellationToken);
        if (answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotFound)
            return ([], null);
        Check(answer);
        return (await Read(answer, url, cancellationToken), answer.Headers.TryGetValues("Link", out var links) ? NextOf(string.Join(',', links)) : null);
    }

    internal static string? NextOf(string links) => Link().Matches(links)
        .FirstOrDefault(l => Relation().Match(l.Groups[2].Value) is { Success: true } r && r.Groups[1].Value.Split(' ').Contains("next", StringComparer.OrdinalIgnoreCase))?.Groups[1].Value;

    [GeneratedRegex("<([^<>]*)>([^<]*)", RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex("""; *rel *= *"?([^";,]*)""", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Relation();

    /// <summary>Sends and reads what comes back; a fault told in an envelope is an answer too.</summary>
    public async Task<(string Type, byte[] Body)> Exchange(string url, HttpContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        using var answer = await Send(request, cancellationToken);
        var type = answer.Content.Headers.ContentType?.ToString() ?? "";
        if (answer.StatusCode is not (HttpStatusCode.InternalServerError or HttpStatusCode.BadRequest) || !type.Contains("soap+xml", StringComparison.OrdinalIgnoreCase))
            Check(answer);
        return (type, await Read(answer, url, cancellationToken));
    }

    async Task<byte[]> Read(HttpResponseMessage answer, string url, CancellationToken cancellationToken)
    {
        // The client's own limit ends with the head of an answer.
        using var patience = new CancellationTokenSource(options.Timeout, TimeProvider.System);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(limit.Token);
            using var kept = new MemoryStream();
            var part = new byte[81920];
            for (int read; (read = await stream.ReadAsync(part, limit.Token)) > 0;)
            {
                if (kept.Length + read > largest)
                    throw new ChannelException($"{Place(url)} answers with more than {largest:N0} bytes; ask for less at once, or raise {AdapterOptions.Section}:{bound}.");
                kept.Write(part, 0, read);
            }

            return kept.ToArray();
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new ChannelException($"{Place(url)} breaks off in the middle of its answer; it is tried again later.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChannelException($"{Place(url)} did not end its answer within {options.Timeout.TotalSeconds:0} s; it is tried again later.", away: true);
        }
    }

    public async Task Post(HttpMethod method, string url, HttpContent? content, string? once, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        if (once is not null)
            request.Headers.Add("Idempotency-Key", once);
        using var answer = await Send(request, cancellationToken);
        // It has it already: the answer to the first call was lost.
        if (once is not null && answer.StatusCode == HttpStatusCode.Conflict)
            return;
        Check(answer);
    }

    async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            asked = false;
            return answer;
        }
        catch (HttpRequestException) when (untrusted)
        {
            untrusted = false;
            throw new ChannelException($"{Place(request.RequestUri!.ToString())} does not show a certificate for this name from an authority that is trusted here, and is told nothing. Compare the address with the certificate; "
                + $"if an authority of your own has issued it, name its file as {AdapterOptions.Section}:{section}:Authorities.", away: true);
        }
        catch (HttpRequestException) when (asked)
        {
            asked = false;
            throw new ChannelException($"{Place(request.RequestUri!.ToString())} asks for a certificate and breaks off. {Refused()}", away: true);
        }
        catch (HttpRequestException e)
        {
            throw new ChannelException($"{Place(request.RequestUri!.ToString())} cannot be reached ({e.HttpRequestError}); is the local system up, and is the address right?", away: true);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChannelException($"{Place(request.RequestUri!.ToString())} did not answer within {options.Timeout.TotalSeconds:0} s.", away: true);
        }
    }

    string Refused()
    {
        var key = $"{AdapterOptions.Section}:{section}:ClientCertificateFile";
        return shown is null ? $"None is shown: ask its operator which certificate it knows the adapter by, and name its file as {key}."
            : shown.NotAfter.ToUniversalTime() < TimeProvider.System.GetUtcNow() ? $"That of {key} ended on {shown.NotAfter.ToUniversalTime():yyyy-MM-dd}; put a new one there."
            : $"It does not accept that of {key} ({shown.GetNameInfo(X509NameType.SimpleName, false)}, issued by {shown.GetNameInfo(X509NameType.SimpleName, true)}). Ask its operator which authority and which names it accepts.";
    }

    void Check(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode)
            return;
        var (status, place) = ((int)answer.StatusCode, Place(answer.RequestMessage!.RequestUri!.ToString()));
        throw answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new ChannelException($"{place} answers {status}: it does not accept {AdapterOptions.Section}:{section}:Authorization{(shown is null ? "" : " with this ClientCertificateFile")}. Ask its operator for access."),
            HttpStatusCode.TooManyRequests => new ChannelException($"{place} answers 429: it is asked too often; raise {AdapterOptions.Section}:Http:Poll:Every.", away: true),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new ChannelException($"{place} answers {status} and points elsewhere; nothing is followed. Write the address it points to into the settings, if you trust it."),
            >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.NotFound => new ChannelException($"{place} answers {status}; it is tried again later."),
            _ => new ChannelException($"{place} answers {status}: it refuses this message. Read it at the desk, and ask the operator of the local system what it expects.", permanent: true),
        };
    }

    // Queries of local systems may hold names and birth dates.
    internal static string Place(string url) => url.Split('?', '#')[0];

    public void Dispose()
    {
        client.Dispose();
        shown?.Dispose();
    }
}

/// <summary>Asks a list, fetches what is new or has changed, and tells the local system when it is safe.</summary>
public sealed class HttpCollector : Collector, IDisposable
{
    // No address is longer.
    const int LongestId = 1000;

    readonly HttpPollOptions options;
    readonly HttpCalls calls;
    readonly InboxDrop inbox;
    readonly CollectedStore collected;
    readonly TimeProvider time;
    readonly SourcePath items, id;
    readonly SourcePath? next;
    readonly LeftItems left;

    // What lies in the inbox and the local system does not know it yet.
    readonly Dictionary<string, string> unacknowledged = new(StringComparer.Ordinal);

    /// <summary>Makes one.</summary>
    public HttpCollector(AdapterOptions adapter, InboxDrop inbox, CollectedStore collected, TimeProvider time)
    {
        options = adapter.Http!.Poll!;
        calls = new(adapter.Http, adapter.Inbox!.LargestFile);
        (this.inbox, this.collected, this.time) = (inbox, collected, time);
        (items, id, next) = (JsonFormat.Path(options.Items), JsonFormat.Path(options.Id), options.Next is { } path ? JsonFormat.Path(path) : null);
        left = new(time);
    }

    /// <inheritdoc/>
    public override string Name => $"HTTP {options.Url.Split('?')[0]}";

    /// <inheritdoc/>
    public override TimeSpan Poll => options.Every;

    /// <inheritdoc/>
    public override async Task<int> Collect(CancellationToken cancellationToken)
    {
        left.Look();
        var (brought, read) = (0, new HashSet<Uri>());
        for (Uri? page = new(options.Url); page is not null && read.Add(page);)
        {
            var (list, following) = await Page(page, cancellationToken);
            if (list is null)
                break;
            foreach (var item in list.Root.Select(items))
                if (await Bring((JsonPart)item, cancellationToken))
                    brought++;
            page = Following(page, following ?? (next is not null && list.Root.Select(next) is [var address, ..] ? address.Value : null), read.Count);
        }

        LeftBehind = left.End();
        return brought;
    }

    async Task<(SourceDocument? List, string? Next)> Page(Uri page, CancellationToken cancellationToken)
    {
        var (answer, following) = await calls.GetPage(page.AbsoluteUri, cancellationToken);
        try
        {
            return (answer.Length == 0 ? null : JsonFormat.Read(answer), following);
        }
        catch (UnreadableException e) when (e.Reason.Code is QuarantineCode.SaysNothing or QuarantineCode.Empty)
        {
            // Nothing found, in one of its spellings.
            return (null, null);
        }
        catch (UnreadableException e)
        {
            throw new ChannelException($"{Name} does not answer with a list: {e.Reason.Words}");
        }
    }

    // The credentials go with every call: never to another server than the one they are for.
    Uri? Following(Uri page, string? said, int pages)
    {
        if (string.IsNullOrWhiteSpace(said))
            return null;
        if (!Uri.TryCreate(page, said, out var following) || following.GetLeftPart(UriPartial.Authority) != page.GetLeftPart(UriPartial.Authority))
            left.Leave($"{Name} names a next page at another server, or none that can be asked for; it is not followed. Ask the operator of the local system why, or write the address it names into {AdapterOptions.Section}:Http:Poll:Url, if you trust it.");
        else if (pages >= options.MostPages)
            left.Leave($"{Name} has more than {options.MostPages} pages, and those after them are not read. Ask for what is new alone, or raise {AdapterOptions.Section}:Http:Poll:MostPages.");
        else
            return following;
        return null;
    }

    async Task<bool> Bring(JsonPart item, CancellationToken cancellationToken)
    {
        if (item.Select(id) is not [{ Value: { Length: > 0 and <= LongestId } named }, ..])
        {
            left.Leave($"An item has nothing at '{options.Id}' that names it, or more than {LongestId} characters; without a name it cannot be told from others. Correct it in the local system, or {AdapterOptions.Section}:Http:Poll:Id.");
            return false;
        }

        var (key, brought) = (InboxDrop.Key(named), false);
        if (left.Waits(key))
            return false;
        try
        {
            var escaped = Uri.EscapeDataString(named);
            var bytes = options.Item is { } address ? await Item(address.Replace("{id}", escaped, StringComparison.Ordinal), cancellationToken) : Encoding.UTF8.GetBytes(item.ToJson());
            var digest = PlainFile.Digest(bytes);
            if (await collected.Digest(Name, key, cancellationToken) != digest)
            {
                if (unacknowledged.GetValueOrDefault(key) != digest)
                {
                    inbox.Put($"{InboxDrop.NameOf($"{Name}/{named}")}-{digest[..12]}.json", bytes);
                    (unacknowledged[key], brought) = (digest, true);
                }

                if (options.Acknowledge is { } acknowledge)
                    await calls.Post(HttpMethod.Post, acknowledge.Replace("{id}", escaped, StringComparison.Ordinal), null, null, cancellationToken);
                await collected.Note(Name, key, digest, time.GetUtcNow(), cancellationToken);
                unacknowledged.Remove(key);
            }

            left.Came(key);
        }
        catch (ChannelException e)
        {
            left.Failed(key, e);
        }

        return brought;
    }

    async Task<byte[]> Item(string address, CancellationToken cancellationToken) => await calls.Get(address, cancellationToken) is { Length: > 0 } bytes ? bytes
        : throw new ChannelException($"{HttpCalls.Place(address)} is listed and answers with nothing; it is tried again later.");

    /// <inheritdoc/>
    public void Dispose() => calls.Dispose();
}

/// <summary>Gives messages to a local system by HTTP; the name of a message is its idempotency key.</summary>
public sealed class HttpSystem(AdapterOptions adapter) : ILocalSystem, IDisposable
{
    readonly HttpCalls calls = new(adapter.Http!, long.MaxValue);

    /// <inheritdoc/>
    public async Task Deliver(string name, string path, CancellationToken cancellationToken)
    {
        var push = adapter.Http!.Push!;
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(path, cancellationToken));
        content.Headers.ContentType = new(LocalFormat.All.FirstOrDefault(f => name.EndsWith($".{f.Extension}", StringComparison.Ordinal))?.MediaType ?? "application/octet-stream");
        await calls.Post(push.Method == "PUT" ? HttpMethod.Put : HttpMethod.Post, push.Url.Replace("{name}", Uri.EscapeDataString(name), StringComparison.Ordinal), content, name, cancellationToken);
        File.Delete(path);
        PlainFile.Settle(Path.GetDirectoryName(path)!);
    }

    /// <inheritdoc/>
    public void Dispose() => calls.Dispose();
}

/// <summary>The adapter's own address for a local system that brings its messages.</summary>
public static class HttpReception
{
    /// <summary>Maps <c>POST /messages/{name}</c> where it is configured: 202 once the message is on the disk; 400, 401 and 413 with a reason; 503 while another message
    /// of the same name waits to be taken. The same name and content again is taken once.</summary>
    public static void MapLocalMessages(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<AdapterOptions>() is not { Http.Receive: { } receive, Inbox: { } inbox })
            return;
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {receive.Token}"));
        routes.MapPost("/messages/{name}", async (string name, HttpContext http, InboxDrop drop, CancellationToken cancellationToken) =>
        {
            if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString())), expected))
                return Results.Problem($"The token is not the one of {AdapterOptions.Section}:Http:Receive:Token.", statusCode: StatusCodes.Status401Unauthorized);
            if (http.Request.ContentLength > inbox.LargestFile)
                return TooLarge(inbox);
            if (await Whole(http.Request.Body, inbox.LargestFile, cancellationToken) is not { } body)
                return TooLarge(inbox);
            if (body.Length == 0)
                return Results.Problem("The message is empty.", statusCode: StatusCodes.Status400BadRequest);
            var named = Uri.UnescapeDataString(name);
            if (!InboxFolder.IsRead(PlainFile.Shown(named)))
                return Results.Problem("A file of this name counts as unfinished, or as a note beside another, and would never be read. Send it under the name of a message, for example 4711.json.", statusCode: StatusCodes.Status400BadRequest);
            if (drop.TryPut(named, body))
                return Results.Accepted(value: new { name, bytes = body.Length });
            // Its name counts, since by it a layout knows its tables: it is not changed for the sender.
            http.Response.Headers.RetryAfter = "10";
            return Results.Problem("Another message of this name has not been taken yet, and is not replaced. Send this one again in a moment, or now under another name.", statusCode: StatusCodes.Status503ServiceUnavailable);
        });
    }

    /// <summary>What is sent, or null where it is more than is allowed.</summary>
    internal static async Task<byte[]?> Whole(Stream sent, long largest, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var part = new byte[81920];
        for (int read; (read = await sent.ReadAsync(part, cancellationToken)) > 0;)
        {
            if (body.Length + read > largest)
                return null;
            body.Write(part, 0, read);
        }

        return body.ToArray();
    }

    static IResult TooLarge(InboxOptions inbox) => Results.Problem(
        string.Create(CultureInfo.InvariantCulture, $"The message has more than {inbox.LargestFile:N0} bytes; send large papers as evidence in parts."), statusCode: StatusCodes.Status413PayloadTooLarge);
}
