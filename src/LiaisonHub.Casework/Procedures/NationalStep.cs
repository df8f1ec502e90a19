using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>A step of the requested state's own law at which the state itself may say no to a request.</summary>
public sealed record NationalStep
{
    /// <summary>Code of its row under veto in the profile of the state.</summary>
    public required string Code { get; init; }

    /// <summary>What is decided, in words.</summary>
    public required string Title { get; init; }

    /// <summary>True: nothing is recognised before it is decided. False: the state opens it when it sees reason to.</summary>
    public bool Mandatory { get; init; }

    /// <summary>How it stands.</summary>
    public NationalStepFate Fate { get; init; }

    /// <summary>The ground of the veto. Null: there is none.</summary>
    public string? Ground { get; init; }
}

/// <summary>How a step of a state's own law stands.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<NationalStepFate>))]
public enum NationalStepFate
{
    /// <summary>Not opened.</summary>
    NotOpened,

    /// <summary>Opened and not decided.</summary>
    Pending,

    /// <summary>The request goes on.</summary>
    GoesOn,

    /// <summary>Vetoed: the request is refused on the ground of the veto, unless the step is opened again.</summary>
    Vetoed,
}

/// <summary>The facts and guards of those steps, and what their acts leave in the record.</summary>
static class NationalStepConditions
{
    public static readonly Fact AStepIsLeft = new("a national step is left", "The profile of the requested state has no step of its own for this request that is still to be decided.",
        (r, _) => Left(r).Any());

    public static readonly Guard StepIsLeft = new("one of the steps left", RefusalCode.ConditionNotMet, s =>
        Left(s.Request).Any(n => n.Code == s.As<NationalStepOpened>().Step) ? null
            : $"$.open.step: no step of this request that is still to be decided; left: {string.Join(", ", Left(s.Request).Select(n => $"{n.Code} ({n.Title})"))}.");

    /// <summary>Dual criminality is for whoever examines the request, and the state's own word comes besides.</summary>
    public static readonly Guard VetoIsOnAGroundOfItsOwn = new("a veto on a ground other than dual criminality", RefusalCode.ConditionNotMet, s =>
        s.As<NationalStepDecided>().Ground is { } ground && s.Region.Catalogue.Ground(s.Request.Instrument, ground)?.OnDualCriminality == true
            ? $"$.open.ground: {ground} stands on dual criminality, which is examined before recognition; let the request go on here, or name another ground." : null);

    public static readonly Guard NationalStepsGoOn = new("no national step is vetoed, and those that must be are decided", RefusalCode.ConditionNotMet, s =>
        Vetoed(s.Request).FirstOrDefault() is { } veto
            ? $"{veto.Code} ({veto.Title}) was decided with a veto; refuse on its ground {veto.Ground} (RequestRefused), or open the step again (NationalStepOpened)."
        : Left(s.Request).FirstOrDefault(n => n.Mandatory) is { } open ? $"{open.Code} ({open.Title}) is decided first; open the step (NationalStepOpened)." : null);

    public static readonly Guard RefusedAsVetoed = new("on the ground of the veto, where there is one, and the whole request", RefusalCode.ConditionNotMet, s =>
    {
        var (refusal, vetoes) = (s.As<RequestRefused>(), Vetoed(s.Request).ToList());
        return vetoes.Count == 0 ? null
            : vetoes.All(v => v.Ground != refusal.Ground) ? $"$.open.ground: the veto stands on {string.Join(" or ", vetoes.Select(v => v.Ground).Distinct())}; refuse on that."
            : refusal.Only.Count > 0 ? "$.open.only: a veto ends the whole request; leave it empty."
            : null;
    });

    /// <summary>What the profile of the requested state has for an act that opens a request, or goes on with it: every such act is decided on its own.</summary>
    public static Request WithNationalSteps(this Request request, Situation s, string opening)
    {
        var rows = s.Region.Profiles.GetValueOrDefault(request.Requested.State)?.Veto.Where(v => v.Serves(request.Procedure, opening, request.Instrument)).ToList() ?? [];
        return request with { NationalSteps = rows.Count == 0 ? null : [.. rows.Select(v => new NationalStep { Code = v.Code, Title = v.Title, Mandatory = v.Mandatory })] };
    }

    public static Request StepOpened(NationalStepOpened opened, Request request) =>
        Changed(request, n => n.Code == opened.Step, n => n with { Fate = NationalStepFate.Pending, Ground = null });

    public static Request StepDecided(NationalStepDecided decided, Request request) => Changed(request, n => n.Fate == NationalStepFate.Pending, n => n with
    {
        Fate = decided.Decision == NationalStepDecision.Vetoed ? NationalStepFate.Vetoed : NationalStepFate.GoesOn,
        Ground = decided.Ground,
    });

    static Request Changed(Request request, Func<NationalStep, bool> which, Func<NationalStep, NationalStep> change) =>
        request with { NationalSteps = [.. request.NationalSteps!.Select(n => which(n) ? change(n) : n)] };

    static IEnumerable<NationalStep> Left(Request request) => (request.NationalSteps ?? []).Where(n => n.Fate != NationalStepFate.GoesOn);

    static IEnumerable<NationalStep> Vetoed(Request request) => (request.NationalSteps ?? []).Where(n => n.Fate == NationalStepFate.Vetoed);
}
