using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Gateway.Tests.Transport;

/// <summary>Time, concurrency, and what is measured of an operation.</summary>
public sealed class BudgetTests
{
    [Fact]
    public async Task An_operation_over_its_time_is_ended_with_a_code()
    {
        await using var gateway = await TinyGateway.StartAsync(("Limits:Timeout", "00:00:00.200"));

        using var response = await gateway.PostAsync("{ slow }");

        response.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await response.ReadJsonAsync()).Code().ShouldBe("TIMEOUT");
    }

    [Fact]
    public async Task One_operation_too_many_is_told_when_to_come_back()
    {
        await using var gateway = await TinyGateway.StartAsync(("Limits:MaxConcurrentOperations", "1"), ("Limits:MaxWaitingOperations", "0"));
        var running = gateway.PostAsync("{ slow }");
        await gateway.World.SlowStarted.Task;

        using var refused = await gateway.PostAsync("{ hello }");

        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        (await refused.ReadJsonAsync()).Code().ShouldBe("OVERLOADED");
        gateway.World.Released.SetResult();
        using var first = await running;
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Operations_and_open_subscriptions_are_counted_with_few_tags()
    {
        await using var gateway = await TinyGateway.StartAsync();
        using var measured = new Measured(gateway.Services.GetRequiredService<IMeterFactory>());

        await gateway.QueryAsync("{ hello }");
        await gateway.QueryAsync("{ nothing }");
        await gateway.QueryAsync("{ boom }");
        using (var client = await SocketClient.StartAsync(gateway))
        {
            await client.SubscribeAsync("1", "subscription { ticks(count: 2) }");
            while (await client.ReceiveLineAsync() != "complete 1")
                measured.Sum("freshet.gateway.websockets.active").ShouldBe(1);
        }

        measured.Sum("freshet.gateway.operations", "type=query outcome=ok transport=http").ShouldBe(1);
        measured.Sum("freshet.gateway.operations", "type=unknown outcome=refused transport=http").ShouldBe(1);
        measured.Sum("freshet.gateway.operations", "type=query outcome=failed transport=http").ShouldBe(1);
        measured.Sum("freshet.gateway.operations", "type=subscription outcome=ok transport=websocket").ShouldBe(1);
        measured.Sum("freshet.gateway.subscription.events").ShouldBe(2);
        measured.Count("freshet.gateway.operation.duration").ShouldBe(4);
        await Freshet.Testing.Eventually.TrueAsync(
            _ => Task.FromResult(measured.Sum("freshet.gateway.subscriptions.active") == 0 && measured.Sum("freshet.gateway.websockets.active") == 0),
            "nothing is open any more");
    }

    [Fact]
    public async Task An_operation_is_one_span_without_its_values()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Freshet.Gateway",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = await TinyGateway.StartAsync();

        await gateway.QueryAsync("query SpanOfThisTest($n: String) { hello(name: $n) }", new { n = "nobody@example.com" });

        Activity span;
        lock (spans)
            span = spans.Single(candidate => (string?)candidate.GetTagItem("graphql.operation.name") == "SpanOfThisTest");
        span.OperationName.ShouldBe("graphql.operation");
        span.GetTagItem("graphql.operation.type").ShouldBe("query");
        span.TagObjects.ShouldAllBe(tag => tag.Value == null || !tag.Value.ToString()!.Contains("nobody"));
    }

    /// <summary>Sums what the meters of one host record.</summary>
    private sealed class Measured : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<(string Name, double Value, string Tags)> _values = [];

        public Measured(IMeterFactory host)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == host && instrument.Meter.Name == "Freshet.Gateway")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
            _listener.Start();
        }

        public double Sum(string name, string? tags = null) => Of(name, tags).Sum(value => value.Value);

        public int Count(string name) => Of(name, null).Count;

        private List<(string Name, double Value, string Tags)> Of(string name, string? tags)
        {
            lock (_values)
                return [.. _values.Where(value => value.Name == name && (tags is null || value.Tags == tags))];
        }

        private void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var text = string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
            lock (_values)
                _values.Add((name, value, text));
        }

        public void Dispose() => _listener.Dispose();
    }
}
