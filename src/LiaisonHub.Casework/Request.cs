using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>One run of one procedure between two states: everything <see cref="Rules.Decide"/> needs to know of the past.</summary>
/// <remarks>A finished request is kept, so that a late duplicate finds it.</remarks>
public sealed record Request
{
    /// <summary>The request, the same on both sides for ever.</summary>
    public required Guid Id { get; init; }

    /// <summary>Name of the procedure table: <c>MutualAssistance</c>.</summary>
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

    /// <summary>Requests in several states about the same matter share it.</summary>
    public Guid? CaseGroupId { get; init; }

    /// <summary>How soon it must be served.</summary>
    public Priority Priority { get; init; }

    /// <summary>True: a drill.</summary>
    public bool Exercise { get; init; }

    /// <summary>State of the procedure, a name of <see cref="Rules.States"/>.</summary>
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

    /// <summary>The earliest date that matters at home.</summary>
    public DateOnly? EarliestDownstream { get; init; }

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

    /// <summary>The alternative measure proposed and not yet answered.</summary>
    public MeasureKind? AlternativeProposed { get; init; }

    /// <summary>True: a cost notice waits for its answer.</summary>
    public bool CostOpen { get; init; }

    /// <summary>The ground of the consultation that is open. Null: none.</summary>
    public string? Consulting { get; init; }

    /// <summary>Grounds on which a consultation was completed.</summary>
    public IReadOnlyList<string> Consulted { get; init; } = [];

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

    /// <summary>True: something was withdrawn and the stop waits for confirmation.</summary>
    public bool StopAsked { get; init; }

    /// <summary>Sequence number of the last act of the requesting side that was decided, whatever became of it. Kept by the host: an act that overtook its
    /// predecessor waits for it.</summary>
    public long HeardRequesting { get; init; }

    /// <summary>The same of the requested side.</summary>
    public long HeardRequested { get; init; }

    /// <summary>How often a side has disputed how the other treats the request.</summary>
    public int Disputes { get; init; }

    /// <summary>Acts nobody has received or opened for longer than the region allows. Not empty: the request is flagged.</summary>
    public IReadOnlyList<Guid> Unopened { get; init; } = [];

    /// <summary>The request as it is stored.</summary>
    public static string Write(Request request) => JsonSerializer.Serialize(request, RequestJson.Default.Request);

    /// <summary>A stored request.</summary>
    /// <exception cref="JsonException">Not a request as <see cref="Write"/> writes it.</exception>
    public static Request Read(string json) =>
        JsonSerializer.Deserialize(json, RequestJson.Default.Request)
            ?? throw new JsonException("The stored request is null; expected an object as Request.Write writes it.");
}

/// <summary>An act that was applied.</summary>
/// <param name="ActId">The act.</param>
/// <param name="Type">Its name on the wire.</param>
/// <param name="By">The side that made it.</param>
/// <param name="At">When the hub received it (UTC).</param>
/// <param name="Stage">How far it has come on the other side.</param>
public sealed record MadeAct(Guid ActId, string Type, Side By, DateTimeOffset At, ReceiptStage Stage = ReceiptStage.Accepted);

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

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Request))]
sealed partial class RequestJson : JsonSerializerContext;
