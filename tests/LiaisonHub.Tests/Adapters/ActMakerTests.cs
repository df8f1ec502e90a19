using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Adapters;

public sealed class ActMakerTests : IAsyncDisposable
{
    readonly RegionUnderTest region = new();
    readonly AdapterUnderTest xa;

    public ActMakerTests() => xa = new AdapterUnderTest(region, "XA");

    public ValueTask DisposeAsync() => xa.DisposeAsync();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    static JsonObject Open() => new()
    {
        ["instrument"] = "EIO",
        ["measures"] = new JsonArray(new JsonObject { ["kind"] = "Hearing" }),
        ["offences"] = new JsonArray(new JsonObject { ["nationalCode"] = "FR06001" }),
        ["languages"] = new JsonArray("en"),
    };

    static ActToMake Request(JsonObject? open = null, string? key = null) => new()
    {
        Type = nameof(RequestSubmitted),
        To = new Party { State = "XB", Authority = "XB-CA" },
        Open = open ?? Open(),
        Private = new RequestParticulars { Text = "Please hear the witness." },
        IdempotencyKey = key,
    };

    [Fact]
    public async Task Everything_wrong_with_the_content_is_said_at_once_and_no_number_is_used()
    {
        var open = Open();
        open.Remove("instrument");
        open["measures"] = new JsonArray(new JsonObject { ["kind"] = "Hering", ["cuont"] = 1 });
        open["languages"] = new JsonArray();
        open["wantedBy"] = "soon";

        var made = await xa.Maker.Make(Request(open), Cancelled);

        Assert.False(made.Made);
        Assert.Equal(
            ["open.instrument", "open.languages", "open.measures[0].cuont", "open.measures[0].kind", "open.wantedBy"],
            made.Problems.Select(p => p.Field).Order(StringComparer.Ordinal));
        Assert.Contains(made.Problems, p => p.Field == "open.measures[0].kind" && p.Expected!.Contains("Hearing", StringComparison.Ordinal));
        Assert.Equal(1, (await xa.Maker.Make(Request(), Cancelled)).Sequence);
    }

    [Fact]
    public async Task A_form_posted_twice_makes_one_act()
    {
        var posts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => xa.Maker.Make(Request(key: "form-1"), Cancelled)));

        Assert.Single(posts.Select(p => p.ActId).Distinct());
        Assert.Single(posts, p => !p.Before);
        Assert.Single(await xa.Sent(Cancelled));
    }

    [Fact]
    public async Task Numbers_have_no_gaps_and_each_act_names_the_one_before_it_on_its_request()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => xa.Maker.Make(Request(), Cancelled)));
        foreach (var request in made)
            await xa.Maker.Make(request.RequestId, nameof(StatusAsked), new StatusAsked(), null, null, Cancelled);

        var sent = await xa.Sent(Cancelled);

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), sent.Select(a => a.Header.Sequence).Order());
        Assert.All(sent.Where(a => a.Type == nameof(StatusAsked)), asked => Assert.Equal(sent.Single(a => a.Type == nameof(RequestSubmitted)
            && a.Header.RequestId == asked.Header.RequestId).Header.Sequence, asked.Header.After));
    }

    [Fact]
    public async Task The_maker_can_read_what_it_sent_and_the_receiver_too_and_the_hub_cannot()
    {
        var made = await xa.Maker.Make(Request(), Cancelled);
        var act = Assert.Single(await xa.Sent(Cancelled));
        var stored = (await xa.Reads.Act(made.ActId, Cancelled))!;

        Assert.Equal("Please hear the witness.", ((RequestParticulars)new PrivateParts(xa.Keys).Open(stored)!).Text);
        Assert.Contains("Please hear", System.Text.Encoding.UTF8.GetString(region.AdapterKeys("XB").Open(act.Sealed!, act.Header.ActId)),
            StringComparison.Ordinal);
        Assert.DoesNotContain("Please hear", stored.SignedBody + stored.OpenPart + stored.SealedPart, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_urgent_act_takes_the_urgent_lane_and_goes_first()
    {
        await xa.Maker.Make(Request(), Cancelled);
        await xa.Maker.Make(Request() with { Priority = Priority.Emergency }, Cancelled);

        await xa.Sender.Send(Cancelled);

        Assert.Equal([LiaisonHub.Messaging.Links.Lane.Urgent, LiaisonHub.Messaging.Links.Lane.Routine], xa.Link.Sent.Select(p => p.Lane));
    }

    [Theory]
    [InlineData("XA", "itself")]
    [InlineData("XZ", "no valid key")]
    public async Task A_receiver_that_cannot_be_is_refused_before_anything_is_stored(string state, string words)
    {
        var made = await xa.Maker.Make(Request() with { To = new Party { State = state, Authority = "any" } }, Cancelled);

        Assert.Contains(words, Assert.Single(made.Problems).Words, StringComparison.Ordinal);
        Assert.Empty(await xa.Reads.Worklist(new WorklistFilter(), Cancelled));
    }

    [Fact]
    public async Task An_act_on_an_unknown_request_is_refused()
    {
        var made = await xa.Maker.Make(Guid.NewGuid(), nameof(RequestWithdrawn), new RequestWithdrawn { Reason = "settled" }, null, null, Cancelled);

        Assert.Equal("request", Assert.Single(made.Problems).Field);
    }

    [Fact]
    public async Task An_act_too_large_for_the_hub_is_refused_here_with_what_helps()
    {
        var made = await xa.Maker.Make(
            Request() with
            {
                Private = new RequestParticulars
                {
                    Text = "x",
                    Attachments = [new Attachment { FileName = "a", MediaType = "a/b", Sha256 = new string('0', 64), Content = new byte[600_000] }]
                }
            }, Cancelled);

        Assert.Equal("size", Assert.Single(made.Problems).Field);
        Assert.Equal(1, (await xa.Maker.Make(Request(), Cancelled)).Sequence);
        Assert.Equal("XA-2026-000001", (await xa.Reads.Worklist(new WorklistFilter(), Cancelled)).Single().Reference);
    }

    [Fact]
    public async Task A_draft_is_kept_sealed_one_for_each_officer_request_and_kind_of_act()
    {
        var drafts = new DraftStore(LiaisonHub.Storage.Database.Open(xa.Options.Database, region.Time));
        var parts = new PrivateParts(xa.Keys);
        foreach (var text in new[] { "first words", "better words" })
        {
            var id = Guid.NewGuid();
            await drafts.Save(new Draft
            {
                DraftId = id,
                Officer = "officer",
                RequestKey = "new",
                ActType = "NoteSent",
                SealedDraft = parts.SealDraft(new JsonObject { ["text"] = text }, id),
                SavedAt = region.Time.GetUtcNow()
            }, Cancelled);
        }

        var draft = Assert.Single(await drafts.Of("officer", Cancelled));
        Assert.Equal("better words", (string?)parts.OpenDraft(draft)!["text"]);
        Assert.DoesNotContain("words", draft.SealedDraft, StringComparison.Ordinal);
    }
}
