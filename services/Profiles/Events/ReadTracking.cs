using System.Text;
using System.Text.Json;
using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Events;

/// <summary>The seven calls of the Segment tracking specification; a batch was taken apart by Ingress, which left its members in headers.</summary>
internal static class ReadTracking
{
    /// <summary>When the batch left the sender, as the batch wrote it.</summary>
    public const string SentAtHeader = "sentAt";

    /// <summary>The batch's <c>context</c>, a JSON object; the item's own members win.</summary>
    public const string ContextHeader = "batch-context";

    public static EventReading Decide(RawEvent raw, JsonElement body)
    {
        var call = Members.Find(body, "type"u8) is { ValueKind: JsonValueKind.String } kind ? kind.GetString()! : "";
        if (TypeOf(call, body) is not { } type)
        {
            return call == "track"
                ? EventReading.Refuse("event.missing", "Member 'event' is missing or no name. Send the event's name as text of up to 200 letters.")
                : EventReading.Refuse("call.unknown", "Member 'type' is none of identify, track, page, screen, group, alias. Send one of them, in lower case.");
        }

        if (!TryReadTime(raw, body, out var occurredAt))
        {
            return EventReading.Refuse(
                "timestamp.invalid", "Member 'timestamp', 'originalTimestamp' or 'sentAt' is no time since 1970. Send ISO 8601 text.");
        }

        if (call == "alias" && Members.Find(body, "previousId"u8).ValueKind == JsonValueKind.Undefined)
        {
            return EventReading.Refuse("alias.incomplete", "Member 'previousId' is missing. Send the id that the person had before.");
        }

        return Read(call, type, occurredAt, body, BatchContext(raw));
    }

    private static EventReading Read(string call, string type, DateTimeOffset occurredAt, JsonElement body, JsonElement batchContext)
    {
        var context = Members.Find(body, "context"u8);
        var own = Members.Find(body, "traits"u8);
        var traits = new List<JsonElement>();
        AddObject(call == "identify" ? own : default, traits);
        AddObject(Members.Find(context, "traits"u8), traits);
        AddObject(Members.Find(batchContext, "traits"u8), traits);
        return new EventReading
        {
            Type = type,
            OccurredAt = occurredAt,
            Body = body,
            Properties = call is "identify" or "group" ? own : Members.Find(body, "properties"u8),
            IsAlias = call == "alias",
            Identities = IdentitiesOf(call, body, traits, context, batchContext),
            TraitSources = traits,
        };
    }

    private static List<(string Namespace, JsonElement Value)> IdentitiesOf(
        string call, JsonElement body, List<JsonElement> traits, JsonElement context, JsonElement batchContext)
    {
        var identities = new List<(string Namespace, JsonElement Value)>();
        Members.Add(IdentityNamespaces.UserId, Members.Find(body, "userId"u8), identities);
        Members.Add(IdentityNamespaces.AnonymousId, Members.Find(body, "anonymousId"u8), identities);
        if (call == "alias")
        {
            // The specification lets previousId be a user id or an anonymous id and does not say which, so it is taken as both: one of them is
            // unused and does no harm.
            var previous = Members.Find(body, "previousId"u8);
            Members.Add(IdentityNamespaces.UserId, previous, identities);
            Members.Add(IdentityNamespaces.AnonymousId, previous, identities);
        }

        foreach (var place in traits)
        {
            Members.AddIdentities(place, identities);
        }

        AddExternalIds(context, identities);
        AddExternalIds(batchContext, identities);
        return identities;
    }

    private static string? TypeOf(string call, JsonElement body) => call switch
    {
        "identify" => EventTypes.Identified,
        "track" => Members.Find(body, "event"u8) is { ValueKind: JsonValueKind.String } name ? EventTypes.Normalize(name.GetString()!) : null,
        "page" => EventTypes.PageViewed,
        "screen" => EventTypes.ScreenViewed,
        "group" => EventTypes.GroupJoined,
        "alias" => EventTypes.Aliased,
        _ => null,
    };

    /// <summary>Segment's <c>context.externalIds</c>: an array of <c>{"id", "type"}</c>.</summary>
    private static void AddExternalIds(JsonElement context, List<(string Namespace, JsonElement Value)> identities)
    {
        var ids = Members.Find(context, "externalIds"u8);
        if (ids.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var id in ids.EnumerateArray())
        {
            if (Members.Find(id, "type"u8) is { ValueKind: JsonValueKind.String } type && Members.IsSystem(type.GetString()!))
            {
                Members.Add(NamespaceOf(type.GetString()!.ToLowerInvariant()), Members.Find(id, "id"u8), identities);
            }
        }
    }

    private static string NamespaceOf(string type) => type is IdentityNamespaces.UserId or IdentityNamespaces.Email or IdentityNamespaces.Phone
        or IdentityNamespaces.AnonymousId ? type : IdentityNamespaces.ExternalPrefix + type;

    /// <summary>By our clock where the sender told both of its times: <c>receivedAt - (sentAt - originalTimestamp)</c>. A device whose clock is years
    /// off still has its events in order and at the right moment. Without <c>sentAt</c> the sender's time is taken as it is.</summary>
    private static bool TryReadTime(RawEvent raw, JsonElement body, out DateTimeOffset occurredAt)
    {
        occurredAt = raw.ReceivedAt;
        var original = Members.Find(body, "originalTimestamp"u8, "timestamp"u8);
        if (original.ValueKind == JsonValueKind.Undefined)
        {
            return true;
        }

        if (!Instants.TryRead(original, out occurredAt))
        {
            return false;
        }

        var sent = Members.Find(body, "sentAt"u8);
        if (sent.ValueKind == JsonValueKind.Undefined && !raw.Headers.ContainsKey(SentAtHeader))
        {
            return true;
        }

        var isReadable = sent.ValueKind == JsonValueKind.Undefined
            ? Instants.TryRead(raw.Headers[SentAtHeader], out var sentAt)
            : Instants.TryRead(sent, out sentAt);
        if (!isReadable)
        {
            return false;
        }

        return TryCorrect(raw.ReceivedAt, sentAt - occurredAt, ref occurredAt);
    }

    /// <summary>False if the correction leads out of the calendar or before 1970.</summary>
    private static bool TryCorrect(DateTimeOffset receivedAt, TimeSpan age, ref DateTimeOffset occurredAt)
    {
        if (age > receivedAt - DateTimeOffset.UnixEpoch || -age > DateTimeOffset.MaxValue - receivedAt)
        {
            return false;
        }

        occurredAt = receivedAt - age;
        return true;
    }

    private static JsonElement BatchContext(RawEvent raw) =>
        raw.Headers.TryGetValue(ContextHeader, out var text) && Members.TryParse(Encoding.UTF8.GetBytes(text), out var context) ? context : default;

    private static void AddObject(JsonElement element, List<JsonElement> objects)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            objects.Add(element);
        }
    }
}
