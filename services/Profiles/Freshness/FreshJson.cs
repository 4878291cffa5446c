using System.Text.Json.Serialization;
using Freshet.Profiles.Reading;

namespace Freshet.Profiles.Freshness;

/// <summary>The JSON inside the seals of Redis and of <c>event_batches.outgoing</c>, for reading; <see cref="FreshText"/> writes it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProfileDocument))]
[JsonSerializable(typeof(ProfileChange))]
[JsonSerializable(typeof(Outgoing))]
internal sealed partial class FreshJson : JsonSerializerContext;
