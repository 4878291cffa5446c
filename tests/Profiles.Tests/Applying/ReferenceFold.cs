using System.Globalization;
using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Tests.Applying;

/// <summary>The definition, written out naively: all events at once, sorted by time; sets of identities; every trait from all events of its profile. Shares
/// no code with what it judges.</summary>
internal static class ReferenceFold
{
    public static string Visible(IEnumerable<CanonicalEvent> history, TraitDictionary traits, DateTimeOffset at)
    {
        CanonicalEvent[] events = [.. history.DistinctBy(@event => @event.EventId).OrderBy(@event => @event.OccurredAt).ThenBy(@event => @event.EventId)];
        return Sheet.Of(Persons(events).Select(person => Sheet.Of(Identities(person, events), Traits(person, events, traits, at))));
    }

    private static List<HashSet<IdentityKey>> Persons(CanonicalEvent[] events)
    {
        List<HashSet<IdentityKey>> persons = [.. events.SelectMany(@event => @event.Identities).Distinct().Select(identity => new HashSet<IdentityKey> { identity })];
        foreach (var @event in events.OrderByDescending(@event => @event.IsAlias))
        {
            var subject = @event.Identities[0];
            foreach (var other in @event.Identities.Skip(1).OrderBy(other => Smaller(subject, other)).ThenBy(other => Larger(subject, other)))
            {
                var one = persons.Single(person => person.Contains(subject));
                var two = persons.Single(person => person.Contains(other));
                var isDeclared = @event.IsAlias && IsUser(subject) && IsUser(other);
                if (one != two && (isDeclared || !one.Any(IsUser) || !two.Any(IsUser)))
                {
                    one.UnionWith(two);
                    persons.Remove(two);
                }
            }
        }

        return persons;
    }

    private static bool IsUser(IdentityKey identity) => identity.Namespace == "user_id";

    private static Guid Smaller(IdentityKey a, IdentityKey b) => a.Id.CompareTo(b.Id) < 0 ? a.Id : b.Id;

    private static Guid Larger(IdentityKey a, IdentityKey b) => a.Id.CompareTo(b.Id) < 0 ? b.Id : a.Id;

    private static IEnumerable<string> Identities(HashSet<IdentityKey> person, CanonicalEvent[] events) => person.Select(identity =>
    {
        CanonicalEvent[] naming = [.. events.Where(@event => @event.Identities.Contains(identity))];
        return Sheet.Identity(identity.Namespace, identity.Value, naming[0].OccurredAt, naming[^1].OccurredAt, naming[0].SourceId);
    });

    private static IEnumerable<string> Traits(HashSet<IdentityKey> person, CanonicalEvent[] events, TraitDictionary traits, DateTimeOffset at)
    {
        CanonicalEvent[] own = [.. events.Where(@event => person.Contains(@event.Identities[0]))];
        foreach (var trait in traits.Traits)
        {
            var (value, from) = trait.Computed is { } computed ? Computed(trait, computed, own, at) : Observed(trait, own);
            if (from is not null)
            {
                yield return Sheet.Trait(trait.Name, value, from.OccurredAt, from.SourceId, from.EventId);
            }
        }
    }

    private static (string Value, CanonicalEvent? From) Observed(TraitDefinition trait, CanonicalEvent[] events)
    {
        (JsonElement Value, CanonicalEvent From)[] all = [.. events.Where(@event => @event.Traits.ContainsKey(trait.Name)).Select(@event => (@event.Traits[trait.Name], @event))];
        (JsonElement Value, CanonicalEvent From)[] values = [.. all.Where(entry => entry.Value.ValueKind != JsonValueKind.Null)];
        switch (trait.Policy)
        {
            case TraitPolicy.Latest:
                return Winner(all.LastOrDefault());
            case TraitPolicy.First:
                return Winner(values.FirstOrDefault());
            case TraitPolicy.Max:
                return Winner(values.LastOrDefault(entry => values.All(other => Number(other.Value) <= Number(entry.Value))));
            case TraitPolicy.Min:
                return Winner(values.LastOrDefault(entry => values.All(other => Number(other.Value) >= Number(entry.Value))));
            case TraitPolicy.Sum:
                return (Written(values.Sum(entry => Number(entry.Value))), values.LastOrDefault().From);
            case TraitPolicy.Union:
                string[] words = [.. values.SelectMany(entry => entry.Value.EnumerateArray()).Select(word => word.GetString()!).Distinct().Order(StringComparer.Ordinal)];
                return (JsonSerializer.Serialize(words), values.LastOrDefault().From);
            default:
                return Winner(MostTrusted(trait, all));
        }
    }

    /// <summary>Per source its latest word; of the sources with a value (null can be one) the most trusted; of equally trusted ones the latest.</summary>
    private static (JsonElement, CanonicalEvent) MostTrusted(TraitDefinition trait, (JsonElement Value, CanonicalEvent From)[] all)
    {
        (JsonElement Value, CanonicalEvent From)[] words = [.. all.Where(entry => !all.Any(other => other.From.SourceId == entry.From.SourceId && IsAfter(other.From, entry.From)))];
        (JsonElement Value, CanonicalEvent From)[] speaking = [.. words.Where(entry => entry.Value.ValueKind != JsonValueKind.Null)];
        var candidates = speaking.Length > 0 && trait.Missing != MissingPolicy.Null ? speaking : words;
        string[] listed = [.. trait.SourcePriority.Where(source => candidates.Any(entry => entry.From.SourceId == source))];
        return listed.Length > 0
            ? candidates.Last(entry => entry.From.SourceId == listed[0])
            : candidates.LastOrDefault();
    }

    private static (string Value, CanonicalEvent? From) Computed(TraitDefinition trait, Computation computed, CanonicalEvent[] events, DateTimeOffset at)
    {
        CanonicalEvent[] counting =
        [
            .. events.Where(@event => @event.Type == computed.EventType)
                .Where(@event => computed.Property is null || Property(@event, computed.Property).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
                .Where(@event => computed.WindowDays is not { } days || @event.OccurredAt.UtcDateTime.Date > at.UtcDateTime.Date.AddDays(-days)),
        ];
        return (counting.Length == 0 ? "" : Value(computed, counting), counting.LastOrDefault());
    }

    private static string Value(Computation computed, CanonicalEvent[] counting) => computed.Aggregate switch
    {
        Aggregate.Count => counting.Length.ToString(CultureInfo.InvariantCulture),
        Aggregate.Sum => Written(counting.Sum(@event => Number(Property(@event, computed.Property!)))),
        Aggregate.Min => Property(counting.Last(@event => counting.All(other => Number(Property(other, computed.Property!)) >= Number(Property(@event, computed.Property!)))), computed.Property!).GetRawText(),
        Aggregate.Max => Property(counting.Last(@event => counting.All(other => Number(Property(other, computed.Property!)) <= Number(Property(@event, computed.Property!)))), computed.Property!).GetRawText(),
        Aggregate.First => TimeOrProperty(computed, counting[0]),
        Aggregate.Last => TimeOrProperty(computed, counting[^1]),
        _ => counting.Select(@event => Property(@event, computed.Property!).GetRawText()).Distinct().Count().ToString(CultureInfo.InvariantCulture),
    };

    private static string TimeOrProperty(Computation computed, CanonicalEvent @event) => computed.Property is null
        ? $"\"{@event.OccurredAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture)}\""
        : Property(@event, computed.Property).GetRawText();

    private static JsonElement Property(CanonicalEvent @event, string name) =>
        @event.Properties.ValueKind == JsonValueKind.Object && @event.Properties.TryGetProperty(name, out var value) ? value : default;

    private static bool IsAfter(CanonicalEvent one, CanonicalEvent other) =>
        one.OccurredAt > other.OccurredAt || (one.OccurredAt == other.OccurredAt && one.EventId.CompareTo(other.EventId) > 0);

    private static decimal Number(JsonElement value) => value.GetDecimal();

    private static string Written(decimal sum) => sum.ToString("0.############################", CultureInfo.InvariantCulture);

    private static (string, CanonicalEvent?) Winner((JsonElement Value, CanonicalEvent From) entry) =>
        entry.From is null ? ("", null) : (entry.Value.GetRawText(), entry.From);
}
