using Freshet.Profiles.Events;

namespace Freshet.Chaos.Load;

/// <summary>An event that is sent, and what a reader of it must understand.</summary>
/// <param name="MessageId">The sender's own id; with the source it is the event's id.</param>
/// <param name="Group">People who share mailboxes and devices; groups share nothing.</param>
/// <param name="Json">As it is sent: the whole body of a webhook, or one call of a tracking batch.</param>
/// <param name="Meaning">What the event says, written down by whoever made it and not read from the JSON. Null: it cannot be applied.</param>
internal sealed record ScriptedEvent(string MessageId, int Group, string Json, CanonicalEvent? Meaning)
{
    public required Guid EventId { get; init; }
}

/// <summary>What goes out in one request: one webhook, or one tracking batch.</summary>
internal sealed record Delivery(int Number, bool IsWebhook, IReadOnlyList<ScriptedEvent> Events);
