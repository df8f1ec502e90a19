using System.Text.Json;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Sealing;

namespace LiaisonHub.Adapters.Exchange;

/// <summary>Asks the hub something that is no act, signed, and waits for its signed answer; beside a running adapter or without one.</summary>
/// <param name="probe">The way to the broker.</param>
/// <param name="state">The state.</param>
/// <param name="keys">Reads the state's keys.</param>
/// <param name="patience">How long an answer may take.</param>
/// <param name="time">The clock.</param>
sealed class HubQuestion(BrokerProbe probe, string state, Func<AdapterKeys> keys, TimeSpan patience, TimeProvider time)
{
    /// <summary>Asks.</summary>
    /// <param name="question">Makes the document from its id.</param>
    /// <param name="typ">What it is: one of <see cref="DocumentTypes"/>.</param>
    /// <param name="answerTyp">What the answer is.</param>
    /// <param name="idOf">The id an answer names.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null: nothing came in time.</returns>
    /// <exception cref="ProbeFailedException">It cannot be asked, or what was answered is not believed.</exception>
    public async Task<TAnswer?> Ask<TAnswer>(Func<Guid, object> question, string typ, string answerTyp, Func<TAnswer, Guid> idOf, CancellationToken cancellationToken)
        where TAnswer : class
    {
        AdapterKeys own;
        try
        {
            own = keys();
        }
        catch (InvalidConfigurationException e)
        {
            throw new ProbeFailedException($"The keys of {state} cannot be used: {string.Join("; ", e.Problems)}", "Make them with 'liaisonhub keys make', and ask the operator of the hub for the folder of public keys.");
        }
        var id = Guid.NewGuid();
        var document = question(id);
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
                // An answer to another kind of question may lie before this one's.
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

    /// <summary>What is said when no answer came.</summary>
    public ProbeFailedException NoAnswer() => new(
        $"The broker took the question, and no answer came within {patience.TotalSeconds} s: the hub's worker does not run, or is behind.", "Ask the operator of the hub. What an adapter sends meanwhile waits on the broker; nothing is lost.",
        unreachable: true);
}
