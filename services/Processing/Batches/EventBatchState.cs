using MassTransit;

namespace Freshet.Processing.Batches;

/// <summary>
/// A batch on its way, as the state machine sees it. It is the row of <c>event_batches</c>, locked: there is no second record that
/// could disagree with it. Ingress, splits and replays insert the row; the machine only moves it.
/// </summary>
public sealed class EventBatchState : SagaStateMachineInstance
{
    /// <summary><c>batch_id</c>.</summary>
    public Guid CorrelationId { get; set; }

    /// <summary><c>state</c>: the name of one of the machine's states.</summary>
    public string State { get; set; } = "";

    /// <summary><c>kind</c>: received, split or replay.</summary>
    public string Kind { get; init; } = "";

    /// <summary><c>event_count</c>.</summary>
    public int EventCount { get; init; }

    /// <summary><c>received_at</c>.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary><c>attempt</c>: failed attempts that count; 0 until the first failure.</summary>
    public int Attempt { get; set; }

    /// <summary><c>retry_at</c>: when <see cref="Retrying.RetryClock"/> is to send RetryDue. Null in every state but WaitingForRetry.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    /// <summary><c>failure</c>: code of the last failure.</summary>
    public string? Failure { get; set; }

    /// <summary>What the message at hand did to the batch; null while nothing was done. Not stored.</summary>
    public BatchOutcome? Outcome { get; set; }

    /// <summary>What made the attempt fail, for the record that is written after the commit. Not stored.</summary>
    public Exception? Cause { get; set; }
}
