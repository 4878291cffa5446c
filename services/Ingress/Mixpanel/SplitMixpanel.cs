using System.Text.Json;
using Freshet.Ingress.Senders;
using Freshet.Ingress.Tracking;
using Freshet.Profiles.Events;
using Freshet.Profiles.Screening;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Mixpanel;

/// <summary>Cuts a body of Mixpanel's protocol into raw events. Pure but for the ids it draws for items that bring none.</summary>
/// <param name="call">The address.</param>
/// <param name="source">The source that the request's token or secret names.</param>
/// <param name="request">What every event takes from the request.</param>
/// <param name="isOurs">Whether an item's own token is one of the source; null where a secret has proven the whole request.</param>
public sealed class SplitMixpanel(MixpanelCall call, Source source, TrackingRequest request, Func<string?, bool>? isOurs)
{
    private static readonly MessageIdRule Ids = SenderTable.Of(SourceKind.Mixpanel).MessageId;

    private readonly List<RawEvent> _events = [];
    private readonly List<RefusedItem> _refused = [];

    /// <summary>The items that may be accepted, and those that may not.</summary>
    public TrackingEvents Split(ReadOnlyMemory<byte> json, IReadOnlyList<Range> items, bool isBatch)
    {
        for (var index = 0; index < items.Count; index++)
        {
            Sort(json[items[index]], index, isBatch ? $"/{index}" : "");
        }

        return new TrackingEvents(_events, _refused);
    }

    private void Sort(ReadOnlyMemory<byte> bytes, int index, string pointer)
    {
        if (JsonScreen.FindFault(bytes.Span) is { } fault)
        {
            _refused.Add(new RefusedItem(index, fault.Code, fault.Detail, pointer + JsonPlace.PointerAt(bytes.Span, fault.Offset)));
            return;
        }

        var item = JsonElement.Parse(bytes.Span);
        if (MixpanelRules.Broken(item, call) is var (code, member, detail))
        {
            _refused.Add(new RefusedItem(index, code, detail, member.Length == 0 ? pointer : $"{pointer}/{member}"));
        }
        else if (isOurs?.Invoke(MixpanelRules.TokenOf(item)) == false)
        {
            _refused.Add(new RefusedItem(index, "mixpanel.token-mixed", "The item bears another token than the first one. Send the items of each project by themselves.", pointer));
        }
        else
        {
            _events.Add(ToEvent(bytes, item));
        }
    }

    private RawEvent ToEvent(ReadOnlyMemory<byte> bytes, JsonElement item)
    {
        // What is imported is history, and comes again as it is. Elsewhere two items without an id are two events, even if they are equal to the byte.
        var hasId = call == MixpanelCall.Import || (item.TryGetProperty("properties"u8, out var properties) && properties.TryGetProperty("$insert_id"u8, out _));
        var messageId = hasId ? Ids.Find(request.Headers, item, bytes.Span, request.ReceivedAt) : Guid.CreateVersion7().ToString();
        return new RawEvent
        {
            EventId = EventIds.From(source.Id, messageId),
            SourceId = source.Id,
            MessageId = messageId,
            ReceivedAt = request.ReceivedAt,
            Format = RawEventFormat.Mixpanel,
            Headers = request.Headers,
            Body = bytes,
        };
    }
}
