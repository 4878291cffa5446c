using System.Text.Json;
using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Events;

/// <summary>An event that is understood: who, what, when, and which trait values it observes.</summary>
public sealed record CanonicalEvent
{
    public required Guid EventId { get; init; }

    public required string SourceId { get; init; }

    /// <summary>Dotted, past tense: <c>order.completed</c>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened, by the sender's clock corrected for skew; never later than <see cref="ReceivedAt"/> plus the tolerance.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>At least one, strongest first (<see cref="IdentityNamespaces.Strength"/>). The first is the event's subject.</summary>
    public required IReadOnlyList<IdentityKey> Identities { get; init; }

    /// <summary>Whether the event says that its identities are one person although each has a user id of its own.</summary>
    public bool IsAlias { get; init; }

    /// <summary>Observed values by trait name, already of the dictionary's type. A JSON null clears the trait.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Traits { get; init; }

    /// <summary>The event's own data (webhook <c>data</c>, track <c>properties</c>); computed traits read it. Undefined if absent.</summary>
    public JsonElement Properties { get; init; }
}
