using Freshet.Profiles.Events;

namespace Freshet.Ingress.Tracking;

/// <summary>The calls of one request: those that may be accepted, as raw events, and those that may not.</summary>
public sealed record TrackingEvents(IReadOnlyList<RawEvent> Events, IReadOnlyList<RefusedItem> Refused);

/// <summary>A request's facts that every one of its events shares.</summary>
/// <param name="SourceId">Whose write key it bore.</param>
/// <param name="Headers">The relevant headers.</param>
/// <param name="ReceivedAt">When it was read.</param>
public sealed record TrackingRequest(string SourceId, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ReceivedAt);

/// <summary>Cuts a tracking request into raw events. Pure but for the ids it draws for calls that bring none.</summary>
public static class SplitTracking
{
    /// <summary>Reads one call.</summary>
    /// <param name="call">The call that the address names.</param>
    /// <param name="json">The body: screened, and an object.</param>
    /// <param name="members">Its members.</param>
    /// <param name="request">What its event takes from the request.</param>
    public static TrackingEvents Single(TrackingCall call, ReadOnlyMemory<byte> json, in TrackingMembers members, TrackingRequest request) =>
        TrackingRules.Broken(members, call, json.Length) is var (code, member, detail)
            ? new TrackingEvents([], [new RefusedItem(0, code, detail, PointerTo("", member))])
            : new TrackingEvents([ToEvent(WithType(json, members, call), members, request)], []);

    /// <summary>Reads a batch; its members <c>context</c>, <c>integrations</c> and <c>sentAt</c> go to every event in its headers.</summary>
    /// <param name="json">The body: screened, and an object whose <c>batch</c> is an array.</param>
    /// <param name="members">Its members.</param>
    /// <param name="request">What its events take from the request.</param>
    public static TrackingEvents Batch(ReadOnlyMemory<byte> json, in TrackingMembers members, TrackingRequest request)
    {
        var shared = request with { Headers = TrackingHeaders.WithBatch(request.Headers, json.Span, members) };
        var items = json[members.Batch!.Value];
        var events = new List<RawEvent>();
        var refused = new List<RefusedItem>();
        var index = 0;
        foreach (var range in JsonItems.Of(items.Span))
        {
            Sort(items[range], index++, shared, events, refused);
        }

        return new TrackingEvents(events, refused);
    }

    private static void Sort(ReadOnlyMemory<byte> item, int index, TrackingRequest request, List<RawEvent> events, List<RefusedItem> refused)
    {
        var pointer = $"/batch/{index}";
        if (item.Span[0] != (byte)'{')
        {
            refused.Add(new RefusedItem(index, "tracking.not-an-object", "Each item of a batch is an object.", pointer));
            return;
        }

        var members = TrackingMembers.Read(item.Span);
        if (TrackingRules.Broken(members, expected: null, item.Length) is var (code, member, detail))
        {
            refused.Add(new RefusedItem(index, code, detail, PointerTo(pointer, member)));
            return;
        }

        events.Add(ToEvent(item, members, request));
    }

    private static string PointerTo(string parent, string member) => member.Length == 0 ? parent : $"{parent}/{member}";

    private static RawEvent ToEvent(ReadOnlyMemory<byte> body, in TrackingMembers members, TrackingRequest request)
    {
        // Two calls without a messageId are two events, even if they are equal to the byte: a hash of them would lose one.
        var messageId = members.MessageId ?? Guid.CreateVersion7().ToString();
        return new RawEvent
        {
            EventId = EventIds.From(request.SourceId, messageId),
            SourceId = request.SourceId,
            MessageId = messageId,
            ReceivedAt = request.ReceivedAt,
            Format = RawEventFormat.Tracking,
            Headers = request.Headers,
            Body = body,
        };
    }

    // Later readers see the body only, so the address's word goes into it.
    private static ReadOnlyMemory<byte> WithType(ReadOnlyMemory<byte> json, in TrackingMembers members, TrackingCall call)
    {
        if (members.Type is not null)
        {
            return json;
        }

        ReadOnlySpan<byte> type = call switch
        {
            TrackingCall.Identify => "{\"type\":\"identify\","u8,
            TrackingCall.Track => "{\"type\":\"track\","u8,
            TrackingCall.Page => "{\"type\":\"page\","u8,
            TrackingCall.Screen => "{\"type\":\"screen\","u8,
            TrackingCall.Group => "{\"type\":\"group\","u8,
            _ => "{\"type\":\"alias\","u8,
        };
        var members0 = json.Span[(json.Span.IndexOf((byte)'{') + 1)..];
        return (byte[])[.. type, .. members0];
    }
}
