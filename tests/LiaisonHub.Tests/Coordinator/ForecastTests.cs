using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Limits;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Casework;
using Microsoft.Extensions.DependencyInjection;
using Rules = LiaisonHub.Casework.Rules;

namespace LiaisonHub.Tests.Coordinator;

/// <summary>What the forecast says passes is what the clock of a whole hub then lets pass, request for request.</summary>
public sealed class ForecastTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_clock_of_a_hub_lets_pass_what_was_forecast_and_nothing_else()
    {
        await using var hub = new HubUnderTest();
        await hub.Begin(Cancelled);
        var (xa, xb) = (hub.XA, hub.XB);
        async Task<Guid> Opens(object open, object? sealedPart, Priority priority = Priority.Routine)
        {
            var id = Guid.NewGuid();
            var answer = await xa.Send(xb, id, open, Cancelled, sealedPart, priority);
            Assert.True(answer is ActAccepted, (answer as ActRefused)?.Reason);
            return id;
        }
        await Opens(Sample.Submitted("XA-2026-000001"), Sample.Particulars());
        hub.Time.Advance(TimeSpan.FromHours(30));
        var acknowledged = await Opens(Sample.Submitted("XA-2026-000002"), Sample.Particulars(), Priority.Urgent);
        Assert.IsType<ActAccepted>(await xb.Send(xa, acknowledged, new RequestAcknowledged { TheirReference = "XB-7", CompetentAuthority = "XB-CA" }, Cancelled));
        await Opens(EmergencyCourse.Requested, Sample.Particulars(), Priority.Emergency);
        await Opens(PreservationCourse.Requested, Sample.Particulars());
        hub.Time.Advance(TimeSpan.FromHours(7));
        await Settled(hub);
        var (from, reader) = (hub.Time.GetUtcNow(), Reader(hub));
        var forecast = await reader.Silent("XB", 45, Cancelled);
        var soon = await reader.Silent("XB", LimitReader.UsualDays, Cancelled);

        while (await hub.Services.GetRequiredService<Deadlines>().NextLook(Cancelled) is { } look && look <= forecast.Until)
        {
            if (look > hub.Time.GetUtcNow())
                hub.Time.SetUtcNow(look);
            await Settled(hub);
        }

        var passed = await Passed(hub, from, "XB");
        Assert.Equal(passed, forecast.Breaches.Select(b => (b.RequestId, b.RuleId, b.Due.AddSeconds(1))).Order());
        Assert.True(passed.Count >= 5, $"{passed.Count} limits have passed");
        Assert.Equal(passed.Where(p => p.At <= soon.Until), soon.Breaches.Select(b => (b.RequestId, b.RuleId, b.Due.AddSeconds(1))).Order());
        // Each of the four, and disputes that the hub opened about them meanwhile.
        Assert.InRange(forecast.Breaches.Select(b => b.RequestId).Distinct().Count(), 5, 10);
        Assert.Contains(forecast.Breaches, b => b.Follows);
    }

    static LimitReader Reader(HubUnderTest hub)
    {
        var services = hub.Services;
        return new(services.GetRequiredService<LimitReads>(), services.GetRequiredService<StuckReads>(), services.GetRequiredService<HubReads>(), services.GetRequiredService<HubFigures>(), services.GetRequiredService<Rules>(), new(), hub.Time);
    }

    // What the saga wrote down about limits on one state that passed, at the instant at which it looked.
    static async Task<List<(Guid RequestId, string RuleId, DateTimeOffset At)>> Passed(HubUnderTest hub, DateTimeOffset from, string state)
    {
        var reads = hub.Services.GetRequiredService<HubReads>();
        var found = new List<(Guid, string, DateTimeOffset)>();
        foreach (var line in await reads.Find(new() { Text = "X" }, 100, Cancelled))
        {
            var file = (await reads.Request(line.RequestId, Cancelled))!;
            var request = LiaisonHub.Casework.Request.Read(file.Request.Body);
            foreach (var fact in file.Facts.Where(f => f.Kind == "Limit" && f.At > from))
            {
                var text = JsonDocument.Parse(fact.Content).RootElement.GetProperty("text").GetString()!;
                var rule = text.Split(' ')[0];
                if (Rules.PartyOf(request, request.Deadlines.First(d => d.RuleId == rule).Seat).State == state)
                    found.Add((line.RequestId, rule, fact.At));
            }
        }
        found.Sort();
        return found;
    }

    // Nothing is due that nobody has looked at, and nothing is under way.
    static async Task Settled(HubUnderTest hub)
    {
        var deadlines = hub.Services.GetRequiredService<Deadlines>();
        var started = TimeProvider.System.GetTimestamp();
        while (await deadlines.NextLook(Cancelled) <= hub.Time.GetUtcNow())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(90), $"A deadline that is due at {hub.Time.GetUtcNow():O} is not looked at.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancelled);
        }
    }
}
