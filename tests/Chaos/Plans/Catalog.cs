using Freshet.Chaos.Faults;
using Freshet.Profiles.Failpoints;

namespace Freshet.Chaos.Plans;

/// <summary>Every plan by its name. The names are those of docs/reliability.md.</summary>
internal static class Catalog
{
    private static readonly string[] Servers = ["postgres", "rabbitmq", "redis"];
    private static readonly string[] Workers = ["processing", "processing-2"];
    private static readonly string[] Hosts = ["ingress", .. Workers, "gateway"];

    private static readonly string[] IngressPoints = [.. Failpoint.Names.Where(name => name.StartsWith("ingress.", StringComparison.Ordinal))];
    private static readonly string[] ProcessingPoints = [.. Failpoint.Names.Where(name => name.StartsWith("processing.", StringComparison.Ordinal))];

    private static readonly string[] Links =
    [
        "ingress-postgres", "ingress-rabbitmq", "processing-postgres", "processing-rabbitmq", "processing-redis", "gateway-postgres", "gateway-redis",
    ];

    public static IReadOnlyList<Plan> All { get; } =
    [
        new("K1", "PostgreSQL is killed every 3 to 8 seconds", [Kill(["postgres"], new(3, 8), new(0, 3))]),
        new("K2", "RabbitMQ is killed every 10 to 15 seconds", [Kill(["rabbitmq"], new(10, 15), new(0, 2))]),
        new("K3", "Redis is killed, flushed and frozen", [Kill(["redis"], new(15, 25), new(0, 3)), Flush(new(10, 20)), Freeze(["redis"], new(30, 45), new(10, 30))])
        {
            ReadersSeeNothing = true,
        },
        new("K4", "each of our hosts is killed, one every 3 to 6 seconds; two workers", [Kill(Hosts, new(3, 6), new(0, 1))]) { HasSecondWorker = true },
        new("K5", "everything is killed at once and started again in random order", [new(["all"], FaultAction.KillAll, new(25, 35), new(0, 3))]),
        new("K6", "hosts end themselves at six points in the middle of their work", [Crash(["ingress"], IngressPoints, new(14, 18)), Crash(["processing"], ProcessingPoints, new(9, 12))])
        {
            Length = TimeSpan.FromSeconds(300),
        },
        new("Z1", "servers and a worker are frozen for longer than their leases and heartbeats; two workers",
            [Freeze(["postgres"], new(30, 60), new(8, 10)), Freeze(["rabbitmq"], new(60, 120), new(20, 90)), Freeze(["processing"], new(40, 100), new(20, 120))])
        {
            HasSecondWorker = true, Length = TimeSpan.FromSeconds(300),
        },
        new("F1", "the disk of PostgreSQL is full for a while", [new(["postgres"], FaultAction.FillDisk, new(10, 15), new(20, 30)) { Limit = 1 }]) { Disk = "postgres" },
        new("F2", "the disk of RabbitMQ is full for a while", [new(["rabbitmq"], FaultAction.FillDisk, new(10, 15), new(20, 30)) { Limit = 1 }]) { Disk = "rabbitmq" },
        new("N1", "links are slow, narrow, silent, broken, or lose replies, one after the other",
            [new(Links, FaultAction.Link, new(6, 9), new(3, 12)) { Details = LinkFaults.OfServers }, new(["sender-ingress"], FaultAction.Link, new(9, 15), new(2, 6)) { Details = LinkFaults.OfSenders }])
        {
            IsProxied = true,
        },
        new("D1", "every delivery comes two to five times, across kills", [Kill(["processing", "ingress"], new(8, 12), new(0, 1))]) { Repeated = 100, Rate = 100 },
        new("O1", "deliveries are shuffled over the whole run, one event of ten is up to thirty days late", []) { Window = 10_000, Late = 10 },
        new("P1", "one webhook of twenty cannot be applied", []) { Poison = 5 },
        new("P2", "as P1; then all dead letters are replayed twice and everything is sent again twice", []) { Poison = 5, IsReplayed = true, Length = TimeSpan.FromSeconds(60) },
        new("W2", "two hundred subscribers never read", []) { Attack = "slow-subscribers" },
        new("T2", "senders' clocks are off by up to a day", []) { Skew = TimeSpan.FromDays(1) },
        new("B1", "bodies that are too large, too deep, lie about themselves, or never end", []) { Attack = "bodies" },
        new("B2", "slow headers, slow bodies, slow reading", []) { Attack = "slow-requests" },
        new("S2", "a flood of webhooks with wrong signatures", []) { Attack = "signatures" },
        new("G", "GraphQL documents that want too much", []) { Attack = "documents" },
        new("H1", "half of all events concern one profile; two workers", []) { Hot = 50, HasSecondWorker = true },

        // Three runs of at most 6.5 minutes: it ends within twenty minutes, whatever happens.
        Mixture("long") with { Length = TimeSpan.FromSeconds(240), Grace = TimeSpan.FromSeconds(150), Seeds = 3 },
        Mixture("short") with { Length = TimeSpan.FromSeconds(75), Rate = 100, LongestRecovery = TimeSpan.FromSeconds(60) },
    ];

    public static Plan? Find(string name) => All.FirstOrDefault(plan => string.Equals(plan.Name, name, StringComparison.OrdinalIgnoreCase));

    private static Plan Mixture(string name) => new(
        name, "servers and hosts are killed in turn, one every 4 to 7 seconds; two workers", [Kill([.. Servers, .. Hosts], new(4, 7), new(0, 3))])
    {
        HasSecondWorker = true,
    };

    private static Track Crash(IReadOnlyList<string> hosts, IReadOnlyList<string> points, Span every) => new(hosts, FaultAction.Crash, every, new(0, 0)) { Details = points };

    private static Track Kill(IReadOnlyList<string> targets, Span every, Span lasts) => new(targets, FaultAction.Kill, every, lasts);

    private static Track Freeze(IReadOnlyList<string> targets, Span every, Span lasts) => new(targets, FaultAction.Freeze, every, lasts);

    private static Track Flush(Span every) => new(["redis"], FaultAction.Flush, every, new(0, 0));
}
