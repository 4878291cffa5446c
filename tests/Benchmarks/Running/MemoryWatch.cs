using System.Globalization;

namespace Freshet.Benchmarks.Running;

/// <summary>Looks at regular intervals how much memory programs have, to show whether they keep growing under load.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private readonly TimeSpan every;
    private readonly string[] programs;
    private readonly CancellationTokenSource ending = new();
    private readonly List<ProcessTree> looks = [];
    private readonly Task looking;

    public MemoryWatch(TimeSpan every, string[] programs)
    {
        (this.every, this.programs) = (every, programs);
        looking = LookAsync();
    }

    /// <summary>Stops looking and tells what was seen, for example <c>Freshet.Ingress every 1 s: 190 204 203 MB</c>.</summary>
    public async Task<string> EndAsync()
    {
        await ending.CancelAsync();
        await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return string.Join("; ", programs.Select(program => string.Create(
            CultureInfo.InvariantCulture, $"{program} every {every.TotalSeconds:0} s: {string.Join(' ', looks.Select(look => look.Bytes(program) / 1_000_000))} MB")));
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        ending.Dispose();
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(every);
        while (await timer.WaitForNextTickAsync(ending.Token))
        {
            looks.Add(ProcessTree.Read());
        }
    }
}
