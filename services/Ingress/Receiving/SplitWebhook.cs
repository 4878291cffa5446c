using System.Globalization;
using System.Text.Json;
using Freshet.Ingress.Verifying;
using Freshet.Profiles.Events;

namespace Freshet.Ingress.Receiving;

/// <summary>Cuts a proven webhook into raw events: an object is one, an array of objects several. Pure.</summary>
public static class SplitWebhook
{
    /// <summary>Most events of one webhook.</summary>
    public const int MostEvents = 2_500;

    /// <summary>The events, or why there are none.</summary>
    /// <param name="sourceId">Who sent it.</param>
    /// <param name="verification">What its headers say.</param>
    /// <param name="headers">The relevant headers.</param>
    /// <param name="body">Screened.</param>
    /// <param name="receivedAt">When it was read.</param>
    public static (IReadOnlyList<RawEvent> Events, Refusal? Refusal) Split(
        string sourceId, in Verification verification, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body, DateTimeOffset receivedAt)
    {
        var reader = new Utf8JsonReader(body.Span);
        reader.Read();
        var first = new RawEvent
        {
            EventId = EventIds.From(sourceId, verification.MessageId),
            SourceId = sourceId,
            MessageId = verification.MessageId,
            ReceivedAt = receivedAt,
            Format = RawEventFormat.Webhook,
            Headers = headers,
            Body = body,
        };
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ([first], null),
            JsonTokenType.StartArray => SplitArray(first, ref reader),
            _ => ([], NotAnObject("")),
        };
    }

    private static (IReadOnlyList<RawEvent> Events, Refusal? Refusal) SplitArray(RawEvent array, ref Utf8JsonReader reader)
    {
        var events = new List<RawEvent>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var index = events.Count.ToString(CultureInfo.InvariantCulture);
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return ([], NotAnObject($"/{index}"));
            }

            if (events.Count == MostEvents)
            {
                return ([], Refusal.TooManyEvents(MostEvents));
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var messageId = $"{array.MessageId}.{index}";
            events.Add(array with
            {
                EventId = EventIds.From(array.SourceId, messageId),
                MessageId = messageId,
                Body = array.Body[start..(int)reader.BytesConsumed],
            });
        }

        return events.Count > 0 ? (events, null) : ([], Refusal.Malformed("webhook.empty", "The array holds no event.", ""));
    }

    private static Refusal NotAnObject(string pointer) =>
        Refusal.Malformed("webhook.not-an-object", "A webhook is a JSON object with type, timestamp and data, or an array of such objects.", pointer);
}
