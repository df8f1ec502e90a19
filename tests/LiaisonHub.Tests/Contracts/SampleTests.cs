using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.Contracts;

/// <summary>
/// One sample per contract, and one more for each released minor that changed it (<c>RequestSubmitted.1.3.json</c>). Today's code reads all of them, for
/// ever: they lie in archives and in the
/// queues of ministries that were away. A sample is never changed after its release; a test that fails here means that such a message would fail too.
/// </summary>
public sealed class SampleTests
{
    static readonly DateTimeOffset Then = new(2026, 3, 2, 9, 14, 6, TimeSpan.Zero);

    static readonly string Folder = Repository.At("contracts", "samples", "v1");

    static bool Approving => Environment.GetEnvironmentVariable("LIAISONHUB_APPROVE") == "1";

    public static TheoryData<string> ActSamples => [.. Samples().Where(f => Acts.All.ContainsKey(Contract(f)))];

    public static TheoryData<string> NoticeSamples => [.. Samples().Where(f => Notices.All.ContainsKey(Contract(f)))];

    public static TheoryData<string> PrivateSamples => [.. Files().Where(f => f.EndsWith(".private.json", StringComparison.Ordinal))];

    static readonly Dictionary<string, Type> LinkTypes = LinkDocuments.ToHub.Concat(LinkDocuments.AskedByHub).Concat(LinkDocuments.FromHub).ToDictionary();

    public static TheoryData<string> LinkSamples => [.. LinkTypes.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_contract_has_a_sample_and_every_sample_a_contract() =>
        Assert.Equal(Acts.All.Keys.Concat(Notices.All.Keys).Concat(LinkTypes.Keys).Order(), Samples().Select(Contract).Distinct().Order());

    [Theory]
    [MemberData(nameof(ActSamples))]
    public void An_act_reads_whole_and_fits_its_schema(string file)
    {
        var act = Json(file).Deserialize<Act>(Wire.Json)!;
        Assert.Equal(Contract(file), act.Type);
        Survives(Json(file)["open"]!, JsonSerializer.SerializeToNode(act.Read(), Wire.Json)!, $"{file}/open");
        Survives(Json(file), JsonSerializer.SerializeToNode(act, Wire.Json)!, file);
        Fits("act.json", Json(file), file);
    }

    [Theory]
    [MemberData(nameof(NoticeSamples))]
    public void A_notice_reads_whole_and_fits_its_schema(string file)
    {
        var notice = Json(file).Deserialize<Notice>(Wire.Json)!;
        Assert.Equal(Contract(file), notice.Type);
        Survives(Json(file)["body"]!, JsonSerializer.SerializeToNode(notice.Read(), Wire.Json)!, $"{file}/body");
        Survives(Json(file), JsonSerializer.SerializeToNode(notice, Wire.Json)!, file);
        Fits("notice.json", Json(file), file);
    }

    [Theory]
    [MemberData(nameof(LinkSamples))]
    public void What_is_neither_act_nor_notice_reads_whole_and_fits_its_schema(string name)
    {
        var file = $"{name}.json";
        Survives(Json(file), JsonSerializer.SerializeToNode(Json(file).Deserialize(LinkTypes[name], Wire.Json), Wire.Json)!, file);
        Fits(file, Json(file), file);
    }

    [Theory]
    [MemberData(nameof(PrivateSamples))]
    public void A_private_part_reads_whole_fits_its_schema_and_is_what_the_act_has_sealed(string file)
    {
        var type = Acts.All[Contract(file)].Private!;
        Survives(Json(file), JsonSerializer.SerializeToNode(Json(file).Deserialize(type, Wire.Json), Wire.Json)!, file);
        Fits($"{type.Name}.json", Json(file), file);

        var actFile = file.Replace(".private.json", ".json");
        if (Approving)
            SealAnew(actFile, file);
        var act = Json(actFile).Deserialize<Act>(Wire.Json)!;
        using var key = PrivateKey.Load(Path.Combine(Folder, "keys", "private", $"{act.Header.Receiver.State}.seal.json"));
        var opened = JsonNode.Parse(Opener.Open(act.Sealed!, [key], act.Header.ActId));
        Assert.True(
            JsonNode.DeepEquals(Json(file), opened),
            $"{actFile}: what is sealed is not what stands in {file}. Before its release a sample is sealed anew with LIAISONHUB_APPROVE=1.");
    }

    [Fact]
    public void Every_act_that_has_a_private_part_has_it_in_its_sample() =>
        Assert.Equal(
            Acts.All.Values.Where(a => a.Private is not null).Select(a => a.Name).Order(),
            Files().Where(f => f.EndsWith(".private.json", StringComparison.Ordinal)).Select(Contract).Distinct().Order());

    [Fact]
    public void The_signed_samples_verify_and_hold_the_samples()
    {
        if (Approving)
            SignAnew();
        var directory = KeyDirectory.Load(Path.Combine(Folder, "keys"));
        var act = Signing.Verify(Bytes("signed/RequestSubmitted.json"), [DocumentTypes.Act], directory, "XA", Then);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(act.Payload), Json("RequestSubmitted.json")), "signed/RequestSubmitted.json does not hold the sample");
        var notice = Signing.Verify(Bytes("signed/ActDelivered.json"), [DocumentTypes.Notice], directory, PublicKey.HubOwner, Then);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(notice.Payload), Json("ActDelivered.json")), "signed/ActDelivered.json does not hold the sample");

        var delivered = (ActDelivered)JsonSerializer.Deserialize<Notice>(notice.Payload, Wire.Json)!.Read();
        Assert.Equal(act.PayloadDigest, Signing.Verify(delivered.Act, [DocumentTypes.Act], directory, "XA", delivered.ReceivedAt).PayloadDigest);
        Fits("signed-document.json", Json("signed/RequestSubmitted.json"), "signed/RequestSubmitted.json");
    }

    [Fact]
    public void The_published_keys_are_those_of_the_directory_and_serve_samples_alone()
    {
        var published = KeyDirectory.Load(Path.Combine(Folder, "keys")).All.Select(k => (k.Owner, k.Use, k.KeyId)).Order();
        var held = Directory.GetFiles(Path.Combine(Folder, "keys", "private")).Select(f =>
        {
            using var key = PrivateKey.Load(f);
            return (key.Owner, key.Use, key.KeyId);
        }).Order();
        Assert.Equal(published, held);
    }

    /// <summary>What the schema forbids the reader refuses, and the other way round: else those who test with the schemas would be surprised by the
    /// hub.</summary>
    [Fact]
    public void Schema_and_reader_agree_on_every_sample_with_one_member_gone_null_or_wrong()
    {
        var tried = 0;
        foreach (var file in Files().Where(f => f != "ActDelivered.json"))
        {
            var (schema, reads) = Reader(file);
            foreach (var (place, changed) in Variants(Json(file)))
            {
                tried++;
                var problems = SchemaCheck.Problems(schema, changed);
                var error = Record.Exception(() => reads(changed));
                Assert.True(error is null or JsonException, $"{file} {place}: {error}");
                Assert.True(
                    error is null == (problems.Count == 0),
                    $"{file} {place}: the schema says '{string.Join("; ", problems)}', the reader says '{error?.Message}'");
            }
        }
        Assert.InRange(tried, 2000, int.MaxValue);
    }

    [Fact]
    public void An_unknown_member_is_no_error_since_a_newer_sender_may_know_more()
    {
        foreach (var file in Files())
        {
            var (schema, reads) = Reader(file);
            var newer = Json(file).AsObject();
            newer["since12"] = "x";
            if (newer["open"] is JsonObject open)
                open["since12"] = 12;
            Assert.Empty(SchemaCheck.Problems(schema, newer));
            reads(newer);
        }
    }

    static (string Schema, Action<JsonNode> Reads) Reader(string file) =>
        file.EndsWith(".private.json", StringComparison.Ordinal) && Acts.All[Contract(file)].Private is { } part
            ? ($"{part.Name}.json", n => n.Deserialize(part, Wire.Json))
        : Acts.All.ContainsKey(Contract(file)) ? ("act.json", ReadAct)
        : Notices.All.ContainsKey(Contract(file)) ? ("notice.json", n => n.Deserialize<Notice>(Wire.Json)!.Read())
        : ($"{Contract(file)}.json", n => n.Deserialize(LinkTypes[Contract(file)], Wire.Json));

    // A private part that must be there is the one thing that no type can say.
    static void ReadAct(JsonNode node)
    {
        var act = node.Deserialize<Act>(Wire.Json)!;
        act.Read();
        if (Acts.All[act.Type].PrivateRequired && act.Sealed is null)
            throw new JsonException("the private part is missing");
    }

    static IEnumerable<(string Place, JsonNode Changed)> Variants(JsonNode whole)
    {
        foreach (var path in Paths(whole, []).ToList())
            foreach (var how in new[] { "gone", "null", "other", "lower", "number" })
            {
                var copy = whole.DeepClone();
                var parent = path[..^1].Aggregate(copy, (n, step) => step is int i ? n[i]! : n[(string)step]!);
                JsonNode? old = path[^1] is int at ? parent[at] : parent[(string)path[^1]];
                if (how is "lower" or "number" && !(old is JsonValue text && text.TryGetValue<string>(out var name) && EnumValues.Contains(name)))
                    continue;
                JsonNode? changed = how switch
                {
                    "null" => null,
                    "lower" => ((string)old!).ToLowerInvariant(),
                    "number" => "1",
                    _ => OfAnotherKind(old),
                };
                if (path[^1] is int index)
                {
                    if (how == "gone")
                        continue;
                    parent.AsArray()[index] = changed;
                }
                else if (how == "gone")
                    parent.AsObject().Remove((string)path[^1]);
                else
                    parent.AsObject()[(string)path[^1]] = changed;
                yield return ($"/{string.Join('/', path)} {how}", copy);
            }
    }

    static JsonNode OfAnotherKind(JsonNode? old) => old switch
    {
        JsonArray => new JsonObject(),
        JsonObject => new JsonArray(),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => 7,
        _ => "x",
    };

    static readonly HashSet<string> EnumValues = [.. typeof(Act).Assembly.GetTypes().Where(t => t.IsEnum).SelectMany(Enum.GetNames)];

    static IEnumerable<object[]> Paths(JsonNode? node, object[] at) => node switch
    {
        JsonObject o => o.SelectMany(m => Paths(m.Value, [.. at, m.Key]).Prepend([.. at, m.Key])),
        JsonArray a => a.SelectMany((item, i) => Paths(item, [.. at, i]).Prepend([.. at, i])),
        _ => [],
    };

    static void Survives(JsonNode sample, JsonNode read, string at)
    {
        switch (sample)
        {
            case JsonObject members:
                foreach (var (name, value) in members.Where(m => m.Value is not null))
                {
                    Assert.True(read is JsonObject o && o[name] is not null, $"{at}/{name}: today's code reads the sample but forgets this");
                    Survives(value!, read[name]!, $"{at}/{name}");
                }
                break;
            case JsonArray list:
                Assert.True(read is JsonArray a && a.Count == list.Count, $"{at}: another number of entries");
                for (var i = 0; i < list.Count; i++)
                    Survives(list[i]!, read[i]!, $"{at}/{i}");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(sample, read), $"{at}: {sample.ToJsonString()} became {read.ToJsonString()}");
                break;
        }
    }

    static void Fits(string schema, JsonNode document, string file)
    {
        var problems = SchemaCheck.Problems(schema, document);
        Assert.True(problems.Count == 0, $"{file} does not fit {schema}: {string.Join("; ", problems)}");
    }

    static void SealAnew(string actFile, string privateFile)
    {
        var act = Json(actFile).Deserialize<Act>(Wire.Json)!;
        using var key = PrivateKey.Load(Path.Combine(Folder, "keys", "private", $"{act.Header.Receiver.State}.seal.json"));
        try
        {
            if (JsonNode.DeepEquals(Json(privateFile), JsonNode.Parse(Opener.Open(act.Sealed ?? "", [key], act.Header.ActId))))
                return;
        }
        catch (SealException)
        {
            // Sealed to keys or for an act of before: sealed anew.
        }
        var changed = Json(actFile);
        changed["sealed"] = Sealer.Seal(Encoding.UTF8.GetBytes(Json(privateFile).ToJsonString()), key.Public(Then, Then.AddDays(1)), act.Header.ActId);
        File.WriteAllText(Path.Combine(Folder, actFile), changed.ToJsonString(Schemas.Pretty) + "\n");
    }

    static void SignAnew()
    {
        var directory = KeyDirectory.Load(Path.Combine(Folder, "keys"));
        SignIfChanged("RequestSubmitted.json", DocumentTypes.Act, "XA");
        var notice = Json("ActDelivered.json");
        notice["body"]!["act"] = Json("signed/RequestSubmitted.json");
        File.WriteAllText(Path.Combine(Folder, "ActDelivered.json"), notice.ToJsonString(Schemas.Pretty) + "\n");
        SignIfChanged("ActDelivered.json", DocumentTypes.Notice, PublicKey.HubOwner);

        void SignIfChanged(string file, string typ, string owner)
        {
            var signed = Path.Combine(Folder, "signed", file);
            byte[] Held() => Signing.Verify(File.ReadAllBytes(signed), [typ], directory, owner, Then).Payload;
            if (File.Exists(signed) && JsonNode.DeepEquals(JsonNode.Parse(Held()), Json(file)))
                return;
            using var key = PrivateKey.Load(Path.Combine(Folder, "keys", "private", $"{owner}.sign.json"));
            Directory.CreateDirectory(Path.GetDirectoryName(signed)!);
            var document = Signing.Sign(Encoding.UTF8.GetBytes(Json(file).ToJsonString()), typ, key);
            File.WriteAllText(signed, JsonSerializer.SerializeToNode(document, Wire.Json)!.ToJsonString(Schemas.Pretty) + "\n");
        }
    }

    static IEnumerable<string> Files() => Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    static IEnumerable<string> Samples() => Files().Where(f => !f.EndsWith(".private.json", StringComparison.Ordinal));

    static string Contract(string file) => file[..file.IndexOf('.')];

    static JsonNode Json(string file) => JsonNode.Parse(Bytes(file))!;

    static byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(Folder, file));
}
