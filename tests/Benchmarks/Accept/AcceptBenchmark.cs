using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Freshet.Benchmarks.Load;
using Freshet.Benchmarks.References;
using Freshet.Benchmarks.Reporting;
using Freshet.Benchmarks.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Benchmarks.Accept;

/// <summary>
/// Single signed webhooks answered 2xx, against a bare Kestrel endpoint that reads the body and answers 202. Both get the same requests
/// over as many connections. Processing applies what Ingress has accepted meanwhile; before the reference's turn the queue is empty again.
/// </summary>
internal sealed class AcceptBenchmark(Lab lab, Uri reference, BenchmarkArguments arguments)
{
    private const int Profiles = 10_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Drain = TimeSpan.FromMinutes(5);
    private readonly RequestTape tape = new();
    private long sent;
    private double bestRate = 10_000;

    public static async Task<BenchmarkResult> RunAsync(BenchmarkArguments arguments, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync(cancellationToken);
        await using var reference = await ReferenceProcess.StartAsync(ReferencePrograms.Accept, [], cancellationToken);
        return await new AcceptBenchmark(lab, reference.Address, arguments).MeasureAsync(cancellationToken);
    }

    private async Task<BenchmarkResult> MeasureAsync(CancellationToken cancellationToken)
    {
        await RoundAsync("warm-up", WarmUp, cancellationToken);
        var rounds = new List<(double, double)>();
        for (var round = 1; round <= (arguments.Rounds ?? 3); round++)
        {
            rounds.Add(await RoundAsync($"round {round}", TimeSpan.FromSeconds(arguments.Seconds ?? 5), cancellationToken));
        }

        return BenchmarkResult.OfRounds("accept", "/s", rounds);
    }

    private async Task<(double Ours, double Reference)> RoundAsync(string name, TimeSpan length, CancellationToken cancellationToken)
    {
        // Signed now, because a signature is good for five minutes only; half as many again as the fastest round needed.
        tape.Clear();
        Customers.AddWebhooks(tape, lab.Installation.Signer, sent, (int)(bestRate * 1.5 * length.TotalSeconds), arguments.Profiles ?? Profiles);
        sent += tape.Count;
        await SwitchProcessingAsync(KnownResourceCommands.StopCommand, cancellationToken);

        var before = ProcessTree.Read();
        var ours = await LoadAsync(lab.Ingress, length, repeats: false, cancellationToken);
        var used = ProcessTree.Read().Since(before);
        bestRate = Math.Max(bestRate, ours.Rate);
        await SwitchProcessingAsync(KnownResourceCommands.StartCommand, cancellationToken);
        await lab.Installation.SettleAsync(Drain);

        var bare = await LoadAsync(reference, length, repeats: true, cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: ours {ours}; bare {bare}"));
        Console.WriteLine($"    processor time of ours: {used}");
        return (ours.Rate, bare.Rate);
    }

    private async Task<LoadResult> LoadAsync(Uri address, TimeSpan length, bool repeats, CancellationToken cancellationToken)
    {
        using var generator = new LoadGenerator(address, arguments.Connections ?? 256);
        return await generator.RunAsync(new LoadPlan(tape, length, Answers.IsAccepted) { Repeats = repeats }, cancellationToken);
    }

    private async Task SwitchProcessingAsync(string command, CancellationToken cancellationToken)
    {
        if (!arguments.Alone)
        {
            return;
        }

        await lab.Installation.App.Services.GetRequiredService<ResourceCommandService>()
            .ExecuteCommandAsync("processing", command, cancellationToken);
        if (command == KnownResourceCommands.StartCommand)
        {
            await lab.Installation.WaitUntilHealthyAsync("processing", cancellationToken);
        }
    }
}
