namespace Freshet.Simulators.Sending;

/// <summary>What a vendor does with an answer. Where each is documented: docs/senders.md.</summary>
/// <param name="Waits">Before the second attempt, the third, and so on; then it gives up.</param>
public sealed record RetryManner(params IReadOnlyList<TimeSpan> Waits)
{
    /// <summary>How long it waits for an answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Which answers mean that it need not come again.</summary>
    public Func<int, string, bool> IsDone { get; init; } = static (status, _) => status is >= 200 and < 300;

    /// <summary>Which other answers make it give up at once.</summary>
    public Func<int, bool> IsFinal { get; init; } = static _ => false;

    /// <summary>After so many failed attempts in a row, of whatever events, the subscription ends. <value>Never.</value></summary>
    public int EndsAfter { get; init; } = int.MaxValue;

    /// <summary>Whether the subscription ends with the first event that was not taken at the last attempt.</summary>
    public bool EndsWithALoss { get; init; }

    /// <summary>Waits that double, up to a longest.</summary>
    public static IReadOnlyList<TimeSpan> Doubling(TimeSpan first, TimeSpan longest, int count) =>
        [.. Enumerable.Range(0, count).Select(index => TimeSpan.FromTicks(Math.Min(longest.Ticks, first.Ticks << Math.Min(index, 20))))];
}
