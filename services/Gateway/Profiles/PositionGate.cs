using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Live;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Storage;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Profiles;

/// <summary>How far a position came within the wait.</summary>
/// <param name="Position">The token as it was given.</param>
/// <param name="Standing">Of its batch; null when the database could not be asked.</param>
public sealed record PositionOutcome(Position Position, BatchStanding? Standing)
{
    /// <summary>Whether every event of the batch has its place. Of a parked batch that is: among the dead letters.</summary>
    public bool IsApplied => Standing?.State is BatchState.Applied or BatchState.Split or BatchState.Parked;

    /// <summary>The cache is written after the commit: until then only the database is fresh enough.</summary>
    public bool IsOnlyStored => IsApplied && Standing is { IsPublished: false };
}

/// <summary>Read-your-webhook: waits, bounded, until a batch is applied. The batch row is the truth; announcements only wake it sooner.</summary>
public sealed class PositionGate(BatchProgress progress, BatchSignals signals, IOptions<PositionOptions> options, TimeProvider clock)
{
    /// <exception cref="RefusalException">The text is no position.</exception>
    public async Task<PositionOutcome> WaitAsync(string text, CancellationToken ct)
    {
        if (!Position.TryParse(text, out var position))
        {
            throw new RefusalException(GatewayErrorCodes.BadPosition, "after is not a position: pass the token that Ingress returned, unchanged.");
        }

        var started = clock.GetTimestamp();
        while (true)
        {
            using var wait = signals.For(position.BatchId);
            var outcome = await LookAsync(position, ct);
            var left = options.Value.MaxWait - clock.GetElapsedTime(started);
            if (outcome.IsApplied || left <= TimeSpan.Zero)
            {
                return outcome;
            }

            await AnnouncedAsync(wait.Announced, left, ct);
        }
    }

    private async Task<PositionOutcome> LookAsync(Position position, CancellationToken ct)
    {
        try
        {
            return new PositionOutcome(position, await progress.StandingAsync(position, ct));
        }
        catch (StoreUnavailableException)
        {
            // A batch that Ingress gave to the broker meanwhile has a position too: go on waiting.
            return new PositionOutcome(position, null);
        }
    }

    private async Task AnnouncedAsync(Task announced, TimeSpan left, CancellationToken ct)
    {
        var pause = left < options.Value.PollInterval ? left : options.Value.PollInterval;
        try
        {
            await announced.WaitAsync(pause, clock, ct);
        }
        catch (TimeoutException)
        {
            // Time to look again.
        }
    }
}
