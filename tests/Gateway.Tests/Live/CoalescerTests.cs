using System.Text.Json;
using CsCheck;
using Freshet.Gateway.Live;
using Freshet.Profiles.Reading;

namespace Freshet.Gateway.Tests.Live;

public sealed class CoalescerTests
{
    private static readonly Guid Ann = Guid.CreateVersion7();
    private static readonly Guid Bob = Guid.CreateVersion7();

    [Fact]
    public void The_latest_state_of_a_profile_wins_and_says_how_many_changes_it_holds()
    {
        var coalescer = new Coalescer(10, StreamPlace.Beginning);
        coalescer.Offer(At(1), Ann, 1, [Change("plan", 0, 1)]);
        coalescer.Offer(At(2), Ann, 2, [Change("plan", 1, 2), Change("cart", 0, 7)]);
        coalescer.Offer(At(3), Ann, 3, [Change("plan", 2, 3)]);

        coalescer.TryTake(out var item).ShouldBeTrue();

        item.Version.ShouldBe(3);
        item.Conflated.ShouldBe(2);
        item.Cursor.ShouldBe(At(3));
        var plan = item.Changes.Single(change => change.Name == "plan");
        plan.Before.GetInt64().ShouldBe(0);
        plan.After.GetInt64().ShouldBe(3);
        item.Changes.Single(change => change.Name == "cart").After.GetInt64().ShouldBe(7);
        coalescer.TryTake(out _).ShouldBeFalse();
    }

    [Fact]
    public void A_change_that_was_overtaken_on_its_way_does_not_win()
    {
        var coalescer = new Coalescer(10, StreamPlace.Beginning);
        coalescer.Offer(At(1), Ann, 2, [Change("plan", 1, 2)]);
        coalescer.Offer(At(2), Ann, 1, [Change("plan", 0, 1)]);

        coalescer.TryTake(out var item).ShouldBeTrue();

        item.Version.ShouldBe(2);
        item.Changes.Single().Before.GetInt64().ShouldBe(0);
        item.Changes.Single().After.GetInt64().ShouldBe(2);
    }

    [Fact]
    public void Every_trait_goes_from_before_its_first_change_to_after_its_last_in_whatever_order_they_come() =>
        Gen.Int[0, 20].HashSet[0, 20].Array[1, 6].SelectMany(changes => Gen.Shuffle(changes.Select((names, at) => (Version: at + 1, Names: names)).ToArray())).Sample(changes =>
        {
            var coalescer = new Coalescer(1, StreamPlace.Beginning);
            foreach (var (change, index) in changes.Select((change, index) => (change, index)))
            {
                coalescer.Offer(At(index + 1), Ann, change.Version, [.. change.Names.Select(name => Change($"t{name}", change.Version - 1, change.Version))]);
            }

            coalescer.TryTake(out var item).ShouldBeTrue();

            var expected = changes.SelectMany(change => change.Names.Select(name => (Name: $"t{name}", change.Version))).GroupBy(pair => pair.Name)
                .Select(group => (group.Key, (long)group.Min(pair => pair.Version) - 1, (long)group.Max(pair => pair.Version)));
            item.Changes.Select(change => (change.Name, change.Before.GetInt64(), change.After.GetInt64())).ShouldBe(expected, ignoreOrder: true);
            item.Conflated.ShouldBe(changes.Length - 1);
        });

    [Fact]
    public void The_cursor_never_passes_a_change_that_still_waits()
    {
        var coalescer = new Coalescer(10, StreamPlace.Beginning);
        coalescer.Offer(At(1), Ann, 1, []);
        coalescer.Offer(At(2), Bob, 1, []);
        coalescer.Offer(At(3), Ann, 2, []);

        coalescer.TryTake(out var ann).ShouldBeTrue();
        coalescer.TryTake(out var bob).ShouldBeTrue();

        ann.Cursor.ShouldBe(At(1));
        bob.Cursor.ShouldBe(At(3));
    }

    [Fact]
    public void It_refuses_another_profile_when_it_is_full_but_never_a_newer_state_of_a_waiting_one()
    {
        var coalescer = new Coalescer(1, StreamPlace.Beginning);

        coalescer.Offer(At(1), Ann, 1, []).ShouldBeTrue();
        coalescer.Offer(At(2), Bob, 1, []).ShouldBeFalse();

        coalescer.Position.ShouldBe(At(1));
        coalescer.Offer(At(2), Ann, 2, []).ShouldBeTrue();
        coalescer.Count.ShouldBe(1);
    }

    [Fact]
    public void Every_change_is_in_exactly_one_item_and_cursors_only_grow() =>
        Gen.Int[0, 4].Array[0, 60].Sample(steps =>
        {
            // 0 takes an item, any other number changes that profile.
            var profiles = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToArray();
            var coalescer = new Coalescer(100, StreamPlace.Beginning);
            var items = new List<LiveChange>();
            foreach (var (step, index) in steps.Select((step, index) => (step, index)))
            {
                if (step == 0)
                {
                    if (coalescer.TryTake(out var item))
                    {
                        items.Add(item);
                    }
                }
                else
                {
                    coalescer.Offer(At(index + 1), profiles[step], index, []);
                }
            }

            while (coalescer.TryTake(out var rest))
            {
                items.Add(rest);
            }

            items.Sum(item => 1 + item.Conflated).ShouldBe(steps.Count(step => step != 0));
            items.Zip(items.Skip(1)).ShouldAllBe(pair => pair.First.Cursor <= pair.Second.Cursor);
        });

    private static StreamPlace At(int place) => new((ulong)place, 0);

    private static TraitChange Change(string name, long before, long after) =>
        new(name, JsonSerializer.SerializeToElement(before), JsonSerializer.SerializeToElement(after), "demo", Guid.Empty);
}
