using Freshet.Contracts.Events;
using Freshet.Processing.Batches;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Failpoints;
using Freshet.Profiles.Storage;
using MassTransit;
using MassTransit.Saga;
using Npgsql;

namespace Freshet.Processing.Storage;

/// <summary>
/// The saga repository: an instance is a row of <c>event_batches</c>. One session of Profiles spans the load (with a row lock), the
/// behavior and the update, so what an event did and the state that says so commit together or not at all. That makes the row the
/// inbox (a second delivery finds it moved) and its column <c>outgoing</c> the outbox (docs/decisions/0020).
/// </summary>
public sealed class EventBatchRepositoryContextFactory(
    NpgsqlDataSource dataSource, WorkspaceFeed workspace, Redeliveries redeliveries, BatchAttempt attempt, JointTurns joint, BatchAftermath aftermath)
    : ISagaRepositoryContextFactory<EventBatchState>, ILoadSagaRepositoryContextFactory<EventBatchState>
{
    public void Probe(ProbeContext context) => context.Add("persistence", "event_batches");

    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<EventBatchState, T>> next)
        where T : class
    {
        // A host that does not know its sources and traits yet would refuse every event.
        await workspace.LoadedAsync(context.CancellationToken);
        if (!await JoinAsync(context, next))
        {
            await joint.AloneAsync(
                () => redeliveries.WatchAsync(context, () => HandleAloneAsync(context, next), context.CancellationToken), context.CancellationToken);
        }

        Failpoint.Hit(Failpoint.BeforeAck);
    }

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<EventBatchState> query, IPipe<SagaRepositoryQueryContext<EventBatchState, T>> next)
        where T : class =>
        throw new NotSupportedException("Event batches are found by their id. Correlate the message with CorrelateById.");

    public async Task<T> Execute<T>(Func<LoadSagaRepositoryContext<EventBatchState>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class
    {
        await using var session = await ProfileSession.OpenAsync(dataSource, cancellationToken);
        return await asyncMethod(new LoadEventBatchContext(session, cancellationToken));
    }

    private static async Task<EventBatchState?> MoveAsync<T>(
        BatchTurn turn, ConsumeContext<T> context, IPipe<SagaRepositoryContext<EventBatchState, T>> next)
        where T : class
    {
        var repository = new EventBatchRepositoryContext<T>(turn, context);
        await next.Send(repository);
        return repository.Batch;
    }

    /// <summary>False: the batch has to be moved alone.</summary>
    private async Task<bool> JoinAsync<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<EventBatchState, T>> next)
        where T : class =>
        context is ConsumeContext<EventsReceived> { Message: var message } && context.GetRetryAttempt() == 0 && !redeliveries.IsSuspect(context)
        && await joint.JoinAsync(new WaitingBatch(
            message.BatchId, message.Events, turn => MoveAsync(turn, context, next), context.CancellationToken));

    private async Task HandleAloneAsync<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<EventBatchState, T>> next)
        where T : class
    {
        if (await MoveAloneAsync(context, next) is { } batch)
        {
            await aftermath.RunAsync([batch], context.CancellationToken);
        }
    }

    // Leaving without a commit rolls back: an exception of the behavior leaves the row as it was.
    private async Task<EventBatchState?> MoveAloneAsync<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<EventBatchState, T>> next)
        where T : class
    {
        await using var session = await ProfileSession.OpenAsync(dataSource, context.CancellationToken);
        var batch = await MoveAsync(new SoleTurn(session, attempt), context, next);
        Failpoint.Hit(Failpoint.BeforeCommit);
        await session.CommitAsync(context.CancellationToken);
        return batch;
    }
}
