using System.Collections.Frozen;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Desk.Words;

/// <summary>How an act is called: as something to do, and as something done.</summary>
/// <param name="Do">On a button: "Acknowledge receipt".</param>
/// <param name="Done">In a timeline: "Receipt acknowledged".</param>
sealed record ActWords(string Do, string Done)
{
    static readonly FrozenDictionary<string, ActWords> All = new Dictionary<string, ActWords>
    {
        [nameof(RequestSubmitted)] = new("Send a request", "Request sent"),
        [nameof(RequestResubmitted)] = new("Send the request again", "Request sent again"),
        [nameof(RequestAcknowledged)] = new("Acknowledge receipt", "Receipt acknowledged"),
        [nameof(RequestForwarded)] = new("Pass to the competent authority", "Passed to the competent authority"),
        [nameof(RequestReturned)] = new("Return unexecuted", "Returned unexecuted"),
        [nameof(InformationRequested)] = new("Ask for information", "Information asked for"),
        [nameof(InformationSupplied)] = new("Supply the information", "Information supplied"),
        [nameof(TranslationRequested)] = new("Ask for a translation", "Translation asked for"),
        [nameof(TranslationSupplied)] = new("Supply the translation", "Translation supplied"),
        [nameof(AlternativeMeasureProposed)] = new("Propose another measure", "Another measure proposed"),
        [nameof(AlternativeAnswered)] = new("Answer the proposal of another measure", "Proposal of another measure answered"),
        [nameof(CostNoticeGiven)] = new("Give notice of exceptional cost", "Notice of exceptional cost"),
        [nameof(CostAnswered)] = new("Answer the cost notice", "Cost notice answered"),
        [nameof(ExtensionDeclared)] = new("Extend the decision limit, once", "Decision limit extended"),
        [nameof(RequestRecognised)] = new("Recognise the request", "Request recognised"),
        [nameof(RefusalConsulted)] = new("Consult before a refusal", "Consultation before a refusal"),
        [nameof(ConsultationAnswered)] = new("Answer the consultation", "Consultation answered"),
        [nameof(RequestRefused)] = new("Refuse, wholly or in part", "Refused"),
        [nameof(ExecutionPostponed)] = new("Postpone execution", "Execution postponed"),
        [nameof(ExecutionResumed)] = new("Resume execution", "Execution resumed"),
        [nameof(DelayNotified)] = new("Give notice of delay", "Delay notified"),
        [nameof(TimingAgreed)] = new("Agree to another timing", "Another timing agreed"),
        [nameof(DelayReasonGiven)] = new("Say why a limit has passed", "Reason for the delay given"),
        [nameof(EvidenceSent)] = new("Send evidence", "Evidence sent"),
        [nameof(EvidenceReceived)] = new("Confirm that evidence arrived intact", "Evidence received intact"),
        [nameof(EvidenceFoundDefective)] = new("Report defective evidence", "Evidence found defective"),
        [nameof(UseConditionsAccepted)] = new("Accept the conditions on use", "Conditions on use accepted"),
        [nameof(OriginalsReturned)] = new("Say that originals went back", "Originals returned"),
        [nameof(ReturnWaived)] = new("Waive the return of originals", "Return of originals waived"),
        [nameof(UseReported)] = new("Report the outcome", "Outcome reported"),
        [nameof(SupplementAnnounced)] = new("Announce a supplementary request", "Supplementary request announced"),
        [nameof(RequestWithdrawn)] = new("Withdraw the request", "Request withdrawn"),
        [nameof(ScopeReduced)] = new("Ask for less", "Scope reduced"),
        [nameof(StopConfirmed)] = new("Confirm that everything has stopped", "Stop confirmed"),
        [nameof(StatusAsked)] = new("Ask the hub where it stands", "Status asked"),
        [nameof(NoteSent)] = new("Send a note", "Note sent"),
        [nameof(CorrectionMade)] = new("Correct an earlier act", "Correction made"),
        [nameof(DisputeRaised)] = new("Raise a dispute", "Dispute raised"),
        [nameof(ReceiptGiven)] = new("Give a receipt", "Receipt given"),
    }.ToFrozenDictionary();

    /// <summary>Words for acts a newer contract knows and this desk does not: their name.</summary>
    public static ActWords Of(string actType) => All.GetValueOrDefault(actType) ?? new(ContractWords.Spaced(actType), ContractWords.Spaced(actType));

    /// <summary>Open to either side in every state: offered apart from what the procedure is waiting for.</summary>
    public static bool IsAnyTime(string actType) => actType is nameof(StatusAsked) or nameof(NoteSent) or nameof(CorrectionMade) or nameof(DisputeRaised) or nameof(DelayReasonGiven);

    /// <summary>Given by the desk itself when something is opened, never by a form.</summary>
    public static bool IsAutomatic(string actType) => actType == nameof(ReceiptGiven);
}
