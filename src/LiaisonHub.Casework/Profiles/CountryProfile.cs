using System.Text.Json.Serialization;
using LiaisonHub.Casework.Costs;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Profiles;

/// <summary>What a state asks of requests and what it offers, after the country form of the Council of Europe (PC-OC): the profile of the region with the
/// state's own laid over it.</summary>
public sealed record CountryProfile
{
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string State { get; init; }

    /// <summary>Codes of the rights catalogue that the state guards: all of the region's, and its own.</summary>
    public required IReadOnlyList<string> Rights { get; init; }

    /// <summary>Languages accepted.</summary>
    public required IReadOnlyList<LanguageRow> Languages { get; init; }

    /// <summary>Ways on which requests are accepted.</summary>
    public required IReadOnlyList<ChannelRow> Channels { get; init; }

    /// <summary>Papers wanted with a request.</summary>
    public required IReadOnlyList<PaperRow> Papers { get; init; }

    /// <summary>Fields wanted in the private part.</summary>
    public required IReadOnlyList<ParticularRow> Particulars { get; init; }

    /// <summary>Formalities a request must keep.</summary>
    public required IReadOnlyList<FormalityRow> Formalities { get; init; }

    /// <summary>Formalities this state must ask for abroad, so that its own courts admit the evidence.</summary>
    public required IReadOnlyList<AdmissibilityRow> Admissibility { get; init; }

    /// <summary>Assurances it asks for.</summary>
    public required IReadOnlyList<AssuranceRow> Assurances { get; init; }

    /// <summary>When it asks for dual criminality, and from which penalty.</summary>
    public required IReadOnlyList<DualCriminalityRow> DualCriminality { get; init; }

    /// <summary>Limits on the use of what it hands over.</summary>
    public required IReadOnlyList<UseLimitRow> UseLimits { get; init; }

    /// <summary>What its own law forbids it to give, promise or apply.</summary>
    public required IReadOnlyList<ImpossibleRow> Cannot { get; init; }

    /// <summary>Who pays what, beyond the ordinary.</summary>
    public required IReadOnlyList<BearerRow> Costs { get; init; }

    /// <summary>Steps at which the state itself, not a court, may say no. Empty: none.</summary>
    public required IReadOnlyList<VetoRow> Veto { get; init; }

    /// <summary>Working days it needs as a rule.</summary>
    public required IReadOnlyList<LeadTimeRow> LeadTimes { get; init; }

    /// <summary>Limits of its own law within a procedure.</summary>
    public required IReadOnlyList<SubTimer> SubTimers { get; init; }

    /// <summary>True: its law still knows the death penalty.</summary>
    public bool DeathPenalty { get; init; }

    /// <summary>How much of a shared burden it can carry. Null: it takes no part in sharing.</summary>
    public Capacity? Capacity { get; init; }

    /// <summary>The languages accepted for an act under an instrument, in order; the row that names the most wins.</summary>
    public LanguageRow? LanguagesFor(string procedure, string act, string instrument) =>
        Languages.Where(r => r.Serves(procedure, act, instrument)).OrderByDescending(r => r.Narrowness).FirstOrDefault();

    /// <summary>What has to be translated before an act may go to this state. Null: nothing, or it is not said yet in which languages it is supplied.</summary>
    /// <param name="procedure">The procedure.</param>
    /// <param name="act">The opening act.</param>
    /// <param name="instrument">The instrument.</param>
    /// <param name="supplied">Languages in which the request and its papers are supplied.</param>
    /// <param name="own">Languages of the asking state: what was drawn up in one of them is no translation.</param>
    /// <param name="certified">Languages of the translations whose certificate is there.</param>
    public TranslationNeed? TranslationFor(
        string procedure, string act, string instrument, IReadOnlyCollection<string> supplied, IReadOnlyCollection<string> own, IReadOnlyCollection<string> certified)
    {
        if (supplied.Count == 0 || LanguagesFor(procedure, act, instrument) is not { } row)
            return null;
        var fitting = supplied.Where(l => row.Accepted.Any(a => Same(l, a))).ToList();
        return fitting.Count == 0 ? new(row, row.Accepted, CertificateOnly: false)
            : row.Certified && !fitting.Any(l => own.Concat(certified).Any(o => Same(l, o))) ? new(row, fitting, CertificateOnly: true)
            : null;
    }

    // "de-AT" is German.
    static bool Same(string supplied, string accepted) =>
        string.Equals(supplied, accepted, StringComparison.OrdinalIgnoreCase) || supplied.StartsWith(accepted + "-", StringComparison.OrdinalIgnoreCase);

    /// <summary>The strictest test of dual criminality for an act. Null: none is made.</summary>
    public DualCriminalityRow? DualCriminalityFor(string procedure, string act, string instrument) =>
        DualCriminality.Where(r => r.Serves(procedure, act, instrument)).OrderByDescending(r => r.Asked).ThenByDescending(r => r.PenaltyMonths)
            .FirstOrDefault();
}

/// <summary>A translation that is wanted before a request may go to a state.</summary>
/// <param name="Row">The languages it accepts.</param>
/// <param name="Into">Into one of these (BCP 47).</param>
/// <param name="CertificateOnly">True: the language fits, but nothing shows that a translator has certified it.</param>
public sealed record TranslationNeed(LanguageRow Row, IReadOnlyList<string> Into, bool CertificateOnly);

/// <summary>What every row of a profile says.</summary>
public abstract record ProfileRow : SourcedRow
{
    /// <summary>Code, unique in its list. A row of a state with the code of a row of the region takes its place, and may not be weaker.</summary>
    public string Code { get; init; } = "";

    /// <summary>In words.</summary>
    public string Title { get; init; } = "";

    /// <summary>Names of the procedures it is about. Empty: every one.</summary>
    public IReadOnlyList<string> Procedures { get; init; } = [];

    /// <summary>Names of the opening acts it is about. Empty: every one of the procedures.</summary>
    public IReadOnlyList<string> Acts { get; init; } = [];

    /// <summary>Codes of the instruments it is about. Empty: every one.</summary>
    public IReadOnlyList<string> Instruments { get; init; } = [];

    /// <summary>True: without it the request is refused or returned. False: it is wanted, and saves time.</summary>
    public bool Mandatory { get; init; }

    /// <summary>True: it is about that act of that procedure under that instrument.</summary>
    public bool Serves(string procedure, string act, string instrument) =>
        Covers(Procedures, procedure) && Covers(Acts, act) && Covers(Instruments, instrument);

    internal int Narrowness => (Instruments.Count > 0 ? 4 : 0) + (Acts.Count > 0 ? 2 : 0) + (Procedures.Count > 0 ? 1 : 0);

    static bool Covers(IReadOnlyList<string> named, string one) => named.Count == 0 || named.Contains(one);
}

/// <summary>Languages accepted.</summary>
public sealed record LanguageRow : ProfileRow
{
    /// <summary>BCP 47. At least one.</summary>
    public IReadOnlyList<string> Accepted { get; init; } = [];

    /// <summary>True: a translation into one of them is certified.</summary>
    public bool Certified { get; init; }
}

/// <summary>A way on which requests are accepted.</summary>
public sealed record ChannelRow : ProfileRow
{
    /// <summary>The way.</summary>
    public Channel Channel { get; init; }

    /// <summary>True: what is sent must be encrypted. This exchange always does.</summary>
    public bool Encryption { get; init; }

    /// <summary>True: what is sent must carry an electronic signature. This exchange always does.</summary>
    public bool ESignature { get; init; }

    /// <summary>True: originals on paper must follow.</summary>
    public bool OriginalsFollow { get; init; }
}

/// <summary>Ways on which requests travel.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Channel>))]
public enum Channel
{
    /// <summary>This exchange.</summary>
    Hub,

    /// <summary>Between the foreign ministries.</summary>
    Diplomatic,

    /// <summary>Between the ministries of justice, by post.</summary>
    Ministry,

    /// <summary>Between courts and prosecutors, by post.</summary>
    Direct,

    /// <summary>Interpol.</summary>
    Interpol,
}

/// <summary>A paper wanted with a request.</summary>
public sealed record PaperRow : ProfileRow
{
    /// <summary>The paper of an extradition, where the open part names it. Null: only the private part can hold it.</summary>
    public ExtraditionPaper? Paper { get; init; }

    /// <summary>When it is wanted.</summary>
    public Occasion When { get; init; }
}

/// <summary>A field wanted in the private part of a request: only the requesting side sees whether it is filled, before it is sealed.</summary>
public sealed record ParticularRow : ProfileRow
{
    /// <summary>The field of <see cref="RequestParticulars"/>, with dots; in a list it is wanted in every row, for example <c>offences.qualification</c>.</summary>
    public string Field { get; init; } = "";

    /// <summary>When it is wanted.</summary>
    public Occasion When { get; init; }
}

/// <summary>When something is wanted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Occasion>))]
public enum Occasion
{
    /// <summary>Always.</summary>
    Always,

    /// <summary>When a coercive measure is among those asked for.</summary>
    CoerciveMeasure,

    /// <summary>When the person is wanted to be prosecuted.</summary>
    Prosecution,

    /// <summary>When the person is wanted to serve a sentence.</summary>
    Sentence,

    /// <summary>When objects are to be handed over with the person.</summary>
    ObjectsWanted,

    /// <summary>When the judgment was given in absence, and no new trial is open.</summary>
    JudgmentInAbsence,

    /// <summary>When the offence may be punished for life.</summary>
    LifeSentence,

    /// <summary>When the requesting state knows the death penalty and the offence may be punished for life, or its penalty is not named.</summary>
    DeathPenalty,

    /// <summary>When victims are to be compensated or given back what is theirs.</summary>
    VictimRestitution,
}

/// <summary>A formality a request must keep.</summary>
public sealed record FormalityRow : ProfileRow
{
    /// <summary>What shows that it is kept.</summary>
    public Shown ShownBy { get; init; }
}

/// <summary>What shows that a formality is kept.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Shown>))]
public enum Shown
{
    /// <summary>Nothing the rules can see: whoever signs looks for it.</summary>
    Nowhere,

    /// <summary>The field contentCertified of the open part.</summary>
    ContentCertified,

    /// <summary>The signature that every act carries.</summary>
    Signature,
}

/// <summary>A formality that must be asked for with a measure. Its code is what the measure names under formalities.</summary>
public sealed record AdmissibilityRow : ProfileRow
{
    /// <summary>The measures it belongs to. Empty: every one.</summary>
    public IReadOnlyList<MeasureKind> Measures { get; init; } = [];
}

/// <summary>An assurance that is asked for.</summary>
public sealed record AssuranceRow : ProfileRow
{
    /// <summary>What it is about.</summary>
    public AssuranceKind Kind { get; init; }

    /// <summary>When it is asked for.</summary>
    public Occasion When { get; init; }
}

/// <summary>How dual criminality is looked at.</summary>
public sealed record DualCriminalityRow : ProfileRow
{
    /// <summary>When it is asked for.</summary>
    public DualCriminalityTest Asked { get; init; }

    /// <summary>Least longest penalty in the requesting state, in whole months. 0: no threshold.</summary>
    public int PenaltyMonths { get; init; }

    /// <summary>Least rest of a sentence, in whole months. 0: no threshold.</summary>
    public int SentenceMonths { get; init; }
}

/// <summary>When dual criminality is asked for, from the most lenient to the strictest.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DualCriminalityTest>))]
public enum DualCriminalityTest
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>Unless the offence is a list offence with a longest penalty of 36 months or more.</summary>
    UnlessListOffence,

    /// <summary>Always, element by element.</summary>
    Always,
}

/// <summary>A limit on the use of what is handed over.</summary>
public sealed record UseLimitRow : ProfileRow;

/// <summary>Something a state's own law forbids it to do.</summary>
public sealed record ImpossibleRow : ProfileRow
{
    /// <summary>What kind of thing.</summary>
    public Impossible Of { get; init; }

    /// <summary>The kind of assurance, or the code of the use limit or formality.</summary>
    public string Value { get; init; } = "";
}

/// <summary>What a state may be unable to do.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Impossible>))]
public enum Impossible
{
    /// <summary>Give an assurance.</summary>
    Assurance,

    /// <summary>Keep to a limit on use.</summary>
    UseLimit,

    /// <summary>Apply a formality that another state asks for.</summary>
    Formality,
}

/// <summary>Who pays, where the state departs from the catalogue of costs.</summary>
public sealed record BearerRow : ProfileRow
{
    /// <summary>The kind of cost.</summary>
    public CostKind Kind { get; init; }

    /// <summary>Who bears it when this state is the requested one.</summary>
    public CostBearer Bearer { get; init; }
}

/// <summary>A step at which the state itself may say no. Mandatory: nothing is recognised before it is decided; else the state opens it when it sees reason to. In an extradition the
/// pair of states says whether there is such a step.</summary>
public sealed record VetoRow : ProfileRow;

/// <summary>Working days a state needs as a rule.</summary>
public sealed record LeadTimeRow : ProfileRow
{
    /// <summary>How many, in its own calendar.</summary>
    public int WorkingDays { get; init; }
}

/// <summary>A limit of a state's own law within a procedure.</summary>
public sealed record SubTimer : ProfileRow
{
    /// <summary>The event it runs from, in words.</summary>
    public string From { get; init; } = "";

    /// <summary>The event that meets it, in words.</summary>
    public string Until { get; init; } = "";

    /// <summary>How many units.</summary>
    public int Length { get; init; }

    /// <summary>The unit.</summary>
    public TimeUnit Unit { get; init; }

    /// <summary>By how much it becomes longer, in the same unit, on the event of <see cref="ExtendedBy"/>. 0: not at all.</summary>
    public int Extension { get; init; }

    /// <summary>What makes it longer, in words.</summary>
    public string? ExtendedBy { get; init; }

    /// <summary>What starts it again, in words. Null: nothing.</summary>
    public string? Restart { get; init; }

    /// <summary>Types of the acts that begin it, and begin it again. Empty: only an officer can say so.</summary>
    public IReadOnlyList<string> StartsWith { get; init; } = [];

    /// <summary>Types of the acts that meet it. Empty: only an officer can say so.</summary>
    public IReadOnlyList<string> EndsWith { get; init; } = [];

    /// <summary>Types of the acts that make it longer. Empty: only an officer can say so.</summary>
    public IReadOnlyList<string> ExtendsWith { get; init; } = [];

    /// <summary>What silence means.</summary>
    public Silence Silence { get; init; }

    /// <summary>The row that runs when this one passes in silence. Null: none.</summary>
    public string? Then { get; init; }

    /// <summary>True: an act of that type begins it, meets it or makes it longer.</summary>
    public bool Heeds(string actType) => StartsWith.Contains(actType) || EndsWith.Contains(actType) || ExtendsWith.Contains(actType);
}

/// <summary>How much of a shared burden a state can carry.</summary>
/// <param name="Weight">Its weight among the states, at least 1.</param>
/// <param name="CapPercent">The most it bears of any one burden, 1 to 100.</param>
/// <param name="Source">Where it was taken from.</param>
/// <param name="Verified">True: checked there.</param>
public sealed record Capacity(int Weight, int CapPercent, string Source, bool Verified);
