using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LiaisonHub.Messaging;

/// <summary>Traces and figures. One trace follows one act: local file, outbox, link, edge, saga, outbox, link, the other local system. Never a personal datum in a name or tag.</summary>
public static class LiaisonTelemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "LiaisonHub";

    /// <summary>Where all parts start their activities.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Where all parts make their instruments.</summary>
    public static Meter Meter { get; } = new(Name);

    /// <summary>True: this process exports what it collects, because <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
    public static bool Exports => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT"));

    /// <summary>Starts an activity in the trace that a message or a row brought along. What is no trace context, or none at all, begins a trace where no activity is under way.</summary>
    /// <param name="name">Kind of work; never a personal datum.</param>
    /// <param name="kind">Which end of a message this is.</param>
    /// <param name="traceParent">W3C <c>traceparent</c> as it came. Others write it: it is read, never believed to be well formed.</param>
    public static Activity? Follow(string name, ActivityKind kind, string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var context) ? Source.StartActivity(name, kind, context) : Source.StartActivity(name, kind);

    /// <summary>Adds export by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. Without it nothing is collected.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="program">Name of the program, for example <c>liaisonhub-coordinator</c>.</param>
    /// <param name="more">Further sources, for example those of ASP.NET Core.</param>
    public static IServiceCollection AddLiaisonTelemetry(this IServiceCollection services, string program, Action<TracerProviderBuilder>? more = null)
    {
        if (!Exports)
            return services;
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(program))
            .WithTracing(tracing =>
            {
                tracing.AddSource(Name, "MassTransit", "Npgsql");
                more?.Invoke(tracing);
            })
            .WithMetrics(metrics => metrics.AddMeter(Name, "MassTransit"))
            .UseOtlpExporter();
        return services;
    }
}

/// <summary>The sending of several messages at once, each in the trace it came from.</summary>
public sealed class TracedSending : IDisposable
{
    readonly Activity? around = Activity.Current;
    readonly IReadOnlyList<string?> traceParents;
    readonly Activity?[] activities;

    /// <param name="name">Kind of work.</param>
    /// <param name="traceParents">Trace context of each message, in their order.</param>
    public TracedSending(string name, IReadOnlyList<string?> traceParents)
    {
        this.traceParents = traceParents;
        activities = LiaisonTelemetry.Source.HasListeners() ? new Activity?[traceParents.Count] : [];
        for (var i = 0; i < activities.Length; i++)
        {
            // None is the parent of the next one.
            Activity.Current = null;
            activities[i] = LiaisonTelemetry.Follow(name, ActivityKind.Producer, traceParents[i]);
        }
        Activity.Current = around;
    }

    /// <summary>The trace context that travels with a message.</summary>
    public string? TraceParent(int message) => (message < activities.Length ? activities[message]?.Id : null) ?? traceParents[message];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var activity in activities)
            activity?.Dispose();
        Activity.Current = around;
    }
}
