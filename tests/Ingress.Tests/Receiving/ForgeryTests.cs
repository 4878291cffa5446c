using System.Net;
using Freshet.Testing;

namespace Freshet.Ingress.Tests.Receiving;

public sealed class ForgeryTests
{
    [Fact]
    public async Task Forgeries_are_throttled_and_the_true_sender_at_the_same_address_is_not()
    {
        const string Order = """{"type":"order.completed","data":{"user_id":"u1"}}""";
        await using var database = await TestDatabase.CreateAsync();
        await using var app = IngressApp.Start(database.ConnectionString);
        var last = HttpStatusCode.Unauthorized;
        for (var i = 0; i < 2_000 && last == HttpStatusCode.Unauthorized; i++)
        {
            using var forged = app.Webhook(Order, at: TimeProvider.System.GetUtcNow().AddHours(1));
            using var answer = await app.Client.SendAsync(forged);
            last = answer.StatusCode;
        }

        last.ShouldBe(HttpStatusCode.TooManyRequests);
        using var good = await app.SendWebhookAsync(Order);
        good.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await database.ScalarAsync<long>("select count(*) from event_keys")).ShouldBe(1);
    }
}
