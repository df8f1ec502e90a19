using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Exchange;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Intakes;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Adapter;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.Tests.Adapters;

public sealed class InboxTests : IAsyncDisposable
{
    static readonly string Message = Countries.Sample("XA", "hearing-abroad.xml");

    readonly RegionUnderTest region = new();
    readonly AdapterUnderTest xa;

    public InboxTests() => xa = new AdapterUnderTest(region, "XA");

    public ValueTask DisposeAsync() => xa.DisposeAsync();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dropped_message_becomes_one_act_and_leaves_the_inbox()
    {
        xa.Drop("result.xml", Message);

        await xa.Work(Cancelled);

        var act = Assert.Single(await xa.Sent(Cancelled));
        Assert.Equal((nameof(RequestSubmitted), "XB", "XB-CA", 1L, null),
            (act.Type, act.Header.Receiver.State, act.Header.Receiver.Authority, act.Header.Sequence, act.Header.After));
        Assert.Equal("XA-2026-000001", ((RequestSubmitted)act.Read()).Reference);
        Assert.Empty(xa.In("inbox"));
        Assert.EndsWith("-result.xml", Assert.Single(xa.In("processed")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_the_open_part_names_a_person()
    {
        xa.Drop("result.xml", Message);
        await xa.Work(Cancelled);

        var act = Assert.Single(await xa.Sent(Cancelled));

        foreach (var personal in new[] { "TORREST", "Ilvane", "Harbour", "41QX0911726", "1984" })
            Assert.DoesNotContain(personal, act.Open.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_is_kept_on_the_disk_of_the_database_does_not_show_a_name()
    {
        xa.Drop("result.xml", Message);
        xa.Drop("fine.xml", Countries.Sample("XA", "fine-only.xml"));
        await xa.Work(Cancelled);

        await xa.Restart();
        foreach (var file in Directory.EnumerateFiles(xa.Root, "adapter.db*"))
        {
            var bytes = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancelled));
            Assert.DoesNotContain("TORREST", bytes, StringComparison.Ordinal);
            Assert.DoesNotContain("Example Haulage", bytes, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(nameof(InboxStep.BeforeTaken))]
    [InlineData(nameof(InboxStep.Taken))]
    [InlineData(nameof(InboxStep.BeforeDecided))]
    [InlineData(nameof(InboxStep.Decided))]
    [InlineData(nameof(InboxStep.BeforeMoved))]
    [InlineData(nameof(InboxStep.Moved))]
    [InlineData(nameof(InboxStep.Noted))]
    public async Task A_process_that_dies_anywhere_makes_one_act_of_a_file_all_the_same(string step)
    {
        xa.Drop("result.xml", Message);
        await xa.Inbox.Work(Cancelled);
        region.Time.Advance(TimeSpan.FromSeconds(3));
        xa.Inbox.Reached = reached => _ = reached == Enum.Parse<InboxStep>(step) ? throw new Killed() : 0;
        await Assert.ThrowsAsync<Killed>(() => xa.Inbox.Work(Cancelled));

        await xa.Restart();
        await xa.Work(Cancelled);

        Assert.Single(await xa.Sent(Cancelled));
        Assert.Empty(xa.In("inbox"));
        Assert.Single(xa.In("processed"));
        Assert.Empty(xa.In("rejected"));
        Assert.Single(await xa.Intakes.In(IntakeState.Made, 10, Cancelled));
        Assert.Empty(await xa.Intakes.Unmoved(10, Cancelled));
    }

    [Theory]
    [InlineData(nameof(InboxStep.Taken))]
    [InlineData(nameof(InboxStep.Decided))]
    [InlineData(nameof(InboxStep.BeforeMoved))]
    [InlineData(nameof(InboxStep.Moved))]
    public async Task A_process_that_dies_over_an_unreadable_file_still_gives_its_reason_once(string step)
    {
        xa.Drop("broken.xml", "<a><b></a>");
        await xa.Inbox.Work(Cancelled);
        region.Time.Advance(TimeSpan.FromSeconds(3));
        xa.Inbox.Reached = reached => _ = reached == Enum.Parse<InboxStep>(step) ? throw new Killed() : 0;
        await Assert.ThrowsAsync<Killed>(() => xa.Inbox.Work(Cancelled));

        await xa.Restart();
        await xa.Work(Cancelled);

        Assert.Equal(2, xa.In("rejected").Count());
        Assert.Equal(QuarantineCode.NotXml, Assert.Single(await xa.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Code);
    }

    [Fact]
    public async Task What_the_hub_would_refuse_for_its_content_waits_for_a_person_in_the_words_of_the_desk_and_goes_out_when_it_is_mended()
    {
        await using var xb = new AdapterUnderTest(region, "XB");
        xb.Drop("late.json", Countries.Sample("XB", "assistance-request.json").Replace("\"2026-08-01\"", "\"2026-02-01\"", StringComparison.Ordinal));

        await xb.Work(Cancelled);

        Assert.Empty(await xb.Sent(Cancelled));
        var waiting = Assert.Single(await xb.Intakes.In(IntakeState.Incomplete, 10, Cancelled));
        Assert.Contains("Wanted by: This 2026-02-01 is over; write ", waiting.Reason, StringComparison.Ordinal);
        var read = (await xb.Tasks.Load(waiting.IntakeId, Cancelled))!;
        Assert.Equal("open.wantedBy", Assert.Single(read.Questions).Field);
        Assert.Equal("open.wantedBy", Assert.Single((await Complete("2026-02-01")).Problems).Field);
        Assert.True((await Complete("2026-08-01")).Made);
        Assert.Equal(new DateOnly(2026, 8, 1), ((RequestSubmitted)Assert.Single(await xb.Sent(Cancelled)).Read()).WantedBy);

        Task<MadeAct> Complete(string wantedBy)
        {
            var open = read.Open.DeepClone().AsObject();
            open["wantedBy"] = wantedBy;
            return xb.Tasks.Complete(waiting.IntakeId, new() { Open = open, Private = read.Private, By = "R. Okenda" }, Cancelled);
        }
    }

    [Fact]
    public async Task What_nobody_could_complete_and_the_hub_would_refuse_is_put_aside_with_its_reason()
    {
        xa.Drop("result.xml", Message);
        await xa.Work(Cancelled);
        Assert.Single(await xa.Sent(Cancelled));
        var folder = Directory.CreateDirectory(xa.At("own", "mappings")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "in.json"), """
            { "mapping": "A receipt", "direction": "in", "format": "json", "act": "ReceiptGiven", "applies": "of",
              "make": { "fields": { "request": "request", "open": { "fields": { "ofActId": "of", "stage": { "value": "Accepted", "because": "a mistake" } } } } } }
            """, Cancelled);
        xa.Mappings = MappingSet.Load(xa.At("own"));
        await xa.Restart();
        xa.Drop("receipt.json", $$"""{ "request": "XA-2026-000001", "of": "{{Guid.NewGuid()}}" }""");

        await xa.Work(Cancelled);

        Assert.Single(await xa.Sent(Cancelled));
        var aside = Assert.Single(await xa.Intakes.In(IntakeState.Quarantined, 10, Cancelled));
        Assert.Equal((QuarantineCode.CannotBeSent, true), (aside.Code, aside.Reason!.Contains("Stage: This is Accepted; that one is the hub's to give", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_successor_that_comes_into_force_without_its_private_half_is_told_in_place_of_the_sign_of_life()
    {
        using var next = PrivateKey.Generate("XA", KeyUse.Sign);
        var successor = next.Public(region.Time.GetUtcNow().AddDays(1), region.Time.GetUtcNow().AddYears(1));
        var sender = new HubSender(xa.Options, new("XA", region.Keys("XA"), region.Directory.With(successor), region.Time), xa.Link, xa.Acts, xa.Reads, region.Time, NullLogger<HubSender>.Instance);
        await sender.Report(Cancelled);
        Assert.Equal(DocumentTypes.Report, Signing.ClaimedType(Assert.Single(xa.Link.Sent).Body.Span));

        region.Time.Advance(TimeSpan.FromDays(1));
        await sender.Report(Cancelled);

        var said = JsonSerializer.Deserialize<KeyMissing>(xa.Link.Sent.Last().Body.Span, Wire.Json)!;
        Assert.Equal(("XA", successor.KeyId), (said.State, said.KeyId));
        Assert.True(xa.Link.Sent.Last().Body.Length <= Wire.LargestUnsigned);
    }

    [Fact]
    public async Task The_reason_beside_a_rejected_file_says_what_was_found_and_what_to_do()
    {
        xa.Drop("page.xml", "<html><body>Sign in</body></html>");

        await xa.Work(Cancelled);

        var reason = await File.ReadAllTextAsync(xa.At("rejected", xa.In("rejected").Single(f => f.EndsWith(".reason.txt", StringComparison.Ordinal))),
            Cancelled);
        Assert.Contains("LH4109", reason, StringComparison.Ordinal);
        Assert.Contains("web page", reason, StringComparison.Ordinal);
        Assert.Contains("What to do:", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_content_dropped_again_or_under_another_name_is_told_as_a_duplicate_and_has_no_second_effect()
    {
        xa.Drop("result.xml", Message);
        await xa.Work(Cancelled);
        xa.Drop("result.xml", Message);
        await xa.Work(Cancelled);
        xa.Drop("copy.xml", Message);
        await xa.Work(Cancelled);

        Assert.Single(await xa.Sent(Cancelled));
        var duplicates = await xa.Intakes.In(IntakeState.Duplicate, 10, Cancelled);
        Assert.Equal(2, duplicates.Count);
        Assert.All(duplicates, d => Assert.Equal(QuarantineCode.Duplicate, d.Code));
        Assert.Equal(2, xa.In("rejected").Count(f => f.EndsWith(".reason.txt", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_same_name_with_other_content_is_a_new_message()
    {
        xa.Drop("result.xml", Message);
        await xa.Work(Cancelled);
        xa.Drop("result.xml", Message.Replace("41QX0911726", "41QX0911727", StringComparison.Ordinal).Replace("7741Z", "7742Z", StringComparison.Ordinal));
        await xa.Work(Cancelled);

        Assert.Equal(["XA-2026-000001", "XA-2026-000002"], (await xa.Sent(Cancelled)).Select(a => ((RequestSubmitted)a.Read()).Reference));
    }

    [Fact]
    public async Task The_same_case_sent_again_with_other_words_asks_a_person_what_it_is()
    {
        xa.Drop("result.xml", Message);
        await xa.Work(Cancelled);
        xa.Drop("again.xml", Message.Replace("2641QX0100000007741Z", "26/41QX/01/7741Z", StringComparison.Ordinal)
            .Replace("2026-06-22", "2026-07-06", StringComparison.Ordinal));
        await xa.Work(Cancelled);

        Assert.Single(await xa.Sent(Cancelled));
        var again = Assert.Single(await xa.Intakes.In(IntakeState.Incomplete, 10, Cancelled));
        Assert.Contains("XA-2026-000001", again.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_case_is_known_while_the_earlier_file_waits_and_under_another_title_of_the_mapping()
    {
        // A court nobody has routed yet: the first message waits for its addressee.
        xa.Drop("first.xml", Message.Replace("B01VD01", "B99ZZ99", StringComparison.Ordinal));
        await xa.Work(Cancelled);
        xa.Mappings = Retitled("Court result message (ResultedCaseMessage)", "Results of our courts");
        await xa.Restart();
        xa.Drop("corrected.xml", Message);
        await xa.Work(Cancelled);

        Assert.Empty(await xa.Sent(Cancelled));
        var waiting = await xa.Intakes.In(IntakeState.Incomplete, 10, Cancelled);
        Assert.Contains("waits at the desk already", Assert.Single(waiting, w => w.FileName == "corrected.xml").Reason, StringComparison.Ordinal);
        Assert.Single(waiting.Select(w => w.CaseKey).Distinct());

        MappingSet Retitled(string title, string other)
        {
            foreach (var file in new[] { "mappings", "tables" }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Countries.CountryOf("XA").Folder, f), "*.json")))
            {
                var copy = Path.Combine(Directory.CreateDirectory(xa.At("country", Path.GetFileName(Path.GetDirectoryName(file)!))).FullName, Path.GetFileName(file));
                File.WriteAllText(copy, File.ReadAllText(file).Replace($"\"{title}\"", $"\"{other}\"", StringComparison.Ordinal));
            }

            var mappings = MappingSet.Load(xa.At("country"), Countries.CountryOf("XA").Quirks);
            Assert.Contains(mappings.Understands, u => u.Contains(other, StringComparison.Ordinal));
            return mappings;
        }
    }

    [Fact]
    public async Task A_file_of_a_case_that_was_sent_meanwhile_is_completed_only_with_an_answer_to_what_it_is()
    {
        xa.Drop("first.xml", Message.Replace("B01VD01", "B99ZZ99", StringComparison.Ordinal));
        await xa.Work(Cancelled);
        xa.Drop("corrected.xml", Message);
        await xa.Work(Cancelled);
        var waiting = await xa.Intakes.In(IntakeState.Incomplete, 10, Cancelled);
        var (first, corrected) = (waiting.Single(w => w.FileName == "first.xml"), waiting.Single(w => w.FileName == "corrected.xml"));
        Assert.Equal("request", Assert.Single((await Complete(corrected, null)).Problems).Field);
        Assert.True((await Complete(corrected, first.IntakeId)).Made);

        var refused = Assert.Single((await Complete(first, null)).Problems);
        Assert.Contains("XA-2026-000001", refused.Words, StringComparison.Ordinal);
        Assert.Single((await Complete(first, Guid.NewGuid())).Problems);
        Assert.Single(await xa.Sent(Cancelled));

        Assert.True((await Complete(first, corrected.IntakeId)).Made);

        async Task<LiaisonHub.Adapters.Acts.MadeAct> Complete(Intake file, Guid? furtherTo)
        {
            var translation = (await xa.Tasks.Load(file.IntakeId, Cancelled))!;
            return await xa.Tasks.Complete(file.IntakeId, new() { To = new() { State = "XB", Authority = "XB-CA" }, Open = translation.Open, Private = translation.Private, FurtherTo = furtherTo, By = "officer" }, Cancelled);
        }
    }

    [Fact]
    public async Task A_folder_that_is_named_like_a_message_is_told_once()
    {
        Directory.CreateDirectory(xa.At("inbox", "case.json"));

        await xa.Work(Cancelled);
        await xa.Work(Cancelled);

        Assert.Equal(QuarantineCode.NotPlainFile, Assert.Single(await xa.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Code);
        Assert.Contains("This is a folder", await File.ReadAllTextAsync(xa.At("rejected", Assert.Single(xa.In("rejected"))), Cancelled), StringComparison.Ordinal);
        Assert.True(Directory.Exists(xa.At("inbox", "case.json")));
    }

    [Fact]
    public async Task Two_messages_that_name_the_same_paper_both_take_it_along()
    {
        await using var xb = new AdapterUnderTest(region, "XB");
        await File.WriteAllBytesAsync(xb.At("inbox", "files", "order.pdf"), "%PDF-"u8.ToArray(), Cancelled);
        xb.Drop("a.json", WithPaper("1001"));
        await xb.Inbox.Work(Cancelled);
        region.Time.Advance(TimeSpan.FromSeconds(2));
        xb.Drop("b.json", WithPaper("1002"));
        await xb.Inbox.Work(Cancelled);
        Assert.Single(await xb.Intakes.In(IntakeState.Made, 10, Cancelled));
        region.Time.Advance(TimeSpan.FromSeconds(3));
        await xb.Work(Cancelled);

        Assert.Equal(2, (await xb.Intakes.In(IntakeState.Made, 10, Cancelled)).Count);
        Assert.Empty(Directory.EnumerateFiles(xb.At("inbox", "files")));
        Assert.Empty(await xb.Intakes.Unmoved(10, Cancelled));

        // Gone with the others: asked about.
        xb.Drop("c.json", WithPaper("1003"));
        await xb.Work(Cancelled);
        Assert.Contains("paper", Assert.Single(await xb.Intakes.In(IntakeState.Incomplete, 10, Cancelled)).Reason, StringComparison.Ordinal);

        static string WithPaper(string number)
        {
            var message = System.Text.Json.Nodes.JsonNode.Parse(Countries.Sample("XB", "assistance-request.json"))!;
            message["assistanceRequest"]!["number"] = number;
            message["assistanceRequest"]!["papers"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["fileName"] = "order.pdf", ["file"] = "order.pdf" });
            return message.ToJsonString();
        }
    }

    [Fact]
    public async Task A_file_is_not_read_before_it_has_stood_still()
    {
        xa.Drop("result.xml", Message[..2000]);
        await xa.Inbox.Work(Cancelled);
        region.Time.Advance(TimeSpan.FromSeconds(1));
        await File.AppendAllTextAsync(xa.At("inbox", "result.xml"), Message[2000..3000], Cancelled);
        await xa.Inbox.Work(Cancelled);
        region.Time.Advance(TimeSpan.FromSeconds(1));
        await xa.Inbox.Work(Cancelled);

        Assert.Single(xa.In("inbox"));
        await File.AppendAllTextAsync(xa.At("inbox", "result.xml"), Message[3000..], Cancelled);
        await xa.Work(Cancelled);
        Assert.Single(await xa.Sent(Cancelled));
    }

    [Fact]
    public async Task A_writer_that_stalls_in_the_middle_at_any_place_never_makes_half_a_case()
    {
        for (var i = 1; i <= 50; i++)
        {
            var text = Message.Replace("41QX0911726", $"41QX09{i:D5}", StringComparison.Ordinal).Replace("7741Z", $"{i:D4}Z", StringComparison.Ordinal);
            var name = $"slow-{i}.xml";
            xa.Drop(name, text[..(text.Length * i / 51)]);
            await xa.Work(Cancelled);
            await xa.Work(Cancelled);
            Assert.Contains(name, xa.In("inbox"));
            xa.Drop(name, text);
        }

        await xa.Work(Cancelled);

        Assert.Equal(50, (await xa.Sent(Cancelled)).Count);
        Assert.Empty(xa.In("rejected"));
    }

    [Fact]
    public async Task A_file_nobody_goes_on_writing_is_put_aside_in_the_end()
    {
        xa.Drop("half.xml", Message[..3000]);
        await xa.Work(Cancelled);
        region.Time.Advance(TimeSpan.FromMinutes(3));
        await xa.Inbox.Work(Cancelled);

        Assert.Equal(QuarantineCode.NotXml, Assert.Single(await xa.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Code);
    }

    [Fact]
    public async Task A_marker_beside_the_file_makes_it_count_at_once()
    {
        xa.Drop("result.xml", Message);
        xa.Drop("result.xml.done", "");

        await xa.Inbox.Work(Cancelled);

        Assert.Single(await xa.Sent(Cancelled));
        Assert.Empty(xa.In("inbox"));
    }

    [Theory]
    [InlineData("result.tmp")]
    [InlineData("result.xml.part")]
    [InlineData(".result.xml")]
    [InlineData("~result.xml")]
    [InlineData("result.xml.filepart")]
    public async Task A_file_with_the_name_of_an_unfinished_one_is_left_alone(string name)
    {
        xa.Drop(name, Message);

        await xa.Work(Cancelled);

        Assert.Equal(name, Assert.Single(xa.In("inbox")));
        Assert.Empty(await xa.Sent(Cancelled));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Links_are_refused_without_being_opened()
    {
        await File.WriteAllTextAsync(xa.At("secret.xml"), Message, Cancelled);
        File.CreateSymbolicLink(xa.At("inbox", "link.xml"), xa.At("secret.xml"));
        File.CreateSymbolicLink(xa.At("inbox", "dangling.xml"), "/nowhere/at/all");

        await xa.Work(Cancelled);
        await xa.Work(Cancelled);

        Assert.Empty(await xa.Sent(Cancelled));
        var refused = await xa.Intakes.In(IntakeState.Quarantined, 10, Cancelled);
        Assert.Equal(2, refused.Count);
        Assert.All(refused, r => Assert.Equal(QuarantineCode.NotPlainFile, r.Code));
        Assert.Empty(xa.In("inbox"));
        Assert.True(File.Exists(xa.At("secret.xml")));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_second_name_of_a_file_elsewhere_is_refused()
    {
        await File.WriteAllTextAsync(xa.At("elsewhere.xml"), Message, Cancelled);
        using var link = System.Diagnostics.Process.Start("ln", [xa.At("elsewhere.xml"), xa.At("inbox", "hard.xml")]);
        await link.WaitForExitAsync(Cancelled);

        await xa.Work(Cancelled);

        Assert.Contains("hard link", Assert.Single(await xa.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_file_of_a_foreign_owner_is_refused_until_the_owner_is_trusted()
    {
        xa.Drop("result.xml", Message);
        using var change = System.Diagnostics.Process.Start("chown", ["4711", xa.At("inbox", "result.xml")]);
        await change.WaitForExitAsync(Cancelled);
        Assert.SkipWhen(change.ExitCode != 0, "Giving a file to another user needs more rights than this test has here.");

        await xa.Work(Cancelled);

        Assert.Contains("4711", Assert.Single(await xa.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Reason, StringComparison.Ordinal);
        xa.Options.Inbox!.Owners = [4711];
        File.Move(Directory.EnumerateFiles(xa.At("rejected"), "*.xml").Single(), xa.At("inbox", "result.xml"));
        await xa.Work(Cancelled);
        Assert.Single(await xa.Sent(Cancelled));
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_with_the_limit()
    {
        xa.Options.Inbox!.LargestFile = 2048;
        xa.Drop("big.xml", Message);

        await xa.Work(Cancelled);

        Assert.Contains("2,048", Assert.Single(await xa.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_original_too_large_to_travel_stays_at_home_and_the_act_says_so()
    {
        xa.Drop("padded.xml", Message.Replace("</DeliverRequest>", $"<!--{new string('x', 900_000)}--></DeliverRequest>", StringComparison.Ordinal));

        await xa.Work(Cancelled);

        var act = Assert.Single(await xa.Sent(Cancelled));
        var particulars = System.Text.Json.JsonSerializer.Deserialize<RequestParticulars>(new LiaisonHub.Adapters.Acts.AdapterKeys("XB", region.Keys("XB"),
            region.Directory, region.Time).Open(act.Sealed!, act.Header.ActId), Wire.Json)!;
        Assert.Null(particulars.Original);
        Assert.Contains(particulars.Provenance, p => p.Field == "/original");
    }

    [Fact]
    public async Task A_file_replaced_between_reading_and_moving_is_not_lost()
    {
        xa.Drop("result.xml", Message);
        await xa.Inbox.Work(Cancelled);
        region.Time.Advance(TimeSpan.FromSeconds(3));
        var newer = Message.Replace("41QX0911726", "41QX0999999", StringComparison.Ordinal).Replace("7741Z", "9999Z", StringComparison.Ordinal);
        xa.Inbox.Reached = step =>
        {
            if (step == InboxStep.Decided)
                xa.Drop("result.xml", newer);
        };
        await xa.Inbox.Work(Cancelled);
        xa.Inbox.Reached = null;
        await xa.Work(Cancelled);

        Assert.Equal(2, (await xa.Sent(Cancelled)).Count);
    }

    [Fact]
    public async Task An_incomplete_message_is_completed_by_a_person_and_then_becomes_an_act_once()
    {
        xa.Drop("fine.xml", Countries.Sample("XA", "fine-only.xml"));
        await xa.Work(Cancelled);
        Assert.Empty(await xa.Sent(Cancelled));
        var intake = Assert.Single(await xa.Intakes.In(IntakeState.Incomplete, 10, Cancelled));
        var translation = (await xa.Tasks.Load(intake.IntakeId, Cancelled))!;
        Assert.Contains(translation.Questions, q => q.Field == "open.measures" && q.Ask.Contains("abroad", StringComparison.Ordinal));

        translation.Open["measures"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["kind"] = "RegisterExtract" });
        var completion = new Completion
        {
            To = new Party { State = "XB", Authority = "XB-CA" },
            Open = translation.Open,
            Private = translation.Private,
            By = "officer"
        };
        var made = await xa.Tasks.Complete(intake.IntakeId, completion, Cancelled);
        var again = await xa.Tasks.Complete(intake.IntakeId, completion, Cancelled);

        Assert.True(made.Made, string.Join("; ", made.Problems.Select(p => p.Words)));
        Assert.Equal(made.ActId, again.ActId);
        Assert.Single(await xa.Sent(Cancelled));
        Assert.Equal(IntakeState.Made, (await xa.Intakes.Find(intake.IntakeId, Cancelled))!.State);
    }

    [Fact]
    public async Task What_was_put_aside_can_be_read_again_after_the_mapping_was_changed()
    {
        var aside = new AdapterUnderTest(region, "XB");
        await using var disposed = aside;
        aside.Drop("court.xml", Message);
        await aside.Work(Cancelled);
        var intake = Assert.Single(await aside.Intakes.In(IntakeState.Quarantined, 10, Cancelled));
        Assert.Equal(QuarantineCode.NoMapping, intake.Code);

        aside.Mappings = Countries.Mappings("XA");
        await aside.Restart();
        Assert.True(await aside.Tasks.Again(intake.IntakeId, Cancelled));
        await aside.Inbox.Work(Cancelled);

        Assert.NotEqual(IntakeState.Quarantined, (await aside.Intakes.Find(intake.IntakeId, Cancelled))!.State);
    }

    [Fact]
    public async Task A_paper_that_is_too_large_a_link_or_not_there_is_said_to_be_what_it_is()
    {
        await using var xb = new AdapterUnderTest(region, "XB");
        xb.Options.Inbox!.LargestFile = 2000;
        var paper = xb.At("inbox", "files", "statement.csv");
        async Task<string> Asked()
        {
            // It names no request, so that a person is asked whatever else is right.
            xb.Drop($"{Guid.NewGuid():N}.json", Countries.Sample("XB", "answer-evidence.json").Replace("\"request\": \"XA-2026-000001\",", $"\"note\": \"{Guid.NewGuid()}\",", StringComparison.Ordinal));
            await xb.Work(Cancelled);
            var intake = (await xb.Intakes.In(IntakeState.Incomplete, 1, Cancelled))[0];
            return string.Join('\n', (await xb.Tasks.Load(intake.IntakeId, Cancelled))!.Questions.Select(q => $"{q.Ask} {q.Why}"));
        }

        Assert.Contains("does not lie in the folder 'files' of the inbox", await Asked(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(paper, new string('x', 2001), Cancelled);
        var said = await Asked();
        Assert.Contains("has 2,001 bytes, and 2,000 are allowed", said, StringComparison.Ordinal);
        Assert.Contains("Adapter:Inbox:LargestFile", said, StringComparison.Ordinal);
        Assert.DoesNotContain("does not lie", said, StringComparison.Ordinal);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links are looked for where users may make them.");
        File.Delete(paper);
        File.CreateSymbolicLink(paper, xb.At("adapter.db"));
        Assert.Contains("is not opened, since it is a link", await Asked(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_no_table_explains_is_counted_where_the_ministry_sees_it()
    {
        xa.Drop("a.xml", Message.Replace("<DC:Gender>2<", "<DC:Gender>7<", StringComparison.Ordinal));
        await xa.Work(Cancelled);
        xa.Drop("b.xml", Message.Replace("<DC:Gender>2<", "<DC:Gender>7<", StringComparison.Ordinal)
            .Replace("41QX0911726", "41QX0911799", StringComparison.Ordinal));
        await xa.Work(Cancelled);

        var code = Assert.Single(await xa.Intakes.UnknownCodes(10, Cancelled), c => c.TableName == "gender");
        Assert.Equal(("7", 2), (code.Code, code.Times));
    }
}
