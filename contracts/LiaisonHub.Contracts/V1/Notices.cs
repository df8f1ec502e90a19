using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>One notice as the hub signs it (flattened JWS, ES256, the hub's key): everything an adapter receives is one of these.</summary>
public sealed record Notice
{
    /// <summary>Name of the content, for example <c>ActDelivered</c>; see <see cref="Notices.All"/>.</summary>
    public required string Type { get; init; }

    /// <summary>To whom, when, in which order.</summary>
    public required NoticeHeader Header { get; init; }

    /// <summary>The fields of the content type.</summary>
    public required JsonElement Body { get; init; }
}

/// <summary>What stands on every notice.</summary>
public sealed record NoticeHeader
{
    /// <summary>The notice itself.</summary>
    public required Guid NoticeId { get; init; }

    /// <summary>The request it is about. Null where the hub could not tell.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>The state it goes to.</summary>
    public required string Receiver { get; init; }

    /// <summary>Position among everything the hub ever sent to this state: 1, 2, 3... without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>The hub's clock when it decided (UTC). The instant that counts.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>True: part of a drill.</summary>
    public bool Exercise { get; init; }
}

/// <summary>An act of the other side, as it signed it, with where the request now stands.</summary>
public sealed record ActDelivered
{
    /// <summary>The other side's own signed act, byte for byte.</summary>
    public required SignedDocument Act { get; init; }

    /// <summary>When the hub received it (UTC): legal time runs from here.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The state that made and signed it, in a request of three or more parties: where that is not <see cref="Standing.OtherState"/>, or where the act is
    /// addressed to another and this is a copy. Null: the other state made it for the receiver of this notice.</summary>
    public string? From { get; init; }

    /// <summary>Where the request stands for the receiver of this notice.</summary>
    public required Standing Standing { get; init; }
}

/// <summary>The hub took the act, and it had its effect.</summary>
public sealed record ActAccepted
{
    /// <summary>The act.</summary>
    public required Guid ActId { get; init; }

    /// <summary>When the hub received it (UTC).</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>True: this act had come before; this is the first result, given again.</summary>
    public bool Duplicate { get; init; }

    /// <summary>Where the request stands for the receiver of this notice.</summary>
    public required Standing Standing { get; init; }
}

/// <summary>The act had no effect. It is recorded, and this says why and what would be accepted.</summary>
public sealed record ActRefused
{
    /// <summary>The act. Null where the message could not be read far enough to tell.</summary>
    public Guid? ActId { get; init; }

    /// <summary>Why, as a code.</summary>
    public required RefusalCode Code { get; init; }

    /// <summary>Why, in words, without personal data: the place and the remedy.</summary>
    public required string Reason { get; init; }

    /// <summary>The acts this side may make now.</summary>
    public IReadOnlyList<string> WouldBeAccepted { get; init; } = [];

    /// <summary>True: this act had come before; this is the first result, given again.</summary>
    public bool Duplicate { get; init; }

    /// <summary>Where the request stands. Null: unknown request.</summary>
    public Standing? Standing { get; init; }
}

/// <summary>Why the hub refuses an act.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefusalCode>))]
public enum RefusalCode
{
    /// <summary>The state of the request does not allow the act.</summary>
    NotNow,

    /// <summary>The other side would have to make it.</summary>
    NotYours,

    /// <summary>The hub does not know the request.</summary>
    UnknownRequest,

    /// <summary>A request with this id exists already.</summary>
    RequestExists,

    /// <summary>A field is missing or not allowed.</summary>
    InvalidContent,

    /// <summary>A condition of the procedure is not met: the rights check, consultation before refusal, the one extension.</summary>
    ConditionNotMet,

    /// <summary>The receiving authority is not designated in the region's register; the reason says who is.</summary>
    NotDesignated,

    /// <summary>No instrument of the region covers this pair of states.</summary>
    NoInstrument,

    /// <summary>The message is not a signed act of this state: signature, sender, format.</summary>
    NotAuthentic,

    /// <summary>The sequence number or the act id was used before with other content.</summary>
    Conflict,

    /// <summary>The act type is not known to this hub.</summary>
    UnknownAct,

    /// <summary>Larger than the region allows.</summary>
    TooLarge,

    /// <summary>It waited for an earlier act of its side that never came.</summary>
    PredecessorMissing,
}

/// <summary>Where a request stands, as one side sees it.</summary>
public sealed record Standing
{
    /// <summary>The state of the procedure, for example <c>Acknowledged</c>.</summary>
    public required string State { get; init; }

    /// <summary>Since when (UTC).</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Which side the receiver of this notice is.</summary>
    public required Side YourSide { get; init; }

    /// <summary>Which member the receiver of this notice is, in a request with many parties. Null: its side has one party.</summary>
    public string? YourMember { get; init; }

    /// <summary>The other state: the one to address. In a request with many parties an act goes to every other party, whomever it addresses.</summary>
    public required string OtherState { get; init; }

    /// <summary>The authority of the other state that has the request now.</summary>
    public string? OtherAuthority { get; init; }

    /// <summary>The neutral reference of the request.</summary>
    public required string Reference { get; init; }

    /// <summary>The states that take part besides the one that leads, and how each stands. Null: the request has two or three parties, or the receiver of this
    /// notice takes part no longer.</summary>
    public IReadOnlyList<MemberStanding>? Members { get; init; }

    /// <summary>Acts the receiver of this notice may make now.</summary>
    public required IReadOnlyList<string> YouMay { get; init; }

    /// <summary>Acts the other side may make now.</summary>
    public required IReadOnlyList<string> TheyMay { get; init; }

    /// <summary>Every running or held deadline.</summary>
    public required IReadOnlyList<DeadlineStanding> Deadlines { get; init; }

    /// <summary>Highest level of the ladder reached by a running deadline: 0 to 9.</summary>
    public int Level { get; init; }

    /// <summary>How soon it must be served: as asked, or raised because of a date that matters in the requesting state.</summary>
    public Priority Priority { get; init; }

    /// <summary>True: nothing more is expected.</summary>
    public bool Closed { get; init; }

    /// <summary>True: the receiver of this notice must act.</summary>
    public bool IsYours(DeadlineStanding deadline) => deadline.OnWhom == YourSide && deadline.Member == YourMember;
}

/// <summary>A state that takes part in a request with many parties.</summary>
public sealed record MemberStanding
{
    /// <summary>The state.</summary>
    public required string State { get; init; }

    /// <summary>Its authority.</summary>
    public required string Authority { get; init; }

    /// <summary>How it stands.</summary>
    public required MemberStatus Status { get; init; }

    /// <summary>The request of the case group on which it works for a joint action. Told to that state and to the one that leads. Null: none is named, or another
    /// reads this.</summary>
    public Guid? OnRequestId { get; init; }
}

/// <summary>One deadline, visible to both sides from the first minute.</summary>
public sealed record DeadlineStanding
{
    /// <summary>Row of the time catalogue, for example <c>EIO-D1</c>.</summary>
    public required string RuleId { get; init; }

    /// <summary>What is due, in words.</summary>
    public required string Title { get; init; }

    /// <summary>The article.</summary>
    public required string Article { get; init; }

    /// <summary>False: the row has not been checked against the official text yet.</summary>
    public required bool Verified { get; init; }

    /// <summary>Who must act.</summary>
    public required Side OnWhom { get; init; }

    /// <summary>The state that must act, in a request with many parties and on the side they are on. Null: the side has one party.</summary>
    public string? Member { get; init; }

    /// <summary>When it began to run (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it is due (UTC). Null while held: it will be known when the hold ends.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Since when it is held (UTC). Null: it runs.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>Why it is held.</summary>
    public string? HoldReason { get; init; }

    /// <summary>Level of the ladder it has reached: 0 to 9.</summary>
    public int Level { get; init; }

    /// <summary>What falls on the day, where it is a date that matters in the requesting state. Null: a limit of the law.</summary>
    public DownstreamKind? AtHome { get; init; }
}

/// <summary>Part of a limit has passed: 50 or 80 percent (ladder level 0).</summary>
public sealed record ReminderNotice
{
    /// <summary>The deadline.</summary>
    public required DeadlineStanding Deadline { get; init; }

    /// <summary>How much of it has passed, in percent.</summary>
    public required int PercentPassed { get; init; }

    /// <summary>Where the request stands.</summary>
    public required Standing Standing { get; init; }
}

/// <summary>A limit has passed (ladder level 1). The side that must act is asked for the reason (<see cref="DelayReasonGiven"/>).</summary>
public sealed record OverdueNotice
{
    /// <summary>The deadline.</summary>
    public required DeadlineStanding Deadline { get; init; }

    /// <summary>True: the receiver must give the reason.</summary>
    public required bool ReasonWanted { get; init; }

    /// <summary>Who is told at level 1: authority codes, the head of the unit that must act among them. Empty: the hub does not say.</summary>
    public IReadOnlyList<string> Told { get; init; } = [];

    /// <summary>Where the request stands.</summary>
    public required Standing Standing { get; init; }
}

/// <summary>Silence goes on: the next level of the ladder (2 and higher) is reached.</summary>
public sealed record EscalationNotice
{
    /// <summary>The deadline.</summary>
    public required DeadlineStanding Deadline { get; init; }

    /// <summary>The level, 2 to 5.</summary>
    public required int Level { get; init; }

    /// <summary>Who is told at this level: authority codes of both sides.</summary>
    public required IReadOnlyList<string> Told { get; init; }

    /// <summary>What follows, in words.</summary>
    public required string Effect { get; init; }

    /// <summary>The document that belongs to the level, for example the diplomatic note (HTML). Null: none.</summary>
    public string? DocumentHtml { get; init; }

    /// <summary>Where the request stands.</summary>
    public required Standing Standing { get; init; }
}

/// <summary>A dispute has reached a level of the ladder: it was opened (5), went to mediation (6), to arbitration (7), to a ruling (8), or what was decided was
/// not done (9).</summary>
public sealed record DisputeNotice
{
    /// <summary>The level, 5 to 9.</summary>
    public required int Level { get; init; }

    /// <summary>The request the dispute is about. It goes on meanwhile.</summary>
    public required Guid OfRequestId { get; init; }

    /// <summary>The article in dispute.</summary>
    public required string Article { get; init; }

    /// <summary>The claim, in one line without personal data.</summary>
    public required string Claim { get; init; }

    /// <summary>What is wanted, in one line without personal data. Null: not said.</summary>
    public string? Relief { get; init; }

    /// <summary>Neutral references of other requests the dispute is about.</summary>
    public IReadOnlyList<string> AlsoAbout { get; init; } = [];

    /// <summary>Who is told at this level: authority codes.</summary>
    public required IReadOnlyList<string> Told { get; init; }

    /// <summary>What follows, in words.</summary>
    public required string Effect { get; init; }

    /// <summary>Where the dispute stands. It is a request of its own: the header names its id.</summary>
    public required Standing Standing { get; init; }
}

/// <summary>A state holds a copy, given on to it, of something that must be undone or corrected. The hub has opened a request about this one copy between the state that gave it on and the
/// one that holds it; the holder confirms by <see cref="CopyConfirmed"/>. No personal data: the copy is named by its digest.</summary>
public sealed record HeldCopyNotice
{
    /// <summary>The emergency request or the correction that asks for it. The state that holds the copy is no party of it.</summary>
    public required Guid OfRequestId { get; init; }

    /// <summary>Its neutral reference.</summary>
    public required string OfReference { get; init; }

    /// <summary>The authority that holds the copy, as it was named.</summary>
    public required string Holder { get; init; }

    /// <summary>What is to be done with it: replaced by a new version, or deleted or restricted, with proof.</summary>
    public required CorrectionManner Manner { get; init; }

    /// <summary>SHA-256 of what is held, lower-case hex: of the version that no longer counts; in an emergency the commitments of the evidence that was sent.</summary>
    public required IReadOnlyList<string> Digests { get; init; }

    /// <summary>SHA-256 of the version that takes its place, lower-case hex. Null: none does.</summary>
    public string? NewDigest { get; init; }

    /// <summary>Where the request about this copy stands, and by when it is to be done. It is a request of its own: the header names its id.</summary>
    public required Standing Standing { get; init; }
}

/// <summary>What is sought of several states together has become less: it was reduced in the request to another of them. More than that is confiscated nowhere.</summary>
public sealed record ReducedAmountNotice
{
    /// <summary>The state that is asked in the request in which it was reduced.</summary>
    public required string ReducedIn { get; init; }

    /// <summary>What is still sought of all of them together, in units of the currency.</summary>
    public required decimal StillSought { get; init; }

    /// <summary>The currency, ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>Where the request of this notice stands.</summary>
    public required Standing Standing { get; init; }
}

/// <summary>A limit has passed whose silence has a meaning of its own, and that meaning has taken effect.</summary>
public sealed record SilenceNotice
{
    /// <summary>The deadline.</summary>
    public required DeadlineStanding Deadline { get; init; }

    /// <summary>What silence meant.</summary>
    public required Silence Meaning { get; init; }

    /// <summary>Where the request stands now.</summary>
    public required Standing Standing { get; init; }
}

/// <summary>What silence at a limit means: data of the time rule, never the hub's invention.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Silence>))]
public enum Silence
{
    /// <summary>The ladder begins.</summary>
    Escalate,

    /// <summary>The person is to be released; a court or authority is told, the hub decides nothing.</summary>
    Release,

    /// <summary>The side is freed from its duty.</summary>
    Exempt,

    /// <summary>Silence counts as consent.</summary>
    DeemedConsent,

    /// <summary>Another authority decides in default.</summary>
    DefaultDecision,

    /// <summary>The alternative measure is executed.</summary>
    AlternativeMeasure,

    /// <summary>The person may be released; a court or authority is told, the hub decides nothing.</summary>
    MayRelease,

    /// <summary>Nothing: the day has passed.</summary>
    Nothing,
}

/// <summary>The other side's receipt for one of your acts.</summary>
public sealed record ReceiptNotice
{
    /// <summary>Your act.</summary>
    public required Guid OfActId { get; init; }

    /// <summary>How far it has come.</summary>
    public required ReceiptStage Stage { get; init; }

    /// <summary>When the hub learnt of it (UTC).</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>An act was delivered and nobody has opened it, or it was not delivered at all, for longer than the region allows.</summary>
public sealed record UnopenedNotice
{
    /// <summary>The act.</summary>
    public required Guid OfActId { get; init; }

    /// <summary>The last stage it reached.</summary>
    public required ReceiptStage Reached { get; init; }

    /// <summary>Since when (UTC).</summary>
    public required DateTimeOffset Since { get; init; }
}

/// <summary>Where the request stands: the answer to <see cref="StatusAsked"/>, and sent to both sides whenever time alone changes it.</summary>
public sealed record StatusReport
{
    /// <summary>Where it stands.</summary>
    public required Standing Standing { get; init; }
}

/// <summary>The adapter of another state is worked on, or is no longer. Said to every other state of the region; of two the one with the higher number counts.
/// Legal time goes on: what is due stays due.</summary>
public sealed record MaintenanceNotice
{
    /// <summary>The state whose adapter it is.</summary>
    public required string State { get; init; }

    /// <summary>When it began or begins (UTC).</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When it ends by itself (UTC). Not after <see cref="From"/>: it has ended, or will not be.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>An adapter's sign of life, signed by its state. Not an act: it has no effect on any request and is not journaled.</summary>
public sealed record AdapterReported
{
    /// <summary>The adapter's state.</summary>
    public required string State { get; init; }

    /// <summary>The adapter's own clock (UTC); compared with the hub's to see skew.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Version of the adapter program.</summary>
    public required string Version { get; init; }

    /// <summary>Acts waiting in its outbox.</summary>
    public required int OutboxWaiting { get; init; }

    /// <summary>Files and messages in its quarantine.</summary>
    public required int Quarantined { get; init; }

    /// <summary>Incomplete acts waiting for a person.</summary>
    public required int Incomplete { get; init; }

    /// <summary>How often it will report, in seconds, 5 to 3600.</summary>
    public required int EverySeconds { get; init; }

    /// <summary>Since 1.1. When the certificate it shows the broker ends (UTC). Null: it shows none, or it is not said.</summary>
    public DateTimeOffset? ClientCertificateEnds { get; init; }

    /// <summary>Since 1.1. When the certificate that the broker showed it ends (UTC). Null: none was shown, or it is not said.</summary>
    public DateTimeOffset? ServerCertificateEnds { get; init; }

    /// <summary>Since 1.1. Version of the contracts the adapter speaks, for example <c>1.1</c>. Null: it is not said.</summary>
    public string? Contracts { get; init; }

    /// <summary>Since 1.1. The <see cref="ReportAsked"/> that this report answers. Null: nobody has asked, it was time.</summary>
    public Guid? EchoId { get; init; }
}
