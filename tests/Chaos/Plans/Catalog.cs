namespace Freshet.Chaos.Plans;

/// <summary>Every plan by its name. The names are those of docs/reliability.md.</summary>
internal static class Catalog
{
    private static readonly string[] Servers = ["postgres", "rabbitmq", "redis"];
    private static readonly string[] Workers = ["processing", "processing-2"];
    private static readonly string[] Hosts = ["ingress", .. Workers, "gateway"];

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
        Mixture("long") with { Length = TimeSpan.FromSeconds(240), Seeds = 3 },
        Mixture("short") with { Length = TimeSpan.FromSeconds(75) },
    ];

    public static Plan? Find(string name) => All.FirstOrDefault(plan => string.Equals(plan.Name, name, StringComparison.OrdinalIgnoreCase));

    private static Plan Mixture(string name) => new(
        name, "servers and hosts are killed in turn, one every 4 to 7 seconds; two workers", [Kill([.. Servers, .. Hosts], new(4, 7), new(0, 3))])
    {
        HasSecondWorker = true,
    };

    private static Track Kill(IReadOnlyList<string> targets, Span every, Span lasts) => new(targets, FaultAction.Kill, every, lasts);

    private static Track Freeze(IReadOnlyList<string> targets, Span every, Span lasts) => new(targets, FaultAction.Freeze, every, lasts);

    private static Track Flush(Span every) => new(["redis"], FaultAction.Flush, every, new(0, 0));
}
