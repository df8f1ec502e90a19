using System.CommandLine;
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
        var make = new Command("make", "Makes a signing key, and for a state a sealing key, and publishes their public parts. Existing keys stay valid beside the new ones.\n\nExample: liaisonhub keys make --owner XA --private /etc/liaisonhub/xa --public /etc/liaisonhub/region-keys")
        {
            owner, folder, directory, days,
        };
        make.SetAction(parsed => Terminal.Run(() =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var made = KeyFiles.Make(parsed.GetRequiredValue(owner), parsed.GetRequiredValue(folder).FullName, parsed.GetRequiredValue(directory).FullName, now, now.AddDays(parsed.GetValue(days)));
            foreach (var file in made)
                Terminal.Good(file);
            Terminal.Say("Hand the file in the public folder to the other participants; keep the private folder where it is, backed up and readable by the program alone.");
            return Task.FromResult(ExitCode.Done);
        }));

        var list = new Command("list", "Lists the region's public keys and how long each is valid.") { directory };
        list.SetAction(parsed => Terminal.Run(() =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var keys = KeyDirectory.Load(parsed.GetRequiredValue(directory).FullName);
            var ending = false;
            foreach (var key in keys.All.OrderBy(k => k.Owner).ThenBy(k => k.Use).ThenBy(k => k.To))
            {
                var left = key.To - now;
                ending |= left < TimeSpan.FromDays(30) && left > TimeSpan.Zero;
                Terminal.Say($"{key.Owner,-4} {key.Use,-5} {key.KeyId}  {key.From:u} to {key.To:u}  {(left <= TimeSpan.Zero ? "ended" : $"{left.Days} days left")}");
            }
            return Task.FromResult(ending ? ExitCode.Findings : ExitCode.Done);
        }));
        return new Command("keys", "Signing and sealing keys.") { make, list };
    }
}

/// <summary>Where keys lie: the private ones as <c>OWNER.sign.json</c> and <c>OWNER.seal.json</c>, the public ones in the directory.</summary>
static class KeyFiles
{
    public static string Private(string folder, string owner, KeyUse use) => Path.Combine(folder, $"{owner}.{(use == KeyUse.Sign ? "sign" : "seal")}.json");

    /// <summary>Makes what is missing: a key file that is there stays. Returns the files it made.</summary>
    public static IReadOnlyList<string> Make(string owner, string folder, string directory, DateTimeOffset from, DateTimeOffset to)
    {
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(directory);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var keys = KeyDirectory.Load(directory);
        var made = new List<string>();
        foreach (var use in owner == PublicKey.HubOwner ? [KeyUse.Sign] : new[] { KeyUse.Sign, KeyUse.Seal })
        {
            var file = Private(folder, owner, use);
            if (File.Exists(file))
                continue;
            using var key = PrivateKey.Generate(owner, use);
            key.Save(file);
            keys = keys.With(key.Public(from, to));
            made.Add(file);
        }
        if (made.Count > 0)
            keys.Save(directory);
        return made;
    }
}
