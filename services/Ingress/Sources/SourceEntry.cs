using Freshet.Ingress.Limits;
using Freshet.Ingress.Verifying;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Sources;

/// <summary>A source with what is needed to take its requests.</summary>
/// <param name="Source">What the workspace says.</param>
/// <param name="Secrets">Its usable secrets, if it signs.</param>
/// <param name="Fault">Configuration that is missing or unreadable, with the cure; null if all is well.</param>
/// <param name="Limit">Events that it may still send.</param>
public sealed record SourceEntry(Source Source, IReadOnlyList<SigningSecret> Secrets, string? Fault, TokenBucket Limit)
{
    /// <summary>Only these event types are kept; null keeps all.</summary>
    public IReadOnlySet<string>? KeptTypes { get; } = Source.Events.Count == 0 ? null : Source.Events.ToHashSet(StringComparer.Ordinal);
}
