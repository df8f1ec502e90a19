using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Adapters.XA;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Adapters;

/// <summary>Every published sample goes through every adapter. None was written for this project, and where the publisher's own translation lies beside one,
/// the two agree.</summary>
public sealed class PublishedSampleTests
{
    const string Courts = "uk-spi-libra-bichard";

    static readonly XNamespace Ds = "http://schemas.cjse.gov.uk/datastandards/2006-10", Br7 = "http://schemas.cjse.gov.uk/datastandards/BR7/2007-12";

    public static TheoryData<string> States => [.. Countries.All.Keys];

    [Theory, MemberData(nameof(States))]
    public async Task Every_published_file_put_into_the_inbox_of_every_state_ends_as_an_act_as_questions_or_aside_with_a_reason_a_person_understands(string state)
    {
        var sweep = await PublishedSweep.Of(state);

        Assert.Empty(sweep.Astray);
        Assert.All(sweep.Files.Concat(sweep.WithPassword), AssertEnded);
    }

    [Theory, MemberData(nameof(States))]
    public async Task No_published_file_holds_up_the_inbox_for_five_seconds_or_has_it_ask_anything_of_the_network(string state)
    {
        var sweep = await PublishedSweep.Of(state);

        Assert.True(sweep.Longest < TimeSpan.FromSeconds(5), $"{sweep.Longest}");
        Assert.Empty(sweep.Calls);
    }

    [Theory, MemberData(nameof(States))]
    public async Task A_credential_in_a_published_file_is_in_no_line_of_the_log_no_reason_no_record_and_nothing_that_is_kept_or_sent(string state)
    {
        var sweep = await PublishedSweep.Of(state);

        Assert.Empty(sweep.Credentials.Found);
        Assert.True(sweep.Credentials.Sought > 2 && sweep.WithPassword.Count > 10 && sweep.Logged > sweep.Files.Count, $"{sweep.Credentials.Sought} credentials, {sweep.WithPassword.Count} copies, {sweep.Logged} lines");
    }

    internal static void AssertEnded(SweptFile file)
    {
        Assert.NotEmpty(file.Ends);
        Assert.All(file.Ends, end =>
        {
            switch (end.State)
            {
                case IntakeState.Made:
                    Assert.NotNull(end.ActId);
                    break;
                case IntakeState.Incomplete:
                    Assert.Matches("^(Still to be said: .{10}|This case was sent before)", end.Reason);
                    break;
                case IntakeState.Quarantined:
                    Assert.Matches("^LH41[0-9]{2}$", end.Code);
                    Assert.NotEqual(QuarantineCode.Defect, end.Code);
                    Assert.True(end.Reason!.Length > 20 && end.Fix!.Length > 20, end.Reason);
                    break;
                case IntakeState.Duplicate:
                    Assert.NotNull(end.DuplicateOf);
                    break;
                default:
                    Assert.True(end.State == IntakeState.Divided && file.Ends.Count > 1, $"{file.File}: {end.State}");
                    break;
            }
        });
    }

    [Fact]
    public void A_call_to_the_network_would_be_seen()
    {
        using var calls = new OutwardCalls();

        calls.Watch(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Assert.ThrowsAny<SocketException>(() => socket.Connect("localhost", 1));
        });

        Assert.Contains(calls.Seen, c => c.StartsWith("System.Net.NameResolution", StringComparison.Ordinal));
        Assert.Contains(calls.Seen, c => c.StartsWith("System.Net.Sockets", StringComparison.Ordinal));
    }

    internal static void AssertEnded(Translation translation)
    {
        switch (translation.Outcome)
        {
            case TranslationOutcome.Complete:
                Assert.Equal("", string.Join("; ", LiaisonHub.Adapters.Acts.ActContent.Check(translation.ActType!, Referenced(translation.Open, Acts.All[translation.ActType!].Opens), translation.Private).Select(p => $"{p.Field}: {p.Words}")));
                break;
            case TranslationOutcome.Incomplete:
                Assert.NotEmpty(translation.Questions);
                Assert.All(translation.Questions, q => Assert.True(q.Ask.Length > 10 && q.Why.Length > 10, q.Field));
                break;
            default:
                Assert.Matches("^LH41[0-9]{2}$", translation.Reason!.Code);
                Assert.NotEqual(QuarantineCode.Defect, translation.Reason.Code);
                Assert.True(translation.Reason.Words.Length > 20 && translation.Reason.Fix.Length > 20, translation.Reason.Words);
                break;
        }
    }

    [Fact]
    public void A_dated_warrant_of_a_court_becomes_a_whole_request_to_the_neighbour()
    {
        var translation = Countries.Translate("XA", "input-message.xml",
            File.ReadAllBytes(Countries.Published(Courts, "043-dated-warrant", "input-message.xml")));

        Assert.Equal(TranslationOutcome.Complete, translation.Outcome);
        Assert.Equal((nameof(RequestSubmitted), "XB", "XB-CA"), (translation.ActType, translation.ToState, translation.ToAuthority));
        Assert.Equal("Hearing", (string?)translation.Open["measures"]![0]!["kind"]);
    }

    [Fact]
    public void The_day_in_the_text_of_a_warrant_and_the_next_hearing_are_two_days_and_only_one_of_them_is_a_field()
    {
        var translation = Countries.Translate("XA", "input-message.xml",
            File.ReadAllBytes(Countries.Published(Courts, "043-dated-warrant", "input-message.xml")));

        Assert.Equal("2011-10-01", (string?)translation.Private!["offences"]![0]!["results"]![0]!["nextHearing"]!["value"]);
        Assert.Equal("2011-10-01", (string?)translation.Open["downstreamDates"]![0]!["on"]);
        var read = Assert.Single(translation.Provenance, p => p.ToConfirm);
        Assert.Contains("2011-09-26", read.Note, StringComparison.Ordinal);
        Assert.DoesNotContain("2011-09-26", translation.Open.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("input-message-001.xml")]
    [InlineData("input-message-routedata-001.xml")]
    public void The_same_message_says_the_same_bare_enveloped_or_escaped_in_a_route(string file)
    {
        var wrapped = Countries.Translate("XA", file, File.ReadAllBytes(Countries.Published(Courts, "parser-fixtures", file)));
        var expected = Countries.Translate("XA", "m.xml", File.ReadAllBytes(Countries.Published(Courts, "001-sexual-offences", "input-message.xml")));

        Assert.Equal(expected.Private!["persons"]!.ToJsonString(), wrapped.Private!["persons"]!.ToJsonString());
        Assert.Equal(expected.Private["offences"]!.ToJsonString(), wrapped.Private["offences"]!.ToJsonString());
    }

    [Theory]
    [InlineData("test-001.json")]
    [InlineData("test-075-0.json")]
    public void What_both_translations_have_agrees_with_the_publishers_own(string file) => Assert.True(Compared(file) > 8);

    [Fact]
    public async Task How_much_was_compared_with_what_others_made_is_written_down()
    {
        var (messages, rules, assertions) = await XJustizTests.Validated();
        var logs = PoliceTests.Logs.Select(l => l.Data).Where(l => l != "(absent)").Select(PoliceTests.RoundTrip).ToList();
        var evidence = PublishedConnectorTests.Evidence();
        string[] rows =
        [
            $"| XA | results of courts against the publisher's own translation of the same message (2 messages) | {Compared("test-001.json") + Compared("test-075-0.json")} values equal |",
            $"| XB | a recorded reply of the case platform, value by value against what was made of it | {Recorded()} values equal |",
            $"| XB | the same against the publisher's own 104 descriptions (JSON Schema draft-04) | {MessageSchemaTests.BreachesOfTheReply()} places break them, the same that another reader of the draft finds; none is refused |",
            $"| XC | segments of {logs.Count} recorded logs of a police computer, read and written again | {logs.Sum(l => l.Segments)} segments, {logs.Sum(l => l.Fields)} fields, equal to the last blank |",
            $"| XC | rows of a published list of crown court cases against what was made of them | {PoliceTests.Listed()} cells equal |",
            $"| XD | nothing is published for its tables; rows of its registry, cell by cell against what was made of them | {await RegistryTests.Compared()} cells equal |",
            $"| XE | messages made of samples of the contract, against the official schema of XJustiz 3.5.1 | {messages} messages valid |",
            $"| XE | the same, against the three official Schematron files (gds 1.3, straf 1.2, straf.xbfj 1.4), run by Saxon outside of the product | {rules} rules applied, {assertions} assertions tested, all of them hold (those of gds; straf and xbfj speak of messages XE does not write) |",
            $"| XF | evidence of the {evidence.Valid} kinds, valid by the published schema (ETSI TS 102 640), against what was read of it | {evidence.Values} values equal |",
            $"| XF | a published message of a connector: its properties, token and evidence (which breaks its own schema) against what was read of them | {PublishedConnectorTests.Message()} values equal |",
        ];

        var sweeps = new List<PublishedSweep>();
        foreach (var state in Countries.All.Keys)
            sweeps.Add(await PublishedSweep.Of(state));
        string Swept(IEnumerable<Intake> ends) => string.Join(" / ", new[] { IntakeState.Made, IntakeState.Incomplete, IntakeState.Quarantined, IntakeState.Duplicate }.Select(s => ends.Count(e => e.State == s)));
        var swept = sweeps[0].Files.Select(f => f.Format).Distinct().Select(format =>
            $"| {format}, {sweeps[0].Files.Count(f => f.Format == format)} files | {string.Join(" | ", sweeps.Select(s => Swept(s.Files.Where(f => f.Format == format).SelectMany(f => f.Ends))))} |");
        var reasons = sweeps.SelectMany(s => s.Files).SelectMany(f => f.Ends).Where(e => e.State == IntakeState.Quarantined).GroupBy(e => e.Code!).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"`{g.Key}` {g.Count()}");

        Repository.AssertApproved($"""
            # What was compared

            Translations are only as good as what they are held against. None of these samples was written for this project; they lie beside the repository, not in it, and where they are absent the tests say
            so and are skipped. The figures are written by `PublishedSampleTests` (`LIAISONHUB_APPROVE=1`), which counts each comparison it makes; every one of them holds.

            | State | Compared | How much |
            |---|---|---|
            {string.Join('\n', rows)}

            ## Every published file through every adapter

            Also through those it was not written for, and by the way a ministry's files take: each is dropped into the inbox, taken, translated, sealed and moved away. Each file, and each record of a table,
            becomes an act, questions for a person, or is put aside with a reason (and its code), or it has the same content as one before it. None fails, takes five seconds or asks anything of the network,
            and no credential that stands in one is found in a log, a reason, a record or in what is kept. Written as acts / questions / aside / the same as one before.

            | Published | {string.Join(" | ", Countries.All.Keys)} |
            |---|{string.Concat(Countries.All.Keys.Select(_ => "---|"))}
            {string.Join('\n', swept)}

            Why what was put aside was put aside, over all of them: {string.Join(", ", reasons)}. What a code means stands in `src/LiaisonHub.Adapters/Formats/SourceDocument.cs`.
            """, "docs", "adapters", "oracles.md");
    }

    [Fact]
    public void What_was_made_of_a_recorded_reply_is_what_it_says() => Assert.True(Recorded() > 12);

    // How many values were compared.
    static int Recorded()
    {
        var bytes = File.ReadAllBytes(Countries.Published("uk-common-platform-json", "recorded-responses", "hearing_result_fetcher__success.0.body.json"));
        var hearing = JsonNode.Parse(bytes)!["hearing"]!;
        var ours = Countries.Translate("XB", "reply.json", bytes).Private!;
        var cases = hearing["prosecutionCases"]!.AsArray().ToList();
        var defendants = cases.SelectMany(c => c!["defendants"]!.AsArray()).ToList();
        var offences = defendants.SelectMany(d => d!["offences"]!.AsArray()).ToList();
        var persons = ours["persons"]!.AsArray();
        var compared = 0;
        Equal(cases.Select(c => c!["prosecutionCaseIdentifier"]!["caseURN"]), [ours["fileNumber"]]);
        Equal(defendants.Select(d => Details(d)["lastName"]), persons.Select(p => p!["familyName"]));
        Equal(defendants.Select(d => Details(d)["firstName"]), persons.Select(p => p!["givenNames"]));
        Equal(defendants.Select(d => Details(d)["title"]), persons.Select(p => p!["title"]));
        Equal(defendants.Select(d => Details(d)["dateOfBirth"]), persons.Select(p => p!["birth"]!["value"]));
        Equal(defendants.Select(d => Details(d)["gender"]), persons.Select(p => p!["sex"]));
        Equal(defendants.SelectMany(d => Details(d)["address"]!.AsObject().Select(a => a.Value)), persons.SelectMany(p => p!["address"]!.AsArray()));
        Equal(defendants.SelectMany(d => new[] { d!["personDefendant"]!["arrestSummonsNumber"], d["id"] }), persons.SelectMany(p => p!["numbers"]!.AsArray().Select(n => n!["value"])));
        Equal(offences.Select(o => o!["offenceCode"]), ours["offences"]!.AsArray().Select(o => o!["code"]));
        Equal(offences.Select(o => o!["wording"]), ours["offences"]!.AsArray().Select(o => o!["wording"]));
        Equal(offences.Select(o => o!["startDate"]), ours["offences"]!.AsArray().Select(o => o!["time"]!["from"]!["value"]));
        var results = ours["offences"]!.AsArray().SelectMany(o => o!["results"]!.AsArray()).ToList();
        Equal(offences.SelectMany(o => o!["judicialResults"]!.AsArray().Select(r => r!["cjsCode"])), results.Select(r => r!["code"]));
        Equal(offences.SelectMany(o => o!["judicialResults"]!.AsArray().Select(r => r!["resultText"])), results.Select(r => r!["text"]));
        return compared;

        static JsonNode Details(JsonNode? defendant) => defendant!["personDefendant"]!["personDetails"]!;

        // Blanks and line ends that a screen put into a text are none of it; words in capitals are codes.
        static string Plain(JsonNode? node) => string.Join(' ', ((string?)node ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();

        void Equal(IEnumerable<JsonNode?> their, IEnumerable<JsonNode?> our)
        {
            var expected = their.Select(Plain).ToList();
            Assert.Equal(expected, our.Select(Plain));
            compared += expected.Count;
        }
    }

    static int Compared(string file)
    {
        var pair = JsonNode.Parse(File.ReadAllBytes(Countries.Published(Courts, "input-output-pairs", file)))!;
        var theirs = Xml((string)pair["annotatedHearingOutcome"]!);

        var ours = Countries.Translate("XA", "m.xml", Encoding.UTF8.GetBytes((string)pair["incomingMessage"]!)).Private!;

        return AssertAgree(theirs, ours);
    }

    [Fact]
    public void What_both_translations_have_agrees_with_the_published_canonical_form()
    {
        var theirs = Xml(File.ReadAllText(Countries.Published(Courts, "aho-canonical", "AnnotatedHO1.xml"))
            .Replace("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>", "", StringComparison.Ordinal));
        var ours = Countries.Translate("XA", "m.xml", File.ReadAllBytes(Countries.Published(Courts, "001-sexual-offences", "input-message.xml"))).Private!;

        Assert.Equal((string?)theirs.Descendants(Ds + "PTIURN").First(), (string?)ours["fileNumber"]);
        Assert.Equal(Xa.ArrestSummonsNumber((string)theirs.Descendants(Br7 + "ArrestSummonsNumber").First()),
            Xa.ArrestSummonsNumber((string)ours["persons"]![0]!["numbers"]![0]!["value"]!));
        Assert.Equal((string?)theirs.Descendants(Ds + "FamilyName").First(), (string?)ours["persons"]![0]!["familyName"]);
        Assert.Equal((string?)theirs.Descendants(Br7 + "BirthDate").First(), (string?)ours["persons"]![0]!["birth"]!["value"]);
        Assert.Equal(theirs.Descendants(Ds + "CJSresultCode").Select(c => c.Value), Results(ours));
    }

    // How many values were compared.
    static int AssertAgree(XDocument theirs, JsonObject ours)
    {
        var person = ours["persons"]![0]!;
        var compared = 0;
        Equal([(string?)theirs.Descendants(Ds + "PTIURN").First()], [(string?)ours["fileNumber"]]);
        Equal([Xa.ArrestSummonsNumber((string)theirs.Descendants(Br7 + "ArrestSummonsNumber").First())], [Xa.ArrestSummonsNumber((string)person["numbers"]![0]!["value"]!)]);
        Equal([(string?)theirs.Descendants(Ds + "FamilyName").First()], [(string?)person["familyName"]]);
        Equal([string.Join(' ', theirs.Descendants(Ds + "GivenName").Select(g => g.Value))], [(string?)person["givenNames"]]);
        Equal([(string?)theirs.Descendants(Br7 + "BirthDate").First()], [(string?)person["birth"]!["value"]]);
        Equal([(string?)theirs.Descendants(Br7 + "Gender").First().Attribute("Literal")], [((string)person["sex"]!).ToLowerInvariant()]);

        // Theirs splits the code into act, year, reason and qualifier.
        Equal(
            theirs.Descendants(Ds + "OffenceCode").Where(c => c.HasElements).Select(c => string.Concat(c.Elements().Select(p => p.Value))),
            ours["offences"]!.AsArray().Select(o => (string?)o!["code"]));
        Equal(
            theirs.Descendants(Ds + "ActualOffenceStartDate").Select(d => d.Value.Trim()),
            ours["offences"]!.AsArray().Select(o => (string?)o!["time"]!["from"]!["value"]));
        Equal(theirs.Descendants(Ds + "CJSresultCode").Select(c => c.Value), Results(ours));
        return compared;

        void Equal(IEnumerable<string?> their, IEnumerable<string?> our)
        {
            var expected = their.ToList();
            Assert.Equal(expected, our);
            compared += expected.Count;
        }
    }

    static IEnumerable<string?> Results(JsonObject ours) => ours["offences"]!.AsArray()
        .SelectMany(o => o!["results"]!.AsArray().Select(r => (string?)r!["code"]).Where(c => c is not null));

    static JsonObject Referenced(JsonObject open, bool opens)
    {
        var copy = open.DeepClone().AsObject();
        if (opens)
            copy["reference"] ??= "XA-2026-000001";
        return copy;
    }

#pragma warning disable RS0030 // The publisher's own output, read only to compare with it.
    static XDocument Xml(string text) => XDocument.Parse(text);
#pragma warning restore RS0030
}
