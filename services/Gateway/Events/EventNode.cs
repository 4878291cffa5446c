using System.Text.Json;
using Freshet.Profiles.Events;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Events;

/// <summary>One applied event in an answer.</summary>
public sealed class EventNode(EventView view)
{
    public Guid Id => view.EventId;

    public string Type => view.Type;

    public DateTimeOffset OccurredAt => view.OccurredAt;

    public DateTimeOffset ReceivedAt => view.ReceivedAt;

    public string Source => view.SourceId;

    /// <summary>Values that it was applied without.</summary>
    public IReadOnlyList<RejectedValue> Rejected => view.Rejected;

    /// <summary>The event's own data; undefined when its key was destroyed, or when it has none.</summary>
    public JsonElement Properties => view.Raw is { } raw ? PropertiesOf(raw) : default;

    private static JsonElement PropertiesOf(RawEvent raw)
    {
        using var body = JsonDocument.Parse(raw.Body);
        if (body.RootElement.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        string[] members = raw.Format switch
        {
            RawEventFormat.Webhook => ["data"],
            RawEventFormat.Ga4 => ["params"],
            RawEventFormat.Mixpanel => ["properties", "$set", "$set_once", "$add", "$append", "$union"],
            _ => ["properties", "traits"],
        };
        foreach (var member in members)
        {
            if (body.RootElement.TryGetProperty(member, out var value))
            {
                return value.Clone();
            }
        }

        return default;
    }
}
