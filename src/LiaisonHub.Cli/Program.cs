using System.CommandLine;
using LiaisonHub.Cli;
using LiaisonHub.Cli.Up;

var root = new RootCommand("LiaisonHub: requests for extradition and mutual legal assistance between states, followed to their end.")
{
    UpCommand.Make(),
    DoctorCommand.Make(),
    KeysCommand.Make(),
    BrokerCommand.Make(),
    DatabaseCommand.Make(),
    LedgerCommand.Make(),
};
return await root.Parse(args).InvokeAsync();
