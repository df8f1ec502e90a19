using System.CommandLine;
using LiaisonHub.Coordinator;
using LiaisonHub.Messaging.Broker;

namespace LiaisonHub.Cli;

/// <summary>Prepares RabbitMQ for a region: virtual hosts, users, rights, queues and policies.</summary>
static class BrokerCommand
{
    public static Command Make()
    {
        var region = new Option<DirectoryInfo>("--region") { Description = "The region's data; its states get a virtual host and a user each.", DefaultValueFactory = _ => new DirectoryInfo(Up.UpCommand.DemoRegion) };
        var management = new Option<Uri>("--management") { Description = "Address of the broker's management API.", DefaultValueFactory = _ => new Uri("http://localhost:15672"), CustomParser = ConsoleApi.Http("a management API", "http://localhost:15672") };
        var user = new Option<string>("--user") { Description = "An administrator of the broker.", DefaultValueFactory = _ => "guest" };
        var passwordFile = new Option<FileInfo?>("--password-file") { Description = "File with the administrator's password. Without it the environment variable LIAISONHUB_BROKER_PASSWORD is read, else 'guest' is tried." };
        var passwords = new Option<DirectoryInfo>("--passwords") { Description = "Folder for the users' passwords, a file each, readable by their owner alone.", DefaultValueFactory = _ => new DirectoryInfo("broker-passwords") };
        var prefix = new Option<string>("--prefix") { Description = "What the names of virtual hosts and users begin with, where several environments share a broker.", DefaultValueFactory = _ => "" };
        var renew = new Option<string[]>("--renew") { Description = "Users that get a new password.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var certificates = new Option<bool>("--certificate-logins") { Description = "Users log in with client certificates; nobody has a password." };
        var authority = new Option<FileInfo?>("--ca") { Description = "PEM file of the authority that signed the management API's certificate." };
        var check = new Option<bool>("--check") { Description = "Change nothing, only say what is not as it should be." };
        var provision = new Command("provision", "Makes virtual hosts, users, permissions, queues and policies. Safe to run again at any time: what is as wanted is left alone.\n\nExample: liaisonhub broker provision --management http://localhost:15672 --user admin --password-file /run/secrets/broker-admin --passwords /etc/liaisonhub/broker")
        {
            region, management, user, passwordFile, passwords, prefix, renew, certificates, authority, check,
        };
        provision.SetAction((parsed, cancellationToken) => Terminal.Run(async () =>
        {
            var folder = parsed.GetValue(passwords)!.FullName;
            var secret = parsed.GetValue(passwordFile) is { } file ? File.ReadLines(file.FullName).FirstOrDefault()?.Trim() : Environment.GetEnvironmentVariable("LIAISONHUB_BROKER_PASSWORD");
            using var provisioning = new BrokerProvisioning(new BrokerAdministration
            {
                Address = parsed.GetValue(management)!,
                User = parsed.GetValue(user)!,
                Password = secret ?? "guest",
                CertificateAuthorityFile = parsed.GetValue(authority)?.FullName,
            });
            var plan = new BrokerPlan
            {
                States = [.. Hub.ReadRegion(parsed.GetValue(region)!.FullName).States.Keys.Order(StringComparer.Ordinal)],
                Prefix = parsed.GetValue(prefix)!,
                Passwords = BrokerPasswords.Load(folder),
                Renew = parsed.GetValue(renew)!,
                CertificateLogins = parsed.GetValue(certificates),
            };
            try
            {
                IReadOnlyList<string> problems;
                if (parsed.GetValue(check))
                    problems = await provisioning.Check(plan, cancellationToken);
                else
                {
                    var report = await provisioning.Provision(plan, cancellationToken);
                    BrokerPasswords.Save(folder, report.Passwords);
                    foreach (var step in report.Steps.Where(s => s.Outcome != ProvisioningOutcome.Left))
                        Terminal.Step($"{step.Outcome}: {step.Thing}");
                    if (report.Changed)
                        Terminal.Say($"Passwords stand in {folder}; give each program only its own.");
                    problems = report.Problems;
                }
                foreach (var problem in problems)
                    Terminal.Bad(problem, "");
                if (problems.Count > 0)
                    return ExitCode.Findings;
                Terminal.Good($"The broker is ready for {string.Join(", ", plan.States)}.");
                return ExitCode.Done;
            }
            catch (BrokerAdministrationException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return ExitCode.Unreachable;
            }
        }));
        return new Command("broker", "RabbitMQ.") { provision };
    }
}
