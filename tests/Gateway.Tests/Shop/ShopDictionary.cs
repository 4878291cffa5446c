using Freshet.Profiles.Dictionary;

namespace Freshet.Gateway.Tests.Shop;

/// <summary>One trait of every type, and the kinds of promise.</summary>
internal static class ShopDictionary
{
    public static IReadOnlyList<TraitDefinition> Traits { get; } =
    [
        new() { Name = "first_name", Type = TraitType.String, IsPersonal = true },
        new() { Name = "plan", Type = TraitType.String, MaxAge = TimeSpan.FromDays(30), Default = "\"free\"" },
        new() { Name = "points", Type = TraitType.Integer },
        new() { Name = "credit", Type = TraitType.Decimal },
        new() { Name = "subscribed", Type = TraitType.Boolean },
        new() { Name = "birthday", Type = TraitType.Date },
        new() { Name = "last_seen", Type = TraitType.DateTime },
        new() { Name = "interests", Type = TraitType.List },
        new() { Name = "cart", Type = TraitType.Object },
        new()
        {
            Name = "orders_30d",
            Type = TraitType.Integer,
            Computed = new Computation { Aggregate = Aggregate.Count, EventType = "order.completed", WindowDays = 30 },
        },
    ];
}
