using Freshet.Ingress.Batching;
using Freshet.Ingress.Senders;
using Freshet.Ingress.Sources;
using Freshet.Ingress.Tracking;
using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;

namespace Freshet.Ingress.Receiving;

/// <summary>What both protocols do with proven events: filter, hold to the source's rate, make durable, answer.</summary>
public sealed class Acceptance(EventBatcher batcher, RefusalBook refusals, IngressMetrics metrics, TimeProvider time)
{
    private static readonly IReadOnlyList<RefusedItem> NoneRefused = [];

    /// <summary>Takes over the body and answers with a receipt when the events are durable.</summary>
    public Task<IResult> AcceptAsync(
        HttpContext http, SourceEntry source, IReadOnlyList<RawEvent> events, PooledBody body, int status, IReadOnlyList<RefusedItem>? refused = null) =>
        AcceptAsync(http, source, events, body, durable => source.Sender.Answers.IsSoap
            ? SoapAcknowledgement.Result
            : new ReceiptResult(status, durable, refused ?? NoneRefused));

    /// <summary>Takes over the body and answers when the events are durable.</summary>
    public async Task<IResult> AcceptAsync(
        HttpContext http, SourceEntry source, IReadOnlyList<RawEvent> events, PooledBody body, Func<Receipt.Durable, IResult> answer)
    {
        var started = time.GetTimestamp();
        var answers = source.Sender.Answers;
        if (source.Limit.TryTake(events.Count) is { } wait && answers.IsThrottled)
        {
            body.Dispose();
            return Refuse(http, source, Refusal.TooFast(wait), events.Count);
        }

        var (kept, filtered) = Filter(source, events);

        // Not cancelled when the sender hangs up: the commit goes on anyway, and ends within its budgets.
        var receipt = await batcher.AppendAsync(new Submission(kept, filtered, body, body.Length));
        switch (receipt)
        {
            case Receipt.Durable durable:
                metrics.Accepted(time.GetElapsedTime(started));
                return answer(durable);
            case Receipt.Refused { Code: var code, Detail: var detail, RetryAfter: var retryAfter }:
                return Refuse(http, source, new Refusal(StatusCodes.Status503ServiceUnavailable, code, detail, retryAfter), events.Count);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Counts and answers a refusal of a sender that is not proven, or not known yet.</summary>
    public IResult Refuse(HttpContext http, Refusal refusal, int events = 1)
    {
        metrics.Refused(refusal.Code, events);
        return refusal.ToResult(http);
    }

    /// <summary>The same for a sender that is proven: its source's ledger counts it too.</summary>
    public IResult Refuse(HttpContext http, SourceEntry proven, Refusal refusal, int events = 1)
    {
        refusals.Add(proven.Source.Id, events);
        return Refuse(http, proven.Sender.Answers.Adapt(refusal), events);
    }

    /// <summary>Counts an item of a proven sender's request.</summary>
    public void CountRefused(SourceEntry proven, string code, int events = 1)
    {
        refusals.Add(proven.Source.Id, events);
        metrics.Refused(code, events);
    }

    private static (IReadOnlyList<RawEvent> Kept, FilteredCount? Filtered) Filter(SourceEntry source, IReadOnlyList<RawEvent> events)
    {
        if (source.KeptTypes is null && source.Source.Mapping is null)
        {
            return (events, null);
        }

        var kept = events.Where(raw => KeptTypes.IsKept(source.Source.Mapping, source.KeptTypes, raw)).ToList();
        return kept.Count == events.Count
            ? (events, null)
            : (kept, new FilteredCount(source.Source.Id, events[0].ReceivedAt, events.Count - kept.Count));
    }
}
