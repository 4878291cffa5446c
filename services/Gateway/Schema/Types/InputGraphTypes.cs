using Freshet.Gateway.Profiles;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class ProfileKeyGraphType : InputObjectGraphType<ProfileKeyInput>
{
    public ProfileKeyGraphType()
    {
        Name = "ProfileKey";
        Description = "How to find a profile: exactly one of these. Keys are compared in canonical form, so `Ann@Example.com` finds `ann@example.com`.";
        IsOneOf = true;
        Field<IdGraphType>("id").Description("The profile's own id.").ParseValue(value => value.ToString()!);
        Field<StringGraphType>("email").Description("Email address.");
        Field<StringGraphType>("phone").Description("Phone number with country code: `+4930123456`.");
        Field<StringGraphType>("userId").Description("The id that your own system gave after login.");
        Field<StringGraphType>("anonymousId").Description("The id of a visitor before login.");
        Field<ExternalIdGraphType>("external").Description("The id that another system gave.");
    }
}

internal sealed class ExternalIdGraphType : InputObjectGraphType<ExternalIdInput>
{
    public ExternalIdGraphType()
    {
        Name = "ExternalId";
        Description = "An id and the system that gave it.";
        Field<NonNullGraphType<StringGraphType>>("system").Description("For example `shopify`.");
        Field<NonNullGraphType<StringGraphType>>("id").Description("As that system writes it.");
    }
}

internal sealed class IdentityInputGraphType : InputObjectGraphType<IdentityInput>
{
    public IdentityInputGraphType()
    {
        Name = "IdentityInput";
        Description = "An identity as a profile shows it.";
        Field<NonNullGraphType<StringGraphType>>("namespace").Description("`user_id`, `email`, `phone`, `anonymous_id`, or `external:<system>`.");
        Field<NonNullGraphType<StringGraphType>>("value").Description("The key.");
    }
}
