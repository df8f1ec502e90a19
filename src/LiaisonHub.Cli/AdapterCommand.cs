using System.CommandLine;
using System.Globalization;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Exchange;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Shell;

namespace LiaisonHub.Cli;

/// <summary>What a state's engineer asks from the adapter's machine: does the way to the hub work, and when is the adapter worked on.</summary>
static class AdapterCommand
{
    static readonly Option<string> State = new("--state") { Description = "The state, for example XA.", Required = true };
    static readonly Option<DirectoryInfo> Folder = new("--folder") { Description = "Where the adapter is started: its appsettings.json lies there. Default: here.", DefaultValueFactory = _ => new DirectoryInfo(".") };
    static readonly Option<int> Wait = new("--wait") { Description = "How many seconds an answer of the hub may take, 1 to 300.", DefaultValueFactory = _ => 15 };

    public static Command Make()
    {
        Wait.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is < 1 or > 300)
                given.AddError("--wait: give 1 to 300 seconds.");
        });
        var console = new Option<string?>("--console") { Description = "Address of the operators' console: the test is made from the hub's side, by the hub, and kept there." };
        var reason = new Option<string?>("--reason") { Description = "Why the link is tested from the hub's side; goes into the ledger." };
        var by = new Option<string?>("--by") { Description = "Who tests from the hub's side: name and function. Only where nobody signs in at the console." };
        var test = new Command("test",
            "Tries the way from this machine into the hub and back, stage by stage: name, TCP, TLS, login, echo, round trip; says for the first that fails what is wrong and what to do. Reads the adapter's own settings; "
            + "takes none of its messages, and may be run beside it. With --console the hub tries the way from its side: its broker, the state's queues, and a question to the adapter with the answer back. "
            + "Exit code 0: all is well. 1: something is to be looked at. 2: the settings cannot be used. 3: broker, hub or console do not answer.\n\n"
            + "Example: liaisonhub adapter test --state XA --folder /opt/liaisonhub/xa\n         liaisonhub adapter test --state XA --console http://127.0.0.1:5080 --reason \"Silent since noon\"")
        {
            State, Folder, Wait, console, reason, by, ProcedureCommand.Json,
        };
        test.SetAction((parsed, cancellationToken) => parsed.GetValue(console) is { } address ? FromTheHub(parsed, address, new(parsed.GetValue(reason), parsed.GetValue(by)), cancellationToken) : Terminal.Run(async () =>
        {
            var options = Settings(parsed);
            await using var connection = new ConnectionTest(options.Broker, options.State, Keys(options), TimeSpan.FromSeconds(parsed.GetValue(Wait)), TimeProvider.System);
            var results = await connection.Run(cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(new { options.State, Host = $"{options.Broker.Host}:{options.Broker.Port}", Stages = results });
            else
                foreach (var result in results)
                    Say(result);
            return results.FirstOrDefault(r => r.Verdict == ProbeVerdict.Failed) is { } failed ? failed.Unreachable ? ExitCode.Unreachable : ExitCode.Findings
                : results.Any(r => r.Verdict == ProbeVerdict.Warning) ? ExitCode.Findings : ExitCode.Done;
        }));
        return new Command("adapter", "A state's adapter and its way to the hub.") { List(), Show(), test, Dead(), MakeMaintenance(), ConformCommand.Make() };
    }

    static Command List()
    {
        var command = new Command("list", $"Lists the adapters as the console sees them, with what is not as it should be. Exit code 1: something is to be looked at.\n\nExample: liaisonhub adapter list --json\n\n{ConsoleApi.Note}") { ConsoleApi.Address, ProcedureCommand.Json };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var board = await console.Get<AdaptersBoard>("adapters", cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(board);
            else
                Terminal.Table(["state", "name", "condition", "last heard", "version", "to be looked at"],
                    board.States.Select(s => (IReadOnlyList<string>)[s.State, s.Name, s.ConditionInWords, Heard(s), s.Standing?.Version ?? "", Words.Sentences(s.Warnings.Select(w => w.What.Plain))]));
            return board.States.All(s => s.Warnings.Count == 0) ? ExitCode.Done : ExitCode.Findings;
        }));
        return command;
    }

    static Command Show()
    {
        var which = new Argument<string>("state") { Description = "The state, for example XA." };
        var command = new Command("show", $"Says how one adapter stands. Exit code 1: something is to be looked at, or the hub knows no such state.\n\nExample: liaisonhub adapter show XA\n\n{ConsoleApi.Note}") { which, ConsoleApi.Address, ProcedureCommand.Json };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var (board, wanted) = (await console.Get<AdaptersBoard>("adapters", cancellationToken), parsed.GetRequiredValue(which));
            if (board.States.FirstOrDefault(s => s.State.Equals(wanted, StringComparison.OrdinalIgnoreCase)) is not { } adapter)
                throw new RefusedException($"The hub knows no state '{wanted}'; there are {string.Join(", ", board.States.Select(s => s.State))}.", ExitCode.Findings);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(adapter);
            else
            {
                Terminal.Say($"{adapter.State} {adapter.Name}: {adapter.ConditionInWords}");
                Terminal.Step($"last heard: {(Heard(adapter) is { Length: > 0 } at ? at : "never")}");
                Terminal.Step($"version: {adapter.Standing?.Version ?? "unknown"}");
                Terminal.Step($"waits at the hub for it: {adapter.Outbox?.Waiting ?? 0}; in the hub's quarantine: {adapter.Quarantined}");
                foreach (var key in adapter.Keys)
                    Terminal.Step($"key {key.KeyId} ({key.Use}): {key.Status}, until {OperatorConsole.Shell.Words.Utc(key.To)}");
                foreach (var warning in adapter.Warnings)
                    Terminal.Bad(warning.What.Plain, warning.Clears.Plain);
                if (adapter.Warnings.Count > 0)
                    Terminal.Step($"its link stage by stage: liaisonhub adapter test --state {adapter.State} --console ADDRESS --reason WHY");
            }
            return adapter.Warnings.Count == 0 ? ExitCode.Done : ExitCode.Findings;
        }));
        return command;
    }

    static Command Dead()
    {
        var which = new Argument<string>("state") { Description = "The state, for example XA; HUB for the hub's own bus." };
        var reason = new Option<string?>("--reason") { Description = "Why; goes into the ledger. Without it the last look is said again, and nothing is done." };
        var by = new Option<string?>("--by") { Description = "Who does it: name and function. Only where nobody signs in at the console." };
        var home = new Option<int?>("--home") { Description = "Bring back to the queues they came from what the last look has listed: so many of them can go, typed by hand." };
        var command = new Command("dead",
            "Looks at what the broker gave up on at the link of a state, or of the hub's own messages: how many messages, since when, what they say they are, from which queue; never what is in them. With --home brings back what was listed, each to the queue it "
            + "came from, confirmed there before it leaves. It needs the role operator. Exit code 0: nothing lies there any more. 1: something does. 3: no hub answers.\n\n"
            + $"Examples:\n  liaisonhub adapter dead XB\n  liaisonhub adapter dead XB --reason \"Shown on Today\"\n  liaisonhub adapter dead XB --home 3 --reason \"The queue had been full\"\n\n{ConsoleApi.Note}")
        {
            which, reason, by, home, ConsoleApi.Address, ProcedureCommand.Json,
        };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var address = $"adapters/{Uri.EscapeDataString(parsed.GetRequiredValue(which))}/dead";
            DeadLetterBoard look;
            if (parsed.GetValue(home) is { } count)
            {
                look = await console.Get<DeadLetterBoard>(address, cancellationToken);
                look = await console.Post<DeadLetterBoard>($"{address}/{look.LookId:D}/home", new HomeWish(parsed.GetValue(reason), count, parsed.GetValue(by)), cancellationToken);
            }
            else
                look = parsed.GetValue(reason) is { } why ? await console.Post<DeadLetterBoard>(address, new DeadLetterWish(why, parsed.GetValue(by)), cancellationToken) : await console.Get<DeadLetterBoard>(address, cancellationToken);
            var began = TimeProvider.System.GetTimestamp();
            using var progress = Terminal.Progress(parsed.GetValue(ProcedureCommand.Json));
            while (look.UnderWay && TimeProvider.System.GetElapsedTime(began) is var waited && waited < TimeSpan.FromSeconds(60))
            {
                progress.At(string.Create(CultureInfo.InvariantCulture, $"the hub is asked since {waited.TotalSeconds:0} s; {look.Lines.Count(l => l.Home is not null)} of {look.Lines.Count} messages are home"));
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
                look = await console.Get<DeadLetterBoard>(address, cancellationToken);
            }
            progress.Dispose();
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(look);
            else
                Tell(look);
            return look.UnderWay || look.Status == DeadLetterStatus.Failed ? ExitCode.Unreachable : look.Lines.All(l => l.Home is not null) && look.Total <= look.Lines.Count ? ExitCode.Done : ExitCode.Findings;
        }));
        return command;
    }

    static void Tell(DeadLetterBoard look)
    {
        if (look.UnderWay)
            Terminal.Bad("No hub has done it yet.", "See that a hub runs; what was wished stays wished.");
        else if (look.Status == DeadLetterStatus.Failed)
            Terminal.Bad($"It could not be seen: {look.Trouble}", "See that the hub reaches the broker, then look again.");
        else if (look.Lines.Count == 0)
            Terminal.Good("Nothing lies there.");
        else
        {
            Terminal.Table(["digest", "type", "from", "why", "died", "becomes"], look.Lines.Select(l => (IReadOnlyList<string>)
                [l.Letter.Digest[..12], l.Letter.Type ?? "", l.Letter.Home ?? "", l.Letter.Why ?? "", l.Letter.DiedAt is { } at ? OperatorConsole.Shell.Words.Utc(at) : "", l.Home is { } home ? $"home in {home}" : l.Why ?? "can go home"]));
            if (look.Status == DeadLetterStatus.Seen && look.CanGo > 0)
                Terminal.Step($"{look.Total} lie there. Bring back what is listed: liaisonhub adapter dead {look.State} --home {look.CanGo} --reason WHY");
        }
    }

    static string Heard(LinkBoard adapter) => adapter.Standing?.HeardAt is { } at ? OperatorConsole.Shell.Words.Utc(at) : "";

    // Each stage is said as soon as the hub has done it.
    static Task<int> FromTheHub(ParseResult parsed, string address, LinkTestWish wish, CancellationToken cancellationToken) => ConsoleApi.Run(address, async console =>
    {
        var state = parsed.GetRequiredValue(State);
        var test = await console.Post<LinkTestBoard>($"adapters/{Uri.EscapeDataString(state)}/tests", wish, cancellationToken);
        var json = parsed.GetValue(ProcedureCommand.Json);
        for (var said = 0; ; test = await console.Get<LinkTestBoard>($"adapters/{test.State}/tests/{test.TestId:D}", cancellationToken))
        {
            for (; !json && said < test.Stages.Count && test.Stages[said] is { Verdict: { } verdict } stage; said++)
                Say(new(stage.Stage, verdict, stage.Took, stage.Found, stage.Remedy));
            if (!test.UnderWay)
                break;
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
        }
        if (json)
            Terminal.Json(test);
        else if (test.Status == LinkTestStatus.Abandoned)
            Terminal.Bad("No hub has finished it.", "See that a hub runs, then start the test again.");
        return test.Status switch { LinkTestStatus.Good => ExitCode.Done, LinkTestStatus.Abandoned => ExitCode.Unreachable, _ => ExitCode.Findings };
    });

    static Command MakeMaintenance()
    {
        var from = new Option<DateTimeOffset?>("--from") { Description = "When it begins, with offset or Z. Default: now.", CustomParser = Instant };
        var until = new Option<DateTimeOffset?>("--until") { Description = "When it ends by itself, with offset or Z, for example 2026-03-15T06:00Z.", CustomParser = Instant };
        var reason = new Option<string?>("--reason") { Description = "Why, in one line without personal data; the other states read it." };
        var maintenance = new Command("maintenance",
            "Announces that the adapter is worked on until an instant. The hub's console and the desks of the other states show it, its silence raises no alarm, the hub keeps what it has for it; legal time goes on. It ends by itself; "
            + "'adapter maintenance end' ends it earlier.\n\nExample: liaisonhub adapter maintenance --state XA --until 2026-03-15T06:00Z --reason \"The case system moves.\"")
        {
            State, Folder, Wait, ProcedureCommand.Json, from, until, reason,
        };
        maintenance.SetAction((parsed, cancellationToken) => parsed.GetValue(until) is { } end && parsed.GetValue(reason) is { } why
            ? Past(parsed.GetValue(from), end) is { } past ? Terminal.Run(() => throw new InvalidConfigurationException([past])) : Announce(parsed, parsed.GetValue(from), end, why, cancellationToken)
            : Terminal.Run(() => throw new InvalidConfigurationException(["--until and --reason are needed, for example --until 2026-03-15T06:00Z --reason \"The case system moves.\""])));
        var ended = new Command("end", "Ends the maintenance that was announced.\n\nExample: liaisonhub adapter maintenance end --state XA") { State, Folder, Wait, ProcedureCommand.Json };
        ended.SetAction((parsed, cancellationToken) => Announce(parsed, null, null, "It has ended.", cancellationToken));
        maintenance.Subcommands.Add(ended);
        return maintenance;
    }

    // What the hub would refuse is refused here, before anything is sent. To end a maintenance there is a command.
    static string? Past(DateTimeOffset? from, DateTimeOffset until)
    {
        var now = TimeProvider.System.GetUtcNow();
        return until <= now ? string.Create(CultureInfo.InvariantCulture, $"--until: {until.UtcDateTime:u} is over, and it is {now.UtcDateTime:u}; give an end that is still to come. 'liaisonhub adapter maintenance end' ends what was announced.")
            : until <= from ? string.Create(CultureInfo.InvariantCulture, $"--until: {until.UtcDateTime:u} does not come after --from, {from.Value.UtcDateTime:u}; give an end that comes later.")
            : null;
    }

    static Task<int> Announce(ParseResult parsed, DateTimeOffset? from, DateTimeOffset? until, string reason, CancellationToken cancellationToken) => Terminal.Run(async () =>
    {
        var options = Settings(parsed);
        var announcement = new MaintenanceAnnouncement(options.Broker, options.State, Keys(options), TimeSpan.FromSeconds(parsed.GetValue(Wait)), TimeProvider.System);
        try
        {
            var answer = await announcement.Announce(from, until, reason, cancellationToken);
            if (answer is null)
            {
                Terminal.Bad("The broker has it, and the hub has not answered.", "It counts as soon as the hub reads it. Ask the operator of the hub; announcing it again does no harm.");
                return ExitCode.Unreachable;
            }
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(answer);
            else
                Terminal.Good(answer.Until is { } noted ? string.Create(CultureInfo.InvariantCulture, $"Noted: {options.State} is in maintenance from {answer.From:u} until {noted:u}. Every other state is told.")
                    : $"Noted: {options.State} is in maintenance no longer. Every other state is told.");
            return ExitCode.Done;
        }
        catch (ProbeFailedException e)
        {
            Terminal.Bad(e.Message, e.Remedy);
            return e.Unreachable ? ExitCode.Unreachable : ExitCode.Findings;
        }
    });

    static DateTimeOffset? Instant(System.CommandLine.Parsing.ArgumentResult given)
    {
        string[] forms = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"];
        var text = given.Tokens[0].Value;
        if (text.Length > 16 && DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var instant) && !char.IsDigit(text[^1]) | text.LastIndexOfAny(['+', '-']) > 10)
            return instant;
        given.AddError($"'{text}' is not an instant with its offset; write it as 2026-03-15T06:00Z or 2026-03-15T07:00+01:00.");
        return null;
    }

    static void Say(ProbeResult result)
    {
        var name = result.Stage switch { ProbeStage.Tcp => "TCP", ProbeStage.Tls => "TLS", ProbeStage.RoundTrip => "round trip", _ => result.Stage.ToString().ToLowerInvariant() };
        var text = $"{name}: {result.Found}{(result.Took is { } took ? string.Create(CultureInfo.InvariantCulture, $" ({took} ms)") : "")}";
        if (result.Verdict == ProbeVerdict.Good)
            Terminal.Good(text);
        else if (result.Remedy is { } remedy)
            Terminal.Bad(text, remedy);
        else
            Terminal.Step(text);
    }

    // What the test needs and nothing more: an adapter need not be set up whole to find out whether the network is open.
    static AdapterOptions Settings(ParseResult parsed)
    {
        var options = ConfigCommand.Adapter(parsed.GetRequiredValue(Folder), parsed.GetRequiredValue(State));
        var problems = options.Broker.Problems($"{AdapterOptions.Section}:Broker").ToList();
        if (options.State.Length != 2 || !options.State.All(char.IsAsciiLetterUpper))
            problems.Insert(0, $"--state: '{options.State}' is not a state; give two letters, for example XA.");
        InvalidConfigurationException.ThrowIfAny(problems);
        return options;
    }

    static Func<AdapterKeys> Keys(AdapterOptions options) => () =>
    {
        InvalidConfigurationException.ThrowIfAny([.. new[] { (nameof(options.PublicKeys), options.PublicKeys), (nameof(options.PrivateKeys), options.PrivateKeys) }
            .Where(f => !Directory.Exists(f.Item2)).Select(f => $"{AdapterOptions.Section}:{f.Item1}: there is no folder '{f.Item2}'")]);
        return AdapterKeys.Load(options, TimeProvider.System);
    };
}
