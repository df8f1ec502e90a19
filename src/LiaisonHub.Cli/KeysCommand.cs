using System.CommandLine;
using System.Globalization;
using LiaisonHub.Sealing;

namespace LiaisonHub.Cli;

/// <summary>Makes and lists keys. A private key never leaves the folder it is made in; only the public part goes into the directory.</summary>
static class KeysCommand
{
    public static Command Make()
    {
        var owner = new Option<string>("--owner") { Description = "State code (XA, XB...) or HUB.", Required = true };
        var folder = new Option<DirectoryInfo>("--private") { Description = "Folder for the private keys, readable by their owner alone.", Required = true };
        var directory = new Option<DirectoryInfo>("--public") { Description = "The region's key directory: a file for each owner.", Required = true };
        var days = new Option<int>("--days") { Description = "How long the keys are valid.", DefaultValueFactory = _ => 365 };
        var next = new Option<bool>("--next") { Description = "Makes successors where there are keys already: they are used at once, and the old ones stay valid beside them until they end." };
        var make = new Command("make", "Makes a signing key, and for a state a sealing key, and publishes their public parts. Keys that are there stay; --next makes their successors beside them.\n\nExample: liaisonhub keys make --owner XA --private /etc/liaisonhub/xa --public /etc/liaisonhub/region-keys")
        {
            owner, folder, directory, days, next,
        };
        owner.CompletionSources.Add(PublicKey.HubOwner);
        owner.Validators.Add(found =>
        {
            if (found.GetValue(owner) is var name && name != PublicKey.HubOwner && (name is not { Length: 2 } || !name.All(char.IsAsciiLetterUpper)))
                found.AddError($"--owner {name}: write HUB, or two capital letters such as XA.");
        });
        days.Validators.Add(found =>
        {
            if (found.Tokens.Count > 0 && (!int.TryParse(found.Tokens[0].Value, CultureInfo.InvariantCulture, out var given) || given is < 1 or > 3650))
                found.AddError($"--days {found.Tokens[0].Value}: give 1 to 3650 days.");
        });
        make.SetAction(parsed => Terminal.Run(() =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var made = KeyFiles.Make(parsed.GetRequiredValue(owner), parsed.GetRequiredValue(folder).FullName, parsed.GetRequiredValue(directory).FullName, now, now.AddDays(parsed.GetValue(days)), parsed.GetValue(next));
            foreach (var file in made)
                Terminal.Good(file);
            Terminal.Say("Hand the file in the public folder to the other participants; keep the private folder where it is, backed up and readable by the program alone.");
            return Task.FromResult(ExitCode.Done);
        }));

        var list = new Command("list", "Lists the region's public keys, how each stands and how long it is valid. Exit code 1: one ends within 90, 30, 7 or 1 days and nothing follows it.\n\nExample: liaisonhub keys list --public /etc/liaisonhub/region-keys") { directory };
        list.SetAction(parsed => Terminal.Run(() =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var keys = KeyDirectory.Load(parsed.GetRequiredValue(directory).FullName);
            foreach (var key in keys.All.OrderBy(k => k.Owner).ThenBy(k => k.Use).ThenBy(k => k.To))
                Terminal.Say($"{key.Owner,-4} {key.Use,-5} {key.KeyId}  {key.From:u} to {key.To:u}  " + keys.StatusOf(key, now) switch
                {
                    KeyStatus.Current => key.Use == KeyUse.Sign ? $"signs, {(key.To - now).Days} days left" : $"sealed to, {(key.To - now).Days} days left",
                    KeyStatus.Overlapping => $"valid beside the newer one, {(key.To - now).Days} days left",
                    KeyStatus.Ahead => "not yet",
                    _ => "ended",
                });
            var warnings = keys.Endings(now).Where(e => e.Ends > now).Select(e => e.Warning(now)).OfType<string>().ToList();
            foreach (var warning in warnings)
                Terminal.Say(warning);
            return Task.FromResult(warnings.Count > 0 ? ExitCode.Findings : ExitCode.Done);
        }));
        return new Command("keys", "Signing and sealing keys.") { make, list };
    }
}

/// <summary>Where keys lie: the private ones as <c>OWNER.sign.json</c> and <c>OWNER.seal.json</c>, the public ones in the directory.</summary>
static class KeyFiles
{
    public static string Private(string folder, string owner, KeyUse use) => Path.Combine(folder, $"{owner}.{(use == KeyUse.Sign ? "sign" : "seal")}.json");

    /// <summary>Makes what is missing: a key file that is there stays. With <paramref name="next"/> a successor is made beside it, named after the second it was made in. Returns the files it made.</summary>
    public static IReadOnlyList<string> Make(string owner, string folder, string directory, DateTimeOffset from, DateTimeOffset to, bool next = false)
    {
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(directory);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var keys = KeyDirectory.Load(directory);
        var (made, fresh) = (new List<string>(), new List<(string File, PrivateKey Key)>());
        foreach (var use in owner == PublicKey.HubOwner ? [KeyUse.Sign] : new[] { KeyUse.Sign, KeyUse.Seal })
        {
            var file = Private(folder, owner, use);
            if (File.Exists(file) && !next)
            {
                // Who is published with one key of two can be sealed to and not believed, or the other way round.
                if (!keys.All.Any(k => k.Owner == owner && k.Use == use))
                    throw new InvalidKeysException([$"{file}: this private key is there, and {directory} knows no key of {owner} for that use. Was it made for another region, or was its making broken off? Make successors with --next, or put it away and make both anew."]);
                continue;
            }
            if (File.Exists(file))
                file = Path.ChangeExtension(file, string.Create(CultureInfo.InvariantCulture, $"{from:yyyyMMdd'T'HHmmss}.json"));
            var key = PrivateKey.Generate(owner, use);
            fresh.Add((file, key));
            keys = keys.With(key.Public(from, to));
        }

        // Only what can be published is kept.
        foreach (var (file, key) in fresh)
            using (key)
            {
                key.Save(file);
                made.Add(file);
            }
        if (made.Count > 0)
            keys.Save(directory);
        return made;
    }
}
