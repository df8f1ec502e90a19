using System.Globalization;
using System.Text.RegularExpressions;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Casework;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>
/// What is recorded or computed in English, and shown in the console, is there in every language. What can be listed is listed; what is composed while a request lives is looked at wherever a test lets one live
/// (<see cref="Story"/>); and what only a broker or a stranger's message could bring about is read from the code that says it.
/// </summary>
public sealed class RecordTests
{
    [Fact]
    public void What_the_procedures_say_of_a_request_is_there_in_every_language()
    {
        foreach (var procedure in Procedure.All)
        {
            Book.Has(procedure.Title);
            Assert.All(procedure.States.Select(s => s.Rest).OfType<string>(), Book.Has);
            Assert.All(Demo.Rules.Sheets.First(s => s.Name == procedure.Name).Rows.SelectMany(r => r.From.Split("; ").SelectMany(f => f.Split(", "))).Where(f => f.Contains(' ', StringComparison.Ordinal)), Book.Has);
            foreach (var row in procedure.Rows)
            {
                Assert.All(row.Facts.Select(f => f.Otherwise), Book.Has);
                Assert.All(row.Time.Where(t => t.Verb == TimeVerb.Holds).Select(t => t.Reason), Book.Has);
                if (row.Act is null)
                    Book.Has(row.ByHub ?? "silence at EIO-D1");
            }
        }
        var outcomes = new[] { typeof(ExtraditionOutcome), typeof(ProceedingsOutcome), typeof(UseOutcome), typeof(ImpossibilityGround), typeof(InterceptedUse), typeof(CopyFate), typeof(JointResult) }.SelectMany(Enum.GetNames);
        Assert.All(outcomes.Select(Words.Spaced), Book.Has);
    }

    [Theory]
    [MemberData(nameof(ProcedureTests.States), MemberType = typeof(ProcedureTests))]
    public void What_a_request_says_of_itself_and_of_its_days_is_there_in_every_language(string procedure, string state)
    {
        var story = Courses.Of(procedure).Into(state, Demo.Rules);
        foreach (var day in story.Request.Deadlines.SelectMany(d => Demo.Rules.Explain(story.Request, d.Id)).Select(d => d.Why).Distinct())
            Book.Has(day);
        if (story.Request.Outcome is { } outcome && Demo.Region.Catalogue.Ground(story.Request.Instrument, outcome) is null)
            Book.Has(Words.Spaced(outcome));
        foreach (var said in Demo.Rules.WhyItStands(story.Request, story.Now).SaysOfFacts)
            Assert.All(said.Facts.OfType<Quoted>().Select(q => q.Text).Where(t => said.Code != "untimed"), Book.Has);
    }

    [Fact]
    public void Kinds_and_members_of_the_ledger_and_names_of_lists_are_there_in_every_language()
    {
        var (kinds, members, lists) = (new HashSet<string> { RefusedTry.SignIn, RefusedTry.SecondPerson }, new HashSet<string> { "day", "times", "subject" }, new HashSet<string>());
        foreach (var code in new[] { "Storage/Hub", "Coordinator", "OperatorConsole", "Casework" }.SelectMany(p => Directory.EnumerateFiles(Repository.At("src", $"LiaisonHub.{p}"), "*.cs", SearchOption.AllDirectories)).Select(File.ReadAllText))
        {
            kinds.UnionWith(Regex.Matches(code, @"\bKind = noted[^""]*""(\w+)"" : ""(\w+)""|\bKind = ""(\w+)"", (?:RequestId|Actor)|\b(?:Leaf|Record|Do|Remove|Change|SetPassword)\([^"";]*?""([A-Z][a-z]+[A-Za-z]+)""|Facts\.(?:Add|Insert)\((?:0, )?new\(""(\w+)""|RepairDeed\.\w+ => ""(\w{8,})""|_ => ""([A-Z]\w{7,})""")
                .SelectMany(m => m.Groups.Values.Skip(1)).Where(g => g.Success).Select(g => g.Value));
            if (Regex.IsMatch(code, @"LedgerLeaf|\bLeaf\(|ledger\.Record"))
                members.UnionWith(Regex.Matches(code, @"\b(?:Record|Leaf|Do|Serialize)\([^;]*?new \{ ([^}]*) \}").SelectMany(m => m.Groups[1].Value.Split(',')).Select(m => m.Split('=')[0].Trim().Split('.')[^1]));
            lists.UnionWith(Regex.Matches(code, @"\bTitle = ""([^""{]*)"",").Select(m => m.Groups[1].Value));
        }
        // What is read from the code is all of it: fewer would mean that this test looks no more where it should.
        Assert.True(kinds.Count > 60 && members.Count > 50 && lists.Count > 20, $"{kinds.Count} kinds, {members.Count} members, {lists.Count} lists were found");
        Assert.All(kinds.Select(Words.Spaced), Book.Has);
        // The text of a fact stands without its name.
        Assert.All(members.Where(m => m != "Text").Select(m => Words.Spaced($"{char.ToLowerInvariant(m[0])}{m[1..]}").ToLowerInvariant()), Book.Has);
        Assert.All(lists, Book.Has);
        Assert.All(Enum.GetNames<RepairDeed>().Append(Quarantine.Retried).Append(Quarantine.Rewrapped), Book.Has);
    }

    [Fact]
    public void What_is_wrong_with_a_field_and_what_to_do_is_there_in_every_language()
    {
        var fragments = Directory.EnumerateFiles(Repository.At("src", "LiaisonHub.Casework", "Procedures"), "*.cs").Select(File.ReadAllText)
            .SelectMany(code => Regex.Matches(code, @"(?<!void )\bWrong\([^,]*,(.*?)\);\s*\n", RegexOptions.Singleline))
            .SelectMany(m => Literals(m.Groups[1].Value)).Distinct().ToList();
        Assert.True(fragments.Count > 150, $"{fragments.Count} fragments were found");
        Assert.All(fragments.Select(f => Filled(f)), fragment => Book.Has($"$.open.field: {fragment}."));
    }

    // What hub and rules say in sentences that stand in the code. Parts that are put together are given as they may come out.
    [Fact]
    public void Every_sentence_that_rules_and_hub_say_is_there_in_every_language()
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(Repository.At("src", "LiaisonHub.Casework", "Procedures"), "*.cs").Where(f => Path.GetFileName(f) is not ("Reasons.cs" or "Drawing.cs" or "Check.cs")),
            .. new[] { "Casework/Rules", "Coordinator/Edge", "Coordinator/Repairs", "Coordinator/LinkTester", "Messaging/Broker/BrokerProbe", "Messaging/Links/DeadLetters", "Messaging/Core/CoreBus", "Sealing/Signing", "Storage/Hub/Ledger" }
                .Select(f => Repository.At($"src/LiaisonHub.{f}.cs")),
        ];
        var said = files.SelectMany(f => Literals(File.ReadAllText(f)).Where(l => Regex.IsMatch(l, "^(\\$\\.|[A-Z{].*\\.$)|^The [a-z ]+ (before|chained|missing|entries|it)$") && Regex.Replace(l, "\\{[^}]*\\}", "").Trim().Contains(' ', StringComparison.Ordinal))).Distinct().ToList();
        Assert.True(said.Count > 300, $"{said.Count} sentences were found");
        Assert.All(said.Where(l => !Array.Exists(Composed, l.StartsWith)).Select(l => Filled(l)), Book.Has);
    }

    // Beginnings of sentences that are put together of several (their outcomes are looked at below, or where requests live), and of those that are told to a state alone.
    static readonly string[] Composed =
    [
        "{e.Message} The operator of the hub", "The question names", "The adapter's clock is", "The broker's certificate ends within", "The broker's certificate was signed by", "The broker refuses user", "User {options.User} may not send",
        "User {options.User} has rights", "User {options.User} may read its queues", "Ask the operator of the hub to run", "Compare State and Broker", "Somebody else is waiting", "Wait until it has ended", "Queue {LinkQueues.Answers}",
        "Not a signed document: {what}", "$.open.proceeds: sought are", "$.open.basis: {Sum(net)}", "$.open.at: {s.As<ReleaseReported>", "$.open.holder: {(other is null", "$.open.instrument: '{instrument}' is not in force between {s.Request.Requesting.State} and {s.Request.Requested.State}; ",
        "$.header.receiver.authority: '{addressee", "$.open.rightsCheck.answers: {string.Join(\", \", failed)} not passed. Nothing coercive", "$.open.{field}: {Instant(at)}", "$.open.onRequestId: is no request", "The hour of the action was {OfAction(s.Request).ActionAt:u}.",
        "$.header.exercise: the request is", "$.open.final: part", "$.open.decidedBy: in {", "$.open.ground: {ground.Code} ({ground.Article}) is used by", "{act.Type} is an act of the", "$.open{(e.Path", "$.open.rightsCheck.answers: no answer to {string.Join(\", \", open)}. In an emergency",
    ];

    [Theory]
    [InlineData("The adapter's clock is 0:00:07 ahead of the hub's: it must be set by NTP. Signatures and limits go by the hub's clock.")]
    [InlineData("The broker's certificate ends within 7 days: tell whoever keeps the broker.")]
    [InlineData("The broker's certificate was signed by Some Authority, which this machine does not trust (UntrustedRoot).")]
    [InlineData("The broker refuses user hub: it does not know the name in the client certificate.")]
    [InlineData("Not a signed document: something follows the JSON object.")]
    [InlineData("$.open.basis: 7 are not above the 10 of Article 1; write UpToLimit, or agree on the shares.")]
    [InlineData("$.open.holder: is not named; outstanding on this side: .")]
    [InlineData("$.open.at: 2026-01-20 10:00Z has not come yet; a release is reported after it was made.")]
    [InlineData("$.open.rightsCheck.answers: ne-bis-in-idem not passed. Nothing coercive may follow: this state does not take part until it is settled.")]
    [InlineData("$.header.exercise: the request is a live one; write false.")]
    [InlineData("$.header.receiver.authority: 'XB-X' is not designated in XB to receive requests of the procedure Extradition. Its successor is XB-CA. Designated: XB-CA (Central authority).")]
    [InlineData("No hub reads to-hub (to-hub: 7 waiting and 0 reading, dead: 0 waiting and 0 reading).")]
    [InlineData("It would be set aside for good. Tried again it would fail: The hub would refuse it (InvalidContent): header.sequence must be 1 or more. Plan 0198 holds it too.")]
    [InlineData("RequestSubmitted of XA would be refused by request 0198, which is Returned (NotNow): The request is Returned (Went back unexecuted); that does not allow RequestSubmitted.")]
    [InlineData("The agreement of A. Bell, duty operator has lapsed at 2026-01-20 10:00:00Z; somebody must agree anew before it goes on.")]
    [InlineData("$.open.measures[0].hearing.zone: is missing; a Hearing names the zone of that time (Directive 2014/41/EU, Annex A); write it.")]
    [InlineData("$.open.final: part 2 was sent with final true; keep it.")]
    [InlineData("$.open.reference: cannot be read as RequestSubmitted; The JSON value could not be converted.")]
    [InlineData("Queue from-hub cannot be seen: NOT_FOUND - no queue.")]
    [InlineData("from XA; 7 ids")]
    [InlineData("saved filter “mine”: state=XA&code=NotNow")]
    [InlineData("Sunday, weekend in XA")]
    public void A_sentence_of_several_parts_is_there_in_every_language(string sentence) => Book.Has(sentence);

    [Theory]
    [InlineData("$.open.days: is 0; write at least 1 and no more than the rule allows.", "$.open.days : ", " ; ")]
    [InlineData("$.open.terms: is missing; a settlement says what will be done. $.open.complyBy: is missing; a settlement says by when.", "$.open.terms : ", ". $.open.complyBy : ")]
    public void A_finding_names_its_place_and_is_said_in_the_language_of_the_reader(string english, params string[] parts)
    {
        var said = TextTests.Reading("fr").Kept(english).Plain.Replace('\u00A0', ' ');
        Assert.All(parts, part => Assert.Contains(part, said, StringComparison.Ordinal));
        Assert.DoesNotContain("missing", said, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_book_does_not_have_in_all_its_parts_stays_English_and_says_so()
    {
        const string Unknown = "$.open.days: is 0; write what nobody has ever written.";
        Assert.Equal(TextTests.Reading("fr").English(Unknown).Html.Value, new Texts().Kept(Unknown).Html.Value);
        Assert.Equal("<bdi translate=\"no\">Called at noon; nobody was there.</bdi>", new Texts().Known("Called at noon; nobody was there.").Html.Value);
    }

    // A sentence as it may come out: "held" is a word that the book has, so that it may stand wherever a sentence of the book does.
    static string Filled(string literal) => Regex.Replace(Hole().Replace(literal.Replace("{keeper}", "whoever keeps the broker", StringComparison.Ordinal), m => m.Value.Contains(" ? ", StringComparison.Ordinal) ? "" : "held"), @"\\(.)", "$1");

    // The literals of a code, those that are added to each other as one; what is thrown or logged is said to no page.
    static IEnumerable<string> Literals(string code)
    {
        code = Regex.Replace(code, @"'\\?.'|(?<![:""/])//[^\n]*|\[LoggerMessage\([^\n]*\)\]|throw new (?!ProbeFailed|NotAuthentic)\w+\((\$?""([^""\\\n]|\\.)*""|[^"";])*;|\?\? throw new [^;]*;", " ");
        code = Regex.Replace(code, @"""\s*\+\s*\$?""", "");
        return Literal().Matches(code).Select(m => m.Groups[1].Value);
    }

    static readonly string InHole = @"\{(?:[^{}""]|""(?:[^""\\]|\\.)*""|\{[^{}]*\})*\}";

    static Regex Hole() => new(InHole);

    static Regex Literal() => new($@"""((?:\{{\{{|{InHole}|[^""\\{{}}]|\\.)*)""");
}

/// <summary>What the console has in other languages for what is kept in English. The same keys are there in all of them (<see cref="TextTests"/>), so that one of them is asked.</summary>
static class Book
{
    static readonly Texts Texts = new();

    /// <summary>Fails where a sentence, or a part of it, would stand in English on a page in another language.</summary>
    public static void Has(string sentence)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr");
        try
        {
            var said = Texts.Kept(sentence).Html.Value;
            // A reader of JSON and a broker speak for themselves, in English.
            if (Regex.IsMatch(sentence, ": cannot be read as |cannot be (seen|handed over): "))
                said = Regex.Replace(said, "(?<=.)<span lang=\"en\"[^>]*>[^<]*</span>", "");
            Assert.False(said.Contains("lang=\"en\"", StringComparison.Ordinal), $"record.fr.resx, and its like in the other languages, lack a sentence or a part of it; write an entry whose name is the English, with places:\n{sentence}\n{said}");
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
