using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Tests.Coordinator;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.IntegrationTests.Coordinator;

/// <summary>As in production: RabbitMQ with a virtual host and a user for each state, PostgreSQL.</summary>
public sealed class HubOnServers(RabbitServer rabbit, PostgresServer postgres) : HubTests
{
    protected override async Task<HubUnderTest> Make(CancellationToken cancellationToken)
    {
        var links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF"], cancellationToken);
        return new HubUnderTest(
            await postgres.NewDatabase(cancellationToken), links.Hub, state => new RabbitAdapterLink(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance));
    }
}
