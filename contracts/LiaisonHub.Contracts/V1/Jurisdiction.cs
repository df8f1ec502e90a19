using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>A state prosecutes, and has reason to believe that another does so for the same facts. Opens a consultation on who is to prosecute.</summary>
/// <remarks>Private part: <see cref="RequestParticulars"/>.</remarks>
public sealed record ConcurrentProceedingsNotified : IOpening
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <inheritdoc cref="IRequestContent.Offences"/>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <summary>How far the proceedings of this side are.</summary>
    public required ProceedingsStage Stage { get; init; }

    /// <summary>The facts that count for this side. At least one, each once.</summary>
    public required IReadOnlyList<ForumCriterion> Criteria { get; init; }
}

/// <summary>The other side says whether it prosecutes as well, and which facts count for it.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record ConcurrentProceedingsAnswered
{
    /// <summary>Are there proceedings on this side for the same facts? If not, the consultation is over.</summary>
    public required bool Proceedings { get; init; }

    /// <summary>How far they are. Null: there are none.</summary>
    public ProceedingsStage? Stage { get; init; }

    /// <summary>The facts that count for this side, each once. Empty: none.</summary>
    public IReadOnlyList<ForumCriterion> Criteria { get; init; } = [];
}

/// <summary>How far criminal proceedings are.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProceedingsStage>))]
public enum ProceedingsStage
{
    /// <summary>Investigation.</summary>
    Investigation,

    /// <summary>Charged or indicted.</summary>
    Charged,

    /// <summary>On trial.</summary>
    Trial,

    /// <summary>On appeal.</summary>
    Appeal,

    /// <summary>Decided with final effect.</summary>
    Final,
}

/// <summary>What speaks for prosecuting in a state (Regulation (EU) 2024/3011, Article 5).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ForumCriterion>))]
public enum ForumCriterion
{
    /// <summary>The offence, its effects or the damage: wholly or mostly there.</summary>
    PlaceOfOffence,

    /// <summary>A suspect is a national of that state or resides there.</summary>
    SuspectNationalOrResident,

    /// <summary>A suspect is there, and the surrender was refused.</summary>
    SurrenderRefused,

    /// <summary>Most of the evidence or of the witnesses is there.</summary>
    Evidence,

    /// <summary>Proceedings there against the same suspect.</summary>
    ProceedingsAgainstSuspect,

    /// <summary>Proceedings there against others for the same or related facts.</summary>
    ProceedingsAgainstOthers,

    /// <summary>A suspect serves or is to serve a sentence there.</summary>
    SentenceServed,

    /// <summary>The sentence would better be enforced there.</summary>
    Rehabilitation,

    /// <summary>A victim is a national of that state or resides there.</summary>
    Victims,

    /// <summary>Proceedings there are further on.</summary>
    StageOfProceedings,

    /// <summary>The states have agreed on it.</summary>
    Consensus,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>A side proposes which of the two is to prosecute.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record ForumProposed
{
    /// <summary>The side that is to prosecute: Requesting or Requested.</summary>
    public required Side Forum { get; init; }

    /// <summary>What speaks for it. At least one, each once.</summary>
    public required IReadOnlyList<ForumCriterion> Criteria { get; init; }
}

/// <summary>The other side agrees to the forum that is proposed.</summary>
public sealed record ForumAgreed
{
    /// <summary>The side that is to prosecute, as it was proposed.</summary>
    public required Side Forum { get; init; }
}

/// <summary>A state asks another to take over its proceedings. Opens a transfer, or follows the agreement on the forum.</summary>
/// <remarks>Private part: <see cref="RequestParticulars"/>.</remarks>
public sealed record TransferRequested : IOpening
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <inheritdoc cref="IRequestContent.Offences"/>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <inheritdoc cref="IRequestContent.Languages"/>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>What speaks for the transfer. At least one, each once.</summary>
    public required IReadOnlyList<ForumCriterion> Criteria { get; init; }

    /// <summary>Are coercive measures of this side in force, such as custody? The private part says which, and until when.</summary>
    public required bool CoerciveMeasuresInForce { get; init; }
}

/// <summary>The suspect or the victim could state an opinion on the transfer (Regulation (EU) 2024/3011, Articles 6 and 7), and on which day. Without both
/// nothing is taken over.</summary>
public sealed record OpinionHeard
{
    /// <summary>Whose opinion.</summary>
    public required OpinionHolder Of { get; init; }

    /// <summary>The day.</summary>
    public required DateOnly On { get; init; }

    /// <summary>How, or why not.</summary>
    public required OpinionManner Manner { get; init; }
}

/// <summary>Who is heard before proceedings are transferred.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OpinionHolder>))]
public enum OpinionHolder
{
    /// <summary>The suspect or accused person.</summary>
    Suspect,

    /// <summary>The victim.</summary>
    Victim,
}

/// <summary>How a person was heard, or why that was not possible.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OpinionManner>))]
public enum OpinionManner
{
    /// <summary>Informed, and an opinion was given.</summary>
    Given,

    /// <summary>Informed; no opinion was given.</summary>
    Declined,

    /// <summary>Not reached, with reasonable efforts.</summary>
    NotReached,

    /// <summary>It would have prejudiced the investigation.</summary>
    Prejudicial,

    /// <summary>The person proposed the transfer.</summary>
    OwnProposal,

    /// <summary>No victim is known. Not for a suspect.</summary>
    NoneKnown,
}

/// <summary>The transfer is accepted, wholly or in part. Cannot be made without the rights check, nor before suspect and victim could be heard.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional: the reasoned decision.</remarks>
public sealed record TransferAccepted : IRightsChecked
{
    /// <inheritdoc/>
    public required RightsCheck RightsCheck { get; init; }

    /// <summary>The offences that are not taken over, each with its ground. Empty: all are. To refuse all of them, make <see cref="RequestRefused"/>.</summary>
    public IReadOnlyList<RefusedOffence> Refused { get; init; } = [];
}

/// <summary>The side that gives its proceedings away has waived, suspended or discontinued them.</summary>
public sealed record ProceedingsSuspended
{
    /// <summary>The day.</summary>
    public required DateOnly On { get; init; }
}

/// <summary>The case file goes over, with its translation.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, the papers attached.</remarks>
public sealed record CaseFileHandedOver
{
    /// <summary>Which papers, one line each, without personal data. At least one.</summary>
    public required IReadOnlyList<string> Papers { get; init; }

    /// <summary>The languages in which their essential parts are there (BCP 47). One of them is a language of the state that takes over.</summary>
    public required IReadOnlyList<string> Languages { get; init; }
}

/// <summary>The proceedings go on in the state that has taken them over.</summary>
public sealed record ProceedingsTakenOver
{
    /// <summary>The day.</summary>
    public required DateOnly On { get; init; }
}

/// <summary>A remedy against the acceptance succeeded: the proceedings go back (Regulation (EU) 2024/3011, Article 17).</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record AcceptanceOverturned
{
    /// <summary>The day of the decision.</summary>
    public required DateOnly On { get; init; }
}

/// <summary>What became of the proceedings that were taken over (Regulation (EU) 2024/3011, Article 23).</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional: the final decision.</remarks>
public sealed record ProceedingsOutcomeReported
{
    /// <summary>How they ended.</summary>
    public required ProceedingsOutcome Outcome { get; init; }

    /// <summary>Does it definitively bar further prosecution for the same acts? If not, the side that gave them away may go on.</summary>
    public required bool BarsProsecution { get; init; }
}

/// <summary>How proceedings ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProceedingsOutcome>))]
public enum ProceedingsOutcome
{
    /// <summary>Convicted.</summary>
    Convicted,

    /// <summary>Acquitted.</summary>
    Acquitted,

    /// <summary>Discontinued.</summary>
    Discontinued,

    /// <summary>Ended otherwise.</summary>
    Otherwise,
}
