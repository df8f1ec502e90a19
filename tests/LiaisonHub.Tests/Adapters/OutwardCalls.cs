using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace LiaisonHub.Tests.Adapters;

/// <summary>Sees what the runtime itself tells of names looked up, connections opened and calls begun, by the work that is watched and what it starts; other tests are left alone.</summary>
sealed class OutwardCalls : EventListener
{
    static readonly string[] Sources = ["System.Net.NameResolution", "System.Net.Sockets", "System.Net.Http"];

    readonly AsyncLocal<bool> watching = new();
    readonly ConcurrentQueue<string> seen = new();

    internal IReadOnlyCollection<string> Seen => seen;

    internal void Watch(Action work)
    {
        watching.Value = true;
        try
        {
            work();
        }
        finally
        {
            watching.Value = false;
        }
    }

    internal async Task Watch(Func<Task> work)
    {
        watching.Value = true;
        await work();
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (Sources.Contains(eventSource.Name))
            EnableEvents(eventSource, EventLevel.Informational);
    }

    // The constructor of the base class calls in here before there are fields.
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (watching is { Value: true } && eventData.EventName?.EndsWith("Start", StringComparison.Ordinal) == true)
            seen.Enqueue($"{eventData.EventSource.Name} {eventData.EventName}");
    }
}
