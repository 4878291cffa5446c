using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Profiles;

/// <summary>A profile in an answer: one document, read once, judged at one instant.</summary>
/// <param name="document">What the read side gave.</param>
/// <param name="now">The instant at which ages are counted, the same for every field of the answer.</param>
public sealed class ProfileNode(ProfileDocument document, DateTimeOffset now)
{
    public Guid Id => document.Id;

    public long Version => document.Version;

    public DateTimeOffset UpdatedAt => document.UpdatedAt;

    public IReadOnlyList<IdentityView> Identities => document.Identities;

    /// <summary>A typed field of <c>traits</c>.</summary>
    public TraitReading Read(TraitDefinition definition, TraitRequest request) =>
        ReadTrait.Decide(definition, document.Traits.GetValueOrDefault(definition.Name), now, request);

    /// <summary>Any trait with its provenance; null when neither the dictionary nor the profile knows the name.</summary>
    public TraitNode? Trait(string name, TraitDictionary dictionary)
    {
        var definition = dictionary.Find(name);
        var view = document.Traits.GetValueOrDefault(name);
        return definition is null && view is null ? null : new TraitNode(name, definition, view, now);
    }
}
