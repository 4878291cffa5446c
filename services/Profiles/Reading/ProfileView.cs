using System.Buffers;
using System.Text;
using System.Text.Json;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Reading;

/// <summary>A profile's state as readers see it: the combination of what its subjects hold, trait by trait of the dictionary.</summary>
public static class ProfileView
{
    public static ProfileDocument Build(ProfileState state, TraitDictionary traits, DateTimeOffset now)
    {
        var views = new Dictionary<string, TraitView>();
        foreach (var trait in traits.Traits)
        {
            var rule = traits.RuleOf(trait);
            if (Combined(state, trait.Name, rule) is { } combined && TraitViews.Of(rule, trait, combined, now) is { } view)
            {
                views.Add(trait.Name, view);
            }
        }

        return new ProfileDocument
        {
            Id = state.ProfileId,
            Version = state.Version,
            CreatedAt = state.CreatedAt,
            UpdatedAt = state.UpdatedAt,
            Traits = views,
            Identities =
            [
                .. state.Identities
                    .OrderBy(identity => IdentityNamespaces.Strength(identity.Namespace))
                    .ThenBy(identity => identity.Namespace, StringComparer.Ordinal)
                    .ThenBy(identity => identity.First.OccurredAt)
                    .ThenBy(identity => identity.Value, StringComparer.Ordinal)
                    .Select(identity => new IdentityView(
                        identity.Namespace, identity.Value, identity.First.OccurredAt, identity.LastSeenAt, identity.First.SourceId)),
            ],
        };
    }

    /// <summary>The traits that may be stored readable: a JSON object of values by name. Personal traits are left out, and so are windowed ones, whose
    /// value changes without a write.</summary>
    public static string Plain(ProfileDocument document, TraitDictionary traits)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var trait in traits.Traits.Where(trait => !trait.IsPersonal))
            {
                if (document.Traits.TryGetValue(trait.Name, out var view) && !Json.IsAbsent(view.Value))
                {
                    writer.WritePropertyName(trait.Name);
                    view.Value.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>What all subjects together hold of one trait; null if nothing. The same object as long as only one subject holds any.</summary>
    internal static TraitState? Combined(ProfileState state, string trait, TraitRule rule)
    {
        TraitState? combined = null;
        foreach (var subject in state.Subjects)
        {
            if (subject.Traits.TryGetValue(trait, out var own))
            {
                combined = TraitStates.Combine(rule, combined, own);
            }
        }

        return combined;
    }
}
