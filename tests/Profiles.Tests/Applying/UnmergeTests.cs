using System.Text.Json;
using CsCheck;
using Freshet.Profiles.Events;
using Freshet.Profiles.Identities;

namespace Freshet.Profiles.Tests.Applying;

public sealed class UnmergeTests
{
    private static readonly IdentityKey Ann = Histories.Identity("user_id", "ann");
    private static readonly IdentityKey Mail = Histories.Identity("email", "ann@example.com");
    private static readonly IdentityKey Device = Histories.Identity("anonymous_id", "device");
    private static readonly IdentityKey Bob = Histories.Identity("user_id", "bob");

    private readonly World world = new(Histories.Traits, Histories.End);

    [Fact]
    public void Each_part_gets_its_own_traits_back()
    {
        world.Apply(AnEvent(1, """{"latest": "device", "sum": 1}""", Device));
        world.Apply(AnEvent(2, """{"latest": "ann", "sum": 2}""", Ann, Device));
        world.Document(Ann).Traits["sum"].Value.GetRawText().ShouldBe("3");

        world.Unmerge(world.Of(Ann).ProfileId, Device.Id);

        world.Of(Device).ProfileId.ShouldNotBe(world.Of(Ann).ProfileId);
        world.Document(Ann).Traits["sum"].Value.GetRawText().ShouldBe("2");
        world.Document(Device).Traits["sum"].Value.GetRawText().ShouldBe("1");
        world.Document(Device).Traits["latest"].Value.GetString().ShouldBe("device");
        world.ShouldBeConsistent();
    }

    [Fact]
    public void A_cut_holds_against_later_evidence()
    {
        world.Apply(AnEvent(1, "{}", Ann, Device));
        world.Unmerge(world.Of(Ann).ProfileId, Device.Id);

        world.Apply(AnEvent(2, "{}", Ann, Device));
        world.Apply(AnEvent(0, "{}", Ann, Device));

        world.Of(Device).ProfileId.ShouldNotBe(world.Of(Ann).ProfileId);
    }

    [Fact]
    public void A_cut_holds_through_a_third_identity()
    {
        world.Apply(AnEvent(1, "{}", Ann, Device));
        world.Unmerge(world.Of(Ann).ProfileId, Device.Id);

        world.Apply(AnEvent(2, "{}", Mail, Device));
        world.Apply(AnEvent(3, "{}", Ann, Mail));

        world.Of(Device).ProfileId.ShouldBe(world.Of(Mail).ProfileId);
        world.Of(Device).ProfileId.ShouldNotBe(world.Of(Ann).ProfileId);
    }

    [Fact]
    public void What_was_cut_off_goes_to_the_next_best_evidence()
    {
        world.Apply(AnEvent(1, "{}", Ann, Device));
        world.Apply(AnEvent(2, "{}", Bob, Device));
        world.Of(Device).ProfileId.ShouldBe(world.Of(Ann).ProfileId);

        world.Unmerge(world.Of(Ann).ProfileId, Device.Id);

        world.Of(Device).ProfileId.ShouldBe(world.Of(Bob).ProfileId);
        world.ShouldBeConsistent();
    }

    [Fact]
    public void Revoking_a_cut_brings_back_the_profile_of_before() => Gen.ULong.Array[1, 12].Sample(
        numbers =>
        {
            CanonicalEvent[] events = [.. numbers.Select(Histories.Event)];
            var shuffled = new World(Histories.Traits, Histories.End);
            shuffled.Apply(events);
            var before = shuffled.Visible(Histories.End);
            if (shuffled.Live.FirstOrDefault(state => state.Identities.Count > 1) is not { } mixed)
            {
                return;
            }

            shuffled.Unmerge(mixed.ProfileId, [.. mixed.Identities.Take(mixed.Identities.Count / 2).Select(identity => identity.Id)]);
            shuffled.Visible(Histories.End).ShouldNotBe(before);
            shuffled.Revoke(shuffled.Live.SelectMany(state => state.Cuts).First());

            shuffled.Visible(Histories.End).ShouldBe(before);
            shuffled.ShouldBeConsistent();
        },
        iter: 500);

    [Fact]
    public void A_cut_that_leaves_nothing_is_refused_with_the_cure()
    {
        world.Apply(AnEvent(1, "{}", Ann, Device));

        Should.Throw<ArgumentException>(() => world.Unmerge(world.Of(Ann).ProfileId, Ann.Id, Device.Id)).Message.ShouldContain("not all");
        Should.Throw<ArgumentException>(() => world.Unmerge(world.Of(Ann).ProfileId)).Message.ShouldContain("Name some");
        Should.Throw<ArgumentException>(() => world.Unmerge(world.Of(Ann).ProfileId, Bob.Id)).Message.ShouldContain("of the profile's identities");
    }

    private static CanonicalEvent AnEvent(int day, string traits, params IdentityKey[] identities) => new()
    {
        EventId = EventIds.From("test", $"{day} {traits} {identities[0].Value}"),
        SourceId = "crm",
        Type = EventTypes.Identified,
        OccurredAt = Histories.Start + TimeSpan.FromDays(day),
        ReceivedAt = Histories.Start + TimeSpan.FromDays(day),
        Identities = identities,
        Traits = JsonElement.Parse(traits).EnumerateObject().ToDictionary(member => member.Name, member => member.Value),
    };
}
