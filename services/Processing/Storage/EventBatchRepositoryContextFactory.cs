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
    NpgsqlDataSource dataSource, WorkspaceFeed workspace, Redeliveries redeliveries, BatchAftermath aftermath)
    : ISagaRepositoryContextFactory<EventBatchState>, ILoadSagaRepositoryContextFactory<EventBatchState>
{
    public void Probe(ProbeContext context) => context.Add("persistence", "event_batches");

    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<EventBatchState, T>> next)
        where T : class
    {
        // A host that does not know its sources and traits yet would refuse every event.
        await workspace.LoadedAsync(context.CancellationToken);
        await redeliveries.CountAsync(context, context.CancellationToken);
        var batch = await MoveAsync(context, next);
        Failpoint.Hit(Failpoint.BeforePublish);
        if (batch is not null)
        {
            await aftermath.RunAsync(batch, context.CancellationToken);
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

    // Leaving without a commit rolls back: an exception of the behavior leaves the row as it was.
    private async Task<EventBatchState?> MoveAsync<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<EventBatchState, T>> next)
        where T : class
    {
        await using var session = await ProfileSession.OpenAsync(dataSource, context.CancellationToken);
        var repository = new EventBatchRepositoryContext<T>(session, context);
        await next.Send(repository);
        Failpoint.Hit(Failpoint.BeforeCommit);
        await session.CommitAsync(context.CancellationToken);
        return repository.Batch;
    }
}
