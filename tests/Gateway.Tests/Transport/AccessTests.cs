using System.Net;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Tests.Transport;

public sealed class AccessTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("X-Api-Key", "wrong")]
    [InlineData("X-Api-Key", "a-key-for-test")]
    [InlineData("X-Api-Key", "a-key-for-tests-and-more")]
    [InlineData("Authorization", "Bearer wrong")]
    [InlineData("Authorization", "Basic a-key-for-tests")]
    [InlineData("Authorization", "a-key-for-tests")]
    [InlineData("Cookie", "X-Api-Key=a-key-for-tests")]
    public async Task Without_the_key_nothing_is_told(string? header, string? value)
    {
        await using var gateway = await TinyGateway.StartAsync();
        gateway.Client.DefaultRequestHeaders.Clear();
        if (header is not null)
            gateway.Client.DefaultRequestHeaders.Add(header, value);

        using var post = await gateway.PostAsync("{ __schema { types { name } } }");
        post.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        post.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer realm=\"freshet\"");
        (await post.ReadJsonAsync()).Code().ShouldBe("UNAUTHENTICATED");

        using var get = await gateway.Client.GetAsync("/graphql?query={hello}&apiKey=" + TinyGateway.ApiKey);
        get.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        using var schema = await gateway.Client.GetAsync("/graphql/schema.graphql");
        schema.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        schema.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await schema.ReadJsonAsync()).GetProperty("code").GetString().ShouldBe("UNAUTHENTICATED");
    }

    [Theory]
    [InlineData("X-Api-Key", "a-key-for-tests")]
    [InlineData("Authorization", "Bearer a-key-for-tests")]
    [InlineData("Authorization", "bearer a-key-for-tests")]
    [InlineData("X-Api-Key", "the-key-before-it")]
    public async Task The_key_and_the_one_before_it_are_accepted(string header, string value)
    {
        await using var gateway = await TinyGateway.StartAsync(("PreviousApiKey", "the-key-before-it"));
        gateway.Client.DefaultRequestHeaders.Clear();
        gateway.Client.DefaultRequestHeaders.Add(header, value);

        using var response = await gateway.PostAsync("{ hello }");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_host_without_a_key_does_not_start_and_says_which_setting_is_missing()
    {
        var refusal = await Should.ThrowAsync<OptionsValidationException>(() => TinyGateway.StartAsync(("ApiKey", "")));

        refusal.Message.ShouldContain("Gateway:ApiKey");
        refusal.Message.ShouldContain("Gateway__ApiKey");
    }

    [Fact]
    public async Task In_production_introspection_and_suggestions_are_off_and_the_schema_text_is_served()
    {
        await using var gateway = await TinyGateway.StartInProductionAsync();

        (await gateway.QueryAsync("{ __schema { types { name } } }")).Code().ShouldBe("INTROSPECTION_DISABLED");
        (await gateway.QueryAsync("{ ...F } fragment F on Query { __type(name: \"Person\") { name } }")).Code().ShouldBe("INTROSPECTION_DISABLED");
        (await gateway.QueryAsync("{ __typename }")).GetProperty("data").GetProperty("__typename").GetString().ShouldBe("Query");
        (await gateway.QueryAsync("{ helo }")).GetRawText().ShouldNotContain("hello");
        (await gateway.QueryAsync("{ hello(nam: 1) }")).Message()!.ShouldNotContain("Did you mean");
        (await gateway.Client.GetStringAsync("/graphql/schema.graphql")).ShouldContain("type Person {");
    }

    [Fact]
    public async Task In_development_suggestions_help()
    {
        await using var gateway = await TinyGateway.StartAsync();

        (await gateway.QueryAsync("{ helo }")).Message()!.ShouldContain("Did you mean 'hello'");
    }

    [Fact]
    public async Task A_browser_gets_the_explorer_in_development_under_a_strict_policy()
    {
        await using var gateway = await TinyGateway.StartAsync();
        gateway.Client.DefaultRequestHeaders.Clear();

        using var first = await BrowseAsync(gateway);
        using var second = await BrowseAsync(gateway);
        var html = await first.Content.ReadAsStringAsync();
        var policy = first.Headers.GetValues("Content-Security-Policy").Single();
        var nonce = policy.Split("script-src 'nonce-")[1].Split('\'')[0];

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        policy.ShouldStartWith("default-src 'none'");
        policy.ShouldNotContain("unsafe");
        html.ShouldContain($"<script nonce=\"{nonce}\">");
        html.ShouldContain("graphql-transport-ws");
        html.ShouldNotContain("{{");
        html.ShouldNotContain("https://");
        html.ShouldNotContain(TinyGateway.ApiKey);
        html.Length.ShouldBeLessThan(40_000);
        second.Headers.GetValues("Content-Security-Policy").Single().ShouldNotBe(policy);
    }

    [Fact]
    public async Task A_browser_gets_no_explorer_in_production()
    {
        await using var gateway = await TinyGateway.StartInProductionAsync();
        gateway.Client.DefaultRequestHeaders.Clear();

        using var response = await BrowseAsync(gateway);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static async Task<HttpResponseMessage> BrowseAsync(TinyGateway gateway)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql");
        request.Headers.Add("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        return await gateway.Client.SendAsync(request);
    }
}
