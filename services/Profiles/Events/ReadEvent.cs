using System.Collections.Frozen;
using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Screening;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.Events;

/// <summary>From a raw event to one that says who, what, when, and which traits. Pure: the same bytes, source and dictionary give the same event on
/// every attempt and replay. What the formats mean is told in <c>docs/architecture.md</c>.</summary>
public static class ReadEvent
{
    /// <summary>How far into the future an event may lie. A time beyond it is taken as this far: the sender's clock is wrong, and a value from the
    /// year 2099 must not outlive every later one.</summary>
    public static readonly TimeSpan FutureTolerance = TimeSpan.FromMinutes(5);

    private static readonly FrozenDictionary<string, string> NoPaths = FrozenDictionary<string, string>.Empty;

    /// <param name="raw">The event as it was kept.</param>
    /// <param name="source">Who sent it: its own paths to traits and identities win.</param>
    /// <param name="traits">The dictionary.</param>
    /// <param name="index">The blind index of a namespace and a canonical value.</param>
    public static ReadResult Decide(RawEvent raw, Source source, TraitDictionary traits, Func<string, string, Guid> index)
    {
        if (!Members.TryParse(raw.Body.Span, out var body))
        {
            return Refuse("read", "body.malformed", "The body is not a JSON object. Send one JSON object per event, in UTF-8.");
        }

        if (raw.Format == RawEventFormat.LookUp)
        {
            return LookUpOf(raw, body, source, traits, index);
        }

        return Understand(ReadingOf(raw, source, body), new EventReader(raw, source, traits, index));
    }

    /// <summary>What the source's mapping, or else the event's format, makes of the body of an event that it sent by itself.</summary>
    internal static EventReading ReadingOf(RawEvent raw, Source source, JsonElement body) =>
        source.Mapping is { } mapping ? mapping.Read(raw, body) : raw.Format switch
        {
            RawEventFormat.Webhook => ReadWebhook.Decide(raw, body),
            RawEventFormat.Tracking => ReadTracking.Decide(raw, body),
            RawEventFormat.Mixpanel => ReadMixpanel.Decide(raw, body),
            RawEventFormat.Ga4 => ReadGa4.Decide(raw, body),
            RawEventFormat.Mapped => EventReading.Refuse(
                "mapping.missing", $"Nothing says how events of source '{source.Id}' are read. Name a mapping in its file, like 'mapping: {source.Id}', and replay the event."),
            _ => throw new ArgumentOutOfRangeException(nameof(raw), raw.Format, "Unknown format."),
        };

    // The paths of the source are for what it sends by itself. Nobody screened the answer when it came: what cannot be kept is to be a dead letter.
    private static ReadResult LookUpOf(RawEvent raw, JsonElement body, Source source, TraitDictionary traits, Func<string, string, Guid> index) =>
        JsonScreen.FindFault(raw.Body.Span) is { } fault ? Refuse("read", fault.Code, fault.Detail)
            : source.LookUp?.Mapping is { } mapping
            ? Understand(LookUpEvents.WithAsked(mapping.Read(raw, body), raw), new EventReader(raw, source with { TraitPaths = NoPaths, IdentityPaths = NoPaths }, traits, index))
            : Refuse("map", "mapping.missing", $"Nothing says how the look-up of source '{source.Id}' is read. Name a mapping in its 'lookup', and replay the event.");

    private static ReadResult Understand(EventReading reading, EventReader reader)
    {
        if (reading.Refusal is { } refusal)
        {
            return new ReadResult.Refused(refusal);
        }

        var identities = reader.IdentitiesOf(reading);
        if (identities.Keys.Count == 0)
        {
            return Refuse("map", "identity.missing", identities.Rejected.Count == 0
                ? "No identity was found. Send user_id, email, phone, anonymous_id or external_ids, or name their paths in the source's 'identities'."
                : "Every identity is malformed or a placeholder. Send real ones: an email with a domain, a phone number that starts with '+'.");
        }

        var observed = reader.TraitsOf(reading);
        return new ReadResult.Read(
            new CanonicalEvent
            {
                EventId = reader.Raw.EventId,
                SourceId = reader.Raw.SourceId,
                Type = reading.Type,
                OccurredAt = Bounded(reading.OccurredAt, reader.Raw.ReceivedAt),
                ReceivedAt = reader.Raw.ReceivedAt,
                Identities = identities.Keys,
                IsAlias = reading.IsAlias,
                Traits = observed.Values,
                Properties = reading.Properties,
            },
            observed.Rejected,
            identities.Rejected);
    }

    private static DateTimeOffset Bounded(DateTimeOffset occurredAt, DateTimeOffset receivedAt)
    {
        var latest = receivedAt + FutureTolerance;
        return Instants.Cut(occurredAt <= latest ? occurredAt : latest);
    }

    private static ReadResult.Refused Refuse(string stage, string code, string reason) => new(new EventRefusal(stage, code, reason));
}
