using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>How tests walk one procedure.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Into">The shortest way of the usual course into a state.</param>
/// <param name="Of">An act of every type of the procedure, fitting the usual course as far as one content can.</param>
/// <param name="Variant">Another wording of such an act, which takes another row.</param>
/// <param name="Pauses">The states in which a limit may be held.</param>
sealed record Course(
    Procedure Table, Func<string, Rules, Story> Into, Func<string, Request, DateOnly, object> Of, Func<object, Request, bool, object> Variant, IReadOnlySet<string> Pauses)
{
    /// <summary>Its parties.</summary>
    public IReadOnlyList<Seat> Seats { get; init; } = [Side.Requesting, Side.Requested];

    public string Procedure => Table.Name;

    public ProcedureSheet Sheet => Demo.Rules.Sheets.First(s => s.Name == Table.Name);

    /// <summary>Name of its files: <c>MutualAssistance</c> is <c>mutual-assistance</c>.</summary>
    public string File => string.Concat(Table.Name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}

static class Courses
{
    public static Course MutualAssistance { get; } = new(
        LiaisonHub.Casework.Procedures.MutualAssistance.Table,
        (state, rules) => Usual.Into(state, rules),
        Usual.Of,
        (content, request, variant) => (content, variant) switch
        {
            (EvidenceSent e, true) when request.Parts.All(p => p.Number != e.Part) => e with { Final = true, OriginalsToReturn = true },
            (RequestRefused r, true) => r with { Only = [request.Measures[0].Kind] },
            (ObjectionReviewed o, true) => o with { Outcome = ObjectionOutcome.OrderLifted },
            (CostAnswered c, true) => c with { Answer = CostAnswer.Declined },
            (NationalStepDecided d, true) => d with { Decision = NationalStepDecision.Vetoed, Ground = "NATSEC" },
            _ => content,
        },
        new HashSet<string> { "TranslationPending", "InformationPending", "AlternativePending", "CostPending", "Consulting", "NationalStepPending", "Objected", "Suspended", "Postponed" });

    public static Course Extradition { get; } = new(
        LiaisonHub.Casework.Procedures.Extradition.Table,
        (state, rules) => Extraditions.Into(state, rules),
        Extraditions.Of,
        Extraditions.Variant,
        new HashSet<string> { "TranslationPending", "InformationPending", "Consulting", "Competing", "AssurancePending", "TransitPending" });

    public static IReadOnlyList<Course> All { get; } =
    [
        MutualAssistance,
        Extradition,
        EmergencyCourse.Course,
        PreservationCourse.Course,
        AssetRecoveryCourse.Course,
        CorrectionCourse.Course,
        HeldCopyCourse.Course,
        JurisdictionCourse.Course,
        InterceptionNoticeCourse.Course,
        JointInvestigationCourse.Course,
        JointActionCourse.Course,
        DisputeCourse.Course,
    ];

    public static Course Of(string procedure) => All.First(c => c.Procedure == procedure);
}
