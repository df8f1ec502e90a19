using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LiaisonHub.Coordinator;
using LiaisonHub.Messaging;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;

namespace LiaisonHub.Cli;

/// <summary>Looks at everything that must be right before the programs run, and says what is not and how to put it right.</summary>
static class DoctorCommand
{
    public static Command Make()
    {
        var region = new Option<DirectoryInfo>("--region") { Description = "The region's data.", DefaultValueFactory = _ => new DirectoryInfo(Up.UpCommand.DemoRegion) };
        var keys = new Option<DirectoryInfo?>("--public") { Description = "The region's key directory." };
        var database = new Option<string?>("--database") { Description = "The hub's database." };
        var broker = new Option<string?>("--broker") { Description = "HOST or HOST:PORT of RabbitMQ." };
        var certificates = new Option<FileInfo[]>("--certificate") { Description = "Certificates whose end is looked at: PEM, or PKCS#12 without a password (.p12).", AllowMultipleArgumentsPerToken = true };
        var ports = new Option<int[]>("--port") { Description = "Ports that must be free; those of 'up' when none is given.", AllowMultipleArgumentsPerToken = true };
        var command = new Command("doctor", "Checks this machine and a set-up, and says what is wrong and how to put it right.\n\nExamples:\n  liaisonhub doctor\n  liaisonhub doctor --database sqlite:.liaisonhub/hub.db --broker localhost:5672")
        {
            region, keys, certificates, database, broker, ports,
        };
        command.SetAction((parsed, cancellationToken) => Terminal.Run(async () =>
        {
            var worst = ExitCode.Done;
            void Check(bool good, string text, string fix, int code = ExitCode.Findings)
            {
                if (good)
                    Terminal.Good(text);
                else
                {
                    Terminal.Bad(text, fix);
                    worst = Math.Max(worst, code);
                }
            }

            Check(Environment.Version.Major >= 10, $".NET {Environment.Version}", "Install the .NET 10 runtime.");
            try
            {
                var read = Hub.ReadRegion(parsed.GetValue(region)!.FullName);
                Check(true, $"Region {read.Name}, version {read.Version}: {read.States.Count} states", "");
                var horizon = TimeProvider.System.GetUtcNow().AddYears(1);
                foreach (var state in read.States.Values)
                    foreach (var authority in state.Authorities.Where(a => a.Calendar is not null))
                    {
                        var own = read.CalendarOf(state.Code, authority.Code);
                        Check(own.Reaches(DateOnly.FromDateTime(horizon.UtcDateTime)), $"Calendar of {authority.Code} reaches to {own.Until:yyyy-MM-dd}",
                            "Get the days of the coming years on which it does not work from the authority and put them into its calendar file.");
                    }
                foreach (var state in read.States.Values)
                    Check(read.Calendars[state.Calendar].Reaches(DateOnly.FromDateTime(horizon.UtcDateTime)), $"Calendar of {state.Code} reaches to {read.Calendars[state.Calendar].Until:yyyy-MM-dd}", "Get the holidays of the coming years from the authority and put them into its calendar file.");
            }
            catch (InvalidConfigurationException e)
            {
                foreach (var problem in e.Problems)
                    Check(false, problem, "Correct the file named.");
            }

            if (parsed.GetValue(keys) is { } directory)
            {
                try
                {
                    var now = TimeProvider.System.GetUtcNow();
                    foreach (var ending in KeyDirectory.Load(directory.FullName).Endings(now))
                        Check(Expiry.Threshold(ending.Ends, now) is null, $"{ending.What} ends {ending.Ends:u}", ending.Remedy);
                }
                catch (InvalidKeysException e)
                {
                    foreach (var problem in e.Problems)
                        Check(false, problem, "Correct the file named.");
                }
            }

            foreach (var file in parsed.GetValue(certificates) ?? [])
            {
                try
                {
                    using var certificate = file.Extension is ".p12" or ".pfx" ? X509CertificateLoader.LoadPkcs12FromFile(file.FullName, null) : X509CertificateLoader.LoadCertificateFromFile(file.FullName);
                    Check(Expiry.Threshold(certificate.NotAfter.ToUniversalTime(), TimeProvider.System.GetUtcNow()) is null, $"The certificate in {file.Name} ends {certificate.NotAfter.ToUniversalTime():u}", "Get its successor and put it into place before that day.");
                }
                catch (CryptographicException)
                {
                    Check(false, $"{file.Name} holds no certificate that can be read", "Give a PEM file, or a PKCS#12 file (.p12) without a password.");
                }
            }

            if (parsed.GetValue(database) is { } address)
            {
                await using var opened = Database.Open(address, TimeProvider.System);
                Check(await opened.Ping(cancellationToken), "The database answers", "Start it, or correct the address.", ExitCode.Unreachable);
            }

            if (parsed.GetValue(broker) is { } host)
            {
                var parts = host.Split(':');
                Check(await Reachable(parts[0], parts.Length > 1 && int.TryParse(parts[1], out var port) ? port : 5672, cancellationToken), $"The broker at {host} answers", "Start it, or correct host and port.", ExitCode.Unreachable);
            }

            var wanted = parsed.GetValue(ports) is { Length: > 0 } given ? given : [Up.UpCommand.ConsolePort, Up.UpCommand.DeskPort, Up.UpCommand.DeskPort + 1];
            foreach (var port in wanted)
                Check(Free(port), $"Port {port} is free", $"Stop what listens on it, or give 'up' another one (liaisonhub up --help).");
            return worst;
        }));
        return command;
    }

    internal static bool Free(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static async Task<bool> Reachable(string host, int port, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, patience.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
