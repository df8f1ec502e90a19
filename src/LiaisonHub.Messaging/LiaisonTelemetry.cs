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

    /// <summary>Adds export by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. Without it nothing is collected.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="program">Name of the program, for example <c>liaisonhub-coordinator</c>.</param>
    /// <param name="more">Further sources, for example those of ASP.NET Core.</param>
    public static IServiceCollection AddLiaisonTelemetry(this IServiceCollection services, string program, Action<TracerProviderBuilder>? more = null)
    {
        if (string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
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
