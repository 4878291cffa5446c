using System.Net;
using Freshet.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Freshet.Gateway.Tests.Transport;

/// <summary>GraphQL over server-sent events, byte by byte.</summary>
public sealed class EventStreamTests
{
    [Fact]
    public async Task A_query_is_one_next_and_a_complete()
    {
        await using var gateway = await TinyGateway.StartAsync();
        using var response = await gateway.PostAsync("{ hello }", accept: "text/event-stream");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream; charset=utf-8");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await response.Content.ReadAsStringAsync()).ShouldBe("event: next\ndata: {\"data\":{\"hello\":\"hello world\"}}\n\nevent: complete\ndata:\n\n");
    }

    [Fact]
    public async Task A_subscription_by_get_streams_its_answers()
    {
        await using var gateway = await TinyGateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql?query=" + Uri.EscapeDataString("subscription { ticks(after: 7, count: 2) }"));
        request.Headers.Add("Accept", "text/event-stream");
        request.Headers.Add("Last-Event-ID", "7");

        using var response = await gateway.Client.SendAsync(request);

        (await response.Content.ReadAsStringAsync())
            .ShouldBe(":\n\nevent: next\ndata: {\"data\":{\"ticks\":8}}\n\nevent: next\ndata: {\"data\":{\"ticks\":9}}\n\nevent: complete\ndata:\n\n");
    }

    [Fact]
    public async Task A_client_that_accepts_both_gets_a_stream_only_for_a_subscription()
    {
        const string Both = "application/graphql-response+json, text/event-stream";
        await using var gateway = await TinyGateway.StartAsync();

        using var query = await gateway.PostAsync("{ hello }", accept: Both);
        using var subscription = await gateway.PostAsync("subscription { ticks(count: 1) }", accept: Both);

        query.Content.Headers.ContentType!.MediaType.ShouldBe("application/graphql-response+json");
        subscription.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
    }

    [Fact]
    public async Task Errors_of_the_operation_go_into_the_stream_and_refusals_of_the_request_do_not()
    {
        await using var gateway = await TinyGateway.StartAsync();

        using var invalid = await gateway.PostAsync("{ nothing }", accept: "text/event-stream");
        invalid.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await invalid.Content.ReadAsStringAsync()).ShouldStartWith("event: next\ndata: {\"errors\":");

        using var broken = await gateway.PostAsync("subscription { breaks }", accept: "text/event-stream");
        var text = await broken.Content.ReadAsStringAsync();
        text.ShouldContain("\"code\":\"INTERNAL\"");
        text.ShouldNotContain("secret");
        text.ShouldEndWith("event: complete\ndata:\n\n");

        using var notJson = await gateway.PostJsonAsync("{", "text/event-stream");
        notJson.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        using var get = new HttpRequestMessage(HttpMethod.Get, "/graphql?query=" + Uri.EscapeDataString("mutation { rename(to: \"x\") }"));
        get.Headers.Add("Accept", "text/event-stream");
        using var mutation = await gateway.Client.SendAsync(get);
        mutation.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_silent_stream_is_kept_alive_by_comments()
    {
        var clock = new FakeTimeProvider();
        await using var gateway = await TinyGateway.StartInAsync("Development", clock);
        using var response = await gateway.PostAsync("subscription { silent }", accept: "text/event-stream");
        await using var stream = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync()).ShouldBe(":");
        (await reader.ReadLineAsync()).ShouldBe("");

        for (var comment = 0; comment < 2; comment++)
        {
            var line = reader.ReadLineAsync();
            await Eventually.TrueAsync(
                _ =>
                {
                    clock.Advance(TimeSpan.FromSeconds(4));
                    return Task.FromResult(line.IsCompleted);
                },
                "a comment within a few intervals");
            (await line).ShouldBe(":");
            (await reader.ReadLineAsync()).ShouldBe("");
        }
    }

    [Fact]
    public async Task A_client_that_leaves_closes_its_source()
    {
        await using var gateway = await TinyGateway.StartAsync();
        foreach (var query in new[] { "subscription { silent }", "subscription { ticks }" })
        {
            var response = await gateway.PostAsync(query, accept: "text/event-stream");
            await Eventually.TrueAsync(_ => Task.FromResult(gateway.World.OpenSources == 1), "the source is open");

            response.Dispose();

            await Eventually.TrueAsync(_ => Task.FromResult(gateway.World.OpenSources == 0), "the source is closed");
        }
    }

    [Fact]
    public async Task A_host_that_stops_breaks_its_streams_off_so_that_clients_come_back()
    {
        await using var gateway = await TinyGateway.StartAsync();
        using var response = await gateway.PostAsync("subscription { silent }", accept: "text/event-stream");
        await Eventually.TrueAsync(_ => Task.FromResult(gateway.World.OpenSources == 1), "the source is open");

        gateway.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await response.Content.ReadAsStringAsync()).ShouldNotContain("complete");
    }
}
