using System.Globalization;
using System.Text;
using System.Text.Json;
using Freshet.Ingress.Senders;
using Freshet.Ingress.Tracking;
using Freshet.Profiles.Events;
using Freshet.Profiles.Screening;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Ga4;

/// <summary>The events of one request, and what is wrong with the rest.</summary>
/// <param name="Events">Those that may be accepted.</param>
/// <param name="Refused">Why others, or the whole request, may not.</param>
/// <param name="Advice">What we take and Google would not.</param>
public sealed record Ga4Events(IReadOnlyList<RawEvent> Events, IReadOnlyList<Ga4Message> Refused, IReadOnlyList<Ga4Message> Advice);

/// <summary>Cuts a request of the Measurement Protocol into raw events. Pure but for the ids it draws.</summary>
public static class SplitGa4
{
    private static readonly MessageIdRule Ids = SenderTable.Of(SourceKind.Ga4).MessageId;

    /// <summary>Reads a body.</summary>
    /// <param name="json">As it came.</param>
    /// <param name="request">What its events take from the request.</param>
    public static Ga4Events Split(ReadOnlyMemory<byte> json, TrackingRequest request)
    {
        List<(string Name, Range Value)> members;
        try
        {
            members = JsonItems.Members(json.Span);
        }
        catch (JsonException)
        {
            return Refuse(new Ga4Message("", "The body is not a JSON object.", "VALUE_INVALID"));
        }

        var text = EnvelopeOf(json.Span, members);
        if (JsonScreen.FindFault(text) is { } fault)
        {
            return Refuse(new Ga4Message("", fault.Detail, "VALUE_INVALID"));
        }

        var array = members.Where(member => member.Name == "events").Select(member => json[member.Value]).FirstOrDefault();
        var items = !array.IsEmpty && array.Span[0] == (byte)'[' ? JsonItems.Of(array.Span) : null;
        var envelope = JsonElement.Parse(text);
        return Ga4Rules.OfRequest(envelope, items?.Count) is { } broken
            ? Refuse(broken)
            : Sort([.. items!.Select(range => array[range])], envelope, WithEnvelope(request, text));
    }

    private static Ga4Events Sort(List<ReadOnlyMemory<byte>> items, JsonElement envelope, TrackingRequest request)
    {
        var events = new List<RawEvent>();
        var refused = new List<Ga4Message>();
        var advice = new List<Ga4Message>();
        for (var index = 0; index < items.Count; index++)
        {
            if (JsonScreen.FindFault(items[index].Span) is { } fault)
            {
                refused.Add(new Ga4Message($"events[{index}]", fault.Detail, "VALUE_INVALID"));
                continue;
            }

            var item = JsonElement.Parse(items[index].Span);
            if (Ga4Rules.OfEvent(item, index) is { } broken)
            {
                refused.Add(broken);
                continue;
            }

            advice.AddRange(Ga4Rules.Advice(item, index));
            events.Add(ToEvent(items[index], MessageIdOf(items[index], index, item, envelope, request), request));
        }

        return new Ga4Events(events, refused, advice);
    }

    // Nothing in the protocol names a delivery. With a time, the same event at the same place of the same request is the same delivery; without one two
    // that are equal to the byte may well be two views of a page.
    private static string MessageIdOf(ReadOnlyMemory<byte> bytes, int index, JsonElement item, JsonElement envelope, TrackingRequest request)
    {
        if (ReadGa4.TimeOf(item, envelope).ValueKind == JsonValueKind.Undefined)
        {
            return Guid.CreateVersion7().ToString();
        }

        var place = index.ToString(CultureInfo.InvariantCulture);
        byte[] all = [.. Encoding.UTF8.GetBytes($"{request.Headers[ReadGa4.EnvelopeHeader]}\0{place}\0"), .. bytes.Span];
        return Ids.Find(request.Headers, item, all, request.ReceivedAt);
    }

    private static RawEvent ToEvent(ReadOnlyMemory<byte> bytes, string messageId, TrackingRequest request) => new()
    {
        EventId = EventIds.From(request.SourceId, messageId),
        SourceId = request.SourceId,
        MessageId = messageId,
        ReceivedAt = request.ReceivedAt,
        Format = RawEventFormat.Ga4,
        Headers = request.Headers,
        Body = bytes,
    };

    private static byte[] EnvelopeOf(ReadOnlySpan<byte> json, List<(string Name, Range Value)> members)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members.Where(member => member.Name != "events"))
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(json[value], skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static TrackingRequest WithEnvelope(TrackingRequest request, byte[] envelope) => request with
    {
        Headers = new Dictionary<string, string>(request.Headers, StringComparer.Ordinal) { [ReadGa4.EnvelopeHeader] = Encoding.UTF8.GetString(envelope) },
    };

    private static Ga4Events Refuse(Ga4Message message) => new([], [message], []);
}
