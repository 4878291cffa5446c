using Freshet.Contracts.Events;
using MassTransit;

namespace Freshet.Processing.Batches;

/// <summary>
/// The life of an event batch: Received -> Applied | Split | WaitingForRetry | Parked. The machine only moves: what applying does is
/// decided in Profiles, whether to try again in <see cref="Retrying.RetryPolicy"/>. State and effects are one transaction
/// (<see cref="Storage.EventBatchRepositoryContextFactory"/>), so a message that arrives twice finds the batch moved on and changes nothing.
/// </summary>
public sealed class EventBatchStateMachine : MassTransitStateMachine<EventBatchState>
{
    public EventBatchStateMachine(UnknownBatches unknown)
    {
        InstanceState(batch => batch.State);

        // The row exists before any message about it, so nothing is ever created here.
        Event(() => EventsReceived, received =>
        {
            received.CorrelateById(context => context.Message.BatchId);
            received.OnMissingInstance(missing => missing.Execute(context => unknown.Ignore(context.Message.BatchId)));
        });
        Event(() => RetryDue, due =>
        {
            due.CorrelateById(context => context.Message.BatchId);
            due.OnMissingInstance(missing => missing.Execute(context => unknown.Ignore(context.Message.BatchId)));
        });

        During(Received, Move(When(EventsReceived)), Ignore(RetryDue));

        // A retry that was sent for an earlier attempt comes too late to matter.
        During(
            WaitingForRetry,
            Move(When(RetryDue, context => context.Message.Attempt == context.Saga.Attempt)),
            Ignore(RetryDue, context => context.Message.Attempt != context.Saga.Attempt),
            Ignore(EventsReceived));

        During(Applied, Ignore(EventsReceived), Ignore(RetryDue));
        During(Split, Ignore(EventsReceived), Ignore(RetryDue));
        During(Parked, Ignore(EventsReceived), Ignore(RetryDue));
    }

    /// <summary>Durable, waits to be applied.</summary>
    public State Received { get; private set; } = null!;

    /// <summary>Failed; the row's <c>retry_at</c> says when it is due again.</summary>
    public State WaitingForRetry { get; private set; } = null!;

    /// <summary>Every event is applied or parked.</summary>
    public State Applied { get; private set; } = null!;

    /// <summary>Some events continue in batches of their own; the others are applied.</summary>
    public State Split { get; private set; } = null!;

    /// <summary>Given up: every event is a dead letter.</summary>
    public State Parked { get; private set; } = null!;

    public Event<EventsReceived> EventsReceived { get; private set; } = null!;

    public Event<RetryDue> RetryDue { get; private set; } = null!;

    private EventActivityBinder<EventBatchState, TMessage> Move<TMessage>(EventActivityBinder<EventBatchState, TMessage> binder)
        where TMessage : class => binder
        .Activity(selector => selector.OfInstanceType<ApplyBatch>())
        .If(context => context.Saga.Outcome is BatchOutcome.Applied, then => then.TransitionTo(Applied))
        .If(context => context.Saga.Outcome is BatchOutcome.Split, then => then.TransitionTo(Split))
        .If(context => context.Saga.Outcome is BatchOutcome.WaitingForRetry, then => then.TransitionTo(WaitingForRetry))
        .If(context => context.Saga.Outcome is BatchOutcome.Parked, then => then.TransitionTo(Parked));
}
