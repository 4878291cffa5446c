namespace Freshet.Profiles.Mapping;

/// <summary>
/// Which paths of a body a mapping looks at: those that are written in it, as they are written. Where it takes a whole, everything within counts. Inside
/// of <c>map</c> and its like names stand for members of an item; they are taken along as if they were members of the body.
/// </summary>
internal sealed class PathsRead
{
    /// <summary>The whole body, by the name that expressions have for it.</summary>
    public const string Whole = "$";

    private const string Item = "this";

    private readonly Dictionary<string, Let> lets = [];
    private readonly List<(string? Type, IReadOnlySet<string>? Paths)> rules = [];

    /// <param name="definition">It compiles.</param>
    public PathsRead(MappingDefinition definition)
    {
        foreach (var let in definition.Let)
        {
            lets.Add(let.Name, new Let(Parse(let.Expression), lets.Count));
        }

        foreach (var rule in definition.Rules)
        {
            rules.Add((rule.Type, rule.Script is null ? Of(rule) : null));
        }
    }

    /// <summary>By the rules that give events of this type; null: nobody can say, since a script may look at anything.</summary>
    public IReadOnlyList<string>? For(string type)
    {
        var fitting = rules.Where(rule => rule.Type is null || rule.Type == type).ToList();
        return fitting.Exists(rule => rule.Paths is null) ? null : [.. fitting.SelectMany(rule => rule.Paths!).Distinct()];
    }

    private HashSet<string> Of(MappingRule rule)
    {
        var paths = new HashSet<string>();
        var seen = new HashSet<int>();
        ExpressionText?[] texts =
        [
            rule.When, rule.TypeFrom, rule.At, rule.TraitsFrom, rule.PropertiesFrom,
            .. rule.Identities.Concat(rule.Traits).Concat(rule.Properties).Select(named => named.Expression),
        ];
        foreach (var text in texts.OfType<ExpressionText>())
        {
            Add(Parse(text), lets.Count, paths, seen);
        }

        return paths;
    }

    private static Syntax Parse(ExpressionText text) => ExpressionParser.Parse(text.Text, out _, out _)!;

    /// <param name="syntax">An expression.</param>
    /// <param name="known">How many names of 'let' it knows: those before it. The same name within a name's own expression is a member.</param>
    /// <param name="paths">What it looks at.</param>
    /// <param name="seen">The names that were followed.</param>
    private void Add(Syntax syntax, int known, HashSet<string> paths, HashSet<int> seen)
    {
        if (PathOf(syntax, known) is { } path)
        {
            paths.Add(path);
        }
        else if (syntax is Syntax.Name name)
        {
            // Once each: names that are made of one another twice over would take for ever.
            if (Find(name, known) is { } let && seen.Add(let.Index))
            {
                Add(let.Value, let.Index, paths, seen);
            }
        }
        else
        {
            foreach (var part in Parts(syntax))
            {
                Add(part, known, paths, seen);
            }
        }
    }

    private Let? Find(Syntax.Name name, int known) => lets.TryGetValue(name.Text, out var let) && let.Index < known ? let : null;

    private static IEnumerable<Syntax> Parts(Syntax syntax) => syntax switch
    {
        Syntax.Step step => [step.From],
        Syntax.Call { Function: MappingFunctions.Lookup } call => call.Arguments.Skip(1),
        Syntax.Call call => call.Arguments,
        Syntax.List list => list.Items,
        Syntax.Not not => [not.Operand],
        Syntax.Logic logic => logic.Operands,
        Syntax.Comparison comparison => [comparison.Left, comparison.Right],
        _ => [],
    };

    // Null for what is no path, or begins with a name of 'let' that is none.
    private string? PathOf(Syntax syntax, int known) => syntax switch
    {
        Syntax.Name { Text: Item } => null,
        Syntax.Name name => Find(name, known) is { } let ? PathOf(let.Value, let.Index) : name.Text,
        Syntax.Step step => PathOf(step.From, known) is { } from ? from == Whole ? step.Text : $"{from}.{step.Text}" : null,
        _ => null,
    };

    private sealed record Let(Syntax Value, int Index);
}
