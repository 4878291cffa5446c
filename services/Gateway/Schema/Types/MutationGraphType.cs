using System.Text.Json;
using Freshet.Gateway.DeadLetters;
using Freshet.Gateway.Mappings;
using Freshet.Gateway.Overrides;
using Freshet.Gateway.Profiles;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.DeadLetters;
using GraphQL;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class MutationGraphType : ObjectGraphType
{
    public MutationGraphType()
    {
        Name = "Mutation";
        Description = "What operators can correct.";

        Field<NonNullGraphType<ReplayDeadLettersPayloadGraphType>>("replayDeadLetters")
            .Description("Puts parked events back on their way; select in exactly one way. Only what failed is repeated: an event that was applied meanwhile is not applied twice.")
            .Argument<ListGraphType<NonNullGraphType<IdGraphType>>>("ids", "These dead letters, at most 500.")
            .Argument<StringGraphType>("fingerprint", "All of this cause.")
            .Argument<DateTimeScalar>("from", "With `to` and `source`: those parked at or after this.")
            .Argument<DateTimeScalar>("to", "With `from` and `source`: those parked before this.")
            .Argument<IdGraphType>("source", "With `from` and `to`: only of this source.")
            .Argument<StringGraphType>("mapping", "The version of a mapping that reads them, `shopify@3`. Default: the one in force.")
            .ResolveAsync(async context => await context.Service<ReplayDeadLetters>().RunAsync(InputOf(context), context.CancellationToken));

        Field<NonNullGraphType<TryMappingPayloadGraphType>>("tryMapping")
            .Description("Reads recorded events by a mapping that is not in force, beside what they are read as now. Writes nothing. Give either `mapping` or `definition`.")
            .Argument<NonNullGraphType<IdGraphType>>("source", "Whose events: those that were parked first, then some that were applied lately.")
            .Argument<StringGraphType>("mapping", "A mapping of the workspace, `shopify`, or a version of it that is kept, `shopify@3`.")
            .Argument<JsonScalar>("definition", "A mapping as JSON, with the keys of the workspace files: `{rules: [...]}`.")
            .Argument<NonNullGraphType<IntGraphType>>("first", "How many events, 1 to 100.", argument => argument.DefaultValue = 20)
            .ResolveAsync(async context => await context.Service<TryMapping>().RunAsync(TrialOf(context), context.CancellationToken));

        Field<NonNullGraphType<UnmergeProfilePayloadGraphType>>("unmergeProfile")
            .Description("Parts identities from the rest of a profile, with the traits and events that they brought, and keeps them apart for good.")
            .Argument<NonNullGraphType<ProfileKeyGraphType>>("by", "Which profile.")
            .Argument<NonNullGraphType<ListGraphType<NonNullGraphType<IdentityInputGraphType>>>>("identities", "Which of its identities are somebody else's.")
            .ResolveAsync(async context => await context.Service<UnmergeProfile>().RunAsync(
                context.GetArgument<ProfileKeyInput>("by"),
                context.GetArgument<IReadOnlyList<IdentityInput>>("identities"),
                CallerOf(context),
                context.CancellationToken));
        AddOverrides();
    }

    private void AddOverrides()
    {
        Field<NonNullGraphType<OverridePayloadGraphType>>("setOverride")
            .Description("Sets a trait by hand: until it expires the value is shown instead of what sources say, which goes on being remembered below it. "
                + "One that was set for the trait before ends.")
            .Argument<NonNullGraphType<ProfileKeyGraphType>>("by", "Which profile.")
            .Argument<NonNullGraphType<StringGraphType>>("trait", "The name in the dictionary, for example `first_name`.")
            .Argument<NonNullGraphType<JsonScalar>>("value", "Of the trait's type, as an event would bring it; not null.")
            .Argument<NonNullGraphType<StringGraphType>>("reason", "Why, for those who wonder later: 1 to 500 characters.")
            .Argument<NonNullGraphType<DateTimeScalar>>("expiresAt", "Until when: later than now, at most ten years ahead.")
            .ResolveAsync(async context => await context.Service<OverrideTraits>().SetAsync(OverrideOf(context), CallerOf(context), context.CancellationToken));

        Field<NonNullGraphType<OverridePayloadGraphType>>("removeOverride")
            .Description("Ends what was set by hand for a trait before its time.")
            .Argument<NonNullGraphType<ProfileKeyGraphType>>("by", "Which profile.")
            .Argument<NonNullGraphType<StringGraphType>>("trait", "The name in the dictionary.")
            .ResolveAsync(async context => await context.Service<OverrideTraits>().RemoveAsync(
                context.GetArgument<ProfileKeyInput>("by"), context.GetArgument<string>("trait"), CallerOf(context), context.CancellationToken));
    }

    private static string CallerOf(IResolveFieldContext context) => context.User?.Identity?.Name ?? "unknown";

    private static SetOverrideInput OverrideOf(IResolveFieldContext context) => new(
        context.GetArgument<ProfileKeyInput>("by"),
        context.GetArgument<string>("trait"),
        context.GetArgument<JsonElement>("value"),
        context.GetArgument<string>("reason"),
        context.GetArgument<DateTimeOffset>("expiresAt"));

    private static ReplayDeadLettersInput InputOf(IResolveFieldContext context) => new()
    {
        Ids = context.GetArgument<IReadOnlyList<string>?>("ids"),
        Fingerprint = context.GetArgument<string?>("fingerprint"),
        From = context.GetArgument<DateTimeOffset?>("from"),
        To = context.GetArgument<DateTimeOffset?>("to"),
        Source = context.GetArgument<string?>("source"),
        Mapping = context.GetArgument<string?>("mapping"),
    };

    private static TryMappingInput TrialOf(IResolveFieldContext context) => new()
    {
        Source = context.GetArgument<string>("source"),
        Mapping = context.GetArgument<string?>("mapping"),
        Definition = context.GetArgument<JsonElement?>("definition"),
        First = context.GetArgument<int>("first"),
    };
}

internal sealed class ReplayDeadLettersPayloadGraphType : ObjectGraphType<ReplayDeadLettersPayload>
{
    public ReplayDeadLettersPayloadGraphType()
    {
        Name = "ReplayDeadLettersPayload";
        Description = "Either a run or the reasons why there is none.";
        Field<ReplayRunGraphType>("run").Description("What was set in motion.").Resolve(context => context.Source.Run);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<RefusalGraphType>>>>("errors").Description("Empty when there is a run.")
            .Resolve(context => context.Source.Errors);
    }
}

internal sealed class ReplayRunGraphType : ObjectGraphType<ReplayRun>
{
    public ReplayRunGraphType()
    {
        Name = "ReplayRun";
        Description = "Dead letters on their way again. Processing takes them up within a few seconds.";
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<IdGraphType>>>>("batches").Description("The event batches that were made of them.")
            .Resolve(context => context.Source.BatchIds);
        Field<NonNullGraphType<IntGraphType>>("events").Description("How many events they hold.").Resolve(context => context.Source.Events);
    }
}

internal sealed class UnmergeProfilePayloadGraphType : ObjectGraphType<UnmergeProfilePayload>
{
    public UnmergeProfilePayloadGraphType()
    {
        Name = "UnmergeProfilePayload";
        Description = "Either the parts or the reasons why nothing was parted.";
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<ProfileGraphType>>>>("profiles").Description("The profiles that there are now, the given one first.")
            .Resolve(context => context.Source.Profiles);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<RefusalGraphType>>>>("errors").Description("Empty when it was parted.")
            .Resolve(context => context.Source.Errors);
    }
}
