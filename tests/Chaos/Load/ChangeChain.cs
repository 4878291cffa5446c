namespace Freshet.Chaos.Load;

/// <summary>
/// Holds the changes of a number that only grows together: each goes from a value to a higher one, and what is between the first and the last has to be
/// covered. Two workers may publish the changes of one profile in the wrong order; that is counted, and is no loss.
/// </summary>
/// <remarks>
/// The number of a profile falls when a device that two people share goes over to the other one, with what happened on it. Then the same numbers come
/// a second time, and a change from above where the number is now is one from before the fall that came late: it says nothing of a gap.
/// </remarks>
internal sealed class ChangeChain
{
    private readonly List<(long From, long To)> missing = [];
    private long? top;
    private long beforeFall = long.MinValue;

    /// <summary>Changes that came after a later one.</summary>
    public int Overtaken { get; private set; }

    /// <summary>How often the number fell.</summary>
    public int Falls { get; private set; }

    /// <summary>What was skipped and did not come later.</summary>
    public IReadOnlyList<(long From, long To)> Missing => missing;

    public void Add(long from, long to)
    {
        if (from > top && from <= beforeFall)
        {
            Overtaken++;
            beforeFall = Math.Max(beforeFall, to);
            return;
        }

        if (to < from)
        {
            Restart(to);
            return;
        }

        if (top is { } known && from > known)
        {
            missing.Add((known, from));
        }

        Overtaken += top > from ? 1 : 0;
        Fill(from, to);
        top = Math.Max(top ?? to, to);
    }

    /// <summary>The subscriber was told to start again from here.</summary>
    public void Restart(long now)
    {
        if (now < top)
        {
            beforeFall = Math.Max(beforeFall, top.Value);
            Falls++;
        }

        missing.Clear();
        top = now;
    }

    private void Fill(long from, long to)
    {
        foreach (var gap in missing.Where(gap => from < gap.To && to > gap.From).ToList())
        {
            missing.Remove(gap);
            missing.AddRange(((long From, long To)[])[(gap.From, Math.Min(from, gap.To)), (Math.Max(to, gap.From), gap.To)]);
        }

        missing.RemoveAll(gap => gap.From >= gap.To);
    }
}
