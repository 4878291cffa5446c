using Freshet.Migrator.Workspaces.Yaml;
using Freshet.Profiles.Dictionary;

namespace Freshet.Migrator.Workspaces;

/// <summary>Reads <c>computed</c>.</summary>
internal static class ComputationReader
{
    private const string Example = "{ aggregate: count, event: order.completed }";

    private static readonly TraitType[] Numbers = [TraitType.Integer, TraitType.Decimal];
    private static readonly TraitType[] Ordered = [TraitType.Integer, TraitType.Decimal, TraitType.Date, TraitType.DateTime];

    public static Computation? Read(YamlMap trait, TraitType type)
    {
        if (trait.Map("computed", WorkspaceKeys.Computed, Example) is not { } map)
        {
            return null;
        }

        map.Require("aggregate", $"add one of: {string.Join(", ", DefinitionWords.All<Aggregate>())}");
        map.Require("event", "name the event type that it reads, like order.completed");
        var eventType = EventTypes.Check(map.File, map.Text("event"), map.Find("event"));
        var property = ReadProperty(map);
        var window = Durations.ReadDays(map, "window");
        if (Words.Read<Aggregate>(map, "aggregate") is not { } aggregate)
        {
            return null;
        }

        CheckProperty(map, aggregate);
        CheckType(trait, type, aggregate, map.Has("property"));
        return eventType is null ? null : new Computation { Aggregate = aggregate, EventType = eventType, Property = property, WindowDays = window };
    }

    private static string? ReadProperty(YamlMap map)
    {
        if (map.Text("property") is not { } path || Patterns.Path.IsMatch(path))
        {
            return map.Has("property") ? map.Text("property") : null;
        }

        map.Error("property", $"'{path}' is no path; write names with dots between, like order.total");
        return null;
    }

    private static void CheckProperty(YamlMap map, Aggregate aggregate)
    {
        var needsProperty = aggregate is Aggregate.Sum or Aggregate.Min or Aggregate.Max or Aggregate.Distinct;
        if (needsProperty)
        {
            map.Require("property", $"'{DefinitionWords.Of(aggregate)}' needs the path of a value in the event, like 'property: total'");
        }
        else if (aggregate == Aggregate.Count && map.Has("property"))
        {
            map.Error("property", "'count' counts events and reads no property; remove it, or use 'distinct' to count different values");
        }
    }

    private static void CheckType(YamlMap trait, TraitType type, Aggregate aggregate, bool hasProperty)
    {
        var types = TypesOf(aggregate, hasProperty);
        if (types is not null && !types.Contains(type))
        {
            var what = aggregate is Aggregate.First or Aggregate.Last
                ? $"'{DefinitionWords.Of(aggregate)}' without a property gives the event's time"
                : $"'{DefinitionWords.Of(aggregate)}' does not give a value of type '{DefinitionWords.Of(type)}'";
            trait.Error("type", $"{what}; set 'type: {string.Join("' or 'type: ", types.Select(DefinitionWords.Of))}'");
        }
    }

    private static TraitType[]? TypesOf(Aggregate aggregate, bool hasProperty) => aggregate switch
    {
        Aggregate.Count or Aggregate.Distinct => [TraitType.Integer],
        Aggregate.Sum => Numbers,
        Aggregate.Min or Aggregate.Max => Ordered,
        _ => hasProperty ? null : [TraitType.DateTime],
    };
}
