using CsCheck;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Costs;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class CostTests
{
    static readonly CostRule Exceptional = Demo.Region.Catalogue.Costs[CostKind.Exceptional];
    static readonly DateOnly Day = new(2026, 3, 2);
    static readonly Request Request = Usual.Into("Acknowledged").Request;

    [Theory]
    [InlineData(CostKind.Execution, CostBearer.Requested, true)]
    [InlineData(CostKind.Exceptional, CostBearer.Agreed, false)]
    [InlineData(CostKind.TemporaryTransfer, CostBearer.Requesting, true)]
    [InlineData(CostKind.InterceptionTranscription, CostBearer.Requesting, true)]
    [InlineData(CostKind.Translation, CostBearer.Requesting, false)]
    [InlineData(CostKind.Extradition, CostBearer.Requested, false)]
    [InlineData(CostKind.Transit, CostBearer.Requesting, false)]
    [InlineData(CostKind.PropertyManagement, CostBearer.Requested, false)]
    public void Each_kind_of_cost_is_borne_by_whom_the_rule_names(CostKind kind, CostBearer bearer, bool verified)
    {
        var rule = Demo.Region.Catalogue.Costs[kind];
        var entry = CostEntry.ByRule(Request, rule, 100, "EUR", Day, agreedPercent: 30);

        Assert.Equal((bearer, verified), (rule.Bearer, rule.Verified));
        Assert.Equal(bearer switch { CostBearer.Requesting => 100, CostBearer.Requested => 0, _ => 30 }, entry.RequestingBears);
        Assert.Equal(100, entry.RequestingBears + entry.RequestedBears);
        Assert.False(entry.Reserved);
    }

    [Fact]
    public void What_the_profile_of_the_requested_state_says_goes_before_the_catalogue_for_the_procedures_it_names()
    {
        CostEntry Told(string requested) => Assert.Single(new Story(Demo.Rules, requested: requested).Asks(Usual.Submitted)
            .Answers(Usual.Acknowledged with { CompetentAuthority = $"{requested}-CT1" }).Answers(Usual.CostNotice).Last.Costs);

        // XC has it borne by whoever asks; the catalogue waits for an agreement.
        Assert.Equal((120_000m, 0m), (Told("XC").RequestingBears, Told("XB").RequestingBears));
        Assert.Equal(CostBearer.Agreed, Demo.Rules.CostRuleFor(PreservationCourse.Into("Preserved", Demo.Rules).Request with { Requested = new() { State = "XC", Authority = "XC-CA" } },
            CostKind.Exceptional).Bearer);
    }

    [Theory]
    [InlineData("Emergency", "Executing")]
    [InlineData("Preservation", "Preserved")]
    [InlineData("AssetRecovery", "FreezeRecognised")]
    [InlineData("Extradition", "UnderReview")]
    [InlineData("Jurisdiction", "Examined")]
    public void Exceptional_costs_are_told_and_answered_wherever_one_state_works_for_another_and_nothing_waits_for_them(string procedure, string state)
    {
        var story = Courses.Of(procedure).Into(state, Demo.Rules);
        var before = story.Request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure }).Select(d => (d.RuleId, d.Due)).ToList();

        story.Answers(Usual.CostNotice);
        var cost = story.Request.Deadlines.Single(d => d.Clock == Clock.Cost);
        Assert.Equal((state, Side.Requesting, DeadlineStatus.Running), (story.State, cost.OnWhom, cost.Status));
        Assert.Equal(before, story.Request.Deadlines.Where(d => d is { Active: true, Kind: DeadlineKind.Procedure } && d != cost).Select(d => (d.RuleId, d.Due)));
        Assert.Equal("The earlier cost notice waits for its answer.", story.Refused(Side.Requested, Usual.CostNotice).Reason);
        Assert.Equal(120_000m, Assert.Single(story.Last.Costs).Amount);

        story.Asks(new CostAnswered { Answer = CostAnswer.Declined });
        Assert.Equal((state, DeadlineStatus.Met, false), (story.State, story.Request.Deadlines.Single(d => d.Clock == Clock.Cost).Status, story.Request.CostOpen));
        Assert.Equal(-120_000m, Assert.Single(story.Last.Costs).Amount);
        Assert.Equal("There is no cost notice to answer.", story.Refused(Side.Requesting, Usual.CostAgreed).Reason);
    }

    [Fact]
    public void The_catalogue_has_a_row_for_each_kind_of_cost() => Assert.Equal(Enum.GetValues<CostKind>().Length, Demo.Region.Catalogue.Costs.Count);

    [Fact]
    public void What_is_entered_act_by_act_adds_up_to_what_the_whole_course_has_settled()
    {
        var declined = Usual.CostAgreed with { Answer = CostAnswer.Declined, RequestingSharePercent = null };
        var narrowed = Usual.CostAgreed with { Answer = CostAnswer.Narrowed, RequestingSharePercent = null };
        Gen.OneOf(Gen.Const(Usual.CostAgreed with { RequestingSharePercent = 35 }), Gen.Const(narrowed), Gen.Const(declined)).Array[0, 4].Sample(answers =>
        {
            var story = Usual.Into("Acknowledged");
            var (entries, acts) = (new List<CostEntry>(), new List<(object, DateTimeOffset)>());
            void Enter(Side by, object content)
            {
                story.Do(by, content);
                entries.AddRange(story.Last.Costs);
                acts.Add((content, story.Now));
                story.After(TimeSpan.FromDays(20));
            }
            foreach (var answer in answers)
            {
                if (story.State != "Acknowledged")
                    break;
                Enter(Side.Requested, Usual.CostNotice);
                Enter(Side.Requesting, answer);
            }
            if (story.State == "Acknowledged")
                Enter(Side.Requested, Usual.CostNotice);

            var whole = Whole(story.Request, acts);
            Assert.Equal(whole.Sum(e => e.Amount), entries.Sum(e => e.Amount));
            Assert.Equal(whole.Sum(e => e.RequestingBears), entries.Sum(e => e.RequestingBears));
            Assert.Equal(whole.Where(e => e.Reserved).Sum(e => e.Amount), entries.Where(e => e.Reserved).Sum(e => e.Amount));
            Assert.Equal(entries.Count, entries.Select(e => e.Id).Distinct().Count());
            Assert.All(entries.Where(e => e.Corrects != null), e => Assert.Equal(-e.Amount, entries.Single(o => o.Id == e.Corrects).Amount));
        }, iter: 60);
    }

    // The same from the whole course at once: each notice with the answer that follows it.
    static List<CostEntry> Whole(Request request, IEnumerable<(object Content, DateTimeOffset At)> acts)
    {
        var entries = new List<CostEntry>();
        CostEntry? open = null;
        foreach (var (content, at) in acts)
            if (content is CostNoticeGiven notice)
                open = CostEntry.ByRule(request, Exceptional, notice.Amount, notice.Currency, DateOnly.FromDateTime(at.UtcDateTime));
            else if (content is CostAnswered answer && open is { } asked)
            {
                if (answer.Answer == CostAnswer.Agreed)
                    entries.Add(CostEntry.ByRule(request, Exceptional, asked.Amount, asked.Currency, DateOnly.FromDateTime(at.UtcDateTime), answer.RequestingSharePercent ?? 0));
                open = null;
            }
        return open is null ? entries : [.. entries, open];
    }

    [Fact]
    public void What_is_reported_is_borne_as_the_rule_of_its_kind_says_and_a_report_that_replaces_it_takes_it_back()
    {
        var story = Usual.Into("Recognised");
        var day = DateOnly.FromDateTime(story.Now.UtcDateTime);
        story.Answers(new CostReported { Kind = CostKind.InterceptionTranscription, On = day, Amount = 1_840.50m, Currency = "EUR", Hours = 26.75m });
        var first = Assert.Single(story.Last.Costs);
        Assert.Equal((CostKind.InterceptionTranscription, 1_840.50m, 1_840.50m, 0m, 26.75m, false), (first.Kind, first.Amount, first.RequestingBears, first.RequestedBears, first.Hours, first.Reserved));

        story.Answers(new CostReported { Kind = CostKind.Execution, On = day, Amount = 900, Currency = "EUR", Hours = 20, InsteadOf = first.ActId });
        Assert.Equal([-first.Amount, 900m], story.Last.Costs.Select(c => c.Amount));
        Assert.Equal((first.Id, -26.75m, -1_840.50m), (story.Last.Costs[0].Corrects, story.Last.Costs[0].Hours, story.Last.Costs[0].RequestingBears));
        Assert.Equal((0m, 900m), (story.Last.Costs[1].RequestingBears, story.Last.Costs[1].RequestedBears));

        // The first stands no longer: it cannot be replaced twice.
        Assert.Equal(RefusalCode.ConditionNotMet, story.Refused(Side.Requested, new CostReported { Kind = CostKind.Execution, On = day, Amount = 1, Currency = "EUR", InsteadOf = first.ActId }).Code);
        Assert.Equal(RefusalCode.NotYours, story.Refused(Side.Requesting, Usual.Reported(day)).Code);
        Assert.Equal(story.Last.Costs[1], Assert.Single(Request.Read(Request.Write(story.Request)).CostsReported!));
    }

    [Theory]
    [InlineData(CostKind.Exceptional, "1", "EUR", "0", "$.open.kind")]
    [InlineData(CostKind.Execution, "0", "EUR", "0", "$.open.amount")]
    [InlineData(CostKind.Execution, "-1", "EUR", "0", "$.open.amount")]
    [InlineData(CostKind.Execution, "1.005", "EUR", "0", "$.open.amount")]
    [InlineData(CostKind.Execution, "1", "Euro", "0", "$.open.currency")]
    [InlineData(CostKind.Execution, "1", "EUR", "1.1", "$.open.hours")]
    [InlineData(CostKind.Execution, "1", "EUR", "-1", "$.open.hours")]
    public void What_cannot_be_a_report_is_refused_at_its_field(CostKind kind, string amount, string currency, string hours, string place)
    {
        var story = Usual.Into("Recognised");
        var refused = story.Refused(Side.Requested, Usual.Reported(DateOnly.FromDateTime(story.Now.UtcDateTime)) with
        {
            Kind = kind,
            Amount = decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture),
            Currency = currency,
            Hours = decimal.Parse(hours, System.Globalization.CultureInfo.InvariantCulture),
        });
        Assert.Equal(RefusalCode.InvalidContent, refused.Code);
        Assert.Contains(place, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Bills_come_after_the_end_too_and_a_request_has_room_for_two_hundred()
    {
        var story = Usual.Into("Closed.Executed");
        var report = Usual.Reported(DateOnly.FromDateTime(story.Now.UtcDateTime));
        for (var i = 0; i < 200; i++)
            story.Answers(report);
        Assert.Equal("Closed.Executed", story.State);
        Assert.Contains("insteadOf", story.Refused(Side.Requested, report).Reason, StringComparison.Ordinal);
        story.Answers(report with { InsteadOf = story.Request.CostsReported![0].ActId });
        Assert.Equal(200, story.Request.CostsReported!.Count);
    }

    [Fact]
    public void A_notice_that_falls_away_with_its_request_is_taken_back()
    {
        var story = Usual.Into("Acknowledged").Answers(Usual.CostNotice);
        var reserved = Assert.Single(story.Last.Costs);
        story.Asks(new RequestWithdrawn { Reason = "The matter is settled" });
        var entries = story.Last.Costs.ToList();
        story.Answers(new StopConfirmed { Results = ResultsFate.Destroyed });
        entries.AddRange(story.Last.Costs);

        Assert.True(story.Request.Closed, story.State);
        Assert.Equal((reserved.Id, -reserved.Amount), (Assert.Single(entries).Corrects, entries[0].Amount));
        Assert.Null(story.Request.CostAsked);
    }

    [Fact]
    public void A_drill_costs_nobody_anything()
    {
        var drill = new Story { Exercise = true }.Asks(Usual.Submitted).Answers(Usual.Acknowledged).Answers(Usual.CostNotice);

        Assert.Equal("CostPending", drill.State);
        Assert.Empty(drill.Last.Costs);
        Assert.Empty(drill.Asks(Usual.CostAgreed).Last.Costs);
        Assert.Empty(drill.Answers(Usual.Reported(DateOnly.FromDateTime(drill.Now.UtcDateTime))).Last.Costs);
    }

    [Theory]
    [InlineData("Closed.Executed", true)]
    [InlineData("Closed.Surrendered", true)]
    [InlineData("Closed.Refused", false)]
    [InlineData("Closed.Withdrawn", false)]
    [InlineData("Closed.Impossible", false)]
    [InlineData("Executing", false)]
    public void Only_what_was_done_counts_as_served(string state, bool served) => Assert.Equal(served, Burden.IsServed(state));

    static readonly string[] Codes = ["XA", "XB", "XC", "XD"];

    static readonly Gen<Dictionary<string, Capacity>> Capacities = Gen.Select(Gen.Int[1, 1000], Gen.Int[1, 100], (weight, cap) =>
        new Capacity(weight, cap, "Invented", false)).Array[1, 8]
        .Where(all => all.Sum(c => c.CapPercent) >= 100).Select(all => all.Select((c, i) => ($"S{i}", c)).ToDictionary());

    [Fact]
    public void Shares_add_up_to_a_hundred_percent_and_nobody_bears_more_than_its_cap_or_less_than_a_lighter_state_below_its_cap() =>
        Capacities.Sample(capacities =>
        {
            var shares = Burden.Shares(capacities);
            return shares.Values.Sum() == 100 && shares.All(s => s.Value >= 0 && s.Value <= capacities[s.Key].CapPercent)
                && capacities.All(a => capacities.All(b => a.Value.Weight <= b.Value.Weight || shares[a.Key] >= shares[b.Key] - 0.01m
                    || shares[a.Key] == a.Value.CapPercent));
        }, iter: 2000);

    [Fact]
    public void The_states_of_the_region_can_share_a_burden()
    {
        var shares = Burden.Shares(Demo.Region.Profiles.ToDictionary(p => p.Key, p => p.Value.Capacity!));

        Assert.Equal([("XA", 30m), ("XB", 25m), ("XC", 20m), ("XD", 10m), ("XE", 10m), ("XF", 5m)], shares.OrderBy(s => s.Key,
            StringComparer.Ordinal).Select(s => (s.Key, s.Value)));
    }

    [Fact]
    public void What_lies_above_a_cap_goes_to_the_others_by_weight_and_a_gap_is_an_error()
    {
        var shares = Burden.Shares(new Dictionary<string, Capacity>
        {
            ["A"] = new(90, 40, "", false),
            ["B"] = new(2, 100, "", false),
            ["C"] = new(1, 100, "", false),
        });
        Assert.Equal((40m, 40m, 20m), (shares["A"], shares["B"], shares["C"]));

        Assert.Contains("The caps reach 90 % together, so that 10 % would be borne by nobody",
            Assert.Throws<ArgumentException>(() => Burden.Shares(new Dictionary<string, Capacity> { ["A"] = new(1, 50, "", false), ["B"] = new(1, 40, "", false) }))
                .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_burden_is_hours_and_costs_against_the_weight_and_the_balance_is_given_less_received()
    {
        FinishedRequest[] finished = [new("XA", "XB", 10, 100, 50), new("XA", "XB", 5, 0, 0), new("XB", "XA", 4, 0, 20)];
        var weights = new Dictionary<string, Capacity> { ["XA"] = new(2, 100, "", false), ["XB"] = new(10, 100, "", false) };

        Assert.Equal([new("XA", 1, 4, 120, (4 * 30 + 120) / 2m), new("XB", 2, 15, 50, (15 * 30 + 50) / 10m)], Burden.Index(finished, weights, 30));
        var line = Assert.Single(Burden.Reciprocity(finished, 30));
        Assert.Equal(("XA", "XB", 140m, 500m, -360m), (line.One, line.Other, line.Given, line.Received, line.Balance));
    }

    [Fact]
    public void Balances_are_the_same_from_both_sides_and_the_whole_region_gives_what_it_receives() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 100], Gen.Int[0, 1000], Gen.Int[0, 1000],
            (from, step, hours, one, other) => new FinishedRequest(Codes[from], Codes[(from + step + 1) % 4], hours, one, other))
            .Array[0, 25].Sample(finished =>
            {
                var lines = Burden.Reciprocity(finished, 40);
                var mirrored = Burden.Reciprocity([.. finished.Select(f => f with { Requesting = f.Requested, Requested = f.Requesting })], 40);
                return lines.Sum(l => l.Given + l.Received) == finished.Sum(f => f.Hours * 40 + f.RequestedBore)
                    && lines.Zip(mirrored).All(p => p.First.Balance == -p.Second.Balance)
                    && lines.All(l => string.CompareOrdinal(l.One, l.Other) < 0)
                    && Burden.Index(finished, new Dictionary<string, Capacity>(), 40).Sum(b => b.Index) == finished.Sum(f =>
                        f.Hours * 40 + f.RequestedBore + f.RequestingBore);
            }, iter: 500);
}
