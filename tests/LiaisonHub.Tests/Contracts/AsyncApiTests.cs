using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.Contracts;

/// <summary>The queues and messages for those who do not use .NET (AsyncAPI 3.0), made from the contract types.</summary>
public sealed class AsyncApiTests
{
    static readonly (string Queue, string Words)[] ToHub =
    [
        (LinkQueues.ToHub(Lane.Routine), "Acts, reports, questions and announcements of the state, acts in the order of their sequence numbers."),
        (LinkQueues.ToHub(Lane.Urgent), "Acts whose priority is not Routine: an emergency does not wait behind routine acts."),
    ];

    static readonly (string Queue, string Words)[] FromHub =
    [
        (LinkQueues.FromHub(Lane.Routine), "What the hub says to the state."),
        (LinkQueues.FromHub(Lane.Urgent), "What the hub says to the state about acts whose priority is not Routine."),
    ];

    static readonly (Type Type, string? Typ)[] LinkTypes =
    [
        (typeof(AdapterReported), DocumentTypes.Report), (typeof(EchoAsked), DocumentTypes.Echo), (typeof(MaintenanceAnnounced), DocumentTypes.Maintenance), (typeof(KeyMissing), null),
        (typeof(ReportAsked), DocumentTypes.ReportAsked), (typeof(EchoAnswered), DocumentTypes.EchoAnswer), (typeof(MaintenanceAnswered), DocumentTypes.MaintenanceAnswer),
    ];

    [Fact]
    public void The_description_names_every_queue_act_and_notice() =>
        Repository.AssertApproved(Description(), "contracts", "asyncapi.yaml");

    static string Description()
    {
        var acts = Acts.All.Keys.Order(StringComparer.Ordinal).ToList();
        var notices = Notices.All.Keys.Order(StringComparer.Ordinal).ToList();
        return string.Concat(
        [
            """
            asyncapi: 3.0.0
            info:
              title: LiaisonHub
              version: 1.0.0
              description: >-
                How a state's system and the hub exchange acts and notices. Every message but KeyMissing is one flattened JWS (ES256) in JSON; what is signed is
                an act, a report or a notice. Operations are described from the state's side. How to sign, seal, number and answer stands in README.md beside this file.
            defaultContentType: application/jose+json
            servers:
              state:
                host: '{broker}'
                pathname: '/{state}'
                protocol: amqps
                protocolVersion: 0.9.1
                description: >-
                  One virtual host per state, with one user, which owns nothing outside it. The user may write to the two queues to the hub and read the two
                  from it.
                variables:
                  broker:
                    description: Host and port of the hub's broker.
                  state:
                    description: ISO 3166-1 alpha-2 code of the state, in lower case.
                    examples:
                      - xa
            channels:

            """,
            .. ToHub.Select((q, i) => Channel(q.Queue, q.Words, Published, i == 0 ? [.. acts, .. LinkDocuments.ToHub.Keys.Order(StringComparer.Ordinal)] : acts)),
            .. FromHub.Select(q => Channel(q.Queue, q.Words, Consumed(q.Queue), [.. notices, .. LinkDocuments.AskedByHub.Keys.Order(StringComparer.Ordinal)])),
            Channel(LinkQueues.Answers, "Answers to questions and announcements. One reader at a time; what nobody fetches within a minute is gone.", Consumed(LinkQueues.Answers),
                LinkDocuments.FromHub.Keys.Order(StringComparer.Ordinal)),
            "operations:\n",
            .. ToHub.Select(q => Operation(q.Queue, "send", HowToSend)),
            .. FromHub.Select(q => Operation(q.Queue, "receive", "Acknowledged once its effect is durable on the state's side. May come more than once.")),
            Operation(LinkQueues.Answers, "receive", "Read by whoever has asked, and only while it waits for the answer."),
            """
            components:
              messageTraits:
                toHub:
                  contentType: application/jose+json
                  headers:
                    type: object
                    properties:
                      traceparent:
                        type: string
                        description: W3C trace context. May be left out.
                    description: >-
                      AMQP properties. message-id: the act's id, for a question or an announcement its own, for a report any new UUID, as text. user-id: the state's user, which the broker checks.
                      content-type: application/jose+json. delivery-mode: 2. What counts is what is signed.
                fromHub:
                  contentType: application/jose+json
                  headers:
                    type: object
                    description: 'AMQP properties. message-id: the notice''s id, or that of the question, as text. content-type: application/jose+json. What counts is what is signed.'
              messages:

            """,
            .. acts.Select(a => Message(a, Documentation.Of(Acts.All[a].Content), "act.json", "act+json", Acts.All[a])),
            .. LinkTypes.Select(t => Message(t.Type.Name, Documentation.Of(t.Type), $"{t.Type.Name}.json", t.Typ, null)),
            .. notices.Select(n => Message(n, Documentation.Of(Notices.All[n]), "notice.json", "notice+json", null)),
        ]);
    }

    static string Channel(string queue, string words, string binding, IEnumerable<string> messages) => $"""
          {queue}:
            address: {queue}
            description: {Quoted(words)}
            servers:
              - $ref: '#/servers/state'
            bindings:
              amqp:
        {binding}
                bindingVersion: 0.3.0
            messages:

        """ + string.Concat(messages.Select(m => $"      {m}:\n        $ref: '#/components/messages/{m}'\n"));

    const string HowToSend =
        $"Published to the exchange {LinkQueues.ToHubExchange}, the only one the state's user may write to, with the queue's name as routing key, mandatory, "
        + "with publisher confirms. Sent again with the same bytes until it is confirmed.";

    // The state publishes through the one exchange it may write to; the address is the routing key, and also the queue's name.
    const string Published = $"""
                is: routingKey
                exchange:
                  name: {LinkQueues.ToHubExchange}
                  type: direct
                  durable: true
                  autoDelete: false
        """;

    static string Consumed(string queue) => $"""
                is: queue
                queue:
                  name: {queue}
                  durable: true
                  exclusive: false
                  autoDelete: false
        """;

    static string Operation(string queue, string action, string words) => $"""
          {action}{(queue.EndsWith(".urgent", StringComparison.Ordinal) ? "Urgent" : "")}:
            action: {action}
            channel:
              $ref: '#/channels/{queue}'
            description: {Quoted(words)}
            bindings:
              amqp:
                {(action == "send" ? "mandatory" : "ack")}: true
                deliveryMode: 2
                bindingVersion: 0.3.0

        """;

    static string Message(string name, string words, string signed, string? typ, ActType? act)
    {
        var content = act is not null ? Reference("x-open-part", name) : signed == "notice.json" ? Reference("x-body", name) : "";
        if (act?.Private is { } part)
            content += $"{Reference("x-private-part", part.Name)}\n      x-private-part-required: {(act.PrivateRequired ? "true" : "false")}";
        return $"""
                {name}:
                  name: {name}
                  title: {Quoted(words.Split(". ")[0].TrimEnd('.'))}
                  description: {Quoted(words)}
                  traits:
                    - $ref: '#/components/messageTraits/{(signed == "notice.json" ? "fromHub" : "toHub")}'
                  payload:
                    $ref: schemas/v1/{(typ is null ? signed : $"signed-document.json\n      x-signed-as: {typ}\n      x-signed-content:\n        $ref: schemas/v1/{signed}")}{content}

            """;
    }

    static string Reference(string member, string schema) => $"\n      {member}:\n        $ref: schemas/v1/{schema}.json";

    static string Quoted(string text) => $"'{text.Replace("'", "''")}'";
}
