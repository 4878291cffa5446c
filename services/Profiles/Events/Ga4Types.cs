using System.Collections.Frozen;

namespace Freshet.Profiles.Events;

/// <summary>The type that an event of Google Analytics becomes: the house's word where it has one.</summary>
public static class Ga4Types
{
    private static readonly FrozenDictionary<string, string> Known = new Dictionary<string, string>
    {
        ["page_view"] = EventTypes.PageViewed,
        ["screen_view"] = EventTypes.ScreenViewed,
        ["view_item"] = "product.viewed",
        ["add_to_cart"] = "cart.updated",
        ["remove_from_cart"] = "cart.updated",
        ["purchase"] = "order.completed",
        ["refund"] = "order.refunded",
        ["join_group"] = EventTypes.GroupJoined,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Null for a name that is none.</summary>
    public static string? Of(string name) => Known.GetValueOrDefault(name) ?? EventTypes.Normalize(name);
}
