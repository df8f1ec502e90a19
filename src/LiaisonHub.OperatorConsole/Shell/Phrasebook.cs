using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>
/// What is kept in English (titles of the law's data, sentences that the rules compute, what the ledger holds) in one other language, by its English: <c>Texts/rules.LANGUAGE.resx</c> and
/// <c>Texts/record.LANGUAGE.resx</c>. The name of an entry is the English sentence as it is kept; <c>{0}</c> in it stands for anything, and the text says it in the same place.
/// </summary>
/// <remarks>
/// A place may say what stands in it: <c>{0:State}</c>, <c>{0:Act}</c> or another list of <c>words.resx</c>; <c>{0:At}</c> an instant; <c>{0:Text}</c> a sentence of this book; <c>{0:Texts}</c> several, with commas
/// between; <c>{0:Names}</c> several names, some of which this book may have; <c>{0:Said}</c> what another program said in English; <c>{0:Data}</c> whatever stands there, as it is, also nothing. Else it is a name or a
/// number without a blank. The ledger is not written again for it: its entries are hashed as they were recorded, and are read with the English they were written with.
/// </remarks>
sealed partial class Phrasebook
{
    readonly FrozenDictionary<string, string> sentences;
    readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> lookup;
    readonly FrozenDictionary<char, Pattern[]> patterns;

    /// <summary>A book of these sentences.</summary>
    internal Phrasebook(IEnumerable<KeyValuePair<string, string>> entries)
    {
        var all = entries.ToList();
        Entries = all.ToFrozenDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal);
        sentences = all.Where(e => !e.Key.Contains('{', StringComparison.Ordinal)).ToFrozenDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal);
        lookup = sentences.GetAlternateLookup<ReadOnlySpan<char>>();
        // Of two that fit, the one that says more of the sentence is meant. One that begins with a place is looked at for every sentence.
        patterns = all.Where(e => e.Key.Contains('{', StringComparison.Ordinal)).Select(e => new Pattern(e.Key, e.Value)).GroupBy(p => p.First)
            .ToFrozenDictionary(g => g.Key, g => g.OrderByDescending(p => p.Said).ToArray());
    }

    /// <summary>Every entry, by its English.</summary>
    internal IReadOnlyDictionary<string, string> Entries { get; }

    /// <summary>An entry with its places as a text has them, without their kinds.</summary>
    internal static string Plain(string english) => Kind().Replace(english, "}");

    /// <summary>The text for a sentence, and what stands in its places with the kind of each; false where the book does not have it.</summary>
    internal bool Find(string sentence, [NotNullWhen(true)] out string? text, out IReadOnlyList<(string? Kind, string Found)> places)
    {
        places = [];
        if (sentences.TryGetValue(sentence, out text))
            return true;
        // In the middle of another sentence a title begins with a small letter, and at the end of one it has a full stop.
        if (sentence.Length > 1 && char.IsAsciiLetterLower(sentence[0]) && lookup.TryGetValue($"{char.ToUpperInvariant(sentence[0])}{sentence.AsSpan(1)}", out text))
        {
            text = char.ToLowerInvariant(text[0]) + text[1..];
            return true;
        }
        if (sentence.EndsWith('.') && lookup.TryGetValue(sentence.AsSpan(0, sentence.Length - 1), out text))
        {
            text += ".";
            return true;
        }
        foreach (var first in sentence.Length == 0 ? "" : $"{sentence[0]}{Pattern.Anything}")
            foreach (var pattern in patterns.GetValueOrDefault(first, []))
                if (pattern.Match(sentence) is { } found)
                {
                    (text, places) = (pattern.Text, found);
                    return true;
                }
        text = null;
        return false;
    }

    [GeneratedRegex(@"(?<=\{[0-9]):[A-Za-z]+\}")]
    private static partial Regex Kind();

    sealed partial class Pattern
    {
        internal const char Anything = '{';

        readonly string[] literals;
        readonly (int Place, string? Kind)[] holes;

        internal Pattern(string english, string text)
        {
            Text = text;
            literals = Hole().Split(english);
            holes = [.. Hole().Matches(english).Select(h => Hole(h.Value))];
            First = literals[0].Length > 0 ? literals[0][0] : Anything;
            Said = literals.Sum(l => l.Length);
        }

        internal string Text { get; }

        internal char First { get; }

        internal int Said { get; }

        // From left to right, each place as short as the words behind it allow; the last words stand at the end.
        internal (string? Kind, string Found)[]? Match(string sentence)
        {
            if (!sentence.StartsWith(literals[0], StringComparison.Ordinal) || !sentence.EndsWith(literals[^1], StringComparison.Ordinal))
                return null;
            var found = new (string? Kind, string Found)[holes.Length];
            var from = literals[0].Length;
            for (var i = 0; i < holes.Length; i++)
            {
                var least = holes[i].Kind == "Data" ? 0 : 1;
                var to = i == holes.Length - 1 ? sentence.Length - literals[^1].Length : sentence.IndexOf(literals[i + 1], Math.Min(from + least, sentence.Length), StringComparison.Ordinal);
                if (to < from + least || holes[i].Kind is null && sentence.AsSpan(from, to - from).ContainsAny(' ', '\n'))
                    return null;
                found[holes[i].Place] = (holes[i].Kind, sentence[from..to]);
                from = to + literals[i + 1].Length;
            }
            return found;
        }

        static (int, string?) Hole(string hole) => hole.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? (hole[1] - '0', hole[(colon + 1)..^1]) : (hole[1] - '0', null);

        // Split() would hand out what a group holds as well.
        [GeneratedRegex(@"\{[0-9](?::[A-Za-z]+)?\}", RegexOptions.ExplicitCapture)]
        private static partial Regex Hole();
    }
}
