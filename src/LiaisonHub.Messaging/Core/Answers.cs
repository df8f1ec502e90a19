using System.Reflection;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Messaging.Core;

/// <summary>Answers a state's questions that are no acts: signed by the hub, sent once, kept nowhere.</summary>
public sealed class Answers(IHubLink link, PrivateKey key)
{
    /// <summary>Version of the hub's program, with the commit it was built from.</summary>
    public static string Program { get; } = typeof(Answers).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>Version of the hub's program.</summary>
    public static string HubVersion { get; } = Program.Split('+')[0];

    /// <summary>Answers a connection test.</summary>
    public Task Echo(string state, EchoAnswered answer, CancellationToken cancellationToken) => Send(state, answer.EchoId, answer, DocumentTypes.EchoAnswer, cancellationToken);

    /// <summary>Answers an announcement.</summary>
    public Task Maintenance(string state, MaintenanceAnswered answer, CancellationToken cancellationToken) => Send(state, answer.AnnouncementId, answer, DocumentTypes.MaintenanceAnswer, cancellationToken);

    Task Send<T>(string state, Guid id, T answer, string typ, CancellationToken cancellationToken) => link.Answer(
        new Post { State = state, Lane = Lane.Routine, Id = id, Body = Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(answer, Wire.Json), typ, key)) }, cancellationToken);
}

/// <summary>The core's answer to a connection test: the question came through the edge and over the hub's own bus, and the database is asked whether it is there.</summary>
sealed class EchoConsumer(Answers answers, Database database, [FromKeyedServices(CoreBus.TechnicalClock)] TimeProvider technical) : IConsumer<EchoTaken>
{
    public async Task Consume(ConsumeContext<EchoTaken> context) => await answers.Echo(
        context.Message.State,
        new EchoAnswered
        {
            EchoId = context.Message.CorrelationId,
            Reach = EchoReach.Core,
            At = technical.GetUtcNow(),
            HubVersion = Answers.HubVersion,
            Contracts = Wire.Version,
            Problem = await database.Ping(context.CancellationToken) ? null : "The hub's database does not answer; what is sent waits. The operator of the hub must start it.",
        },
        context.CancellationToken);
}
