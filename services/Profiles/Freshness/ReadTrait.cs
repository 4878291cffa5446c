using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Freshness;

/// <summary>What a reader wants instead of a stale value.</summary>
public enum OnStale
{
    /// <summary>The value all the same.</summary>
    Serve = 0,

    /// <summary>The reader's default, else the dictionary's.</summary>
    Default = 1,
    Null = 2,

    /// <summary>The value now, and a newer one soon: <see cref="TraitReading.NeedsRefresh"/>.</summary>
    Refresh = 3,

    /// <summary>Nothing but an error.</summary>
    Error = 4,
}

/// <summary>A reader's contract with one trait.</summary>
/// <param name="MaxAge">Instead of the dictionary's.</param>
/// <param name="OnStale">What to do with a stale value.</param>
/// <param name="Default">Instead of the dictionary's; undefined: not given.</param>
public readonly record struct ReadContract(TimeSpan? MaxAge, OnStale OnStale, JsonElement Default)
{
    public static ReadContract None { get; }
}

/// <summary>What a reader gets.</summary>
public sealed record TraitReading
{
    /// <summary>JSON null if there is nothing.</summary>
    public required JsonElement Value { get; init; }

    public required FreshnessState Freshness { get; init; }

    /// <summary>Where the value comes from; <see cref="TraitOrigin.Default"/> also for a null that stands for "nothing known".</summary>
    public required TraitOrigin Origin { get; init; }

    /// <summary>The reader asked for an error instead of this stale value.</summary>
    public bool IsRefused { get; init; }

    /// <summary>The reader asked for a newer value.</summary>
    public bool NeedsRefresh { get; init; }
}

/// <summary>The freshness contract: what a reader gets of a trait, given what is known and what they asked for.</summary>
public static class ReadTrait
{
    /// <param name="trait">Its definition.</param>
    /// <param name="view">What the profile's document has; null if nothing.</param>
    /// <param name="contract">What the reader asked for.</param>
    /// <param name="now">The moment of reading.</param>
    public static TraitReading Decide(TraitDefinition trait, TraitView? view, ReadContract contract, DateTimeOffset now)
    {
        view = view?.InForceAt(trait, now);
        var value = WindowedTraits.ValueAt(view, trait, now);
        var freshness = TraitFreshness.Of(view, contract.MaxAge ?? trait.MaxAge, now);
        var isNothing = view is null || value.ValueKind == JsonValueKind.Undefined || (value.ValueKind == JsonValueKind.Null && !IsValue(trait, contract));
        if (freshness != FreshnessState.Stale)
        {
            return isNothing
                ? DefaultOf(trait, contract, freshness, value)
                : Known(value, view!, freshness);
        }

        return contract.OnStale switch
        {
            OnStale.Default => DefaultOf(trait, contract, freshness, default),
            OnStale.Null => new TraitReading { Value = Json.Null, Freshness = freshness, Origin = TraitOrigin.Default },
            OnStale.Error => new TraitReading { Value = Json.Null, Freshness = freshness, Origin = TraitOrigin.Default, IsRefused = true },
            _ => (isNothing ? DefaultOf(trait, contract, freshness, default) : Known(value, view!, freshness))
                with { NeedsRefresh = contract.OnStale == OnStale.Refresh },
        };
    }

    /// <summary>Whether a null that a sender wrote is what readers get. A reader's own default still stands in for it.</summary>
    private static bool IsValue(TraitDefinition trait, ReadContract contract) =>
        trait.Missing == MissingPolicy.Null && contract.Default.ValueKind == JsonValueKind.Undefined;

    private static TraitReading Known(JsonElement value, TraitView view, FreshnessState freshness) =>
        new() { Value = value, Freshness = freshness, Origin = view.Origin };

    /// <summary>The reader's default, else the dictionary's, else what a count of nothing is, else null.</summary>
    private static TraitReading DefaultOf(TraitDefinition trait, ReadContract contract, FreshnessState freshness, JsonElement ofNothing)
    {
        var value = contract.Default.ValueKind != JsonValueKind.Undefined ? contract.Default
            : trait.Default is { } text ? JsonElement.Parse(text)
            : ofNothing.ValueKind != JsonValueKind.Undefined ? ofNothing
            : Json.Null;
        return new() { Value = value, Freshness = freshness, Origin = TraitOrigin.Default };
    }
}
