using System.Net;
using System.Text;
using Freshet.Ingress.Tests.Tracking;

namespace Freshet.Ingress.Tests.Ga4;

public sealed class Ga4EndpointTests(ProtocolsFixture fixture) : IClassFixture<ProtocolsFixture>
{
    private const string Good = """{"name":"purchase","params":{"value":3}}""";

    [Fact]
    public async Task Each_event_is_one_and_the_answer_is_204()
    {
        var kept = await fixture.KeptAsync();

        using var answer = await SendAsync(Body($"{Good},{Good}"));

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Headers.Contains("Freshet-Position").ShouldBeTrue();
        (await fixture.KeptAsync()).ShouldBe(kept + 2);
    }

    [Fact]
    public async Task With_a_time_a_second_delivery_is_a_duplicate()
    {
        var body = Body($"{Good},{Good}", "\"timestamp_micros\":\"1700000000000000\",");
        var kept = await fixture.KeptAsync();

        (await SendAsync(body)).Dispose();
        (await SendAsync(body)).Dispose();

        (await fixture.KeptAsync()).ShouldBe(kept + 2);
    }

    [Fact]
    public async Task Bad_events_cost_nothing_but_themselves()
    {
        var kept = await fixture.KeptAsync();

        using var answer = await SendAsync(Body($$$"""7,{"params":{}},{"name":"a","params":{"b":"\u0000"}},{{{Good}}}"""));

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await fixture.KeptAsync()).ShouldBe(kept + 1);
    }

    [Theory]
    [InlineData("no json", "", "VALUE_INVALID")]
    [InlineData("""{"events":[{"name":"a"}]}""", "client_id", "VALUE_REQUIRED")]
    [InlineData("""{"client_id":"1.2"}""", "events", "VALUE_REQUIRED")]
    [InlineData("""{"client_id":"1.2","events":[{"name":"a b"}]}""", "events[0].name", "NAME_INVALID")]
    [InlineData("""{"client_id":"1.2","events":[{"name":"a"},{"name":"b","params":7}]}""", "events[1].params", "VALUE_INVALID")]
    [InlineData("""{"client_id":"1.2","events":[{"name":"a","timestamp_micros":"soon"}]}""", "events[0].timestamp_micros", "VALUE_INVALID")]
    public async Task The_validating_address_tells_what_is_wrong_and_keeps_nothing(string body, string field, string code)
    {
        var kept = await fixture.KeptAsync();

        using var answer = await SendAsync(body, "debug/mp/collect");

        var message = (await answer.JsonAsync()).GetProperty("validationMessages").EnumerateArray().ShouldHaveSingleItem();
        (message.GetProperty("fieldPath").GetString(), message.GetProperty("validationCode").GetString()).ShouldBe((field, code));
        (await fixture.KeptAsync()).ShouldBe(kept);
    }

    [Fact]
    public async Task The_validating_address_has_nothing_to_say_of_a_good_request()
    {
        using var answer = await SendAsync(Body(Good), "debug/mp/collect");

        (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"validationMessages":[]}""");
    }

    [Fact]
    public async Task More_than_25_events_are_refused_as_a_whole()
    {
        var kept = await fixture.KeptAsync();
        var body = Body(string.Join(',', Enumerable.Repeat(Good, 26)));

        using var answer = await SendAsync(body);
        using var told = await SendAsync(body, "debug/mp/collect");

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await told.Content.ReadAsStringAsync()).ShouldContain("EXCEEDED_MAX_ENTITIES");
        (await fixture.KeptAsync()).ShouldBe(kept);
    }

    [Theory]
    [InlineData("api_secret=wrong&measurement_id=" + ProtocolsFixture.Stream)]
    [InlineData("api_secret=" + ProtocolsFixture.ApiSecret + "&measurement_id=G-OTHER")]
    [InlineData("api_secret=" + ProtocolsFixture.ApiSecret)]
    [InlineData("api_secret=" + ProtocolsFixture.Token + "&measurement_id=" + ProtocolsFixture.Stream)]
    public async Task Strangers_get_401(string query)
    {
        var kept = await fixture.KeptAsync();

        using var answer = await fixture.App.Client.PostAsync($"/mp/collect?{query}", new StringContent(Body(Good), Encoding.UTF8, "application/json"));

        await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials.invalid");
        (await fixture.KeptAsync()).ShouldBe(kept);
    }

    private static string Body(string events, string more = "") => $$$"""{"client_id":"1.2",{{{more}}}"user_properties":{"tier":{"value":"gold"}},"events":[{{{events}}}]}""";

    private Task<HttpResponseMessage> SendAsync(string body, string path = "mp/collect") => fixture.App.Client.PostAsync(
        $"/{path}?api_secret={ProtocolsFixture.ApiSecret}&measurement_id={ProtocolsFixture.Stream}", new StringContent(body, Encoding.UTF8, "application/json"));
}
