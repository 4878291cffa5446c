using Freshet.Gateway.Paging;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Events;

/// <summary>The timeline of a profile.</summary>
public sealed class EventQueries(EventReader reader)
{
    public async Task<Page<EventNode>> ListAsync(Guid profileId, PageRequest page, IReadOnlyList<string>? types, CancellationToken ct)
    {
        var events = await reader.ListAsync(profileId, page.First, CursorOf(page.After), types, ct);
        return new Page<EventNode>(
            [.. events.Items.Select(view => new PageEdge<EventNode>(PageCursor.Of(view.OccurredAt, view.EventId), new EventNode(view)))],
            events.HasMore,
            page.After is not null);
    }

    private static EventCursor? CursorOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var (at, id) = PageCursor.Parse(text);
        return new EventCursor(at, id);
    }
}
