namespace Freshet.Chaos.Plans;

/// <summary>What a run does: the load, the faults, and how it ends. docs/reliability.md has a line for each.</summary>
/// <param name="Name">As given on the command line.</param>
/// <param name="Summary">One line for a reader of the output.</param>
/// <param name="Tracks">The faults.</param>
internal sealed record Plan(string Name, string Summary, IReadOnlyList<Track> Tracks)
{
    /// <summary>How long the load lasts, unless the command line says otherwise.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Beyond its length a run has so long to start, to recover and to be checked; then it is given up.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Runs with as many seeds, one after the other.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Events per second, each counted once.</summary>
    public int Rate { get; init; } = 200;

    /// <summary>Deliveries out of a hundred that are sent again after they were acknowledged, one to four times.</summary>
    public int Repeated { get; init; } = 10;

    /// <summary>Events out of a hundred that happened up to thirty days ago.</summary>
    public int Late { get; init; } = 1;

    /// <summary>Events out of a hundred that concern one and the same profile.</summary>
    public int Hot { get; init; }

    /// <summary>Deliveries out of a hundred that cannot be applied and have to end as dead letters.</summary>
    public int Poison { get; init; }

    /// <summary>Deliveries are shuffled within windows of so many.</summary>
    public int Window { get; init; } = 1;

    /// <summary>Once all is quiet, dead letters are replayed twice and every delivery is sent twice more.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>The server whose data lies on a small disk of its own that can be filled; null: none.</summary>
    public string? Disk { get; init; }

    /// <summary>The 95th percentile of recoveries may not be longer. The short tier shares the machine with other tests, so it proves no speed.</summary>
    public TimeSpan LongestRecovery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How far senders' clocks are off, to either side.</summary>
    public TimeSpan Skew { get; init; }

    /// <summary>Processing runs twice.</summary>
    public bool HasSecondWorker { get; init; }

    /// <summary>A proxy stands between each host and each server, and between senders and Ingress.</summary>
    public bool IsProxied { get; init; }

    /// <summary>Readers must not see a single error.</summary>
    public bool ReadersSeeNothing { get; init; }

    /// <summary>What is done beside the load, by name; null: nothing.</summary>
    public string? Attack { get; init; }
}
