using System.Buffers;
using System.Text;
using System.Text.Json;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Reading;

/// <summary>A profile's state as readers see it: the combination of what its subjects hold, trait by trait of the dictionary.</summary>
public static class ProfileView
{
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? plain;

    /// <param name="state">What is stored.</param>
    /// <param name="traits">The dictionary.</param>
    /// <param name="now">The moment at which windows are cut.</param>
    /// <param name="overriddenAt">The moment whose overrides are in force; default: now.</param>
    public static ProfileDocument Build(ProfileState state, TraitDictionary traits, DateTimeOffset now, DateTimeOffset? overriddenAt = null)
    {
        var views = new Dictionary<string, TraitView>(traits.Traits.Count);
        foreach (var trait in traits.Traits)
        {
            var rule = traits.RuleOf(trait);
            if (Combined(state, trait.Name, rule) is { } combined && TraitViews.Of(rule, trait, combined, now) is { } view)
            {
                views.Add(trait.Name, view);
            }
        }

        if (state.Overrides.Count > 0)
        {
            Overriding.Lay(views, state.Overrides, traits, overriddenAt ?? now);
        }

        return new ProfileDocument
        {
            Id = state.ProfileId,
            Version = state.Version,
            CreatedAt = state.CreatedAt,
            UpdatedAt = state.UpdatedAt,
            Traits = views,
            Identities = Identities(state),
            Overrides = Overriding.Views(state.Overrides, overriddenAt ?? now),
        };
    }

    /// <summary>The traits that may be stored readable: a JSON object of values by name. Personal traits are left out, and so are windowed ones, whose
    /// value changes without a write.</summary>
    public static string Plain(ProfileDocument document, TraitDictionary traits)
    {
        var (buffer, writer) = plain ??= NewWriter();
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        foreach (var trait in traits.Traits)
        {
            if (!trait.IsPersonal && document.Traits.TryGetValue(trait.Name, out var view) && !Json.IsAbsent(view.Value))
            {
                writer.WritePropertyName(trait.Name);
                view.Value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The identity that readers see first. A stored profile has one.</summary>
    internal static KnownIdentity Strongest(ProfileState state)
    {
        var first = Identities(state)[0];
        return state.Identities.First(identity => identity.Namespace == first.Namespace && identity.Value == first.Value);
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) NewWriter()
    {
        var buffer = new ArrayBufferWriter<byte>();
        return (buffer, new Utf8JsonWriter(buffer));
    }

    private static IdentityView[] Identities(ProfileState state)
    {
        var views = new IdentityView[state.Identities.Count];
        for (var i = 0; i < views.Length; i++)
        {
            var identity = state.Identities[i];
            views[i] = new IdentityView(identity.Namespace, identity.Value, identity.First.OccurredAt, identity.LastSeenAt, identity.First.SourceId);
        }

        Array.Sort(views, Order);
        return views;
    }

    private static int Order(IdentityView one, IdentityView other)
    {
        var byStrength = IdentityNamespaces.Strength(one.Namespace).CompareTo(IdentityNamespaces.Strength(other.Namespace));
        var byNamespace = byStrength != 0 ? byStrength : string.CompareOrdinal(one.Namespace, other.Namespace);
        var byTime = byNamespace != 0 ? byNamespace : one.FirstSeenAt.CompareTo(other.FirstSeenAt);
        return byTime != 0 ? byTime : string.CompareOrdinal(one.Value, other.Value);
    }

    /// <summary>What all subjects together hold of one trait; null if nothing. The same object as long as only one subject holds any.</summary>
    internal static TraitState? Combined(ProfileState state, string trait, TraitRule rule)
    {
        TraitState? combined = null;
        for (var i = 0; i < state.Subjects.Count; i++)
        {
            if (state.Subjects[i].Traits.Find(trait) is { } own)
            {
                combined = TraitStates.Combine(rule, combined, own);
            }
        }

        return combined;
    }
}
