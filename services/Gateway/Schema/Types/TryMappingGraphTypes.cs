using Freshet.Gateway.Mappings;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.Identities;
using Freshet.Profiles.Mapping;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class TryMappingPayloadGraphType : ObjectGraphType<TryMappingPayload>
{
    public TryMappingPayloadGraphType()
    {
        Name = "TryMappingPayload";
        Description = "Either trials or the reasons why there are none.";
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<MappingTrialGraphType>>>>("trials").Description("One per recorded event.")
            .Resolve(context => context.Source.Trials);
        Field<NonNullGraphType<IntGraphType>>("changed").Description("How many would be read differently.")
            .Resolve(context => context.Source.Trials.Count(trial => trial.IsChanged));
        Field<NonNullGraphType<IntGraphType>>("refused").Description("How many would be parked.")
            .Resolve(context => context.Source.Trials.Count(trial => trial.After.Refusal is not null));
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<RefusalGraphType>>>>("errors").Description("Empty when there are trials.")
            .Resolve(context => context.Source.Errors);
    }
}

internal sealed class MappingTrialGraphType : ObjectGraphType<MappingTrial>
{
    public MappingTrialGraphType()
    {
        Name = "MappingTrial";
        Description = "A recorded event, read as it is now and by the mapping that is tried.";
        Field<NonNullGraphType<IdGraphType>>("event").Description("The event's id.").Resolve(context => context.Source.Raw.EventId);
        Field<NonNullGraphType<StringGraphType>>("messageId").Description("The sender's own id of it.").Resolve(context => context.Source.Raw.MessageId);
        Field<NonNullGraphType<DateTimeScalar>>("receivedAt").Description("When it reached us.").Resolve(context => context.Source.Raw.ReceivedAt);
        Field<NonNullGraphType<BooleanGraphType>>("changed").Description("Whether the two differ.").Resolve(context => context.Source.IsChanged);
        Field<NonNullGraphType<TriedReadingGraphType>>("before").Description("As its source reads it now.").Resolve(context => context.Source.Before);
        Field<NonNullGraphType<TriedReadingGraphType>>("after").Description("By the mapping that is tried.").Resolve(context => context.Source.After);
    }
}

internal sealed class TriedReadingGraphType : ObjectGraphType<TriedReading>
{
    public TriedReadingGraphType()
    {
        Name = "TriedReading";
        Description = "What reading an event comes to.";
        Field<StringGraphType>("type").Description("The event's type; null when it is refused.").Resolve(context => context.Source.Type);
        Field<DateTimeScalar>("occurredAt").Description("When it happened.").Resolve(context => context.Source.OccurredAt);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<TriedIdentityGraphType>>>>("identities").Description("Whose event it is, the strongest first.")
            .Resolve(context => context.Source.Identities);
        Field<NonNullGraphType<JsonScalar>>("traits").Description("Values of the dictionary's traits, by name.").Resolve(context => context.Source.Traits);
        Field<JsonScalar>("properties").Description("The event's own data.").Resolve(context => context.Source.Properties);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<StringGraphType>>>>("rejectedTraits").Description("Traits whose value does not fit their type.")
            .Resolve(context => context.Source.RejectedTraits);
        Field<StringGraphType>("code").Description("Why it would be parked, for programs.").Resolve(context => context.Source.Refusal?.Code);
        Field<StringGraphType>("reason").Description("Why it would be parked, for people.").Resolve(context => context.Source.Refusal?.Reason);
    }
}

internal sealed class TriedIdentityGraphType : ObjectGraphType<IdentityKey>
{
    public TriedIdentityGraphType()
    {
        Name = "TriedIdentity";
        Description = "An identity that an event names.";
        Field<NonNullGraphType<StringGraphType>>("namespace").Description("What kind it is.").Resolve(context => context.Source.Namespace);
        Field<NonNullGraphType<StringGraphType>>("value").Description("In its canonical form.").Resolve(context => context.Source.Value);
    }
}
