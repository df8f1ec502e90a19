using System.Text.RegularExpressions;
using LiaisonHub.Adapters;
using LiaisonHub.Coordinator;
using LiaisonHub.Desk;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.OperatorConsole;
using Microsoft.Extensions.Configuration;

namespace LiaisonHub.Tests.Operations;

/// <summary>What the deployment files and the manual say about settings is what the programs read.</summary>
public sealed partial class SettingsTests
{
    static readonly (string Section, Type Options)[] Programs =
        [(HubOptions.Section, typeof(HubOptions)), (ConsoleOptions.Section, typeof(ConsoleOptions)), (AdapterOptions.Section, typeof(AdapterOptions)), (DeskOptions.Section, typeof(DeskOptions))];

    // Options that hold options of their own.
    static readonly Type[] Parts = [typeof(BrokerOptions), typeof(InboxOptions), typeof(OutboxOptions)];

    [Fact]
    public void Every_setting_that_a_deployment_file_names_exists()
    {
        string[] files = ["docker-compose.yml", .. Directory.EnumerateFiles(Repository.At("infra", "systemd"), "*.example"), "docs/operations/deployment.md"];
        var named = 0;
        foreach (var file in files)
            foreach (var setting in Setting().Matches(File.ReadAllText(Repository.At(file))).Select(m => m.Value.TrimEnd('_')))
            {
                named++;
                Assert.True(Exists(setting), $"{Path.GetRelativePath(Repository.Root, Repository.At(file))} names {setting}, which no program reads.");
            }
        Assert.True(named > 50, $"Only {named} settings were found: the search no longer sees them.");
    }

    [Fact]
    public void Values_that_are_not_of_their_kind_are_all_named_with_the_remedy()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Adapter:ReportEvery"] = "abc",
            ["Adapter:Broker:Port"] = "5672x",
            ["Adapter:Broker:Tls"] = "ja",
            ["Adapter:Inbox:Owners:0"] = "-1",
            ["Adapter:Inbox:Poll"] = "00:00:05",
            ["Adapter:Http:Receive:Token"] = "secret",
        }).Build();

        var wrong = Assert.Throws<InvalidConfigurationException>(() => LiaisonHub.Messaging.Settings.Read<AdapterOptions>(configuration.GetSection("Adapter"))).Problems;

        Assert.Equal(
            ["Adapter:Broker:Port: '5672x' is no whole number.", "Adapter:Broker:Tls: 'ja' is neither true nor false.", "Adapter:Inbox:Owners:0: '-1' is no whole number of 0 or more.",
                "Adapter:ReportEvery: 'abc' is no length of time; write hours:minutes:seconds, for example 00:00:30."],
            wrong.Order(StringComparer.Ordinal));
        configuration["Adapter:ReportEvery"] = "00:01:00";
        configuration["Adapter:Broker:Port"] = "5671";
        configuration["Adapter:Broker:Tls"] = "true";
        configuration["Adapter:Inbox:Owners:0"] = "1000";
        var read = LiaisonHub.Messaging.Settings.Read<AdapterOptions>(configuration.GetSection("Adapter"));
        Assert.Equal((TimeSpan.FromMinutes(1), 5671, 1000u), (read.ReportEvery, read.Broker.Port, Assert.Single(read.Inbox!.Owners)));
    }

    [Fact]
    public void Every_setting_stands_in_the_manual()
    {
        var manual = File.ReadAllText(Repository.At("docs", "operations", "deployment.md"));
        foreach (var (section, options) in Programs)
            foreach (var setting in Settings(section, options))
                Assert.True(manual.Contains($"`{setting}`", StringComparison.Ordinal) || manual.Contains($"`{setting}__", StringComparison.Ordinal), $"docs/operations/deployment.md says nothing about {setting}.");
        foreach (var property in typeof(BrokerOptions).GetProperties().Where(p => p.CanWrite))
            Assert.True(manual.Contains($"`{property.Name}`", StringComparison.Ordinal), $"docs/operations/deployment.md says nothing about the broker's {property.Name}.");
    }

    [Theory]
    [InlineData("docs/operations/deployment.md", "Hub,Console,Adapter,Desk")]
    [InlineData("docs/adapters/README.md", "Adapter,Desk")]
    public void The_manuals_give_the_defaults_the_programs_have(string manual, string sections)
    {
        var rows = File.ReadAllLines(Repository.At(manual.Split('/'))).Where(l => l.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        var compared = 0;
        foreach (var (section, options) in Programs.Where(p => sections.Split(',').Contains(p.Section)))
            foreach (var (setting, value) in Defaults(section, options))
            {
                var row = rows.FirstOrDefault(r => r.Split('|')[1].Contains($"`{setting}`", StringComparison.Ordinal));
                Assert.True(row != null, $"{manual} has no row for {setting}.");
                Assert.True(row.Split('|')[2].Contains(value, StringComparison.Ordinal), $"{manual} gives another default for {setting} than {value}: {row}");
                compared++;
            }
        Assert.True(compared >= 10, $"Only {compared} defaults were compared: the search no longer sees them.");
    }

    [Fact]
    public void The_development_passwords_are_there_for_every_state_of_the_demonstration_region_and_say_what_they_are()
    {
        var folder = Repository.At("infra", "docker", "development");
        var states = LiaisonHub.Casework.Region.Load(Repository.At("contracts", "region-demo")).States.Keys.Select(s => s.ToLowerInvariant()).Append("hub");

        Assert.Equal(states.Order(StringComparer.Ordinal), BrokerPasswords.Load(folder).Keys.Order(StringComparer.Ordinal));
        Assert.All(BrokerPasswords.Load(folder).Values, p => Assert.StartsWith("development-only-", p, StringComparison.Ordinal));
    }

    static IEnumerable<string> Settings(string prefix, Type options) => options.GetProperties().Where(p => p.CanWrite).SelectMany(p =>
        p.PropertyType == typeof(BrokerOptions) ? [] : Parts.Contains(p.PropertyType) ? Settings($"{prefix}__{p.Name}", p.PropertyType) : (string[])[$"{prefix}__{p.Name}"]);

    // Those whose default is a value; the others are required, or mean something by being left out.
    static IEnumerable<(string Setting, string Default)> Defaults(string prefix, Type options)
    {
        var fresh = Activator.CreateInstance(options)!;
        foreach (var property in options.GetProperties().Where(p => p.CanWrite && p.PropertyType != typeof(BrokerOptions)))
            if (Parts.Contains(property.PropertyType))
                foreach (var part in Defaults($"{prefix}__{property.Name}", property.PropertyType))
                    yield return part;
            else if (property.GetValue(fresh) switch
            {
                bool flag => flag ? "`true`" : "`false`",
                TimeSpan span => $"`{span:c}`",
                long number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
                string { Length: > 0 } text => $"`{text}`",
                _ => null,
            } is { } value)
                yield return ($"{prefix}__{property.Name}", value);
    }

    static bool Exists(string setting)
    {
        var parts = setting.Split("__");
        var type = Programs.Single(p => p.Section == parts[0]).Options;
        foreach (var part in parts.Skip(1))
        {
            if (int.TryParse(part, out _) && type.IsAssignableTo(typeof(System.Collections.IEnumerable)))
            {
                type = type.GetGenericArguments() is [var item] ? item : typeof(string);
                continue;
            }
            // A list is filled where it stands.
            if (type.GetProperty(part) is not { } property || !(property.CanWrite || property.PropertyType.IsGenericType))
                return false;
            type = property.PropertyType;
        }
        return true;
    }

    [GeneratedRegex(@"\b(Hub|Console|Adapter|Desk)__\w+")]
    private static partial Regex Setting();
}
