namespace Freshet.Profiles.Identities;

/// <summary>An identity as far as grouping is concerned.</summary>
/// <param name="Id">Its id.</param>
/// <param name="IsUser">Whether it is a user id: a group has one, or several that aliases declared to be one person.</param>
public readonly record struct IdentityNode(Guid Id, bool IsUser)
{
    public static IdentityNode Of(Guid id, string identityNamespace) => new(id, identityNamespace == IdentityNamespaces.UserId);
}

/// <summary>Which identities are one person. A pure function of the <em>set</em> of links, so the order of arrival cannot matter: links are followed
/// from the strongest evidence to the weakest (aliases, then by event time), each joining two groups unless that would bring two user ids
/// together, cross a cut, or make a group larger than <see cref="MaxGroup"/>.</summary>
/// <remarks>
/// <para>Without cuts, adding links never makes a rejected link acceptable: its ends have a user id each, and by induction over the order of links,
/// an identity that has a user at some point of the order still has one after more links were added. So a batch needs only the profiles of its
/// events' own identities, however many people share a device or a mailbox; only cuts make it look further.</para>
/// <para>The size limit breaks that argument: for a group that hits it (a user id that thousands of strangers share) the result may depend on
/// the order of arrival. It still is one of the right ones: no group has two users, and nothing is lost.</para>
/// </remarks>
public static class ResolveIdentities
{
    /// <summary>Identities in one group. A link that would exceed it is kept as evidence but not followed.</summary>
    public const int MaxGroup = 1000;

    /// <summary>The groups, each with its identities by id; the groups by their first identity. Links to identities that are not given are ignored.</summary>
    public static IReadOnlyList<IReadOnlyList<Guid>> Decide(
        IReadOnlyCollection<IdentityNode> identities, IEnumerable<IdentityLink> links, IReadOnlyCollection<IdentityCut> cuts)
    {
        var groups = new Groups(identities, cuts);
        foreach (var link in links.Where(link => groups.Has(link.A) && groups.Has(link.B)).Order(Comparer<IdentityLink>.Create(IdentityLink.Compare)))
        {
            groups.Join(link);
        }

        return groups.ToLists();
    }

    /// <summary>A forest of identities; each root knows what its group must not meet.</summary>
    private sealed class Groups
    {
        private readonly Dictionary<Guid, Guid> parents;
        private readonly Dictionary<Guid, int> sizes;
        private readonly HashSet<Guid> users;
        private readonly HashSet<Guid> withUser;
        private readonly Dictionary<Guid, HashSet<int>> sides = [];

        public Groups(IReadOnlyCollection<IdentityNode> identities, IReadOnlyCollection<IdentityCut> cuts)
        {
            parents = identities.ToDictionary(identity => identity.Id, identity => identity.Id);
            sizes = identities.ToDictionary(identity => identity.Id, _ => 1);
            users = [.. identities.Where(identity => identity.IsUser).Select(identity => identity.Id)];
            withUser = [.. users];
            var number = 0;
            foreach (var cut in cuts.Where(cut => cut.IsActive))
            {
                Mark(cut.Part, number);
                Mark(cut.Rest, number + 1);
                number += 2;
            }
        }

        public bool Has(Guid identity) => parents.ContainsKey(identity);

        public void Join(IdentityLink link)
        {
            var a = Root(link.A);
            var b = Root(link.B);
            if (a == b || sizes[a] + sizes[b] > MaxGroup || IsCut(a, b) || (TwoUsers(a, b) && !DeclaresOnePerson(link)))
            {
                return;
            }

            var (root, child) = sizes[a] >= sizes[b] ? (a, b) : (b, a);
            parents[child] = root;
            sizes[root] += sizes[child];
            if (withUser.Contains(child))
            {
                withUser.Add(root);
            }

            if (sides.Remove(child, out var moved) && !sides.TryAdd(root, moved))
            {
                sides[root].UnionWith(moved);
            }
        }

        public IReadOnlyList<IReadOnlyList<Guid>> ToLists() =>
        [
            .. parents.Keys.Order().GroupBy(Root).Select(group => (IReadOnlyList<Guid>)[.. group]),
        ];

        private bool TwoUsers(Guid a, Guid b) => withUser.Contains(a) && withUser.Contains(b);

        /// <summary>Only an alias between two user ids joins users; an alias of a shared device must not.</summary>
        private bool DeclaresOnePerson(IdentityLink link) => link.IsAlias && users.Contains(link.A) && users.Contains(link.B);

        /// <summary>The sides of cut n are numbered 2n and 2n + 1, so the other side is one bit away.</summary>
        private bool IsCut(Guid a, Guid b) =>
            sides.TryGetValue(a, out var one) && sides.TryGetValue(b, out var other) && one.Any(side => other.Contains(side ^ 1));

        private void Mark(IReadOnlyList<Guid> members, int side)
        {
            foreach (var member in members.Where(Has))
            {
                if (!sides.TryGetValue(member, out var marks))
                {
                    sides[member] = marks = [];
                }

                marks.Add(side);
            }
        }

        private Guid Root(Guid identity)
        {
            while (parents[identity] is var parent && parent != identity)
            {
                parents[identity] = parents[parent];
                identity = parents[identity];
            }

            return identity;
        }
    }
}
