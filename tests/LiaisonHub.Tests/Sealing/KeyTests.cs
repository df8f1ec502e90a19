using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.Sealing;

public sealed class KeyTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("keys").FullName;

    [Theory]
    [InlineData(KeyUse.Sign)]
    [InlineData(KeyUse.Seal)]
    public void A_private_key_is_saved_for_its_owner_alone_and_loads_as_it_was(KeyUse use)
    {
        using var key = PrivateKey.Generate("XA", use);
        key.Save(At("xa.json"));
        using var loaded = PrivateKey.Load(At("xa.json"));

        Assert.Equal(key.Public(TestKeys.From, TestKeys.To), loaded.Public(TestKeys.From, TestKeys.To));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("xa.json")));
        if (use == KeyUse.Sign)
            Signing.Verify(
                Signing.Sign("{}"u8, DocumentTypes.Act, loaded), [DocumentTypes.Act], new([key.Public(TestKeys.From, TestKeys.To)]), "XA", TestKeys.Noon);
        else
            Assert.Equal("{}"u8, Opener.Open(Sealer.Seal("{}"u8, key.Public(TestKeys.From, TestKeys.To), Guid.Empty), [loaded], Guid.Empty));
    }

    [Fact]
    public void An_existing_key_file_is_never_overwritten()
    {
        using var key = PrivateKey.Generate("XA", KeyUse.Sign);
        key.Save(At("xa.json"));
        var before = File.ReadAllText(At("xa.json"));
        using var other = PrivateKey.Generate("XA", KeyUse.Sign);

        Assert.Throws<IOException>(() => other.Save(At("xa.json")));
        Assert.Equal(before, File.ReadAllText(At("xa.json")));
    }

    [Fact]
    public void A_wrong_private_key_file_is_refused_with_its_fields_and_never_its_content()
    {
        File.WriteAllText(At("xa.json"), """{ "owner": "Xa", "kty": "RSA", "crv": "P-256", "use": "both", "x": "AA", "y": "AA", "d": "c2VjcmV0LWNhbmFyeQ" }""");
        var refusal = Assert.Throws<InvalidKeysException>(() => PrivateKey.Load(At("xa.json")));

        foreach (var field in new[] { "owner", "kty", "use", "x, y, d" })
            Assert.Single(refusal.Problems, p => p.StartsWith($"{At("xa.json")}, {field}: ", StringComparison.Ordinal));
        Assert.Equal(4, refusal.Problems.Count);
        Assert.DoesNotContain("c2VjcmV0LWNhbmFyeQ", refusal.ToString());
    }

    [Fact]
    public void A_private_key_whose_halves_do_not_belong_together_is_refused()
    {
        using var one = PrivateKey.Generate("XA", KeyUse.Sign);
        using var other = PrivateKey.Generate("XA", KeyUse.Sign);
        one.Save(At("one.json"));
        other.Save(At("other.json"));
        var d = File.ReadAllLines(At("other.json")).Single(l => l.Contains("\"d\""));
        File.WriteAllLines(At("mixed.json"), File.ReadAllLines(At("one.json")).Select(l => l.Contains("\"d\"") ? d : l));

        Assert.Contains("x, y, d", Assert.Throws<InvalidKeysException>(() => PrivateKey.Load(At("mixed.json"))).Message);
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("{\n\"owner\": \"XA\",\n\"owner\": \"XA\" }", "names a member twice")]
    [InlineData("[]", "not a JSON object")]
    public void A_file_that_is_no_json_is_refused_with_its_place(string text, string place)
    {
        File.WriteAllText(At("xa.json"), text);
        Assert.Contains(place, Assert.Throws<InvalidKeysException>(() => PrivateKey.Load(At("xa.json"))).Message);
        Assert.Contains("no such file", Assert.Throws<InvalidKeysException>(() => PrivateKey.Load(At("gone.json"))).Message);
    }

    [Fact]
    public void The_hub_gets_no_key_that_opens_seals()
    {
        Assert.Throws<ArgumentException>(() => PrivateKey.Generate(PublicKey.HubOwner, KeyUse.Seal));
        using var key = PrivateKey.Generate("XA", KeyUse.Seal);
        var xa = key.Public(TestKeys.From, TestKeys.To);
        Assert.Throws<InvalidKeysException>(() => new KeyDirectory([new(PublicKey.HubOwner, KeyUse.Seal, xa.X, xa.Y, xa.From, xa.To)]));
    }

    [Fact]
    public void A_directory_is_saved_one_file_per_owner_and_loads_as_it_was()
    {
        var directory = new TestKeys().Directory;
        directory.Save(folder);
        directory.Save(folder);

        Assert.Equal(["HUB.json", "XA.json", "XB.json"], Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order());
        Assert.Equal(directory.All, KeyDirectory.Load(folder).All);
    }

    [Fact]
    public void A_published_successor_is_used_from_its_first_instant_while_the_old_key_still_counts()
    {
        using var old = PrivateKey.Generate("XA", KeyUse.Seal);
        using var successor = PrivateKey.Generate("XA", KeyUse.Seal);
        var change = TestKeys.From.AddMonths(6);
        var directory = new KeyDirectory([old.Public(TestKeys.From, TestKeys.To)]).With(successor.Public(change, TestKeys.To.AddMonths(6)));

        Assert.Equal(old.KeyId, directory.CurrentSealing("XA", change.AddTicks(-1))!.KeyId);
        Assert.Equal(successor.KeyId, directory.CurrentSealing("XA", change)!.KeyId);
        Assert.Null(directory.CurrentSealing("XA", TestKeys.From.AddTicks(-1)));
        Assert.Null(directory.CurrentSealing("XB", change));
        Assert.Null(directory.CurrentSigning("XA", change));
    }

    [Fact]
    public void A_signing_key_is_found_only_under_its_owner_and_within_its_time()
    {
        using var key = PrivateKey.Generate("XA", KeyUse.Sign);
        var directory = new KeyDirectory([key.Public(TestKeys.From, TestKeys.To)]);

        Assert.Equal(key.KeyId, directory.Signing("XA", key.KeyId, TestKeys.Noon)?.KeyId);
        Assert.Null(directory.Signing("XB", key.KeyId, TestKeys.Noon));
        Assert.Null(directory.Signing("XA", key.KeyId, TestKeys.To));
        Assert.Null(directory.Signing("XA", "other", TestKeys.Noon));
    }

    [Fact]
    public void One_key_never_stands_for_two_owners_or_two_uses()
    {
        using var key = PrivateKey.Generate("XA", KeyUse.Sign);
        var xa = key.Public(TestKeys.From, TestKeys.To);

        Assert.Throws<InvalidKeysException>(() => new KeyDirectory([xa, new("XB", KeyUse.Sign, xa.X, xa.Y, xa.From, xa.To)]));
        Assert.Throws<InvalidKeysException>(() => new KeyDirectory([xa, new("XA", KeyUse.Seal, xa.X, xa.Y, xa.From, xa.To)]));
        Assert.Single(new KeyDirectory([xa, xa]).All);
    }

    [Fact]
    public void Everything_wrong_in_a_folder_is_said_at_once_with_file_field_and_remedy()
    {
        using var key = PrivateKey.Generate("XC", KeyUse.Sign);
        var good = key.Public(TestKeys.From, TestKeys.To);
        File.WriteAllText(At("XA.json"), """
            { "owner": "XA", "keys": [
              { "kty": "EC", "crv": "P-384", "use": "sig", "x": "AA", "y": "AA", "from": "2026-01-01T00:00:00Z", "to": "2027-01-01T00:00:00Z" },
              { "kty": "EC", "crv": "P-256", "use": "sign", "from": "2026-01-01", "to": "2027-01-01T00:00:00Z" } ] }
            """);
        File.WriteAllText(At("XB.json"), $$"""
            { "owner": "XC", "keys": [
              { "kty": "EC", "crv": "P-256", "use": "sig", "x": "{{good.X}}", "y": "{{good.Y}}", "d": "secret-canary", "kid": "mine",
                "from": "2027-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z" }, 7 ] }
            """);
        File.WriteAllText(At("XD.json"), "{ \"owner\": \"XD\" }");
        File.WriteAllText(At("XE.json"), "{ \"owner\": ");

        var refusal = Assert.Throws<InvalidKeysException>(() => KeyDirectory.Load(folder));
        string[] expected =
        [
            "XA.json, keys[0].crv: ", "XA.json, keys[0]: ", "XA.json, keys[1].use: ", "XA.json, keys[1].from: ",
            "XA.json, keys[1].x: is missing", "XA.json, keys[1].y: is missing",
            "XB.json, owner: ", "XB.json, keys[0].d: ", "XB.json, keys[0].kid: ", "XB.json, keys[1]: ", "XD.json, keys: ", "XE.json, line 1: ",
        ];
        foreach (var problem in expected)
            Assert.Contains(refusal.Problems, p => p.Contains(problem, StringComparison.Ordinal));
        Assert.Equal(expected.Length, refusal.Problems.Count);
        Assert.DoesNotContain("secret-canary", refusal.ToString());
    }

    [Fact]
    public void A_folder_that_is_not_there_is_said_so() =>
        Assert.Contains("no such folder", Assert.Throws<InvalidKeysException>(() => KeyDirectory.Load(At("gone"))).Message);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string At(string file) => Path.Combine(folder, file);
}
