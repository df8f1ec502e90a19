using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Links;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace LiaisonHub.IntegrationTests.Broker;

/// <summary>What provisioning makes, that it may run again, and what it says when it cannot.</summary>
public sealed class ProvisioningTests(RabbitServer rabbit)
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_run_changes_nothing()
    {
        var (plan, provisioning) = await Fresh("XA", "XB");
        using (provisioning)
        {
            var first = await provisioning.Provision(plan, Cancelled);
            var second = await provisioning.Provision(plan with { Passwords = first.Passwords }, Cancelled);

            Assert.Empty(first.Problems);
            Assert.True(first.Changed);
            Assert.Equal([plan.HubUser, plan.Of("XA"), plan.Of("XB")], first.Passwords.Keys.Order());
            Assert.Empty(second.Problems);
            Assert.Empty(second.Steps.Where(s => s.Outcome != ProvisioningOutcome.Left).Select(s => s.Thing));
            Assert.Equal(first.Passwords, second.Passwords);
        }
    }

    [Fact]
    public async Task A_second_run_without_the_passwords_leaves_them_as_they_are()
    {
        var (plan, provisioning) = await Fresh("XA");
        using (provisioning)
        {
            var first = await provisioning.Provision(plan, Cancelled);
            var second = await provisioning.Provision(plan, Cancelled);

            Assert.False(second.Changed);
            Assert.Empty(second.Passwords);
            await using var stillIn = await rabbit.Connect(plan.Of("XA"), Cancelled, plan.Of("XA"), first.Passwords[plan.Of("XA")]);
            Assert.True(stillIn.IsOpen);
        }
    }

    [Fact]
    public async Task A_renewed_password_replaces_the_old_one_and_no_other()
    {
        var (plan, provisioning) = await Fresh("XA", "XB");
        using (provisioning)
        {
            var first = await provisioning.Provision(plan, Cancelled);
            var second = await provisioning.Provision(plan with { Passwords = first.Passwords, Renew = [plan.Of("XA")] }, Cancelled);

            Assert.NotEqual(first.Passwords[plan.Of("XA")], second.Passwords[plan.Of("XA")]);
            Assert.Equal(first.Passwords[plan.Of("XB")], second.Passwords[plan.Of("XB")]);
            await Assert.ThrowsAsync<BrokerUnreachableException>(() => rabbit.Connect(plan.Of("XA"), Cancelled, plan.Of("XA"), first.Passwords[plan.Of("XA")]));
            await using var renewed = await rabbit.Connect(plan.Of("XA"), Cancelled, plan.Of("XA"), second.Passwords[plan.Of("XA")]);
            Assert.True(renewed.IsOpen);
        }
    }

    [Fact]
    public async Task What_somebody_changed_by_hand_is_put_right_and_named()
    {
        var (plan, provisioning) = await Fresh("XA", "XB");
        using (provisioning)
        {
            var first = await provisioning.Provision(plan, Cancelled);
            var (xa, xb) = (plan.Of("XA"), plan.Of("XB"));
            await Put($"api/permissions/{xa}/{xa}", """{"configure":".*","write":".*","read":".*"}""");
            await Put($"api/permissions/{xb}/{xa}", """{"configure":"","write":"","read":".*"}""");
            await Put($"api/vhost-limits/{xa}/max-queues", """{"value":500}""");
            await Put($"api/users/{xa}", $$"""{"password":"{{first.Passwords[xa]}}","tags":"administrator"}""");
            Assert.Equal(2, (await provisioning.Check(plan, Cancelled)).Count); // The state's rights are not exactly its own; it has some on another's host.

            var second = await provisioning.Provision(plan with { Passwords = first.Passwords }, Cancelled);

            Assert.Empty(second.Problems);
            Assert.Equal(
                [$"limit max-queues 6 of virtual host {xa}", $"rights of user {xa} on {xa}", $"rights of user {xa} on {xb}", $"user {xa}"],
                second.Steps.Where(s => s.Outcome is ProvisioningOutcome.Changed or ProvisioningOutcome.Removed).Select(s => s.Thing).Order());
        }
    }

    [Fact]
    public async Task A_queue_of_the_wrong_kind_is_named_with_its_remedy_and_left_alone()
    {
        var (plan, provisioning) = await Fresh("XA");
        using (provisioning)
        {
            var first = await provisioning.Provision(plan, Cancelled);
            var host = plan.Of("XA");
            await Put($"api/permissions/{host}/{rabbit.Administrator.User}", """{"configure":".*","write":".*","read":".*"}""");
            using (await rabbit.Management.DeleteAsync($"api/queues/{host}/to-hub", Cancelled))
                await Put($"api/queues/{host}/to-hub", """{"durable":true,"arguments":{"x-queue-type":"classic"}}""");
            await Put($"api/policies/{host}/theirs", """{"pattern":"^from","apply-to":"all","priority":10,"definition":{"max-length":1}}""");

            var second = await provisioning.Provision(plan with { Passwords = first.Passwords }, Cancelled);

            Assert.Contains(second.Problems, p => p.StartsWith($"Policy 'theirs' of virtual host '{host}' takes the place of ours on queue 'from-hub'", StringComparison.Ordinal));
            Assert.Contains(second.Problems, p => p.StartsWith($"Queue 'to-hub' of virtual host '{host}' is a classic queue, which cannot be changed.", StringComparison.Ordinal));
            Assert.Contains(new ProvisioningStep(ProvisioningOutcome.Removed, $"rights of user {rabbit.Administrator.User} on {host}"), second.Steps);
        }
    }

    [Fact]
    public async Task Every_queue_is_a_quorum_queue_that_loses_nothing_when_full_or_when_its_consumers_die()
    {
        var links = await rabbit.NewLinks(["XA"], Cancelled);

        // The node publishes its figures once a second.
        var queues = await Eventually(async () => (await Get($"api/queues/{links.Plan.Of("XA")}")).AsArray() is var all && all.All(q => q!["effective_policy_definition"] != null) ? all : null);

        Assert.Equal(["dead", "from-hub", "from-hub.answers", "from-hub.urgent", "to-hub", "to-hub.urgent"], queues.Select(q => q!["name"]!.GetValue<string>()).Order());
        Assert.All(queues, q => Assert.Equal(q!["name"]!.GetValue<string>() == LinkQueues.Answers ? "classic" : "quorum", q["type"]!.GetValue<string>()));
        foreach (var queue in queues.Where(q => q!["name"]!.GetValue<string>() is not ("dead" or LinkQueues.Answers)))
        {
            var policy = queue!["effective_policy_definition"]!;
            Assert.Equal("reject-publish", policy["overflow"]!.GetValue<string>());
            Assert.Equal("at-least-once", policy["dead-letter-strategy"]!.GetValue<string>());
            Assert.Equal("dead", policy["dead-letter-routing-key"]!.GetValue<string>());
            Assert.Equal(1_000_000, policy["delivery-limit"]!.GetValue<int>());
            Assert.Equal(1L << 30, policy["max-length-bytes"]!.GetValue<long>());
        }
    }

    [Fact]
    public async Task A_message_the_consumer_rejects_for_good_stands_in_the_dead_queue()
    {
        var links = await rabbit.NewLinks(["XA"], Cancelled);
        var host = links.Plan.Of("XA");
        await using var hub = await links.Connect("hub", host, Cancelled);
        await using var channel = await hub.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
        await channel.BasicPublishAsync("", "from-hub", mandatory: true, Encoding.UTF8.GetBytes("poison"), Cancelled);
        await using var state = await links.Connect("XA", host, Cancelled);
        await using var reading = await state.CreateChannelAsync(cancellationToken: Cancelled);

        var taken = await Eventually(() => reading.BasicGetAsync("from-hub", autoAck: false, Cancelled));
        await reading.BasicRejectAsync(taken.DeliveryTag, requeue: false, Cancelled);

        var dead = await Eventually(() => channel.BasicGetAsync("dead", autoAck: true, Cancelled));
        Assert.Equal("poison", Encoding.UTF8.GetString(dead.Body.Span));
    }

    [Fact]
    public async Task The_links_of_hub_and_adapter_work_on_what_was_provisioned()
    {
        var links = await rabbit.NewLinks(["XA"], Cancelled);
        await using var adapter = new RabbitAdapterLink(links.Of("XA"), "XA", NullLogger<RabbitAdapterLink>.Instance);
        await using var hub = new RabbitHubLink(links.Hub, NullLogger<RabbitHubLink>.Instance);
        Post[] posts = [.. Enum.GetValues<Lane>().Select(lane => new Post { State = "XA", Lane = lane, Id = Guid.NewGuid(), Body = Encoding.UTF8.GetBytes($"{lane}") })];

        Assert.Equal(posts.Select(p => p.Id).ToHashSet(), await adapter.Send(posts, Cancelled));
        Assert.Equal(posts.Select(p => p.Id).ToHashSet(), await hub.Send(posts, Cancelled));

        Assert.Equal(["Routine", "Urgent"], await Arrived((take, stop) => hub.Receive("XA", take, stop)));
        Assert.Equal(["Routine", "Urgent"], await Arrived(adapter.Receive));

        static async Task<IEnumerable<string>> Arrived(Func<Func<IReadOnlyList<Post>, CancellationToken, Task>, CancellationToken, Task> receive)
        {
            var arrived = new ConcurrentBag<string>();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            stop.CancelAfter(TimeSpan.FromSeconds(30));
            await receive(
                (batch, _) =>
                {
                    foreach (var post in batch)
                        arrived.Add(Encoding.UTF8.GetString(post.Body.Span));
                    return arrived.Count >= 2 ? stop.CancelAsync() : Task.CompletedTask;
                },
                stop.Token);
            return arrived.Order();
        }
    }

    [Fact]
    public async Task A_wrong_password_a_silent_address_and_the_AMQP_port_are_each_told_apart_with_a_remedy()
    {
        await rabbit.Start(Cancelled);
        var plan = new BrokerPlan { States = ["XA"] };

        Assert.Contains("does not let user 'nobody' in", await Refusal(rabbit.ManagementAddress, "nobody"), StringComparison.Ordinal);
        Assert.Contains("rabbitmq-plugins enable rabbitmq_management", await Refusal(new Uri($"http://127.0.0.1:{ServerProcess.FreePorts(1)[0]}"), "lh-admin"), StringComparison.Ordinal);
        Assert.Contains("not the AMQP port", await Refusal(new Uri($"http://{rabbit.Host}:{rabbit.Port}"), "lh-admin"), StringComparison.Ordinal);

        async Task<string> Refusal(Uri address, string user)
        {
            using var provisioning = new BrokerProvisioning(new BrokerAdministration { Address = address, User = user, Password = "a-secret-that-must-not-be-shown" });
            var refusal = await Assert.ThrowsAsync<BrokerAdministrationException>(() => provisioning.Provision(plan, Cancelled));
            Assert.DoesNotContain("a-secret-that-must-not-be-shown", refusal.ToString(), StringComparison.Ordinal);
            return refusal.Message;
        }
    }

    [Fact]
    public async Task A_user_who_is_no_administrator_is_told_so()
    {
        await rabbit.Start(Cancelled);
        var (plan, provisioning) = await Fresh("XA");
        provisioning.Dispose();
        var monitor = plan.Prefix + "monitor";
        await Put($"api/users/{monitor}", """{"password":"m","tags":"monitoring"}""");
        using var asMonitor = new BrokerProvisioning(new BrokerAdministration { Address = rabbit.ManagementAddress, User = monitor, Password = "m" });

        var refusal = await Assert.ThrowsAsync<BrokerAdministrationException>(() => asMonitor.Provision(plan, Cancelled));

        Assert.Contains($"rabbitmqctl set_user_tags {monitor} administrator", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_plan_is_said_at_once()
    {
        using var provisioning = new BrokerProvisioning(new BrokerAdministration { Address = new Uri("http://127.0.0.1:1"), User = "u", Password = "p" });
        var plan = new BrokerPlan { States = ["XA", "XA", "xb"], Prefix = "Test ", LargestQueue = 1, Renew = ["zz"] };

        var wrong = await Assert.ThrowsAsync<InvalidConfigurationException>(() => provisioning.Provision(plan, Cancelled));

        Assert.Equal(5, wrong.Problems.Count);
    }

    [Fact]
    public async Task Passwords_are_files_that_only_their_owner_reads_and_none_is_printed()
    {
        var (plan, provisioning) = await Fresh("XA");
        var folder = ServerProcess.NewFolder("passwords");
        using (provisioning)
        {
            try
            {
                var report = await provisioning.Provision(plan, Cancelled);
                BrokerPasswords.Save(Path.Combine(folder, "broker"), report.Passwords);

                Assert.Equal(report.Passwords, BrokerPasswords.Load(Path.Combine(folder, "broker")));
                Assert.All(Directory.EnumerateFiles(Path.Combine(folder, "broker")), f => Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(f) == (UnixFileMode.UserRead | UnixFileMode.UserWrite)));
                Assert.All(report.Passwords.Values, p => Assert.DoesNotContain(report.Steps, s => s.Thing.Contains(p, StringComparison.Ordinal)));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    [Fact]
    public async Task With_certificate_logins_no_user_has_a_password()
    {
        var (plan, provisioning) = await Fresh("XA");
        using (provisioning)
        {
            var report = await provisioning.Provision(plan with { CertificateLogins = true }, Cancelled);

            Assert.Empty(report.Problems);
            Assert.Empty(report.Passwords);
            Assert.Equal("", (await Get($"api/users/{plan.Of("XA")}"))["password_hash"]!.GetValue<string>());
            await Assert.ThrowsAsync<BrokerUnreachableException>(() => rabbit.Connect(plan.Of("XA"), Cancelled, plan.Of("XA"), ""));
        }
    }

    async Task<(BrokerPlan Plan, BrokerProvisioning Provisioning)> Fresh(params IReadOnlyList<string> states)
    {
        await rabbit.Start(Cancelled);
        return (new BrokerPlan { States = states, Prefix = $"p{Guid.NewGuid():n}"[..9] + "-" }, rabbit.Provisioning());
    }

    async Task Put(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await rabbit.Management.PutAsync(path, content, Cancelled);
        answer.EnsureSuccessStatusCode();
    }

    async Task<JsonNode> Get(string path) => JsonNode.Parse(await rabbit.Management.GetStringAsync(path, Cancelled))!;

    // What a quorum queue has confirmed can be fetched a moment later.
    static async Task<T> Eventually<T>(Func<Task<T?>> fetch)
        where T : class
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await fetch() is { } found)
                return found;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }
}
