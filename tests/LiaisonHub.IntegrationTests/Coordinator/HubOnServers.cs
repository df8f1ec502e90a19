using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Tests;
using LiaisonHub.Tests.Coordinator;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;

namespace LiaisonHub.IntegrationTests.Coordinator;

/// <summary>As in production: RabbitMQ with a virtual host and a user for each state, PostgreSQL.</summary>
[Long(280)]
public sealed class HubOnServers(RabbitServer rabbit, PostgresServer postgres) : HubTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    TestLinks Links { get; set; } = null!;

    protected override async Task<HubUnderTest> Make(CancellationToken cancellationToken)
    {
        Links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], cancellationToken);
        return new HubUnderTest(
            await postgres.NewDatabase(cancellationToken), Links.Hub, state => new RabbitAdapterLink(Links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance));
    }

    [Fact]
    public async Task An_emergency_overtakes_a_thousand_routine_acts_that_wait_for_the_hub()
    {
        await Hub.Down();
        var emergency = await Hub.XA.SendAThousandAndAnEmergency(Hub.XB, Cancelled);
        await Hub.Up(Cancelled);
        await Hub.XB.Told(_ => Hub.XB.Notices.Count(n => n.Type == nameof(ActDelivered)) > 1000 ? "" : null, Cancelled);

        Assert.InRange(Hub.XB.Before(emergency)!.Value, 0, 300);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_a_message_wants_its_answers_and_faults_to_go_nothing_goes(bool envelope)
    {
        // A place in the hub's own virtual host, where only the hub may write.
        await using var insider = await Links.Connect("hub", Links.Core, Cancelled);
        await using var core = await insider.CreateChannelAsync(cancellationToken: Cancelled);
        await core.QueueDeclareAsync("trap", durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancelled);
        var act = Hub.XA.Make(Hub.XB, Guid.NewGuid(), Sample.Submitted(), Sample.Particulars());
        var body = envelope
            ? JsonSerializer.SerializeToUtf8Bytes(new
            {
                messageId = act.Header.ActId,
                responseAddress = "queue:trap",
                faultAddress = $"rabbitmq://{rabbit.Host}:{rabbit.Port}/{Links.Core}/trap",
                messageType = new[] { "urn:message:LiaisonHub.Messaging.Core:ActTaken" },
                message = new { },
            })
            : Hub.XA.Sign(act);
        await using var outsider = await Links.Connect("XA", Links.Plan.Of("XA"), Cancelled);
        await using var channel = await outsider.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
        await channel.BasicPublishAsync(LinkQueues.ToHubExchange, LinkQueues.ToHub(Lane.Routine), mandatory: true,
            new BasicProperties
            {
                MessageId = act.Header.ActId.ToString(),
                ContentType = "application/vnd.masstransit+json",
                ReplyTo = "trap",
                Headers = new Dictionary<string, object?>
                {
                    ["MT-Response-Address"] = Encoding.UTF8.GetBytes("queue:trap"),
                    ["MT-Fault-Address"] = Encoding.UTF8.GetBytes("exchange:trap"),
                    ["x-death"] = "trap",
                },
            },
            body, Cancelled);

        if (envelope)
            Assert.Equal(RefusalCode.NotAuthentic, (await Hub.XA.Told(n => n.Read() as ActRefused, Cancelled)).Code);
        else
            Assert.IsType<ActAccepted>(await Hub.XA.Answer(act.Header.ActId, Cancelled));
        // What comes behind it goes through, and by then every answer to it has gone where answers go.
        Assert.IsType<ActAccepted>(await Hub.XA.Send(Hub.XB, Guid.NewGuid(), Sample.Submitted("XA-2026-000002"), Cancelled, Sample.Particulars()));
        Assert.Equal(0u, await core.MessageCountAsync("trap", Cancelled));
    }
}
