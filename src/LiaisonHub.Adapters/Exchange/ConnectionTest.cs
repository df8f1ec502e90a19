using System.Globalization;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Sealing;

namespace LiaisonHub.Adapters.Exchange;

/// <summary>
/// The way from a state's machine into the hub and back, tried stage by stage, each with its own verdict and remedy. It takes no message of the adapter's, needs no adapter to run and disturbs none that does.
/// </summary>
/// <param name="broker">How the broker is reached.</param>
/// <param name="state">The state.</param>
/// <param name="keys">Reads the state's keys; may throw <see cref="Messaging.InvalidConfigurationException"/>, which then is the verdict of the first stage that signs.</param>
/// <param name="patience">How long an answer of the hub may take.</param>
/// <param name="time">The clock.</param>
public sealed class ConnectionTest(BrokerOptions broker, string state, Func<AdapterKeys> keys, TimeSpan patience, TimeProvider time) : IAsyncDisposable
{
    static readonly TimeSpan SkewAllowed = TimeSpan.FromSeconds(30);

    readonly BrokerProbe probe = new(broker, state, time);

    /// <summary>Runs the stages until one fails.</summary>
    public Task<IReadOnlyList<ProbeResult>> Run(CancellationToken cancellationToken) => BrokerProbe.Run(
        [.. probe.Stages, (ProbeStage.Echo, c => Echo(ProbeStage.Echo, EchoReach.Edge, c)), (ProbeStage.RoundTrip, c => Echo(ProbeStage.RoundTrip, EchoReach.Core, c))], cancellationToken);

    async Task<ProbeResult> Echo(ProbeStage stage, EchoReach reach, CancellationToken cancellationToken)
    {
        var question = new HubQuestion(probe, state, keys, patience, time);
        var answer = await question.Ask<EchoAnswered>(
            id => new EchoAsked { State = state, EchoId = id, At = time.GetUtcNow(), Reach = reach }, DocumentTypes.Echo, DocumentTypes.EchoAnswer, a => a.EchoId, cancellationToken);
        if (answer is null)
            throw stage == ProbeStage.Echo ? question.NoAnswer()
                : new ProbeFailedException($"The hub's edge answers, its core did not within {patience.TotalSeconds} s.", "The hub takes what is sent and decides nothing at present: tell its operator. Nothing is lost.", unreachable: true);
        if (answer.Problem is { } problem)
            throw new ProbeFailedException($"The hub answered: {problem}", stage == ProbeStage.Echo ? "Hand the public file of this state to the operator of the hub again, and compare the key ids by telephone." : "Tell the operator of the hub.");
        var skew = time.GetUtcNow() - answer.At;
        var found = string.Create(CultureInfo.InvariantCulture, $"Hub {answer.HubVersion}, contracts {answer.Contracts}, its clock {answer.At:u}.");
        if (skew.Duration() > SkewAllowed)
            return new(stage, ProbeVerdict.Warning, null, found, $"This machine's clock is {skew.Duration():d\\.hh\\:mm\\:ss} {(skew > TimeSpan.Zero ? "ahead of" : "behind")} the hub's: set it by NTP. Signatures and limits go by the hub's clock.");
        return answer.Contracts == Wire.Version
            ? new(stage, ProbeVerdict.Good, null, found)
            : new(stage, ProbeVerdict.Warning, null, found, $"This program speaks contracts {Wire.Version}. Within the same first number either reads the other; the newer one's additions are not used.");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => probe.DisposeAsync();
}
