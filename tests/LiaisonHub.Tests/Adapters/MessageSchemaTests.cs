using System.Text;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Adapters;

/// <summary>What a publisher says its messages look like is compared, told, and refuses nothing.</summary>
public sealed class MessageSchemaTests : IDisposable
{
    const string Platform = "uk-common-platform-json", Published = "http://justice.gov.uk/results/courts/api/hearingResultedResponse.json";

    readonly string folder = Directory.CreateTempSubdirectory("schemas-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("""{"type":"object"}""", "[]", "$ (line 1) is not of type object")]
    [InlineData("""{"type":["string","null"]}""", "null", null)]
    [InlineData("""{"properties":{"a":{"type":"integer"}}}""", """{"a":1.0}""", "a (line 1) is not of type integer")]
    [InlineData("""{"properties":{"a":{"type":"number"}}}""", """{"a":1.0}""", null)]
    [InlineData("""{"required":["a","b"]}""", """{"a":1}""", "$ (line 1) lacks 'b'")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", "{\"a\":1,\n\"b\":2}", "b (line 2) is not described")]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", """{"b":2}""", "b (line 1) is not of type string")]
    [InlineData("""{"patternProperties":{"^x":{"type":"string"}},"additionalProperties":false}""", """{"x1":"", "y":1}""", "y (line 1) is not described")]
    [InlineData("""{"items":{"type":"string"}}""", """["a",1]""", "$[1] (line 1) is not of type string")]
    [InlineData("""{"items":[{"type":"string"}],"additionalItems":false}""", """["a",1]""", "$[1] (line 1) is not described")]
    [InlineData("""{"minItems":2}""", "[1]", "$ (line 1) has fewer than 2 entries")]
    [InlineData("""{"maxItems":1}""", "[1,2]", "$ (line 1) has more than 1 entries")]
    [InlineData("""{"uniqueItems":true}""", """[{"a":1},{"a":1}]""", "$ (line 1) has an entry twice")]
    [InlineData("""{"minProperties":1}""", "{}", "$ (line 1) has fewer than 1 keys")]
    [InlineData("""{"maxProperties":1}""", """{"a":1,"b":1}""", "$ (line 1) has more than 1 keys")]
    [InlineData("""{"enum":["a",{"b":1}]}""", """{"b":1}""", null)]
    [InlineData("""{"enum":["a"]}""", "\"A\"", "$ (line 1) is none of the values that are listed")]
    [InlineData("""{"pattern":"^[0-9]+$"}""", "\"a\"", "$ (line 1) does not have the pattern that is asked for")]
    [InlineData("""{"pattern":"^(?!GB)[A-Z]+$"}""", "\"GB1\"", "$ (line 1) does not have the pattern that is asked for")]
    [InlineData("""{"maxLength":1}""", "\"\\ud83d\\ude00\"", null)]
    [InlineData("""{"minLength":1}""", "\"\"", "$ (line 1) is shorter than 1 characters")]
    [InlineData("""{"minimum":1}""", "1", null)]
    [InlineData("""{"minimum":1,"exclusiveMinimum":true}""", "1", "$ (line 1) is less than is allowed")]
    [InlineData("""{"maximum":1}""", "1.5", "$ (line 1) is more than is allowed")]
    [InlineData("""{"multipleOf":0.01}""", "4.755", "$ (line 1) is no multiple of 0.01")]
    [InlineData("""{"dependencies":{"a":["b"]}}""", """{"a":1}""", "$ (line 1) lacks 'b'")]
    [InlineData("""{"allOf":[{"type":"string"}]}""", "1", "$ (line 1) is not of type string")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"null"}]}""", "1", "$ (line 1) fits none of the alternatives")]
    [InlineData("""{"oneOf":[{"required":["a"]},{"required":["b"]}]}""", """{"a":1,"b":1}""", "$ (line 1) fits more than one of the alternatives")]
    [InlineData("""{"not":{"type":"string"}}""", "\"a\"", "$ (line 1) is what it must not be")]
    [InlineData("""{"definitions":{"x":{"type":"string"}},"properties":{"a":{"$ref":"#/definitions/x"}}}""", """{"a":1}""", "a (line 1) is not of type string")]
    [InlineData("""{"$ref":"#"}""", "1", null)]
    public void Every_word_of_the_draft_is_compared_and_the_place_told(string schema, string message, string? breach) =>
        Assert.Equal(breach is null ? [] : [breach], Of(schema).Breaches(JsonFormat.ReadByHand(Encoding.UTF8.GetBytes(message))));

    [Fact]
    public void What_a_message_says_is_never_repeated()
    {
        var breaches = Of("""{"properties":{"name":{"type":"integer","enum":[1]},"born":{"pattern":"^[0-9]$"}}}""")
            .Breaches((JsonPart)JsonFormat.Read("""{"name":"Ilvane Torrest","born":"1984-07-19"}"""u8.ToArray()).Root);

        Assert.Equal(3, breaches.Count);
        Assert.DoesNotContain(breaches, b => b.Contains("Torrest", StringComparison.Ordinal) || b.Contains("1984", StringComparison.Ordinal));
    }

    [Fact]
    public void A_description_that_takes_for_ever_is_given_up_and_that_is_said()
    {
        var started = HostileFormatTests.Worked();
        var slow = Of("""{"pattern":"^(?=a)(a+)+$"}""").Breaches((JsonPart)JsonFormat.Read(Encoding.UTF8.GetBytes($"\"{new string('a', 5_000)}!\"")).Root);
        var alternatives = string.Concat(Enumerable.Repeat("""{"oneOf":[{"type":"null"},""", 25)) + "{}" + string.Concat(Enumerable.Repeat("]}", 25));
        var wide = Of("""{"definitions":{"x":{"anyOf":[{"items":{"$ref":"#/definitions/x"}},{"items":{"$ref":"#/definitions/x"}}],"not":{}}},"$ref":"#/definitions/x"}""")
            .Breaches((JsonPart)JsonFormat.Read(Encoding.UTF8.GetBytes(new string('[', 60) + "1" + new string(']', 60))).Root);

        Assert.Contains("Not all of it was compared", Assert.Single(slow), StringComparison.Ordinal);
        Assert.Contains("Not all of it was compared", wide[^1], StringComparison.Ordinal);
        Assert.Empty(Of(alternatives).Breaches((JsonPart)JsonFormat.Read("1"u8.ToArray()).Root));
        Assert.True(HostileFormatTests.Worked() - started < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void What_cannot_be_compared_is_found_when_the_mappings_are_read()
    {
        Write("schemas", "a.json", """
            { "id": "http://publisher.example/a.json#", "type": "object",
              "properties": { "b": { "$ref": "http://publisher.example/elsewhere.json#" }, "c": { "pattern": "[" },
                "d": { "if": {} } } }
            """);
        Write("mappings", "in-a.json", """{ "mapping": "A", "direction": "in", "format": "json", "applies": "a", "schema": "http://publisher.example/a.json", "decline": true, "because": "x", "fix": "y" }""");
        Write("mappings", "in-b.json", """{ "mapping": "B", "direction": "in", "format": "json", "applies": "b", "schema": "a.jsn", "decline": true, "because": "x", "fix": "y" }""");

        var problems = Assert.Throws<MappingException>(() => MappingSet.Load(folder)).Problems;

        Assert.Equal(["a.json", "a.json", "a.json", "in-b.json"], problems.Select(p => p.File));
        Assert.Contains("Nothing is fetched", problems[0].Words, StringComparison.Ordinal);
        Assert.Equal((2, "properties.b.$ref"), (problems[0].Line, problems[0].Key));
        Assert.Contains("not a pattern", problems[1].Words, StringComparison.Ordinal);
        Assert.Contains("'if' is no word", problems[2].Words, StringComparison.Ordinal);
        Assert.Contains("did you mean 'a.json'", problems[3].Words, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sample_of_the_platform_keeps_to_its_description_and_one_that_does_not_is_taken_all_the_same()
    {
        var sample = Countries.Sample("XB", "hearing-result.json");
        var kept = Countries.Translate("XB", sample);
        var broken = Countries.Translate("XB", sample.Replace("\"code\": \"P01\" },", "\"code\": 17 },\n    \"room\": \"Okenda\",", StringComparison.Ordinal));

        Assert.Empty(kept.Breaches);
        Assert.Equal(["hearing.courtCentre.code (line 4) is not of type string", "hearing.room (line 5) is not described"], broken.Breaches);
        Assert.Equal((kept.Outcome, kept.Questions.Count), (broken.Outcome, broken.Questions.Count));
    }

    [Fact]
    public async Task A_breach_is_counted_and_stands_on_the_intake()
    {
        await using var xb = new AdapterUnderTest(new RegionUnderTest(), "XB");
        xb.Drop("result.json", Countries.Sample("XB", "hearing-result.json").Replace("\"code\": \"P01\"", "\"code\": 17", StringComparison.Ordinal));

        await xb.Work(TestContext.Current.CancellationToken);

        var intake = Assert.Single(await xb.Intakes.In(IntakeState.Incomplete, 10, TestContext.Current.CancellationToken));
        Assert.Contains("hearing.courtCentre.code (line 4) is not of type string", intake.Findings, StringComparison.Ordinal);
        var gap = Assert.Single(await xb.MappingRecords.Gaps(GapKind.Breach, 10, TestContext.Current.CancellationToken));
        Assert.Equal(("Hearing result of the case platform", "hearing.courtCentre.code is not of type string", 1L), (gap.Mapping, gap.Place, gap.Times));
    }

    /// <summary>The publisher's own descriptions, with the five references in them that lead nowhere corrected, beside the mappings of XB.</summary>
    MappingSet WithPublishedDescriptions()
    {
        foreach (var file in Countries.PublishedFiles(Platform).Where(f => f.StartsWith("schemas/", StringComparison.Ordinal)))
            Write("schemas", file.Replace('/', '_'), File.ReadAllText(Countries.Published(Platform, file))
                .Replace("core/courts/external/hearing.json#", "core/courts/external/apiHearing.json#", StringComparison.Ordinal));
        var xb = Countries.CountryOf("XB");
        foreach (var kind in new[] { "mappings", "tables" })
            foreach (var file in Directory.EnumerateFiles(Path.Combine(xb.Folder, kind)))
                Write(kind, Path.GetFileName(file), File.ReadAllText(file).Replace("\"schema\": \"hearing-result\"", $"\"schema\": \"{Published}\"", StringComparison.Ordinal));
        return MappingSet.Load(folder, xb.Quirks);
    }

    [Fact]
    public void A_recorded_reply_breaks_the_description_its_publisher_gives_and_is_not_refused()
    {
        var bytes = File.ReadAllBytes(Countries.Published(Platform, "recorded-responses", "hearing_result_fetcher__success.0.body.json"));

        var translation = new Translator(WithPublishedDescriptions()).Translate(new LocalFile { Name = "reply.json", Bytes = bytes });

        Assert.Equal((TranslationOutcome.Incomplete, nameof(RequestSubmitted)), (translation.Outcome, translation.ActType));
        // The three keys another reader of the draft finds in it too.
        Assert.Equal(
            ["isUnscheduled", "publishedForNows", "rollUpPrompts"],
            translation.Breaches.Select(b => Regex.Match(b, @"^hearing\.prosecutionCases\[0\]\.defendants\[0\]\.offences\[0\]\.judicialResults\[0\]\.(\w+) \(line \d+\) is not described$").Groups[1].Value).Order(StringComparer.Ordinal));
    }

    /// <summary>How many places of the recorded reply break the publisher's own descriptions.</summary>
    internal static int BreachesOfTheReply()
    {
        using var tests = new MessageSchemaTests();
        return new Translator(tests.WithPublishedDescriptions()).Translate(new LocalFile { Name = "reply.json", Bytes = File.ReadAllBytes(Countries.Published(Platform, "recorded-responses", "hearing_result_fetcher__success.0.body.json")) }).Breaches.Count;
    }

    void Write(string kind, string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(folder, kind));
        File.WriteAllText(Path.Combine(folder, kind, name), text);
    }

    static MessageSchema Of(string schema) => MessageSchema.Of(JsonFormat.ReadByHand(Encoding.UTF8.GetBytes(schema)), new Dictionary<string, JsonPart>(), (at, words) => Assert.Fail($"{at.Place}: {words}"));
}
