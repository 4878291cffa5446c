using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Freshet.Profiles.Screening;

/// <summary>Names a place in a body for people: a JSON pointer (RFC 6901) to where a fault was found. Only run for a body that is refused.</summary>
public static class JsonPlace
{
    private const int LongestPointer = 512;

    /// <summary>The pointer to the value or member that holds the byte; as far as the body can be read, and not longer than 512 characters.</summary>
    public static string PointerAt(ReadOnlySpan<byte> json, long offset)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonScreen.MaxDepth + 1 });
        var steps = new List<Step>();
        try
        {
            while (reader.Read() && reader.TokenStartIndex < offset)
            {
                Follow(ref reader, steps);
            }

            // The token at the place: a name or value there belongs to the pointer, a bracket that closes does not.
            if (reader.TokenType is not (JsonTokenType.None or JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                Arrive(ref reader, steps);
            }
        }
        catch (JsonException)
        {
            // The place is where reading ends; what was followed so far is the pointer.
        }

        return Write(steps);
    }

    private static void Follow(ref Utf8JsonReader reader, List<Step> steps)
    {
        Arrive(ref reader, steps);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                steps.Add(new Step(Name: null, Index: -1));
                break;
            case JsonTokenType.StartObject:
                steps.Add(new Step(Name: null, Index: null));
                break;
            case JsonTokenType.EndArray or JsonTokenType.EndObject:
                steps.RemoveAt(steps.Count - 1);
                break;
            default:
                break;
        }
    }

    private static void Arrive(ref Utf8JsonReader reader, List<Step> steps)
    {
        if (steps.Count == 0 || reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
        {
            return;
        }

        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            steps[^1] = steps[^1] with { Name = Name(ref reader) };
        }
        else if (steps[^1].Index is { } index)
        {
            steps[^1] = steps[^1] with { Index = index + 1 };
        }
    }

    // A name with half a surrogate pair cannot be a string; its raw spelling is shown.
    private static string Name(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static string Write(List<Step> steps)
    {
        var pointer = new StringBuilder();
        foreach (var step in steps)
        {
            var token = step.Name ?? (step.Index is >= 0 and var index ? index.ToString(CultureInfo.InvariantCulture) : null);
            if (token is not null)
            {
                pointer.Append('/').Append(token.Replace("~", "~0").Replace("/", "~1"));
            }
        }

        return pointer.Length <= LongestPointer ? pointer.ToString() : pointer.ToString(0, LongestPointer) + "…";
    }

    private readonly record struct Step(string? Name, int? Index);
}
