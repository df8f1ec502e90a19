using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Clock;
using static LiaisonHub.Casework.Procedures.EveryProcedure;
using static LiaisonHub.Casework.Procedures.JointConditions;

namespace LiaisonHub.Casework.Procedures;

/// <summary>A joint investigation team of two or more states, from the proposal to the evaluation. Articles without a name are those of Law 11/2003 of Spain,
/// whose pattern the agreement follows.</summary>
/// <remarks>The state that proposes leads and is the requesting side; every other state is a member on the requested side. Drafting the agreement is the
/// signature of the state that leads. The team may coerce, so nobody signs before it has checked the rights under its own law.</remarks>
static class JointInvestigation
{
    public const string Proposed = "Proposed";
    public const string Drafting = "Drafting";
    public const string Signing = "Signing";
    public const string Active = "Active";
    public const string Closing = "Closing";
    public const string ClosedEvaluated = "Closed.Evaluated";
    public const string ClosedNotAgreed = "Closed.NotAgreed";
    public const string ClosedWithdrawn = "Closed.Withdrawn";

    const Side Leader = Side.Requesting;
    const Side Members = Side.Requested;

    static readonly StateOfProcedure[] AllStates =
    [
        new(Proposed, "Each state that is asked says whether it takes part") { Turn = Members, Place = (0, 0) },
        new(Drafting, "The agreement is to be drafted") { Turn = Leader, Place = (1, 0) },
        new(Signing, "Each state that takes part is to sign") { Turn = Members, Place = (2, 0) },
        new(Active, "The team works until its last day") { MayCoerce = true, Place = (3, 0) },
        new(Closing, "The team has ended; it is to be evaluated") { Turn = Leader, Place = (4, 0) },
        new(ClosedEvaluated, "Closed: evaluated") { Closed = true, Place = (5, 0) },
        new(ClosedNotAgreed, "Closed: nobody else takes part") { Closed = true, Place = (1, 2) },
        new(ClosedWithdrawn, "Closed: withdrawn before the team was set up") { Closed = true, Place = (2, 2) },
    ];

    static readonly Row[] AllRows =
    [
        // Who takes part?
        From(Row.Outside).On<JointInvestigationProposed>(Leader).Per("5").Requires(InstrumentIsInForceWithEach, AddresseeIsDesignated).Goes(Proposed)
            .StartsOn(InvitationAnswer, EveryMember)
            .Records((JointInvestigationProposed a, Request r) => r with { Offences = a.Offences, JointInvestigation = new() { Aims = a.Aims } }),
        .. ByWhoIsLeft(Acted(From(Proposed).On<InvitationAnswered>(Members).Per("5").When(HasNotAnswered).MeetsOwn(InvitationAnswer)),
            OthersHaveYetToAnswer, EverybodyHasAnswered, Answered, NotAgreed),
        .. ByWhoIsLeft(Acted(From(Proposed).On<MemberLeft>(Members).Per("region").When(TakesPart).StopsClocksOf(Departing)),
            OthersHaveYetToAnswer, EverybodyHasAnswered, Answered, NotAgreed),
        .. ByWhoIsLeft(Acted(From(Proposed).On<MemberReleased>(Leader).Per("region").Requires(TheReleasedIsAMember).StopsClocksOf(Departing)),
            OthersHaveYetToAnswer, EverybodyHasAnswered, Answered, NotAgreed),

        // The agreement
        From(Drafting, Signing).On<JointAgreementDrafted>(Leader).Per("5").Requires(TheLeaderIsOfTheStateThatLeads, RightsAreChecked).Goes(Signing)
            .Meets(AgreementDraft).StartsOn(Signature, EveryMember)
            .Records((r, s) => Drafted(r, s)),
        .. ByWhoIsLeft(Acted(From(Drafting).On<MemberLeft>(Members).Per("region").When(TakesPart).StopsClocksOf(Departing)), SomebodyTakesPart, NotAgreed),
        .. ByWhoIsLeft(Acted(From(Drafting).On<MemberReleased>(Leader).Per("region").Requires(TheReleasedIsAMember).StopsClocksOf(Departing)),
            SomebodyTakesPart, NotAgreed),
        Acted(From(Signing).On<JointAgreementSigned>(Members).Per("5").When(TakesPart, HasNotSigned).If(OthersHaveYetToSign).Requires(RightsAreChecked)
            .MeetsOwn(Signature)),
        Signed(Acted(From(Signing).On<JointAgreementSigned>(Members).Per("5").When(TakesPart, HasNotSigned).If(EverybodyHasSigned).Requires(RightsAreChecked)
            .MeetsOwn(Signature))),
        .. ByWhoIsLeft(Acted(From(Signing).On<MemberLeft>(Members).Per("region").When(TakesPart).StopsClocksOf(Departing)),
            OthersHaveYetToSign, EverybodyHasSigned, Signed, NotAgreed),
        .. ByWhoIsLeft(Acted(From(Signing).On<MemberReleased>(Leader).Per("region").Requires(TheReleasedIsAMember).StopsClocksOf(Departing)),
            OthersHaveYetToSign, EverybodyHasSigned, Signed, NotAgreed),
        From(Proposed, Drafting, Signing).On<RequestWithdrawn>(Leader).Per("region").Goes(ClosedWithdrawn)
            .StopsAllClocks()
            .Records((r, _) => r with { Outcome = "Withdrawn" }),

        // Changes by consent of all
        From(Active).On<JointChangeProposed>(Leader).Per("9").When(NoChangeIsOpen)
            .Requires(SomebodyCanConsent, TheNewLastDayIsLater, TheNewMemberMayBeAsked)
            .StartsOn(ChangeAnswer, WhoeverTakesPart)
            .Records((JointChangeProposed a, Request r) => Investigation(r, i => i with { Change = a, Consented = [] })),
        From(Active).On<JointChangeAnswered>(Members).Per("9").When(TakesPart, AChangeIsOpen, HasNotConsented).If(DoesNotConsent)
            .MeetsOwn(ChangeAnswer).Cancels(ChangeAnswer)
            .Records((r, _) => ChangeFalls(r)),
        From(Active).On<JointChangeAnswered>(Members).Per("9").When(TakesPart, AChangeIsOpen, HasNotConsented).If(OthersHaveYetToConsent)
            .MeetsOwn(ChangeAnswer)
            .Records((r, s) => Investigation(r, i => i with { Consented = [.. i.Consented, s.State] })),
        From(Active).On<JointChangeAnswered>(Members).Per("9").When(TakesPart, AChangeIsOpen, HasNotConsented).If(AllConsentToTheDuration)
            .MeetsOwn(ChangeAnswer).Resets(LastDay, on: s => s.Request.JointInvestigation!.Change!.EndsOn)
            .Records((r, _) => ChangeFalls(Investigation(r, i => i with { EndsOn = i.Change!.EndsOn }))),
        From(Active).On<JointChangeAnswered>(Members).Per("9").When(TakesPart, AChangeIsOpen, HasNotConsented).If(AllConsentToTheScope)
            .MeetsOwn(ChangeAnswer)
            .Records((r, _) => ChangeFalls(Investigation(r, i => i with { Scope = [.. i.Scope, i.Change!.Scope!] }))),
        From(Active).On<JointChangeAnswered>(Members).Per("9").When(TakesPart, AChangeIsOpen, HasNotConsented).If(AllConsentToTheMember)
            .MeetsOwn(ChangeAnswer)
            .Records((r, _) => ChangeFalls(Investigation(r, i => i with { Admitted = [.. i.Admitted ?? [], i.Change!.Member!] }))),
        // Silence is no consent.
        From(Active).OnSilence(ChangeAnswer, Silence.DefaultDecision).Per("9")
            .Cancels(ChangeAnswer)
            .Records((r, _) => ChangeFalls(r)),

        // A state that comes later signs by joining.
        From(Active).On<MemberInvited>(Leader).Per("9").When(AStateIsAdmitted).Requires(TheInvitedIsAdmitted, TheAgreementIsAsItStands)
            .StartsOn(InvitationAnswer, TheInvited)
            .Records((r, s) => Invited(r, s)),
        From(Active).On<InvitationAnswered>(Members).Per("9").When(HasNotAnswered).If(Joins).Requires(RightsAreChecked)
            .MeetsOwn(InvitationAnswer).Cancels(ChangeAnswer)
            .Records((r, s) => ChangeFalls(Membership(r, s)) with { RightsCheckedAt = s.At }),
        .. ByWhoIsLeft(Acted(From(Active).On<InvitationAnswered>(Members).Per("9").When(HasNotAnswered).MeetsOwn(InvitationAnswer)), SomebodyTakesPart, Ended),

        // What the team gathers
        From(Active, Closing).On<UseConsentAsked>(null).Per("8").When(TakesPart).Requires(TheOriginIsAnotherParty)
            .StartsOn(UseConsent, s => [SeatOfOrigin(s)], part: s => s.Request.JointInvestigation!.Uses.Count + 1)
            .Records((r, s) => Investigation(r, i => i with { Uses = [.. i.Uses, new(s.Header.ActId, s.As<UseConsentAsked>().Origin)] })),
        From(Active, Closing).On<UseConsentDecided>(null).Per("8").When(AUseWaitsForThisState).Requires(TheUseWaitsForThisState)
            .MeetsPart(UseConsent, NumberOfTheUse)
            .Records((UseConsentDecided a, Request r) =>
                Investigation(r, i => i with { Uses = [.. i.Uses.Select(u => u.ActId == a.OfActId ? u with { Granted = a.Granted } : u)] })),
        From(Active).On<ThirdStateHelpAsked>(null).Per("Convention of 29 May 2000, 13(8)").When(TakesPart).Requires(TheHelperIsOutside, HelpIsRoomFor)
            .Records((r, s) => Investigation(r, i => i with { Helps = [.. i.Helps, new(s.Header.ActId, s.State, s.As<ThirdStateHelpAsked>().State)] })),
        From(Active).On<JointEvidenceShared>(null).Per("Regulation (EU) 2023/969, 13, 14").When(TakesPart)
            .StartsOwn(Erasure, part: s => s.Request.JointInvestigation!.Uploads.Count + 1)
            .Records((r, s) => Investigation(r, i =>
                i with { Uploads = [.. i.Uploads, new(s.Header.ActId, s.State, s.As<JointEvidenceShared>().Items)] })),
        From(Active, Closing).On<JointEvidenceDownloaded>(null).Per("Regulation (EU) 2023/969, 21").When(TakesPart, SomethingIsToBeDownloaded)
            .If(OthersHaveYetToDownload).Requires(TheUploadIsToBeDownloaded)
            .Records((r, s) => Downloaded(r, s, erased: false)),
        From(Active, Closing).On<JointEvidenceDownloaded>(null).Per("Regulation (EU) 2023/969, 21").When(TakesPart, SomethingIsToBeDownloaded)
            .If(EverybodyHasDownloaded).Requires(TheUploadIsToBeDownloaded)
            .MeetsPart(Erasure, s => NumberOfTheUpload(s, s.As<JointEvidenceDownloaded>().OfActId))
            .Records((r, s) => Downloaded(r, s, erased: true)),
        From(Active, Closing).On<JointEvidenceErased>(null).Per("Regulation (EU) 2023/969, 21")
            .When(SomethingOfThisStateIsThere).Requires(TheUploadIsThisStates)
            .MeetsPart(Erasure, s => NumberOfTheUpload(s, s.As<JointEvidenceErased>().OfActId))
            .Records((JointEvidenceErased a, Request r) =>
                Investigation(r, i => i with { Uploads = [.. i.Uploads.Select(u => u.ActId == a.OfActId ? u with { Erased = true } : u)] })),

        // The end
        .. ByWhoIsLeft(Departed(From(Active).On<MemberLeft>(Members).Per("region").When(TakesPart)), SomebodyTakesPart, Ended),
        .. ByWhoIsLeft(Departed(From(Active).On<MemberReleased>(Leader).Per("region").Requires(TheReleasedIsAMember)), SomebodyTakesPart, Ended),
        From(Active).On<JointInvestigationEnded>(Leader).Per("region").Goes(Closing)
            .Meets(LastDay).Cancels(ChangeAnswer, InvitationAnswer).Starts(Evaluation)
            .Records((r, _) => InvitationsFall(ChangeFalls(r))),
        From(Active).OnSilence(LastDay, Silence.DefaultDecision).Per("5").Goes(Closing)
            .Cancels(ChangeAnswer, InvitationAnswer).Starts(Evaluation)
            .Records((r, _) => InvitationsFall(ChangeFalls(r))),
        From(Closing).On<JointInvestigationEvaluated>(Leader).Per("region").Goes(ClosedEvaluated)
            .Meets(Evaluation)
            .Records((JointInvestigationEvaluated a, Request r) => r with { Outcome = a.AimsReached ? "AimsReached" : "AimsNotReached" }),
    ];

    /// <summary>The table.</summary>
    public static Procedure Table { get; } =
        new("JointInvestigation", "Joint investigation", "Law 11/2003 of Spain", AllStates, [.. AllRows.Concat(AtAnyTime(AllStates)).Select(r => r.AmongMany())])
        {
            Says = WhatStandsOfTheInvestigation,
        };

    static Row Answered(Row row) => row.Goes(Drafting).Starts(AgreementDraft);

    static Row NotAgreed(Row row) => row.Goes(ClosedNotAgreed).StopsAllClocks();

    static Row Signed(Row row) => row.Goes(Active).Starts(LastDay, on: s => s.Request.JointInvestigation!.EndsOn)
        .Records((r, s) => Membership(r, s) with { RightsCheckedAt = s.At });

    static Row Ended(Row row) => row.Goes(Closing).Cancels(LastDay).Starts(Evaluation);

    // Whoever was asked for consent is another circle than before.
    static Row Departed(Row row) => row.StopsClocksOf(Departing).Cancels(ChangeAnswer).Records((r, s) => ChangeFalls(Membership(r, s)));
}
