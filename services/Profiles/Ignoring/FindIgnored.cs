using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.Ignoring;

/// <summary>A field that was found in an event, by its shown name.</summary>
public readonly record struct FoundField(string Path, FieldForm Form);

/// <summary>
/// Which fields of an event nobody takes: no trait of the dictionary, no identity, no path of the source, no computed trait, no enrichment. Pure.
/// Looked at are the places where traits are looked for: of webhooks <c>data</c> and what lies within, of tracking calls their <c>traits</c>, of
/// other senders what their mapping or protocol gives as traits, and of a mapped body what the mapping does not look at, under <c>$</c>.
/// </summary>
internal sealed class FindIgnored
{
    private const int MaxDepth = 4;
    private const int MaxFields = 200;

    private readonly TraitDictionary traits;
    private IReadOnlyList<string> taken;
    private readonly List<FoundField> found = [];

    private FindIgnored(TraitDictionary traits, IReadOnlyList<string> taken)
    {
        this.traits = traits;
        this.taken = taken;
    }

    /// <returns>The event's type and its ignored fields; null: it cannot be read, or is our own question's answer.</returns>
    public static (string Type, IReadOnlyList<FoundField> Fields)? Of(RawEvent raw, Source source, Workspace workspace)
    {
        if (raw.Format == RawEventFormat.LookUp || LoneSurrogates.AreIn(raw.Body.Span) || !Members.TryParse(raw.Body.Span, out var body)
            || ReadEvent.ReadingOf(raw, source, body) is not { Refusal: null } reading)
        {
            return null;
        }

        var isWebhook = source.Mapping is null && raw.Format == RawEventFormat.Webhook;
        var root = isWebhook ? "data" : source.Mapping is null && raw.Format == RawEventFormat.Tracking ? "traits" : "";
        var search = new FindIgnored(workspace.Traits, PathsTaken(source, workspace, reading.Type, root));
        if (isWebhook)
        {
            search.Walk(reading.Properties, root, root, isPlace: true);
        }
        else
        {
            foreach (var place in reading.TraitSources.Concat(reading.FirstTraitSources))
            {
                search.Walk(place, root, root, isPlace: true);
            }
        }

        search.WalkUnread(source, reading.Type, body);
        return (FieldNames.Shown(reading.Type), search.found);
    }

    private void WalkUnread(Source source, string type, JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Object && source.Mapping?.Active.Reads.For(type) is { } read && !read.Contains(PathsRead.Whole))
        {
            taken = [.. read.Select(path => Join(PathsRead.Whole, path))];
            Walk(body, PathsRead.Whole, PathsRead.Whole, isPlace: false);
        }
    }

    private static List<string> PathsTaken(Source source, Workspace workspace, string type, string root)
    {
        var computed = workspace.Traits.Computed.GetValueOrDefault(type) ?? [];
        return
        [
            .. source.TraitPaths.Values,
            .. source.IdentityPaths.Values,
            .. computed.Select(trait => trait.Computed!.Property).OfType<string>().Select(property => Join(root, property)),
            .. workspace.Enrichments.Select(enrichment => enrichment.KeyProperty).OfType<string>().Select(property => Join(root, property)),
        ];
    }

    /// <param name="place">An object.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="shown">The same, without names that look personal.</param>
    /// <param name="isPlace">Whether traits and identities are looked for among its members.</param>
    /// <param name="depth">How many objects it lies in.</param>
    private void Walk(JsonElement place, string path, string shown, bool isPlace, int depth = 1)
    {
        foreach (var member in place.EnumerateObject())
        {
            var at = Join(path, member.Name);
            if ((isPlace && (traits.FindMember(member) is not null || IsIdentity(path, member.Name))) || IsTaken(at, member.Value.ValueKind == JsonValueKind.Array))
            {
                continue;
            }

            if (member.Value.ValueKind == JsonValueKind.Object && depth < MaxDepth && member.Value.GetPropertyCount() > 0)
            {
                Walk(member.Value, at, Join(shown, FieldNames.Shown(member.Name)), isPlace && path == "data" && IsPerson(member.Name), depth + 1);
            }
            else if (found.Count < MaxFields)
            {
                found.Add(new FoundField(Join(shown, FieldNames.Shown(member.Name)), FieldForm.Of(member.Value)));
            }
        }
    }

    private bool IsTaken(string at, bool isList)
    {
        foreach (var path in taken)
        {
            // Of a list that is read by index, everything counts as read.
            if (path == at || IsWithin(at, path) || (isList && IsWithin(path, at)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWithin(string path, string whole) =>
        path.Length > whole.Length && path[whole.Length] == '.' && path.StartsWith(whole, StringComparison.Ordinal);

    private static bool IsPerson(string name) => name is "traits" or "customer" or "user" or "profile" or "contact";

    private static bool IsIdentity(string path, string name) =>
        name is IdentityNamespaces.UserId or "userId" or IdentityNamespaces.Email or IdentityNamespaces.Phone or IdentityNamespaces.AnonymousId or "anonymousId"
            or "external_ids" or "externalIds"
        || (name == "id" && path.StartsWith("data.", StringComparison.Ordinal));

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
