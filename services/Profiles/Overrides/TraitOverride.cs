using System.Text.Json;

namespace Freshet.Profiles.Overrides;

/// <summary>A value that a person set for a while: until it expires it is shown instead of what sources say, which goes on being remembered below it.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Subject">The identity that it follows when profiles merge and part.</param>
/// <param name="Trait">A name of the dictionary.</param>
/// <param name="Value">Of the trait's type; never null.</param>
/// <param name="Reason">Why, in a person's words.</param>
/// <param name="By">Who set it: the name of their key.</param>
/// <param name="SetAt">When. Of several for one trait the latest is shown.</param>
/// <param name="ExpiresAt">The first instant at which it is not shown any more.</param>
public sealed record TraitOverride(
    Guid Id, Guid Subject, string Trait, JsonElement Value, string Reason, string By, DateTimeOffset SetAt, DateTimeOffset ExpiresAt);

/// <summary>An override as readers see it.</summary>
public sealed record OverrideView(
    Guid Id, string Trait, JsonElement Value, string Reason, string By, DateTimeOffset SetAt, DateTimeOffset ExpiresAt)
{
    /// <summary>When it ended; null: it did not yet.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How: <c>expired</c>, <c>removed</c> or <c>replaced</c>; null as long as it did not.</summary>
    public string? Ended { get; init; }

    /// <summary>Who ended it; null for one that expired.</summary>
    public string? EndedBy { get; init; }
}
