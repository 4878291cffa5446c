using System.Text.Json;
using System.Text.Json.Serialization;

namespace Freshet.Profiles.Reading;

/// <summary>One committed change of one profile, as the change stream carries it.</summary>
/// <param name="ProfileId">Which profile.</param>
/// <param name="Version">Its version after the change; versions of a profile only grow.</param>
/// <param name="BatchId">The batch that caused it.</param>
/// <param name="Traits">What changed, by trait.</param>
public sealed record ProfileChange(Guid ProfileId, long Version, Guid BatchId, IReadOnlyList<TraitChange> Traits);

/// <summary>Undefined <paramref name="Before"/> or <paramref name="After"/>: there was, or is, no value.</summary>
public sealed record TraitChange(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonElement Before,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonElement After,
    string Source,
    Guid Event);
