using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Conformance;
using LiaisonHub.Conformance.Groups;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Conformance;

/// <summary>The list of checks as data.</summary>
public sealed partial class CheckListTests
{
    static readonly CheckList List = CheckList.Current;

    [Fact]
    public void A_check_has_its_number_alone_and_says_what_is_required_where_it_is_written_and_what_to_do()
    {
        Assert.InRange(List.Checks.Count, 100, 899);
        Assert.Equal(List.Checks.Select(c => c.Id).Distinct().Order(StringComparer.Ordinal), List.Checks.Select(c => c.Id));
        Assert.All(List.Checks, c =>
        {
            Assert.Matches(Number(), c.Id);
            Assert.Contains(List.Groups, g => g.Code == c.Group);
            Assert.InRange(c.Level, 1, List.Levels.Count);
            Assert.True(c.Title.Length > 3 && c.Requires.Length > 15 && c.Source.Length > 5 && c.Remedy.Length > 8, $"{c.Id} says too little.");
        });
        Assert.All(List.Groups, g => Assert.Contains(List.Checks, c => c.Group == g.Code));
    }

    [Fact]
    public void Every_procedure_has_its_two_checks_and_every_notice_its_own()
    {
        Assert.Equal(ProcedureSheet.ActsOfEach.Select(p => p.Procedure).Order(), ProcedureGroup.ChecksOf.Keys.Order());
        Assert.Equal(Notices.All.Keys.Order(), NoticeGroup.CheckOf.Keys.Order());
        Assert.Equal(
            ProcedureGroup.ChecksOf.Values.SelectMany(c => new[] { c.Takes, c.Makes }).Order(), List.Checks.Where(c => c.Group == "procedures").Select(c => c.Id).Order());
        Assert.Equal(NoticeGroup.CheckOf.Values.Order(), List.Checks.Where(c => c.Group == "notices").Select(c => c.Id).Order());
    }

    [Fact]
    public void The_version_of_the_contracts_is_the_highest_any_member_names()
    {
        var minors = Directory.EnumerateFiles(Repository.At("contracts", "LiaisonHub.Contracts", "V1"), "*.cs").SelectMany(File.ReadLines)
            .SelectMany(line => Since().Matches(line)).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));

        Assert.Equal(Wire.Version, $"1.{minors.Max()}");
    }

    [Fact]
    public void The_documentation_lists_the_checks() => Repository.AssertApproved(Page(), "docs", "adapters", "conformance.md");

    static string Page()
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            # Conformance

            Whether an adapter may take part is not a matter of opinion: the kit plays the hub and another state, with keys of its own, and scores {{List.Checks.Count}} numbered checks. Each is an observation; a check that
            could not be observed is never taken for passed. The list is data, [contracts/conformance/checks.json](../../contracts/conformance/checks.json); this page is written from it. Why it is made so:
            [0016](../decisions/0016-conformance-kit.md).

            ## Levels

            A level is earned when every check of it, and of those below, was seen and passed.

            | Level | Name | Says | Checks |
            |---|---|---|---|

            """);
        foreach (var level in List.Levels)
            page.Append(CultureInfo.InvariantCulture, $"| {level.Number} | {level.Name} | {level.Says} | {List.Checks.Count(c => c.Level == level.Number)} |\n");
        page.Append(CultureInfo.InvariantCulture, $$"""

            It counts for {{List.ValidDays}} days and for one version of the contracts: at the next version, or when the time is over, the adapter is examined again. A level others rely on is signed by the hub, so only its operator
            can record one; the console shows it under Adapters, and shows nothing that is not signed.

            ## Three ways to run it

            **From the command line**, in this process or over a broker of its own:

            ```
            liaisonhub adapter conform XA --html report.html --junit report.xml
            liaisonhub broker provision --prefix exam- --passwords exam-passwords
            liaisonhub adapter conform XB --broker localhost --prefix exam- --passwords exam-passwords --start "dotnet LiaisonHub.Adapters.XB.dll"
            liaisonhub adapter conform XA --record --database sqlite:hub.db --signing-key /etc/liaisonhub/HUB.sign.json
            liaisonhub adapter conform XA --signed XA.level.json --signing-key HUB.sign.json
            ```

            `--record` writes the signed level into the hub's database; `--signed` writes it into a file, to be handed in at the console where the machine that examines does not reach that database.

            Exit code: 0 all checks of the level wanted (`--level`) passed, 1 some did not, 2 the command line cannot be used, 3 the participant cannot be reached. Never use the real broker: the kit stands in the hub's place.

            **In a test of your own adapter:**

            ```csharp
            await using var adapter = new HostedAdapter(new Country { State = "XA", Folder = "my-adapter" });
            var report = await Examination.Run(adapter);
            Assert.True(report.Level >= 2, report.Findings);
            ```

            With `new() { Groups = ["local"] }` it goes through one group alone and earns no level; `report.Reached(_ => true)` then says how far it came.

            **In the console**, the page of an adapter shows the level, until when it counts, what the levels above still need, and every check with what it asks for, what was seen and what to do; the same as
            a page, JUnit, CSV, JSON and as it was signed. There the commands stand with which it is examined, and the file that `--signed` wrote is handed in with a reason (`POST
            /api/v1/adapters/XA/conformance` does the same): it is kept where the hub's key signed it and is still good, where state and version of the contracts are right, where its checks are those of this
            hub's list and come to the level it says, and where no later one is recorded. The console examines nobody and signs nothing.

            ## What the kit must be told

            - `conformance.json` beside the adapter's data: a message of the local system that makes a complete act, and the pieces of it the kit may change: the digits that number the matter, a name, a code a table explains,
              something needed. Without it the groups `local` and parts of `restart` and `privacy` are not observed. Its fields stand in `LocalSample`; see [XA's](../../src/adapters/LiaisonHub.Adapters.XA/conformance.json).
            - A program in another language reads its keys and folders from the environment (`CONFORMANCE_KEYS`, `_PRIVATE`, `_INBOX`, `_PROCESSED`, `_REJECTED`, `_OUTBOX`, `_DATA`, `_AMQP`, `_STATE`). It begins with number 1.
            - What needs a person at a desk (an act made, a receipt Opened) is observed where the kit can work at it: at the adapters of this house.

            ## The checks

            """);
        page.Append('\n');
        foreach (var group in List.Groups)
        {
            page.Append(CultureInfo.InvariantCulture, $"### {group.Title} (`{group.Code}`)\n\n| Check | Level | Required | Written in | Remedy |\n|---|---|---|---|---|\n");
            foreach (var check in List.Checks.Where(c => c.Group == group.Code))
                page.Append(CultureInfo.InvariantCulture, $"| {check.Id} | {check.Level} | **{check.Title}.** {check.Requires} | {check.Source} | {check.Remedy} |\n");
            page.Append('\n');
        }

        return page.ToString();
    }

    [GeneratedRegex("^LH-C[0-9]{3}$")]
    private static partial Regex Number();

    [GeneratedRegex(@"Since 1\.([0-9]+)")]
    private static partial Regex Since();
}
