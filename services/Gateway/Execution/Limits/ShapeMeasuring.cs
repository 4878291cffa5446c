using GraphQLParser.AST;

namespace Freshet.Gateway.Execution.Limits;

/// <summary>
/// The measure of a selection set with its fragments expanded. Counts saturate at <see cref="int.MaxValue"/>: fragments that
/// double each other reach astronomic numbers.
/// </summary>
public readonly record struct SelectionShape(
    long Fields,
    long RootFields,
    long FragmentVisits,
    int Depth,
    int IntrospectionDepth,
    int IntrospectionLists)
{
    /// <summary>Puts two selections beside each other.</summary>
    public SelectionShape Beside(SelectionShape other) => new(
        Saturate(Fields + other.Fields),
        Saturate(RootFields + other.RootFields),
        Saturate(FragmentVisits + other.FragmentVisits),
        Math.Max(Depth, other.Depth),
        Math.Max(IntrospectionDepth, other.IntrospectionDepth),
        Math.Max(IntrospectionLists, other.IntrospectionLists));

    private static long Saturate(long value) => Math.Min(value, int.MaxValue);
}

/// <summary>Measures selection sets; remembers fragments, and the first fragment found to spread itself.</summary>
public sealed class ShapeMeasuring(IReadOnlyDictionary<string, GraphQLFragmentDefinition> fragments)
{
    private readonly Dictionary<string, SelectionShape> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    public string? Cycle { get; private set; }

    public SelectionShape Measure(GraphQLSelectionSet selections)
    {
        var total = default(SelectionShape);
        foreach (var selection in selections.Selections)
        {
            total = total.Beside(selection switch
            {
                GraphQLField field => OfField(field),
                GraphQLInlineFragment inline => Visited(Measure(inline.SelectionSet)),
                GraphQLFragmentSpread spread => OfSpread(spread.FragmentName.Name.StringValue),
                _ => default,
            });
        }

        return total;
    }

    private SelectionShape OfField(GraphQLField field)
    {
        var inner = field.SelectionSet is { } nested ? Measure(nested) : default;
        var name = field.Name.Value.Span;
        var lists = inner.IntrospectionLists + (IsListOfTypes(name) ? 1 : 0);

        return name is "__schema" or "__type"
            ? new SelectionShape(inner.Fields + 1, 1, inner.FragmentVisits, 1, 1 + Math.Max(inner.Depth, inner.IntrospectionDepth), lists)
            : new SelectionShape(
                inner.Fields + 1,
                1,
                inner.FragmentVisits,
                1 + inner.Depth,
                inner.IntrospectionDepth == 0 ? 0 : 1 + inner.IntrospectionDepth,
                lists);
    }

    // The introspection fields that lead from a type to many types: nested in each other they multiply.
    private static bool IsListOfTypes(ReadOnlySpan<char> name) =>
        name is "fields" or "inputFields" or "interfaces" or "possibleTypes";

    private SelectionShape OfSpread(string name)
    {
        if (_known.TryGetValue(name, out var known))
            return Visited(known);
        if (!fragments.TryGetValue(name, out var fragment))
            return default;
        if (!_open.Add(name))
        {
            Cycle ??= name;
            return default;
        }

        var shape = Measure(fragment.SelectionSet);
        _open.Remove(name);
        _known[name] = shape;
        return Visited(shape);
    }

    private static SelectionShape Visited(SelectionShape shape) => shape with { FragmentVisits = shape.FragmentVisits + 1 };
}
