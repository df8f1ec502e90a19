using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Sealing;

namespace LiaisonHub.Adapters.Exchange;

/// <summary>Announces to the hub, and through it to the other states, that this state's adapter is worked on until an instant, or no longer.</summary>
/// <param name="broker">How the broker is reached.</param>
/// <param name="state">The state.</param>
/// <param name="keys">Reads the state's keys.</param>
/// <param name="patience">How long the hub's answer may take.</param>
/// <param name="time">The clock.</param>
public sealed class MaintenanceAnnouncement(BrokerOptions broker, string state, Func<AdapterKeys> keys, TimeSpan patience, TimeProvider time)
{
    /// <summary>Announces it.</summary>
    /// <param name="from">When it begins. Null: now.</param>
    /// <param name="until">When it ends by itself. Null: it ends now.</param>
    /// <param name="reason">Why, in one line without personal data.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the hub has noted. Null: it has not answered in time; the announcement waits on the broker and is noted when the hub reads it.</returns>
    /// <exception cref="ProbeFailedException">The broker or the hub did not take it.</exception>
    public async Task<MaintenanceAnswered?> Announce(DateTimeOffset? from, DateTimeOffset? until, string reason, CancellationToken cancellationToken)
    {
        await using var probe = new BrokerProbe(broker, state, time);
        var answer = await new HubQuestion(probe, state, keys, patience, time).Ask<MaintenanceAnswered>(
            id => time.GetUtcNow() is var now ? new MaintenanceAnnounced { State = state, AnnouncementId = id, At = now, From = from ?? now, Until = until ?? now, Reason = reason } : null!,
            DocumentTypes.Maintenance, DocumentTypes.MaintenanceAnswer, a => a.AnnouncementId, cancellationToken);
        return answer?.Problem is { } problem ? throw new ProbeFailedException($"The hub did not note it: {problem}", "Put it right and announce it again.") : answer;
    }
}
