using System.Globalization;
using Freshet.Profiles.Events;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.LookUps;

/// <summary>The answer of a look-up as an event of its source: it takes the way of every other event, so that the ledger, provenance and dead letters hold for it.</summary>
public static class LookUpEvents
{
    // No sender's header is kept under such a name.
    private const string AskedPrefix = "freshet-asked-";
    private const string EnrichmentHeader = "freshet-enrichment";
    private const string AnsweredHeader = "freshet-answered-at";

    /// <param name="sourceId">Who was asked.</param>
    /// <param name="asked">The identities by which the profile was asked for.</param>
    /// <param name="body">The answer.</param>
    /// <param name="now">When it came: unless its mapping says otherwise, what it says was observed then.</param>
    public static RawEvent Of(string sourceId, IReadOnlyDictionary<string, string> asked, byte[] body, DateTimeOffset now)
    {
        // Every answer is an event of its own: the same words an hour later say that they still hold.
        var messageId = $"look-up-{Guid.CreateVersion7(now):n}";
        return Of(sourceId, messageId, asked, body, now);
    }

    /// <summary>The answer to an order of an enrichment. It is about whom was asked for and nobody else, whomever it names: a third party makes no two
    /// people one.</summary>
    /// <param name="sourceId">Who was asked.</param>
    /// <param name="order">Which order, and what came of it.</param>
    /// <param name="asked">Who the answer is about.</param>
    /// <param name="now">When it is received.</param>
    public static RawEvent Of(string sourceId, AnsweredOrder order, IReadOnlyDictionary<string, string> asked, DateTimeOffset now)
    {
        var raw = Of(sourceId, $"enrichment-{order.OrderId:n}-{order.Generation}", asked, order.Body, now);
        return raw with
        {
            Headers = new Dictionary<string, string>(raw.Headers)
            {
                [EnrichmentHeader] = order.Enrichment,
                [AnsweredHeader] = order.AnsweredAt.ToString("O", CultureInfo.InvariantCulture),
            },
        };
    }

    private static RawEvent Of(string sourceId, string messageId, IReadOnlyDictionary<string, string> asked, byte[] body, DateTimeOffset now) =>
        new()
        {
            EventId = EventIds.From(sourceId, messageId),
            SourceId = sourceId,
            MessageId = messageId,
            ReceivedAt = now,
            Format = RawEventFormat.LookUp,
            Headers = asked.ToDictionary(identity => AskedPrefix + identity.Key, identity => identity.Value),
            Body = body,
        };

    /// <summary>An answer that names nobody is about whom was asked. One that names somebody is about them, and only them: a host that gives anybody for
    /// an unknown address must not make two people one.</summary>
    internal static EventReading WithAsked(EventReading reading, RawEvent raw)
    {
        var isEnrichment = raw.Headers.ContainsKey(EnrichmentHeader);
        if (reading.Refusal is not null || (reading.Identities.Count > 0 && !isEnrichment))
        {
            return reading;
        }

        // An answer that others had before was true when it was given.
        var isUndated = reading.OccurredAt == raw.ReceivedAt;
        return reading with
        {
            Identities =
            [
                .. raw.Headers.Where(header => header.Key.StartsWith(AskedPrefix, StringComparison.Ordinal))
                    .Select(header => (header.Key[AskedPrefix.Length..], Json.Text(header.Value))),
            ],
            OccurredAt = isUndated && raw.Headers.TryGetValue(AnsweredHeader, out var answered)
                ? DateTimeOffset.Parse(answered, CultureInfo.InvariantCulture)
                : reading.OccurredAt,
        };
    }
}

/// <summary>What came of an order.</summary>
/// <param name="Enrichment">Its name.</param>
/// <param name="OrderId">Which order.</param>
/// <param name="Generation">How often the profile was ordered for: the same one is answered once.</param>
/// <param name="Body">The answer.</param>
/// <param name="AnsweredAt">When the source gave it.</param>
public sealed record AnsweredOrder(string Enrichment, Guid OrderId, int Generation, byte[] Body, DateTimeOffset AnsweredAt);
