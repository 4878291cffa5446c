using System.Text.Json;
using Freshet.Profiles.Events;

namespace Freshet.Processing.Tests;

/// <summary>One webhook event of a person. Its traits count it, so that being applied twice would show.</summary>
public sealed record TestEvent(string UserId, string Type = "order.completed")
{
    public string MessageId { get; init; } = $"msg_{Guid.CreateVersion7():n}";

    public DateTimeOffset At { get; init; } = TimeProvider.System.GetUtcNow();

    /// <summary>Not JSON: the read step refuses it.</summary>
    public bool IsMalformed { get; init; }

    public Guid EventId => EventIds.From("demo", MessageId);

    public RawEvent ToRaw() => new()
    {
        EventId = EventId,
        SourceId = "demo",
        MessageId = MessageId,
        ReceivedAt = At,
        Format = RawEventFormat.Webhook,
        Body = IsMalformed ? "{"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(new
        {
            type = Type,
            timestamp = At,
            data = new { user_id = UserId, orders = 1, plan = "gold" },
        }),
    };
}
