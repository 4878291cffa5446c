using GraphQLParser.AST;

namespace Freshet.Gateway.Execution.Limits;

/// <summary>What is written in a document, fragments not expanded.</summary>
public readonly record struct DocumentTally(int Fields, int Aliases, int Directives, int DirectivesAtOnePlace)
{
    public static DocumentTally Of(GraphQLDocument document)
    {
        var counter = new Counter();
        foreach (var definition in document.Definitions)
        {
            counter.CountDirectives(definition);
            if (definition is GraphQLOperationDefinition { Variables: { } variables })
            {
                foreach (var variable in variables.Items)
                    counter.CountDirectives(variable);
            }

            if (definition is IHasSelectionSetNode { SelectionSet: { } selections })
                counter.Count(selections);
        }

        return new DocumentTally(counter.Fields, counter.Aliases, counter.Directives, counter.AtOnePlace);
    }

    private sealed class Counter
    {
        public int Fields { get; private set; }

        public int Aliases { get; private set; }

        public int Directives { get; private set; }

        public int AtOnePlace { get; private set; }

        // Recursion is bounded by the parser's own depth limit.
        public void Count(GraphQLSelectionSet selections)
        {
            foreach (var selection in selections.Selections)
            {
                CountDirectives(selection);
                if (selection is GraphQLField field)
                {
                    Fields++;
                    Aliases += field.Alias is null ? 0 : 1;
                }

                if (selection is IHasSelectionSetNode { SelectionSet: { } nested })
                    Count(nested);
            }
        }

        public void CountDirectives(ASTNode node)
        {
            if (node is not IHasDirectivesNode { Directives: { } directives })
                return;

            Directives += directives.Count;
            AtOnePlace = Math.Max(AtOnePlace, directives.Count);
        }
    }
}
