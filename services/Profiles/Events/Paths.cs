using System.Globalization;
using System.Text.Json;

namespace Freshet.Profiles.Events;

/// <summary>Dotted paths into JSON: <c>data.items.0.sku</c>. A number is an index where the value is an array.</summary>
public static class Paths
{
    /// <summary>The value there; undefined if there is none.</summary>
    public static JsonElement Find(JsonElement root, string path)
    {
        foreach (var part in path.AsSpan().Split('.'))
        {
            root = Step(root, path.AsSpan()[part]);
            if (root.ValueKind == JsonValueKind.Undefined)
            {
                break;
            }
        }

        return root;
    }

    private static JsonElement Step(JsonElement at, ReadOnlySpan<char> name)
    {
        switch (at.ValueKind)
        {
            case JsonValueKind.Object:
                return at.TryGetProperty(name, out var member) ? member : default;
            case JsonValueKind.Array when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index):
                return index < at.GetArrayLength() ? at[index] : default;
            default:
                return default;
        }
    }
}
