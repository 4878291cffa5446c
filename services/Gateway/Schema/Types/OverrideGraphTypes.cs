using Freshet.Gateway.Overrides;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.Overrides;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class OverrideGraphType : ObjectGraphType<OverrideView>
{
    public OverrideGraphType()
    {
        Name = "Override";
        Description = "A trait's value that a person set for a while.";
        Field<NonNullGraphType<IdGraphType>>("id").Description("While it is shown, the trait names it as its `event`.").Resolve(context => context.Source.Id);
        Field<NonNullGraphType<StringGraphType>>("trait").Description("The name in the dictionary.").Resolve(context => context.Source.Trait);
        Field<NonNullGraphType<JsonScalar>>("value").Description("What was set.").Resolve(context => context.Source.Value);
        Field<NonNullGraphType<StringGraphType>>("reason").Description("Why.").Resolve(context => context.Source.Reason);
        Field<NonNullGraphType<StringGraphType>>("author").Description("The name of the key that set it.").Resolve(context => context.Source.By);
        Field<NonNullGraphType<DateTimeScalar>>("setAt").Description("When.").Resolve(context => context.Source.SetAt);
        Field<NonNullGraphType<DateTimeScalar>>("expiresAt").Description("Until when, unless it is removed or replaced before.").Resolve(context => context.Source.ExpiresAt);
        Field<DateTimeScalar>("endedAt").Description("When it ended; null as long as it lasts.").Resolve(context => context.Source.EndedAt);
        Field<StringGraphType>("ended").Description("How it ended: `expired`, `removed` or `replaced`.").Resolve(context => context.Source.Ended);
        Field<StringGraphType>("endedBy").Description("The name of the key that removed or replaced it.").Resolve(context => context.Source.EndedBy);
    }
}

internal sealed class OverridePayloadGraphType : ObjectGraphType<OverridePayload>
{
    public OverridePayloadGraphType()
    {
        Name = "OverridePayload";
        Description = "Either the profile as it is now or the reasons why nothing was done.";
        Field<ProfileGraphType>("profile").Description("The profile; null when nothing was done.").Resolve(context => context.Source.Profile);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<RefusalGraphType>>>>("errors").Description("Empty when it was done.")
            .Resolve(context => context.Source.Errors);
    }
}
