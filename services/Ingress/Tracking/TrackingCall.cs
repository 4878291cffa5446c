namespace Freshet.Ingress.Tracking;

/// <summary>The calls of the Segment tracking protocol. The name in lower case is both the address and the value of member <c>type</c>.</summary>
public enum TrackingCall
{
    Identify = 0,
    Track,
    Page,
    Screen,
    Group,
    Alias,

    /// <summary>Several calls in one request, each with its own <c>type</c>.</summary>
    Batch,
}

public static class TrackingCalls
{
    /// <summary>The call that an address or a member <c>type</c> names; null for a word that is none. A batch in a batch is none.</summary>
    public static TrackingCall? OfType(string? type) => type switch
    {
        "identify" => TrackingCall.Identify,
        "track" => TrackingCall.Track,
        "page" => TrackingCall.Page,
        "screen" => TrackingCall.Screen,
        "group" => TrackingCall.Group,
        "alias" => TrackingCall.Alias,
        _ => null,
    };

    public static TrackingCall? OfAddress(string name) => name == "batch" ? TrackingCall.Batch : OfType(name);
}
