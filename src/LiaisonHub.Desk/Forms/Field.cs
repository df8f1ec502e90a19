using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Words;

namespace LiaisonHub.Desk.Forms;

/// <summary>How a field of the contract is asked for.</summary>
public enum FieldKind
{
    /// <summary>One line.</summary>
    Line,

    /// <summary>Several lines, one text.</summary>
    Paragraph,

    /// <summary>A list of texts, a line each.</summary>
    Lines,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number with decimals.</summary>
    Amount,

    /// <summary>Yes when ticked.</summary>
    Tick,

    /// <summary>Yes or no, neither chosen beforehand: a statement nobody may make by leaving a box as it was.</summary>
    YesNo,

    /// <summary>A day.</summary>
    Day,

    /// <summary>A point in time, typed as the clocks of the state show it.</summary>
    Moment,

    /// <summary>A date with as much of it as is known.</summary>
    PartialDay,

    /// <summary>One of a list.</summary>
    One,

    /// <summary>Any of a list.</summary>
    Several,

    /// <summary>Fields that belong together.</summary>
    Group,

    /// <summary>Groups, any number of them.</summary>
    Rows,

    /// <summary>Files.</summary>
    Files,

    /// <summary>Files as items of evidence, each with its line of the manifest.</summary>
    Evidence,

    /// <summary>One question for each item of the rights catalogue.</summary>
    Rights,

    /// <summary>Carried along as it is: the original, where values came from.</summary>
    Kept,
}

/// <summary>Where the choices of a field come from.</summary>
public enum ChoiceSource
{
    /// <summary>The field is free, or its type is an enum.</summary>
    None,
    Instruments,
    Languages,
    OwnAuthorities,
    RegionAuthorities,
    Grounds,

    /// <summary>Steps of this state's own law at which it may say no to the request.</summary>
    NationalSteps,
    Measures,
    Offences,
    LimitsOnUs,
    Limits,
    OwnActs,
    TheirActs,
    PartsReceived,
    ItemsReceived,
    OtherRequests,
    AllRequests,
    States,

    /// <summary>The other states that take part in the request.</summary>
    Members,

    Zones,
}

/// <summary>One field of a form: what the contract says of it, and how it is asked for.</summary>
public sealed record Field
{
    /// <summary>Its name on the wire.</summary>
    public required string Name { get; init; }

    public required FieldKind Kind { get; init; }
    public required string Label { get; init; }

    /// <summary>The contract's own words. Empty: they say no more than the label.</summary>
    public required string Hint { get; init; }

    public bool Required { get; init; }
    public long? Least { get; init; }
    public long? Most { get; init; }

    /// <summary>Longest text, in characters.</summary>
    public int Longest { get; init; } = 500;

    public ChoiceSource Choices { get; init; }

    /// <summary>True: it says which row of another list this one goes with. The form fills it in, and by itself it says nothing.</summary>
    public bool Identifies { get; init; }

    /// <summary>The act that opens a request, where the field is one of its own. Null: another act.</summary>
    public string? Opening { get; init; }

    /// <summary>The enum whose names are the choices.</summary>
    public Type? Names { get; init; }

    /// <summary>What stands there when nobody has chosen: says nothing by itself.</summary>
    public string? Default { get; init; }

    /// <summary>The fields of a group or of one row.</summary>
    public IReadOnlyList<Field> Fields { get; init; } = [];
}

/// <summary>The form of one act: the fields of its open part, which the hub reads, and of its private part, which only the other state can.</summary>
public sealed class ActForm
{
    static readonly ConcurrentDictionary<string, ActForm> Made = new();

    /// <summary>Longest line and longest text of an open part, as the rules have them.</summary>
    const int Line = 500, OpenText = 4000, PrivateText = 60_000;

    static readonly FrozenDictionary<(Type, string), ChoiceSource> ChoiceFields = new Dictionary<(Type, string), ChoiceSource>
    {
        [(typeof(RequestResubmitted), nameof(RequestResubmitted.Instrument))] = ChoiceSource.Instruments,
        [(typeof(RequestResubmitted), nameof(RequestResubmitted.Languages))] = ChoiceSource.Languages,
        [(typeof(RequestSubmitted), nameof(RequestSubmitted.Supplements))] = ChoiceSource.OtherRequests,
        [(typeof(OffenceFact), nameof(OffenceFact.ListOffence))] = ChoiceSource.Offences,
        [(typeof(HearingTerms), nameof(HearingTerms.Interpreter))] = ChoiceSource.Languages,
        [(typeof(HearingTerms), nameof(HearingTerms.Zone))] = ChoiceSource.Zones,
        [(typeof(MeasurePeriod), nameof(MeasurePeriod.Zone))] = ChoiceSource.Zones,
        [(typeof(RequestAcknowledged), nameof(RequestAcknowledged.CompetentAuthority))] = ChoiceSource.OwnAuthorities,
        [(typeof(RequestForwarded), nameof(RequestForwarded.ToAuthority))] = ChoiceSource.OwnAuthorities,
        [(typeof(RequestReturned), nameof(RequestReturned.AcceptedLanguages))] = ChoiceSource.Languages,
        [(typeof(TranslationRequested), nameof(TranslationRequested.Language))] = ChoiceSource.Languages,
        [(typeof(TranslationSupplied), nameof(TranslationSupplied.Language))] = ChoiceSource.Languages,
        [(typeof(RefusalConsulted), nameof(RefusalConsulted.Ground))] = ChoiceSource.Grounds,
        [(typeof(RequestRefused), nameof(RequestRefused.Ground))] = ChoiceSource.Grounds,
        [(typeof(NationalStepOpened), nameof(NationalStepOpened.Step))] = ChoiceSource.NationalSteps,
        [(typeof(NationalStepDecided), nameof(NationalStepDecided.Ground))] = ChoiceSource.Grounds,
        [(typeof(RequestRefused), nameof(RequestRefused.Only))] = ChoiceSource.Measures,
        [(typeof(ScopeReduced), nameof(ScopeReduced.NoLongerWanted))] = ChoiceSource.Measures,
        [(typeof(DelayReasonGiven), nameof(DelayReasonGiven.RuleId))] = ChoiceSource.LimitsOnUs,
        [(typeof(ContactNoted), nameof(ContactNoted.RuleId))] = ChoiceSource.Limits,
        [(typeof(MeetingMinuted), nameof(MeetingMinuted.RuleId))] = ChoiceSource.Limits,
        [(typeof(CorrectionMade), nameof(CorrectionMade.OfActId))] = ChoiceSource.OwnActs,
        [(typeof(ReceiptGiven), nameof(ReceiptGiven.OfActId))] = ChoiceSource.TheirActs,
        [(typeof(EvidenceReceived), nameof(EvidenceReceived.Part))] = ChoiceSource.PartsReceived,
        [(typeof(EvidenceFoundDefective), nameof(EvidenceFoundDefective.Part))] = ChoiceSource.PartsReceived,
        [(typeof(EvidenceDefect), nameof(EvidenceDefect.ItemId))] = ChoiceSource.ItemsReceived,
        [(typeof(SupplementAnnounced), nameof(SupplementAnnounced.SupplementaryRequestId))] = ChoiceSource.OtherRequests,
        [(typeof(NoteSent), nameof(NoteSent.AboutRequestId))] = ChoiceSource.OtherRequests,
        [(typeof(TransitRequested), nameof(TransitRequested.ForRequestId))] = ChoiceSource.OtherRequests,
        [(typeof(RefusedOffence), nameof(RefusedOffence.Ground))] = ChoiceSource.Grounds,
        [(typeof(SpecialtyConsentDecided), nameof(SpecialtyConsentDecided.Ground))] = ChoiceSource.Grounds,

        // Preservation
        [(typeof(FollowUpConfirmed), nameof(FollowUpConfirmed.FollowUpRequestId))] = ChoiceSource.OtherRequests,

        // Emergency
        [(typeof(HoldersNamed), nameof(HoldersNamed.Holders))] = ChoiceSource.OwnAuthorities,

        // Correction
        [(typeof(ErrorAcknowledged), nameof(ErrorAcknowledged.AboutRequestId))] = ChoiceSource.AllRequests,
        [(typeof(ErrorReported), nameof(ErrorReported.AboutRequestId))] = ChoiceSource.AllRequests,
        [(typeof(ErrorAssessed), nameof(ErrorAssessed.Holders))] = ChoiceSource.RegionAuthorities,
        [(typeof(CopyConfirmed), nameof(CopyConfirmed.Holder))] = ChoiceSource.RegionAuthorities,

        // Jurisdiction
        [(typeof(CaseFileHandedOver), nameof(CaseFileHandedOver.Languages))] = ChoiceSource.Languages,
        [(typeof(RightsMilestoneReached), nameof(RightsMilestoneReached.Language))] = ChoiceSource.Languages,
        [(typeof(TransitAnswerReported), nameof(TransitAnswerReported.State))] = ChoiceSource.States,
        [(typeof(TransitAnswerReported), nameof(TransitAnswerReported.TransitRequestId))] = ChoiceSource.OtherRequests,
        [(typeof(ProsecutionAnswered), nameof(ProsecutionAnswered.TransferRequestId))] = ChoiceSource.OtherRequests,
        [(typeof(SurrenderDateProposed), nameof(SurrenderDateProposed.Crosses))] = ChoiceSource.States,
        [(typeof(SurrenderDateAgreed), nameof(SurrenderDateAgreed.Crosses))] = ChoiceSource.States,

        // Joint investigation and joint action
        [(typeof(Party), nameof(Party.State))] = ChoiceSource.States,
        [(typeof(Party), nameof(Party.Authority))] = ChoiceSource.RegionAuthorities,
        [(typeof(MemberReleased), nameof(MemberReleased.State))] = ChoiceSource.Members,
        [(typeof(JointAgreementDrafted), nameof(JointAgreementDrafted.Leader))] = ChoiceSource.OwnAuthorities,
        [(typeof(JointAgreementDrafted), nameof(JointAgreementDrafted.SpaceAdministrator))] = ChoiceSource.RegionAuthorities,
        [(typeof(MemberInvited), nameof(MemberInvited.Leader))] = ChoiceSource.OwnAuthorities,
        [(typeof(MemberInvited), nameof(MemberInvited.SpaceAdministrator))] = ChoiceSource.RegionAuthorities,
        [(typeof(UseConsentAsked), nameof(UseConsentAsked.Origin))] = ChoiceSource.Members,
        [(typeof(UseConsentDecided), nameof(UseConsentDecided.OfActId))] = ChoiceSource.TheirActs,
        [(typeof(ThirdStateHelpAsked), nameof(ThirdStateHelpAsked.HelpRequestId))] = ChoiceSource.OtherRequests,
        [(typeof(JointEvidenceDownloaded), nameof(JointEvidenceDownloaded.OfActId))] = ChoiceSource.TheirActs,
        [(typeof(JointEvidenceErased), nameof(JointEvidenceErased.OfActId))] = ChoiceSource.OwnActs,
        [(typeof(ReadinessReported), nameof(ReadinessReported.OnRequestId))] = ChoiceSource.AllRequests,
        [(typeof(JointActionAnnounced), nameof(JointActionAnnounced.Zone))] = ChoiceSource.Zones,
    }.ToFrozenDictionary();

    // The ranges stand in the contract's words; no type says them.
    static readonly FrozenDictionary<(Type, string), (long Least, long Most)> Ranges = new Dictionary<(Type, string), (long, long)>
    {
        [(typeof(Measure), nameof(Measure.Count))] = (1, 100_000),
        [(typeof(MeasureParticulars), nameof(MeasureParticulars.Measure))] = (1, 200),
        [(typeof(OffenceFact), nameof(OffenceFact.LongestPenaltyMonths))] = (0, 1200),
        [(typeof(ExtensionDeclared), nameof(ExtensionDeclared.Days))] = (1, 30),
        [(typeof(CostNoticeGiven), nameof(CostNoticeGiven.Amount))] = (1, 1_000_000_000_000),
        [(typeof(CostAnswered), nameof(CostAnswered.RequestingSharePercent))] = (0, 100),
        [(typeof(CostReported), nameof(CostReported.Amount))] = (0, 1_000_000_000_000),
        [(typeof(CostReported), nameof(CostReported.Hours))] = (0, 100_000),
        [(typeof(EvidenceSent), nameof(EvidenceSent.Part))] = (1, 1000),
        [(typeof(EvidenceSent), nameof(EvidenceSent.OfParts))] = (1, 1000),
        [(typeof(EvidenceReceived), nameof(EvidenceReceived.Part))] = (1, 1000),
        [(typeof(EvidenceFoundDefective), nameof(EvidenceFoundDefective.Part))] = (1, 1000),
        [(typeof(UseReported), nameof(UseReported.Quality))] = (1, 5),
        [(typeof(ExtraditionRequested), nameof(ExtraditionRequested.SentenceLeftMonths))] = (0, 1200),
        [(typeof(GrantedOffence), nameof(GrantedOffence.Offence))] = (1, 1000),
        [(typeof(OffenceFinding), nameof(OffenceFinding.Offence))] = (1, 1000),
        [(typeof(RefusedOffence), nameof(RefusedOffence.Offence))] = (1, 1000),
        [(typeof(SurrenderMade), nameof(SurrenderMade.DetentionDays))] = (0, 36_500),
        [(typeof(SurrenderMade), nameof(SurrenderMade.ObjectsHandedOver))] = (0, 10_000),
        [(typeof(SpecialtyConsentAsked), nameof(SpecialtyConsentAsked.Number))] = (1, 1000),
        [(typeof(SpecialtyConsentDecided), nameof(SpecialtyConsentDecided.Number))] = (1, 1000),
        [(typeof(HolderConfirmed), nameof(HolderConfirmed.Holder))] = (1, 1000),
        [(typeof(VictimsRestituted), nameof(VictimsRestituted.Victims))] = (0, 1_000_000),
        [(typeof(JointInvestigationProposed), nameof(JointInvestigationProposed.Months))] = (1, 60),
        [(typeof(JointEvidenceShared), nameof(JointEvidenceShared.Items))] = (1, 10_000),
        [(typeof(JointInvestigationEvaluated), nameof(JointInvestigationEvaluated.Quality))] = (1, 5),
    }.ToFrozenDictionary();

    static readonly FrozenSet<(Type, string)> Paragraphs = new HashSet<(Type, string)>
    {
        (typeof(RequestParticulars), nameof(RequestParticulars.Text)),
        (typeof(PersonDescription), nameof(PersonDescription.Other)),
        (typeof(OffenceParticulars), nameof(OffenceParticulars.Qualification)),
        (typeof(MeasureParticulars), nameof(MeasureParticulars.Reasons)),
        (typeof(MeasureParticulars), nameof(MeasureParticulars.WhyThere)),
        (typeof(MeasureParticulars), nameof(MeasureParticulars.Technical)),
        (typeof(MeasureParticulars), nameof(MeasureParticulars.Conditions)),
        (typeof(MeasureParticulars), nameof(MeasureParticulars.Allowances)),
        (typeof(Explanation), nameof(Explanation.Text)),
        (typeof(EvidenceParticulars), nameof(EvidenceParticulars.Text)),
        (typeof(RequestRefused), nameof(RequestRefused.Reasons)),
        (typeof(OffenceParticulars), nameof(OffenceParticulars.Wording)),
        (typeof(CourtResult), nameof(CourtResult.Text)),
        (typeof(AssetParticulars), nameof(AssetParticulars.Text)),
        (typeof(PreservationParticulars), nameof(PreservationParticulars.Text)),
        (typeof(PreservationParticulars), nameof(PreservationParticulars.Sought)),
        (typeof(PreservationParticulars), nameof(PreservationParticulars.Necessity)),
    }.ToFrozenSet();

    // Names of the contract that say too little on a form.
    static readonly FrozenDictionary<(Type, string), string> Labels = new Dictionary<(Type, string), string>
    {
        [(typeof(RequestAcknowledged), nameof(RequestAcknowledged.TheirReference))] = "Our own reference",
        [(typeof(RequestForwarded), nameof(RequestForwarded.ToAuthority))] = "Passed to",
        [(typeof(InformationRequested), nameof(InformationRequested.Gaps))] = "What is missing",
        [(typeof(RequestReturned), nameof(RequestReturned.Cure))] = "What would cure it",
        [(typeof(RequestRefused), nameof(RequestRefused.Only))] = "Only these measures",
        [(typeof(RequestRefused), nameof(RequestRefused.DecidedBy))] = "Who has decided",
        [(typeof(TimingAgreed), nameof(TimingAgreed.On))] = "The day agreed",
        [(typeof(DownstreamDate), nameof(DownstreamDate.On))] = "Day",
        [(typeof(EvidenceSent), nameof(EvidenceSent.Final))] = "Is this the last part?",
        [(typeof(EvidenceSent), nameof(EvidenceSent.OfParts))] = "Of how many parts",
        [(typeof(EvidenceSent), nameof(EvidenceSent.Manifest))] = "Items of evidence",
        [(typeof(InformationSupplied), nameof(InformationSupplied.Complete))] = "Is everything here?",
        [(typeof(CorrectionMade), nameof(CorrectionMade.OfActId))] = "The act to correct",
        [(typeof(DisputeRaised), nameof(DisputeRaised.Relief))] = "What is wanted",
        [(typeof(DisputeRaised), nameof(DisputeRaised.AlsoAbout))] = "References of other requests it is about",
        [(typeof(ReceiptGiven), nameof(ReceiptGiven.OfActId))] = "The act",
        [(typeof(EvidenceDefect), nameof(EvidenceDefect.ItemId))] = "Item",
        [(typeof(DelayReasonGiven), nameof(DelayReasonGiven.RuleId))] = "The limit that has passed",
        [(typeof(ContactNoted), nameof(ContactNoted.RuleId))] = "The limit spoken of",
        [(typeof(ContactNoted), nameof(ContactNoted.On))] = "Day",
        [(typeof(ContactNoted), nameof(ContactNoted.Kind))] = "How",
        [(typeof(ContactNoted), nameof(ContactNoted.Reached))] = "Was the other side spoken to?",
        [(typeof(ContactNoted), nameof(ContactNoted.Agreed))] = "What was agreed",
        [(typeof(ContactNoted), nameof(ContactNoted.NewDay))] = "New day",
        [(typeof(MeetingMinuted), nameof(MeetingMinuted.RuleId))] = "The limit the meeting was about",
        [(typeof(MeetingMinuted), nameof(MeetingMinuted.On))] = "Day of the meeting",
        [(typeof(MeetingMinuted), nameof(MeetingMinuted.Agreed))] = "What was agreed",
        [(typeof(MeetingMinuted), nameof(MeetingMinuted.NewDay))] = "New day",
        [(typeof(SupplementAnnounced), nameof(SupplementAnnounced.SupplementaryRequestId))] = "The supplementary request",
        [(typeof(RequestSubmitted), nameof(RequestSubmitted.Envelope))] = "What frames the request",
        [(typeof(RequestResubmitted), nameof(RequestResubmitted.Envelope))] = "What frames the request",
        [(typeof(FreezingRequested), nameof(FreezingRequested.Envelope))] = "What frames the request",
        [(typeof(ConfiscationRequested), nameof(ConfiscationRequested.Envelope))] = "What frames the request",
        [(typeof(RequestEnvelope), nameof(RequestEnvelope.ConfidentialReason))] = "Why it is confidential",
        [(typeof(RequestEnvelope), nameof(RequestEnvelope.Related))] = "Other requests in the same matter",
        [(typeof(RequestEnvelope), nameof(RequestEnvelope.UseLimits))] = "What is received will be used only for",
        [(typeof(RelatedRequest), nameof(RelatedRequest.What))] = "What it asks for",
        [(typeof(RelatedRequest), nameof(RelatedRequest.On))] = "Day",
        [(typeof(ValidationParticulars), nameof(ValidationParticulars.On))] = "Day",
        [(typeof(RequestParticulars), nameof(RequestParticulars.Text))] = "What is asked and why",
        [(typeof(Explanation), nameof(Explanation.Text))] = "In your words",
        [(typeof(EvidenceParticulars), nameof(EvidenceParticulars.Text))] = "Covering word",
        [(typeof(OffenceFact), nameof(OffenceFact.ListOffence))] = "Offence of the list",
        [(typeof(OffenceParticulars), nameof(OffenceParticulars.Time))] = "When",
        [(typeof(OffenceFact), nameof(OffenceFact.LongestPenaltyMonths))] = "Longest penalty, in months",
        [(typeof(Measure), nameof(Measure.Count))] = "How many",
        [(typeof(Measure), nameof(Measure.Flow))] = "Which operations",
        [(typeof(Measure), nameof(Measure.TranscriptionWanted))] = "Is a transcription wanted?",
        [(typeof(Measure), nameof(Measure.DecodingWanted))] = "Is decoding wanted?",
        [(typeof(Measure), nameof(Measure.LawfulAtHome))] = "Would it be lawful at home?",
        [(typeof(HearingTerms), nameof(HearingTerms.Capacity))] = "Heard as",
        [(typeof(HearingTerms), nameof(HearingTerms.Means))] = "By",
        [(typeof(HearingTerms), nameof(HearingTerms.At))] = "Begins",
        [(typeof(HearingTerms), nameof(HearingTerms.Zone))] = "Zone of the summons",
        [(typeof(HearingTerms), nameof(HearingTerms.Standard))] = "Technical standard",
        [(typeof(HearingTerms), nameof(HearingTerms.Interpreter))] = "Interpreter for",
        [(typeof(HearingTerms), nameof(HearingTerms.SummonsWanted))] = "Is a summons wanted?",
        [(typeof(HearingTerms), nameof(HearingTerms.RightsNoticeWanted))] = "Is a notice of rights wanted?",
        [(typeof(TransferTerms), nameof(TransferTerms.HeldThere))] = "Is the person held there?",
        [(typeof(SafekeepingTerms), nameof(SafekeepingTerms.Then))] = "What becomes of it",
        [(typeof(SafekeepingTerms), nameof(SafekeepingTerms.On))] = "Day",
        [(typeof(RequestParticulars), nameof(RequestParticulars.Extradition))] = "Warrant or judgment, sentence, description, property",
        [(typeof(OffenceParticulars), nameof(OffenceParticulars.Qualification))] = "Legal qualification",
        [(typeof(OffenceParticulars), nameof(OffenceParticulars.Participation))] = "Degree of participation",
        [(typeof(ExtraditionParticulars), nameof(ExtraditionParticulars.Limitation))] = "Lapse of time",
        [(typeof(ExtraditionParticulars), nameof(ExtraditionParticulars.Property))] = "Property to be handed over",
        [(typeof(SentenceTerm), nameof(SentenceTerm.Life))] = "For life",
        [(typeof(SentenceTerm), nameof(SentenceTerm.Words))] = "In words",
        [(typeof(PersonDescription), nameof(PersonDescription.HeightCm))] = "Height in centimetres",
        [(typeof(MeasureParticulars), nameof(MeasureParticulars.WhyThere))] = "Why that bank, or a bank there",
        [(typeof(MeasureParticulars), nameof(MeasureParticulars.Concerned))] = "Whom it concerns",
        [(typeof(MeasureParticulars), nameof(MeasureParticulars.Technical))] = "Technical data",
        [(typeof(MeasureParticulars), nameof(MeasureParticulars.Order))] = "Warrant or order",
        [(typeof(CourtOrder), nameof(CourtOrder.On))] = "Day",
        [(typeof(CostAnswered), nameof(CostAnswered.RequestingSharePercent))] = "Share of the requesting side, in percent",
        [(typeof(CostReported), nameof(CostReported.Hours))] = "Hours worked, in quarters",
        [(typeof(CostReported), nameof(CostReported.InsteadOf))] = "In the place of an earlier report",
        [(typeof(ValueManaged), nameof(ValueManaged.Value))] = "Worth of everything frozen now",
        [(typeof(Contact), nameof(Contact.Email))] = "E-mail",
        [(typeof(RequestSubmitted), nameof(RequestSubmitted.Supplements))] = "Supplements an earlier request",
        [(typeof(PartialDate), nameof(PartialDate.Raw))] = "As the source says",
        [(typeof(NoteSent), nameof(NoteSent.AboutRequestId))] = "About another request",
        [(typeof(ExtraditionRequested), nameof(ExtraditionRequested.SentenceLeftMonths))] = "Left of the sentence, in months",
        [(typeof(ExtraditionRequested), nameof(ExtraditionRequested.Presence))] = "Presence at the trial",
        [(typeof(ProvisionalArrestRequested), nameof(ProvisionalArrestRequested.WarrantExists))] = "Does a judgment or warrant exist?",
        [(typeof(ProvisionalArrestRequested), nameof(ProvisionalArrestRequested.ExtraditionIntended))] = "Will a formal request follow?",
        [(typeof(TransitRequested), nameof(TransitRequested.ForRequestId))] = "The request for extradition",
        [(typeof(TransitRequested), nameof(TransitRequested.FromState))] = "Surrendered by",
        [(typeof(TransitRequested), nameof(TransitRequested.On))] = "Day of the journey",
        [(typeof(ArrestMade), nameof(ArrestMade.At))] = "Arrested",
        [(typeof(ReleaseReported), nameof(ReleaseReported.At))] = "Free",
        [(typeof(SurrenderMade), nameof(SurrenderMade.At))] = "Surrendered",
        [(typeof(RightsMilestoneReached), nameof(RightsMilestoneReached.Milestone))] = "Right",
        [(typeof(RightsMilestoneReached), nameof(RightsMilestoneReached.On))] = "Day",
        [(typeof(RightsMilestoneReached), nameof(RightsMilestoneReached.Manner))] = "How",
        [(typeof(RightsMilestoneReached), nameof(RightsMilestoneReached.Language))] = "Language the person understands",
        [(typeof(PriorityDecided), nameof(PriorityDecided.Preferred))] = "Which request goes first",
        [(typeof(ExtraditionGranted), nameof(ExtraditionGranted.Granted))] = "Offences granted",
        [(typeof(RequestRecognised), nameof(RequestRecognised.Offences))] = "Offences examined one by one",
        [(typeof(ExtraditionGranted), nameof(ExtraditionGranted.Refused))] = "Offences refused",
        [(typeof(SurrenderDateProposed), nameof(SurrenderDateProposed.On))] = "Day proposed",
        [(typeof(SurrenderDateAgreed), nameof(SurrenderDateAgreed.On))] = "Day agreed",
        [(typeof(SurrenderDateProposed), nameof(SurrenderDateProposed.Crosses))] = "States the way crosses",
        [(typeof(SurrenderDateAgreed), nameof(SurrenderDateAgreed.Crosses))] = "Further states the way crosses",
        [(typeof(TransitAnswerReported), nameof(TransitAnswerReported.State))] = "State of transit",
        [(typeof(TransitAnswerReported), nameof(TransitAnswerReported.TransitRequestId))] = "The request for transit",
        [(typeof(TransitAnswerReported), nameof(TransitAnswerReported.Until))] = "Granted until",
        [(typeof(ProsecutionAnswered), nameof(ProsecutionAnswered.FileHandedOverOn))] = "File handed over on",
        [(typeof(ProsecutionAnswered), nameof(ProsecutionAnswered.TransferRequestId))] = "The request for the transfer of proceedings",
        [(typeof(FinalDischargeReported), nameof(FinalDischargeReported.On))] = "Day of the discharge",
        [(typeof(SpecialtyConsentDecided), nameof(SpecialtyConsentDecided.Consented))] = "Is consent given?",

        // Preservation
        [(typeof(PreservationRequested), nameof(PreservationRequested.Categories))] = "Kinds of record",
        [(typeof(PreservationRequested), nameof(PreservationRequested.Necessary))] = "Is it necessary?",
        [(typeof(PreservationRequested), nameof(PreservationRequested.FollowUpIntended))] = "Will a request to produce them follow?",
        [(typeof(PreservationConfirmed), nameof(PreservationConfirmed.SnapshotDigest))] = "Digest of the snapshot (SHA-256)",
        [(typeof(OtherProviderFound), nameof(OtherProviderFound.State))] = "State of that provider",
        [(typeof(FollowUpConfirmed), nameof(FollowUpConfirmed.FollowUpRequestId))] = "The formal request",
        [(typeof(PreservationParticulars), nameof(PreservationParticulars.Text))] = "The facts",
        [(typeof(PreservationParticulars), nameof(PreservationParticulars.Sought))] = "The records, and their link with the offence",
        [(typeof(PreservationParticulars), nameof(PreservationParticulars.Necessity))] = "Why it is necessary",

        // Emergency
        [(typeof(EmergencyRequested), nameof(EmergencyRequested.Categories))] = "Kinds of record",
        [(typeof(EmergencyRequested), nameof(EmergencyRequested.Validated))] = "Is it validated already?",
        [(typeof(EmergencyRequested), nameof(EmergencyRequested.Reason))] = "What is in danger",
        [(typeof(ValidationDecided), nameof(ValidationDecided.Granted))] = "Is it validated?",
        [(typeof(HolderConfirmed), nameof(HolderConfirmed.Holder))] = "Number of the holder",
        [(typeof(HolderConfirmed), nameof(HolderConfirmed.Done))] = "What was done",

        // Asset recovery
        [(typeof(FreezingRequested), nameof(FreezingRequested.Urgent))] = "Is it urgent?",
        [(typeof(FreezingRequested), nameof(FreezingRequested.FrozenUntil))] = "To remain frozen until",
        [(typeof(ConfiscationRequested), nameof(ConfiscationRequested.FinalOn))] = "Final since",
        [(typeof(AssetsFrozen), nameof(AssetsFrozen.On))] = "Frozen on",
        [(typeof(AssetsConfiscated), nameof(AssetsConfiscated.On))] = "Confiscated on",
        [(typeof(RemedyFiled), nameof(RemedyFiled.By))] = "Filed by",
        [(typeof(SharingAnswered), nameof(SharingAnswered.Agreed))] = "Is it agreed?",
        [(typeof(AssetParticulars), nameof(AssetParticulars.AlternativeMeasures))] = "Alternative measures",
        [(typeof(AssetParticulars), nameof(AssetParticulars.Restitution))] = "Restitution to a victim",
        [(typeof(AssetParticulars), nameof(AssetParticulars.Remedies))] = "Remedies in our state",
        [(typeof(AssetParticulars), nameof(AssetParticulars.Text))] = "The order, and why the property is believed to be here",

        // Correction
        [(typeof(ErrorAcknowledged), nameof(ErrorAcknowledged.AboutRequestId))] = "The request in which it happened",
        [(typeof(ErrorAcknowledged), nameof(ErrorAcknowledged.AboutActId))] = "The act that was wrong (its id)",
        [(typeof(ErrorReported), nameof(ErrorReported.AboutRequestId))] = "The request in which it happened",
        [(typeof(ErrorReported), nameof(ErrorReported.AboutActId))] = "The act that was wrong (its id)",
        [(typeof(ErrorAssessed), nameof(ErrorAssessed.Holders))] = "Everybody who holds a copy",
        [(typeof(ErrorAssessed), nameof(ErrorAssessed.PersonAffected))] = "Is a person affected?",
        [(typeof(ErrorAssessed), nameof(ErrorAssessed.PersonDetained))] = "Is or was somebody detained because of it?",
        [(typeof(ErrorAssessed), nameof(ErrorAssessed.EvidenceUsed))] = "Was it used as evidence?",
        [(typeof(CorrectionIssued), nameof(CorrectionIssued.SupersededDigest))] = "Digest of the old version (SHA-256)",
        [(typeof(CorrectionIssued), nameof(CorrectionIssued.NewDigest))] = "Digest of the new version (SHA-256)",
        [(typeof(CopyConfirmed), nameof(CopyConfirmed.Done))] = "What was done",
        [(typeof(CopyConfirmed), nameof(CopyConfirmed.ProofDigest))] = "Digest of the proof (SHA-256)",
        [(typeof(PersonInformed), nameof(PersonInformed.On))] = "Day",
        [(typeof(PersonInformed), nameof(PersonInformed.Manner))] = "How",
        [(typeof(ErrorRemedied), nameof(ErrorRemedied.Steps))] = "What was done",

        // Interception notice, transfer for a time
        [(typeof(InterceptionNotified), nameof(InterceptionNotified.Stage))] = "How far it is",
        [(typeof(InterceptionObjected), nameof(InterceptionObjected.Use))] = "What was intercepted until now",
        [(typeof(InterceptionEnded), nameof(InterceptionEnded.On))] = "Last day",
        [(typeof(PresenceNoLongerRequired), nameof(PresenceNoLongerRequired.On))] = "Day",

        // Jurisdiction
        [(typeof(ConcurrentProceedingsNotified), nameof(ConcurrentProceedingsNotified.Stage))] = "How far our proceedings are",
        [(typeof(ConcurrentProceedingsNotified), nameof(ConcurrentProceedingsNotified.Criteria))] = "What speaks for us",
        [(typeof(ConcurrentProceedingsAnswered), nameof(ConcurrentProceedingsAnswered.Proceedings))] = "Do we prosecute for the same facts?",
        [(typeof(ConcurrentProceedingsAnswered), nameof(ConcurrentProceedingsAnswered.Stage))] = "How far our proceedings are",
        [(typeof(ConcurrentProceedingsAnswered), nameof(ConcurrentProceedingsAnswered.Criteria))] = "What speaks for us",
        [(typeof(ForumProposed), nameof(ForumProposed.Forum))] = "Who is to prosecute",
        [(typeof(ForumProposed), nameof(ForumProposed.Criteria))] = "What speaks for it",
        [(typeof(ForumAgreed), nameof(ForumAgreed.Forum))] = "Who is to prosecute",
        [(typeof(TransferRequested), nameof(TransferRequested.Criteria))] = "What speaks for the transfer",
        [(typeof(TransferRequested), nameof(TransferRequested.CoerciveMeasuresInForce))] = "Are coercive measures in force?",
        [(typeof(OpinionHeard), nameof(OpinionHeard.Of))] = "Whose opinion",
        [(typeof(OpinionHeard), nameof(OpinionHeard.On))] = "Day",
        [(typeof(OpinionHeard), nameof(OpinionHeard.Manner))] = "How, or why not",
        [(typeof(TransferAccepted), nameof(TransferAccepted.Refused))] = "Offences not taken over",
        [(typeof(ProceedingsSuspended), nameof(ProceedingsSuspended.On))] = "Day",
        [(typeof(ProceedingsTakenOver), nameof(ProceedingsTakenOver.On))] = "Day",
        [(typeof(AcceptanceOverturned), nameof(AcceptanceOverturned.On))] = "Day of the decision",
        [(typeof(ProceedingsOutcomeReported), nameof(ProceedingsOutcomeReported.BarsProsecution))] = "Does it bar further prosecution?",

        // Joint investigation and joint action
        [(typeof(JointInvestigationProposed), nameof(JointInvestigationProposed.Members))] = "Who else is asked",
        [(typeof(JointInvestigationProposed), nameof(JointInvestigationProposed.Months))] = "For how many months",
        [(typeof(JointActionAnnounced), nameof(JointActionAnnounced.Members))] = "Who else is asked",
        [(typeof(JointActionAnnounced), nameof(JointActionAnnounced.ActionAt))] = "Hour of the action",
        [(typeof(JointActionAnnounced), nameof(JointActionAnnounced.Zone))] = "Agreed in the time of",
        [(typeof(JointActionAnnounced), nameof(JointActionAnnounced.ReadyBy))] = "Ready by",
        [(typeof(InvitationAnswered), nameof(InvitationAnswered.Joins))] = "Do we take part?",
        [(typeof(JointAgreementDrafted), nameof(JointAgreementDrafted.WillStated))] = "Does each authority state its will?",
        [(typeof(JointAgreementDrafted), nameof(JointAgreementDrafted.EndsOn))] = "Last day",
        [(typeof(JointChangeProposed), nameof(JointChangeProposed.Change))] = "What is to change",
        [(typeof(JointChangeProposed), nameof(JointChangeProposed.EndsOn))] = "New last day",
        [(typeof(JointChangeProposed), nameof(JointChangeProposed.Member))] = "New member",
        [(typeof(MemberInvited), nameof(MemberInvited.Member))] = "Admitted authority",
        [(typeof(MemberInvited), nameof(MemberInvited.WillStated))] = "Does each authority state its will?",
        [(typeof(MemberInvited), nameof(MemberInvited.EndsOn))] = "Last day",
        [(typeof(JointChangeAnswered), nameof(JointChangeAnswered.Consents))] = "Do we consent?",
        [(typeof(UseConsentAsked), nameof(UseConsentAsked.Origin))] = "Gathered in",
        [(typeof(UseConsentDecided), nameof(UseConsentDecided.OfActId))] = "The use asked for",
        [(typeof(UseConsentDecided), nameof(UseConsentDecided.Granted))] = "Is the use granted?",
        [(typeof(ThirdStateHelpAsked), nameof(ThirdStateHelpAsked.State))] = "Country that is asked (two letters)",
        [(typeof(ThirdStateHelpAsked), nameof(ThirdStateHelpAsked.HelpRequestId))] = "The request, if it goes through the hub",
        [(typeof(JointEvidenceShared), nameof(JointEvidenceShared.Items))] = "How many items",
        [(typeof(JointEvidenceShared), nameof(JointEvidenceShared.Digest))] = "Digest of their list (SHA-256)",
        [(typeof(JointEvidenceDownloaded), nameof(JointEvidenceDownloaded.OfActId))] = "What another had shared",
        [(typeof(JointEvidenceErased), nameof(JointEvidenceErased.OfActId))] = "What we had shared",
        [(typeof(JointInvestigationEvaluated), nameof(JointInvestigationEvaluated.AimsReached))] = "Were the aims reached?",
        [(typeof(ReadinessReported), nameof(ReadinessReported.Ready))] = "Are we ready?",
        [(typeof(ReadinessReported), nameof(ReadinessReported.OnRequestId))] = "Request on which we work",
        [(typeof(JointActionPostponed), nameof(JointActionPostponed.ActionAt))] = "New hour of the action",
        [(typeof(JointActionPostponed), nameof(JointActionPostponed.ReadyBy))] = "Ready by",
        [(typeof(JointResultReported), nameof(JointResultReported.Result))] = "What was done",
    }.ToFrozenDictionary();

    ActForm(ActType act)
    {
        Act = act;
        Open = FieldsOf(act.Content, isPrivate: false);
        // Only a request for assistance has measures, and only one for a person the particulars of extradition.
        Private = act.Private is null ? []
            : [.. FieldsOf(act.Private, isPrivate: true).Where(f => f.Name switch
            {
                "measures" => act.Content.IsAssignableTo(typeof(IRequestContent)),
                "extradition" => act.Content == typeof(ExtraditionRequested) || act.Content == typeof(ProvisionalArrestRequested) || act.Content == typeof(TransitRequested),
                _ => true,
            })];
        Explains = ContractWords.Of(act.Content);
    }

    public ActType Act { get; }
    public IReadOnlyList<Field> Open { get; }
    public IReadOnlyList<Field> Private { get; }

    /// <summary>What the act is, in the contract's words.</summary>
    public string Explains { get; }

    /// <summary>The form of an act of <see cref="Acts.All"/>.</summary>
    public static ActForm Of(string actType) => Made.GetOrAdd(actType, static name => new(Acts.All[name]));

    static IReadOnlyList<Field> FieldsOf(Type record, bool isPrivate) =>
        [.. record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetMethod is not null && p.Name != "EqualityContract").Select(p => FieldOf(record, p, isPrivate))];

    static Field FieldOf(Type record, PropertyInfo property, bool isPrivate)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var key = (record, property.Name);
        var element = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;
        // Whatever opens a request says under which instrument, and in which languages.
        var opens = record.IsAssignableTo(typeof(IOpening));
        var choices = ChoiceFields.TryGetValue(key, out var known) ? known
            : opens && property.Name == nameof(IOpening.Instrument) ? ChoiceSource.Instruments
            : opens && property.Name == nameof(RequestSubmitted.Languages) ? ChoiceSource.Languages
            : ChoiceSource.None;
        var required = property.IsDefined(typeof(RequiredMemberAttribute), inherit: false);
        var kind = KindOf(record, property, type, element, choices, required);
        var label = Labels.GetValueOrDefault(key) ?? ContractWords.Spaced(property.Name);
        var range = Ranges.TryGetValue(key, out var found) ? found : kind == FieldKind.Whole ? (0, int.MaxValue) : default((long Least, long Most)?);
        return new()
        {
            Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            Kind = kind,
            Label = label,
            Hint = ContractWords.Hint(ContractWords.Of(property), label, kind == FieldKind.Tick),
            Required = required,
            Least = range?.Least,
            Most = range?.Most,
            Longest = kind == FieldKind.Paragraph ? isPrivate ? PrivateText : OpenText : Line,
            Choices = choices,
            Opening = opens ? record.Name : null,
            Identifies = key == (typeof(MeasureParticulars), nameof(MeasureParticulars.Measure)),
            Names = element is { IsEnum: true } ? element : type.IsEnum ? type : null,
            Default = DefaultOf(record, property, required),
            Fields = kind switch
            {
                FieldKind.Group => FieldsOf(type, isPrivate),
                FieldKind.Rows or FieldKind.Evidence => FieldsOf(element!, isPrivate),
                _ => [],
            },
        };
    }

    static FieldKind KindOf(Type record, PropertyInfo property, Type type, Type? element, ChoiceSource choices, bool required) => (record, property.Name) switch
    {
        // The local original and where each value came from are nobody's to type.
        (_, nameof(RequestParticulars.Original)) when type == typeof(Attachment) => FieldKind.Kept,
        _ when element == typeof(Provenance) => FieldKind.Kept,
        ({ } r, nameof(RightsCheck.Answers)) when r == typeof(RightsCheck) => FieldKind.Rights,
        ({ } r, nameof(EvidenceSent.Manifest)) when r == typeof(EvidenceSent) => FieldKind.Evidence,
        // Each item is asked for with its line of the manifest.
        ({ } r, nameof(EvidenceParticulars.Items)) when r == typeof(EvidenceParticulars) => FieldKind.Kept,
        _ when element == typeof(Attachment) => FieldKind.Files,
        _ when element is not null => element.IsEnum || choices != ChoiceSource.None ? FieldKind.Several : element == typeof(string) ? FieldKind.Lines : FieldKind.Rows,
        _ when type.IsEnum || choices != ChoiceSource.None => FieldKind.One,
        _ when type == typeof(string) => Paragraphs.Contains((record, property.Name)) ? FieldKind.Paragraph : FieldKind.Line,
        _ when type == typeof(int) || type == typeof(long) => FieldKind.Whole,
        _ when type == typeof(decimal) => FieldKind.Amount,
        // What may also be left unsaid is no box that would say no.
        _ when type == typeof(bool) => required || type != property.PropertyType ? FieldKind.YesNo : FieldKind.Tick,
        _ when type == typeof(DateOnly) => FieldKind.Day,
        _ when type == typeof(DateTimeOffset) => FieldKind.Moment,
        _ when type == typeof(PartialDate) => FieldKind.PartialDay,
        _ when type == typeof(Guid) => FieldKind.Line,
        { } when type.IsClass && type.Namespace == typeof(Act).Namespace => FieldKind.Group,
        _ => throw new NotSupportedException($"{record.Name}.{property.Name} is a {type.Name}, which no form asks for; teach {nameof(ActForm)} how."),
    };

    // What an initializer of the contract says: "= PersonPosition.Unknown". A row in which nothing but such values stands was left empty.
    static string? DefaultOf(Type record, PropertyInfo property, bool required)
    {
        if (required || property.PropertyType is { IsEnum: false, IsPrimitive: false })
            return null;
        return property.GetValue(Activator.CreateInstance(record)) switch
        {
            bool => null,
            Enum name => name.ToString(),
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => null,
        };
    }
}
