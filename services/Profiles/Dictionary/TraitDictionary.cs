using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Freshet.Profiles.Formats;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Dictionary;

/// <summary>The data dictionary at one version: every trait that this installation knows.</summary>
public sealed class TraitDictionary
{
    private const int LongestName = 128;

    private readonly FrozenDictionary<string, TraitDefinition> byName;
    private readonly FrozenDictionary<string, TraitDefinition> byMember;
    private readonly FrozenDictionary<string, TraitDefinition>.AlternateLookup<ReadOnlySpan<char>> byMemberText;
    private readonly FrozenDictionary<string, TraitRule> rules;
    private readonly FrozenDictionary<string, TraitChecks> checks;

    public TraitDictionary(long version, IReadOnlyList<TraitDefinition> traits)
    {
        Version = version;
        Traits = traits;
        byName = traits.ToFrozenDictionary(trait => trait.Name);
        byMember = traits.Where(trait => trait.Computed is null)
            .SelectMany(trait => new[] { trait.Name, JsonNamingPolicy.CamelCase.ConvertName(PascalCase(trait.Name)) }.Select(name => (name, trait)))
            .DistinctBy(entry => entry.name)
            .ToFrozenDictionary(entry => entry.name, entry => entry.trait);
        byMemberText = byMember.GetAlternateLookup<ReadOnlySpan<char>>();
        rules = traits.ToFrozenDictionary(trait => trait.Name, TraitRule.Of);
        checks = traits.Where(TraitChecks.AreNeededBy).ToFrozenDictionary(trait => trait.Name, trait => new TraitChecks(trait));
        Countries = [.. traits.Where(trait => trait is { Computed: null, Type: TraitType.String, Format: TextFormat.Country }).Select(trait => trait.Name)];
        Computed = traits.Where(trait => trait.Computed is not null)
            .GroupBy(trait => trait.Computed!.EventType)
            .ToFrozenDictionary(group => group.Key, group => (IReadOnlyList<TraitDefinition>)[.. group]);
    }

    public static TraitDictionary Empty { get; } = new(0, []);

    /// <summary>The workspace version it was loaded at.</summary>
    public long Version { get; }

    /// <summary>In the order of the workspace file.</summary>
    public IReadOnlyList<TraitDefinition> Traits { get; }

    /// <summary>Computed traits by the event type that they read.</summary>
    public FrozenDictionary<string, IReadOnlyList<TraitDefinition>> Computed { get; }

    /// <summary>The names of observed traits that are a country, in the order of the workspace file.</summary>
    public IReadOnlyList<string> Countries { get; }

    public TraitDefinition? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>The observed trait that a member of an event's JSON stands for, by its own name or in camel case.</summary>
    public TraitDefinition? FindMember(JsonProperty member)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(member);
        Span<char> letters = stackalloc char[LongestName];
        if (name.Length > LongestName || name.Contains((byte)'\\'))
        {
            return byMember.GetValueOrDefault(member.Name);
        }

        var length = Encoding.UTF8.GetChars(name, letters);
        return byMemberText.TryGetValue(letters[..length], out var trait) ? trait : null;
    }

    /// <summary>How a trait of this dictionary combines.</summary>
    public TraitRule RuleOf(TraitDefinition trait) => rules[trait.Name];

    /// <summary>What a value has to stand beside its type; null: nothing.</summary>
    public TraitChecks? ChecksOf(TraitDefinition trait) => checks.Count == 0 ? null : checks.GetValueOrDefault(trait.Name);

    private static string PascalCase(string snake) =>
        string.Concat(snake.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
