using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Clock;
using static LiaisonHub.Casework.Procedures.EveryProcedure;

namespace LiaisonHub.Casework.Procedures;

/// <summary>Notice of an interception that needs no technical assistance of the state in which the person is (Directive 2014/41/EU, Article 31 and
/// Annex C). Articles without a name are the Directive's.</summary>
/// <remarks>
/// The requesting side intercepts and gives notice; the requested side is asked for nothing but may object within 96 hours. The interception may go on while
/// it is looked at and when nobody objects, so whoever intercepts has checked the rights before it gives notice; whoever lets it go on has checked them too.
/// </remarks>
static class InterceptionNotice
{
    public const string Notified = "Notified";
    public const string MayGoOn = "MayGoOn";
    public const string Stopping = "Stopping";
    public const string ClosedEnded = "Closed.Ended";
    public const string ClosedStopped = "Closed.Stopped";

    const Side Requesting = Side.Requesting;
    const Side Requested = Side.Requested;

    static readonly Guard MayBeIntercepted = RightsGate(s => s.As<InterceptionNotified>().RightsCheck, "the interception is not carried out");

    static readonly Guard MayGoOnHere = RightsGate(s => s.As<InterceptionNotObjected>().RightsCheck, "object (InterceptionObjected)");

    static readonly StateOfProcedure[] AllStates =
    [
        new(Notified, "Notified; the other state may object") { Turn = Requested, MayCoerce = true, Place = (0, 1) },
        new(MayGoOn, "No objection: the interception may go on")
        {
            Turn = Requesting,
            MayCoerce = true,
            Rest = "The interception may go on as it was notified: no limit runs until it is ended.",
            Place = (2, 0),
        },
        new(Stopping, "Objected to; the stop is to be confirmed") { Turn = Requesting, Place = (2, 2) },
        new(ClosedEnded, "Closed: the interception is over") { Closed = true, Place = (4, 0) },
        new(ClosedStopped, "Closed: stopped after an objection") { Closed = true, Place = (4, 2) },
    ];

    static readonly Row[] AllRows =
    [
        From(Row.Outside).On<InterceptionNotified>(Requesting).Per("31(1)-(2)").Requires(InstrumentIsInForce, AddresseeIsDesignated, MayBeIntercepted)
            .Goes(Notified)
            .Starts(InterceptionObjection)
            .Records((r, s) => r with
            {
                Offences = s.As<InterceptionNotified>().Offences,
                Languages = s.As<InterceptionNotified>().Languages,
                RightsCheckedAt = s.At,
            }),
        From(Notified).On<InterceptionNotObjected>(Requested).Per("31(3)").Requires(MayGoOnHere).Goes(MayGoOn)
            .Meets(InterceptionObjection)
            .Records((r, s) => r with { RightsCheckedAt = s.At }),
        // Whoever does not object in time has let it go on.
        From(Notified).OnSilence(InterceptionObjection, Silence.DeemedConsent).Per("31(3)").Goes(MayGoOn),
        From(Notified).On<InterceptionObjected>(Requested).Per("31(3)(a)-(b)").Goes(Stopping)
            .Meets(InterceptionObjection).Starts(Stop, onWhom: _ => Requesting)
            .Records((InterceptionObjected a, Request r) => r with { Outcome = a.Use.ToString() }),
        From(Stopping).On<StopConfirmed>(Requesting).Per("31(3)(a)").Goes(ClosedStopped)
            .Meets(Stop),
        From(MayGoOn).On<InterceptionEnded>(Requesting).Per("31(1)").Goes(ClosedEnded)
            .Records((r, _) => r with { Outcome = "Ended" }),

        .. AtAnyTime(AllStates, status: "31", note: "31"),
    ];

    /// <summary>The table.</summary>
    public static Procedure Table { get; } =
        new("InterceptionNotice", "Notice of an interception without technical assistance", "Directive 2014/41/EU", AllStates, AllRows);

    /// <summary>What the open parts must look like.</summary>
    public static readonly IReadOnlyDictionary<Type, Action<Check>> Content = new Dictionary<Type, Action<Check>>
    {
        [typeof(InterceptionNotified)] = Procedures.Content.On<InterceptionNotified>((c, a) =>
        {
            c.Code("instrument", a.Instrument).Code("reference", a.Reference).Languages("languages", a.Languages, least: 1).Offences("offences", a.Offences);
            Procedures.Content.Period(c, "period", a.Period);
            c.RightsAnswers("rightsCheck.answers", a.RightsCheck.Answers);
        }),
        [typeof(InterceptionNotObjected)] =
            Procedures.Content.On<InterceptionNotObjected>((c, a) => c.RightsAnswers("rightsCheck.answers", a.RightsCheck.Answers)),
        [typeof(InterceptionObjected)] = Procedures.Content.On<InterceptionObjected>((c, a) =>
        {
            c.Lines("conditions", a.Conditions, least: a.Use == InterceptedUse.UnderConditions ? 1 : 0);
            if (a.Use == InterceptedUse.NotAllowed && a.Conditions.Count > 0)
                c.Wrong("conditions", "stand there although use is not allowed", "leave them out, or write UnderConditions");
        }),
        [typeof(InterceptionEnded)] = Procedures.Content.On<InterceptionEnded>((c, a) => c.NotToCome("on", a.On)),
    };
}
