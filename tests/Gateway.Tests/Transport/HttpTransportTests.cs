using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Freshet.Gateway.Tests.Transport;

public sealed class HttpTransportTests(HttpTransportTests.Fixture fixture) : IClassFixture<HttpTransportTests.Fixture>
{
    private TinyGateway Gateway => fixture.Gateway;

    [Fact]
    public async Task A_post_is_answered_with_data_and_the_accepted_media_type()
    {
        using var response = await Gateway.PostAsync("query Q($n: String) { hello(name: $n) }", new { n = "you" });

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/graphql-response+json; charset=utf-8");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"data":{"hello":"hello you"}}""");
    }

    [Fact]
    public async Task A_get_reads_query_variables_and_operation_name_from_the_url()
    {
        var url = "/graphql?query=" + Uri.EscapeDataString("query A { hello } query B($n: String) { hello(name: $n) }")
            + "&operationName=B&variables=" + Uri.EscapeDataString("""{"n":"url"}""");

        (await Gateway.Client.GetStringAsync(url)).ShouldBe("""{"data":{"hello":"hello url"}}""");
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/*", "application/json")]
    [InlineData("application/json;q=0.5, application/graphql-response+json", "application/graphql-response+json")]
    [InlineData("application/graphql-response+json, application/json, text/event-stream, multipart/mixed", "application/graphql-response+json")]
    [InlineData("text/html, application/json", "application/json")]
    public async Task The_answer_has_the_media_type_that_the_caller_prefers(string? accept, string expected)
    {
        using var response = await Gateway.PostJsonAsync("""{"query":"{ hello }"}""", accept);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(expected);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/graphql-response+json")]
    public async Task Before_the_schema_is_known_callers_are_asked_to_come_back(string accept)
    {
        await using var gateway = await TinyGateway.StartAsync();
        gateway.World.IsReady = false;

        using var response = await gateway.PostAsync("{ nothing }", accept: accept);
        using var schema = await gateway.Client.GetAsync("/graphql/schema.graphql");

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        (await response.ReadJsonAsync()).Code().ShouldBe("STARTING");
        schema.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        // A restart brings hundreds of them.
        gateway.Logs.Records.ShouldContain(record => record.Event == "graphql.operation");
        gateway.Logs.Records.ShouldNotContain(record => record.Event == "graphql.operation" && record.Level > LogLevel.Debug);

        gateway.World.IsReady = true;
        using var known = await gateway.PostAsync("{ hello }", accept: accept);
        known.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_caller_that_accepts_nothing_we_write_is_told_so()
    {
        using var response = await Gateway.PostJsonAsync("""{"query":"{ hello }"}""", "image/png");

        response.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);
        (await response.ReadJsonAsync()).Code().ShouldBe("NOT_ACCEPTABLE");
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest, "GRAPHQL_PARSE_FAILED")]
    [InlineData("{ nothing }", HttpStatusCode.BadRequest, "GRAPHQL_VALIDATION_FAILED")]
    [InlineData("query($id: ID!) { person(id: $id) { id } }", HttpStatusCode.BadRequest, "BAD_USER_INPUT")]
    [InlineData("query A { hello } query B { hello }", HttpStatusCode.BadRequest, "OPERATION_RESOLUTION_FAILURE")]
    [InlineData("subscription { ticks }", HttpStatusCode.NotAcceptable, "NOT_ACCEPTABLE")]
    public async Task A_refused_document_has_a_code_and_no_data(string query, HttpStatusCode status, string code)
    {
        using var response = await Gateway.PostAsync(query);
        var answer = await response.ReadJsonAsync();

        response.StatusCode.ShouldBe(status);
        answer.Code().ShouldBe(code);
        answer.TryGetProperty("data", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""[{"query":"{ hello }"}]""", "BATCHING_DISABLED")]
    [InlineData("""{"query":"{ hello }","query":"{ boom }"}""", "BAD_REQUEST")]
    [InlineData("""{"query":"{ hello }","variables":[]}""", "BAD_REQUEST")]
    [InlineData("""{"query":"{ hello }","variables":{"a":1,"a":2}}""", "BAD_REQUEST")]
    [InlineData("""{"query":"\ud800"}""", "BAD_REQUEST")]
    [InlineData("""{"query":1}""", "BAD_REQUEST")]
    [InlineData("""{"query":null}""", "BAD_REQUEST")]
    [InlineData("7", "BAD_REQUEST")]
    [InlineData("", "BAD_REQUEST")]
    public async Task A_body_that_is_no_single_request_is_refused_in_either_media_type(string json, string code)
    {
        foreach (var accept in new[] { "application/json", "application/graphql-response+json" })
        {
            using var response = await Gateway.PostJsonAsync(json, accept);

            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await response.ReadJsonAsync()).Code().ShouldBe(code);
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/graphql")]
    public async Task Only_json_in_utf8_is_read(string contentType)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"query":"{ hello }"}"""));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);

        using var response = await Gateway.Client.PostAsync("/graphql", content);

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await response.ReadJsonAsync()).Code().ShouldBe("UNSUPPORTED_MEDIA_TYPE");
    }

    [Fact]
    public async Task A_mutation_runs_by_post_and_is_refused_by_get()
    {
        (await Gateway.QueryAsync("mutation { rename(to: \"x\") }")).GetProperty("data").GetProperty("rename").GetString().ShouldBe("x");

        using var response = await Gateway.Client.GetAsync("/graphql?query=" + Uri.EscapeDataString("mutation { rename(to: \"x\") }"));
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.ShouldBe(["POST"]);
        (await response.ReadJsonAsync()).Code().ShouldBe("METHOD_NOT_ALLOWED");
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_whether_or_not_it_tells_its_length()
    {
        var json = $$"""{"query":"{ hello }","operationName":"{{new string('x', 110_000)}}"}""";
        using var known = await Gateway.PostJsonAsync(json);
        known.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await Gateway.Client.SendAsync(request);
        chunked.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await chunked.ReadJsonAsync()).Code().ShouldBe("BODY_TOO_LARGE");
    }

    [Fact]
    public async Task A_defect_is_masked_logged_and_traceable()
    {
        var answer = await Gateway.QueryAsync("{ boom hello }");

        answer.GetRawText().ShouldNotContain("secret of the house");
        answer.GetRawText().ShouldNotContain("InvalidOperation");
        answer.Code().ShouldBe("INTERNAL");
        answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
        answer.GetProperty("data").GetProperty("hello").GetString().ShouldBe("hello world");
        Gateway.Logs.Records.ShouldContain(record => record.Event == "graphql.defect" && record.Text.Contains("secret of the house"));
    }

    [Fact]
    public async Task A_store_that_is_away_is_a_warning_with_its_code_and_no_defect()
    {
        await using var gateway = await TinyGateway.StartAsync();

        (await gateway.QueryAsync("{ storeAway }")).Code().ShouldBe("STORE_UNAVAILABLE");

        gateway.Logs.Records.ShouldContain(record => record.Event == "graphql.store_away" && record.Level == LogLevel.Warning && record.Text.Contains("STORE_UNAVAILABLE"));
        gateway.Logs.Records.ShouldNotContain(record => record.Level >= LogLevel.Error);
    }

    [Theory]
    [InlineData("{ hello }", LogLevel.Debug)]
    [InlineData("{ refuse }", LogLevel.Information)]
    [InlineData("{ nothingLikeThis }", LogLevel.Information)]
    public async Task Only_what_did_not_go_well_is_told_by_default_and_without_holes(string query, LogLevel level)
    {
        await using var gateway = await TinyGateway.StartAsync();

        await gateway.QueryAsync(query);

        var record = gateway.Logs.Records.Single(record => record.Event == "graphql.operation");
        record.Level.ShouldBe(level);
        record.Text.ShouldNotContain("null");
    }

    [Fact]
    public async Task A_refusal_of_a_resolver_keeps_its_code_and_message()
    {
        var answer = await Gateway.QueryAsync("{ refuse }");

        answer.Code().ShouldBe("TEAPOT");
        answer.Message().ShouldBe("Short and stout.");
        answer.GetProperty("errors")[0].GetProperty("path")[0].GetString().ShouldBe("refuse");
    }

    [Fact]
    public async Task A_resolver_adds_to_the_extensions_of_the_answer()
    {
        var answer = await Gateway.QueryAsync("{ extended }");

        answer.GetProperty("extensions").GetProperty("position").GetString().ShouldBe("reached");
        (await Gateway.QueryAsync("{ hello }")).TryGetProperty("extensions", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Siblings_load_in_one_batch()
    {
        var before = Gateway.World.Batches;

        var answer = await Gateway.QueryAsync("{ people(ids: [1, 2, 3, 4, 5, 6]) { city } }");

        answer.GetProperty("data").GetProperty("people")[4].GetProperty("city").GetString().ShouldBe("city 2");
        (Gateway.World.Batches - before).ShouldBe(1);
    }

    [Fact]
    public async Task Every_operation_leaves_one_record_without_its_values()
    {
        await Gateway.QueryAsync("query Canonical($n: String) { hello(name: $n) }", new { n = "nobody@example.com" });

        var record = Gateway.Logs.Records.Single(record => record.Event == "graphql.operation" && record.Text.Contains("Canonical"));
        record.Text.ShouldContain("query");
        record.Text.ShouldContain("ok");
        record.Text.ShouldNotContain("nobody@example.com");
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public TinyGateway Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await TinyGateway.StartAsync();

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
