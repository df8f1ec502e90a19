using LiaisonHub.Adapters.XA;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>Somebody who looks for a request that is late finds its whole way under one number, whatever process each step was in.</summary>
public sealed class When_programs_export_traces(RabbitServer rabbit, PostgresServer postgres)
{
    const string Hub = "liaisonhub-coordinator", XA = "liaisonhub-adapter-xa", XB = "liaisonhub-adapter-xb", Console = "liaisonhub-console";

    static readonly (string Program, string Name)[] Way =
    [
        (XA, "translate file"), (XA, "make act"), (XA, "send act"), (Hub, "edge read"), (Hub, "dispatch act"), (Hub, "decide " + nameof(RequestSubmitted)), (Hub, "send notice"), (XB, "take notices"),
        (XB, "take notice"), (XB, "hand over"),
    ];

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_follows_a_request_from_a_file_in_one_state_to_a_file_in_the_other()
    {
        await using var traces = new TraceListener();
        await using var deployment = await Deployment.Prepare(rabbit, postgres, Cancelled, everywhere: traces.Environment);
        await deployment.Start(Cancelled);

        deployment.Drop("XA", "hearing.xml", await File.ReadAllTextAsync(Path.Combine(Xa.Country.Folder, "samples", "hearing-abroad.xml"), Cancelled));
        await deployment.OneGiven("XB", nameof(RequestSubmitted), Cancelled);

        await Until.True(
            () => Task.FromResult(TraceOf(traces) is { } trace && Way.All(step => trace.Any(s => (s.Program, s.Name) == step)) && Orphans(trace).Count == 0),
            TimeSpan.FromSeconds(60),
            () => $"The request's trace:\n{string.Join('\n', TraceOf(traces) ?? [])}\nWithout their parent:\n{string.Join('\n', Orphans(TraceOf(traces) ?? []))}\n{deployment.Told()}",
            Cancelled);
        var whole = TraceOf(traces)!;
        Assert.Single(whole, s => s.ParentId == null);
        // The core bus of the hub is on the same way, with MassTransit's own spans.
        Assert.Contains(whole, s => s.Program == Hub && s.Name.StartsWith("requests ", StringComparison.Ordinal));

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{deployment.ConsolePort}") };
        await Until.True(
            async () =>
            {
                try
                {
                    await http.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled);
                }
                catch (HttpRequestException)
                {
                    return false;
                }
                return traces.Spans.Any(s => s.Program == Console);
            },
            TimeSpan.FromSeconds(60),
            deployment.Told,
            Cancelled);
        Assert.True(traces.Holds("RequestSubmitted"));
        Assert.False(traces.Holds("TORREST"), "A name from the court's message was exported.");
    }

    // The trace in which XA's adapter made the request.
    static IReadOnlyList<ExportedSpan>? TraceOf(TraceListener traces)
    {
        var spans = traces.Spans;
        return spans.FirstOrDefault(s => s is { Program: Hub, Name: "decide " + nameof(RequestSubmitted) }) is { } decided ? [.. spans.Where(s => s.TraceId == decided.TraceId)] : null;
    }

    static IReadOnlyList<ExportedSpan> Orphans(IReadOnlyList<ExportedSpan> trace)
    {
        var known = trace.Select(s => s.SpanId).ToHashSet();
        return [.. trace.Where(s => s.ParentId != null && !known.Contains(s.ParentId))];
    }
}
