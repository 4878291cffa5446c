using Freshet.Gateway.Paging;
using Freshet.Profiles.DeadLetters;

namespace Freshet.Gateway.DeadLetters;

/// <summary>Lists what was given up.</summary>
public sealed class DeadLetterQueries(DeadLetterStore store)
{
    public async Task<Page<DeadLetter>> ListAsync(PageRequest page, DeadLetterFilter filter, CancellationToken ct)
    {
        var letters = await store.ListAsync(filter, page.First, CursorOf(page.After), ct);
        return new Page<DeadLetter>(
            [.. letters.Items.Select(letter => new PageEdge<DeadLetter>(PageCursor.Of(letter.ParkedAt, letter.Id), letter))],
            letters.HasMore,
            page.After is not null);
    }

    /// <summary>The event's body as its sender wrote it; null when it was erased.</summary>
    public async Task<RawBodyNode?> RawAsync(Guid deadLetterId, CancellationToken ct) =>
        await store.RawAsync(deadLetterId, ct) is { } raw ? new RawBodyNode(raw.Body) : null;

    private static DeadLetterCursor? CursorOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var (at, id) = PageCursor.Parse(text);
        return new DeadLetterCursor(at, id);
    }
}
