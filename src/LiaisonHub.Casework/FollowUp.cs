using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>The guard against lapse: what was preserved is asked for with what the preservation already said.</summary>
public static class FollowUp
{
    /// <summary>Drafts the open part of the request that follows a preservation. The reference is left empty and nothing is certified: a person does
    /// both.</summary>
    /// <param name="asked">The open part of the preservation request.</param>
    /// <param name="requestId">The preservation, which the draft supplements.</param>
    /// <param name="region">The region: the first instrument between the two states that serves mutual assistance is proposed, else none.</param>
    /// <param name="requesting">The state that asks.</param>
    /// <param name="requested">The state that is asked.</param>
    public static RequestSubmitted Draft(PreservationRequested asked, Guid requestId, Region region, string requesting, string requested) => new()
    {
        Instrument = region.InForce(requesting, requested)
            .FirstOrDefault(i => region.Instruments[i].Procedures.Contains(Procedures.MutualAssistance.Table.Name)) ?? "",
        Reference = "",
        Measures = [.. Measures(asked).Select(kind => new Measure { Kind = kind, Period = asked.Period })],
        Offences = asked.Offences,
        Languages = asked.Languages,
        Supplements = requestId,
    };

    /// <summary>Drafts the private part: what was said of the facts and of the records sought. Papers and the local original are not repeated.</summary>
    /// <param name="open">The open part of the preservation request.</param>
    /// <param name="asked">Its private part.</param>
    public static RequestParticulars Draft(PreservationRequested open, PreservationParticulars asked) => new()
    {
        FileNumber = asked.FileNumber,
        Numbers = asked.Identifiers,
        Offences = asked.Offences,
        Text = $"{asked.Text}\n\n{asked.Sought}",
        Contact = asked.Contact,
        Provider = asked.Custodian,
        Measures = [.. Measures(open).Select((kind, i) => new MeasureParticulars
        {
            Measure = i + 1,
            Reasons = asked.Necessity,
            // What is seized is named as an article, where it lies as a place; whose line or address it is, by its identifier.
            Identifiers = kind == MeasureKind.SubscriberIdentification ? [.. asked.Identifiers.Select(Named)] : [],
            Articles = kind == MeasureKind.Seizure ? [asked.Sought, .. asked.Identifiers.Select(Named)] : [],
            Place = kind == MeasureKind.Seizure && (asked.Location ?? asked.Custodian) is { } place ? [place] : [],
        })],
    };

    static IEnumerable<MeasureKind> Measures(PreservationRequested asked) => asked.Categories.Select(MeasureFor).Distinct();

    static string Named(LocalNumber number) => $"{number.Kind} {number.Value}";

    static MeasureKind MeasureFor(RecordCategory category) =>
        category is RecordCategory.Subscriber or RecordCategory.UserIdentification ? MeasureKind.SubscriberIdentification : MeasureKind.Seizure;
}
