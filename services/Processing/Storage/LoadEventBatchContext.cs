using Freshet.Processing.Batches;
using Freshet.Profiles.Storage;
using MassTransit.Middleware;
using MassTransit.Saga;

namespace Freshet.Processing.Storage;

/// <summary>Reads one batch outside of a message: for tests and tools that ask in which state it is.</summary>
internal sealed class LoadEventBatchContext(ProfileSession session, CancellationToken ct)
    : BasePipeContext(ct), LoadSagaRepositoryContext<EventBatchState>
{
    public async Task<EventBatchState> Load(Guid correlationId) =>
        (await EventBatchRows.LockAsync(session, correlationId, CancellationToken))!;
}
