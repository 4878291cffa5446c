using Freshet.Ingress.Senders;
using Freshet.Ingress.Verifying;
using Freshet.Profiles.Sources;
using Freshet.ServiceDefaults.Limits;

namespace Freshet.Ingress.Sources;

/// <summary>A source with what is needed to take its requests.</summary>
/// <param name="Source">What the workspace says.</param>
/// <param name="Proof">How its webhooks prove who sent them; null for one that sends none, or lacks a secret.</param>
/// <param name="Fault">Configuration that is missing or unreadable, with the cure; null if all is well.</param>
/// <param name="Limit">Events that it may still send.</param>
public sealed record SourceEntry(Source Source, IProof? Proof, string? Fault, TokenBucket Limit)
{
    /// <summary>Whether it sends to <c>/webhooks/{id}</c>.</summary>
    public bool TakesWebhooks => Source.Kind is not (SourceKind.Tracking or SourceKind.Mixpanel or SourceKind.Ga4);

    /// <summary>Whether it is heard out though it is switched off: the law's requests may be among what it sends, and its sender does not repeat them.</summary>
    public bool IsHeardForPrivacy => !Source.IsEnabled && Proof is not null && Source.Mapping?.MaySignalPrivacy == true;

    /// <summary>What its kind of sender needs.</summary>
    public Sender Sender { get; } = SenderTable.Of(Source);

    /// <summary>The token of Meta's handshake; null if there is none.</summary>
    public string? VerifyToken { get; init; }

    /// <summary>Only these event types are kept; null keeps all.</summary>
    public IReadOnlySet<string>? KeptTypes { get; } = Source.Events.Count == 0 ? null : Source.Events.ToHashSet(StringComparer.Ordinal);
}
