using System.Text.Json;
using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Events;

/// <summary>The Standard Webhooks envelope: <c>{"type", "timestamp", "data"}</c>.</summary>
internal static class ReadWebhook
{
    /// <summary>The header that tells when the message was sent, in unix seconds.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    private static readonly string[] PersonMembers = ["customer", "user", "profile", "contact"];

    public static EventReading Decide(RawEvent raw, JsonElement body)
    {
        if (Members.Find(body, "type") is not { ValueKind: JsonValueKind.String } name || EventTypes.Normalize(name.GetString()!) is not { } type)
        {
            return EventReading.Refuse("type.missing", "Member 'type' is missing or no event type. Send a text of up to 200 letters, like 'order.completed'.");
        }

        var data = Members.Find(body, "data");
        if (data.ValueKind != JsonValueKind.Object)
        {
            return EventReading.Refuse("data.missing", "Member 'data' is missing or no object. Send what happened, and to whom, in an object 'data'.");
        }

        if (!TryReadTime(raw, body, out var occurredAt))
        {
            return EventReading.Refuse(
                "timestamp.invalid", "Member 'timestamp' is no time since 1970. Send RFC 3339 text, or unix seconds or milliseconds.");
        }

        JsonElement[] persons = [.. PersonMembers.Select(member => Members.Find(data, member)).Where(person => person.ValueKind == JsonValueKind.Object)];
        var traits = Members.Find(data, "traits");
        return new EventReading
        {
            Type = type,
            OccurredAt = occurredAt,
            Body = body,
            Properties = data,
            Identities = [.. Members.IdentitiesIn(data), .. persons.SelectMany(IdentitiesOfPerson), .. Members.IdentitiesIn(traits)],
            TraitSources = traits.ValueKind == JsonValueKind.Object ? [traits, data, .. persons] : [data, .. persons],
        };
    }

    /// <summary><c>id</c> is the person's only inside a person: at the top of <c>data</c> it is the id of an order or a cart.</summary>
    private static IEnumerable<(string Namespace, JsonElement Value)> IdentitiesOfPerson(JsonElement person) =>
        Members.IdentitiesIn(person).Append((IdentityNamespaces.UserId, Members.Find(person, "id")));

    private static bool TryReadTime(RawEvent raw, JsonElement body, out DateTimeOffset occurredAt)
    {
        var timestamp = Members.Find(body, "timestamp");
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
