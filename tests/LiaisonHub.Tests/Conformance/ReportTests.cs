using System.Text.Json;
using System.Xml.Linq;
using LiaisonHub.Casework.Conformance;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Conformance;

/// <summary>The report as a page, as JUnit and as JSON, and the level it comes to.</summary>
public sealed class ReportTests
{
    [Fact]
    public void A_level_is_earned_when_every_check_of_it_and_below_was_seen_and_passed()
    {
        Assert.Equal(3, Report().Level);
        Assert.Equal(2, Report(("LH-C120", CheckOutcome.Failed)).Level);
        Assert.Equal(1, Report(("LH-C080", CheckOutcome.NotObserved), ("LH-C120", CheckOutcome.Failed)).Level);
        Assert.Equal(0, Report(("LH-C001", CheckOutcome.NotObserved)).Level);
        Assert.Equal(3, Report(("LH-C190", CheckOutcome.NotApplicable)).Level);
    }

    [Fact]
    public void An_examination_of_some_groups_earns_nothing()
    {
        var report = Report();
        report = report with { Checks = [.. report.Checks.Where(c => c.Id != "LH-C274")] };

        Assert.Equal((0, 3), (report.Level, report.Reached(_ => true)));
    }

    [Fact]
    public void What_the_hub_signs_ends_after_the_days_the_list_says_and_holds_every_check()
    {
        var report = Report(("LH-C120", CheckOutcome.Failed));
        var earned = JsonSerializer.Deserialize<EarnedLevel>(JsonSerializer.Serialize(report.Earned(), Wire.Json), Wire.Json)!;

        Assert.Equal((2, Wire.Version, report.At.AddDays(CheckList.Current.ValidDays)), (earned.Level, earned.ContractVersion, earned.Until));
        Assert.Equal(report.Checks, earned.Checks);
    }

    [Fact]
    public void JUnit_has_a_suite_for_each_group_a_case_for_each_check_and_counts_that_add_up()
    {
        var report = Report(("LH-C001", CheckOutcome.Failed), ("LH-C120", CheckOutcome.NotObserved), ("LH-C190", CheckOutcome.NotApplicable));
        var suites = XElement.Load(new StringReader(Reports.JUnit(report)));

        Assert.Equal("testsuites", suites.Name);
        Assert.Equal(CheckList.Current.Groups.Select(g => g.Title), suites.Elements("testsuite").Select(s => (string?)s.Attribute("name")));
        var cases = suites.Descendants("testcase").ToList();
        Assert.Equal(CheckList.Current.Checks.Count, cases.Count);
        Assert.Equal((cases.Count, 1, 0, 2), Counts(suites));
        foreach (var suite in suites.Elements("testsuite"))
        {
            Assert.Equal((suite.Elements("testcase").Count(), suite.Descendants("failure").Count(), 0, suite.Descendants("skipped").Count()), Counts(suite));
            Assert.Equal("2026-03-02T09:00:00", (string?)suite.Attribute("timestamp"));
        }

        // The elements and attributes that the usual schema knows, and no others.
        Assert.All(suites.DescendantsAndSelf(), e => Assert.Contains(e.Name.LocalName, (string[])["testsuites", "testsuite", "testcase", "failure", "skipped"]));
        Assert.All(cases, c => Assert.Equal(["name", "classname", "time"], c.Attributes().Select(a => a.Name.LocalName)));
        var failed = cases.Single(c => c.Element("failure") is not null);
        Assert.StartsWith("LH-C001 ", (string?)failed.Attribute("name"), StringComparison.Ordinal);
        Assert.Contains("Remedy: ", failed.Element("failure")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_beside_itself_runs_nothing_and_shows_what_was_seen_as_text()
    {
        var page = Reports.Html(Report(("LH-C001", CheckOutcome.Failed), ("LH-C120", CheckOutcome.NotObserved)));

        foreach (var text in new[] { "<!doctype html>", "No level", "LH-C274", "FAILED", "not observed", "Remedy: ", "prefers-color-scheme: dark", "@media print", "&lt;script&gt;" })
            Assert.Contains(text, page, StringComparison.Ordinal);
        foreach (var text in new[] { "<script", "http://", "https://", "src=", "url(", "@import", "\0" })
            Assert.DoesNotContain(text, page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_JSON_says_of_every_check_what_is_required_and_what_was_seen()
    {
        var json = JsonDocument.Parse(Report(("LH-C001", CheckOutcome.Failed)).ToJson()).RootElement;

        Assert.Equal((0, 1), (json.GetProperty("level").GetInt32(), json.GetProperty("failed").GetInt32()));
        Assert.All(json.GetProperty("checks").EnumerateArray(), c => Assert.All(["id", "group", "requires", "source", "remedy", "outcome", "seen"], name => Assert.NotEmpty(c.GetProperty(name).GetString()!)));
    }

    static (int, int, int, int) Counts(XElement of) =>
        ((int)of.Attribute("tests")!, (int)of.Attribute("failures")!, (int)of.Attribute("errors")!, (int)of.Attribute("skipped")!);

    static ConformanceReport Report(params (string Id, CheckOutcome Outcome)[] others) => new()
    {
        State = "XA",
        Participant = "a participant",
        KitVersion = "0.1",
        ContractVersion = Wire.Version,
        At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero),
        Seconds = 12.5,
        Checks =
        [
            .. CheckList.Current.Checks.Select(c => new CheckResult
            {
                Id = c.Id,
                Title = c.Title,
                Level = c.Level,
                Outcome = others.FirstOrDefault(o => o.Id == c.Id) is { Id: not null } other ? other.Outcome : CheckOutcome.Passed,
                Seen = "It said <script>\0.",
            }),
        ],
    };
}
