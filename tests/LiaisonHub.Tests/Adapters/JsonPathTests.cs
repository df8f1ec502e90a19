using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using LiaisonHub.Adapters.Formats;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace LiaisonHub.Tests.Adapters;

/// <summary>The paths of a mapping are a part of JSONPath (RFC 9535): a kept library that reads the whole language finds the same places in the same order.</summary>
public sealed class JsonPathTests
{
    /// <summary>What a document is like: lists of things of one kind, as a contract or an export has them.</summary>
    abstract record Kind
    {
        internal sealed record Text : Kind;

        internal sealed record List(Kind Of) : Kind;

        internal sealed record Thing(IReadOnlyList<(string Name, Kind Kind)> Fields) : Kind;
    }

    static readonly string[] Names = ["name", "a b", "@id", "été", "x-1", "persons", "value", "Name", "0", "$ref2"];

    static readonly Gen<Kind> Kinds = Gen.Recursive<Kind>((depth, kind) => depth >= 4 ? Gen.Const<Kind>(new Kind.Text())
        : Gen.Frequency((1, Gen.Const<Kind>(new Kind.Text())), (2, kind.Select(Kind (of) => new Kind.List(of))),
            (4, Gen.Select(Gen.Shuffle(Names), kind.Array[1, 4], Kind (names, kinds) => new Kind.Thing([.. names.Zip(kinds)])))));

    [Fact]
    public void A_path_finds_what_JSONPath_finds() =>
        Gen.Select(Kinds.Where(k => k is not Kind.Text), Gen.Int[0, int.MaxValue]).Sample((kind, seed) =>
        {
            var random = new Random(seed);
            var count = 0;
            var document = Of(kind, random, ref count)!;
            var path = Walk(kind, random);

            var found = Found(document, path);

            Assert.Equal(ByTheLibrary(document, path), found);
        }, iter: 2_000);

    [Fact]
    public void A_path_that_begins_with_a_dollar_finds_the_same_from_every_place_of_the_document() =>
        Gen.Select(Kinds.Where(k => k is Kind.Thing), Gen.Int[0, int.MaxValue]).Sample((kind, seed) =>
        {
            var random = new Random(seed);
            var count = 0;
            var document = Of(kind, random, ref count)!;
            var path = Walk(kind, random);
            var root = JsonFormat.Of(document);

            Assert.All(root.Leaves(), place => Assert.Equal(root.Select(JsonFormat.Path(path)), place.Select(JsonFormat.Path(path))));
        }, iter: 300);

    [Fact]
    public void One_thing_where_others_send_a_list_of_one_is_found_as_in_the_list() =>
        Gen.Select(Kinds.Where(k => k is Kind.Thing), Gen.Int[0, int.MaxValue]).Sample((kind, seed) =>
        {
            var random = new Random(seed);
            var count = 0;
            var thing = Of(kind, random, ref count)!;
            var path = Walk(kind, random)[1..];
            var listed = new JsonObject { ["case"] = new JsonArray(thing.DeepClone()) };
            var bare = new JsonObject { ["case"] = thing };

            Assert.Equal(ByTheLibrary(listed, $"$.case[*]{path}"), Found(bare, $"$.case[*]{path}"));
        }, iter: 500);

    [Theory]
    [InlineData("$..name", "not a name")]
    [InlineData("persons[?(@.role=='x')].name", "neither [*]")]
    [InlineData("persons[-1]", "neither [*]")]
    [InlineData("persons[0:2]", "neither [*]")]
    [InlineData("persons['a','b']", "neither [*]")]
    [InlineData("persons[0", "not closed")]
    [InlineData("persons.", "ends with a dot")]
    [InlineData("$name", "begins with $")]
    [InlineData("", "is empty")]
    public void What_is_no_part_of_the_language_is_refused_with_its_place_and_never_read_as_something_else(string path, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => JsonFormat.Path(path)).Message, StringComparison.Ordinal);

    static JsonNode? Of(Kind kind, Random random, ref int count)
    {
        switch (kind)
        {
            case Kind.List list:
                var array = new JsonArray();
                for (var left = random.Next(4); left > 0; left--)
                    array.Add(Of(list.Of, random, ref count));
                return array;
            case Kind.Thing thing:
                var made = new JsonObject();
                foreach (var (name, field) in thing.Fields)
                    if (random.Next(5) > 0)
                        made[name] = Of(field, random, ref count);
                return made;
            default:
                return string.Create(CultureInfo.InvariantCulture, $"v{count++}");
        }
    }

    // Down to a text; now and then along a name that is not there.
    static string Walk(Kind kind, Random random)
    {
        var path = new StringBuilder("$");
        while (kind is not Kind.Text)
            if (kind is Kind.List list)
            {
                path.Append(CultureInfo.InvariantCulture, $"[{(random.Next(2) == 0 ? "*" : random.Next(4))}]");
                kind = list.Of;
            }
            else
            {
                var fields = ((Kind.Thing)kind).Fields;
                var (name, next) = random.Next(20) == 0 ? ("missing", new Kind.Text()) : fields[random.Next(fields.Count)];
                path.Append(name.All(char.IsAsciiLetter) && random.Next(3) > 0 ? $".{name}" : random.Next(2) == 0 ? $"['{name}']" : $"[\"{name}\"]");
                kind = next;
            }

        return path.ToString();
    }

    static IEnumerable<string?> Found(JsonNode document, string path) => JsonFormat.Of(document).Select(JsonFormat.Path(path)).Select(n => n.Value);

    // The library does not know names in double quotes, which the standard has too.
    static IEnumerable<string?> ByTheLibrary(JsonNode document, string path) =>
        JsonConvert.DeserializeObject<JToken>(document.ToJsonString(), new JsonSerializerSettings { DateParseHandling = DateParseHandling.None })!.SelectTokens(path.Replace('"', '\'')).Select(t => (string?)t);
}
