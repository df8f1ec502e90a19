using System.Net;
using System.Text;
using System.Text.Json;
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

    [Theory]
    [InlineData("XA-COURT-2026-000403")] // the other side's file number, in the private part
    [InlineData(" xa-court-2026-000403")]
    [InlineData("41QX0911803")] // another number of its system
    [InlineData("XB-77/26")] // this side's own
    public async Task A_request_is_found_by_the_number_of_either_sides_case_system(string number)
    {
        await using var desk = await Open(Cancelled);
        var particulars = Samples.Particulars with { FileNumber = "XA-COURT-2026-000403", Numbers = [new() { Kind = "PTIURN", Value = "41QX0911803" }] };
        var id = await desk.Asked(Cancelled, particulars, "XA-2026-000001");
        await desk.Asked(Cancelled, reference: "XA-2026-000002");
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await OpenFirst(desk, browser, id);
        await Send(desk, browser, id, nameof(RequestAcknowledged), ("open.theirReference", "XB-77/26"));

        var found = (await browser.Get($"/desk?q={Uri.EscapeDataString(number)}", Cancelled)).Text;

        Assert.Contains("XA-2026-000001", found, StringComparison.Ordinal);
        Assert.DoesNotContain("XA-2026-000002", found, StringComparison.Ordinal);
        // A part of it is none.
        Assert.Contains("No request matches", (await browser.Get($"/desk?q={Uri.EscapeDataString(number.Trim()[..^1])}", Cancelled)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_end_soon_are_said_on_the_worklist()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        Assert.DoesNotContain("that signs ends", (await browser.Get("/desk", Cancelled)).Text, StringComparison.Ordinal);

        desk.Time.SetUtcNow(DeskUnderTest.Start.AddYears(5).AddDays(-20));
        var list = (await browser.Get("/desk", Cancelled)).Text;
        Assert.Contains("of XB that signs ends", list, StringComparison.Ordinal);
        Assert.Contains("within 30 days", list, StringComparison.Ordinal);
        Assert.DoesNotContain("of XA that signs ends", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_on_the_other_states_adapter_is_shown_on_its_requests_until_it_ends()
    {
        await using var desk = await Open(Cancelled);
        var request = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var now = desk.Time.GetUtcNow();
        await desk.Tell(null, new MaintenanceNotice { State = "XC", From = now, Until = now.AddHours(5), Reason = "Not this one." }, Cancelled);
        Assert.DoesNotContain("in maintenance", (await browser.Get($"/desk/requests/{request}", Cancelled)).Text, StringComparison.Ordinal);

        await desk.Tell(null, new MaintenanceNotice { State = "XA", From = now, Until = now.AddHours(2), Reason = "The case system moves." }, Cancelled);
        var page = (await browser.Get($"/desk/requests/{request}", Cancelled)).Text;
        Assert.Contains("is in maintenance", page, StringComparison.Ordinal);
        Assert.Contains("The case system moves.", page, StringComparison.Ordinal);
        Assert.Contains("legal time goes on", page, StringComparison.Ordinal);

        desk.Time.Advance(TimeSpan.FromHours(2));
        Assert.DoesNotContain("in maintenance", (await browser.Get($"/desk/requests/{request}", Cancelled)).Text, StringComparison.Ordinal);
        // One ended early is over at once, and an older word that comes late changes nothing.
        await desk.Tell(null, new MaintenanceNotice { State = "XA", From = now.AddHours(3), Until = now.AddHours(9), Reason = "Again." }, Cancelled);
        Assert.Contains("will be in maintenance from", (await browser.Get($"/desk/requests/{request}", Cancelled)).Text, StringComparison.Ordinal);
        await desk.Tell(null, new MaintenanceNotice { State = "XA", From = now.AddHours(3), Until = now.AddHours(3), Reason = "It has ended." }, Cancelled);
        Assert.DoesNotContain("in maintenance", (await browser.Get($"/desk/requests/{request}", Cancelled)).Text, StringComparison.Ordinal);
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
    public async Task The_follow_up_of_a_preservation_opens_filled_in_and_is_kept_like_any_other_draft()
    {
        await using var desk = await Open(Cancelled);
        var asked = Samples.Open(nameof(PreservationRequested));
        var group = Guid.Parse("0a000000-0000-4000-8000-0000000000c1");
        var id = await desk.AsksForPreservation(Cancelled, group);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var form = $"/desk/requests/{id}/follow-up";
        Assert.Contains($"href=\"{form}\"", (await browser.Get($"/desk/requests/{id}", Cancelled)).Text, StringComparison.Ordinal);

        var begun = (await browser.Get(form, Cancelled)).Fields().ToLookup(f => f.Name, f => f.Value);
        Assert.Equal(id.ToString("D"), begun["open.supplements"].Single());
        Assert.Equal("XA-CA", begun["to.authority"].Single());
        Assert.Equal(asked["offences"]![0]!["listOffence"]?.GetValue<string>() ?? "", begun["open.offences[0].listOffence"].Single());
        Assert.Contains(Samples.Private(nameof(PreservationRequested))!["sought"]!.GetValue<string>(), begun["private.text"].Single(), StringComparison.Ordinal);
        // A person certifies, never the draft.
        Assert.DoesNotContain("true", begun["open.contentCertified"]);

        await Fill(browser, form, ("private.text", "The subscriber of the account Torrest."), ("do", "save"));
        var listed = (await browser.Get("/desk", Cancelled)).Text;
        Assert.Contains($"href=\"{form}\"", listed, StringComparison.Ordinal);
        Assert.Equal("The subscriber of the account Torrest.", (await browser.Get(form, Cancelled)).Fields().ToLookup(f => f.Name, f => f.Value)["private.text"].Single());

        await Fill(browser, form, ("open.contentCertified", "true"), ("do", "preview"));
        var preview = await browser.Get($"{form}/preview", Cancelled);
        Assert.Equal(HttpStatusCode.OK, preview.Status);
        var fields = preview.Fields().ToDictionary(f => f.Name, f => f.Value);
        await browser.Post($"{form}/send", [("key", fields["key"]), ("digest", fields["digest"])], Cancelled, from: $"{form}/preview");
        var sent = Assert.Single(await desk.HubAnswers(Cancelled), a => a.Type == nameof(RequestSubmitted));
        Assert.Equal((id, group), (sent.Open.Deserialize<RequestSubmitted>(Wire.Json)!.Supplements, sent.Header.CaseGroupId));
        Assert.Empty(await desk.Of<DraftStore>().Of("R. Okenda, Liaison officer", Cancelled));
    }

    [Fact]
    public async Task Only_a_preservation_of_this_state_has_a_follow_up()
    {
        await using var desk = await Open(Cancelled);
        var id = await desk.Asked(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"/desk/requests/{id}/follow-up", Cancelled)).Status);
        Assert.DoesNotContain("follow-up", (await browser.Get($"/desk/requests/{id}", Cancelled)).Text, StringComparison.Ordinal);
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
    public async Task Every_act_that_begins_a_request_has_a_form_of_its_own_and_no_other_act_has()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        var page = await browser.Get("/desk/new", Cancelled);
        foreach (var act in Acts.All.Values.Where(a => a.Opens && a.Name != nameof(RequestSubmitted)))
        {
            Assert.Contains($"href=\"/desk/new/{act.Name}\"", page.Text, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await browser.Get($"/desk/new/{act.Name}", Cancelled)).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"/desk/new/{nameof(SurrenderMade)}", Cancelled)).Status);
    }

    [Fact]
    public async Task A_provisional_arrest_is_asked_for_from_the_desk()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);

        var refused = await Fill(browser, "/desk/new/ProvisionalArrestRequested", ("to.authority", "XA-CA"), ("open.instrument", "EAW"), ("open.offences[0].listOffence", "fraud"), ("open.languages", "en"),
            ("open.urgencyReason", "About to leave"), ("open.warrantExists", "false"), ("open.extraditionIntended", "true"), ("private.text", "We ask for the arrest."), ("do", "preview"));
        Assert.Contains("nobody is arrested without a judgment or a warrant of arrest", refused.Text, StringComparison.Ordinal);
        var preview = await Fill(browser, "/desk/new/ProvisionalArrestRequested", ("open.warrantExists", "true"), ("do", "preview"));
        Assert.Equal("/desk/new/ProvisionalArrestRequested/preview", preview.Leads);
        await browser.Post("/desk/new/ProvisionalArrestRequested/send", (await browser.Get(preview.Leads!, Cancelled)).Fields(), Cancelled, from: preview.Leads!);

        var act = Assert.Single(await desk.HubAnswers(Cancelled));
        Assert.Equal(("EAW", "XB-2026-000001"), Assert.IsType<ProvisionalArrestRequested>(act.Read()) is var asked ? (asked.Instrument, asked.Reference) : default);
    }

    [Fact]
    public async Task The_same_request_goes_to_several_states_at_once_each_as_its_own_in_one_group_and_none_twice()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        (string, string)[] typed =
        [
            ("open.instrument", "EIO"), ("open.measures[0].kind", "Search"), ("open.offences[0].listOffence", "fraud"), ("open.languages", "en"), ("private.text", "We ask for a search."), ("do", "preview"),
        ];

        var twice = await Fill(browser, "/desk/new", [("to.authority", "XA-CA"), ("to.others", "XA-CA"), .. typed]);
        Assert.Contains("XA is addressed twice", twice.Text, StringComparison.Ordinal);
        // No key of XD is known here: all or none.
        var preview = await Fill(browser, "/desk/new", [("to.authority", "XA-CA"), ("to.others", "XC-CA"), ("to.others", "XD-CA"), .. typed]);
        var refused = await browser.Post("/desk/new/send", (await browser.Get(preview.Leads!, Cancelled)).Fields(), Cancelled, from: preview.Leads!);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Empty(await desk.HubAnswers(Cancelled));
        preview = await Fill(browser, "/desk/new", [("to.authority", "XA-CA"), ("to.others", "XC-CA"), .. typed]);
        var page = await browser.Get(preview.Leads!, Cancelled);
        Assert.Contains("Each gets a request of its own", page.Text, StringComparison.Ordinal);
        var sent = await browser.Post("/desk/new/send", page.Fields(), Cancelled, from: preview.Leads!);
        var again = await browser.Post("/desk/new/send", page.Fields(), Cancelled, from: "/desk/new");

        var acts = await desk.HubAnswers(Cancelled);
        Assert.Equal(sent.Leads, again.Leads);
        Assert.Equal(["XA-CA", "XC-CA"], acts.Select(a => a.Header.Receiver.Authority).Order(StringComparer.Ordinal));
        Assert.Equal(["XB-2026-000001", "XB-2026-000002"], acts.Select(a => ((RequestSubmitted)a.Read()).Reference).Order(StringComparer.Ordinal));
        Assert.NotNull(Assert.Single(acts.Select(a => a.Header.CaseGroupId).Distinct()));
        Assert.Equal(2, acts.Select(a => a.Header.RequestId).Distinct().Count());
    }

    [Fact]
    public async Task An_action_of_several_states_is_announced_with_its_list_and_its_case_group_and_the_next_request_joins_the_group()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var (ready, action) = (desk.Time.GetUtcNow().AddDays(5), desk.Time.GetUtcNow().AddDays(9));

        var form = await browser.Get("/desk/new/JointActionAnnounced", Cancelled);
        Assert.DoesNotContain("header.caseGroupId", form.Text, StringComparison.Ordinal);
        var preview = await Fill(browser, "/desk/new/JointActionAnnounced", ("to.authority", "XA-CA"), ("open.instrument", "REGION-JOA"), ("open.members[0].state", "XC"), ("open.members[0].authority", "XC-CA"),
            ("open.members[1].state", "XD"), ("open.members[1].authority", "XD-CA"), ("open.aim", "Searches at one hour"), ("open.zone", "Europe/Athens"), ("open.actionAt", $"{action:yyyy-MM-dd}T06:00"),
            ("open.readyBy", $"{ready:yyyy-MM-dd}T12:00"), ("do", "preview"));
        Assert.Equal("/desk/new/JointActionAnnounced/preview", preview.Leads);
        var page = await browser.Get(preview.Leads!, Cancelled);
        Assert.Contains("XD-CA", page.Text, StringComparison.Ordinal);
        var sent = await browser.Post("/desk/new/JointActionAnnounced/send", page.Fields(), Cancelled, from: preview.Leads!);

        var act = Assert.Single(await desk.HubAnswers(Cancelled));
        Assert.Equal(["XC", "XD"], Assert.IsType<JointActionAnnounced>(act.Read()).Members.Select(m => m.State));
        var group = Assert.NotNull(act.Header.CaseGroupId);
        var board = await browser.Get(sent.Leads!, Cancelled);
        foreach (var state in new[] { "Ardania", "Cassara", "Dravia" })
            Assert.Matches($"<bdi>{state}</bdi> \\(X.\\)</th>.*Asked", board.Text);
        foreach (var late in new[] { "XA", "XC", "XD" })
            Assert.Contains($"<td>{late}</td>", board.Text, StringComparison.Ordinal);
        Assert.Contains("Cassara (XC)</option>", (await browser.Get($"/desk/requests/{act.Header.RequestId}/make/MemberReleased", Cancelled)).Text, StringComparison.Ordinal);

        Assert.Contains($"value=\"{group:D}\"", (await browser.Get("/desk/new", Cancelled)).Text, StringComparison.Ordinal);
        preview = await Fill(browser, "/desk/new", ("to.authority", "XA-CA"), ("header.caseGroupId", group.ToString("D")), ("open.instrument", "EIO"), ("open.measures[0].kind", "Search"),
            ("open.offences[0].listOffence", "fraud"), ("open.languages", "en"), ("private.text", "We ask for a search."), ("do", "preview"));
        await browser.Post("/desk/new/send", (await browser.Get(preview.Leads!, Cancelled)).Fields(), Cancelled, from: "/desk/new/preview");
        Assert.Equal(group, Assert.Single(await desk.HubAnswers(Cancelled)).Header.CaseGroupId);
    }

    [Fact]
    public async Task A_state_that_is_asked_with_others_sees_them_all_and_its_own_limit()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var request = Guid.CreateVersion7();
        await desk.FromXa(request, new JointInvestigationProposed
        {
            Instrument = "JIT",
            Reference = "XA-2026-000601",
            Members = [new() { State = "XC", Authority = "XC-CA" }],
            Aims = "Find out who runs the network",
            Months = 12,
            Offences = [new OffenceFact { ListOffence = "fraud", LongestPenaltyMonths = 60 }],
        }, null, Cancelled);

        var page = await browser.Get($"/desk/requests/{request}", Cancelled);
        Assert.Contains("<bdi>Cassara</bdi> (XC)", page.Text, StringComparison.Ordinal);
        Assert.Matches("<td>us</td>(.|\\n)*<td>XC</td>", page.Text);
        Assert.Contains($"/desk/requests/{request}/make/InvitationAnswered", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_that_another_state_gave_on_stands_in_the_worklist_and_is_confirmed_from_the_desk()
    {
        await using var desk = await Open(Cancelled, own: "XC");
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        var undoing = Casework.EmergencyCourse.Into("Undoing", Casework.Demo.Rules);
        var id = await desk.OpenedByTheHub(Assert.Single(undoing.Asks(Casework.EmergencyCourse.Holders).Last.Opened), Cancelled);

        Assert.Contains("XA-2026-000318-H3", (await browser.Get("/desk", Cancelled)).Text, StringComparison.Ordinal);
        var page = await browser.Get($"/desk/requests/{id}", Cancelled);
        Assert.Contains("A copy is to be deleted or restricted", page.Text, StringComparison.Ordinal);
        Assert.Contains(new string('a', 64), page.Text, StringComparison.Ordinal);
        var form = $"/desk/requests/{id}/make/CopyConfirmed";
        Assert.Contains(form, page.Text, StringComparison.Ordinal);
        var preview = await Fill(browser, form, ("open.holder", "XC-CA"), ("open.done", "Deleted"), ("open.proofDigest", new('c', 64)), ("do", "preview"));
        var sent = await browser.Post($"{form}/send", (await browser.Get(preview.Leads!, Cancelled)).Fields(), Cancelled, from: preview.Leads);

        var act = Assert.Single(await desk.HubAnswers(Cancelled));
        Assert.Equal((id, "XA"), (act.Header.RequestId, act.Header.Receiver.State));
        Assert.Contains("accepted by the hub", (await browser.Get(sent.Leads!, Cancelled)).Text, StringComparison.Ordinal);
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
    public async Task Before_a_new_request_is_signed_the_desk_says_what_would_be_refused_and_what_to_look_at()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        (string, string)[] asked = [("to.authority", "XA-CA"), ("open.measures[0].kind", "Search"), ("open.offences[0].listOffence", "fraud"), ("private.text", "We ask for a search."), ("do", "preview")];

        Assert.DoesNotContain("id=\"preflight-", (await browser.Get("/desk/new", Cancelled)).Text, StringComparison.Ordinal);
        await Fill(browser, "/desk/new", [.. asked, ("open.instrument", "ECE"), ("open.languages", "de")]);
        foreach (var page in new[] { await browser.Get("/desk/new/preview", Cancelled), await browser.Get("/desk/new", Cancelled) })
        {
            Assert.Contains("3 things would be refused or returned", page.Text, StringComparison.Ordinal);
            Assert.Contains("is not in force between XB and XA", page.Text, StringComparison.Ordinal);
            Assert.Contains("#open-languages\">none of de is accepted in XA</a>", page.Text, StringComparison.Ordinal);
            Assert.Contains("things to look at before signing", page.Text, StringComparison.Ordinal);
        }
        await Fill(browser, "/desk/new", [.. asked, ("open.instrument", "EIO"), ("open.languages", "en"), ("open.contentCertified", "true"), ("open.offences[0].longestPenaltyMonths", "60"),
            ("open.measures[0].lawfulAtHome", "true"), .. Sealed]);
        var sound = await browser.Get("/desk/new/preview", Cancelled);

        Assert.DoesNotContain("would be refused", sound.Text, StringComparison.Ordinal);
        Assert.Contains("One thing to look at before signing", sound.Text, StringComparison.Ordinal);
        Assert.True(sound.Text.IndexOf("preflight-warns", StringComparison.Ordinal) < sound.Text.IndexOf("Sign and send", StringComparison.Ordinal));
    }

    /// <summary>What a search needs under seal.</summary>
    static (string, string)[] Sealed =>
    [
        ("private.measures[0].measure", "1"), ("private.measures[0].place", "Quay 3"), ("private.measures[0].articles", "Freight papers"),
        ("private.measures[0].order.court", "District court"), ("private.measures[0].order.number", "7 Gs 311/26"), ("private.measures[0].order.on", "2026-02-27"),
    ];

    [Fact]
    public async Task A_form_asks_for_what_the_kinds_of_measure_call_for_in_the_order_of_the_law()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        Assert.DoesNotContain("open.measures[0].lawfulAtHome", (await browser.Get("/desk/new", Cancelled)).Text, StringComparison.Ordinal);

        var answer = await Fill(browser, "/desk/new", ("open.measures[0].kind", "VideoHearing"), ("do", "show:open.measures[0]"));
        Assert.EndsWith("#open-measures-0", answer.Leads, StringComparison.Ordinal);
        await Fill(browser, "/desk/new", ("do", "add:open.measures"));
        await Fill(browser, "/desk/new", ("open.measures[1].kind", "Search"), ("do", "show:open.measures[1]"));
        var page = (await browser.Get("/desk/new", Cancelled)).Text;

        InOrder(page, "open.measures[0].kind", "open.measures[0].hearing.capacity", "open.measures[0].hearing.means", "open.measures[0].hearing.at", "open.measures[0].hearing.ledBy",
            "open.measures[1].kind", "open.measures[1].lawfulAtHome", "Measure 1: Hearing by video", "private.measures[0].concerned", "private.measures[0].allowances",
            "Measure 2: Search of a place", "private.measures[1].place", "private.measures[1].articles", "private.measures[1].order.court");
        Assert.Contains("SR 0.351.923.2", page, StringComparison.Ordinal);
        foreach (var other in new[] { "open.measures[0].lawfulAtHome", "open.measures[1].hearing", "open.measures[0].transfer", "private.measures[0].place", "private.measures[1].accounts" })
            Assert.DoesNotContain($"name=\"{other}", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_sealed_of_a_measure_goes_with_it_and_the_others_keep_theirs()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await Fill(browser, "/desk/new", ("open.measures[0].kind", "BankAccounts"), ("open.measures[1].kind", "Search"), ("do", "save"));
        await Fill(browser, "/desk/new", ("private.measures[0].reasons", "Why the account"), ("private.measures[1].place", "Quay 3"), ("do", "save"));

        await Fill(browser, "/desk/new", ("do", "remove:open.measures[0]"));
        var page = (await browser.Get("/desk/new", Cancelled)).Text;

        Assert.DoesNotContain("Why the account", page, StringComparison.Ordinal);
        InOrder(page, "Measure 1: Search of a place", "name=\"private.measures[0].measure\" value=\"1\"", "Quay 3");
    }

    [Fact]
    public async Task What_a_measure_lacks_under_seal_is_shown_before_sending_and_what_it_says_is_sealed()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        desk.Time.Advance(new DateTimeOffset(2027, 1, 11, 9, 0, 0, TimeSpan.Zero) - desk.Time.GetUtcNow());
        (string, string)[] asked = [("to.authority", "XA-CA"), ("open.instrument", "EIO"), ("open.measures[0].kind", "Search"), ("open.offences[0].listOffence", "fraud"), ("open.languages", "en"),
            ("private.text", "We ask for a search."), ("do", "preview")];

        var refused = await Fill(browser, "/desk/new", asked);
        Assert.Contains("is missing; a Search names the attestation that it would be lawful at home", refused.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"#private-measures-0-order\">the warrant or order is missing</a>", refused.Text, StringComparison.Ordinal);
        var preview = await Fill(browser, "/desk/new", [("open.measures[0].lawfulAtHome", "true"), .. Sealed, ("do", "preview")]);
        Assert.Equal("/desk/new/preview", preview.Leads);
        var page = await browser.Get("/desk/new/preview", Cancelled);
        Assert.DoesNotContain("the warrant or order is missing", page.Text, StringComparison.Ordinal);
        await browser.Post("/desk/new/send", page.Fields(), Cancelled, from: "/desk/new/preview");

        var act = Assert.Single(await desk.HubAnswers(Cancelled));
        Assert.True(Assert.IsType<RequestSubmitted>(act.Read()).Measures[0].LawfulAtHome);
        Assert.Equal((1, "Quay 3"), desk.Opened(act).GetProperty("measures")[0] is var m ? (m.GetProperty("measure").GetInt32(), m.GetProperty("place")[0].GetString()) : default);
    }

    [Fact]
    public async Task A_document_from_a_template_is_attached_to_the_act_being_written_and_taken_from_a_request()
    {
        await using var desk = await Open(Cancelled);
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await Fill(browser, "/desk/new", [("to.authority", "XA-CA"), ("open.instrument", "EIO"), ("open.measures[0].kind", "Search"), ("open.offences[0].listOffence", "fraud"), ("open.languages", "en"),
            ("private.text", "We ask for a search."), .. Sealed, ("do", "save")]);
        var key = "search-order.fr.1";
        Assert.Contains($"value=\"{key}\"", (await browser.Get("/desk/new", Cancelled)).Text, StringComparison.Ordinal);

        await Fill(browser, "/desk/new", ("document", key), ("do", "template"));
        Assert.Contains("measure-1-search-order.fr.html", (await browser.Get("/desk/new", Cancelled)).Text, StringComparison.Ordinal);
        var nothing = await Fill(browser, "/desk/new", ("document", "freezing-order.fr.0"), ("do", "template"));
        Assert.Contains("No document is chosen", nothing.Text, StringComparison.Ordinal);

        var id = await desk.Asked(Cancelled);
        Assert.Contains("No template fits", (await browser.Get($"/desk/requests/{id}/papers", Cancelled)).Text, StringComparison.Ordinal);
        await browser.Post($"/desk/acts/{(await desk.Of<DeskReads>().Acts(id, Cancelled)).First(a => a.ActType == nameof(RequestSubmitted)).ActId}/open", [], Cancelled, from: $"/desk/requests/{id}");
        var list = await browser.Get($"/desk/requests/{id}/papers", Cancelled);
        Assert.Contains($"/desk/requests/{id}/papers/search-order.es.2", list.Text, StringComparison.Ordinal);
        Assert.Contains("measure.order.court", list.Text, StringComparison.Ordinal);
        var (paper, content) = await browser.Fetch($"/desk/requests/{id}/papers/search-order.es.2", Cancelled);
        Assert.Equal(("attachment", HttpStatusCode.OK), (paper.Content.Headers.ContentDisposition?.DispositionType, paper.StatusCode));
        Assert.Contains("por completar", Encoding.UTF8.GetString(content), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get($"/desk/requests/{id}/papers/search-order.es.1", Cancelled)).Status);
    }

    static void InOrder(string page, params string[] parts)
    {
        var at = 0;
        foreach (var part in parts)
        {
            var found = page.IndexOf(part, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"'{part}' does not stand after the others before it.");
            at = found;
        }
    }

    [Fact]
    public async Task A_file_of_a_case_that_is_known_goes_only_after_somebody_has_said_what_it_is()
    {
        await using var desk = await Open(Cancelled);
        var open = Samples.Open(nameof(RequestSubmitted));
        open.Remove("reference");
        open.Remove("supplements");
        var read = new Translation { Outcome = TranslationOutcome.Incomplete, ActType = nameof(RequestSubmitted), ToState = "XA", ToAuthority = "XA-CA", Open = open, Private = Samples.Private(nameof(RequestSubmitted)) };
        var (first, second) = (await desk.Incomplete(read, Cancelled, "case", 'a'), await desk.Incomplete(read, Cancelled, "case", 'b'));
        using var browser = await desk.Browse(cancellationToken: Cancelled);
        await Fill(browser, $"/desk/files/{first}", ("header.furtherTo", $"{second}"), ("do", "preview"));
        var sent = await browser.Get($"/desk/files/{first}/preview", Cancelled);
        await browser.Post($"/desk/files/{first}/send", sent.Fields(), Cancelled, from: $"/desk/files/{first}/preview");
        var request = Assert.Single(await desk.HubAnswers(Cancelled));
        var form = $"/desk/files/{second}";

        await Fill(browser, form, ("do", "save"));
        var unanswered = await browser.Get($"{form}/preview", Cancelled);
        var asked = await browser.Get($"{form}?check=1", Cancelled);
        await Fill(browser, form, ("header.furtherTo", $"{first}:{request.Header.RequestId}"), ("do", "preview"));
        var preview = await browser.Get($"{form}/preview", Cancelled);
        await browser.Post($"{form}/send", preview.Fields(), Cancelled, from: $"{form}/preview");

        Assert.Equal($"{form}?check=1", unanswered.Leads);
        Assert.Contains("This case was sent before, as request XB-2026-", asked.Text, StringComparison.Ordinal);
        Assert.Contains("A further request, which supplements XB-2026-", preview.Text, StringComparison.Ordinal);
        Assert.Equal(request.Header.RequestId, Assert.IsType<RequestSubmitted>(Assert.Single(await desk.HubAnswers(Cancelled), a => a.Header.ActId != request.Header.ActId).Read()).Supplements);
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
