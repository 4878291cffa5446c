using GraphQLParser.AST;

namespace Freshet.Gateway.Execution.Limits;

/// <summary>
/// Foresees the work of the engine's rule that fields of one response name must be mergeable: it compares every two of them, and
/// for every two their selections. Counts those pairs by response path, fragments expanded, and stops at the limit. Types are not
/// looked at, so fields of types that exclude each other count too.
/// </summary>
public sealed class MergeComparisons(IReadOnlyDictionary<string, GraphQLFragmentDefinition> fragments, int limit)
{
    private int _pairs;

    public bool Exceeded => _pairs > limit;

    /// <summary>Adds the pairs of one operation or fragment. Its expansion must be known to be bounded and without cycles.</summary>
    public void Add(GraphQLSelectionSet selections) => Visit(selections, new Path());

    private void Visit(GraphQLSelectionSet selections, Path path)
    {
        foreach (var selection in selections.Selections)
        {
            if (Exceeded)
                return;

            switch (selection)
            {
                case GraphQLField field:
                    Visit(field, path);
                    break;
                case GraphQLInlineFragment inline:
                    Visit(inline.SelectionSet, path);
                    break;
                case GraphQLFragmentSpread spread when fragments.TryGetValue(spread.FragmentName.Name.StringValue, out var fragment):
                    Visit(fragment.SelectionSet, path);
                    break;
            }
        }
    }

    private void Visit(GraphQLField field, Path path)
    {
        var child = path.Child((field.Alias?.Name ?? field.Name).StringValue);
        _pairs += child.Fields++;
        if (field.SelectionSet is { } nested)
            Visit(nested, child);
    }

    private sealed class Path
    {
        private Dictionary<string, Path>? _children;

        /// <summary>Fields seen at this path.</summary>
        public int Fields { get; set; }

        public Path Child(string name)
        {
            _children ??= new Dictionary<string, Path>(StringComparer.Ordinal);
            if (!_children.TryGetValue(name, out var child))
                _children[name] = child = new Path();
            return child;
        }
    }
}
