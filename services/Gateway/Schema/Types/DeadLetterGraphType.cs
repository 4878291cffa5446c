using Freshet.Gateway.DeadLetters;
using Freshet.Gateway.Execution.Limits;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.DeadLetters;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class DeadLetterGraphType : ObjectGraphType<DeadLetter>
{
    public DeadLetterGraphType()
    {
        Name = "DeadLetter";
        Description = "An event that was given up, with its reason. It is kept as received and can be replayed.";

        Field<NonNullGraphType<IdGraphType>>("id").Description("Pass it to `replayDeadLetters`.").Resolve(context => context.Source.Id);
        Field<NonNullGraphType<IdGraphType>>("event").Description("The event's id.").Resolve(context => context.Source.EventId);
        Field<NonNullGraphType<IdGraphType>>("source").Description("Who sent it.").Resolve(context => context.Source.SourceId);
        Field<NonNullGraphType<StringGraphType>>("messageId").Description("The sender's own id of it.").Resolve(context => context.Source.MessageId);
        Field<StringGraphType>("type").Description("The event's type, where that much could be read.").Resolve(context => context.Source.Type);
        Field<NonNullGraphType<DateTimeScalar>>("receivedAt").Description("When it reached us.").Resolve(context => context.Source.ReceivedAt);
        Field<NonNullGraphType<DateTimeScalar>>("parkedAt").Description("When it was given up.").Resolve(context => context.Source.ParkedAt);
        Field<NonNullGraphType<StringGraphType>>("stage").Description("Where it failed: `read`, `map`, `apply` or `bus`.").Resolve(context => context.Source.Stage);
        Field<NonNullGraphType<StringGraphType>>("code").Description("The cause, for programs.").Resolve(context => context.Source.Code);
        Field<NonNullGraphType<StringGraphType>>("reason").Description("The cause and its cure, for people.").Resolve(context => context.Source.Reason);
        Field<NonNullGraphType<StringGraphType>>("fingerprint").Description("Equal causes have equal fingerprints.").Resolve(context => context.Source.Fingerprint);
        Field<NonNullGraphType<IntGraphType>>("attempts").Description("How often it was tried.").Resolve(context => context.Source.Attempts);
        Field<NonNullGraphType<DeadLetterStateGraphType>>("state").Description("Whether it waits or was replayed.").Resolve(context => context.Source.State);
        Field<RawBodyGraphType>("raw").Description("The event's body as its sender wrote it. Null when it was erased.")
            .Configure(field => field.WithCost(5)) // one read and one unsealing per letter
            .ResolveAsync(async context => await context.Service<DeadLetterQueries>().RawAsync(context.Source.Id, context.CancellationToken));
    }
}

internal sealed class DeadLetterStateGraphType : EnumerationGraphType
{
    public DeadLetterStateGraphType()
    {
        Name = "DeadLetterState";
        Description = "What became of a dead letter.";
        Add("PARKED", DeadLetterState.Parked, "It waits for someone.");
        Add("REPLAYING", DeadLetterState.Replaying, "It is on its way again.");
        Add("REPLAYED", DeadLetterState.Replayed, "It was applied by a replay.");
    }
}

internal sealed class RawBodyGraphType : ObjectGraphType<RawBodyNode>
{
    public RawBodyGraphType()
    {
        Name = "RawBody";
        Description = "Bytes as received.";
        Field<NonNullGraphType<IntGraphType>>("bytes").Description("How many.").Resolve(context => context.Source.Bytes);
        Field<StringGraphType>("text").Description("As text; null when they are not UTF-8.").Resolve(context => context.Source.Text);
        Field<NonNullGraphType<StringGraphType>>("base64").Description("As base64.").Resolve(context => context.Source.Base64);
    }
}
