using System.Text.Json;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.Adapters.Exchange;

/// <summary>What an adapter says before it ends because a private key of its own is missing. It cannot sign, so it says it unsigned, on its own way to the hub and with its own login; without it the hub would see
/// an adapter that is silent for no reason.</summary>
public static class LastWords
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Says it, where a missing private key is among the reasons for which the adapter cannot begin, and its broker is set up.</summary>
    /// <param name="builder">The program that cannot begin.</param>
    /// <param name="country">The country.</param>
    /// <param name="configure">As for the adapter.</param>
    /// <returns>What came of it, in one sentence for the log. Null: no key is missing, or there is no way to the hub.</returns>
    public static async Task<string?> SayMissingKey(this IHostApplicationBuilder builder, Country country, Action<AdapterOptions>? configure = null)
    {
        var options = CountryAdapter.Options(builder, country, configure);
        if (AdapterKeys.Missing(options, TimeProvider.System) is not { } key || options.Broker.Problems($"{AdapterOptions.Section}:Broker").Any())
            return null;
        await using var link = new RabbitAdapterLink(options.Broker, options.State, NullLogger<RabbitAdapterLink>.Instance);
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            if ((await link.Send([Of(options.State, key, TimeProvider.System.GetUtcNow())], patience.Token)).Count > 0)
                return $"The hub was told that the private half of key {key.KeyId} is missing; its operators see it until this adapter is heard again.";
        }
        catch (OperationCanceledException)
        {
            // It ends all the same, with its reasons in the log.
        }
        return $"The hub could not be told that the private half of key {key.KeyId} is missing: {link.Trouble ?? "nothing answered"} Its operators see a silent adapter.";
    }

    internal static Post Of(string state, PublicKey key, DateTimeOffset at) => new()
    {
        State = state,
        Lane = Lane.Routine,
        Id = Guid.NewGuid(),
        Body = JsonSerializer.SerializeToUtf8Bytes(new KeyMissing { State = state, KeyId = key.KeyId, At = at }, Wire.Json),
    };
}
