using System.Text.Json.Serialization;

namespace Freshet.Profiles.Traits;

/// <summary>Everything that events with this subject brought. It follows the subject when profiles merge and part.</summary>
/// <param name="Id">The identity that is the subject.</param>
/// <param name="Traits">By trait name.</param>
public sealed record SubjectState(
    [property: JsonPropertyName("i")] Guid Id,
    [property: JsonPropertyName("t")] SubjectTraits Traits);
