using System.CommandLine;
using System.Text;
using System.Text.Json;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.XZ;
using LiaisonHub.Casework.Conformance;
using LiaisonHub.Conformance;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Broker;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.Cli;

/// <summary>Examines an adapter against a scripted counterpart.</summary>
static class ConformCommand
{
    public static Command Make()
    {
        var state = new Argument<string>("state") { Description = "The participant's state, for example XA. Without --broker it must be a built-in one, or --country gives its folder." };
        var country = new Option<DirectoryInfo?>("--country") { Description = "Folder of the adapter's data: profile.json, mappings, conformance.json. Default: that of the built-in state." };
        var broker = new Option<string?>("--broker") { Description = "HOST or HOST:PORT of a RabbitMQ prepared for the examination with 'liaisonhub broker provision', never the real one: the kit plays the hub on it. Without it the adapter runs in this process." };
        var prefix = new Option<string>("--prefix") { Description = "What the names of virtual hosts begin with there.", DefaultValueFactory = _ => "" };
        var passwords = new Option<DirectoryInfo>("--passwords") { Description = "Folder in which 'broker provision' wrote the passwords.", DefaultValueFactory = _ => new DirectoryInfo("broker-passwords") };
        var start = new Option<string?>("--start") { Description = "Command line of the participant's program, which the kit starts and kills, for example \"dotnet LiaisonHub.Adapters.XA.dll\". Without it somebody else starts it, with the keys in FOLDER/keys and FOLDER/private." };
        var folder = new Option<DirectoryInfo?>("--folder") { Description = "An empty folder for keys and data of the examination; it is kept. Default: one for the time of the examination." };
        var group = new Option<string[]>("--group") { Description = $"Only these groups: {string.Join(", ", CheckList.Current.Groups.Select(g => g.Code))}. Only an examination of all can earn a level.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var level = new Option<int>("--level") { Description = "The level wanted: exit code 0 when all checks up to it passed.", DefaultValueFactory = _ => CheckList.Current.Levels.Count };
        var patience = new Option<int>("--patience") { Description = "Seconds the participant has for an answer.", DefaultValueFactory = _ => 15 };
        var html = new Option<FileInfo?>("--html") { Description = "Writes the report as a page." };
        var junit = new Option<FileInfo?>("--junit") { Description = "Writes the report as JUnit XML." };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var record = new Option<bool>("--record") { Description = "Sign the level as the hub and keep it in the hub's database, for the console. Needs --database and --signing-key." };
        var sign = new Option<FileInfo?>("--signed") { Description = "Sign the level as the hub and write it into this file, to be handed in at the console: nothing here reaches the hub's database. Needs --signing-key." };
        var database = new Option<string?>("--database") { Description = "The hub's database." };
        var key = new Option<FileInfo?>("--signing-key") { Description = "The hub's private signing key." };
        state.CompletionSources.Add([.. MapCommand.Known.Select(c => c.State)]);
        group.CompletionSources.Add([.. CheckList.Current.Groups.Select(g => g.Code)]);
        var command = new Command("conform", "Examines an adapter against a scripted counterpart: the kit plays the hub and another state, with keys of its own, and scores numbered checks.\n\nExit code: 0 all checks of the level passed, 1 some did not, 2 the command line cannot be used, 3 the participant cannot be reached.\n\nExamples:\n  liaisonhub adapter conform XA --html report.html --junit report.xml\n  liaisonhub adapter conform XB --broker localhost --prefix exam- --start \"dotnet LiaisonHub.Adapters.XB.dll\"\n  liaisonhub adapter conform XA --record --database sqlite:hub.db --signing-key /etc/liaisonhub/HUB.sign.json\n  liaisonhub adapter conform XA --signed XA.level.json --signing-key HUB.sign.json")
        {
            state, country, broker, prefix, passwords, start, folder, group, level, patience, html, junit, json, record, sign, database, key,
        };
        command.SetAction((parsed, cancellationToken) => Terminal.Run(async () =>
        {
            var code = parsed.GetRequiredValue(state).ToUpperInvariant();
            var wanted = parsed.GetValue(level);
            var problems = new List<string>();
            var known = MapCommand.Known.Append(Xz.Country).FirstOrDefault(c => c.State == code);
            if (parsed.GetValue(country) is { } given)
                known = Directory.Exists(given.FullName) ? new Country { State = code, Folder = given.FullName, Quirks = known?.Quirks ?? [] } : null;
            if (known is null && parsed.GetValue(broker) is null)
                problems.Add($"'{code}' is no built-in state ({string.Join(", ", MapCommand.Known.Select(c => c.State))}, XZ); give the folder of its data with --country, or its broker with --broker.");
            if (wanted < 1 || wanted > CheckList.Current.Levels.Count)
                problems.Add($"--level {wanted}: there are levels 1 to {CheckList.Current.Levels.Count}.");
            if (parsed.GetValue(patience) is < 1 or > 600)
                problems.Add("--patience: give 1 to 600 seconds.");
            if (parsed.GetValue(group)!.Except(CheckList.Current.Groups.Select(g => g.Code)).FirstOrDefault() is { } unknown)
                problems.Add($"--group {unknown}: there are {string.Join(", ", CheckList.Current.Groups.Select(g => g.Code))}.");
            if (parsed.GetValue(record) && (parsed.GetValue(database) is null || parsed.GetValue(key) is not { Exists: true }))
                problems.Add("--record needs --database and the file --signing-key: only the hub can sign a level.");
            if (parsed.GetValue(sign) is not null && parsed.GetValue(key) is not { Exists: true })
                problems.Add("--signed needs the file --signing-key: only the hub can sign a level.");
            if ((parsed.GetValue(record) || parsed.GetValue(sign) is not null) && parsed.GetValue(group)!.Length > 0)
                problems.Add("--record, --signed: only an examination of all groups earns a level; leave --group out.");
            if (parsed.GetValue(start) is not null && parsed.GetValue(broker) is null)
                problems.Add("--start: a program of its own is reached over a broker; give --broker.");
            if (parsed.GetValue(broker) is not null && parsed.GetValue(start) is null && parsed.GetValue(folder) is null)
                problems.Add("--folder: whoever starts the participant needs the keys of the examination; give a folder for them.");
            if (parsed.GetValue(folder) is { Exists: true } used && used.EnumerateFileSystemInfos().Any())
                problems.Add($"--folder: {used.FullName} is not empty; every examination begins anew.");
            foreach (var (option, file) in new[] { ("--html", parsed.GetValue(html)), ("--junit", parsed.GetValue(junit)) })
                if (file is { Directory.Exists: false })
                    problems.Add($"{option}: there is no folder '{file.DirectoryName}' for the report.");
            InvalidConfigurationException.ThrowIfAny(problems);

            var (participant, link) = parsed.GetValue(broker) is { } host
                ? OverBroker(code, known, host, parsed.GetValue(prefix)!, parsed.GetValue(passwords)!.FullName, parsed.GetValue(start))
                : (new HostedAdapter(known!), null);
            await using var _ = participant;
            await using var __ = link;
            var quiet = parsed.GetValue(json);
            ConformanceReport report;
            try
            {
                report = await Examination.Run(
                    participant,
                    new ExaminationOptions
                    {
                        Groups = parsed.GetValue(group)!,
                        Patience = TimeSpan.FromSeconds(parsed.GetValue(patience)),
                        Folder = parsed.GetValue(folder)?.FullName,
                        Link = link,
                        Progress = quiet ? null : new Told(),
                    },
                    cancellationToken);
            }
            catch (ParticipantUnreachableException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return ExitCode.Unreachable;
            }

            if (parsed.GetValue(html) is { } page)
                await File.WriteAllTextAsync(page.FullName, Reports.Html(report), cancellationToken);
            if (parsed.GetValue(junit) is { } suite)
                await File.WriteAllTextAsync(suite.FullName, Reports.JUnit(report), cancellationToken);
            if (quiet)
                await Console.Out.WriteLineAsync(report.ToJson());
            else
            {
                Terminal.Say(report.Findings);
                Terminal.Say($"{report.Count(CheckOutcome.Passed)} passed, {report.Count(CheckOutcome.Failed)} failed, {report.Count(CheckOutcome.NotObserved)} not observed, in {report.Seconds} s.");
                Terminal.Say(Reports.Level(report));
            }

            if (parsed.GetValue(sign) is { } signedFile)
                await File.WriteAllBytesAsync(signedFile.FullName, Signed(report.Earned(), parsed.GetValue(key)!.FullName), cancellationToken);
            if (parsed.GetValue(record))
                await Record(report.Earned(), parsed.GetValue(database)!, Signed(report.Earned(), parsed.GetValue(key)!.FullName), quiet, cancellationToken);
            return report.Reached(_ => true) >= wanted ? ExitCode.Done : ExitCode.Findings;
        }));
        return command;
    }

    static (Participant, RabbitHubLink?) OverBroker(string state, Country? country, string host, string prefix, string passwords, string? start)
    {
        var parts = host.Split(':');
        var port = parts.Length > 1 && int.TryParse(parts[1], out var named) ? named : 5672;
        var written = BrokerPasswords.Load(passwords);
        var plan = new BrokerPlan { States = [state], Prefix = prefix };
        string Of(string user) => written.TryGetValue(user, out var password) ? password
            : throw new InvalidConfigurationException([$"--passwords: {passwords} has no password of {user}; prepare the broker with 'liaisonhub broker provision --prefix {prefix} --passwords {passwords}'."]);
        var (hub, own) = (plan.HubUser, plan.Of(state));
        var link = new RabbitHubLink(new BrokerOptions { Host = parts[0], Port = port, Prefix = prefix, User = hub, Password = Of(hub) }, NullLogger<RabbitHubLink>.Instance);
        var participant = new AdapterProcess(state, start is null ? [] : [.. Words(start)])
        {
            Country = country,
            Environment = new Dictionary<string, string>
            {
                ["CONFORMANCE_AMQP"] = $"amqp://{Uri.EscapeDataString(own)}:{Uri.EscapeDataString(Of(own))}@{parts[0]}:{port}/{own}",
                [$"{AdapterOptions.Section}__Broker__Host"] = parts[0],
                [$"{AdapterOptions.Section}__Broker__Port"] = $"{port}",
                [$"{AdapterOptions.Section}__Broker__Prefix"] = prefix,
                [$"{AdapterOptions.Section}__Broker__User"] = own,
                [$"{AdapterOptions.Section}__Broker__Password"] = Of(own),
            },
        };
        return (participant, link);
    }

    // As a shell would take it apart: blanks divide, double quotes keep together.
    static IEnumerable<string> Words(string line)
    {
        var word = new StringBuilder();
        var (quoted, begun) = (false, false);
        foreach (var c in line)
            if (c == '"')
                (quoted, begun) = (!quoted, true);
            else if (c == ' ' && !quoted)
            {
                if (begun)
                    yield return word.ToString();
                word.Clear();
                begun = false;
            }
            else
            {
                word.Append(c);
                begun = true;
            }

        if (begun)
            yield return word.ToString();
    }

    static byte[] Signed(EarnedLevel earned, string keyFile)
    {
        using var key = InvalidConfigurationException.Read(() => PrivateKey.Load(keyFile));
        if (key is not { Owner: PublicKey.HubOwner, Use: KeyUse.Sign })
            throw new InvalidConfigurationException([$"--signing-key: {keyFile} is no signing key of the hub."]);
        return Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(earned, Wire.Json), DocumentTypes.Conformance, key));
    }

    static async Task Record(EarnedLevel earned, string address, byte[] document, bool quiet, CancellationToken cancellationToken)
    {
        await using var database = Database.Open(address, TimeProvider.System);
        var kept = await new ConformanceRegister(database).Keep(
            new SignedLevel { State = earned.State, ExaminedAt = earned.At, Document = Encoding.UTF8.GetString(document) }, null, null, cancellationToken);
        if (!quiet)
            Terminal.Say(kept ? $"Level {earned.Level} of {earned.State} is recorded until {earned.Until.UtcDateTime:yyyy-MM-dd}, for version {earned.ContractVersion} of the contracts." : "A later examination is recorded already; nothing was changed.");
    }

    /// <summary>Says where the examination is, and what did not pass as soon as it is known.</summary>
    sealed class Told : IProgress<ExaminationProgress>
    {
        public void Report(ExaminationProgress value)
        {
            if (value.Latest is null)
                Terminal.Step($"{value.Done} of {value.Of}: {value.Group}");
            else if (value.Latest.Outcome == CheckOutcome.Failed)
                Terminal.Bad($"{value.Latest.Id} {value.Latest.Title}", value.Latest.Seen);
        }
    }
}
