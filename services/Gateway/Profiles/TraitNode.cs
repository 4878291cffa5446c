using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Profiles;

/// <summary>One trait with where its value comes from and how old it is.</summary>
/// <param name="name">Its name in the dictionary.</param>
/// <param name="definition">Null when the dictionary dropped the trait and the profile still has it.</param>
/// <param name="view">Null when nothing was ever observed.</param>
/// <param name="now">The instant at which age is counted.</param>
public sealed class TraitNode(string name, TraitDefinition? definition, TraitView? view, DateTimeOffset now)
{
    private readonly TraitReading? reading = definition is null ? null : ReadTrait.Decide(definition, view, ReadContract.None, now);

    public string Name => name;

    public JsonElement Value => reading?.Value ?? view!.Value;

    public DateTimeOffset? ObservedAt => view?.ObservedAt;

    public DateTimeOffset? ReceivedAt => view?.ReceivedAt;

    public string? Source => view?.Source;

    public Guid? Event => view?.Event;

    public TraitOrigin Origin => reading?.Origin ?? view!.Origin;

    public FreshnessState Freshness => reading?.Freshness ?? FreshnessState.Fresh;
}
