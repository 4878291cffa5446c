using Freshet.Profiles.Events;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.LookUps;

/// <summary>The answer of a look-up as an event of its source: it takes the way of every other event, so that the ledger, provenance and dead letters hold for it.</summary>
public static class LookUpEvents
{
    // No sender's header is kept under such a name.
    private const string AskedPrefix = "freshet-asked-";

    /// <param name="sourceId">Who was asked.</param>
    /// <param name="asked">The identities by which the profile was asked for.</param>
    /// <param name="body">The answer.</param>
    /// <param name="now">When it came: unless its mapping says otherwise, what it says was observed then.</param>
    public static RawEvent Of(string sourceId, IReadOnlyDictionary<string, string> asked, byte[] body, DateTimeOffset now)
    {
        // Every answer is an event of its own: the same words an hour later say that they still hold.
        var messageId = $"look-up-{Guid.CreateVersion7(now):n}";
        return new RawEvent
        {
            EventId = EventIds.From(sourceId, messageId),
            SourceId = sourceId,
            MessageId = messageId,
            ReceivedAt = now,
            Format = RawEventFormat.LookUp,
            Headers = asked.ToDictionary(identity => AskedPrefix + identity.Key, identity => identity.Value),
            Body = body,
        };
    }

    /// <summary>An answer that names nobody is about whom was asked. One that names somebody is about them, and only them: a host that gives anybody for
    /// an unknown address must not make two people one.</summary>
    internal static EventReading WithAsked(EventReading reading, RawEvent raw) => reading.Identities.Count > 0 || reading.Refusal is not null
        ? reading
        : reading with
        {
            Identities =
            [
                .. raw.Headers.Where(header => header.Key.StartsWith(AskedPrefix, StringComparison.Ordinal))
                    .Select(header => (header.Key[AskedPrefix.Length..], Json.Text(header.Value))),
            ],
        };
}
