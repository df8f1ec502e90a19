using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

// Procedures with many parties. The state that opens one leads; every state it names takes part. An act goes to every other party, so these acts have no private
// part: what is confidential goes in the requests between two states that share the case group.

/// <summary>The open part of an act that opens a request with many parties.</summary>
public interface IMultilateralOpening : IOpening
{
    /// <summary>The authorities that are asked to take part besides the receiver of the act: each of another state of the region, designated to receive
    /// requests. May be empty.</summary>
    IReadOnlyList<Party> Members { get; }
}

/// <summary>How a state stands in a request with many parties.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MemberStatus>))]
public enum MemberStatus
{
    /// <summary>Asked, and has not answered.</summary>
    Asked,

    /// <summary>Takes part.</summary>
    Joined,

    /// <summary>Has signed the agreement.</summary>
    Signed,

    /// <summary>Ready for the action.</summary>
    Ready,

    /// <summary>Has reported what it did.</summary>
    Reported,

    /// <summary>Takes no part.</summary>
    Declined,

    /// <summary>Took part, and has left.</summary>
    Left,

    /// <summary>The state that leads goes on without it.</summary>
    Released,
}

/// <summary>A state that was asked says whether it takes part.</summary>
public sealed record InvitationAnswered
{
    /// <summary>Does this state take part?</summary>
    public required bool Joins { get; init; }

    /// <summary>The provision of its own law on which it takes part, in one line. Needed to join a joint investigation.</summary>
    public string? LegalBasis { get; init; }

    /// <summary>Why it takes no part, in one line without personal data. Needed when it does not.</summary>
    public string? Reasons { get; init; }

    /// <summary>The check of the rights catalogue under this state's law. Needed to join a team that works already: there joining is signing.</summary>
    public RightsCheck? RightsCheck { get; init; }
}

/// <summary>A state that takes part leaves. The others go on while at least two states are left.</summary>
public sealed record MemberLeft
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>The state that leads goes on without another that was asked or takes part.</summary>
public sealed record MemberReleased
{
    /// <summary>The state, ISO 3166-1 alpha-2.</summary>
    public required string State { get; init; }

    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>A state proposes a joint investigation team to others.</summary>
public sealed record JointInvestigationProposed : IMultilateralOpening
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<Party> Members { get; init; } = [];

    /// <summary>What the team is to find out, in one line without personal data.</summary>
    public required string Aims { get; init; }

    /// <summary>For how long it is meant to work, in months: 1 to 60.</summary>
    public required int Months { get; init; }

    /// <inheritdoc cref="IRequestContent.Offences"/>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }
}

/// <summary>What an agreement on a joint investigation team says at least (pattern of Law 11/2003 of Spain, Article 5). The agreement itself is made outside the
/// hub; each of these is one line without personal data.</summary>
public interface IJointAgreement
{
    /// <summary>Does each authority state its will to set up the team?</summary>
    bool WillStated { get; }

    /// <summary>Why the team is needed.</summary>
    string Reasons { get; }

    /// <summary>The last day of the team.</summary>
    DateOnly EndsOn { get; }

    /// <summary>Object and aims.</summary>
    string Aims { get; }

    /// <summary>Composition of the team: authorities and functions, no names.</summary>
    string Composition { get; }

    /// <summary>Code of the authority that leads the team where it works, an authority of the state that leads.</summary>
    string Leader { get; }

    /// <summary>The law that applies.</summary>
    string ApplicableLaw { get; }

    /// <summary>How the team is organised.</summary>
    string Organisation { get; }

    /// <summary>Powers of the leader.</summary>
    string LeaderPowers { get; }

    /// <summary>How information may be used.</summary>
    string UseOfInformation { get; }

    /// <summary>Conditions and rights of third persons who take part.</summary>
    string ThirdPersons { get; }

    /// <summary>Code of the authority that administers the space on the collaboration platform. Null: none is used.</summary>
    string? SpaceAdministrator { get; }
}

/// <summary>The state that leads drafts the agreement, and by that signs it. A new draft takes the place of the one before, and everybody signs afresh.</summary>
public sealed record JointAgreementDrafted : IJointAgreement, IRightsChecked
{
    /// <inheritdoc/>
    public required bool WillStated { get; init; }

    /// <inheritdoc/>
    public required string Reasons { get; init; }

    /// <inheritdoc/>
    public required DateOnly EndsOn { get; init; }

    /// <inheritdoc/>
    public required string Aims { get; init; }

    /// <inheritdoc/>
    public required string Composition { get; init; }

    /// <inheritdoc/>
    public required string Leader { get; init; }

    /// <inheritdoc/>
    public required string ApplicableLaw { get; init; }

    /// <inheritdoc/>
    public required string Organisation { get; init; }

    /// <inheritdoc/>
    public required string LeaderPowers { get; init; }

    /// <inheritdoc/>
    public required string UseOfInformation { get; init; }

    /// <inheritdoc/>
    public required string ThirdPersons { get; init; }

    /// <inheritdoc/>
    public string? SpaceAdministrator { get; init; }

    /// <inheritdoc/>
    public required RightsCheck RightsCheck { get; init; }
}

/// <summary>A state signs the agreement as it was last drafted, after the check of the rights catalogue under its own law: from then on the team may work on its
/// territory.</summary>
public sealed record JointAgreementSigned : IRightsChecked
{
    /// <inheritdoc/>
    public required RightsCheck RightsCheck { get; init; }
}

/// <summary>The state that leads invites a state that everybody who takes part has agreed to admit (<see cref="JointChange.Membership"/>), and shows it the
/// agreement as it stands. That state signs by joining (<see cref="InvitationAnswered"/>).</summary>
public sealed record MemberInvited : IJointAgreement
{
    /// <summary>The authority that is invited: the one that was proposed.</summary>
    public required Party Member { get; init; }

    /// <inheritdoc/>
    public required bool WillStated { get; init; }

    /// <inheritdoc/>
    public required string Reasons { get; init; }

    /// <inheritdoc/>
    public required DateOnly EndsOn { get; init; }

    /// <inheritdoc/>
    public required string Aims { get; init; }

    /// <inheritdoc/>
    public required string Composition { get; init; }

    /// <inheritdoc/>
    public required string Leader { get; init; }

    /// <inheritdoc/>
    public required string ApplicableLaw { get; init; }

    /// <inheritdoc/>
    public required string Organisation { get; init; }

    /// <inheritdoc/>
    public required string LeaderPowers { get; init; }

    /// <inheritdoc/>
    public required string UseOfInformation { get; init; }

    /// <inheritdoc/>
    public required string ThirdPersons { get; init; }

    /// <inheritdoc/>
    public string? SpaceAdministrator { get; init; }
}

/// <summary>The state that leads proposes to change the agreement. It changes when every state that takes part consents (pattern of Law 11/2003 of Spain,
/// Article 9).</summary>
public sealed record JointChangeProposed
{
    /// <summary>What is to change.</summary>
    public required JointChange Change { get; init; }

    /// <summary>What the team would also look into, in one line without personal data. Needed for a change of the scope.</summary>
    public string? Scope { get; init; }

    /// <summary>The new last day. Needed for a change of the duration.</summary>
    public DateOnly? EndsOn { get; init; }

    /// <summary>The authority of another state that would take part as well, designated to receive requests. Needed for a change of the membership.</summary>
    public Party? Member { get; init; }

    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>What of an agreement changes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JointChange>))]
public enum JointChange
{
    /// <summary>What the team looks into.</summary>
    Scope,

    /// <summary>Its last day.</summary>
    Duration,

    /// <summary>Which states take part: one more.</summary>
    Membership,
}

/// <summary>A state answers the change that is proposed. One that does not consent ends the proposal; so does silence.</summary>
public sealed record JointChangeAnswered
{
    /// <summary>Does this state consent?</summary>
    public required bool Consents { get; init; }

    /// <summary>Why not, in one line without personal data. Needed when it does not.</summary>
    public string? Reasons { get; init; }
}

/// <summary>A state asks to use what another gathered for an offence that the agreement does not cover (pattern of Law 11/2003 of Spain, Article 8).</summary>
public sealed record UseConsentAsked
{
    /// <summary>The state in which it was gathered and whose consent is needed, ISO 3166-1 alpha-2.</summary>
    public required string Origin { get; init; }

    /// <summary>The other offences, as far as rules need them. At least one.</summary>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <summary>What it is to be used for, in one line without personal data.</summary>
    public required string Purpose { get; init; }
}

/// <summary>The state of origin decides on a use for another offence.</summary>
public sealed record UseConsentDecided
{
    /// <summary>The act that asked (<see cref="UseConsentAsked"/>).</summary>
    public required Guid OfActId { get; init; }

    /// <summary>Is the use granted?</summary>
    public required bool Granted { get; init; }

    /// <summary>Conditions, or why not, in one line without personal data. Needed when it is not granted.</summary>
    public string? Reasons { get; init; }
}

/// <summary>A state that takes part says that it has asked a state outside the team for help. The request itself is one between those two states; this keeps the
/// others from asking for the same (Convention of 29 May 2000, Article 13(8)).</summary>
public sealed record ThirdStateHelpAsked
{
    /// <summary>The state that is asked, ISO 3166-1 alpha-2; none that is asked to take part or does.</summary>
    public required string State { get; init; }

    /// <summary>What it is asked for, in one line without personal data.</summary>
    public required string Subject { get; init; }

    /// <summary>The request for mutual assistance, where it goes through the hub. Null: it goes another way.</summary>
    public Guid? HelpRequestId { get; init; }
}

/// <summary>A state says that it has put evidence into the team's space on the collaboration platform. The evidence itself does not pass the hub.</summary>
public sealed record JointEvidenceShared
{
    /// <summary>How many items: 1 to 10 000.</summary>
    public required int Items { get; init; }

    /// <summary>Digest of their list: SHA-256, 64 lower-case hex digits.</summary>
    public required string Digest { get; init; }

    /// <summary>The country outside the team that uploaded them, ISO 3166-1 alpha-2. Null: this state did.</summary>
    public string? ThirdCountry { get; init; }

    /// <summary>The day on which this state verified what the other country uploaded. Needed before others may see it (Regulation (EU) 2023/969).</summary>
    public DateOnly? VerifiedOn { get; init; }
}

/// <summary>A state says that it has downloaded what another had put into the team's space. When everybody who takes part has, it is erased there, and the limit of
/// its erasure is met (Regulation (EU) 2023/969, Article 21).</summary>
public sealed record JointEvidenceDownloaded
{
    /// <summary>The act that shared it (<see cref="JointEvidenceShared"/>).</summary>
    public required Guid OfActId { get; init; }
}

/// <summary>A state says that what it had put into the team's space is erased there, before everybody has downloaded it.</summary>
public sealed record JointEvidenceErased
{
    /// <summary>The act that shared it (<see cref="JointEvidenceShared"/>).</summary>
    public required Guid OfActId { get; init; }

    /// <summary>Why now.</summary>
    public required ErasureReason Reason { get; init; }
}

/// <summary>Why evidence was erased from a team's space (Regulation (EU) 2023/969, Article 21).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErasureReason>))]
public enum ErasureReason
{
    /// <summary>Everybody for whom it was meant has downloaded it.</summary>
    AllDownloaded,

    /// <summary>Four weeks have passed.</summary>
    TimePassed,

    /// <summary>Taken back.</summary>
    TakenBack,
}

/// <summary>The state that leads ends the team before its last day.</summary>
public sealed record JointInvestigationEnded
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>The state that leads puts the evaluation of the team on record.</summary>
public sealed record JointInvestigationEvaluated
{
    /// <summary>Were the aims reached?</summary>
    public required bool AimsReached { get; init; }

    /// <summary>How the work together is judged: 1 (poor) to 5 (excellent).</summary>
    public required int Quality { get; init; }

    /// <summary>Lessons, a line each, without personal data. At least one.</summary>
    public required IReadOnlyList<string> Lessons { get; init; }
}

/// <summary>A state announces an action on one day in several states. What is asked of each stands in the requests between two states; they and this share the
/// case group.</summary>
public sealed record JointActionAnnounced : IMultilateralOpening
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<Party> Members { get; init; } = [];

    /// <summary>What the action is for, in one line without personal data.</summary>
    public required string Aim { get; init; }

    /// <summary>Day and hour of the action (UTC). Nobody may report before it.</summary>
    public required DateTimeOffset ActionAt { get; init; }

    /// <summary>The time zone in which the hour was agreed (IANA), for example <c>Europe/Lisbon</c>: one of a state that takes part, or
    /// <c>Etc/UTC</c>.</summary>
    public required string Zone { get; init; }

    /// <summary>By when each answers and is ready (UTC); before the hour of the action.</summary>
    public required DateTimeOffset ReadyBy { get; init; }
}

/// <summary>A state says that it is ready for the action, or no longer.</summary>
public sealed record ReadinessReported
{
    /// <summary>Is this state ready?</summary>
    public required bool Ready { get; init; }

    /// <summary>Why not, in one line without personal data. Needed when it is not.</summary>
    public string? Reason { get; init; }

    /// <summary>The check of the rights catalogue under this state's law. Needed when it is ready.</summary>
    public RightsCheck? RightsCheck { get; init; }

    /// <summary>The request of the case group that says what is asked of this state on that day. The go waits until it is recognised. Null: what is asked does
    /// not go through the hub, or stands as it was named before.</summary>
    public Guid? OnRequestId { get; init; }
}

/// <summary>The state that leads gives the go: the action takes place at its hour. Taken only when every state that takes part is ready, the request on which it
/// works is recognised, and with the check of the rights catalogue under the law of the state that leads.</summary>
public sealed record GoGiven : IRightsChecked
{
    /// <inheritdoc/>
    public required RightsCheck RightsCheck { get; init; }
}

/// <summary>The state that leads puts the action off. Everybody who takes part says afresh that it is ready.</summary>
public sealed record JointActionPostponed
{
    /// <summary>The new day and hour of the action (UTC).</summary>
    public required DateTimeOffset ActionAt { get; init; }

    /// <summary>By when each is ready (UTC); before the hour of the action.</summary>
    public required DateTimeOffset ReadyBy { get; init; }

    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>The state that leads calls the action off.</summary>
public sealed record JointActionCalledOff
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>A state reports what it did on the day of action, not before its hour.</summary>
public sealed record JointResultReported
{
    /// <summary>What was done.</summary>
    public required JointResult Result { get; init; }

    /// <summary>Why something was not carried out, in one line without personal data. Needed when it was not carried out, or only in part.</summary>
    public string? Reason { get; init; }
}

/// <summary>What a state did on the day of action.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JointResult>))]
public enum JointResult
{
    /// <summary>Carried out as asked.</summary>
    CarriedOut,

    /// <summary>Carried out in part.</summary>
    Partly,

    /// <summary>Not carried out.</summary>
    NotCarriedOut,
}
