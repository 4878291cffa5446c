using System.Buffers.Binary;
using System.Diagnostics;
using Freshet.Processing.Failing;

namespace Freshet.Processing.Retrying;

/// <summary>
/// When to try again and when to give up. Pure: the same batch, attempt and failure give the same answer on every machine.
/// Transient failures wait like others but never lead to parking; what is poison, or our own mistake, gets a bounded number of attempts.
/// </summary>
public static class RetryPolicy
{
    private const int ThrottledFactor = 4;

    /// <param name="kind">What <see cref="Failures.Classify"/> says of the failure.</param>
    /// <param name="attempts">Attempts that counted before this one; 0 for the first failure.</param>
    /// <param name="batchId">Seeds the jitter.</param>
    /// <param name="options">Limits and delays.</param>
    public static RetryDecision Decide(FailureKind kind, int attempts, Guid batchId, RetryOptions options) => kind switch
    {
        FailureKind.Transient => new RetryDecision.RetryAt(Delay(attempts, 1, batchId, options), attempts),
        FailureKind.Throttled => new RetryDecision.RetryAt(Delay(attempts, ThrottledFactor, batchId, options), attempts),
        FailureKind.Refused => new RetryDecision.GiveUp(attempts + 1),
        FailureKind.Poison or FailureKind.Defect => Count(attempts + 1, batchId, options),
        _ => throw new UnreachableException($"Failure kind {kind} is not in the table."),
    };

    private static RetryDecision Count(int attempts, Guid batchId, RetryOptions options) => attempts >= options.MaxAttempts
        ? new RetryDecision.GiveUp(attempts)
        : new RetryDecision.RetryAt(Delay(attempts - 1, 1, batchId, options), attempts);

    private static TimeSpan Delay(int doublings, int factor, Guid batchId, RetryOptions options)
    {
        // 2^30 first delays are longer than any maximum; the cap also keeps the product finite.
        var doubled = factor * options.FirstDelay.TotalSeconds * Math.Pow(2, Math.Min(doublings, 30));
        var capped = Math.Min(doubled, options.MaxDelay.TotalSeconds);
        return TimeSpan.FromSeconds(capped * (1 + (options.Jitter * Spread(batchId, doublings))));
    }

    // -1..1, from the random end of the UUIDv7 and the attempt: spread over batches and attempts, yet the same on every machine.
    private static double Spread(Guid batchId, int doublings)
    {
        Span<byte> bytes = stackalloc byte[16];
        batchId.TryWriteBytes(bytes);
        var mixed = (BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) + (ulong)doublings) * 0x9E3779B97F4A7C15;
        return ((mixed >> 11) * (2.0 / (1UL << 53))) - 1;
    }
}
