using System.Buffers;
using System.Text.Json;
using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Events;

/// <summary>Members of JSON objects, and the identities among them under their usual names.</summary>
internal static class Members
{
    /// <summary>Reads a JSON object; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out JsonElement body)
    {
        try
        {
            body = JsonElement.Parse(utf8);
            return body.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            // The parser has no Try form. Ingress screened the body, so this is a body from before a rule was added.
            body = default;
            return false;
        }
    }

    /// <summary>The member, if it has a value; undefined if there is none, or if this is no object.</summary>
    public static JsonElement Find(JsonElement place, ReadOnlySpan<byte> name) =>
        place.ValueKind == JsonValueKind.Object && place.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : default;

    /// <summary>The first of the two members that has a value.</summary>
    public static JsonElement Find(JsonElement place, ReadOnlySpan<byte> name, ReadOnlySpan<byte> otherName) =>
        Find(place, name) is { ValueKind: not JsonValueKind.Undefined } member ? member : Find(place, otherName);

    /// <summary>Adds the identities that have a value.</summary>
    public static void AddIdentities(JsonElement place, List<(string Namespace, JsonElement Value)> identities)
    {
        if (place.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        Add(IdentityNamespaces.UserId, Find(place, "user_id"u8, "userId"u8), identities);
        Add(IdentityNamespaces.Email, Find(place, "email"u8), identities);
        Add(IdentityNamespaces.Phone, Find(place, "phone"u8), identities);
        Add(IdentityNamespaces.AnonymousId, Find(place, "anonymous_id"u8, "anonymousId"u8), identities);
        var external = Find(place, "external_ids"u8, "externalIds"u8);
        if (external.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var system in external.EnumerateObject().Where(system => IsSystem(system.Name)))
        {
            Add(IdentityNamespaces.ExternalPrefix + system.Name.ToLowerInvariant(), system.Value, identities);
        }
    }

    public static void Add(string identityNamespace, JsonElement value, List<(string Namespace, JsonElement Value)> identities)
    {
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            identities.Add((identityNamespace, value));
        }
    }

    /// <summary>An object of our own making, in a shape that the dictionary's names can be found in.</summary>
    public static JsonElement Object(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        write(writer);
        writer.WriteEndObject();
        writer.Flush();
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>Names of systems become namespaces, so they are kept to short words.</summary>
    public static bool IsSystem(string name) =>
        name.Length is > 0 and <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
}
