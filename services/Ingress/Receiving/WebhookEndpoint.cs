using Freshet.Ingress.Limits;
using Freshet.Ingress.Senders;
using Freshet.Ingress.Sources;
using Freshet.Ingress.Verifying;
using Freshet.Profiles.Events;
using Freshet.Profiles.Screening;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Freshet.Ingress.Receiving;

/// <summary><c>/webhooks/{source}</c>: webhooks of every kind of sender, proven as each kind proves itself.</summary>
public sealed class WebhookEndpoint(
    SourceCatalog sources, AddressLimits addresses, Strangers strangers, Acceptance acceptance, Handshakes handshakes, TimeProvider time)
{
    public static Task<IResult> Post(HttpContext http, string source, WebhookEndpoint endpoint) => endpoint.ReceiveAsync(http, source);

    /// <summary>Senders that look before they send are told that the address is right, and nothing else.</summary>
    public static IResult Get(HttpContext http, string source, WebhookEndpoint endpoint) => endpoint.Greet(http, source);

    /// <summary>Senders that ask how much they may send.</summary>
    public static IResult Options(HttpContext http, string source, WebhookEndpoint endpoint) => endpoint.Find(http, source) switch
    {
        (_, { } refused) => refused,
        var (entry, _) => Handshakes.Allow(http, entry!) ?? TypedResults.StatusCode(StatusCodes.Status405MethodNotAllowed),
    };

    // Only what has to wait is an async method: each costs an object per request.
    private Task<IResult> ReceiveAsync(HttpContext http, string id)
    {
        var (entry, refused) = Find(http, id, hears: true);
        if (refused is not null)
        {
            return Task.FromResult(refused);
        }

        return entry!.Sender.Handshake == Handshake.None || !entry.Source.IsEnabled ? ProveAsync(http, entry) : AnswerAsync(http, entry);
    }

    private async Task<IResult> AnswerAsync(HttpContext http, SourceEntry entry) =>
        await Handshakes.PostAsync(http, entry) ?? await ProveAsync(http, entry);

    private IResult Greet(HttpContext http, string id)
    {
        var (entry, refused) = Find(http, id);
        if (refused is not null)
        {
            return refused;
        }

        if (entry!.Sender.Handshake == Handshake.SignedGet && http.Request.Headers.ContainsKey(HubSpotProof.Header))
        {
            var verification = entry.Proof!.Verify(RequestHead.Of(http.Request, time.GetUtcNow()), default);
            return verification.IsVerified ? Ready(entry) : RefuseUnproven(http, entry, verification.Outcome);
        }

        var (answer, refusal) = Handshakes.Challenge(http, entry);
        return refusal is null ? answer ?? Ready(entry) : RefuseUnproven(http, entry, Outcome.NoMatch, refusal);
    }

    private static JsonHttpResult<Readiness> Ready(SourceEntry entry) => TypedResults.Json(new Readiness(entry.Source.Id, "ready"), ReceivingJson.Default.Readiness);

    private Task<IResult> ProveAsync(HttpContext http, SourceEntry entry)
    {
        if (!ContentTypes.IsAny(http.Request, entry.Sender.ContentTypes) || http.Request.Headers.ContentEncoding.Count > 0)
        {
            var types = string.Join(" or ", entry.Sender.ContentTypes);
            return Task.FromResult(acceptance.Refuse(http, Refusal.WrongType($"{types} in UTF-8 without Content-Encoding")));
        }

        var head = RequestHead.Of(http.Request, time.GetUtcNow());
        return entry.Proof!.CheckHead(head) is { IsVerified: false } early
            ? Task.FromResult(RefuseUnproven(http, entry, early.Outcome))
            : ReadAsync(http, entry, head);
    }

    private async Task<IResult> ReadAsync(HttpContext http, SourceEntry entry, RequestHead head)
    {
        var limit = entry.Source.MaxBodyBytes;
        var body = await BodyReader.ReadAsync(http, limit);
        if (body is null)
        {
            return acceptance.Refuse(http, entry.Sender.Answers.Adapt(Refusal.TooLarge(limit)));
        }

        if (entry.Proof is IFetchesKeys keys && !await keys.FetchAsync(body.Memory, http.RequestAborted))
        {
            body.Dispose();
            return acceptance.Refuse(http, Refusal.KeyNotFetched);
        }

        var verification = entry.Proof!.Verify(head, body.Span);
        if (!verification.IsVerified)
        {
            body.Dispose();
            return RefuseUnproven(http, entry, verification.Outcome);
        }

        return await AcceptAsync(http, entry, verification, body, head.Now);
    }

    private Task<IResult> AcceptAsync(HttpContext http, SourceEntry entry, Verification verification, PooledBody body, DateTimeOffset receivedAt)
    {
        if (entry.Sender.Cut != Cut.Soap && JsonScreen.FindFault(body.Span) is { } fault)
        {
            return Task.FromResult(Refuse(http, entry, body, Refusal.Malformed(fault, body.Span)));
        }

        return entry.Sender.Handshake == Handshake.SubscribeUrl && entry.Source.IsEnabled
            ? ConfirmAsync(http, entry, verification, body, receivedAt)
            : KeepAsync(http, entry, verification, body, receivedAt);
    }

    private async Task<IResult> ConfirmAsync(HttpContext http, SourceEntry entry, Verification verification, PooledBody body, DateTimeOffset receivedAt)
    {
        var (answer, refusal) = await handshakes.ConfirmAsync(entry, body.Memory, http.RequestAborted);
        if (refusal is not null)
        {
            return Refuse(http, entry, body, refusal);
        }

        if (answer is null)
        {
            return await KeepAsync(http, entry, verification, body, receivedAt);
        }

        body.Dispose();
        return answer;
    }

    private Task<IResult> KeepAsync(HttpContext http, SourceEntry entry, in Verification verification, PooledBody body, DateTimeOffset receivedAt)
    {
        var (events, refusal) = Split(http, entry, verification, body, receivedAt);
        if (refusal is null && !entry.Source.IsEnabled)
        {
            (events, refusal) = PrivacySignals(entry, events);
        }

        return refusal is null
            ? acceptance.AcceptAsync(http, entry, events, body, entry.Sender.Answers.Success)
            : Task.FromResult(Refuse(http, entry, body, refusal));
    }

    // Of a source that is switched off: what the law asks for is kept, the rest is refused and counted.
    private (IReadOnlyList<RawEvent> Events, Refusal? Refusal) PrivacySignals(SourceEntry entry, IReadOnlyList<RawEvent> events)
    {
        var signals = events.Where(raw => KeptTypes.IsPrivacySignal(entry.Source.Mapping, raw)).ToList();
        if (signals.Count == 0)
        {
            return (events, Refusal.DisabledSource);
        }

        if (signals.Count < events.Count)
        {
            acceptance.CountRefused(entry, Refusal.DisabledSource.Code, events.Count - signals.Count);
        }

        return (signals, null);
    }

    private static (IReadOnlyList<RawEvent> Events, Refusal? Refusal) Split(
        HttpContext http, SourceEntry entry, in Verification verification, PooledBody body, DateTimeOffset receivedAt)
    {
        var headers = http.Request.Headers;
        return verification.MessageId.Length > 0
            ? SplitWebhook.Split(entry.Source.Id, verification, RelevantHeaders.Of(headers, verification), body.Memory, receivedAt)
            : SplitBody.Split(entry.Source, entry.Sender, RelevantHeaders.Of(headers, entry.Sender.Headers), body.Memory, receivedAt);
    }

    private IResult Refuse(HttpContext http, SourceEntry proven, PooledBody body, Refusal refusal)
    {
        body.Dispose();
        return acceptance.Refuse(http, proven, refusal);
    }

    private IResult RefuseUnproven(HttpContext http, SourceEntry entry, Outcome check, Refusal? refusal = null) =>
        acceptance.Refuse(http, strangers.Meet(http, refusal ?? Refusal.Unproven, entry.Source.Id, check));

    private (SourceEntry? Entry, IResult? Refused) Find(HttpContext http, string id, bool hears = false)
    {
        if (addresses.TryRequest(http.Connection.RemoteIpAddress) is { } wait)
        {
            return (null, acceptance.Refuse(http, Refusal.TooFast(wait)));
        }

        return sources.Current.OfWebhook(id) switch
        {
            null when sources.IsLoaded => (null, acceptance.Refuse(http, strangers.Meet(http, Refusal.UnknownSource))),
            null => (null, acceptance.Refuse(http, Refusal.NotReady)),
            { Source.IsEnabled: false } entry when !(hears && entry.IsHeardForPrivacy) => (null, acceptance.Refuse(http, entry.Sender.Answers.Adapt(Refusal.DisabledSource))),
            { Proof: null } entry => (null, acceptance.Refuse(http, entry.Sender.Answers.Adapt(Refusal.UnusableSource))),
            var entry => (entry, null),
        };
    }
}
