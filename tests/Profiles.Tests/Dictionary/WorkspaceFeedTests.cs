using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Tests.Storage;
using Freshet.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Freshet.Profiles.Tests.Dictionary;

public sealed class WorkspaceFeedTests
{
    [Fact]
    public async Task A_change_reaches_a_running_host_by_notification_also_after_its_connection_was_cut()
    {
        await using var store = await Store.CreateAsync();
        var host = await store.AnotherHostAsync();
        var feed = host.Get<WorkspaceFeed>();
        var announced = new List<long>();
        using var subscription = feed.Subscribe(workspace => announced.Add(workspace.Version));
        await feed.StartAsync(CancellationToken.None);
        await feed.LoadedAsync(CancellationToken.None);

        await ChangeAsync(store, feed, "nickname");
        // Waits until that connection is gone: it must not be taken for the new one.
        await store.Database.ExecuteAsync("select pg_terminate_backend(pid, 10000) from pg_stat_activity where query = 'listen workspace_changed' and datname = current_database()");
        await Eventually.TrueAsync(
            async _ =>
            {
                store.Time.Advance(TimeSpan.FromSeconds(2));
                return await store.Database.ScalarAsync<long>("select count(*) from pg_stat_activity where query = 'listen workspace_changed' and datname = current_database()") > 0;
            },
            "the feed listens again");
        await ChangeAsync(store, feed, "shoe_size");

        announced.ShouldBe(announced.Order());
        announced.Count.ShouldBeGreaterThanOrEqualTo(2);
        await feed.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_table_that_did_not_change_is_not_read_again_and_a_host_that_applies_nothing_reads_none()
    {
        await using var store = await Store.CreateAsync();
        using var other = new WorkspaceFeed(store.DataSource, store.Time, NullLogger<WorkspaceFeed>.Instance, hasTables: false);
        await store.Database.ExecuteAsync("""
            insert into enrichments (name, definition) values
              ('a', '{"trait":"plan","set":["first_name"],"rows":{"gold":["A"]}}'), ('b', '{"trait":"plan","set":["first_name"],"rows":{"gold":["B"]}}')
            """);
        await store.DefineAsync(Shop.Traits);
        var first = store.Get<WorkspaceFeed>().Current.Enrichments;

        await store.Database.ExecuteAsync("update enrichments set definition = replace(definition, 'B', 'C') where name = 'b'; insert into enrichments values ('0', '{\"set\":[],\"rows\":{}}')");
        await store.DefineAsync(Shop.Traits);
        await other.RefreshAsync(CancellationToken.None);

        var second = store.Get<WorkspaceFeed>().Current.Enrichments;
        second.Select(table => table.Name).ShouldBe(["0", "a", "b"]);
        second[1].ShouldBeSameAs(first[0]);
        second[2].Rows["gold"][0].GetString().ShouldBe("C");
        other.Current.Traits.Traits.ShouldNotBeEmpty();
        other.Current.Enrichments.ShouldBeEmpty();
    }

    private static async Task ChangeAsync(Store store, WorkspaceFeed feed, string trait)
    {
        await store.Database.ExecuteAsync($$"""
            begin;
            insert into traits (name, ordinal, definition) values ('{{trait}}', 99, '{"name":"{{trait}}","type":"string"}');
            update workspace set version = version + 1;
            notify workspace_changed;
            commit;
            """);
        await Eventually.TrueAsync(_ => Task.FromResult(feed.Current.Traits.Find(trait) is not null), $"the feed knows {trait}");
    }
}
