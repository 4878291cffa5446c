using Freshet.Gateway.Events;
using Freshet.Gateway.Schema.Scalars;
using Freshet.Profiles.Events;
using GraphQL.Types;

namespace Freshet.Gateway.Schema.Types;

internal sealed class EventGraphType : ObjectGraphType<EventNode>
{
    public EventGraphType()
    {
        Name = "Event";
        Description = "Something that happened, as it was applied to a profile. Events never change.";

        Field<NonNullGraphType<IdGraphType>>("id").Description("Derived from source and message id: the same for every delivery.").Resolve(context => context.Source.Id);
        Field<NonNullGraphType<StringGraphType>>("type").Description("Dotted, past tense: `order.completed`.").Resolve(context => context.Source.Type);
        Field<NonNullGraphType<DateTimeScalar>>("occurredAt").Description("When it happened, by the sender's corrected clock.").Resolve(context => context.Source.OccurredAt);
        Field<NonNullGraphType<DateTimeScalar>>("receivedAt").Description("When it reached us.").Resolve(context => context.Source.ReceivedAt);
        Field<NonNullGraphType<IdGraphType>>("source").Description("The source that sent it.").Resolve(context => context.Source.Source);
        Field<JsonScalar>("properties")
            .Description("The event's own data: `data` of a webhook, `properties` or `traits` of a tracking call. Null when it was erased.")
            .Resolve(context => context.Source.Properties);
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<RejectedValueGraphType>>>>("rejected")
            .Description("Values that it was applied without: their traits stayed as they were. Empty as a rule.")
            .Resolve(context => context.Source.Rejected);
    }
}

internal sealed class RejectedValueGraphType : ObjectGraphType<RejectedValue>
{
    public RejectedValueGraphType()
    {
        Name = "RejectedValue";
        Description = "A value of an event that a trait cannot take. The value itself is in the event's properties.";

        Field<NonNullGraphType<StringGraphType>>("trait").Description("The trait's name in the dictionary.").Resolve(context => context.Source.Trait);
        Field<NonNullGraphType<StringGraphType>>("code")
            .Description("Why: `type.mismatch`, or `null.not-clearable` where null was sent and the trait's policy takes nothing back.")
            .Resolve(context => context.Source.Code);
    }
}
