using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class PreflightTests
{
    static readonly DateOnly Today = new(2026, 1, 19);

    static readonly string[] States = [.. Demo.Region.Profiles.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The usual content of each act that opens a request.</summary>
    static readonly IReadOnlyList<object> UsualContents =
    [
        Usual.Submitted, Extraditions.Arrest(), Extraditions.Requested(), Extraditions.Transit, EmergencyCourse.Requested, PreservationCourse.Requested,
        AssetRecoveryCourse.Freeze, AssetRecoveryCourse.Confiscate, CorrectionCourse.Report, CorrectionCourse.Acknowledgement, JurisdictionCourse.Claimed,
        JurisdictionCourse.Transfer, InterceptionNoticeCourse.Notice, JointInvestigationCourse.Proposal, JointActionCourse.Announcement,
    ];

    [Fact]
    public void Every_act_that_opens_a_request_is_among_the_usual_contents() =>
        Assert.Equal(Acts.All.Values.Where(a => a.Opens).Select(a => a.Name).Order(), UsualContents.Select(c => c.GetType().Name).Order());

    /// <summary>Each profile with each act, as usual and poor: what is found is approved, so that a change of a profile shows what it does to
    /// requests.</summary>
    [Fact]
    public void Each_profile_finds_in_each_request_what_is_approved()
    {
        var text = new StringBuilder();
        foreach (var to in States)
        {
            var from = to == "XA" ? "XB" : "XA";
            foreach (var content in UsualContents)
            {
                Say($"{from} to {to}, {content.GetType().Name}, usual", from, to, Fitting(content, from, to));
                Say($"{from} to {to}, {content.GetType().Name}, poor", from, to, Poor(Fitting(content, from, to)));
            }
        }
        foreach (var (from, to) in new[] { ("XD", "XF"), ("XF", "XC"), ("XE", "XC") })
            foreach (var content in new[] { Usual.Submitted, (object)Extraditions.Requested() })
                Say($"{from} to {to}, {content.GetType().Name}, poor", from, to, Poor(Fitting(content, from, to)));
        Repository.AssertApproved(text.ToString(), "contracts", "approved", "preflight.txt");

        void Say(string title, string from, string to, object content)
        {
            text.Append("# ").Append(title).Append('\n');
            foreach (var finding in Demo.Rules.Preflight(from, to, content, Today))
                text.Append(CultureInfo.InvariantCulture, $"{finding.Severity} {finding.Code} {finding.Place}: {finding.What}. Fix: {finding.Fix}. ")
                    .Append(CultureInfo.InvariantCulture, $"[{finding.Article}{(finding.Verified ? "" : ", not verified")}]\n");
        }
    }

    [Fact]
    public void No_usual_request_is_blocked_where_its_instrument_is_in_force_and_the_hub_takes_each()
    {
        var looked = 0;
        foreach (var (from, to) in Pairs())
            foreach (var content in UsualContents.Select(c => Fitting(c, from, to))
                .Where(c => Demo.Region.InForce(from, to).Contains(((IOpening)c).Instrument)))
            {
                looked++;
                Assert.DoesNotContain(Demo.Rules.Preflight(from, to, content, Today), f => f.Severity == PreflightSeverity.Blocks);
                Assert.IsType<Applied>(Decide(from, to, content));
            }
        Assert.True(looked > 120, $"Only {looked} were looked at.");
    }

    /// <summary>A refusal by the hub is never the first an officer hears of it.</summary>
    [Fact]
    public void Whatever_the_hub_refuses_was_found_before()
    {
        var refused = 0;
        foreach (var (from, to) in Pairs())
            foreach (var content in UsualContents.SelectMany(c => new[] { c, Fitting(c, from, to), Poor(c), With(c, "EIO"), With(c, "ECE"), With(c, "NONE") }))
                foreach (var authority in new[] { $"{to}-CA", $"{to}-LO", to == "XB" ? "XB-PO0" : $"{to}-HCA" })
                {
                    if (Decide(from, to, content, authority) is not Refused refusal)
                        continue;
                    refused++;
                    Assert.True(Demo.Rules.Preflight(from, to, content, Today, authority).Any(f => f is { Code: "hub", Severity: PreflightSeverity.Blocks }
                        && refusal.Reason.Contains(f.What, StringComparison.Ordinal)),
                        $"{content.GetType().Name} {from} to {authority}: the hub says {refusal.Reason}, which pre-flight does not.");
                }
        Assert.True(refused > 500, $"Only {refused} were refused.");
    }

    [Fact]
    public void An_instrument_that_is_not_in_force_and_an_authority_that_is_not_designated_are_said_at_once_with_what_would_do()
    {
        var found = Demo.Rules.Preflight("XA", "XB", Usual.Submitted with { Instrument = "ECE" }, Today, "XB-PO0");

        Assert.Equal(("$.open.instrument", "in force: EIO, EAW, BUD, EPO, FRZ, RCP, TPR, JIT, REGION-JOA"), (Of(found, "'ECE' is not in force").Place, Of(found,
            "'ECE' is not in force").Fix));
        Assert.Equal("$.header.receiver.authority", Of(found, "'XB-PO0' is not designated").Place);
        Assert.Contains("Its successor is XB-PO1. Designated: XB-CA (Central Authority for Mutual Assistance)", Of(found, "'XB-PO0' is not designated").Fix,
            StringComparison.Ordinal);
        Assert.Contains("serve this procedure", Of(Demo.Rules.Preflight("XA", "XB", Usual.Submitted with { Instrument = "EAW" }, Today),
            "'EAW' does not").What, StringComparison.Ordinal);
    }

    [Fact]
    public void An_emergency_in_another_lane_is_found_and_none_when_the_priority_is_not_chosen_yet()
    {
        Assert.Empty(Demo.Rules.Preflight("XA", "XB", EmergencyCourse.Requested, Today));
        Assert.Equal("$.header.priority", Assert.Single(Demo.Rules.Preflight("XA", "XB", EmergencyCourse.Requested, Today, priority: Priority.Urgent)).Place);
    }

    [Theory]
    [InlineData("XB", "de-AT", true)]
    [InlineData("XB", "DE", true)]
    [InlineData("XB", "d", false)]
    [InlineData("XB", "fr", false)]
    [InlineData("XF", "sw", true)]
    public void A_language_is_accepted_with_its_variants_or_those_accepted_are_named(string to, string language, bool accepted)
    {
        var found = Demo.Rules.Preflight("XA", to, Usual.Submitted with { Languages = [language] }, Today).Where(f => f.Code == "language").ToList();

        Assert.Equal(accepted, found.Count == 0);
        Assert.All(found, f => Assert.Equal((PreflightSeverity.Blocks, "supply the request and its papers in en or de"), (f.Severity, f.Fix)));
    }

    [Fact]
    public void The_row_that_names_the_procedure_decides_on_languages()
    {
        var german = PreservationCourse.Requested with { Languages = ["de"] };

        Assert.Single(Demo.Rules.Preflight("XA", "XB", german, Today), f => f is { Code: "language", Fix: "supply the request and its papers in en" });
    }

    [Fact]
    public void Papers_that_only_the_private_part_holds_are_to_be_looked_for_missing_or_there()
    {
        Assert.Equal(PreflightSeverity.Warns, Order(null)?.Severity);
        Assert.Equal(PreflightSeverity.Blocks, Order([])?.Severity);
        Assert.Null(Order(["ORDER"]));
        Assert.Null(Order([], Usual.Submitted with { Measures = [new() { Kind = MeasureKind.Hearing }] }));

        static PreflightFinding? Order(string[]? enclosed, RequestSubmitted? content = null) =>
            Demo.Rules.Preflight("XA", "XB", content ?? Usual.Submitted, Today, enclosed: enclosed).SingleOrDefault(f => f.Code == "paper");
    }

    [Fact]
    public void A_paper_the_hub_itself_asks_for_is_said_once()
    {
        var found = Demo.Rules.Preflight("XB", "XD", Extraditions.Requested() with { Papers = [] }, Today).Where(f => f.Place == "$.open.papers").ToList();

        Assert.Equal(["hub", "hub", "paper", "paper"], found.Select(f => f.Code));
        Assert.All(found, f => Assert.Equal(PreflightSeverity.Blocks, f.Severity));
    }

    [Theory]
    [InlineData("fraud", 36, null)]
    [InlineData("fraud", 35, "a list offence counts from 36 months; this is 35 months")]
    [InlineData("fraud", null, "a list offence counts only with its longest penalty, which is not named")]
    [InlineData(null, 60, "no list offence: it is examined element by element")]
    public void The_way_of_dual_criminality_is_the_list_or_element_by_element(string? list, int? months, string? what)
    {
        var content = Usual.Submitted with { Offences = [new() { ListOffence = list, LongestPenaltyMonths = months }] };
        var found = Demo.Rules.Preflight("XA", "XB", content, Today).Where(f => f.Code == "dual-criminality").ToList();

        Assert.Equal(what is null ? [] : [what], found.Select(f => f.What));
        Assert.All(found, f => Assert.Equal(PreflightSeverity.Warns, f.Severity));
        // The Convention knows no list.
        Assert.Contains(Demo.Rules.Preflight("XB", "XD", Extraditions.Requested() with { Offences = content.Offences }, Today), f =>
            f.What.Contains("also for list offences", StringComparison.Ordinal));
        // Open to everybody: never asked, whatever the offence.
        Assert.DoesNotContain(Demo.Rules.Preflight("XA", "XE", content with
        {
            Measures = [new() { Kind = MeasureKind.Hearing }, new() { Kind = MeasureKind.RegisterExtract }],
        }, Today), f => f.Code == "dual-criminality");
        Assert.Contains(Demo.Rules.Preflight("XA", "XE", content, Today), f => f.Code == "dual-criminality");
    }

    [Theory]
    [InlineData(11, PreflightSeverity.Blocks)]
    [InlineData(12, null)]
    public void Below_the_threshold_nobody_is_extradited_alone(int months, PreflightSeverity? alone)
    {
        var low = new OffenceFact { NationalCode = "Art. 1", LongestPenaltyMonths = months };

        Assert.Equal(alone, Below([low]));
        Assert.Equal(alone is null ? null : PreflightSeverity.Warns, Below([low, Extraditions.Offences[0]]));

        static PreflightSeverity? Below(OffenceFact[] offences) => Demo.Rules.Preflight("XB", "XD", Extraditions.Requested() with { Offences = offences },
            Today)
            .SingleOrDefault(f => f.What.Contains("wants at least 12 months", StringComparison.Ordinal))?.Severity;
    }

    [Theory]
    [InlineData(3, PreflightSeverity.Blocks)]
    [InlineData(4, null)]
    [InlineData(null, PreflightSeverity.Warns)]
    public void A_rest_of_a_sentence_has_a_threshold(int? left, PreflightSeverity? severity) => Assert.Equal(severity, Demo.Rules.Preflight("XB", "XD",
            Extraditions.Requested() with { Purpose = ExtraditionPurpose.Sentence, Presence = TrialPresence.Appeared, SentenceLeftMonths = left }, Today)
        .SingleOrDefault(f => f is { Code: "dual-criminality", Place: "$.open.sentenceLeftMonths" })?.Severity);

    [Fact]
    public void A_state_that_wants_certified_translations_says_so_unless_no_translation_is_needed()
    {
        // German is no language of XA, which writes English and French; what it draws up in its own language is no translation.
        Assert.Equal(("enclose the certificate of the translator", PreflightSeverity.Warns), (Found("de")[0].Fix, Found("de")[0].Severity));
        Assert.Empty(Found("en"));
        Assert.Equal("supply the request and its papers in de or en, as a certified translation", Found("pt")[0].Fix);

        static List<PreflightFinding> Found(string language) => [.. new Rules(Demo.Region with { Profiles = Demo.Region.Profiles.ToFrozenDictionary(p => p.Key, p => p.Key == "XB" ? p.Value with
        {
            Languages = [new() { Code = "CERT", Title = "Certified", Accepted = ["de", "en"], Certified = true, Article = "Invented" }],
        } : p.Value) }).Preflight("XA", "XB", Usual.Submitted with { Languages = [language] }, Today).Where(f => f.Code == "language")];
    }

    [Fact]
    public void The_time_range_of_records_and_who_holds_them_are_asked_for()
    {
        var emergency = EmergencyCourse.Requested;

        Assert.Equal(["$.open.period"], Asked(PreservationCourse.Requested with { Period = null }));
        Assert.Equal(["$.open.period", "$.sealed.provider"], Asked(emergency with { Period = null }, new() { Text = "A child is missing" }));
        Assert.Empty(Asked(PreservationCourse.Requested));
        Assert.Empty(Asked(emergency, new() { Text = "A child is missing", Provider = "Mail House Ltd" }));
        Assert.Contains("$.open.period.until", new Story(Demo.Rules, priority: Priority.Emergency)
            .Refused(Side.Requesting, emergency with { Period = emergency.Period! with { Until = emergency.Period!.From } }).Reason, StringComparison.Ordinal);

        static IEnumerable<string> Asked(object content, RequestParticulars? particulars = null) =>
            Demo.Rules.Preflight("XA", "XB", content, Today, particulars: particulars).Where(f => f.Code == "records").Select(f => f.Place);
    }

    [Fact]
    public void Assurances_are_asked_for_when_there_is_reason_and_a_state_that_cannot_give_one_hears_so()
    {
        var absent = Extraditions.Requested() with { Purpose = ExtraditionPurpose.Sentence, Presence = TrialPresence.Absent, SentenceLeftMonths = 20 };
        var life = Extraditions.Requested() with { Offences = [new() { ListOffence = "murder", LongestPenaltyMonths = 1200 }] };

        Assert.Equal(["Retrial is not given: A new trial is open to a person who was judged in absence"], Asked("XB", "XD", absent));
        Assert.Empty(Asked("XB", "XD", absent with { Assurances = [AssuranceKind.Retrial] }));
        Assert.StartsWith("XD asks for the assurance Retrial", Assert.Single(Asked("XF", "XD", absent)), StringComparison.Ordinal);
        Assert.Equal(["LifeReview"], Asked("XB", "XD", life).Select(w => w.Split(' ')[0]));
        Assert.Equal(["DeathPenalty", "LifeReview", "InhumanTreatment"], Asked("XF", "XC", life).Select(w => w.Split(' ')[0]));
        Assert.DoesNotContain(Asked("XB", "XC", life), w => w.StartsWith("DeathPenalty", StringComparison.Ordinal));

        static IEnumerable<string> Asked(string from, string to, object content) =>
            Demo.Rules.Preflight(from, to, content, Today).Where(f => f.Code == "assurance").Select(f => f.What);
    }

    [Fact]
    public void The_courts_at_home_want_a_formality_and_the_other_state_may_be_unable_to_apply_it()
    {
        Assert.Equal("name oath", Formality("XD", "XB", [])?.Fix);
        Assert.Null(Formality("XD", "XB", ["oath"]));
        Assert.StartsWith("the courts of XD want oath, which XF cannot apply", Formality("XD", "XF", [])?.What, StringComparison.Ordinal);
        Assert.StartsWith("XB cannot apply cross-examination", Formality("XA", "XB", ["Cross-examination"])?.What, StringComparison.Ordinal);
        Assert.Null(Formality("XA", "XB", []));

        static PreflightFinding? Formality(string from, string to, string[] formalities) => Demo.Rules
            .Preflight(from, to, Usual.Submitted with { Measures = [new() { Kind = MeasureKind.Hearing, Formalities = formalities }] },
                Today).SingleOrDefault(f => f.Code == "admissibility");
    }

    [Theory]
    [InlineData("2026-01-30", "9 working days of XB are left to 2026-01-30; it needs 10 as a rule")]
    [InlineData("2026-02-02", null)]
    [InlineData("2026-02-07", "nobody works in XB on 2026-02-07: Saturday, weekend in XB")]
    [InlineData("2029-02-05", "the holidays of XB are known to 2028-12-31 only")]
    public void A_day_that_comes_too_soon_or_on_which_nobody_works_is_named(string day, string? what)
    {
        var content = Usual.Submitted with { WantedBy = DateOnly.Parse(day, CultureInfo.InvariantCulture), WantedByReason = "Hearing" };

        Assert.Equal(what is null ? [] : [what], Demo.Rules.Preflight("XA", "XB", content, Today).Where(f => f.Code == "calendar").Select(f => f.What));
    }

    [Theory]
    [InlineData(40, 0)]
    [InlineData(41, 1)]
    public void A_formal_request_after_the_release_comes_too_late(int days, int findings) => Assert.Equal(findings, Demo.Rules
        .Preflight("XB", "XD", Extraditions.Arrest() with { FormalRequestBy = Today.AddDays(days) }, Today).Count(f => f.Code == "calendar"));

    [Fact]
    public void A_way_that_one_side_does_not_know_blocks_and_originals_are_announced()
    {
        Assert.Contains(Demo.Rules.Preflight("XA", "XE", Extraditions.Requested(), Today), f => f is { Code: "channel", Severity: PreflightSeverity.Warns });
        var post = Demo.Region.Profiles["XA"].Channels[0] with { Channel = Channel.Diplomatic, Title = "Through the foreign ministries" };

        Assert.Equal("send it this way: Through the foreign ministries", Assert.Single(Changed("XB", p => p with { Channels = [post] }), f =>
            f.Code == "channel").Fix);
        Assert.Equal("$.header.sender", Assert.Single(Changed("XA", p => p with { Channels = [post] }), f => f.Code == "channel").Place);
    }

    [Fact]
    public void A_limit_on_use_that_cannot_be_kept_blocks_and_costs_expected_of_each_other_are_said()
    {
        var cannot = new ImpossibleRow { Code = "OPEN", Title = "Its courts are open", Of = Impossible.UseLimit, Value = "PURPOSE", Article = "Invented" };
        var bears = new BearerRow { Code = "X", Title = "laboratory work", Kind = CostKind.Exceptional };

        Assert.Single(Changed("XA", p => p with { Cannot = [cannot] }), f => f is { Code: "use-limit", Severity: PreflightSeverity.Blocks });
        Assert.Single(Changed("XB", p => p with { Costs = [bears with { Bearer = LiaisonHub.Casework.Costs.CostBearer.Requesting }] }), f =>
            f is { Code: "cost", Fix: "have the means ready" });
        Assert.Equal("agree who bears it", Assert.Single(Demo.Rules.Preflight("XA", "XC", Usual.Submitted, Today), f =>
            f.Code == "cost") is { Fix: "have the means ready" }
            ? Assert.Single(Changed("XA", p => p with { Costs = [bears] }, "XC"), f => f.Code == "cost").Fix : "");
        Assert.DoesNotContain(Demo.Rules.Preflight("XA", "XB", Usual.Submitted, Today), f => f.Code is "use-limit" or "cost");
    }

    [Fact]
    public void The_example_of_a_domestic_profile_has_its_limits_whole_and_verified_and_each_ends_on_its_last_second()
    {
        var timers = Demo.Region.Profiles["XC"].SubTimers.Where(t => t.Procedures.Contains("Extradition")).ToList();

        Assert.Equal(Enumerable.Range(1, 8).Select(i => $"ES-{i}"), timers.Select(t => t.Code[..4]).Distinct());
        Assert.All(timers, t => Assert.True(t.Verified && t.Article.StartsWith("Spain, Law 4/1985, Article ", StringComparison.Ordinal)));
        var arrest = Demo.Utc("2026-01-19T10:00:00Z");
        Assert.Equal(Demo.Utc("2026-01-20T10:00:00Z"), Demo.Rules.SubTimerDue("XC", "ES-1", arrest));
        // Three hours ahead of UTC: the day ends at 20:59:59.
        Assert.Equal(Demo.Utc("2026-02-28T20:59:59Z"), Demo.Rules.SubTimerDue("XC", "ES-2", arrest));
        Assert.Equal(Demo.Utc("2026-04-09T20:59:59Z"), Demo.Rules.SubTimerDue("XC", "ES-2", arrest, extended: true));
        var government = Demo.Rules.SubTimerDue("XC", "ES-4", arrest);
        Assert.Equal(Demo.Utc("2026-02-03T20:59:59Z"), government);
        var four = timers.Single(t => t.Code == "ES-4");
        Assert.Equal((Silence.DefaultDecision, "ES-4-DEFAULT"), (four.Silence, four.Then));
        Assert.Equal(Demo.Utc("2026-02-06T20:59:59Z"), Demo.Rules.SubTimerDue("XC", four.Then!, government));
        Assert.Equal((Silence.MayRelease, Silence.Release), (timers.Single(t => t.Code == "ES-8-MAY").Silence, timers.Single(t =>
            t.Code == "ES-8-MUST").Silence));
        Assert.Contains("no row 'ES-9'", Assert.Throws<ArgumentException>(() => Demo.Rules.SubTimerDue("XC", "ES-9", arrest)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_private_part_of_an_extradition_does_not_say_is_named_for_its_purpose()
    {
        var bare = new RequestParticulars { Text = "Wanted.", Persons = [new() { FamilyName = "Torrest" }], Offences = [new() { Wording = "Fraud", Place = "Veldra" }] };
        static IReadOnlyList<string> Found(ExtraditionRequested asked, RequestParticulars particulars, string from = "XB", string to = "XD") =>
            [.. Demo.Rules.Preflight(from, to, asked, Today, particulars: particulars).Where(f => f.Code == "particulars").Select(f => $"{f.Severity} {f.Place}")];
        var prosecuted = Extraditions.Requested();
        var convicted = prosecuted with { Purpose = ExtraditionPurpose.Sentence, SentenceLeftMonths = 20, Presence = TrialPresence.Appeared, ObjectsWanted = true };
        var whole = Desk.Samples.Private(nameof(ExtraditionRequested))!.Deserialize<RequestParticulars>(Wire.Json)!;

        Assert.Equal(["Warns $.sealed.persons[0].nationalities", "Warns $.sealed.extradition.description", "Blocks $.sealed.extradition.warrant", "Blocks $.sealed.offences[0].time",
            "Blocks $.sealed.offences[0].qualification", "Warns $.sealed.extradition.limitation"], Found(prosecuted, bare));
        Assert.Equal(["Blocks $.sealed.extradition.judgment", "Blocks $.sealed.extradition.sentenceImposed", "Blocks $.sealed.extradition.sentenceLeft", "Blocks $.sealed.extradition.property"],
            Found(convicted, bare).Except(Found(prosecuted, bare)));
        Assert.DoesNotContain(Found(convicted, whole), f => f.StartsWith("Blocks", StringComparison.Ordinal));
        Assert.Contains("Blocks $.sealed.persons", Found(prosecuted, bare with { Persons = [] }));
        Assert.Contains("Blocks $.sealed.persons", Found(prosecuted, bare with { Persons = [new() { Position = PersonPosition.Witness }] }));
        Assert.DoesNotContain(Found(convicted, whole), f => f.Contains("persons[1]", StringComparison.Ordinal));
        // The form of the warrant asks for the degree of participation.
        Assert.Contains("Blocks $.sealed.offences[0].participation", Found(Extraditions.Requested("EAW"), bare, "XA", "XB"));
        Assert.DoesNotContain(Demo.Rules.Preflight("XB", "XD", prosecuted, Today), f => f.Code == "particulars");
    }

    [Fact]
    public void Under_the_London_Scheme_the_record_of_the_case_is_enclosed()
    {
        var asked = Extraditions.Requested("LON");

        var found = Assert.Single(Demo.Rules.Preflight("XE", "XF", asked, Today), f => f.Code == "paper" && f.What.Contains("record of the case", StringComparison.Ordinal));
        Assert.Equal((PreflightSeverity.Blocks, "$.open.papers"), (found.Severity, found.Place));
        Assert.DoesNotContain(Demo.Rules.Preflight("XE", "XF", asked with { Papers = [.. asked.Papers, ExtraditionPaper.RecordOfTheCase] }, Today), f => f.Code == "paper");
        Assert.DoesNotContain(Demo.Rules.Preflight("XE", "XF", Extraditions.Requested(), Today), f => f.What.Contains("record of the case", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_what_is_sent_electronically_is_the_original_no_paper_follows()
    {
        var courier = new ChannelRow { Code = "POST", Title = "Originals by courier", Channel = Channel.Ministry, OriginalsFollow = true };
        bool Follow(string instrument) =>
            Changed("XE", p => p with { Channels = [.. p.Channels, courier] }, "XE", "XD", Usual.Submitted with { Instrument = instrument }).Any(f => f.What.Contains("originals on paper", StringComparison.Ordinal));

        Assert.Equal((true, false), (Follow("EIO"), Follow("MED")));
    }

    [Fact]
    public void What_opens_no_request_and_a_state_without_a_profile_are_refused_by_name()
    {
        Assert.Contains("RequestAcknowledged opens no request", Assert.Throws<ArgumentException>(() => Demo.Rules.Preflight("XA", "XB", Usual.Acknowledged,
            Today)).Message, StringComparison.Ordinal);
        Assert.Contains("'XZ' is no state with a profile", Assert.Throws<ArgumentException>(() => Demo.Rules.Preflight("XA", "XZ", Usual.Submitted,
            Today)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot ask itself", Assert.Throws<ArgumentException>(() => Demo.Rules.Preflight("XA", "XA", Usual.Submitted, Today)).Message,
            StringComparison.Ordinal);
    }

    static IReadOnlyList<PreflightFinding> Changed(
        string state, Func<CountryProfile, CountryProfile> change, string to = "XB", string from = "XA", RequestSubmitted? content = null) =>
        new Rules(Demo.Region with { Profiles = Demo.Region.Profiles.ToFrozenDictionary(p => p.Key, p => p.Key == state ? change(p.Value) : p.Value) })
            .Preflight(from, to, content ?? Usual.Submitted, Today);

    static PreflightFinding Of(IReadOnlyList<PreflightFinding> found, string what) =>
        Assert.Single(found, f => f.What.Contains(what, StringComparison.Ordinal));

    static IEnumerable<(string From, string To)> Pairs() => States.SelectMany(_ => States, (from, to) => (from, to)).Where(p => p.from != p.to);

    static Decision Decide(string from, string to, object content, string? authority = null)
    {
        var story = new Story(Demo.Rules, from, to, content is EmergencyRequested ? Priority.Emergency : Priority.Routine) { CaseGroup = JointActionCourse.Group };
        var act = story.Act(Side.Requesting, content);
        return Demo.Rules.Decide(null, act with { Header = act.Header with { Receiver = new() { State = to, Authority = authority ?? $"{to}-CA" } } },
            story.Now);
    }

    /// <summary>Under the instrument of extradition that is in force between the two; a transit comes from a third state.</summary>
    static object Fitting(object content, string from, string to)
    {
        var fitting = content switch
        {
            TransitRequested transit => transit with { FromState = States.Last(s => s != from && s != to) },
            JointInvestigationProposed proposed => proposed with { Members = Others("JIT") },
            JointActionAnnounced announced => announced with { Members = Others("REGION-JOA"), Zone = "Etc/UTC" },
            _ => content,
        };
        return content is ExtraditionRequested or ProvisionalArrestRequested or TransitRequested && Demo.Region.InForce(from, to).Contains("EAW")
            ? With(fitting, "EAW") : fitting;

        IReadOnlyList<Party> Others(string instrument) =>
            [.. States.Where(s => s != from && s != to && Demo.Region.InForce(from, s).Contains(instrument)).Select(s => new Party { State = s, Authority = $"{s}-CA" })];
    }

    static object With(object content, string instrument) => content switch
    {
        RequestSubmitted r => r with { Instrument = instrument },
        ProvisionalArrestRequested r => r with { Instrument = instrument },
        ExtraditionRequested r => r with { Instrument = instrument },
        TransitRequested r => r with { Instrument = instrument },
        EmergencyRequested r => r with { Instrument = instrument },
        PreservationRequested r => r with { Instrument = instrument },
        FreezingRequested r => r with { Instrument = instrument },
        ConfiscationRequested r => r with { Instrument = instrument },
        ErrorReported r => r with { Instrument = instrument },
        ErrorAcknowledged r => r with { Instrument = instrument },
        ConcurrentProceedingsNotified r => r with { Instrument = instrument },
        TransferRequested r => r with { Instrument = instrument },
        InterceptionNotified r => r with { Instrument = instrument },
        JointInvestigationProposed r => r with { Instrument = instrument },
        JointActionAnnounced r => r with { Instrument = instrument },
        _ => throw new ArgumentException(content.GetType().Name, nameof(content)),
    };

    /// <summary>With as much missing as one content can.</summary>
    static object Poor(object content)
    {
        IReadOnlyList<OffenceFact> low = [new() { ListOffence = "fraud" }, new() { NationalCode = "Art. 1", LongestPenaltyMonths = 6 }];
        return content switch
        {
            RequestSubmitted r => r with
            {
                Languages = ["pt"],
                Offences = low,
                ContentCertified = false,
                WantedBy = Today.AddDays(4),
                WantedByReason = "Hearing"
            },
            ProvisionalArrestRequested r => r with { Languages = ["pt"], Offences = low, WarrantExists = false, FormalRequestBy = Today.AddDays(50) },
            ExtraditionRequested r => r with
            {
                Languages = ["pt"],
                Offences = [.. low, new() { ListOffence = "murder", LongestPenaltyMonths = 1200 }],
                Papers = [ExtraditionPaper.WarrantOrJudgment],
                Purpose = ExtraditionPurpose.Sentence,
                Presence = TrialPresence.Absent,
                SentenceLeftMonths = 2,
                ContentCertified = false,
            },
            TransitRequested r => r with { Languages = ["pt"], Offences = low, On = Today.AddDays(2) },
            EmergencyRequested r => r with { Categories = [], Offences = low },
            PreservationRequested r => r with { Languages = ["pt"], Offences = low, Necessary = false },
            FreezingRequested r => r with { Languages = ["pt"], Offences = low, VictimRestitution = true, FrozenUntil = Today.AddDays(-1) },
            ConfiscationRequested r => r with { Languages = ["pt"], Offences = low, VictimRestitution = true },
            ErrorReported r => r with { Reference = "" },
            ErrorAcknowledged r => r with { Reference = "" },
            ConcurrentProceedingsNotified r => r with { Offences = low },
            TransferRequested r => r with { Languages = ["pt"], Offences = low },
            InterceptionNotified r => r with { Languages = ["pt"], Offences = low },
            JointInvestigationProposed r => r with { Months = 0, Offences = low },
            JointActionAnnounced r => r with { Aim = "", ReadyBy = r.ActionAt },
            _ => throw new ArgumentException(content.GetType().Name, nameof(content)),
        };
    }

    [Theory]
    [InlineData("2026-01-19T10:00:00Z", "XB-CA", null)]
    [InlineData("2026-01-19T06:29:59Z", "XB-CA", "2026-01-19 08:29")]
    [InlineData("2026-01-19T06:30:00Z", "XB-CA", null)]
    [InlineData("2026-01-19T14:29:59Z", "XB-CA", null)]
    [InlineData("2026-01-19T14:30:00Z", "XB-CA", "2026-01-19 16:30")]
    [InlineData("2026-01-18T10:00:00Z", "XB-CA", "2026-01-18 12:00")] // a Sunday
    [InlineData("2026-01-19T22:30:00Z", "XB-CA", "2026-01-20 00:30")]
    [InlineData("2026-01-19T22:30:00Z", "XB-DP", null)]
    public void An_emergency_to_an_office_that_is_closed_is_pointed_out_with_who_is_awake(string at, string authority, string? there)
    {
        var instant = Demo.Utc(at);
        var found = Demo.Rules.Preflight("XA", "XB", EmergencyCourse.Requested, Demo.Rules.DayIn("XB", instant), authority, at: instant).Where(f => f.Code == "hours").ToList();

        Assert.Equal(there is null ? [] : [($"XB-CA is open on working days from 08:30 to 16:30; there it is {there}", PreflightSeverity.Warns)], found.Select(f => (f.What, f.Severity)));
        // Whoever keeps hours is not proposed for a time at which it is closed.
        Assert.All(found, f => Assert.Contains("XB-DP (Duty Point (24/7))", f.Fix, StringComparison.Ordinal));
        Assert.All(found, f => Assert.DoesNotContain("XB-CA", f.Fix, StringComparison.Ordinal));
        Assert.DoesNotContain(Demo.Rules.Preflight("XA", "XB", Usual.Submitted, Today, "XB-CA", at: instant), f => f.Code == "hours");
    }

    [Fact]
    public void A_duty_point_receives_no_request_for_extradition()
    {
        var finding = Of(Demo.Rules.Preflight("XB", "XD", Extraditions.Requested(), Today, "XD-DP"), "'XD-DP' is not designated in XD to receive requests of the procedure Extradition");
        var refused = Assert.IsType<Refused>(Decide("XB", "XD", Extraditions.Requested(), "XD-DP"));

        Assert.Equal(RefusalCode.NotDesignated, refused.Code);
        Assert.Contains("Designated: XD-CA", finding.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain("XD-DP (", refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(Demo.Rules.Preflight("XA", "XB", EmergencyCourse.Requested, Today, "XB-DP"), f => f.Place == "$.header.receiver.authority");
    }

    [Theory]
    [InlineData("MLA59", 49, 1)]
    [InlineData("MLA59", 50, 0)]
    [InlineData("EU00", 49, 1)] // supplements MLA59
    [InlineData("EIO", 49, 0)]
    public void A_summons_to_an_accused_person_needs_fifty_days_under_the_convention_of_1959(string instrument, int days, int found)
    {
        PreflightFinding[] Of(PersonPosition capacity, bool summons) => [.. Demo.Rules.Preflight("XA", "XB", Usual.Submitted with
        {
            Instrument = instrument,
            Measures = [new() { Kind = MeasureKind.Hearing, Hearing = new() { Capacity = capacity, SummonsWanted = summons, At = Demo.Utc($"{Today.AddDays(days):yyyy-MM-dd}T09:00:00Z") } }],
        }, Today).Where(f => f.Place == "$.open.measures[0].hearing.at")];

        Assert.Equal(found, Of(PersonPosition.Accused, true).Count(f => f.What.EndsWith("(MLA59-2)", StringComparison.Ordinal) && f.What.StartsWith("49 days are left", StringComparison.Ordinal)));
        Assert.Empty(Of(PersonPosition.Witness, true));
        Assert.Empty(Of(PersonPosition.Accused, false));
    }

    [Fact]
    public void A_step_at_which_the_other_state_may_still_say_no_is_pointed_out()
    {
        string[] Vetoes(string from, string to, object content) => [.. Demo.Rules.Preflight(from, to, content, Today).Where(f => f.Code == "veto").Select(f => f.What)];
        var pair = Demo.Region.Pairs.First(p => p.ExecutiveStage && (p.A == "XC" || p.B == "XC"));

        Assert.Equal(["XE decides in a further step: The Ministry may withhold, on grounds of national security, what a court has ordered for another state"],
            Vetoes("XA", "XE", Usual.Submitted));
        Assert.Empty(Vetoes("XA", "XB", Usual.Submitted));
        Assert.Single(Vetoes(pair.A == "XC" ? pair.B : pair.A, "XC", Extraditions.Requested()));
        Assert.All(Demo.Region.Pairs.Where(p => !p.ExecutiveStage && (p.A == "XC" || p.B == "XC")), p => Assert.Empty(Vetoes(p.A == "XC" ? p.B : p.A, "XC", Extraditions.Requested())));
    }
}
