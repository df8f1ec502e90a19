using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Words;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Desk.Worklist;

/// <summary>The one thing to do next on a request: as a sentence, and as an act where there is one.</summary>
/// <param name="Words">"Acknowledge receipt"; "Wait for XA: supply the information".</param>
/// <param name="ActType">The act that does it. Null: nothing of this side does.</param>
/// <param name="OnUs">True: this side is to act.</param>
sealed record NextStep(string Words, string? ActType, bool OnUs)
{
    /// <summary>What opens first: an act nobody has read may change what is to be done.</summary>
    public static NextStep Of(OwnRequest request, Standing? standing, int unopened, Region region)
    {
        if (unopened > 0)
            return new(unopened == 1 ? $"Open the new act of {request.OtherState}" : $"Open {unopened} new acts of {request.OtherState}", null, true);
        if (standing is null)
            return new("Wait for the hub's answer", null, false);
        if (standing.Closed)
            return new("Nothing more is expected", null, false);
        var running = standing.Deadlines.Where(d => d.Due is not null).OrderBy(d => d.Due).ToList();
        if (running.FirstOrDefault(d => d.OnWhom == standing.YourSide) is { } ours)
            return new(ours.Title, ActFor(ours, region, standing), true);
        if (running.FirstOrDefault() is { } theirs)
            return new($"Wait for {request.OtherState}: {theirs.Title}", null, false);
        // No limit runs: what the procedure still offers this side is what would move it.
        return standing.YouMay.FirstOrDefault(a => !ActWords.IsAnyTime(a) && !ActWords.IsAutomatic(a) && a is not (nameof(RequestWithdrawn) or nameof(ScopeReduced) or nameof(SupplementAnnounced))) is { } act
            ? new(ActWords.Of(act).Do, act, true)
            : new($"Wait for {request.OtherState}", null, false);
    }

    /// <summary>The first limit that runs: what the worklist is ordered by, and what its time is about.</summary>
    public static DeadlineStanding? First(Standing? standing) => standing is null or { Closed: true } ? null : standing.Deadlines.Where(d => d.Due is not null).MinBy(d => d.Due);

    public static Standing? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<Standing>(json, Wire.Json);

    /// <summary>The act that meets a limit, if it is open to this side now.</summary>
    static string? ActFor(DeadlineStanding deadline, Region region, Standing standing)
    {
        var act = region.Catalogue.TimeRules.FirstOrDefault(r => r.Id == deadline.RuleId)?.Clock switch
        {
            Clock.Acknowledgement => nameof(RequestAcknowledged),
            Clock.Recognition => nameof(RequestRecognised),
            Clock.Execution or Clock.DateAsked or Clock.Resend => nameof(EvidenceSent),
            Clock.Translation => nameof(TranslationSupplied),
            Clock.Information => nameof(InformationSupplied),
            Clock.Alternative => nameof(AlternativeAnswered),
            Clock.Cost => nameof(CostAnswered),
            Clock.Consultation => nameof(ConsultationAnswered),
            Clock.Timing => nameof(TimingAgreed),
            Clock.Review => nameof(ExecutionResumed),
            Clock.EvidenceReceipt => nameof(EvidenceReceived),
            Clock.UseConditions => nameof(UseConditionsAccepted),
            Clock.Return => nameof(OriginalsReturned),
            Clock.Outcome => nameof(UseReported),
            Clock.Stop => nameof(StopConfirmed),
            _ => null,
        };
        return act is not null && standing.YouMay.Contains(act) ? act : null;
    }
}
