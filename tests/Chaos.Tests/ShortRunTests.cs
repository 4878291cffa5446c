using System.Collections.Concurrent;

namespace Freshet.Chaos.Tests;

/// <summary>The short tier: servers and hosts are killed under load, as often as a run of this length allows.</summary>
public sealed class ShortRunTests
{
    [Theory]
    [InlineData("short")]
    public async Task Nothing_is_lost_or_doubled(string plan)
    {
        var arguments = ChaosArguments.Parse([plan, "--seed", "1"])!;
        var output = new ConcurrentQueue<string>();

        var result = await ChaosRun.AllAsync(arguments, output.Enqueue, TestContext.Current.CancellationToken);

        foreach (var line in output)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        }

        result.Checks.Where(check => !check.Holds).Select(check => $"{check}").ShouldBeEmpty();
        result.Kills.ShouldBeGreaterThan(0);
        result.Acknowledged.ShouldBeGreaterThan(0);
    }
}
