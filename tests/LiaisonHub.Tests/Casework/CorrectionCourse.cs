using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>The usual course of a correction: the other side reports that somebody was taken for another person. Everything is invented.</summary>
static class CorrectionCourse
{
    public static readonly Guid WrongRequest = new("0f000000-0000-4000-8000-000000000007");
    public static readonly Guid WrongAct = new("0f000000-0000-4000-8000-0000000000a7");

    public static ErrorReported Report { get; } = new()
    {
        Instrument = "RCP",
        Reference = "XA-2026-000401",
        Cause = ErrorCause.WrongPerson,
        AboutRequestId = WrongRequest,
        AboutActId = WrongAct,
    };

    public static ErrorAcknowledged Acknowledgement { get; } = new()
    {
        Instrument = "RCP",
        Reference = "XA-2026-000401",
        Cause = ErrorCause.WrongPerson,
        AboutRequestId = WrongRequest,
        AboutActId = WrongAct,
        Note = "Two files of the same name were mixed up",
    };

    public static ErrorContested Contest { get; } = new() { Reason = "Identified by fingerprints" };

    public static ErrorAssessed Assessment { get; } =
        new() { Holders = ["XA-PO1", "XB-CT1", "XB-PO1"], PersonAffected = true, PersonDetained = false, EvidenceUsed = false };

    public static CorrectionIssued NewVersion { get; } =
        new() { Manner = CorrectionManner.NewVersion, SupersededDigest = new('a', 64), NewDigest = new('b', 64) };

    public static CorrectionIssued Recall { get; } = new() { Manner = CorrectionManner.Recall, SupersededDigest = new('a', 64) };

    public static ErrorRemedied Remedied { get; } = new() { Steps = [RemedyStep.CompensationNotice, RemedyStep.CourtTold, RemedyStep.CauseRemoved] };

    public static RequestWithdrawn Withdrawn { get; } = new() { Reason = "There is no error after all" };

    public static Course Course { get; } = new(
        Correction.Table,
        Into,
        Of,
        (content, request, variant) => (content, variant) switch
        {
            (ErrorReported r, true) => r with { Cause = ErrorCause.Leak },
            (ErrorAssessed a, true) => a with { PersonDetained = true, EvidenceUsed = true },
            (CorrectionIssued, true) => Recall,
            (HoldersNamed, true) => new HoldersNamed { Holders = ["XC-CA", "XA-CT1"] },
            _ => content,
        },
        new HashSet<string>());

    public static CopyConfirmed Deleted(string holder) => new() { Holder = holder, Done = CopyFate.Deleted, ProofDigest = new('c', 64) };

    public static object Of(string type, Request request, DateOnly today) => type switch
    {
        nameof(ErrorReported) => Report,
        nameof(ErrorAcknowledged) => Acknowledgement with { Cause = request.Correction?.Cause ?? ErrorCause.WrongPerson },
        nameof(ErrorContested) => Contest,
        nameof(ErrorAssessed) => Assessment,
        nameof(HoldersNamed) => new HoldersNamed { Holders = ["XB-CA"] },
        nameof(CorrectionIssued) => request.Correction?.Cause == ErrorCause.Leak ? Recall : NewVersion,
        nameof(CopyConfirmed) => Deleted(request.Correction?.Holders.FirstOrDefault(h => h is { Done: null, ThirdState: null })?.Authority ?? "XB-CT1"),
        nameof(ReleaseReported) => new ReleaseReported { At = request.Since, Cause = ReleaseCause.Error },
        nameof(PersonInformed) => new PersonInformed { On = DateOnly.FromDateTime(request.Since.UtcDateTime), Manner = InformingManner.InWriting },
        nameof(ErrorRemedied) => Remedied,
        nameof(RequestWithdrawn) => Withdrawn,
        nameof(DelayReasonGiven) => new DelayReasonGiven { RuleId = "RCP-A1", Reason = DelayReason.Workload },
        _ => Usual.Of(type, request, today),
    };

    public static Story Into(string state, Rules rules) => Into(state, rules, Assessment);

    public static Story Into(string state, Rules rules, ErrorAssessed assessment, ErrorCause cause = ErrorCause.WrongPerson)
    {
        var story = new Story(rules).Asks(Report with { Cause = cause });
        Story Acknowledged() => story.Answers(Acknowledgement with { Cause = cause });
        Story Assessed() => Acknowledged().Answers(assessment);
        Story Issued() => Assessed().Answers(cause is ErrorCause.Leak or ErrorCause.WrongState ? Recall : NewVersion);
        Story Confirmed() => Issued().Asks(Deleted("XA-PO1")).Answers(Deleted("XB-CT1")).Answers(Deleted("XB-PO1"));
        return state switch
        {
            "Reported" => story,
            "Contested" => story.Answers(Contest),
            "InDispute" => story.Answers(Contest).Asks(DisputeCourse.Raised),
            "Acknowledged" => Acknowledged(),
            "Assessed" => Assessed(),
            "Issued" => Issued(),
            "Remedying" => Confirmed(),
            "Closed.Corrected" => Confirmed().Answers(new PersonInformed { On = new(2026, 1, 19), Manner = InformingManner.InWriting }).Answers(Remedied),
            "Closed.Unfounded" => story.Asks(Withdrawn),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No way there; add one."),
        };
    }
}
