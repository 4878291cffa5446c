using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Freshet.Testing;

namespace Freshet.Ingress.Tests.Tracking;

public sealed class TrackingEndpointTests(TrackingEndpointTests.Fixture fixture) : IClassFixture<TrackingEndpointTests.Fixture>
{
    private const string Page = """{"type":"page","userId":"u1"}""";
    private const string Nobody = """{"type":"page"}""";

    private readonly IngressApp _app = fixture.App;

    [Theory]
    [InlineData("identify", """{"userId":"u1","traits":{"plan":"pro"}}""")]
    [InlineData("track", """{"userId":"u1","event":"Order Completed","properties":{"total":3}}""")]
    [InlineData("page", """{"anonymousId":"a1"}""")]
    [InlineData("screen", """{"anonymousId":"a1"}""")]
    [InlineData("group", """{"userId":"u1","groupId":"g1"}""")]
    [InlineData("alias", """{"userId":"u1","previousId":"a1"}""")]
    public async Task Every_call_of_the_protocol_is_taken(string call, string body)
    {
        using var response = await _app.SendCallAsync(call, body);

        await response.ShouldBeReceiptAsync(HttpStatusCode.OK, accepted: 1, duplicates: 0);
    }

    [Fact]
    public async Task A_message_id_that_comes_again_is_a_duplicate_also_inside_one_batch()
    {
        var call = $$"""{"type":"page","userId":"u1","messageId":"{{Guid.CreateVersion7()}}"}""";

        using var first = await _app.SendCallAsync("batch", $$"""{"batch":[{{call}},{{call}},{{Page}}]}""");
        using var second = await _app.SendCallAsync("page", call);

        var original = await first.ShouldBeReceiptAsync(HttpStatusCode.OK, accepted: 2, duplicates: 1);
        var repeated = await second.ShouldBeReceiptAsync(HttpStatusCode.OK, accepted: 0, duplicates: 1);
        repeated.GetProperty("position").GetString().ShouldBe(original.GetProperty("position").GetString());
    }

    [Fact]
    public async Task The_good_calls_of_a_batch_are_kept_and_the_bad_ones_named()
    {
        using var response = await _app.SendCallAsync("batch", $$"""{"batch":[{{Page}},{{Nobody}},{{Page}}]}""");

        var receipt = await response.ShouldBeReceiptAsync(HttpStatusCode.OK, accepted: 2, duplicates: 0);
        var rejected = receipt.GetProperty("rejected").EnumerateArray().ShouldHaveSingleItem();
        rejected.GetProperty("index").GetInt32().ShouldBe(1);
        rejected.GetProperty("code").GetString().ShouldBe("tracking.identity-missing");
        rejected.GetProperty("pointer").GetString().ShouldBe("/batch/1/userId");
    }

    [Fact]
    public async Task In_strict_mode_one_bad_call_refuses_the_batch_and_nothing_of_it_is_kept()
    {
        var call = $$"""{"type":"page","userId":"u1","messageId":"{{Guid.CreateVersion7()}}"}""";

        using var strict = await _app.SendCallAsync("batch", $$"""{"batch":[{{call}},{{Nobody}}]}""", request => request.Headers.Add("X-Strict-Mode", "1"));
        using var later = await _app.SendCallAsync("batch", $$"""{"batch":[{{call}}]}""");

        var problem = await strict.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "tracking.identity-missing");
        problem.GetProperty("rejected").GetArrayLength().ShouldBe(1);
        await later.ShouldBeReceiptAsync(HttpStatusCode.OK, accepted: 1, duplicates: 0);
    }

    [Fact]
    public async Task In_strict_mode_the_ledger_counts_every_call_that_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var app = IngressApp.Start(database.ConnectionString);

        using var strict = await app.SendCallAsync("batch", $$"""{"batch":[{{Page}},{{Nobody}},{{Page}}]}""", request => request.Headers.Add("X-Strict-Mode", "1"));

        await strict.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "tracking.identity-missing");
        await Eventually.TrueAsync(
            async _ => await database.ScalarAsync<long>("select coalesce(sum(refused), 0)::bigint from ledger_entries") == 3, "the ledger counts three refused calls");
    }

    [Theory]
    [InlineData("page", "{}", "tracking.identity-missing", "/userId")]
    [InlineData("batch", """{"batch":[{"type":"page"}]}""", "tracking.identity-missing", "/batch/0/userId")]
    [InlineData("batch", """{"batch":[]}""", "tracking.batch-empty", "/batch")]
    [InlineData("batch", """{"batch":{}}""", "tracking.batch-missing", "/batch")]
    [InlineData("page", """["page"]""", "tracking.not-an-object", "")]
    [InlineData("page", """{"userId":"u1","n":1e131072}""", "json.number-out-of-range", "/n")]
    public async Task A_request_with_nothing_good_in_it_gets_400_with_the_place(string call, string body, string code, string pointer)
    {
        using var response = await _app.SendCallAsync(call, body);

        (await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, code)).GetProperty("pointer").GetString().ShouldBe(pointer);
    }

    [Fact]
    public async Task A_call_of_more_than_32_kB_gets_400_and_a_batch_of_more_than_500_kB_or_2500_calls_413()
    {
        using var call = await _app.SendCallAsync("page", $$"""{"userId":"u1","name":"{{new string('n', 33_000)}}"}""");
        using var large = await _app.SendCallAsync("batch", $$"""{"batch":[{{Page}}],"filler":"{{new string('n', 512_000)}}"}""");
        using var many = await _app.SendCallAsync("batch", $$"""{"batch":[{{string.Join(',', Enumerable.Repeat(Page, 2_501))}}]}""");

        await call.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "tracking.call-too-large");
        await large.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body.too-large");
        await many.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "batch.too-large");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_compressed_body_is_read_and_a_bomb_is_refused_before_it_unfolds(string encoding)
    {
        using var good = await SendAsync(Compress(Encoding.UTF8.GetBytes(Page), encoding), encoding);
        using var bomb = await SendAsync(Compress(new byte[100_000_000], encoding), encoding);
        using var damaged = await SendAsync([.. Enumerable.Repeat((byte)0xFF, 64)], encoding);

        await good.ShouldBeReceiptAsync(HttpStatusCode.OK, accepted: 1, duplicates: 0);
        await bomb.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body.too-large");
        await damaged.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "body.encoding-invalid");
    }

    [Theory]
    [InlineData("deflate")]
    [InlineData("zstd")]
    [InlineData("gzip, gzip")]
    public async Task An_encoding_that_is_not_read_gets_415(string encoding)
    {
        using var response = await SendAsync(Encoding.UTF8.GetBytes(Page), encoding);

        await response.ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "content-type.unsupported");
    }

    [Fact]
    public async Task A_beacon_sends_its_key_in_a_body_of_plain_text()
    {
        using var response = await _app.Client.PostAsync(
            "/v1/page", new StringContent($$"""{"userId":"u1","writeKey":"{{IngressApp.WriteKey}}"}""", Encoding.UTF8, "text/plain"));

        await response.ShouldBeReceiptAsync(HttpStatusCode.OK, accepted: 1, duplicates: 0);
    }

    [Theory]
    [InlineData("Basic d3Jvbmc6")] // wrong:
    [InlineData("Basic !!!")]
    [InlineData("Bearer wk_test")]
    public async Task A_wrong_key_in_the_header_is_not_made_good_by_a_right_one_in_the_body(string authorization)
    {
        var body = $$"""{"userId":"u1","writeKey":"{{IngressApp.WriteKey}}"}""";
        using var response = await _app.SendCallAsync("page", body, request => request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization));

        await response.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials.invalid");
    }

    [Theory]
    [InlineData("""{"userId":"u1"}""")]
    [InlineData("""{"userId":"u1","writeKey":"wrong"}""")]
    [InlineData("no json")]
    public async Task A_stranger_gets_401_whatever_the_body(string body)
    {
        using var response = await _app.SendCallAsync("page", body, request => request.Headers.Authorization = null);

        await response.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials.invalid");
    }

    [Fact]
    public async Task Other_calls_and_content_types_are_refused()
    {
        using var call = await _app.SendCallAsync("import", Page);
        using var type = await _app.SendCallAsync("page", Page, request => request.Content!.Headers.ContentType = new("application/xml"));

        await call.ShouldBeProblemAsync(HttpStatusCode.NotFound, "tracking.call-unknown");
        await type.ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "content-type.unsupported");
    }

    [Fact]
    public async Task Pages_of_any_site_may_send_and_without_cookies()
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/track");
        preflight.Headers.Add("Origin", "https://shop.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        using var allowed = await _app.Client.SendAsync(preflight);
        using var sent = await _app.SendCallAsync("page", Page, request => request.Headers.Add("Origin", "https://shop.example"));

        allowed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        allowed.Headers.GetValues("Access-Control-Allow-Headers").ShouldHaveSingleItem().ShouldContain("authorization");
        sent.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
        sent.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
    }

    private async Task<HttpResponseMessage> SendAsync(byte[] body, string encoding) =>
        await _app.SendCallAsync("page", "", request =>
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new("application/json");
            foreach (var one in encoding.Split(", "))
            {
                request.Content.Headers.ContentEncoding.Add(one);
            }
        });

    private static byte[] Compress(byte[] body, string encoding)
    {
        using var memory = new MemoryStream();
        using (Stream stream = encoding == "gzip" ? new GZipStream(memory, CompressionLevel.Fastest) : new BrotliStream(memory, CompressionLevel.Fastest))
        {
            stream.Write(body);
        }

        return memory.ToArray();
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        public IngressApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            App = IngressApp.Start(Database.ConnectionString);
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
