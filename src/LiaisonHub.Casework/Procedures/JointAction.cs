using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Clock;
using static LiaisonHub.Casework.Procedures.EveryProcedure;
using static LiaisonHub.Casework.Procedures.JointConditions;

namespace LiaisonHub.Casework.Procedures;

/// <summary>An action at one hour in several states: who takes part, who is ready, the common go, what each did. What is asked of each state stands in a
/// request between two states of the same case group.</summary>
/// <remarks>The state that announces leads and is the requesting side; every other state is a member on the requested side. Nobody is ready before it has checked
/// the rights under its own law, and the state that leads gives the go with its own check.</remarks>
static class JointAction
{
    public const string Announced = "Announced";
    public const string Preparing = "Preparing";
    public const string Released = "Released";
    public const string ClosedDone = "Closed.Done";
    public const string ClosedCalledOff = "Closed.CalledOff";
    public const string ClosedAbandoned = "Closed.Abandoned";

    const Side Leader = Side.Requesting;
    const Side Members = Side.Requested;

    static readonly StateOfProcedure[] AllStates =
    [
        new(Announced, "Each state that is asked says whether it takes part") { Turn = Members, Place = (0, 0) },
        new(Preparing, "Each state that takes part says when it is ready; then the go") { Turn = Members, Place = (1, 0) },
        new(Released, "The go is given; each acts at the hour and reports") { MayCoerce = true, Place = (2, 0) },
        new(ClosedDone, "Closed: everybody has reported") { Closed = true, Place = (3, 0) },
        new(ClosedCalledOff, "Closed: called off") { Closed = true, Place = (2, 2) },
        new(ClosedAbandoned, "Closed: nobody else takes part") { Closed = true, Place = (0, 2) },
    ];

    static readonly Row[] AllRows =
    [
        From(Row.Outside).On<JointActionAnnounced>(Leader).Per("region")
            .Requires(CaseGroupIsNamed, InstrumentIsInForceWithEach, AddresseeIsDesignated).Goes(Announced)
            .StartsOn(InvitationAnswer, EveryMember, until: s => s.As<JointActionAnnounced>().ReadyBy)
            .Starts(Go, until: s => s.As<JointActionAnnounced>().ActionAt)
            .Records((JointActionAnnounced a, Request r) =>
                r with { JointAction = new() { ActionAt = a.ActionAt, Zone = a.Zone, ReadyBy = a.ReadyBy } }),

        // Who takes part?
        .. ByWhoIsLeft(Acted(From(Announced).On<InvitationAnswered>(Members).Per("region").When(HasNotAnswered)
            .MeetsOwn(InvitationAnswer).StartsOn(Readiness, WhoeverJoins, until: ReadyBy)),
            OthersHaveYetToAnswer, EverybodyHasAnswered, r => r.Goes(Preparing), Abandoned),
        .. ByWhoIsLeft(Acted(From(Announced).On<MemberLeft>(Members).Per("region").When(TakesPart).StopsClocksOf(Departing)),
            OthersHaveYetToAnswer, EverybodyHasAnswered, r => r.Goes(Preparing), Abandoned),
        .. ByWhoIsLeft(Acted(From(Announced).On<MemberReleased>(Leader).Per("region").Requires(TheReleasedIsAMember).StopsClocksOf(Departing)),
            OthersHaveYetToAnswer, EverybodyHasAnswered, r => r.Goes(Preparing), Abandoned),
        .. ByWhoIsLeft(Acted(From(Preparing).On<MemberLeft>(Members).Per("region").When(TakesPart).StopsClocksOf(Departing)), SomebodyTakesPart, Abandoned),
        .. ByWhoIsLeft(Acted(From(Preparing).On<MemberReleased>(Leader).Per("region").Requires(TheReleasedIsAMember).StopsClocksOf(Departing)),
            SomebodyTakesPart, Abandoned),

        // Who is ready?
        Acted(From(Announced, Preparing).On<ReadinessReported>(Members).Per("region").When(TakesPart).If(IsReady).Requires(RightsAreChecked, TheRequestIsAskedOfThisState)
            .MeetsOwn(Readiness)),
        Acted(From(Announced, Preparing).On<ReadinessReported>(Members).Per("region").When(TakesPart).If(IsNotReady)
            .Requires(TheRequestIsAskedOfThisState).StartsOwn(Readiness, until: ReadyBy)),
        From(Announced, Preparing).On<GoGiven>(Leader).Per("region").Requires(EverybodyIsReady, WhatIsAskedIsRecognised, TheHourIsStillToCome, RightsAreChecked).Goes(Released)
            .Meets(Go).StartsOn(Clock.JointResult, Everybody, from: s => s.Request.JointAction!.ActionAt)
            .Records((r, s) => Action(r, a => a with { GoAt = s.At }) with { RightsCheckedAt = s.At }),

        // Another hour, or none
        From(Announced, Preparing).On<JointActionPostponed>(Leader).Per("region").Requires(TheNewHoursAreToCome)
            .Starts(Go, until: s => s.As<JointActionPostponed>().ActionAt)
            .StartsOn(Readiness, WhoeverTakesPart, until: s => s.As<JointActionPostponed>().ReadyBy)
            .StartsOn(InvitationAnswer, WhoeverHasNotAnswered, until: s => s.As<JointActionPostponed>().ReadyBy)
            .Records((r, s) => Postponed(r, s)),
        From(Released).On<JointActionPostponed>(Leader).Per("region").Requires(TheHourIsStillToCome, TheNewHoursAreToCome).Goes(Preparing)
            .Cancels(Clock.JointResult)
            .Starts(Go, until: s => s.As<JointActionPostponed>().ActionAt)
            .StartsOn(Readiness, WhoeverTakesPart, until: s => s.As<JointActionPostponed>().ReadyBy)
            .Records((r, s) => Postponed(r, s)),
        From(Announced, Preparing).On<JointActionCalledOff>(Leader).Per("region").Goes(ClosedCalledOff)
            .StopsAllClocks()
            .Records((r, _) => r with { Outcome = "CalledOff" }),
        From(Released).On<JointActionCalledOff>(Leader).Per("region").Requires(TheHourIsStillToCome).Goes(ClosedCalledOff)
            .StopsAllClocks()
            .Records((r, _) => r with { Outcome = "CalledOff" }),

        // What each did
        From(Released).On<JointResultReported>(null).Per("region").When(HasNotReported).If(OthersHaveYetToReport).Requires(TheHourHasCome)
            .MeetsOwn(Clock.JointResult)
            .Records((r, s) => Reported(r, s)),
        From(Released).On<JointResultReported>(null).Per("region").When(HasNotReported).If(EverybodyHasReported).Requires(TheHourHasCome).Goes(ClosedDone)
            .MeetsOwn(Clock.JointResult)
            .Records((r, s) => WithOutcome(Reported(r, s))),
    ];

    /// <summary>The table.</summary>
    public static Procedure Table { get; } =
        new("JointAction", "Joint action", "the region's rules", AllStates, [.. AllRows.Concat(AtAnyTime(AllStates)).Select(r => r.AmongMany())])
        {
            Says = WhatStandsOfTheAction,
        };

    static Row Abandoned(Row row) => row.Goes(ClosedAbandoned).StopsAllClocks().Records((r, s) => Membership(r, s) with { Outcome = "Abandoned" });
}
