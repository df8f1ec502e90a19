using System.Text.Json.Serialization;

namespace LiaisonHub.Contracts.V1;

/// <summary>The private part of a request: persons, facts, papers. Sealed to the requested state; the hub never sees it.</summary>
public sealed record RequestParticulars
{
    /// <summary>The issuing authority's own file number, verbatim.</summary>
    public string? FileNumber { get; init; }

    /// <summary>Other numbers the local system knows the case by, with who gave them.</summary>
    public IReadOnlyList<LocalNumber> Numbers { get; init; } = [];

    /// <summary>Persons concerned, suspect, witness or other; the position says which.</summary>
    public IReadOnlyList<Person> Persons { get; init; } = [];

    /// <summary>Companies and other legal persons concerned.</summary>
    public IReadOnlyList<LegalPerson> LegalPersons { get; init; } = [];

    /// <summary>The offences with their facts.</summary>
    public IReadOnlyList<OffenceParticulars> Offences { get; init; } = [];

    /// <summary>What is asked and why, in the requesting authority's words.</summary>
    public required string Text { get; init; }

    /// <summary>Questions to be put, in order.</summary>
    public IReadOnlyList<string> Questions { get; init; } = [];

    /// <summary>Since 1.1. Who holds the records asked for: the service provider, as far as known.</summary>
    public string? Provider { get; init; }

    /// <summary>Since 1.1. What the measures of a request for assistance need beside their open part. Empty from older senders.</summary>
    public IReadOnlyList<MeasureParticulars> Measures { get; init; } = [];

    /// <summary>Since 1.1. The authority that has validated the request. Null: it needs no validation, or it is not said.</summary>
    public ValidationParticulars? Validation { get; init; }

    /// <summary>Since 1.1. What a request for extradition, for a provisional arrest or for transit needs beside its open part. Null: another request, or an
    /// older sender.</summary>
    public ExtraditionParticulars? Extradition { get; init; }

    /// <summary>Whom to call: name, post held, telephone, mail, languages.</summary>
    public Contact? Contact { get; init; }

    /// <summary>Papers that come with it.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>The local original this request was read from, byte for byte. Null when it was written at a desk.</summary>
    public Attachment? Original { get; init; }

    /// <summary>Where each value came from, and which were only read from prose and wait for confirmation.</summary>
    public IReadOnlyList<Provenance> Provenance { get; init; } = [];
}

/// <summary>The private part of every act that is neither a request nor evidence: what is said, and papers.</summary>
public sealed record Explanation
{
    /// <summary>In the author's words.</summary>
    public required string Text { get; init; }

    /// <summary>Papers that come with it.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>The local original this was read from. Null when it was written at a desk.</summary>
    public Attachment? Original { get; init; }
}

/// <summary>The private part of <see cref="EvidenceSent"/>: the items themselves.</summary>
public sealed record EvidenceParticulars
{
    /// <summary>A covering word.</summary>
    public string? Text { get; init; }

    /// <summary>The items, in the order of the manifest.</summary>
    public required IReadOnlyList<EvidenceObject> Items { get; init; }

    /// <summary>The local original this was read from. Null when it was written at a desk.</summary>
    public Attachment? Original { get; init; }
}

/// <summary>One item of evidence with its content.</summary>
public sealed record EvidenceObject
{
    /// <summary>The item of the manifest.</summary>
    public required Guid ItemId { get; init; }

    /// <summary>What it is.</summary>
    public required string Description { get; init; }

    /// <summary>How, when and by whom it was obtained.</summary>
    public string? Collection { get; init; }

    /// <summary>Random bytes, base64url, mixed into the commitment so that the manifest cannot be tested against guesses.</summary>
    public required string Salt { get; init; }

    /// <summary>The content.</summary>
    public required Attachment Content { get; init; }
}

/// <summary>What a request for extradition says under seal (European Convention on Extradition, Article 12(2); form of the European arrest warrant, boxes (b)
/// to (g)).</summary>
public sealed record ExtraditionParticulars
{
    /// <summary>The warrant of arrest, or the order with the same effect, on which the request stands. Null: it stands on a judgment.</summary>
    public CourtOrder? Warrant { get; init; }

    /// <summary>The enforceable judgment. Null: there is none.</summary>
    public CourtOrder? Judgment { get; init; }

    /// <summary>The sentence or detention order imposed. Null: none.</summary>
    public SentenceTerm? SentenceImposed { get; init; }

    /// <summary>What is left of it. Null: none is imposed.</summary>
    public SentenceTerm? SentenceLeft { get; init; }

    /// <summary>When prosecution or punishment is barred by lapse of time. Null: not said.</summary>
    public LimitationParticulars? Limitation { get; init; }

    /// <summary>What the person looks like. Documents and numbers by which the person is known stand with the person. Null: not known.</summary>
    public PersonDescription? Description { get; init; }

    /// <summary>Property to be seized and handed over with the person (European Convention on Extradition, Article 20).</summary>
    public IReadOnlyList<PropertyWanted> Property { get; init; } = [];
}

/// <summary>How long a deprivation of liberty lasts.</summary>
public sealed record SentenceTerm
{
    /// <summary>Whole years.</summary>
    public int Years { get; init; }

    /// <summary>Whole months besides.</summary>
    public int Months { get; init; }

    /// <summary>Days besides.</summary>
    public int Days { get; init; }

    /// <summary>True: for life; years, months and days are 0.</summary>
    public bool Life { get; init; }

    /// <summary>What the numbers cannot say, for example a detention order without an end.</summary>
    public string? Words { get; init; }
}

/// <summary>Lapse of time.</summary>
public sealed record LimitationParticulars
{
    /// <summary>The provisions.</summary>
    public required string Law { get; init; }

    /// <summary>The first day on which it is barred. Null: never.</summary>
    public DateOnly? BarredFrom { get; init; }

    /// <summary>The acts that interrupted it, each with its day.</summary>
    public IReadOnlyList<string> Interruptions { get; init; } = [];
}

/// <summary>What a person looks like, as far as known.</summary>
public sealed record PersonDescription
{
    /// <summary>Height in centimetres.</summary>
    public int? HeightCm { get; init; }

    /// <summary>Build.</summary>
    public string? Build { get; init; }

    /// <summary>Colour of the eyes.</summary>
    public string? Eyes { get; init; }

    /// <summary>Hair.</summary>
    public string? Hair { get; init; }

    /// <summary>Scars, tattoos and other marks, and where they are.</summary>
    public string? Marks { get; init; }

    /// <summary>Whatever else helps to know the person; which of the papers are photographs, fingerprints or a profile of DNA.</summary>
    public string? Other { get; init; }
}

/// <summary>Property to be handed over.</summary>
public sealed record PropertyWanted
{
    /// <summary>What it is.</summary>
    public required string What { get; init; }

    /// <summary>Why.</summary>
    public required PropertyPurpose Purpose { get; init; }

    /// <summary>Where it is believed to be. Null: with the person.</summary>
    public string? Where { get; init; }
}

/// <summary>Why property is handed over.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PropertyPurpose>))]
public enum PropertyPurpose
{
    /// <summary>It may be needed as evidence.</summary>
    Evidence,

    /// <summary>It was acquired by the offence.</summary>
    Proceeds,
}

/// <summary>A natural person, as far as known. Nothing is invented: a field the source does not have stays null.</summary>
public sealed record Person
{
    /// <summary>Position in the proceedings.</summary>
    public PersonPosition Position { get; init; } = PersonPosition.Unknown;

    /// <summary>Family name or names, as the source spells them.</summary>
    public string? FamilyName { get; init; }

    /// <summary>Given names in their order.</summary>
    public string? GivenNames { get; init; }

    /// <summary>Title or form of address.</summary>
    public string? Title { get; init; }

    /// <summary>Other names and spellings.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Date of birth with the precision the source has. A day, never an instant.</summary>
    public PartialDate? Birth { get; init; }

    /// <summary>Place of birth.</summary>
    public string? BirthPlace { get; init; }

    /// <summary>Sex as recorded.</summary>
    public Sex Sex { get; init; } = Sex.Unknown;

    /// <summary>Nationalities: ISO 3166-1 alpha-2 where the source has a code, else its own words.</summary>
    public IReadOnlyList<string> Nationalities { get; init; } = [];

    /// <summary>Last known address, a line each.</summary>
    public IReadOnlyList<string> Address { get; init; } = [];

    /// <summary>Languages the person understands (BCP 47 where known).</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Numbers by which systems know the person.</summary>
    public IReadOnlyList<LocalNumber> Numbers { get; init; } = [];
}

/// <summary>Position of a person in the proceedings.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PersonPosition>))]
public enum PersonPosition
{
    /// <summary>The source does not say.</summary>
    Unknown,

    /// <summary>Suspected or accused.</summary>
    Accused,

    /// <summary>Convicted.</summary>
    Convicted,

    /// <summary>Victim.</summary>
    Victim,

    /// <summary>Witness.</summary>
    Witness,

    /// <summary>Expert.</summary>
    Expert,

    /// <summary>Third party, parent or guardian.</summary>
    ThirdParty,
}

/// <summary>Sex as recorded. Unknown is not "other".</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Sex>))]
public enum Sex
{
    /// <summary>Not recorded.</summary>
    Unknown,

    /// <summary>Male.</summary>
    Male,

    /// <summary>Female.</summary>
    Female,

    /// <summary>Recorded as neither.</summary>
    Other,
}

/// <summary>A company or other legal person.</summary>
public sealed record LegalPerson
{
    /// <summary>Registered name.</summary>
    public required string Name { get; init; }

    /// <summary>Registration number, with its register if known.</summary>
    public string? RegistrationNumber { get; init; }

    /// <summary>Registered seat or address, a line each.</summary>
    public IReadOnlyList<string> Address { get; init; } = [];
}

/// <summary>An offence with its facts.</summary>
public sealed record OffenceParticulars
{
    /// <summary>Code of the requesting state's law.</summary>
    public string? Code { get; init; }

    /// <summary>The charge in words.</summary>
    public string? Wording { get; init; }

    /// <summary>Since 1.1. How the law of the requesting state qualifies it: name and provisions. Null: not said, or an older sender.</summary>
    public string? Qualification { get; init; }

    /// <summary>Since 1.1. The degree in which the person took part. Null: not said, or an older sender.</summary>
    public Participation? Participation { get; init; }

    /// <summary>When, with what the source's date code makes of the dates.</summary>
    public OffenceTime? Time { get; init; }

    /// <summary>Where.</summary>
    public string? Place { get; init; }

    /// <summary>Results and orders recorded against the offence, as code and text.</summary>
    public IReadOnlyList<CourtResult> Results { get; init; } = [];
}

/// <summary>The degree in which a person took part in an offence.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Participation>))]
public enum Participation
{
    /// <summary>Committed it alone.</summary>
    Perpetrator,

    /// <summary>Committed it together with others.</summary>
    JointPerpetrator,

    /// <summary>Moved another to commit it.</summary>
    Instigator,

    /// <summary>Helped another to commit it.</summary>
    Accomplice,
}

/// <summary>When an offence was committed.</summary>
public sealed record OffenceTime
{
    /// <summary>What the dates mean. The same two dates under another meaning are another fact.</summary>
    public required TimeMeaning Meaning { get; init; }

    /// <summary>First or only date.</summary>
    public PartialDate? From { get; init; }

    /// <summary>Last date. Equal to <see cref="From"/> is not the same as absent.</summary>
    public PartialDate? To { get; init; }
}

/// <summary>What the dates of an offence mean.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TimeMeaning>))]
public enum TimeMeaning
{
    /// <summary>The source gives a code that the mapping does not know; see the provenance.</summary>
    Unknown,

    /// <summary>On or in.</summary>
    On,

    /// <summary>Before.</summary>
    Before,

    /// <summary>After.</summary>
    After,

    /// <summary>Between two dates.</summary>
    Between,

    /// <summary>On or about.</summary>
    OnOrAbout,

    /// <summary>On or before.</summary>
    OnOrBefore,
}

/// <summary>A result recorded by a court.</summary>
public sealed record CourtResult
{
    /// <summary>Code of the local system.</summary>
    public string? Code { get; init; }

    /// <summary>Text of the result. A date that stands only here is marked in the provenance, to be confirmed.</summary>
    public string? Text { get; init; }

    /// <summary>Next hearing, where the source has fields for it.</summary>
    public PartialDate? NextHearing { get; init; }
}

/// <summary>A date with as much of it as is known.</summary>
public sealed record PartialDate
{
    /// <summary><c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>. Null when the raw text could not be read as a date.</summary>
    public string? Value { get; init; }

    /// <summary>What the source says, verbatim.</summary>
    public required string Raw { get; init; }
}

/// <summary>A number some system knows a case or person by.</summary>
public sealed record LocalNumber
{
    /// <summary>Kind of number, for example <c>PTIURN</c>, <c>ASN</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Verbatim. Comparing needs the system and kind as well.</summary>
    public required string Value { get; init; }
}

/// <summary>The validation of a request (European Investigation Order, Annex A, section L; Regulation (EU) 2018/1805, Annex I, section N).</summary>
public sealed record ValidationParticulars
{
    /// <summary>The validating authority.</summary>
    public required string Authority { get; init; }

    /// <summary>Its file number, verbatim.</summary>
    public string? FileNumber { get; init; }

    /// <summary>The day.</summary>
    public DateOnly? On { get; init; }

    /// <summary>Who validated it, and whom to call.</summary>
    public Contact? Contact { get; init; }
}

/// <summary>Whom to call.</summary>
public sealed record Contact
{
    /// <summary>Name.</summary>
    public string? Name { get; init; }

    /// <summary>Post held.</summary>
    public string? Post { get; init; }

    /// <summary>Telephone, E.164 where possible.</summary>
    public string? Telephone { get; init; }

    /// <summary>E-mail.</summary>
    public string? Email { get; init; }

    /// <summary>Languages spoken (BCP 47).</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];
}

/// <summary>A file with its bytes.</summary>
public sealed record Attachment
{
    /// <summary>Name as the sender had it. Data: never used as a path.</summary>
    public required string FileName { get; init; }

    /// <summary>MIME type.</summary>
    public required string MediaType { get; init; }

    /// <summary>SHA-256 of the content, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The bytes (base64).</summary>
    public required byte[] Content { get; init; }
}

/// <summary>Where a mapped value came from.</summary>
public sealed record Provenance
{
    /// <summary>The field, as a JSON pointer into this document.</summary>
    public required string Field { get; init; }

    /// <summary>The place in the source: a path and, where known, a line.</summary>
    public required string Source { get; init; }

    /// <summary>True: only read from prose; a person must confirm it before anybody relies on it.</summary>
    public bool ToConfirm { get; init; }

    /// <summary>A word on it: an unknown code kept raw, a repair, a default.</summary>
    public string? Note { get; init; }
}
