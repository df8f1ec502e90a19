using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.OperatorConsole;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiaisonHub.Tests.Coordinator;

/// <summary>What a log says is the program's own: no word of a foreign state and none of whoever fills in a form comes into it, so that none can look like a line of its own.</summary>
public sealed class LogTests
{
    const string Forged = "FORGED\r\nwarn: LiaisonHub[0]\u001b[31m all is well \u202E";

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_word_of_a_foreign_state_comes_into_the_log_of_the_hub()
    {
        var heard = new Heard();
        await using var hub = new HubUnderTest { Log = heard };
        await hub.Begin(Cancelled);
        var quarantine = hub.Services.GetRequiredService<Quarantine>();
        var request = Guid.NewGuid();
        Assert.IsType<ActAccepted>(await hub.XA.Send(hub.XB, request, Sample.Submitted(), Cancelled, Sample.Particulars()));
        // Whatever the rules say to such a subject.
        await hub.XA.Send(hub.XB, request, new NoteSent { Subject = Forged }, Cancelled, new Explanation { Text = Forged });
        Assert.IsType<ActAccepted>(await hub.XA.Send(hub.XB, request, new NoteSent { Subject = "Forged" }, Cancelled, new Explanation { Text = Forged }));
        var act = hub.XA.Make(hub.XB, Guid.NewGuid(), new NoteSent { Subject = Forged });
        foreach (var wrong in new[]
        {
            Encoding.UTF8.GetBytes(Forged), hub.XA.Sign(act with { Type = Forged }), hub.XA.Sign(act with { Header = act.Header with { Sender = act.Header.Sender with { Authority = Forged } } }),
            hub.XA.Sign(act with { Open = JsonSerializer.SerializeToElement(new Dictionary<string, object> { [Forged] = 1, ["subject"] = 7 }) }),
            hub.XB.Sign(act with { Header = act.Header with { Sender = act.Header.Sender with { State = Forged } } }),
            JsonSerializer.SerializeToUtf8Bytes(new KeyMissing { State = "XA", KeyId = Forged, At = hub.Time.GetUtcNow() }, Wire.Json),
        })
            Assert.True(await hub.XA.Post(wrong, Cancelled));
        while ((await quarantine.Counts(Cancelled)).Sum(c => c.Waiting) < 4)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        Assert.Contains(heard.Lines, l => l.Contains("stands in quarantine", StringComparison.Ordinal));
        Assert.All(heard.Lines, OwnWordsOnly);
    }

    [Fact]
    public async Task No_word_of_a_form_or_an_address_comes_into_the_log_of_the_console()
    {
        var heard = new Heard();
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts, services => services.AddSingleton<ILoggerProvider>(heard));
        using var anna = await PlanTests.Program(console, "anna", Role.Operator, Role.Administrator);
        // The database ends in the middle of it: what goes wrong is logged, and with it nothing of what was asked.
        foreach (var lost in new[] { false, true })
        {
            if (lost)
                console.LoseDatabase();
            using (await console.Http.GetAsync(new Uri($"/requests?q={Uri.EscapeDataString(Forged)}", UriKind.Relative), Cancelled))
            using (await anna.GetAsync(new Uri($"/api/v1/requests?q={Uri.EscapeDataString(Forged)}", UriKind.Relative), Cancelled))
            using (await anna.GetAsync(new Uri($"/api/v1/{Uri.EscapeDataString(Forged)}", UriKind.Relative), Cancelled))
            using (var body = new StringContent($"{{\"deed\":{JsonSerializer.Serialize(Forged)}}}", Encoding.UTF8, "application/json"))
            using (await anna.PostAsync(new Uri("/api/v1/plans", UriKind.Relative), body, Cancelled))
            using (var form = new FormUrlEncodedContent([new("name", Forged), new("password", Forged)]))
            using (await console.Http.PostAsync(new Uri("/sign-in", UriKind.Relative), form, Cancelled))
                continue;
        }
        Assert.NotEmpty(heard.Lines);
        Assert.All(heard.Lines, OwnWordsOnly);
    }

    static void OwnWordsOnly(string line)
    {
        Assert.DoesNotContain("FORGED", line, StringComparison.Ordinal);
        Assert.DoesNotMatch("[\\u0000-\\u0008\\u000b-\\u001f\\u202a-\\u202e\\u2066-\\u2069]", line.ReplaceLineEndings("\n"));
    }

    sealed class Heard : ILoggerProvider, ILogger
    {
        readonly ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> Lines => lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
