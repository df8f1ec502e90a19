using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk;
using LiaisonHub.Desk.Making;
using LiaisonHub.Storage.Adapter;
using Microsoft.AspNetCore.Routing;
using static LiaisonHub.Tests.Desk.DeskUnderTest;

namespace LiaisonHub.Tests.Desk;

public sealed class DeskTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_desk_asks_who_is_there_before_it_shows_anything()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(officer: null, Cancelled);

        var asked = await browser.Get($"/desk/requests/{id}", Cancelled);
        Assert.Equal($"/desk/session?back=%2Fdesk%2Frequests%2F{id}", asked.Leads);

        var begun = await browser.Post("/desk/session", [("name", "R. Okenda"), ("post", "Liaison officer"), ("back", $"/desk/requests/{id}")], Cancelled, from: asked.Leads);
        Assert.Equal($"/desk/requests/{id}", begun.Leads);
        Assert.Contains("XA-2026-000142", (await browser.Get(begun.Leads!, Cancelled)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/desk")]
    [InlineData("/desk\\..\\elsewhere")]
    public async Task Saying_who_is_there_leads_nowhere_but_to_the_desk(string back)
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(officer: null, Cancelled);

        Assert.Equal("/desk", (await browser.Post("/desk/session", [("name", "R. Okenda"), ("post", "Liaison officer"), ("back", back)], Cancelled, from: "/desk/session")).Leads);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.Post("/desk/session", [("name", " "), ("post", "x")], Cancelled, from: "/desk/session")).Status);
    }

    [Fact]
    public async Task The_worklist_stands_in_the_order_of_remaining_legal_time_and_names_the_next_act()
    {
        await using var desk = await Open(Cancelled);
        var early = await desk.Asked(Cancelled, reference: "XA-2026-000001");
        await desk.Pass(TimeSpan.FromDays(3), Cancelled);
        await desk.Asked(Cancelled, reference: "XA-2026-000002");
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        var list = (await browser.Get("/desk", Cancelled)).Text;
        Assert.True(list.IndexOf("XA-2026-000001", StringComparison.Ordinal) < list.IndexOf("XA-2026-000002", StringComparison.Ordinal));
        Assert.Contains("Open the new act of XA", list, StringComparison.Ordinal);
        Assert.Contains("1 unopened act", list, StringComparison.Ordinal);

        await OpenFirst(desk, browser, early);
        list = (await browser.Get("/desk", Cancelled)).Text;
        Assert.Contains($"/desk/requests/{early}/make/RequestAcknowledged", list, StringComparison.Ordinal);
        Assert.Matches("[0-9]+ days? left", list);

        await desk.Pass(TimeSpan.FromDays(12), Cancelled);
        Assert.Matches("overdue by [0-9]+ days?, level [0-9]", (await browser.Get("/desk?on=us", Cancelled)).Text);
        Assert.DoesNotContain("XA-2026-000001", (await browser.Get("/desk?with=XC", Cancelled)).Text, StringComparison.Ordinal);
        Assert.Equal($"/desk/requests/{early}", (await browser.Get("/desk?q=XA-2026-000001", Cancelled)).Leads);
    }

    [Fact]
    public async Task An_act_is_closed_until_a_person_opens_it_and_opening_gives_one_receipt()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        await desk.HubAnswers(Cancelled); // The receipts the adapter gives by itself.
        var act = Assert.Single(await desk.Of<DeskReads>().Acts(id, Cancelled), a => a.Direction == Direction.In);
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        var closed = await browser.Get($"/desk/acts/{act.ActId}", Cancelled);
        Assert.DoesNotContain("Torrest", closed.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"/desk/acts/{act.ActId}/files/0", Cancelled)).Status);
        Assert.Empty(await desk.HubAnswers(Cancelled));

        Assert.Equal($"/desk/acts/{act.ActId}", (await browser.Post($"/desk/acts/{act.ActId}/open", [], Cancelled, from: $"/desk/acts/{act.ActId}")).Leads);
        var read = await browser.Get($"/desk/acts/{act.ActId}", Cancelled);
        Assert.Contains("Torrest", read.Text, StringComparison.Ordinal);
        Assert.Contains("Between", read.Text, StringComparison.Ordinal);
        Assert.Contains("To confirm:", read.Text, StringComparison.Ordinal);
        await browser.Post($"/desk/acts/{act.ActId}/open", [], Cancelled, from: $"/desk/requests/{id}");
        using var second = await desk.Browse("M. Aldane", Cancelled);
        await second.Get($"/desk/acts/{act.ActId}", Cancelled);

        var receipt = Assert.Single(await desk.HubAnswers(Cancelled));
        Assert.Equal(new ReceiptGiven { OfActId = act.ActId, Stage = ReceiptStage.Opened }, receipt.Read());
        var deeds = await desk.Of<DeedStore>().Of(id, 100, Cancelled);
        Assert.Equal("R. Okenda, Liaison officer", Assert.Single(deeds, d => d.Kind == DeedKind.Opened).Officer);
        Assert.Contains(deeds, d => d is { Kind: DeedKind.Read, Officer: "M. Aldane, Liaison officer" });
    }

    [Fact]
    public async Task Nothing_is_opened_or_sent_without_a_form_of_the_desk_itself()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        await desk.HubAnswers(Cancelled);
        var act = Assert.Single(await desk.Of<DeskReads>().Acts(id, Cancelled), a => a.Direction == Direction.In);
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        foreach (var path in new[] { $"/desk/acts/{act.ActId}/open", $"/desk/requests/{id}/make/NoteSent", $"/desk/requests/{id}/make/NoteSent/send", $"/desk/acts/{act.ActId}/again", "/desk/session/end" })
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.Post(path, [("do", "save")], Cancelled)).Status);
        Assert.Null((await desk.Of<DeskReads>().Act(act.ActId, Cancelled))!.OpenedAt);
    }

    [Fact]
    public async Task What_abroad_wrote_is_text_and_never_part_of_the_page()
    {
        await using var desk = await Open(Cancelled);
        const string name = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>";
        var id = await desk.Asked(Cancelled, Samples.Particulars with
        {
            Persons = [new() { FamilyName = name, Aliases = [name] }],
            Text = name,
            Attachments = [Samples.Particulars.Attachments[0] with { FileName = name, MediaType = name }],
        });
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        var read = await OpenFirst(desk, browser, id);

        Assert.DoesNotContain("<script>alert", read.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", read.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)", read.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Torrest", desk.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Personal_data_stands_in_no_title_no_address_and_no_log_and_is_kept_by_no_browser()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        var read = await OpenFirst(desk, browser, id);

        Assert.Equal("no-store", read.CacheControl);
        Assert.StartsWith("default-src 'none';", read.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", read.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("Torrest", Regex.Match(read.Text, "<title>(.*?)</title>").Value, StringComparison.Ordinal);
        Assert.DoesNotContain(Regex.Matches(read.Text, "(?:href|action|src)=\"([^\"]*)\"").Select(m => m.Groups[1].Value), a => a.Contains("orrest", StringComparison.Ordinal) || a.Contains("order", StringComparison.Ordinal));
        Assert.DoesNotContain("Torrest", desk.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", read.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", read.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_from_abroad_is_taken_out_under_a_safe_name_and_never_shown()
    {
        await using var desk = await Open(Cancelled);
        var content = Encoding.UTF8.GetBytes("<html><script>alert(1)</script></html>");
        var id = await desk.Asked(Cancelled, Samples.Particulars with
        {
            Attachments = [new() { FileName = "..\\..\\start\u202Emenu/CON.html", MediaType = "text/html", Sha256 = new string('0', 64), Content = content }],
        });
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await OpenFirst(desk, browser, id);
        var act = (await desk.Of<DeskReads>().Acts(id, Cancelled)).First(a => a.Direction == Direction.In);

        var (answer, taken) = await browser.Fetch($"/desk/acts/{act.ActId}/files/0", Cancelled);

        Assert.Equal(content, taken);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("_CON.html", answer.Content.Headers.ContentDisposition.FileName!.Trim('"'));
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", string.Join("", answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains("sandbox", string.Join("", answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Contains(await desk.Of<DeedStore>().Of(id, 10, Cancelled), d => d is { Kind: DeedKind.Downloaded, Detail: "file 1" });
        answer.Dispose();
    }

    [Fact]
    public async Task An_act_is_written_looked_over_and_sent_and_the_hubs_answer_is_shown()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await OpenFirst(desk, browser, id);
        await desk.HubAnswers(Cancelled);
        var form = $"/desk/requests/{id}/make/RequestAcknowledged";

        var preview = await Fill(browser, form, ("open.theirReference", "XB-77/26"), ("do", "preview"));
        Assert.Equal($"{form}/preview", preview.Leads);
        var page = await browser.Get(preview.Leads!, Cancelled);
        Assert.Contains("XB-77/26", page.Text, StringComparison.Ordinal);
        Assert.Contains("Sign and send", page.Text, StringComparison.Ordinal);
        var sent = await browser.Post($"{form}/send", page.Fields(), Cancelled, from: preview.Leads);
        var again = await browser.Post($"{form}/send", page.Fields(), Cancelled, from: $"/desk/requests/{id}");

        Assert.Matches($"^/desk/requests/{id}\\?sent=", sent.Leads!);
        Assert.Equal(sent.Leads, again.Leads);
        Assert.Contains("sent, waiting for the hub", (await browser.Get(sent.Leads!, Cancelled)).Text, StringComparison.Ordinal);
        var act = Assert.Single(await desk.HubAnswers(Cancelled));
        Assert.Equal(new RequestAcknowledged { TheirReference = "XB-77/26", CompetentAuthority = "XB-CA" }, act.Read());
        Assert.Contains("accepted by the hub", (await browser.Get(sent.Leads!, Cancelled)).Text, StringComparison.Ordinal);
        Assert.Equal("R. Okenda, Liaison officer", (await desk.Of<DeskReads>().Act(act.Header.ActId, Cancelled))!.MadeBy);
        Assert.Empty(await desk.Of<DraftStore>().Of("R. Okenda, Liaison officer", Cancelled));
    }

    [Fact]
    public async Task A_paused_limit_is_shown_with_its_reason_and_the_diplomatic_note_can_do_nothing_in_the_browser()
    {
        await using var desk = await Open(Cancelled);
        var held = await desk.Asked(Cancelled, reference: "XA-2026-000001");
        var late = await desk.Asked(Cancelled, reference: "XA-2026-000002");
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await desk.HubAnswers(Cancelled);
        await Send(desk, browser, held, nameof(RequestAcknowledged), ("open.theirReference", "XB-1/26"));
        await Send(desk, browser, held, nameof(InformationRequested), ("open.gaps", "Account number"), ("private.text", "Which account?"));

        Assert.Contains("paused: <bdi>information asked for</bdi>", (await browser.Get("/desk", Cancelled)).Text, StringComparison.Ordinal);

        await desk.Pass(TimeSpan.FromDays(40), Cancelled);
        var page = (await browser.Get($"/desk/requests/{late}", Cancelled)).Text;
        Assert.Contains("Escalated to level 4", page, StringComparison.Ordinal);
        var note = await browser.Get(Regex.Match(page, "/desk/notices/[0-9a-f-]+/document").Value, Cancelled);
        Assert.Contains("XA-2026-000002", note.Text, StringComparison.Ordinal);
        Assert.StartsWith("sandbox; default-src 'none'", note.Policy, StringComparison.Ordinal);
        Assert.Equal("no-store", note.CacheControl);
        Assert.Contains(await desk.Of<DeedStore>().Of(late, 10, Cancelled), d => d is { Kind: DeedKind.Read, Detail: "diplomatic note" });
    }

    [Fact]
    public async Task Two_clicks_at_once_make_one_act()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await desk.HubAnswers(Cancelled);
        var form = $"/desk/requests/{id}/make/NoteSent";
        await Fill(browser, form, ("open.subject", "Office hours"), ("private.text", "We are closed on Friday."), ("do", "preview"));
        var page = await browser.Get($"{form}/preview", Cancelled);

        var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => browser.Post($"{form}/send", page.Fields(), Cancelled, from: $"/desk/requests/{id}")));

        Assert.Single(sent.Select(s => s.Leads).Distinct());
        Assert.Single(await desk.HubAnswers(Cancelled));
    }

    [Fact]
    public async Task A_draft_changed_in_another_window_is_looked_over_again_before_it_is_sent()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await desk.HubAnswers(Cancelled);
        var form = $"/desk/requests/{id}/make/NoteSent";
        await Fill(browser, form, ("open.subject", "Office hours"), ("private.text", "We are closed on Friday."), ("do", "preview"));
        var page = await browser.Get($"{form}/preview", Cancelled);
        await Fill(browser, form, ("private.text", "We are closed on Monday."), ("do", "save"));

        var sent = await browser.Post($"{form}/send", page.Fields(), Cancelled, from: $"/desk/requests/{id}");

        Assert.Equal($"{form}/preview?changed=1", sent.Leads);
        Assert.Empty(await desk.HubAnswers(Cancelled));
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_the_field_and_everything_typed_still_stands_there()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var form = $"/desk/requests/{id}/make/ExtensionDeclared";

        var wrong = await Fill(browser, form, [("open.reason", "<b>The bank</b> asks for time"), ("open.days", "99"), ("private.text", "In full: soon."), ("do", "preview")], ("private.attachments", "bank letter.txt", "Please wait."u8.ToArray()));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("99 is not allowed here.", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"#open-days\"", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("1 to 30", wrong.Text, StringComparison.Ordinal);
        var fields = wrong.Fields().ToLookup(f => f.Name, f => f.Value);
        Assert.Equal(["99"], fields["open.days"]);
        Assert.Equal(["<b>The bank</b> asks for time"], fields["open.reason"]);
        Assert.Contains("bank letter.txt", wrong.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UseConditionsAccepted", "", "", "")]
    [InlineData("DelayNotified", "open.proposedDate", "2026-01-02", "2026-01-02 is over; write 2026-03-02 or later.")]
    [InlineData("CostAnswered", "open.requestingSharePercent", "", "an agreement says which share the requesting side bears")]
    [InlineData("RequestReturned", "open.acceptedLanguages", "", "name the languages that would be accepted")]
    public async Task What_the_hub_would_refuse_for_its_content_is_said_before_it_is_sent_in_the_hubs_words(string actType, string path, string typed, string words)
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var form = LiaisonHub.Desk.Forms.ActForm.Of(actType);
        var content = LiaisonHub.Desk.Forms.Typed.From(form, Samples.Open(actType), null);
        if (path.Length > 0)
            content.Set(path, typed);
        await desk.Of<Compositions>().Save(new(id, null), form, content, new("R. Okenda", "Liaison officer"), Cancelled);

        var checkedPage = await browser.Get($"/desk/requests/{id}/make/{actType}?check=1", Cancelled);

        Assert.Equal(path.Length == 0 ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, checkedPage.Status);
        Assert.Contains(words, checkedPage.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_survives_a_closed_browser_and_is_readable_by_nobody_without_the_states_key()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        var form = $"/desk/requests/{id}/make/NoteSent";
        using (var browser = await desk.Browse(cancellationToken: Cancelled))
        {
            await Fill(browser, form, ("open.subject", "Office hours"), ("private.text", "Mr Torrest called."), ("do", "save"));
            var saved = await browser.Post(form, [("open.subject", "Office hours"), ("private.text", "Mr Torrest called twice."), ("do", "save")], Cancelled, from: form, header: "X-Draft");
            Assert.Equal(HttpStatusCode.NoContent, saved.Status);
        }

        using var later = await desk.Browse(cancellationToken: Cancelled);
        Assert.Contains("Send a note", (await later.Get("/desk", Cancelled)).Text, StringComparison.Ordinal);
        Assert.Equal("Mr Torrest called twice.", (await later.Get(form, Cancelled)).Fields().ToLookup(f => f.Name, f => f.Value)["private.text"].Single());
        var draft = Assert.Single(await desk.Of<DraftStore>().Of("R. Okenda, Liaison officer", Cancelled));
        Assert.DoesNotContain("Torrest", draft.SealedDraft, StringComparison.Ordinal);
        using var other = await desk.Browse("M. Aldane", Cancelled);
        Assert.DoesNotContain("Torrest", (await other.Get(form, Cancelled)).Text, StringComparison.Ordinal);

        await Fill(later, form, ("do", "discard"));
        Assert.Empty(await desk.Of<DraftStore>().Of("R. Okenda, Liaison officer", Cancelled));
    }

    [Fact]
    public async Task Evidence_gets_its_salts_and_commitments_by_itself_and_what_was_promised_is_what_arrives()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await Recognise(desk, browser, id);
        var form = $"/desk/requests/{id}/make/EvidenceSent";

        await Fill(browser, form, [("open.final", "true"), ("do", "files")], ("open.manifest", "operations.csv", "date;amount"u8.ToArray()), ("open.manifest", "cover.txt", "As ordered."u8.ToArray()));
        var preview = await Fill(browser, form, ("open.manifest[0].kind", "BankRecord"), ("open.manifest[0].description", "Operations"), ("open.manifest[1].kind", "Document"), ("open.manifest[1].description", "Cover"), ("do", "preview"));
        Assert.Equal($"{form}/preview", preview.Leads);
        var page = await browser.Get(preview.Leads!, Cancelled);
        await browser.Post($"{form}/send", page.Fields(), Cancelled, from: preview.Leads);

        var act = Assert.Single(await desk.HubAnswers(Cancelled));
        var manifest = Assert.IsType<EvidenceSent>(act.Read()).Manifest;
        var items = desk.Opened(act).Deserialize<EvidenceParticulars>(Wire.Json)!.Items;
        Assert.Equal(["operations.csv", "cover.txt"], items.Select(i => i.Content.FileName));
        Assert.All(manifest.Zip(items), p => Assert.True(LiaisonHub.Sealing.Commitment.Holds(p.First.Commitment, p.Second.Salt, p.Second.Content.Content)));
        Assert.Equal("Accepted", (await desk.Of<DeskReads>().Act(act.Header.ActId, Cancelled))!.Outcome);
    }

    [Fact]
    public async Task Recognition_cannot_be_looked_over_before_every_right_of_the_catalogue_is_answered()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var form = $"/desk/requests/{id}/make/RequestRecognised";
        var rights = desk.Rules.Region.Catalogue.Rights;

        var wrong = await Fill(browser, form, [.. rights.Skip(1).Select((_, i) => ($"open.rightsCheck.answers[{i + 1}].finding", "Passed")), ("open.rightsCheck.checkedBy", "Judge"), ("open.dualCriminality", "ListOffence"), ("do", "preview")]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("href=\"#open-rightsCheck-answers-0-finding\"", wrong.Text, StringComparison.Ordinal);
        Assert.All(rights, r => Assert.Contains(WebUtility.HtmlEncode(r.Question).Replace("&#39;", "&#x27;", StringComparison.Ordinal), wrong.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_hub_refused_is_shown_with_its_reason_and_comes_back_as_a_draft()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await desk.HubAnswers(Cancelled);
        var form = $"/desk/requests/{id}/make/ExecutionPostponed";
        Assert.Contains("the hub would refuse this act", (await browser.Get(form, Cancelled)).Text, StringComparison.Ordinal);
        await Fill(browser, form, ("open.ground", "ItemsInUse"), ("do", "preview"));
        var page = await browser.Get($"{form}/preview", Cancelled);
        var sent = await browser.Post($"{form}/send", page.Fields(), Cancelled, from: $"{form}/preview");
        var act = Assert.Single(await desk.HubAnswers(Cancelled));

        var shown = (await browser.Get(sent.Leads!, Cancelled)).Text;
        Assert.Contains("Refused: Not now", shown, StringComparison.Ordinal);
        Assert.Contains("Would be accepted: ", shown, StringComparison.Ordinal);
        Assert.Contains("Acknowledge receipt", shown, StringComparison.Ordinal);
        Assert.Contains("Refused by the hub", (await browser.Get("/desk", Cancelled)).Text, StringComparison.Ordinal);

        var again = await browser.Post($"/desk/acts/{act.Header.ActId}/again", [], Cancelled, from: $"/desk/requests/{id}");
        Assert.Equal(form, again.Leads);
        var reopened = await browser.Get(form, Cancelled);
        Assert.Equal("ItemsInUse", reopened.Fields().ToLookup(f => f.Name, f => f.Value)["open.ground"].Single());
        Assert.NotEqual(page.Fields().First(f => f.Name == "key"), reopened.Fields().First(f => f.Name == "key"));
    }

    [Fact]
    public async Task A_new_request_is_written_addressed_and_numbered()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        var missing = await Fill(browser, "/desk/new", ("do", "preview"));
        Assert.Contains("Nobody is addressed yet.", missing.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("#open-reference", missing.Text, StringComparison.Ordinal);
        var preview = await Fill(browser, "/desk/new", ("to.authority", "XA-CA"), ("header.priority", "Urgent"), ("open.instrument", "EIO"), ("open.measures[0].kind", "RegisterExtract"), ("open.offences[0].listOffence", "fraud"),
            ("open.languages", "en"), ("private.text", "We ask for an extract."), ("do", "preview"));
        Assert.Equal("/desk/new/preview", preview.Leads);
        var page = await browser.Get("/desk/new/preview", Cancelled);
        var sent = await browser.Post("/desk/new/send", page.Fields(), Cancelled, from: "/desk/new/preview");

        var act = Assert.Single(await desk.HubAnswers(Cancelled));
        Assert.Equal("XB-2026-000001", Assert.IsType<RequestSubmitted>(act.Read()).Reference);
        Assert.Equal(("XA-CA", Priority.Urgent), (act.Header.Receiver.Authority, act.Header.Priority));
        Assert.Equal("We ask for an extract.", desk.Opened(act).GetProperty("text").GetString());
        Assert.Contains("XB-2026-000001", (await browser.Get(sent.Leads!, Cancelled)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incomplete_file_is_completed_with_what_was_read_standing_there_and_what_is_missing_marked()
    {
        await using var desk = await Open(Cancelled);
        var open = Samples.Open(nameof(RequestSubmitted));
        open.Remove("languages");
        open.Remove("wantedByReason");
        open["reference"] = "XB-2026-000777";
        var file = await desk.Incomplete(
            new Translation
            {
                Outcome = TranslationOutcome.Incomplete,
                ActType = nameof(RequestSubmitted),
                Mapping = "Court message",
                ToState = "XA",
                ToAuthority = "XA-CA",
                Open = open,
                Private = Samples.Private(nameof(RequestSubmitted)),
                Questions =
                [
                    new() { Field = "open.languages", Ask = "In which languages are the papers?", Why = "The message has no field for it.", Sought = "/Case/Language" },
                    new() { Field = "open.wantedByReason", Ask = "Why this day?", Why = "Only prose speaks of it.", Proposed = "Hearing on 15 June" },
                ],
            },
            Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        Assert.Contains("case-41QX0911726.xml", (await browser.Get("/desk", Cancelled)).Text, StringComparison.Ordinal);
        var form = $"/desk/files/{file}";

        var page = await browser.Get(form, Cancelled);
        Assert.Contains("In which languages are the papers?", page.Text, StringComparison.Ordinal);
        Assert.Contains("/Case/Language", page.Text, StringComparison.Ordinal);
        Assert.Contains("only read from prose", page.Text, StringComparison.Ordinal);
        Assert.Equal("Torrest", page.Fields().ToLookup(f => f.Name, f => f.Value)["private.persons[0].familyName"].Single());
        Assert.Equal("", page.Fields().ToLookup(f => f.Name, f => f.Value)["open.wantedByReason"].Single());

        await Fill(browser, form, ("do", "take:open.wantedByReason"));
        Assert.Equal("Hearing on 15 June", (await browser.Get(form, Cancelled)).Fields().ToLookup(f => f.Name, f => f.Value)["open.wantedByReason"].Single());
        await Fill(browser, form, ("open.languages", "en"), ("do", "preview"));
        var preview = await browser.Get($"{form}/preview", Cancelled);
        var sent = await browser.Post($"{form}/send", preview.Fields(), Cancelled, from: $"{form}/preview");
        var again = await browser.Post($"{form}/send", preview.Fields(), Cancelled, from: "/desk");

        Assert.Equal(sent.Leads, again.Leads);
        var act = Assert.Single(await desk.HubAnswers(Cancelled));
        Assert.Equal("Hearing on 15 June", Assert.IsType<RequestSubmitted>(act.Read()).WantedByReason);
        Assert.Equal(IntakeState.Made, (await desk.Of<IntakeStore>().Find(file, Cancelled))!.State);
    }

    [Fact]
    public async Task A_file_in_quarantine_shows_why_and_what_clears_it_and_can_be_put_away_with_a_reason()
    {
        await using var desk = await Open(Cancelled);
        var id = Guid.CreateVersion7();
        await desk.Of<IntakeStore>().Refuse(
            new() { IntakeId = id, FileName = "odd.bin", Sha256 = "", SizeBytes = 9, TakenAt = DeskUnderTest.Start, SealedContent = "", HasLeftTheInbox = _ => false }, "LH4101", "It is neither XML nor JSON.", "Send it as XML.", Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        var page = await browser.Get("/desk/files", Cancelled);
        Assert.Contains("It is neither XML nor JSON.", page.Text, StringComparison.Ordinal);
        Assert.Contains("Send it as XML.", page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.Post($"/desk/files/{id}/dismiss", [("why", "")], Cancelled, from: "/desk/files")).Status);
        await browser.Post($"/desk/files/{id}/dismiss", [("why", "Sent by mistake")], Cancelled, from: "/desk/files");

        var file = await desk.Of<IntakeStore>().Find(id, Cancelled);
        Assert.Equal((IntakeState.Dismissed, "Sent by mistake (R. Okenda, Liaison officer)"), (file!.State, file.Reason));
        Assert.Equal(HttpStatusCode.Conflict, (await browser.Post($"/desk/files/{id}/again", [], Cancelled, from: "/desk")).Status);
    }

    public static TheoryData<string> EveryForm => [.. Acts.All.Keys.Where(a => a is not (nameof(RequestSubmitted) or nameof(ReceiptGiven))).Order()];

    [Theory]
    [MemberData(nameof(EveryForm))]
    public async Task Each_form_gives_back_on_the_page_exactly_what_stood_in_it(string actType)
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var form = LiaisonHub.Desk.Forms.ActForm.Of(actType);
        var typed = LiaisonHub.Desk.Forms.Typed.From(form, Samples.Open(actType), Samples.Private(actType));
        await desk.Of<Compositions>().Save(new(id, null), form, typed, new("R. Okenda", "Liaison officer"), Cancelled);
        var address = $"/desk/requests/{id}/make/{actType}";

        // What the page shows is sent back as a browser would, and what comes of it is compared.
        await browser.Post(address, [.. (await browser.Get(address, Cancelled)).Fields(), ("do", "save")], Cancelled, from: address);
        var draft = Assert.Single(await desk.Of<DraftStore>().Of("R. Okenda, Liaison officer", Cancelled));
        var back = LiaisonHub.Desk.Forms.FormReader.Read(form, LiaisonHub.Desk.Forms.Typed.Read(desk.Of<LiaisonHub.Adapters.Acts.AdapterKeys>().Open(draft.SealedDraft, draft.DraftId)));

        var content = form.Act.Content;
        var expected = JsonSerializer.Serialize(Samples.Open(actType).Deserialize(content, Wire.Json), content, Wire.Json);
        if (actType == nameof(RequestRecognised)) // The catalogue asks for more rights than the sample answers.
            Assert.All(Samples.Open(actType)["rightsCheck"]!["answers"]!.AsArray(), a => Assert.Contains(back.Open["rightsCheck"]!["answers"]!.AsArray(), b => JsonNode.DeepEquals(a, b)));
        else
            Assert.Equal(expected, JsonSerializer.Serialize(back.Open.Deserialize(content, Wire.Json), content, Wire.Json));
        if (Samples.Private(actType) is { } hidden)
            Assert.Equal(JsonSerializer.Serialize(hidden.Deserialize(form.Act.Private!, Wire.Json), form.Act.Private!, Wire.Json), JsonSerializer.Serialize(back.Private.Deserialize(form.Act.Private!, Wire.Json), form.Act.Private!, Wire.Json));
    }

    [Fact]
    public async Task Every_address_of_the_desk_is_approved()
    {
        await using var desk = await Open(Cancelled);
        var routes = ((IEndpointRouteBuilder)desk.App).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"]).Select(m => $"{m} {e.RoutePattern.RawText}{(e.Metadata.GetMetadata<Microsoft.AspNetCore.Antiforgery.IAntiforgeryMetadata>() is { RequiresValidation: true } ? " (form)" : "")}"));

        Repository.AssertApproved(string.Join('\n', routes.Order(StringComparer.Ordinal)), "contracts", "approved", "routes-desk.txt");
    }

    [Theory]
    [InlineData("http://0.0.0.0:5090", false)]
    [InlineData("http://+:5090", false)]
    [InlineData("http://192.168.0.7:5090", false)]
    [InlineData("not an address", false)]
    [InlineData("http://127.0.0.1:5090", true)]
    [InlineData("http://localhost:5090;http://[::1]:5090", true)]
    public void A_desk_without_sign_in_listens_on_this_machine_only_unless_somebody_says_otherwise(string urls, bool allowed)
    {
        var adapter = new AdapterOptions { State = "XB", Region = Repository.At("contracts", "region-demo") };

        Assert.Equal(allowed, new DeskOptions { Urls = urls }.Problems(adapter).Count == 0);
        if (!allowed && urls.StartsWith("http", StringComparison.Ordinal))
            Assert.Empty(new DeskOptions { Urls = urls, OpenToNetwork = true }.Problems(adapter));
    }

    [Fact]
    public async Task A_page_of_a_stranger_does_not_reach_the_desk_by_a_name_of_its_own()
    {
        await using var desk = await Open(Cancelled);
        using var http = new HttpClient { BaseAddress = desk.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/desk", UriKind.Relative)) { Headers = { Host = "desk.attacker.example" } };

        using var answer = await http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    static async Task<Seen> OpenFirst(DeskUnderTest desk, Browser browser, Guid requestId)
    {
        var act = (await desk.Of<DeskReads>().Acts(requestId, Cancelled)).First(a => a is { Direction: Direction.In, OpenedAt: null });
        await browser.Post($"/desk/acts/{act.ActId}/open", [], Cancelled, from: $"/desk/requests/{requestId}");
        return await browser.Get($"/desk/acts/{act.ActId}", Cancelled);
    }

    static Task<Seen> Fill(Browser browser, string address, params (string Name, string Value)[] typed) => Fill(browser, address, typed, []);

    static async Task<Seen> Fill(Browser browser, string address, (string Name, string Value)[] typed, params (string Field, string Name, byte[] Content)[] files)
    {
        var page = await browser.Get(address, Cancelled);
        var over = typed.Select(t => t.Name).ToHashSet();
        return await browser.Post(address, page.Fields().Where(f => !over.Contains(f.Name)).Concat(typed), Cancelled, from: address, files: files.Select(f => ($"file:{f.Field}", f.Name, f.Content)));
    }

    static async Task Recognise(DeskUnderTest desk, Browser browser, Guid id)
    {
        await Send(desk, browser, id, nameof(RequestAcknowledged), ("open.theirReference", "XB-77/26"));
        await Send(desk, browser, id, nameof(RequestRecognised),
            [.. desk.Rules.Region.Catalogue.Rights.Select((_, i) => ($"open.rightsCheck.answers[{i}].finding", "Passed")), ("open.rightsCheck.checkedBy", "Judge"), ("open.dualCriminality", "ListOffence")]);
        Assert.Equal("Recognised", (await desk.Of<DeskReads>().Request(id, Cancelled))!.State);
    }

    static async Task Send(DeskUnderTest desk, Browser browser, Guid id, string actType, params (string Name, string Value)[] typed)
    {
        var form = $"/desk/requests/{id}/make/{actType}";
        var preview = await Fill(browser, form, [.. typed, ("do", "preview")]);
        Assert.True(preview.Leads is not null, preview.Text);
        var page = await browser.Get(preview.Leads!, Cancelled);
        await browser.Post($"{form}/send", page.Fields(), Cancelled, from: preview.Leads);
        await desk.HubAnswers(Cancelled);
    }
}
