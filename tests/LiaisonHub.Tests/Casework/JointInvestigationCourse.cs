using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>The usual course of a joint investigation of four states: XA leads, XB, XC and XD are asked. Everything is invented.</summary>
static class JointInvestigationCourse
{
    public static readonly string[] Members = ["XB", "XC", "XD"];

    public static JointInvestigationProposed Proposal { get; } = new()
    {
        Instrument = "JIT",
        Reference = "XA-2026-000601",
        Members = [new() { State = "XC", Authority = "XC-CA" }, new() { State = "XD", Authority = "XD-CA" }],
        Aims = "Find out who runs the network",
        Months = 12,
        Offences = [new() { ListOffence = "fraud", LongestPenaltyMonths = 60 }],
    };

    public static InvitationAnswered Joins { get; } = new() { Joins = true, LegalBasis = "Code of Procedure, Article 41", RightsCheck = Usual.RightsCheck };

    public static InvitationAnswered Declines { get; } = new() { Joins = false, Reasons = "No proceedings here" };

    public static JointAgreementDrafted Draft { get; } = new()
    {
        WillStated = true,
        Reasons = "Proceedings in four states for the same facts",
        EndsOn = new(2026, 12, 31),
        Aims = "Find out who runs the network",
        Composition = "One prosecutor and two investigators of each state",
        Leader = "XA-PO1",
        ApplicableLaw = "The law of the state in which the team works",
        Organisation = "Weekly meeting, one case file in each state",
        LeaderPowers = "Directs the work where the team is",
        UseOfInformation = "For the offences of the agreement",
        ThirdPersons = "None takes part",
        RightsCheck = Usual.RightsCheck,
    };

    public static JointChangeProposed Longer { get; } = new() { Change = JointChange.Duration, EndsOn = new(2027, 6, 30), Reason = "Accounts are still open" };

    public static JointChangeProposed Wider { get; } = new() { Change = JointChange.Scope, Scope = "Money laundering by the same persons", Reason = "Found in the accounts" };

    public static JointChangeProposed Another { get; } = new() { Change = JointChange.Membership, Member = Proposal.Members[1], Reason = "Proceedings are open there too" };

    public static MemberInvited Invitation { get; } = new()
    {
        Member = Proposal.Members[1],
        WillStated = true,
        Reasons = Draft.Reasons,
        EndsOn = Draft.EndsOn,
        Aims = Draft.Aims,
        Composition = Draft.Composition,
        Leader = Draft.Leader,
        ApplicableLaw = Draft.ApplicableLaw,
        Organisation = Draft.Organisation,
        LeaderPowers = Draft.LeaderPowers,
        UseOfInformation = Draft.UseOfInformation,
        ThirdPersons = Draft.ThirdPersons,
    };

    public static JointAgreementSigned Signs { get; } = new() { RightsCheck = Usual.RightsCheck };

    public static JointChangeAnswered Consents { get; } = new() { Consents = true };

    public static JointEvidenceShared Shared { get; } = new() { Items = 3, Digest = new('a', 64) };

    public static JointInvestigationEnded Ended { get; } = new() { Reason = "Charges are filed" };

    public static JointInvestigationEvaluated Evaluated { get; } = new() { AimsReached = true, Quality = 4, Lessons = ["Agree on one file format"] };

    static readonly MemberLeft Left = new() { Reason = "Proceedings closed" };

    public static Course Course { get; } = new(
        JointInvestigation.Table,
        Into,
        Of,
        (content, request, variant) => (content, variant) switch
        {
            (InvitationAnswered, true) => Declines,
            (MemberReleased m, true) => m with { State = "XD" },
            (JointChangeProposed, true) => (request.Members ?? []).FirstOrDefault(m => m.Out) is { } gone ? Another with { Member = gone.Party } : Wider,
            (JointChangeAnswered, true) => new JointChangeAnswered { Consents = false, Reasons = "Not needed here" },
            (UseConsentAsked a, true) => a with { Origin = "XC" },
            (UseConsentDecided d, true) => d with { Granted = false, Reasons = "Bank secrecy" },
            (JointEvidenceShared s, true) => s with { ThirdCountry = "XQ", VerifiedOn = new(2026, 1, 5) },
            _ => content,
        },
        new HashSet<string>())
    {
        Seats = [Side.Requesting, .. Members.Select(m => new Seat(Side.Requested, m))],
    };

    public static object Of(string type, Request request, DateOnly today) => type switch
    {
        nameof(JointInvestigationProposed) => Proposal,
        nameof(InvitationAnswered) => Joins,
        nameof(MemberLeft) => Left,
        nameof(MemberReleased) => new MemberReleased { State = "XC", Reason = "No answer" },
        nameof(JointAgreementDrafted) => Draft with { EndsOn = today.AddDays(200) },
        nameof(JointAgreementSigned) => Signs,
        nameof(JointChangeProposed) => Longer with { EndsOn = (request.JointInvestigation?.EndsOn ?? today).AddDays(90) },
        nameof(JointChangeAnswered) => Consents,
        nameof(MemberInvited) => Invitation with
        {
            Member = request.JointInvestigation?.Admitted?[0] ?? Invitation.Member,
            EndsOn = request.JointInvestigation?.EndsOn ?? Draft.EndsOn,
        },
        nameof(UseConsentAsked) => new UseConsentAsked { Origin = "XB", Offences = Proposal.Offences, Purpose = "Trial for tax evasion" },
        nameof(UseConsentDecided) =>
            new UseConsentDecided { OfActId = request.JointInvestigation?.Uses.FirstOrDefault(u => u.Granted is null)?.ActId ?? Guid.Empty, Granted = true },
        nameof(ThirdStateHelpAsked) => new ThirdStateHelpAsked { State = "XF", Subject = "Owners of three accounts", HelpRequestId = new("019b8a00-0000-7000-8000-0000000000f1") },
        nameof(JointEvidenceShared) => Shared,
        nameof(JointEvidenceDownloaded) => new JointEvidenceDownloaded { OfActId = request.JointInvestigation?.Uploads.LastOrDefault(u => !u.Erased)?.ActId ?? Guid.Empty },
        nameof(JointEvidenceErased) => new JointEvidenceErased
        {
            OfActId = request.JointInvestigation?.Uploads.FirstOrDefault(u => !u.Erased)?.ActId ?? Guid.Empty,
            Reason = ErasureReason.AllDownloaded,
        },
        nameof(JointInvestigationEnded) => Ended,
        nameof(JointInvestigationEvaluated) => Evaluated,
        nameof(RequestWithdrawn) => new RequestWithdrawn { Reason = "One state alone goes on" },
        nameof(DelayReasonGiven) => new DelayReasonGiven { RuleId = "JIT-C1", Reason = DelayReason.Workload },
        _ => Usual.Of(type, request, today),
    };

    public static Story Into(string state, Rules rules)
    {
        var story = new Story(rules);
        Story Each(Story at, object content)
        {
            foreach (var member in Members)
                at.Answers(member, content);
            return at;
        }
        Story Drafting() => Each(story.Asks(Proposal), Joins);
        Story Signing() => Drafting().Asks(Draft);
        Story Active() => Each(Signing(), Signs);
        return state switch
        {
            "Proposed" => story.Asks(Proposal),
            "Drafting" => Drafting(),
            "Signing" => Signing(),
            "Active" => Active(),
            "Closing" => Active().Asks(Ended),
            "Closed.Evaluated" => Active().Asks(Ended).Asks(Evaluated),
            "Closed.NotAgreed" => Each(story.Asks(Proposal), Declines),
            "Closed.Withdrawn" => Drafting().Asks(new RequestWithdrawn { Reason = "One state alone goes on" }),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No way there; add one."),
        };
    }
}
