using System.Diagnostics.Metrics;
using Freshet.Profiles.Applying;
using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Events;
using Freshet.Profiles.Storage;
using Freshet.Profiles.Tests.Storage;

namespace Freshet.Profiles.Tests.Applying;

/// <summary>A value that does not fit leaves its trait as it was, and whoever looks can see it.</summary>
public sealed class RejectedValueTests
{
    [Fact]
    public async Task A_value_that_does_not_fit_is_told_on_its_event_and_counted_without_the_value()
    {
        await using var store = await Store.CreateAsync();
        using var counted = new Counted(store);
        await store.AppendAndApplyAsync(Shop.Order("1", "ada", 5), Updated("2", 3));

        await store.AppendAndApplyAsync(Dear("3"), Updated("4", "many"), Updated("5", null));

        var profile = (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull();
        (profile.Traits["spent"].Value.GetDecimal(), profile.Traits["points"].Value.GetInt32()).ShouldBe((5m, 3));
        (await RejectedAsync(store)).ShouldBe(
            ["3 spent type.mismatch", "4 points type.mismatch", "5 points null.not-clearable"], ignoreOrder: true);
        counted.Tags.ShouldBe(["demo points", "demo points", "demo spent"]);
    }

    [Fact]
    public async Task Batches_that_share_a_transaction_tell_it_each_of_its_own_events()
    {
        await using var store = await Store.CreateAsync();
        using var counted = new Counted(store);
        var batches = new[] { await store.AppendAsync(Dear("1")), await store.AppendAsync(Updated("2", "many")), await store.AppendAsync(Shop.Order("3", "ada")) };

        await using (var session = await ProfileSession.OpenAsync(store.DataSource, CancellationToken.None))
        {
            Guid[] ids = [.. batches.Select(batch => batch.Position.BatchId)];
            await store.Get<JointApplication>().ApplyAsync(session, await LockedBatches.LockAsync(session, ids, CancellationToken.None), ids, CancellationToken.None);
            counted.Tags.ShouldBeEmpty("nothing has happened before the commit");
            await session.CommitAsync(CancellationToken.None);
        }

        (await RejectedAsync(store)).ShouldBe(["1 spent type.mismatch", "2 points type.mismatch"], ignoreOrder: true);
        counted.Tags.ShouldBe(["demo points", "demo spent"]);
    }

    [Fact]
    public async Task A_replayed_event_tells_it_too()
    {
        await using var store = await Store.CreateAsync();
        await store.ParkAsync((await store.AppendAsync(Dear("1"))).Position.BatchId);
        var run = await store.Get<DeadLetterStore>().ReplayAsync(new ReplaySelection { SourceId = "demo" }, CancellationToken.None);

        await store.ApplyAsync(run.BatchIds.ShouldHaveSingleItem());

        (await RejectedAsync(store)).ShouldBe(["1 spent type.mismatch"]);
    }

    private static RawEvent Dear(string messageId) => Shop.Webhook(messageId, "order.completed", new { user_id = "ada", total = "dear" });

    private static RawEvent Updated(string messageId, object? points) =>
        Shop.Webhook(messageId, "profile.updated", new { user_id = "ada", traits = new { points } });

    private static async Task<IEnumerable<string>> RejectedAsync(Store store)
    {
        var id = (await store.StoredAsync("user_id", "ada")).ShouldNotBeNull().Id;
        var page = await store.Get<Freshet.Profiles.Reading.EventReader>().ListAsync(id, 100, null, null, CancellationToken.None);
        return page.Items.SelectMany(item => item.Rejected.Select(value => $"{item.Raw!.MessageId} {value.Trait} {value.Code}"));
    }

    private sealed class Counted : IDisposable
    {
        private readonly List<string> tags = [];
        private readonly MeterListener listener = new();

        public Counted(Store store)
        {
            var meters = store.Get<IMeterFactory>();
            store.Get<ProfilesMetrics>();
            listener.InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Scope == meters && instrument.Name == "freshet.profiles.values.rejected")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((_, value, measured, _) =>
                tags.AddRange(Enumerable.Repeat(string.Join(' ', measured.ToArray().Select(tag => tag.Value)), (int)value)));
            listener.Start();
        }

        public IEnumerable<string> Tags => tags.Order(StringComparer.Ordinal);

        public void Dispose() => listener.Dispose();
    }
}
