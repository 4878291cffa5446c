using Freshet.Processing.Bus;
using Freshet.Processing.Failing;
using Freshet.Processing.Retrying;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sources;
using Microsoft.Extensions.Options;

namespace Freshet.Processing.Enriching;

/// <summary>Takes one order from the claim to its end. No transaction is open while the source is asked.</summary>
public sealed class EnrichmentWork(
    EnrichmentOrders orders, StoredProfiles profiles, EnrichmentProvider provider, BatchAnnouncer announcer, IOptions<EnrichingOptions> options, TimeProvider time)
{
    /// <summary>The outcome of an order for which nobody was asked.</summary>
    public const string Shared = "shared";

    /// <summary>A given-up order is tried again by events after this, or after <see cref="HttpEnrichment.CacheFor"/> if that is sooner.</summary>
    private static readonly TimeSpan GivenUpFor = TimeSpan.FromDays(1);

    /// <returns>What came of it, as a word.</returns>
    public async Task<string> RunAsync(HttpEnrichment enrichment, Source source, ClaimedOrder order, CancellationToken ct)
    {
        if (order.Attempt > enrichment.Attempts)
        {
            // Its attempts ended their hosts, or this would have been said before.
            return await GiveUpAsync(enrichment, order, "broken-off", ct);
        }

        var profile = (await profiles.ReadAsync([new ProfileKey.ById(order.ProfileId)], ct))[0];
        if (profile?.Id != order.ProfileId || LookUpKey.Of(source.LookUp!, profile, time.GetUtcNow()) is not { } key)
        {
            await orders.RemoveAsync(order, ct);
            return "obsolete";
        }

        var answer = await provider.AskAsync(enrichment, source, key, ct);
        var outcome = answer switch
        {
            ProviderAnswer.Known known => await AnsweredAsync(enrichment, source, order, key, known, ct),
            ProviderAnswer.NotKnown => await orders.EndAsync(order, OrderState.NotKnown, null, time.GetUtcNow() + enrichment.CacheFor, ct) ? "not-known" : "obsolete",
            _ => await FailedAsync(enrichment, source, order, answer, ct),
        };
        return answer.IsShared ? Shared : outcome;
    }

    private async Task<string> AnsweredAsync(HttpEnrichment enrichment, Source source, ClaimedOrder order, LookUpKey key, ProviderAnswer.Known known, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var answeredAt = known.AnsweredAt ?? now;
        var answer = LookUpEvents.Of(source.Id, new AnsweredOrder(enrichment.Name, order.OrderId, order.Generation, known.Body, answeredAt), key.Identities, now);
        if (await orders.AnswerAsync(order, answer, answeredAt + enrichment.CacheFor, ct) is not { } batchId)
        {
            return "obsolete";
        }

        try
        {
            await announcer.ReceivedAsync(batchId, events: 1, ct);
        }
        catch (Exception failure) when (Failures.IsTransient(failure))
        {
            // The batch is durable: the relay announces it when the broker is back.
        }

        return "answered";
    }

    private async Task<string> FailedAsync(HttpEnrichment enrichment, Source source, ClaimedOrder order, ProviderAnswer answer, CancellationToken ct)
    {
        var reason = NextAttempt.ReasonOf(answer);
        if (NextAttempt.Decide(answer, order, enrichment, options.Value) is not RetryDecision.RetryAt again)
        {
            return await GiveUpAsync(enrichment, order, reason, ct);
        }

        var retryAt = time.GetUtcNow() + again.Delay;
        if (answer is ProviderAnswer.Later)
        {
            await orders.PauseAsync(source.Id, retryAt, ct);
        }

        await orders.PutOffAsync(order, retryAt, again.Attempt, reason, ct);
        return answer is ProviderAnswer.Failed ? "failed" : reason;
    }

    private async Task<string> GiveUpAsync(HttpEnrichment enrichment, ClaimedOrder order, string reason, CancellationToken ct)
    {
        var pause = enrichment.CacheFor < GivenUpFor ? enrichment.CacheFor : GivenUpFor;
        return await orders.EndAsync(order, OrderState.GaveUp, reason, time.GetUtcNow() + pause, ct) ? "given-up" : "obsolete";
    }
}
