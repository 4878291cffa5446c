using GraphQL.Validation;
using GraphQLParser.AST;

namespace Freshet.Gateway.Execution.Documents;

/// <summary>
/// Ends the validation walk once enough errors are known. The engine itself collects every error of every rule: 20,000
/// repeated directives would give 20,000 errors.
/// </summary>
public sealed class StopAfterErrors(int limit) : ValidationRuleBase, INodeVisitor
{
    public override ValueTask<INodeVisitor?> GetPreNodeVisitorAsync(ValidationContext context) => new(this);

    public ValueTask EnterAsync(ASTNode node, ValidationContext context)
    {
        if (context.HasErrors && context.Errors.Skip(limit - 1).Any())
            throw new ValidationStoppedException([.. context.Errors.Take(limit)]);
        return default;
    }

    public ValueTask LeaveAsync(ASTNode node, ValidationContext context) => default;
}

/// <summary>Carries the errors found so far out of the engine's walk.</summary>
public sealed class ValidationStoppedException(IReadOnlyList<ValidationError> errors)
    : Exception("Validation was stopped: the document has enough errors already.")
{
    public IReadOnlyList<ValidationError> Errors => errors;
}
