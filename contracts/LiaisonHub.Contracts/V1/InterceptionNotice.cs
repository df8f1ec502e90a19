using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>A state intercepts telecommunications of somebody on the territory of the other, and needs no technical help for it. Opens a notice.</summary>
/// <remarks>European Investigation Order, Article 31 and Annex C. Given before the interception where it is known then that the person is there, else as
/// soon as it is known. Private part: <see cref="RequestParticulars"/>, with the target and the facts.</remarks>
public sealed record InterceptionNotified : IOpening, IRightsChecked
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <inheritdoc cref="IRequestContent.Offences"/>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <inheritdoc cref="IRequestContent.Languages"/>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>How far the interception is.</summary>
    public required InterceptionStage Stage { get; init; }

    /// <summary>From when until when it is ordered.</summary>
    public required MeasurePeriod Period { get; init; }

    /// <inheritdoc/>
    public required RightsCheck RightsCheck { get; init; }
}

/// <summary>How far an interception is when it is notified.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InterceptionStage>))]
public enum InterceptionStage
{
    /// <summary>Ordered, not begun.</summary>
    Ordered,

    /// <summary>Going on.</summary>
    GoingOn,

    /// <summary>Over: it became known only then where the person was.</summary>
    Over,
}

/// <summary>The notified state objects: the interception may not be carried out, or stops (European Investigation Order, Article 31(3)).</summary>
/// <remarks>It would not be allowed there in a similar domestic case. Private part: <see cref="Explanation"/>, with the reasons.</remarks>
public sealed record InterceptionObjected
{
    /// <summary>What may be done with what was intercepted while the person was on the territory.</summary>
    public required InterceptedUse Use { get; init; }

    /// <summary>The conditions under which it may be used, a line each, without personal data. At least one where use is allowed under conditions.</summary>
    public IReadOnlyList<string> Conditions { get; init; } = [];
}

/// <summary>What may be done with what was intercepted before an objection.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InterceptedUse>))]
public enum InterceptedUse
{
    /// <summary>It may not be used.</summary>
    NotAllowed,

    /// <summary>It may be used under conditions.</summary>
    UnderConditions,
}

/// <summary>The notified state does not object: the interception may go on.</summary>
public sealed record InterceptionNotObjected : IRightsChecked
{
    /// <inheritdoc/>
    public required RightsCheck RightsCheck { get; init; }
}

/// <summary>The interception is over.</summary>
public sealed record InterceptionEnded
{
    /// <summary>Its last day, in the intercepting state's calendar.</summary>
    public required DateOnly On { get; init; }
}
