using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Profiles;

/// <summary>How a reader wants one trait.</summary>
/// <param name="MaxAge">The age that the reader still takes; null: what the dictionary promises.</param>
/// <param name="OnStale">What to give when the value is older.</param>
/// <param name="Default">What to give when there is none: a value of the trait's CLR type, or null.</param>
public readonly record struct TraitRequest(TimeSpan? MaxAge, OnStale OnStale, object? Default);

/// <summary>What to answer for a trait.</summary>
public abstract record TraitReading
{
    private TraitReading()
    {
    }

    /// <summary>This value, of the trait's CLR type; null for none.</summary>
    public sealed record Value(object? Of) : TraitReading;

    /// <summary>Ask the database, then decide again with <see cref="OnStale.Serve"/>.</summary>
    public sealed record Refresh : TraitReading;

    /// <summary>A field error.</summary>
    public sealed record Stale(TimeSpan Age, TimeSpan MaxAge) : TraitReading;
}

/// <summary>Decides what a reader gets for one trait: the freshness contract in one place. Pure.</summary>
public static class ReadTrait
{
    public static TraitReading Decide(TraitDefinition definition, TraitView? view, DateTimeOffset now, TraitRequest request)
    {
        if (Current(definition, view, now) is not { } value)
        {
            return new TraitReading.Value(request.Default);
        }

        var maxAge = request.MaxAge ?? definition.MaxAge;
        if (FreshnessOf(view, maxAge, now) != Freshness.Stale)
        {
            return new TraitReading.Value(value);
        }

        return request.OnStale switch
        {
            OnStale.Serve => new TraitReading.Value(value),
            OnStale.Default => new TraitReading.Value(request.Default),
            OnStale.Null => new TraitReading.Value(null),
            OnStale.Refresh => new TraitReading.Refresh(),
            _ => new TraitReading.Stale(now - view!.ObservedAt, maxAge!.Value),
        };
    }

    /// <summary>Age counts from when the value was observed, not from when it reached us.</summary>
    public static Freshness FreshnessOf(TraitView? view, TimeSpan? maxAge, DateTimeOffset now) => view switch
    {
        null => Freshness.Unknown,
        _ when maxAge is { } limit && now - view.ObservedAt > limit => Freshness.Stale,
        _ => Freshness.Fresh,
    };

    /// <summary>The value now; null when there is none, or when it does not fit the type that the dictionary has today.</summary>
    public static object? Current(TraitDefinition definition, TraitView? view, DateTimeOffset now) =>
        view is null ? null : TraitValues.FromJson(definition.Type, CurrentJson(definition, view, now));

    /// <summary>The value now as JSON. A windowed trait changes by itself as days pass, so it is worked out when it is read.</summary>
    public static JsonElement CurrentJson(TraitDefinition definition, TraitView view, DateTimeOffset now) =>
        view.Days is null ? view.Value : WindowedTraits.ValueAt(view, definition, now);
}
