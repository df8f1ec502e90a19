using System.Globalization;
using System.Text.RegularExpressions;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Shell;

namespace LiaisonHub.Tests.Casework;

public sealed class WhyTests
{
    [Fact]
    public void It_says_whose_turn_it_is_and_until_when()
    {
        var story = Usual.Into("Submitted");
        var why = Why(story.After(TimeSpan.FromDays(1)));

        Assert.Equal("XB (requested side) is to acknowledge receipt (EIO-A1, Directive 2014/41/EU, Article 16(1)) by 26 January 2026, end of day in "
            + "Europe/Athens: 6 days left.", why.Sentence);
        Assert.Equal((Side.Requested, story.Deadline("EIO-A1").Id, null), (why.Turn, why.DeadlineId, why.Late));
        Assert.Equal(["XB: RequestAcknowledged", "XB: RequestForwarded", "XB: RequestReturned", "XA: RequestWithdrawn", "XA: ScopeReduced"],
            why.WouldMoveIt.Where(m => !m.EndsWith("SupplementAnnounced", StringComparison.Ordinal)));
        Assert.Contains("rights check not completed: nothing coercive may be done", why.Facts);
    }

    [Fact]
    public void It_says_how_late_it_is_what_was_said_and_what_comes_next()
    {
        var story = Usual.Into("Submitted");
        story.Do(Side.Requested, new ReceiptGiven { OfActId = story.Request.Acts[0].ActId, Stage = ReceiptStage.Opened });
        story.Passes("2026-01-28T08:00:00Z");
        Assert.Equal("XB (requested side) was to acknowledge receipt (EIO-A1, Directive 2014/41/EU, Article 16(1)) by 26 January 2026, end of day in "
            + "Europe/Athens; "
            + "that was 34 hours ago. This limit is at level 2 of the ladder, no reason given, its level 3 comes on 2026-01-29 03:59Z.", Why(story).Sentence);
        story.Answers(new DelayReasonGiven { RuleId = "EIO-A1", Reason = DelayReason.Workload });

        Assert.Contains("reason given: Workload", Why(story).Sentence, StringComparison.Ordinal);
        Assert.Equal(story.Now - story.Deadline("EIO-A1").Due, Why(story).Late);
    }

    [Fact]
    public void It_says_that_the_other_side_is_waited_for_while_the_limit_is_held()
    {
        var why = Why(Usual.Into("InformationPending"));

        Assert.Equal("XA (requesting side) is to supply the information asked for (EIO-I1, Directive 2014/41/EU, Articles 11(4) and 16(2)) by 18 February "
            + "2026, end of day in Europe/Athens: 30 days left.", why.Sentence);
        Assert.Contains("EIO-D1 on XB held since 2026-01-19 10:00Z: information asked for", why.Facts);
    }

    [Fact]
    public void It_says_when_nothing_more_is_expected() =>
        Assert.Equal("Closed.Refused since 2026-01-19 10:00Z (MEASURE): nothing more is expected.", Why(Usual.Into("Closed.Refused")).Sentence);

    [Fact]
    public void An_hour_limit_names_its_instant() =>
        Assert.Equal("XB (requested side) is to confirm that everything taken back has stopped (EIO-W1, Rule of the region, no treaty text) by 2026-01-21 "
            + "10:00Z: 2 days left.", Why(Usual.Into("Withdrawing")).Sentence);

    [Theory]
    [MemberData(nameof(ProcedureTests.States), MemberType = typeof(ProcedureTests))]
    public void Every_state_can_say_why_it_stands(string procedure, string state)
    {
        var why = Why(Courses.Of(procedure).Into(state, Demo.Rules));

        Assert.NotEmpty(why.Facts);
        Assert.Equal(state.StartsWith("Closed", StringComparison.Ordinal), why.Turn is null);
    }

    /// <summary>The console says each sentence in the reader's language: in English as it is written here, in the others with a place for each of its facts; and there are no others.</summary>
    [Fact]
    public void Each_sentence_has_its_words_in_every_language_and_a_place_for_each_fact()
    {
        var said = Regex.Matches(File.ReadAllText(Repository.At("src", "LiaisonHub.Casework", "Procedures", "Reasons.cs")), "new\\(\"([a-z-]+)\", \\$\"(.*?)\"\\)").ToDictionary(m => m.Groups[1].Value, m => Numbered(m.Groups[2].Value));
        Assert.True(said.Count > 30, $"{said.Count} sentences");

        // The acts that would move it are a list of their own.
        Assert.Equal(Texts.In("en").Keys.Where(k => k.StartsWith("why.", StringComparison.Ordinal)).Order(StringComparer.Ordinal), said.Keys.Append("mover").Select(c => $"why.{c}").Order(StringComparer.Ordinal));
        foreach (var (code, (english, places)) in said)
        {
            Assert.Equal(english, Texts.In("en")[$"why.{code}"]);
            foreach (var language in new[] { "fr", "es", "ar" })
                Assert.Equal((code, string.Join(" ", Enumerable.Range(0, places))), (code, string.Join(" ", Regex.Matches(Texts.In(language)[$"why.{code}"], "\\{(\\d)\\}").Select(m => m.Groups[1].Value).Distinct().Order(StringComparer.Ordinal))));
        }

        static (string Text, int Places) Numbered(string template)
        {
            var (text, places, depth) = (new System.Text.StringBuilder(), 0, 0);
            foreach (var letter in template)
            {
                if (letter == '{' && depth++ == 0)
                    text.Append('{').Append(places++).Append('}');
                if (depth == 0)
                    text.Append(letter);
                if (letter == '}')
                    depth--;
            }
            return (text.ToString(), places);
        }
    }

    [Fact]
    public void A_reader_of_another_language_gets_the_same_facts_in_its_words()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr");
        var texts = new Texts();
        var why = Why(Usual.Into("Submitted").After(TimeSpan.FromDays(1)));

        Assert.Matches("^XB \\(partie requise\\) doit : accuser réception \\(EIO-A1, Directive 2014/41/EU, Article 16\\(1\\)\\), au plus tard le lun[^,]+2026, fin de journée à Europe/Athens ; il reste 6 ", texts.Sentences(texts.Why(why.Says)).Plain);
        Assert.Contains("contrôle des droits non achevé : aucune contrainte n’est permise", texts.Why(why.SaysOfFacts).Select(s => s.Plain));
        Assert.Equal(why.Facts.Count, why.SaysOfFacts.Count);
    }

    static Why Why(Story story) => story.Rules.WhyItStands(story.Request, story.Now);
}
