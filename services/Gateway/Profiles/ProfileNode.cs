using Freshet.Gateway.Execution.Errors;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Profiles;

/// <summary>A profile in an answer: one document, read once, judged at one instant.</summary>
/// <param name="document">What the read side gave.</param>
/// <param name="now">The instant at which ages are counted, the same for every field of the answer.</param>
public sealed class ProfileNode(ProfileDocument document, DateTimeOffset now)
{
    public Guid Id => document.Id;

    internal ProfileDocument Document => document;

    public long Version => document.Version;

    public DateTimeOffset UpdatedAt => document.UpdatedAt;

    public IReadOnlyList<IdentityView> Identities => document.Identities;

    /// <summary>Values that people set, and that have not expired.</summary>
    public IReadOnlyList<OverrideView> Overrides => [.. (document.Overrides ?? []).Where(one => one.ExpiresAt > now)];

    /// <summary>A typed field of <c>traits</c>.</summary>
    /// <exception cref="RefusalException">The value is stale, and the reader wants an error then.</exception>
    public TraitReading Read(TraitDefinition trait, ReadContract contract)
    {
        var view = document.Traits.GetValueOrDefault(trait.Name)?.InForceAt(trait, now);
        var reading = ReadTrait.Decide(trait, view, contract, now);
        return reading.IsRefused ? throw Stale(trait, now - view!.ObservedAt, contract.MaxAge ?? trait.MaxAge!.Value) : reading;
    }

    /// <summary>Any trait with its provenance; null when neither the dictionary nor the profile knows the name.</summary>
    public TraitNode? Trait(string name, TraitDictionary dictionary)
    {
        var definition = dictionary.Find(name);
        var view = document.Traits.GetValueOrDefault(name)?.InForceAt(definition, now);
        return definition is null && view is null ? null : new TraitNode(name, definition, view, now);
    }

    private static RefusalException Stale(TraitDefinition trait, TimeSpan age, TimeSpan maxAge) => new(
        GatewayErrorCodes.TraitStale,
        $"Trait '{trait.Name}' was observed {Durations.Words(age)} ago; the oldest you take is {Durations.Words(maxAge)}. "
            + "Ask with another onStale, or with a longer maxAge.");
}
