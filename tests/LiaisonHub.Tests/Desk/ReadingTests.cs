using System.Text.Json.Nodes;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Forms;
using LiaisonHub.Desk.Requests;
using LiaisonHub.Desk.Words;

namespace LiaisonHub.Tests.Desk;

public sealed class ReadingTests
{
    static readonly Region Region = Region.Load(Repository.At("contracts", "region-demo"));
    static readonly Choices Choices = new(Region, "XB", new(2026, 3, 2));

    public static TheoryData<string> EveryAct => [.. Acts.All.Keys.Order()];

    [Theory]
    [MemberData(nameof(EveryAct))]
    public void Every_value_of_an_act_can_be_read(string actType)
    {
        var (open, hidden) = (Samples.Open(actType), Samples.Private(actType));

        var reading = Reading.Of(actType, open, hidden, Choices);

        var shown = string.Join('\n', Texts(reading.Open.Concat(reading.Private)).Concat(reading.Files.Select(f => f.FileName)));
        foreach (var text in Values(open).Concat(Values(hidden)).Where(t => t.Contains(' ', StringComparison.Ordinal)))
            Assert.Contains(text, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_that_is_what_the_manifest_promised_says_so_and_any_other_is_marked()
    {
        var (open, hidden) = (Samples.Open(nameof(EvidenceSent)), Samples.Private(nameof(EvidenceSent))!);
        Assert.Equal(Holds.Yes, Items(Reading.Of(nameof(EvidenceSent), open, hidden, Choices)).Single().Holds);

        hidden["items"]![0]!["content"]!["content"] = Convert.ToBase64String("date;amount;to\n2025-02-05;1.00;XB\n"u8);
        var changed = Reading.Of(nameof(EvidenceSent), open, hidden, Choices);
        Assert.True(changed.Defective);
        Assert.Equal(Holds.No, Items(changed).Single().Holds);

        hidden["items"]!.AsArray().Clear();
        hidden["original"] = Samples.Private(nameof(RequestSubmitted))!["original"]!.DeepClone();
        var missing = Reading.Of(nameof(EvidenceSent), open, hidden, Choices);
        Assert.True(missing.Defective);
        Assert.Equal(Holds.No, Items(missing).Single().Holds);

        static IReadOnlyList<Shown> Items(Reading reading) => reading.Open.First(s => s.Children.Any(c => c.Label.StartsWith("Item", StringComparison.Ordinal))).Children;
    }

    [Fact]
    public void What_was_only_read_from_prose_is_marked_to_be_confirmed_with_its_source()
    {
        var reading = Reading.Of(nameof(RequestSubmitted), Samples.Open(nameof(RequestSubmitted)), Samples.Private(nameof(RequestSubmitted)), Choices);

        var marked = Assert.Single(All(reading.Private), s => s.ToConfirm is not null);

        Assert.Equal("Next hearing", marked.Label);
        Assert.Contains("line 88", marked.ToConfirm, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report.pdf", "report.pdf")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\files\\order.txt", "order.txt")]
    [InlineData("a\u202Egpj.exe", "agpj.exe")]
    [InlineData("line\r\nSet-Cookie: x", "lineSet-Cookie_ x")]
    [InlineData("<b>\"q\"?.txt", "_b__q__.txt")]
    [InlineData("con.txt", "_con.txt")]
    [InlineData("LPT1", "_LPT1")]
    [InlineData(" .. ", "file")]
    [InlineData("", "file")]
    [InlineData("Протокол № 7.docx", "Протокол № 7.docx")]
    public void A_file_name_from_abroad_is_made_harmless(string given, string safe) => Assert.Equal(safe, SafeName.Of(given));

    [Fact]
    public void A_long_file_name_keeps_its_ending() => Assert.Matches("^x{116}\\.pdf$", SafeName.Of(new string('x', 500) + ".pdf"));

    [Theory]
    [InlineData(0.5, 0, "overdue by 1 hour", 3)]
    [InlineData(50, 2, "overdue by 2 days, level 2", 3)]
    [InlineData(-0.5, 0, "less than an hour left", 2)]
    [InlineData(-5, 0, "ends today, 5 hours left", 2)]
    [InlineData(-24, 0, "1 day left, until tomorrow", 1)]
    [InlineData(-72, 0, "3 days left", 1)]
    [InlineData(-720, 0, "30 days left", 0)]
    public void Remaining_time_is_said_in_days_of_the_capital(double hoursLate, int level, string words, int pressure)
    {
        // 10:00 in Belmora.
        var now = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

        Assert.Equal((words, (Pressure)pressure), new LegalTime(Region, "XB").Left(now - TimeSpan.FromHours(hoursLate), now, level));
    }

    [Fact]
    public void A_limit_that_ends_with_the_day_ends_on_that_day_and_not_on_the_next()
    {
        var time = new LegalTime(Region, "XB");
        var endOfMonday = new DateTimeOffset(2026, 3, 2, 22, 0, 0, TimeSpan.Zero); // Midnight in Belmora.

        Assert.Equal("ends today, 14 hours left", time.Left(endOfMonday, endOfMonday.AddHours(-14)).Words);
        Assert.Equal("1 day left, until tomorrow", time.Left(endOfMonday, endOfMonday.AddHours(-25)).Words);
    }

    static IEnumerable<Shown> All(IEnumerable<Shown> shown) => shown.SelectMany(s => All(s.Children).Prepend(s));

    static IEnumerable<string> Texts(IEnumerable<Shown> shown) => All(shown).SelectMany(s => s.Lines.Append(s.Text ?? "").Append(s.Label));

    static IEnumerable<string> Values(JsonNode? node) => node switch
    {
        JsonObject o => o.Where(m => m.Key is not ("provenance" or "content" or "raw")).SelectMany(m => Values(m.Value)),
        JsonArray a => a.SelectMany(Values),
        JsonValue v when v.GetValueKind() == System.Text.Json.JsonValueKind.String => [v.GetValue<string>()],
        _ => [],
    };
}
