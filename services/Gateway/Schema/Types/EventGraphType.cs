using Freshet.Gateway.Events;
using Freshet.Gateway.Schema.Scalars;
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
    }
}
