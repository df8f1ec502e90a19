using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>How a person is to be heard, as far as both sides have to prepare it. Who is heard, and about what, stands in the private part.</summary>
/// <remarks>European Investigation Order, Articles 24 and 25, Annex A section H2.</remarks>
public sealed record HearingTerms
{
    /// <summary>The capacity in which the person is heard. Somebody accused must agree to be heard by video. Null: not said.</summary>
    public PersonPosition? Capacity { get; init; }

    /// <summary>By what means. Null: not said.</summary>
    public HearingMeans? Means { get; init; }

    /// <summary>When the hearing begins (UTC). Null: to be agreed.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The zone whose clocks the summons shows, an IANA name such as <c>Europe/Athens</c>. Null: not said.</summary>
    public string? Zone { get; init; }

    /// <summary>Technical standard of the connection, in one line: protocol, rate, encryption. Null: not said.</summary>
    public string? Standard { get; init; }

    /// <summary>The language for which an interpreter is needed (BCP 47). Null: none is needed, or it is not said.</summary>
    public string? Interpreter { get; init; }

    /// <summary>Is the requested authority to summon the person? Null: not said.</summary>
    public bool? SummonsWanted { get; init; }

    /// <summary>Is the requested authority to tell the person of the rights under the law of both states? Null: not said.</summary>
    public bool? RightsNoticeWanted { get; init; }

    /// <summary>Who leads the hearing. Null: not said.</summary>
    public HearingLead? LedBy { get; init; }
}

/// <summary>By what means somebody is heard from afar.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HearingMeans>))]
public enum HearingMeans
{
    /// <summary>Picture and sound.</summary>
    Video,

    /// <summary>Sound alone.</summary>
    Telephone,
}

/// <summary>Who leads a hearing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HearingLead>))]
public enum HearingLead
{
    /// <summary>The requesting authority, or under its direction.</summary>
    RequestingAuthority,

    /// <summary>The requested authority, with the list of questions.</summary>
    RequestedAuthority,
}

/// <summary>How a person in custody is to be transferred for a time. The dates stand in the period of the measure, the conditions in the private part.</summary>
/// <remarks>European Investigation Order, Articles 22 and 23, Annex A section H1.</remarks>
public sealed record TransferTerms
{
    /// <summary>Where to. Null: not said.</summary>
    public TransferDirection? Direction { get; init; }

    /// <summary>What the person has said to it. Null: not said.</summary>
    public TransferConsent? Consent { get; init; }

    /// <summary>Must the person be held in custody where the transfer leads? No: released on arrival. Null: not said.</summary>
    public bool? HeldThere { get; init; }
}

/// <summary>Where a person in custody is transferred to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TransferDirection>))]
public enum TransferDirection
{
    /// <summary>To the requesting state, which wants the person present (Article 22).</summary>
    ToRequesting,

    /// <summary>To the requested state, which carries the measure out there (Article 23).</summary>
    ToRequested,
}

/// <summary>What a person has said to a transfer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TransferConsent>))]
public enum TransferConsent
{
    /// <summary>Consents.</summary>
    Given,

    /// <summary>Does not consent.</summary>
    Refused,

    /// <summary>Is to be asked by the requested authority.</summary>
    ToBeAsked,
}

/// <summary>A time with a beginning and an end.</summary>
public sealed record MeasurePeriod
{
    /// <summary>From when (UTC).</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Until when (UTC), after <see cref="From"/>.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>The zone in which both are meant, an IANA name such as <c>Europe/Athens</c>: a line or an address of the network belongs to somebody at an
    /// instant, and an hour off names another person.</summary>
    public required string Zone { get; init; }
}

/// <summary>Which operations on an account are wanted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OperationFlow>))]
public enum OperationFlow
{
    /// <summary>What is paid in, with its senders.</summary>
    Incoming,

    /// <summary>What is paid out, with its receivers.</summary>
    Outgoing,

    /// <summary>Both, with senders and receivers.</summary>
    Both,
}

/// <summary>What becomes of evidence that is kept from being destroyed or moved.</summary>
public sealed record SafekeepingTerms
{
    /// <summary>What becomes of it. Null: not said.</summary>
    public SafekeepingEnd? Then { get; init; }

    /// <summary>The day of it, in the requested state's calendar. Null: at once, or not said.</summary>
    public DateOnly? On { get; init; }
}

/// <summary>What becomes of evidence that is kept.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SafekeepingEnd>))]
public enum SafekeepingEnd
{
    /// <summary>It remains where it is; the measure is lifted on the day named.</summary>
    Lifted,

    /// <summary>It remains where it is; its transfer is asked for by the day named.</summary>
    TransferAskedFor,

    /// <summary>It is transferred to the requesting state.</summary>
    Transferred,
}

/// <summary>What only the other state may read of one measure. Part of <see cref="RequestParticulars"/>.</summary>
public sealed record MeasureParticulars
{
    /// <summary>Which measure of the open part: 1 for the first.</summary>
    public required int Measure { get; init; }

    /// <summary>Why the measure is needed in these proceedings, and why no milder one serves.</summary>
    public string? Reasons { get; init; }

    /// <summary>Why this bank, or a bank of this state, is believed to hold the account (European Investigation Order, Article 26(5)).</summary>
    public string? WhyThere { get; init; }

    /// <summary>Whom it concerns, a line each: the person to hear, to serve, to transfer, to search.</summary>
    public IReadOnlyList<string> Concerned { get; init; } = [];

    /// <summary>The place to be searched, precisely: address, floor, room, vehicle, device.</summary>
    public IReadOnlyList<string> Place { get; init; } = [];

    /// <summary>The articles and data to be searched for or seized, a line each.</summary>
    public IReadOnlyList<string> Articles { get; init; } = [];

    /// <summary>Identifiers of lines, addresses of the network or devices, a line each, as the provider knows them.</summary>
    public IReadOnlyList<string> Identifiers { get; init; } = [];

    /// <summary>Accounts, a line each: number (IBAN), bank.</summary>
    public IReadOnlyList<string> Accounts { get; init; } = [];

    /// <summary>Technical data without which the measure cannot be set up: provider, interface, point of delivery.</summary>
    public string? Technical { get; init; }

    /// <summary>Conditions: of custody and guard during a transfer, of return, of the conduct of an investigation.</summary>
    public string? Conditions { get; init; }

    /// <summary>Allowances and expenses to which a witness or expert is entitled.</summary>
    public string? Allowances { get; init; }

    /// <summary>The warrant or order on which the measure stands. Null: none is named.</summary>
    public CourtOrder? Order { get; init; }
}

/// <summary>A warrant or order of a court, judge or prosecutor. The paper itself is among the attachments.</summary>
public sealed record CourtOrder
{
    /// <summary>Who has made it.</summary>
    public required string Court { get; init; }

    /// <summary>Its number, verbatim.</summary>
    public required string Number { get; init; }

    /// <summary>Its day.</summary>
    public required DateOnly On { get; init; }
}

/// <summary>A person transferred for a time, or a witness or expert who came on a summons, is no longer needed: from that day the time runs after which the immunity lapses.</summary>
/// <remarks>European Investigation Order, Article 22(8), and for summoned witnesses and experts the European Convention on Mutual Assistance, Article 12(3): fifteen days in which the person
/// could have left and has not, or a return after leaving. Made by the side to which the person came.</remarks>
public sealed record PresenceNoLongerRequired
{
    /// <summary>The day on which the presence ended to be required and the person was free to leave, in the calendar of the side that makes the act.</summary>
    public required DateOnly On { get; init; }
}
