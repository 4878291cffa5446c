using MassTransit;

namespace Freshet.Processing.Batches;

/// <summary>The machine's one activity: makes an attempt and leaves its outcome in the instance. It translates, it decides nothing.</summary>
public sealed class ApplyBatch : IStateMachineActivity<EventBatchState>
{
    public void Probe(ProbeContext context) => context.CreateScope("apply-batch");

    public void Accept(StateMachineVisitor visitor) => visitor.Visit(this);

    public async Task Execute(BehaviorContext<EventBatchState> context, IBehavior<EventBatchState> next)
    {
        await RunAsync(context);
        await next.Execute(context);
    }

    public async Task Execute<T>(BehaviorContext<EventBatchState, T> context, IBehavior<EventBatchState, T> next)
        where T : class
    {
        await RunAsync(context);
        await next.Execute(context);
    }

    public Task Faulted<TException>(BehaviorExceptionContext<EventBatchState, TException> context, IBehavior<EventBatchState> next)
        where TException : Exception => next.Faulted(context);

    public Task Faulted<T, TException>(BehaviorExceptionContext<EventBatchState, T, TException> context, IBehavior<EventBatchState, T> next)
        where T : class
        where TException : Exception => next.Faulted(context);

    private static async Task RunAsync(BehaviorContext<EventBatchState> context) =>
        context.Saga.Outcome = await context.GetPayload<BatchTurn>().AttemptAsync(context.Saga, context.GetRetryAttempt(), context.CancellationToken);
}
