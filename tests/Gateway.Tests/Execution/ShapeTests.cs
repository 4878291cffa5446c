using CsCheck;
using Freshet.Gateway.Execution.Limits;
using GraphQLParser;
using GraphQLParser.AST;

namespace Freshet.Gateway.Tests.Execution;

public sealed class ShapeTests
{
    /// <summary>Some fragments, each a list of what it selects: fields, nested fields, and spreads of later fragments.</summary>
    private static readonly Gen<int[][]> Documents = Gen.Int[0, 9].Array[0, 5].Array[1, 7];

    [Fact]
    public void The_measure_with_remembered_fragments_equals_the_measure_of_the_expanded_document() =>
        Documents.Sample(fragments =>
        {
            var document = Parser.Parse(Write(fragments));
            var known = document.Definitions.OfType<GraphQLFragmentDefinition>().ToDictionary(fragment => fragment.FragmentName.Name.StringValue);
            var operation = document.Definitions.OfType<GraphQLOperationDefinition>().Single();

            var measured = new ShapeMeasuring(known).Measure(operation.SelectionSet);

            measured.ShouldBe(Expand(operation.SelectionSet, known));
        });

    [Theory]
    [InlineData("{ a }", 3, false)]
    [InlineData("{ a }", 2, true)]
    [InlineData("# five words of a comment\n{ a(b: \"one string\") }", 9, false)]
    [InlineData("{ a \"never closed", 5, false)]
    [InlineData("", 0, false)]
    public void Tokens_are_counted_up_to_the_limit(string text, int limit, bool exceeds) => TokenCount.Exceeds(text, limit).ShouldBe(exceeds);

    private static string Write(int[][] fragments) => "{ root { ...F0 } ...F0 }" + string.Concat(fragments.Select((selections, number) =>
        $" fragment F{number} on T {{ x {string.Join(' ', selections.Select(selection => Write(selection, number, fragments.Length)))} }}"));

    private static string Write(int selection, int owner, int count) => selection switch
    {
        0 or 1 => "a",
        2 => "a { b }",
        3 => "... on T { c { d { e } } }",
        4 => "__schema { types { fields { name } } }",
        _ when owner + 1 + (selection % 3) < count => selection % 2 == 0 ? $"...F{owner + 1 + (selection % 3)}" : $"g {{ ...F{owner + 1 + (selection % 3)} }}",
        _ => "h",
    };

    // The same measure, written without memory.
    private static SelectionShape Expand(GraphQLSelectionSet selections, Dictionary<string, GraphQLFragmentDefinition> fragments)
    {
        var total = default(SelectionShape);
        foreach (var selection in selections.Selections)
        {
            total = total.Beside(selection switch
            {
                GraphQLInlineFragment inline => Visited(Expand(inline.SelectionSet, fragments)),
                GraphQLFragmentSpread spread => Visited(Expand(fragments[spread.FragmentName.Name.StringValue].SelectionSet, fragments)),
                GraphQLField { SelectionSet: null } => new SelectionShape(1, 1, 0, 1, 0, 0),
                GraphQLField field => Wrap(field, Expand(field.SelectionSet, fragments)),
                _ => throw new System.Diagnostics.UnreachableException(),
            });
        }

        return total;
    }

    private static SelectionShape Visited(SelectionShape shape) => shape with { FragmentVisits = shape.FragmentVisits + 1 };

    private static SelectionShape Wrap(GraphQLField field, SelectionShape inner) => field.Name.StringValue == "__schema"
        ? new SelectionShape(inner.Fields + 1, 1, inner.FragmentVisits, 1, 1 + Math.Max(inner.Depth, inner.IntrospectionDepth), inner.IntrospectionLists)
        : new SelectionShape(
            inner.Fields + 1,
            1,
            inner.FragmentVisits,
            1 + inner.Depth,
            inner.IntrospectionDepth == 0 ? 0 : inner.IntrospectionDepth + 1,
            inner.IntrospectionLists + (field.Name.StringValue == "fields" ? 1 : 0));
}
