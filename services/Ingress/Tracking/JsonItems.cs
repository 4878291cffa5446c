using System.Text.Json;

namespace Freshet.Ingress.Tracking;

/// <summary>Where the items of a batch are. Their insides are judged one by one, so that a bad one costs nothing but itself.</summary>
public static class JsonItems
{
    // What is deeper than a screened body may be is refused with its item, not with the request.
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1_000 };

    /// <summary>The items of an array, or the only one that anything else is.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static List<Range> Of(ReadOnlySpan<byte> json)
    {
        var ranges = new List<Range>();
        var reader = new Utf8JsonReader(json, Deep);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            ranges.Add(RangeOf(ref reader));
            ReadToEnd(ref reader);
            return ranges;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ranges.Add(RangeOf(ref reader));
        }

        ReadToEnd(ref reader);
        return ranges;
    }

    /// <summary>Names and values of an object's members; none if it is no object.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static List<(string Name, Range Value)> Members(ReadOnlySpan<byte> json)
    {
        var members = new List<(string Name, Range Value)>();
        var reader = new Utf8JsonReader(json, Deep);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return members;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
            reader.Read();
            members.Add((name, RangeOf(ref reader)));
        }

        ReadToEnd(ref reader);
        return members;
    }

    private static Range RangeOf(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    private static void ReadToEnd(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            reader.Skip();
        }
    }
}
