using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using CsCheck;
using Freshet.Gateway.Tests.Shop;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Gateway.Tests.Plans;

/// <summary>A compiled operation gives what the engine gives, byte for byte. A body with a member that GraphQL does not know is always for the engine.</summary>
public sealed class PlanEqualityTests(ShopFixture fixture) : IClassFixture<ShopFixture>
{
    private const string Known = "known@shop.test";

    // A profile that is written again stays the same profile, as it does in the product.
    private static readonly ConcurrentDictionary<string, Guid> Ids = [];
    private static long writes;

    [Fact]
    public async Task Compiled_and_interpreted_answers_are_the_same_bytes()
    {
        string[] emails = [Known, .. Enumerable.Range(0, 7).Select(number => $"customer{number}@shop.test")];
        var traits = PlanGenerators.Traits.Array[emails.Length].Single();
        await WriteAsync(emails, traits);
        var compiled = 0;

        await PlanGenerators.Request(emails).SampleAsync(
            async request =>
            {
                var interpreted = await PostAsync(request, ",\"for\":\"the engine\"");
                await PostAsync(request);
                var (answer, isCompiled) = await PostAsync(request);
                answer.ShouldBe(interpreted.Answer, $"{request.Query}\n{request.Variables}");
                Interlocked.Add(ref compiled, isCompiled ? 1 : 0);
            },
            iter: 600,
            threads: 2);

        compiled.ShouldBeGreaterThan(60, "the property must not hold just because everything went to the engine");
    }

    [Theory]
    [InlineData("""query Q($email: String!) { profile(by: { email: $email }) { id version updatedAt __typename traits { firstName plan points credit subscribed birthday lastSeen interests cart orders30d } identities { namespace value firstSeenAt lastSeenAt source } } }""")]
    [InlineData("""query Q($email: String!) { who: profile(by: { email: $email }) { ...A traits { b: firstName } } } fragment A on Profile { id traits { a: plan(maxAge: "P9000D", onStale: DEFAULT, default: "x") } }""")]
    [InlineData("""query Q($by: ProfileKey!) { profile(by: $by) { id } }""")]
    [InlineData("""query Q($email: String!, $yes: Boolean! = true) { profile(by: { email: $email }) { id @include(if: $yes) version @skip(if: $yes) trait(name: "plan") { value origin freshness source event observedAt } } }""")]
    [InlineData("""{ profile(by: { email: "known@shop.test" }) { id } }""")]
    public async Task The_shapes_that_clients_send_are_compiled(string query)
    {
        await WriteAsync([Known], [new Dictionary<string, TraitView>()]);
        var variables = query.Contains("$by", StringComparison.Ordinal) ? $"{{\"by\":{{\"email\":\"{Known}\"}}}}"
            : query.Contains("$email", StringComparison.Ordinal) ? $"{{\"email\":\"{Known}\"}}"
            : "{}";
        var request = new PlanRequest(query, variables);
        await PostAsync(request);
        await PostAsync(request);

        var (answer, isCompiled) = await PostAsync(request);

        isCompiled.ShouldBeTrue();
        answer.ShouldStartWith("200 ");
    }

    [Fact]
    public async Task A_change_is_in_the_next_answer()
    {
        var request = new PlanRequest("{ profile(by: { email: \"eve@shop.test\" }) { version traits { points } } }", "{}");
        for (var points = 1; points <= 5; points++)
        {
            await fixture.Shop.SendAsync(ShopGateway.Customer("eve@shop.test", new { points }));

            var (answer, _) = await PostAsync(request);

            answer.ShouldContain($"\"points\":{points}}}");
        }
    }

    [Fact]
    public async Task Who_was_merged_is_found_where_the_key_belongs_now()
    {
        var request = new PlanRequest("{ profile(by: { email: \"fay@shop.test\" }) { id traits { points plan } } }", "{}");
        await fixture.Shop.SendAsync(new { type = "a", timestamp = TimeProvider.System.GetUtcNow(), data = new { user_id = "fay-1", traits = new { plan = "gold" } } });
        await fixture.Shop.SendAsync(ShopGateway.Customer("fay@shop.test", new { points = 3 }));
        for (var times = 0; times < 3; times++)
            (await PostAsync(request)).Answer.ShouldContain("\"points\":3,\"plan\":\"free\"");

        await fixture.Shop.SendAsync(new { type = "a", timestamp = TimeProvider.System.GetUtcNow(), data = new { user_id = "fay-1", email = "fay@shop.test", traits = new { } } });

        (await PostAsync(request)).Answer.ShouldContain("\"points\":3,\"plan\":\"gold\"");
    }

    [Fact]
    public async Task A_new_dictionary_has_new_plans()
    {
        await using var shop = await ShopGateway.StartAsync();
        await shop.SendAsync(ShopGateway.Customer("gus@shop.test", new { first_name = "Gus" }));
        for (var times = 0; times < 3; times++)
            (await shop.Client.SendAsync("{ profile(by: { email: \"gus@shop.test\" }) { traits { firstName } } }")).ToString().ShouldContain("Gus");

        await shop.SaveTraitsAsync(2, [.. ShopDictionary.Traits.Where(trait => trait.Name != "first_name")]);

        (await shop.Client.SendAsync("{ profile(by: { email: \"gus@shop.test\" }) { traits { firstName } } }")).ToString().ShouldContain("GRAPHQL_VALIDATION_FAILED");
    }

    private async Task WriteAsync(string[] emails, IReadOnlyDictionary<string, TraitView>[] traits)
    {
        var now = TimeProvider.System.GetUtcNow();
        ProfileDocument[] documents = [.. emails.Zip(traits).Select(pair => new ProfileDocument
        {
            Id = Ids.GetOrAdd(pair.First, _ => Guid.CreateVersion7()),
            Version = Interlocked.Increment(ref writes),
            CreatedAt = now,
            UpdatedAt = now,
            Traits = pair.Second,
            Identities = [new IdentityView(IdentityNamespaces.Email, pair.First, now.AddDays(-1), now, "demo"), new IdentityView("external:shop", "Ä\"1", now, now, "de<mo")],
        })];
        var fresh = fixture.Shop.Services.GetRequiredService<FreshProfiles>();
        (await fresh.WriteAsync(documents, await fresh.EpochAsync(CancellationToken.None), TimeSpan.FromSeconds(10), CancellationToken.None)).ShouldBeTrue();
    }

    // Only answers that were written in one piece say how long they are.
    private async Task<(string Answer, bool IsCompiled)> PostAsync(PlanRequest request, string more = "")
    {
        var body = $$"""{"query":{{JsonSerializer.Serialize(request.Query)}},"variables":{{request.Variables}}{{more}}}""";
        using var message = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        message.Headers.Authorization = new("Bearer", ShopGateway.ApiKey);
        message.Headers.Accept.ParseAdd("application/graphql-response+json");
        using var response = await fixture.Shop.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        var isCompiled = response.Content.Headers.ContentLength is not null;
        var headers = response.Headers.Where(header => header.Key is not ("Date" or "Transfer-Encoding")).Select(header => $"{header.Key}={string.Join(',', header.Value)}");
        return ($"{(int)response.StatusCode} {response.Content.Headers.ContentType} {string.Join(' ', headers)}\n{await response.Content.ReadAsStringAsync()}", isCompiled);
    }
}
