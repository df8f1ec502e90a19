using System.Text;
using System.Text.Json;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Coordinator;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;
using LiaisonHub.OperatorConsole.Stuck;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Region = LiaisonHub.Casework.Region;
using Rules = LiaisonHub.Casework.Rules;

namespace LiaisonHub.Tests.Coordinator;

/// <summary>What a hub does, wherever it runs. A place is one line: see <see cref="HubInOneProcess"/>.</summary>
public abstract class HubTests : IAsyncLifetime
{
    HubUnderTest hub = null!;

    protected HubUnderTest Hub => hub;

    readonly Guid requestId = Guid.NewGuid();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_reaches_the_other_state_as_its_sender_signed_it_and_both_know_what_is_due()
    {
        var submitted = hub.XA.Make(hub.XB, requestId, Sample.Submitted(), Sample.Particulars());
        var accepted = Assert.IsType<ActAccepted>(await hub.XA.Send(submitted, Cancelled));
        var delivered = await Delivered(hub.XB, submitted.Header.ActId);

        Assert.Equal("Submitted", delivered.Standing.State);
        Assert.Equal(Side.Requested, delivered.Standing.YourSide);
        Assert.Contains(nameof(RequestAcknowledged), delivered.Standing.YouMay);
        Assert.Equal(accepted.Standing.Deadlines.Select(d => (d.RuleId, d.Due)), delivered.Standing.Deadlines.Select(d => (d.RuleId, d.Due)));
        Assert.NotEmpty(accepted.Standing.Deadlines);

        var verified = Signing.Verify(delivered.Act, [DocumentTypes.Act], hub.Keys, "XA", hub.Time.GetUtcNow());
        var act = JsonSerializer.Deserialize<Act>(verified.Payload, Wire.Json)!;
        var particulars = JsonSerializer.Deserialize<RequestParticulars>(Opener.Open(act.Sealed!, hub.XB.SealingKeys, act.Header.ActId), Wire.Json)!;
        Assert.Equal("Example", particulars.Persons[0].FamilyName);
    }

    [Fact]
    public async Task What_is_broken_on_purpose_is_named_as_what_is_stuck_the_deepest_cause_first()
    {
        var (adapters, region) = (hub.Services.GetRequiredService<AdapterRegister>(), hub.Services.GetRequiredService<Region>());
        var (keys, seen) = (hub.Keys, "nothing");
        var submitted = hub.XA.Make(hub.XB, requestId, Sample.Submitted(), Sample.Particulars());
        await hub.XA.Send(submitted, Cancelled);
        await Says(Cause.AsPlanned);

        // The other adapter has it, and nobody opens it.
        Assert.True(await Send(hub.XB.Make(hub.XA, requestId, new ReceiptGiven { OfActId = submitted.Header.ActId, Stage = ReceiptStage.Delivered })));
        await hub.XA.Told(n => n.Read() is ReceiptNotice { Stage: ReceiptStage.Delivered } r ? r : null, Cancelled);
        hub.Time.Advance(region.TransportWatch.Opened + TimeSpan.FromHours(1));
        await Says(Cause.NotOpened);

        // A second act comes, the first is never sent.
        _ = hub.XB.Make(hub.XA, requestId, new NoteSent { Subject = "Hearing moved" });
        Assert.True(await Send(hub.XB.Make(hub.XA, requestId, new NoteSent { Subject = "Hearing moved again" })));
        await Says(Cause.EarlierActMissing);

        Assert.True(await Send(hub.XB.Make(hub.XA, requestId, new NoteSent { Subject = "Hearing moved" }) with { Type = "NotesSend" }));
        await Says(Cause.MappingRefused);

        // Nobody reads the queue any more; in one process the notices stay in the outbox.
        await hub.XB.Leave();
        await hub.XA.Send(hub.XB, requestId, new NoteSent { Subject = "Office hours" }, Cancelled, new Explanation { Text = "Closed on Friday." });
        hub.Time.Advance(TimeSpan.FromMinutes(6));
        await Says(await hub.Services.GetRequiredService<IHubLink>().Look("XB", Cancelled) is null ? Cause.OutboxBlocked : Cause.NoConsumer);

        await adapters.Heard("XB", new() { State = "XB", At = hub.Time.GetUtcNow(), Version = "1", OutboxWaiting = 0, Quarantined = 0, Incomplete = 0, EverySeconds = 30 }, hub.Time.GetUtcNow(), Cancelled);
        hub.Time.Advance(TimeSpan.FromMinutes(3));
        await adapters.FallenSilent(hub.Time.GetUtcNow(), Cancelled);
        await Says(Cause.AdapterSilent);

        keys = new([.. hub.Keys.All.Where(k => (k.Owner, k.Use) != ("XB", KeyUse.Sign))]);
        await Says(Cause.MissingKey);

        Task<bool> Send(Act act) => hub.XB.Post(hub.XB.Sign(act), Cancelled);

        // What goes its way through core and clock takes a moment.
        async Task Says(Cause cause)
        {
            var started = TimeProvider.System.GetTimestamp();
            while (await Verdict() != cause)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), $"{cause} is expected; the board says: {seen}");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancelled);
            }
        }

        async Task<Cause> Verdict()
        {
            if (await hub.Services.GetRequiredService<IHubLink>().Look("XB", Cancelled) is { } look)
                await adapters.Looked("XB", look.Readers, look.Trouble, hub.Time.GetUtcNow(), Cancelled);
            var board = await Board(keys);
            seen = string.Join("; ", board.Lines.Select(l => $"{l.Reference}: {l.Verdict.Cause}, {l.Verdict.What}"));
            return board.Lines.FirstOrDefault(l => l.RequestId == requestId)?.Verdict.Cause ?? Cause.AsPlanned;
        }
    }

    // As the console reads it.
    async Task<StuckBoard> Board(KeyDirectory keys)
    {
        var services = hub.Services;
        using var reader = new StuckReader(
            services.GetRequiredService<StuckReads>(), services.GetRequiredService<HubReads>(), services.GetRequiredService<HubFigures>(), services.GetRequiredService<Quarantine>(),
            services.GetRequiredService<RepairPlans>(), new(services.GetRequiredService<Hearing>(), services.GetRequiredService<Outbox>(), services.GetRequiredService<HubBeliefs>(), services.GetRequiredService<Region>(), hub.Time, hub.Time), services.GetRequiredService<Deadlines>(), new(keys, null, hub.Time), services.GetRequiredService<Rules>(), new(), hub.Time, hub.Time);
        return await reader.Read(Cancelled);
    }

    [Fact]
    public async Task An_adapter_without_its_key_is_believed_unsigned_in_this_one_remark_about_itself_until_it_is_heard_again_and_nothing_else_follows_from_it()
    {
        var (adapters, quarantine) = (hub.Services.GetRequiredService<AdapterRegister>(), hub.Services.GetRequiredService<Quarantine>());
        await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars());
        await hub.XB.Told(n => n.Type == nameof(ActDelivered) ? n : null, Cancelled);
        string KeyOf(string state) => hub.Keys.CurrentSigning(state, hub.Time.GetUtcNow())!.KeyId;
        byte[] Says(string state, string key) => JsonSerializer.SerializeToUtf8Bytes(new KeyMissing { State = state, KeyId = key, At = hub.Time.GetUtcNow() }, Wire.Json);

        // Of another state, of a key of another, of one that nobody has, in more than a kilobyte, and without saying which: set aside like all that is not signed.
        byte[][] bad = [Says("XA", KeyOf("XA")), Says("XB", KeyOf("XA")), Says("XB", new string('k', 43)), [.. Says("XB", KeyOf("XB")), .. Enumerable.Repeat((byte)32, Wire.LargestUnsigned)], """{"state":"XB","at":"2026-03-02T08:00:00Z"}"""u8.ToArray()];
        Assert.Equal(bad.Length, await hub.XB.Post(bad, Cancelled));
        await hub.XB.Told(n => n.Read() is ActRefused && hub.XB.Notices.Count(m => m.Type == nameof(ActRefused)) == bad.Length ? n : null, Cancelled);
        Assert.All(hub.XB.Notices.Select(n => n.Read()).OfType<ActRefused>(), r => Assert.Equal(RefusalCode.NotAuthentic, r.Code));
        Assert.DoesNotContain(await adapters.All(Cancelled), a => a.MissingKey is not null);

        // However often it is said, it is noted once, answered by nobody, set aside nowhere, and changes no request.
        var (before, waiting, told) = (await Body(), await quarantine.Page(null, null, null, null, 100, Cancelled), hub.XB.Notices.Count);
        Assert.Equal(1000, await hub.XB.Post(Enumerable.Repeat(Says("XB", KeyOf("XB")), 1000), Cancelled));
        await Standing(a => a.MissingKey is not null);
        // What comes behind a thousand of them on the same way is taken as ever, and is no sign of life.
        Assert.IsType<ActAccepted>(await hub.XB.Send(hub.XA, requestId, new NoteSent { Subject = "Office hours" }, Cancelled, new Explanation { Text = "Closed on Friday." }));
        var standing = await Standing(a => a.MissingKey is not null);
        Assert.Equal((KeyOf("XB"), null), (standing.MissingKey, standing.SilentSince));
        Assert.Equal(waiting.Count, (await quarantine.Page(null, null, null, null, 100, Cancelled)).Count);
        Assert.Equal(told + 1, hub.XB.Notices.Count);
        var verdict = (await Board(hub.Keys)).Lines.Single(l => l.RequestId == requestId).Verdict;
        Assert.Equal((Cause.MissingKey, Owner.Adapter, "XB", "adapter-key-missing"), (verdict.Cause, verdict.Owner, verdict.State, verdict.WhatCode));
        Assert.Equal(before, await Body());

        Assert.True(await hub.XB.Post(hub.XB.Report(), Cancelled));
        await Standing(a => a.MissingKey is null && a.HeardAt is not null);
        Assert.DoesNotContain((await Board(hub.Keys)).Lines, l => l.RequestId == requestId);

        async Task<string> Body() => (await hub.Services.GetRequiredService<HubReads>().Request(requestId, Cancelled))!.Request.State;

        async Task<AdapterStanding> Standing(Func<AdapterStanding, bool> wanted)
        {
            var started = TimeProvider.System.GetTimestamp();
            while (true)
            {
                if ((await adapters.All(Cancelled)).FirstOrDefault(a => a.State == "XB" && wanted(a)) is { } found)
                    return found;
                Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "the hub has not noted what XB said");
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
            }
        }
    }

    [Fact]
    public async Task A_worker_with_nothing_to_do_says_that_it_lives()
    {
        var (processes, started) = (hub.Services.GetRequiredService<HubProcesses>(), TimeProvider.System.GetTimestamp());
        DateTimeOffset? beat;
        while ((beat = await processes.LastBeat(Cancelled)) is null)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "the worker has given no sign of life");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        }

        Assert.Null(await processes.SilentSince(beat.Value + HubProcesses.Patience, Cancelled));
        Assert.Equal(beat, await processes.SilentSince(beat.Value + HubProcesses.Patience + TimeSpan.FromSeconds(1), Cancelled));
    }

    [Fact]
    public async Task A_hub_that_cannot_begin_for_want_of_its_key_leaves_word_of_it_for_the_console()
    {
        var options = new HubOptions { Database = hub.Database, Region = hub.Region, PublicKeys = hub.PublicKeys, SigningKey = "/nowhere/hub.jwk" };

        Assert.Throws<InvalidConfigurationException>(() => Host.CreateApplicationBuilder().AddHub(options, new InProcessExchange()));

        var ending = await hub.Services.GetRequiredService<HubEndings>().Last(Cancelled);
        Assert.Equal((HubEnding.Key, true), (ending?.Cause, ending?.Why.Contains("'/nowhere/hub.jwk'", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_hub_that_begins_gives_each_adapter_as_long_as_ever_to_report()
    {
        await hub.Down();
        await using var database = Database.Open(hub.Database, TimeProvider.System);
        var (adapters, began) = (new AdapterRegister(database), TimeProvider.System.GetUtcNow());
        await adapters.Heard("XB", new() { State = "XB", At = began.AddHours(-1), Version = "1", OutboxWaiting = 0, Quarantined = 0, Incomplete = 0, EverySeconds = 600 }, began.AddHours(-1), Cancelled);

        await hub.Up(Cancelled);

        var started = TimeProvider.System.GetTimestamp();
        while (!(await new HubProcesses(database).LastBeat(Cancelled) >= began))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "the worker has given no sign of life");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        }
        await hub.Services.GetServices<IHostedService>().OfType<Watch>().Single().Round(Cancelled);
        var standing = (await adapters.All(Cancelled)).Single(a => a.State == "XB");
        Assert.Null(standing.SilentSince);
        Assert.True(standing.ExpectedBy >= began.AddMinutes(30), $"{standing.ExpectedBy}");
    }

    [Fact]
    public async Task An_act_sent_twice_has_one_effect_and_gets_its_first_result_again()
    {
        var submitted = hub.XA.Make(hub.XB, requestId, Sample.Submitted(), Sample.Particulars());
        await hub.XA.Send(submitted, Cancelled);
        Assert.True(await hub.XA.Post(hub.XA.Sign(submitted), Cancelled));
        var again = await hub.XA.Told(n => n.Read() is ActAccepted { Duplicate: true } a ? a : null, Cancelled);

        Assert.Equal(submitted.Header.ActId, again.ActId);
        Assert.Single(await Acts(requestId));
        Assert.Single(hub.XB.Notices, n => n.Type == nameof(ActDelivered));
    }

    [Fact]
    public async Task A_cost_is_entered_with_the_act_that_names_it_and_never_twice()
    {
        var figures = hub.Services.GetRequiredService<HubFigures>();
        await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars());
        await hub.XB.Send(hub.XA, requestId, new RequestAcknowledged { TheirReference = "XB-7", CompetentAuthority = "XB-CA" }, Cancelled);
        var notice = hub.XB.Make(hub.XA, requestId, new CostNoticeGiven { Amount = 1200.50m, Currency = "EUR", Breakdown = ["Laboratory"] });
        await hub.XB.Send(notice, Cancelled);
        Assert.True(await hub.XB.Post(hub.XB.Sign(notice), Cancelled));
        await hub.XB.Told(n => n.Read() is ActAccepted { Duplicate: true } a ? a : null, Cancelled);
        Assert.Equal((1200.50m, 0m, 1200.50m), await Total());

        await hub.XA.Send(hub.XB, requestId, new CostAnswered { Answer = CostAnswer.Agreed, RequestingSharePercent = 40 }, Cancelled);

        Assert.Equal((1200.50m, 480.20m, 0m), await Total());
        var entries = await figures.CostsOf(requestId, Cancelled);
        Assert.Equal([-1200.50m, 1200.50m, 1200.50m], entries.Select(e => e.Amount).Order());
        Assert.Equal(notice.Header.ActId, Assert.Single(entries, e => e.Reserved > 0).ActId);
        Assert.Empty(await figures.Costs(new(2026, 4, 1), new(2026, 5, 1), Cancelled));

        // Hours come with what is reported, and go with it.
        var day = DateOnly.FromDateTime(hub.Time.GetUtcNow().UtcDateTime);
        var first = hub.XB.Make(hub.XA, requestId, new CostReported { Kind = CostKind.Execution, On = day, Amount = 10, Currency = "EUR", Hours = 6.5m });
        Assert.IsType<ActAccepted>(await hub.XB.Send(first, Cancelled));
        var replaced = new CostReported { Kind = CostKind.Execution, On = day, Amount = 10, Currency = "EUR", Hours = 2.25m, InsteadOf = first.Header.ActId };
        Assert.IsType<ActAccepted>(await hub.XB.Send(hub.XA, requestId, replaced, Cancelled));
        Assert.Equal([-6.5m, 2.25m, 6.5m], (await figures.CostsOf(requestId, Cancelled)).Where(e => e.Hours != 0).Select(e => e.Hours).Order());

        async Task<(decimal, decimal, decimal)> Total() => Assert.Single(await figures.Costs(new(2026, 3, 1), new(2026, 4, 1), Cancelled)) is var t
            ? (t.Amount / 100m, t.RequestingBears / 100m, t.Reserved / 100m) : default;
    }

    [Fact]
    public async Task An_act_that_overtook_its_predecessor_waits_for_it()
    {
        await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars());
        var acknowledged = hub.XB.Make(hub.XA, requestId, new RequestAcknowledged { TheirReference = "XB-7", CompetentAuthority = "XB-CA" });
        var asked = hub.XB.Make(hub.XA, requestId, new InformationRequested { Gaps = ["Date of the hearing"] });

        Assert.True(await hub.XB.Post(hub.XB.Sign(asked), Cancelled));
        Assert.True(await hub.XB.Post(hub.XB.Sign(acknowledged), Cancelled));

        Assert.IsType<ActAccepted>(await hub.XB.Answer(acknowledged.Header.ActId, Cancelled));
        var accepted = Assert.IsType<ActAccepted>(await hub.XB.Answer(asked.Header.ActId, Cancelled));
        Assert.Equal("InformationPending", accepted.Standing.State);
    }

    [Fact]
    public async Task An_act_of_an_unknown_request_is_answered()
    {
        var refused = Assert.IsType<ActRefused>(await hub.XB.Send(hub.XA, requestId, new StatusAsked(), Cancelled));
        Assert.Equal(RefusalCode.UnknownRequest, refused.Code);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task What_cannot_be_accepted_is_set_aside_and_answered_and_the_next_act_goes_through(string what, RefusalCode code)
    {
        var good = hub.XA.Make(hub.XB, requestId, Sample.Submitted(), Sample.Particulars());
        Assert.True(await hub.XA.Post(Spoil(what, good), Cancelled));
        var refused = await hub.XA.Told(n => n.Read() as ActRefused, Cancelled);
        Assert.Equal(code, refused.Code);
        Assert.False(string.IsNullOrWhiteSpace(refused.Reason));
        var waiting = Assert.Single(await hub.Services.GetRequiredService<Quarantine>().Page(null, null, null, null, 10, Cancelled));
        Assert.Equal(code.ToString(), waiting.Code);
        Assert.False(string.IsNullOrWhiteSpace(waiting.Fix));
        // Each is mended in its own way, and grouped by it: another key helps nobody whose document cannot be read.
        var (place, remedy) = what switch
        {
            "not JSON" or "empty" or "deep" => (nameof(NotAuthenticReason.Malformed), "one JSON object"),
            "members missing" => (nameof(NotAuthenticReason.WrongMembers), "payload, protected and signature"),
            "short signature" => (nameof(NotAuthenticReason.SignatureMalformed), "64 bytes"),
            "broken signature" => (nameof(NotAuthenticReason.WrongSignature), "the key that kid names"),
            "another state's key" => (nameof(NotAuthenticReason.WrongOwner), "Sign with a key of XA"),
            _ => (waiting.Place, ""),
        };
        Assert.Equal(place, waiting.Place);
        Assert.Contains(remedy, waiting.Fix, StringComparison.Ordinal);

        var next = hub.XA.Make(hub.XB, Guid.NewGuid(), Sample.Submitted("XA-2026-000002"), Sample.Particulars());
        Assert.IsType<ActAccepted>(await hub.XA.Send(next, Cancelled));
    }

    public static TheoryData<string, RefusalCode> Hostile => new()
    {
        { "not JSON", RefusalCode.NotAuthentic },
        { "empty", RefusalCode.NotAuthentic },
        { "deep", RefusalCode.NotAuthentic },
        { "members missing", RefusalCode.NotAuthentic },
        { "short signature", RefusalCode.NotAuthentic },
        { "broken signature", RefusalCode.NotAuthentic },
        { "another state's key", RefusalCode.NotAuthentic },
        { "another state's name", RefusalCode.NotAuthentic },
        { "number zero", RefusalCode.InvalidContent },
        { "unknown type", RefusalCode.UnknownAct },
        { "payload is an array", RefusalCode.InvalidContent },
    };

    [Fact]
    public async Task A_document_of_two_megabytes_holds_nobody_up()
    {
        // Without a broker the edge refuses it and says so; a broker with its limit set does not take it in the first place.
        if (await hub.XA.Post(new byte[2 * 1024 * 1024], Cancelled))
            Assert.Equal(RefusalCode.TooLarge, (await hub.XA.Told(n => n.Read() as ActRefused, Cancelled)).Code);
        Assert.IsType<ActAccepted>(await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars()));
    }

    [Fact]
    public async Task Names_that_the_contract_does_not_have_make_no_groups_of_faults()
    {
        foreach (var stray in new[] { "Quillfeather", "Quill.feather", new string('q', 2_000) })
            foreach (var into in new[] { "{", "\"header\":{" })
            {
                var act = JsonSerializer.Serialize(hub.XA.Make(hub.XB, Guid.NewGuid(), Sample.Submitted(), Sample.Particulars()), Wire.Json);
                var broken = act.Insert(act.IndexOf(into, StringComparison.Ordinal) + into.Length, $"\"{stray}\":tru,");
                Assert.True(await hub.XA.Post(Signing.Serialize(Signing.Sign(Encoding.UTF8.GetBytes(broken), DocumentTypes.Act, hub.XA.SigningKey)), Cancelled));
            }
        var mistyped = JsonSerializer.Serialize(hub.XA.Make(hub.XB, Guid.NewGuid(), Sample.Submitted(), Sample.Particulars()), Wire.Json);
        mistyped = System.Text.RegularExpressions.Regex.Replace(mistyped, "\"sequence\":[0-9]+", "\"sequence\":\"one\"");
        Assert.True(await hub.XA.Post(Signing.Serialize(Signing.Sign(Encoding.UTF8.GetBytes(mistyped), DocumentTypes.Act, hub.XA.SigningKey)), Cancelled));
        var quarantine = hub.Services.GetRequiredService<Quarantine>();
        await hub.XA.Told(n => n.Read() is ActRefused refused && refused.Reason.Contains("header.sequence", StringComparison.Ordinal) ? refused : null, Cancelled);

        var waiting = await quarantine.Page(null, null, null, null, 10, Cancelled);
        Assert.Equal(7, waiting.Count);
        Assert.All(waiting, m => Assert.InRange(m.Reason.Length, 1, 300));
        Assert.Equal(["$.*", "$.header.*", "$.header.sequence"], (await quarantine.Faults([], 10, Cancelled)).Select(g => g.Place).Order(StringComparer.Ordinal));
    }

    byte[] Spoil(string what, Act good)
    {
        switch (what)
        {
            case "not JSON":
                return "Dear colleagues, please find attached"u8.ToArray();
            case "empty":
                return [];
            case "deep":
                return Encoding.UTF8.GetBytes(new string('[', 100_000));
            case "members missing":
                return """{"payload":"e30"}"""u8.ToArray();
            case "short signature":
                return JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize<SignedDocument>(hub.XA.Sign(good), Wire.Json)! with { Signature = "AAAA" }, Wire.Json);
            case "broken signature":
                var signed = JsonSerializer.Deserialize<SignedDocument>(hub.XA.Sign(good), Wire.Json)!;
                return JsonSerializer.SerializeToUtf8Bytes(signed with { Signature = (signed.Signature[0] == 'A' ? 'B' : 'A') + signed.Signature[1..] }, Wire.Json);
            case "another state's key":
                return hub.XB.Sign(good);
            case "another state's name":
                return hub.XA.Sign(good with { Header = good.Header with { Sender = new Party { State = "XB", Authority = "XB-CA" } } });
            case "number zero":
                return hub.XA.Sign(good with { Header = good.Header with { Sequence = 0 } });
            case "unknown type":
                return hub.XA.Sign(good with { Type = "ExecuteSurrender" });
            default:
                return Signing.Serialize(Signing.Sign("[1,2,3]"u8, DocumentTypes.Act, hub.XA.SigningKey));
        }
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_a_conflict_and_the_first_stands()
    {
        var first = hub.XA.Make(hub.XB, requestId, Sample.Submitted(), Sample.Particulars());
        await hub.XA.Send(first, Cancelled);
        var other = hub.XA.Make(hub.XB, requestId, Sample.Submitted("XA-2026-000099"), Sample.Particulars());
        Assert.True(await hub.XA.Post(hub.XA.Sign(other with { Header = other.Header with { ActId = first.Header.ActId } }), Cancelled));
        Assert.Equal(RefusalCode.Conflict, (await hub.XA.Told(n => n.Read() as ActRefused, Cancelled)).Code);
        var sequence = hub.XA.Make(hub.XB, requestId, new StatusAsked());
        Assert.True(await hub.XA.Post(hub.XA.Sign(sequence with { Header = sequence.Header with { Sequence = first.Header.Sequence } }), Cancelled));
        Assert.Equal(RefusalCode.Conflict, (await hub.XA.Told(n => n.Read() is ActRefused r && r.ActId == sequence.Header.ActId ? r : null, Cancelled)).Code);
        Assert.Single(await Acts(requestId));
    }

    [Fact]
    public async Task Silence_climbs_the_ladder_level_by_level_to_the_diplomatic_note()
    {
        await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars());
        for (var day = 0; day < 14; day++)
        {
            hub.Time.Advance(TimeSpan.FromDays(1));
            await Settled();
        }
        var note = await hub.XA.Told(n => n.Read() is EscalationNotice { Level: 4 } e ? e : null, Cancelled);
        Assert.NotNull(note.DocumentHtml);
        await hub.XB.Told(n => n.Read() is EscalationNotice { Level: 4 } e ? e : null, Cancelled);
        var levels = hub.XB.Notices.Select(n => n.Read()).OfType<EscalationNotice>().Where(e => e.Deadline.RuleId == note.Deadline.RuleId).Select(e => e.Level).ToArray();
        Assert.Equal([2, 3, 4], levels);
        Assert.Contains(hub.XB.Notices, n => n.Read() is OverdueNotice { ReasonWanted: true });
        Assert.Equal([50, 80], hub.XB.Notices.Select(n => n.Read()).OfType<ReminderNotice>().Where(r => r.Deadline.RuleId == note.Deadline.RuleId).Select(r => r.PercentPassed).ToArray());
        var file = await hub.Services.GetRequiredService<HubReads>().Request(requestId, Cancelled);
        Assert.Single(file!.Documents, d => d.Kind == "DiplomaticNote");
    }

    [Fact]
    public async Task An_emergency_overtakes_a_thousand_routine_acts_that_wait_for_a_state()
    {
        await hub.XB.Leave();
        var emergency = await hub.XA.SendAThousandAndAnEmergency(hub.XB, Cancelled);
        await hub.XA.Told(_ => hub.XA.Notices.Count(n => n.Type == nameof(ActAccepted)) > 1000 ? "" : null, Cancelled);
        await hub.Listen(hub.XB, Cancelled);
        // What could not be sent is tried again after a pause; what was under way to nobody just then, after another.
        for (var pauses = 0; pauses < 30 && hub.XB.Notices.Count(n => n.Type == nameof(ActDelivered)) <= 1000;)
            if (pauses == 0 || !await hub.XB.More(Cancelled))
            {
                pauses++;
                hub.Time.Advance(TimeSpan.FromMinutes(1));
            }

        Assert.Equal(1001, hub.XB.Notices.Count(n => n.Type == nameof(ActDelivered)));
        // What the routine lane had handed over at once, before the urgent one was asked.
        Assert.InRange(hub.XB.Before(emergency)!.Value, 0, 200);
    }

    [Fact]
    public async Task A_hub_that_was_down_while_limits_passed_brings_them_all_when_it_is_up_again()
    {
        await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars());
        await hub.Restart(Cancelled);
        hub.Time.Advance(TimeSpan.FromDays(30));
        await Settled();
        await hub.XA.Told(n => n.Read() is EscalationNotice { Level: 5, Deadline.RuleId: "EIO-A1" } e ? e : null, Cancelled);
        var levels = hub.XA.Notices.Select(n => n.Read()).OfType<EscalationNotice>().Where(e => e.Deadline.RuleId == "EIO-A1").Select(e => e.Level).ToArray();
        Assert.Equal([2, 3, 4, 5], levels);
    }

    [Fact]
    public async Task A_dispute_is_opened_with_what_causes_it_and_three_parties_speak_in_it()
    {
        await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars());
        await hub.XB.Told(n => n.Read() as ActDelivered, Cancelled);
        await hub.XA.Send(hub.XB, requestId, new DisputeRaised { Article = "Article 16(1)", Claim = "No receipt" }, Cancelled);
        Notice told = null!;
        foreach (var party in new[] { hub.XA, hub.XB, hub.XZ })
            told = await party.Told(n => n.Read() is DisputeNotice { Level: 5 } d && d.OfRequestId == requestId ? n : null, Cancelled);
        var dispute = told.Header.RequestId!.Value;

        // The one that is complained about says that there is no agreement; the body appoints; both hear the body.
        await hub.XB.Send(hub.XA, dispute, new AgreementFailed { Reason = "None" }, Cancelled);
        var copy = await hub.XZ.Told(n => n.Header.RequestId == dispute && n.Read() is ActDelivered { From: "XB" } d ? d : null, Cancelled);
        Assert.Equal("MediationPending", copy.Standing.State);
        Assert.Contains(nameof(MediatorAppointed), copy.Standing.YouMay);
        Assert.IsType<ActAccepted>(await hub.XZ.Send(hub.XA, dispute, new MediatorAppointed { Mediator = "XZ-MED1" }, Cancelled));
        foreach (var party in new[] { hub.XA, hub.XB })
            Assert.Equal("Mediation", (await party.Told(n => n.Header.RequestId == dispute && n.Read() is ActDelivered { From: "XZ" } d ? d : null, Cancelled)).Standing.State);

        var file = await hub.Services.GetRequiredService<HubReads>().Request(dispute, Cancelled);
        Assert.Equal(("Dispute", 6L), (file!.Request.Procedure, (long)file.Request.Level));
        Assert.Contains(file.Facts, f => f.Kind == "DisputeOpened");
    }

    [Fact]
    public async Task A_hold_agreed_in_a_dispute_freezes_the_limits_of_the_request_until_it_is_ended()
    {
        await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars());
        await hub.XA.Send(hub.XB, requestId, new DisputeRaised { Article = "Article 16(1)", Claim = "No receipt" }, Cancelled);
        var dispute = (await hub.XB.Told(n => n.Read() is DisputeNotice { Level: 5 } d && d.OfRequestId == requestId ? n : null, Cancelled)).Header.RequestId!.Value;
        var until = DateOnly.FromDateTime(hub.Time.GetUtcNow().UtcDateTime).AddDays(60);
        await hub.XA.Send(hub.XB, dispute, new HoldProposed { Until = until, Reason = "Talks" }, Cancelled);
        await hub.XB.Send(hub.XA, dispute, new HoldAgreed(), Cancelled);
        await Settled();
        foreach (var party in new[] { hub.XA, hub.XB })
            await party.Told(n => n.Header.RequestId == requestId && n.Read() is StatusReport r && r.Standing.Deadlines.Any() && r.Standing.Deadlines.All(d => d.HeldSince is not null) ? n : null, Cancelled);

        for (var day = 0; day < 40; day += 5)
        {
            hub.Time.Advance(TimeSpan.FromDays(5));
            await Settled();
        }
        Assert.Empty(Overdue());

        await hub.XA.Send(hub.XB, dispute, new HoldEnded { Reason = "Over" }, Cancelled);
        await Settled();
        var report = await hub.XB.Told(
            n => n.Header.RequestId == requestId && n.Read() is StatusReport r && r.Standing.Deadlines.Any(d => d.RuleId == "EIO-A1" && d.Due is not null) ? r : null, Cancelled);
        hub.Time.Advance(report.Standing.Deadlines.Single(d => d.RuleId == "EIO-A1").Due!.Value + TimeSpan.FromSeconds(1) - hub.Time.GetUtcNow());
        await Settled();
        await hub.XB.Told(_ => Overdue().Length == 1 ? "" : null, Cancelled);

        OverdueNotice[] Overdue() => [.. hub.XB.Notices.Where(n => n.Header.RequestId == requestId).Select(n => n.Read()).OfType<OverdueNotice>().Where(o => o.Deadline.RuleId == "EIO-A1")];
    }

    [Fact]
    public async Task The_end_of_the_follow_up_reaches_the_preservation_that_waits_for_it()
    {
        var kept = Guid.NewGuid();
        await hub.XA.Send(hub.XB, kept, LiaisonHub.Tests.Casework.PreservationCourse.Requested, Cancelled,
            new PreservationParticulars { Text = "Account taken over", Sought = "Log-in records", Necessity = "Deleted after thirty days" });
        await hub.XB.Send(hub.XA, kept, new RequestAcknowledged { TheirReference = "XB-7", CompetentAuthority = "XB-CA" }, Cancelled);
        await hub.XB.Send(hub.XA, kept, new PreservationConfirmed { SnapshotDigest = new('b', 64), KeptUntil = DateOnly.FromDateTime(hub.Time.GetUtcNow().UtcDateTime).AddDays(90) }, Cancelled);
        // Named before it has come.
        Assert.IsType<ActAccepted>(await hub.XA.Send(hub.XB, kept, new FollowUpConfirmed { FollowUpRequestId = requestId }, Cancelled));
        await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars());
        await hub.XB.Send(hub.XA, requestId, new RequestAcknowledged { TheirReference = "XB-8", CompetentAuthority = "XB-CA" }, Cancelled);
        await Settled();
        await hub.XA.Told(n => n.Header.RequestId == kept && n.Read() is StatusReport r && r.Standing.Deadlines.Any(d => d.RuleId == "BUD-R1") ? r : null, Cancelled);

        await hub.XA.Send(hub.XB, requestId, new RequestWithdrawn { Reason = "Proceedings closed" }, Cancelled);
        await hub.XB.Send(hub.XA, requestId, new StopConfirmed { Results = ResultsFate.None }, Cancelled);
        await Settled();
        foreach (var party in new[] { hub.XA, hub.XB })
            await party.Told(n => n.Header.RequestId == kept && n.Read() is StatusReport { Standing.State: "Releasing" } r ? r : null, Cancelled);
    }

    [Fact]
    public async Task Of_two_requests_of_a_group_that_wait_for_the_same_commit_the_second_is_decided_on_what_the_first_has_become()
    {
        await hub.Listen(hub.XC, Cancelled);
        var group = Guid.NewGuid();
        Guid[] ids = [Guid.NewGuid(), Guid.NewGuid()];
        foreach (var (party, id) in new[] { (hub.XB, ids[0]), (hub.XC, ids[1]) })
        {
            var act = hub.XA.Make(party, id, LiaisonHub.Tests.Casework.AssetRecoveryCourse.Confiscate with { FinalOn = new(2026, 1, 5) }, new AssetParticulars { Text = "As the court has decided" });
            Assert.IsType<ActAccepted>(await hub.XA.Send(act with { Header = act.Header with { CaseGroupId = group } }, Cancelled));
        }
        T Of<T>() where T : notnull => hub.Services.GetRequiredService<T>();
        using var commit = new GroupCommit(Of<LiaisonHub.Storage.Database>(), Of<RequestStore>(), Of<NoticeWriter>(), Of<OutboxSignal>(), Microsoft.Extensions.Logging.Abstractions.NullLogger<GroupCommit>.Instance);
        var seen = new System.Collections.Concurrent.ConcurrentQueue<long>();
        // Both wait before anybody commits.
        var both = ids.Select(id => commit.Run(new Work { RequestId = id }, loaded =>
        {
            seen.Enqueue(Assert.Single(loaded.Group).Version);
            return Task.FromResult<Outcome?>(new(new Change { Work = loaded.Work, Request = loaded.Request, ExpectedVersion = loaded.Request!.Version }, []));
        }, Cancelled)).ToList();

        await commit.StartAsync(Cancelled);
        await Task.WhenAll(both);
        await commit.StopAsync(Cancelled);

        Assert.Equal([1, 2], seen);
    }

    [Fact]
    public async Task A_state_that_is_asked_beside_others_has_the_request_in_its_list_once_with_what_is_due_until_it_is_closed()
    {
        await hub.Listen(hub.XC, Cancelled);
        var reads = hub.Services.GetRequiredService<HubReads>();
        Task<IReadOnlyList<RequestLine>> Of(string state, bool closed) => reads.RequestsPage(new RequestFilter { RequestedState = state, Closed = closed }, null, 10, Cancelled);
        // What is due first stands first, although its id is the last.
        Guid[] ids = [new("f0000000-0000-4000-8000-000000000001"), new("a0000000-0000-4000-8000-000000000001"), new("10000000-0000-4000-8000-000000000001")];
        foreach (var id in ids)
        {
            Assert.IsType<ActAccepted>(
                await hub.XA.Send(hub.XB, id, LiaisonHub.Tests.Casework.JointInvestigationCourse.Proposal with { Members = [new() { State = "XC", Authority = "XC-CA" }] }, Cancelled));
            hub.Time.Advance(TimeSpan.FromDays(1));
        }
        foreach (var state in new[] { "XB", "XC" })
            Assert.Equal(ids, (await Of(state, closed: false)).Select(l => l.RequestId));

        foreach (var party in new[] { hub.XB, hub.XC })
            Assert.IsType<ActAccepted>(await party.Send(hub.XA, ids[0], new InvitationAnswered { Joins = false, Reasons = "No proceedings here" }, Cancelled));

        foreach (var state in new[] { "XB", "XC" })
        {
            Assert.Equal(ids[1..], (await Of(state, closed: false)).Select(l => l.RequestId));
            Assert.Equal(ids[0], Assert.Single(await Of(state, closed: true)).RequestId);
        }
    }

    [Fact]
    public async Task Two_states_that_confiscate_at_the_same_instant_do_not_confiscate_more_than_is_sought_in_all()
    {
        await hub.Listen(hub.XC, Cancelled);
        var today = DateOnly.FromDateTime(hub.Time.GetUtcNow().UtcDateTime);
        for (var round = 0; round < 5; round++)
        {
            var group = Guid.NewGuid();
            var asked = new Dictionary<Participant, Guid> { [hub.XB] = Guid.NewGuid(), [hub.XC] = Guid.NewGuid() };
            foreach (var (party, id) in asked)
            {
                var confiscate = LiaisonHub.Tests.Casework.AssetRecoveryCourse.Confiscate with { OtherStates = [party == hub.XB ? "XC" : "XB"], FinalOn = today };
                var act = hub.XA.Make(party, id, confiscate, new AssetParticulars { Text = "As the court has decided" });
                Assert.IsType<ActAccepted>(await hub.XA.Send(act with { Header = act.Header with { CaseGroupId = group } }, Cancelled));
                Assert.IsType<ActAccepted>(await party.Send(hub.XA, id, LiaisonHub.Tests.Casework.Usual.Recognised, Cancelled));
            }

            var answers = await Task.WhenAll(asked.Select(a => a.Key.Send(hub.XA, a.Value, new AssetsConfiscated { On = today, Proceeds = 150_000 }, Cancelled)));

            Assert.Single(answers.OfType<ActAccepted>());
            Assert.Contains("confiscated elsewhere: X", Assert.Single(answers.OfType<ActRefused>()).Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_state_that_holds_a_copy_is_asked_by_the_hub_and_what_it_confirms_closes_the_correction_it_has_no_part_in()
    {
        await hub.Listen(hub.XC, Cancelled);
        var wrong = LiaisonHub.Tests.Casework.CorrectionCourse.Acknowledgement;
        Assert.IsType<ActAccepted>(await hub.XA.Send(hub.XB, requestId, wrong, Cancelled));
        await hub.XA.Send(hub.XB, requestId, new ErrorAssessed { Holders = ["XA-CA", "XC-CA"], PersonAffected = false, PersonDetained = false, EvidenceUsed = false }, Cancelled);
        await hub.XA.Send(hub.XB, requestId, LiaisonHub.Tests.Casework.CorrectionCourse.NewVersion, Cancelled);
        var notice = await hub.XC.Told(n => n.Read() is HeldCopyNotice h && h.OfRequestId == requestId ? n : null, Cancelled);
        var (copy, told) = (notice.Header.RequestId!.Value, Assert.IsType<HeldCopyNotice>(notice.Read()));
        Assert.Equal(("XC-CA", nameof(CopyConfirmed)), (told.Holder, Assert.Single(told.Standing.YouMay.Intersect([nameof(CopyConfirmed)]))));

        // In the correction itself the holder's state has no say; in the request about its copy it has.
        Assert.Equal(RefusalCode.UnknownRequest, Assert.IsType<ActRefused>(await hub.XC.Send(hub.XA, requestId, new CopyConfirmed { Holder = "XC-CA", Done = CopyFate.Replaced }, Cancelled)).Code);
        await hub.XA.Send(hub.XB, requestId, new CopyConfirmed { Holder = "XA-CA", Done = CopyFate.Replaced }, Cancelled);
        Assert.IsType<ActAccepted>(await hub.XC.Send(hub.XA, copy, new CopyConfirmed { Holder = "XC-CA", Done = CopyFate.Replaced }, Cancelled));
        await Settled();

        foreach (var party in new[] { hub.XA, hub.XB })
            await party.Told(n => n.Header.RequestId == requestId && n.Read() is StatusReport { Standing.State: "Closed.Corrected" } r ? r : null, Cancelled);
        Assert.Equal("Closed.Confirmed", (await hub.Services.GetRequiredService<HubReads>().Request(copy, Cancelled))!.Request.State);
        Assert.DoesNotContain(hub.XC.Notices, n => n.Header.RequestId == requestId && n.Type != nameof(ActRefused));
    }

    [Fact]
    public async Task Of_three_states_each_hears_the_others_gives_its_own_receipts_and_is_reminded_of_its_own_silence_alone()
    {
        await hub.Listen(hub.XC, Cancelled);
        var proposed = hub.XA.Make(hub.XB, requestId, new JointInvestigationProposed
        {
            Instrument = "JIT",
            Reference = "XA-2026-000601",
            Members = [new() { State = "XC", Authority = "XC-CA" }],
            Aims = "Find out who runs the network",
            Months = 12,
            Offences = [new OffenceFact { ListOffence = "fraud", LongestPenaltyMonths = 60 }],
        });
        Assert.IsType<ActAccepted>(await hub.XA.Send(proposed, Cancelled));
        Assert.Equal("XB", (await Delivered(hub.XB, proposed.Header.ActId)).Standing.YourMember);
        Assert.Equal(["XB", "XC"], (await Delivered(hub.XC, proposed.Header.ActId)).Standing.Members!.Select(m => m.State));

        // What one member does reaches the one that leads and the other member, as a copy.
        var joined = hub.XB.Make(hub.XA, requestId, new InvitationAnswered { Joins = true, LegalBasis = "Article 41" });
        Assert.IsType<ActAccepted>(await hub.XB.Send(joined, Cancelled));
        Assert.True(await hub.XB.Post(hub.XB.Sign(joined), Cancelled));
        await hub.XB.Told(n => n.Read() is ActAccepted { Duplicate: true } a ? a : null, Cancelled);
        Assert.Null((await Delivered(hub.XA, joined.Header.ActId)).From);
        Assert.Equal("XB", (await Delivered(hub.XC, joined.Header.ActId)).From);
        Assert.Equal(2, (await Acts(requestId)).Count);

        // Each gives its own receipt; the maker hears of both.
        foreach (var (from, to, reached) in new[] { (hub.XC, hub.XA, ReceiptStage.Opened), (hub.XA, hub.XB, ReceiptStage.Delivered) })
            Assert.True(await from.Post(from.Sign(from.Make(to, requestId, new ReceiptGiven { OfActId = joined.Header.ActId, Stage = reached })), Cancelled));
        foreach (var stage in new[] { ReceiptStage.Opened, ReceiptStage.Delivered })
            await hub.XB.Told(n => n.Read() is ReceiptNotice r && r.OfActId == joined.Header.ActId && r.Stage == stage ? r : null, Cancelled);
        var file = await hub.Services.GetRequiredService<HubReads>().Request(requestId, Cancelled);
        Assert.Equal([("XA", false), ("XC", true)], file!.Receipts.Where(r => r.OfActId == joined.Header.ActId).Select(r => (r.ToState, r.OpenedAt != null)).Order());

        // The silent one alone is reminded, and the one that leads.
        hub.Time.Advance(TimeSpan.FromDays(12));
        foreach (var party in new[] { hub.XC, hub.XA })
            Assert.Equal("XC", (await party.Told(n => n.Read() as ReminderNotice, Cancelled)).Deadline.Member);
        Assert.DoesNotContain(hub.XB.Notices, n => n.Type == nameof(ReminderNotice));
    }

    [Fact]
    public async Task The_go_looks_at_the_request_on_which_a_state_works()
    {
        var rights = LiaisonHub.Tests.Casework.Usual.RightsCheck;
        var (group, asked) = (Guid.NewGuid(), Guid.NewGuid());
        Act Grouped(Act act) => act with { Header = act.Header with { CaseGroupId = group } };
        Assert.IsType<ActAccepted>(await hub.XA.Send(Grouped(hub.XA.Make(hub.XB, asked, Sample.Submitted(), Sample.Particulars())), Cancelled));
        var announced = LiaisonHub.Tests.Casework.JointActionCourse.Announcement with
        {
            Members = [],
            ReadyBy = hub.Time.GetUtcNow().AddDays(3),
            ActionAt = hub.Time.GetUtcNow().AddDays(4),
            Zone = "Etc/UTC",
        };
        Assert.IsType<ActAccepted>(await hub.XA.Send(Grouped(hub.XA.Make(hub.XB, requestId, announced)), Cancelled));
        Assert.IsType<ActAccepted>(await hub.XB.Send(hub.XA, requestId, new InvitationAnswered { Joins = true }, Cancelled));
        Assert.IsType<ActAccepted>(await hub.XB.Send(hub.XA, requestId, new ReadinessReported { Ready = true, RightsCheck = rights, OnRequestId = asked }, Cancelled));
        Assert.StartsWith("Not recognised: ", Assert.IsType<ActRefused>(await hub.XA.Send(hub.XB, requestId, new GoGiven { RightsCheck = rights }, Cancelled)).Reason, StringComparison.Ordinal);

        Assert.IsType<ActAccepted>(await hub.XB.Send(hub.XA, asked, LiaisonHub.Tests.Casework.Usual.Acknowledged, Cancelled));
        Assert.IsType<ActAccepted>(await hub.XB.Send(hub.XA, asked, LiaisonHub.Tests.Casework.Usual.Recognised, Cancelled));
        Assert.IsType<ActAccepted>(await hub.XA.Send(hub.XB, requestId, new GoGiven { RightsCheck = rights }, Cancelled));
    }

    [Fact]
    public async Task A_state_that_is_admitted_later_is_shown_the_agreement_signs_by_joining_and_hears_whatever_comes_after()
    {
        await hub.Listen(hub.XC, Cancelled);
        var rights = LiaisonHub.Tests.Casework.Usual.RightsCheck;
        var draft = LiaisonHub.Tests.Casework.JointInvestigationCourse.Draft;
        var newcomer = new Party { State = "XC", Authority = "XC-CA" };
        foreach (var (from, to, content) in new (Participant, Participant, object)[]
        {
            (hub.XA, hub.XB, LiaisonHub.Tests.Casework.JointInvestigationCourse.Proposal with { Members = [] }),
            (hub.XB, hub.XA, new InvitationAnswered { Joins = true, LegalBasis = "Article 41" }),
            (hub.XA, hub.XB, draft),
            (hub.XB, hub.XA, new JointAgreementSigned { RightsCheck = rights }),
            (hub.XA, hub.XB, new JointChangeProposed { Change = JointChange.Membership, Member = newcomer, Reason = "Proceedings there too" }),
            (hub.XB, hub.XA, new JointChangeAnswered { Consents = true }),
        })
            Assert.IsType<ActAccepted>(await from.Send(from.Make(to, requestId, content), Cancelled));
        Assert.Empty(hub.XC.Notices);

        var invited = hub.XA.Make(hub.XB, requestId, LiaisonHub.Tests.Casework.JointInvestigationCourse.Invitation with { Member = newcomer });
        Assert.IsType<ActAccepted>(await hub.XA.Send(invited, Cancelled));
        var arrived = await Delivered(hub.XC, invited.Header.ActId);
        Assert.Equal(("XA", "XC", draft.Aims), (arrived.From, arrived.Standing.YourMember, ((MemberInvited)Sample.Unwrap(arrived.Act).Read()).Aims));
        Assert.Equal(["JIT-C1"], arrived.Standing.Deadlines.Where(d => d.Member == "XC").Select(d => d.RuleId));
        Assert.Contains(nameof(InvitationAnswered), arrived.Standing.YouMay);
        await Delivered(hub.XB, invited.Header.ActId);

        var joined = hub.XC.Make(hub.XA, requestId, new InvitationAnswered { Joins = true, LegalBasis = "Article 7", RightsCheck = rights });
        Assert.IsType<ActAccepted>(await hub.XC.Send(joined, Cancelled));
        Assert.Equal("XC", (await Delivered(hub.XB, joined.Header.ActId)).From);
        var shared = hub.XB.Make(hub.XA, requestId, LiaisonHub.Tests.Casework.JointInvestigationCourse.Shared);
        Assert.IsType<ActAccepted>(await hub.XB.Send(shared, Cancelled));
        Assert.Equal([("XB", MemberStatus.Signed), ("XC", MemberStatus.Signed)],
            (await Delivered(hub.XC, shared.Header.ActId)).Standing.Members!.Select(m => (m.State, m.Status)));
        Assert.Equal([requestId], (await hub.Services.GetRequiredService<HubReads>().RequestsPage(new RequestFilter { Country = "XC" }, null, 10, Cancelled)).Select(r => r.RequestId));
    }

    [Fact]
    public async Task The_ledger_holds_whatever_happened()
    {
        await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars());
        Assert.True(await hub.XA.Post("x"u8.ToArray(), Cancelled));
        await hub.XA.Told(n => n.Read() as ActRefused, Cancelled);
        var ledger = hub.Services.GetRequiredService<Ledger>();
        await ledger.Chain(hub.Time.GetUtcNow(), 1000, Cancelled);
        Assert.Null(await ledger.Verify(Cancelled));
        Assert.True((await ledger.Head(Cancelled)).Size >= 2);
    }

    [Fact]
    public async Task A_claim_that_was_taken_over_by_another_clock_has_no_effect()
    {
        await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars());
        hub.Time.Advance(TimeSpan.FromDays(8));
        var deadlines = hub.Services.GetRequiredService<Deadlines>();
        var core = hub.Services.GetRequiredService<CoreSender>();
        // One clock claims and is paused beyond its lease; the next claims and works; then the first goes on.
        var paused = await deadlines.Claim(Guid.NewGuid(), hub.Time.GetUtcNow(), TimeSpan.Zero, 100, Cancelled);
        Assert.NotEmpty(paused);
        await Settled();
        await hub.XB.Told(n => n.Read() is OverdueNotice o && o.Deadline.RuleId == "EIO-A1" ? o : null, Cancelled);
        foreach (var claim in paused)
            await core.Send(Lane.Urgent, new DeadlineLookedAt { CorrelationId = claim.RequestId, DeadlineId = claim.DeadlineId!.Value, Epoch = claim.Epoch }, Cancelled);
        // An act behind them on the same request shows that they have been worked off.
        await hub.XA.Send(hub.XB, requestId, new StatusAsked(), Cancelled);
        Assert.Single(hub.XB.Notices, n => n.Read() is OverdueNotice o && o.Deadline.RuleId == "EIO-A1");
    }

    [Fact]
    public async Task A_second_hub_on_the_same_database_acts_on_no_deadline_twice()
    {
        using var second = hub.Build();
        await second.StartAsync(Cancelled);
        for (var i = 0; i < 10; i++)
            await hub.XA.Send(hub.XB, Guid.NewGuid(), Sample.Submitted($"XA-2026-{i:D6}"), Cancelled, Sample.Particulars());
        for (var day = 0; day < 14; day++)
        {
            hub.Time.Advance(TimeSpan.FromDays(1));
            await Settled();
        }
        await hub.XB.Told(_ => hub.XB.Notices.Count(n => n.Read() is EscalationNotice { Level: 4, Deadline.RuleId: "EIO-A1" }) == 10 ? "" : null, Cancelled);
        await second.StopAsync(Cancelled);
        var levels = hub.XB.Notices.Select(n => (n.Header.RequestId, Notice: n.Read() as EscalationNotice)).Where(n => n.Notice?.Deadline.RuleId == "EIO-A1")
            .GroupBy(n => n.RequestId).Select(g => string.Join(' ', g.Select(n => n.Notice!.Level))).ToArray();
        Assert.Equal(Enumerable.Repeat("2 3 4", 10), levels);
    }

    // Sweeps until nothing more falls due and every saga has committed what it was brought.
    async Task Settled()
    {
        var deadlines = hub.Services.GetRequiredService<Deadlines>();
        for (var round = 0; round < 200; round++)
        {
            await hub.Services.GetRequiredService<Clock>().Sweep(Cancelled);
            if (await deadlines.NextLook(Cancelled) is not { } next || next > hub.Time.GetUtcNow())
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        }
        var left = await hub.Services.GetRequiredService<HubReads>().Request(requestId, Cancelled);
        Assert.Fail($"deadlines that are due were not worked off within 200 rounds; of the first request: {string.Join("; ", left!.Deadlines.Select(d => $"{d.RuleId} {d.Status} {d.LookAt:O} epoch {d.Epoch}"))}");
    }

    async Task<IReadOnlyList<TimelineAct>> Acts(Guid request) => (await hub.Services.GetRequiredService<HubReads>().Request(request, Cancelled))!.Acts;

    static async Task<ActDelivered> Delivered(Participant to, Guid actId) =>
        await to.Told(n => n.Read() is ActDelivered d && Sample.Unwrap(d.Act).Header.ActId == actId ? d : null, Cancelled);

    /// <summary>Where the hub runs.</summary>
    protected abstract Task<HubUnderTest> Make(CancellationToken cancellationToken);

    public async ValueTask InitializeAsync()
    {
        hub = await Make(Cancelled);
        await hub.Begin(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await hub.DisposeAsync();
    }
}

/// <summary>As <c>liaisonhub up</c> runs it: SQLite, no server.</summary>
public sealed class HubInOneProcess : HubTests
{
    protected override Task<HubUnderTest> Make(CancellationToken cancellationToken) => Task.FromResult(new HubUnderTest());
}
