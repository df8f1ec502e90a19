using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using LiaisonHub.Tests.Adapters;
using LiaisonHub.Tests.Coordinator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SftpServer = LiaisonHub.IntegrationTests.Servers.SftpServer;

namespace LiaisonHub.IntegrationTests.Adapters;

/// <summary>
/// The same requests as between the offices in one process, over a real broker and with the channels the states use: XA's folder, XB's platform by HTTP, XC's server by SFTP, XD's tables, XE's mailbox by
/// IMAP and its courts' folder, XF's connector by SOAP. Each state asks once and is asked once.
/// </summary>
public sealed class DirectionsOverRabbitTests(DirectionsOverRabbitTests.Region region) : IClassFixture<DirectionsOverRabbitTests.Region>
{
    [Theory]
    [InlineData("XA", "XB")]
    [InlineData("XB", "XC")]
    [InlineData("XC", "XD")]
    [InlineData("XD", "XE")]
    [InlineData("XE", "XF")]
    [InlineData("XF", "XA")]
    public Task A_request_goes_over_the_broker_from_one_channel_to_the_other_and_its_answers_come_back_until_it_is_closed(string from, string to) => region.Carry(from, to);

    /// <summary>The hub over the broker, and the servers of the local systems.</summary>
    public sealed class Region(RabbitServer rabbit, SftpServer sftp, MailServer mail) : RegionAtWork
    {
        private protected override async Task<HubUnderTest> Hub()
        {
            await sftp.Start(Cancelled);
            await mail.Start(Cancelled);
            var links = await rabbit.NewLinks(["XA", "XB", "XC", "XD", "XE", "XF", "XZ"], Cancelled);
            return new(null, links.Hub, state => new RabbitAdapterLink(links.Of(state), state, NullLogger<RabbitAdapterLink>.Instance));
        }

        private protected override async Task<IReadOnlyList<Office>> Open(RegionUnderTest region, Func<string, AdapterUnderTest> adapter)
        {
            var xd = new RegistryOfXD(adapter("XD"), region);
            await xd.Begin();
            return
            [
                new CourtOfXA(adapter("XA")),
                new PlatformByHttp(adapter("XB"), region, await CasePlatform.Start(Cancelled)),
                new ListsBySftp(adapter("XC"), region, sftp, await sftp.NewFolder(Cancelled), await sftp.NewFolder(Cancelled)),
                xd,
                new CourtByMail(adapter("XE"), region, mail),
                new ConnectorOfXF(adapter("XF"), region, await ConnectorUnderTest.Start(Cancelled)),
            ];
        }
    }

    /// <summary>XB's platform: it lists what is new until it is told that it is safe, and keeps what it is given.</summary>
    sealed class CasePlatform : IAsyncDisposable
    {
        readonly WebApplication system;

        CasePlatform(WebApplication system) => this.system = system;

        internal ConcurrentDictionary<string, string> New { get; } = [];

        internal ConcurrentDictionary<string, byte[]> Given { get; } = [];

        internal string Address { get; private set; } = "";

        internal static async Task<CasePlatform> Start(CancellationToken cancellationToken)
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
            var made = new CasePlatform(builder.Build());
            made.system.MapGet("/cases", () => Results.Json(new { cases = made.New.Keys.Select(id => new { id }) }));
            made.system.MapGet("/cases/{id}", (string id) => made.New.TryGetValue(id, out var text) ? Results.Text(text) : Results.NotFound());
            made.system.MapPost("/cases/{id}/taken", (string id) => made.New.TryRemove(id, out _) ? Results.NoContent() : Results.NotFound());
            made.system.MapPut("/messages/{name}", async (string name, HttpRequest request) =>
            {
                using var body = new MemoryStream();
                await request.Body.CopyToAsync(body);
                return made.Given.TryAdd(name, body.ToArray()) ? Results.NoContent() : Results.Conflict();
            });
            await made.system.StartAsync(cancellationToken);
            made.Address = made.system.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return made;
        }

        public ValueTask DisposeAsync() => system.DisposeAsync();
    }

    sealed class PlatformByHttp : PlatformOfXB
    {
        readonly CasePlatform platform;
        readonly Database own;
        readonly HttpCollector collector;
        HttpSystem? system;

        internal PlatformByHttp(AdapterUnderTest adapter, RegionUnderTest region, CasePlatform platform)
            : base(adapter)
        {
            this.platform = platform;
            adapter.Options.Http = new()
            {
                Poll = new() { Url = $"{platform.Address}/cases", Items = "cases[*]", Item = $"{platform.Address}/cases/{{id}}", Acknowledge = $"{platform.Address}/cases/{{id}}/taken" },
                Push = new() { Url = $"{platform.Address}/messages/{{name}}", Method = "PUT" },
            };
            own = Database.Open(adapter.Options.Database, region.Time);
            collector = new(adapter.Options, new(adapter.Options.Inbox!), new(own), region.Time);
            adapter.System = () => system = new HttpSystem(adapter.Options);
        }

        protected override async Task Bring(string name, string text)
        {
            platform.New[name] = text;
            Assert.Equal(1, await collector.Collect(Cancelled));
            Assert.Empty(platform.New);
        }

        internal override IEnumerable<(string Name, byte[] Bytes)> Given() => platform.Given.Select(g => (g.Key, g.Value));

        public override async ValueTask DisposeAsync()
        {
            collector.Dispose();
            system?.Dispose();
            await own.DisposeAsync();
            await base.DisposeAsync();
            await platform.DisposeAsync();
        }
    }

    sealed class ListsBySftp : ListsOfXC
    {
        readonly Database own;
        readonly SftpCollector collector;
        readonly string theirs, ours;

        internal ListsBySftp(AdapterUnderTest adapter, RegionUnderTest region, SftpServer server, string theirs, string ours)
            : base(adapter)
        {
            (this.theirs, this.ours) = (theirs, ours);
            adapter.Options.Sftp = new()
            {
                Host = "127.0.0.1",
                Port = server.Port,
                HostKeys = [server.HostKey],
                User = server.User,
                PrivateKey = server.Key,
                In = new() { Folder = theirs },
                Out = new() { Folder = ours },
            };
            own = Database.Open(adapter.Options.Database, region.Time);
            collector = new(adapter.Options, new(adapter.Options.Inbox!), new(own), region.Time);
            adapter.System = () => new SftpSystem(adapter.Options);
        }

        protected override async Task Bring(string name, string text)
        {
            await SftpServer.Write(Path.Combine(theirs, name), text, Cancelled);
            await SftpServer.Write(Path.Combine(theirs, name + ".done"), "", Cancelled);
            Assert.Equal(1, await collector.Collect(Cancelled));
        }

        internal override IEnumerable<(string Name, byte[] Bytes)> Given() =>
            Directory.EnumerateFiles(ours).Where(f => !f.EndsWith(".tmp", StringComparison.Ordinal)).Select(f => (Path.GetFileName(f), File.ReadAllBytes(f)));

        public override async ValueTask DisposeAsync()
        {
            await own.DisposeAsync();
            await base.DisposeAsync();
        }
    }

    sealed class CourtByMail : CourtOfXE
    {
        readonly string mailbox = string.Create(CultureInfo.InvariantCulture, $"liaison-{Guid.NewGuid():N}");
        readonly MailServer server;
        readonly Database own;
        readonly MailboxCollector collector;

        internal CourtByMail(AdapterUnderTest adapter, RegionUnderTest region, MailServer server)
            : base(adapter, region)
        {
            this.server = server;
            adapter.Options.Mailbox!.Imap = new() { Host = "localhost", Port = server.Imap.Implicit, User = mailbox, Password = server.Password, Authorities = server.Authority };
            own = Database.Open(adapter.Options.Database, region.Time);
            collector = new(adapter.Options, new(adapter.Options.Inbox!, new(adapter.Options.Inbox!), region.Time), new CollectedStore(own), region.Time);
        }

        protected override async Task Bring(string name, string text)
        {
            await server.Deliver(mailbox, text, Cancelled);
            Assert.Equal(1, await collector.Collect(Cancelled));
        }

        public override async ValueTask DisposeAsync()
        {
            await own.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
