using System.Text.Json;
using Freshet.Ingress.Tracking;
using Freshet.Ingress.Verifying;
using Freshet.Profiles.Events;
using Freshet.Profiles.Mapping;

namespace Freshet.Ingress.Receiving;

/// <summary>The type of an event before it is read, for a source that keeps some types only. Pure.</summary>
public static class KeptTypes
{
    /// <summary>Whether a source keeps an event. One that its mapping has no rule for says nothing to us.</summary>
    /// <param name="mapping">How the source's events are read; null: by their format.</param>
    /// <param name="types">The types that the source keeps; null: all.</param>
    /// <param name="raw">The event.</param>
    public static bool IsKept(EventMapping? mapping, IReadOnlySet<string>? types, RawEvent raw) => mapping is null
        ? types is null || TypeOf(raw) is not { } own || types.Contains(own)
        : mapping.TypeOf(raw) is { } type && (types is null || types.Contains(type) || EventMapping.IsNeverFiltered(type));

    /// <summary>Whether an event is a signal of privacy law, by its source's mapping.</summary>
    public static bool IsPrivacySignal(EventMapping? mapping, RawEvent raw) => mapping?.TypeOf(raw) is { } type && EventMapping.IsPrivacySignal(type);

    /// <summary>Null if the event does not say; reading it later will tell why.</summary>
    public static string? TypeOf(RawEvent raw)
    {
        switch (raw.Format)
        {
            case RawEventFormat.Mapped:
                return null;
            case RawEventFormat.Mixpanel:
                return MixpanelTypes.Of(JsonElement.Parse(raw.Body.Span));
            case RawEventFormat.Ga4:
                return JsonText.Of(JsonElement.Parse(raw.Body.Span), "name") is { } name ? Ga4Types.Of(name) : null;
        }

        var members = TrackingMembers.Read(raw.Body.Span);
        return raw.Format == RawEventFormat.Webhook ? Normalize(members.Type) : TrackingCalls.OfType(members.Type) switch
        {
            TrackingCall.Identify => EventTypes.Identified,
            TrackingCall.Track => Normalize(members.Event),
            TrackingCall.Page => EventTypes.PageViewed,
            TrackingCall.Screen => EventTypes.ScreenViewed,
            TrackingCall.Group => EventTypes.GroupJoined,
            TrackingCall.Alias => EventTypes.Aliased,
            _ => null,
        };
    }

    private static string? Normalize(string? type) => type is null ? null : EventTypes.Normalize(type);
}
