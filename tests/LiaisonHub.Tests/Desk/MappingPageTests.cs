using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using LiaisonHub.Tests.Adapters;

namespace LiaisonHub.Tests.Desk;

/// <summary>What the mapping makes of a message, looked at before anything is sent; and what it leaves out.</summary>
public sealed class MappingPageTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sample_is_shown_beside_its_act_and_the_way_back_with_the_place_of_every_value_and_nothing_is_kept()
    {
        await using var desk = await DeskUnderTest.Open(Cancelled, "XA", Countries.Mappings("XA"));
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var sample = Countries.Sample("XA", "hearing-abroad.xml");
        var line = Array.FindIndex(sample.Split('\n'), l => l.Contains("TORREST", StringComparison.Ordinal)) + 1;

        var page = await browser.Post("/desk/mapping/preview", [], Cancelled, from: "/desk/mapping", files: [("sample", "hearing-abroad.xml", Encoding.UTF8.GetBytes(sample))]);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        var text = WebUtility.HtmlDecode(page.Text);
        Assert.Contains("An act, ready to be sent", text, StringComparison.Ordinal);
        Assert.Matches($"""<li id="m0-{line}" value="{line}"><bdi>[^\n]*TORREST""", text);
        Assert.Matches($"""private\.persons\[0\]\.familyName</bdi></dt>\s*<dd><bdi class="long">TORREST</bdi><span class="hint"><a href="\#m0-{line}\b""", text);
        Assert.Contains("To confirm:", text, StringComparison.Ordinal);
        Assert.Contains("<fa:ForeignAuthorityRequest", text, StringComparison.Ordinal);
        Assert.Contains("no-store", page.CacheControl, StringComparison.Ordinal);

        foreach (var state in Enum.GetValues<IntakeState>())
            Assert.Empty(await desk.Of<IntakeStore>().In(state, 10, Cancelled));
        Assert.Empty(await desk.Of<ActStore>().Due(desk.Time.GetUtcNow(), 10, Cancelled));
        Assert.Empty(await desk.Of<MappingStore>().Gaps(GapKind.Unread, 10, Cancelled));
        Assert.DoesNotContain("TORREST", desk.Log.All, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_value_of_the_act_says_where_it_came_from()
    {
        foreach (var (state, sample) in new[] { ("XA", "hearing-abroad.xml"), ("XA", "fine-only.xml"), ("XB", "hearing-result.json"), ("XB", "answer-evidence.json"), ("XC", "requests.csv"), ("XE", "request.eml"), ("XF", "answer-refuse.xml") })
        {
            var file = new LocalFile { Name = sample, Bytes = Encoding.UTF8.GetBytes(Countries.Sample(state, sample)) };
            foreach (var preview in Preview.Of(Countries.Mappings(state), state, file, Countries.Mappings(state), "XA", DeskUnderTest.Start, 5))
            {
                Assert.NotEmpty(preview.Values());
                Assert.All(preview.Values(), v => Assert.True(
                    v.Origin is not null || v.Field.StartsWith("private.original", StringComparison.Ordinal) || v.Field == "request" && preview.Translation.Provenance.Any(t => t.Field == "request"),
                    $"{state} {sample}: {v.Field} comes from nowhere"));
            }
        }

    }

    [Fact]
    public async Task A_message_that_is_wrong_shows_each_error_with_its_place()
    {
        await using var desk = await DeskUnderTest.Open(Cancelled, "XB", Countries.Mappings("XB"));
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        var questions = await browser.Post("/desk/mapping/preview", [("text", Countries.Sample("XB", "hearing-result.json").Replace("\"code\": \"P01\"", "\"code\": 17, \"extra\": \"<script>alert(1)</script>\"", StringComparison.Ordinal)), ("name", "a.json")], Cancelled, from: "/desk/mapping");
        var broken = await browser.Post("/desk/mapping/preview", [("text", "{\"hearing\": [1,"), ("name", "")], Cancelled, from: "/desk/mapping");
        var nothing = await browser.Post("/desk/mapping/preview", [("text", " ".Trim())], Cancelled, from: "/desk/mapping");
        var picture = await browser.Post("/desk/mapping/preview", [], Cancelled, from: "/desk/mapping", files: [("sample", "scan.png", [0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 13])]);

        var large = await browser.Post("/desk/mapping/preview", [("text", new string('x', 6 * 1024 * 1024))], Cancelled, from: "/desk/mapping");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.Status);
        Assert.Contains("The message is too large", large.Text, StringComparison.Ordinal);
        Assert.Contains("3 questions for a person", questions.Text, StringComparison.Ordinal);
        Assert.Contains("hearing.courtCentre.code (line 4)", questions.Text, StringComparison.Ordinal);
        Assert.Contains("Which state is asked", questions.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", questions.Text, StringComparison.Ordinal);
        Assert.Contains("LH4107", broken.Text, StringComparison.Ordinal);
        Assert.Contains("line 1", broken.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.Status);
        Assert.Contains("It is not text", picture.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_came_in_can_be_looked_at_and_that_is_on_record()
    {
        await using var desk = await DeskUnderTest.Open(Cancelled, "XB", Countries.Mappings("XB"));
        var id = await desk.Incomplete(new Translation { Outcome = TranslationOutcome.Incomplete, ActType = nameof(RequestSubmitted) }, Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        Assert.Contains($"/desk/mapping/intakes/{id}", (await browser.Get("/desk/files", Cancelled)).Text, StringComparison.Ordinal);
        Assert.Contains($"/desk/mapping/intakes/{id}", (await browser.Get("/desk/mapping", Cancelled)).Text, StringComparison.Ordinal);

        var page = await browser.Get($"/desk/mapping/intakes/{id}", Cancelled);

        Assert.Contains("&lt;case/&gt;", page.Text, StringComparison.Ordinal);
        await using var unit = await desk.Of<Database>().Begin(Cancelled);
        Assert.Equal(1, await unit.One<int>(new Statement(_ => "SELECT COUNT(*) FROM deeds WHERE kind = 'Read' AND intake_id = @id"), new { id }, Cancelled));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"/desk/mapping/intakes/{Guid.NewGuid()}", Cancelled)).Status);
    }

    [Fact]
    public async Task The_version_at_work_earlier_ones_and_what_is_left_out_are_listed()
    {
        var mappings = Countries.Mappings("XB");
        await using var desk = await DeskUnderTest.Open(Cancelled, "XB", mappings);
        foreach (var digest in new[] { new string('a', 64), mappings.Digest! })
            await desk.Of<MappingStore>().Loaded(new() { VersionId = Guid.CreateVersion7(), Digest = digest, Files = "x", Program = "0.2.0", LoadedBy = "liaison@xb", LoadedAt = desk.Time.GetUtcNow().AddDays(digest[0] == 'a' ? -3 : 0) }, Cancelled);
        await using (var unit = await desk.Of<Database>().Begin(Cancelled))
        {
            await MappingStore.Count(unit, GapKind.Unread, "Hearing result", "hearing.room", desk.Time.GetUtcNow(), Cancelled);
            await MappingStore.Count(unit, GapKind.Breach, "Hearing result", "hearing.room is not described", desk.Time.GetUtcNow(), Cancelled);
            await MappingStore.Count(unit, GapKind.NotCarried, nameof(RequestSubmitted), "open.downstreamDates", desk.Time.GetUtcNow(), Cancelled);
            await IntakeStore.Count(unit, "gender", "7", desk.Time.GetUtcNow(), Cancelled);
            await unit.Commit(Cancelled);
        }

        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var text = (await browser.Get("/desk/mapping", Cancelled)).Text;

        Assert.Matches($"""<code>{mappings.Digest![..12]}</code>\s*<span class="tag good">at work</span>""", text);
        Assert.Single(Regex.Matches(text, "at work</span>"));
        Assert.Contains("aaaaaaaaaaaa", text, StringComparison.Ordinal);
        foreach (var said in new[] { "liaison@xb", "hearing.room</bdi>", "hearing.room is not described", "open.downstreamDates", ">gender<", "mappings/in-hearing.json" })
            Assert.Contains(said, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_act_says_by_which_version_its_local_message_was_read()
    {
        await using var desk = await DeskUnderTest.Open(Cancelled);
        await desk.AskedToTranslate(Cancelled);
        var request = Assert.Single(await desk.Of<DeskReads>().Worklist(new(), Cancelled)).RequestId;
        var made = await desk.Of<ActMaker>().Make(new() { RequestId = request, Type = nameof(NoteSent), Open = new NoteSent { Subject = "x" }, Private = new Explanation { Text = "x" }, MappingDigest = new string('b', 64) }, Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        Assert.Contains("by version bbbbbbbbbbbb of our mapping", (await browser.Get($"/desk/acts/{made.ActId}", Cancelled)).Text, StringComparison.Ordinal);
    }
}
