using System.Text.Json;
using Freshet.Ingress.Verifying;
using Freshet.Profiles.Events;

namespace Freshet.Ingress.Mixpanel;

/// <summary>What an item must bring to be accepted. Whether its values make sense is decided when it is applied. Pure.</summary>
public static class MixpanelRules
{
    /// <summary>Most items of one request, as the protocol says.</summary>
    public const int MostItems = 2_000;

    private static readonly string[] AliasIds = ["$identified_id", "$anon_id", "alias", "$distinct_ids"];

    /// <summary>Largest body after decompression: as the protocol says for imports; of pages and apps nothing as large comes.</summary>
    public static int LargestBody(MixpanelCall call) => call == MixpanelCall.Import ? 10 * 1024 * 1024 : 2 * 1024 * 1024;

    /// <summary>The token that an item bears: the project's, which is public.</summary>
    public static string? TokenOf(JsonElement item) =>
        JsonText.Of(item, "$token") ?? (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("properties"u8, out var properties) ? JsonText.Of(properties, "token") : null);

    /// <summary>The first rule that an item breaks, with the member at fault; null if it may be accepted.</summary>
    public static (string Code, string Member, string Detail)? Broken(JsonElement item, MixpanelCall call)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return ("mixpanel.not-an-object", "", "Each item is an object.");
        }

        return call is MixpanelCall.Track or MixpanelCall.Import ? BrokenEvent(item, call) : BrokenOperation(item, call);
    }

    private static (string Code, string Member, string Detail)? BrokenEvent(JsonElement item, MixpanelCall call)
    {
        if (JsonText.Of(item, "event") is null || MixpanelTypes.Of(item) is null)
        {
            return ("mixpanel.event-missing", "event", "An event needs a name of up to 200 letters.");
        }

        if (!item.TryGetProperty("properties"u8, out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return ("mixpanel.properties-missing", "properties", "An event needs an object 'properties'.");
        }

        if (call == MixpanelCall.Import && (!properties.TryGetProperty("time"u8, out var time) || !Instants.TryRead(time, out _)))
        {
            return ("mixpanel.time-invalid", "properties/time", "An imported event needs its time: unix seconds or milliseconds.");
        }

        return HasId(properties, "distinct_id") || HasId(properties, "$user_id") || HasId(properties, "$device_id") || AliasIds.Any(name => HasId(properties, name))
            ? null
            : ("mixpanel.identity-missing", "properties/distinct_id", "An event needs distinct_id, $user_id or $device_id, or it belongs to nobody.");
    }

    private static (string Code, string Member, string Detail)? BrokenOperation(JsonElement item, MixpanelCall call)
    {
        if (call == MixpanelCall.Engage && !HasId(item, "$distinct_id"))
        {
            return ("mixpanel.identity-missing", "$distinct_id", "An operation on a profile needs $distinct_id.");
        }

        if (call == MixpanelCall.Groups && (!HasId(item, "$group_id") || JsonText.Of(item, "$group_key") is null))
        {
            return ("mixpanel.identity-missing", "$group_id", "An operation on a group needs $group_key and $group_id.");
        }

        return MixpanelTypes.Of(item) is null
            ? ("mixpanel.operation-unknown", "", "An item names one of $set, $set_once, $add, $append, $union, $remove, $unset and $delete.")
            : null;
    }

    private static bool HasId(JsonElement place, string name) => place.TryGetProperty(name, out var id) && id.ValueKind switch
    {
        JsonValueKind.String => !string.IsNullOrWhiteSpace(id.GetString()),
        JsonValueKind.Number => true,
        JsonValueKind.Array => id.GetArrayLength() > 1,
        _ => false,
    };
}
