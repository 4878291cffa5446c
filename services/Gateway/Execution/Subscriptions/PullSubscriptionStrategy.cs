using System.Diagnostics.CodeAnalysis;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Execution.Limits;
using GraphQL;
using GraphQL.Execution;
using Microsoft.Extensions.Options;
using ExecutionContext = GraphQL.Execution.ExecutionContext;

namespace Freshet.Gateway.Execution.Subscriptions;

/// <summary>
/// Runs subscriptions as streams that the transport pulls, with a service scope and a time budget per event. Replaces the
/// engine's strategy, which pushes every event into an unbounded queue. Few events execute at a time: one change can concern
/// hundreds of subscribers, and queries must not wait behind all of them. Who waits gets later changes folded into fewer events.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle nobody takes holds nothing; events may end after the container.")]
public sealed class PullSubscriptionStrategy(IOptions<OperationLimitsOptions> limits, TimeProvider clock) : SubscriptionExecutionStrategy
{
    // Events that wait for a slow store hold a place without using the processor; those behind them go on beside them after this time.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _places = new(limits.Value.MaxConcurrentEvents);

    protected override async Task<IObservable<ExecutionResult>?> ResolveResponseStreamAsync(ExecutionContext context, ExecutionNode node)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        var source = await OpenAsync(context, node);
        if (source is null)
            return null;

        // The context of the request ends with this call; events run on copies of a copy that outlives it.
        var preserved = CloneExecutionContext(context, CancellationToken.None);
        return new ResponseStream(source, (value, ct) => RunEventAsync(preserved, node, value, ct));
    }

    private async Task<IObservable<object?>?> OpenAsync(ExecutionContext context, ExecutionNode node)
    {
        try
        {
            var resolver = node.FieldDefinition.StreamResolver
                ?? throw new InvalidOperationException($"Field '{node.Field.Name}' of the subscription type has no stream resolver.");
            return await resolver.ResolveAsync(new ReadonlyResolveFieldContext(node, context));
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // The GraphQL edge: a refusal goes out as it is, anything else is masked and logged by the handler.
            var error = exception as ExecutionError ?? await HandleExceptionAsync(context, node, exception, "The subscription could not be started.");
            error.Path = node.ResponsePath;
            context.Errors.Add(error.AddLocation(node.Field, context.Document));
            return null;
        }
    }

    private async Task<ExecutionResult> RunEventAsync(ExecutionContext preserved, ExecutionNode node, object? value, CancellationToken ct)
    {
        var hasPlace = await _places.WaitAsync(LongestWait, ct);
        try
        {
            return await RunInTimeAsync(preserved, node, value, ct);
        }
        finally
        {
            if (hasPlace)
                _places.Release();
        }
    }

    private async Task<ExecutionResult> RunInTimeAsync(ExecutionContext preserved, ExecutionNode node, object? value, CancellationToken ct)
    {
        using var budget = new CancellationTokenSource(limits.Value.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, budget.Token);
        using var context = CloneExecutionContext(preserved, either.Token);

        var result = await ProcessDataAsync(context, node, value);
        ct.ThrowIfCancellationRequested();
        return budget.IsCancellationRequested
            ? new ExecutionResult(new RefusalException(ErrorCodes.Timeout, "An event of the subscription took longer than its time budget."))
            : result;
    }

    protected override async ValueTask<ExecutionResult> ProcessDataAsync(ExecutionContext context, ExecutionNode node, object? value)
    {
        if (context.RequestServices is not { } services)
            return await base.ProcessDataAsync(context, node, value);

        await using var scope = services.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        var result = await base.ProcessDataAsync(context, node, value);
        result.Extensions = scope.ServiceProvider.GetRequiredService<AnswerExtensions>().Merge(result.Extensions);
        return result;
    }
}
