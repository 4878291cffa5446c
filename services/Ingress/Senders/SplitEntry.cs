using System.Text.Json;

namespace Freshet.Ingress.Senders;

/// <summary>
/// Cuts an entry that tells of several things in arrays (Meta's <c>changes</c>, <c>messaging</c>) into one for each thing, since an event tells of one.
/// Each takes along what they share, as far as it is short: an address, an id, a time.
/// </summary>
internal static class SplitEntry
{
    // So that what is shared by all cannot make thousands of large events out of one request.
    private const int LongestShared = 256;

    /// <summary>The entry as it came if it tells of one thing at most.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Of(ReadOnlyMemory<byte> entry, IReadOnlyList<string> lists)
    {
        var json = JsonElement.Parse(entry.Span);
        if (json.ValueKind != JsonValueKind.Object)
        {
            return [entry];
        }

        var things = lists.SelectMany(list => ThingsIn(json, list).Select(thing => (List: list, Thing: thing))).ToList();
        return things.Count < 2 ? [entry] : [.. things.Select(one => Write(json, one.List, one.Thing))];
    }

    private static List<JsonElement> ThingsIn(JsonElement entry, string list) =>
        entry.TryGetProperty(list, out var things) && things.ValueKind == JsonValueKind.Array ? [.. things.EnumerateArray()] : [];

    private static ReadOnlyMemory<byte> Write(JsonElement entry, string list, JsonElement thing)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            foreach (var member in entry.EnumerateObject().Where(IsShared))
            {
                member.WriteTo(writer);
            }

            writer.WriteStartArray(list);
            thing.WriteTo(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static bool IsShared(JsonProperty member) =>
        member.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object) && member.Value.GetRawText().Length <= LongestShared;
}
