using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Freshet.Profiles.Traits;

/// <summary>Small values as <see cref="JsonElement"/>.</summary>
internal static class Json
{
    public static JsonElement Null { get; } = JsonElement.Parse("null");

    public static JsonElement True { get; } = JsonElement.Parse("true");

    public static JsonElement False { get; } = JsonElement.Parse("false");

    /// <param name="text">Already the text of a JSON number.</param>
    public static JsonElement Number(string text) => JsonElement.Parse(text);

    public static JsonElement Number(long value) => JsonElement.Parse(value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static JsonElement Text(string value) => JsonElement.Parse($"\"{JsonEncodedText.Encode(value)}\"");

    public static JsonElement List(IEnumerable<string> values) =>
        JsonElement.Parse($"[{string.Join(',', values.Select(value => $"\"{JsonEncodedText.Encode(value)}\""))}]");

    /// <summary>The text of a number as it was written.</summary>
    public static string RawText(JsonElement element) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));

    public static bool IsAbsent(JsonElement element) => element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
}
