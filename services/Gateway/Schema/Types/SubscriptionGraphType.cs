using Freshet.Gateway.Execution.Subscriptions;
using Freshet.Gateway.Live;
using Freshet.Gateway.Pipeline;
using Freshet.Gateway.Profiles;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.Dictionary;
using GraphQL;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class SubscriptionGraphType : ObjectGraphType
{
    public SubscriptionGraphType(TraitDictionary dictionary)
    {
        Name = "Subscription";
        Description = "What can be followed.";

        Field<NonNullGraphType<ProfileChangeGraphType>>("profileChanged")
            .Description("Changes of one profile, or of all. A slow reader gets the latest state of each profile and the number of changes folded into it, never a growing queue.")
            .Argument<ProfileKeyGraphType>("by", "Only of this profile, even if nobody has that key yet. Left out: of all profiles.")
            .Argument<ListGraphType<NonNullGraphType<StringGraphType>>>("traits", "Only changes of these traits, by their names in the dictionary.")
            .Argument<CursorScalar>("after", "Go on after the last event that you got: nothing in between is missed.")
            .Resolve(context => context.Source)
            .ResolveStreamWith(PulledSource.Resolver(context => context.Service<ProfileSubscriptions>().ChangesAsync(
                context.GetArgument<ProfileKeyInput?>("by"),
                context.GetArgument<IReadOnlyList<string>?>("traits"),
                context.GetArgument<string?>("after"),
                dictionary,
                context.CancellationToken)));

        Field<NonNullGraphType<PipelineSnapshotGraphType>>("pipeline")
            .Description("How events flow, measured again and again.")
            .Argument<DurationScalar>("every", "How often: 1s to 1h. Left out: every 2 seconds.")
            .Resolve(context => context.Source)
            .ResolveStreamWith(PulledSource.Resolver(context => context.Service<PipelineSubscription>().Watch(context.GetArgument<TimeSpan?>("every"))));
    }
}
