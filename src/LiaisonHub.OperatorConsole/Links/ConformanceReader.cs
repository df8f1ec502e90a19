using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Links;

/// <summary>A state's level of conformance, as it counts now.</summary>
public sealed record ConformanceStanding
{
    /// <summary>What was signed. Null: what stands in the database is not signed by the hub.</summary>
    public EarnedLevel? Earned { get; init; }

    /// <summary>Why it counts no longer, or never did. Null: it counts.</summary>
    public string? Ended { get; init; }

    /// <summary>The level that counts now: 0 to 3.</summary>
    public int Level => Ended is null ? Earned?.Level ?? 0 : 0;

    /// <summary>In a few words.</summary>
    public string Words => Earned is null ? "not signed by this hub" : Ended is not null ? $"level {Earned.Level}, counts no longer"
        : Earned.Level == 0 ? $"no level, examined on {Earned.At.UtcDateTime:yyyy-MM-dd}" : $"level {Earned.Level} until {Earned.Until.UtcDateTime:yyyy-MM-dd}";
}

/// <summary>Reads the levels and believes of them what the hub has signed.</summary>
public sealed class ConformanceReader(ConformanceRegister register, KeyDirectory keys, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    /// <summary>Every state that was examined.</summary>
    public async Task<IReadOnlyDictionary<string, ConformanceStanding>> All(CancellationToken cancellationToken) =>
        (await register.All(cancellationToken)).ToDictionary(l => l.State, Read);

    ConformanceStanding Read(SignedLevel signed)
    {
        try
        {
            var document = Signing.Verify(Encoding.UTF8.GetBytes(signed.Document), [DocumentTypes.Conformance], keys, PublicKey.HubOwner, signed.ExaminedAt);
            var earned = JsonSerializer.Deserialize<EarnedLevel>(document.Payload, Wire.Json)!;
            if (earned.State != signed.State)
                return new ConformanceStanding { Ended = "It was signed for another state." };
            var now = technical.GetUtcNow();
            return new ConformanceStanding
            {
                Earned = earned,
                Ended = earned.ContractVersion != Wire.Version ? $"It was earned for version {earned.ContractVersion} of the contracts; this hub speaks {Wire.Version}. Examine the adapter again."
                    : now >= earned.Until ? $"It ended on {earned.Until.UtcDateTime:yyyy-MM-dd}. Examine the adapter again." : null,
            };
        }
        catch (Exception e) when (e is NotAuthenticException or JsonException)
        {
            return new ConformanceStanding { Ended = "What stands in the database is not signed by this hub. Find out who wrote it." };
        }
    }
}
