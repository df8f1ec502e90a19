using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using LiaisonHub.Casework.Conformance;
using LiaisonHub.Contracts.V1;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>The console shows a level the hub has signed, as long as it counts, and no other.</summary>
public sealed class ConformancePageTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    internal static EarnedLevel Level => new()
    {
        State = "XA",
        Participant = "adapter of XA, version 0.1",
        Level = 2,
        ContractVersion = Wire.Version,
        KitVersion = "0.1",
        At = FilledHub.Now.AddDays(-1),
        Until = FilledHub.Now.AddDays(364),
        Checks =
        [
            new CheckResult { Id = "LH-C001", Title = "Gives signs of life", Level = 1, Outcome = CheckOutcome.Passed, Seen = "A sign of life of version 0.1." },
            new CheckResult { Id = "LH-C120", Title = "A running deadline is shown", Level = 3, Outcome = CheckOutcome.Failed, Seen = "The desk shows <no> date." },
            new CheckResult { Id = "LH-C273", Title = "Acts on a drill are marked", Level = 3, Outcome = CheckOutcome.NotObserved, Seen = "Nobody works at the desk." },
        ],
    };

    [Fact]
    public async Task A_level_is_shown_with_its_end_and_every_check()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        Assert.True(await Keep(console, Level));

        Assert.Contains("Conformance: level 2 until 2027", await console.Page("/adapters", Cancelled), StringComparison.Ordinal);
        var page = await console.Page("/adapters/XA/conformance", Cancelled);
        foreach (var text in new[] { ">level 2<", "reliable", "adapter of XA, version 0.1", "1 passed, 1 failed, 1 not observed", "LH-C120", "The desk shows &lt;no&gt; date.", "not observed" })
            Assert.Contains(text, page, StringComparison.Ordinal);
        // What it asks for, where that is written, what to do; what the next level needs; until when it counts.
        foreach (var text in new[] { "What level 3, complete, still needs", "observed: 2.", "The next deadline of a request is shown with its date. [Standing.deadlines", "What to do: Store the standing of every notice.", "364 d left" })
            Assert.Contains(text, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("It was never examined here", await console.Page("/adapters/XB/conformance", Cancelled), StringComparison.Ordinal);
        Assert.Contains("XQ", await console.Page("/adapters/XQ/conformance", Cancelled, HttpStatusCode.NotFound), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_level_counts_no_longer_once_its_time_is_over_or_the_contracts_have_another_version()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await Keep(console, Level);
        console.Time.Advance(TimeSpan.FromDays(364) - TimeSpan.FromSeconds(1));
        Assert.Contains(">level 2<", await console.Page("/adapters/XA/conformance", Cancelled), StringComparison.Ordinal);
        console.Time.Advance(TimeSpan.FromSeconds(1));
        var ended = await console.Page("/adapters/XA/conformance", Cancelled);
        Assert.Contains(">level 0<", ended, StringComparison.Ordinal);
        Assert.Contains("Examine the adapter again.", ended, StringComparison.Ordinal);
        Assert.Contains("Its level of conformance counts no longer", await console.Page("/adapters", Cancelled), StringComparison.Ordinal);

        await Keep(console, Level with { At = FilledHub.Now, Until = FilledHub.Now.AddYears(5), ContractVersion = "1.0" });
        Assert.Contains($"It was earned for version 1.0 of the contracts; this hub speaks {Wire.Version}.", await console.Page("/adapters/XA/conformance", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_level_that_somebody_wrote_into_the_database_is_worth_nothing()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        using var stranger = PrivateKey.Generate(PublicKey.HubOwner, KeyUse.Sign);
        await Keep(console, Level, stranger);

        var page = await console.Page("/adapters/XA/conformance", Cancelled);
        Assert.Contains("is not signed by this hub", page, StringComparison.Ordinal);
        Assert.DoesNotContain("LH-C001", page, StringComparison.Ordinal);
        Assert.Contains("Conformance: not signed by this hub", await console.Page("/adapters", Cancelled), StringComparison.Ordinal);

        await Keep(console, Level with { State = "XB", At = FilledHub.Now }, state: "XA");
        Assert.Contains("It was signed for another state.", await console.Page("/adapters/XA/conformance", Cancelled), StringComparison.Ordinal);
    }

    // As an examination of today would end in which everything passed.
    internal static EarnedLevel Full => Level with
    {
        Level = 3,
        At = FilledHub.Now.AddHours(-1),
        Until = FilledHub.Now.AddHours(-1).AddDays(CheckList.Current.ValidDays),
        Checks = [.. CheckList.Current.Checks.Select(c => new CheckResult { Id = c.Id, Title = c.Title, Level = c.Level, Outcome = CheckOutcome.Passed, Seen = "It was seen." })],
    };

    internal static byte[] Signed(EarnedLevel level, PrivateKey? key = null) =>
        Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(level, Wire.Json), DocumentTypes.Conformance, key ?? FilledHub.HubKey));

    static readonly Dictionary<string, string> Said = new() { ["reason"] = "A new adapter", ["by"] = "A. Bell, duty operator" };

    [Fact]
    public async Task A_signed_level_is_handed_in_on_the_page_and_taken_away_as_files()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        const string page = "/adapters/XA/conformance";
        Assert.Contains("liaisonhub adapter conform XA --signed XA.level.json --signing-key HUB.sign.json", await console.Page(page, Cancelled), StringComparison.Ordinal);
        Assert.Contains("LH0402", await console.Page($"{page}/report.html", Cancelled, HttpStatusCode.NotFound), StringComparison.Ordinal);

        using var kept = await console.Post(page, page, Said, "document", Signed(Full), Cancelled);

        Assert.Equal((HttpStatusCode.SeeOther, page), (kept.StatusCode, kept.Headers.Location!.OriginalString));
        Assert.Contains(">level 3<", await console.Page(page, Cancelled), StringComparison.Ordinal);
        var deed = Assert.Single(await console.Services.GetRequiredService<Ledger>().DeedsPage(new() { Kind = "LevelEarned" }, null, 10, Cancelled));
        Assert.Equal("A. Bell, duty operator", deed.Actor);
        Assert.Contains("\"reason\":\"A new adapter\"", deed.Content, StringComparison.Ordinal);
        Assert.Contains("Level 3, complete", await console.Page($"{page}/report.html", Cancelled), StringComparison.Ordinal);
        Assert.Equal(CheckList.Current.Checks.Count, XElement.Load(new StringReader(await console.Page($"{page}/junit.xml", Cancelled))).Descendants("testcase").Count());
        Assert.Equal(Encoding.UTF8.GetString(Signed(Full)).Split('"')[3], (await console.Page($"{page}/signed.jws", Cancelled)).Split('"')[3]);
    }

    [Fact]
    public async Task What_is_handed_in_is_kept_only_where_signature_state_version_time_and_checks_are_right()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        using var stranger = PrivateKey.Generate(PublicKey.HubOwner, KeyUse.Sign);
        await Keep(console, Full with { At = Full.At.AddHours(-1) });
        var failed = Full.Checks.Select(c => c.Id == "LH-C120" ? c with { Outcome = CheckOutcome.Failed } : c).ToList();
        foreach (var (document, said) in new[]
        {
            (Signed(Full, stranger), "The file is not signed by this hub"),
            ("{}"u8.ToArray(), "The file is not signed by this hub"),
            ([], "Choose the file that --signed wrote."),
            (Signed(Full with { State = "XB" }), "The level was signed for XB, not for XA."),
            (Signed(Full with { ContractVersion = "1.0" }), "It was earned for version 1.0 of the contracts"),
            (Signed(Full with { At = FilledHub.Now.AddHours(1), Until = FilledHub.Now.AddHours(1).AddDays(365) }), "which is still to come"),
            (Signed(Full with { Until = Full.Until.AddDays(1) }), "a level counts for 365 days"),
            (Signed(Full with { Checks = [.. Full.Checks.Skip(1)] }), "are not those this hub asks for"),
            (Signed(Full with { Checks = failed }), "The file says level 3; its checks come to level 2."),
            (Signed(Full with { At = Full.At.AddHours(-2), Until = Full.Until.AddHours(-2) }), "A later examination is recorded already"),
        })
        {
            using var answer = await console.Post("/adapters/XA/conformance", "/adapters/XA/conformance", Said, "document", document, Cancelled);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains(said, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancelled)), StringComparison.Ordinal);
        }

        using var silent = await console.Post("/adapters/XA/conformance", "/adapters/XA/conformance", new() { ["reason"] = " ", ["by"] = "A. Bell" }, "document", Signed(Full), Cancelled);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, silent.StatusCode);
        Assert.Equal(Full.At.AddHours(-1), Assert.Single(await console.Services.GetRequiredService<ConformanceRegister>().All(Cancelled)).ExaminedAt);
    }

    [Fact]
    public async Task Programs_hand_it_in_too()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var address = new Uri("/api/v1/adapters/xa/conformance", UriKind.Relative);
        using var refused = await console.Http.PostAsJsonAsync(address, new LevelHandedIn(Encoding.UTF8.GetString(Signed(Full with { State = "XB" })), "A new adapter", "A. Bell"), Cancelled);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "LH0403"), (refused.StatusCode, (await refused.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("code").GetString()));
        using var kept = await console.Http.PostAsJsonAsync(address, new LevelHandedIn(Encoding.UTF8.GetString(Signed(Full)), "A new adapter", "A. Bell"), Cancelled);
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        Assert.Equal(3, (await console.Http.GetFromJsonAsync<JsonElement>(address, Cancelled)).GetProperty("standing").GetProperty("level").GetInt32());
    }

    internal static Task<bool> Keep(ConsoleUnderTest console, EarnedLevel level, PrivateKey? key = null, string? state = null)
    {
        var signed = Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(level, Wire.Json), DocumentTypes.Conformance, key ?? FilledHub.HubKey);
        return console.Services.GetRequiredService<ConformanceRegister>().Keep(
            new SignedLevel { State = state ?? level.State, ExaminedAt = level.At, Document = Encoding.UTF8.GetString(Signing.Serialize(signed)) }, null, null, Cancelled);
    }
}
