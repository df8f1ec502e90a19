using System.Text.Json;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests;
using LiaisonHub.Tests.OperatorConsole;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>Commands that read and say, as a person at a terminal runs them: rules, mappings, settings.</summary>
[Long(95)]
public sealed class When_the_command_line_is_asked
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_of_commands_says_one_sentence_of_each_and_the_help_of_one_says_all()
    {
        var (code, all) = await Run("--help");
        Assert.Equal(0, code);
        Assert.Contains("stuck ", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Example", all, StringComparison.Ordinal);
        (code, var one) = await Run("stuck", "--help");
        Assert.Equal(0, code);
        Assert.Contains("liaisonhub stuck --verdict", one, StringComparison.Ordinal);
    }

    // Rules

    [Fact]
    public async Task The_sheet_and_the_drawing_of_a_procedure_are_the_committed_ones()
    {
        var (code, sheet) = await Run("procedure", "show", "dispute");
        Assert.Equal((0, (await File.ReadAllTextAsync(Repository.At("docs", "procedures", "dispute.md"), Cancelled)).TrimEnd()), (code, sheet.TrimEnd()));
        (code, var drawing) = await Run("procedure", "diagram", "dispute", "--state", "Mediation");
        Assert.Equal(0, code);
        Assert.StartsWith("<svg", drawing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_says_what_may_come_next_from_whom_and_under_which_article()
    {
        var (code, said) = await Run("procedure", "explain", "mutual-assistance", "Acknowledged", "--json");

        Assert.Equal(0, code);
        Assert.Contains("RequestRecognised", said, StringComparison.Ordinal);
        Assert.NotEqual(JsonValueKind.Undefined, JsonDocument.Parse(said).RootElement.ValueKind);
        (code, said) = await Run("procedure", "explain", "mutual-assistance", "Acknowleged");
        Assert.Equal(2, code);
        Assert.Contains("Acknowledged", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_is_looked_over_before_it_is_signed()
    {
        var sample = Repository.At("contracts", "samples", "v1", "RequestSubmitted.json");
        var (code, said) = await Run("preflight", sample, "--to", "XD", "--json");
        Assert.Contains(code, new[] { 0, 1 });
        Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(said).RootElement.ValueKind);
        (code, said) = await Run("preflight", sample, "--to", "XQ");
        Assert.Equal(2, code);
        Assert.Contains("no other state of the region is asked", Words(said), StringComparison.Ordinal);
    }

    // What is stuck

    [Fact]
    public async Task What_is_stuck_is_said_as_the_console_says_it_and_the_exit_code_tells_programs()
    {
        await using (var filled = await ConsoleUnderTest.Filled(Cancelled))
        {
            var (found, listed) = await Run("stuck", "--console", filled.Address.ToString(), "--verdict", "NotOpened", "--json");
            Assert.Equal((1, "XA-2026-000102"), (found, JsonDocument.Parse(listed).RootElement.GetProperty("lines").EnumerateArray().Single().GetProperty("reference").GetString()));
            (found, listed) = await Run("stuck", "--console", filled.Address.ToString());
            Assert.Equal(1, found);
            Assert.Contains("Call the duty point of XB", Words(listed), StringComparison.Ordinal);
        }

        await using var empty = await ConsoleUnderTest.Empty(Cancelled);
        var (code, said) = await Run("stuck", "--console", empty.Address.ToString());
        Assert.Equal((0, true), (code, said.Contains("Nothing is stuck.", StringComparison.Ordinal)));
        (code, said) = await Run("stuck", "--console", "http://127.0.0.1:1");
        Assert.Equal((3, true), (code, Words(said).Contains("does not answer", StringComparison.Ordinal)));
        Assert.Equal(2, (await Run("stuck", "--console", "ftp://hub")).Code);
        Assert.Equal(2, (await Run("stuck", "--verdict", "Tired")).Code);
    }

    // What waits in quarantine, and plans to repair it

    [Fact]
    public async Task Groups_are_listed_and_a_plan_is_made_and_refused_with_its_code_at_the_terminal()
    {
        await using var filled = await ConsoleUnderTest.Filled(Cancelled);
        var console = filled.Address.ToString();
        var (code, said) = await Run("faults", "groups", "--console", console, "--json");
        var group = JsonDocument.Parse(said).RootElement.GetProperty("groups").EnumerateArray().First().GetProperty("fingerprint").GetString()!;
        Assert.Equal((1, "edge/"), (code, group[..5]));
        (code, said) = await Run("faults", "show", group, "--console", console);
        Assert.Equal((1, true), (code, said.Contains(group, StringComparison.Ordinal)));
        (code, said) = await Run("faults", "show", "edge/Nothing", "--console", console);
        Assert.Equal((1, true), (code, said.Contains("LH0102", StringComparison.Ordinal)));

        (code, said) = await Run("plan", "new", "Retry", "--group", group, "--reason", "The key is there now", "--console", console);
        Assert.Equal((2, true), (code, said.Contains("LH0104", StringComparison.Ordinal)));
        (code, said) = await Run("plan", "new", "Retry", "--group", group, "--reason", "The key is there now", "--by", "A. Bell", "--console", console, "--json");
        var plan = JsonDocument.Parse(said).RootElement.GetProperty("planId").GetString()!;
        Assert.Equal(0, (await Run("plan", "dry-run", plan, "--console", console)).Code);
        (code, said) = await Run("plan", "run", plan, "--count", "1", "--by", "A. Bell", "--console", console);
        Assert.Equal((1, true), (code, said.Contains("LH0123", StringComparison.Ordinal)));
        (code, said) = await Run("plan", "status", "--status", "Draft", "--console", console);
        Assert.Equal((0, true), (code, said.Contains(plan, StringComparison.Ordinal)));
        (code, said) = await Run("plan", "status", plan, "--console", console);
        foreach (var fact in new[] { "Draft: of ", "by A. Bell", "The key is there now", "window\twhenever", "dry run\tunder way", "second person\tneeds none" })
            Assert.Contains(fact, said, StringComparison.Ordinal);
        (code, said) = await Run("plan", "edit", plan, "--per-minute", "60", "--by", "A. Bell", "--console", console, "--json");
        Assert.Equal((0, 60, 2, "The key is there now"), JsonDocument.Parse(said).RootElement is var edited ? (code, edited.GetProperty("perMinute").GetInt32(), edited.GetProperty("version").GetInt32(), edited.GetProperty("reason").GetString()) : default);
        (code, said) = await Run("plan", "edit", plan, "--reason", "Another", "--by", "A. Bell", "--console", console);
        Assert.Equal((1, true), (code, said.Contains("LH0121", StringComparison.Ordinal)));
        Assert.Equal(2, (await Run("plan", "edit", plan, "--console", console)).Code);
        (code, said) = await Run("plan", "outcome", plan, "--console", console, "--json");
        Assert.Equal((1, "Waiting"), (code, JsonDocument.Parse(said).RootElement.EnumerateArray().First().GetProperty("status").GetString()));
        Assert.Equal(2, (await Run("plan", "new", "Destroy", "--reason", "x")).Code);
        (code, said) = await Run("plan", "new", "Retry", "--reason", "x", "--by", "A. Bell", "--console", console);
        Assert.Equal((2, true), (code, said.Contains("LH0104", StringComparison.Ordinal)));
        Assert.Equal(0, (await Run("plan", "new", "Retry", "--all", "--reason", "x", "--by", "A. Bell", "--console", console)).Code);
        Assert.Equal(2, (await Run("plan", "status", "no-id", "--console", console)).Code);
        (code, said) = await Run("plan", "discard", plan, "--version-seen", "2", "--reason", "The wrong group", "--by", "A. Bell", "--console", console);
        Assert.Equal((0, true), (code, said.Contains("Discarded", StringComparison.Ordinal)));
        (code, said) = await Run("adapter", "show", "XB", "--console", console);
        Assert.Equal((1, true), (code, said.Contains("last heard:", StringComparison.Ordinal)));
        // What is wrong is said with what clears it.
        Assert.Contains("no program read its queue: its adapter was not connected. Call the technical contact of XB: its adapter has to be started again.", Words(said), StringComparison.Ordinal);
        Assert.Equal(1, (await Run("adapter", "show", "XQ", "--console", console)).Code);
        Assert.Equal(2, (await Run("audit", "verify", "/nowhere/chain.jsonl")).Code);
        Assert.Equal(3, (await Run("audit", "verify", "--database", "postgres:Host=127.0.0.1;Port=1;Database=x;Username=x;Timeout=2")).Code);
        Assert.Equal(3, (await Run("plan", "status", "--console", "http://127.0.0.1:1")).Code);
    }

    [Fact]
    public async Task A_message_that_only_its_wrapping_keeps_out_is_sent_as_a_new_one_at_the_terminal()
    {
        await using var filled = await ConsoleUnderTest.Filled(Cancelled);
        await filled.FillRegisters(Cancelled);
        var console = filled.Address.ToString();
        var groups = JsonDocument.Parse((await Run("faults", "groups", "--console", console, "--json")).Said).RootElement.GetProperty("groups").EnumerateArray();
        var message = groups.First(g => g.GetProperty("fingerprint").GetString() == "edge/NotAuthentic/Malformed").GetProperty("newest").GetString()!;

        var (code, said) = await Run("faults", "wrap", message, "--reason", "A mark in front", "--console", console);
        Assert.Equal((2, true), (code, said.Contains("LH0104", StringComparison.Ordinal)));
        (code, said) = await Run("faults", "wrap", message, "--reason", "A mark in front", "--by", "A. Bell", "--console", console);
        Assert.Equal((0, true), (code, said.Contains("encoding", StringComparison.Ordinal)));
        (code, said) = await Run("faults", "wrap", message, "--reason", "Again", "--by", "A. Bell", "--console", console);
        Assert.Equal((1, true), (code, said.Contains("LH0142", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_message_is_tried_again_or_set_aside_by_two_people_at_the_terminal()
    {
        await using var filled = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        async Task<Dictionary<string, string>> Person(string name, Role role) => new() { ["LIAISONHUB_CONSOLE_TOKEN"] = await filled.TokenOf(name, Cancelled, role) };
        var (anna, bert) = (await Person("anna", Role.Operator), await Person("bert", Role.Approver));
        var waiting = (await filled.Services.GetRequiredService<Quarantine>().Page(Quarantine.Waiting, null, null, null, 10, Cancelled)).Select(m => $"{m.QuarantineId:D}").ToList();
        Task<(int Code, string Said)> Faults(Dictionary<string, string> who, string deed, string message, params string[] more) => Run(who, ["faults", deed, message, "--console", filled.Address.ToString(), .. more]);

        Assert.Equal(0, (await Faults(anna, "retry", waiting[0], "--reason", "The key is there now")).Code);
        var (code, said) = await Faults(anna, "status", waiting[0]);
        Assert.Equal((1, true), (code, said.Contains("Retry requested", StringComparison.Ordinal)));
        (code, said) = await Faults(anna, "retry", waiting[0], "--reason", "Once more");
        Assert.Equal((1, true), (code, said.Contains("LH0142", StringComparison.Ordinal)));

        Assert.Equal(0, (await Faults(anna, "aside", waiting[1], "--reason", "A test sent by mistake")).Code);
        (code, said) = await Faults(anna, "agree", waiting[1]);
        Assert.Equal((1, true), (code, said.Contains("LH0203", StringComparison.Ordinal)));
        Assert.Equal(0, (await Faults(bert, "decline", waiting[1], "--reason", "This came from a court")).Code);
        Assert.Equal(0, (await Faults(anna, "aside", waiting[1], "--reason", "It did not: see the note")).Code);
        (code, said) = await Faults(bert, "agree", waiting[1], "--json");
        Assert.Equal((0, "SetAside"), (code, JsonDocument.Parse(said).RootElement.GetProperty("resolvedOutcome").GetString()));
        Assert.Equal(2, (await Faults(anna, "retry", waiting[0])).Code);
    }

    [Fact]
    public async Task Whoever_is_told_of_alerts_is_listed_and_tried_out_at_the_terminal()
    {
        await using var filled = await ConsoleUnderTest.Filled(Cancelled);
        var console = filled.Address.ToString();
        Assert.Equal((0, true), (await Run("alerts", "--console", console)) is var (nobody, said) ? (nobody, Words(said).Contains("Console:Alerts:Receivers", StringComparison.Ordinal)) : default);

        // Nothing listens there.
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, "0123456789abcdef", Cancelled);
        filled.Services.GetRequiredService<ConsoleOptions>().Alerts.Receivers.Add(new() { Name = "duty", Webhook = new("http://127.0.0.1:1/"), SecretFile = secret });
        var (code, tried) = await Run("alerts", "test", "duty", "--reason", "Before the exercise", "--by", "A. Bell", "--console", console);
        Assert.Equal((1, true), (code, Words(tried).Contains("It cannot be reached (ConnectionError).", StringComparison.Ordinal)));
        (code, tried) = await Run("alerts", "test", "duty", "--reason", "Once more", "--by", "A. Bell", "--console", console, "--json");
        Assert.Equal((1, "unreachable"), (code, JsonDocument.Parse(tried).RootElement.GetProperty("errorCode").GetString()));
        (code, tried) = await Run("alerts", "test", "nobody", "--reason", "x", "--by", "A. Bell", "--console", console);
        Assert.Equal((1, true), (code, tried.Contains("LH0421", StringComparison.Ordinal)));
        Assert.Equal(2, (await Run("alerts", "test", "duty", "--console", console)).Code);

        (code, tried) = await Run("alerts", "--console", console, "--json");
        var board = JsonDocument.Parse(tried).RootElement;
        Assert.Equal((0, "duty", 2), (code, board.GetProperty("receivers")[0].GetProperty("name").GetString(), board.GetProperty("sent").GetArrayLength()));
        (code, tried) = await Run("alerts", "--console", console);
        Assert.Equal((0, true), (code, Words(tried).Contains("test by A. Bell", StringComparison.Ordinal)));
        Assert.Equal(3, (await Run("alerts", "--console", "http://127.0.0.1:1")).Code);
        File.Delete(secret);
    }

    // Deadlines, and who did what

    [Fact]
    public async Task Deadlines_are_listed_foreseen_and_subscribed_to_at_the_terminal()
    {
        await using var filled = await ConsoleUnderTest.Filled(Cancelled);
        var console = filled.Address.ToString();
        var (code, said) = await Run("deadlines", "list", "--console", console, "--state", "XB", "--late", "--json");
        Assert.Equal((1, "XA-2026-000102"), (code, JsonDocument.Parse(said).RootElement.GetProperty("lines").EnumerateArray().First().GetProperty("reference").GetString()));
        (code, said) = await Run("deadlines", "forecast", "--console", console, "--state", "XB", "--days", "10");
        Assert.Equal((1, true), (code, said.Contains("XA-2026-000106", StringComparison.Ordinal)));
        Assert.Equal(2, (await Run("deadlines", "forecast", "--console", console, "--state", "QQ")).Code);
        Assert.Equal(3, (await Run("deadlines", "kept", "--console", "http://127.0.0.1:1")).Code);

        (code, said) = await Run("deadlines", "calendar", "make", "--console", console, "--name", "Duty desk", "--json");
        var made = JsonDocument.Parse(said).RootElement;
        var address = new Uri(made.GetProperty("address").GetString()!).AbsolutePath;
        Assert.Contains("BEGIN:VCALENDAR", await filled.Page(address, Cancelled), StringComparison.Ordinal);
        Assert.Equal(0, (await Run("deadlines", "calendar", "end", made.GetProperty("feedId").GetString()!, "--console", console, "--reason", "A test.")).Code);
        await filled.Page(address, Cancelled, System.Net.HttpStatusCode.NotFound);
        (code, said) = await Run("audit", "list", "--console", console, "--what", "CalendarEnded", "--json");
        Assert.Contains("A test.", JsonDocument.Parse(said).RootElement.GetProperty("entries").EnumerateArray().Single().GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chain_is_verified_from_a_file_alone_and_one_changed_letter_is_found()
    {
        await using var filled = await ConsoleUnderTest.Filled(Cancelled);
        var file = Path.Combine(Directory.CreateTempSubdirectory("chain-").FullName, "chain.jsonl");
        Assert.Equal(0, (await Run("audit", "export", "--database", $"sqlite:{filled.DatabaseFile}", "--output", file)).Code);
        var (code, said) = await Run("audit", "verify", file, "--json");
        var head = JsonDocument.Parse(said).RootElement.GetProperty("head");
        Assert.Equal((0, 0), (code, (await Run("audit", "verify", "--database", $"sqlite:{filled.DatabaseFile}")).Code));

        var lines = await File.ReadAllLinesAsync(file, Cancelled);
        lines[5] = lines[5].Replace("\"actor\":\"", "\"actor\":\"X", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(file, lines, Cancelled);
        (code, said) = await Run("audit", "verify", file);
        Assert.Equal((1, true), (code, said.Contains("position 5", StringComparison.Ordinal)));
        // Cut to its first entries it says so by itself; with an end of its own written behind them only whoever noted the end can tell.
        await File.WriteAllLinesAsync(file, lines.Take(5), Cancelled);
        (code, said) = await Run("audit", "verify", file);
        Assert.Equal((1, true), (code, Words(said).Contains("The file was cut", StringComparison.Ordinal)));
        var fifth = JsonDocument.Parse(lines[4]).RootElement.GetProperty("chainHash").GetString();
        await File.WriteAllLinesAsync(file, [.. lines.Take(5), $$$"""{"end":{"size":5,"hash":"{{{fifth}}}"}}"""], Cancelled);
        Assert.Equal(0, (await Run("audit", "verify", file)).Code);
        Assert.Equal(1, (await Run("audit", "verify", file, "--known-size", head.GetProperty("size").ToString(), "--known-hash", head.GetProperty("hash").GetString()!)).Code);
        Assert.Equal(2, (await Run("audit", "verify", file, "--database", "sqlite:hub.db")).Code);
        Assert.Equal(3, (await Run("audit", "verify", "--console", "http://127.0.0.1:1")).Code);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task The_chain_is_taken_from_the_console_with_a_token_of_an_auditor_and_the_ledger_says_who_took_it()
    {
        await using var filled = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        var folder = Directory.CreateTempSubdirectory("chain-").FullName;
        var file = Path.Combine(folder, "chain.jsonl");
        var auditor = await ConsoleUnderTest.Open(filled.Services, "anna", "Anna, audit", [Role.Auditor], Cancelled);
        var reader = await ConsoleUnderTest.Open(filled.Services, "berta", "Berta", [Role.Reader], Cancelled);
        async Task<(int Code, string Said)> Export(Account? of)
        {
            var token = of is null ? "" : await ConsoleUnderTest.Token(filled.Services, of, Cancelled);
            return await Run(new Dictionary<string, string> { ["LIAISONHUB_CONSOLE_TOKEN"] = token }, "audit", "export", "--output", file, "--console", filled.Address.ToString());
        }

        Assert.Equal(2, (await Export(null)).Code);
        var (code, said) = await Export(reader);
        Assert.Equal((1, true), (code, said.Contains("LH0203", StringComparison.Ordinal)));
        Assert.Empty(Directory.GetFiles(folder));
        (code, said) = await Export(auditor);
        Assert.Equal((0, true), (code, Words(said).Contains("entries are written; the end is", StringComparison.Ordinal)));
        Assert.Equal([file], Directory.GetFiles(folder));
        Assert.Equal(0, (await Run("audit", "verify", file)).Code);
        var taken = Assert.Single(await filled.Services.GetRequiredService<Ledger>().DeedsPage(new() { Kind = "ListExported" }, null, 10, Cancelled));
        Assert.Equal((auditor.AccountId, true), (taken.Account, taken.Content.Contains("chain.jsonl", StringComparison.Ordinal)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_request_says_where_it_stands_why_and_what_happened_and_the_hub_how_it_is()
    {
        await using (var filled = await ConsoleUnderTest.Filled(Cancelled))
        {
            var console = filled.Address.ToString();
            var (code, said) = await Run("requests", "list", "--console", console, "--country", "XB", "--overdue", "--json");
            Assert.Equal((0, "XA-2026-000102"), (code, JsonDocument.Parse(said).RootElement.GetProperty("lines").EnumerateArray().First().GetProperty("reference").GetString()));
            (code, said) = await Run("requests", "show", "XA-2026-000102", "--console", console);
            Assert.Equal((0, true), (code, Words(said).Contains("XA asks XB under EIO", StringComparison.Ordinal)));
            (code, said) = await Run("requests", "why", "XA-2026-000102", "--console", console);
            Assert.Equal((1, true), (code, Words(said).Contains("Call the duty point of XB", StringComparison.Ordinal)));
            (code, said) = await Run("requests", "timeline", "0a000000-0000-4000-8000-000000000102", "--console", console);
            Assert.Equal((0, true), (code, Words(said).Contains("RequestSubmitted Applied", StringComparison.Ordinal)));
            Assert.Equal(1, (await Run("requests", "show", "XA-1999-000001", "--console", console)).Code);
            (code, said) = await Run("health", "--console", console, "--json");
            Assert.Equal((1, "Look"), (code, JsonDocument.Parse(said).RootElement.GetProperty("worst").GetString()));
        }
        Assert.Equal((3, true), (await Run("health", "--console", "http://127.0.0.1:1")) is var (away, heard) ? (away, Words(heard).Contains("does not answer", StringComparison.Ordinal)) : default);

        // A console that answers and whose database does not is no console that is away.
        await using var broken = await ConsoleUnderTest.Filled(Cancelled);
        broken.LoseDatabase();
        foreach (var command in new[] { "health", "stuck" })
        {
            var (code, said) = await Run(command, "--console", broken.Address.ToString());
            Assert.Equal((3, false), (code, Words(said).Contains("does not answer: ", StringComparison.Ordinal)));
            Assert.Contains("database", Words(said), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_shell_is_told_what_may_come_next()
    {
        Assert.Equal("forecast", (await Run("[suggest:11]", "deadlines f")).Said.Trim());
        Assert.Equal("test", (await Run("[suggest:9]", "alerts te")).Said.Trim());
        Assert.Contains("--state", (await Run("[suggest:32]", "liaisonhub deadlines forecast --s")).Said, StringComparison.Ordinal);
        Assert.Equal("NotOpened", (await Run("[suggest:20]", "stuck --verdict NotOp")).Said.Trim());
        Assert.Equal("MutualAssistance", (await Run("[suggest:21]", "stuck --procedure Mut")).Said.Trim());
        Assert.Contains("Decide", (await Run("[suggest:16]", "plan new Decide")).Said, StringComparison.Ordinal);
        var (code, script) = await Run("completion", "bash");
        Assert.Equal((0, true), (code, script.Contains("complete -F _liaisonhub liaisonhub", StringComparison.Ordinal)));
        Assert.NotEqual(0, (await Run("completion", "fish")).Code);
    }

    // Mappings

    [Theory]
    [InlineData("XA")]
    [InlineData("XB")]
    public async Task The_mappings_of_a_state_are_sound(string state)
    {
        var (code, said) = await Run("map", "check", state, "--json");

        Assert.Equal(0, code);
        Assert.Empty(JsonDocument.Parse(said).RootElement.GetProperty("problems").EnumerateArray());
    }

    [Fact]
    public async Task A_mistake_in_a_mapping_is_said_with_file_line_and_what_was_probably_meant()
    {
        var folder = Directory.CreateTempSubdirectory("map-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "mappings"));
        await File.WriteAllTextAsync(Path.Combine(folder, "mappings", "in.json"), """
            { "mapping": "A", "direction": "in", "format": "json", "applies": "a",
              "act": "NoteSend", "make": { "fields": {} } }
            """, Cancelled);

        var (code, said) = await Run("map", "check", folder);

        Assert.Equal((2, "in.json(2): act: there is no act 'NoteSend'; did you mean 'NoteSent'?\n"), (code, said));
        await File.WriteAllTextAsync(Path.Combine(folder, "mappings", "in.json"), """{ "mapping": "A", "direction": "in", "format": "json", "applies": "a", "act": "NoteSent", "make": { "fields": {} } }""", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(folder, "mappings", "notes.txt"), "", Cancelled);
        (code, said) = await Run("map", "check", folder);
        Directory.Delete(folder, true);
        Assert.Equal((1, true), (code, said.Contains("warning: mappings/notes.txt(1): is not read", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_message_is_shown_as_act_and_as_what_the_other_local_system_gets_and_nothing_is_sent()
    {
        var sample = Repository.At("src", "adapters", "LiaisonHub.Adapters.XA", "samples", "hearing-abroad.xml");
        var (code, said) = await Run("map", "preview", "--in", sample, "--from", "XA", "--to", "XB", "--json");

        var preview = Assert.Single(JsonDocument.Parse(said).RootElement.EnumerateArray());
        Assert.Equal(0, code);
        Assert.Equal(("RequestSubmitted", "XB"), (preview.GetProperty("translation").GetProperty("actType").GetString(), preview.GetProperty("translation").GetProperty("toState").GetString()));
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(preview.GetProperty("written").GetString()!).RootElement.ValueKind);
        (code, said) = await Run("map", "preview", "--in", sample, "--from", "XB");
        Assert.Equal(1, code);
        Assert.Contains("LH4111", said, StringComparison.Ordinal);
        (code, said) = await Run("map", "preview", "--in", sample, "--to", "XB");
        Assert.StartsWith("It is a message of XA.", said, StringComparison.Ordinal);
        (code, said) = await Run("map", "preview", "--in", Repository.At("README.md"), "--to", "XB");
        Assert.Equal(2, code);
        Assert.Contains("No built-in state's mappings understand this message.", Words(said), StringComparison.Ordinal);
        var schema = Path.GetTempFileName();
        await File.WriteAllTextAsync(schema, """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="other"/></xs:schema>""", Cancelled);
        (code, said) = await Run("map", "preview", "--in", sample, "--from", "XA", "--to", "XE", "--schema", schema);
        Assert.Equal(1, code);
        Assert.Contains("is not valid by the schema", Words(said), StringComparison.Ordinal);
        File.Delete(schema);
        (code, said) = await Run("map", "preview", "--in", "no-such.xml", "--from", "XA");
        Assert.Equal(2, code);
        Assert.Contains("there is no file", Words(said), StringComparison.Ordinal);
    }

    // Settings

    [Fact]
    public async Task Settings_that_are_wrong_or_misspelt_are_said_all_at_once()
    {
        var (code, said) = await Run(
            new Dictionary<string, string> { ["Adapter__Inbx__Folder"] = "/tmp", ["Adapter__ReportEvery"] = "00:00:01", ["Adapter__Sql__Database"] = "mysql:Password=hidden" }, "config", "validate", "adapter", "--state", "XA");

        Assert.Equal(2, code);
        foreach (var words in new[] { "Adapter:Inbx:Folder (environment): there is no such setting; did you mean Adapter:Inbox:Folder?", "Adapter:ReportEvery: is 00:00:01", "Adapter:Sql:Database: must begin with", "Adapter:Database: must begin with" })
            Assert.Contains(words, said, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_setting_is_explained_with_its_source_and_no_secret_is_shown()
    {
        var (code, said) = await Run(new Dictionary<string, string> { ["Hub__Database"] = "postgres:Host=db;Password=hidden", ["Hub__Broker__Password"] = "hidden:too" }, "config", "explain", "hub", "--json");

        Assert.Equal(0, code);
        Assert.DoesNotContain("hidden", said, StringComparison.Ordinal);
        var settings = JsonDocument.Parse(said).RootElement.EnumerateArray().ToDictionary(s => s.GetProperty("key").GetString()!);
        Assert.Equal(("postgres:********", "environment"), (settings["Hub:Database"].GetProperty("value").GetString(), settings["Hub:Database"].GetProperty("source").GetString()));
        Assert.Equal(("00:00:30", "default", "Hub__DeadlineLease"),
            (settings["Hub:DeadlineLease"].GetProperty("value").GetString(), settings["Hub:DeadlineLease"].GetProperty("source").GetString(), settings["Hub:DeadlineLease"].GetProperty("environment").GetString()));
        Assert.All(settings.Values, s => Assert.NotEqual("", s.GetProperty("meaning").GetString()));
    }

    [Fact]
    public async Task An_approver_whom_no_administrator_made_gets_a_link_and_another_if_it_was_lost()
    {
        var folder = Directory.CreateTempSubdirectory("approver-").FullName;
        var address = $"sqlite:{Path.Combine(folder, "hub.db")}";
        await using var database = Database.Open(address, TimeProvider.System);
        database.Migrate(Schema.Hub);
        var accounts = new AccountStore(database);
        Task<(int Code, string Said)> Approver(string console, string name) => Run("database", "approver", "--database", address, "--console-url", console, "--sign-in-name", "crane", "--name", name);

        Assert.Equal(2, (await Approver("console.example", "B. Crane")).Code);
        Assert.Null(await accounts.Named("CRANE", Cancelled));
        var (code, lost) = await Approver("https://console.example", "B. Crane");
        Assert.Equal(0, code);
        (code, var said) = await Approver("https://console.example", "B. Crane");
        Assert.Equal(0, code);

        static string Secret(string said) => said[(said.LastIndexOf("https://console.example/invitations/", StringComparison.Ordinal) + "https://console.example/invitations/".Length)..].Trim();
        Assert.Null(await accounts.Invited(AccountStore.HashOf(Secret(lost)), Cancelled));
        Assert.Equal(("CRANE", "B. Crane", "Approver"), await accounts.Invited(AccountStore.HashOf(Secret(said)), Cancelled) is { } made ? (made.SignInName, made.Name, made.Roles) : default);
        Assert.Equal(1, (await Approver("https://console.example", "Somebody else")).Code);
        Directory.Delete(folder, true);
    }

    [Fact]
    public async Task A_key_that_ends_soon_is_warned_of_until_its_successor_is_made_beside_it()
    {
        var folder = Directory.CreateTempSubdirectory("keys-").FullName;
        string[] where = ["--owner", "XK", "--private", Path.Combine(folder, "private"), "--public", Path.Combine(folder, "public")];
        Assert.Equal(0, (await Run(["keys", "make", .. where, "--days", "6"])).Code);
        var (code, said) = await Run("keys", "list", "--public", Path.Combine(folder, "public"));
        Assert.Equal(1, code);
        Assert.Contains("within 7 days", Words(said), StringComparison.Ordinal);

        Assert.Equal(0, (await Run(["keys", "make", .. where, "--next"])).Code);

        (code, said) = await Run("keys", "list", "--public", Path.Combine(folder, "public"));
        Assert.Equal(0, code);
        Assert.Contains("valid beside the newer one", Words(said), StringComparison.Ordinal);
        Assert.Equal(4, Directory.EnumerateFiles(Path.Combine(folder, "private")).Count());
        Directory.Delete(folder, true);
    }

    [Fact]
    public async Task An_end_of_maintenance_without_its_offset_or_without_a_reason_is_no_announcement()
    {
        Assert.NotEqual(0, (await Run("adapter", "maintenance", "--state", "XA", "--until", "2026-03-15T06:00", "--reason", "It moves.")).Code);
        var (code, said) = await Run(new Dictionary<string, string> { ["Adapter__Broker__User"] = "xa", ["Adapter__Broker__Password"] = "x" }, "adapter", "maintenance", "--state", "XA", "--until", "2026-03-15T06:00Z");
        Assert.Equal(2, code);
        Assert.Contains("--reason", said, StringComparison.Ordinal);
        (code, said) = await Run("adapter", "maintenance", "--state", "XA", "--until", "2026-03-15T06:00Z", "--reason", "It moves.");
        Assert.Equal((2, true), (code, said.Contains("--until: 2026-03-15 06:00:00Z is over", StringComparison.Ordinal)));
        (code, said) = await Run("adapter", "maintenance", "--state", "XA", "--from", "2999-03-15T07:00Z", "--until", "2999-03-15T06:00Z", "--reason", "It moves.");
        Assert.Equal((2, true), (code, said.Contains("does not come after --from", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_end_of_a_maintenance_that_no_broker_takes_is_unreachable_as_the_test_says_it()
    {
        var folder = Directory.CreateTempSubdirectory("keys-").FullName;
        foreach (var owner in new[] { "XA", "HUB" })
            Assert.Equal(0, (await Run("keys", "make", "--owner", owner, "--private", Path.Combine(folder, owner), "--public", Path.Combine(folder, "public"))).Code);
        var (code, said) = await Run(
            new Dictionary<string, string>
            {
                ["Adapter__PublicKeys"] = Path.Combine(folder, "public"),
                ["Adapter__PrivateKeys"] = Path.Combine(folder, "XA"),
                ["Adapter__Broker__Host"] = "127.0.0.1",
                ["Adapter__Broker__Port"] = FormattableString.Invariant($"{ServerProcess.FreePorts(1)[0]}"),
                ["Adapter__Broker__User"] = "xa",
                ["Adapter__Broker__Password"] = "x",
            },
            "adapter", "maintenance", "end", "--state", "XA");

        Directory.Delete(folder, true);
        Assert.Equal((3, true), (code, said.Contains("is closed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_mistake_on_the_command_line_is_a_mistake_and_help_has_an_example()
    {
        Assert.NotEqual(0, (await Run("config", "explain", "hubb")).Code);
        foreach (var command in new[] { "preflight", "procedure show", "clock explain", "map check", "map preview", "config validate", "config explain", "template fill", "audit verify", "audit export", "deadlines forecast", "deadlines kept", "deadlines calendar make", "requests list", "requests why", "health", "completion", "keys make", "alerts", "alerts test", "adapter test", "adapter list", "adapter show", "database approver", "adapter maintenance", "adapter maintenance end", "faults retry", "faults agree" })
        {
            var (code, said) = await Run([.. command.Split(' '), "--help"]);
            Assert.Equal(0, code);
            Assert.Contains("Example:", said, StringComparison.Ordinal);
        }
    }

    static string Words(string said) => string.Join(' ', said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    static Task<(int Code, string Said)> Run(params string[] arguments) => Run(new Dictionary<string, string>(), arguments);

    static Task<(int Code, string Said)> Run(Dictionary<string, string> environment, params string[] arguments) =>
        ServerProcess.Run(TimeSpan.FromSeconds(60), ["dotnet", ProgramProcess.Built("liaisonhub"), .. arguments], Cancelled, environment);
}
