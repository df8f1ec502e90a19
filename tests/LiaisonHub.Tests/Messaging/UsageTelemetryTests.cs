using LiaisonHub.Messaging.Broker;
using LiaisonHub.Tests.Coordinator;
using MassTransit;
using MassTransit.UsageTracking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiaisonHub.Tests.Messaging;

/// <summary>MassTransit reports home how it is used, unless it is told not to. A ministry's hub reports nothing to anybody.</summary>
public sealed class UsageTelemetryTests
{
    const string Variable = "MASSTRANSIT_USAGE_TELEMETRY";

    public static TheoryData<bool> Transports => [true, false];

    [Theory, MemberData(nameof(Transports))]
    public async Task Nothing_is_reported_whatever_the_environment_says(bool overRabbit)
    {
        await using var hub = new HubUnderTest(broker: overRabbit ? new BrokerOptions { User = "hub", Password = "invented" } : null);
        var before = Environment.GetEnvironmentVariable(Variable);
        try
        {
            Environment.SetEnvironmentVariable(Variable, "true");
            using var host = hub.Build();

            // The bus is built, with all that would observe it.
            Assert.NotNull(host.Services.GetRequiredService<IBusControl>());
            Assert.Null(host.Services.GetService<IUsageTracker>());
            Assert.False(host.Services.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
        }
    }

    [Fact]
    public async Task What_is_taken_out_is_what_MassTransit_puts_in()
    {
        var services = new ServiceCollection();
        services.AddMassTransit(bus => bus.UsingInMemory());
        await using var provider = services.BuildServiceProvider();

        Assert.NotNull(provider.GetService<IUsageTracker>());
    }
}
