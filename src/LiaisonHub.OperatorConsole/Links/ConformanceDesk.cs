using System.Text;
using System.Text.Json;
using LiaisonHub.Casework.Conformance;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Links;

/// <summary>A signed level that is handed in.</summary>
/// <param name="Document">What <c>liaisonhub adapter conform --signed</c> wrote: an <see cref="EarnedLevel"/> as a flattened JWS.</param>
/// <param name="Reason">Why it is handed in.</param>
/// <param name="By">Who hands it in, where nobody signs in: name and function.</param>
public sealed record LevelHandedIn(string? Document, string? Reason, string? By = null);

/// <summary>Where the level of a state is handed in: the same from a page and over the API. The console examines nobody and signs nothing; it looks at what was signed elsewhere.</summary>
public sealed class ConformanceDesk(ConformanceRegister register, PublicKeys keys, Texts texts, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical)
{
    /// <summary>Hands a level in for a state that is known.</summary>
    /// <returns>The level that is kept now, or what is wrong with what was handed in.</returns>
    public async Task<(EarnedLevel? Earned, IReadOnlyList<string> Problems)> HandIn(string state, LevelHandedIn wish, Caller caller, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var (by, reason) = Fields.WhoAndWhy(caller, wish.By, wish.Reason, texts, problems);
        var (earned, wrong) = Read(state, wish.Document ?? "");
        if (wrong is not null)
            problems.Add(wrong.Plain);
        if (earned is null || problems.Count > 0)
            return (null, problems);
        return await register.Keep(new() { State = state, ExaminedAt = earned.At, Document = wish.Document! }, by, reason, cancellationToken, caller.AccountId)
            ? (earned, []) : (null, [texts["links.hand-in-older"].Plain]);
    }

    (EarnedLevel? Earned, Said? Wrong) Read(string state, string document)
    {
        if (document.Length == 0)
            return (null, texts["links.hand-in-no-file"]);
        var now = technical.GetUtcNow();
        EarnedLevel earned;
        try
        {
            var bytes = Encoding.UTF8.GetBytes(document);
            // The key must be good at both moments: a key that has ended could claim any examination of its time.
            earned = JsonSerializer.Deserialize<EarnedLevel>(Signing.Verify(bytes, [DocumentTypes.Conformance], keys.Now, PublicKey.HubOwner, now).Payload, Wire.Json)!;
            Signing.Verify(bytes, [DocumentTypes.Conformance], keys.Now, PublicKey.HubOwner, earned.At);
        }
        catch (NotAuthenticException e)
        {
            return (null, texts["links.hand-in-not-signed", texts.English(e.Message)]);
        }
        catch (JsonException)
        {
            return (null, texts["links.hand-in-unreadable"]);
        }

        var list = CheckList.Current;
        var reached = ConformanceReport.Of(earned).Reached(_ => true);
        return (earned,
            earned.State != state ? texts["links.hand-in-other-state", earned.State, state]
            : earned.ContractVersion != Wire.Version ? texts["links.ended-version", earned.ContractVersion, Wire.Version]
            : earned.At > now ? texts["links.hand-in-future", earned.At]
            : earned.Until != earned.At.AddDays(list.ValidDays) || earned.Until <= now ? texts["links.hand-in-days", earned.Until, list.ValidDays]
            : !earned.Checks.Select(c => (c.Id, c.Level)).Order().SequenceEqual(list.Checks.Select(c => (c.Id, c.Level)).Order()) ? texts["links.hand-in-other-checks", earned.KitVersion]
            : earned.Level != reached ? texts["links.hand-in-level", earned.Level, reached]
            : null);
    }
}
