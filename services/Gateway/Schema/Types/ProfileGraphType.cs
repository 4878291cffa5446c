using Freshet.Gateway.Events;
using Freshet.Gateway.Execution.Limits;
using Freshet.Gateway.Profiles;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Reading;
using GraphQL;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class ProfileGraphType : ObjectGraphType<ProfileNode>
{
    public ProfileGraphType(TraitDictionary dictionary)
    {
        Name = "Profile";
        Description = "What is known of one person or thing, as of now.";

        Field<NonNullGraphType<IdGraphType>>("id").Description("Stays the same for the life of the profile.").Resolve(context => context.Source.Id);
        Field<NonNullGraphType<DateTimeScalar>>("updatedAt").Description("When an event last changed the profile.")
            .Resolve(context => context.Source.UpdatedAt);
        Field<NonNullGraphType<LongScalar>>("version").Description("Grows with every change of this profile.").Resolve(context => context.Source.Version);
        Field<NonNullGraphType<TraitsGraphType>>("traits").Description("One typed field per trait of the data dictionary.")
            .Configure(field => field.WithCost(0)) // comes with the profile
            .Resolve(context => context.Source);
        Field<TraitGraphType>("trait")
            .Description("Any trait with its provenance. Null when neither the dictionary nor the profile knows the name.")
            .Argument<NonNullGraphType<StringGraphType>>("name", "The name in the dictionary, for example `first_name`.")
            .Resolve(context => context.Source.Trait(context.GetArgument<string>("name"), dictionary));
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<IdentityGraphType>>>>("identities")
            .Description("The keys that point to this profile.")
            .Configure(field => field.WithCost(0)) // comes with the profile
            .Resolve(context => context.Source.Identities);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<OverrideGraphType>>>>("overrides")
            .Description("Traits that people set by hand, with reason, author and expiry. The one that is shown is the latest of its trait.")
            .Argument<NonNullGraphType<BooleanGraphType>>("ended", "Those that ended too, latest first, at most 100.", argument => argument.DefaultValue = false)
            .Resolve(context => context.GetArgument<bool>("ended")
                ? context.Loads().OverrideHistory(context.Source.Id).Then(history => history ?? [])
                : context.Source.Overrides);
        Field<NonNullGraphType<EventConnectionGraphType>>("events")
            .Description("The events that made this profile, latest first.")
            .Paged()
            .Argument<ListGraphType<NonNullGraphType<StringGraphType>>>("types", "Only events of these types, for example `order.completed`.")
            .ResolveAsync(async context => await context.Service<EventQueries>().ListAsync(
                context.Source.Id, context.Page(), context.GetArgument<IReadOnlyList<string>?>("types"), context.CancellationToken));
    }
}

internal sealed class IdentityGraphType : ObjectGraphType<IdentityView>
{
    public IdentityGraphType()
    {
        Name = "Identity";
        Description = "One key that points to a profile.";

        Field<NonNullGraphType<StringGraphType>>("namespace")
            .Description("`user_id`, `email`, `phone`, `anonymous_id`, or `external:<system>`.")
            .Resolve(context => context.Source.Namespace);
        Field<NonNullGraphType<StringGraphType>>("value").Description("The key in its canonical form.").Resolve(context => context.Source.Value);
        Field<NonNullGraphType<DateTimeScalar>>("firstSeenAt").Description("When an event first bore it.").Resolve(context => context.Source.FirstSeenAt);
        Field<NonNullGraphType<DateTimeScalar>>("lastSeenAt").Description("When an event last bore it.").Resolve(context => context.Source.LastSeenAt);
        Field<NonNullGraphType<IdGraphType>>("source").Description("The source that first sent it.").Resolve(context => context.Source.Source);
    }
}

internal sealed class TraitGraphType : ObjectGraphType<TraitNode>
{
    public TraitGraphType()
    {
        Name = "Trait";
        Description = "One named value of a profile, with where it comes from and how old it is.";

        Field<NonNullGraphType<StringGraphType>>("name").Description("The name in the dictionary.").Resolve(context => context.Source.Name);
        Field<JsonScalar>("value").Description("The value, or the dictionary's default when nothing was observed.").Resolve(context => context.Source.Value);
        Field<DateTimeScalar>("observedAt").Description("When it happened, by the sender's corrected clock. Age counts from here.")
            .Resolve(context => context.Source.ObservedAt);
        Field<DateTimeScalar>("receivedAt").Description("When it reached us.").Resolve(context => context.Source.ReceivedAt);
        Field<IdGraphType>("source").Description("The source that sent the event.").Resolve(context => context.Source.Source);
        Field<IdGraphType>("event").Description("The event that brought the value.").Resolve(context => context.Source.Event);
        Field<NonNullGraphType<TraitOriginGraphType>>("origin").Description("How the value came to be.").Resolve(context => context.Source.Origin);
        Field<NonNullGraphType<FreshnessGraphType>>("freshness").Description("Whether it keeps the dictionary's promise of freshness.")
            .Resolve(context => context.Source.Freshness);
        Field<NonNullGraphType<BooleanGraphType>>("thirdParty")
            .Description("Whether its source says of people what is not from them (`thirdParty` in the source's file): bought or collected data.")
            .Resolve(context => context.Source.Source is { } id && context.Service<WorkspaceFeed>().Current.Sources.GetValueOrDefault(id) is { IsThirdParty: true });
    }
}
