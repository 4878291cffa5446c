using System.Text.Json.Serialization;

namespace Freshet.Profiles.Traits;

/// <summary>Which event said it. Stamps are ordered by event time, then event id; when an event was received never decides anything.</summary>
public sealed record Stamp(
    [property: JsonPropertyName("t")] DateTimeOffset OccurredAt,
    [property: JsonPropertyName("e")] Guid EventId,
    [property: JsonPropertyName("s")] string SourceId,
    [property: JsonPropertyName("r")] DateTimeOffset ReceivedAt) : IComparable<Stamp>
{
    public int CompareTo(Stamp? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byTime = OccurredAt.CompareTo(other.OccurredAt);
        return byTime != 0 ? byTime : EventId.CompareTo(other.EventId);
    }

    public static Stamp Later(Stamp left, Stamp right) => left.CompareTo(right) >= 0 ? left : right;

    public static Stamp Earlier(Stamp left, Stamp right) => left.CompareTo(right) <= 0 ? left : right;

    public static bool operator <(Stamp left, Stamp right) => left.CompareTo(right) < 0;

    public static bool operator >(Stamp left, Stamp right) => left.CompareTo(right) > 0;

    public static bool operator <=(Stamp left, Stamp right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Stamp left, Stamp right) => left.CompareTo(right) >= 0;
}
