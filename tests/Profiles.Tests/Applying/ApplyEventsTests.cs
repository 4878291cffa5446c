using System.Text.Json;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Tests.Applying;

public sealed class ApplyEventsTests
{
    private static readonly IdentityKey Ann = Histories.Identity("user_id", "ann");
    private static readonly IdentityKey Device = Histories.Identity("anonymous_id", "device");
    private static readonly IdentityKey Tablet = Histories.Identity("anonymous_id", "tablet");

    private readonly World world = new(Histories.Traits, Histories.End);

    [Fact]
    public void A_batch_about_one_new_person_makes_one_profile()
    {
        var outcome = world.Apply(AnEvent(1, "{}", [Device]), AnEvent(2, "{}", [Ann, Device]), AnEvent(3, "{}", [Ann, Tablet]));

        outcome.States.Count.ShouldBe(1);
        outcome.Moved.ShouldBeEmpty();
        outcome.Placements.Select(placement => placement.SubjectId).ShouldBe([Device.Id, Ann.Id, Ann.Id]);
        outcome.Placements.Select(placement => placement.ProfileId).Distinct().ShouldBe([outcome.States[0].ProfileId]);
    }

    [Fact]
    public void When_two_profiles_become_one_the_older_id_survives_and_the_other_points_to_it()
    {
        world.Apply(AnEvent(2, "{}", [Device]));
        world.Apply(AnEvent(1, "{}", [Ann]));
        var device = world.Of(Device);
        var ann = world.Of(Ann);

        var outcome = world.Apply(AnEvent(3, "{}", [Ann, Device]));

        outcome.Moved.ShouldBe([KeyValuePair.Create(Ann.Id, device.ProfileId)]);
        outcome.States.Single(state => state.MergedInto is not null).ProfileId.ShouldBe(ann.ProfileId);
        outcome.States.Single(state => state.MergedInto is not null).MergedInto.ShouldBe(device.ProfileId);
        outcome.States.ShouldAllBe(state => state.Version == 2);
    }

    [Fact]
    public void Late_evidence_moves_a_device_and_its_history_to_the_person_who_had_it_first()
    {
        var bob = Histories.Identity("user_id", "bob");
        world.Apply(AnEvent(5, """{"sum": 5}""", [Device]), AnEvent(6, "{}", [Ann, Device]));
        world.Document(Ann).Traits["sum"].Value.GetRawText().ShouldBe("5");

        var outcome = world.Apply(AnEvent(4, "{}", [bob, Device]));

        world.Document(bob).Traits["sum"].Value.GetRawText().ShouldBe("5");
        world.Document(Ann).Traits.ShouldNotContainKey("sum");
        outcome.Changes.Count.ShouldBe(2);
        outcome.Changes.Single(change => change.ProfileId == world.Of(Ann).ProfileId).Traits.Single().After.ValueKind.ShouldBe(JsonValueKind.Undefined);
    }

    [Fact]
    public void A_change_tells_before_after_and_which_event()
    {
        world.Apply(AnEvent(1, """{"latest": "one"}""", [Ann]));
        var later = AnEvent(2, """{"latest": "two"}""", [Ann]);

        var change = world.Apply(later).Changes.Single().Traits.Single();

        (change.Name, change.Before.GetString(), change.After.GetString(), change.Source, change.Event)
            .ShouldBe(("latest", "one", "two", "crm", later.EventId));
    }

    [Theory]
    [InlineData(MissingPolicy.Null, "\"friend\"", "Undefined Null")]
    [InlineData(MissingPolicy.Null, null, "")]
    [InlineData(MissingPolicy.Default, "\"friend\"", "")]
    public void A_null_that_stands_in_for_the_default_is_told(MissingPolicy missing, string? byDefault, string told)
    {
        var nicknames = new World(new TraitDictionary(1, [new() { Name = "nickname", Type = TraitType.String, Missing = missing, Default = byDefault }]), Histories.End);

        var cleared = nicknames.Apply(AnEvent(1, """{"nickname": null}""", [Ann])).Changes.Single().Traits;
        var named = nicknames.Apply(AnEvent(2, """{"nickname": "Annie"}""", [Ann])).Changes.Single().Traits.Single();

        string.Join(',', cleared.Select(trait => $"{trait.Before.ValueKind} {trait.After.ValueKind}")).ShouldBe(told);
        named.Before.ValueKind.ShouldBe(told.Length > 0 ? JsonValueKind.Null : JsonValueKind.Undefined);
    }

    [Fact]
    public void An_event_that_readers_cannot_see_changes_the_state_and_tells_nobody()
    {
        world.Apply(AnEvent(2, """{"latest": "two"}""", [Ann]));

        var outcome = world.Apply(AnEvent(1, """{"latest": "one"}""", [Ann]));

        outcome.States.Single().Version.ShouldBe(2);
        outcome.Changes.ShouldBeEmpty();
    }

    [Fact]
    public void A_cleared_trait_stays_cleared_when_an_older_value_comes_late()
    {
        world.Apply(AnEvent(2, """{"latest": null}""", [Ann]));

        world.Apply(AnEvent(1, """{"latest": "one"}""", [Ann]));

        world.Document(Ann).Traits["latest"].Value.ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void An_event_twice_in_one_batch_counts_once()
    {
        var @event = AnEvent(1, """{"sum": 2}""", [Ann]);
        var state = ProfileState.Fresh(Guid.CreateVersion7(), Histories.End);

        var outcome = ApplyEvents.Decide(
            [state], new Dictionary<Guid, Guid> { [Ann.Id] = state.ProfileId }, [@event, @event], Histories.Traits, Histories.End, Guid.CreateVersion7);

        outcome.States.Single().Subjects.Single().Traits["sum"].Cells.Single().Total.ShouldBe("2");
        outcome.Placements.Count.ShouldBe(2);
    }

    [Fact]
    public void A_missing_profile_is_refused_with_the_cure() =>
        Should.Throw<ArgumentException>(() => ApplyEvents.Decide(
                [], new Dictionary<Guid, Guid>(), [AnEvent(1, "{}", [Ann])], Histories.Traits, Histories.End, Guid.CreateVersion7))
            .Message.ShouldContain("Load it");

    [Fact]
    public void Hostile_numbers_neither_throw_nor_lose_what_is_small()
    {
        world.Apply(AnEvent(1, """{"sum": 7e28}""", [Ann]));
        world.Apply(AnEvent(2, """{"sum": 7e28}""", [Ann]));
        world.Document(Ann).Traits["sum"].Value.GetRawText().ShouldBe("79228162514264337593543950335");

        world.Apply(AnEvent(3, """{"sum": -7e28}""", [Ann]), AnEvent(4, """{"sum": -7e28}""", [Ann]), AnEvent(5, """{"sum": 0.0000000000000000000000000001}""", [Ann]));

        world.Document(Ann).Traits["sum"].Value.GetRawText().ShouldBe("0.0000000000000000000000000001");
    }

    /// <summary>A device that everybody logs in from: its first user keeps it, and nobody's state grows with the crowd.</summary>
    [Fact]
    public void A_device_shared_by_a_thousand_people_stays_with_the_first_and_stays_small()
    {
        for (var i = 0; i < 1000; i++)
        {
            world.Apply(AnEvent(i, "{}", [Histories.Identity("user_id", $"user {i}"), Device]));
        }

        world.Of(Device).ProfileId.ShouldBe(world.Of(Histories.Identity("user_id", "user 0")).ProfileId);
        world.Live.Count().ShouldBe(1000);
        world.Of(Device).Links.Count.ShouldBe(1 + 200);
        world.Last!.States.Count.ShouldBe(2);
    }

    [Fact]
    public void A_user_id_that_strangers_share_stops_growing_at_the_limit()
    {
        for (var i = 0; i < 30; i++)
        {
            world.Apply([.. Enumerable.Range(i * 40, 40).Select(n => AnEvent(n, "{}", [Ann, Histories.Identity("anonymous_id", $"browser {n}")]))]);
        }

        world.Of(Ann).Identities.Count.ShouldBe(ResolveIdentities.MaxGroup);
        world.Live.Count().ShouldBe(1 + 1200 - (ResolveIdentities.MaxGroup - 1));
    }

    /// <summary>Bytes instead of time: they are the same on every machine. Four times the profile may cost four times as much, not sixteen.</summary>
    [Fact]
    public void One_event_costs_no_more_than_in_proportion_to_the_profile()
    {
        var known = AnEvent(5000, """{"sum": 1}""", [Ann]);
        var login = AnEvent(5001, """{"sum": 1}""", [Ann, Tablet]);

        Cost(800, known).ShouldBeLessThan(5 * Cost(200, known));
        Cost(800, login).ShouldBeLessThan(6 * Cost(200, login));
    }

    private static long Cost(int devices, CanonicalEvent @event)
    {
        var crowd = new World(Histories.Traits, Histories.End, usesWireForm: false);
        crowd.Apply([.. Enumerable.Range(0, devices).Select(n => AnEvent(n, """{"sum": 1}""", [Ann, Histories.Identity("anonymous_id", $"browser {n}")]))]);
        ProfileState[] states = [crowd.Of(Ann)];
        var owners = @event.Identities.ToDictionary(identity => identity.Id, _ => states[0].ProfileId);
        var before = GC.GetAllocatedBytesForCurrentThread();
        ApplyEvents.Decide(states, owners, [@event], Histories.Traits, crowd.Now, Guid.CreateVersion7);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static CanonicalEvent AnEvent(int minute, string traits, IdentityKey[] identities) => new()
    {
        EventId = EventIds.From("test", $"{minute} {traits} {identities[0].Value}"),
        SourceId = "crm",
        Type = EventTypes.Identified,
        OccurredAt = Histories.Start + TimeSpan.FromMinutes(minute),
        ReceivedAt = Histories.Start + TimeSpan.FromMinutes(minute),
        Identities = identities,
        Traits = JsonElement.Parse(traits).EnumerateObject().ToDictionary(member => member.Name, member => member.Value),
    };
}
