using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Coordinator;
using LiaisonHub.Messaging;
using LiaisonHub.Tests.Coordinator;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.Operations;

/// <summary>What monitoring is told, and what <c>infra/telemetry</c> makes of it.</summary>
public sealed partial class TelemetryTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_hub_tells_what_waits_and_for_whom()
    {
        await using var hub = new HubUnderTest();
        await hub.Begin(Cancelled);
        var told = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        using var figures = ActivatorUtilities.CreateInstance<Figures>(hub.Services);
        // The instruments of this hub alone: other tests have hubs too.
        var own = hub.Services.GetRequiredService<IMeterFactory>().Create(LiaisonTelemetry.Name);
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter, own))
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => told[string.Join(' ', [instrument.Name, .. tags.ToArray().Select(t => $"{t.Key}={t.Value}")])] = value);
        listener.Start();
        Assert.Empty(told);

        Assert.IsType<ActAccepted>(await hub.XA.Send(hub.XA.Make(hub.XB, Guid.NewGuid(), Sample.Submitted(), Sample.Particulars()), Cancelled));
        hub.Time.Advance(TimeSpan.FromDays(60));
        await figures.StartAsync(Cancelled);
        for (var look = 0; !told.ContainsKey("liaisonhub.requests.open"); look++)
        {
            Assert.True(look < 3000, "The figures were not read within a minute.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
            listener.RecordObservableInstruments();
        }
        await figures.StopAsync(Cancelled);

        Assert.Equal(1, told["liaisonhub.requests.open"]);
        Assert.Equal(1, told.Where(t => t.Key.StartsWith("liaisonhub.requests.overdue level=", StringComparison.Ordinal)).Sum(t => t.Value));
        Assert.Equal(0, told["liaisonhub.requests.breaching"]);
        Assert.Equal(0, told["liaisonhub.quarantine.waiting"]);
        Assert.Equal(0, told["liaisonhub.acts.undecided parked=no"]);
        Assert.All(["XA", "XB", "XC"], state => Assert.Contains($"liaisonhub.outbox.age state={state}", told.Keys));
        Assert.Contains("liaisonhub.clock.behind", told.Keys);
    }

    [Fact]
    public void Dashboard_and_alert_rules_name_what_is_told_and_the_dashboard_shows_all_of_it()
    {
        var told = Directory.EnumerateFiles(Repository.At("src"), "*.cs", SearchOption.AllDirectories).SelectMany(f => Instrument().Matches(File.ReadAllText(f)))
            .Select(m => m.Groups["name"].Value.Replace('.', '_') + (m.Groups["unit"].Value == "s" ? "_seconds" : "") + (m.Groups["kind"].Value == "CreateCounter<long>" ? "_total" : "")).ToHashSet();
        var dashboard = File.ReadAllText(Repository.At("infra", "telemetry", "dashboard.json"));
        var alerts = File.ReadAllText(Repository.At("infra", "telemetry", "alerts.yml"));
        using var parsed = JsonDocument.Parse(dashboard);

        Assert.NotEmpty(parsed.RootElement.GetProperty("panels").EnumerateArray());
        Assert.Equal(told.Order(), Figure().Matches(dashboard).Select(m => m.Value).Distinct().Order());
        Assert.Empty(Figure().Matches(alerts).Select(m => m.Value).Except(told));
        Assert.All(Alert().Matches(alerts), alert => Assert.Matches(@"severity: (page|ticket)\n        annotations:\n          summary: "".+\.""\n          description: "".+\.""\n", alert.Value));
        Assert.True(Alert().Count(alerts) >= 10);
    }

    [GeneratedRegex(@"(?<kind>CreateCounter<long>|Gauge)\(""(?<name>liaisonhub\.[a-z._]+)"",\s*""(?<unit>[^""]+)""")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\bliaisonhub_[a-z_]+")]
    private static partial Regex Figure();

    [GeneratedRegex(@"      - alert: (?:.+\n?)+?(?=      - alert: |\z)")]
    private static partial Regex Alert();
}
