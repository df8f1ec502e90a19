using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Links;

/// <summary>A state's level of conformance, as it counts now.</summary>
public sealed record ConformanceStanding
{
    /// <summary>What was signed. Null: what stands in the database is not signed by the hub.</summary>
    public EarnedLevel? Earned { get; init; }

    /// <summary>The signed document itself. Null: it is not signed by the hub.</summary>
    [JsonIgnore]
    public string? Document { get; init; }

    /// <summary>Why it counts no longer, or never did. Null: it counts.</summary>
    public Said? Ended { get; init; }

    /// <summary>The level that counts now: 0 to 3.</summary>
    public int Level => Ended is null ? Earned?.Level ?? 0 : 0;

    /// <summary>In a few words.</summary>
    public required Said Words { get; init; }
}

/// <summary>What is known of a state's conformance.</summary>
/// <param name="State">Code of the state.</param>
/// <param name="Standing">Its level. Null: its adapter was never examined here.</param>
public sealed record ConformanceBoard(string State, ConformanceStanding? Standing);

/// <summary>Reads the levels and believes of them what the hub has signed.</summary>
public sealed class ConformanceReader(ConformanceRegister register, PublicKeys keys, Texts texts, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    /// <summary>Every state that was examined.</summary>
    public async Task<IReadOnlyDictionary<string, ConformanceStanding>> All(CancellationToken cancellationToken) =>
        (await register.All(cancellationToken)).ToDictionary(l => l.State, Read);

    /// <summary>One state's. Null: it was never examined.</summary>
    public async Task<ConformanceStanding?> Of(string state, CancellationToken cancellationToken) => (await All(cancellationToken)).GetValueOrDefault(state);

    ConformanceStanding Read(SignedLevel signed)
    {
        try
        {
            var document = Signing.Verify(Encoding.UTF8.GetBytes(signed.Document), [DocumentTypes.Conformance], keys.Now, PublicKey.HubOwner, signed.ExaminedAt);
            var earned = JsonSerializer.Deserialize<EarnedLevel>(document.Payload, Wire.Json)!;
            if (earned.State != signed.State)
                return Standing(null, null, texts["links.ended-other-state"]);
            var now = technical.GetUtcNow();
            return Standing(signed, earned, earned.ContractVersion != Wire.Version ? texts["links.ended-version", earned.ContractVersion, Wire.Version]
                : now >= earned.Until ? texts["links.ended-on", Day(earned.Until)] : null);
        }
        catch (Exception e) when (e is NotAuthenticException or JsonException)
        {
            return Standing(null, null, texts["links.ended-unsigned"]);
        }
    }

    ConformanceStanding Standing(SignedLevel? signed, EarnedLevel? earned, Said? ended) => new()
    {
        Document = signed?.Document,
        Earned = earned,
        Ended = ended,
        Words = earned is null ? texts["links.conformance-unsigned"]
            : ended is not null ? texts["links.conformance-ended", earned.Level]
            : earned.Level == 0 ? texts["links.conformance-none", Day(earned.At)]
            : texts["links.conformance-level", earned.Level, Day(earned.Until)],
    };

    Said Day(DateTimeOffset at) => texts.Date(DateOnly.FromDateTime(at.UtcDateTime));
}
