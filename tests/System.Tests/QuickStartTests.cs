using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Freshet.Testing.Drivers;

namespace Freshet.System.Tests;

/// <summary>What the README promises, against the real AppHost.</summary>
[Collection(RunningFreshet.OneAtATime)]
public sealed class QuickStartTests(RunningFreshet freshet)
{
    private const string ByEmail =
        """
        query($email: String!, $after: Position) {
          profile(by: { email: $email }, after: $after) {
            id version
            traits { firstName country ordersCount lifetimeValue }
            trait(name: "first_name") { value source freshness origin }
            identities { namespace value }
          }
        }
        """;

    private readonly Installation installation = freshet.Installation;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_signed_webhook_becomes_a_fresh_trait_that_its_sender_can_read()
    {
        var position = await SendAsync("customer.updated", """{"email":"ada@quickstart.example","first_name":"Ada","country":"GB"}""");

        var profile = (await installation.GraphQL.QueryAsync(ByEmail, new { email = "ada@quickstart.example", after = position }, Cancellation))
            .GetProperty("profile");

        profile.GetProperty("traits").GetProperty("firstName").GetString().ShouldBe("Ada");
        profile.GetProperty("traits").GetProperty("country").GetString().ShouldBe("GB");
        var trait = profile.GetProperty("trait");
        trait.GetProperty("source").GetString().ShouldBe("demo");
        trait.GetProperty("freshness").GetString().ShouldBe("FRESH");
        trait.GetProperty("origin").GetString().ShouldBe("OBSERVED");
    }

    [Fact]
    public async Task An_anonymous_visitor_who_signs_in_keeps_what_was_known()
    {
        await TrackAsync("track", """{"anonymousId":"visitor-1","event":"Order Completed","properties":{"total":20.5}}""");
        await TrackAsync("track", """{"userId":"grace-1","event":"Order Completed","properties":{"total":9.5}}""");
        var position = await TrackAsync(
            "identify", """{"userId":"grace-1","anonymousId":"visitor-1","traits":{"email":"grace@quickstart.example","firstName":"Grace"}}""");

        var profile = (await installation.GraphQL.QueryAsync(ByEmail, new { email = "grace@quickstart.example", after = position }, Cancellation))
            .GetProperty("profile");

        var traits = profile.GetProperty("traits");
        traits.GetProperty("firstName").GetString().ShouldBe("Grace");
        traits.GetProperty("ordersCount").GetInt64().ShouldBe(2);
        traits.GetProperty("lifetimeValue").GetDecimal().ShouldBe(30m);
        profile.GetProperty("identities").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task A_subscriber_sees_the_change_and_can_resume_after_it()
    {
        const string subscription =
            """
            subscription($email: String!, $after: Cursor) {
              profileChanged(by: { email: $email }, after: $after) { cursor changes { name before after } }
            }
            """;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        timeout.CancelAfter(TimeSpan.FromSeconds(30));
        await SendAsync("customer.updated", """{"email":"linus@quickstart.example","loyalty_points":1}""");
        await installation.SettleAsync(TimeSpan.FromSeconds(10));

        string cursor;
        await using (var first = await installation.SubscribeAsync(subscription, new { email = "linus@quickstart.example" }, timeout.Token))
        {
            // The protocol never says that a subscription has begun, and what came before it is not told: so there is a change until one is seen.
            var reading = PointsAsync(first, timeout.Token);
            for (var points = 2; !reading.IsCompleted; points++)
            {
                await SendAsync("customer.updated", $$"""{"email":"linus@quickstart.example","loyalty_points":{{points}}}""");
                await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1), timeout.Token));
            }

            (cursor, _) = await reading;
        }

        await SendAsync("customer.updated", """{"email":"linus@quickstart.example","loyalty_points":1000}""");
        await using var second = await installation.SubscribeAsync(
            subscription, new { email = "linus@quickstart.example", after = cursor }, timeout.Token);
        while ((await PointsAsync(second, timeout.Token)).Points != 1000)
        {
            // A change that came between the first one seen and the end of that subscription.
        }
    }

    [Fact]
    public async Task A_wrong_signature_is_refused_without_a_reason()
    {
        using var request = installation.Signer.Sign("/webhooks/demo", "msg_forged", TimeProvider.System.GetUtcNow(), "{}"u8.ToArray());
        request.Headers.Remove("webhook-signature");
        request.Headers.Add("webhook-signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");

        using var response = await installation.Ingress.SendAsync(request, Cancellation);

        ((int)response.StatusCode).ShouldBe(401);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        problem.TryGetProperty("code", out _).ShouldBeTrue();
        problem.TryGetProperty("traceId", out _).ShouldBeTrue();
    }

    private static async Task<(string Cursor, long Points)> PointsAsync(GraphQLSubscription subscription, CancellationToken cancellationToken)
    {
        await foreach (var data in subscription.ReadAllAsync(cancellationToken))
        {
            var change = data.GetProperty("profileChanged");
            foreach (var trait in change.GetProperty("changes").EnumerateArray().Where(trait => trait.GetProperty("name").GetString() == "loyalty_points"))
            {
                return (change.GetProperty("cursor").GetString()!, trait.GetProperty("after").GetInt64());
            }
        }

        throw new InvalidOperationException("The subscription ended before the change came.");
    }

    private async Task<string> SendAsync(string type, string data)
    {
        var now = TimeProvider.System.GetUtcNow();
        var body = Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","timestamp":"{{now:O}}","data":{{data}}}""");
        using var request = installation.Signer.Sign("/webhooks/demo", $"msg_{Guid.CreateVersion7():N}", now, body);
        return await PositionAsync(request);
    }

    private async Task<string> TrackAsync(string call, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/{call}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Installation.WriteKey}:")));
        return await PositionAsync(request);
    }

    private async Task<string> PositionAsync(HttpRequestMessage request)
    {
        using var response = await installation.Ingress.SendAsync(request, Cancellation);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync(Cancellation));
        var receipt = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        receipt.GetProperty("accepted").GetInt32().ShouldBe(1);
        return receipt.GetProperty("position").GetString()!;
    }
}
