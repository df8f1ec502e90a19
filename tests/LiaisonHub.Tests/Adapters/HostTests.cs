using System.Collections.Concurrent;
using System.Text.Json;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Adapter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Tests.Adapters;

/// <summary>The adapter as a program runs it.</summary>
public sealed class HostTests : IDisposable
{
    static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly string root = Directory.CreateTempSubdirectory("host-").FullName;
    readonly PrivateKey[] keys = [PrivateKey.Generate("XA", KeyUse.Sign), PrivateKey.Generate("XA", KeyUse.Seal), PrivateKey.Generate("XB", KeyUse.Sign),
        PrivateKey.Generate("XB", KeyUse.Seal), PrivateKey.Generate("HUB", KeyUse.Sign)];
    readonly Canary canary = new();

    public HostTests()
    {
        foreach (var folder in new[] { "inbox", "processed", "rejected", "outbox", "private", "public" })
            Directory.CreateDirectory(At(folder));
        new KeyDirectory(keys.Select(k => k.Public(From, To))).Save(At("public"));
        keys[0].Save(At("private", "sign.json"));
        keys[1].Save(At("private", "seal.json"));
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(root, true);
    }

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_adapter_takes_a_file_sends_the_act_reports_itself_and_takes_notices_and_no_log_line_names_anybody()
    {
        var exchange = new InProcessExchange();
        var arrived = new BlockingCollection<Post>();
        using var hub = new CancellationTokenSource();
        var listening = exchange.Receive("XA", (posts, _) => Take(arrived, posts), hub.Token);
        using var host = Build(exchange.Adapter("XA"), out _);
        await host.StartAsync(Cancelled);

        await File.WriteAllTextAsync(At("inbox", "a.tmp"), Countries.Sample("XA", "hearing-abroad.xml"), Cancelled);
        File.Move(At("inbox", "a.tmp"), At("inbox", "a.xml"));
        await File.WriteAllTextAsync(At("inbox", "Ilvane-Torrest.xml"), Countries.Sample("XA", "hearing-abroad.xml")
            .Replace("</DC:Session>", "", StringComparison.Ordinal), Cancelled);
        var act = NextAct(arrived);
        Assert.Equal(nameof(RequestSubmitted), act.Type);
        Assert.Contains(reports, r => r.State == "XA");

        var notice = new Notice
        {
            Type = nameof(ActAccepted),
            Header = new NoticeHeader { NoticeId = Guid.NewGuid(), RequestId = act.Header.RequestId, Receiver = "XA", Sequence = 1, At = act.Header.ClaimedAt },
            Body = JsonSerializer.SerializeToElement(
                new ActAccepted
                {
                    ActId = act.Header.ActId,
                    ReceivedAt = act.Header.ClaimedAt,
                    Standing = new Standing
                    {
                        State = "Submitted",
                        Since = act.Header.ClaimedAt,
                        YourSide = Side.Requesting,
                        OtherState = "XB",
                        Reference = "XA-2026-000001",
                        YouMay = [],
                        TheyMay = [],
                        Deadlines = []
                    },
                },
                Wire.Json),
        };
        var post = new Post
        {
            State = "XA",
            Lane = Lane.Routine,
            Id = notice.Header.NoticeId,
            Body = Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(notice, Wire.Json), DocumentTypes.Notice, keys[4]))
        };
        Assert.Contains(notice.Header.NoticeId, await exchange.Send([post], Cancelled));
        Assert.Equal("Accepted", (await host.Services.GetRequiredService<DeskReads>().Act(act.Header.ActId, Cancelled))!.Outcome);

        await host.StopAsync(Cancelled);
        await hub.CancelAsync();
        await listening;
        Assert.NotEmpty(canary.Lines);
        foreach (var personal in new[] { "TORREST", "Ilvane", "Harbour", "1984-07-19", "41QX", "Lantern" })
            Assert.DoesNotContain(canary.Lines, l => l.Contains(personal, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Health_says_what_does_not_work()
    {
        var link = new LinkUnderTest { Trouble = "The broker refuses the password." };
        using var host = Build(link, out _);
        await host.StartAsync(Cancelled);

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancelled);

        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Contains("refuses the password", report.Entries["adapter"].Description, StringComparison.Ordinal);
        await host.StopAsync(Cancelled);
    }

    [Fact]
    public async Task A_key_that_ends_soon_is_said_once_in_the_log_and_by_the_health_as_long_as_it_is_so()
    {
        var now = TimeProvider.System.GetUtcNow();
        new KeyDirectory(keys.Select((k, i) => k.Public(From, i == 0 ? now.AddDays(6) : To))).Save(At("public"));
        var link = new LinkUnderTest();
        using var host = Build(link, out _);
        await host.StartAsync(Cancelled);

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancelled);

        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Contains($"The key {keys[0].KeyId[..8]} of XA that signs ends", report.Entries["adapter"].Description, StringComparison.Ordinal);
        // It is said by a round of the adapter's own, which may come later than the health is asked for.
        for (var look = 0; look < 3000 && !canary.Lines.Any(Said); look++)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        await host.StopAsync(Cancelled);
        Assert.Single(canary.Lines, l => Said(l));

        static bool Said(string line) => line.StartsWith("The key", StringComparison.Ordinal) && line.Contains("within 7 days", StringComparison.Ordinal);
    }

    [Fact]
    public void The_profile_of_the_country_gives_what_is_the_same_everywhere_and_configuration_overrides_it()
    {
        using var host = Build(new LinkUnderTest(), out var options, ("Adapter:ReportEvery", "00:00:30"));

        Assert.Equal(("XA", "XA-CA", TimeSpan.FromSeconds(30)), (options.State, options.Authority, options.ReportEvery));
    }

    [Fact]
    public void Everything_wrong_with_the_configuration_is_said_at_once_with_key_and_fix()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Adapter:Authority"] = " ",
            ["Adapter:Database"] = "mysql:x",
            ["Adapter:PublicKeys"] = At("nowhere"),
            ["Adapter:PrivateKeys"] = At("nowhere"),
            ["Adapter:Inbox:Folder"] = At("inbox"),
            ["Adapter:Inbox:Processed"] = At("inbox"),
            ["Adapter:Inbox:Poll"] = "00:00:00",
            ["Adapter:Inbox:LargestFile"] = "12",
            ["Adapter:Outbox:Folder"] = At("nowhere"),
            ["Adapter:ReportEvery"] = "2.00:00:00",
            ["Adapter:Broker:Port"] = "0",
        });

        var problems = Assert.Throws<InvalidConfigurationException>(() => builder.AddCountryAdapter(Countries.CountryOf("XA"))).Problems;

        foreach (var key in new[] { "Authority", "Database", "PublicKeys", "PrivateKeys", "Inbox:Rejected", "Inbox:Poll", "Inbox:LargestFile", "Inbox: '",
            "Outbox:Folder", "ReportEvery", "Broker:Port" })
            Assert.Contains(problems, p => p.StartsWith($"Adapter:{key}", StringComparison.Ordinal));
        Assert.All(problems, p => Assert.True(p.Length > 40, p));
    }

    [Fact]
    public void A_private_key_others_may_read_and_a_key_that_is_not_published_are_named()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(At("private", "sign.json"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        File.Delete(At("private", "seal.json"));
        PrivateKey.Generate("XB", KeyUse.Sign).Save(At("private", "foreign.json"));

        var problems = Assert.Throws<InvalidConfigurationException>(() => Build(new LinkUnderTest(), out _).Dispose()).Problems;

        Assert.Contains(problems, p => p.Contains("sealing key", StringComparison.Ordinal) && p.Contains("is not here", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("belongs to XB", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
            Assert.Contains(problems, p => p.Contains("chmod 600", StringComparison.Ordinal));
    }

    [Fact]
    public void Which_private_key_is_missing_is_known_before_anything_is_signed()
    {
        var options = new AdapterOptions { State = "XA", PublicKeys = At("public"), PrivateKeys = At("private") };
        Assert.Null(AdapterKeys.Missing(options, TimeProvider.System));
        File.WriteAllText(At("private", "seal.json"), "{}");
        Assert.Equal(keys[1].KeyId, AdapterKeys.Missing(options, TimeProvider.System)?.KeyId);
        File.Delete(At("private", "sign.json"));
        Assert.Equal(keys[0].KeyId, AdapterKeys.Missing(options, TimeProvider.System)?.KeyId);
        options.PrivateKeys = At("nowhere");
        Assert.Equal(keys[0].KeyId, AdapterKeys.Missing(options, TimeProvider.System)?.KeyId);
        // A directory that cannot be used says nothing of keys.
        options.PublicKeys = At("nowhere");
        Assert.Null(AdapterKeys.Missing(options, TimeProvider.System));
    }

    IHost Build(IAdapterLink link, out AdapterOptions options, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(canary).SetMinimumLevel(LogLevel.Trace);
        builder.Configuration.AddInMemoryCollection(settings.Append((Key: "Adapter:Database", Value: $"sqlite:{At("adapter.db")}"))
            .ToDictionary(s => s.Key, s => (string?)s.Value));
        options = builder.AddCountryAdapter(
            Countries.CountryOf("XA"),
            o =>
            {
                (o.PublicKeys, o.PrivateKeys) = (At("public"), At("private"));
                o.Inbox = new InboxOptions
                {
                    Folder = At("inbox"),
                    Processed = At("processed"),
                    Rejected = At("rejected"),
                    Poll = TimeSpan.FromMilliseconds(100),
                    Settle = TimeSpan.Zero,
                    Patience = TimeSpan.Zero
                };
                o.Outbox = new OutboxOptions { Folder = At("outbox") };
            },
            link);
        return builder.Build();
    }

    static Task Take(BlockingCollection<Post> arrived, IReadOnlyList<Post> posts)
    {
        foreach (var post in posts)
            arrived.Add(post, CancellationToken.None);
        return Task.CompletedTask;
    }

    // The next act; signs of life that come before it are kept.
    Act NextAct(BlockingCollection<Post> arrived)
    {
        var directory = new KeyDirectory(keys.Select(k => k.Public(From, To)));
        while (arrived.TryTake(out var post, (int)TimeSpan.FromSeconds(30).TotalMilliseconds, Cancelled))
        {
            var document = Signing.Verify(post.Body.Span, [DocumentTypes.Act, DocumentTypes.Report], directory, "XA", From.AddYears(7));
            if (document.Typ == DocumentTypes.Act)
                return JsonSerializer.Deserialize<Act>(document.Payload, Wire.Json)!;
            reports.Add(JsonSerializer.Deserialize<AdapterReported>(document.Payload, Wire.Json)!);
        }

        throw new TimeoutException("No act arrived.");
    }

    readonly List<AdapterReported> reports = [];

    string At(params string[] parts) => Path.Combine([root, .. parts]);

    /// <summary>Hears every log line of the program.</summary>
    sealed class Canary : ILoggerProvider, ILogger
    {
        internal ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
