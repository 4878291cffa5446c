using System.Text.Json;
using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Formats;
using Freshet.Profiles.Traits;
using YamlDotNet.RepresentationModel;

namespace Freshet.Migrator.Workspaces;

/// <summary>Reads what a value has to stand beside its type, what an explicit null means, and whether the trait's default stands it too.</summary>
internal static class CheckReader
{
    private const int LongestText = 1_000_000;
    private const int LongestValue = 200;

    private static readonly TraitType[] Texts = [TraitType.String, TraitType.List];
    private static readonly TraitType[] Bounded = [TraitType.Integer, TraitType.Decimal, TraitType.Date, TraitType.DateTime];
    private static readonly string[] OfObserved = ["format", "minimum", "maximum", "maxLength", "pattern", "missing"];

    public static TraitDefinition Read(YamlMap map, TraitDefinition trait)
    {
        foreach (var key in OfObserved.Where(key => trait.Computed is not null && map.Has(key)))
        {
            map.Error(key, $"a computed trait has no '{key}', since its value comes from events alone; remove it");
        }

        var read = trait with
        {
            Format = Fits(map, "format", trait, Texts) ? Words.Read<TextFormat>(map, "format") : null,
            Values = ReadValues(map, trait),
            Minimum = ReadBound(map, "minimum", trait),
            Maximum = ReadBound(map, "maximum", trait),
            MaxLength = Fits(map, "maxLength", trait, Texts) ? map.Integer("maxLength", 1, LongestText) : null,
            Pattern = ReadPattern(map, trait),
            Missing = ReadMissing(map, trait),
        };
        CheckBounds(map, read);
        return read with { Default = CheckedDefault(map, read) };
    }

    /// <summary>False if the key is absent, or after reporting that it is for other types.</summary>
    private static bool Fits(YamlMap map, string key, TraitDefinition trait, TraitType[] types)
    {
        if (map.Has(key) && !types.Contains(trait.Type))
        {
            map.Error(key, $"'{key}' does not fit type '{DefinitionWords.Of(trait.Type)}'; it is for {string.Join(", ", types.Select(DefinitionWords.Of))}, so remove it");
            return false;
        }

        return map.Has(key);
    }

    private static List<string> ReadValues(YamlMap map, TraitDefinition trait)
    {
        if (trait.Type == TraitType.Enum)
        {
            map.Require("values", "an enum needs the texts that it can be, like 'values: [free, pro]'");
        }

        if (!Fits(map, "values", trait, [TraitType.Enum]))
        {
            return [];
        }

        var values = new List<string>();
        foreach (var (text, node) in map.Texts("values", "free"))
        {
            if (text.Length is 0 or > LongestValue || text != text.Trim())
            {
                map.File.Error(node.Start, $"a value has 1 to {LongestValue} characters and no white space around it; write it like free");
            }
            else if (values.Contains(text, StringComparer.OrdinalIgnoreCase))
            {
                map.File.Error(node.Start, $"'{text}' stands here a second time (case does not count); remove one of the two");
            }

            values.Add(text);
        }

        if (values.Count == 0)
        {
            map.Error("values", "a list without values takes nothing; name at least one, like free");
        }

        return values;
    }

    private static string? ReadBound(YamlMap map, string key, TraitDefinition trait)
    {
        if (!Fits(map, key, trait, Bounded))
        {
            return null;
        }

        if (map.Find(key) is YamlScalarNode node && DefaultReader.Convert(node, trait.Type) is { } value
            && TraitValues.TryCoerce(trait.Type, JsonElement.Parse(value.ToJsonString()), out var typed))
        {
            return typed.GetRawText();
        }

        map.Error(key, $"'{key}' is {YamlScalars.Describe(map.Find(key)!)}, but the trait's type is '{DefinitionWords.Of(trait.Type)}'; write a value of that type");
        return null;
    }

    private static void CheckBounds(YamlMap map, TraitDefinition trait)
    {
        if (trait is { Minimum: { } low, Maximum: { } high } && ValueOrder.Compare(JsonElement.Parse(low), JsonElement.Parse(high)) > 0)
        {
            map.Error("minimum", "'minimum' is above 'maximum', so nothing would be taken; swap them");
        }
    }

    private static string? ReadPattern(YamlMap map, TraitDefinition trait)
    {
        if (!Fits(map, "pattern", trait, Texts) || map.Text("pattern") is not { } pattern)
        {
            return null;
        }

        try
        {
            TraitChecks.PatternOf(pattern);
            return pattern;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            map.Error("pattern", failure is NotSupportedException
                ? "this pattern could take forever on some texts; write it without lookarounds, backreferences and atomic groups"
                : $"this is no regular expression ({failure.Message}); write one like '^[A-Z]{{2}}-[0-9]+$'");
            return null;
        }
    }

    private static MissingPolicy ReadMissing(YamlMap map, TraitDefinition trait)
    {
        // Without quotes, YAML means nothing by null, and here that is the word.
        var missing = map.Find("missing") is YamlScalarNode { Value: "null" } ? MissingPolicy.Null
            : Words.Read<MissingPolicy>(map, "missing") ?? MissingPolicy.Default;
        if (map.Has("missing") && missing != MissingPolicy.Keep && trait.Computed is null && !Observation.CanBeCleared(trait.Policy))
        {
            map.Error("missing", $"under policy '{DefinitionWords.Of(trait.Policy)}' nothing can be taken back; set 'missing: keep', or another policy");
        }

        return missing;
    }

    /// <summary>The default in the form that an event's value would get.</summary>
    private static string? CheckedDefault(YamlMap map, TraitDefinition trait)
    {
        if (trait.Default is not { } text || trait is { Type: TraitType.Enum, Values.Count: 0 } || (!TraitChecks.AreNeededBy(trait) && trait.Type is not (TraitType.Money or TraitType.Duration or TraitType.Enum)))
        {
            return trait.Default;
        }

        var fault = TraitValues.TryCoerce(trait.Type, JsonElement.Parse(text), out var typed) ? new TraitChecks(trait).Take(ref typed, null) : "type.mismatch";
        if (fault is not null)
        {
            map.Error("default", $"the default is no value that the trait would take ({fault}); write one that it would");
        }

        return fault is null ? typed.GetRawText() : null;
    }
}
