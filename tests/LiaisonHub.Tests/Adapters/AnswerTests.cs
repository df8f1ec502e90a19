using System.Text;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Adapters;

/// <summary>What the offices of each state answer in their own forms becomes the act it means, whole, and with nothing left unread.</summary>
public sealed class AnswerTests
{
    [Theory]
    [InlineData("XA", "answer-acknowledge.xml", nameof(RequestAcknowledged))]
    [InlineData("XA", "answer-recognise.xml", nameof(RequestRecognised))]
    [InlineData("XA", "answer-ask.xml", nameof(InformationRequested))]
    [InlineData("XA", "answer-refuse.xml", nameof(RequestRefused))]
    [InlineData("XA", "answer-note.xml", nameof(NoteSent))]
    [InlineData("XA", "answer-evidence.xml", nameof(EvidenceSent))]
    [InlineData("XA", "answer-received.xml", nameof(EvidenceReceived))]
    [InlineData("XA", "answer-accept.xml", nameof(UseConditionsAccepted))]
    [InlineData("XA", "answer-used.xml", nameof(UseReported))]
    [InlineData("XB", "answer-received.json", nameof(EvidenceReceived))]
    [InlineData("XB", "answer-accept-conditions.json", nameof(UseConditionsAccepted))]
    [InlineData("XB", "answer-used.json", nameof(UseReported))]
    [InlineData("XC", "answers-recognised.csv", nameof(RequestRecognised))]
    [InlineData("XC", "answers-closing.csv", nameof(EvidenceReceived), nameof(UseConditionsAccepted), nameof(UseReported))]
    [InlineData("XF", "answer-recognise.xml", nameof(RequestRecognised))]
    [InlineData("XF", "answer-received.xml", nameof(EvidenceReceived))]
    [InlineData("XF", "answer-accept.xml", nameof(UseConditionsAccepted))]
    [InlineData("XF", "answer-used.xml", nameof(UseReported))]
    public void An_answer_becomes_the_act_it_means(string state, string sample, params string[] acts)
    {
        var translator = new Translator(Countries.Mappings(state));
        var file = new LocalFile { Name = sample, Bytes = Encoding.UTF8.GetBytes(Countries.Sample(state, sample)) };

        List<Translation> said = [.. (translator.IsTable(sample) ? translator.Records(file) : [file]).Select(translator.Translate)];

        Assert.Equal(acts, said.Select(s => s.ActType));
        Assert.All(said, s => Assert.True(s.Outcome == TranslationOutcome.Complete, string.Join("; ", s.Questions.Select(q => $"{q.Field}: {q.Why}"))));
        Assert.All(said, s => Assert.Matches("^X[A-F]-2026-[0-9]{6}$", s.Request));
        Assert.Empty(said.SelectMany(s => s.Unmapped));
    }

    [Fact]
    public void A_registry_asks_by_a_row()
    {
        var said = Countries.Translate("XD", """{ "table": "answers", "answerNo": "9", "kind": "ASK", "requestRef": "XA-2026-000001", "ground": "The order of the court", "text": "Please send it.", "papersFolder": null }""");

        Assert.Equal((nameof(InformationRequested), TranslationOutcome.Complete, "XA-2026-000001"), (said.ActType, said.Outcome, said.Request));
        Assert.Equal(["The order of the court"], said.Open["gaps"]!.AsArray().Select(g => (string?)g));
        Assert.Empty(said.Unmapped);
    }

    [Theory]
    [InlineData("XA", "answer-recognise.xml", "finding=\"P\" />", "finding=\"F\" />", RightsFinding.Failed)]
    [InlineData("XC", "answers-recognised.csv", ",P,P,P,", ",F,F,F,", RightsFinding.Failed)]
    [InlineData("XE", "answer-recognise.eml", "Necessity: passed", "Necessity: passed on condition", RightsFinding.PassedWithCondition)]
    public void A_right_that_failed_or_passed_on_a_condition_is_never_read_as_passed(string state, string sample, string from, string to, RightsFinding found)
    {
        var text = Countries.Sample(state, sample);
        Assert.Contains(from, text, StringComparison.Ordinal);
        var translator = new Translator(Countries.Mappings(state));
        var file = new LocalFile { Name = sample, Bytes = Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)) };

        var said = translator.Translate(translator.IsTable(sample) ? translator.Records(file).Single() : file);

        Assert.Contains(said.Open["rightsCheck"]!["answers"]!.AsArray(), a => (string?)a!["finding"] == found.ToString());
    }
}
