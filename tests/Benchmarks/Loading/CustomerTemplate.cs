using System.Text.Json;
using Freshet.Profiles.Applying;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Traits;

namespace Freshet.Benchmarks.Loading;

/// <summary>
/// A customer that the product's own code made from its first events, and how another customer with the same first events would look: other
/// ids, another email, and everything else alike. Deciding a million times what comes out alike would take minutes.
/// </summary>
/// <param name="State">As stored.</param>
/// <param name="Document">As readers see it.</param>
/// <param name="Plain">The traits that are not personal, as JSON.</param>
internal sealed record CustomerTemplate(ProfileState State, ProfileDocument Document, string Plain)
{
    private const string EmailTrait = "email";

    /// <param name="profile">The id of the new profile.</param>
    /// <param name="identities">Its identities, one per namespace of the template's.</param>
    public CustomerTemplate With(Guid profile, IReadOnlyList<IdentityKey> identities)
    {
        var byNamespace = identities.ToDictionary(identity => identity.Namespace, StringComparer.Ordinal);
        var newIds = State.Identities.ToDictionary(identity => identity.Id, identity => byNamespace[identity.Namespace].Id);
        var email = JsonSerializer.SerializeToElement(byNamespace[IdentityNamespaces.Email].Value);
        return new(
            State with
            {
                ProfileId = profile,
                Identities = [.. State.Identities
                    .Select(known => known with { Id = newIds[known.Id], Value = byNamespace[known.Namespace].Value }).OrderBy(known => known.Id)],
                Links = [.. State.Links.Select(link => IdentityLink.Between(newIds[link.A], newIds[link.B], link.First, link.IsAlias))
                    .OrderBy(link => link.A).ThenBy(link => link.B)],
                Subjects = [.. State.Subjects.Select(subject => new SubjectState(newIds[subject.Id], WithEmail(subject.Traits, email)))],
            },
            Document with
            {
                Id = profile,
                Identities = [.. Document.Identities.Select(view => view with { Value = byNamespace[view.Namespace].Value })],
                Traits = new Dictionary<string, TraitView>(Document.Traits, StringComparer.Ordinal)
                {
                    [EmailTrait] = Document.Traits[EmailTrait] with { Value = email },
                },
            },
            Plain);
    }

    private static SubjectTraits WithEmail(SubjectTraits traits, JsonElement email) => traits.With(
        EmailTrait,
        traits[EmailTrait] with { Cells = [.. traits[EmailTrait].Cells.Select(cell => cell with { Value = email })] });
}
