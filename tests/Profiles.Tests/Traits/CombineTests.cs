using System.Text.Json;
using CsCheck;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Tests.Applying;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Tests.Traits;

/// <summary>The laws that everything else stands on, for every policy and every aggregate of the test dictionary.</summary>
public sealed class CombineTests
{
    public static TheoryData<string> Traits => [.. Histories.Traits.Traits.Select(trait => trait.Name)];

    [Theory]
    [MemberData(nameof(Traits))]
    public void Combining_commutes_and_associates(string name)
    {
        var (trait, rule) = Find(name);
        Gen.Select(States(trait, rule), States(trait, rule), States(trait, rule)).Sample(
            (a, b, c) =>
            {
                Text(Combine(rule, a, b)).ShouldBe(Text(Combine(rule, b, a)));
                Text(Combine(rule, Combine(rule, a, b), c)).ShouldBe(Text(Combine(rule, a, Combine(rule, b, c))));
                Text(Combine(rule, a, null)).ShouldBe(Text(a));
            },
            iter: 200);
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("first")]
    [InlineData("max")]
    [InlineData("min")]
    [InlineData("union")]
    [InlineData("priority")]
    [InlineData("smallest_7d")]
    [InlineData("last_amount_30d")]
    [InlineData("different_7d")]
    public void Winners_and_sets_are_idempotent(string name)
    {
        var (trait, rule) = Find(name);
        States(trait, rule).Sample(state => Text(Combine(rule, state, state)).ShouldBe(Text(state)), iter: 200);
    }

    [Fact]
    public void Pruning_keeps_every_day_that_a_reader_can_see()
    {
        var (trait, rule) = Find("orders_7d");
        Gen.Select(States(trait, rule), Gen.Int[0, 60]).Sample(
            (state, days) =>
            {
                var now = Histories.Start + TimeSpan.FromDays(days);
                var first = Days.FirstOfWindow(7, now);

                var kept = state is null ? null : TraitStates.Prune(rule, state, now);

                Seen(kept, first).ShouldBe(Seen(state, first));
                (kept?.Cells.Count ?? 0).ShouldBe(state?.Cells.Count(cell => Days.Parse(cell.Key!) >= first - TraitStates.SlackDays) ?? 0);
            },
            iter: 500);
    }

    [Fact]
    public void A_changed_policy_keeps_what_has_the_same_shape_and_starts_over_where_it_has_not()
    {
        var latest = new TraitDefinition { Name = "x", Type = TraitType.Integer };
        var stamp = new Stamp(Histories.Start, Guid.CreateVersion7(), "crm", Histories.Start);
        var state = Observation.OfValue(TraitRule.Of(latest), JsonElement.Parse("5"), stamp);

        var max = TraitRule.Of(latest with { Policy = TraitPolicy.Max });
        TraitStates.Combine(max, state, Observation.OfValue(max, JsonElement.Parse("3"), stamp))!.Cells[0].Value.GetInt32().ShouldBe(5);

        var sum = TraitRule.Of(latest with { Policy = TraitPolicy.Sum });
        TraitStates.Combine(sum, state, Observation.OfValue(sum, JsonElement.Parse("3"), stamp))!.Cells[0].Total.ShouldBe("3");
    }

    private static string Seen(TraitState? state, int first) =>
        string.Join(' ', (state?.Cells ?? []).Where(cell => Days.Parse(cell.Key!) >= first).Select(cell => $"{cell.Key}:{cell.Count}"));

    private static (TraitDefinition Trait, TraitRule Rule) Find(string name) =>
        (Histories.Traits.Find(name)!, Histories.Traits.RuleOf(Histories.Traits.Find(name)!));

    private static TraitState? Combine(TraitRule rule, TraitState? left, TraitState? right) => TraitStates.Combine(rule, left, right);

    private static string Text(TraitState? state) => JsonSerializer.Serialize(state);

    /// <summary>What some random events come to. An event id stands for one event, so it is made from the same number.</summary>
    private static Gen<TraitState?> States(TraitDefinition trait, TraitRule rule) => Gen.ULong.Array[0, 6].Select(numbers =>
        numbers.Select(AnEvent).Select(@event => trait.Computed is not null
                ? @event.Type == trait.Computed.EventType ? Observation.OfEvent(rule, trait, @event, Observation.StampOf(@event), out _) : null
                : @event.Traits.TryGetValue(trait.Name, out var value) ? Observation.OfValue(rule, value, Observation.StampOf(@event)) : null)
            .Aggregate((TraitState?)null, (left, right) => TraitStates.Combine(rule, left, right)));

    private static CanonicalEvent AnEvent(ulong number) =>
        Histories.Event(number, 0) with { EventId = EventIds.From("test", number.ToString(System.Globalization.CultureInfo.InvariantCulture)) };
}
