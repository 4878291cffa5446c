using System.Globalization;
using Microsoft.Extensions.Options;

namespace Freshet.Migrator.Running;

/// <summary>Waits for servers that are still starting, and says for which and why.</summary>
public sealed class Patience(IOptions<MigratorOptions> options, Report report, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Tries until it works.</summary>
    /// <param name="server">For people: <c>PostgreSQL at localhost:5432</c>.</param>
    /// <param name="attempt">What shall work.</param>
    /// <param name="reasonToWait">Why a failure may pass by itself; null if it will not, then it is thrown.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="MigrationException">It did not work within <see cref="MigratorOptions.Patience"/>.</exception>
    public async Task<T> UntilAsync<T>(
        string server, Func<CancellationToken, Task<T>> attempt, Func<Exception, string?> reasonToWait, CancellationToken cancellation)
    {
        var patience = options.Value.Patience;
        var started = time.GetTimestamp();
        var told = "";
        while (true)
        {
            try
            {
                return await attempt(cancellation);
            }
            catch (Exception e) when (reasonToWait(e) is { } reason)
            {
                if (time.GetElapsedTime(started) >= patience)
                {
                    throw new MigrationException(string.Create(
                        CultureInfo.InvariantCulture, $"{server} did not answer within {patience.TotalSeconds:0} s: {reason}. Start it, or correct its connection string."), e);
                }

                if (reason != told)
                {
                    await report.LineAsync($"waiting for {server}: {reason}");
                    told = reason;
                }
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }
}
