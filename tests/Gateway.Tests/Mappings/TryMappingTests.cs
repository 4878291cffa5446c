using System.Text.Json;
using Freshet.Gateway.Tests.Shop;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Freshet.Gateway.Tests.Shop.ShopGateway;

namespace Freshet.Gateway.Tests.Mappings;

/// <summary>Trying a mapping on recorded events, and replaying by a version.</summary>
public sealed class TryMappingTests(ShopFixture fixture) : IClassFixture<ShopFixture>
{
    private const string Mutation = """
        mutation($definition: JSON, $mapping: String, $source: ID!, $first: Int! = 20) {
          tryMapping(source: $source, definition: $definition, mapping: $mapping, first: $first) {
            changed refused
            trials { event messageId receivedAt changed before { type identities { namespace value } code } after { type occurredAt traits properties rejectedTraits code reason } }
            errors { __typename code message ... on InvalidMapping { details } }
          }
        }
        """;

    private readonly ShopGateway shop = fixture.Shop;

    [Fact]
    public async Task Recorded_events_are_read_by_the_given_mapping_beside_what_they_are_now_and_nothing_changes()
    {
        await shop.SendAsync(Customer("ann@shop.test", new { points = 3 }));
        await shop.SendAsync(new { type = "order.completed", timestamp = TimeProvider.System.GetUtcNow(), data = new { nobody = "here" } });
        var definition = JsonSerializer.SerializeToElement(new
        {
            rules = new[]
            {
                new { when = (string?)"data.nobody", type = "thing.rescued", identities = new { user_id = "data.nobody" }, properties = (object)new { n = "number(data.nobody)" } },
                new { when = (string?)null, type = "customer.mapped", identities = new { user_id = "'mapped'" }, properties = (object)"data" },
            },
        });

        var answer = await TryAsync(new { source = "demo", definition });

        answer.GetProperty("errors").GetArrayLength().ShouldBe(0);
        var trials = answer.GetProperty("trials").EnumerateArray().ToList();
        trials[0].GetProperty("before").GetProperty("code").GetString().ShouldBe("identity.missing");
        trials[0].GetProperty("after").GetProperty("code").GetString().ShouldBe("mapping.number");
        trials[0].GetProperty("after").GetProperty("reason").GetString()!.ShouldNotContain("here");
        trials[1].GetProperty("before").GetProperty("type").GetString().ShouldBe("customer.updated");
        trials[1].GetProperty("after").GetProperty("type").GetString().ShouldBe("customer.mapped");
        (answer.GetProperty("changed").GetInt32(), answer.GetProperty("refused").GetInt32()).ShouldBe((trials.Count, 1));
    }

    [Fact]
    public async Task Trials_show_what_tables_add()
    {
        await using var enriched = await ShopGateway.StartAsync();
        await enriched.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("""
            insert into enrichments (name, definition) values ('plans', '{"trait":"plan","set":["first_name"],"rows":{"gold":["Goldie"]}}')
            """).ExecuteNonQueryAsync();
        await enriched.SaveTraitsAsync(2, [.. ShopDictionary.Traits]);
        await enriched.SendAsync(Customer("tina@shop.test", new { plan = "gold" }));
        var definition = JsonSerializer.SerializeToElement(new
        {
            rules = new[] { new { type = "customer.mapped", identities = new { email = "data.email" }, traits = new { plan = "'gold'" } } },
        });

        var trial = (await enriched.Client.QueryAsync(Mutation, new { source = "demo", definition })).GetProperty("tryMapping").GetProperty("trials")[0];

        trial.GetProperty("after").GetProperty("traits").GetProperty("first_name").GetString().ShouldBe("Goldie");
    }

    [Theory]
    [InlineData("""{"source": "nowhere", "mapping": "shopify"}""", "INVALID_SELECTION", "no source 'nowhere'")]
    [InlineData("""{"source": "demo"}""", "INVALID_SELECTION", "Give either mapping")]
    [InlineData("""{"source": "demo", "mapping": "a", "definition": {}}""", "INVALID_SELECTION", "Give either mapping")]
    [InlineData("""{"source": "demo", "mapping": "shop@9"}""", "INVALID_SELECTION", "no mapping 'shop@9'")]
    [InlineData("""{"source": "demo", "mapping": "shop", "first": 101}""", "INVALID_SELECTION", "first must be 1 to 100")]
    [InlineData("""{"source": "demo", "definition": {"rules": [{"type": "a.b", "identities": {"user_id": "numbr(x)"}}]}}""", "INVALID_MAPPING", "did you mean 'number'?")]
    [InlineData("""{"source": "demo", "definition": {"ruels": []}}""", "INVALID_MAPPING", "did you mean 'rules'?")]
    [InlineData("""{"source": "demo", "definition": "text"}""", "INVALID_MAPPING", "must be an object")]
    public async Task What_cannot_be_tried_is_told(string variables, string code, string message)
    {
        using var given = JsonDocument.Parse(variables);

        var error = (await TryAsync(given.RootElement)).GetProperty("errors")[0];

        error.GetProperty("code").GetString().ShouldBe(code);
        error.GetRawText().Replace("\\u0027", "'").ShouldContain(message);
    }

    [Fact]
    public async Task A_replay_by_a_version_that_is_not_kept_replays_nothing()
    {
        var answer = await shop.Client.QueryAsync("mutation { replayDeadLetters(fingerprint: \"x\", mapping: \"shop@9\") { run { events } errors { code message } } }");

        answer.GetProperty("replayDeadLetters").GetProperty("errors")[0].GetProperty("message").GetString().ShouldBe(
            "No version 'shop@9' of a mapping is kept. Write its name and number, like shopify@3.");
    }

    private async Task<JsonElement> TryAsync(object variables) => (await shop.Client.QueryAsync(Mutation, variables)).GetProperty("tryMapping");
}
