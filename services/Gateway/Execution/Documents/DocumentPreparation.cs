using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Execution.Limits;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Instrumentation;
using GraphQL.Types;
using GraphQL.Validation;
using GraphQLParser.AST;
using GraphQLParser.Exceptions;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Execution.Documents;

/// <summary>
/// The way from a request to a document that may run: trusted text, tokens, parse, shape, validation, cost plan, in that order, so that each
/// step bounds the work of the next. What the caller got wrong is returned as errors.
/// </summary>
public sealed class DocumentPreparation(
    IOptions<OperationLimitsOptions> limits,
    IOptions<GatewayAccessOptions> access,
    TrustedDocuments trusted,
    DocumentCache cache,
    IHostEnvironment environment)
{
    // The parser counts levels of syntax, about two per level of fields; deeper documents fail before any stack is at risk.
    private const int MaxSyntaxDepth = 128;

    private readonly GraphQLDocumentBuilder _builder = new() { MaxDepth = MaxSyntaxDepth };
    private readonly DocumentValidator _validator = new();
    private readonly IValidationRule[] _rules = [new StopAfterErrors(limits.Value.MaxValidationErrors), .. DocumentValidator.CoreRules];
    private readonly bool _allowIntrospection = access.Value.AllowIntrospection ?? environment.IsDevelopment();

    public async ValueTask<Preparation> PrepareAsync(ISchema schema, OperationRequest request, CancellationToken ct)
    {
        var text = trusted.Resolve(request.Query, request.DocumentId);
        if (cache.TryGet(schema, text, out var known))
            return Choose(known, request.OperationName);

        if (CheckText(text) is { } refusal)
            return new Preparation(refusal);

        try
        {
            return await PrepareNewAsync(schema, text, request, ct);
        }
        catch (SyntaxError error)
        {
            return new Preparation(error);
        }
        catch (GraphQLMaxDepthExceededException)
        {
            return new Preparation(new RefusalException(ErrorCodes.QueryTooComplex, $"The document nests deeper than {MaxSyntaxDepth} levels of syntax."));
        }
        catch (ValidationStoppedException stopped)
        {
            return new Preparation(stopped.Errors);
        }
    }

    private RefusalException? CheckText(string text)
    {
        if (text.Length > limits.Value.MaxBodyBytes)
            return new RefusalException(ErrorCodes.QueryTooLarge, $"The document has {text.Length} characters; {limits.Value.MaxBodyBytes} are allowed.");
        if (TokenCount.Exceeds(text, limits.Value.MaxTokens))
            return new RefusalException(ErrorCodes.QueryTooLarge, $"The document has more than {limits.Value.MaxTokens} tokens.");
        return null;
    }

    private async ValueTask<Preparation> PrepareNewAsync(ISchema schema, string text, OperationRequest request, CancellationToken ct)
    {
        var document = _builder.Build(text);
        if (DocumentShape.Check(document, limits.Value, _allowIntrospection) is { } refusal)
            return new Preparation(refusal);

        var operations = document.Definitions.OfType<GraphQLOperationDefinition>().ToList();
        if (operations.Count == 0)
            return new Preparation(NoSuchOperation(request.OperationName));

        schema.Initialize();
        var chosen = operations.Find(operation => request.OperationName is null || operation.Name?.Value == request.OperationName) ?? operations[0];
        var validation = await _validator.ValidateAsync(Options(schema, document, chosen, request.Variables, ct));
        if (!validation.IsValid)
            return new Preparation([.. validation.Errors.Take(limits.Value.MaxValidationErrors)]);

        var planning = new CostPlanning(schema, document);
        var prepared = new PreparedDocument(
            text,
            document,
            [.. operations.Select(operation => new PreparedOperation(operation.Name?.StringValue, operation.Operation, planning.Plan(operation), operation))]);
        cache.Add(schema, prepared);
        return Choose(prepared, request.OperationName);
    }

    private ValidationOptions Options(ISchema schema, GraphQLDocument document, GraphQLOperationDefinition operation, Inputs variables, CancellationToken ct) => new()
    {
        Schema = schema,
        Document = document,
        Rules = _rules,
        Operation = operation,
        Variables = variables,
        Extensions = Inputs.Empty,
        UserContext = new Dictionary<string, object?>(StringComparer.Ordinal),
        Metrics = Metrics.None,
        CancellationToken = ct,
    };

    private static Preparation Choose(PreparedDocument document, string? operationName) =>
        document.Find(operationName) is { } operation
            ? new Preparation(document, operation)
            : new Preparation(NoSuchOperation(operationName));

    private static RefusalException NoSuchOperation(string? name) => string.IsNullOrEmpty(name)
        ? new RefusalException(ErrorCodes.OperationNotFound, "Send exactly one operation, or name the one to run in 'operationName'.")
        : new RefusalException(ErrorCodes.OperationNotFound, "The document has no operation of the name given in 'operationName'.");
}

/// <summary>A document ready to run with the chosen operation, or why there is none.</summary>
public sealed class Preparation
{
    public Preparation(PreparedDocument document, PreparedOperation operation)
    {
        Document = document;
        Operation = operation;
        Errors = [];
    }

    public Preparation(ExecutionError error)
        : this([error])
    {
    }

    public Preparation(IReadOnlyList<ExecutionError> errors) => Errors = errors;

    public PreparedDocument? Document { get; }

    public PreparedOperation? Operation { get; }

    public IReadOnlyList<ExecutionError> Errors { get; }
}
