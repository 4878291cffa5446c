using Freshet.Processing.Batches;
using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;

namespace Freshet.Processing.Storage;

/// <summary>One message's view of the repository: the row of its batch, locked in the transaction that the whole behavior works in.</summary>
internal sealed class EventBatchRepositoryContext<TMessage>(BatchTurn turn, ConsumeContext<TMessage> context)
    : ConsumeContextScope<TMessage>(context, turn), SagaRepositoryContext<EventBatchState, TMessage>
    where TMessage : class
{
    /// <summary>The batch that the message moved or left alone; null if there is none.</summary>
    public EventBatchState? Batch { get; private set; }

    public async Task<SagaConsumeContext<EventBatchState, TMessage>> Load(Guid correlationId)
    {
        Batch = await turn.LockAsync(correlationId, CancellationToken);
        return Batch is null ? null! : new DefaultSagaConsumeContext<EventBatchState, TMessage>(this, Batch);
    }

    public Task Update(SagaConsumeContext<EventBatchState> context) => turn.SaveAsync(context.Saga, CancellationToken);

    public Task Undo(SagaConsumeContext<EventBatchState> context) => Task.CompletedTask;

    // Rows are inserted by Ingress, by splits and by replays, and leave with their partition.
    public Task<SagaConsumeContext<EventBatchState, TMessage>> Add(EventBatchState instance) => throw NotByMessages();

    public Task<SagaConsumeContext<EventBatchState, TMessage>> Insert(EventBatchState instance) => throw NotByMessages();

    public Task Save(SagaConsumeContext<EventBatchState> context) => throw NotByMessages();

    public Task Delete(SagaConsumeContext<EventBatchState> context) => throw NotByMessages();

    public Task Discard(SagaConsumeContext<EventBatchState> context) => throw NotByMessages();

    public Task<SagaConsumeContext<EventBatchState, T>> CreateSagaConsumeContext<T>(
        ConsumeContext<T> consumeContext,
        EventBatchState instance,
        SagaConsumeContextMode mode)
        where T : class =>
        Task.FromResult<SagaConsumeContext<EventBatchState, T>>(new DefaultSagaConsumeContext<EventBatchState, T>(consumeContext, instance));

    private static NotSupportedException NotByMessages() =>
        new("A message never creates or deletes an event batch: the row exists before its messages and leaves with its partition.");
}
