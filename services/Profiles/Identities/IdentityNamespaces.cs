namespace Freshet.Profiles.Identities;

/// <summary>The kinds of identity and their strength.</summary>
public static class IdentityNamespaces
{
    public const string UserId = "user_id";
    public const string Email = "email";
    public const string Phone = "phone";
    public const string AnonymousId = "anonymous_id";

    /// <summary>Prefix of ids that other systems gave, for example <c>external:shopify</c>.</summary>
    public const string ExternalPrefix = "external:";

    /// <summary>Smaller is stronger. The strongest identity of an event is its subject.</summary>
    public static int Strength(string identityNamespace) => identityNamespace switch
    {
        UserId => 0,
        Email => 2,
        Phone => 3,
        AnonymousId => 4,
        _ => 1,
    };
}
