using System.Text.Json;
using Freshet.Profiles.Events;

namespace Freshet.Profiles.Mapping.Scripts;

/// <summary>What a script returned, as a reading: <c>{at, identities, traits, properties}</c>.</summary>
internal static class ScriptReading
{
    public static EventReading Of(JsonElement result, JsonElement body, string type, bool isAlias, Evaluation run, Place place)
    {
        var at = Members.Find(result, "at"u8);
        var occurredAt = run.Raw.ReceivedAt;
        if (at.ValueKind != JsonValueKind.Undefined && !Instants.TryRead(at, out occurredAt))
        {
            throw new MappingFailure("mapping.date", "the script returns an 'at' that is no time since 1970; return RFC 3339 text or milliseconds", place);
        }

        var identities = Members.Find(result, "identities"u8);
        if (identities.ValueKind != JsonValueKind.Object)
        {
            throw new MappingFailure("script.result", "the script returns no 'identities'; return an object of them, like { email: event.email }", place);
        }

        var traits = Members.Find(result, "traits"u8);
        return new EventReading
        {
            Type = type,
            OccurredAt = occurredAt,
            Body = body,
            IsAlias = isAlias,
            Identities = CompiledRule.Identities(identities),
            TraitSources = traits.ValueKind == JsonValueKind.Object ? [traits] : [],
            Properties = Members.Find(result, "properties"u8),
        };
    }
}
