using CsCheck;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Traits;

namespace Freshet.Profiles.Tests.Identities;

public sealed class ResolveIdentitiesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_earlier_of_two_users_keeps_a_shared_device() =>
        Groups(["U1", "U2", "a"], [Link("U2", "a", 2), Link("U1", "a", 1)]).ShouldBe(["U1 a", "U2"]);

    [Fact]
    public void An_alias_joins_two_users_although_it_came_last() =>
        Groups(["U1", "U2", "a"], [Link("U1", "a", 1), Link("U2", "a", 2), Link("U1", "U2", 9) with { IsAlias = true }]).ShouldBe(["U1 U2 a"]);

    [Fact]
    public void An_alias_of_a_device_joins_no_two_users() =>
        Groups(["U1", "U2", "a"], [Link("U1", "a", 1) with { IsAlias = true }, Link("U2", "a", 2) with { IsAlias = true }]).ShouldBe(["U1 a", "U2"]);

    [Fact]
    public void Two_users_on_one_mailbox_stay_two() =>
        Groups(["U1", "U2", "m", "a", "b"], [Link("m", "a", 1), Link("U1", "a", 2), Link("U2", "b", 3), Link("m", "b", 4)]).ShouldBe(["U1 a m", "U2 b"]);

    [Fact]
    public void A_link_without_two_users_is_ordinary_evidence() =>
        Groups(["U1", "U2"], [Link("U1", "U2", 1)]).ShouldBe(["U1", "U2"]);

    [Fact]
    public void A_cut_keeps_sides_apart_through_others() =>
        Groups(["a", "b", "m"], [Link("a", "m", 1), Link("m", "b", 2)], Cut(["a"], ["b"])).ShouldBe(["a m", "b"]);

    [Fact]
    public void A_revoked_cut_keeps_nothing_apart() =>
        Groups(["a", "b"], [Link("a", "b", 1)], Cut(["a"], ["b"]) with { RevokedAt = Start }).ShouldBe(["a b"]);

    [Fact]
    public void Links_to_strangers_are_ignored() => Groups(["a"], [Link("a", "b", 1)]).ShouldBe(["a"]);

    [Fact]
    public void The_order_of_the_links_does_not_matter() => Gen.Select(Gen.Int[0, 7], Gen.Int[0, 7], Gen.Int[0, 5], Gen.Bool)
        .Where((a, b, _, _) => a != b).Array[0, 15].Sample(
            links =>
            {
                string[] names = ["U0", "U1", "U2", "e0", "e1", "a0", "a1", "a2"];
                IdentityLink[] evidence = [.. links.Select(link => Link(names[link.Item1], names[link.Item2], link.Item3) with { IsAlias = link.Item4 })];

                Groups(names, [.. evidence.Reverse()]).ShouldBe(Groups(names, evidence));
            },
            iter: 2_000);

    [Fact]
    public void Links_keep_the_strongest_evidence_per_pair()
    {
        var early = Link("a", "b", 1);
        var late = Link("b", "a", 2);
        var alias = Link("a", "b", 3) with { IsAlias = true };

        early.Combine(late).ShouldBe(early);
        late.Combine(early).ShouldBe(early);
        early.Combine(alias).ShouldBe(alias);
        alias.Combine(early).ShouldBe(alias);
    }

    private static string[] Groups(string[] names, IdentityLink[] links, params IdentityCut[] cuts)
    {
        var byId = names.ToDictionary(Id);
        var nodes = names.Select(name => new IdentityNode(Id(name), name[0] == 'U')).ToArray();
        return [.. ResolveIdentities.Decide(nodes, links, cuts).Select(group => string.Join(' ', group.Select(id => byId[id]).Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal)];
    }

    private static IdentityLink Link(string a, string b, int minute) =>
        IdentityLink.Between(Id(a), Id(b), new Stamp(Start.AddMinutes(minute), Id($"{minute}"), "crm", Start), isAlias: false);

    private static IdentityCut Cut(string[] part, string[] rest) =>
        new() { Id = Id("cut"), Part = [.. part.Select(Id)], Rest = [.. rest.Select(Id)], At = Start, By = "operator" };

    private static Guid Id(string name) => Profiles.Events.EventIds.From("test", name);
}
