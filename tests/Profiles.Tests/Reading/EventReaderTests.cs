using System.Text;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Tests.Storage;

namespace Freshet.Profiles.Tests.Reading;

public sealed class EventReaderTests
{
    [Fact]
    public async Task A_timeline_holds_the_events_of_every_merged_part_newest_first_page_by_page()
    {
        await using var store = await Store.CreateAsync();
        await store.AppendAndApplyAsync(Shop.Webhook("1", "page.viewed", new { anonymous_id = "v1" }, minute: 1), Shop.Webhook("4", "page.viewed", new { anonymous_id = "v1" }, minute: 4));
        await store.AppendAndApplyAsync(Shop.Order("2", "ada", minute: 2), Shop.Order("x", "bob", minute: 3));
        var before = (await store.StoredAsync("anonymous_id", "v1")).ShouldNotBeNull().Id;
        await store.AppendAndApplyAsync(Shop.Webhook("5", "profile.updated", new { user_id = "ada", anonymous_id = "v1" }, minute: 5));

        var reader = store.Get<EventReader>();
        var seen = new List<string>();
        EventCursor? cursor = null;
        for (var more = true; more;)
        {
            var page = await reader.ListAsync(before, 2, cursor, null, CancellationToken.None);
            seen.AddRange(page.Items.Select(item => item.Raw.ShouldNotBeNull().MessageId));
            (more, cursor) = (page.HasMore, new EventCursor(page.Items[^1].OccurredAt, page.Items[^1].EventId));
        }

        seen.ShouldBe(["5", "4", "2", "1"]);
        var orders = await reader.ListAsync(before, 10, null, ["order.completed"], CancellationToken.None);
        var order = orders.Items.ShouldHaveSingleItem();
        Encoding.UTF8.GetString(order.Raw.ShouldNotBeNull().Body.Span).ShouldContain("\"user_id\":\"ada\"");
        (await reader.ListAsync(Guid.CreateVersion7(), 10, null, null, CancellationToken.None)).Items.ShouldBeEmpty();
    }
}
