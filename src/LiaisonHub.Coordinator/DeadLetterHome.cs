using System.Text.Json;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Coordinator;

/// <summary>Looks at what the broker gave up on, and brings it home, as somebody at the console wishes. A hub that ends in between leaves the rest where it is; whichever comes next goes on.</summary>
public sealed partial class DeadLetterHome(
    DeadLetterLooks looks, TimeProvider time, [FromKeyedServices(Watch.Technical)] TimeProvider technical, ILogger<DeadLetterHome> log, BrokerOptions? broker = null) : Rounds(TimeSpan.FromSeconds(1))
{
    const int AtOnce = 500;

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> Next(CancellationToken cancellationToken)
    {
        await Round(cancellationToken);
        return null;
    }

    /// <inheritdoc/>
    protected override void Failed(Exception e) => RoundFailed(log, e);

    /// <summary>One round: whatever somebody waits for.</summary>
    public async Task Round(CancellationToken cancellationToken)
    {
        foreach (var look in await looks.Take(technical.GetUtcNow(), cancellationToken))
            await (look.SeenAt is null ? Look(look, cancellationToken) : Bring(look, cancellationToken));
    }

    async Task Look(DeadLetterLook look, CancellationToken cancellationToken)
    {
        // Within one process there is no broker that could give up.
        var (letters, total, trouble) = ((IReadOnlyList<DeadLetter>)[], 0L, (string?)null);
        if (broker is not null)
            try
            {
                (letters, total) = await new DeadLetterQueue(broker, look.State).Look(AtOnce, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                trouble = e.GetBaseException().Message;
            }
        await looks.Seen(look.LookId, total, JsonSerializer.Serialize(letters, JsonSerializerOptions.Web), trouble, technical.GetUtcNow(), cancellationToken);
    }

    async Task Bring(DeadLetterLook look, CancellationToken cancellationToken)
    {
        var seen = JsonSerializer.Deserialize<IReadOnlyList<DeadLetter>>(look.Letters!, JsonSerializerOptions.Web)!;
        // A broker that is away may be back in a moment: the wish stays, and is taken up again.
        var became = await new DeadLetterQueue(broker!, look.State).Bring(seen, () => CrashPoint.At(CrashPoint.DeadLetterBeforeAcknowledge), cancellationToken);
        await looks.Became(look, JsonSerializer.Serialize(became, JsonSerializerOptions.Web), became.FirstOrDefault(b => b.Home is null)?.Why, technical.GetUtcNow(), time.GetUtcNow(), cancellationToken);
        BroughtHome(log, look.State, became.Count(b => b.Home is not null), became.Count);
    }

    [LoggerMessage(3801, LogLevel.Warning, "What the broker gave up on could not be looked at or brought home; it is tried again")]
    static partial void RoundFailed(ILogger log, Exception e);

    [LoggerMessage(3802, LogLevel.Information, "Of what the broker gave up on for {State}, {Home} of {Seen} messages are home")]
    static partial void BroughtHome(ILogger log, string state, int home, int seen);
}
