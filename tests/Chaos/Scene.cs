using Aspire.Hosting.Testing;
using Freshet.Chaos.Checking;
using Freshet.Chaos.Faults;
using Freshet.Chaos.Hosting;
using Freshet.Chaos.Load;
using Freshet.Testing.Drivers;

namespace Freshet.Chaos;

/// <summary>Everybody who takes part in a run. The load's time begins when the scene is set.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private const int SubscriberCount = 20;
    private readonly CancellationTokenSource readingEnds = new();
    private readonly CancellationTokenSource subscribingEnds = new();
    private readonly HttpClient http;
    private Task reading = Task.CompletedTask;
    private Task subscribing = Task.CompletedTask;

    public Scene(ChaosArguments arguments, ChaosInstallation installation, string folder, TimeProvider time)
    {
        Installation = installation;
        Script = new Script(arguments.Plan, arguments.Seed, time.GetUtcNow());
        Journal = new AckJournal(Path.Combine(folder, "acknowledged.csv"));
        Log = LogWatch.Start(installation.App, installation.All, Path.Combine(folder, "log.txt"), Script.People.Canary);
        http = BareClient.For(installation.IngressAddress);
        Sender = new Sender(http, installation.Installation.Signer, Journal, time);
        Crowd = new SenderCrowd(arguments.Plan, arguments.Seed, Script, Sender, time);
        Readers = new Readers(Gateway, Script.People, time);
        Processes = new Processes(installation.App);
        Recovery = new Recovery(Script, Sender, Gateway, time);
        Injector = new FaultInjector(installation, Processes, Recovery, arguments.Seed, time);
        Growth = new GrowthWatch(Processes, installation.Hosts);
        Attack = arguments.Plan.Attack is { } name ? Attacks.Attack.Of(name, installation) : null;
        var gateway = installation.App.GetEndpoint("gateway");
        Subscribers = [.. Enumerable.Range(0, SubscriberCount).Select(group => new Subscriber(gateway, Script.People.User(group, 0)))];
    }

    public ChaosInstallation Installation { get; }

    public GraphQLClient Gateway => Installation.Installation.GraphQL;

    public Script Script { get; }

    public AckJournal Journal { get; }

    public LogWatch Log { get; }

    public Sender Sender { get; }

    public SenderCrowd Crowd { get; }

    public Readers Readers { get; }

    public Processes Processes { get; }

    public Recovery Recovery { get; }

    public FaultInjector Injector { get; }

    /// <summary>What goes on beside the good traffic; null: nothing.</summary>
    public Attacks.Attack? Attack { get; }

    public GrowthWatch Growth { get; }

    public IReadOnlyList<Subscriber> Subscribers { get; }

    /// <summary>Readers, subscribers and those who measure begin.</summary>
    public void Watch()
    {
        reading = Task.WhenAll(Readers.RunAsync(readingEnds.Token), Growth.RunAsync(readingEnds.Token));
        subscribing = Task.WhenAll(Subscribers.Select(subscriber => subscriber.RunAsync(subscribingEnds.Token)));
    }

    /// <summary>Subscribers go on: they have to see the end.</summary>
    public async Task EndReadingAsync()
    {
        await readingEnds.CancelAsync();
        await reading;
    }

    public async ValueTask DisposeAsync()
    {
        await EndReadingAsync();
        await subscribingEnds.CancelAsync();
        await subscribing;
        await Journal.DisposeAsync();
        await Log.DisposeAsync();
        http.Dispose();
        readingEnds.Dispose();
        subscribingEnds.Dispose();
    }
}
