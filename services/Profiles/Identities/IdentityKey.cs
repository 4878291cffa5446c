namespace Freshet.Profiles.Identities;

/// <summary>One key that points to a profile.</summary>
/// <param name="Id">Blind index of namespace and value: what tables and caches know it by.</param>
/// <param name="Namespace">See <see cref="IdentityNamespaces"/>.</param>
/// <param name="Value">Canonical value. Personal: never logged, stored only inside a profile's seal.</param>
public sealed record IdentityKey(Guid Id, string Namespace, string Value);
