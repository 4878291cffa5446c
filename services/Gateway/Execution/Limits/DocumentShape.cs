using Freshet.Gateway.Execution.Errors;
using GraphQLParser.AST;

namespace Freshet.Gateway.Execution.Limits;

/// <summary>
/// Measures a parsed document without a schema and refuses it when it is larger than the limits. Linear in the size of the
/// document: a fragment is measured once and its measure is reused wherever it is spread.
/// </summary>
public static class DocumentShape
{
    public static RefusalException? Check(GraphQLDocument document, OperationLimitsOptions limits, bool allowIntrospection)
    {
        var fragments = new Dictionary<string, GraphQLFragmentDefinition>(StringComparer.Ordinal);
        foreach (var definition in document.Definitions)
        {
            if (definition is GraphQLFragmentDefinition fragment)
                fragments.TryAdd(fragment.FragmentName.Name.StringValue, fragment);
        }

        if (fragments.Count > limits.MaxFragments)
            return TooLarge($"The document defines {fragments.Count} fragments; {limits.MaxFragments} are allowed.");

        return CheckWritten(DocumentTally.Of(document), limits) ?? CheckExpanded(document, fragments, limits, allowIntrospection);
    }

    private static RefusalException? CheckWritten(DocumentTally tally, OperationLimitsOptions limits)
    {
        if (tally.Fields > limits.MaxFields)
            return TooLarge($"The document writes {tally.Fields} fields; {limits.MaxFields} are allowed.");
        if (tally.Aliases > limits.MaxAliases)
            return TooLarge($"The document uses {tally.Aliases} aliases; {limits.MaxAliases} are allowed.");
        if (tally.Directives > limits.MaxDirectives)
            return TooLarge($"The document applies {tally.Directives} directives; {limits.MaxDirectives} are allowed.");
        if (tally.DirectivesAtOnePlace > limits.MaxDirectivesPerLocation)
            return TooLarge($"One place of the document applies {tally.DirectivesAtOnePlace} directives; {limits.MaxDirectivesPerLocation} are allowed.");
        return null;
    }

    private static RefusalException? CheckExpanded(
        GraphQLDocument document,
        Dictionary<string, GraphQLFragmentDefinition> fragments,
        OperationLimitsOptions limits,
        bool allowIntrospection)
    {
        var measuring = new ShapeMeasuring(fragments);
        var merging = new MergeComparisons(fragments, limits.MaxMergeComparisons);
        foreach (var definition in document.Definitions)
        {
            if (definition is not IHasSelectionSetNode { SelectionSet: { } selections })
                continue;

            // Fragments are measured too: one that no operation spreads is still validated by the engine.
            var shape = measuring.Measure(selections);
            if (measuring.Cycle is { } name)
                return new RefusalException(ErrorCodes.ValidationFailed, $"Fragment '{name}' spreads itself. Remove the cycle.");

            if (CheckShape(shape, definition is GraphQLOperationDefinition, limits, allowIntrospection) is { } refusal)
                return refusal;

            merging.Add(selections);
            if (merging.Exceeded)
                return TooLarge($"The same fields are asked so often that merging them takes more than {limits.MaxMergeComparisons} comparisons. Ask each field once.");
        }

        return null;
    }

    private static RefusalException? CheckShape(SelectionShape shape, bool isOperation, OperationLimitsOptions limits, bool allowIntrospection)
    {
        if (shape.FragmentVisits > limits.MaxFragmentVisits)
            return TooLarge($"Expanding the fragments takes more than {limits.MaxFragmentVisits} visits. Spread fewer fragments inside fragments.");
        if (shape.Fields > limits.MaxExpandedFields)
            return TooLarge($"The document has more than {limits.MaxExpandedFields} fields once its fragments are expanded.");
        if (isOperation && shape.RootFields > limits.MaxRootFields)
            return TooLarge($"The operation asks {shape.RootFields} root fields; {limits.MaxRootFields} are allowed.");

        // A fragment may be one of introspection, which nests deeper; where it is spread its depth counts for the operation.
        var maxDepth = isOperation ? limits.MaxDepth : Math.Max(limits.MaxDepth, limits.MaxIntrospectionDepth);
        if (shape.Depth > maxDepth)
            return TooComplex($"The document nests {shape.Depth} levels; {maxDepth} are allowed.");
        if (shape.IntrospectionDepth > 0 && !allowIntrospection)
            return new RefusalException(ErrorCodes.IntrospectionDisabled, "Introspection is off here. Read /graphql/schema.graphql instead.");
        if (shape.IntrospectionDepth > limits.MaxIntrospectionDepth)
            return TooComplex($"Introspection nests {shape.IntrospectionDepth} levels; {limits.MaxIntrospectionDepth} are allowed.");
        if (shape.IntrospectionDepth > 0 && shape.IntrospectionLists > limits.MaxIntrospectionLists)
            return TooComplex($"Introspection nests {shape.IntrospectionLists} lists of types or fields; {limits.MaxIntrospectionLists} are allowed.");
        return null;
    }

    private static RefusalException TooLarge(string message) => new(ErrorCodes.QueryTooLarge, message);

    private static RefusalException TooComplex(string message) => new(ErrorCodes.QueryTooComplex, message);
}
