using Freshet.Profiles.Events;

namespace Freshet.Profiles.Reading;

/// <summary>One applied event of a profile.</summary>
/// <param name="EventId">Its id.</param>
/// <param name="SourceId">Who sent it.</param>
/// <param name="Type">Dotted, past tense.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="ReceivedAt">When it reached us.</param>
/// <param name="BatchId">The batch that applied it.</param>
/// <param name="Raw">As its sender wrote it; null if its key was destroyed.</param>
public sealed record EventView(
    Guid EventId, string SourceId, string Type, DateTimeOffset OccurredAt, DateTimeOffset ReceivedAt, Guid BatchId, RawEvent? Raw);

/// <summary>Place in a timeline: what comes after this event.</summary>
public readonly record struct EventCursor(DateTimeOffset OccurredAt, Guid EventId);

/// <param name="Items">Newest first.</param>
/// <param name="HasMore">Whether older ones follow.</param>
public sealed record EventPage(IReadOnlyList<EventView> Items, bool HasMore);

/// <summary>Reads a profile's timeline: the events of all its subjects, newest first.</summary>
public sealed class EventReader
{
    /// <param name="profileId">The profile; a merged one is followed.</param>
    /// <param name="first">Page size, 1 to 500.</param>
    /// <param name="after">Null: from the newest.</param>
    /// <param name="types">Only these types; null or empty: all.</param>
    /// <param name="ct">Cancels.</param>
    public Task<EventPage> ListAsync(Guid profileId, int first, EventCursor? after, IReadOnlyList<string>? types, CancellationToken ct) =>
        throw new NotSupportedException();
}
