using GraphQL;
using GraphQL.Types;
using GraphQLParser.AST;

namespace Freshet.Gateway.Execution.Limits;

/// <summary>
/// Reads the price of an operation off a validated document. Bounded by the expanded-field limit, which is checked first.
/// Introspection is free: its own depth limits bound it.
/// </summary>
public sealed class CostPlanning(ISchema schema, GraphQLDocument document)
{
    private GraphQLOperationDefinition? _operation;

    public OperationCost Plan(GraphQLOperationDefinition operation)
    {
        _operation = operation;
        IObjectGraphType? root = operation.Operation switch
        {
            OperationType.Query => schema.Query,
            OperationType.Mutation => schema.Mutation,
            _ => schema.Subscription,
        };

        return root is null ? OperationCost.Free : new OperationCost(Nodes(operation.SelectionSet, root));
    }

    private List<CostNode> Nodes(GraphQLSelectionSet selections, IGraphType owner)
    {
        var nodes = new List<CostNode>();
        Collect(selections, owner, nodes);
        return nodes;
    }

    private void Collect(GraphQLSelectionSet selections, IGraphType owner, List<CostNode> nodes)
    {
        foreach (var selection in selections.Selections)
        {
            switch (selection)
            {
                case GraphQLField field when owner is IComplexGraphType type && type.GetField(field.Name) is { } definition:
                    if (Node(field, definition, owner) is { } node)
                        nodes.Add(node);
                    break;
                case GraphQLInlineFragment inline:
                    Collect(inline.SelectionSet, TypeOf(inline.TypeCondition) ?? owner, nodes);
                    break;
                case GraphQLFragmentSpread spread when FindFragment(spread) is { } fragment:
                    Collect(fragment.SelectionSet, TypeOf(fragment.TypeCondition) ?? owner, nodes);
                    break;
            }
        }
    }

    private GraphQLFragmentDefinition? FindFragment(GraphQLFragmentSpread spread)
    {
        foreach (var definition in document.Definitions)
        {
            if (definition is GraphQLFragmentDefinition fragment && fragment.FragmentName.Name.Value == spread.FragmentName.Name.Value)
                return fragment;
        }

        return null;
    }

    private IGraphType? TypeOf(GraphQLTypeCondition? condition) => condition is null ? null : schema.AllTypes[condition.Type.Name];

    private CostNode? Node(GraphQLField field, FieldType definition, IGraphType owner)
    {
        var type = definition.ResolvedType!;
        var named = type.GetNamedType();
        var isLeaf = named is ScalarGraphType;
        var isEdgeNode = definition.Name == "node" && owner.Name.EndsWith("Edge", StringComparison.Ordinal);
        var weight = CostMetadata.Weight(definition) ?? (isLeaf || isEdgeNode ? 0 : 1);
        var children = field.SelectionSet is { } nested ? Nodes(nested, named) : [];
        var isList = IsList(type);
        var size = AskedPage(field, definition) ?? KeyCount(field, definition, isList) ?? AssumedSize(definition);

        return weight == 0 && children.Count == 0 && size is null ? null : new CostNode(weight, size, isList, children);
    }

    private static bool IsList(IGraphType type) =>
        type is ListGraphType || (type is NonNullGraphType nonNull && nonNull.ResolvedType is ListGraphType);

    private static QueryArgument? PageArgument(FieldType definition) =>
        definition.Arguments?.Find("first") ?? definition.Arguments?.Find("last");

    private CostSize? AskedPage(GraphQLField field, FieldType definition) =>
        PageArgument(definition) is { } argument && (Given(field, "first") ?? Given(field, "last")) is { } given
            ? Size(given, argument.DefaultValue as int?)
            : null;

    private static GraphQLValue? Given(GraphQLField field, string argument)
    {
        foreach (var given in field.Arguments?.Items ?? [])
        {
            if (given.Name.Value == argument)
                return given.Value;
        }

        return null;
    }

    // profiles(by: [...]): as many items as keys.
    private CostSize? KeyCount(GraphQLField field, FieldType definition, bool isList)
    {
        if (!isList || definition.Arguments is not { } arguments || field.Arguments is null)
            return null;

        foreach (var argument in arguments)
        {
            if (argument.ResolvedType is { } type && IsList(type) && Given(field, argument.Name) is { } given)
                return Size(given, assumed: 1);
        }

        return null;
    }

    // Nothing was asked: the schema's word, the argument's default, or (Known = null) the default page size.
    private static CostSize? AssumedSize(FieldType definition) =>
        CostMetadata.ListSize(definition) is { } size ? new CostSize(size, null, IsAsked: false)
        : PageArgument(definition) is { } argument ? new CostSize(argument.DefaultValue as int?, null, IsAsked: false)
        : null;

    private CostSize Size(GraphQLValue given, long? assumed) => given switch
    {
        GraphQLVariable variable => new CostSize(DefaultOf(variable) ?? assumed, variable.Name.StringValue, IsAsked: true),
        _ => new CostSize(Literal(given) ?? assumed, null, IsAsked: true),
    };

    private long? DefaultOf(GraphQLVariable variable)
    {
        foreach (var declared in _operation?.Variables?.Items ?? [])
        {
            if (declared.Variable.Name.Value == variable.Name.Value)
                return declared.DefaultValue is { } value ? Literal(value) : null;
        }

        return null;
    }

    private static long? Literal(GraphQLValue value) => value switch
    {
        GraphQLIntValue number => long.TryParse(number.Value.Span, System.Globalization.CultureInfo.InvariantCulture, out var parsed) ? parsed : int.MaxValue,
        GraphQLListValue list => list.Values?.Count ?? 0,
        _ => null,
    };
}
