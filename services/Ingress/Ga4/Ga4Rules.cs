using System.Text.Json;
using System.Text.RegularExpressions;
using Freshet.Profiles.Events;

namespace Freshet.Ingress.Ga4;

/// <summary>Something in a request that Google Analytics would not take, as its validation server words it.</summary>
/// <param name="FieldPath">Where.</param>
/// <param name="Description">What is wrong, and the cure.</param>
/// <param name="ValidationCode">Google's word for it.</param>
public sealed record Ga4Message(string FieldPath, string Description, string ValidationCode);

/// <summary>The rules of the Measurement Protocol
/// (https://developers.google.com/analytics/devguides/collection/protocol/ga4/sending-events). Pure.</summary>
public static partial class Ga4Rules
{
    /// <summary>Largest body, as the protocol says.</summary>
    public const int LargestBody = 130 * 1024;

    /// <summary>Most events of one request, as the protocol says.</summary>
    public const int MostEvents = 25;

    private const int MostParameters = 25;

    /// <summary>What would cost the whole request: nobody whom it belongs to, or no events.</summary>
    public static Ga4Message? OfRequest(JsonElement envelope, int? events)
    {
        if (!HasText(envelope, "client_id") && !HasText(envelope, "app_instance_id") && !HasText(envelope, "user_id"))
        {
            return new Ga4Message("client_id", "A request needs client_id or app_instance_id, or it belongs to nobody.", "VALUE_REQUIRED");
        }

        return events switch
        {
            null or 0 => new Ga4Message("events", "A request needs an array of one event or more.", "VALUE_REQUIRED"),
            > MostEvents => new Ga4Message("events", $"A request may hold {MostEvents} events. Send several.", "EXCEEDED_MAX_ENTITIES"),
            _ => null,
        };
    }

    /// <summary>What costs one event; null if it may be accepted.</summary>
    public static Ga4Message? OfEvent(JsonElement item, int index)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return new Ga4Message($"events[{index}]", "Each event is an object.", "VALUE_INVALID");
        }

        return item.TryGetProperty("name"u8, out var name) && name.ValueKind == JsonValueKind.String && Ga4Types.Of(name.GetString()!) is not null
            ? null
            : new Ga4Message($"events[{index}].name", "An event needs a name.", "VALUE_REQUIRED");
    }

    /// <summary>What we take and Google would not.</summary>
    public static IEnumerable<Ga4Message> Advice(JsonElement item, int index)
    {
        if (item.TryGetProperty("name"u8, out var name) && name.ValueKind == JsonValueKind.String && !Name.IsMatch(name.GetString()!))
        {
            yield return new Ga4Message($"events[{index}].name", "A name has up to 40 letters, digits and underscores and begins with a letter.", "NAME_INVALID");
        }

        if (item.TryGetProperty("params"u8, out var parameters))
        {
            if (parameters.ValueKind != JsonValueKind.Object)
            {
                yield return new Ga4Message($"events[{index}].params", "Parameters are an object.", "VALUE_INVALID");
            }
            else if (parameters.EnumerateObject().Count() > MostParameters)
            {
                yield return new Ga4Message($"events[{index}].params", $"An event may have {MostParameters} parameters.", "EXCEEDED_MAX_ENTITIES");
            }
        }

        var time = ReadGa4.TimeOf(item, default);
        if (time.ValueKind != JsonValueKind.Undefined && !Instants.TryReadMicroseconds(time, out _))
        {
            yield return new Ga4Message($"events[{index}].timestamp_micros", "A time is a number of microseconds since 1970.", "VALUE_INVALID");
        }
    }

    private static bool HasText(JsonElement envelope, string name) =>
        envelope.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(member.GetString());

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,39}$")]
    private static partial Regex Name { get; }
}
