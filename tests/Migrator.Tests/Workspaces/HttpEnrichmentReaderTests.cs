using Freshet.Migrator.Workspaces;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Testing;

namespace Freshet.Migrator.Tests.Workspaces;

public sealed class HttpEnrichmentReaderTests : IDisposable
{
    private const string Source = """
        kind: standard-webhooks
        secrets: ["${demo-secret}"]
        thirdParty: true
        lookup: { url: "https://data.example.com/plans/{trait:plan}", mapping: plans }
        """;

    private readonly WorkspaceFolder folder = new();

    public HttpEnrichmentReaderTests()
    {
        folder.Write("sources/provider.yaml", Source);
        folder.Write("mappings/plans.yaml", "rules: [{ type: customer.enriched, identities: { email: email }, traits: { first_name: name } }]");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_enrichment_is_read_stored_and_read_by_hosts_and_what_was_ordered_goes_with_it()
    {
        folder.Write("enrichments/plans.yaml", "source: provider\ncacheFor: 12h\nattempts: 3\nshareAnswers: true");
        await using var database = await TestDatabase.CreateAsync();
        var store = new WorkspaceStore(database.DataSource);

        var definition = folder.Definition();
        var expected = new HttpEnrichment { Name = "plans", SourceId = "provider", CacheFor = TimeSpan.FromHours(12), Attempts = 3, SharesAnswers = true };
        definition.HttpEnrichments.ShouldBe([expected]);
        definition.Sources.Single(source => source.Id == "provider").IsThirdParty.ShouldBeTrue();
        await store.ApplyAsync(definition, CancellationToken.None);
        (await store.ApplyAsync(folder.Definition(), CancellationToken.None)).Changed.ShouldBeFalse();

        var stored = await database.ScalarAsync<string>("select definition::text from http_enrichments");
        DefinitionJson.ReadHttpEnrichment("plans", stored).ShouldBe(expected);
        DefinitionJson.ReadHttpEnrichment("plain", """{"sourceId": "provider"}""").ShouldBe(new HttpEnrichment { Name = "plain", SourceId = "provider" });
        await database.ExecuteAsync("""
            insert into enrichment_orders values (gen_random_uuid(), 'plans', gen_random_uuid(), 1, gen_random_uuid(), 'Waiting', null, 0, now(), null, now(), now());
            insert into enrichment_answers values ('plans', gen_random_uuid(), null, null, now(), now());
            """);
        folder.Write("enrichments/plans.yaml", "source: provider");
        (await store.ApplyAsync(folder.Definition(), CancellationToken.None)).Changed.ShouldBeTrue();
        (await database.ScalarAsync<long>("select count(*) from enrichment_orders")).ShouldBe(1);
        File.Delete(Path.Combine(folder.Path, "enrichments/plans.yaml"));
        await store.ApplyAsync(folder.Definition(), CancellationToken.None);
        (await database.ScalarAsync<long>("select (select count(*) from enrichment_orders) + (select count(*) from enrichment_answers) + (select count(*) from http_enrichments)")).ShouldBe(0);
    }

    [Theory]
    [InlineData("source: providr", "(1,9): there is no source 'providr'; did you mean 'provider'?")]
    [InlineData("source: demo", "(1,9): nothing says how 'demo' is asked; add 'lookup' to sources/demo.yaml")]
    [InlineData("source: provider\nset: { plan: x }", "(2,6): 'set' is for tables, and 'source' is asked by its own 'lookup'; remove one of the two, or make two files")]
    [InlineData("table: tables/plans.csv\nkey: { trait: plan, column: code }\nset: { first_name: name }\nattempts: 3", "(4,11): 'attempts' is for sources that are asked; add 'source', or remove it")]
    [InlineData("source: provider\nattempts: 0", "(2,11): 'attempts' is '0'; give a whole number from 1 to 50")]
    [InlineData("source: provider\ncacheFor: long", "(2,11): 'long' is no duration; write a number and a unit (s, m, h or d), like 30d")]
    public void A_mistake_is_told_with_its_place_and_cure(string text, string error)
    {
        folder.Write("enrichments/plans.yaml", text);
        folder.Write("tables/plans.csv", "code,name");

        folder.Errors().ShouldBe([$"enrichments/plans.yaml{error}"]);
    }

    [Theory]
    [InlineData("{email}", "'email'")]
    [InlineData("{trait:plan}/{trait:nickname}", "'trait:nickname'")]
    public void Answers_to_what_is_asked_by_something_personal_are_not_shared(string place, string named)
    {
        folder.Write("traits.yaml", "traits:\n  - { name: plan, type: string }\n  - { name: first_name, type: string }\n  - { name: nickname, type: string, personal: true }");
        folder.Write("sources/provider.yaml", Source.Replace("{trait:plan}", place));
        folder.Write("enrichments/plans.yaml", "source: provider\nshareAnswers: true");

        folder.Errors().ShouldBe([$"enrichments/plans.yaml(2,15): answers cannot be shared, since {named}, by which 'provider' is asked, is personal; remove 'shareAnswers', or ask only by traits that are not"]);
    }

    [Theory]
    [InlineData("{trait:plam}", "there is no trait 'plam' in traits.yaml; did you mean 'plan'?")]
    [InlineData("{trait:orders}", "nobody can be asked by 'orders'; use a trait that is not computed and is of type string, integer, boolean or date")]
    public void A_trait_that_nobody_can_be_asked_by_is_refused(string place, string error)
    {
        folder.Write("sources/provider.yaml", Source.Replace("{trait:plan}", place));

        folder.Errors().ShouldBe([$"sources/provider.yaml(4,16): {error}"]);
    }
}
