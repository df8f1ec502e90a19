using System.Globalization;
using System.Text.Json;
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
        var answer = await Asked(probe, keys, state, patience, id => (new EchoAsked { State = state, EchoId = id, At = time.GetUtcNow(), Reach = reach }, DocumentTypes.Echo), DocumentTypes.EchoAnswer,
            (EchoAnswered a) => a.EchoId, time, cancellationToken);
        if (answer is null)
            throw stage == ProbeStage.Echo ? NoAnswer(patience)
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

    internal static ProbeFailedException NoAnswer(TimeSpan patience) => new(
        $"The broker took the question, and no answer came within {patience.TotalSeconds} s: the hub's worker does not run, or is behind.", "Ask the operator of the hub. What an adapter sends meanwhile waits on the broker; nothing is lost.", unreachable: true);

    /// <summary>Signs a document for the hub, sends it and waits for the hub's signed answer.</summary>
    internal static async Task<TAnswer?> Asked<TAnswer>(
        BrokerProbe probe, Func<AdapterKeys> keys, string state, TimeSpan patience, Func<Guid, (object Document, string Typ)> question, string answerTyp, Func<TAnswer, Guid> idOf, TimeProvider time, CancellationToken cancellationToken)
        where TAnswer : class
    {
        AdapterKeys own;
        try
        {
            own = keys();
        }
        catch (Messaging.InvalidConfigurationException e)
        {
            throw new ProbeFailedException($"The keys of {state} cannot be used: {string.Join("; ", e.Problems)}", "Make them with 'liaisonhub keys make', and ask the operator of the hub for the folder of public keys.");
        }
        var id = Guid.NewGuid();
        var (document, typ) = question(id);
        var body = Signing.Serialize(own.Sign(JsonSerializer.SerializeToUtf8Bytes(document, document.GetType(), Wire.Json), typ));
        string? unbelieved = null;
        var answer = await probe.Ask(id, body, patience, Read, cancellationToken);
        return answer ?? (unbelieved is null ? null : throw new ProbeFailedException($"The hub answered, and its signature is not believed here: {unbelieved}",
            "Ask the operator of the hub for its current public key and put it into the folder of public keys."));

        TAnswer? Read(ReadOnlyMemory<byte> came)
        {
            try
            {
                var read = JsonSerializer.Deserialize<TAnswer>(Signing.Verify(came.Span, [answerTyp], own.Directory, PublicKey.HubOwner, time.GetUtcNow()).Payload, Wire.Json)!;
                return idOf(read) == id ? read : null;
            }
            catch (NotAuthenticException e)
            {
                if (e.Reason != NotAuthenticReason.WrongType)
                    unbelieved = e.Message;
                return null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => probe.DisposeAsync();
}
