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
        Measures = [.. asked.Categories.Select(MeasureFor).Distinct().Select(kind => new Measure { Kind = kind })],
        Offences = asked.Offences,
        Languages = asked.Languages,
        Supplements = requestId,
    };

    /// <summary>Drafts the private part: what was said of the facts and of the records sought. Papers and the local original are not repeated.</summary>
    /// <param name="asked">The private part of the preservation request.</param>
    public static RequestParticulars Draft(PreservationParticulars asked) => new()
    {
        FileNumber = asked.FileNumber,
        Numbers = asked.Identifiers,
        Offences = asked.Offences,
        Text = $"{asked.Text}\n\n{asked.Sought}",
        Contact = asked.Contact,
    };

    static MeasureKind MeasureFor(RecordCategory category) =>
        category is RecordCategory.Subscriber or RecordCategory.UserIdentification ? MeasureKind.SubscriberIdentification : MeasureKind.Seizure;
}
