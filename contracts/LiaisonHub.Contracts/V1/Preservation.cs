using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>Stored records are to be kept from loss until a request to produce them follows. Opens a preservation.</summary>
/// <remarks>The six items of the Budapest Convention, Article 29(2): the header names the authority, the open part says what rules need. Private part:
/// <see cref="PreservationParticulars"/>.</remarks>
public sealed record PreservationRequested : IOpening, IDated
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <summary>The kinds of record to be kept. At least one.</summary>
    public required IReadOnlyList<RecordCategory> Categories { get; init; }

    /// <summary>Since 1.1. The time from which the records are wanted, both ends included. Null: not said; then more may be kept than is needed, or nothing found.</summary>
    public MeasurePeriod? Period { get; init; }

    /// <inheritdoc cref="IRequestContent.Offences"/>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <inheritdoc cref="IRequestContent.Languages"/>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>Is the preservation necessary? The private part says why. Without necessity it may not be asked for.</summary>
    public required bool Necessary { get; init; }

    /// <summary>Will a request to search, seize or disclose the records follow? Without that intention they may not be kept.</summary>
    public required bool FollowUpIntended { get; init; }

    /// <summary>Since 1.1. Dates that matter at home: the earliest drives the priority. Today or later.</summary>
    public IReadOnlyList<DownstreamDate> DownstreamDates { get; init; } = [];
}

/// <summary>Kinds of stored record, from the least to the most intrusive.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecordCategory>))]
public enum RecordCategory
{
    /// <summary>Who subscribed to the service.</summary>
    Subscriber,

    /// <summary>What serves only to identify the user, for example an address and its time.</summary>
    UserIdentification,

    /// <summary>Traffic: with whom, when, from where.</summary>
    Traffic,

    /// <summary>Content.</summary>
    Content,
}

/// <summary>The records are secured: from here the time for the follow-up runs.</summary>
public sealed record PreservationConfirmed
{
    /// <summary>SHA-256 of the snapshot the custodian has made, lower-case hex: what is produced later can be held against it.</summary>
    public required string SnapshotDigest { get; init; }

    /// <summary>The last day on which the custodian keeps them without a follow-up, in the requested state's calendar.</summary>
    public required DateOnly KeptUntil { get; init; }
}

/// <summary>The requesting side needs more time for its follow-up. Possible once (Regulation (EU) 2023/1543, Article 11(1)).</summary>
public sealed record PreservationExtended
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>The traffic shows that a provider in another state took part (Budapest Convention, Article 30): a request there is suggested.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, with enough of the traffic to find that provider.</remarks>
public sealed record OtherProviderFound
{
    /// <summary>The state of that provider: ISO 3166-1 alpha-2, upper case. Null: not known.</summary>
    public string? State { get; init; }
}

/// <summary>The formal request that was announced is made: it stands as a request of its own.</summary>
public sealed record FollowUpConfirmed
{
    /// <summary>The formal request; it names this one as the request it supplements.</summary>
    public required Guid FollowUpRequestId { get; init; }
}

/// <summary>The requesting side no longer needs the records to be kept: the follow-up is answered, or falls away.</summary>
public sealed record PreservationNoLongerNeeded;

/// <summary>What is asked cannot be done, whatever anybody decides.</summary>
/// <remarks>Private part: <see cref="Explanation"/>.</remarks>
public sealed record ExecutionImpossible
{
    /// <summary>Why.</summary>
    public required ImpossibilityGround Ground { get; init; }
}

/// <summary>Why something cannot be done (Regulation (EU) 2018/1805, Article 13; Regulation (EU) 2023/1543, Annex III).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImpossibilityGround>))]
public enum ImpossibilityGround
{
    /// <summary>Confiscated already.</summary>
    AlreadyConfiscated,

    /// <summary>It has disappeared.</summary>
    Disappeared,

    /// <summary>It is destroyed or deleted.</summary>
    Destroyed,

    /// <summary>Not found where it was said to be, or not held there.</summary>
    NotFound,

    /// <summary>The place or identifier is too vague.</summary>
    LocationImprecise,
}

/// <summary>The private part of <see cref="PreservationRequested"/>. Sealed to the requested state; the hub never sees it.</summary>
public sealed record PreservationParticulars
{
    /// <summary>The requesting authority's own file number, verbatim.</summary>
    public string? FileNumber { get; init; }

    /// <summary>The offences with their facts.</summary>
    public IReadOnlyList<OffenceParticulars> Offences { get; init; } = [];

    /// <summary>The facts, in short.</summary>
    public required string Text { get; init; }

    /// <summary>The records to be kept, and how they are linked with the offence.</summary>
    public required string Sought { get; init; }

    /// <summary>Numbers by which the records are found: account, address with its time, telephone, device.</summary>
    public IReadOnlyList<LocalNumber> Identifiers { get; init; } = [];

    /// <summary>Who holds them, as far as known.</summary>
    public string? Custodian { get; init; }

    /// <summary>Where the system stands, as far as known.</summary>
    public string? Location { get; init; }

    /// <summary>Why it is necessary.</summary>
    public required string Necessity { get; init; }

    /// <summary>Whom to call.</summary>
    public Contact? Contact { get; init; }

    /// <summary>Papers that come with it.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>The local original this was read from. Null when it was written at a desk.</summary>
    public Attachment? Original { get; init; }

    /// <inheritdoc cref="RequestParticulars.Provenance"/>
    public IReadOnlyList<Provenance> Provenance { get; init; } = [];
}
