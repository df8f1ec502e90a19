using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Messaging;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Records;
using LiaisonHub.OperatorConsole.Settings;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>What this hub believes, and how it stands.</summary>
public sealed class SettingsPageTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_thing_the_hub_needs_is_looked_at_and_the_reason_is_said()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);

        var board = await Health(console);

        Assert.Equal(Condition.Look, board.Worst);
        Assert.Equal(board.Checks.OrderByDescending(c => c.Condition).Select(c => c.Name), board.Checks.Select(c => c.Name));
        Assert.Equal("It answers, and its tables are up to date.", Of(board, "Database").Reason);
        Assert.Equal((Condition.Look, true), (Of(board, "Quarantine").Condition, Of(board, "Quarantine").Reason.Contains("3 messages", StringComparison.Ordinal)));
        Assert.Equal(Condition.Look, Of(board, "Adapter of XC").Condition);
        Assert.Equal(Condition.Well, Of(board, "Clock of the deadlines").Condition);
        Assert.Equal((Condition.Look, true), (Of(board, "Messages given up").Condition, Of(board, "Messages given up").Reason.Contains("(XA, XB)", StringComparison.Ordinal)));
        var page = WebUtility.HtmlDecode(await console.Page("/settings", Cancelled));
        foreach (var check in board.Checks)
            Assert.Contains(check.Reason, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_breaks_is_bad_and_says_what_to_do()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        console.Time.Advance(TimeSpan.FromDays(5));
        Assert.Equal((Condition.Bad, true), (Of(await Health(console), "Clock of the deadlines").Condition, Of(await Health(console), "Clock of the deadlines").Reason.Contains("see that the hub’s worker runs", StringComparison.Ordinal)));
        await console.Services.GetRequiredService<LastVerification>().Note(new(console.Time.GetUtcNow(), new() { Size = 9, Hash = new('0', 64) }, new() { Position = 7, What = "The fact is missing" }), "A. Bell", Cancelled);
        Assert.Equal(Condition.Bad, Of(await Health(console), "Ledger").Condition);
        await using (var unit = await console.Services.GetRequiredService<Database>().Begin(Cancelled))
        {
            await using var forget = unit.Connection.CreateCommand();
            forget.CommandText = "DELETE FROM SchemaVersions WHERE ScriptName = '0015-deeds.sql'";
            Assert.Equal(1, await forget.ExecuteNonQueryAsync(Cancelled));
            await unit.Commit(Cancelled);
        }
        var database = Of(await Health(console), "Database");
        Assert.Equal((Condition.Bad, true), (database.Condition, database.Reason.Contains("0015-deeds.sql", StringComparison.Ordinal)));
        // Ten years on no key is valid, and no calendar reaches so far.
        console.Time.Advance(TimeSpan.FromDays(3650));
        var late = await Health(console);
        Assert.Equal((Condition.Bad, Condition.Bad), (Of(late, "Key of the hub").Condition, Of(late, "Calendars").Condition));
        Assert.Empty((await Settings(console)).Keys);
    }

    [Fact]
    public async Task What_ends_soon_and_what_waits_too_long_is_to_be_looked_at_before_it_is_bad()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var database = console.Services.GetRequiredService<Database>();
        await using (var unit = await database.Begin(Cancelled))
        {
            await new RequestStore(database).Write(unit, [new() { Work = new() { RequestId = Guid.Empty }, Outbox = [new() { OutboxId = Guid.NewGuid(), State = "XB", Lane = "Routine", Body = "{}", CreatedAt = console.Time.GetUtcNow() }] }], Cancelled);
            await unit.Commit(Cancelled);
        }
        await console.Services.GetRequiredService<HubProcesses>().Beat(new() { ProcessId = Guid.NewGuid(), BeganAt = console.Time.GetUtcNow(), BeatAt = console.Time.GetUtcNow() }, Cancelled);
        Assert.Equal((Condition.Well, Condition.Well), (Of(await Health(console), "Outbox").Condition, Of(await Health(console), "Hub’s worker").Condition));
        console.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(Condition.Bad, Of(await Health(console), "Hub’s worker").Condition);
        Assert.Equal((Condition.Look, true), Of(await Health(console), "Outbox") is var outbox ? (outbox.Condition, outbox.Reason.Contains("XB", StringComparison.Ordinal)) : default);

        var key = (await Settings(console)).Keys.First(k => k is { Owner: "HUB", Use: KeyUse.Sign }).To;
        var calendars = console.Services.GetRequiredService<Region>().Calendars.Values.Min(c => c.Until).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        foreach (var (what, end) in new[] { ("Key of the hub", key), ("Calendars", calendars) }.OrderBy(e => e.Item2))
        {
            if (end.AddDays(-91) > console.Time.GetUtcNow())
            {
                console.Time.SetUtcNow(end.AddDays(-91));
                Assert.Equal(Condition.Well, Of(await Health(console), what).Condition);
            }
            console.Time.SetUtcNow(end.AddDays(-20));
            Assert.Equal(Condition.Look, Of(await Health(console), what).Condition);
        }
    }

    [Fact]
    public async Task A_ledger_that_does_not_hold_is_a_matter_for_today_and_no_start_forgets_it()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var kept = console.Services.GetRequiredService<Verifications>();
        await kept.Note(new(console.Time.GetUtcNow(), new() { Size = 9, Hash = new('0', 64) }, new() { Position = 7, What = "The fact is missing" }), "A. Bell", Cancelled);
        // As a console that was started since.
        var found = await new LastVerification(kept).Read(Cancelled);

        Assert.Equal((7, "The fact is missing"), (found!.Finding!.Position, found.Finding.What));
        var page = WebUtility.HtmlDecode(await console.Page("/", Cancelled));
        Assert.Contains("The fact is missing", page, StringComparison.Ordinal);
        Assert.Equal(Condition.Bad, Of(await Health(console), "Ledger").Condition);

        console.Time.Advance(TimeSpan.FromMinutes(1));
        await console.Services.GetRequiredService<AuditReader>().Verify(new(null, "", new HashSet<Role>()), Cancelled);
        Assert.DoesNotContain("The fact is missing", await console.Page("/", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_database_away_the_page_says_just_that()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        console.LoseDatabase();

        var page = WebUtility.HtmlDecode(await console.Page("/settings", Cancelled, HttpStatusCode.ServiceUnavailable));

        Assert.Contains("The hub’s database does not answer.", page, StringComparison.Ordinal);
        Assert.Contains("id=\"health\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_was_never_heard_is_no_finding_until_something_waits_for_it()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);

        Assert.Equal((Condition.Well, "It has never been heard; nothing waits for it."), Of(await Health(console), "Adapter of XD") is var never ? (never.Condition, never.Reason) : default);

        await console.Services.GetRequiredService<Quarantine>().Add(PlanTests.Message(console.Time.GetUtcNow()) with { State = "XD" }, Cancelled);
        Assert.Equal(Condition.Look, Of(await Health(console), "Adapter of XD").Condition);
    }

    [Fact]
    public async Task A_public_key_that_is_lost_or_put_back_counts_while_the_console_runs()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var file = Path.Combine(Path.GetDirectoryName(console.DatabaseFile)!, "keys", "HUB.json");
        Assert.Equal(Condition.Well, await HubKey());

        File.Move(file, file + ".lost");
        Assert.Equal(Condition.Bad, await HubKey());
        File.Move(file + ".lost", file);
        Assert.Equal(Condition.Well, await HubKey());

        async Task<Condition> HubKey()
        {
            console.Time.Advance(TimeSpan.FromSeconds(10));
            return Of(await Health(console), "Key of the hub").Condition;
        }
    }

    [Fact]
    public async Task Options_say_where_they_come_from_and_no_secret_is_shown()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => (o.OpenId.ClientSecretFile, o.OpenId.ClientId) = ("/run/secrets/openid", "liaisonhub"));

        var settings = (await console.Http.GetFromJsonAsync<SettingsBoard>(new Uri("/api/v1/settings", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!;

        Assert.Equal(("Demonstration Region", "sqlite"), (settings.Region, settings.Database));
        Assert.Contains(settings.Keys, k => k.Owner == "HUB");
        Assert.All(settings.Migrations, m => Assert.True(m.Done, m.Name));
        Assert.Contains(settings.Migrations, m => m.Name == "0001-hub.sql");
        Assert.Equal(OptionSource.Host, settings.Options.Single(o => o.Key == "Console:OpenId:ClientId").Source);
        Assert.Equal(OptionSource.Default, settings.Options.Single(o => o.Key == "Console:PublicUrl").Source);
        Assert.Equal("postgres:********", OptionLines.Shown("Database", "postgres:Host=db;Password=x"));
        Assert.Equal("********", OptionLines.Shown("ClientSecret", "x"));
    }

    [Fact]
    public async Task Each_process_of_the_hub_says_what_it_believes_and_where_that_differs_is_said()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var board = await Settings(console);
        var alike = Assert.Single(board.Processes);
        Assert.Equal(("hub-1.example", true, 0), (alike.Machine, alike.Up, alike.Differs.Count));
        Assert.Equal(OptionSource.File, alike.Beliefs!.Options.Single(o => o.Key == "Hub:Region").Source);

        var other = alike.Beliefs with { RegionVersion = "1999-1", KeysKnown = "0000000000000000", Options = [new("Hub:Broker:Password", "********", OptionSource.Environment)] };
        await FilledHub.Report(console.Services.GetRequiredService<HubBeliefs>(), other, FilledHub.Now.AddMinutes(-2), "hub-2.example", Cancelled);
        await FilledHub.Report(console.Services.GetRequiredService<HubBeliefs>(), null, FilledHub.Now.AddMinutes(-4), "hub-3.example", Cancelled);
        board = await Settings(console);
        var second = board.Processes.Single(p => p.Machine == "hub-2.example");
        Assert.Equal(["Region: Demonstration Region 1999-1; this console: Demonstration Region " + board.DataVersion, true], [second.Differs[0], (object)second.Up]);
        Assert.Contains(second.Differs, d => d.StartsWith("Public keys: 0000000000000000;", StringComparison.Ordinal));
        var third = board.Processes.Single(p => p.Machine == "hub-3.example");
        Assert.Equal((false, null, 1), (third.Up, third.Beliefs, third.Differs.Count));
        // Whatever decides how a request is decided is compared.
        var apart = alike.Beliefs with
        {
            Program = "0.0.1",
            Contracts = "0.1",
            RegionVersion = "1999-1",
            Rules = [.. alike.Beliefs.Rules.Select(r => r with { Verified = r.Verified + 1 })],
            Calendars = alike.Beliefs.Calendars.ToDictionary(c => c.Key, c => c.Value.AddDays(1)),
            KeysKnown = "0000000000000000",
            Schema = "0001-hub.sql",
        };
        await FilledHub.Report(console.Services.GetRequiredService<HubBeliefs>(), apart, FilledHub.Now.AddMinutes(-5), "hub-4.example", Cancelled);
        Assert.Equal(7, (await Settings(console)).Processes.Single(p => p.Machine == "hub-4.example").Differs.Count);

        var page = await console.Page("/settings", Cancelled);
        foreach (var text in new[] { "hub-2.example", "does not report", "Hub:Broker:Password", "1999-1" })
            Assert.Contains(text, page, StringComparison.Ordinal);

        Assert.Equal("2 processes report.", Of(await Health(console), "Processes of the hub").Reason);
        console.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(Condition.Look, Of(await Health(console), "Processes of the hub").Condition);
    }

    static async Task<SettingsBoard> Settings(ConsoleUnderTest console) => (await console.Http.GetFromJsonAsync<SettingsBoard>(new Uri("/api/v1/settings", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!;

    static HealthCheck Of(HealthBoard board, string name) => board.Checks.Single(c => c.Name == name);

    static async Task<HealthBoard> Health(ConsoleUnderTest console) => (await console.Http.GetFromJsonAsync<HealthBoard>(new Uri("/api/v1/health", UriKind.Relative), JsonSerializerOptions.Web, Cancelled))!;
}
