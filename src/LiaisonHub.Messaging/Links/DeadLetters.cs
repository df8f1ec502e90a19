using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Sealing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace LiaisonHub.Messaging.Links;

/// <summary>A message that the broker gave up on, as far as it may be seen: never what it says.</summary>
public sealed record DeadLetter
{
    /// <summary>SHA-256 of its bytes, 64 lower-case hex digits: by this it is found again.</summary>
    public required string Digest { get; init; }

    /// <summary>The act or notice it says it is. Null: it says nothing that can be read.</summary>
    public string? Type { get; init; }

    /// <summary>The queue it died in, as the broker has noted it. Null: the broker has noted none, or none of this link.</summary>
    public string? Home { get; init; }

    /// <summary>Why it died, as the broker says it: <c>expired</c>, <c>rejected</c>, <c>delivery_limit</c>, <c>maxlen</c>. Null: it does not say.</summary>
    public string? Why { get; init; }

    /// <summary>When it died (UTC, seconds). Null: the broker does not say.</summary>
    public DateTimeOffset? DiedAt { get; init; }

    /// <summary>Its size (bytes).</summary>
    public required int Size { get; init; }
}

/// <summary>What became of one message that was to be brought home.</summary>
/// <param name="Digest">Of which.</param>
/// <param name="Home">The queue that has confirmed it. Null: it has stayed where it was.</param>
/// <param name="Why">Why it has stayed. Null: it is home.</param>
public sealed record BroughtHome(string Digest, string? Home, string? Why);

/// <summary>The queue in which lies what the broker gave up on, of a state's link or of the hub's own bus.</summary>
/// <remarks>A queue has no addresses: to look is to take everything and to give it back. What is taken is given back when the connection ends, however it ends.</remarks>
/// <param name="options">How the broker is reached.</param>
/// <param name="of">The state of the link; <see cref="PublicKey.HubOwner"/>: the hub's own bus. What lies there names a row of the database, and is brought again from there: brought home as well, it has its one effect.</param>
public sealed partial class DeadLetterQueue(BrokerOptions options, string of)
{
    readonly IReadOnlyList<string> homes = [.. Enum.GetValues<Lane>().SelectMany(l => of == PublicKey.HubOwner ? new[] { CoreBus.Queue(l) } : [LinkQueues.ToHub(l), LinkQueues.FromHub(l)])];

    static readonly TimeSpan ConfirmPatience = TimeSpan.FromSeconds(20);

    readonly string virtualHost = options.VirtualHost(of == PublicKey.HubOwner ? CoreBus.VirtualHost : LinkQueues.VirtualHost(of));

    /// <summary>What lies there, the first to die first; all of it stays there.</summary>
    /// <param name="atMost">No more than these.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Them, and how many there are in all.</returns>
    public async Task<(IReadOnlyList<DeadLetter> Letters, long Total)> Look(int atMost, CancellationToken cancellationToken)
    {
        await using var connection = await options.Connect(virtualHost, $"liaisonhub-dead-{of}", cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var letters = new List<DeadLetter>();
        long total = 0;
        ulong last = 0;
        while (letters.Count < atMost && await channel.BasicGetAsync(LinkQueues.Dead, autoAck: false, cancellationToken) is { } message)
        {
            letters.Add(Read(message));
            (last, total) = (message.DeliveryTag, letters.Count + message.MessageCount);
        }
        if (last > 0)
            await channel.BasicNackAsync(last, multiple: true, requeue: true, cancellationToken);
        return (letters, total);
    }

    /// <summary>Brings home what was seen and nothing else, each to the queue it died in: confirmed there before it leaves here. Whoever is ended in between leaves one message in both places; its receiver knows it by
    /// its id.</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="published">Called when one is confirmed at home and still here.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<BroughtHome>> Bring(IReadOnlyList<DeadLetter> seen, Action? published, CancellationToken cancellationToken)
    {
        await using var connection = await options.Connect(virtualHost, $"liaisonhub-dead-{of}", cancellationToken);
        await using var reading = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await using var publishing = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        var wanted = seen.GroupBy(l => l.Digest).ToDictionary(g => g.Key, g => g.Count());
        var became = new List<BroughtHome>();
        // What was not seen, or cannot go, is held until the end: given back at once it would be the next one again.
        while (wanted.Count > 0 && await reading.BasicGetAsync(LinkQueues.Dead, autoAck: false, cancellationToken) is { } message)
        {
            var letter = Read(message);
            if (!wanted.TryGetValue(letter.Digest, out var left))
                continue;
            if (left == 1)
                wanted.Remove(letter.Digest);
            else
                wanted[letter.Digest] = left - 1;
            if (letter.Home is null)
            {
                became.Add(new(letter.Digest, null, "The broker has not noted from which queue of this link it came."));
                continue;
            }
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(ConfirmPatience);
                await publishing.BasicPublishAsync("", letter.Home, mandatory: true, AsItWas(message.BasicProperties), message.Body, patience.Token);
            }
            catch (PublishException e)
            {
                became.Add(new(letter.Digest, null, e.IsReturn ? $"The broker has no queue '{letter.Home}'." : $"The queue '{letter.Home}' is full."));
                continue;
            }
            published?.Invoke();
            await reading.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
            became.Add(new(letter.Digest, letter.Home, null));
        }
        became.AddRange(wanted.SelectMany(w => Enumerable.Repeat(new BroughtHome(w.Key, null, "It is there no more: somebody has taken it meanwhile, or it went home before."), w.Value)));
        return became;
    }

    // What the state or the hub said of it; nothing of what the broker did with it, and no user's id: another one publishes it now.
    static BasicProperties AsItWas(IReadOnlyBasicProperties was)
    {
        var properties = new BasicProperties { MessageId = was.MessageId, ContentType = was.ContentType, DeliveryMode = DeliveryModes.Persistent };
        if (was.Headers?.TryGetValue("traceparent", out var trace) == true)
            properties.Headers = new Dictionary<string, object?> { ["traceparent"] = trace };
        return properties;
    }

    DeadLetter Read(BasicGetResult message)
    {
        // The broker writes the latest death first, and what a sender wrote there it replaces or moves behind.
        var death = message.BasicProperties.Headers?.TryGetValue("x-death", out var deaths) == true && deaths is IList<object> and [IDictionary<string, object> latest, ..] ? latest : null;
        string? Text(string name) => death?.TryGetValue(name, out var value) == true && value is byte[] text ? Encoding.UTF8.GetString(text) : null;
        var home = Text("queue");
        return new()
        {
            Digest = Convert.ToHexStringLower(SHA256.HashData(message.Body.Span)),
            Type = TypeOf(message.Body.Span),
            Home = homes.FirstOrDefault(h => h == home),
            Why = Text("reason"),
            DiedAt = death?.TryGetValue("time", out var time) == true && time is AmqpTimestamp at ? DateTimeOffset.FromUnixTimeSeconds(at.UnixTime) : null,
            Size = message.Body.Length,
        };
    }

    static string? TypeOf(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var letter = JsonDocument.ParseValue(ref reader);
            // On the hub's own bus it is no signed document: a kind of message is written as urn:message:liaison:act-taken:1.
            if (letter.RootElement.TryGetProperty("messageType", out var kinds))
                return Named(kinds[0].GetString()?.Split(':') is [_, _, _, var kind, ..] ? kind : null);
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(letter.RootElement.GetProperty("payload").GetString()));
            return Named(payload.RootElement.GetProperty("type").GetString());
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            return null;
        }

        static string? Named(string? type) => type is not null && TypeName().IsMatch(type) ? type : null;
    }

    [GeneratedRegex("^[A-Za-z-]{1,60}$")]
    private static partial Regex TypeName();
}
