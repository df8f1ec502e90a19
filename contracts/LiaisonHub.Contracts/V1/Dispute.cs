using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

// A dispute is opened by the hub: when a side raises one (DisputeRaised), or when a limit stays silent up to level 5 of the ladder. The side that complains is the requesting side of the dispute.
// Its acts have no private part, since three parties read them; only what is said in the mediation is sealed, to one of them.

/// <summary>A side of the dispute proposes how to settle it.</summary>
public sealed record SettlementProposed
{
    /// <summary>What would be done, in one line without personal data.</summary>
    public required string Terms { get; init; }

    /// <summary>The day by which it would be done.</summary>
    public required DateOnly ComplyBy { get; init; }
}

/// <summary>The other side accepts the settlement that is proposed.</summary>
public sealed record SettlementAccepted;

/// <summary>A side says that consultation has come to no agreement.</summary>
public sealed record AgreementFailed
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>A side proposes a mediator of the region's list.</summary>
public sealed record MediatorProposed
{
    /// <summary>Code of the mediator, an authority of the region's body.</summary>
    public required string Mediator { get; init; }
}

/// <summary>The region's body appoints the mediator: the one proposed, or another when the sides do not agree in time.</summary>
public sealed record MediatorAppointed
{
    /// <summary>Code of the mediator, an authority of the region's body.</summary>
    public required string Mediator { get; init; }
}

/// <summary>Something said in confidence in the mediation: by a side to the mediator, or by the mediator to a side. It goes to its receiver alone; the panel and the court
/// do not have it.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record MediationNoteMade;

/// <summary>The mediator reports the end of the mediation. What was said in it stays with the mediator.</summary>
public sealed record MediationEnded
{
    /// <summary>True: the sides have settled.</summary>
    public required bool Settled { get; init; }

    /// <summary>What will be done, in one line without personal data. Needed when settled.</summary>
    public string? Terms { get; init; }

    /// <summary>The day by which it will be done. Needed when settled.</summary>
    public DateOnly? ComplyBy { get; init; }
}

/// <summary>The arbitral panel is formed.</summary>
public sealed record PanelFormed
{
    /// <summary>Code of the tribunal, an authority of the region's body.</summary>
    public required string Tribunal { get; init; }

    /// <summary>Number of arbitrators: 1, 3 or 5.</summary>
    public required int Arbitrators { get; init; }
}

/// <summary>A side has not consented to arbitration by any instrument: the question of law goes to the region's court.</summary>
public sealed record ArbitrationDeclined
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>A side, before the panel is formed, or the panel itself asks the region's court what a provision means. Once in a dispute; the dispute waits for the answer.</summary>
public sealed record InterpretationRequested
{
    /// <summary>The article to be interpreted.</summary>
    public required string Article { get; init; }

    /// <summary>The question, in one line without personal data.</summary>
    public required string Question { get; init; }
}

/// <summary>The region's court says what the provision means. It binds nobody to do anything; the dispute goes on where it stood.</summary>
public sealed record InterpretationGiven
{
    /// <summary>European Case Law Identifier or the court's own number.</summary>
    public required string Number { get; init; }

    /// <summary>What the provision means, in one line without personal data.</summary>
    public required string Guidance { get; init; }

    /// <summary>The rule it is guidance on, a row of the time catalogue. Null: no row.</summary>
    public string? RuleId { get; init; }
}

/// <summary>The panel decides.</summary>
public sealed record AwardIssued
{
    /// <summary>The side that must do something.</summary>
    public required Side OnWhom { get; init; }

    /// <summary>What is ordered, in one line without personal data.</summary>
    public required string Order { get; init; }

    /// <summary>The day by which it is to be done.</summary>
    public required DateOnly ComplyBy { get; init; }
}

/// <summary>A side takes the award to the region's court.</summary>
public sealed record AppealFiled
{
    /// <summary>On what, in one line without personal data.</summary>
    public required string Ground { get; init; }
}

/// <summary>The region's court interprets the provision or decides the appeal. Binding.</summary>
public sealed record RulingIssued
{
    /// <summary>European Case Law Identifier or the court's own number.</summary>
    public required string Number { get; init; }

    /// <summary>Articles interpreted. At least one.</summary>
    public required IReadOnlyList<string> Articles { get; init; }

    /// <summary>The side that must do something. Null: nobody; the interpretation alone answers the dispute.</summary>
    public Side? OnWhom { get; init; }

    /// <summary>What is held and ordered, in one line without personal data.</summary>
    public required string Order { get; init; }

    /// <summary>The day by which it is to be done. Needed when somebody must do something.</summary>
    public DateOnly? ComplyBy { get; init; }
}

/// <summary>The panel or the court holds all limits of the request in dispute until a day, as an interim measure. What is done meanwhile is done: acts on that request stay open to both sides.
/// Given again with another day, it takes the place of the one before.</summary>
public sealed record HoldOrdered
{
    /// <summary>The last day of the hold, in the requested state of the request in dispute. Today at the earliest, at most 180 days ahead.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>A side proposes that both hold all limits of the request in dispute until a day.</summary>
public sealed record HoldProposed
{
    /// <summary>The last day of the hold, in the requested state of the request in dispute. Today at the earliest, at most 180 days ahead.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>The other side agrees to the hold that is proposed.</summary>
public sealed record HoldAgreed;

/// <summary>The hold ends before its day: by the body that ordered it, or by either side that had agreed to it. The legal time that was left runs.</summary>
public sealed record HoldEnded
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>The side that must comply reports that it has.</summary>
public sealed record ComplianceReported
{
    /// <summary>What was done, in one line without personal data.</summary>
    public required string Done { get; init; }
}

/// <summary>The other side answers the report of compliance.</summary>
public sealed record ComplianceAnswered
{
    /// <summary>Whether it is what was decided.</summary>
    public required ComplianceFinding Finding { get; init; }
}

/// <summary>What the other side finds of a report of compliance.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComplianceFinding>))]
public enum ComplianceFinding
{
    /// <summary>Done.</summary>
    Complete,

    /// <summary>Not done, or not what was decided.</summary>
    Incomplete,
}

/// <summary>The side that waits for compliance records a measure of reciprocity.</summary>
public sealed record ReciprocityMeasureTaken
{
    /// <summary>The measure, in one line without personal data.</summary>
    public required string Measure { get; init; }
}

/// <summary>What the dispute teaches the region: a proposal to change a rule, or that none is needed.</summary>
public sealed record LessonRecorded
{
    /// <summary>The rule it concerns, a row of a catalogue. Null: no row.</summary>
    public string? RuleId { get; init; }

    /// <summary>The lesson, in one line without personal data.</summary>
    public required string Lesson { get; init; }
}
