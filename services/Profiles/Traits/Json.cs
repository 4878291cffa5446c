using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Freshet.Profiles.Traits;

/// <summary>Small values as <see cref="JsonElement"/>.</summary>
internal static class Json
{
    private const int ShortText = 128;

    // What no JSON writer escapes.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -_.:,;/@()#*=");

    public static JsonElement Null { get; } = JsonElement.Parse("null");

    public static JsonElement True { get; } = JsonElement.Parse("true");

    public static JsonElement False { get; } = JsonElement.Parse("false");

    /// <summary>Reads one value.</summary>
    /// <param name="utf8">The text of one JSON value, without white space before it.</param>
    public static JsonElement Read(ReadOnlySpan<byte> utf8) => utf8[0] switch
    {
        (byte)'n' => Null,
        (byte)'t' => True,
        (byte)'f' => False,
        (byte)'{' or (byte)'[' => JsonElement.Parse(utf8),
        (byte)'"' => Scalar(utf8),
        _ => Numbers.Of(utf8),
    };

    /// <summary>Reads a string, a number or a word: without the stacks that objects and lists need.</summary>
    public static JsonElement Scalar(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        return JsonElement.ParseValue(ref reader);
    }

    /// <param name="text">Already the text of a JSON number.</param>
    public static JsonElement Number(string text)
    {
        Span<byte> utf8 = stackalloc byte[ShortText];
        return Encoding.UTF8.TryGetBytes(text, utf8, out var written) ? Numbers.Of(utf8[..written]) : JsonElement.Parse(text);
    }

    public static JsonElement Number(long value) => Numbers.Of(value);

    public static JsonElement Text(string value)
    {
        if (value.Length > ShortText - 2 || value.AsSpan().ContainsAnyExcept(Plain))
        {
            return JsonElement.Parse($"\"{JsonEncodedText.Encode(value)}\"");
        }

        Span<byte> utf8 = stackalloc byte[ShortText];
        utf8[0] = (byte)'"';
        var written = Encoding.UTF8.GetBytes(value, utf8[1..]);
        utf8[written + 1] = (byte)'"';
        return Scalar(utf8[..(written + 2)]);
    }

    public static JsonElement List(IEnumerable<string> values) =>
        JsonElement.Parse($"[{string.Join(',', values.Select(value => $"\"{JsonEncodedText.Encode(value)}\""))}]");

    /// <summary>The text of a number as it was written.</summary>
    public static string RawText(JsonElement element) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));

    public static bool IsAbsent(JsonElement element) => element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
}
