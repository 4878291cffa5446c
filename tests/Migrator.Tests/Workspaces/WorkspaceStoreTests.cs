using Freshet.Migrator.Workspaces;
using Freshet.Profiles.Dictionary;
using Freshet.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Freshet.Migrator.Tests.Workspaces;

public sealed class WorkspaceStoreTests : IAsyncLifetime
{
    private readonly WorkspaceFolder folder = new();
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        folder.Dispose();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Rows_read_back_as_the_definitions_that_were_applied()
    {
        var definition = folder.Definition();

        (await ApplyAsync(definition)).ShouldBe(new WorkspaceApplied(1, Changed: true));

        (await database.ListAsync<string>("select definition::text from traits order by ordinal"))
            .Select(text => DefinitionJson.Write(DefinitionJson.ReadTrait(text)))
            .ShouldBe(definition.Traits.Select(DefinitionJson.Write));
        var stored = await database.ScalarAsync<string>("select kind || ' ' || settings::text from sources");
        var (kind, settings) = (stored.Split(' ', 2)[0], stored.Split(' ', 2)[1]);
        DefinitionJson.WriteSettings(DefinitionJson.ReadSource("demo", kind, "demo", true, settings))
            .ShouldBe(DefinitionJson.WriteSettings(definition.Sources[0]));
    }

    [Fact]
    public async Task Applying_the_same_again_changes_nothing()
    {
        await ApplyAsync(folder.Definition());
        var before = await database.ListAsync<DateTime>("select updated_at from traits union all select applied_at from workspace order by 1");

        (await ApplyAsync(folder.Definition())).ShouldBe(new WorkspaceApplied(1, Changed: false));

        (await database.ListAsync<DateTime>("select updated_at from traits union all select applied_at from workspace order by 1")).ShouldBe(before);
    }

    [Fact]
    public async Task Several_Migrators_at_once_apply_it_once()
    {
        var definition = folder.Definition();

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ApplyAsync(definition)));

        results.Count(result => result.Changed).ShouldBe(1);
        results.ShouldAllBe(result => result.Version == 1);
    }

    [Fact]
    public async Task What_vanished_from_the_files_vanishes_and_what_did_not_change_is_not_touched()
    {
        await ApplyAsync(folder.Definition());
        await database.ExecuteAsync("update traits set updated_at = '2020-01-01'");
        folder.Write("traits.yaml", """
            traits:
              - { name: first_name, type: string, personal: true }
              - { name: score, type: integer }
            """);
        folder.Write("sources/web.yaml", "kind: tracking\nsecrets: [\"${write-key}\"]\n");
        File.Delete(Path.Combine(folder.Path, "sources/demo.yaml"));

        (await ApplyAsync(folder.Definition())).ShouldBe(new WorkspaceApplied(2, Changed: true));

        (await database.ListAsync<string>("select name from traits order by ordinal")).ShouldBe(["first_name", "score"]);
        (await database.ListAsync<string>("select name from traits where updated_at > '2020-01-01'")).ShouldBe(["score"]);
        (await database.ListAsync<string>("select source_id from sources")).ShouldBe(["web"]);
    }

    [Fact]
    public async Task A_workspace_without_sources_and_traits_can_be_applied()
    {
        await ApplyAsync(folder.Definition());

        (await ApplyAsync(new WorkspaceDefinition([], []))).Version.ShouldBe(2);

        (await database.ScalarAsync<long>("select (select count(*) from traits) + (select count(*) from sources)")).ShouldBe(0);
    }

    [Fact]
    public async Task A_mapping_that_changes_gets_the_next_version_and_one_that_returns_its_former()
    {
        const string versions = "select name || '@' || version || case when active then ' active' else '' end from mappings order by 1";
        folder.Write("mappings/shop.yaml", "rules: [{ type: a.b, identities: { user_id: u } }]");
        await ApplyAsync(folder.Definition());
        folder.Write("mappings/shop.yaml", "rules: [{ type: a.c, identities: { user_id: u } }]");
        await ApplyAsync(folder.Definition());
        (await database.ListAsync<string>(versions)).ShouldBe(["shop@1", "shop@2 active"]);

        folder.Write("mappings/shop.yaml", "rules: [{ type: a.b, identities: { user_id: u } }]");
        (await ApplyAsync(folder.Definition())).ShouldBe(new WorkspaceApplied(3, Changed: true));
        (await database.ListAsync<string>(versions)).ShouldBe(["shop@1 active", "shop@2"]);

        File.Delete(Path.Combine(folder.Path, "mappings/shop.yaml"));
        await ApplyAsync(folder.Definition());
        (await database.ListAsync<string>(versions)).ShouldBe(["shop@1", "shop@2"]);
    }

    [Fact]
    public async Task Hosts_read_each_source_with_its_mapping()
    {
        folder.Write("sources/demo.yaml", WorkspaceFolder.Source + "\nmapping: stripe\n");
        folder.Write("sources/web.yaml", "kind: tracking\nsecrets: [\"${write-key}\"]\n");
        await ApplyAsync(folder.Definition());
        using var feed = new WorkspaceFeed(database.DataSource, TimeProvider.System, NullLogger<WorkspaceFeed>.Instance);

        await feed.RefreshAsync(TestContext.Current.CancellationToken);

        feed.Current.Sources["demo"].Mapping!.Active.ShouldSatisfyAllConditions(
            mapping => mapping.Version.ShouldBe(1), mapping => mapping.Definition.Name.ShouldBe("stripe"));
        feed.Current.Sources["web"].Mapping.ShouldBeNull();
        feed.Current.Mappings.Find("stripe@1").ShouldNotBeNull();
    }

    [Fact]
    public async Task Hosts_are_told_once_per_change_and_only_after_it_is_visible()
    {
        await using var listener = await database.DataSource.OpenConnectionAsync();
        var heard = new List<string>();
        listener.Notification += (_, notification) => heard.Add(notification.Payload);
        await using (var listen = new NpgsqlCommand("listen workspace_changed", listener))
        {
            await listen.ExecuteNonQueryAsync();
        }

        await ApplyAsync(folder.Definition());
        await ApplyAsync(folder.Definition());
        folder.Write("traits.yaml", WorkspaceFolder.Traits + "\n  - { name: score, type: integer }\n");
        await ApplyAsync(folder.Definition());

        while (heard.Count < 2)
        {
            (await listener.WaitAsync(TimeSpan.FromSeconds(10))).ShouldBeTrue("a notification should have come");
        }

        heard.ShouldBe(["1", "2"]);
    }

    private Task<WorkspaceApplied> ApplyAsync(WorkspaceDefinition definition) =>
        new WorkspaceStore(database.DataSource).ApplyAsync(definition, TestContext.Current.CancellationToken);
}
