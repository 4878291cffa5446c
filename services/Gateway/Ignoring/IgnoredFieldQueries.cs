using Freshet.Gateway.Paging;
using Freshet.Profiles.Ignoring;

namespace Freshet.Gateway.Ignoring;

/// <summary>Lists fields that arrive and are ignored.</summary>
public sealed class IgnoredFieldQueries(IgnoredFieldStore store)
{
    public async Task<Page<IgnoredField>> ListAsync(PageRequest page, string? source, CancellationToken ct)
    {
        var fields = await store.ListAsync(source, page.First, page.After is { } after ? PageCursor.Parse(after) : null, ct);
        return new Page<IgnoredField>(
            [.. fields.Items.Select(item => new PageEdge<IgnoredField>(PageCursor.Of(item.Field.FirstSeen, item.Id), item.Field))],
            fields.HasMore,
            page.After is not null);
    }
}
