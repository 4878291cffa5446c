using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;

namespace Freshet.Profiles.Tests.Storage;

/// <summary>A small shop's dictionary and events.</summary>
internal static class Shop
{
    public static readonly IReadOnlyList<TraitDefinition> Traits =
    [
        new() { Name = "first_name", Type = TraitType.String, IsPersonal = true },
        new() { Name = "plan", Type = TraitType.String },
        new() { Name = "points", Type = TraitType.Integer, Policy = TraitPolicy.Sum },
        new() { Name = "orders", Type = TraitType.Integer, Computed = new() { Aggregate = Aggregate.Count, EventType = "order.completed" } },
        new() { Name = "spent", Type = TraitType.Decimal, Computed = new() { Aggregate = Aggregate.Sum, EventType = "order.completed", Property = "total" } },
    ];

    public static RawEvent Order(string messageId, string user, decimal total = 10, int minute = 0) =>
        Webhook(messageId, "order.completed", new { user_id = user, total }, minute);

    public static RawEvent Webhook(string messageId, string type, object data, int minute = 0, string source = "demo")
    {
        var at = Store.Start.AddMinutes(minute - 600);
        return Raw(messageId, JsonSerializer.SerializeToUtf8Bytes(new { type, timestamp = at, data }), source);
    }

    public static RawEvent Raw(string messageId, byte[] body, string source = "demo") => new()
    {
        EventId = EventIds.From(source, messageId),
        SourceId = source,
        MessageId = messageId,
        ReceivedAt = Store.Start,
        Format = RawEventFormat.Webhook,
        Headers = new Dictionary<string, string> { ["content-type"] = "application/json" },
        Body = body,
    };
}
