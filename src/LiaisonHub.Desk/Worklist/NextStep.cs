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
    /// <param name="request">The request.</param>
    /// <param name="standing">Where it stands. Null: the hub has not said.</param>
    /// <param name="unopened">Acts of the other side nobody has opened.</param>
    /// <param name="refused">True: the hub has refused the latest act of this side.</param>
    /// <param name="region">The region's data.</param>
    public static NextStep Of(OwnRequest request, Standing? standing, int unopened, bool refused, Region region)
    {
        if (unopened > 0)
            return new(unopened == 1 ? $"Open the new act of {request.OtherState}" : $"Open {unopened} new acts of {request.OtherState}", null, true);
        if (standing is null && refused)
            return new("See why the hub refused it, and send it again", null, true);
        if (standing is null)
            return new("Wait for the hub's answer", null, false);
        if (standing.Closed)
            return new("Nothing more is expected", null, false);
        var running = standing.Deadlines.Where(d => d is { Due: not null, AtHome: null }).OrderBy(d => d.Due).ToList();
        if (running.FirstOrDefault(standing.IsYours) is { } ours)
            return new(ours.Title, ActFor(ours, region, standing), true);
        if (running.FirstOrDefault() is { } theirs)
            return new($"Wait for {Awaited(running, theirs, request)}: {theirs.Title}", null, false);
        // No limit runs: what the procedure still offers this side is what would move it.
        return standing.YouMay.FirstOrDefault(a => !ActWords.IsAnyTime(a) && !ActWords.IsAutomatic(a) && a is not (nameof(RequestWithdrawn) or nameof(ScopeReduced) or nameof(SupplementAnnounced))) is { } act
            ? new(ActWords.Of(act).Do, act, true)
            : new($"Wait for {request.OtherState}", null, false);
    }

    /// <summary>The first limit that runs, or the day at home that comes before it: what the worklist is ordered by, and what its time is about.</summary>
    public static DeadlineStanding? First(Standing? standing) => standing is null or { Closed: true } ? null : standing.Deadlines.Where(d => d.Due is not null).MinBy(d => d.Due);

    public static Standing? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<Standing>(json, Wire.Json);

    // Of many, everybody who has the same to do.
    static string Awaited(IReadOnlyList<DeadlineStanding> running, DeadlineStanding first, OwnRequest request) =>
        first.Member is null ? request.OtherState : string.Join(", ", running.Where(d => d.RuleId == first.RuleId).Select(d => d.Member ?? request.OtherState).Distinct());

    /// <summary>The act that meets a limit if it is open to this side now, else the one that leads there.</summary>
    static string? ActFor(DeadlineStanding deadline, Region region, Standing standing)
    {
        string[] acts = region.Catalogue.TimeRules.FirstOrDefault(r => r.Id == deadline.RuleId)?.Clock switch
        {
            Clock.Acknowledgement => [nameof(RequestAcknowledged)],
            Clock.Recognition => [nameof(RequestRecognised), nameof(RequestAcknowledged), nameof(NationalStepDecided)],
            Clock.Execution or Clock.DateAsked or Clock.Resend => [nameof(EvidenceSent), nameof(PreservationConfirmed), nameof(AssetsConfiscated)],
            Clock.Translation => [nameof(TranslationSupplied)],
            Clock.Information => [nameof(InformationSupplied)],
            Clock.Alternative => [nameof(AlternativeAnswered)],
            Clock.Cost => [nameof(CostAnswered)],
            Clock.Consultation => [nameof(ConsultationAnswered)],
            Clock.NationalStep => [nameof(NationalStepDecided)],
            Clock.Timing => [nameof(TimingAgreed)],
            Clock.Review => [nameof(ExecutionResumed), nameof(FollowUpConfirmed)],
            Clock.EvidenceReceipt => [nameof(EvidenceReceived)],
            Clock.UseConditions => [nameof(UseConditionsAccepted)],
            Clock.Return => [nameof(OriginalsReturned)],
            Clock.Outcome => [nameof(UseReported), nameof(ExtraditionOutcomeReported), nameof(ProceedingsOutcomeReported)],
            Clock.Stop => [nameof(StopConfirmed)],
            Clock.ArrestResult => [nameof(ArrestMade)],
            Clock.ProvisionalMay or Clock.ProvisionalMust => [nameof(ExtraditionRequested)],
            Clock.Consent => [nameof(ConsentReported)],
            Clock.ExtraditionDecision or Clock.SimplifiedDecision => [nameof(ExtraditionGranted), nameof(ReviewOpened), nameof(RequestAcknowledged)],
            Clock.Release => [nameof(ReleaseReported)],
            Clock.Production or Clock.NotifiedProduction => [nameof(EvidenceSent)],
            Clock.RefusalNotice => [nameof(ExtraditionGranted), nameof(RequestRefused)],
            Clock.DelayReport => [nameof(DelayReasonGiven)],
            Clock.Waiver => [nameof(ImmunityAnswered)],
            Clock.Preference => [nameof(PriorityDecided)],
            Clock.Assurance => [nameof(AssuranceAnswered)],
            Clock.ExecutiveDecision or Clock.ExecutiveDefault => [nameof(GrantConfirmed)],
            Clock.Appeal => [nameof(AppealDismissed)],
            Clock.Surrender => [nameof(SurrenderDateAgreed), nameof(SurrenderDateProposed)],
            Clock.SurrenderMay or Clock.SurrenderMust => [nameof(SurrenderMade)],
            Clock.TemporaryReturn => [nameof(PersonReturned)],
            Clock.SpecialtyConsent => [nameof(SpecialtyConsentDecided)],
            Clock.Prosecution => [nameof(ProsecutionOffered)],
            Clock.ProsecutionAnswer => [nameof(ProsecutionAnswered)],
            Clock.Transit or Clock.ForcedLanding => [nameof(TransitGranted)],
            Clock.ErrorAcknowledgement or Clock.LeakAcknowledgement => [nameof(ErrorAcknowledged)],
            Clock.ContestAnswer => [nameof(RequestWithdrawn)],
            Clock.Assessment => [nameof(ErrorAssessed)],
            Clock.Correction => [nameof(CorrectionIssued)],
            Clock.CopyConfirmation => [nameof(CopyConfirmed)],
            Clock.PersonInformation => [nameof(PersonInformed)],
            Clock.Redress => [nameof(ErrorRemedied)],
            Clock.Immunity => [nameof(PersonReturned)],
            Clock.Safekeeping => [nameof(SupplementAnnounced)],
            Clock.InterceptionObjection => [nameof(InterceptionNotObjected)],
            Clock.JurisdictionAnswer => [nameof(ConcurrentProceedingsAnswered)],
            Clock.ForumProposal or Clock.ForumSettlement => [nameof(ForumProposed)],
            Clock.ForumAnswer => [nameof(ForumAgreed)],
            Clock.TransferRequest => [nameof(TransferRequested), nameof(FollowUpConfirmed)],
            Clock.TransferDecision => [nameof(TransferAccepted), nameof(RequestAcknowledged)],
            Clock.Suspension => [nameof(ProceedingsSuspended)],
            Clock.FileHandover => [nameof(CaseFileHandedOver)],
            Clock.TakeOver => [nameof(ProceedingsTakenOver)],
            Clock.Preservation => [nameof(FollowUpConfirmed), nameof(ConsultationAnswered)],
            Clock.ShortCheck or Clock.DutyJudge => [nameof(RightsCheckMade)],
            Clock.Response => [nameof(EvidenceSent), nameof(RightsCheckMade), nameof(RequestAcknowledged)],
            Clock.Objection => [nameof(RequestRefused), nameof(RequestAcknowledged)],
            Clock.Validation => [nameof(ValidationDecided)],
            Clock.HolderNaming => [nameof(HoldersNamed)],
            Clock.Undo => [nameof(HolderConfirmed), nameof(CopyConfirmed)],
            Clock.FollowUp => [nameof(FollowUpConfirmed)],
            Clock.UrgentFreezing or Clock.Freezing => [nameof(RequestRecognised), nameof(NationalStepDecided)],
            Clock.UrgentFreezingDone or Clock.FreezingDone => [nameof(AssetsFrozen)],
            Clock.RemainFrozen => [nameof(ConfiscationRequested), nameof(FreezingContinued)],
            Clock.Remedy => [nameof(RemedyDecided)],
            Clock.Sharing => [nameof(SharingProposed)],
            Clock.SharingAnswer => [nameof(SharingAnswered)],
            Clock.AssetReturn => [nameof(AssetReturned)],
            Clock.AssetReceipt => [nameof(AssetReceiptConfirmed)],
            Clock.DisputeConsultation => [nameof(SettlementAccepted), nameof(SettlementProposed), nameof(AgreementFailed)],
            Clock.MediatorAppointment => [nameof(MediatorAppointed), nameof(MediatorProposed)],
            Clock.Mediation => [nameof(MediationEnded)],
            Clock.PanelFormation => [nameof(PanelFormed)],
            Clock.Award => [nameof(AwardIssued)],
            Clock.AwardAppeal => [nameof(AppealFiled)],
            Clock.Ruling => [nameof(RulingIssued)],
            Clock.ConflictObjection => [nameof(ReasonedObjectionMade), nameof(RequestAcknowledged)],
            Clock.ConflictReview => [nameof(ObjectionReviewed)],
            Clock.Compliance or Clock.NonCompliance => [nameof(ComplianceReported)],
            Clock.ComplianceAnswer => [nameof(ComplianceAnswered)],
            Clock.Lesson => [nameof(LessonRecorded)],
            Clock.Interpretation => [nameof(InterpretationGiven)],
            Clock.InvitationAnswer => [nameof(InvitationAnswered)],
            Clock.AgreementDraft => [nameof(JointAgreementDrafted)],
            Clock.Signature => [nameof(JointAgreementSigned)],
            Clock.LastDay => [nameof(JointInvestigationEnded)],
            Clock.ChangeAnswer => [nameof(JointChangeAnswered)],
            Clock.UseConsent => [nameof(UseConsentDecided)],
            Clock.Erasure => [nameof(JointEvidenceErased)],
            Clock.Evaluation => [nameof(JointInvestigationEvaluated)],
            Clock.Readiness => [nameof(ReadinessReported)],
            Clock.Go => [nameof(GoGiven)],
            Clock.JointResult => [nameof(JointResultReported)],
            _ => [],
        };
        return acts.FirstOrDefault(standing.YouMay.Contains);
    }
}
