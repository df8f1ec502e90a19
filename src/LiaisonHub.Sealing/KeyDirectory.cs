using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LiaisonHub.Sealing;

/// <summary>The public keys of the region. Several keys of one owner and use may be valid at once: a new one is published before the old one ends. Never
/// changes once made.</summary>
public sealed class KeyDirectory
{
    readonly FrozenDictionary<string, (PublicKey Key, Es256? Check)> byId;

    /// <exception cref="InvalidKeysException">One key stands for two owners or two uses, or the hub has a sealing key.</exception>
    public KeyDirectory(IEnumerable<PublicKey> keys)
    {
        All =
        [
            .. keys.Distinct()
                .OrderBy(k => k.Owner, StringComparer.Ordinal).ThenBy(k => k.Use).ThenBy(k => k.From).ThenBy(k => k.KeyId, StringComparer.Ordinal),
        ];
        var problems = All.GroupBy(k => k.KeyId).Where(g => g.Count() > 1).Select(g =>
        {
            var entries = string.Join("; ", g.Select(k => $"{k.Owner} {PublicKey.JwkUse(k.Use)} from {k.From:yyyy-MM-dd}"));
            return $"key {g.Key} is listed more than once ({entries}): one key, one owner, one use, one time";
        }).ToList();
        problems.AddRange(All.Where(k => k.Owner == PublicKey.HubOwner && k.Use == KeyUse.Seal)
            .Select(k => $"key {k.KeyId}: the hub has no sealing key, nothing may be sealed to it; remove the entry"));
        if (problems.Count > 0)
            throw new InvalidKeysException(problems);
        byId = All.ToFrozenDictionary(k => k.KeyId, k => (k, k.Use == KeyUse.Sign ? new Es256(k.Parameters) : null));
    }

    /// <summary>Every key, past and future ones too: old signatures must stay checkable.</summary>
    public IReadOnlyList<PublicKey> All { get; }

    /// <summary>The signing key of this name, if it is the owner's and valid at the instant.</summary>
    public PublicKey? Signing(string owner, string keyId, DateTimeOffset at) =>
        byId.TryGetValue(keyId, out var found) && found.Key.Use == KeyUse.Sign && found.Key.Owner == owner && found.Key.ValidAt(at) ? found.Key : null;

    /// <summary>True: the directory lists a key of this name.</summary>
    public bool Knows(string keyId) => byId.ContainsKey(keyId);

    /// <summary>The key to seal to: of those valid at the instant the one that began last, so that a published successor is used at once.</summary>
    public PublicKey? CurrentSealing(string owner, DateTimeOffset at) => Current(owner, KeyUse.Seal, at);

    /// <summary>The key to sign with, by the same rule.</summary>
    public PublicKey? CurrentSigning(string owner, DateTimeOffset at) => Current(owner, KeyUse.Sign, at);

    /// <summary>What it holds, as 16 hex digits: two directories with the same keys say the same.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', All.Select(k => string.Create(CultureInfo.InvariantCulture, $"{k.Owner} {k.Use} {k.KeyId} {k.From.UtcTicks} {k.To.UtcTicks}")).Order(StringComparer.Ordinal)))))[..16];

    /// <summary>True: another key of the owner for the same use takes over before this one ends, so that nobody has to hurry.</summary>
    public bool IsFollowed(PublicKey key) => All.Any(other => other.Owner == key.Owner && other.Use == key.Use && other.To > key.To && other.From <= key.To);

    /// <summary>How a key stands at an instant.</summary>
    public KeyStatus StatusOf(PublicKey key, DateTimeOffset at) =>
        key.To <= at ? KeyStatus.Ended : key.From > at ? KeyStatus.Ahead : Current(key.Owner, key.Use, at)?.KeyId == key.KeyId ? KeyStatus.Current : KeyStatus.Overlapping;

    /// <summary>Keys that have not ended longer than a week ago and that nothing follows, of one owner or of all.</summary>
    public IReadOnlyList<Ending> Endings(DateTimeOffset now, string? owner = null) =>
    [
        .. All.Where(k => (owner is null || k.Owner == owner) && k.To > now.AddDays(-7) && !IsFollowed(k)).Select(k => new Ending(
            $"The key {k.KeyId[..8]} of {k.Owner} that {(k.Use == KeyUse.Sign ? "signs" : "opens seals")}", k.To,
            $"{(k.Owner == PublicKey.HubOwner ? "The operator of the hub" : k.Owner)} makes its successor beside it ('liaisonhub keys make --next --owner {k.Owner}') and hands out the public file.")),
    ];

    /// <summary>A directory with one key more.</summary>
    /// <exception cref="InvalidKeysException">The key is listed for another owner, use or time.</exception>
    public KeyDirectory With(PublicKey key) => new([.. All, key]);

    /// <summary>Reads every <c>*.json</c> of a folder: a public JWK set per owner, named after it (<c>XA.json</c>), each key with <c>use</c>, <c>from</c> and
    /// <c>to</c>.</summary>
    /// <exception cref="InvalidKeysException">Everything that is wrong in the whole folder: file, field, remedy.</exception>
    public static KeyDirectory Load(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidKeysException([$"{folder}: there is no such folder; make the keys first, or point to where the region keeps its public keys"]);
        var problems = new List<string>();
        var keys = new List<PublicKey>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
            try
            {
                keys.AddRange(Read(file));
            }
            catch (InvalidKeysException e)
            {
                problems.AddRange(e.Problems);
            }
        try
        {
            var directory = new KeyDirectory(keys);
            if (problems.Count == 0)
                return directory;
        }
        catch (InvalidKeysException e)
        {
            problems.AddRange(e.Problems.Select(p => $"{folder}: {p}"));
        }
        throw new InvalidKeysException(problems);
    }

    /// <summary>Writes one file per owner, each replaced whole or not at all.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var owner in All.GroupBy(k => k.Owner))
        {
            var file = Path.Combine(folder, $"{owner.Key}.json");
            var half = $"{file}.new";
            using (var stream = new FileStream(half, FileMode.Create, FileAccess.Write))
                KeyFile.Write(stream, json => Write(json, owner.Key, owner));
            File.Move(half, file, overwrite: true);
        }
    }

    internal bool TryFind(string keyId, out PublicKey key, out Es256? check)
    {
        var known = byId.TryGetValue(keyId, out var found);
        (key, check) = found;
        return known;
    }

    PublicKey? Current(string owner, KeyUse use, DateTimeOffset at) =>
        All.Where(k => k.Owner == owner && k.Use == use && k.ValidAt(at)).MaxBy(k => k.From);

    static List<PublicKey> Read(string file)
    {
        using var read = KeyFile.Open(file);
        var keys = new List<PublicKey>();
        var owner = read.Text(read.Root, "owner");
        if (owner is not null && PublicKey.OwnerProblem(owner) is { } ownerProblem)
            read.Problem("owner", ownerProblem);
        else if (owner is not null && owner != Path.GetFileNameWithoutExtension(file))
            read.Problem("owner", $"\"{owner}\" stands in a file of another name; rename the file to {owner}.json");
        if (!read.Root.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
            read.Problem("keys", "the list of keys is missing; \"keys\": [ { \"kty\": \"EC\", ... } ]");
        else
            foreach (var (index, entry) in list.EnumerateArray().Index())
            {
                var at = $"keys[{index}]";
                if (entry.ValueKind != JsonValueKind.Object)
                {
                    read.Problem(at, "is not a key; { \"kty\": \"EC\", ... }");
                    continue;
                }
                if (entry.TryGetProperty("d", out _))
                    read.Problem($"{at}.d", "is a private key. Whoever could read this file has it: remove it, end the key, and make a new one");
                read.Expect(entry, "kty", "EC", at);
                read.Expect(entry, "crv", "P-256", at);
                var use = read.Use(entry, at);
                var (x, y, from, to) = (read.Text(entry, "x", at), read.Text(entry, "y", at), read.Instant(entry, "from", at), read.Instant(entry, "to", at));
                if (x is null || y is null)
                    continue;
                if (Curve.Problem(x, y) is { } pointProblem)
                    read.Problem(at, $"{pointProblem}; copy the key again from its owner");
                else if (entry.TryGetProperty("kid", out var kid) && kid.ValueKind == JsonValueKind.String && kid.GetString() != Curve.Thumbprint(x, y))
                    read.Problem($"{at}.kid", $"is not the RFC 7638 thumbprint of the key, which is {Curve.Thumbprint(x, y)}; correct or leave out");
                else if (from is { } f && to is { } t && PublicKey.TimeProblem(f, t) is { } timeProblem)
                    read.Problem(at, timeProblem);
                else if (from is not null && to is not null && use is not null && owner is not null && PublicKey.OwnerProblem(owner) is null)
                    keys.Add(new(owner, use.Value, x, y, from.Value, to.Value));
            }
        read.ThrowIfAny();
        return keys;
    }

    static void Write(Utf8JsonWriter json, string owner, IEnumerable<PublicKey> keys)
    {
        json.WriteString("owner", owner);
        json.WriteStartArray("keys");
        foreach (var key in keys)
        {
            json.WriteStartObject();
            json.WriteString("kty", "EC");
            json.WriteString("crv", "P-256");
            json.WriteString("use", PublicKey.JwkUse(key.Use));
            json.WriteString("alg", PublicKey.JwkAlgorithm(key.Use));
            json.WriteString("kid", key.KeyId);
            json.WriteString("x", key.X);
            json.WriteString("y", key.Y);
            json.WriteString("from", key.From.UtcDateTime.ToString(KeyFile.InstantFormat, CultureInfo.InvariantCulture));
            json.WriteString("to", key.To.UtcDateTime.ToString(KeyFile.InstantFormat, CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

/// <summary>Key files are wrong. Lists everything at once, so that one correction round is enough.</summary>
public sealed class InvalidKeysException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>One line each: file, field, what is wrong, remedy. Never a private key.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>One key file while it is read: collects what is wrong with it.</summary>
sealed class KeyFile : IDisposable
{
    public const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    readonly string file;
    readonly JsonDocument document;
    readonly List<string> problems = [];

    KeyFile(string file, JsonDocument document) => (this.file, this.document) = (file, document);

    public JsonElement Root => document.RootElement;

    public static KeyFile Open(string file)
    {
        try
        {
            var document = JsonDocument.Parse(File.ReadAllBytes(file), new() { MaxDepth = 8, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new(file, document);
            document.Dispose();
            throw new InvalidKeysException([$"{file}: is not a JSON object; a key file begins with {{ \"owner\": ... }}"]);
        }
        catch (JsonException e)
        {
            // The parser's own message may quote the content; the place is enough to find it.
            throw new InvalidKeysException(
                [$"{file}, line {e.LineNumber + 1}: is not valid JSON, or names a member twice; correct it there or copy the file again"]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var why = e switch
            {
                UnauthorizedAccessException => "no permission",
                FileNotFoundException or DirectoryNotFoundException => "no such file",
                _ => "input/output error",
            };
            throw new InvalidKeysException([$"{file}: cannot be read ({why}); correct the path or the permissions"]);
        }
    }

    /// <summary>Indented, as people will read it, and on the disk when it returns.</summary>
    public static void Write(FileStream stream, Action<Utf8JsonWriter> members)
    {
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
        stream.Flush(flushToDisk: true);
    }

    public void Problem(string field, string problem) => problems.Add($"{file}, {field}: {problem}");

    public string? Text(JsonElement of, string name, string? at = null)
    {
        if (of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
            return value.GetString();
        Problem(Field(at, name), value.ValueKind == JsonValueKind.Undefined ? "is missing" : "is not a text");
        return null;
    }

    public void Expect(JsonElement of, string name, string expected, string? at = null)
    {
        if (Text(of, name, at) is { } found && found != expected)
            Problem(Field(at, name), $"is not \"{expected}\"; no other keys are used");
    }

    public KeyUse? Use(JsonElement of, string? at = null)
    {
        switch (Text(of, "use", at))
        {
            case "sig":
                return KeyUse.Sign;
            case "enc":
                return KeyUse.Seal;
            case not null:
                Problem(Field(at, "use"), "is neither \"sig\" (signs) nor \"enc\" (opens seals)");
                return null;
            default:
                return null;
        }
    }

    public DateTimeOffset? Instant(JsonElement of, string name, string at)
    {
        if (Text(of, name, at) is not { } text)
            return null;
        if (DateTimeOffset.TryParseExact(text, InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            return instant;
        Problem(Field(at, name), "is not an instant in UTC; write it as 2026-01-31T00:00:00Z");
        return null;
    }

    public void ThrowIfAny()
    {
        if (problems.Count > 0)
            throw new InvalidKeysException(problems);
    }

    public void Dispose() => document.Dispose();

    static string Field(string? at, string name) => at is null ? name : $"{at}.{name}";
}
