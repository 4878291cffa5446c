using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using Freshet.Profiles.Binary;

namespace Freshet.Profiles.Traits;

/// <summary>Numbers as JSON values, one object for each that comes up again and again: a counter or a price costs a look instead of a parse.
/// Bounded: numbers that fall on the same place replace each other.</summary>
internal static class Numbers
{
    private const int SmallOnes = 1024;
    private const int Places = 4096;
    private const int MaxLength = 12;

    private static readonly JsonElement[] Small = [.. Enumerable.Range(0, SmallOnes).Select(number => JsonElement.Parse(Days.Key(number)))];
    private static readonly Known?[] Shared = new Known?[Places];

    /// <param name="value">The number.</param>
    public static JsonElement Of(long value)
    {
        if (value is >= 0 and < SmallOnes)
        {
            return Small[value];
        }

        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, text, out var written);
        return Of(text[..written]);
    }

    /// <param name="utf8">The text of a JSON number.</param>
    public static JsonElement Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxLength)
        {
            return Json.Scalar(utf8);
        }

        // A reference is written at once, so threads can share the places without a lock.
        ref var place = ref Shared[Words.Hash(utf8) % Places];
        if (place is { } known && JsonMarshal.GetRawUtf8Value(known.Value).SequenceEqual(utf8))
        {
            return known.Value;
        }

        var value = Json.Scalar(utf8);
        place = new Known(value);
        return value;
    }

    private sealed record Known(JsonElement Value);
}
