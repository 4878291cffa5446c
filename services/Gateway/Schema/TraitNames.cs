using System.Text;
using System.Text.RegularExpressions;
using Freshet.Profiles.Dictionary;

namespace Freshet.Gateway.Schema;

/// <summary>A trait and the field of type Traits that shows it.</summary>
public sealed record TraitField(string FieldName, TraitDefinition Trait);

/// <summary>A trait that has no field, and why. It can still be read with <c>trait(name:)</c>.</summary>
public sealed record ExcludedTrait(string TraitName, string Reason);

/// <summary>The fields that a dictionary gives.</summary>
public sealed record TraitFields(IReadOnlyList<TraitField> Fields, IReadOnlyList<ExcludedTrait> Excluded);

/// <summary>Names traits the GraphQL way: <c>first_name</c> becomes <c>firstName</c>. Pure.</summary>
public static partial class TraitNames
{
    /// <summary>Of traits that would have the same field name, the first of the dictionary has it.</summary>
    public static TraitFields Decide(TraitDictionary dictionary)
    {
        var fields = new Dictionary<string, TraitField>();
        var excluded = new List<ExcludedTrait>();
        foreach (var trait in dictionary.Traits)
        {
            var name = ToFieldName(trait.Name);
            if (Refusal(name, fields) is { } reason)
            {
                excluded.Add(new ExcludedTrait(trait.Name, reason));
            }
            else
            {
                fields.Add(name, new TraitField(name, trait));
            }
        }

        return new TraitFields([.. fields.Values], excluded);
    }

    public static string ToFieldName(string traitName)
    {
        var name = new StringBuilder(traitName.Length);
        foreach (var word in traitName.Split('_', StringSplitOptions.RemoveEmptyEntries))
        {
            name.Append(name.Length == 0 ? char.ToLowerInvariant(word[0]) : char.ToUpperInvariant(word[0])).Append(word, 1, word.Length - 1);
        }

        return name.ToString();
    }

    private static string? Refusal(string name, Dictionary<string, TraitField> taken)
    {
        if (!GraphQLName.IsMatch(name))
        {
            return $"its field would be named '{name}', which is not a GraphQL name. "
                + "Give it a name of letters, digits and underscores that starts with a letter.";
        }

        return taken.TryGetValue(name, out var other)
            ? $"its field '{name}' is already that of trait '{other.Trait.Name}'. Rename one of the two."
            : null;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*$")]
    private static partial Regex GraphQLName { get; }
}
