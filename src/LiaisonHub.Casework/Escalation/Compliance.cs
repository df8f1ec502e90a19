using System.Text.Json.Serialization;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Escalation;

/// <summary>Where the duty to comply stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComplianceStatus>))]
public enum ComplianceStatus
{
    /// <summary>To be done, the day is still to come.</summary>
    Due,

    /// <summary>Said to be done; the other side has not answered yet.</summary>
    Reported,

    /// <summary>The day is over and nothing is done.</summary>
    Overdue,

    /// <summary>Done.</summary>
    Complied,
}

/// <summary>One entry of the register of compliance: what a dispute has laid upon a state, and whether it was done. Without personal data.</summary>
/// <remarks>Rule of the region, no treaty text.</remarks>
public sealed record Compliance
{
    /// <summary>The state that must comply.</summary>
    public required string OnWhom { get; init; }

    /// <summary>The state that waits for it.</summary>
    public required string Towards { get; init; }

    /// <summary>The article in dispute.</summary>
    public required string Article { get; init; }

    /// <summary>The act that laid it down: <c>AwardIssued</c>, <c>RulingIssued</c>, <c>SettlementAccepted</c> or <c>MediationEnded</c>.</summary>
    public required string By { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>The last day. Null: none was named.</summary>
    public DateOnly? ComplyBy { get; init; }

    /// <summary>Where it stands.</summary>
    public required ComplianceStatus Status { get; init; }

    /// <summary>Since when (UTC).</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was made public, and each renewal, oldest first (UTC). Empty: never.</summary>
    public IReadOnlyList<DateTimeOffset> Published { get; init; } = [];

    /// <summary>When it is renewed next (UTC). Null: nothing is to be renewed.</summary>
    public DateTimeOffset? RenewedNext { get; init; }

    /// <summary>Measures of reciprocity that the other side has recorded.</summary>
    public int Measures { get; init; }

    /// <summary>The entry of a dispute. Null: it lays nothing upon anybody yet or any more, or it is part of a drill.</summary>
    /// <param name="dispute">The dispute.</param>
    public static Compliance? Of(Request dispute)
    {
        if (dispute is not { Exercise: false, Dispute: { OnWhom: { } side } subject }
            || dispute.Acts.LastOrDefault(a => a.Type is nameof(AwardIssued) or nameof(RulingIssued) or nameof(SettlementAccepted) or nameof(MediationEnded))
                is not { } decided)
            return null;
        ComplianceStatus? status = dispute.State switch
        {
            Dispute.AwardIssued or Dispute.ComplianceDue => ComplianceStatus.Due,
            Dispute.ComplianceReported => ComplianceStatus.Reported,
            Dispute.NonCompliant => ComplianceStatus.Overdue,
            Dispute.Complied or Dispute.ClosedSettled => ComplianceStatus.Complied,
            _ => null, // An appeal is open: nothing is due meanwhile.
        };
        var renewals = dispute.Deadlines.Where(d => d.Clock == Clock.NonCompliance).OrderBy(d => d.Started).ToList();
        return status is not { } known ? null : new()
        {
            OnWhom = Rules.PartyOf(dispute, side).State,
            Towards = Rules.PartyOf(dispute, Rules.Other(side)).State,
            Article = subject.Article,
            By = decided.Type,
            DecidedAt = decided.At,
            ComplyBy = subject.ComplyBy,
            Status = known,
            Since = known == ComplianceStatus.Due ? decided.At : dispute.Since,
            Published = [.. renewals.Select(d => d.Started)],
            RenewedNext = renewals.LastOrDefault(d => d.Active)?.Due,
            Measures = subject.Measures,
        };
    }
}
