using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Tests.Applying;
using Freshet.Testing.Drivers;

namespace Freshet.Chaos.Checking;

/// <summary>The profiles of a group of people as any reader gets them from the gateway, in the words of the reference fold.</summary>
internal sealed class ProfileSheets(GraphQLClient gateway, TraitDictionary traits)
{
    private readonly string query = Query(traits);

    /// <summary>Every profile that one of the identities leads to.</summary>
    public async Task<string> ReadAsync(IEnumerable<IdentityKey> identities, CancellationToken ct)
    {
        var profiles = new Dictionary<string, string>();
        foreach (var identity in identities)
        {
            var data = await gateway.QueryAsync(query, new { by = KeyOf(identity) }, ct);
            if (data.GetProperty("profile") is { ValueKind: JsonValueKind.Object } profile)
            {
                profiles[profile.GetProperty("id").GetString()!] = SheetOf(profile);
            }
        }

        return Sheet.Of(profiles.Values);
    }

    private static Dictionary<string, string> KeyOf(IdentityKey identity) => new()
    {
        [identity.Namespace switch { IdentityNamespaces.UserId => "userId", IdentityNamespaces.Email => "email", _ => "anonymousId" }] = identity.Value,
    };

    private string SheetOf(JsonElement profile) => Sheet.Of(
        profile.GetProperty("identities").EnumerateArray().Select(identity => Sheet.Identity(
            Text(identity, "namespace"), Text(identity, "value"), Time(identity, "firstSeenAt"), Time(identity, "lastSeenAt"), Text(identity, "source"))),
        traits.Traits.Select((trait, number) => profile.GetProperty($"t{number}"))
            .Where(trait => trait.ValueKind == JsonValueKind.Object && Text(trait, "origin") != "DEFAULT")
            .Select(trait => Sheet.Trait(
                Text(trait, "name"), trait.GetProperty("value").GetRawText(), Time(trait, "observedAt"), Text(trait, "source"), Guid.Parse(Text(trait, "event")))));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static DateTimeOffset Time(JsonElement element, string name) => element.GetProperty(name).GetDateTimeOffset();

    private static string Query(TraitDictionary traits) =>
        $$"""
        query($by: ProfileKey!) {
          profile(by: $by) {
            id identities { namespace value firstSeenAt lastSeenAt source }
            {{string.Join(' ', traits.Traits.Select((trait, number) => $$"""t{{number}}: trait(name: "{{trait.Name}}") { name value observedAt source event origin }"""))}}
          }
        }
        """;
}
