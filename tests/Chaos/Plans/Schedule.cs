namespace Freshet.Chaos.Plans;

/// <summary>When what happens to whom: a pure function of plan, seed and length, so that a run can be repeated.</summary>
internal static class Schedule
{
    /// <summary>Before the first fault the system runs undisturbed, so that what follows has something to disturb.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(3);

    /// <summary>In order of time. Every fault begins and ends within the length.</summary>
    public static IReadOnlyList<FaultStep> Of(Plan plan, int seed, TimeSpan length) =>
        [.. plan.Tracks.SelectMany((track, number) => Steps(track, new Random(Mix(seed, number)), length)).OrderBy(step => step.At)];

    private static IEnumerable<FaultStep> Steps(Track track, Random random, TimeSpan length)
    {
        var queue = new Queue<string>();
        var at = Calm + track.Every.Draw(random);
        for (var count = 0; count < track.Limit; count++)
        {
            var duration = track.Lasts.Draw(random);
            if (at + duration > length)
            {
                yield break;
            }

            yield return new FaultStep(at, Next(track, queue, random), track.Action, duration, Detail(track, count));
            at += track.Every.Draw(random);
        }
    }

    private static string Next(Track track, Queue<string> queue, Random random)
    {
        if (queue.Count == 0)
        {
            var targets = track.Targets.ToArray();
            random.Shuffle(targets);
            Array.ForEach(targets, queue.Enqueue);
        }

        return queue.Dequeue();
    }

    // In turn, not drawn: each way of failing is to be seen about equally often.
    private static string Detail(Track track, int count) => track.Details.Count == 0 ? "" : track.Details[count % track.Details.Count];

    // Not System.HashCode, which differs from process to process.
    private static int Mix(int seed, int number) => unchecked((seed * 486_187_739) + (number * 1_000_003) + 17);
}
