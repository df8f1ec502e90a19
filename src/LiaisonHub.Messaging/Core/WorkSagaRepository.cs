using LiaisonHub.Storage.Hub;
using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;

namespace LiaisonHub.Messaging.Core;

/// <summary>A request as MassTransit sees it while one message is consumed: the rows that were loaded, and what they become.</summary>
public abstract class WorkSaga(LoadedWork loaded) : ISaga
{
    /// <summary>The request.</summary>
    public Guid CorrelationId { get; set; } = loaded.Work.RequestId;

    /// <summary>The rows, locked until the group commits.</summary>
    public LoadedWork Loaded { get; } = loaded;

    /// <summary>What the message comes to. Null: nothing to write, for example a message that came twice.</summary>
    public Outcome? Outcome { get; protected set; }
}

/// <summary>Makes the saga instance for rows that were loaded, with the rules it needs.</summary>
public delegate TSaga OpenSaga<out TSaga>(LoadedWork loaded)
    where TSaga : WorkSaga;

/// <summary>
/// The saga repository: MassTransit's public extension point over <see cref="GroupCommit"/>. Loading, locking, writing and committing are the group's; a request that does not exist yet is an
/// instance without a row, so that the procedure itself says whether the message may begin it.
/// </summary>
sealed class WorkSagaRepository<TSaga>(GroupCommit group, OpenSaga<TSaga> open, ISagaConsumeContextFactory<OpenSaga<TSaga>, TSaga> contexts) : ISagaRepositoryContextFactory<TSaga>
    where TSaga : WorkSaga
{
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        if (context.Message is not ICoreMessage message)
            throw new InvalidOperationException($"{typeof(T).Name} does not name a row to work on.");
        return group.Run(
            message.Work,
            async loaded =>
            {
                var saga = open(loaded);
                await next.Send(new WorkSagaContext<TSaga, T>(saga, context, open, contexts));
                return saga.Outcome;
            },
            context.CancellationToken);
    }

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class => throw new NotSupportedException("Requests are found by their id only.");

    public void Probe(ProbeContext context) => context.CreateScope("groupCommit");
}

sealed class WorkSagaContext<TSaga, TMessage>(TSaga saga, ConsumeContext<TMessage> context, OpenSaga<TSaga> open, ISagaConsumeContextFactory<OpenSaga<TSaga>, TSaga> contexts)
    : ConsumeContextScope<TMessage>(context), SagaRepositoryContext<TSaga, TMessage>
    where TSaga : WorkSaga
    where TMessage : class
{
    readonly ConsumeContext<TMessage> consumed = context;

    public Task<SagaConsumeContext<TSaga, T>> CreateSagaConsumeContext<T>(ConsumeContext<T> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where T : class => contexts.CreateSagaConsumeContext(open, consumeContext, instance, mode);

    public Task<SagaConsumeContext<TSaga, TMessage>> Load(Guid correlationId) => contexts.CreateSagaConsumeContext(open, consumed, saga, SagaConsumeContextMode.Load);

    // The instance's outcome is taken from it after the pipeline; there is nothing to do message by message.
    public Task Update(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Save(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Discard(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    // Load always finds an instance, so none is ever added, inserted or deleted.
    public Task<SagaConsumeContext<TSaga, TMessage>> Add(TSaga instance) => throw new NotSupportedException();

    public Task<SagaConsumeContext<TSaga, TMessage>> Insert(TSaga instance) => throw new NotSupportedException();

    public Task Delete(SagaConsumeContext<TSaga> context) => throw new NotSupportedException();
}
