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

    /// <summary>The first of the named members that has a value; undefined if there is none, or if this is no object.</summary>
    public static JsonElement Find(JsonElement place, params ReadOnlySpan<string> names)
    {
        if (place.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        foreach (var name in names)
        {
            if (place.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null)
            {
                return member;
            }
        }

        return default;
    }

    public static IEnumerable<(string Namespace, JsonElement Value)> IdentitiesIn(JsonElement place)
    {
        yield return (IdentityNamespaces.UserId, Find(place, "user_id", "userId"));
        yield return (IdentityNamespaces.Email, Find(place, "email"));
        yield return (IdentityNamespaces.Phone, Find(place, "phone"));
        yield return (IdentityNamespaces.AnonymousId, Find(place, "anonymous_id", "anonymousId"));
        var external = Find(place, "external_ids", "externalIds");
        if (external.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var system in external.EnumerateObject().Where(system => IsSystem(system.Name)))
        {
            yield return (IdentityNamespaces.ExternalPrefix + system.Name.ToLowerInvariant(), system.Value);
        }
    }

    /// <summary>Names of systems become namespaces, so they are kept to short words.</summary>
    public static bool IsSystem(string name) =>
        name.Length is > 0 and <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
}
