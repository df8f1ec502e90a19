using System.Diagnostics;
using LiaisonHub.Messaging;

namespace LiaisonHub.Tests.Messaging;

public sealed class TelemetryTests : IDisposable
{
    const string Trace = "0af7651916cd43dd8448eb211c80319c";
    const string OtherTrace = "1af7651916cd43dd8448eb211c80319c";

    readonly ActivityListener listener = new() { ShouldListenTo = s => s.Name == LiaisonTelemetry.Name, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData };

    public TelemetryTests() => ActivitySource.AddActivityListener(listener);

    [Fact]
    public void Messages_sent_together_stay_each_in_its_own_trace()
    {
        using var around = LiaisonTelemetry.Source.StartActivity("around");
        using (var sending = new TracedSending("send act", [$"00-{Trace}-b7ad6b7169203331-01", $"00-{OtherTrace}-b7ad6b7169203332-01", null]))
        {
            Assert.StartsWith($"00-{Trace}-", sending.TraceParent(0), StringComparison.Ordinal);
            Assert.DoesNotContain("b7ad6b7169203331", sending.TraceParent(0), StringComparison.Ordinal);
            Assert.StartsWith($"00-{OtherTrace}-", sending.TraceParent(1), StringComparison.Ordinal);
            Assert.DoesNotContain(Trace, sending.TraceParent(2)!, StringComparison.Ordinal);
            Assert.Same(around, Activity.Current);
        }
        Assert.Same(around, Activity.Current);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_trace_context_begins_a_trace(string? traceParent)
    {
        using var activity = LiaisonTelemetry.Follow("edge read", ActivityKind.Consumer, traceParent);

        Assert.NotNull(activity);
        Assert.Equal(ActivityIdFormat.W3C, activity.IdFormat);
        Assert.Null(activity.ParentId);
    }

    public void Dispose() => listener.Dispose();
}
