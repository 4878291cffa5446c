using Freshet.Benchmarks.Load;

namespace Freshet.Benchmarks.Running;

/// <summary>Fills an empty Freshet by its front door.</summary>
internal static class Seeding
{
    private const int CustomersPerBatch = 50;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Introduces customers 0 to <paramref name="count"/> - 1 and waits until they are there.</summary>
    public static async Task IntroduceAsync(Lab lab, int count, CancellationToken cancellationToken)
    {
        var tape = new RequestTape();
        foreach (var customers in Enumerable.Range(0, count).Chunk(CustomersPerBatch))
        {
            Customers.AddIntroductions(tape, customers);
        }

        using var generator = new LoadGenerator(lab.Ingress, 4);
        var sent = await generator.RunAsync(new LoadPlan(tape, Limit, Answers.IsAccepted), cancellationToken);
        if (sent.Latencies.Count < tape.Count)
        {
            throw new InvalidOperationException($"Only {sent.Latencies.Count} of {tape.Count} introductory batches were accepted: {sent}.");
        }

        await lab.Installation.SettleAsync(Limit);
    }
}

/// <summary>What counts as an answer.</summary>
internal static class Answers
{
    public static bool IsAccepted(int status, ReadOnlySpan<byte> body) => status is 200 or 202;
}
