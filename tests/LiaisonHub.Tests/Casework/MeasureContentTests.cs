using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>What a request must say of each kind of measure: rows of the catalogue, in force from the first day of 2027.</summary>
public sealed class MeasureContentTests
{
    static readonly DateOnly InForce = new(2027, 2, 1);

    static readonly MeasurePeriod Period = new() { From = Demo.Utc("2026-02-01T00:00:00Z"), Until = Demo.Utc("2026-03-01T00:00:00Z"), Zone = "Europe/Athens" };

    static readonly MeasureKind[] Kinds = Enum.GetValues<MeasureKind>();

    static IEnumerable<MeasureContent> Required(IEnumerable<MeasureKind> kinds) =>
        kinds.SelectMany(k => Demo.Region.Catalogue.ContentsOf(k)).Where(c => c.Required);

    [Fact]
    public void A_request_that_says_everything_has_no_finding_and_one_that_leaves_out_one_thing_has_exactly_that_one() =>
        Gen.Select(Gen.Int[0, Kinds.Length - 1].Array[1, 6], Gen.Int[0, 1000]).Sample((numbers, chosen) =>
        {
            var kinds = numbers.Select(n => Kinds[n]).ToArray();
            var (open, particulars) = Complete(kinds);
            Assert.Empty(Findings(open, particulars));

            var leftOut = kinds.SelectMany((k, i) => Demo.Region.Catalogue.ContentsOf(k).Where(c => c.Required).Select(c => (Content: c, At: i))).ToList();
            if (leftOut.Count == 0)
                return;
            var (content, at) = leftOut[chosen % leftOut.Count];
            Without(content.Part == MeasurePart.Open ? open["measures"]![at]! : content.Part == MeasurePart.Sealed ? particulars["measures"]![at]! : particulars, content.Field);
            var place = content.Part switch
            {
                MeasurePart.Open => $"$.open.measures[{at}].{content.Field}",
                MeasurePart.Sealed => $"$.sealed.measures[{at}].{content.Field}",
                _ => $"$.sealed.{content.Field}",
            };
            Assert.Equal([(place, PreflightSeverity.Blocks, content.Article)], Findings(open, particulars).Select(f => (f.Place, f.Severity, f.Article)));
        }, iter: 400, threads: 1);

    [Fact]
    public void Every_kind_is_asked_what_the_law_names_and_only_where_the_law_names_it()
    {
        Assert.Equal(["EvidenceAlreadyHeld", "RegisterExtract", "Other"], Kinds.Where(k => !Required([k]).Any()).Select(k => k.ToString()));
        Assert.Equal(
            ["period", "transcriptionWanted", "decodingWanted", "reasons", "identifiers", "technical"], Required([MeasureKind.Interception]).Select(c => c.Field));
        Assert.All(Demo.Region.Catalogue.MeasureContents.Where(c => c.Verified), c => Assert.DoesNotContain("Annex A", c.Article, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2026-12-31T12:00:00Z", false)]
    [InlineData("2027-01-01T00:00:00Z", true)]
    public void The_hub_refuses_what_is_missing_in_the_open_from_the_first_day_of_the_rows(string at, bool refused)
    {
        var story = new Story { Now = Demo.Utc(at) };
        var request = Usual.Submitted with { Measures = [new() { Kind = MeasureKind.Search }, new() { Kind = MeasureKind.BankTransactions }] };

        var decision = story.Try(Side.Requesting, request);

        Assert.Equal(refused, decision is Refused);
        if (decision is Refused { Code: var code, Reason: var reason })
            Assert.Equal((RefusalCode.InvalidContent,
                "$.open.measures[0].lawfulAtHome: is missing; a Search names the attestation that it would be lawful at home (Swiss mutual assistance treaty "
                + "(SR 0.351.923.2), attestation with a request for a search); write it. "
                + "$.open.measures[1].period: is missing; a BankTransactions names the time of the operations (Spain, Law 23/2014, Article 199); write it. "
                + "$.open.measures[1].flow: is missing; a BankTransactions names the direction of the operations (Spain, Law 23/2014, Article 199); write it."), (code, reason));
    }

    [Fact]
    public void A_request_received_before_that_day_comes_again_without()
    {
        var story = new Story { Now = Demo.Utc("2026-12-29T10:00:00Z") };
        var bare = new[] { new Measure { Kind = MeasureKind.Search } };
        story.Asks(Usual.Submitted with { Measures = bare }).Answers(Usual.Returned);
        story.Now = Demo.Utc("2027-01-11T10:00:00Z");

        story.Asks(Usual.Resubmitted with { Measures = bare });

        Assert.Equal("Submitted", story.State);
    }

    [Fact]
    public void Before_that_day_preflight_only_points_it_out()
    {
        var request = Usual.Submitted with { Measures = [new() { Kind = MeasureKind.Seizure }] };

        var before = Demo.Rules.Preflight("XA", "XB", request, new(2026, 11, 30), particulars: new() { Text = "x" }).Where(f => f.Code == "measure").ToList();
        var after = Demo.Rules.Preflight("XA", "XB", request, InForce, particulars: new() { Text = "x" }).ToList();

        Assert.Equal(["$.open.measures[0].lawfulAtHome", "$.sealed.measures[0].articles", "$.sealed.measures[0].order"], before.Select(f => f.Place));
        Assert.All(before, f => Assert.Equal((PreflightSeverity.Warns, "a Seizure names it from 2027-01-01 on"), (f.Severity, f.Fix)));
        Assert.Contains(after, f => f is { Code: "hub", Place: "$.open.measures[0].lawfulAtHome", Severity: PreflightSeverity.Blocks });
        Assert.Contains(after, f => f is { Code: "measure", Place: "$.sealed.measures[0].order", Severity: PreflightSeverity.Blocks });
    }

    [Fact]
    public void Who_bears_the_cost_and_that_the_person_does_not_consent_is_said_before_signing()
    {
        var (open, particulars) = Complete([MeasureKind.Interception, MeasureKind.TemporaryTransfer]);
        open["measures"]![1]!["transfer"]!["consent"] = "Refused";

        var said = Demo.Rules.MeasureFindings(Content(open), Particulars(particulars), InForce);

        Assert.Equal(["$.open.measures[0]", "$.open.measures[1].transfer.consent", "$.open.measures[1]"], said.Select(f => f.Place));
        Assert.All(said, f => Assert.Equal(PreflightSeverity.Warns, f.Severity));
        Assert.Contains("borne by the requesting state", said[0].What, StringComparison.Ordinal);
    }

    public static TheoryData<Measure, string> Wrong { get; } = new()
    {
        { new() { Kind = MeasureKind.Interception, Period = Period with { Until = Period.From } }, "$.open.measures[0].period.until: does not lie after from; write a later time." },
        { new() { Kind = MeasureKind.Interception, Period = Period with { Zone = "CET+1" } },
            "$.open.measures[0].period.zone: is not an IANA time zone; write a name of the tz database, for example Europe/Athens." },
        { new() { Kind = MeasureKind.VideoHearing, Hearing = new() { At = Period.From } }, "$.open.measures[0].hearing.zone: is missing; an hour and its zone go together." },
        { new() { Kind = MeasureKind.VideoHearing, Hearing = new() { Interpreter = "french" } },
            "$.open.measures[0].hearing.interpreter: is not a language tag; write a BCP 47 tag, for example en or pt-BR." },
        { new() { Kind = MeasureKind.VideoHearing, Hearing = new() { Standard = "a\nb" } },
            "$.open.measures[0].hearing.standard: is not one line; write one line of 500 characters at most." },
        { new() { Kind = MeasureKind.ProvisionalMeasure, Safekeeping = new() { Then = SafekeepingEnd.Lifted } },
            "$.open.measures[0].safekeeping.on: is missing; what is kept is kept until a day: of the lifting, or of the request for transfer." },
        { new() { Kind = MeasureKind.ProvisionalMeasure, Safekeeping = new() { Then = SafekeepingEnd.Lifted, On = new(2026, 1, 18) } },
            "$.open.measures[0].safekeeping.on: 2026-01-18 is over; write 2026-01-19 or later." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_is_refused_with_its_place_and_the_fix(Measure measure, string reason) =>
        Assert.Equal(reason, new Story().Refused(Side.Requesting, Usual.Submitted with { Measures = [measure] }).Reason);

    static List<PreflightFinding> Findings(JsonObject open, JsonObject particulars) =>
        [.. Demo.Rules.MeasureFindings(Content(open), Particulars(particulars), InForce).Where(f => f.Code == "measure")];

    static RequestSubmitted Content(JsonObject open) => open.Deserialize<RequestSubmitted>(Wire.Json)!;

    static RequestParticulars Particulars(JsonObject particulars) => particulars.Deserialize<RequestParticulars>(Wire.Json)!;

    /// <summary>A request for these kinds in which everything required is said.</summary>
    static (JsonObject Open, JsonObject Particulars) Complete(IReadOnlyList<MeasureKind> kinds)
    {
        var open = JsonSerializer.SerializeToNode(Usual.Submitted, Wire.Json)!.AsObject();
        var particulars = new JsonObject { ["text"] = "What is asked, and why" };
        var (measures, under) = (new JsonArray(), new JsonArray());
        foreach (var (i, kind) in kinds.Index())
        {
            measures.Add(new JsonObject { ["kind"] = kind.ToString() });
            under.Add(new JsonObject { ["measure"] = i + 1 });
            foreach (var content in Required([kind]))
                Say(content.Part switch { MeasurePart.Open => measures[i]!, MeasurePart.Sealed => under[i]!, _ => particulars }, content);
        }
        (open["measures"], particulars["measures"]) = (measures, under);
        return (open, particulars);
    }

    static void Say(JsonNode at, MeasureContent content)
    {
        var names = content.Field.Split('.');
        foreach (var name in names[..^1])
            at = at[name] ??= new JsonObject();
        var type = content.Members[^1].PropertyType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        at[names[^1]] = type == typeof(MeasurePeriod) ? JsonSerializer.SerializeToNode(Period, Wire.Json)
            : type == typeof(CourtOrder) ? JsonSerializer.SerializeToNode(new CourtOrder { Court = "Court", Number = "7", On = new(2026, 1, 5) }, Wire.Json)
            : type == typeof(IReadOnlyList<Attachment>) ? new JsonArray(JsonSerializer.SerializeToNode(
                new Attachment { FileName = "paper.pdf", MediaType = "application/pdf", Sha256 = new('0', 64), Content = [1] }, Wire.Json))
            : type == typeof(IReadOnlyList<string>) ? new JsonArray("One line")
            : type == typeof(string) ? "Some words"
            : type == typeof(bool) ? true
            : type == typeof(SafekeepingEnd) ? nameof(SafekeepingEnd.Transferred)
            : Enum.GetNames(type)[0];
    }

    static void Without(JsonNode at, string field)
    {
        var names = field.Split('.');
        foreach (var name in names[..^1])
            at = at[name]!;
        at.AsObject().Remove(names[^1]);
    }
}
