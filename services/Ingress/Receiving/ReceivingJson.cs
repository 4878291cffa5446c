using System.Text.Json.Serialization;

namespace Freshet.Ingress.Receiving;

/// <summary>The answer to a handshake.</summary>
public sealed record Readiness(string Source, string Status);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Readiness))]
internal sealed partial class ReceivingJson : JsonSerializerContext;
