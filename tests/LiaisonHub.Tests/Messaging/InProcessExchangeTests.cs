using LiaisonHub.Messaging.Links;

namespace LiaisonHub.Tests.Messaging;

public sealed class InProcessExchangeTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receiver_that_stops_ends_when_the_batch_in_its_hands_has_ended()
    {
        var exchange = new InProcessExchange();
        var inHand = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var receiving = exchange.Receive(
            "XA",
            async (_, _) =>
            {
                inHand.SetResult();
                await release.Task;
            },
            stop.Token);
        var post = new Post { State = "XA", Lane = Lane.Routine, Id = Guid.NewGuid(), Body = new byte[1] };
        var sending = exchange.Adapter("XA").Send([post], Cancelled);
        await inHand.Task;

        await stop.CancelAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => receiving.WaitAsync(TimeSpan.FromMilliseconds(200), TimeProvider.System, Cancelled));
        release.SetResult();
        await receiving;

        Assert.Contains(post.Id, await sending);
        Assert.Empty(await exchange.Adapter("XA").Send([post], Cancelled));
    }
}
