using System.Text.Json.Nodes;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class ContentTests
{
    static readonly string Long = new('x', 501);

    public static TheoryData<string, Side, object, string> Wrong { get; } = new()
    {
        { "", Side.Requesting, Usual.Submitted with { Measures = [] }, "$.open.measures: is empty; name at least 1." },
        { "", Side.Requesting, Usual.Submitted with { Offences = [] }, "$.open.offences: is empty; name at least 1." },
        { "", Side.Requesting, Usual.Submitted with { Languages = [] }, "$.open.languages: is empty; name at least 1." },
        { "", Side.Requesting, Usual.Submitted with { Languages = ["english"] },
            "$.open.languages[0]: is not a language tag; write a BCP 47 tag, for example en or pt-BR." },
        { "", Side.Requesting, Usual.Submitted with { Languages = ["pt-BR", "zh-Hant-TW", "e"] },
            "$.open.languages[2]: is not a language tag; write a BCP 47 tag, for example en or pt-BR." },
        { "", Side.Requesting, Usual.Submitted with { Reference = " " }, "$.open.reference: is empty or no code; write 1 to 64 characters." },
        { "", Side.Requesting, Usual.Submitted with { Measures = [new() { Kind = MeasureKind.Search, Count = 0 }] },
            "$.open.measures[0].count: is 0; write at least 1." },
        { "", Side.Requesting, Usual.Submitted with { Offences = [new() { LongestPenaltyMonths = 1201 }] },
            "$.open.offences[0].longestPenaltyMonths: is 1201; write 0 to 1200; life is 1200." },
        { "", Side.Requesting, Usual.Submitted with { WantedBy = new(2026, 3, 1) },
            "$.open.wantedByReason: is missing; a date asked for and its reason go together." },
        { "", Side.Requesting, Usual.Submitted with { WantedByReason = "Hearing" },
            "$.open.wantedBy: is missing; a date asked for and its reason go together." },
        { "", Side.Requesting, Usual.Submitted with { WantedBy = new(2026, 1, 18), WantedByReason = "Hearing" },
            "$.open.wantedBy: 2026-01-18 is over; write 2026-01-19 or later." },
        { "", Side.Requesting, Usual.Submitted with { WantedBy = new(2226, 1, 18), WantedByReason = "Hearing" },
            "$.open.wantedBy: 2226-01-18 lies more than thirty years ahead; write a nearer day." },
        { "Returned", Side.Requesting, Usual.Resubmitted with { Cured = "" }, "$.open.cured: is missing or empty; write one line." },
        { "Submitted", Side.Requested, Usual.Acknowledged with { TheirReference = "a\nb" },
            "$.open.theirReference: is not one line; write one line of 500 characters at most." },
        { "Submitted", Side.Requested, Usual.Forwarded with { Reason = Long }, "$.open.reason: is not one line; write one line of 500 characters at most." },
        { "Submitted", Side.Requested, Usual.Returned with { Reason = ReturnReason.Untranslated },
            "$.open.acceptedLanguages: is empty; name the languages that would be accepted." },
        { "Acknowledged", Side.Requested, Usual.InformationRequested with { Gaps = [] }, "$.open.gaps: is empty; name at least 1." },
        { "Acknowledged", Side.Requested, Usual.InformationRequested with { WantedBy = new(2026, 1, 1) },
            "$.open.wantedBy: 2026-01-01 is over; write 2026-01-19 or later." },
        { "Acknowledged", Side.Requested, Usual.TranslationRequested with { Papers = [""] }, "$.open.papers[0]: is missing or empty; write one line." },
        { "Acknowledged", Side.Requested, Usual.CostNotice with { Amount = 0 }, "$.open.amount: is 0; write an amount above 0." },
        { "Acknowledged", Side.Requested, Usual.CostNotice with { Currency = "eur" },
            "$.open.currency: is not an ISO 4217 code; write three capital letters." },
        { "CostPending", Side.Requesting, Usual.CostAgreed with { RequestingSharePercent = null },
            "$.open.requestingSharePercent: is missing; an agreement says which share the requesting side bears." },
        { "CostPending", Side.Requesting, Usual.CostAgreed with { RequestingSharePercent = 101 }, "$.open.requestingSharePercent: is 101; write 0 to 100." },
        { "Acknowledged", Side.Requested, Usual.Extension with { Days = 0 }, "$.open.days: is 0; write at least 1 and no more than the rule allows." },
        { "Acknowledged", Side.Requested, Usual.Consulted with { Ground = "NONE" },
            "$.open.ground: is not a ground of this instrument; write one of DUALCRIM, FORMAL, FUNDRIGHTS, IMMUNITY, IMPOSSIBLE, LIMITATION, MEASURE, "
                + "NATSEC, NEBIS, POLITICAL, PRESSFREEDOM, PRIVILEGE, TERRITORY." },
        { "Acknowledged", Side.Requested, Usual.Refused with { Reasons = "" }, "$.open.reasons: is empty; say it in words." },
        { "Acknowledged", Side.Requested, Usual.Refused with { Only = [MeasureKind.Interception] },
            "$.open.only[0]: is not among the measures that are wanted; name some of Search, Hearing." },
        { "Acknowledged", Side.Requested,
            Usual.Recognised with { RightsCheck = Usual.RightsCheck with { Answers = [.. Usual.RightsCheck.Answers, Usual.RightsCheck.Answers[0]] } },
            "$.open.rightsCheck.answers[10].item: is answered twice; give one answer for each item." },
        { "Acknowledged", Side.Requested,
            Usual.Recognised with { RightsCheck =
            Usual.RightsCheck with { Answers = [new() { Item = "necessity", Finding = RightsFinding.PassedWithCondition }] } },
            "$.open.rightsCheck.answers[0].condition: is missing or empty; write one line." },
        { "Recognised", Side.Requested, Usual.Delay(new(2026, 1, 1)), "$.open.proposedDate: 2026-01-01 is over; write 2026-01-19 or later." },
        { "Recognised", Side.Requested, Usual.Evidence(0, true), "$.open.part: is 0; write 1 to 1000." },
        { "Recognised", Side.Requested, Usual.Evidence(1, true) with { OfParts = 2 }, "$.open.ofParts: is 2; the last part has the highest number." },
        { "Recognised", Side.Requested, Usual.Evidence(1, true) with { Manifest = [] }, "$.open.manifest: is empty; name at least 1." },
        { "Recognised", Side.Requested, Usual.Evidence(1, true) with { ReturnBy = new(2026, 3, 1) },
            "$.open.originalsToReturn: is false; a day of return goes with originals that must come back." },
        { "Recognised", Side.Requested, Usual.Evidence(1, true) with { Manifest = [Usual.Evidence(1, true).Manifest[0] with { Commitment = "AA", Size = -1 }] },
            "$.open.manifest[0].size: is -1; write the length in bytes. $.open.manifest[0].commitment: is not a SHA-256; write 64 lower-case hex digits." },
        { "Recognised", Side.Requested, Usual.Evidence(1, true) with { Manifest = [Usual.Evidence(1, true).Manifest[0], Usual.Evidence(1, true).Manifest[0]] },
            "$.open.manifest[1].itemId: stands there twice; give each item an id of its own." },
        { "PartiallyExecuted", Side.Requesting, Usual.Defective(1) with { Defects = [] }, "$.open.defects: is empty; name at least 1." },
        { "Executed", Side.Requesting, new UseReported { Outcome = UseOutcome.NotUsed, Quality = 6 },
            "$.open.quality: is 6; write 1 (unusable) to 5, or leave it out." },
        { "Acknowledged", Side.Requesting, new ScopeReduced { NoLongerWanted = [] }, "$.open.noLongerWanted: is empty; name at least 1." },
        { "Acknowledged", Side.Requesting, new NoteSent { Subject = "" }, "$.open.subject: is missing or empty; write one line." },
        { "Acknowledged", Side.Requesting, new DisputeRaised { Article = "12", Claim = "" }, "$.open.claim: is missing or empty; write one line." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_field_is_named_with_its_fix(string state, Side by, object content, string reason)
    {
        var story = state.Length == 0 ? new Story() : Usual.Into(state);
        var refused = story.Refused(by, content);

        Assert.Equal(RefusalCode.InvalidContent, refused.Code);
        Assert.Equal(reason, refused.Reason);
    }

    [Fact]
    public void Codes_that_are_not_in_the_catalogue_are_answered_with_those_that_are()
    {
        var offence = new Story().Refused(Side.Requesting, Usual.Submitted with { Offences = [new() { ListOffence = "jaywalking" }] });
        var right = Usual.Into("Acknowledged")
            .Refused(Side.Requested,
            Usual.Recognised with { RightsCheck = Usual.RightsCheck with { Answers = [new() { Item = "fashion", Finding = RightsFinding.Passed }] } });

        Assert.StartsWith("$.open.offences[0].listOffence: is not a code of the offence list; write one of aircraft-ships, armed-robbery, arson, ",
            offence.Reason, StringComparison.Ordinal);
        Assert.StartsWith("$.open.rightsCheck.answers[0].item: is not an item of the rights catalogue; write one of lawful-basis, necessity, ", right.Reason,
            StringComparison.Ordinal);
        Assert.DoesNotContain("jaywalking", offence.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var refused = new Story().Refused(Side.Requesting, Usual.Submitted with { Measures = [], Languages = [], Reference = "" });

        Assert.Equal("$.open.reference: is empty or no code; write 1 to 64 characters. $.open.languages: is empty; name at least 1. $.open.measures: is "
            + "empty; name at least 1.", refused.Reason);
    }

    [Fact]
    public void What_cannot_be_read_is_refused_with_its_place_and_without_its_value()
    {
        var story = Usual.Into("Acknowledged");
        var act = story.Act(Side.Requested, Usual.Extension);
        Refused With(string json) =>
            Assert.IsType<Refused>(Demo.Rules.Decide(story.Request,
            act with { Open = System.Text.Json.JsonSerializer.SerializeToElement(JsonNode.Parse(json)) }, story.Now));

        var wrongKind = With("""{ "reason": "Court", "days": "Jane Example" }""");
        Assert.Equal(RefusalCode.InvalidContent, wrongKind.Code);
        Assert.StartsWith("$.open.days: cannot be read as ExtensionDeclared; ", wrongKind.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("Jane", wrongKind.Reason, StringComparison.Ordinal);
        Assert.Contains("days", With("""{ "reason": "Court" }""").Reason, StringComparison.Ordinal);
        Assert.Equal(RefusalCode.InvalidContent, With("[]").Code);
        Assert.Equal(RefusalCode.InvalidContent, With("null").Code);
    }

    [Fact]
    public void A_private_part_that_must_be_there_is_asked_for()
    {
        var story = new Story();
        var act = story.Act(Side.Requesting, Usual.Submitted) with { Sealed = null };

        Assert.Equal("$.sealed: is missing; RequestSubmitted needs its private part (RequestParticulars), sealed to the receiving state.",
            Assert.IsType<Refused>(Demo.Rules.Decide(null, act, story.Now)).Reason);
    }

    [Fact]
    public void What_frames_a_request_is_checked_with_it()
    {
        var related = new RelatedRequest { What = "freezing", State = "XC", On = new(2026, 1, 5), OurReference = "XA-2026-000327" };
        var envelope = new RequestEnvelope { ValidatedBy = ValidatorKind.Prosecutor, Related = [related], UseLimits = ["the proceedings named alone"] };
        string Wrong(RequestEnvelope said, bool confidential = false) =>
            new Story().Refused(Side.Requesting, Usual.Submitted with { Confidential = confidential, Envelope = said }).Reason;

        new Story().Asks(Usual.Submitted with { Confidential = true, Envelope = envelope with { ConfidentialReason = "Others would be warned" } });
        Assert.Equal("$.open.envelope.confidentialReason: goes with a request that is confidential; leave it out, or write true for confidential where the act has it.",
            Wrong(envelope with { ConfidentialReason = "Others would be warned" }));
        Assert.Equal("$.open.envelope.related[0].state: is not an ISO 3166-1 alpha-2 code; write two capital letters.", Wrong(envelope with { Related = [related with { State = "Xc" }] }));
        Assert.Contains("$.open.envelope.related[0].on: ", Wrong(envelope with { Related = [related with { On = new(2027, 1, 1) }] }), StringComparison.Ordinal);
        Assert.Contains("$.open.envelope.useLimits", Wrong(envelope with { UseLimits = [""] }), StringComparison.Ordinal);
        Assert.Contains("$.open.envelope.confidentialReason", new Story().Refused(Side.Requesting, AssetRecoveryCourse.Confiscate with
        {
            Envelope = envelope with { ConfidentialReason = "Others would be warned" },
        }).Reason, StringComparison.Ordinal);
    }
}
