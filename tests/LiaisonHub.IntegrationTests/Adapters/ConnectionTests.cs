using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Exchange;
using LiaisonHub.IntegrationTests.Processes;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests;
using LiaisonHub.Tests.Coordinator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.IntegrationTests.Adapters;

/// <summary>The staged test of a state's way to the hub against a real broker and a real hub: every fault has a verdict of its own, at its own stage, and what comes after it is not tried.</summary>
[Long(70)]
public sealed class ConnectionTests(RabbitServer rabbit) : IAsyncLifetime
{
    TestLinks links = null!;
    HubUnderTest hub = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], Cancelled);
        hub = new HubUnderTest(null, links.Hub, state => new RabbitAdapterLink(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance));
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task All_is_well_from_the_name_to_the_round_trip_and_the_hub_knows_of_it()
    {
        await hub.Up(Cancelled);

        var results = await Test(links.Of("XA"));

        Assert.Equal([ProbeVerdict.Good, ProbeVerdict.Good, ProbeVerdict.NotUsed, ProbeVerdict.Good, ProbeVerdict.Good, ProbeVerdict.Good], results.Select(r => r.Verdict));
        Assert.All(results, r => Assert.NotNull(r.Took));
        Assert.Contains($"contracts {LiaisonHub.Contracts.V1.Wire.Version}", results[5].Found, StringComparison.Ordinal);
        // The hub has noted it before it answered, or notes it in the next instant.
        var standing = await Until.Found(async () => (await Adapters.All(Cancelled)).FirstOrDefault(a => a is { State: "XA", TestedCore: true }), TimeSpan.FromSeconds(60), () => "The hub did not note the test.", Cancelled);
        Assert.Null(standing.TestProblem);
        Assert.Contains(hub.SigningKeyOf("XA").KeyId, (await Keys()).Keys);
    }

    [Fact]
    public async Task Over_TLS_the_certificate_is_named_and_what_follows_goes_over_TLS_too()
    {
        await hub.Up(Cancelled);

        var results = await Test(Tls());

        Assert.Equal([ProbeVerdict.Good, ProbeVerdict.Good, ProbeVerdict.Good, ProbeVerdict.Good, ProbeVerdict.Good, ProbeVerdict.Good], results.Select(r => r.Verdict));
        Assert.Contains("certificate of localhost, valid until", results[2].Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_without_an_address_fails_at_the_name()
    {
        var options = links.Of("XA");
        options.Host = "broker.invalid";

        await Fails(options, ProbeStage.Name, "has no address", unreachable: true);
    }

    [Fact]
    public async Task A_closed_port_fails_at_TCP()
    {
        var options = links.Of("XA");
        options.Port = ServerProcess.FreePorts(1)[0];

        await Fails(options, ProbeStage.Tcp, "is closed", unreachable: true);
    }

    [Fact]
    public async Task Another_name_in_the_certificate_another_authority_and_a_port_without_TLS_are_told_apart()
    {
        var otherName = Tls();
        otherName.Host = "127.0.0.1";
        var otherAuthority = Tls();
        using var stranger = new TestAuthority();
        stranger.Save(otherAuthority.CertificateAuthorityFile = Path.GetTempFileName());
        var machineStore = Tls();
        machineStore.CertificateAuthorityFile = null;
        var plain = Tls();
        plain.Port = links.Of("XA").Port;

        await Fails(otherName, ProbeStage.Tls, "is for localhost, not for 127.0.0.1");
        await Fails(otherAuthority, ProbeStage.Tls, "signed by Authority of a test, which this machine does not trust");
        await Fails(machineStore, ProbeStage.Tls, "which this machine does not trust (");
        await Fails(plain, ProbeStage.Tls, "does not speak TLS");
        File.Delete(otherAuthority.CertificateAuthorityFile);
    }

    [Fact]
    public async Task A_certificate_that_has_ended_fails_and_one_that_ends_soon_is_a_warning()
    {
        using var authority = new TestAuthority();
        var folder = Directory.CreateTempSubdirectory("certificates-").FullName;
        authority.Save(Path.Combine(folder, "authority.pem"));
        var now = TimeProvider.System.GetUtcNow();
        var options = links.Of("XA");
        (options.Host, options.Tls, options.CertificateAuthorityFile) = ("localhost", true, Path.Combine(folder, "authority.pem"));

        using (var ended = new TlsListener(authority.Issue(["localhost"], now.AddDays(-2))))
        {
            options.Port = ended.Port;
            await Fails(options, ProbeStage.Tls, "certificate ended on");
        }
        using (var ending = new TlsListener(authority.Issue(["localhost"], now.AddDays(5))))
        {
            options.Port = ending.Port;
            var results = await Test(options);
            Assert.Equal((ProbeVerdict.Warning, true), (results[2].Verdict, results[2].Remedy!.Contains("within 7 days", StringComparison.Ordinal)));
            // That listener speaks TLS and no AMQP.
            Assert.Equal(ProbeVerdict.Failed, results[3].Verdict);
        }
        Directory.Delete(folder, true);
    }

    [Fact]
    public async Task A_wrong_password_a_virtual_host_that_is_not_there_and_one_of_another_state_are_told_apart()
    {
        var password = links.Of("XA");
        password.Password = "wrong";
        var prefix = links.Of("XA");
        prefix.Prefix += "x-";

        await Fails(password, ProbeStage.Login, "or the password is another");
        await Fails(prefix, ProbeStage.Login, "has no virtual host");
        await Fails(links.Of("XA"), ProbeStage.Login, "may not enter virtual host", "XB");
    }

    [Fact]
    public async Task A_right_too_few_and_a_right_too_many_are_said()
    {
        var user = links.Plan.Of("XA");
        await Rights(user, "^$", "^nothing$", "^from-hub(\\\\.urgent|\\\\.answers)?$");
        await Fails(links.Of("XA"), ProbeStage.Login, "may not send to the hub");
        await Rights(user, "^$", "^to-hub$", "^from-hub$");
        await Fails(links.Of("XA"), ProbeStage.Login, "may not read queue from-hub.urgent");
        await Rights(user, ".*", "^to-hub$", ".*");
        await Fails(links.Of("XA"), ProbeStage.Login, "it may declare exchanges, read queue dead");
    }

    [Fact]
    public async Task A_hub_that_does_not_run_fails_at_the_echo_and_the_question_harms_nobody_later()
    {
        await Fails(links.Of("XA"), ProbeStage.Echo, "no answer came within 2 s", unreachable: true, patience: TimeSpan.FromSeconds(2));

        await hub.Up(Cancelled);
        Assert.DoesNotContain(await Test(links.Of("XA")), r => r.Verdict == ProbeVerdict.Failed);
    }

    [Fact]
    public async Task A_key_the_hub_does_not_know_is_answered_as_such_and_nothing_stands_in_quarantine()
    {
        await hub.Up(Cancelled);
        using var unknown = PrivateKey.Generate("XA", KeyUse.Sign);
        var now = TimeProvider.System.GetUtcNow();
        var keys = new AdapterKeys("XA", [unknown], hub.Keys.With(unknown.Public(now.AddDays(-1), now.AddDays(30))), TimeProvider.System);

        await Fails(links.Of("XA"), ProbeStage.Echo, "is no signing key of the directory", keys: keys);

        Assert.Empty(await hub.Services.GetRequiredService<Quarantine>().Page(null, null, null, null, 10, Cancelled));
    }

    [Fact]
    public async Task A_clock_that_is_wrong_by_days_is_a_warning()
    {
        await hub.Up(Cancelled);
        var wrong = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(2).AddHours(1));

        var echo = (await Test(links.Of("XA"), time: wrong))[4];

        Assert.Equal(ProbeVerdict.Warning, echo.Verdict);
        Assert.StartsWith("This machine's clock is 2.", echo.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_that_wait_for_the_adapter_still_wait_after_the_test()
    {
        await hub.Begin(Cancelled);
        await hub.XB.Leave();
        await hub.XA.Send(hub.XB, Guid.NewGuid(), Sample.Submitted(), Cancelled, Sample.Particulars());

        Assert.DoesNotContain(await Test(links.Of("XB"), state: "XB"), r => r.Verdict == ProbeVerdict.Failed);

        await hub.Listen(hub.XB, Cancelled);
        await hub.XB.Told(n => n.Type == nameof(LiaisonHub.Contracts.V1.ActDelivered) ? n : null, Cancelled);
        // What was sealed to it is a use of its key.
        Assert.Contains(hub.SealingKeyOf("XB").KeyId, (await Keys()).Keys);
    }

    [Fact]
    public async Task From_the_hub_s_side_each_fault_has_its_stage_too_and_the_answer_comes_back_over_the_broker()
    {
        await hub.Up(Cancelled);
        // The hub's own end of the link is read within a moment of its start.
        await Until.True(async () => await Look("XA") is { } look && look.Where(q => q.Name.StartsWith("to-hub", StringComparison.Ordinal)).All(q => q.Readers > 0), TimeSpan.FromSeconds(90), () => "The hub does not read its end of the link.", Cancelled);

        var unread = await LinkTesterTests.Test(hub, "XA");
        Assert.Equal([ProbeVerdict.Good, ProbeVerdict.Good, ProbeVerdict.NotUsed, ProbeVerdict.Good, ProbeVerdict.Failed, ProbeVerdict.NotTried, ProbeVerdict.NotTried], unread.Select(r => r.Verdict));
        Assert.Contains("No program reads from-hub", unread[4].Found, StringComparison.Ordinal);
        Assert.Contains("liaisonhub adapter test --state XA", unread[4].Remedy, StringComparison.Ordinal);

        await hub.Listen(hub.XA, Cancelled);
        await Until.True(async () => await Look("XA") is { } look && look.Where(q => q.Name != LinkQueues.Dead).All(q => q.Readers > 0), TimeSpan.FromSeconds(90), () => "XA does not read its end of the link.", Cancelled);
        hub.XA.OnTest = (hub.XA.SigningKey, asked => LinkTesterTests.Report(hub, asked));
        var good = await LinkTesterTests.Test(hub, "XA");
        Assert.All(good, r => Assert.True(r.Verdict is ProbeVerdict.Good or ProbeVerdict.NotUsed, $"{r.Stage}: {r.Found} {r.Remedy}"));
        Assert.Equal(7, good.Count);

        using var shut = await rabbit.Management.DeleteAsync($"api/permissions/{links.Plan.Of("XA")}/{links.Hub.User}", Cancelled);
        shut.EnsureSuccessStatusCode();
        var missing = (await LinkTesterTests.Test(hub, "XA")).Single(r => r.Verdict == ProbeVerdict.Failed);
        Assert.Equal((ProbeStage.Login, true), (missing.Stage, missing.Found.Contains("may not enter virtual host", StringComparison.Ordinal)));
        Assert.Equal("Run 'liaisonhub broker provision' again.", missing.Remedy);

        async Task<IReadOnlyList<QueueLook>?> Look(string state) => (await hub.Services.GetRequiredService<IHubLink>().Look(state, Cancelled))?.Queues;
    }

    [Fact]
    public async Task The_command_prints_every_stage_for_programs_and_ends_with_a_code_that_says_whose_turn_it_is()
    {
        await hub.Up(Cancelled);
        var keys = Directory.CreateTempSubdirectory("keys-").FullName;
        hub.SigningKeyOf("XA").Save(Path.Combine(keys, "sign.json"));
        hub.SealingKeyOf("XA").Save(Path.Combine(keys, "seal.json"));

        var (code, said) = await Command(links.Of("XA"), keys);
        var stages = JsonDocument.Parse(said).RootElement.GetProperty("stages").EnumerateArray().Select(s => (s.GetProperty("stage").GetString(), s.GetProperty("verdict").GetString())).ToArray();
        Assert.Equal([("Name", "Good"), ("Tcp", "Good"), ("Tls", "NotUsed"), ("Login", "Good"), ("Echo", "Good"), ("RoundTrip", "Good")], stages);
        Assert.Equal(0, code);

        var closed = links.Of("XA");
        closed.Port = ServerProcess.FreePorts(1)[0];
        Assert.Equal(3, (await Command(closed, keys)).Code);
        var wrong = links.Of("XA");
        wrong.Password = "wrong";
        Assert.Equal(1, (await Command(wrong, keys)).Code);
        wrong.Password = null;
        Assert.Equal(2, (await Command(wrong, keys)).Code);
        Directory.Delete(keys, true);
    }

    Task<IReadOnlyDictionary<string, DateTimeOffset>> Keys() => hub.Services.GetRequiredService<KeysSeen>().All(Cancelled);

    AdapterRegister Adapters => hub.Services.GetRequiredService<AdapterRegister>();

    BrokerOptions Tls()
    {
        if (rabbit.Tls is not { } tls)
        {
            Assert.Skip("The broker was not started by the test and has no port for TLS that the test knows.");
            throw new InvalidOperationException();
        }
        var options = links.Of("XA");
        (options.Host, options.Port, options.Tls, options.CertificateAuthorityFile) = ("localhost", tls.Port, true, tls.Authority);
        return options;
    }

    async Task<IReadOnlyList<ProbeResult>> Test(BrokerOptions options, string state = "XA", AdapterKeys? keys = null, TimeSpan? patience = null, TimeProvider? time = null)
    {
        await using var test = new ConnectionTest(options, state, () => keys ?? new AdapterKeys(state, [hub.SigningKeyOf(state)], hub.Keys, TimeProvider.System), patience ?? TimeSpan.FromSeconds(60), time ?? TimeProvider.System);
        return await test.Run(Cancelled);
    }

    async Task Fails(BrokerOptions options, ProbeStage at, string words, string state = "XA", bool unreachable = false, TimeSpan? patience = null, AdapterKeys? keys = null)
    {
        var results = await Test(options, state, keys, patience);
        var failed = results.Single(r => r.Verdict == ProbeVerdict.Failed);
        Assert.Equal((at, unreachable), (failed.Stage, failed.Unreachable));
        Assert.Contains(words, failed.Found, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(failed.Remedy));
        Assert.All(results.Where(r => r.Stage > at), r => Assert.Equal(ProbeVerdict.NotTried, r.Verdict));
        Assert.All(results, r => Assert.DoesNotContain(options.Password!, r.Found + r.Remedy, StringComparison.Ordinal));
    }

    async Task Rights(string user, string configure, string write, string read)
    {
        using var given = await rabbit.Management.PutAsync($"api/permissions/{user}/{user}",
            new StringContent($$"""{"configure":"{{configure}}","write":"{{write}}","read":"{{read}}"}""", System.Text.Encoding.UTF8, "application/json"), Cancelled);
        given.EnsureSuccessStatusCode();
    }

    Task<(int Code, string Said)> Command(BrokerOptions options, string keys)
    {
        var environment = new Dictionary<string, string>
        {
            ["Adapter__Broker__Host"] = options.Host,
            ["Adapter__Broker__Port"] = FormattableString.Invariant($"{options.Port}"),
            ["Adapter__Broker__Prefix"] = options.Prefix,
            ["Adapter__Broker__User"] = options.User,
            ["Adapter__PublicKeys"] = hub.Settings["Hub__PublicKeys"],
            ["Adapter__PrivateKeys"] = keys,
        };
        if (options.Password is { } password)
            environment["Adapter__Broker__Password"] = password;
        return ServerProcess.Run(TimeSpan.FromSeconds(90), ["dotnet", ProgramProcess.Built("liaisonhub"), "adapter", "test", "--state", "XA", "--wait", "60", "--json"], Cancelled, environment);
    }

    /// <summary>Something that speaks TLS with a certificate of one's choice, and nothing inside it.</summary>
    sealed class TlsListener : IDisposable
    {
        readonly TcpListener listener = new(IPAddress.Loopback, 0);
        readonly Task serving;

        public TlsListener(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
        {
            listener.Start();
            serving = Serve(certificate);
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        async Task Serve(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(Cancelled);
                    await using var stream = new SslStream(client.GetStream());
                    try
                    {
                        await stream.AuthenticateAsServerAsync(certificate);
                    }
                    catch (Exception e) when (e is AuthenticationException or IOException)
                    {
                        // A client that goes away: what it came for.
                    }
                }
            }
            // Stopped while it waited for the next client, or before it began to.
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                certificate.Dispose();
            }
        }

        public void Dispose()
        {
            listener.Stop();
            listener.Dispose();
            serving.GetAwaiter().GetResult();
        }
    }
}
