using System.Net;
using Freshet.ServiceDefaults.Limits;
using Microsoft.Extensions.Options;

namespace Freshet.Ingress.Limits;

/// <summary>
/// Limits per sender address, before anyone is proven. A fixed number of buckets, shared by addresses of equal hash: an attacker with many
/// addresses costs no memory.
/// </summary>
public sealed class AddressLimits
{
    private const int Buckets = 4096;

    private readonly TokenBucket[] _requests;
    private readonly TokenBucket[] _failures;

    public AddressLimits(IOptions<AddressLimitsOptions> options, TimeProvider time)
    {
        var limits = options.Value;
        _requests = Make(limits.RequestsPerSecond, time);
        _failures = Make(limits.FailuresPerSecond, time);
    }

    /// <summary>Counts a request. Generous: it holds back a flood, not a busy sender.</summary>
    public TimeSpan? TryRequest(IPAddress? address) => _requests[IndexOf(address)].TryTake(1);

    /// <summary>
    /// Counts a request that could not be proven. Used up, its sender is answered 429 in place of 401; senders at the same address (a
    /// gateway, a shared host) that do prove themselves are still let in.
    /// </summary>
    public TimeSpan? TryFailure(IPAddress? address) => _failures[IndexOf(address)].TryTake(1);

    private static TokenBucket[] Make(int perSecond, TimeProvider time) =>
        [.. Enumerable.Range(0, Buckets).Select(_ => TokenBucket.OfSource(perSecond, time))];

    private static int IndexOf(IPAddress? address) => (address?.GetHashCode() ?? 0) & (Buckets - 1);
}
