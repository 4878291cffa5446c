using Freshet.Gateway.Tests.Shop;
using Freshet.Profiles.Dictionary;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Freshet.Gateway.Tests.Profiles;

public sealed class DefaultCountryTests
{
    [Fact]
    public async Task A_local_number_of_a_source_with_a_country_finds_its_person_by_the_whole_number()
    {
        await using var shop = await ShopGateway.StartAsync();
        await using (var define = shop.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("""
            insert into sources (source_id, kind, name, settings) values
              ('vienna', 'standard-webhooks', 'Vienna', '{"defaultCountry": "AT"}'), ('nowhere', 'standard-webhooks', 'Nowhere', '{}');
            update workspace set version = version + 1
            """))
        {
            await define.ExecuteNonQueryAsync();
        }

        await shop.Services.GetRequiredService<WorkspaceFeed>().RefreshAsync(CancellationToken.None);
        foreach (var (source, points) in (IEnumerable<(string, int)>)[("vienna", 1), ("nowhere", 2)])
        {
            var position = await shop.ReceiveFromAsync(source, new { type = "customer.updated", data = new { user_id = $"user of {source}", phone = "0660 1234567", traits = new { points } } });
            await shop.ApplyAsync(position);
            (await shop.PublishAsync(position)).ShouldBeTrue();
        }

        var data = await shop.Client.QueryAsync("""{ profile(by: { phone: "+43 660 1234567" }) { traits { points } } }""");

        data.GetRawText().ShouldBe("""{"profile":{"traits":{"points":1}}}""", "the other source says no country, so its number is nobody's");
    }
}
