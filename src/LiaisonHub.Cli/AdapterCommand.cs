using System.CommandLine;
using System.Globalization;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Exchange;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Broker;

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
        var test = new Command("test",
            "Tries the way from this machine into the hub and back, stage by stage: name, TCP, TLS, login, echo, round trip; says for the first that fails what is wrong and what to do. Reads the adapter's own settings; "
            + "takes none of its messages, and may be run beside it. Exit code 0: all is well. 1: something is to be looked at. 2: the settings cannot be used. 3: broker or hub do not answer.\n\n"
            + "Example: liaisonhub adapter test --state XA --folder /opt/liaisonhub/xa")
        {
            State, Folder, Wait, ProcedureCommand.Json,
        };
        test.SetAction((parsed, cancellationToken) => Terminal.Run(async () =>
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
        return new Command("adapter", "A state's adapter and its way to the hub.") { test };
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
