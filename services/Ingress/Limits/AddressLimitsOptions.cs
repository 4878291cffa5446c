using System.ComponentModel.DataAnnotations;

namespace Freshet.Ingress.Limits;

/// <summary>Limits per sender address. Section <c>Ingress:AddressLimits</c>. Ten seconds' worth may come at once.</summary>
public sealed class AddressLimitsOptions
{
    /// <summary>Requests per second from one address, proven or not.</summary>
    /// <value>20,000: more than one machine can send usefully.</value>
    [Range(1, 10_000_000)]
    public int RequestsPerSecond { get; set; } = 20_000;

    /// <summary>Requests per second from one address that fail to prove who sent them; more are answered 429.</summary>
    /// <value>50.</value>
    [Range(1, 1_000_000)]
    public int FailuresPerSecond { get; set; } = 50;
}
