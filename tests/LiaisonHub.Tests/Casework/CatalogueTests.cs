using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Tests.Casework.Simulation;

namespace LiaisonHub.Tests.Casework;

/// <summary>The catalogue is complete: every row of the published tables is counted by a clock or says why none counts it, and every instrument of the region can
/// carry a request to its end.</summary>
public sealed class CatalogueTests
{
    /// <summary>The ids of the published tables of time limits, treaty by treaty.</summary>
    public static TheoryData<string> Published { get; } =
    [
        "ECE-P1", "ECE-P2", "ECE-P3", "ECE-P4", "ECE-I1", "ECE-S1", "ECE-S2", "ECE-R1", "ECE-T1", "ECE3-1", "ECE3-2", "ECE3-3", "ECE3-4", "ECE3-5", "ECE4-1",
        "EUS-1", "EUS-2",
        "EAW-D1", "EAW-D2", "EAW-D3", "EAW-D4", "EAW-S1", "EAW-S2", "EAW-S3", "EAW-S4", "EAW-I1", "EAW-C1", "EAW-T1", "EAW-N1",
        "EIO-A1", "EIO-D1", "EIO-X1", "EIO-X2", "EIO-R1", "EIO-P1", "EIO-F1", "EIO-N1", "EIO-H1", "EIO-C1",
        "EPO-1", "EPO-2", "EPO-3", "EPO-4", "EPO-5", "EPO-6", "EPO-7", "EPR-1", "EPR-2", "EPE-1", "EPE-2", "EPS-1",
        "FRZ-1", "FRZ-2", "FRZ-3", "FRZ-N1", "CNF-1", "CNF-2", "CNF-3", "CNF-4",
        "MLA59-1", "MLA59-2", "EU00-1",
        "BUD-16", "BUD-29a", "BUD-29b", "BUD-30", "BUD-31", "BUD-35", "B2P-7", "B2P-8a", "B2P-8b", "B2P-9", "B2P-10",
        "UNT-18", "UNT-18o", "UNC-57", "VIE-7", "UNM-9",
        "MON-10", "MON-11", "IAC-81", "MER-98", "MER-98b", "MED-0", "LON-0", "HAR-0", "ASE-0",
        "ES-1", "ES-2", "ES-3", "ES-4", "ES-5", "ES-6", "ES-7", "ES-8",
        "JIT-R1", "JIT-R2", "JIT-R3", "CDX-R1",
    ];

    [Theory]
    [MemberData(nameof(Published))]
    public void Every_row_of_the_published_tables_is_found_by_its_id(string id)
    {
        var catalogue = Demo.Region.Catalogue;
        var clocks = LiaisonHub.Casework.Procedures.Procedure.All.SelectMany(p => p.Clocks).ToHashSet();
        // The limits of a state's own law stand in its profile; where one has two ends it has two rows.
        var found = catalogue.TimeRules.Where(r => clocks.Contains(r.Clock)).SelectMany(r => r.Covers.Append(r.Id))
            .Concat(catalogue.Untimed.Select(u => u.Id)).Concat(catalogue.Sharing.Values.Select(s => s.Id))
            .Concat(Demo.Region.Profiles.Values.SelectMany(p => p.SubTimers).SelectMany(t => new[] { t.Code, t.Code[..Math.Max(0, t.Code.LastIndexOf('-'))] }));

        Assert.Contains(id, found);
    }

    [Fact]
    public void Every_row_names_its_article_and_its_source_and_what_is_the_regions_own_says_so()
    {
        var catalogue = Demo.Region.Catalogue;

        Assert.All(catalogue.Untimed, u => Assert.All([u.Title, u.Article, u.Source, u.Reason], text => Assert.False(string.IsNullOrWhiteSpace(text))));
        Assert.All(catalogue.TimeRules.Where(r => r.Instrument == "*"), r =>
            Assert.Equal(("Rule of the region, no treaty text", false), (r.Article, r.Verified)));
        Assert.All(catalogue.TimeRules.Where(r => r.Source.StartsWith("Not read", StringComparison.Ordinal)), r => Assert.False(r.Verified, r.Id));
        Assert.All(catalogue.Untimed.Where(u => u.Source.StartsWith("Not read", StringComparison.Ordinal)), u => Assert.False(u.Verified, u.Id));
    }

    [Fact]
    public void A_sheet_says_what_else_is_in_force() =>
        Assert.All(Demo.Region.Catalogue.Untimed.Where(u => u.Procedures.Count > 0), u => Assert.All(u.Procedures, p =>
            Assert.Contains($"| {u.Id} | {u.Instrument} | {u.Title} | {u.Reason} |", Courses.Of(p).Sheet.Markdown())));

    [Fact]
    public void A_treatys_own_row_goes_before_that_of_the_treaty_it_supplements_and_that_before_the_regions()
    {
        string Id(string instrument, Clock clock, params MeasureKind[] measures) => Demo.Region.Rule(instrument, clock, new(2026, 1, 19), measures).Id;

        Assert.Equal(("EUS-1", "ECE-P1", "MON-10", "REG-S1"),
            (Id("EUS", Clock.Consent), Id("EUS", Clock.ProvisionalMay), Id("MON", Clock.ProvisionalMust), Id("MON", Clock.SurrenderMay)));
        Assert.Equal(("B2P-8c", "B2P-8b", "B2P-8b"), (Id("B2P", Clock.Execution, MeasureKind.SubscriberIdentification),
            Id("B2P", Clock.Execution, MeasureKind.SubscriberIdentification, MeasureKind.Other), Id("B2P", Clock.Execution)));
        Assert.Null(Demo.Region.RuleIfAny("ECE", Clock.RefusalNotice, new(2026, 1, 19)));
        Assert.Equal(Demo.Region.Catalogue.Grounds("ECE"), Demo.Region.Catalogue.Grounds("ECE3"));
        Assert.All(Demo.Region.Catalogue.Grounds("MON"), g => Assert.Equal("*", g.Instrument));
        Assert.DoesNotContain(Demo.Region.Catalogue.Grounds("EIO"), g => g.Instrument == "*");
    }

    public static TheoryData<string> Instruments =>
        [.. Demo.Region.Instruments.Values.Where(i => i.Supplements is not null || i.RegionFills).Select(i => i.Code).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Instruments))]
    public void A_request_under_it_can_be_opened_and_climbs_to_the_end_of_its_ladder_in_silence(string instrument)
    {
        var pair = Demo.Region.Pairs.First(p => p.Instruments.Contains(instrument));
        foreach (var (from, to) in new[] { (pair.A, pair.B), (pair.B, pair.A) })
        {
            var story = new Story(Demo.Rules, from, to);
            var extradition = Demo.Region.Instruments[instrument].Procedures.Contains("Extradition");
            story.Asks(extradition ? Extraditions.Requested(instrument) : Usual.Submitted with { Instrument = instrument });
            story.Passes(story.Now.AddYears(3));
            Assert.Contains(story.ToldTo<EscalationNotice>(Side.Requesting), n => n.Level == 4);
            Assert.All(story.Request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure }), d => Assert.Equal(d.LadderTo, d.Level));
            if (!extradition)
                continue;
            var arrested = new Story(Demo.Rules, from, to).Asks(Extraditions.Arrest(instrument));
            arrested.Answers(Extraditions.Made(arrested.Now)).Passes(arrested.Now.AddYears(1));
            Assert.Equal("ReleasePending", arrested.State);
            arrested.Answers(new ReleaseReported { At = arrested.Now, Cause = ReleaseCause.LimitPassed });
            Assert.Equal("Released", arrested.State);
        }
    }

    /// <summary>The whole procedure is lived through under the instrument's rows, many times over, and nothing is found wrong.</summary>
    [Theory]
    [MemberData(nameof(Instruments))]
    public void Whatever_happens_to_a_request_under_it_everything_that_must_hold_holds(string instrument)
    {
        foreach (var course in new[] { Courses.MutualAssistance, Courses.Extradition }.Where(c => Demo.Region.Instruments[instrument].Procedures.Contains(c.Procedure)))
        {
            var usual = course == Courses.Extradition ? "ECE" : "EIO";
            // The usual course names one instrument: here its rows are those of another.
            var catalogue = Demo.Region.Catalogue;
            var own = catalogue.TimeRules.Where(r => r.Instrument == instrument).ToList();
            var open = catalogue.Nearness(usual, instrument) > 0;
            var rows = catalogue.TimeRules.Where(r => r.Instrument != usual || open && own.All(o => o.Clock != r.Clock))
                .Select(r => r.Instrument == instrument ? r with { Instrument = usual } : r).ToList();
            var region = Demo.Region with { Catalogue = catalogue with { TimeRules = rows } };
            var rules = new Rules(region);
            var findings = Enumerable.Range(0, 12).AsParallel()
                .SelectMany(seed => new World(seed, course, rules, Defect.None, fromTheStart: true, region).Run().Select(f => $"seed {seed}: {f}")).ToList();

            Assert.True(findings.Count == 0, $"{instrument}: {string.Join('\n', findings.Take(10))}");
        }
    }

    [Fact]
    public void Under_the_London_Scheme_both_sides_punish_by_two_years()
    {
        var story = new Story(Demo.Rules, "XE", "XF");
        var asked = Extraditions.Requested("LON") with { Offences = [new() { NationalCode = "s. 4", LongestPenaltyMonths = 23 }] };

        Assert.Equal("$.open.offences: none is punishable by 24 months or more (LON); extradition cannot be asked for.", story.Refused(Side.Requesting, asked).Reason);
        story.Asks(asked with { Offences = [new() { NationalCode = "s. 4", LongestPenaltyMonths = 24 }] });
        Assert.Equal("Submitted", story.State);
    }

    [Fact]
    public void An_order_that_is_notified_is_open_to_a_ground_for_ten_days_and_silence_is_no_objection()
    {
        var order = Usual.Submitted with { Instrument = "EPOC", Notified = true, Measures = [new() { Kind = MeasureKind.SubscriberIdentification, Period = Period }] };
        Story Asked() => new Story(Demo.Rules, "XB", "XC").Asks(order).Answers(Usual.Acknowledged with { CompetentAuthority = "XC-CT1" });
        var refusal = Usual.Refused with { Ground = Demo.Region.Catalogue.Grounds("EPOC").First(g => g is { ConsultFirst: false, OnDualCriminality: false }).Code };

        var silent = Asked();
        Assert.Equal((Demo.Utc("2026-01-29T20:59:59Z"), Demo.Utc("2026-01-29T20:59:59Z")), (silent.Deadline("EPO-2").Due, silent.Deadline("EPO-4N").Due));
        Assert.DoesNotContain(silent.Request.Deadlines, d => d.RuleId == "EPO-1");
        Assert.IsType<Applied>(silent.Passes("2026-01-29T20:59:59Z").Try(Side.Requested, refusal));
        silent.Passes("2026-01-29T21:00:00Z");
        Assert.Equal(Silence.DeemedConsent, Assert.Single(silent.ToldTo<SilenceNotice>(Side.Requesting), n => n.Deadline.RuleId == "EPO-4N").Meaning);
        Assert.Equal("$.open.ground: the time for a ground has passed (EPO-4N, Regulation (EU) 2023/1543, Article 12(1)), and silence is no objection; give effect to the order.",
            silent.Refused(Side.Requested, refusal).Reason);
        Assert.Equal(DeadlineStatus.Met, silent.Answers(Usual.Recognised).Answers(Usual.Evidence(1, true)).Deadline("EPO-2").Status);

        // Cleared before the end: no ground is awaited any longer.
        Assert.Equal(DeadlineStatus.Met, Asked().Answers(Usual.Recognised).Deadline("EPO-4N").Status);
        Assert.Contains("$.open.notified: is true; leave it out; EIO knows no notification",
            new Story().Refused(Side.Requesting, Usual.Submitted with { Notified = true }).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_law_of_a_third_state_stands_against_an_order_it_waits_for_the_court()
    {
        Story Asked() => new Story(Demo.Rules, "XB", "XC").Asks(Usual.Order).Answers(Usual.Acknowledged with { CompetentAuthority = "XC-CT1" });
        var upheld = new ObjectionReviewed { Outcome = ObjectionOutcome.OrderUpheld, DecidedBy = ObjectionReviewer.Court };

        var story = Asked().After(TimeSpan.FromDays(2)).Answers(Usual.Objection);
        Assert.Equal("Objected", story.State);
        Assert.All(new[] { "EPO-1", "EPO-G1" }, rule => Assert.Equal(DeadlineStatus.Held, story.Deadline(rule).Status));
        Assert.Equal((DeadlineStatus.Running, Side.Requesting, DeadlineStatus.Met),
            (story.Deadline("EPO-R6").Status, story.Deadline("EPO-R6").OnWhom, story.Deadline("EPO-6").Status));
        Assert.Equal(RefusalCode.NotNow, story.Refused(Side.Requested, Usual.Recognised).Code);
        Assert.Equal(RefusalCode.NotYours, story.Refused(Side.Requested, upheld).Code);
        Assert.Equal("$.open.decidedBy: against a reasoned objection only the competent court upholds an order; ask it and write Court, or lift the order (OrderLifted).",
            story.Refused(Side.Requesting, upheld with { DecidedBy = ObjectionReviewer.IssuingAuthority }).Reason);
        var left = Asked().Deadline("EPO-1").Due!.Value - Demo.Utc("2026-01-21T10:00:00Z");
        story.After(TimeSpan.FromDays(20)).Asks(upheld);
        Assert.Equal("Acknowledged", story.State);
        Assert.Equal(story.Now + left, story.Deadline("EPO-1").Due!.Value, TimeSpan.FromDays(3)); // what was left runs on, to a working day
        Assert.Equal("The time for a reasoned objection is over, or the instrument knows none.", story.Refused(Side.Requested, Usual.Objection).Reason);

        var effect = Asked().Answers(Usual.Recognised).Answers(Usual.Objection);
        Assert.Equal("Suspended", effect.State);
        Assert.All(effect.Request.Deadlines.Where(d => d.Active && d.RuleId is "EPO-1" or "REG-E1"), d => Assert.Equal(DeadlineStatus.Held, d.Status));
        Assert.Equal(RefusalCode.NotNow, effect.Refused(Side.Requested, Usual.Evidence(1, true)).Code);
        Assert.Equal("Recognised", effect.Asks(upheld).State);
        Assert.Equal("EvidenceComplete", effect.Answers(Usual.Evidence(1, true)).State);

        // The authority that issued it may lift it without a court.
        var lifted = Asked().Answers(Usual.Objection).Asks(upheld with { Outcome = ObjectionOutcome.OrderLifted, DecidedBy = ObjectionReviewer.IssuingAuthority });
        Assert.Equal(("Closed.Withdrawn", "OrderLifted"), (lifted.State, lifted.Request.Outcome));

        var late = Asked().Passes("2026-01-29T21:00:00Z");
        Assert.Equal("The time for a reasoned objection is over, or the instrument knows none.", late.Refused(Side.Requested, Usual.Objection).Reason);
        Assert.Equal(RefusalCode.ConditionNotMet, Usual.Into("Acknowledged").Refused(Side.Requested, Usual.Objection).Code);
        Assert.Equal("$.open.thirdState: is a side of this request; name the third state whose law stands against the order.",
            Asked().Refused(Side.Requested, Usual.Objection with { ThirdState = "XB" }).Reason);
        Assert.Equal(DeadlineStatus.Met, Asked().Answers(Usual.Recognised).Answers(Usual.Evidence(1, true)).Deadline("EPO-6").Status);
    }

    static readonly MeasurePeriod Period = new() { From = Demo.Utc("2026-01-02T00:00:00Z"), Until = Demo.Utc("2026-01-16T00:00:00Z"), Zone = "Europe/Athens" };

    [Fact]
    public void An_order_to_produce_has_ten_days_from_its_receipt_and_waits_while_it_is_made_clear()
    {
        var story = new Story(Demo.Rules, "XB", "XC").Asks(Usual.Submitted with { Instrument = "EPOC", Measures = [new() { Kind = MeasureKind.SubscriberIdentification }] })
            .Answers(Usual.Acknowledged with { CompetentAuthority = "XC-CT1" });
        Assert.Equal(Demo.Utc("2026-01-29T20:59:59Z"), story.Deadline("EPO-1").Due);

        story.At("2026-01-22T10:00:00Z").Answers(Usual.InformationRequested with { WantedBy = null });
        Assert.Equal((null, 7, Demo.Utc("2026-01-27T21:59:59Z")),
            (story.Deadline("EPO-1").Due, story.Deadline("EPO-1").LeftDays, story.Deadline("EPO-5").Due));
        story.At("2026-01-26T10:00:00Z").Asks(Usual.InformationSupplied);
        Assert.Equal(Demo.Utc("2026-02-02T20:59:59Z"), story.Deadline("EPO-1").Due);
        story.Answers(Usual.Recognised).Answers(Usual.Evidence(1, true));
        Assert.Equal(DeadlineStatus.Met, story.Deadline("EPO-1").Status);
    }

    [Fact]
    public void An_order_to_produce_is_refused_after_consultation_only_and_a_pardon_is_a_ground_of_its_own()
    {
        var catalogue = Demo.Region.Catalogue;

        Assert.All(new[] { "IMMUNITY", "PRIVILEGE", "PRESSFREEDOM", "FUNDRIGHTS" }.SelectMany(c => new[] { "EPO", "EPOC", "EPE" }.Select(i => catalogue.Ground(i, c))),
            g => Assert.True(g!.ConsultFirst));
        Assert.True(catalogue.Ground("EPOC", "NEBIS")!.ConsultFirst);
        Assert.All(catalogue.Grounds("EPE"), g => Assert.Equal(("EPE", true), (g.Instrument, g.ConsultFirst)));
        Assert.All(new[] { "ECE", "EAW", "TPR", "MON" }, i => Assert.NotNull(catalogue.Ground(i, "PARDON")));
        Assert.All(catalogue.RefusalGrounds.Values, g => Assert.NotEmpty(g.UsedBy));

        var story = new Story(Demo.Rules, "XB", "XC").Asks(Usual.Submitted with { Instrument = "EPOC", Measures = [new() { Kind = MeasureKind.SubscriberIdentification }] })
            .Answers(Usual.Acknowledged with { CompetentAuthority = "XC-CT1" });
        Assert.Contains("NEBIS (Regulation (EU) 2023/1543, Article 12(1)(c)) asks for consultation first", story.Refused(Side.Requested, Usual.Refused with { Ground = "NEBIS" }).Reason,
            StringComparison.Ordinal);
        Assert.Contains("is used by the executing authority, not by the government",
            story.Refused(Side.Requested, Usual.Refused with { Ground = "NEBIS", DecidedBy = Decider.Executive }).Reason, StringComparison.Ordinal);
    }
}
