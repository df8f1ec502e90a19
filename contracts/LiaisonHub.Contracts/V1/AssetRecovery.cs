using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>Property is to be frozen, so that it can be confiscated or given back to a victim. Opens an asset recovery.</summary>
/// <remarks>Content after the freezing certificate of Regulation (EU) 2018/1805, Annex I. Private part: <see cref="AssetParticulars"/>.</remarks>
public sealed record FreezingRequested : IOpening, IDated
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <inheritdoc cref="IRequestContent.Offences"/>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <inheritdoc cref="IRequestContent.Languages"/>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>The amount or value to be frozen.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>Must it be decided within 48 hours, because the property would be gone?</summary>
    public required bool Urgent { get; init; }

    /// <summary>The day by which the confiscation is expected to be asked for: until then it remains frozen.</summary>
    public required DateOnly FrozenUntil { get; init; }

    /// <summary>True: a decision says that victims are compensated or given back what is theirs.</summary>
    public bool VictimRestitution { get; init; }

    /// <summary>True: the persons affected are not told yet, not before confiscation is asked for. False: they are informed once it is frozen
    /// (<see cref="PersonInformed"/>).</summary>
    public bool Confidential { get; init; }

    /// <summary>Other states asked to freeze for the same amount: ISO 3166-1 alpha-2.</summary>
    public IReadOnlyList<string> OtherStates { get; init; } = [];

    /// <inheritdoc cref="IRequestContent.Envelope"/>
    public RequestEnvelope? Envelope { get; init; }

    /// <summary>Since 1.1. Dates that matter at home: the earliest drives the priority. Today or later.</summary>
    public IReadOnlyList<DownstreamDate> DownstreamDates { get; init; } = [];
}

/// <summary>Property is to be confiscated, after a freezing or without one. Opens an asset recovery, or carries one on.</summary>
/// <remarks>Content after the confiscation certificate of Regulation (EU) 2018/1805, Annex II. Private part: <see cref="AssetParticulars"/>.</remarks>
public sealed record ConfiscationRequested : IOpening, IDated
{
    /// <inheritdoc/>
    public required string Instrument { get; init; }

    /// <inheritdoc/>
    public required string Reference { get; init; }

    /// <inheritdoc cref="IRequestContent.Offences"/>
    public required IReadOnlyList<OffenceFact> Offences { get; init; }

    /// <inheritdoc cref="IRequestContent.Languages"/>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>The amount or value to be confiscated.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>The day on which the confiscation order became final.</summary>
    public required DateOnly FinalOn { get; init; }

    /// <inheritdoc cref="FreezingRequested.VictimRestitution"/>
    public bool VictimRestitution { get; init; }

    /// <summary>Other states asked to confiscate for the same amount: ISO 3166-1 alpha-2.</summary>
    public IReadOnlyList<string> OtherStates { get; init; } = [];

    /// <inheritdoc cref="IRequestContent.Envelope"/>
    public RequestEnvelope? Envelope { get; init; }

    /// <summary>Since 1.1. Dates that matter at home: the earliest drives the priority. Today or later.</summary>
    public IReadOnlyList<DownstreamDate> DownstreamDates { get; init; } = [];
}

/// <summary>It is frozen.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional: which property, where, and whose rights are claimed.</remarks>
public sealed record AssetsFrozen
{
    /// <summary>The day.</summary>
    public required DateOnly On { get; init; }

    /// <summary>The property frozen. At least one.</summary>
    public required IReadOnlyList<FrozenAsset> Assets { get; init; }

    /// <summary>The value of everything together, in the currency of the request: the sum of the values.</summary>
    public required decimal Total { get; init; }

    /// <summary>True: third parties claim rights in it.</summary>
    public bool ThirdPartyRights { get; init; }
}

/// <summary>One piece of property.</summary>
public sealed record FrozenAsset
{
    /// <summary>What it is.</summary>
    public required AssetKind Kind { get; init; }

    /// <summary>Its value, in the currency of the request.</summary>
    public required decimal Value { get; init; }
}

/// <summary>Kinds of property.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AssetKind>))]
public enum AssetKind
{
    /// <summary>Cash.</summary>
    Cash,

    /// <summary>Money in an account.</summary>
    BankAccount,

    /// <summary>Shares, bonds and other securities.</summary>
    Securities,

    /// <summary>Land and buildings.</summary>
    RealEstate,

    /// <summary>Vehicle, vessel or aircraft.</summary>
    Vehicle,

    /// <summary>Jewellery, art, precious metal.</summary>
    Valuables,

    /// <summary>Crypto-asset.</summary>
    CryptoAsset,

    /// <summary>Any other property.</summary>
    Other,
}

/// <summary>Frozen property was looked after so that it keeps its value (Regulation (EU) 2018/1805, Article 28). What it cost is entered in the ledger of
/// costs.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional: which property, and the proof.</remarks>
public sealed record ValueManaged
{
    /// <summary>What was done.</summary>
    public required ValueMeasure Measure { get; init; }

    /// <summary>The day.</summary>
    public required DateOnly On { get; init; }

    /// <summary>What everything frozen is worth now, in the currency of the request: what a sale brought stands in the place of what was sold.</summary>
    public required decimal Value { get; init; }

    /// <summary>What it cost, in the currency of the request; 0 where nothing did.</summary>
    public required decimal Costs { get; init; }
}

/// <summary>How frozen property is looked after.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ValueMeasure>))]
public enum ValueMeasure
{
    /// <summary>Sold before the confiscation, since it would perish, lose its value or cost too much to keep; the money is frozen instead.</summary>
    Sold,

    /// <summary>Crypto-assets were taken into a wallet of the authority.</summary>
    TakenIntoCustody,

    /// <summary>Stored, insured or maintained.</summary>
    Maintained,

    /// <summary>Given to be used in the public interest meanwhile.</summary>
    LentForUse,
}

/// <summary>A person affected has filed a remedy against the freezing or the confiscation. Until it is decided nothing is confiscated.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record RemedyFiled
{
    /// <summary>Who has filed it.</summary>
    public required RemedyBy By { get; init; }
}

/// <summary>Who has filed a remedy.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RemedyBy>))]
public enum RemedyBy
{
    /// <summary>The person against whom the order was made.</summary>
    PersonConcerned,

    /// <summary>A third party who claims the property.</summary>
    ThirdParty,

    /// <summary>A victim.</summary>
    Victim,
}

/// <summary>The remedy is decided.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record RemedyDecided
{
    /// <summary>How.</summary>
    public required RemedyOutcome Outcome { get; init; }
}

/// <summary>How a remedy was decided.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RemedyOutcome>))]
public enum RemedyOutcome
{
    /// <summary>Dismissed: it remains frozen, and a confiscation goes on.</summary>
    Dismissed,

    /// <summary>Upheld: the freezing is lifted, and nothing is confiscated.</summary>
    Lifted,
}

/// <summary>Less is sought than before (Regulation (EU) 2018/1805, Article 16). Made in each request for the same amount; of those that share a case group and name
/// each other (<see cref="FreezingRequested.OtherStates"/>) no more is confiscated in all than the least that one of them still seeks.</summary>
public sealed record AmountReduced
{
    /// <summary>Why.</summary>
    public required AmountReason Reason { get; init; }

    /// <summary>What is still sought, in the currency of the request.</summary>
    public required decimal StillSought { get; init; }
}

/// <summary>Why less is sought.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AmountReason>))]
public enum AmountReason
{
    /// <summary>Part was paid.</summary>
    PartPaid,

    /// <summary>More than the whole might be taken.</summary>
    OverConfiscationRisk,

    /// <summary>Part was executed in another state.</summary>
    ExecutedElsewhere,
}

/// <summary>The property has to remain frozen for longer.</summary>
public sealed record FreezingContinued
{
    /// <summary>The new day by which the confiscation is expected to be asked for.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>The freezing is lifted, since the day until which it was to last has passed.</summary>
public sealed record FreezingLifted
{
    /// <summary>Why, in one line without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>It is confiscated and turned into money.</summary>
public sealed record AssetsConfiscated
{
    /// <summary>The day.</summary>
    public required DateOnly On { get; init; }

    /// <summary>What was obtained, in the currency of the request.</summary>
    public required decimal Proceeds { get; init; }
}

/// <summary>Victims have received what is theirs, before anything is shared (Regulation (EU) 2018/1805, Articles 29 and 30).</summary>
public sealed record VictimsRestituted
{
    /// <summary>What they received, in the currency of the request; 0 where nothing is due to them any more.</summary>
    public required decimal Amount { get; init; }

    /// <summary>How many victims; 0 where nothing is due.</summary>
    public required int Victims { get; init; }
}

/// <summary>How what is left is shared (Regulation (EU) 2018/1805, Article 30).</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional: the proof of costs.</remarks>
public sealed record SharingProposed
{
    /// <summary>By which rule.</summary>
    public required SharingBasis Basis { get; init; }

    /// <summary>Costs deducted, with proof; 0 where none are.</summary>
    public required decimal Costs { get; init; }

    /// <summary>Share of the requesting state.</summary>
    public required decimal RequestingShare { get; init; }

    /// <summary>Share of the requested state. Costs and both shares are together what was obtained less what victims received.</summary>
    public required decimal RequestedShare { get; init; }
}

/// <summary>By which rule it is shared.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SharingBasis>))]
public enum SharingBasis
{
    /// <summary>Up to the limit of the instrument: the requested state keeps it.</summary>
    UpToLimit,

    /// <summary>Above the limit: the requesting state receives its percentage.</summary>
    AboveLimit,

    /// <summary>The two states agree otherwise.</summary>
    Agreement,
}

/// <summary>The requesting side answers the proposal.</summary>
/// <remarks>Private part: <see cref="Explanation"/>, optional.</remarks>
public sealed record SharingAnswered
{
    /// <summary>Is it agreed? If not, another proposal follows.</summary>
    public required bool Agreed { get; init; }
}

/// <summary>The share of the requesting state went there.</summary>
public sealed record AssetReturned
{
    /// <summary>The amount: the share agreed.</summary>
    public required decimal Amount { get; init; }

    /// <summary>How, in one line without personal data.</summary>
    public required string Channel { get; init; }
}

/// <summary>The requesting state has received its share.</summary>
public sealed record AssetReceiptConfirmed
{
    /// <summary>The amount: what was returned.</summary>
    public required decimal Amount { get; init; }
}

/// <summary>The private part of <see cref="FreezingRequested"/> and <see cref="ConfiscationRequested"/>. Sealed to the requested state; the hub never sees
/// it.</summary>
public sealed record AssetParticulars
{
    /// <summary>The requesting authority's own file number, verbatim.</summary>
    public string? FileNumber { get; init; }

    /// <summary>Persons concerned.</summary>
    public IReadOnlyList<Person> Persons { get; init; } = [];

    /// <summary>Companies and other legal persons concerned.</summary>
    public IReadOnlyList<LegalPerson> LegalPersons { get; init; } = [];

    /// <summary>The offences with their facts.</summary>
    public IReadOnlyList<OffenceParticulars> Offences { get; init; } = [];

    /// <summary>The order, its court and reference, its grounds, and why the property is believed to be in the requested state.</summary>
    public required string Text { get; init; }

    /// <summary>The property.</summary>
    public IReadOnlyList<AssetDescription> Assets { get; init; } = [];

    /// <summary>Formalities to be kept while it is carried out, a line each (Annex I, section F).</summary>
    public IReadOnlyList<string> Formalities { get; init; } = [];

    /// <summary>Earlier orders on the same property or amount, a line each: court, day, reference, what became of it (Annex I, section H).</summary>
    public IReadOnlyList<string> EarlierOrders { get; init; } = [];

    /// <summary>Alternative measures that may be applied where the confiscation cannot be carried out, and their greatest extent (Annex I, section J).</summary>
    public string? AlternativeMeasures { get; init; }

    /// <summary>What is to go back to a victim (Annex I, section K). Null: nothing.</summary>
    public RestitutionParticulars? Restitution { get; init; }

    /// <summary>Remedies against the order in the requesting state: before whom, until when (Annex I, section L).</summary>
    public string? Remedies { get; init; }

    /// <inheritdoc cref="RequestParticulars.Validation"/>
    public ValidationParticulars? Validation { get; init; }

    /// <summary>Whom to call.</summary>
    public Contact? Contact { get; init; }

    /// <summary>Papers that come with it: the order, the decision on restitution.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>The local original this was read from. Null when it was written at a desk.</summary>
    public Attachment? Original { get; init; }

    /// <inheritdoc cref="RequestParticulars.Provenance"/>
    public IReadOnlyList<Provenance> Provenance { get; init; } = [];
}

/// <summary>A decision that property or compensation goes to a victim (Regulation (EU) 2018/1805, Annex I, section K, and Article 29).</summary>
public sealed record RestitutionParticulars
{
    /// <summary>The decision: court, day, reference.</summary>
    public required string Decision { get; init; }

    /// <summary>The property or the sum that goes to the victim.</summary>
    public required string Property { get; init; }

    /// <summary>The victim.</summary>
    public required string Victim { get; init; }

    /// <summary>True: the victim's title to it is contested.</summary>
    public bool TitleContested { get; init; }
}

/// <summary>One piece of property, as far as known.</summary>
public sealed record AssetDescription
{
    /// <summary>What it is.</summary>
    public required string Description { get; init; }

    /// <summary>Where it is.</summary>
    public string? Location { get; init; }

    /// <summary>Who holds it.</summary>
    public string? Holder { get; init; }

    /// <summary>Numbers by which it is found: account, register, chassis.</summary>
    public IReadOnlyList<LocalNumber> Identifiers { get; init; } = [];

    /// <summary>Where it is a crypto-asset.</summary>
    public CryptoHolding? Crypto { get; init; }
}

/// <summary>A crypto-asset.</summary>
public sealed record CryptoHolding
{
    /// <summary>The chain.</summary>
    public string? Chain { get; init; }

    /// <summary>The address.</summary>
    public string? Address { get; init; }

    /// <summary>How much, with its unit.</summary>
    public string? Quantity { get; init; }

    /// <summary>Who keeps the wallet.</summary>
    public string? Custody { get; init; }

    /// <summary>What shows who controls the key.</summary>
    public string? KeyControl { get; init; }
}
