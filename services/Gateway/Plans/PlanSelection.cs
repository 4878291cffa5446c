using System.Text.Json;
using GraphQLParser.AST;

namespace Freshet.Gateway.Plans;

/// <summary>A field is written while a flag has this value: <c>@include</c> and <c>@skip</c> with a variable.</summary>
internal readonly record struct PlanCondition(int Place, bool Expected);

/// <summary>A field of the answer, with everything that is selected of it.</summary>
internal sealed record PlannedField(string Key, GraphQLField Field, PlanCondition[] Conditions, List<GraphQLSelectionSet> Selections)
{
    public string Name => Field.Name.StringValue;

    public JsonEncodedText JsonKey { get; } = JsonEncodedText.Encode(Key);

    public bool IsWanted(PlanValues values)
    {
        foreach (var condition in Conditions)
        {
            if (values.Flags[condition.Place] != condition.Expected)
                return false;
        }

        return true;
    }
}

/// <summary>
/// Expands fragments and merges fields of one response name, in the order in which the specification collects them. The document is valid, so
/// fields of one name are the same field. Null where it cannot be told once and for all.
/// </summary>
internal sealed class PlanSelection(GraphQLDocument document, PlanVariables variables)
{
    public List<PlannedField>? Collect(IEnumerable<GraphQLSelectionSet> sets, string type)
    {
        var fields = new List<PlannedField>();
        foreach (var set in sets)
        {
            if (!TryCollect(set, type, [], fields))
                return null;
        }

        return fields;
    }

    private bool TryCollect(GraphQLSelectionSet set, string type, PlanCondition[] conditions, List<PlannedField> fields)
    {
        foreach (var selection in set.Selections)
        {
            var (isNever, own) = Conditions((selection as IHasDirectivesNode)?.Directives, conditions);
            if (own is null || (!isNever && !TryCollect(selection, type, own, fields)))
                return false;
        }

        return true;
    }

    private bool TryCollect(ASTNode selection, string type, PlanCondition[] conditions, List<PlannedField> fields) => selection switch
    {
        GraphQLField field => TryAdd(field, conditions, fields),
        GraphQLInlineFragment inline => IsOf(inline.TypeCondition, type) && TryCollect(inline.SelectionSet, type, conditions, fields),
        GraphQLFragmentSpread spread => Find(spread) is { } fragment && fragment.Directives is not { Count: > 0 }
            && IsOf(fragment.TypeCondition, type) && TryCollect(fragment.SelectionSet, type, conditions, fields),
        _ => false,
    };

    private static bool TryAdd(GraphQLField field, PlanCondition[] conditions, List<PlannedField> fields)
    {
        var key = (field.Alias?.Name ?? field.Name).StringValue;
        if (fields.Find(known => known.Key == key) is not { } existing)
        {
            fields.Add(new PlannedField(key, field, conditions, field.SelectionSet is { } own ? [own] : []));
            return true;
        }

        // Whether and where it is written would depend on both conditions.
        if (conditions.Length > 0 || existing.Conditions.Length > 0)
            return false;
        if (field.SelectionSet is { } more)
            existing.Selections.Add(more);
        return true;
    }

    private (bool IsNever, PlanCondition[]? Conditions) Conditions(GraphQLDirectives? directives, PlanCondition[] inherited)
    {
        var conditions = inherited;
        foreach (var directive in directives?.Items ?? [])
        {
            var isInclude = directive.Name.Value == "include";
            if ((!isInclude && directive.Name.Value != "skip") || directive.Arguments?.Items is not [{ Value: var value }])
                return (false, null);

            switch (value)
            {
                case GraphQLBooleanValue literal when literal.BoolValue == isInclude:
                    break;
                case GraphQLBooleanValue:
                    return (true, conditions);
                case GraphQLVariable variable when variables.PlaceOf(variable, PlanVariableKind.Flag) is >= 0 and var place:
                    conditions = [.. conditions, new PlanCondition(place, isInclude)];
                    break;
                default:
                    return (false, null);
            }
        }

        return (false, conditions);
    }

    private static bool IsOf(GraphQLTypeCondition? condition, string type) => condition is null || condition.Type.Name.Value == type;

    private GraphQLFragmentDefinition? Find(GraphQLFragmentSpread spread)
    {
        foreach (var definition in document.Definitions)
        {
            if (definition is GraphQLFragmentDefinition fragment && fragment.FragmentName.Name.Value == spread.FragmentName.Name.Value)
                return fragment;
        }

        return null;
    }
}
