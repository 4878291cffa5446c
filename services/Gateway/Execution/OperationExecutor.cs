using Freshet.Gateway.Execution.Documents;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Execution.Limits;
using Freshet.Gateway.Execution.Subscriptions;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Types;
using GraphQL.Validation;
using GraphQL.Validation.Rules;
using GraphQLParser.AST;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Execution;

/// <summary>
/// Runs one GraphQL operation for any transport: find the document, prepare it (or take it prepared from the cache), refuse
/// what is too dear, execute within time and concurrency budgets. Never throws for what a caller did: refusals and masked
/// defects are results. The only exception is cancellation by the caller.
/// </summary>
public sealed class OperationExecutor
{
    // What a prepared document still needs per request: the rule that looks at the values of arguments.
    private static readonly IValidationRule[] ArgumentRules = [FieldArgumentsAreValidRule.Instance];

    private readonly ISchemaSource _schemas;
    private readonly DocumentPreparation _preparation;
    private readonly OperationGate _gate;
    private readonly OperationTelemetry _telemetry;
    private readonly OperationLimitsOptions _limits;
    private readonly DocumentExecuter _engine;

    public OperationExecutor(
        ISchemaSource schemas,
        DocumentPreparation preparation,
        OperationGate gate,
        OperationTelemetry telemetry,
        IOptions<OperationLimitsOptions> limits,
        PullSubscriptionStrategy subscriptions)
    {
        _schemas = schemas;
        _preparation = preparation;
        _gate = gate;
        _telemetry = telemetry;
        _limits = limits.Value;
        _engine = new DocumentExecuter(
            new GraphQLDocumentBuilder(),
            new DocumentValidator(),
            new DefaultExecutionStrategySelector([new ExecutionStrategyRegistration(subscriptions, OperationType.Subscription)]),
            []);
    }

    public async Task<OperationOutcome> ExecuteAsync(OperationRequest request, OperationOrigin origin, CancellationToken ct)
    {
        using var measurement = _telemetry.Start(origin.Transport);
        var result = await AnswerAsync(request, origin, measurement, ct);
        measurement.Answered(result);

        return result.Streams?.Values.FirstOrDefault() is ResponseStream stream
            ? new OperationOutcome(result, ReadAsync(stream, origin.Transport, ct))
            : new OperationOutcome(result, null);
    }

    private async Task<ExecutionResult> AnswerAsync(
        OperationRequest request,
        OperationOrigin origin,
        OperationTelemetry.Measurement measurement,
        CancellationToken ct)
    {
        try
        {
            return await RunAsync(request, origin, measurement, ct);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return FailureOf(exception);
        }
    }

    private async Task<ExecutionResult> RunAsync(
        OperationRequest request,
        OperationOrigin origin,
        OperationTelemetry.Measurement measurement,
        CancellationToken ct)
    {
        if (!_schemas.IsReady)
            throw new RefusalException(ErrorCodes.Starting, "The gateway has just started and does not know the trait dictionary yet. Try again in a second.");

        var schema = _schemas.Current;
        var preparation = await _preparation.PrepareAsync(schema, request, ct);
        if (preparation is not { Document: { } document, Operation: { } operation })
            return Refused(preparation.Errors);

        measurement.Identify(operation.Type, operation.Name, document.Fingerprint);
        if ((origin.Refuse(operation.Type) ?? operation.Cost.Check(request.Variables, _limits)) is { } refusal)
            return new ExecutionResult(refusal);

        using var place = await _gate.EnterAsync(ct);
        var result = await _engine.ExecuteAsync(Options(schema, document, request, origin, ct));
        // The engine calls a subscription executed that could not start; to a client it was refused.
        if (operation.Type == OperationType.Subscription && result.Streams is null)
            result.Executed = false;
        result.Extensions = origin.Services.GetRequiredService<AnswerExtensions>().Merge(result.Extensions);
        return result;
    }

    private ExecutionOptions Options(ISchema schema, PreparedDocument document, OperationRequest request, OperationOrigin origin, CancellationToken ct) => new()
    {
        Schema = schema,
        Document = document.Document,
        Query = null,
        OperationName = string.IsNullOrEmpty(request.OperationName) ? null : request.OperationName,
        Variables = request.Variables,
        Extensions = request.Extensions,
        ValidationRules = schema.GetMetadata<bool>(FieldArgumentsAreValidRule.HAS_FIELD_ARGUMENT_VALIDATION_KEY) ? ArgumentRules : [],
        RequestServices = origin.Services,
        User = origin.User,
        UserContext = new Dictionary<string, object?>(StringComparer.Ordinal),
        Timeout = _limits.Timeout,
        TimeoutAction = TimeoutAction.ReturnTimeoutError,
        UnhandledExceptionDelegate = MaskAsync,
        CancellationToken = ct,
    };

    private Task MaskAsync(UnhandledExceptionContext context)
    {
        _telemetry.Failed(context.OriginalException);
        context.Exception = ErrorNormalizer.Mask(context.OriginalException);
        return Task.CompletedTask;
    }

    // The GraphQL edge: what is no refusal is a defect of ours, or a server that is away.
    private ExecutionResult FailureOf(Exception exception)
    {
        if (exception is RefusalException refusal)
            return new ExecutionResult(refusal);

        _telemetry.Failed(exception);
        return new ExecutionResult(ErrorNormalizer.Mask(exception));
    }

    private static ExecutionResult Refused(IReadOnlyList<ExecutionError> errors)
    {
        var result = new ExecutionResult();
        foreach (var error in errors)
            result.AddError(error);
        return result;
    }

    /// <summary>
    /// The stream with its metrics; a source that breaks ends the stream with one last answer that was not executed.
    /// </summary>
    private async IAsyncEnumerable<ExecutionResult> ReadAsync(
        ResponseStream stream,
        string transport,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        _telemetry.Metrics.SubscriptionOpened(transport);
        try
        {
            await using var events = stream.ReadAsync(ct).GetAsyncEnumerator(ct);
            while (await NextAsync(events, ct) is { } result)
            {
                _telemetry.Metrics.EventAnswered(transport);
                yield return result;
                if (!result.Executed)
                    yield break;
            }
        }
        finally
        {
            _telemetry.Metrics.SubscriptionClosed(transport);
        }
    }

    private async ValueTask<ExecutionResult?> NextAsync(IAsyncEnumerator<ExecutionResult> events, CancellationToken ct)
    {
        try
        {
            return await events.MoveNextAsync() ? events.Current : null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return FailureOf(exception);
        }
    }
}
