using System.Text.Json;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Reading;

namespace Freshet.Profiles.Tests.Freshness;

public sealed class ReadTraitTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly TraitDefinition Plan = new() { Name = "plan", Type = TraitType.String, MaxAge = TimeSpan.FromDays(1), Default = "\"free\"" };

    [Theory]
    [InlineData(null, 24, FreshnessState.Unknown)]
    [InlineData(24, 24, FreshnessState.Fresh)]
    [InlineData(25, 24, FreshnessState.Stale)]
    [InlineData(9999, null, FreshnessState.Fresh)]
    [InlineData(-1, 24, FreshnessState.Fresh)]
    public void Age_is_judged_against_the_promise(int? hoursAgo, int? maxHours, FreshnessState expected) =>
        TraitFreshness.Of(hoursAgo is { } ago ? Now.AddHours(-ago) : null, maxHours is { } max ? TimeSpan.FromHours(max) : null, Now).ShouldBe(expected);

    [Theory]
    [InlineData(OnStale.Serve, "\"gold\"", TraitOrigin.Observed, false, false)]
    [InlineData(OnStale.Default, "\"free\"", TraitOrigin.Default, false, false)]
    [InlineData(OnStale.Null, "null", TraitOrigin.Default, false, false)]
    [InlineData(OnStale.Refresh, "\"gold\"", TraitOrigin.Observed, false, true)]
    [InlineData(OnStale.Error, "null", TraitOrigin.Default, true, false)]
    public void A_stale_value_is_handled_as_the_reader_asked(OnStale onStale, string value, TraitOrigin origin, bool isRefused, bool needsRefresh)
    {
        var reading = ReadTrait.Decide(Plan, View("\"gold\"", hoursAgo: 48), ReadContract.None with { OnStale = onStale }, Now);

        (reading.Value.GetRawText(), reading.Origin, reading.IsRefused, reading.NeedsRefresh, reading.Freshness)
            .ShouldBe((value, origin, isRefused, needsRefresh, FreshnessState.Stale));
    }

    [Theory]
    [InlineData(OnStale.Null)]
    [InlineData(OnStale.Error)]
    [InlineData(OnStale.Default)]
    public void A_fresh_value_is_served_whatever_was_asked(OnStale onStale) =>
        ReadTrait.Decide(Plan, View("\"gold\"", hoursAgo: 1), ReadContract.None with { OnStale = onStale }, Now).Value.GetString().ShouldBe("gold");

    [Fact]
    public void The_readers_own_age_and_default_win()
    {
        var contract = new ReadContract(TimeSpan.FromMinutes(5), OnStale.Default, JsonElement.Parse("\"mine\""));

        ReadTrait.Decide(Plan, View("\"gold\"", hoursAgo: 1), contract, Now).Value.GetString().ShouldBe("mine");
        ReadTrait.Decide(Plan, null, contract, Now).Value.GetString().ShouldBe("mine");
    }

    [Theory]
    [InlineData(MissingPolicy.Default, 1, "\"free\"", TraitOrigin.Default)]
    [InlineData(MissingPolicy.Null, 1, "null", TraitOrigin.Observed)]
    [InlineData(MissingPolicy.Null, 48, "null", TraitOrigin.Observed)]
    public void A_null_that_was_sent_is_the_default_unless_the_trait_takes_it_for_a_value(MissingPolicy missing, int hoursAgo, string value, TraitOrigin origin)
    {
        var reading = ReadTrait.Decide(Plan with { Missing = missing }, View("null", hoursAgo), ReadContract.None, Now);

        (reading.Value.GetRawText(), reading.Origin).ShouldBe((value, origin));
        ReadTrait.Decide(Plan with { Missing = missing }, View("null", hoursAgo), ReadContract.None with { Default = JsonElement.Parse("1") }, Now).Value.GetRawText().ShouldBe("1");
        ReadTrait.Decide(Plan with { Missing = missing }, null, ReadContract.None, Now).Value.GetRawText().ShouldBe("\"free\"");
    }

    [Fact]
    public void What_is_not_known_or_was_cleared_is_the_default_and_no_error()
    {
        var asked = ReadContract.None with { OnStale = OnStale.Error };

        var unknown = ReadTrait.Decide(Plan, null, asked, Now);
        (unknown.Value.GetString(), unknown.Freshness, unknown.Origin, unknown.IsRefused).ShouldBe(("free", FreshnessState.Unknown, TraitOrigin.Default, false));

        var cleared = ReadTrait.Decide(Plan, View("null", hoursAgo: 1), asked, Now);
        (cleared.Value.GetString(), cleared.Freshness, cleared.Origin).ShouldBe(("free", FreshnessState.Fresh, TraitOrigin.Default));
    }

    [Fact]
    public void A_count_of_nothing_is_zero_and_another_unknown_trait_is_null()
    {
        var count = new TraitDefinition { Name = "orders", Type = TraitType.Integer, Computed = new() { Aggregate = Aggregate.Count, EventType = "order.completed" } };

        ReadTrait.Decide(count, null, ReadContract.None, Now).Value.GetRawText().ShouldBe("0");
        ReadTrait.Decide(Plan with { Default = null }, null, ReadContract.None, Now).Value.ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static TraitView View(string value, int hoursAgo) => new()
    {
        Value = JsonElement.Parse(value),
        ObservedAt = Now.AddHours(-hoursAgo),
        ReceivedAt = Now,
        Source = "crm",
        Event = Guid.Empty,
        Origin = TraitOrigin.Observed,
    };
}
