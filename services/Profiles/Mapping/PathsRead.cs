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

    private readonly Dictionary<string, Syntax> lets;
    private readonly List<(string? Type, IReadOnlySet<string>? Paths)> rules = [];

    /// <param name="definition">It compiles.</param>
    public PathsRead(MappingDefinition definition)
    {
        lets = definition.Let.ToDictionary(let => let.Name, let => Parse(let.Expression));
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
        ExpressionText?[] texts =
        [
            rule.When, rule.TypeFrom, rule.At, rule.TraitsFrom, rule.PropertiesFrom,
            .. rule.Identities.Concat(rule.Traits).Concat(rule.Properties).Select(named => named.Expression),
        ];
        foreach (var text in texts.OfType<ExpressionText>())
        {
            Add(Parse(text), paths);
        }

        return paths;
    }

    private static Syntax Parse(ExpressionText text) => ExpressionParser.Parse(text.Text, out _, out _)!;

    private void Add(Syntax syntax, HashSet<string> paths)
    {
        if (PathOf(syntax) is { } path)
        {
            paths.Add(path);
            return;
        }

        foreach (var part in Parts(syntax))
        {
            Add(part, paths);
        }
    }

    private IEnumerable<Syntax> Parts(Syntax syntax) => syntax switch
    {
        Syntax.Name name => lets.TryGetValue(name.Text, out var let) ? [let] : [],
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
    private string? PathOf(Syntax syntax) => syntax switch
    {
        Syntax.Name { Text: Item } => null,
        Syntax.Name name => lets.TryGetValue(name.Text, out var let) ? PathOf(let) : name.Text,
        Syntax.Step step => PathOf(step.From) is { } from ? from == Whole ? step.Text : $"{from}.{step.Text}" : null,
        _ => null,
    };
}
