using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonHub.Casework.Costs;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>One run of one procedure between two or more states: everything <see cref="Rules.Decide"/> needs to know of the past.</summary>
/// <remarks>A finished request is kept, so that a late duplicate finds it.</remarks>
public sealed record Request
{
    /// <summary>The request, the same on both sides for ever.</summary>
    public required Guid Id { get; init; }

    /// <summary>Name of the procedure table, for example <c>MutualAssistance</c>.</summary>
    public required string Procedure { get; init; }

    /// <summary>Version of the region's data under which the request was opened.</summary>
    public required string RulesVersion { get; init; }

    /// <summary>The treaty or framework relied on.</summary>
    public required string Instrument { get; init; }

    /// <summary>The neutral reference both sides quote.</summary>
    public required string Reference { get; init; }

    /// <summary>The authority that asks.</summary>
    public required Party Requesting { get; init; }

    /// <summary>The authority that is asked; after a forward or an acknowledgement, the competent one.</summary>
    public required Party Requested { get; init; }

    /// <summary>The region's body, in a dispute. Null: the request has two parties.</summary>
    public Party? Neutral { get; init; }

    /// <summary>The states that take part besides the one that leads, in the order in which it named them; all of them are on the requested side, and
    /// <see cref="Requested"/> is the first. Null: the request has two parties, or the region's body is the third.</summary>
    public IReadOnlyList<Member>? Members { get; init; }

    /// <summary>Requests in several states about the same matter share it.</summary>
    public Guid? CaseGroupId { get; init; }

    /// <summary>How soon it must be served.</summary>
    public Priority Priority { get; init; }

    /// <summary>True: a drill.</summary>
    public bool Exercise { get; init; }

    /// <summary>State of the procedure, a name of its <see cref="ProcedureSheet"/>.</summary>
    public required string State { get; init; }

    /// <summary>Since when (UTC).</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the request was first received (UTC). Kept through forward, return and resubmission.</summary>
    public required DateTimeOffset FirstReceivedAt { get; init; }

    /// <summary>When the competent authority received it (UTC): the decision limit runs from here.</summary>
    public required DateTimeOffset CompetentSince { get; init; }

    /// <summary>True: nothing more is expected.</summary>
    public bool Closed { get; init; }

    /// <summary>What became of it: a <see cref="UseOutcome"/>, the ground of the refusal, or <c>Withdrawn</c>. Null: not known yet.</summary>
    public string? Outcome { get; init; }

    /// <summary>The acts applied, in order, with how far each has come on the other side. Status questions and receipts are not among them.</summary>
    public IReadOnlyList<MadeAct> Acts { get; init; } = [];

    /// <summary>All deadlines: running, held, and past ones. A transport watch that was met leaves the list.</summary>
    public IReadOnlyList<Deadline> Deadlines { get; init; } = [];

    /// <summary>The measures asked for and what became of each.</summary>
    public IReadOnlyList<MeasureState> Measures { get; init; } = [];

    /// <summary>The offences, as far as rules need them.</summary>
    public IReadOnlyList<OffenceFact> Offences { get; init; } = [];

    /// <summary>Languages in which the request was supplied.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>The date asked for.</summary>
    public DateOnly? WantedBy { get; init; }

    /// <summary>The requested authority's own reference.</summary>
    public string? TheirReference { get; init; }

    /// <summary>True: the one extension of the decision limit has been used.</summary>
    public bool ExtensionUsed { get; init; }

    /// <summary>When the rights check was completed (UTC). Null: nothing coercive may be done.</summary>
    public DateTimeOffset? RightsCheckedAt { get; init; }

    /// <summary>How often the request was returned and came back.</summary>
    public int RoundTrips { get; init; }

    /// <summary>The language asked for, while a translation is wanted.</summary>
    public string? TranslationWanted { get; init; }

    /// <summary>True: and it is to be certified.</summary>
    public bool CertifiedWanted { get; init; }

    /// <summary>The alternative measure proposed and not yet answered.</summary>
    public MeasureKind? AlternativeProposed { get; init; }

    /// <summary>True: a cost notice waits for its answer.</summary>
    public bool CostOpen { get; init; }

    /// <summary>What that notice asks. Null: none is open, or the request is a drill, which costs nobody anything.</summary>
    public CostAsked? CostAsked { get; init; }

    /// <summary>What the requested side has reported of its costs and not replaced. Null: nothing.</summary>
    public IReadOnlyList<CostEntry>? CostsReported { get; init; }

    /// <summary>The ground of the consultation that is open. Null: none.</summary>
    public string? Consulting { get; init; }

    /// <summary>Grounds on which a consultation was completed.</summary>
    public IReadOnlyList<string> Consulted { get; init; } = [];

    /// <summary>The steps of the requested state's own law at which it may say no, as its profile had them at the opening. Null: it has none for this request.</summary>
    public IReadOnlyList<NationalStep>? NationalSteps { get; init; }

    /// <summary>The new timing the requested side has proposed and that waits for agreement.</summary>
    public DateOnly? TimingProposed { get; init; }

    /// <summary>Parts of evidence sent, in order of their number.</summary>
    public IReadOnlyList<EvidencePart> Parts { get; init; } = [];

    /// <summary>True: conditions on use were stated with a part.</summary>
    public bool UseConditions { get; init; }

    /// <summary>True: originals are on the requesting side and must come back.</summary>
    public bool OriginalsOut { get; init; }

    /// <summary>The day agreed for their return.</summary>
    public DateOnly? ReturnBy { get; init; }

    /// <summary>When a person in custody who is transferred for a time has to be back (UTC). Null: nobody is, or it is not agreed.</summary>
    public DateTimeOffset? TransferUntil { get; init; }

    /// <summary>The side to which that person is transferred, and which brings the person back.</summary>
    public Side TransferTo { get; init; }

    /// <summary>The day until which evidence is kept from loss without a request for its transfer. Null: none is, or no day is named.</summary>
    public DateOnly? KeptUntil { get; init; }

    /// <summary>True: something was withdrawn and the stop waits for confirmation.</summary>
    public bool StopAsked { get; init; }

    /// <summary>What an extradition remembers. Null: another procedure.</summary>
    public ExtraditionFile? Extradition { get; init; }

    /// <summary>What a preservation remembers. Null: the request is none.</summary>
    public PreservationRecord? Preservation { get; init; }

    /// <summary>What an emergency request remembers. Null: the request is none.</summary>
    public EmergencyRecord? Emergency { get; init; }

    /// <summary>What an asset recovery remembers. Null: the request is none.</summary>
    public AssetRecord? AssetRecovery { get; init; }

    /// <summary>What a correction remembers. Null: the request is none.</summary>
    public CorrectionRecord? Correction { get; init; }

    /// <summary>What a request about a copy in a third state remembers. Null: the request is none.</summary>
    public HeldCopyRecord? HeldCopy { get; init; }

    /// <summary>What a consultation on jurisdiction or a transfer of proceedings remembers. Null: the request is none.</summary>
    public JurisdictionRecord? Jurisdiction { get; init; }

    /// <summary>What a joint investigation remembers. Null: the request is none.</summary>
    public JointInvestigationRecord? JointInvestigation { get; init; }

    /// <summary>What a joint action remembers. Null: the request is none.</summary>
    public JointActionRecord? JointAction { get; init; }

    /// <summary>Sequence number of the last act of the requesting side that was decided, whatever became of it. Kept by the host: an act that overtook its
    /// predecessor waits for it.</summary>
    public long HeardRequesting { get; init; }

    /// <summary>The same of the requested side.</summary>
    public long HeardRequested { get; init; }

    /// <summary>The same of the region's body.</summary>
    public long HeardNeutral { get; init; }

    /// <summary>What a dispute is about. Null: the request is none.</summary>
    public DisputeSubject? Dispute { get; init; }

    /// <summary>How often a side has disputed how the other treats the request.</summary>
    public int Disputes { get; init; }

    /// <summary>The last order of a dispute about this request that it has followed. Null: there was none.</summary>
    public HoldOrder? Order { get; init; }

    /// <summary>The preservations that wait for the end of this request. Null: none.</summary>
    public IReadOnlyList<FollowedPreservation>? Follows { get; init; }

    /// <summary>Acts nobody has received or opened for longer than the region allows. Not empty: the request is flagged.</summary>
    public IReadOnlyList<Guid> Unopened { get; init; } = [];

    /// <summary>Sequence number of the last act of a party that was decided, whatever became of it.</summary>
    public long HeardOf(Seat seat) => seat switch
    {
        { Member: { } state } => Members!.First(m => m.Party.State == state).Heard,
        { Side: Side.Requesting } => HeardRequesting,
        { Side: Side.Requested } => HeardRequested,
        _ => HeardNeutral,
    };

    /// <summary>The request after an act of a party was decided.</summary>
    public Request Hearing(Seat seat, long sequence)
    {
        var heard = Math.Max(HeardOf(seat), sequence);
        return seat switch
        {
            { Member: { } state } => this with { Members = [.. Members!.Select(m => m.Party.State == state ? m with { Heard = heard } : m)] },
            { Side: Side.Requesting } => this with { HeardRequesting = heard },
            { Side: Side.Requested } => this with { HeardRequested = heard },
            _ => this with { HeardNeutral = heard },
        };
    }

    /// <summary>The request as it is stored.</summary>
    public static string Write(Request request) => JsonSerializer.Serialize(request, RequestJson.Default.Request);

    /// <summary>A stored request.</summary>
    /// <exception cref="UnreadableRequestException">Not a request as <see cref="Write"/> writes it: it is broken, or a later version wrote it.</exception>
    public static Request Read(string json) => TryRead(json, out var request, out var place) ? request : throw new UnreadableRequestException(place);

    /// <summary>A stored request; false where it is broken, or a later version wrote it.</summary>
    /// <param name="json">As it is stored.</param>
    /// <param name="request">The request.</param>
    /// <param name="place">Where it cannot be read, as a path: <c>$.state</c>. Never what stands there.</param>
    public static bool TryRead(string json, [NotNullWhen(true)] out Request? request, [NotNullWhen(false)] out string? place)
    {
        request = null;
        Request? read;
        try
        {
            read = JsonSerializer.Deserialize(json, RequestJson.Default.Request);
        }
        catch (JsonException e)
        {
            place = e.Path is { Length: > 0 } path ? path : "$";
            return false;
        }
        // What this version has no table for it cannot go on with.
        place = read is null ? "$" : Procedures.Procedure.All.FirstOrDefault(p => p.Name == read.Procedure) is not { } procedure ? "$.procedure" : procedure.Has(read.State) ? null : "$.state";
        if (place is not null)
            return false;
        request = read!;
        return true;
    }
}

/// <summary>A stored request cannot be read: it is broken, or a later version of the program wrote it. The row stays as it is until somebody mends it.</summary>
public sealed class UnreadableRequestException : Exception
{
    /// <summary>It cannot be read at a place.</summary>
    public UnreadableRequestException(string place)
        : base($"The stored request cannot be read at {place}: it is broken, or a later version wrote it. Run that version, or restore the row from the backup.") => Place = place;

    /// <summary>Where, as a path: <c>$.state</c>.</summary>
    public string Place { get; }
}

/// <summary>An act that was applied.</summary>
/// <param name="ActId">The act.</param>
/// <param name="Type">Its name on the wire.</param>
/// <param name="By">The side that made it.</param>
/// <param name="At">When the hub received it (UTC).</param>
/// <param name="Stage">How far it has come on the other side; with several receivers, on the one where it has come least far.</param>
public sealed record MadeAct(Guid ActId, string Type, Side By, DateTimeOffset At, ReceiptStage Stage = ReceiptStage.Accepted)
{
    /// <summary>How far it has come on each of several receiving sides. Null: there is one.</summary>
    public IReadOnlyDictionary<Side, ReceiptStage>? Reached { get; init; }

    /// <summary>The member that made it. Null: the side has one party.</summary>
    public string? Member { get; init; }

    /// <summary>How far it has come in each state it went to. Null: the request has no members.</summary>
    public IReadOnlyDictionary<string, ReceiptStage>? ReachedStates { get; init; }

    /// <summary>Who made it.</summary>
    [JsonIgnore]
    public Seat Seat => new(By, Member);
}

/// <summary>A party's place in a request: its side, and where the side has several parties which of them. A side stands for the one party it has.</summary>
/// <param name="Side">The side.</param>
/// <param name="Member">The state, in a request with members and on the side they are on. Null: the side has one party.</param>
public readonly record struct Seat(Side Side, string? Member = null)
{
    /// <summary>The place of the one party of a side.</summary>
    public static implicit operator Seat(Side side) => FromSide(side);

    /// <inheritdoc cref="op_Implicit"/>
    public static Seat FromSide(Side side) => new(side);
}

/// <summary>A state that takes part in a request besides the one that leads.</summary>
public sealed record Member
{
    /// <summary>Who.</summary>
    public required Party Party { get; init; }

    /// <summary>How it stands.</summary>
    public MemberStatus Status { get; init; }

    /// <summary>What it did on the day of action. Null: not reported.</summary>
    public JointResult? Result { get; init; }

    /// <summary>The request of the case group on which it works. Null: none is named.</summary>
    public Guid? OnRequestId { get; init; }

    /// <summary>Sequence number of its last act that was decided, whatever became of it.</summary>
    public long Heard { get; init; }

    /// <summary>True: it takes no part, or no longer. Nothing more goes to it.</summary>
    [JsonIgnore]
    public bool Out => Status is MemberStatus.Declined or MemberStatus.Left or MemberStatus.Released;
}

/// <summary>What a dispute is about and how it stands.</summary>
public sealed record DisputeSubject
{
    /// <summary>The request in dispute.</summary>
    public required Guid OfRequestId { get; init; }

    /// <summary>The article.</summary>
    public required string Article { get; init; }

    /// <summary>The claim, in one line.</summary>
    public required string Claim { get; init; }

    /// <summary>What is wanted. Null: not said.</summary>
    public string? Relief { get; init; }

    /// <summary>References of other requests between the two states that it is about. Null: none.</summary>
    public IReadOnlyList<string>? AlsoAbout { get; init; }

    /// <summary>Where the dispute goes on once the court has said what a provision means. Null: nobody has asked.</summary>
    public string? InterpretationFrom { get; init; }

    /// <summary>What the court has said. Null: nothing yet.</summary>
    public Guidance? Guidance { get; init; }

    /// <summary>The side whose settlement is proposed and waits for an answer.</summary>
    public Side? SettlementBy { get; init; }

    /// <summary>The day by which the settlement that is proposed would be done.</summary>
    public DateOnly? ProposedBy { get; init; }

    /// <summary>The mediator proposed or appointed.</summary>
    public string? Mediator { get; init; }

    /// <summary>Who must comply. Null: nobody yet.</summary>
    public Side? OnWhom { get; init; }

    /// <summary>The day by which.</summary>
    public DateOnly? ComplyBy { get; init; }

    /// <summary>True: an award or ruling was appealed.</summary>
    public bool Appealed { get; init; }

    /// <summary>True: what was decided was not done in time, and the public register says so.</summary>
    public bool Public { get; init; }

    /// <summary>Measures of reciprocity recorded.</summary>
    public int Measures { get; init; }

    /// <summary>The last day for which the limits of the request in dispute are held. Null: they are not.</summary>
    public DateOnly? HoldUntil { get; init; }

    /// <summary>True: the sides have agreed to the hold; either may end it.</summary>
    public bool? HoldAgreed { get; init; }

    /// <summary>The side whose hold is proposed and waits for an answer.</summary>
    public Side? HoldProposedBy { get; init; }

    /// <summary>The day until which it would hold.</summary>
    public DateOnly? HoldProposedUntil { get; init; }
}

/// <summary>What the region's court has said on a provision.</summary>
/// <param name="Number">Its number.</param>
/// <param name="RuleId">The rule it is about, a row of the time catalogue. Null: no row.</param>
/// <param name="Text">What the provision means.</param>
public sealed record Guidance(string Number, string? RuleId, string Text);

/// <summary>What one request says to another. The host keeps the last word of each until the other has followed it.</summary>
/// <param name="OfRequestId">The request that is told.</param>
/// <param name="FromId">The request that says it.</param>
/// <param name="At">When it was said (UTC). A later order takes the place of an earlier one.</param>
[JsonPolymorphic]
[JsonDerivedType(typeof(HoldOrder), "hold")]
[JsonDerivedType(typeof(FollowUpOrder), "followUp")]
[JsonDerivedType(typeof(CopyOrder), "copy")]
[JsonDerivedType(typeof(AmountOrder), "amount")]
public abstract record Order(Guid OfRequestId, Guid FromId, DateTimeOffset At)
{
    /// <summary>The order as it is stored.</summary>
    public static string Write(Order order) => JsonSerializer.Serialize(order, RequestJson.Default.Order);

    /// <summary>A stored order.</summary>
    /// <exception cref="JsonException">Not an order as <see cref="Write"/> writes it.</exception>
    public static Order Read(string json) =>
        JsonSerializer.Deserialize(json, RequestJson.Default.Order) ?? throw new JsonException("The stored order is null; expected an object as Order.Write writes it.");
}

/// <summary>What a dispute says to the request it is about: hold all limits until a day, or hold them no longer.</summary>
/// <param name="OfRequestId">The request in dispute.</param>
/// <param name="FromId">The dispute.</param>
/// <param name="Dispute">Its reference.</param>
/// <param name="At">When it was said (UTC).</param>
/// <param name="Until">The last day of the hold, in the requested state. Null: it ends now.</param>
public sealed record HoldOrder(Guid OfRequestId, Guid FromId, string Dispute, DateTimeOffset At, DateOnly? Until) : Order(OfRequestId, FromId, At);

/// <summary>What a preservation and the request that follows it say to each other.</summary>
/// <param name="OfRequestId">The one that is told.</param>
/// <param name="FromId">The one that says it.</param>
/// <param name="At">When it was said (UTC).</param>
/// <param name="Says">What.</param>
/// <param name="Requesting">The state that asks in the request that says it.</param>
/// <param name="Requested">The state that is asked there.</param>
public sealed record FollowUpOrder(Guid OfRequestId, Guid FromId, DateTimeOffset At, FollowUpWord Says, string Requesting, string Requested) : Order(OfRequestId, FromId, At);

/// <summary>What the holder of a copy in a third state has done, said to the request that asks for it.</summary>
/// <param name="OfRequestId">The emergency request or the correction.</param>
/// <param name="FromId">The request about the copy.</param>
/// <param name="At">When it was said (UTC).</param>
/// <param name="Holder">The holder's number in the request that is told.</param>
/// <param name="Done">What it did.</param>
/// <param name="ProofDigest">SHA-256 of the proof, lower-case hex. Null: none was needed.</param>
public sealed record CopyOrder(Guid OfRequestId, Guid FromId, DateTimeOffset At, int Holder, CopyFate Done, string? ProofDigest) : Order(OfRequestId, FromId, At);

/// <summary>That the amount sought of several states together is smaller, said to the requests to the others.</summary>
/// <param name="OfRequestId">The one that is told.</param>
/// <param name="FromId">The one in which it was reduced.</param>
/// <param name="At">When (UTC).</param>
/// <param name="State">The state that is asked there.</param>
/// <param name="StillSought">What is still sought of all together.</param>
public sealed record AmountOrder(Guid OfRequestId, Guid FromId, DateTimeOffset At, string State, decimal StillSought) : Order(OfRequestId, FromId, At);

/// <summary>What a preservation and its follow-up say to each other.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FollowUpWord>))]
public enum FollowUpWord
{
    /// <summary>The preservation names its follow-up, and waits for its end.</summary>
    Named,

    /// <summary>The follow-up is there, between the same two states.</summary>
    There,

    /// <summary>The request that was named is none that could follow: it runs between other states, or asks for nothing.</summary>
    Elsewhere,

    /// <summary>The follow-up is closed.</summary>
    Over,
}

/// <summary>A preservation that has named this request as its follow-up.</summary>
/// <param name="PreservationId">The preservation.</param>
/// <param name="Said">What it was told last.</param>
public sealed record FollowedPreservation(Guid PreservationId, FollowUpWord Said);

/// <summary>A measure asked for and what became of it.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Count">How many persons, places, accounts or items.</param>
/// <param name="Fate">What became of it.</param>
public sealed record MeasureState(MeasureKind Kind, int Count, MeasureFate Fate = MeasureFate.Wanted);

/// <summary>What became of a measure.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MeasureFate>))]
public enum MeasureFate
{
    /// <summary>Asked for and to be done.</summary>
    Wanted,

    /// <summary>Refused.</summary>
    Refused,

    /// <summary>No longer wanted.</summary>
    Dropped,

    /// <summary>Another measure is done instead.</summary>
    Replaced,
}

/// <summary>A part of the evidence.</summary>
public sealed record EvidencePart
{
    /// <summary>Its number: 1, 2, 3...</summary>
    public required int Number { get; init; }

    /// <summary>The act that sent it last.</summary>
    public required Guid ActId { get; init; }

    /// <summary>True: the last part.</summary>
    public bool Final { get; init; }

    /// <summary>The items of its manifest.</summary>
    public IReadOnlyList<Guid> Items { get; init; } = [];

    /// <summary>The commitments of these items. Null: nobody could be asked to undo them.</summary>
    public IReadOnlyList<string>? Commitments { get; init; }

    /// <summary>What the requesting side found.</summary>
    public PartFate Fate { get; init; }
}

/// <summary>What the requesting side found of a part.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PartFate>))]
public enum PartFate
{
    /// <summary>Sent, no receipt yet.</summary>
    Sent,

    /// <summary>Received, its commitments hold.</summary>
    Received,

    /// <summary>Defective, to be sent again.</summary>
    Defective,
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Request))]
[JsonSerializable(typeof(Order))]
sealed partial class RequestJson : JsonSerializerContext;
