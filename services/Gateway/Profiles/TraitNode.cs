using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Profiles;

/// <summary>One trait with where its value comes from and how old it is.</summary>
/// <param name="name">Its name in the dictionary.</param>
/// <param name="definition">Null when the dictionary dropped the trait and the profile still has it.</param>
/// <param name="view">Null when nothing was ever observed.</param>
/// <param name="now">The instant at which age is counted.</param>
public sealed class TraitNode(string name, TraitDefinition? definition, TraitView? view, DateTimeOffset now)
{
    public string Name => name;

    public JsonElement Value => view is null ? Default : definition is null ? view.Value : ReadTrait.CurrentJson(definition, view, now);

    public DateTimeOffset? ObservedAt => view?.ObservedAt;

    public DateTimeOffset? ReceivedAt => view?.ReceivedAt;

    public string? Source => view?.Source;

    public Guid? Event => view?.Event;

    /// <summary>Null when there is neither an observation nor a default.</summary>
    public TraitOrigin? Origin => view?.Origin ?? (Default.ValueKind == JsonValueKind.Undefined ? null : TraitOrigin.Default);

    public Freshness Freshness => ReadTrait.FreshnessOf(view, definition?.MaxAge, now);

    private JsonElement Default => definition is null ? default : TraitValues.DefaultJson(definition);
}
