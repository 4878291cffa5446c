using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Freshet.Profiles.Batches;
using Freshet.Testing;

namespace Freshet.Ingress.Tests.Receiving;

public sealed class WebhookEndpointTests(WebhookEndpointTests.Fixture fixture) : IClassFixture<WebhookEndpointTests.Fixture>
{
    private const string Order = """{"type":"order.completed","timestamp":"2026-01-02T03:04:05Z","data":{"user_id":"u1"}}""";

    private readonly TestDatabase _database = fixture.Database;
    private readonly IngressApp _app = fixture.App;

    [Fact]
    public async Task A_signed_webhook_is_durable_before_it_is_answered()
    {
        using var response = await _app.SendWebhookAsync(Order);

        var receipt = await response.ShouldBeReceiptAsync(HttpStatusCode.Accepted, accepted: 1, duplicates: 0);
        Position.TryParse(receipt.GetProperty("position").GetString(), out var position).ShouldBeTrue();
        (await _database.ScalarAsync<int>($"select event_count from event_batches where state = 'Received' and batch_id = '{position.BatchId}'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_second_delivery_is_answered_like_the_first()
    {
        var id = $"msg_{Guid.CreateVersion7():n}";
        using var first = await _app.SendWebhookAsync(Order, id);
        using var second = await _app.SendWebhookAsync(Order, id);

        var original = await first.ShouldBeReceiptAsync(HttpStatusCode.Accepted, accepted: 1, duplicates: 0);
        var repeated = await second.ShouldBeReceiptAsync(HttpStatusCode.Accepted, accepted: 0, duplicates: 1);
        repeated.GetProperty("position").GetString().ShouldBe(original.GetProperty("position").GetString());
    }

    [Fact]
    public async Task An_array_is_several_events()
    {
        var id = $"msg_{Guid.CreateVersion7():n}";
        using var response = await _app.SendWebhookAsync($"[{Order}, {Order}]", id);
        using var again = await _app.SendWebhookAsync($"[{Order}, {Order}, {Order}]", id);

        await response.ShouldBeReceiptAsync(HttpStatusCode.Accepted, accepted: 2, duplicates: 0);
        await again.ShouldBeReceiptAsync(HttpStatusCode.Accepted, accepted: 1, duplicates: 2);
    }

    [Fact]
    public async Task A_wrong_signature_and_a_stale_one_get_the_same_401()
    {
        using var forged = _app.Webhook(Order);
        forged.Content = new StringContent(Order.Replace("u1", "u2"), Encoding.UTF8, "application/json");
        using var wrong = await _app.Client.SendAsync(forged);
        using var stale = await _app.Client.SendAsync(_app.Webhook(Order, at: TimeProvider.System.GetUtcNow().AddMinutes(-6)));
        using var unsigned = await _app.Client.PostAsync("/webhooks/demo", new StringContent(Order, Encoding.UTF8, "application/json"));

        foreach (var response in new[] { wrong, stale, unsigned })
        {
            var problem = await response.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials.invalid");
            problem.GetProperty("detail").GetString().ShouldBe("The request does not prove who sent it. Check secret, signature and clock.");
        }
    }

    [Theory]
    [InlineData("nobody", HttpStatusCode.NotFound, "source.unknown")]
    [InlineData("app", HttpStatusCode.NotFound, "source.unknown")]
    [InlineData("off", HttpStatusCode.Gone, "source.disabled")]
    [InlineData("keyless", HttpStatusCode.ServiceUnavailable, "source.not-configured")]
    public async Task A_source_that_cannot_take_it_says_so(string source, HttpStatusCode status, string code)
    {
        using var post = await _app.SendWebhookAsync(Order, source: source);
        using var get = await _app.Client.GetAsync($"/webhooks/{source}");

        await post.ShouldBeProblemAsync(status, code);
        await get.ShouldBeProblemAsync(status, code);
    }

    [Fact]
    public async Task A_handshake_is_told_that_the_address_is_right()
    {
        using var response = await _app.Client.GetAsync("/webhooks/demo");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"source":"demo","status":"ready"}""");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task Another_content_type_gets_415(string? type)
    {
        using var request = _app.Webhook(Order);
        request.Content!.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        using var response = await _app.Client.SendAsync(request);

        await response.ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "content-type.unsupported");
    }

    [Fact]
    public async Task A_compressed_webhook_gets_415_since_its_signature_would_be_of_other_bytes()
    {
        using var request = _app.Webhook(Order);
        request.Content!.Headers.ContentEncoding.Add("gzip");
        using var response = await _app.Client.SendAsync(request);

        await response.ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "content-type.unsupported");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_sources_limit_gets_413_whether_or_not_it_says_its_length(bool isChunked)
    {
        using var request = _app.Webhook(new string(' ', 100) + Order, source: "small");
        request.Headers.TransferEncodingChunked = isChunked;
        using var response = await _app.Client.SendAsync(request);

        await response.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body.too-large");
    }

    [Theory]
    [InlineData("""{"type":"a","data":{"n":1e131072}}""", "json.number-out-of-range", "/data/n", 24)]
    [InlineData("""{"type":"a","data":{"n":NaN}}""", "json.malformed", "/data/n", 24)]
    [InlineData("""{"type":"a","data":{"t":"\u0000"}}""", "json.nul-character", "/data/t", 24)]
    [InlineData("""{"type":"a","data":{"t":"\ud800"}}""", "json.lone-surrogate", "/data/t", 24)]
    [InlineData("""{"type":"a","type":"b"}""", "json.duplicate-key", "/type", 12)]
    [InlineData("not json", "json.malformed", "", 0)]
    public async Task What_no_store_could_keep_gets_400_with_the_place(string body, string code, string pointer, int offset)
    {
        using var response = await _app.SendWebhookAsync(body);

        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, code);
        problem.GetProperty("pointer").GetString().ShouldBe(pointer);
        problem.GetProperty("offset").GetInt64().ShouldBe(offset);
    }

    [Theory]
    [InlineData("17", "webhook.not-an-object", "")]
    [InlineData("[{},17]", "webhook.not-an-object", "/1")]
    [InlineData("[]", "webhook.empty", "")]
    public async Task JSON_that_is_no_webhook_gets_400_with_the_place(string body, string code, string pointer)
    {
        using var response = await _app.SendWebhookAsync(body);

        (await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, code)).GetProperty("pointer").GetString().ShouldBe(pointer);
    }

    [Fact]
    public async Task A_source_over_its_rate_gets_429_with_the_time_to_wait()
    {
        using var burst = await _app.SendWebhookAsync($"[{string.Join(',', Enumerable.Repeat(Order, 30))}]", source: "slow");
        using var next = await _app.SendWebhookAsync(Order, source: "slow");

        burst.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await next.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "rate.exceeded");
        next.Headers.RetryAfter?.Delta?.TotalSeconds.ShouldBeInRange(15, 25);
    }

    [Fact]
    public async Task Event_types_that_a_source_leaves_out_are_counted_in_the_ledger_only()
    {
        using var response = await _app.SendWebhookAsync($$"""[{{Order}}, {"type":"order.looked.at","data":{} }]""", source: "choosy");

        await response.ShouldBeReceiptAsync(HttpStatusCode.Accepted, accepted: 1, duplicates: 0);
        (await _database.ListAsync<int>("select unnest(array[received, filtered, carries]) from ledger_entries where source_id = 'choosy'"))
            .ShouldBe([2, 1, 1]);
    }

    [Fact]
    public void Nothing_that_is_kept_of_a_request_is_a_credential()
    {
        using var request = _app.Webhook(Order, "msg_headers");
        request.Headers.Add("Cookie", "session=secret");
        request.Headers.Add("Authorization", "Bearer secret");
        request.Headers.Add("X-Shop-Topic", "orders/paid");

        var kept = Ingress.Receiving.RelevantHeaders.Of(HeadersOf(request));

        kept.Keys.Order().ShouldBe(["webhook-id", "webhook-timestamp", "x-shop-topic"]);    }

    [Fact]
    public async Task Wrong_addresses_and_methods_are_problems_too()
    {
        using var address = await _app.Client.PostAsync("/nowhere", new StringContent("{}"));
        using var method = await _app.Client.DeleteAsync("/webhooks/demo");

        address.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        method.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await address.JsonAsync()).GetProperty("code").GetString().ShouldBe("address.unknown");
        (await method.JsonAsync()).GetProperty("code").GetString().ShouldBe("method.not-allowed");
    }

    private static Microsoft.AspNetCore.Http.HeaderDictionary HeadersOf(HttpRequestMessage request)
    {
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary();
        foreach (var (name, values) in request.Headers)
        {
            headers[name] = values.ToArray();
        }

        return headers;
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        public IngressApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            App = IngressApp.Start(Database.ConnectionString, sources:
            [
                IngressApp.DemoSource with { Id = "off", IsEnabled = false },
                IngressApp.DemoSource with { Id = "keyless", SecretNames = ["not-there"] },
                IngressApp.DemoSource with { Id = "small", MaxBodyBytes = 100 },
                IngressApp.DemoSource with { Id = "slow", EventsPerSecond = 1 },
                IngressApp.DemoSource with { Id = "choosy", Events = ["order.completed"] },
            ]);
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
