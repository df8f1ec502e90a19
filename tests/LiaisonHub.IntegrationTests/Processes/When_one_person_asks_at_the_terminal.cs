using System.Text.Json;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.OperatorConsole;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>One person at the command line, with a token of their own and one of an account they made: no order of commands makes two people of them.</summary>
public sealed class When_one_person_asks_at_the_terminal
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_irreversible_runs_and_each_refusal_has_its_code()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        var plans = console.Services.GetRequiredService<RepairPlans>();
        var me = await ConsoleUnderTest.Open(console.Services, "me", "One person", Enum.GetValues<Role>(), Cancelled);
        var puppet = await ConsoleUnderTest.Open(console.Services, "puppet", "P. Puppet", [Role.Operator, Role.Approver], Cancelled, by: me);
        var (mine, other) = (await ConsoleUnderTest.Token(console.Services, me, Cancelled), await ConsoleUnderTest.Token(console.Services, puppet, Cancelled));
        Task<(int Code, string Said)> Ask(string token, params string[] command) => ServerProcess.Run(
            TimeSpan.FromSeconds(60), ["dotnet", ProgramProcess.Built("liaisonhub"), .. command, "--console", console.Address.ToString()], Cancelled, new Dictionary<string, string> { ["LIAISONHUB_CONSOLE_TOKEN"] = token });

        var made = await Ask(mine, "plan", "new", "SetAside", "--all", "--reason", "I want it gone", "--json");
        var plan = JsonDocument.Parse(made.Said).RootElement.GetProperty("planId").GetGuid();
        var rows = (await plans.Get(plan, Cancelled))!.Items;
        Assert.Equal(0, (await Ask(mine, "plan", "dry-run", $"{plan}")).Code);
        await PlanTests.Foreseen(plans, console.Time.GetUtcNow());
        foreach (var (token, step, code) in new[]
        {
            (mine, new[] { "run", "--count", $"{rows}" }, "LH0131"), (mine, ["approve"], "LH0132"), (other, ["approve"], "LH0132"), (other, ["run", "--count", $"{rows}"], "LH0131"),
            (other, ["withdraw", "--reason", "x"], "LH0122"), (mine, ["refuse", "--reason", "I do not mean it"], ""), (mine, ["run", "--count", $"{rows}"], "LH0122"),
        })
        {
            var (ended, said) = await Ask(token, ["plan", step[0], $"{plan}", .. step[1..]]);
            Assert.True((ended, said.Contains(code, StringComparison.Ordinal)) == (code.Length == 0 ? 0 : 1, true), $"{string.Join(' ', step)}: {ended} {said}");
            Assert.True(await plans.Get(plan, Cancelled) is { StartedAt: null, ApprovedByAccount: null }, string.Join(' ', step));
        }
        Assert.Equal(RepairPlan.Discarded, (await plans.Get(plan, Cancelled))!.Status);
        Assert.Empty(await console.Services.GetRequiredService<Quarantine>().Page(Quarantine.Resolved, null, null, null, 10, Cancelled));
    }
}
