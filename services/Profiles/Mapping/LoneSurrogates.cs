using System.Text.Json;

namespace Freshet.Profiles.Mapping;

/// <summary>Half of a surrogate pair is no character: JSON that spells one can be parsed, but not read as text. Ingress screens it out of bodies;
/// a text that is itself JSON may still hold one.</summary>
internal static class LoneSurrogates
{
    /// <param name="json">Well-formed.</param>
    public static bool AreIn(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0)
        {
            return false;
        }

        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !CanBeText(ref reader))
            {
                return true;
            }
        }

        return false;
    }

    private static bool CanBeText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            // There is no Try form.
            return false;
        }
    }
}
