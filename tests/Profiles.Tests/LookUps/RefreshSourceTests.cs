using Freshet.Profiles.Dictionary;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sources;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Tests.LookUps;

public sealed class RefreshSourceTests
{
    private static readonly Dictionary<string, Source> Sources = new()
    {
        ["crm"] = Named("crm", canBeAsked: true),
        ["shop"] = Named("shop", canBeAsked: true),
        ["web"] = Named("web", canBeAsked: false),
        ["old"] = Named("old", canBeAsked: true) with { IsEnabled = false },
    };

    [Theory]
    [InlineData(null, "crm", "", "crm")]
    [InlineData("shop", "crm", "", "shop")]
    [InlineData("web", "crm", "crm", null)]
    [InlineData("gone", "crm", "", null)]
    [InlineData(null, "web", "", null)]
    [InlineData(null, "web", "old,gone,shop,crm", "shop")]
    [InlineData(null, "old", "", null)]
    [InlineData(null, null, "crm", "crm")]
    public void The_named_source_is_asked_else_that_of_the_value_else_the_most_trusted(string? refreshFrom, string? from, string priority, string? expected)
    {
        var trait = new TraitDefinition
        {
            Name = "plan", Type = TraitType.String, RefreshFrom = refreshFrom, SourcePriority = priority.Split(',', StringSplitOptions.RemoveEmptyEntries),
        };

        RefreshSource.Decide(trait, ViewFrom(from), Sources)?.Id.ShouldBe(expected);
        (RefreshSource.Decide(trait, ViewFrom(from), Sources) is null).ShouldBe(expected is null);
    }

    [Fact]
    public void A_computed_trait_is_asked_of_nobody()
    {
        var trait = new TraitDefinition { Name = "orders", Type = TraitType.Integer, Computed = new Computation { Aggregate = Aggregate.Count, EventType = "order.completed" } };

        RefreshSource.Decide(trait, ViewFrom("crm"), Sources).ShouldBeNull();
    }

    private static TraitView? ViewFrom(string? source) => source is null ? null : new TraitView
    {
        Value = Json.Text("pro"), Source = source, Event = Guid.Empty, ObservedAt = default, ReceivedAt = default, Origin = TraitOrigin.Observed,
    };

    private static Source Named(string id, bool canBeAsked) => new()
    {
        Id = id, Name = id, Kind = SourceKind.StandardWebhooks, LookUp = canBeAsked ? new LookUpSettings { Url = "https://x.test/{email}", MappingName = "x" } : null,
    };
}
