using Freshet.Gateway.Tests.Shop;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Formats;

namespace Freshet.Gateway.Tests.Profiles;

/// <summary>Money, durations and enums from an event to an answer, compiled or not.</summary>
public sealed class TraitTypesTests
{
    private static readonly TraitDefinition[] Traits =
    [
        new() { Name = "spent", Type = TraitType.Money, Default = """{"minorUnits":0,"currency":"EUR"}""" },
        new() { Name = "wait", Type = TraitType.Duration },
        new() { Name = "tier", Type = TraitType.Enum, Values = ["free", "pro_2"], Default = "\"free\"" },
        new() { Name = "size", Type = TraitType.Enum, Values = ["10 cm", "20 cm"] },
        new() { Name = "nickname", Type = TraitType.String, Format = TextFormat.Name, Default = "\"friend\"", Missing = MissingPolicy.Null },
    ];

    [Fact]
    public async Task New_types_are_taken_refused_and_shown()
    {
        await using var shop = await ShopGateway.StartAsync();
        await shop.SaveTraitsAsync(2, Traits);
        await shop.SendAsync(ShopGateway.Customer("hal@shop.test", new { spent = new { amount = "12.5", currency = "eur" }, wait = "PT90M", tier = "PRO_2", size = "20 CM", nickname = "  Hal  9000 " }));

        const string Query = """{ profile(by: { email: "hal@shop.test" }) { traits { spent { minorUnits currency amount } wait tier size nickname } } }""";
        for (var times = 0; times < 4; times++)
        {
            (await shop.Client.SendAsync(Query)).ToString()
                .ShouldContain("""{"spent":{"minorUnits":1250,"currency":"EUR","amount":"12.50"},"wait":"PT1H30M","tier":"pro_2","size":"20 cm","nickname":"Hal 9000"}""");
        }

        await shop.SendAsync(ShopGateway.Customer("hal@shop.test", new { spent = new { amount = "1.234", currency = "EUR" }, wait = "soon", tier = "gold", nickname = (string?)null }));
        const string Plain = """{ profile(by: { email: "hal@shop.test" }) { traits { wait tier nickname } events(first: 1) { nodes { rejected { trait code } } } } }""";
        var answer = (await shop.Client.SendAsync(Plain)).ToString();
        answer.ShouldContain("""{"wait":"PT1H30M","tier":"pro_2","nickname":null}""");
        answer.ShouldContain("""{"trait":"spent","code":"money.amount-inexact"}""");
        answer.ShouldContain("""{"trait":"wait","code":"type.mismatch"}""");
        answer.ShouldContain("""{"trait":"tier","code":"enum.not-listed"}""");
    }

    [Fact]
    public async Task Defaults_of_the_new_types_are_typed_arguments()
    {
        await using var shop = await ShopGateway.StartAsync();
        await shop.SaveTraitsAsync(2, Traits);
        await shop.SendAsync(ShopGateway.Customer("ida@shop.test", new { other = 1 }));

        (await shop.Client.SendAsync("""{ profile(by: { email: "ida@shop.test" }) { traits { spent(default: { minorUnits: 5, currency: "jpy" }) { amount currency } tier(default: pro_2) size wait(default: "PT1H") } } }"""))
            .ToString().ShouldContain("""{"spent":{"amount":"5","currency":"JPY"},"tier":"pro_2","size":null,"wait":"PT1H"}""");
        (await shop.Client.SendAsync("""{ profile(by: { email: "ida@shop.test" }) { traits { tier spent { amount } } } }"""))
            .ToString().ShouldContain("""{"tier":"free","spent":{"amount":"0.00"}}""");
        (await shop.Client.SendAsync("""{ profile(by: { email: "ida@shop.test" }) { traits { tier(default: gold) } } }""")).ToString().ShouldContain("GRAPHQL_VALIDATION_FAILED");
        (await shop.Client.SendAsync("""{ profile(by: { email: "ida@shop.test" }) { traits { spent(default: { minorUnits: 5, currency: "gold" }) { amount } } } }"""))
            .ToString().ShouldContain("GRAPHQL_VALIDATION_FAILED");
    }

    [Fact]
    public async Task A_value_that_has_left_its_list_is_none_any_more_in_Redis_and_in_the_database()
    {
        await using var shop = await ShopGateway.StartAsync();
        await shop.SaveTraitsAsync(2, Traits);
        await shop.SendAsync(ShopGateway.Customer("jan@shop.test", new { tier = "pro_2", size = "20 cm" }));
        await shop.SaveTraitsAsync(3, [.. Traits.Select(trait => trait.Type == TraitType.Enum ? trait with { Values = ["free", "10 cm"] } : trait)]);

        for (var times = 0; times < 4; times++)
        {
            await ShouldBeGoneAsync(shop);
        }

        await shop.FlushRedisAsync();
        await ShouldBeGoneAsync(shop);
        await shop.SaveTraitsAsync(4, Traits);
        await shop.FlushRedisAsync();
        (await shop.Client.SendAsync("""{ profile(by: { email: "jan@shop.test" }) { traits { tier size } } }""")).ToString().ShouldContain("""{"tier":"pro_2","size":"20 cm"}""");
    }

    private static async Task ShouldBeGoneAsync(ShopGateway shop)
    {
        (await shop.Client.SendAsync("""{ profile(by: { email: "jan@shop.test" }) { traits { tier size(default: "10 cm") } trait(name: "tier") { value origin observedAt freshness } } }"""))
            .ToString().ShouldContain("""{"traits":{"tier":"free","size":"10 cm"},"trait":{"value":"free","origin":"DEFAULT","observedAt":null,"freshness":"UNKNOWN"}}""");
    }
}
