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
