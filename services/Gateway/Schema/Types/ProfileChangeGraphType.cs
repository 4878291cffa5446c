using Freshet.Gateway.Live;
using Freshet.Gateway.Pipeline;
using Freshet.Gateway.Profiles;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.Reading;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class ProfileChangeGraphType : ObjectGraphType<ProfileChangeNode>
{
    public ProfileChangeGraphType()
    {
        Name = "ProfileChange";
        Description = "A change of one profile.";
        Field<NonNullGraphType<CursorScalar>>("cursor").Description("Pass it as `after` to go on from here.").Resolve(context => context.Source.Cursor);
        Field<NonNullGraphType<ProfileGraphType>>("profile").Description("The profile as it is now: with this change, possibly with later ones.")
            .ResolveAsync(async context => await context.Source.ProfileAsync(context.Service<ProfileQueries>(), context.CancellationToken));
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<TraitChangeGraphType>>>>("changes").Description("What changed, by trait. Empty after a loss.")
            .Resolve(context => context.Source.Changes);
        Field<NonNullGraphType<BooleanGraphType>>("resync")
            .Description("True: changes before this one were lost, or the key now belongs to another profile. Take `profile` as the new state.")
            .Resolve(context => context.Source.IsResync);
        Field<NonNullGraphType<IntGraphType>>("conflated").Description("How many further changes were folded into this one because you read slowly.")
            .Resolve(context => context.Source.Conflated);
    }
}

internal sealed class TraitChangeGraphType : ObjectGraphType<TraitChange>
{
    public TraitChangeGraphType()
    {
        Name = "TraitChange";
        Description = "What became of one trait.";
        Field<NonNullGraphType<StringGraphType>>("name").Description("The name in the dictionary.").Resolve(context => context.Source.Name);
        Field<JsonScalar>("before").Description("The value before; null for none.").Resolve(context => context.Source.Before);
        Field<JsonScalar>("after").Description("The value after; null for none.").Resolve(context => context.Source.After);
        Field<IdGraphType>("source").Description("The source that sent the event.").Resolve(context => context.Source.Source);
        Field<IdGraphType>("event").Description("The event that brought the value.").Resolve(context => context.Source.Event);
    }
}

internal sealed class PipelineSnapshotGraphType : ObjectGraphType<PipelineSnapshot>
{
    public PipelineSnapshotGraphType()
    {
        Name = "PipelineSnapshot";
        Description = "How events flow at one moment.";
        Field<NonNullGraphType<DateTimeScalar>>("at").Description("When it was measured.").Resolve(context => context.Source.State.At);
        Number("receivedPerSecond", "Events accepted, over the last 10 seconds.", snapshot => snapshot.State.ReceivedPerSecond);
        Number("appliedPerSecond", "Events applied, over the last 10 seconds.", snapshot => snapshot.State.AppliedPerSecond);
        Field<NonNullGraphType<LongScalar>>("waiting").Description("Events accepted and not applied yet.").Resolve(context => context.Source.State.Waiting);
        Field<NonNullGraphType<LongScalar>>("parked").Description("Dead letters that wait for someone.").Resolve(context => context.Source.State.Parked);
        Number("lagSeconds", "How long the oldest event that is not applied has waited.", snapshot => snapshot.State.Lag.TotalSeconds);
        Number("publishLagSeconds", "How long the oldest applied change that is not in the cache has waited.", snapshot => snapshot.State.PublishLag.TotalSeconds);
        Field<NonNullGraphType<IntGraphType>>("subscribers").Description("Subscriptions to changes that this gateway process serves.")
            .Resolve(context => context.Source.Subscribers);
    }

    private void Number(string name, string description, Func<PipelineSnapshot, double> of) =>
        Field<NonNullGraphType<FloatGraphType>>(name).Description(description).Resolve(context => of(context.Source));
}
