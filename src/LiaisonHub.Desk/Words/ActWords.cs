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
        [nameof(CostReported)] = new("Report what it cost, or the hours worked", "Costs reported"),
        [nameof(ExtensionDeclared)] = new("Extend the decision limit, once", "Decision limit extended"),
        [nameof(RequestRecognised)] = new("Recognise the request", "Request recognised"),
        [nameof(RefusalConsulted)] = new("Consult before a refusal", "Consultation before a refusal"),
        [nameof(ConsultationAnswered)] = new("Answer the consultation", "Consultation answered"),
        [nameof(NationalStepOpened)] = new("Open the state's own step", "Step of the state itself opened"),
        [nameof(NationalStepDecided)] = new("Say what was decided in the state's own step", "Step of the state itself decided"),
        [nameof(ReasonedObjectionMade)] = new("Object: the law of a third state stands against the order", "Reasoned objection made"),
        [nameof(ObjectionReviewed)] = new("Decide on the reasoned objection", "Reasoned objection decided"),
        [nameof(RequestRefused)] = new("Refuse, wholly or in part", "Refused"),
        [nameof(ExecutionPostponed)] = new("Postpone execution", "Execution postponed"),
        [nameof(ExecutionResumed)] = new("Resume execution", "Execution resumed"),
        [nameof(DelayNotified)] = new("Give notice of delay", "Delay notified"),
        [nameof(TimingAgreed)] = new("Agree to another timing", "Another timing agreed"),
        [nameof(DelayReasonGiven)] = new("Say why a limit has passed", "Reason for the delay given"),
        [nameof(ContactNoted)] = new("Note a call about a limit", "Contact noted"),
        [nameof(MeetingMinuted)] = new("Minute a meeting about a limit", "Meeting minuted"),
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

        // Dispute
        [nameof(SettlementProposed)] = new("Propose a settlement", "Settlement proposed"),
        [nameof(SettlementAccepted)] = new("Accept the settlement", "Settlement accepted"),
        [nameof(AgreementFailed)] = new("Say that there is no agreement", "No agreement"),
        [nameof(MediatorProposed)] = new("Propose a mediator", "Mediator proposed"),
        [nameof(MediatorAppointed)] = new("Appoint the mediator", "Mediator appointed"),
        [nameof(MediationNoteMade)] = new("Say something in the mediation", "Said in the mediation, in confidence"),
        [nameof(MediationEnded)] = new("End the mediation", "Mediation ended"),
        [nameof(PanelFormed)] = new("Form the panel", "Panel formed"),
        [nameof(ArbitrationDeclined)] = new("Decline arbitration", "Arbitration declined"),
        [nameof(InterpretationRequested)] = new("Ask the court what a provision means", "Interpretation asked for"),
        [nameof(InterpretationGiven)] = new("Say what the provision means", "Interpretation given"),
        [nameof(AwardIssued)] = new("Issue the award", "Award issued"),
        [nameof(AppealFiled)] = new("Appeal the award", "Award appealed"),
        [nameof(RulingIssued)] = new("Give the ruling", "Ruling given"),
        [nameof(HoldOrdered)] = new("Hold the limits of the request in dispute", "Limits held by order"),
        [nameof(HoldProposed)] = new("Propose to hold the limits", "Hold proposed"),
        [nameof(HoldAgreed)] = new("Agree to the hold", "Hold agreed"),
        [nameof(HoldEnded)] = new("End the hold", "Hold ended"),
        [nameof(ComplianceReported)] = new("Report compliance", "Compliance reported"),
        [nameof(ComplianceAnswered)] = new("Answer the report of compliance", "Report of compliance answered"),
        [nameof(ReciprocityMeasureTaken)] = new("Record a measure of reciprocity", "Measure of reciprocity recorded"),
        [nameof(LessonRecorded)] = new("Record the lesson", "Lesson recorded"),

        // Extradition
        [nameof(ProvisionalArrestRequested)] = new("Ask for a provisional arrest", "Provisional arrest asked for"),
        [nameof(ExtraditionRequested)] = new("Send the request for extradition", "Extradition requested"),
        [nameof(TransitRequested)] = new("Ask for a transit", "Transit asked for"),
        [nameof(TransitGranted)] = new("Grant the transit", "Transit granted"),
        [nameof(ArrestMade)] = new("Report the arrest", "Person arrested"),
        [nameof(RightsMilestoneReached)] = new("Record a right of the arrested person", "Right of the arrested person recorded"),
        [nameof(ConsentReported)] = new("Say whether the person consents", "Consent reported"),
        [nameof(ReleaseReported)] = new("Report the release", "Person released"),
        [nameof(ReviewOpened)] = new("Check the rights and open the review", "Rights checked, review opened"),
        [nameof(ImmunityFound)] = new("Tell of a privilege or immunity", "Privilege or immunity found"),
        [nameof(ImmunityAnswered)] = new("Say whether the immunity is waived", "Waiver of the immunity answered"),
        [nameof(CompetingRequestNotified)] = new("Tell of a competing request", "Competing request notified"),
        [nameof(PriorityDecided)] = new("Say which request goes first", "Priority between requests decided"),
        [nameof(AssuranceRequested)] = new("Ask for assurances", "Assurances asked for"),
        [nameof(AssuranceAnswered)] = new("Give assurances, or decline", "Assurances answered"),
        [nameof(ExtraditionGranted)] = new("Grant, wholly or in part", "Extradition granted by the court"),
        [nameof(GrantConfirmed)] = new("Confirm the grant as government", "Grant confirmed by the government"),
        [nameof(AppealLodged)] = new("Report an appeal", "Appeal lodged against the grant"),
        [nameof(AppealDismissed)] = new("Report that the appeal is dismissed", "Appeal was dismissed"),
        [nameof(SurrenderDateProposed)] = new("Propose a day of surrender", "Day of surrender proposed"),
        [nameof(SurrenderDateAgreed)] = new("Agree to the day of surrender", "Day of surrender agreed"),
        [nameof(SurrenderPostponed)] = new("Postpone the surrender", "The surrender is postponed"),
        [nameof(TemporarySurrenderAgreed)] = new("Surrender for a time", "Surrender for a time agreed"),
        [nameof(PersonReturned)] = new("Report that the person is back", "Person is back"),
        [nameof(PersonNotCollected)] = new("Report that nobody came", "Nobody came for the person"),
        [nameof(SurrenderMade)] = new("Report the surrender", "Person surrendered"),
        [nameof(SpecialtyConsentAsked)] = new("Ask for consent after the surrender", "Consent after the surrender asked for"),
        [nameof(SpecialtyConsentDecided)] = new("Answer the question for consent", "Question for consent answered"),
        [nameof(FinalDischargeReported)] = new("Report the final discharge", "Person finally discharged"),
        [nameof(ProsecutionAnswered)] = new("Answer what is offered instead", "Offer of a prosecution or transfer answered"),
        [nameof(TransitAnswerReported)] = new("Report the answer of a state of transit", "Answer of a state of transit reported"),
        [nameof(ProsecutionOffered)] = new("Say what is done instead", "Prosecution or transfer offered"),
        [nameof(ExtraditionOutcomeReported)] = new("Report the outcome of the surrender", "Outcome of the surrender reported"),

        // Preservation
        [nameof(PreservationRequested)] = new("Ask for records to be preserved", "Preservation asked for"),
        [nameof(PreservationConfirmed)] = new("Confirm that the records are secured", "Records secured"),
        [nameof(PreservationExtended)] = new("Extend the preservation, once", "Preservation extended"),
        [nameof(OtherProviderFound)] = new("Say that a provider in another state took part", "Provider in another state found"),
        [nameof(FollowUpConfirmed)] = new("Confirm the formal request that follows", "Formal request confirmed"),
        [nameof(PreservationNoLongerNeeded)] = new("Say that the records are no longer needed", "Records no longer needed"),
        [nameof(ExecutionImpossible)] = new("Say that it cannot be done", "Impossible"),

        // Emergency
        [nameof(EmergencyRequested)] = new("Ask for help in an emergency", "Emergency request sent"),
        [nameof(RightsCheckMade)] = new("Make the short rights check", "Short rights check made"),
        [nameof(ValidationDecided)] = new("Say whether it is validated", "Validation decided"),
        [nameof(HoldersNamed)] = new("Name everybody who holds a copy", "Holders of copies named"),
        [nameof(HolderConfirmed)] = new("Confirm that a holder deleted or restricted it", "Deletion or restriction confirmed"),
        [nameof(LaneDowngraded)] = new("Say that it is no emergency", "Downgraded to an ordinary request"),

        // Asset recovery
        [nameof(FreezingRequested)] = new("Ask for property to be frozen", "Freezing asked for"),
        [nameof(ConfiscationRequested)] = new("Ask for property to be confiscated", "Confiscation asked for"),
        [nameof(AssetsFrozen)] = new("Report what is frozen", "Property frozen"),
        [nameof(RemedyFiled)] = new("Say that a remedy was filed", "Remedy filed"),
        [nameof(RemedyDecided)] = new("Say how the remedy was decided", "Remedy decided"),
        [nameof(AmountReduced)] = new("Seek less than before", "Amount reduced"),
        [nameof(ValueManaged)] = new("Report how frozen property was looked after", "Frozen property managed"),
        [nameof(FreezingContinued)] = new("Keep it frozen for longer", "Freezing continued"),
        [nameof(FreezingLifted)] = new("Lift the freezing", "Freezing lifted"),
        [nameof(AssetsConfiscated)] = new("Report what the confiscation brought", "Property confiscated"),
        [nameof(VictimsRestituted)] = new("Report what victims received", "Victims received theirs"),
        [nameof(SharingProposed)] = new("Propose how the rest is shared", "Sharing proposed"),
        [nameof(SharingAnswered)] = new("Answer the proposed sharing", "Proposed sharing answered"),
        [nameof(AssetReturned)] = new("Say that the share went back", "Share returned"),
        [nameof(AssetReceiptConfirmed)] = new("Confirm the receipt of the share", "Receipt of the share confirmed"),

        // Correction
        [nameof(ErrorAcknowledged)] = new("Acknowledge an error of ours", "Error acknowledged"),
        [nameof(ErrorReported)] = new("Report an error of the other side", "Error reported"),
        [nameof(ErrorContested)] = new("Say that there is no error", "Error contested"),
        [nameof(ErrorAssessed)] = new("Say what the error has led to", "Error assessed"),
        [nameof(CorrectionIssued)] = new("Issue a new version or a recall", "New version or recall issued"),
        [nameof(CopyConfirmed)] = new("Confirm that a copy is corrected", "Copy corrected"),
        [nameof(PersonInformed)] = new("Say that the person was informed", "Person informed"),
        [nameof(ErrorRemedied)] = new("Say how it was remedied", "Error remedied"),

        // Interception notice, transfer for a time
        [nameof(InterceptionNotified)] = new("Give notice of an interception", "Interception notified"),
        [nameof(InterceptionObjected)] = new("Object to the interception", "Interception objected to"),
        [nameof(InterceptionNotObjected)] = new("Let the interception go on", "No objection to the interception"),
        [nameof(InterceptionEnded)] = new("Say that the interception is over", "Interception ended"),
        [nameof(PresenceNoLongerRequired)] = new("Say that the person is no longer needed", "Presence no longer required"),

        // Jurisdiction
        [nameof(ConcurrentProceedingsNotified)] = new("Tell of proceedings that may run twice", "Concurrent proceedings notified"),
        [nameof(ConcurrentProceedingsAnswered)] = new("Say whether we prosecute as well", "Concurrent proceedings answered"),
        [nameof(ForumProposed)] = new("Propose who is to prosecute", "Forum proposed"),
        [nameof(ForumAgreed)] = new("Agree to the forum", "Forum agreed"),
        [nameof(TransferRequested)] = new("Ask for our proceedings to be taken over", "Transfer of proceedings asked for"),
        [nameof(OpinionHeard)] = new("Record the opinion of suspect or victim", "Opinion of suspect or victim recorded"),
        [nameof(TransferAccepted)] = new("Accept the transfer, wholly or in part", "Transfer accepted"),
        [nameof(ProceedingsSuspended)] = new("Say that our proceedings are suspended", "Proceedings suspended"),
        [nameof(CaseFileHandedOver)] = new("Hand over the case file", "Case file handed over"),
        [nameof(ProceedingsTakenOver)] = new("Say that the proceedings go on here", "Proceedings taken over"),
        [nameof(AcceptanceOverturned)] = new("Report that the acceptance was overturned", "Acceptance overturned"),
        [nameof(ProceedingsOutcomeReported)] = new("Report how the proceedings ended", "Outcome of the proceedings reported"),

        // Joint investigation and joint action
        [nameof(JointInvestigationProposed)] = new("Propose a joint investigation", "Joint investigation proposed"),
        [nameof(JointActionAnnounced)] = new("Announce an action in several states", "Joint action announced"),
        [nameof(InvitationAnswered)] = new("Say whether we take part", "Invitation answered"),
        [nameof(MemberLeft)] = new("Leave", "A state has left"),
        [nameof(MemberReleased)] = new("Go on without a state", "A state released"),
        [nameof(JointAgreementDrafted)] = new("Draft the agreement", "Agreement drafted"),
        [nameof(JointAgreementSigned)] = new("Sign the agreement", "Agreement signed"),
        [nameof(JointChangeProposed)] = new("Propose to change the agreement", "Change of the agreement proposed"),
        [nameof(MemberInvited)] = new("Invite the admitted state", "Another state invited"),
        [nameof(JointChangeAnswered)] = new("Answer the proposed change", "Proposed change answered"),
        [nameof(UseConsentAsked)] = new("Ask to use evidence for another offence", "Use for another offence asked for"),
        [nameof(UseConsentDecided)] = new("Decide on a use for another offence", "Use for another offence decided"),
        [nameof(JointEvidenceShared)] = new("Say that evidence is on the platform", "Evidence shared on the platform"),
        [nameof(ThirdStateHelpAsked)] = new("Say that a state outside the team is asked", "Help asked outside the team"),
        [nameof(JointEvidenceDownloaded)] = new("Say that we have downloaded it", "Evidence downloaded from the platform"),
        [nameof(JointEvidenceErased)] = new("Say that evidence is erased there", "Evidence erased from the platform"),
        [nameof(JointInvestigationEnded)] = new("End the team", "Team ended"),
        [nameof(JointInvestigationEvaluated)] = new("Evaluate the team", "Team evaluated"),
        [nameof(ReadinessReported)] = new("Say whether we are ready", "Readiness reported"),
        [nameof(GoGiven)] = new("Give the go", "Go given"),
        [nameof(JointActionPostponed)] = new("Put the action off", "Action put off"),
        [nameof(JointActionCalledOff)] = new("Call the action off", "Action called off"),
        [nameof(JointResultReported)] = new("Report what we did", "Result reported"),
    }.ToFrozenDictionary();

    /// <summary>What the other state is to us, after its name.</summary>
    public static string Relation(Side own) => own switch { Side.Requested => "asks us", Side.Requesting => "is asked by us", _ => "complains before us" };

    /// <summary>Words for acts a newer contract knows and this desk does not: their name.</summary>
    public static ActWords Of(string actType) => All.GetValueOrDefault(actType) ?? new(ContractWords.Spaced(actType), ContractWords.Spaced(actType));

    /// <summary>Open to either side in every state: offered apart from what the procedure is waiting for.</summary>
    public static bool IsAnyTime(string actType) => actType is nameof(StatusAsked) or nameof(NoteSent) or nameof(CostReported) or nameof(CorrectionMade) or nameof(DisputeRaised) or nameof(DelayReasonGiven)
        or nameof(ContactNoted) or nameof(MeetingMinuted);

    /// <summary>Given by the desk itself when something is opened, never by a form.</summary>
    public static bool IsAutomatic(string actType) => actType == nameof(ReceiptGiven);
}
