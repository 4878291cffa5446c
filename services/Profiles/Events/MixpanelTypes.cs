using System.Text.Json;

namespace Freshet.Profiles.Events;

/// <summary>The type that an item of Mixpanel's protocol becomes. Pure; Ingress asks it to filter, reading asks it to know.</summary>
public static class MixpanelTypes
{
    public const string GroupUpdated = "group.updated";

    /// <summary>Operations whose result depends on what was there before, in any order that is known only to the sender: they become events of their own.</summary>
    internal static IReadOnlyList<(string Operation, string Type)> OperationsAsEvents { get; } =
    [
        ("$add", "profile.incremented"), ("$append", "profile.appended"), ("$remove", "profile.value.removed"), ("$delete", "customer.deleted"),
    ];

    /// <summary>Operations that say what a trait is.</summary>
    internal static IReadOnlyList<string> OperationsOnTraits { get; } = ["$set", "$set_once", "$union", "$unset"];

    /// <summary>Null for an item that is no event with a name, and no operation, or several that would be events of their own.</summary>
    public static string? Of(JsonElement item)
    {
        if (Members.Find(item, "event"u8) is { ValueKind: not JsonValueKind.Undefined } name)
        {
            return name.ValueKind == JsonValueKind.String ? OfEvent(name.GetString()!) : null;
        }

        var types = OperationsAsEvents.Where(known => Has(item, known.Operation)).Select(known => known.Type).ToList();
        return types.Count switch
        {
            0 when !OperationsOnTraits.Any(operation => Has(item, operation)) => null,
            0 => Members.Find(item, "$group_key"u8).ValueKind == JsonValueKind.Undefined ? EventTypes.Identified : GroupUpdated,
            1 => types[0],
            _ => null,
        };
    }

    /// <summary>Whether two ids are said to be one person.</summary>
    internal static bool IsAlias(string name) => name is "$identify" or "$create_alias" or "$merge";

    private static string? OfEvent(string name) => name switch
    {
        "$mp_web_page_view" => EventTypes.PageViewed,
        _ => IsAlias(name) ? EventTypes.Aliased : EventTypes.Normalize(name),
    };

    private static bool Has(JsonElement item, string operation) => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(operation, out _);
}
