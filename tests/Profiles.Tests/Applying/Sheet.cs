using System.Globalization;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Reading;

namespace Freshet.Profiles.Tests.Applying;

/// <summary>Profiles as text, one line per fact, so that a difference is easy to read.</summary>
internal static class Sheet
{
    public static string Of(IEnumerable<string> profiles) => string.Join("\n--\n", profiles.Order(StringComparer.Ordinal));

    public static string Of(ProfileDocument document, TraitDictionary traits, DateTimeOffset at) => Of(
        document.Identities.Select(identity => Identity(identity.Namespace, identity.Value, identity.FirstSeenAt, identity.LastSeenAt, identity.Source)),
        traits.Traits.Where(trait => document.Traits.ContainsKey(trait.Name)).Select(trait => (trait, view: document.Traits[trait.Name])).Select(entry => Trait(
            entry.trait.Name,
            WindowedTraits.ValueAt(entry.view, entry.trait, at) is { ValueKind: not System.Text.Json.JsonValueKind.Undefined } value ? value.GetRawText() : "",
            entry.view.ObservedAt,
            entry.view.Source,
            entry.view.Event)));

    public static string Of(IEnumerable<string> identities, IEnumerable<string> traits) =>
        string.Join('\n', [.. identities.Order(StringComparer.Ordinal), .. traits.Order(StringComparer.Ordinal)]);

    public static string Identity(string identityNamespace, string value, DateTimeOffset first, DateTimeOffset last, string source) =>
        $"{identityNamespace}:{value} {Time(first)} {Time(last)} {source}";

    public static string Trait(string name, string value, DateTimeOffset observedAt, string source, Guid @event) =>
        $"{name} = {value} @ {Time(observedAt)} {source} {@event}";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture);
}
