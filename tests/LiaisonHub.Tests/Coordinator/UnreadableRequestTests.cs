using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.Coordinator;

/// <summary>What is stored of one request cannot be read: the hub works on all others, and on this one as soon as its row is mended.</summary>
public sealed class UnreadableRequestTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_that_cannot_be_read_holds_up_no_act_and_no_limit_of_another_request_and_none_of_its_own_is_lost()
    {
        await using var hub = new HubUnderTest();
        await hub.Begin(Cancelled);
        var (broken, whole) = (Guid.NewGuid(), Guid.NewGuid());
        var quarantine = hub.Services.GetRequiredService<Quarantine>();
        foreach (var request in new[] { broken, whole })
            await hub.XA.Send(hub.XB, request, Sample.Submitted(), Cancelled, Sample.Particulars());
        var body = (await hub.Services.GetRequiredService<HubReads>().Row(broken, Cancelled))!.Body;
        await Write(hub, broken, "{");

        // Acts of both come together, and are decided together.
        var (note, lost) = (hub.XA.Make(hub.XB, whole, new NoteSent { Subject = "Office hours" }), hub.XA.Make(hub.XB, broken, new NoteSent { Subject = "Office hours" }));
        Assert.Equal(2, await hub.XA.Post([hub.XA.Sign(lost), hub.XA.Sign(note)], Cancelled));
        await hub.XA.Told(n => n.Read() is ActAccepted a && a.ActId == note.Header.ActId ? a : null, Cancelled);
        await Until(async () => await Failed() is [_, ..]);
        Assert.Equal(["UnreadableRequestException at Request.Read"], (await Failed()).Select(m => m.Place));
        var waiting = (await Failed())[0].QuarantineId;

        // The limits of both pass. Those of the other are told; the ones that failed come again each time their lease is over, and are counted and not heaped up.
        hub.Time.Advance(TimeSpan.FromDays(60));
        await hub.XB.Told(n => n.Header.RequestId == whole && n.Read() is OverdueNotice o ? o : null, Cancelled);
        for (var lease = 0; lease < 3; lease++)
        {
            var seen = (await Failed()).Sum(m => m.Seen);
            hub.Time.Advance(TimeSpan.FromSeconds(31));
            await Until(async () => (await Failed()).Sum(m => m.Seen) > seen);
        }
        Assert.True((await Failed()).Count <= 6, "one for the act, and one for each limit");

        await Write(hub, broken, body);
        hub.Time.Advance(TimeSpan.FromSeconds(31));
        await hub.XB.Told(n => n.Header.RequestId == broken && n.Read() is OverdueNotice o ? o : null, Cancelled);
        Assert.True(await quarantine.RequestRetry(waiting, "A. Bell", "Its row is restored", Cancelled));
        await hub.XA.Told(n => n.Read() is ActAccepted a && a.ActId == lost.Header.ActId ? a : null, Cancelled);

        Task<IReadOnlyList<QuarantinedMessage>> Failed() => quarantine.Page(null, null, "CORE-FAILED", null, 50, Cancelled);
    }

    static async Task Write(HubUnderTest hub, Guid requestId, string body)
    {
        await using var unit = await hub.Services.GetRequiredService<Database>().Begin(Cancelled);
        await using var change = unit.Connection.CreateCommand();
        change.CommandText = $"UPDATE requests SET body = @body WHERE request_id = '{requestId}'";
        var value = change.CreateParameter();
        (value.ParameterName, value.Value) = ("@body", body);
        change.Parameters.Add(value);
        Assert.Equal(1, await change.ExecuteNonQueryAsync(Cancelled));
        await unit.Commit(Cancelled);
    }

    static async Task Until(Func<Task<bool>> so)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await so())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "It has not come to that within a minute.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancelled);
        }
    }
}
