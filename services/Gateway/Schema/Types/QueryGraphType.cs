using Freshet.Gateway.DeadLetters;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Ignoring;
using Freshet.Gateway.Ledger;
using Freshet.Gateway.Profiles;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.DeadLetters;
using GraphQL;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class QueryGraphType : ObjectGraphType
{
    public QueryGraphType()
    {
        Name = "Query";
        Description = "What can be read.";
        AddProfiles();
        AddDeadLetters();
        AddLedger();
        AddIgnoredFields();
    }

    private void AddProfiles()
    {
        Field<ProfileGraphType>("profile")
            .Description("One profile; null when nobody has that key.")
            .Argument<NonNullGraphType<ProfileKeyGraphType>>("by", "Whose profile.")
            .Argument<PositionScalar>("after", After)
            .ResolveAsync(async context => (await LoadAsync(context, [context.GetArgument<ProfileKeyInput>("by")]))[0]);
        Field<NonNullGraphType<ListGraphType<ProfileGraphType>>>("profiles")
            .Description("Many profiles in one call: same order and length as the keys, null where nobody has the key.")
            .Argument<NonNullGraphType<ListGraphType<NonNullGraphType<ProfileKeyGraphType>>>>("by", "Whose profiles.")
            .Argument<PositionScalar>("after", After)
            .ResolveAsync(async context => (await LoadAsync(context, context.GetArgument<IReadOnlyList<ProfileKeyInput>>("by"))).All());
    }

    private void AddDeadLetters() => Field<NonNullGraphType<DeadLetterConnectionGraphType>>("deadLetters")
        .Description("Events that were given up, latest first, with the reason and what to do.")
        .Paged()
        .Argument<IdGraphType>("source", "Only of this source.")
        .Argument<StringGraphType>("fingerprint", "Only of this cause.")
        .ResolveAsync(async context => await context.Service<DeadLetterQueries>().ListAsync(
            context.Page(),
            new DeadLetterFilter(context.GetArgument<string?>("source"), context.GetArgument<string?>("fingerprint")),
            context.CancellationToken));

    private void AddLedger() => Field<NonNullGraphType<ListGraphType<NonNullGraphType<LedgerEntryGraphType>>>>("ledger")
        .Description("The account per source and hour: received = applied + duplicate + filtered + parked + waiting.")
        .Argument<IdGraphType>("source", "Only of this source.")
        .Argument<NonNullGraphType<DateTimeScalar>>("from", "Hours that begin at or after this.")
        .Argument<NonNullGraphType<DateTimeScalar>>("to", "Hours that begin before this; at most 31 days later.")
        .ResolveAsync(async context => await context.Service<LedgerQueries>().ListAsync(
            context.GetArgument<string?>("source"),
            context.GetArgument<DateTimeOffset>("from"),
            context.GetArgument<DateTimeOffset>("to"),
            context.CancellationToken));

    private void AddIgnoredFields() => Field<NonNullGraphType<IgnoredFieldConnectionGraphType>>("ignoredFields")
        .Description("Fields that arrive and are not stored, because no trait takes them. Up to a minute behind.")
        .Paged()
        .Argument<IdGraphType>("source", "Only of this source.")
        .ResolveAsync(async context => await context.Service<IgnoredFieldQueries>().ListAsync(
            context.Page(), context.GetArgument<string?>("source"), context.CancellationToken));

    private const string After = "Read your own webhook: waits, up to 2 seconds, until the call that returned this position is applied. "
        + "If it is not by then, the answer holds what is there, and `extensions.position` says so.";

    private static async Task<IReadOnlyList<GraphQL.DataLoader.IDataLoaderResult<ProfileNode?>>> LoadAsync(
        IResolveFieldContext context, IReadOnlyList<ProfileKeyInput> by)
    {
        var loads = context.Loads();
        var requests = await context.Service<ProfileQueries>().RequestAsync(
            by, context.GetArgument<string?>("after"), context.Service<AnswerExtensions>(), context.CancellationToken);
        return [.. requests.Select(loads.Profile)];
    }
}
