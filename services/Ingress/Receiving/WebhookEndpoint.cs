using Freshet.Ingress.Limits;
using Freshet.Ingress.Screening;
using Freshet.Ingress.Sources;
using Freshet.Ingress.Verifying;

namespace Freshet.Ingress.Receiving;

/// <summary><c>/webhooks/{source}</c>: signed webhooks (Standard Webhooks).</summary>
public sealed class WebhookEndpoint(SourceCatalog sources, AddressLimits addresses, Acceptance acceptance, IngressMetrics metrics, TimeProvider time)
{
    public static Task<IResult> Post(HttpContext http, string source, WebhookEndpoint endpoint) => endpoint.ReceiveAsync(http, source);

    /// <summary>Senders that look before they send are told that the address is right, and nothing else.</summary>
    public static IResult Get(HttpContext http, string source, WebhookEndpoint endpoint) =>
        endpoint.Find(source) switch
        {
            (_, { } refusal) => endpoint.Refuse(http, refusal),
            var (entry, _) => TypedResults.Json(new Readiness(entry!.Source.Id, "ready"), ReceivingJson.Default.Readiness),
        };

    // Only what has to wait is an async method: each costs an object per request.
    private Task<IResult> ReceiveAsync(HttpContext http, string id)
    {
        var (entry, refused) = Look(http, id);
        return refused is null ? ProveAsync(http, entry!) : Task.FromResult(refused);
    }

    private (SourceEntry? Entry, IResult? Refused) Look(HttpContext http, string id)
    {
        if (addresses.TryRequest(http.Connection.RemoteIpAddress) is { } wait)
        {
            return (null, acceptance.Refuse(http, Refusal.TooFast(wait)));
        }

        var (entry, refusal) = Find(id);
        if (refusal is not null)
        {
            return (null, refusal.Status == StatusCodes.Status404NotFound ? RefuseUnproven(http, refusal) : acceptance.Refuse(http, refusal));
        }

        return ContentTypes.IsJson(http.Request) && http.Request.Headers.ContentEncoding.Count == 0
            ? (entry, null)
            : (null, acceptance.Refuse(http, Refusal.WrongType("application/json in UTF-8 without Content-Encoding")));
    }

    private async Task<IResult> ProveAsync(HttpContext http, SourceEntry entry)
    {
        var headers = HeadersOf(http.Request.Headers);
        var receivedAt = time.GetUtcNow();
        if (StandardWebhooks.CheckHeaders(headers, receivedAt) is { IsVerified: false } early)
        {
            return RefuseUnproven(http, Refusal.Unproven, early.Outcome);
        }

        var limit = entry.Source.MaxBodyBytes;
        var body = await BodyReader.ReadAsync(http, limit);
        if (body is null)
        {
            return acceptance.Refuse(http, Refusal.TooLarge(limit));
        }

        var verification = StandardWebhooks.Verify(headers, body.Span, entry.Secrets, receivedAt);
        if (!verification.IsVerified)
        {
            body.Dispose();
            return RefuseUnproven(http, Refusal.Unproven, verification.Outcome);
        }

        return await AcceptAsync(http, entry, verification, body, receivedAt);
    }

    private Task<IResult> AcceptAsync(HttpContext http, SourceEntry entry, Verification verification, PooledBody body, DateTimeOffset receivedAt)
    {
        if (JsonScreen.FindFault(body.Span) is { } fault)
        {
            return Task.FromResult(Refuse(http, entry, body, Refusal.Malformed(fault, body.Span)));
        }

        var (events, refusal) = SplitWebhook.Split(entry.Source.Id, verification, RelevantHeaders.Of(http.Request.Headers), body.Memory, receivedAt);
        return refusal is null
            ? acceptance.AcceptAsync(http, entry, events, body, StatusCodes.Status202Accepted)
            : Task.FromResult(Refuse(http, entry, body, refusal));
    }

    private IResult Refuse(HttpContext http, Refusal refusal) => acceptance.Refuse(http, refusal);

    private IResult Refuse(HttpContext http, SourceEntry proven, PooledBody body, Refusal refusal)
    {
        body.Dispose();
        return acceptance.Refuse(http, proven, refusal);
    }

    // Proof comes first and is cheap, so a flood of forgeries never locks out the true sender behind the same address.
    private IResult RefuseUnproven(HttpContext http, Refusal refusal, Outcome? outcome = null)
    {
        if (outcome is { } known)
        {
            metrics.Unproven(known);
        }

        return addresses.TryFailure(http.Connection.RemoteIpAddress) is { } wait
            ? acceptance.Refuse(http, Refusal.TooFast(wait))
            : acceptance.Refuse(http, refusal);
    }

    private (SourceEntry? Entry, Refusal? Refusal) Find(string id) => sources.Current.OfWebhook(id) switch
    {
        null => (null, sources.IsLoaded ? Refusal.UnknownSource : Refusal.NotReady),
        { Source.IsEnabled: false } entry => (entry, Refusal.DisabledSource),
        { Secrets.Count: 0 } entry => (entry, Refusal.UnusableSource),
        var entry => (entry, null),
    };

    private static SignatureHeaders HeadersOf(IHeaderDictionary headers) =>
        new(headers[StandardWebhooks.IdHeader], headers[StandardWebhooks.TimestampHeader], headers[StandardWebhooks.SignatureHeader]);
}
