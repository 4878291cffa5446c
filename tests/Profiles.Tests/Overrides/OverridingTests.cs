using System.Text.Json;
using CsCheck;
using Freshet.Profiles.Events;
using Freshet.Profiles.Freshness;
using Freshet.Profiles.Overrides;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Tests.Applying;

namespace Freshet.Profiles.Tests.Overrides;

public sealed class OverridingTests
{
    private static readonly Gen<(ulong[] Events, uint[] Arrivals)> History = Gen.ULong.Array[1, 10].SelectMany(events =>
        Gen.UInt.Array[events.Length].Select(arrivals => (events, arrivals)));

    /// <summary>Setting is an act at a moment, so what came before and what came after it are shuffled each on their own; merges are among it.</summary>
    [Fact]
    public void With_overrides_the_order_of_arrival_does_not_matter_either() => Gen.Select(History, History, Gen.Int[0, 9], Gen.Int[0, 9]).Sample(
        (earlier, later, first, second) =>
        {
            CanonicalEvent[] before = [.. earlier.Events.Select(Histories.Event)];
            CanonicalEvent[] after = [.. later.Events.Select((number, i) => Histories.Event(number, i + 100))];
            TraitOverride[] set = [On(before[first % before.Length], 1), On(before[second % before.Length], 2)];

            var one = Run(before, earlier.Arrivals, set, after, later.Arrivals);
            var other = Run(before, [.. earlier.Arrivals.Select(arrival => ~arrival)], set, after, [.. later.Arrivals.Select(arrival => arrival * 7)]);

            var at = Histories.End + TimeSpan.FromDays(3);
            one.Visible(at).ShouldBe(other.Visible(at));
            one.ShouldBeConsistent();
            one.Visible(Expiry).ShouldNotContain("= 1002 @");
        },
        iter: 1_000);

    [Fact]
    public void What_changes_when_one_expires_is_told_once_by_the_clock_or_by_the_event_that_comes_first() => Gen.Select(History, Gen.Bool).Sample(
        (history, eventComesFirst) =>
        {
            CanonicalEvent[] events = [.. history.Events.Select(Histories.Event)];
            var world = new World(Histories.Traits, Histories.End);
            world.Apply(events);
            world.Override(On(events[0], 1) with { ExpiresAt = world.Now + TimeSpan.FromMinutes(30) });
            world.ShouldBeConsistent();

            world.Apply(eventComesFirst ? [Histories.Event(history.Events[0], 200)] : []);
            world.Expire();

            world.ShouldBeConsistent();
            world.Live.Sum(state => state.Overrides.Count).ShouldBe(0);
            world.Expire().States.ShouldBeEmpty();
        },
        iter: 500);

    [Fact]
    public void A_reader_leaves_out_what_has_expired_though_nobody_has_taken_it_off()
    {
        var trait = Histories.Traits.Find("max").ShouldNotBeNull();
        var @event = Histories.Event(1, 1);
        var below = new TraitView
        {
            Value = JsonElement.Parse("5"), ObservedAt = Histories.End, ReceivedAt = Histories.End, Source = "shop", Event = @event.EventId, Origin = TraitOrigin.Observed,
        };
        var view = below with { Value = JsonElement.Parse("7"), Origin = TraitOrigin.Override, Until = Histories.End.AddDays(9), Below = below };
        var strict = new ReadContract(TimeSpan.FromDays(1), OnStale.Null, default);

        var lasting = ReadTrait.Decide(trait, view, strict, Histories.End.AddDays(9).AddTicks(-1));
        var over = ReadTrait.Decide(trait, view, ReadContract.None, Histories.End.AddDays(9));

        lasting.ShouldSatisfyAllConditions(
            () => lasting.Value.GetInt32().ShouldBe(7), () => lasting.Origin.ShouldBe(TraitOrigin.Override), () => lasting.Freshness.ShouldBe(FreshnessState.Fresh));
        over.Value.GetInt32().ShouldBe(5);
        over.Origin.ShouldBe(TraitOrigin.Observed);
        ReadTrait.Decide(trait, view with { Below = null }, ReadContract.None, Histories.End.AddDays(9)).Freshness.ShouldBe(FreshnessState.Unknown);
    }

    private static DateTimeOffset Expiry => Histories.End.AddDays(60);

    private static TraitOverride On(CanonicalEvent @event, int number) => new(
        new Guid(number, 7, 7, [0, 0, 0, 0, 0, 0, 0, 0]), @event.Identities[0].Id, "max", JsonElement.Parse($"{1000 + number}"), "why", "who",
        Histories.End.AddMinutes(number), Expiry);

    private static World Run(CanonicalEvent[] before, uint[] earlier, TraitOverride[] set, CanonicalEvent[] after, uint[] later)
    {
        var world = new World(Histories.Traits, Histories.End);
        Arrive(world, before, earlier);
        Array.ForEach(set, one => world.Override(one));
        Arrive(world, after, later);
        return world;
    }

    private static void Arrive(World world, CanonicalEvent[] events, uint[] arrivals)
    {
        foreach (var batch in events.Zip(arrivals).OrderBy(pair => pair.Second).Select(pair => pair.First).Chunk(1 + (int)(arrivals[0] % 3)))
        {
            world.Apply(batch);
        }
    }
}
