using System.Globalization;
using System.Text;
using System.Text.Json;
using Freshet.Ingress.Receiving;
using Freshet.Profiles.Events;
using Freshet.Profiles.Screening;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Senders;

/// <summary>Cuts a proven body of a vendor into raw events for its mapping. Pure.</summary>
public static class SplitBody
{
    /// <summary>The events, or why there are none.</summary>
    /// <param name="source">Who sent it.</param>
    /// <param name="sender">How its bodies are cut.</param>
    /// <param name="headers">The headers that its kind keeps.</param>
    /// <param name="body">Screened, if it is JSON.</param>
    /// <param name="receivedAt">When it was read.</param>
    public static (IReadOnlyList<RawEvent> Events, Refusal? Refusal) Split(
        Source source, Sender sender, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body, DateTimeOffset receivedAt)
    {
        var (items, refusal) = Items(sender, body);
        if (refusal is not null)
        {
            return ([], refusal);
        }

        // Amazon's key is in the envelope, which the event has lost by then.
        var envelope = sender.Cut == Cut.SnsEnvelope ? JsonElement.Parse(body.Span) : default;
        var events = new List<RawEvent>(items.Count);
        foreach (var item in items)
        {
            var json = JsonElement.Parse(item.Span);
            if (json.ValueKind != JsonValueKind.Object)
            {
                return ([], NotAnObject(events.Count));
            }

            var messageId = sender.MessageId.Find(headers, sender.Cut == Cut.SnsEnvelope ? envelope : json, item.Span, receivedAt);
            events.Add(new RawEvent
            {
                EventId = EventIds.From(source.Id, messageId),
                SourceId = source.Id,
                MessageId = messageId,
                ReceivedAt = receivedAt,
                Format = FormatOf(source),
                Headers = headers,
                Body = item,
            });
        }

        return events.Count > 0 ? (Distinct(source, events), null) : ([], Refusal.Malformed("webhook.empty", "The body holds no event.", ""));
    }

    // A free-form sender without a mapping sends our own envelope.
    private static RawEventFormat FormatOf(Source source) =>
        source is { Kind: SourceKind.Hmac, MappingName: null } ? RawEventFormat.Webhook : RawEventFormat.Mapped;

    // A header names the request, not the event: of several in one request each needs its own key.
    private static List<RawEvent> Distinct(Source source, List<RawEvent> events)
    {
        if (events.Count == 1 || events.DistinctBy(raw => raw.MessageId).Skip(1).Any() || events.TrueForAll(raw => raw.Body.Span.SequenceEqual(events[0].Body.Span)))
        {
            return events;
        }

        return [.. events.Select((raw, index) =>
        {
            var messageId = $"{raw.MessageId}.{index.ToString(CultureInfo.InvariantCulture)}";
            return raw with { MessageId = messageId, EventId = EventIds.From(source.Id, messageId) };
        })];
    }

    private static (IReadOnlyList<ReadOnlyMemory<byte>> Items, Refusal? Refusal) Items(Sender sender, ReadOnlyMemory<byte> body) => sender.Cut switch
    {
        Cut.Soap => SoapNotifications.Read(body.Span) is { } message
            ? Bounded([.. message.Items.Select(item => (ReadOnlyMemory<byte>)item)])
            : ([], Refusal.Malformed("webhook.not-soap", "The body is no Outbound Message.", "")),
        Cut.SnsEnvelope => ([MessageOf(body)], null),
        Cut.Member when sender.Parts.Count > 0 => PartsIn(ArrayIn(body, sender.Member!), sender.Parts),
        Cut.Member => ArrayIn(body, sender.Member!),
        Cut.ObjectOrArray when IsArray(body.Span) => Array(body, 0),
        _ => ([body], null),
    };

    private static bool IsArray(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        return reader.Read() && reader.TokenType == JsonTokenType.StartArray;
    }

    private static (IReadOnlyList<ReadOnlyMemory<byte>> Items, Refusal? Refusal) ArrayIn(ReadOnlyMemory<byte> body, string member)
    {
        var reader = new Utf8JsonReader(body.Span);
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(member);
            reader.Read();
            if (isIt)
            {
                return reader.TokenType == JsonTokenType.StartArray ? Array(body, (int)reader.TokenStartIndex) : ([], NoArray(member));
            }

            reader.Skip();
        }

        return ([], NoArray(member));
    }

    private static (IReadOnlyList<ReadOnlyMemory<byte>> Items, Refusal? Refusal) Array(ReadOnlyMemory<byte> body, int at)
    {
        var items = new List<ReadOnlyMemory<byte>>();
        var reader = new Utf8JsonReader(body.Span[at..], isFinalBlock: true, default);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items.Count == SplitWebhook.MostEvents)
            {
                return ([], Refusal.TooManyEvents(SplitWebhook.MostEvents));
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            items.Add(body[(at + start)..(at + (int)reader.BytesConsumed)]);
        }

        return (items, null);
    }

    private static (IReadOnlyList<ReadOnlyMemory<byte>> Items, Refusal? Refusal) PartsIn(
        (IReadOnlyList<ReadOnlyMemory<byte>> Items, Refusal? Refusal) entries, IReadOnlyList<string> parts) =>
        entries.Refusal is null ? Bounded([.. entries.Items.SelectMany(entry => SplitEntry.Of(entry, parts)).Take(SplitWebhook.MostEvents + 1)]) : entries;

    private static (IReadOnlyList<ReadOnlyMemory<byte>> Items, Refusal? Refusal) Bounded(IReadOnlyList<ReadOnlyMemory<byte>> items) =>
        items.Count > SplitWebhook.MostEvents ? ([], Refusal.TooManyEvents(SplitWebhook.MostEvents)) : (items, null);

    // What Amazon passes on is JSON inside of a text.
    private static ReadOnlyMemory<byte> MessageOf(ReadOnlyMemory<byte> envelope)
    {
        var json = JsonElement.Parse(envelope.Span);
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("Message"u8, out var message) && message.ValueKind == JsonValueKind.String)
        {
            var inner = Encoding.UTF8.GetBytes(message.GetString()!);
            if (JsonScreen.FindFault(inner) is null && JsonElement.Parse(inner).ValueKind == JsonValueKind.Object)
            {
                return inner;
            }
        }

        return envelope;
    }

    private static Refusal NoArray(string member) =>
        Refusal.Malformed("webhook.no-array", $"The events are expected in an array '{member}'.", $"/{member}");

    private static Refusal NotAnObject(int index) =>
        Refusal.Malformed("webhook.not-an-object", "An event is a JSON object.", $"/{index.ToString(CultureInfo.InvariantCulture)}");
}
