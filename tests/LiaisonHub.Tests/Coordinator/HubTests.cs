using System.Text;
using System.Text.Json;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Coordinator;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.Coordinator;

/// <summary>What a hub does, wherever it runs. A place is one line: see <see cref="HubInOneProcess"/>.</summary>
public abstract class HubTests : IAsyncLifetime
{
    HubUnderTest hub = null!;
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

        var next = hub.XA.Make(hub.XB, Guid.NewGuid(), Sample.Submitted("XA-2026-000002"), Sample.Particulars());
        Assert.IsType<ActAccepted>(await hub.XA.Send(next, Cancelled));
    }

    public static TheoryData<string, RefusalCode> Hostile => new()
    {
        { "not JSON", RefusalCode.NotAuthentic },
        { "empty", RefusalCode.NotAuthentic },
        { "deep", RefusalCode.NotAuthentic },
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
    public async Task A_hub_that_was_down_while_limits_passed_brings_them_all_when_it_is_up_again()
    {
        await hub.XA.Send(hub.XB, requestId, Sample.Submitted(), Cancelled, Sample.Particulars());
        await hub.Restart(Cancelled);
        hub.Time.Advance(TimeSpan.FromDays(30));
        await Settled();
        await hub.XA.Told(n => n.Read() is EscalationNotice { Level: 4, Deadline.RuleId: "EIO-A1" } e ? e : null, Cancelled);
        var levels = hub.XA.Notices.Select(n => n.Read()).OfType<EscalationNotice>().Where(e => e.Deadline.RuleId == "EIO-A1").Select(e => e.Level).ToArray();
        Assert.Equal([2, 3, 4], levels);
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
        Assert.Fail("deadlines that are due were not worked off within 200 rounds");
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
