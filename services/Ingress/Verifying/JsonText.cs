using System.Text.Json;
using Freshet.Profiles.Screening;

namespace Freshet.Ingress.Verifying;

/// <summary>Reads a body that is not proven yet, for schemes that put their proof into it.</summary>
internal static class JsonText
{
    /// <summary>The body, if everything that reads it later will understand the same by it; else null.</summary>
    public static JsonElement? Parse(ReadOnlySpan<byte> body) => JsonScreen.FindFault(body) is null ? JsonElement.Parse(body) : null;

    /// <summary>The text of a member; null if there is none.</summary>
    public static string? Of(JsonElement place, string name) =>
        place.ValueKind == JsonValueKind.Object && place.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;
}
