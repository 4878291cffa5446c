using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class RefusalGraphType : InterfaceGraphType<Refusal>
{
    public RefusalGraphType()
    {
        Name = "Refusal";
        Description = "Why a mutation did nothing.";
        Field<NonNullGraphType<StringGraphType>>("code").Description("For programs.");
        Field<NonNullGraphType<StringGraphType>>("message").Description("For people; says what to do.");
    }
}

internal static class OneRefusal
{
    public static void Describe<T>(ObjectGraphType<T> type, string description)
        where T : Refusal
    {
        type.Name = typeof(T).Name;
        type.Description = description;
        type.Field<NonNullGraphType<StringGraphType>>("code").Description("For programs.").Resolve(context => context.Source.Code);
        type.Field<NonNullGraphType<StringGraphType>>("message").Description("For people; says what to do.").Resolve(context => context.Source.Message);
        type.Interface<RefusalGraphType>();
        type.IsTypeOf = value => value is T;
    }
}

internal sealed class InvalidSelectionGraphType : ObjectGraphType<InvalidSelection>
{
    public InvalidSelectionGraphType() => OneRefusal.Describe(this, "The arguments contradict each other, or leave open what is meant.");
}

internal sealed class NothingSelectedGraphType : ObjectGraphType<NothingSelected>
{
    public NothingSelectedGraphType() => OneRefusal.Describe(this, "Nothing fits the arguments.");
}

internal sealed class InvalidMappingGraphType : ObjectGraphType<InvalidMapping>
{
    public InvalidMappingGraphType()
    {
        OneRefusal.Describe(this, "A mapping that was given is none.");
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<StringGraphType>>>>("details")
            .Description("Every error with its cure.")
            .Resolve(context => context.Source.Details);
    }
}

internal sealed class InvalidOverrideGraphType : ObjectGraphType<InvalidOverride>
{
    public InvalidOverrideGraphType() => OneRefusal.Describe(this, "A value cannot be set by hand as it was given.");
}

internal sealed class ProfileNotFoundGraphType : ObjectGraphType<ProfileNotFound>
{
    public ProfileNotFoundGraphType() => OneRefusal.Describe(this, "Nobody has that key.");
}

internal sealed class IdentitiesNotFoundGraphType : ObjectGraphType<IdentitiesNotFound>
{
    public IdentitiesNotFoundGraphType()
    {
        OneRefusal.Describe(this, "The profile does not have these identities.");
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<StringGraphType>>>>("namespaces")
            .Description("The namespaces of those that were not found, in the order given.")
            .Resolve(context => context.Source.Namespaces);
    }
}
