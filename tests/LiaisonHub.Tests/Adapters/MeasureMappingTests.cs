using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Adapters;

/// <summary>What a request says of each measure, in the formats of the two countries.</summary>
public sealed class MeasureMappingTests
{
    [Theory]
    [InlineData("4901", "Hearing", "Witness")]
    [InlineData("4576", "Hearing", "Accused")]
    public void A_result_of_a_court_says_in_which_capacity_the_person_is_heard(string code, string kind, string capacity)
    {
        var measure = Message("4576", code).Open["measures"]![0]!;

        Assert.Equal((kind, capacity), ((string?)measure["kind"], (string?)measure["hearing"]!["capacity"]));
    }

    [Theory]
    [InlineData("4904", new string[0])]
    [InlineData("4906", new[] { "lawfulAtHome" })]
    [InlineData("4905", new[] { "flow", "period.from", "period.until", "period.zone" })]
    [InlineData("4901", new string[0])]
    [InlineData("4902", new[] { "hearing.ledBy", "hearing.means", "hearing.rightsNoticeWanted", "hearing.standard", "hearing.summonsWanted" })]
    public void What_a_result_does_not_say_of_its_measure_and_the_hub_would_miss_is_asked(string code, string[] asked) =>
        Assert.Equal(asked.Select(f => $"open.measures[1].{f}"), Message("4904", code).Questions.Select(q => q.Field).Where(f => !f.StartsWith("private.persons", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("4901")]
    [InlineData("4902")]
    public void The_witness_of_whom_the_court_says_nothing_is_asked_for_and_is_not_the_defendant(string code)
    {
        var said = Message("4576", code);

        Assert.Equal(TranslationOutcome.Incomplete, said.Outcome);
        Assert.Equal(["Who is the witness? The family name", "The given names of the witness"], said.Questions.Where(q => q.Field.StartsWith("private.persons[0]", StringComparison.Ordinal)).Select(q => q.Ask));
        Assert.Equal(["Witness", "Accused"], said.Private!["persons"]!.AsArray().Select(p => (string?)p!["position"]));
        Assert.Null(said.Private["persons"]![0]!["familyName"]);
    }

    [Theory]
    [InlineData("XA")]
    [InlineData("XB")]
    public void Everything_a_request_says_of_its_measures_reaches_the_local_system(string state)
    {
        var act = JsonNode.Parse(File.ReadAllText(Repository.At("contracts", "samples", "v1", "RequestSubmitted.1.1.json")))!.AsObject();
        var particulars = JsonNode.Parse(File.ReadAllText(Repository.At("contracts", "samples", "v1", "RequestSubmitted.1.1.private.json")))!.AsObject();
        var message = new OutboundDocument(Countries.Mappings(state)).Make(nameof(RequestSubmitted), new JsonObject
        {
            ["type"] = nameof(RequestSubmitted),
            ["header"] = act["header"]!.DeepClone(),
            ["open"] = act["open"]!.DeepClone(),
            ["private"] = particulars.DeepClone(),
            ["standing"] = new JsonObject { ["reference"] = "XA-2026-000151" },
        });

        Assert.Empty(message.Problems);
        var text = Encoding.UTF8.GetString(message.Bytes);
        text = state == "XA" ? System.Net.WebUtility.HtmlDecode(text) : Regex.Unescape(text);
        foreach (var value in Values(act["open"]!["measures"]!).Concat(Values(particulars["measures"]!)).Where(v => v.Length > 1).Distinct())
            Assert.True(text.Contains(value, StringComparison.Ordinal), $"{state} does not get {value}");
    }

    [Fact]
    public void A_measure_that_no_table_explains_beside_one_that_is_known_is_asked_about_and_not_left_out()
    {
        var said = Countries.Translate("XE", Countries.Sample("XE", "request.eml").Replace("Measure: hearing", "Measure: seance", StringComparison.Ordinal));

        Assert.Equal(TranslationOutcome.Incomplete, said.Outcome);
        var question = Assert.Single(said.Questions);
        Assert.Equal(("open.measures[0].kind", "Which measure is asked for?"), (question.Field, question.Ask));
        Assert.Contains("'seance'", question.Why, StringComparison.Ordinal);
        Assert.Equal([null, "Search"], said.Open["measures"]!.AsArray().Select(m => (string?)m!["kind"]));
    }

    static Translation Message(string from, string to) =>
        Countries.Translate("XA", Countries.Sample("XA", "hearing-abroad.xml").Replace($"<DC:ResultCode>{from}<", $"<DC:ResultCode>{to}<", StringComparison.Ordinal));

    static IEnumerable<string> Values(JsonNode node) => node switch
    {
        JsonObject o => o.SelectMany(m => Values(m.Value!)),
        JsonArray a => a.SelectMany(v => Values(v!)),
        JsonValue v when v.GetValueKind() == JsonValueKind.String => [v.GetValue<string>()],
        _ => [],
    };
}
