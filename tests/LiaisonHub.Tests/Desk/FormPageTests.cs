using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Forms;
using LiaisonHub.Desk.Making;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Desk;

/// <summary>One desk for the forms of all acts; an officer has one draft for each.</summary>
public sealed class DeskWithForms : IAsyncLifetime
{
    internal DeskUnderTest Desk { get; private set; } = null!;

    internal DeskUnderTest.Browser Browser { get; private set; } = null!;

    internal Guid Request { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var cancelled = TestContext.Current.CancellationToken;
        Desk = await DeskUnderTest.Open(cancelled);
        Request = await Desk.Asked(cancelled);
        Browser = await Desk.Browse(cancellationToken: cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await Desk.DisposeAsync();
    }
}

public sealed class FormPageTests(DeskWithForms open) : IClassFixture<DeskWithForms>
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> EveryForm => [.. Acts.All.Keys.Where(a => a is not (nameof(RequestSubmitted) or nameof(ReceiptGiven))).Order()];

    [Theory]
    [MemberData(nameof(EveryForm))]
    public async Task Each_form_gives_back_on_the_page_exactly_what_stood_in_it(string actType)
    {
        var form = ActForm.Of(actType);
        var typed = Typed.From(form, Samples.Open(actType), Samples.Private(actType));
        await open.Desk.Of<Compositions>().Save(new(open.Request, null), form, typed, new("R. Okenda", "Liaison officer"), Cancelled);
        var address = $"/desk/requests/{open.Request}/make/{actType}";

        // What the page shows is sent back as a browser would, and what comes of it is compared.
        await open.Browser.Post(address, [.. (await open.Browser.Get(address, Cancelled)).Fields(), ("do", "save")], Cancelled, from: address);
        var draft = Assert.Single(await open.Desk.Of<DraftStore>().Of("R. Okenda, Liaison officer", Cancelled), d => d.ActType == actType);
        var back = FormReader.Read(form, Typed.Read(open.Desk.Of<AdapterKeys>().Open(draft.SealedDraft, draft.DraftId)));

        var content = form.Act.Content;
        var expected = JsonSerializer.Serialize(Samples.Open(actType).Deserialize(content, Wire.Json), content, Wire.Json);
        if (Samples.Open(actType)["rightsCheck"] is not null) // The catalogue asks for more rights than the sample answers.
            Assert.All(Samples.Open(actType)["rightsCheck"]!["answers"]!.AsArray(), a => Assert.Contains(back.Open["rightsCheck"]!["answers"]!.AsArray(), b => JsonNode.DeepEquals(a, b)));
        else
            Assert.Equal(expected, JsonSerializer.Serialize(back.Open.Deserialize(content, Wire.Json), content, Wire.Json));
        if (Samples.Private(actType) is { } hidden)
            Assert.Equal(JsonSerializer.Serialize(hidden.Deserialize(form.Act.Private!, Wire.Json), form.Act.Private!, Wire.Json), JsonSerializer.Serialize(back.Private.Deserialize(form.Act.Private!, Wire.Json), form.Act.Private!, Wire.Json));
    }
}
