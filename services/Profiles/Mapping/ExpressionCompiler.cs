using Freshet.Profiles.Dictionary;

namespace Freshet.Profiles.Mapping;

/// <summary>From expressions to nodes, under one mapping's tables and names.</summary>
internal sealed class ExpressionCompiler(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> namedTables, List<MappingError> errors)
{
    private static readonly Node Nothing = new ConstantNode(MappedValue.Missing);

    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> tables = namedTables;
    private readonly Dictionary<string, int> lets = [];

    /// <summary>Compiles an expression of <c>let</c> and gives it its name; those before it are known to it.</summary>
    public Node CompileLet(NamedExpression let)
    {
        var node = Compile(let.Expression);
        if (!lets.TryAdd(let.Name, lets.Count))
        {
            errors.Add(new MappingError(let.Expression.Line, 1, $"'{let.Name}' stands under 'let' a second time; remove one of the two"));
        }

        return node;
    }

    public Node? Optional(ExpressionText? text) => text is null ? null : Compile(text);

    /// <summary>The node; one without a value after reporting what is wrong.</summary>
    public Node Compile(ExpressionText text)
    {
        if (ExpressionParser.Parse(text.Text, out var error, out var offset) is { } syntax)
        {
            return new InText(this, text).Node(syntax);
        }

        Report(text, offset, error);
        return Nothing;
    }

    private void Report(ExpressionText text, int offset, string message)
    {
        var place = PlaceOf(text, offset);
        errors.Add(new MappingError(place.Line, place.Column, place.Line == 0 ? $"'{Shorten(text.Text)}': {message}" : message));
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : $"{text[..60]}...";

    private static Place PlaceOf(ExpressionText text, int offset)
    {
        var before = text.Text.AsSpan(0, Math.Clamp(offset, 0, text.Text.Length));
        var lines = before.Count('\n');
        return text.Line == 0 ? default
            : lines == 0 ? new Place(text.Line, text.Column + before.Length)
            : new Place(text.Line + lines, before.Length - before.LastIndexOf('\n'));
    }

    /// <summary>One expression: its errors are told by its own places.</summary>
    private sealed class InText(ExpressionCompiler scope, ExpressionText text)
    {
        public Node Node(Syntax syntax) => syntax switch
        {
            Syntax.Literal literal => new ConstantNode(literal.Value),
            Syntax.Name name => Name(name.Text),
            Syntax.Step step => Path(step),
            Syntax.List list => new ListNode(Nodes(list.Items)),
            Syntax.Not not => new NotNode(Node(not.Operand)),
            Syntax.Logic logic => new LogicNode(logic.IsAnd, Nodes(logic.Operands)),
            Syntax.Comparison comparison => new ComparisonNode(comparison.Operator, Node(comparison.Left), Node(comparison.Right)),
            Syntax.Call call => Call(call),
            _ => throw new ArgumentOutOfRangeException(nameof(syntax), syntax, "Unknown syntax."),
        };

        private Node[] Nodes(IReadOnlyList<Syntax> items) => [.. items.Select(Node)];

        private Node Name(string name) => name switch
        {
            "$" => new BodyNode(),
            "this" => new ItemNode(),
            _ => scope.lets.TryGetValue(name, out var let) ? new LetNode(let) : new PathNode(new ItemNode(), [name]),
        };

        private PathNode Path(Syntax.Step last)
        {
            var names = new List<string>();
            Syntax from = last;
            while (from is Syntax.Step step)
            {
                names.Add(step.Text);
                from = step.From;
            }

            names.Reverse();
            return new PathNode(Node(from), names);
        }

        private Node Call(Syntax.Call call)
        {
            if (call.Function == MappingFunctions.Lookup)
            {
                return Lookup(call);
            }

            if (!MappingFunctions.ByName.TryGetValue(call.Function, out var function))
            {
                var known = MappingFunctions.ByName.Keys.Append(MappingFunctions.Lookup).Order().ToList();
                return Wrong(call.Offset, $"there is no function '{call.Function}'; {Suggestion.For(call.Function, known)}");
            }

            if (call.Arguments.Count < function.Least || call.Arguments.Count > function.Most)
            {
                return Wrong(call.Offset, $"'{call.Function}' cannot take {call.Arguments.Count} argument(s); write {function.Usage}");
            }

            return function.Check?.Invoke(call.Arguments) is { } fault
                ? Wrong(call.Arguments[fault.Argument].Offset, $"{fault.Error}; write {function.Usage}")
                : new CallNode(function, Nodes(call.Arguments), PlaceOf(text, call.Offset));
        }

        private Node Lookup(Syntax.Call call)
        {
            if (call.Arguments.Count is < 2 or > 3 || call.Arguments[0] is not Syntax.Name table)
            {
                return Wrong(call.Offset, "a look-up names a table and a value, and perhaps what to give for others; write lookup(table, value, other)");
            }

            return scope.tables.TryGetValue(table.Text, out var entries)
                ? new LookupNode(entries, Node(call.Arguments[1]), call.Arguments.Count == 3 ? Node(call.Arguments[2]) : Nothing)
                : Wrong(table.Offset, $"there is no table '{table.Text}' under 'tables'; {Cure(table.Text)}");
        }

        private string Cure(string table) => scope.tables.Count == 0 ? "add it" : Suggestion.For(table, [.. scope.tables.Keys]);

        private Node Wrong(int offset, string message)
        {
            scope.Report(text, offset, message);
            return Nothing;
        }
    }
}
