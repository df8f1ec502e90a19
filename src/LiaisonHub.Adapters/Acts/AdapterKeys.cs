using System.Text;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Sealing;

namespace LiaisonHub.Adapters.Acts;

/// <summary>This state's private keys and the region's public ones.</summary>
public sealed class AdapterKeys
{
    readonly IReadOnlyList<PrivateKey> own;
    readonly TimeProvider time;

    /// <param name="state">This state.</param>
    /// <param name="own">Its private keys: signing and sealing, old ones too.</param>
    /// <param name="directory">The region's public keys.</param>
    /// <param name="time">The clock.</param>
    public AdapterKeys(string state, IReadOnlyList<PrivateKey> own, KeyDirectory directory, TimeProvider time) =>
        (State, this.own, Directory, this.time) = (state, own, directory, time);

    /// <summary>This state.</summary>
    public string State { get; }

    /// <summary>The region's public keys.</summary>
    public KeyDirectory Directory { get; }

    /// <summary>Reads the keys an adapter needs and checks that they fit each other.</summary>
    /// <exception cref="InvalidConfigurationException">Everything that is wrong.</exception>
    public static AdapterKeys Load(AdapterOptions options, TimeProvider time)
    {
        var directory = InvalidConfigurationException.Read(() => KeyDirectory.Load(options.PublicKeys));
        var problems = new List<string>();
        var keys = new List<PrivateKey>();
        foreach (var file in System.IO.Directory.EnumerateFiles(options.PrivateKeys, "*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (
                    UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
                    problems.Add($"{file}: others than the adapter's user may read this private key; chmod 600 it");
                keys.Add(PrivateKey.Load(file));
            }
            catch (InvalidKeysException e)
            {
                problems.AddRange(e.Problems);
            }
        }

        var now = time.GetUtcNow();
        foreach (var foreign in keys.Where(k => k.Owner != options.State))
            problems.Add($"{options.PrivateKeys}: key {foreign.KeyId} belongs to {foreign.Owner}; only {options.State}'s keys may lie here");
        foreach (var (use, current) in new[] { (KeyUse.Sign, directory.CurrentSigning(options.State, now)),
            (KeyUse.Seal, directory.CurrentSealing(options.State, now)) })
        {
            var word = use == KeyUse.Sign ? "signing" : "sealing";
            if (current is null)
                problems.Add($"{options.PublicKeys}: no {word} key of {options.State} is valid now; publish one");
            else if (keys.All(k => k.KeyId != current.KeyId))
                problems.Add($"{options.PrivateKeys}: the private half of {options.State}'s {word} key {current.KeyId} is not here; put it here, or publish "
                    + $"the key you have");
        }

        if (directory.CurrentSigning(PublicKey.HubOwner, now) is null)
            problems.Add($"{options.PublicKeys}: no key of the hub ({PublicKey.HubOwner}) is valid now; ask its operator for it");
        InvalidConfigurationException.ThrowIfAny(problems);
        return new AdapterKeys(options.State, keys, directory, time);
    }

    /// <summary>The key this state signs with now, where its private half is not here. Null: it is.</summary>
    public PublicKey? Unsignable => Directory.CurrentSigning(State, time.GetUtcNow()) is { } current && own.All(k => k.KeyId != current.KeyId) ? current : null;

    /// <summary>The key that keeps an adapter from beginning because its private half is not where the options say, or cannot be read. Null: both halves of what is in force are there, or the directory itself cannot be
    /// used.</summary>
    public static PublicKey? Missing(AdapterOptions options, TimeProvider time)
    {
        try
        {
            var (directory, now) = (KeyDirectory.Load(options.PublicKeys), time.GetUtcNow());
            var here = System.IO.Directory.Exists(options.PrivateKeys) ? System.IO.Directory.EnumerateFiles(options.PrivateKeys, "*.json").Select(IdOf).ToHashSet() : [];
            return new[] { directory.CurrentSigning(options.State, now), directory.CurrentSealing(options.State, now) }.FirstOrDefault(k => k is not null && !here.Contains(k.KeyId));
        }
        catch (Exception e) when (e is InvalidKeysException or IOException or UnauthorizedAccessException)
        {
            return null;
        }

        static string? IdOf(string file)
        {
            try
            {
                using var key = PrivateKey.Load(file);
                return key.KeyId;
            }
            catch (Exception e) when (e is InvalidKeysException or IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>Signs as this state, with the key the directory holds for now.</summary>
    public SignedDocument Sign(ReadOnlySpan<byte> payload, string typ)
    {
        var current = Directory.CurrentSigning(State, time.GetUtcNow())
            ?? throw new InvalidOperationException($"No signing key of {State} is valid now; publish one.");
        var key = own.FirstOrDefault(k => k.KeyId == current.KeyId)
            ?? throw new InvalidOperationException($"The private half of key {current.KeyId} is not on this machine.");
        return Signing.Sign(payload, typ, key);
    }

    /// <summary>Seals to another state. Null: the directory has no key of it that is valid now.</summary>
    public string? SealTo(string state, ReadOnlySpan<byte> plain, Guid actId) =>
        Directory.CurrentSealing(state, time.GetUtcNow()) is { } key ? Sealer.Seal(plain, key, actId) : null;

    /// <summary>Seals what is kept here to this state itself.</summary>
    public string SealAtHome(ReadOnlySpan<byte> json, Guid id) =>
        SealTo(State, json, id) ?? throw new InvalidOperationException($"No sealing key of {State} is valid now; publish one.");

    /// <summary>Seals bytes of any kind to this state itself.</summary>
    public string SealBytesAtHome(ReadOnlySpan<byte> bytes, Guid id) => SealAtHome(Encoding.ASCII.GetBytes($"\"{Convert.ToBase64String(bytes)}\""), id);

    /// <summary>Opens what was sealed to this state.</summary>
    /// <exception cref="SealException">It does not open.</exception>
    public byte[] Open(string jwe, Guid id) => Opener.Open(jwe, own, id);

    /// <summary>Opens what <see cref="SealBytesAtHome"/> sealed.</summary>
    /// <exception cref="SealException">It does not open.</exception>
    public byte[] OpenBytes(string jwe, Guid id) => Convert.FromBase64String(Encoding.ASCII.GetString(Open(jwe, id)).Trim('"'));
}
