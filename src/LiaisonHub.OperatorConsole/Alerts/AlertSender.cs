using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Messaging;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Today;
using LiaisonHub.Storage.Hub;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace LiaisonHub.OperatorConsole.Alerts;

/// <summary>A matter in a message.</summary>
/// <param name="Kind">One of <see cref="AlertRule.Kinds"/>.</param>
/// <param name="State">The state concerned. Null: none.</param>
/// <param name="Since">Since when (UTC).</param>
/// <param name="What">What is wrong, in a sentence without personal data.</param>
/// <param name="Next">The next step.</param>
/// <param name="Link">The page of the console that shows it.</param>
/// <param name="Count">How many messages, acts or requests it is about.</param>
public sealed record AlertMatter(string Kind, string? State, DateTimeOffset Since, string What, string Next, Uri Link, int Count = 1);

/// <summary>What a receiver is sent.</summary>
/// <param name="Hub">Name of the region.</param>
/// <param name="At">When it was made (UTC).</param>
/// <param name="Began">What needs a decision.</param>
/// <param name="Ended">What does no more.</param>
public sealed record AlertMessage(string Hub, DateTimeOffset At, IReadOnlyList<AlertMatter> Began, IReadOnlyList<AlertEnd> Ended);

/// <summary>A matter that is over.</summary>
/// <param name="Kind">One of <see cref="AlertRule.Kinds"/>.</param>
/// <param name="State">The state concerned. Null: none.</param>
/// <param name="Since">When it began (UTC).</param>
/// <param name="Until">When it was seen no more (UTC).</param>
public sealed record AlertEnd(string Kind, string? State, DateTimeOffset Since, DateTimeOffset Until);

/// <summary>Why a message was not taken: a code that stays the same and what stands in its sentence, in one line, as it is kept.</summary>
static class AlertError
{
    public static string Of(string code, params IEnumerable<string> facts) => string.Join(' ', facts.Prepend(code));

    /// <summary>Its sentence. Null: the message was taken.</summary>
    public static Said? Said(string? error, Texts texts) => error?.Split(' ') is [var code, .. var facts] ? texts[$"alerts.error-{code}", [.. facts]] : null;

    /// <summary>Its code. Null: the message was taken.</summary>
    public static string? Code(string? error) => error?.Split(' ')[0];
}

/// <summary>
/// Tells those who are not at the console what the first page says: once when it begins, again whenever it has grown tenfold, and once when it is over; everything that is due in one message, never more in an
/// hour than the receiver wants. A message that was not taken is sent again, so a receiver may get one twice; none is lost with the process.
/// </summary>
public sealed partial class AlertSender : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(30), Claimed = TimeSpan.FromMinutes(2), Patience = TimeSpan.FromSeconds(20), LongestPause = TimeSpan.FromMinutes(30);

    /// <summary>It is told again when it is about so many times as many as when it was told.</summary>
    internal const int Grown = 10;

    /// <summary>The kind of a message that tries whether somebody hears.</summary>
    public const string Test = "test";

    readonly AlertMatters wanted;
    readonly AlertStore store;
    readonly Texts texts;
    readonly Region region;
    readonly ConsoleOptions options;
    readonly TimeProvider time;
    readonly ILogger<AlertSender> log;

    // What a receiver answers leads nowhere else.
    readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None }) { Timeout = Patience, MaxResponseContentBufferSize = 64 * 1024 };

    /// <summary>Sends to those in the options.</summary>
    public AlertSender(AlertMatters wanted, AlertStore store, Texts texts, Region region, ConsoleOptions options, TimeProvider time, ILogger<AlertSender> log) =>
        (this.wanted, this.store, this.texts, this.region, this.options, this.time, this.log) = (wanted, store, texts, region, options, time, log);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Round(stoppingToken);
                await Task.Delay(Every, TimeProvider.System, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Looks once, and tells each receiver what is due. One that cannot be told holds up no other.</summary>
    public async Task Round(CancellationToken cancellationToken)
    {
        // Read once for all who speak one language.
        var boards = new Dictionary<string, IReadOnlyList<AlertSeen>>();
        foreach (var receiver in options.Alerts.Receivers)
            try
            {
                if (await store.Claim(receiver.Name, Claimed, cancellationToken) is { } claimed)
                {
                    CultureInfo.CurrentUICulture = Languages.All.Single(l => l.Name == receiver.Language);
                    if (!boards.TryGetValue(receiver.Language, out var board))
                        boards[receiver.Language] = board = await wanted.Look(cancellationToken);
                    await Tell(receiver, claimed, board, cancellationToken);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                LookFailed(log, receiver.Name, e);
            }
    }

    async Task Tell(AlertReceiverOptions receiver, AlertReceiver standing, IReadOnlyList<AlertSeen> board, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var matters = AlertMatters.Of(receiver, board).GroupBy(m => m.Key).ToDictionary(g => g.Key, g => g.First());
        var known = (await store.Of(receiver.Name, cancellationToken)).ToDictionary(a => a.Key);

        var began = matters.Keys.Where(m => !known.ContainsKey(m)).Select(m => new AlertRow { Receiver = receiver.Name, Kind = m.Kind, State = m.State, Subject = m.Subject, BeganAt = now }).ToList();
        // One that comes back before its end was told has never ended; one that ends before it was told is not worth a message.
        var back = known.Values.Where(a => a.EndedAt is not null && matters.ContainsKey(a.Key)).Select(a => a with { EndedAt = null }).ToList();
        // What the broker tells of is not known while it is away, and what is not known is not over.
        var blind = board.Any(s => s.Matter.Kind == MatterKind.Broker);
        var over = known.Values.Where(a => a.EndedAt is null && !matters.ContainsKey(a.Key) && !(blind && a.Kind == MatterKind.DeadLetters)).ToLookup(a => a.ToldAt is null);
        var ended = over[false].Select(a => a with { EndedAt = now }).ToList();
        if (began.Count + back.Count + over.Count > 0)
            await store.Note(began, [.. back, .. ended], over[true], cancellationToken);

        var due = new List<(AlertRow Row, AlertMatter Matter)>();
        foreach (var row in known.Values.Where(a => matters.ContainsKey(a.Key)).Concat(began))
        {
            var seen = matters[row.Key];
            var since = seen.Since ?? row.BeganAt;
            if ((row.ToldAt is null && now - since >= receiver.RuleFor(row.Kind)!.After) || row.HasGrown(seen.Matter.Count, Grown))
                due.Add((row with { EndedAt = null, ToldAt = now, ToldCount = seen.Matter.Count, ToldSince = since }, seen.Matter with { Since = since }));
        }
        bool IsUrgent(string kind) => receiver.RuleFor(kind) is { Urgent: true };
        var urgent = due.Exists(d => IsUrgent(d.Row.Kind));
        var full = standing.HourSent >= receiver.AtMostAnHour && now - standing.HourBegan < TimeSpan.FromHours(1);
        // What cannot wait has no limit, and takes nothing with it that can.
        if (full && urgent)
            due.RemoveAll(d => !IsUrgent(d.Row.Kind));
        due = [.. due.OrderBy(d => !IsUrgent(d.Row.Kind)).ThenBy(d => d.Matter.Since)];
        // One cause shows as many matters, and not all at once: nobody reads the first of them alone.
        var gathering = due.Count > 0 && due.TrueForAll(d => now - d.Row.BeganAt < receiver.Gather);
        var lasting = due.ConvertAll(d => d.Row);
        var ends = known.Values.Where(a => a.EndedAt is not null && !matters.ContainsKey(a.Key)).Concat(ended).ToList();
        if (lasting.Count + ends.Count == 0 || gathering || (!urgent && (full || receiver.IsQuiet(now))))
        {
            await store.Release(receiver.Name, cancellationToken);
            return;
        }

        var message = new AlertMessage(region.Name, now, [.. due.Select(d => d.Matter)],
            [.. ends.Select(a => new AlertEnd(a.Kind, a.State.Length == 0 ? null : a.State, a.ToldSince ?? a.BeganAt, a.EndedAt!.Value))]);
        var error = await Send(receiver, message, cancellationToken);
        if (error is null)
        {
            await store.Took(standing, lasting, ends, cancellationToken);
            return;
        }
        var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, 30 * Math.Pow(2, Math.Min(standing.Failures, 10))));
        await store.Failed(receiver.Name, error, now + pause, AlertStore.Matters(lasting, ends), cancellationToken);
        NotTaken(log, receiver.Name, error, pause);
    }

    /// <summary>Tries whether a receiver hears, whatever the hour, and beside its cap: a person wants to know now.</summary>
    /// <returns>Null: the message was taken. Else why not.</returns>
    public async Task<string?> TryOut(AlertReceiverOptions receiver, string by, string reason, CancellationToken cancellationToken, Guid? account = null)
    {
        CultureInfo.CurrentUICulture = Languages.All.Single(l => l.Name == receiver.Language);
        var now = time.GetUtcNow();
        var error = await Send(receiver, new(region.Name, now, [new(Test, null, now, texts["alerts.test-what", by].Plain, texts["alerts.test-next"].Plain, new(options.Public, "/alerts"))], []), cancellationToken);
        await store.Tested(receiver.Name, by, reason, error, cancellationToken, account);
        return error;
    }

    // Null: it was taken.
    Task<string?> Send(AlertReceiverOptions receiver, AlertMessage message, CancellationToken cancellationToken) =>
        receiver.Webhook is { } address ? Post(address, receiver.SecretFile!, message, cancellationToken) : Mail(receiver.Mail!, message, cancellationToken);

    async Task<string?> Post(Uri address, string secretFile, AlertMessage message, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, JsonSerializerOptions.Web);
        var at = message.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var secret = Encoding.UTF8.GetBytes((await File.ReadAllTextAsync(secretFile, cancellationToken)).Trim());
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("LiaisonHub-Signature", $"t={at},v1={Convert.ToHexStringLower(HMACSHA256.HashData(secret, (byte[])[.. Encoding.ASCII.GetBytes(at + "."), .. body]))}");
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode ? null : AlertError.Of("answered", $"{(int)answer.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            return AlertError.Of("unreachable", $"{e.HttpRequestError}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return AlertError.Of("no-answer", $"{Patience.TotalSeconds:0}");
        }
    }

    async Task<string?> Mail(string address, AlertMessage message, CancellationToken cancellationToken)
    {
        var server = options.Alerts.Mail;
        using var mail = new MimeMessage(
            [MailboxAddress.Parse(server.From)], [MailboxAddress.Parse(address)], texts["alerts.subject", texts.Data(message.Hub), message.Began.Count, message.Ended.Count].Plain,
            new TextPart("plain") { Text = Text(message) });
        mail.Date = message.At;
        // Nobody's absence notice answers.
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        using var client = new SmtpClient { Timeout = (int)Patience.TotalMilliseconds, CheckCertificateRevocation = false };
        client.ServerCertificateValidationCallback = (_, certificate, _, errors) => PinnedAuthorities.Trust(certificate, errors, server.Authorities);
        try
        {
            var implicitly = server.Tls == "Implicit";
            await client.ConnectAsync(server.Host, server.Port ?? (implicitly ? 465 : 587), implicitly ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls, cancellationToken);
            if (server.User is { } user)
                await client.AuthenticateAsync(user, (await File.ReadAllTextAsync(server.PasswordFile!, cancellationToken)).Trim(), cancellationToken);
            await client.SendAsync(mail, cancellationToken);
            await client.DisconnectAsync(true, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // What the server said may repeat an address.
            return AlertError.Of("mail-not-taken", server.Host, e.GetType().Name);
        }
    }

    string Text(AlertMessage message)
    {
        var text = new StringBuilder();
        foreach (var matter in message.Began)
            text.Append(matter.What).Append('\n').Append(matter.Next).Append('\n').Append(matter.Link).Append("\n\n");
        foreach (var end in message.Ended)
            text.Append(texts["alerts.over", texts[$"alerts.kind.{end.Kind}"], end.State ?? "", end.Since, end.Until].Plain).Append('\n');
        return text.ToString();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        http.Dispose();
        base.Dispose();
    }

    [LoggerMessage(4101, LogLevel.Warning, "Alerts to {Receiver} were not taken ({Error}). Trying again in {Pause}")]
    static partial void NotTaken(ILogger log, string receiver, string error, TimeSpan pause);

    [LoggerMessage(4102, LogLevel.Warning, "What is to be told to {Receiver} could not be found out; trying again")]
    static partial void LookFailed(ILogger log, string receiver, Exception e);
}
