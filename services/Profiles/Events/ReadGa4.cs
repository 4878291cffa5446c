using System.Text;
using System.Text.Json;
using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Events;

/// <summary>Events of Google Analytics' Measurement Protocol; Ingress took the request apart and left what its events share in a header.</summary>
public static class ReadGa4
{
    /// <summary>The request's members but its events, a JSON object.</summary>
    public const string EnvelopeHeader = "batch-envelope";

    internal static EventReading Decide(RawEvent raw, JsonElement body)
    {
        if (Members.Find(body, "name"u8) is not { ValueKind: JsonValueKind.String } name || Ga4Types.Of(name.GetString()!) is not { } type)
        {
            return EventReading.Refuse("event.missing", "Member 'name' is missing or no name. Send the event's name as text of up to 200 letters.");
        }

        var envelope = raw.Headers.TryGetValue(EnvelopeHeader, out var text) && Members.TryParse(Encoding.UTF8.GetBytes(text), out var parsed) ? parsed : default;
        var time = TimeOf(body, envelope);
        var occurredAt = raw.ReceivedAt;
        if (time.ValueKind != JsonValueKind.Undefined && !Instants.TryReadMicroseconds(time, out occurredAt))
        {
            return EventReading.Refuse("timestamp.invalid", "Member 'timestamp_micros' is no time since 1970. Send microseconds since then.");
        }

        var identities = new List<(string Namespace, JsonElement Value)>();
        Members.Add(IdentityNamespaces.UserId, Members.Find(envelope, "user_id"u8), identities);
        Members.Add(IdentityNamespaces.AnonymousId, Members.Find(envelope, "client_id"u8, "app_instance_id"u8), identities);
        var properties = Members.Find(envelope, "user_properties"u8);
        return new EventReading
        {
            Type = type,
            OccurredAt = occurredAt,
            Body = body,
            Properties = Members.Find(body, "params"u8),
            Identities = identities,
            TraitSources = properties.ValueKind == JsonValueKind.Object ? [Values(properties)] : [],
        };
    }

    /// <summary>When an event happened; undefined if it does not say.</summary>
    /// <param name="item">The event: its own time wins.</param>
    /// <param name="envelope">What it shares with the other events of its request.</param>
    public static JsonElement TimeOf(JsonElement item, JsonElement envelope) =>
        Members.Find(item, "timestamp_micros"u8) is { ValueKind: not JsonValueKind.Undefined } own ? own : Members.Find(envelope, "timestamp_micros"u8);

    // {"tier": {"value": "gold"}}; a null inside takes the value back.
    private static JsonElement Values(JsonElement properties) => Members.Object(writer =>
    {
        foreach (var property in properties.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("value"u8, out var value))
            {
                writer.WritePropertyName(property.Name);
                value.WriteTo(writer);
            }
        }
    });
}
