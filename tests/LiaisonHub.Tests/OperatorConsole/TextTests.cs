using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Sealing;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>The console in the languages of those who work with it.</summary>
public sealed class TextTests
{
    static readonly string[] Languages = ["en", "fr", "es", "ar"];

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    static readonly string Source = Repository.At("src", "LiaisonHub.OperatorConsole");

    [Fact]
    public void Every_text_is_there_in_every_language_in_every_form_and_with_the_same_arguments()
    {
        var wrong = new List<string>();
        foreach (var key in Keys("en").Order(StringComparer.Ordinal))
            foreach (var language in Languages)
            {
                var texts = Texts.In(language);
                var forms = Plural.Forms(language).Where(f => texts.ContainsKey($"{key}.{f}")).ToList();
                if (!texts.ContainsKey(key) && forms.Count == 0)
                    wrong.Add($"{key} is missing in {language}.");
                // French and Spanish have a form for round millions: where it is not there, the form for any other number is taken.
                else if (forms.Count > 0 && Plural.Forms(language).Except(forms).Where(f => f != "many" || language == "ar").ToList() is [_, ..] missing)
                    wrong.Add($"{key} has no form {string.Join(", ", missing)} in {language}.");
                var places = forms.Count == 0 ? Places(texts.GetValueOrDefault(key, "")) : forms.Select(f => Places(texts[$"{key}.{f}"])).MaxBy(p => p.Count)!;
                var wanted = Texts.In("en").TryGetValue(key, out var english) ? Places(english) : Places(Texts.In("en")[$"{key}.other"]);
                // A form for one or two may say the number as a word.
                if (!places.SetEquals(wanted) && !(forms.Count > 0 && wanted.Except(places).All(p => p == 0)) && !(places.Count == 0 && language == "ar" && forms.Count > 0))
                    wrong.Add($"{key} has the arguments {string.Join(", ", places)} in {language}, and {string.Join(", ", wanted)} in English.");
            }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void Every_word_of_the_rules_and_of_the_contract_that_is_shown_has_its_text()
    {
        var lists = new[] { typeof(Cause), typeof(Owner), typeof(RefusalCode), typeof(Silence), typeof(LadderRole), typeof(Priority), typeof(Role), typeof(HoldCause), typeof(MemberStatus), typeof(MeasureFate), typeof(PartFate), typeof(DelayReason), typeof(Decider), typeof(NotAuthenticReason), typeof(ReceiptStage) };
        var rules = new Rules(Region.Load(Repository.At("contracts", "region-demo")));
        string[] wanted =
        [
            .. lists.SelectMany(l => Enum.GetNames(l).Select(n => $"words.{l.Name}.{n}")), .. Enum.GetNames<RefusalCode>().Select(n => $"words.RefusalName.{n}"), .. Enum.GetNames<TimeUnit>().Select(n => $"words.length.{n}"),
            .. Acts.All.Keys.Select(a => $"words.Act.{a}"), .. rules.Sheets.Select(s => $"words.Procedure.{s.Name}"), .. rules.Sheets.SelectMany(s => s.States).Select(s => $"words.State.{s}"),
        ];
        Assert.Empty(wanted.Distinct().Except(Keys("en")));
        var unknown = Keys("en").Where(k => k.StartsWith("words.", StringComparison.Ordinal)).Except(wanted).Where(k => !k.StartsWith("words.Party.", StringComparison.Ordinal)).ToList();
        Assert.Empty(unknown);
    }

    [Theory]
    [InlineData("fr")]
    [InlineData("es")]
    [InlineData("ar")]
    public void What_the_law_and_the_procedures_say_is_there_in_every_language(string language)
    {
        var texts = Reading(language);
        var missing = TheLaw().Distinct().Where(said => texts.Kept(said).Html.Value.Contains("lang=\"en\"", StringComparison.Ordinal)).ToList();
        Assert.True(missing.Count == 0, $"rules.{language}.resx lacks {missing.Count} sentences; write each as an entry whose name is the English:\n{string.Join("\n", missing)}");
    }

    [Fact]
    public void A_sentence_kept_in_English_is_there_in_all_other_languages_or_in_none_and_with_the_same_places()
    {
        var french = Texts.KeptIn("fr");
        foreach (var language in new[] { "es", "ar" })
            Assert.Equal(french.Keys.Order(StringComparer.Ordinal), Texts.KeptIn(language).Keys.Order(StringComparer.Ordinal));
        foreach (var language in new[] { "fr", "es", "ar" })
            Assert.All(Texts.KeptIn(language), e => Assert.Equal([.. Regex.Matches(e.Key, "\\{(\\d)").Select(m => m.Groups[1].Value[0] - '0').Order()], Places(e.Value).Order()));
    }

    // What the catalogue of the region and the tables of the procedures say, as the console asks for it.
    static IEnumerable<string> TheLaw()
    {
        var region = Region.Load(Repository.At("contracts", "region-demo"));
        var catalogue = region.Catalogue;
        foreach (var said in catalogue.TimeRules.SelectMany(r => new[] { r.Title, r.Start, r.End })
            .Concat(catalogue.Untimed.SelectMany(u => new[] { u.Title, u.Reason }))
            .Concat(catalogue.RefusalGrounds.Values.Select(g => g.Title)).Concat(catalogue.Offences.Values.Select(o => o.Title)).Concat(catalogue.Measures.Values.Select(m => m.Title)).Concat(catalogue.Costs.Values.Select(c => c.Title))
            .Concat(Enum.GetValues<LadderKind>().SelectMany(k => catalogue.LadderOf(k, null)).Concat(catalogue.OwnLevels).SelectMany(l => new[] { l.Title, l.Effect }))
            .Concat(region.Instruments.Values.Select(i => i.Name)))
            yield return said;
        foreach (var sheet in new Rules(region).Sheets)
        {
            foreach (var state in sheet.States)
                yield return sheet.Meaning(state);
            foreach (var row in sheet.Rows)
                foreach (var said in row.Conditions.Concat(row.Requires).Concat(row.Times).Append(row.Told))
                    yield return said;
        }
    }

    [Fact]
    public void No_key_stands_twice() =>
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Source, "Texts"), "*.resx").SelectMany(file => Regex.Matches(File.ReadAllText(file), "<data name=\"([^\"]+)\"").GroupBy(m => m.Groups[1].Value).Where(g => g.Count() > 1)
            .Select(g => $"{Path.GetFileName(file)}: {g.Key}")));

    [Fact]
    public void No_language_has_a_text_that_English_does_not_have() =>
        Assert.All(Languages, language => Assert.Empty(Keys(language).Except(Keys("en"))));

    [Fact]
    public void The_code_asks_for_no_text_that_is_not_there_and_no_text_is_there_that_it_does_not_ask_for()
    {
        var rooms = Keys("en").Select(k => k[..k.IndexOf('.', StringComparison.Ordinal)]).Distinct().ToList();
        var asked = Directory.EnumerateFiles(Source, "*", SearchOption.AllDirectories).Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(f => Regex.Matches(File.ReadAllText(f), "\"((" + string.Join("|", rooms) + ")\\.[A-Za-z0-9.{}-]*)").Select(m => m.Groups[1].Value)).ToHashSet();
        var beginnings = asked.Where(a => a.Contains('{', StringComparison.Ordinal)).Select(a => a[..a.IndexOf('{', StringComparison.Ordinal)]).Append("words.").ToList();
        Assert.Empty(asked.Where(a => !a.Contains('{', StringComparison.Ordinal) && !a.EndsWith(".csv", StringComparison.Ordinal)).Except(Keys("en")));
        // A failure is told in three texts: what it is, what happened, where to look.
        var unused = Keys("en").Except(asked).Where(k => !asked.Contains(Regex.Replace(k, "-(what|where)$", ""))).Where(k => !beginnings.Any(b => k.StartsWith(b, StringComparison.Ordinal))).ToList();
        Assert.Empty(unused);
    }

    [Theory]
    [InlineData("en", "1:one 0:other 2:other 1000000:other")]
    [InlineData("fr", "0:one 1:one 2:other 999999:other 1000000:many 3000000:many 1000001:other")]
    [InlineData("es", "0:other 1:one 2:other 1000000:many 2000000:many")]
    [InlineData("ar", "0:zero 1:one 2:two 3:few 10:few 11:many 26:many 99:many 100:other 101:other 102:other 103:few 111:many 200:other 1003:few 1000000:other")]
    public void The_form_of_a_text_goes_with_its_number_as_Unicode_has_it(string language, string expected) =>
        Assert.All(expected.Split(' ').Select(e => e.Split(':')), e => Assert.Equal(e[1], Plural.Form(language, long.Parse(e[0], CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData("en", "1 d 2 h", "3 d", "45 s", "1,234", "2026-03-20 09:12 UTC", "Fri 2026-03-20")]
    [InlineData("fr", "1 j 2 h", "3 j", "45 s", "1\u202F234", "20 mars 2026 09:12 UTC", "ven. 20 mars 2026")]
    [InlineData("es", "1 d 2 h", "3 d", "45 s", "1.234", "20 mar 2026 09:12 UTC", "vie 20 mar 2026")]
    [InlineData("ar", "يوم واحد وساعتان", "3 أيام", "45 ثانية", "1,234", "20 مارس 2026 09:12 UTC", "الجمعة 20 مارس 2026")]
    public void Lengths_of_time_numbers_and_days_read_as_the_language_has_them(string language, string span, string days, string seconds, string number, string instant, string day)
    {
        var texts = Reading(language);
        Assert.Equal(
            [span, days, seconds, number, instant, day],
            [texts.Span(TimeSpan.FromHours(26)).Plain, texts.Span(TimeSpan.FromDays(3)).Plain, texts.Span(TimeSpan.FromSeconds(45)).Plain, texts.Number(1234L), texts.Utc(FilledHub.Now), texts.Day(new(2026, 3, 20))]);
    }

    [Fact]
    public void What_is_put_into_a_sentence_is_kept_apart_from_it_and_encoded()
    {
        Assert.Equal("The adapter of <b>&XA is silent.", Reading("en")["today.adapter-silent", "<b>&XA"].Plain);
        Assert.Equal("The adapter of &lt;b&gt;&amp;XA is silent.", Reading("en")["today.adapter-silent", "<b>&XA"].Html.Value);
        Assert.Equal("محوّل <bdi translate=\"no\">&lt;b&gt;XA</bdi> صامت.", Reading("ar")["today.adapter-silent", "<b>XA"].Html.Value);
        Assert.Equal("محوّل \u2068XA\u2069 صامت.", Reading("ar")["today.adapter-silent", "XA"].Plain);
        Assert.Equal("<span lang=\"en\" dir=\"ltr\">No answer yet</span>", Reading("fr").English("No answer yet").Html.Value);
    }

    [Fact]
    public async Task The_choice_of_the_person_is_stronger_than_the_address_and_the_address_than_the_browser()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        Assert.Contains("<html lang=\"en\" dir=\"ltr\">", await console.Page("/", Cancelled), StringComparison.Ordinal);
        console.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de, es-MX;q=0.9, fr;q=0.5");
        Assert.Contains("<html lang=\"es\" dir=\"ltr\">", await console.Page("/", Cancelled), StringComparison.Ordinal);
        Assert.Contains("<html lang=\"fr\" dir=\"ltr\">", await console.Page("/?lang=fr", Cancelled), StringComparison.Ordinal);

        var menu = await console.Page("/stuck?by=pair", Cancelled);
        var choice = WebUtility.HtmlDecode(Regex.Match(menu, "href=\"(/language\\?to=ar[^\"]*)\"").Groups[1].Value);
        using var chosen = await console.Http.GetAsync(new Uri(choice, UriKind.Relative), Cancelled);
        Assert.Equal((HttpStatusCode.SeeOther, "/stuck?by=pair"), (chosen.StatusCode, chosen.Headers.Location?.OriginalString));
        Assert.Contains("<html lang=\"ar\" dir=\"rtl\">", await console.Page("/?lang=fr", Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("/requests", "/requests")]
    public async Task Whoever_chooses_a_language_stays_in_the_console(string back, string leads)
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        using var answer = await console.Http.GetAsync(new Uri($"/language?to=fr&back={Uri.EscapeDataString(back)}", UriKind.Relative), Cancelled);
        Assert.Equal(leads, answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task What_programs_read_is_English_whoever_asks()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        console.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("ar");
        Assert.Contains("Needs", await console.Page("/?lang=en", Cancelled), StringComparison.Ordinal);
        foreach (var address in new[] { "/api/v1/today", "/api/v1/adapters", "/requests.csv", "/stuck.csv" })
            Assert.DoesNotMatch("[\\u0600-\\u06ff\\u2068]", await console.Page(address, Cancelled));
    }

    [Fact]
    public async Task Every_text_of_every_page_is_a_resource_or_marked_as_data_or_as_English()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, options => options.PseudoLanguage = true);
        await console.FillRegisters(Cancelled);
        await AssertNoneBare(console, (await console.Addresses(Cancelled)).Where(a => !a.StartsWith("/documents/", StringComparison.Ordinal)).Select(a => (a, HttpStatusCode.OK)));
    }

    [Fact]
    public async Task So_is_every_text_of_the_pages_of_those_who_sign_in_and_of_those_that_refuse()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, options => (options.PseudoLanguage, options.SignIn) = (true, SignInBy.Accounts));
        var hub = await PeopledHub.Fill(console);
        await AssertNoneBare(console,
        [
            .. hub.Addresses.Select(a => (a, HttpStatusCode.OK)), (await console.Invitation(Cancelled), HttpStatusCode.OK), ("/nowhere", HttpStatusCode.NotFound),
        ]);
        var garbled = await PeopledHub.Garble(console);
        await AssertNoneBare(console, [("/", HttpStatusCode.OK), (garbled, HttpStatusCode.OK), ($"{garbled}/deadlines", HttpStatusCode.Conflict)]);
        await AssertNoneBare(console, [(await PeopledHub.Spoil(console), HttpStatusCode.InternalServerError)]);
    }

    static async Task AssertNoneBare(ConsoleUnderTest console, IEnumerable<(string Address, HttpStatusCode Status)> pages)
    {
        var bare = new List<string>();
        foreach (var (address, status) in pages)
            bare.AddRange(Bare(await console.Page($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}lang=qps-ploc", Cancelled, status)).Distinct().Select(text => $"{address}: {text}"));
        Assert.True(bare.Count == 0, $"{bare.Count} texts are no resource; write @T[...], or mark them as data (@T.Data, translate=\"no\") or as English (@T.English):\n{string.Join("\n", bare.Take(60))}");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("fr")]
    [InlineData("es")]
    [InlineData("ar")]
    public async Task The_picture_of_a_procedure_says_the_words_of_its_table_and_is_read_from_the_side_they_are(string language)
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        foreach (var sheet in new Rules(Region.Load(Repository.At("contracts", "region-demo"))).Sheets)
        {
            var page = await console.Page($"/procedures/{sheet.File}?lang={language}", Cancelled);
            var boxes = Regex.Matches(page, "<g class=\"state([^\"]*)\".*?<rect x=\"(\\d+)\".*?<text.*?>(.*?)</text>", RegexOptions.Singleline)
                .Select(m => (Any: m.Groups[1].Value.Contains("any", StringComparison.Ordinal), X: int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture), Lines: Regex.Split(m.Groups[3].Value, "</?tspan[^>]*>").Select(WebUtility.HtmlDecode).Where(l => l!.Length > 0).ToList())).ToList();
            var table = Regex.Matches(page, "<th scope=\"row\"><a href=\"/procedures/[^\"]*/states/[^\"]*\">(.*?)</a>").Select(m => WebUtility.HtmlDecode(Regex.Replace(m.Groups[1].Value, "<[^>]*>", ""))).ToList();
            Assert.Equal(sheet.States.Count, table.Count);
            Assert.Equal(table, boxes.Where(b => !b.Any).Select(b => string.Join(' ', b.Lines)));
            // Twelve pixels high a bold letter is eight wide, ten pixels high less than seven.
            Assert.All(boxes, b => Assert.All(b.Lines, line => Assert.True(line!.Length * (b.Lines.Count > 2 ? 7 : 8) <= 140 + 14, $"{language}, {sheet.Name}: '{line}' is too long")));
            // What comes first stands where reading begins.
            Assert.Equal(language == "ar" ? boxes.Max(b => b.X) : boxes.Min(b => b.X), boxes[0].X);
            Assert.DoesNotContain("lang=\"en\" dir=\"ltr\"><svg", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_page_in_another_language_says_in_English_is_a_citation_or_what_somebody_else_said()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, options => options.PseudoLanguage = true);
        await console.FillRegisters(Cancelled);
        var cited = new[] { "catalogue", "region-demo" }.SelectMany(folder => Directory.EnumerateFiles(Repository.At("contracts", folder), "*.json", SearchOption.AllDirectories)).SelectMany(file => Cited(JsonDocument.Parse(File.ReadAllText(file)).RootElement)).ToHashSet();
        var english = new List<string>();
        // The checks of the conformance kit are English for everybody.
        foreach (var address in (await console.Addresses(Cancelled)).Where(a => !a.StartsWith("/documents/", StringComparison.Ordinal) && !a.EndsWith("/conformance", StringComparison.Ordinal)))
            english.AddRange(Regex.Matches(await console.Page($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}lang=qps-ploc", Cancelled), "\\slang=\"en\"[^>]*>([^<]+)<").Select(m => WebUtility.HtmlDecode(m.Groups[1].Value))
                .Where(said => !cited.Contains(said) && !SaidByOthers.Contains(said) && !said.Contains('⟦', StringComparison.Ordinal)).Distinct().Select(said => $"{address}: {said}"));
        Assert.True(english.Count == 0, $"What the law or the record keeps in English is said by T.Kept, and has an entry in Texts/rules.*.resx or record.*.resx:\n{string.Join("\n", english.Take(60))}");
    }

    // The language itself in the menu; what tests let a broker, a program or a stranger say, in words of no program of ours.
    static readonly string[] SaidByOthers =
    [
        "English", "Not a signed document.", "Sign it.", "As it should be.", "It answers late.", "Look at the network.", "Broker:Tls is false: nothing is encrypted on the way.", "The adapter of XB is not connected.", "NotAuthentic: no", "Article 12(3)",
    ];

    static IEnumerable<string> Cited(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Cited),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => p.Name is "article" or "source" && p.Value.ValueKind == JsonValueKind.String ? [p.Value.GetString()!] : Cited(p.Value)),
        _ => [],
    };

    [Fact]
    public async Task The_language_of_tests_is_offered_where_it_was_asked_for_alone()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        Assert.DoesNotContain("⟦", await console.Page("/?lang=qps-ploc", Cancelled), StringComparison.Ordinal);
    }

    static readonly string[] Void = ["meta", "link", "input", "br", "img", "rect", "line", "hr"];

    // What a person sees or hears of a page and is neither between the brackets of the pseudo-language nor marked.
    static IEnumerable<string> Bare(string html)
    {
        var (brackets, marked, open) = (0, 0, new Stack<(string Name, bool Marks)>());
        foreach (Match part in Regex.Matches(Regex.Replace(html, "<!--.*?-->|<!DOCTYPE[^>]*>|<script.*?</script>", "", RegexOptions.Singleline), "<(/?)([a-zA-Z0-9]+)((?:[^>\"]|\"[^\"]*\")*)>|([^<]+)"))
        {
            var (name, attributes) = (part.Groups[2].Value, part.Groups[3].Value);
            if (part.Groups[4].Value is { Length: > 0 } text)
            {
                text = WebUtility.HtmlDecode(text).Replace("LiaisonHub", "", StringComparison.Ordinal);
                // A title has no marks: a reference stands in it as it is.
                if (open.Count > 0 && open.Peek().Name == "title")
                    text = Regex.Replace(text, "[A-Z]{2}-[0-9]{4}-[0-9]+(-D[0-9]+)?|…[0-9a-f]{8}", "");
                if (marked == 0 && Outside(text, ref brackets) is { Length: > 0 } bare)
                    yield return bare.Trim();
            }
            else if (Void.Contains(name) && part.Groups[1].Length > 0)
                continue;
            else if (part.Groups[1].Length > 0)
            {
                while (open.Count > 0 && open.Pop() is var closed)
                {
                    marked -= closed.Marks ? 1 : 0;
                    if (closed.Name == name)
                        break;
                }
            }
            else
            {
                var marks = name is "bdi" or "time" or "kbd" or "code" || Regex.IsMatch(attributes, "translate=\"no\"|\\slang=\"(en|fr|es|ar)\"|class=\"(id|reference)[ \"]");
                if (marked == 0 && !marks)
                    foreach (Match said in Regex.Matches(attributes, "\\s(aria-label|title|placeholder|alt|data-[a-z-]+)=\"([^\"]*)\""))
                    {
                        var depth = 0;
                        if (said.Groups[1].Value is not "data-passkey" && !Regex.IsMatch(said.Groups[2].Value, "^X[A-E]→X[A-E]$") && Outside(WebUtility.HtmlDecode(said.Groups[2].Value), ref depth) is { Length: > 0 } bare)
                            yield return said.Value;
                    }
                if (!Void.Contains(name) && !attributes.EndsWith('/'))
                {
                    open.Push((name, marks));
                    marked += marks ? 1 : 0;
                }
            }
        }
    }

    // Days and months are the culture's, and no resource.
    static readonly Regex CalendarWords = new($"\\b(UTC|{string.Join('|', new[] { DateTimeFormatInfo.InvariantInfo.DayNames, DateTimeFormatInfo.InvariantInfo.AbbreviatedDayNames, DateTimeFormatInfo.InvariantInfo.MonthNames, DateTimeFormatInfo.InvariantInfo.AbbreviatedMonthNames }.SelectMany(n => n).Where(n => n.Length > 0))})\\b");

    // The letters outside the brackets.
    static string Outside(string text, ref int brackets)
    {
        var outside = new System.Text.StringBuilder();
        foreach (var c in text)
        {
            brackets += c == '⟦' ? 1 : c == '⟧' ? -1 : 0;
            if (brackets == 0 && c != '⟧')
                outside.Append(c);
        }
        return CalendarWords.Replace(outside.ToString(), "").Any(char.IsLetter) ? outside.ToString() : "";
    }

    static IEnumerable<string> Keys(string language) => Texts.In(language).Keys.Select(k => Regex.Replace(k, "\\.(zero|one|two|few|many|other)$", "")).Distinct();

    static HashSet<int> Places(string text) => [.. Regex.Matches(text, "\\{(\\d)\\}").Select(m => m.Groups[1].Value[0] - '0')];

    internal static Texts Reading(string language)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        return new();
    }
}
