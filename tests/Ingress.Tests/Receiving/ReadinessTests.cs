using System.Diagnostics.Metrics;
using System.Net;
using Freshet.Ingress.Batching;
using Freshet.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Freshet.Ingress.Tests.Receiving;

public sealed class ReadinessTests
{
    private const string Order = """{"type":"order.completed","data":{"user_id":"u1"}}""";
    private const string Nowhere = "Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=1";

    [Fact]
    public async Task Before_the_sources_are_known_requests_get_503_and_health_says_why()
    {
        await using var app = IngressApp.Start(Nowhere, isLoaded: false);

        using var webhook = await app.SendWebhookAsync(Order);
        using var call = await app.SendCallAsync("page", """{"userId":"u1"}""");
        using var health = await app.Client.GetAsync("/health");
        using var alive = await app.Client.GetAsync("/alive");

        await webhook.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "sources.unknown");
        await call.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "sources.unknown");
        webhook.Headers.RetryAfter.ShouldNotBeNull();
        health.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await health.Content.ReadAsStringAsync()).ShouldContain("The sources are not known yet");
        alive.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_source_without_its_secret_degrades_health_with_the_key_to_set()
    {
        await using var app = IngressApp.Start(Nowhere, sources: [IngressApp.DemoSource with { Id = "keyless", SecretNames = ["not-there"] }]);

        using var health = await app.Client.GetAsync("/health");

        (await health.Content.ReadAsStringAsync()).ShouldContain("Parameters:not-there");
    }

    [Fact]
    public async Task Accepted_duplicate_and_refused_events_are_counted()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var app = IngressApp.Start(database.ConnectionString);
        var counts = new Dictionary<string, long>();
        using var listener = Listen(counts);

        (await app.SendWebhookAsync(Order, "msg_1")).Dispose();
        (await app.SendWebhookAsync(Order, "msg_1")).Dispose();
        (await app.SendWebhookAsync("not json")).Dispose();
        (await app.SendCallAsync("batch", """{"batch":[{"type":"page"},{"type":"page","userId":"u1"}]}""")).Dispose();

        lock (counts)
        {
            counts["freshet.ingress.events.received"].ShouldBeGreaterThanOrEqualTo(2);
            counts["freshet.ingress.events.duplicate"].ShouldBeGreaterThanOrEqualTo(1);
            counts["freshet.ingress.events.refused json.malformed"].ShouldBeGreaterThanOrEqualTo(1);
            counts["freshet.ingress.events.refused tracking.identity-missing"].ShouldBeGreaterThanOrEqualTo(1);
        }
    }

    [Fact]
    public async Task An_event_that_nobody_could_keep_is_counted_once()
    {
        await using var app = IngressApp.Start(Nowhere);
        var counts = new Dictionary<string, long>();
        using var listener = Listen(counts, app.Services.GetRequiredService<IMeterFactory>());

        using var response = await app.SendWebhookAsync(Order);

        await response.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "store.unavailable");
        lock (counts)
        {
            counts["freshet.ingress.events.refused store.unavailable"].ShouldBe(1);
        }
    }

    [Theory]
    [InlineData(true, true, true, HealthStatus.Healthy, null)]
    [InlineData(true, false, true, HealthStatus.Degraded, "RabbitMQ")]
    [InlineData(false, true, true, HealthStatus.Degraded, "PostgreSQL")]
    [InlineData(false, true, false, HealthStatus.Unhealthy, "no key")]
    [InlineData(false, false, true, HealthStatus.Unhealthy, "PostgreSQL (connection 'freshet') and RabbitMQ")]
    public void A_host_is_ready_while_it_can_keep_events_somewhere(bool store, bool broker, bool canSeal, HealthStatus status, string? says)
    {
        var health = KeepingHealth.Decide(store, broker, canSeal);

        health.Status.ShouldBe(status);
        (health.Description ?? "").ShouldContain(says ?? "");
    }

    // Other hosts of this process count too, so without a factory a test can only say "at least".
    private static MeterListener Listen(Dictionary<string, long> counts, IMeterFactory? of = null)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == IngressMetrics.MeterName && (of is null || instrument.Meter.Scope == of))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var key = tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
            lock (counts)
            {
                counts[key] = counts.GetValueOrDefault(key) + value;
            }
        });
        listener.Start();
        return listener;
    }
}
