using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Casework.Templates;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework.Templates;

public sealed partial class TemplateTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("templates-");

    public static TheoryData<string, string, string> Papers { get; } = new()
    {
        { "search-order", "en", "RequestSubmitted.1.1" }, { "search-order", "fr", "RequestSubmitted.1.1" }, { "search-order", "es", "RequestSubmitted.1.1" },
        { "interception-request", "es", "RequestSubmitted.1.1" }, { "preservation-order", "fr", "RequestSubmitted.1.1" }, { "video-summons", "en", "RequestSubmitted.1.1" },
        { "freezing-order", "en", "FreezingRequested" }, { "receipt-for-things-seized", "fr", "EvidenceSent" },
        { "joint-agreement", "en", "JointAgreementDrafted" }, { "joint-agreement", "fr", "MemberInvited" }, { "joint-agreement", "es", "JointAgreementDrafted" },
    };

    /// <summary>The paper as it leaves the printer: a change of a template, or of how values are said, is read before it is approved.</summary>
    [Theory]
    [MemberData(nameof(Papers))]
    public void A_paper_filled_from_a_sample_is_the_approved_one(string name, string language, string sample) =>
        Repository.AssertApproved(Fill(Named(name, language), SourceOf(sample)).Html, "contracts", "approved", "papers", $"{name}.{language}.html");

    [Fact]
    public void Each_template_is_there_in_English_French_and_Spanish_and_says_where_its_wording_comes_from()
    {
        var templates = Demo.Region.Templates;

        Assert.Equal(["freezing-order", "interception-request", "joint-agreement", "preservation-order", "receipt-for-things-seized", "search-order", "video-summons"], templates.Select(t => t.Name).Distinct().Order());
        Assert.All(templates.GroupBy(t => t.Name), t => Assert.Equal(["en", "es", "fr"], t.Select(x => x.Language).Order()));
        Assert.All(templates, t => Assert.NotEmpty(t.Source));
    }

    [Fact]
    public void What_is_not_known_is_a_visible_blank_and_is_listed()
    {
        var source = SourceOf("RequestSubmitted.1.1") with { Private = null };

        var filled = Fill(Named("search-order", "en"), source);

        Assert.Equal(["private.fileNumber", "measure.order.court", "measure.order.number", "measure.order.on", "private.offences.wording", "private.text", "measure.reasons", "measure.place",
            "measure.concerned", "measure.articles"], filled.Blanks);
        Assert.Equal(filled.Blanks.Count, Blank().Count(filled.Html));
        Assert.All(filled.Blanks, b => Assert.Contains($"<li><code>{b}</code></li>", filled.Html, StringComparison.Ordinal));
    }

    [Fact]
    public void A_paper_filled_whole_has_no_blank() => Assert.Empty(Fill(Named("interception-request", "en"), SourceOf("RequestSubmitted.1.1")).Blanks);

    [Fact]
    public void What_stands_in_an_act_is_only_ever_text()
    {
        var source = SourceOf("RequestSubmitted.1.1");
        var particulars = (RequestParticulars)source.Private!;
        const string hostile = "</td><script>alert(1)</script> {{private.fileNumber}} \"&\n# no title";

        var filled = Fill(Named("search-order", "en"), source with
        {
            Private = particulars with { Measures = [.. particulars.Measures.Select(m => m with { Reasons = hostile, Place = [hostile, hostile] })] },
        });

        Assert.DoesNotContain("<script", filled.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt; {{private.fileNumber}} &quot;&amp;<br># no title", filled.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_is_said_as_the_clocks_of_its_own_zone_show_it() =>
        Assert.Contains("2026-05-12 14:00 +02", Fill(Named("video-summons", "en"), SourceOf("RequestSubmitted.1.1")).Html, StringComparison.Ordinal);

    [Fact]
    public void A_paper_is_offered_for_each_measure_it_is_for()
    {
        var open = SourceOf("RequestSubmitted.1.1").Open;

        Assert.Equal([4, 5], Named("search-order", "en").Fits(nameof(RequestSubmitted), open));
        Assert.Empty(Named("freezing-order", "en").Fits(nameof(RequestSubmitted), open));
        Assert.Equal([0], Named("freezing-order", "en").Fits(nameof(FreezingRequested), SourceOf("FreezingRequested").Open));
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_library_is_said_at_once_with_file_line_and_key()
    {
        const string head = "template: order\nversion: 1\nlanguage: en\ntitle: Order\nacts: RequestSubmitted\nmeasures: Search\nsource: Invented\n---\n";
        Write("words.json", """{ "en": { "blank": "blank", "blanks": "blanks" } }""");
        Write("order.en.txt", head + "# Order\n{{private.fileNumbr}}\n{{measure.hearing.capacity}} {{open");
        Write("other.fr.txt", head.Replace("version: 1", "version: x", StringComparison.Ordinal).Replace("RequestSubmitted", "RequestSubmited", StringComparison.Ordinal));
        Write("third.en.txt", "template: third\nlanguag: en\n---\n");
        var errors = new List<string>();

        TemplateReader.Read(folder.FullName, errors);

        Says("order.en.txt: line 10: {{private.fileNumbr}} is no field of RequestSubmitted.");
        Says("order.en.txt: line 11: {{open (never closed)}} is no field of RequestSubmitted.");
        Says("order.en.txt: line 1: words.json does not say what PersonPosition.Accused is called in 'en'.");
        Says("other.fr.txt: line 1: version is no whole number from 1.");
        Says("other.fr.txt: line 1: template order in en stands in another file. Fix: call the file order.en.txt.");
        Says("other.fr.txt: line 1: 'RequestSubmited' is no act.");
        Says("third.en.txt: line 2: this is no line of the head.");
        Says("third.en.txt: line 1: the head says nothing of version.");
        void Says(string text) => Assert.True(errors.Any(e => e.Contains(text, StringComparison.Ordinal)), $"Nothing says {text} Said is:\n{string.Join('\n', errors)}");
    }

    void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.FullName, name), text);

    public void Dispose() => folder.Delete(recursive: true);

    static Template Named(string name, string language) => Demo.Region.Templates.Single(t => t.Name == name && t.Language == language);

    static FilledTemplate Fill(Template template, TemplateSource source) => template.Fill(source with { Measure = template.Fits(source.ActType, source.Open).First() }, Demo.Region);

    static TemplateSource SourceOf(string sample)
    {
        var act = JsonSerializer.Deserialize<Act>(File.ReadAllBytes(Repository.At("contracts", "samples", "v1", $"{sample}.json")), Wire.Json)!;
        var asks = act.Type != nameof(EvidenceSent);
        return new()
        {
            ActType = act.Type,
            Open = act.Read(),
            Private = Acts.All[act.Type].Private is { } hidden
                ? JsonSerializer.Deserialize(File.ReadAllBytes(Repository.At("contracts", "samples", "v1", $"{sample}.private.json")), hidden, Wire.Json) : null,
            Requesting = asks ? act.Header.Sender : act.Header.Receiver,
            Requested = asks ? act.Header.Receiver : act.Header.Sender,
            Today = new(2026, 3, 2),
        };
    }

    [GeneratedRegex("<span class=\"blank\">")]
    private static partial Regex Blank();
}
