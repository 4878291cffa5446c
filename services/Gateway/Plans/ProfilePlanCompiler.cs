using Freshet.Gateway.Execution.Compiled;
using Freshet.Gateway.Execution.Limits;
using Freshet.Gateway.Profiles;
using Freshet.Gateway.Schema;
using Freshet.Profiles.Reading;
using GraphQL.Types;
using GraphQLParser.AST;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Plans;

/// <summary>Compiles the query that email templates and pages send: one profile by one of its keys, with what comes with it.</summary>
internal sealed class ProfilePlanCompiler(ProfileReader reader, ProfileKeys keys, TimeProvider clock, IOptions<OperationLimitsOptions> limits) : IOperationCompiler
{
    private readonly PlanStores _stores = new(reader, keys, clock, limits.Value.Timeout);

    public CompiledOperation? Compile(ISchema schema, GraphQLDocument document, GraphQLOperationDefinition operation)
    {
        if (schema is not FreshetSchema freshet || operation.Operation != OperationType.Query || operation.Directives is { Count: > 0 }
            || PlanVariables.Of(operation) is not { } variables)
        {
            return null;
        }

        var selection = new PlanSelection(document, variables);
        if (selection.Collect([operation.SelectionSet], "Query") is not [{ Name: "profile", Conditions.Length: 0 } root]
            || root.Field.Arguments?.Items is not [{ Name.Value: var argument, Value: var by }] || argument != "by"
            || PlanKeys.Of(by, variables) is not { } key)
        {
            return null;
        }

        return new PlanFields(freshet, selection, variables).OfProfile(root) is { } steps
            ? new ProfilePlan(_stores, variables, key, root.JsonKey, steps)
            : null;
    }
}
