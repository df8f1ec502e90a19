using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Exchange;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Adapter;
using LiaisonHub.Tests.Storage;

namespace LiaisonHub.Tests.Adapters;

/// <summary><see cref="ExchangeTests"/> on files.</summary>
public sealed class ExchangeOnSqlite(SqliteFixture fixture) : ExchangeTests(fixture), IClassFixture<SqliteFixture>;

/// <summary>The way from one local system to the other and back, with a hub that only passes on. A database is one line: see <see
/// cref="ExchangeOnSqlite"/>.</summary>
public abstract class ExchangeTests(DatabaseFixture fixture) : IAsyncLifetime
{
    readonly RegionUnderTest region = new();
    AdapterUnderTest xa = null!, xb = null!;
    int passed;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        xa = new AdapterUnderTest(region, "XA", await fixture.NewEmptyDatabase(Cancelled));
        xb = new AdapterUnderTest(region, "XB", await fixture.NewEmptyDatabase(Cancelled));
    }

    public async ValueTask DisposeAsync()
    {
        await xa.DisposeAsync();
        await xb.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_court_message_of_XA_arrives_in_the_platform_of_XB_and_the_answers_come_back_as_messages_for_the_court()
    {
        var request = await Submitted();
        await xb.HandOver.Work(Cancelled);

        var json = JsonNode.Parse(await File.ReadAllTextAsync(xb.At("outbox", Assert.Single(xb.In("outbox"))), Cancelled))!;
        Assert.Equal("XA-2026-000001", (string?)json["assistanceRequest"]!["reference"]);
        Assert.Equal(["Hearing", "BankAccounts"], json["assistanceRequest"]!["measures"]!.AsArray().Select(m => (string?)m!["kind"]));
        var case0 = json["prosecutionCases"]![0]!;
        Assert.Equal("41QX0911726", (string?)case0["prosecutionCaseIdentifier"]!["caseURN"]);
        var person = case0["defendants"]![0]!["personDefendant"]!["personDetails"]!;
        Assert.Equal(("Ilvane Doru", "TORREST", "1984-07-19", "FEMALE"),
            ((string?)person["firstName"], (string?)person["lastName"], (string?)person["dateOfBirth"], (string?)person["gender"]));
        Assert.Equal(("Between", "2025-02-03", "2025-11-28"),
            ((string?)case0["offences"]![0]!["dateMeaning"], (string?)case0["offences"]![0]!["startDate"], (string?)case0["offences"]![0]!["endDate"]));
        Assert.Equal(Encoding.UTF8.GetBytes(Countries.Sample("XA", "hearing-abroad.xml")), Convert.FromBase64String((string)json["original"]!["content"]!));

        await File.WriteAllTextAsync(xb.At("inbox", "files", "statement.csv"), "date;amount\n2026-01-02;100\n", Cancelled);
        foreach (var answer in new[] { "answer-acknowledge.json", "answer-ask.json", "answer-evidence.json" })
        {
            xb.Drop(answer, Countries.Sample("XB", answer));
            await xb.Work(Cancelled);
        }

        await PassOn(request);
        await xa.HandOver.Work(Cancelled);

        var messages = new List<string>();
        foreach (var file in xa.In("outbox"))
            messages.Add(await File.ReadAllTextAsync(xa.At("outbox", file), Cancelled));
        Assert.Equal(3, messages.Count);
        Assert.Contains(messages, m => m.Contains("<fa:TheirReference>BEL 7/2026</fa:TheirReference>", StringComparison.Ordinal)
            && m.Contains("<fa:CompetentAuthority>XB-CT1</fa:CompetentAuthority>", StringComparison.Ordinal));
        Assert.Contains(messages, m => m.Contains("<fa:Gap>Questions to the witness</fa:Gap>", StringComparison.Ordinal)
            && m.Contains("<fa:WantedBy>2026-03-30</fa:WantedBy>", StringComparison.Ordinal));
        Assert.Contains(messages, m => m.Contains("<fa:Description>Record of the hearing of the witness</fa:Description>", StringComparison.Ordinal)
            && m.Contains("<fa:FileName>statement.csv</fa:FileName>", StringComparison.Ordinal));
        string[] acts = ["RequestAcknowledged", "InformationRequested", "EvidenceSent"];
        Assert.All(acts, t => Assert.Single(messages, m => m.Contains($"<fa:Act>{t}</fa:Act>", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Evidence_read_from_a_local_answer_keeps_what_its_manifest_promises()
    {
        await Submitted();
        await File.WriteAllTextAsync(xb.At("inbox", "files", "statement.csv"), "date;amount\n", Cancelled);
        xb.Drop("e.json", Countries.Sample("XB", "answer-evidence.json"));
        await xb.Work(Cancelled);

        var act = (await xb.Sent(Cancelled)).Single(a => a.Type == nameof(EvidenceSent));

        var manifest = ((EvidenceSent)act.Read()).Manifest;
        var items = JsonSerializer.Deserialize<EvidenceParticulars>(xa.Keys.Open(act.Sealed!, act.Header.ActId), Wire.Json)!.Items;
        Assert.Equal([EvidenceKind.Testimony, EvidenceKind.BankRecord], manifest.Select(m => m.Kind));
        Assert.All(manifest.Zip(items), p =>
        {
            Assert.Equal(p.First.ItemId, p.Second.ItemId);
            Assert.Equal(p.First.Size, p.Second.Content.Content.Length);
            Assert.True(Commitment.Holds(p.First.Commitment, p.Second.Salt, p.Second.Content.Content));
        });
        Assert.Empty(Directory.EnumerateFiles(xb.At("inbox", "files")));
        Assert.Contains(xb.In("processed"), f => f.EndsWith("statement.csv", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_paper_the_answer_names_and_that_is_not_there_is_asked_for()
    {
        await Submitted();
        xb.Drop("e.json", Countries.Sample("XB", "answer-evidence.json"));
        await xb.Work(Cancelled);

        Assert.Contains("content", Assert.Single(await xb.Intakes.In(IntakeState.Incomplete, 10, Cancelled)).Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("../../adapter.db")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("a\\\\..\\\\b")]
    public async Task A_paper_is_only_ever_looked_for_beside_the_messages(string name)
    {
        await Submitted();
        xb.Drop("e.json", Countries.Sample("XB", "answer-evidence.json").Replace("statement.csv", name, StringComparison.Ordinal));
        await xb.Work(Cancelled);

        Assert.Single(await xb.Intakes.In(IntakeState.Incomplete, 10, Cancelled));
    }

    [Fact]
    public async Task An_answer_to_a_request_nobody_knows_is_put_aside()
    {
        xb.Drop("a.json", Countries.Sample("XB", "answer-acknowledge.json"));
        await xb.Work(Cancelled);

        Assert.Equal(QuarantineCode.UnknownRequest, Assert.Single(await xb.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Code);
    }

    [Fact]
    public async Task A_delivered_act_is_receipted_delivered_then_handed_over_then_opened_each_once()
    {
        var request = await Submitted();
        await xb.HandOver.Work(Cancelled);
        Assert.True(await xb.Maker.MarkOpened(request.Header.ActId, "officer", Cancelled));
        Assert.False(await xb.Maker.MarkOpened(request.Header.ActId, "officer", Cancelled));

        var receipts = (await xb.Sent(Cancelled)).Select(a => (ReceiptGiven)a.Read()).ToList();

        Assert.Equal([ReceiptStage.Delivered, ReceiptStage.HandedOver, ReceiptStage.Opened], receipts.Select(r => r.Stage));
        Assert.All(receipts, r => Assert.Equal(request.Header.ActId, r.OfActId));
        Assert.Equal([1L, 2, 3], (await xb.Sent(Cancelled)).Select(a => a.Header.Sequence));
        Assert.Equal([null, 1L, 2], (await xb.Sent(Cancelled)).Select(a => a.Header.After));
    }

    [Theory]
    [InlineData(nameof(HandOverStep.Written), true)]
    [InlineData(nameof(HandOverStep.Staged), true)]
    [InlineData(nameof(HandOverStep.Renamed), true)]
    [InlineData(nameof(HandOverStep.Renamed), false)]
    [InlineData(nameof(HandOverStep.Done), true)]
    public async Task A_process_that_dies_while_handing_over_gives_the_local_system_one_file(string step, bool fileStays)
    {
        await Submitted();
        xb.HandOver.Reached = reached => _ = reached == Enum.Parse<HandOverStep>(step) ? throw new Killed() : 0;
        await Assert.ThrowsAsync<Killed>(() => xb.HandOver.Work(Cancelled));
        var shown = xb.In("outbox").Where(f => !f.EndsWith(".tmp", StringComparison.Ordinal)).ToList();
        if (!fileStays)
            File.Delete(xb.At("outbox", Assert.Single(shown)));

        await xb.Restart();
        await xb.HandOver.Work(Cancelled);

        Assert.Equal(fileStays ? 1 : 0, xb.In("outbox").Count());
        Assert.DoesNotContain(xb.In("outbox"), f => f.EndsWith(".tmp", StringComparison.Ordinal));
        Assert.Single((await xb.Sent(Cancelled)).Select(a => a.Read()).OfType<ReceiptGiven>(), r => r.Stage == ReceiptStage.HandedOver);
        var left = await xb.MappingRecords.Gaps(GapKind.NotCarried, 100, Cancelled);
        Assert.NotEmpty(left);
        Assert.All(left, gap => Assert.Equal(1, gap.Times));
    }

    [Fact]
    public async Task A_local_folder_that_is_away_holds_the_order_and_is_tried_again()
    {
        await Submitted();
        Directory.Move(xb.At("outbox"), xb.At("outbox-away"));
        await xb.HandOver.Work(Cancelled);
        Assert.Equal(1, (await xb.Reads.Figures(Cancelled)).ToHandOver);
        Directory.Move(xb.At("outbox-away"), xb.At("outbox"));
        region.Time.Advance(TimeSpan.FromMinutes(1));

        await xb.HandOver.Work(Cancelled);

        Assert.Single(xb.In("outbox"));
    }

    [Fact]
    public async Task A_batch_that_comes_again_has_one_effect()
    {
        var act = await XaAct();
        var post = Delivery(act, "Submitted");
        await xb.Receiver.Take([post], Cancelled);
        await xb.Receiver.Take([post, post], Cancelled);

        Assert.Single(await xb.Reads.Worklist(new WorklistFilter(), Cancelled));
        Assert.Single(await xb.Sent(Cancelled));
        Assert.Equal(1, (await xb.Reads.Figures(Cancelled)).ToHandOver);
    }

    [Fact]
    public async Task A_lost_number_of_the_hub_is_seen_until_it_comes()
    {
        var act = await XaAct();
        var first = Delivery(act, "Submitted");
        await xb.Receiver.Take([first], Cancelled);
        var lost = region.Notice("XB", new StatusReport { Standing = StandingOfXb() }, act.Header.RequestId);
        await xb.Receiver.Take([region.Notice("XB", new StatusReport { Standing = StandingOfXb() }, act.Header.RequestId)], Cancelled);

        Assert.Equal(2, await xb.Notices.FirstMissing(Cancelled));
        await xb.Receiver.Take([lost], Cancelled);
        Assert.Null(await xb.Notices.FirstMissing(Cancelled));
    }

    [Fact]
    public async Task An_older_notice_that_comes_late_does_not_turn_the_standing_back()
    {
        var act = await XaAct();
        await xb.Receiver.Take([Delivery(act, "Submitted")], Cancelled);
        var older = region.Notice("XB", new StatusReport { Standing = StandingOfXb("Acknowledged") }, act.Header.RequestId);
        var newer = region.Notice("XB", new StatusReport { Standing = StandingOfXb("Recognised") }, act.Header.RequestId);

        await xb.Receiver.Take([newer], Cancelled);
        await xb.Receiver.Take([older], Cancelled);

        Assert.Equal("Recognised", (await xb.Reads.Request(act.Header.RequestId, Cancelled))!.State);
    }

    [Fact]
    public async Task A_number_used_twice_with_other_content_is_set_aside_as_an_alarm_and_holds_nobody_up()
    {
        var act = await XaAct();
        await xb.Receiver.Take([Delivery(act, "Submitted")], Cancelled);

        await xb.Receiver.Take([region.Notice("XB", new StatusReport { Standing = StandingOfXb("Forged") }, act.Header.RequestId, sequence: 1),
            region.Notice("XB", new StatusReport { Standing = StandingOfXb("Acknowledged") }, act.Header.RequestId)], Cancelled);

        Assert.Equal(QuarantineCode.SequenceConflict, Assert.Single(await xb.Notices.PutAside(10, Cancelled)).Code);
        Assert.Equal("Acknowledged", (await xb.Reads.Request(act.Header.RequestId, Cancelled))!.State);
    }

    [Fact]
    public async Task What_the_hub_did_not_sign_is_set_aside()
    {
        var forged = new Post
        {
            State = "XB",
            Lane = Lane.Routine,
            Id = Guid.NewGuid(),
            Body = Signing.Serialize(Signing.Sign("{}"u8, DocumentTypes.Notice, region.Keys("XA")[0]))
        };
        var rubbish = new Post { State = "XB", Lane = Lane.Routine, Id = Guid.NewGuid(), Body = "hello"u8.ToArray() };

        await xb.Receiver.Take([forged, rubbish], Cancelled);

        Assert.Equal([QuarantineCode.NotAuthentic, QuarantineCode.NotAuthentic], (await xb.Notices.PutAside(10, Cancelled)).Select(a => a.Code));
    }

    [Fact]
    public async Task An_act_of_the_other_side_that_its_state_did_not_sign_is_not_taken_and_not_receipted()
    {
        var act = await XaAct();

        await xb.Receiver.Take([region.Notice("XB",
            new ActDelivered { Act = region.Sign(act, "XB"), ReceivedAt = region.Time.GetUtcNow(), Standing = StandingOfXb() }, act.Header.RequestId)],
            Cancelled);

        Assert.Equal(QuarantineCode.SealBroken, Assert.Single(await xb.Notices.PutAside(10, Cancelled)).Code);
        Assert.Empty(await xb.Sent(Cancelled));
        Assert.Null(await xb.Reads.Act(act.Header.ActId, Cancelled));
    }

    [Fact]
    public async Task A_private_part_moved_from_another_act_does_not_open_and_is_not_receipted()
    {
        var (one, other) = (await XaAct(), await XaAct());

        await xb.Receiver.Take([Delivery(one with { Sealed = other.Sealed }, "Submitted")], Cancelled);

        Assert.Equal(QuarantineCode.SealBroken, Assert.Single(await xb.Notices.PutAside(10, Cancelled)).Code);
        Assert.Empty(await xb.Sent(Cancelled));
    }

    [Fact]
    public async Task What_the_hub_refuses_stands_on_the_act_with_code_and_reason()
    {
        var act = await XaAct();

        await xa.Receiver.Take([region.Notice("XA",
            new ActRefused { ActId = act.Header.ActId, Code = RefusalCode.NotDesignated, Reason = "XB-CA is not designated; XB-PO1 is." },
            act.Header.RequestId)], Cancelled);

        var stored = (await xa.Reads.Act(act.Header.ActId, Cancelled))!;
        Assert.Equal(("Refused", "NotDesignated", "XB-CA is not designated; XB-PO1 is."), (stored.Outcome, stored.RefusalCode, stored.RefusalReason));
        Assert.Equal(1, (await xa.Reads.Figures(Cancelled)).Refused);
        Assert.True(Assert.Single(await xa.Reads.Worklist(new(), Cancelled)).LastRefused);
        await xa.HandOver.Work(Cancelled);
        Assert.Contains("XB-PO1 is.", await File.ReadAllTextAsync(xa.At("outbox", Assert.Single(xa.In("outbox"), f => f.Contains("ActRefused", StringComparison.Ordinal))), Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_state_tells_its_local_system_what_the_hub_has_refused() =>
        Assert.All(Countries.All.Keys, state => Assert.Contains(nameof(ActRefused), Countries.Mappings(state).Writes));

    [Fact]
    public async Task A_receipt_of_the_other_side_moves_an_act_forward_and_never_back()
    {
        var act = await XaAct();
        await xa.Receiver.Take([region.Notice("XA",
            new ReceiptNotice { OfActId = act.Header.ActId, Stage = ReceiptStage.Opened, At = region.Time.GetUtcNow() }, act.Header.RequestId)], Cancelled);
        await xa.Receiver.Take([region.Notice("XA",
            new ReceiptNotice { OfActId = act.Header.ActId, Stage = ReceiptStage.Delivered, At = region.Time.GetUtcNow() }, act.Header.RequestId)], Cancelled);

        Assert.Equal(ReceiptStage.Opened, (await xa.Reads.Act(act.Header.ActId, Cancelled))!.Stage);
    }

    [Fact]
    public async Task An_alert_of_the_hub_is_written_for_the_local_system()
    {
        var act = await XaAct();
        var standing = region.Standing("XA", "XB", "Submitted", "XA-2026-000001", Side.Requesting);

        await xa.Receiver.Take([region.Notice("XA", new OverdueNotice { Deadline = standing.Deadlines[0], ReasonWanted = false, Standing = standing },
            act.Header.RequestId)], Cancelled);
        await xa.HandOver.Work(Cancelled);

        var text = await File.ReadAllTextAsync(xa.At("outbox", Assert.Single(xa.In("outbox"))), Cancelled);
        Assert.Contains("<fa:Alert>OverdueNotice</fa:Alert>", text, StringComparison.Ordinal);
        Assert.Contains("<fa:Rule>EIO-A1</fa:Rule>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_act_is_sent_with_the_same_bytes_until_the_hub_has_it()
    {
        await XaAct(send: false);
        var tried = new List<string>();
        xa.Link.Answer = posts =>
        {
            tried.AddRange(posts.Select(p => Encoding.UTF8.GetString(p.Body.Span)));
            return tried.Count < 3 ? new HashSet<Guid>() : posts.Select(p => p.Id).ToHashSet();
        };
        for (var i = 0; i < 5; i++)
        {
            await xa.Sender.Send(Cancelled);
            region.Time.Advance(TimeSpan.FromSeconds(10));
            await xa.Restart();
        }

        Assert.Equal(3, tried.Count);
        Assert.Single(tried.Distinct());
        Assert.Equal(0, (await xa.Reads.Figures(Cancelled)).OutboxWaiting);
    }

    [Fact]
    public async Task A_link_that_fails_loses_nothing()
    {
        await XaAct(send: false);
        xa.Link.Answer = _ => throw new IOException("gone");
        await xa.Sender.Send(Cancelled);
        Assert.Equal(1, (await xa.Reads.Figures(Cancelled)).OutboxWaiting);

        xa.Link.Answer = null;
        region.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, await xa.Sender.Send(Cancelled));
    }

    [Fact]
    public async Task A_sign_of_life_says_what_waits()
    {
        xa.Drop("fine.xml", Countries.Sample("XA", "fine-only.xml"));
        xa.Drop("bad.xml", "<a></b>");
        await xa.Work(Cancelled);

        await xa.Sender.Report(Cancelled);

        var document = Signing.Verify(xa.Link.Sent.Single().Body.Span, [DocumentTypes.Report], region.Directory, "XA", region.Time.GetUtcNow());
        var report = JsonSerializer.Deserialize<AdapterReported>(document.Payload, Wire.Json)!;
        Assert.Equal(("XA", 1, 1, 60), (report.State, report.Incomplete, report.Quarantined, report.EverySeconds));
    }

    [Fact]
    public async Task When_the_hub_tests_the_link_the_next_sign_of_life_names_the_question_once_and_nothing_of_it_is_kept()
    {
        var question = new ReportAsked { State = "XA", EchoId = Guid.NewGuid(), At = region.Time.GetUtcNow() };
        var stranger = question with { State = "XB", EchoId = Guid.NewGuid() };

        await xa.Receiver.Take([region.Question(question), region.Question(stranger) with { State = "XA" }], Cancelled);
        await xa.Sender.Report(Cancelled);
        await xa.Sender.Report(Cancelled);

        var reports = xa.Link.Sent.Select(p => JsonSerializer.Deserialize<AdapterReported>(Signing.Verify(p.Body.Span, [DocumentTypes.Report], region.Directory, "XA", region.Time.GetUtcNow()).Payload, Wire.Json)!).ToList();
        Assert.Equal([question.EchoId, null], reports.Select(r => r.EchoId));
        Assert.All(reports, r => Assert.Equal(Wire.Version, r.Contracts));
        Assert.Equal(QuarantineCode.NotANotice, Assert.Single(await xa.Notices.PutAside(10, Cancelled)).Code);
    }

    [Fact]
    public async Task The_worklist_begins_with_what_has_the_least_legal_time_left()
    {
        var (first, second) = (await XaAct(), await XaAct());
        await xb.Receiver.Take([Delivery(first, "Submitted")], Cancelled);
        region.Time.Advance(TimeSpan.FromDays(1));
        await xb.Receiver.Take([Delivery(second, "Submitted")], Cancelled);

        var list = await xb.Reads.Worklist(new WorklistFilter { OnUs = true }, Cancelled);

        Assert.Equal([first.Header.RequestId, second.Header.RequestId], list.Select(w => w.RequestId));
        Assert.All(list, w => Assert.Equal((1, nameof(RequestSubmitted), Side.Requested), (w.Unopened, w.LastAct, w.OwnSide)));
    }

    async Task<Act> Submitted()
    {
        xa.Drop("result.xml", Countries.Sample("XA", "hearing-abroad.xml"));
        await xa.Work(Cancelled);
        var act = Assert.Single(await xa.Sent(Cancelled));
        await xb.Receiver.Take([Delivery(act, "Submitted")], Cancelled);
        return act;
    }

    // What the hub would do with XB's acts: pass them to XA.
    async Task PassOn(Act request)
    {
        foreach (var act in (await xb.Sent(Cancelled)).Skip(passed).Where(a => a.Type != nameof(ReceiptGiven)))
            await xa.Receiver.Take(
                [region.Notice("XA", new ActDelivered { Act = region.Sign(act, "XB"), ReceivedAt = region.Time.GetUtcNow(),
                    Standing = region.Standing("XA", "XB", "Acknowledged", "XA-2026-000001", Side.Requesting) }, request.Header.RequestId)],
                Cancelled);
        passed = xb.Link.Sent.Count;
    }

    async Task<Act> XaAct(bool send = true)
    {
        var made = await xa.Maker.Make(
            new ActToMake
            {
                Type = nameof(RequestSubmitted),
                To = new Party { State = "XB", Authority = "XB-CA" },
                Open = new JsonObject
                {
                    ["instrument"] = "EIO",
                    ["measures"] = new JsonArray(new JsonObject { ["kind"] = "Hearing" }),
                    ["offences"] = new JsonArray(new JsonObject { ["nationalCode"] = "A" }),
                    ["languages"] = new JsonArray("en")
                },
                Private = new RequestParticulars { Text = "Please hear the witness." },
            },
            Cancelled);
        Assert.True(made.Made);
        return send ? (await xa.Sent(Cancelled)).Single(a => a.Header.ActId == made.ActId) : null!;
    }

    Post Delivery(Act act, string state) =>
        region.Notice("XB", new ActDelivered
        {
            Act = region.Sign(act, "XA"),
            ReceivedAt = region.Time.GetUtcNow(),
            Standing = StandingOfXb(state, ((RequestSubmitted)act.Read()).Reference)
        }, act.Header.RequestId);

    Standing StandingOfXb(string state = "Submitted", string reference = "XA-2026-000001") => region.Standing("XB", "XA", state, reference, Side.Requested);
}
