using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Freshet.Profiles.Enriching;

/// <summary>How an enrichment lies in <c>enrichments.definition</c>: <c>{"trait": "postcode", "set": ["region"], "rows": {"10115": ["Berlin"]}}</c>.</summary>
public static class EnrichmentJson
{
    /// <summary>The rows are in the order of their keys, so equal tables have equal texts.</summary>
    public static string Write(Enrichment enrichment)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString(enrichment.KeyTrait is null ? "property"u8 : "trait"u8, enrichment.KeyTrait ?? enrichment.KeyProperty);
            writer.WriteStartArray("set"u8);
            foreach (var trait in enrichment.Traits)
            {
                writer.WriteStringValue(trait);
            }

            writer.WriteEndArray();
            WriteRows(writer, enrichment);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <exception cref="JsonException">The text is no enrichment that this release knows.</exception>
    public static Enrichment Read(string name, string definition)
    {
        using var document = JsonDocument.Parse(definition);
        var root = document.RootElement;
        if (!root.TryGetProperty("set", out var set) || !root.TryGetProperty("rows", out var rows))
        {
            throw new JsonException($"Enrichment '{name}' is unknown to this release.");
        }

        var known = new Dictionary<string, JsonElement[]>();
        return new Enrichment
        {
            Name = name,
            KeyTrait = root.TryGetProperty("trait", out var trait) ? trait.GetString() : null,
            KeyProperty = root.TryGetProperty("property", out var property) ? property.GetString() : null,
            Traits = [.. set.EnumerateArray().Select(item => item.GetString()!)],
            Rows = rows.EnumerateObject().ToFrozenDictionary(row => row.Name, row => Row(row.Value.GetRawText(), known)),
        };
    }

    // Each row by itself: an element of the document would keep all of it in memory. Many keys have the same row, which is kept once.
    private static JsonElement[] Row(string row, Dictionary<string, JsonElement[]> known)
    {
        if (!known.TryGetValue(row, out var cells))
        {
            cells = [.. JsonElement.Parse(row).EnumerateArray().Select(cell => cell.ValueKind == JsonValueKind.Null ? default : cell)];
            known.Add(row, cells);
        }

        return cells;
    }

    private static void WriteRows(Utf8JsonWriter writer, Enrichment enrichment)
    {
        writer.WriteStartObject("rows"u8);
        foreach (var (key, row) in enrichment.Rows.OrderBy(row => row.Key, StringComparer.Ordinal))
        {
            writer.WriteStartArray(key);
            foreach (var cell in row)
            {
                if (cell.ValueKind == JsonValueKind.Undefined)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    cell.WriteTo(writer);
                }
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
