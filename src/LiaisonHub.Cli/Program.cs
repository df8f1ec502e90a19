using System.CommandLine;
using System.CommandLine.Help;
using LiaisonHub.Cli;
using LiaisonHub.Cli.Up;

var root = new RootCommand("LiaisonHub: requests for extradition and mutual legal assistance between states, followed to their end.")
{
    UpCommand.Make(),
    DoctorCommand.Make(),
    StuckCommand.Make(),
    FaultsCommand.Make(),
    AlertsCommand.Make(),
    PlanCommand.Make(),
    RequestsCommand.Make(),
    DeadlinesCommand.Make(),
    HealthCommand.Make(),
    KeysCommand.Make(),
    BrokerCommand.Make(),
    DatabaseCommand.Make(),
    AuditCommand.Make(),
    PreflightCommand.Make(),
    ProcedureCommand.Make(),
    ProcedureCommand.MakeClock(),
    TemplateCommand.Make(),
    MapCommand.Make(),
    ConfigCommand.Make(),
    AdapterCommand.Make(),
    CompletionCommand.Make(),
};
var help = root.Options.OfType<HelpOption>().Single();
help.Action = new Summaries((HelpAction)help.Action!);
// Longer than hub and adapters may take to finish what is in hand; the default of two seconds would end the process before that.
var parsed = root.Parse(args);
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });
// The library says 1 for a command line it cannot read; here 1 means that something was found.
return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
