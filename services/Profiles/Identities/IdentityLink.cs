using System.Text.Json.Serialization;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Identities;

/// <summary>Evidence that two identities are one person. Links are never removed, only outvoted or cut.</summary>
/// <param name="A">The smaller id of the two.</param>
/// <param name="B">The larger id.</param>
/// <param name="First">The event that said so first.</param>
/// <param name="IsAlias">Whether an alias event said so: such links are followed first.</param>
public sealed record IdentityLink(
    [property: JsonPropertyName("a")] Guid A,
    [property: JsonPropertyName("b")] Guid B,
    [property: JsonPropertyName("f")] Stamp First,
    [property: JsonPropertyName("s")] bool IsAlias)
{
    public static IdentityLink Between(Guid one, Guid other, Stamp evidence, bool isAlias) => one.CompareTo(other) < 0
        ? new IdentityLink(one, other, evidence, isAlias)
        : new IdentityLink(other, one, evidence, isAlias);

    /// <summary>The stronger evidence for the same pair: an alias before anything else, then the earliest.</summary>
    public IdentityLink Combine(IdentityLink other) => Compare(this, other) <= 0 ? this : other;

    /// <summary>Aliases first, then by event time, event id, and the pair itself.</summary>
    public static int Compare(IdentityLink left, IdentityLink right)
    {
        if (left.IsAlias != right.IsAlias)
        {
            return left.IsAlias ? -1 : 1;
        }

        var byEvidence = left.First.CompareTo(right.First);
        if (byEvidence != 0)
        {
            return byEvidence;
        }

        var byA = left.A.CompareTo(right.A);
        return byA != 0 ? byA : left.B.CompareTo(right.B);
    }
}
