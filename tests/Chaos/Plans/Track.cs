namespace Freshet.Chaos.Plans;

/// <summary>A kind of fault that comes again and again. A plan has one or several.</summary>
/// <param name="Targets">Hit in turn, in an order that the seed shuffles anew each time round.</param>
/// <param name="Action">What is done to them.</param>
/// <param name="Every">Seconds from one to the next.</param>
/// <param name="Lasts">Seconds that one lasts.</param>
internal sealed record Track(IReadOnlyList<string> Targets, FaultAction Action, Span Every, Span Lasts)
{
    /// <summary>One is drawn for each step; empty: no detail.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>Steps at most.</summary>
    public int Limit { get; init; } = int.MaxValue;
}

/// <summary>A range of seconds, both ends included.</summary>
internal readonly record struct Span(double Least, double Most)
{
    public TimeSpan Draw(Random random) => TimeSpan.FromMilliseconds(Math.Round(1000 * (Least + (random.NextDouble() * (Most - Least)))));
}
