using System.Net;
using System.Net.WebSockets;
using Freshet.Testing;

namespace Freshet.Gateway.Tests.Transport;

/// <summary>Every rule of graphql-transport-ws that a client can break, and every right it has.</summary>
public sealed class SocketProtocolTests(SocketProtocolTests.Fixture fixture) : IClassFixture<SocketProtocolTests.Fixture>
{
    private TinyGateway Gateway => fixture.Gateway;

    [Theory]
    [InlineData("{", "Not valid JSON")]
    [InlineData("[]", "Message must be a JSON object")]
    [InlineData("{}", "Message has no 'type'")]
    [InlineData("""{"type":"start"}""", "Unknown message type")]
    [InlineData("""{"type":"connection_ack"}""", "Unknown message type")]
    [InlineData("""{"type":"subscribe"}""", "'id' must be a string")]
    [InlineData("""{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}""", "'id' must have")]
    [InlineData("""{"type":"subscribe","id":"1"}""", "'payload' of subscribe")]
    [InlineData("""{"type":"subscribe","id":"1","payload":{}}""", "The request has no 'query'")]
    [InlineData("""{"type":"subscribe","id":"1","payload":{"query":7}}""", "'query' must be a string")]
    [InlineData("""{"type":"complete"}""", "'id' must be a string")]
    [InlineData("""{"type":"ping","payload":7}""", "'payload' must be an object")]
    public async Task A_message_outside_the_protocol_closes_with_4400_and_the_reason(string message, string reason)
    {
        using var client = await SocketClient.StartAsync(Gateway);
        await client.SendAsync(message);

        var close = await client.ReceiveCloseAsync();

        close.Code.ShouldBe(4400);
        close.Reason!.ShouldStartWith(reason);
    }

    [Fact]
    public async Task A_binary_message_closes_with_4400()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        await client.SendAsync("""{"type":"ping"}""", type: WebSocketMessageType.Binary);

        (await client.ReceiveCloseAsync()).Code.ShouldBe(4400);
    }

    [Fact]
    public async Task A_message_larger_than_64_kB_closes_with_1009_however_it_is_cut()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        for (var part = 0; part < 3; part++)
            await client.SendAsync(new string(' ', 30_000), isLast: false);

        (await client.ReceiveCloseAsync()).Code.ShouldBe(1009);
    }

    [Fact]
    public async Task A_message_in_many_frames_is_one_message()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        foreach (var part in """{"type":"ping","payload":{"a":1}}""")
            await client.SendAsync(part.ToString(), isLast: part == '\n');
        await client.SendAsync("");

        (await client.ReceiveLineAsync()).ShouldBe("""pong {"a":1}""");
    }

    [Fact]
    public async Task Subscribing_before_the_acknowledgment_closes_with_4401()
    {
        using var client = await SocketClient.OpenAsync(Gateway);
        await client.SubscribeAsync("1", "{ hello }");

        (await client.ReceiveCloseAsync()).ShouldBe((4401, "Unauthorized"));
    }

    [Theory]
    [InlineData("""{"type":"connection_init"}""")]
    [InlineData("""{"type":"connection_init","payload":{"apiKey":"wrong"}}""")]
    [InlineData("""{"type":"connection_init","payload":{"Authorization":"Basic a-key-for-tests"}}""")]
    [InlineData("""{"type":"connection_init","payload":{"Authorization":["Bearer a-key-for-tests"]}}""")]
    public async Task Wrong_credentials_close_with_4403(string init)
    {
        using var client = await SocketClient.OpenAsync(Gateway);
        await client.SendAsync(init);

        (await client.ReceiveCloseAsync()).ShouldBe((4403, "Forbidden"));
    }

    [Theory]
    [InlineData("""{"type":"connection_init","payload":{"apiKey":"a-key-for-tests"}}""")]
    [InlineData("""{"type":"connection_init","payload":{"x-api-key":"a-key-for-tests"}}""")]
    [InlineData("""{"type":"connection_init","payload":{"authorization":"Bearer a-key-for-tests"}}""")]
    public async Task Right_credentials_are_acknowledged(string init)
    {
        using var client = await SocketClient.OpenAsync(Gateway);
        await client.SendAsync(init);

        (await client.ReceiveLineAsync()).ShouldBe("connection_ack");
    }

    [Fact]
    public async Task A_header_at_the_upgrade_proves_the_caller_and_a_wrong_one_refuses_the_upgrade()
    {
        using var client = await SocketClient.OpenAsync(Gateway, options => options.SetRequestHeader("Authorization", "Bearer " + TinyGateway.ApiKey));
        await client.SendAsync("""{"type":"connection_init"}""");
        (await client.ReceiveLineAsync()).ShouldBe("connection_ack");

        ClientWebSocketOptions? refused = null;
        await Should.ThrowAsync<WebSocketException>(() => SocketClient.OpenAsync(Gateway, options => (refused = options).SetRequestHeader("X-Api-Key", "wrong")));
        refused.ShouldNotBeNull();
    }

    [Fact]
    public async Task Another_subprotocol_closes_with_4406()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(Gateway.Address) { Scheme = "ws", Path = "/graphql" }.Uri, CancellationToken.None);

        var received = await socket.ReceiveAsync(new byte[100], CancellationToken.None);

        received.MessageType.ShouldBe(WebSocketMessageType.Close);
        ((int)socket.CloseStatus!).ShouldBe(4406);
        socket.CloseStatusDescription.ShouldBe("Subprotocol not acceptable");
    }

    [Fact]
    public async Task A_used_id_closes_with_4409()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        await client.SubscribeAsync("1", "subscription { silent }");
        await client.SubscribeAsync("1", "{ hello }");

        (await client.ReceiveCloseAsync()).ShouldBe((4409, "Subscriber for 1 already exists"));
    }

    [Fact]
    public async Task An_id_is_free_again_after_either_side_completed()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        await client.SubscribeAsync("1", "{ hello }");
        (await client.ReceiveLineAsync()).ShouldBe("""next 1 {"data":{"hello":"hello world"}}""");
        (await client.ReceiveLineAsync()).ShouldBe("complete 1");

        await client.SubscribeAsync("1", "subscription { silent }");
        await client.CompleteAsync("1");
        await client.SubscribeAsync("1", "{ nothing }");
        (await client.ReceiveLineAsync()).ShouldStartWith("error 1 [{\"message\":");

        await client.SubscribeAsync("1", "{ hello }");
        (await client.ReceiveLineAsync()).ShouldStartWith("next 1");
    }

    [Fact]
    public async Task A_second_init_closes_with_4429()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        await client.SendAsync("""{"type":"connection_init"}""");

        (await client.ReceiveCloseAsync()).ShouldBe((4429, "Too many initialisation requests"));
    }

    [Fact]
    public async Task Nothing_of_an_operation_follows_its_completion_by_the_client()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        await client.SubscribeAsync("1", "subscription { ticks }");
        (await client.ReceiveLineAsync()).ShouldBe("""next 1 {"data":{"ticks":1}}""");
        await client.CompleteAsync("1");
        await client.SendAsync("""{"type":"ping"}""");

        // What was on its way arrives before the pong; after the pong there is silence until our next question.
        while (await client.ReceiveLineAsync() is var line && line != "pong")
            line.ShouldStartWith("next 1");
        await client.SendAsync("""{"type":"ping"}""");
        (await client.ReceiveLineAsync()).ShouldBe("pong");
        await Eventually.TrueAsync(_ => Task.FromResult(Gateway.World.OpenSources == 0), "the source is closed");
    }

    [Fact]
    public async Task Completing_a_silent_subscription_closes_its_source_at_once()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        await client.SubscribeAsync("1", "subscription { silent }");
        await Eventually.TrueAsync(_ => Task.FromResult(Gateway.World.OpenSources == 1), "the source is open");

        await client.CompleteAsync("1");

        await Eventually.TrueAsync(_ => Task.FromResult(Gateway.World.OpenSources == 0), "the source is closed while the socket lives");
        client.Socket.State.ShouldBe(WebSocketState.Open);
    }

    [Fact]
    public async Task An_abrupt_end_closes_every_source_of_the_socket()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        foreach (var id in new[] { "1", "2", "3" })
            await client.SubscribeAsync(id, id == "3" ? "subscription { ticks }" : "subscription { silent }");
        await Eventually.TrueAsync(_ => Task.FromResult(Gateway.World.OpenSources == 3), "three sources are open");

        client.Socket.Abort();

        await Eventually.TrueAsync(_ => Task.FromResult(Gateway.World.OpenSources == 0), "no source is open");
    }

    [Fact]
    public async Task A_source_that_breaks_ends_its_operation_with_a_masked_error()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        await client.SubscribeAsync("1", "subscription { breaks }");

        (await client.ReceiveLineAsync()).ShouldBe("""next 1 {"data":{"breaks":1}}""");
        var error = await client.ReceiveLineAsync();
        error.ShouldStartWith("error 1 ");
        error.ShouldContain("\"code\":\"INTERNAL\"");
        error.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_refused_subscription_is_an_error_with_its_code()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        await client.SubscribeAsync("1", "subscription { refused }");

        var error = await client.ReceiveLineAsync();
        error.ShouldStartWith("error 1 ");
        error.ShouldContain("\"code\":\"TEAPOT\"");
    }

    [Fact]
    public async Task An_execution_error_is_an_ordinary_answer()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        await client.SubscribeAsync("1", "{ boom }");

        (await client.ReceiveLineAsync()).ShouldStartWith("next 1 {\"errors\":");
        (await client.ReceiveLineAsync()).ShouldBe("complete 1");
    }

    [Fact]
    public async Task The_fifty_first_operation_is_refused_and_the_socket_lives_on()
    {
        using var client = await SocketClient.StartAsync(Gateway);
        for (var number = 1; number <= 51; number++)
            await client.SubscribeAsync(number.ToString(System.Globalization.CultureInfo.InvariantCulture), "subscription { silent }");

        var error = await client.ReceiveLineAsync();
        error.ShouldStartWith("error 51 ");
        error.ShouldContain("TOO_MANY_OPERATIONS");
        await client.CompleteAsync("1");
        await client.SubscribeAsync("52", "{ hello }");
        (await client.ReceiveLineAsync()).ShouldStartWith("next 52");
    }

    [Fact]
    public async Task A_page_of_a_foreign_origin_gets_no_socket_and_our_own_does()
    {
        using var own = await SocketClient.OpenAsync(Gateway, options => options.SetRequestHeader("Origin", Gateway.Address.GetLeftPart(UriPartial.Authority)));
        own.Socket.State.ShouldBe(WebSocketState.Open);

        using var foreign = new ClientWebSocket();
        foreign.Options.AddSubProtocol("graphql-transport-ws");
        foreign.Options.CollectHttpResponseDetails = true;
        foreign.Options.SetRequestHeader("Origin", "https://evil.example");
        await Should.ThrowAsync<WebSocketException>(() => foreign.ConnectAsync(new UriBuilder(Gateway.Address) { Scheme = "ws", Path = "/graphql" }.Uri, CancellationToken.None));
        foreign.HttpStatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public TinyGateway Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await TinyGateway.StartAsync();

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
