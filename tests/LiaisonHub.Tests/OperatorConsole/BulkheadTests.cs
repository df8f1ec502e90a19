using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.RateLimiting;
using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>One caller does not take the console from the others.</summary>
public sealed class BulkheadTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_caller_asks_for_beyond_its_share_waits_a_crowd_is_refused_and_health_is_never_touched()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var limiter = console.Services.GetRequiredService<IOptions<RateLimiterOptions>>().Value.GlobalLimiter!;
        var held = new List<RateLimitLease>();
        for (var i = 0; i < Bulkheads.Pages; i++)
            held.Add(await limiter.AcquireAsync(From(console, "/requests"), cancellationToken: Cancelled));
        Assert.All(held, lease => Assert.True(lease.IsAcquired));

        // All places are taken: what comes now waits behind the others, files have places of their own, and so has another machine.
        var waits = console.Http.GetAsync(new Uri("/requests?q=XA", UriKind.Relative), Cancelled);
        using (var file = await console.Http.GetAsync(new Uri("/requests.csv", UriKind.Relative), Cancelled))
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        using (var other = limiter.AttemptAcquire(new DefaultHttpContext { Request = { Path = "/requests" }, Connection = { RemoteIpAddress = IPAddress.Parse("192.0.2.7") } }))
            Assert.True(other.IsAcquired);
        using (var health = await console.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancelled))
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        var started = TimeProvider.System.GetTimestamp();
        while (limiter.GetStatistics(From(console, "/"))?.CurrentQueuedCount != 1 && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancelled);
        Assert.False(waits.IsCompleted);

        var crowd = Enumerable.Range(0, Bulkheads.PagesWaiting - 1).Select(_ => limiter.AcquireAsync(From(console, "/"), cancellationToken: Cancelled).AsTask()).ToList();
        using (var refused = await console.Http.GetAsync(new Uri("/requests", UriKind.Relative), Cancelled))
        {
            Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(5)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
            Assert.Contains("LH0305", await refused.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }
        using (var refused = await console.Http.GetAsync(new Uri("/api/v1/stuck", UriKind.Relative), Cancelled))
            Assert.Equal("LH0305", (await refused.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("code").GetString());

        foreach (var lease in held)
            lease.Dispose();
        foreach (var waiting in crowd)
            (await waiting).Dispose();
        using var answer = await waits;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Of_files_one_caller_has_two_at_once()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var limiter = console.Services.GetRequiredService<IOptions<RateLimiterOptions>>().Value.GlobalLimiter!;
        var held = new[] { "/requests.csv", "/stuck.json", "/audit/chain.jsonl" }.Select(path => limiter.AcquireAsync(From(console, path), cancellationToken: Cancelled).AsTask()).ToList();
        Assert.Equal([true, true, false], held.Select(lease => lease.IsCompleted));
        (await held[0]).Dispose();
        Assert.True((await held[2]).IsAcquired);
        (await held[1]).Dispose();
        (await held[2]).Dispose();
    }

    // As the requests of the test's own browser are seen: nobody signs in, and they come from this machine.
    static DefaultHttpContext From(ConsoleUnderTest console, string path) =>
        new() { Request = { Path = path }, Connection = { RemoteIpAddress = IPAddress.Parse(console.Address.Host) } };
}
