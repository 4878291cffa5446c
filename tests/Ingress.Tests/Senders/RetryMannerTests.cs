using System.Collections.Concurrent;
using System.Security.Cryptography;
using Freshet.Ingress.Senders;
using Freshet.Profiles.Sources;
using Freshet.Simulators.Sending;
using Freshet.Simulators.Signing;
using Freshet.Testing;
using Npgsql;
using Simulated = Freshet.Simulators.Signing.Vendors;

namespace Freshet.Ingress.Tests.Senders;

/// <summary>
/// Senders with their vendors' manners, against a host that for a while can keep nothing and says so in each sender's way. The senders sign by
/// code of their own. Their waits are shortened.
/// </summary>
public sealed class RetryMannerTests(RetryMannerTests.Host host) : IClassFixture<RetryMannerTests.Host>
{
    private const int Events = 12;
    private const string Organization = "00D000000000001AAA";

    private static readonly ECDsa SendGridKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static TheoryData<string> Names => [.. Simulated.All.Select(vendor => vendor.Name)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task After_an_outage_everything_is_there_that_the_vendor_sends_again(string name)
    {
        var vendor = Simulated.All.Single(one => one.Name == name);
        var seen = new ConcurrentDictionary<string, int>();
        var outage = new Outage(vendor.Manner.Waits.Count == 0 ? 1 : 2);
        var sender = new SimulatedSender(host.App.Client, vendor, SettingsOf(vendor), TimeProvider.System)
        {
            Attempted = (happened, status) => outage.Note(happened.Id, seen.AddOrUpdate(happened.Id, 1, (_, times) => times + 1), status),
        };
        var before = await host.KeptAsync();
        host.Postgres.Cut();

        var delivering = sender.DeliverAsync([.. Enumerable.Range(1, Events).Select(number => SampleEvents.Of(vendor, number, TimeProvider.System.GetUtcNow()))], Cancellation);
        await Task.WhenAny(outage.Over, delivering).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        host.Postgres.Restore();
        var deliveries = await delivering.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);

        outage.Statuses.ShouldNotBeEmpty();
        outage.Statuses.ShouldAllBe(status => status == (SenderTable.Of(SourceOf(vendor)).Answers.Busy ?? 503));
        deliveries.Count.ShouldBe(Events);
        deliveries.Count(delivery => delivery.IsLost).ShouldBe(0);
        sender.IsSubscribed.ShouldBeTrue();
        (await host.KeptAsync() - before).ShouldBe(Events - LostByManner(vendor, deliveries, seen, outage));
    }

    [Fact]
    public async Task An_outage_longer_than_Shopify_comes_again_costs_the_subscription_and_with_it_what_comes_after()
    {
        var sender = new SimulatedSender(host.App.Client, Simulated.Shopify, SettingsOf(Simulated.Shopify) with { TimeScale = 1e-7 }, TimeProvider.System);
        var before = await host.KeptAsync();
        host.Postgres.Cut();

        var first = await sender.DeliverAsync(SampleEvents.Of(Simulated.Shopify, 1001, TimeProvider.System.GetUtcNow()), Cancellation);
        host.Postgres.Restore();
        var second = await sender.DeliverAsync(SampleEvents.Of(Simulated.Shopify, 1002, TimeProvider.System.GetUtcNow()), Cancellation);

        (first.Ending, first.Attempts).ShouldBe((Ending.GivenUp, 9));
        second.Ending.ShouldBe(Ending.Unsubscribed);
        (await host.KeptAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Sources_that_are_off_get_what_makes_each_vendor_stop_without_ending_its_subscription()
    {
        foreach (var vendor in (Vendor[])[Simulated.Shopify, Simulated.Woocommerce, Simulated.Mailgun, Simulated.Dataverse])
        {
            await using var app = IngressApp.Start(host.Database.ConnectionString, sources: [SourceOf(vendor) with { IsEnabled = false }], settings: Vendors.Parameters);
            var sender = new SimulatedSender(app.Client, vendor, SettingsOf(vendor), TimeProvider.System);

            var deliveries = await sender.DeliverAsync([.. Enumerable.Range(1, 10).Select(number => SampleEvents.Of(vendor, number, TimeProvider.System.GetUtcNow()))], Cancellation);

            sender.IsSubscribed.ShouldBeTrue(vendor.Name);
            deliveries.ShouldAllBe(delivery => delivery.Attempts == 1, vendor.Name);
        }
    }

    [Fact]
    public async Task A_source_whose_secret_is_missing_says_busy_in_each_senders_way_and_costs_WooCommerce_no_webhook()
    {
        await using var app = IngressApp.Start(host.Database.ConnectionString, sources: Simulated.All.Select(SourceOf), settings: new Dictionary<string, string>());

        foreach (var vendor in Simulated.All)
        {
            var statuses = new ConcurrentBag<int>();
            var sender = new SimulatedSender(app.Client, vendor, SettingsOf(vendor) with { TimeScale = 1e-9, Doubled = 0 }, TimeProvider.System)
            {
                Attempted = (_, status) => statuses.Add(status),
            };

            await sender.DeliverAsync([.. Enumerable.Range(1, 6).Select(number => SampleEvents.Of(vendor, number, TimeProvider.System.GetUtcNow()))], Cancellation);

            statuses.ShouldAllBe(status => status == (SenderTable.Of(SourceOf(vendor)).Answers.Busy ?? 503), vendor.Name);
            (vendor == Simulated.Shopify || sender.IsSubscribed).ShouldBeTrue(vendor.Name);
        }
    }

    // WooCommerce never comes again, and five failures in a row end its webhook: so it is told that all is well, and what came while nothing could be
    // kept is lost. The others lose nothing.
    private static int LostByManner(Vendor vendor, IReadOnlyList<Delivery> deliveries, ConcurrentDictionary<string, int> seen, Outage outage)
    {
        if (vendor != Simulated.Woocommerce)
        {
            deliveries.ShouldAllBe(delivery => delivery.Attempts == seen[delivery.Event.Id]);
            return 0;
        }

        seen.Values.ShouldAllBe(times => times == 1);
        return outage.Statuses.Count;
    }

    private SenderSettings SettingsOf(Vendor vendor) => new(
        vendor == Simulated.Hubspot ? new Uri("https://hooks.example.com/webhooks/hubspot") : new Uri(host.App.Client.BaseAddress!, $"/webhooks/{vendor.Name}"),
        vendor.Name switch
        {
            "stripe" => $"whsec_{Vendors.Key}",
            "sendgrid" => Convert.ToBase64String(SendGridKey.ExportPkcs8PrivateKey()),
            _ => Vendors.Key,
        })
    {
        // What is left after two attempts takes so long that a slow machine is back in time.
        TimeScale = 40 / Math.Max(1, vendor.Manner.Waits.Skip(2).Sum(wait => wait.TotalSeconds)),
        Doubled = 0.3,
        AtOnce = Events,
    };

    private static Source SourceOf(Vendor vendor)
    {
        var source = Vendors.Sources.Single(one => one.Id == vendor.Name);
        return source.Kind == SourceKind.Salesforce ? source with { OrganizationId = Organization } : source;
    }

    /// <summary>Over when every event has been refused so many times.</summary>
    private sealed class Outage(int rounds)
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentDictionary<string, int> _refused = new();

        public Task Over => _over.Task;

        public ConcurrentQueue<int> Statuses { get; } = new();

        public void Note(string id, int times, int status)
        {
            if (_over.Task.IsCompleted)
            {
                return;
            }

            Statuses.Enqueue(status);
            _refused[id] = times;
            if (_refused.Count == Events && _refused.Values.All(count => count >= rounds))
            {
                _over.TrySetResult();
            }
        }
    }

    /// <summary>One host, whose store can be taken away. There is no broker either, so what cannot be stored is refused.</summary>
    public sealed class Host : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        public FaultProxy Postgres { get; private set; } = null!;

        public IngressApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            Postgres = new FaultProxy(new NpgsqlConnectionStringBuilder(Database.ConnectionString).Port);
            App = IngressApp.Start(
                new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Port = Postgres.Port }.ConnectionString,
                sources: Simulated.All.Select(SourceOf),
                settings: new Dictionary<string, string>(Vendors.Parameters)
                {
                    ["Parameters:sendgrid-key"] = Convert.ToBase64String(SendGridKey.ExportSubjectPublicKeyInfo()),
                    ["Ingress:Batching:CircuitOpenFor"] = "00:00:00.050",
                });
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            await Postgres.DisposeAsync();
            await Database.DisposeAsync();
        }

        public Task<long> KeptAsync() => Database.ScalarAsync<long>("select count(*) from event_keys");
    }
}
