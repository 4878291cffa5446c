using System.Diagnostics;
using Freshet.Profiles.Storage;
using GraphQL;
using GraphQLParser.AST;

namespace Freshet.Gateway.Execution;

/// <summary>
/// One span, one canonical log record and one measurement per operation. Operation names are the client's choice, so they
/// are recorded only when they look like names, and shortened; documents and variables never are.
/// </summary>
public sealed partial class OperationTelemetry(OperationMetrics metrics, TimeProvider clock, ILogger<OperationTelemetry> logger)
{
    public const string ActivitySourceName = "Freshet.Gateway";

    private const int MaxNameLength = 64;

    private static readonly ActivitySource Source = new(ActivitySourceName);

    public OperationMetrics Metrics => metrics;

    public Measurement Start(string transport) => new(this, transport, Source.StartActivity("graphql.operation"), clock.GetTimestamp());

    /// <summary>What ended an operation, or a field of it, without the caller's doing: a defect of ours, unless only a server is away.</summary>
    public void Failed(Exception exception)
    {
        if (exception is StoreUnavailableException)
            Log.StoreAway(logger, GatewayErrorCodes.StoreUnavailable);
        else
            Log.Defect(logger, exception);
    }

    public sealed class Measurement(OperationTelemetry owner, string transport, Activity? activity, long startedAt) : IDisposable
    {
        private string _type = "unknown";
        private string? _name;
        private string? _document;

        public void Identify(OperationType type, string? name, string fingerprint)
        {
            _type = type switch
            {
                OperationType.Query => "query",
                OperationType.Mutation => "mutation",
                _ => "subscription",
            };
            _name = name is null || name.Length <= MaxNameLength ? name : name[..MaxNameLength];
            _document = fingerprint;
            activity?.SetTag("graphql.operation.type", _type);
            activity?.SetTag("graphql.operation.name", _name);
        }

        public void Answered(ExecutionResult result)
        {
            var errors = result.Errors?.Count ?? 0;
            var code = errors == 0 ? null : Errors.ErrorNormalizer.CodeOf(result.Errors![0]);
            Answered(OutcomeOf(result, code), code, errors);
        }

        /// <summary>Without any error.</summary>
        public void AnsweredWell() => Answered("ok", code: null, errors: 0);

        private void Answered(string outcome, string? code, int errors)
        {
            var elapsed = owner.ElapsedSince(startedAt);
            owner.Metrics.Answered(_type, outcome, transport, elapsed);
            activity?.SetTag("freshet.outcome", outcome);
            if (outcome == "failed")
                activity?.SetStatus(ActivityStatusCode.Error, code);
            owner.Record(_type, _name, _document, outcome, code, errors, transport, elapsed);
        }

        public void Dispose() => activity?.Dispose();

        private static string OutcomeOf(ExecutionResult result, string? code) => code switch
        {
            null => "ok",
            Errors.ErrorCodes.Internal or Errors.ErrorCodes.Timeout or Errors.ErrorCodes.Overloaded => "failed",
            _ => result.Executed ? "partial" : "refused",
        };
    }

    private TimeSpan ElapsedSince(long timestamp) => clock.GetElapsedTime(timestamp);

    private void Record(string type, string? name, string? document, string outcome, string? code, int errors, string transport, TimeSpan elapsed)
    {
        // Each that went well is in the metrics; a record of it is for whoever looks closer. So are those that come while the gateway starts: all get
        // the same answer, hundreds of them after a restart, and the feed says when that is over.
        var level = outcome == "ok" || code == Errors.ErrorCodes.Starting ? LogLevel.Debug : LogLevel.Information;
        if (logger.IsEnabled(level))
            Log.Operation(logger, level, type, name ?? "-", document ?? "-", outcome, code ?? "-", errors, transport, elapsed.TotalMilliseconds);
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 1,
            Message = "GraphQL {Type} {Name} (document {Document}) over {Transport}: {Outcome} {Code}, {Errors} errors, {ElapsedMs} ms",
            EventName = "graphql.operation",
            SkipEnabledCheck = true)]
        public static partial void Operation(
            ILogger logger,
            LogLevel level,
            string type,
            string name,
            string document,
            string outcome,
            string code,
            int errors,
            string transport,
            double elapsedMs);

        [LoggerMessage(2, LogLevel.Error, "A GraphQL operation failed unexpectedly", EventName = "graphql.defect")]
        public static partial void Defect(ILogger logger, Exception exception);

        [LoggerMessage(3, LogLevel.Warning, "A GraphQL operation was not answered: {Code}", EventName = "graphql.store_away")]
        public static partial void StoreAway(ILogger logger, string code);
    }
}
