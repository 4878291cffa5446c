using System.Text.Json;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Events;

/// <summary>Items of Mixpanel's protocol. Which operation becomes what, and why, is told in <c>docs/decisions/0009-mixpanel-operations.md</c>.</summary>
internal static class ReadMixpanel
{
    // How Mixpanel marks the id of a device where a person's may stand.
    private const string DevicePrefix = "$device:";

    public static EventReading Decide(RawEvent raw, JsonElement body)
    {
        if (MixpanelTypes.Of(body) is not { } type)
        {
            return EventReading.Refuse(
                "operation.unknown", "The item is neither an event with a name of up to 200 letters nor one operation on a profile. Send them one by one.");
        }

        var properties = Members.Find(body, "properties"u8);
        var time = Members.Find(properties, "time"u8) is { ValueKind: not JsonValueKind.Undefined } own ? own : Members.Find(body, "$time"u8);
        var occurredAt = raw.ReceivedAt;
        if (time.ValueKind != JsonValueKind.Undefined && !Instants.TryRead(time, out occurredAt))
        {
            return EventReading.Refuse("timestamp.invalid", "Member 'time' is no time since 1970. Send unix seconds or milliseconds, or RFC 3339 text.");
        }

        var reading = new EventReading { Type = type, OccurredAt = occurredAt, Body = body, Properties = properties };
        return Members.Find(body, "event"u8) is { ValueKind: JsonValueKind.String } name ? OfEvent(reading, name.GetString()!) : OfOperation(reading);
    }

    private static EventReading OfEvent(EventReading reading, string name)
    {
        var identities = new List<(string Namespace, JsonElement Value)>();
        if (MixpanelTypes.IsAlias(name))
        {
            AddAliases(reading.Properties, name, identities);
            return reading with { IsAlias = true, Identities = identities };
        }

        Members.Add(IdentityNamespaces.UserId, Members.Find(reading.Properties, "$user_id"u8), identities);
        var device = Members.Find(reading.Properties, "$device_id"u8);
        var distinct = Members.Find(reading.Properties, "distinct_id"u8);
        if (!IsSame(distinct, device))
        {
            AddDistinct(distinct, identities);
        }

        Members.Add(IdentityNamespaces.AnonymousId, device, identities);
        return reading with { Identities = identities };
    }

    private static void AddAliases(JsonElement properties, string name, List<(string Namespace, JsonElement Value)> identities)
    {
        switch (name)
        {
            case "$identify":
                AddDistinct(Members.Find(properties, "$identified_id"u8, "distinct_id"u8), identities);
                AddEither(Members.Find(properties, "$anon_id"u8), identities);
                break;
            case "$create_alias":
                AddDistinct(Members.Find(properties, "alias"u8), identities);
                AddEither(Members.Find(properties, "distinct_id"u8), identities);
                break;
            default:
                var both = Members.Find(properties, "$distinct_ids"u8);
                foreach (var id in both.ValueKind == JsonValueKind.Array ? both.EnumerateArray().ToList() : [])
                {
                    AddEither(id, identities);
                }

                break;
        }
    }

    // Which of the two an id is, the protocol does not say; the other one is unused and does no harm.
    private static void AddEither(JsonElement id, List<(string Namespace, JsonElement Value)> identities)
    {
        AddDistinct(id, identities);
        if (!IsDevice(id))
        {
            Members.Add(IdentityNamespaces.AnonymousId, id, identities);
        }
    }

    private static void AddDistinct(JsonElement id, List<(string Namespace, JsonElement Value)> identities)
    {
        if (IsDevice(id))
        {
            Members.Add(IdentityNamespaces.AnonymousId, Json.Text(id.GetString()![DevicePrefix.Length..]), identities);
        }
        else
        {
            Members.Add(IdentityNamespaces.UserId, id, identities);
        }
    }

    private static EventReading OfOperation(EventReading reading)
    {
        var body = reading.Body;
        var set = Plain(Members.Find(body, "$set"u8));
        var once = Plain(Members.Find(body, "$set_once"u8));
        var identities = new List<(string Namespace, JsonElement Value)>();
        if (Members.Find(body, "$group_key"u8) is { ValueKind: JsonValueKind.String } group)
        {
            AddGroup(group.GetString()!, Members.Find(body, "$group_id"u8), identities);
        }
        else
        {
            AddDistinct(Members.Find(body, "$distinct_id"u8), identities);
            Members.AddIdentities(set, identities);
            Members.AddIdentities(once, identities);
        }

        var operation = MixpanelTypes.OperationsAsEvents.FirstOrDefault(known => body.TryGetProperty(known.Operation, out _)).Operation;
        return reading with
        {
            Identities = identities,
            Properties = operation is null ? set : body.GetProperty(operation),
            TraitSources = [.. new[] { set, Plain(Members.Find(body, "$union"u8)), Nulls(Members.Find(body, "$unset"u8)) }.Where(IsObject)],
            FirstTraitSources = IsObject(once) ? [once] : [],
        };
    }

    private static void AddGroup(string system, JsonElement id, List<(string Namespace, JsonElement Value)> identities)
    {
        if (Members.IsSystem(system))
        {
            Members.Add(IdentityNamespaces.ExternalPrefix + system.ToLowerInvariant(), id, identities);
        }
    }

    /// <summary>Mixpanel's own names begin with a dollar sign, <c>$first_name</c>; a dictionary's do not.</summary>
    private static JsonElement Plain(JsonElement members) => !IsObject(members) ? default : Members.Object(writer =>
    {
        foreach (var member in members.EnumerateObject())
        {
            writer.WritePropertyName(member.Name.TrimStart('$'));
            member.Value.WriteTo(writer);
        }
    });

    private static JsonElement Nulls(JsonElement names) => names.ValueKind != JsonValueKind.Array ? default : Members.Object(writer =>
    {
        foreach (var name in names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String))
        {
            writer.WriteNull(name.GetString()!.TrimStart('$'));
        }
    });

    private static bool IsObject(JsonElement element) => element.ValueKind == JsonValueKind.Object;

    private static bool IsDevice(JsonElement id) =>
        id.ValueKind == JsonValueKind.String && id.GetString()!.StartsWith(DevicePrefix, StringComparison.Ordinal);

    private static bool IsSame(JsonElement one, JsonElement other) =>
        one.ValueKind == JsonValueKind.String && other.ValueKind == JsonValueKind.String && one.ValueEquals(other.GetString());
}
