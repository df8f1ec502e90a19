using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Repair;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>The audit says everything: also what changes nothing, what leaves as a file, and what was refused.</summary>
public sealed class RecordedDeedTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dry_run_and_a_verification_stand_in_the_ledger_with_the_account_from_page_and_API_alike()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        var anna = await ConsoleUnderTest.Open(console.Services, "anna", "Anna, duty", [Role.Operator, Role.Auditor], Cancelled);
        using var program = await PlanTests.Program(console, "berta", Role.Operator, Role.Auditor);
        using var made = await program.PostAsJsonAsync(new Uri("/api/v1/plans", UriKind.Relative), new PlanWish { Deed = "Retry", All = true, Reason = "A test" }, Cancelled);
        var plan = (await made.Content.ReadFromJsonAsync<RepairPlan>(JsonSerializerOptions.Web, Cancelled))!.PlanId;
        await SignIn(console, "anna");

        using (await console.Post($"/plans/{plan}", $"/plans/{plan}/dry-run", [], Cancelled))
        using (await program.PostAsJsonAsync(new Uri($"/api/v1/plans/{plan}/dry-run", UriKind.Relative), new PlanStep(1), Cancelled))
        using (await console.Post("/audit", "/audit/verification", [], Cancelled))
        using (await program.PostAsJsonAsync(new Uri("/api/v1/audit/verification", UriKind.Relative), new { }, Cancelled))
        {
        }

        var deeds = await Deeds(console);
        Assert.Equal(["Anna, duty", "berta, a person"], deeds.Where(d => d.Kind == "RepairPlanDryRunAsked").Select(d => d.Actor).Order());
        Assert.Equal(["Anna, duty", "berta, a person"], deeds.Where(d => d.Kind == "LedgerVerified" && d.Content.Contains("\"holds\":true", StringComparison.Ordinal)).Select(d => d.Actor).Order());
        Assert.All(deeds.Where(d => d.Kind is "RepairPlanDryRunAsked" or "LedgerVerified" or "RepairPlanMade"), d => Assert.NotNull(d.Account));

        // Two people may have had one name: the account stands beside it, and is what deeds are found by.
        var page = await console.Page($"/audit?account={anna.AccountId}", Cancelled);
        Assert.Contains($"href=\"/audit?account={anna.AccountId}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("berta, a person", page[page.IndexOf("id=\"deeds\"", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains($"by account {anna.AccountId}", await console.Page($"/audit.csv?account={anna.AccountId}", Cancelled), StringComparison.Ordinal);
        await console.Page("/audit.csv?account=anna", Cancelled, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Whoever_takes_a_list_along_stands_in_the_ledger_with_the_list_its_filter_and_its_rows()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        var anna = await ConsoleUnderTest.Open(console.Services, "anna", "Anna, duty", [Role.Auditor], Cancelled);
        await SignIn(console, "anna");
        var rows = Regex.Match(await console.Page("/requests.csv?country=XB", Cancelled), "End,(\\d+) rows").Groups[1].Value;
        // Behind the entries a line says where they end.
        var chain = (await console.Page("/audit/chain.jsonl", Cancelled)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1;
        await console.Page("/requests.json?level=oops", Cancelled, HttpStatusCode.BadRequest);

        var (begun, ended) = (await Deeds(console, "ListExported"), await Deeds(console, "ListExportEnded"));
        Assert.Equal(["/audit/chain.jsonl", "/requests.csv"], begun.Select(d => Member(d, "file")).Order(StringComparer.Ordinal));
        Assert.Contains("XB", Member(begun.Single(d => Member(d, "list") == "Requests"), "filter"), StringComparison.Ordinal);
        Assert.Equal(rows, Member(ended.Single(d => Member(d, "list") == "Requests"), "rows"));
        Assert.Equal($"{chain}", Member(ended.Single(d => Member(d, "list") != "Requests"), "rows"));
        Assert.Equal(begun.Select(d => Member(d, "exportId")).Order(), ended.Select(d => Member(d, "exportId")).Order());
        Assert.All([.. begun, .. ended], d => Assert.Equal(anna.AccountId, d.Account));
        // What anybody may have is nobody's deed.
        using var stranger = new HttpClient { BaseAddress = console.Address };
        Assert.NotEmpty(await stranger.GetStringAsync(new Uri("/public/compliance.csv", UriKind.Relative), Cancelled));
        Assert.Equal(2, (await Deeds(console, "ListExported")).Count);
    }

    [Fact]
    public async Task A_file_that_breaks_off_says_how_many_rows_had_left()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext { RequestServices = console.Services, User = new(new System.Security.Claims.ClaimsIdentity([new(System.Security.Claims.ClaimTypes.Name, "Anna")], "test")) };
        await Assert.ThrowsAsync<IOException>(() => LiaisonHub.OperatorConsole.Shell.Exports.Note(http, "Requests", "all", counted =>
        {
            counted(7);
            throw new IOException("gone");
        }));

        var ended = Assert.Single(await Deeds(console, "ListExportEnded"));
        Assert.Equal(("7", "False"), (Member(ended, "rows"), Member(ended, "whole")));
    }

    [Fact]
    public async Task Refused_sign_ins_are_counted_by_account_and_no_word_that_was_typed_is_kept()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        var anna = await ConsoleUnderTest.Open(console.Services, "anna", "Anna, duty", [Role.Operator], Cancelled);
        for (var i = 0; i < 3; i++)
            await SignIn(console, "anna", "my other password");
        await SignIn(console, "four words make one", "anna");
        for (var i = 0; i < 40; i++)
            await SignIn(console, "anna", "my other password");
        console.Time.Advance(TimeSpan.FromMinutes(1));
        await SignIn(console, "anna", "my other password");

        var told = await Deeds(console, RefusedTry.SignIn);
        // 44 tries, five of which were looked at: the first, and the tenth with what was held back.
        Assert.Equal(["1", "44"], told.Where(d => d.Account == anna.AccountId).Select(d => Member(d, "times")).Order());
        Assert.Equal(["1"], told.Where(d => d.Account is null).Select(d => Member(d, "times")));
        Assert.DoesNotContain("four words", string.Join(' ', (await Deeds(console)).Select(d => d.Content + d.Actor)), StringComparison.OrdinalIgnoreCase);
        await using var connection = await console.Services.GetRequiredService<Database>().Connect(Cancelled);
        await using var rows = connection.CreateCommand();
        rows.CommandText = "SELECT COUNT(*), SUM(times) FROM refused_tries";
        await using var read = await rows.ExecuteReaderAsync(Cancelled);
        Assert.True(await read.ReadAsync(Cancelled));
        Assert.Equal((2, 45), (read.GetInt32(0), read.GetInt32(1)));
    }

    [Fact]
    public async Task Each_day_is_counted_anew_and_its_first_refusal_is_said()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var (tries, anna) = (console.Services.GetRequiredService<RefusedTries>(), Guid.NewGuid());
        foreach (var (times, sofar) in new[] { (1, 1), (7, 8), (5, 13) })
            Assert.Equal(sofar, await tries.Count(new(RefusedTry.SignIn, "Anna", anna), times, Cancelled));
        console.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, await tries.Count(new(RefusedTry.SignIn, "Anna", anna), 2, Cancelled));

        Assert.Equal(["1", "13", "2"], (await Deeds(console, RefusedTry.SignIn)).Select(d => Member(d, "times")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Whoever_would_be_the_own_second_person_or_go_on_without_one_is_in_the_ledger()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var anna = await PlanTests.Program(console, "anna", Role.Operator, Role.Approver);
        using var carla = await PlanTests.Program(console, "carla", Role.Operator);
        var plan = await SecondPersonTests.Tried(console, anna);
        foreach (var (who, step) in new[] { (anna, "approval"), (anna, "run"), (carla, "approval") })
        {
            using var answer = await who.PostAsJsonAsync(new Uri($"/api/v1/plans/{plan.PlanId}/{step}", UriKind.Relative), new PlanStep(1, plan.Items), Cancelled);
            Assert.False(answer.IsSuccessStatusCode);
        }
        var message = (await console.Services.GetRequiredService<Quarantine>().Page(Quarantine.Waiting, null, null, null, 1, Cancelled))[0].QuarantineId;
        foreach (var (address, wish) in new[] { ("", new { deed = "aside", reason = "x" }), ("/approval", new { deed = "agree", reason = "x" }) })
            using (await anna.PostAsJsonAsync(new Uri($"/api/v1/quarantine/{message}{address}", UriKind.Relative), wish, Cancelled))
            {
            }

        var told = await Deeds(console, RefusedTry.SecondPerson);
        Assert.Equal([("anna, a person", message), ("anna, a person", plan.PlanId), ("carla, a person", plan.PlanId)],
            told.Select(d => (d.Actor, Guid.Parse(Member(d, "subject")))).OrderBy(d => d.Actor, StringComparer.Ordinal).ThenBy(d => d.Item2 == plan.PlanId));
        // Anna has tried twice at the plan: to agree to it, and to let it run without anybody.
        Assert.Equal([1, 1, 2], (await console.Services.GetRequiredService<Database>().Query<long>(new Statement(_ => "SELECT times FROM refused_tries ORDER BY times"), null, Cancelled)));
    }

    static string Member(LedgerEntry entry, string name) => JsonDocument.Parse(entry.Content).RootElement.GetProperty(name).ToString();

    static Task<IReadOnlyList<LedgerEntry>> Deeds(ConsoleUnderTest console, string? kind = null) => console.Services.GetRequiredService<Ledger>().DeedsPage(new() { Kind = kind }, null, 200, Cancelled);

    static async Task SignIn(ConsoleUnderTest console, string name, string password = ConsoleUnderTest.Password)
    {
        using (await console.Post("/sign-in", "/sign-in", new() { ["name"] = name, ["password"] = password, ["back"] = "/" }, Cancelled))
        {
        }
    }
}
