using System.Text.Json;
using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Events;

/// <summary>The Standard Webhooks envelope: <c>{"type", "timestamp", "data"}</c>.</summary>
internal static class ReadWebhook
{
    /// <summary>The header that tells when the message was sent, in unix seconds.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    public static EventReading Decide(RawEvent raw, JsonElement body)
    {
        if (Members.Find(body, "type"u8) is not { ValueKind: JsonValueKind.String } name || EventTypes.Normalize(name.GetString()!) is not { } type)
        {
            return EventReading.Refuse("type.missing", "Member 'type' is missing or no event type. Send a text of up to 200 letters, like 'order.completed'.");
        }

        var data = Members.Find(body, "data"u8);
        if (data.ValueKind != JsonValueKind.Object)
        {
            return EventReading.Refuse("data.missing", "Member 'data' is missing or no object. Send what happened, and to whom, in an object 'data'.");
        }

        if (!TryReadTime(raw, body, out var occurredAt))
        {
            return EventReading.Refuse(
                "timestamp.invalid", "Member 'timestamp' is no time since 1970. Send RFC 3339 text, or unix seconds or milliseconds.");
        }

        return Read(type, occurredAt, body, data);
    }

    private static EventReading Read(string type, DateTimeOffset occurredAt, JsonElement body, JsonElement data)
    {
        var identities = new List<(string Namespace, JsonElement Value)>();
        Members.AddIdentities(data, identities);
        var sources = new List<JsonElement>();
        var traits = Members.Find(data, "traits"u8);
        if (traits.ValueKind == JsonValueKind.Object)
        {
            sources.Add(traits);
        }

        sources.Add(data);
        AddPerson(Members.Find(data, "customer"u8), identities, sources);
        AddPerson(Members.Find(data, "user"u8), identities, sources);
        AddPerson(Members.Find(data, "profile"u8), identities, sources);
        AddPerson(Members.Find(data, "contact"u8), identities, sources);
        Members.AddIdentities(traits, identities);
        return new EventReading
        {
            Type = type,
            OccurredAt = occurredAt,
            Body = body,
            Properties = data,
            Identities = identities,
            TraitSources = sources,
        };
    }

    /// <summary><c>id</c> is the person's only inside a person: at the top of <c>data</c> it is the id of an order or a cart.</summary>
    private static void AddPerson(JsonElement person, List<(string Namespace, JsonElement Value)> identities, List<JsonElement> sources)
    {
        if (person.ValueKind == JsonValueKind.Object)
        {
            Members.AddIdentities(person, identities);
            Members.Add(IdentityNamespaces.UserId, Members.Find(person, "id"u8), identities);
            sources.Add(person);
        }
    }

    private static bool TryReadTime(RawEvent raw, JsonElement body, out DateTimeOffset occurredAt)
    {
        var timestamp = Members.Find(body, "timestamp"u8);
        if (timestamp.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            return Instants.TryRead(timestamp, out occurredAt);
        }

        if (!raw.Headers.TryGetValue(TimestampHeader, out var header) || !Instants.TryRead(header, out occurredAt))
        {
            occurredAt = raw.ReceivedAt;
        }

        return true;
    }
}
