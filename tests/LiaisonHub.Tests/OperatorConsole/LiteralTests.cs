using System.Text.RegularExpressions;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>No page of the console holds text: what a person reads is a resource, in every language.</summary>
public sealed class LiteralTests
{
    // Names that are the same in every language; formats of days.
    static readonly string[] Approved = ["LiaisonHub", "MMMM yyyy"];

    [Fact]
    public void No_page_of_the_console_holds_a_sentence()
    {
        var found = Directory.EnumerateFiles(Repository.At("src", "LiaisonHub.OperatorConsole"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(f => Literals(File.ReadAllText(f)).Select(text => $"{Path.GetFileName(f)}: {text}")).ToList();
        Assert.True(found.Count == 0, $"Texts stand in Texts/ROOM.resx; a page asks for them with @T[\"room.what-is-said\"]:\n{string.Join("\n", found)}");
    }

    /// <summary>What a page shows often comes from the code beside it: there, and where verdicts are found, no sentence stands either.</summary>
    [Fact]
    public void No_code_of_the_console_holds_a_sentence_for_a_page()
    {
        var found = new[] { "LiaisonHub.OperatorConsole", Path.Combine("LiaisonHub.Casework", "Stuck") }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.At("src", folder), "*.cs", SearchOption.AllDirectories)).Where(f => !f.Split(Path.DirectorySeparatorChar).Contains("obj"))
            .SelectMany(f => Spoken(File.ReadAllText(f)).Select(text => $"{Path.GetFileName(f)}: {text}")).Except(ForNoPage).ToList();
        Assert.True(found.Count == 0, $"Texts stand in Texts/ROOM.resx; code asks for them with texts[\"room.what-is-said\"], and rules give a code and facts:\n{string.Join("\n", found)}");
    }

    // What no page shows, or shows as what was kept, and marks as English: entries of the ledger, answers to probes, files and the command line.
    static readonly string[] ForNoPage =
    [
        "AccountDesk.cs: The identity provider named no subject.", "AccountDesk.cs: The identity provider gives the person no role here.", "AccountDesk.cs: No administrator could sign in.",
        "AccountDesk.cs: The link before was not taken up.", "AccountDesk.cs: First administrator", "AccountDesk.cs: First approver", "AccountDesk.cs: this hub", "Access.cs: somebody at this machine", "AccountDesk.cs: no account", "RecordRoutes.cs: Chain of the ledger",
        "PlanDesk.cs: saved filter “{filter!.Name}”: {filter.Query}", "PlanDesk.cs: all that fit",
        "ConsoleHealth.cs: The hub does not reach the broker.", "ConsoleHealth.cs: The hub's worker does not run.", "LinkReader.cs: not known", "LinkReader.cs: no key",
        "ConsoleHealth.cs: The hub's database does not answer.", "ConsoleHealth.cs: The hub's database answers; the ledger has {head.Size} entries.",
        "ConsoleHealth.cs: The database answers, but has no tables of the hub that this console can read. Start the hub once, or run 'liaisonhub database migrate'.",
        "SignIn.cs: No token that is valid.", "SignIn.cs: the database does not answer", "SignIn.cs: the hub's tables are not there yet", "LinkReader.cs: never heard", "MaskedDocument.cs: protected header",
        "LimitFiles.cs: Limits not kept", "LimitFiles.cs: fewer than {LimitReader.Fewest}", "AuditReader.cs: Deeds and views", "ListFile.cs: Made at", "ListFile.cs: after {written} rows; narrow the filter",
        .. new[]
        {
            "the ladder begins", "the person is to be released: a court is told, the hub decides nothing", "the side is freed from its duty", "silence counts as consent", "another authority decides in default",
            "the alternative measure is executed", "the person may be released: a court is told, the hub decides nothing", "nothing: the day has passed",
        }.Select(silence => $"Words.cs: {silence}"),
    ];

    [Theory]
    [InlineData("return $\"It answered {status}.\";", "It answered {status}.")]
    [InlineData("yield return new(Cause.NotOpened, $\"Delivered to {to}.\", \"Call there.\");", "Delivered to {to}.", "Call there.")]
    [InlineData("new(plan.Reason, \"a second operator\", plan.At)", "a second operator")]
    [InlineData("texts[\"stuck.none\"] // nothing is stuck")]
    [InlineData("throw new InvalidOperationException(\"It cannot be.\");")]
    [InlineData("[LoggerMessage(1, LogLevel.Warning, \"A round failed; trying again\")]")]
    [InlineData("Title = \"Stuck requests\",\nColumns = [\"request id\",\n  \"in this state for\"],")]
    [InlineData("at.ToString(\"yyyy-MM-dd HH:mm 'UTC'\", c)")]
    public void A_sentence_of_the_code_is_found_and_what_is_said_to_no_page_is_none(string code, params string[] sentences) => Assert.Equal(sentences, Spoken(code));

    // Said in a log, to whoever sets the program up, in a file that programs read, or as a format.
    static List<string> Spoken(string code)
    {
        code = Regex.Replace(code, @"'\\?.'|(?<![:""/])//[^\n]*", "");
        code = Regex.Replace(code, @"\[LoggerMessage\([^\n]*\)\]|(throw new |yield return (?=\(\$?""[A-Z]|\$""\{section\})|problems\.Add\((?=\$?""(\{Section\}|Kestrel)))(""([^""\\\n]|\\.)*""|[^"";])*;"
            + @"|(Columns|Head) =\s*\[[^\]]*\]|\b(Title|Filter|Cut) = [^\n]*|Csv\.Line\([^\n]*", "");
        return [.. Sentences(code).Where(s => !Regex.IsMatch(s, "^[dMyHm :'UTC-]+$|^/|^[{][(]|\n"))];
    }

    [Theory]
    [InlineData("<p>Nothing waits.</p>", "Nothing waits.")]
    [InlineData("<p>@T[\"a.b\"]</p>", null)]
    [InlineData("<p>@T[\"a.b\", Name(x)[0]] late</p>", "late")]
    [InlineData("<a title=\"Go there\" href=\"/x y\">@T[\"a.b\"]</a>", "Go there")]
    [InlineData("<a title=\"@T[\"a.b\"].Plain\">→</a>", null)]
    [InlineData("<Scroll Label=\"Messages\"></Scroll>", "Messages")]
    [InlineData("@if (a < b)\n{\n  <text>Late</text>\n}\nelse\n{\n  var x = 1;\n  @T[\"a.b\"]\n}", "Late")]
    [InlineData("<td>@(a ? \"set aside\" : T[\"a.b\"])</td>", "set aside")]
    [InlineData("<td class=\"@(a ? \"left late\" : null)\">@(a ? \"–\" : T[\"a.b\"])</td>", null)]
    [InlineData("<td translate=\"no\">SHA-256</td><kbd>g</kbd>", null)]
    [InlineData("<p>@T[$\"a.{(b ? \"c\" : \"d\")}\"]</p>", null)]
    [InlineData("<p></p>\n@code {\n  string Way => \"by hand of\";\n}", "by hand of")]
    public void A_sentence_is_found_and_an_expression_is_none(string page, string? literal) => Assert.Equal(literal is null ? [] : [literal], Literals(page));

    // What is written in a page and is neither markup nor an expression; and sentences in its expressions.
    static List<string> Literals(string page)
    {
        var found = new List<string>();
        page = Regex.Replace(page, @"@\*.*?\*@|<!--.*?-->|^@(using|inject|layout|inherits|attribute) [^\n]*|<!DOCTYPE[^>]*>", "", RegexOptions.Singleline | RegexOptions.Multiline);
        var code = Regex.Match(page, @"^@code \{.*", RegexOptions.Singleline | RegexOptions.Multiline);
        if (code.Success)
        {
            found.AddRange(Sentences(Regex.Replace(code.Value, "///[^\n]*|//[^\n]*", "")));
            page = page[..code.Index];
        }
        var (text, at, marked) = (new System.Text.StringBuilder(), 0, false);
        void Say()
        {
            foreach (var line in text.ToString().Split('\n').Select(l => l.Trim()))
                if (!marked && Approved.Aggregate(line, (l, a) => l.Replace(a, "", StringComparison.Ordinal)) is var rest && rest.Any(char.IsLetter)
                    && !Regex.IsMatch(rest, @"^([{}\s]*(else)?[{}\s]*|default:|break;|case .*:|var .*;|[a-z][A-Za-z]* = .*;)$"))
                    found.Add(line);
            text.Clear();
        }
        while (at < page.Length)
            if (page[at] == '@')
                at = Expression(page, at, found, sentences: true);
            else if (page[at] == '<' && at + 1 < page.Length && (char.IsLetter(page[at + 1]) || page[at + 1] == '/'))
            {
                Say();
                (at, marked) = Tag(page, at, found);
            }
            else if (Regex.Match(page[at..Math.Min(page.Length, at + 200)], @"^else if (?=\()") is { Success: true } branch)
                at = Balanced(page, at + branch.Length);
            else
                text.Append(page[at++]);
        Say();
        return found;
    }

    static (int End, bool Marked) Tag(string page, int at, List<string> found)
    {
        var name = Regex.Match(page[at..], "^</?([A-Za-z0-9]+)");
        var (here, marked) = (at + name.Length, name.Groups[1].Value is "kbd" or "code");
        while (page[here] != '>')
        {
            var attribute = Regex.Match(page[here..], "^\\s+([A-Za-z@:-]+)=\"");
            if (!attribute.Success)
            {
                here++;
                continue;
            }
            here += attribute.Length;
            var (kind, value) = (attribute.Groups[1].Value, new System.Text.StringBuilder());
            while (page[here] != '"')
                if (page[here] == '@')
                    here = Expression(page, here, found, sentences: kind is "title" or "aria-label" or "placeholder" or "alt" or "Label" or "Caption");
                else
                    value.Append(page[here++]);
            here++;
            marked |= kind == "translate";
            if (kind is "title" or "aria-label" or "placeholder" or "alt" or "Label" or "Caption" && value.ToString().Any(char.IsLetter))
                found.Add(value.ToString());
        }
        return (here + 1, marked && page[at + 1] != '/' && page[here - 1] != '/');
    }

    // Behind an expression that begins at an @.
    static int Expression(string page, int at, List<string> found, bool sentences)
    {
        var end = at + 1;
        if (end < page.Length && page[end] is '(' or '{')
            end = Balanced(page, end);
        else
        {
            while (end < page.Length && (char.IsLetterOrDigit(page[end]) || page[end] == '_'))
                end++;
            if (page[(at + 1)..end] is "if" or "foreach" or "for" or "switch" or "while")
                end = Balanced(page, page.IndexOf('(', end));
            else
                while (end < page.Length)
                    if (page[end] is '(' or '[')
                        end = Balanced(page, end);
                    else if (Regex.Match(page[end..Math.Min(page.Length, end + 80)], @"^[!?]?\.[A-Za-z_]+|^!(?=[.(\[])") is { Success: true } member)
                        end += member.Length;
                    else
                        break;
        }
        if (sentences)
            found.AddRange(Sentences(page[at..end]));
        return end;
    }

    // Behind the bracket that closes the one here; brackets in strings do not count.
    static int Balanced(string page, int at)
    {
        var depth = 0;
        for (; at < page.Length; at++)
            if (page[at] == '"')
            {
                var holes = at > 0 && page[at - 1] == '$';
                for (at++; page[at] != '"'; at++)
                    at = page[at] == '\\' ? at + 1 : holes && page[at] == '{' ? Balanced(page, at) - 1 : at;
            }
            else if (page[at] is '(' or '[' or '{')
                depth++;
            else if (page[at] is ')' or ']' or '}' && --depth == 0)
                return at + 1;
        return at;
    }

    static IEnumerable<string> Sentences(string code) => Regex.Matches(code, "\"((?:[^\"\\\\]|\\\\.)*)\"").Select(m => m.Groups[1].Value)
        .Where(s => Regex.IsMatch(s, "[A-Za-z]{2,} [A-Za-z]{2,}") && !s.StartsWith('<') && !s.Contains(")}", StringComparison.Ordinal) && !Approved.Contains(s));
}
