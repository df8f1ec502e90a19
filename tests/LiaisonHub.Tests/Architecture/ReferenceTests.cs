using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.Architecture;

/// <summary>Who may know whom. The project files are the graph (transitive references are off): what is not declared does not compile, and what is declared
/// is approved here.</summary>
public sealed class ReferenceTests
{
    /// <summary>The floors of the house, lowest first. A project refers to lower floors only.</summary>
    static readonly string[][] Floors =
    [
        ["LiaisonHub.Contracts"],
        ["LiaisonHub.Casework", "LiaisonHub.Sealing"],
        ["LiaisonHub.Storage"],
        ["LiaisonHub.Messaging"],
        ["LiaisonHub.Coordinator", "LiaisonHub.OperatorConsole", "LiaisonHub.Adapters"],
        ["LiaisonHub.Desk", "LiaisonHub.Conformance"],
        ["LiaisonHub.Adapters.XA", "LiaisonHub.Adapters.XB", "LiaisonHub.Adapters.XC", "LiaisonHub.Adapters.XD", "LiaisonHub.Adapters.XE", "LiaisonHub.Adapters.XF", "LiaisonHub.Adapters.XZ"],
        ["LiaisonHub.Cli"],
    ];

    static readonly string[] Hub =
        ["LiaisonHub.Casework", "LiaisonHub.Storage", "LiaisonHub.Messaging", "LiaisonHub.Coordinator", "LiaisonHub.OperatorConsole"];

    static readonly string[] StatesSide = ["LiaisonHub.Adapters", "LiaisonHub.Desk", "LiaisonHub.Conformance", "LiaisonHub.Adapters.XA", "LiaisonHub.Adapters.XB", "LiaisonHub.Adapters.XC", "LiaisonHub.Adapters.XD", "LiaisonHub.Adapters.XE", "LiaisonHub.Adapters.XF", "LiaisonHub.Adapters.XZ"];

    [Fact]
    public void The_references_are_the_approved_ones() => Repository.AssertApproved(
        string.Concat(Solution.Projects.Select(p => $"{p.Path}\n{Lines("project", p.References)}{Lines("package", p.Packages)}")),
        "contracts", "approved", "projects.txt");

    [Fact]
    public void References_point_down_only()
    {
        foreach (var project in Solution.Shipped)
            foreach (var reference in project.References)
                Assert.True(Floor(reference) < Floor(project.Name), $"{project.Path} refers to {reference}, which does not stand on a lower floor.");
    }

    [Fact]
    public void The_hub_never_names_the_code_that_opens_a_seal()
    {
        foreach (var project in Solution.Named(Hub))
            Assert.True(
                !project.TypesNamed.Contains(typeof(Opener).FullName!),
                $"{project.Path} names {typeof(Opener)}: what is sealed to a state is opened by that state alone.");
        // The rule can see what it looks for: the states' side does name it.
        Assert.Contains(Solution.Named(StatesSide), p => p.TypesNamed.Contains(typeof(Opener).FullName!));
    }

    [Fact]
    public void Casework_knows_no_bus_no_database_and_no_network()
    {
        string[] allowed = ["LiaisonHub.Contracts", "NodaTime", "Ical.Net", "netstandard"];
        var casework = Solution.Named("LiaisonHub.Casework").Single();
        Assert.DoesNotContain(casework.AssembliesUsed, a => !allowed.Contains(a) && !a.StartsWith("System.", StringComparison.Ordinal));
        Assert.DoesNotContain(casework.AssembliesUsed, a => a.StartsWith("System.Data", StringComparison.Ordinal));
        Assert.DoesNotContain(casework.AssembliesUsed, a => a.StartsWith("System.Net", StringComparison.Ordinal));
    }

    [Fact]
    public void A_states_side_never_names_the_hubs_tables_and_the_hub_never_names_a_states()
    {
        AssertNone(Solution.Named(StatesSide), "LiaisonHub.Storage.Hub.");
        AssertNone(Solution.Named(Hub).Where(p => p.Name != "LiaisonHub.Storage"), "LiaisonHub.Storage.Adapter.");
    }

    [Fact]
    public void A_states_side_knows_no_MassTransit_since_its_envelopes_are_the_hubs_own_affair()
    {
        foreach (var project in Solution.Named(StatesSide))
            Assert.DoesNotContain(project.AssembliesUsed, a => a.StartsWith("MassTransit", StringComparison.Ordinal));
    }

    [Fact]
    public void The_contracts_know_nothing_but_the_platform()
    {
        var contracts = Solution.Named("LiaisonHub.Contracts").Single();
        Assert.Empty(contracts.Packages);
        Assert.DoesNotContain(contracts.AssembliesUsed, a => !a.StartsWith("System.", StringComparison.Ordinal));
    }

    static void AssertNone(IEnumerable<Project> projects, string prefix)
    {
        foreach (var project in projects)
            foreach (var type in project.TypesNamed)
                Assert.True(!type.StartsWith(prefix, StringComparison.Ordinal), $"{project.Path} names {type}.");
    }

    static string Lines(string kind, IEnumerable<string> names) => string.Concat(names.Order(StringComparer.Ordinal).Select(n => $"  {kind} {n}\n"));

    static int Floor(string name)
    {
        var floor = Array.FindIndex(Floors, f => f.Contains(name));
        return floor >= 0 ? floor : throw new InvalidOperationException($"{name} stands on no floor yet: place it in {nameof(ReferenceTests)}.");
    }
}
