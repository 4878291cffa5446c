using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Mapping.Scripts;

namespace Freshet.Profiles.Mapping;

/// <summary>Makes a mapping out of its definition, or says everything that is wrong with it.</summary>
public static class MappingCompiler
{
    private const int MostRules = 500;
    private const int MostLets = 100;
    private const int MostExpressions = 5000;

    private static readonly string[] Namespaces =
        [IdentityNamespaces.UserId, IdentityNamespaces.Email, IdentityNamespaces.Phone, IdentityNamespaces.AnonymousId];

    /// <summary>Null if there are errors.</summary>
    /// <param name="definition">What it says.</param>
    /// <param name="version">Which version of its name this is; 0 while it has none.</param>
    /// <param name="errors">All of them, in the order of the definition.</param>
    public static CompiledMapping? Compile(MappingDefinition definition, int version, out IReadOnlyList<MappingError> errors) =>
        Compile(definition, version, areScriptsChecked: true, out errors);

    /// <summary>Without parsing scripts, for hosts that may never run them: they were checked when they were stored.</summary>
    internal static CompiledMapping? Compile(MappingDefinition definition, int version, bool areScriptsChecked, out IReadOnlyList<MappingError> errors)
    {
        var found = new List<MappingError>();
        errors = found;
        if (Size(definition) is { } tooLarge)
        {
            found.Add(new MappingError(0, 0, tooLarge));
            return null;
        }

        var scope = new ExpressionCompiler(definition.Tables, found);
        var lets = definition.Let.Select(let => scope.CompileLet(let)).ToArray();
        var rules = definition.Rules.Select(rule => Rule(rule, scope, areScriptsChecked, found)).ToArray();
        if (rules.Length == 0)
        {
            found.Add(new MappingError(0, 0, "the mapping has no rules; add 'rules:' with at least one"));
        }

        return found.Count > 0 ? null : new CompiledMapping(definition, version, lets, rules);
    }

    private static string? Size(MappingDefinition definition)
    {
        var expressions = definition.Rules.Sum(rule => rule.Identities.Count + rule.Traits.Count + rule.Properties.Count);
        return definition.Rules.Count > MostRules ? $"a mapping has at most {MostRules} rules; make two mappings of it"
            : definition.Let.Count > MostLets ? $"a mapping has at most {MostLets} names under 'let'; remove those that are not needed"
            : expressions > MostExpressions ? $"a mapping has at most {MostExpressions} expressions; remove those that are not needed"
            : null;
    }

    private static CompiledRule Rule(MappingRule rule, ExpressionCompiler scope, bool areScriptsChecked, List<MappingError> errors)
    {
        if (rule.Type is null == rule.TypeFrom is null)
        {
            errors.Add(new MappingError(rule.Line, 1, "a rule says either 'type', like 'type: order.completed', or 'typeFrom', an expression that gives the sender's own name of it"));
        }

        if (rule.Type is { } type && EventTypes.Normalize(type) != type)
        {
            errors.Add(new MappingError(rule.Line, 1, $"'{type}' is no event type; write lower-case words with dots between, in the past tense, like order.completed"));
        }

        CheckSources(rule, errors);
        return new CompiledRule(
            new Place(rule.Line, 1),
            scope.Optional(rule.When),
            rule.Type,
            scope.Optional(rule.TypeFrom),
            rule.At is null ? null : new PlacedNode(new Place(rule.At.Line, rule.At.Column), scope.Compile(rule.At)),
            rule.IsAlias,
            new ReadingNode
            {
                Identities = [.. rule.Identities.Select(identity => new NamedNode(Namespace(identity, errors), scope.Compile(identity.Expression)))],
                Traits = [.. rule.Traits.Select(trait => Named(trait, scope))],
                TraitsFrom = scope.Optional(rule.TraitsFrom),
                Properties = rule.Properties.Count == 0 && rule.PropertiesFrom is null ? null : [.. rule.Properties.Select(property => Named(property, scope))],
                PropertiesFrom = scope.Optional(rule.PropertiesFrom),
            },
            Script(rule, areScriptsChecked, errors));
    }

    private static MappingScript? Script(MappingRule rule, bool isChecked, List<MappingError> errors)
    {
        if (rule.Script is not { } text)
        {
            return null;
        }

        if (rule.At is not null || rule.Identities.Count + rule.Traits.Count + rule.Properties.Count > 0 || rule.TraitsFrom is not null || rule.PropertiesFrom is not null)
        {
            errors.Add(new MappingError(rule.Line, 1, "a rule with a script takes everything but 'when' and the type from it; remove 'at', 'identities', 'traits' and 'properties'"));
        }

        var script = new MappingScript(text);
        if (isChecked && script.Error() is { } error)
        {
            errors.Add(new MappingError(text.Line, text.Column, error));
        }

        return script;
    }

    private static void CheckSources(MappingRule rule, List<MappingError> errors)
    {
        if (rule.Identities.Count == 0 && rule.TraitsFrom is null && rule.Script is null)
        {
            errors.Add(new MappingError(rule.Line, 1, "the rule names no 'identities', so nobody would know whose event it is; add at least one, like 'email: customer.email'"));
        }
    }

    private static NamedNode Named(NamedExpression named, ExpressionCompiler scope) => new(named.Name, scope.Compile(named.Expression));

    private static string Namespace(NamedExpression identity, List<MappingError> errors)
    {
        var isExternal = identity.Name.StartsWith(IdentityNamespaces.ExternalPrefix, StringComparison.Ordinal)
            && Members.IsSystem(identity.Name[IdentityNamespaces.ExternalPrefix.Length..]) && !identity.Name.Any(char.IsUpper);
        if (!isExternal && !Namespaces.Contains(identity.Name))
        {
            errors.Add(new MappingError(
                identity.Expression.Line, 1, $"'{identity.Name}' is no identity namespace; {Suggestion.For(identity.Name, [.. Namespaces, "external:<system>"])}"));
        }

        return identity.Name;
    }
}
