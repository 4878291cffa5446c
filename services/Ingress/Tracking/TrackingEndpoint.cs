using Freshet.Ingress.Limits;
using Freshet.Ingress.Receiving;
using Freshet.Ingress.Sources;
using Freshet.Profiles.Screening;

namespace Freshet.Ingress.Tracking;

/// <summary><c>/v1/{identify,track,page,screen,group,alias,batch}</c>: calls of Segment's client libraries, known by their write key.</summary>
/// <remarks>
/// A batch with some bad calls is accepted without them (200, <c>rejected</c> names each); one with none that is good, or any bad one
/// under <c>X-Strict-Mode: 1</c>, is answered 400 and nothing of it is kept.
/// </remarks>
public sealed class TrackingEndpoint(SourceCatalog sources, AddressLimits addresses, Strangers strangers, Acceptance acceptance, TimeProvider time)
{
    public static Task<IResult> Post(HttpContext http, string call, TrackingEndpoint endpoint) => endpoint.ReceiveAsync(http, call);

    private async Task<IResult> ReceiveAsync(HttpContext http, string address)
    {
        if (addresses.TryRequest(http.Connection.RemoteIpAddress) is { } wait)
        {
            return acceptance.Refuse(http, Refusal.TooFast(wait));
        }

        if (TrackingCalls.OfAddress(address) is not { } call)
        {
            return acceptance.Refuse(http, UnknownCall);
        }

        if (!sources.IsLoaded)
        {
            return acceptance.Refuse(http, Refusal.NotReady);
        }

        if (!ContentTypes.IsJsonOrBeacon(http.Request) || !ContentTypes.TryEncoding(http.Request, out var encoding))
        {
            return acceptance.Refuse(http, Refusal.WrongType("application/json or text/plain in UTF-8, plain, gzip or br"));
        }

        // A header decides alone: a wrong one is not made good by a key in the body.
        var header = http.Request.Headers.Authorization;
        var byHeader = header.Count == 0 ? null : sources.Current.OfWriteKey(WriteKeys.FromBasic(header.Count == 1 ? header[0] : null));
        return header.Count > 0 && byHeader is null ? RefuseUnproven(http) : await ReadAsync(http, call, encoding, byHeader);
    }

    private async Task<IResult> ReadAsync(HttpContext http, TrackingCall call, string? encoding, SourceEntry? byHeader)
    {
        PooledBody? body;
        try
        {
            body = await BodyReader.ReadAsync(http, TrackingRules.LargestBatch, encoding);
        }
        catch (InvalidDataException)
        {
            return Refuse(http, byHeader, Refusal.DamagedEncoding);
        }

        if (body is null)
        {
            return Refuse(http, byHeader, Refusal.TooLarge(TrackingRules.LargestBatch));
        }

        if (FindFault(body, call, out var members) is { } fault)
        {
            // Whoever brings neither key nor readable body is a stranger, not a customer in error.
            body.Dispose();
            return byHeader is null && members.WriteKey is null
                ? RefuseUnproven(http)
                : Refuse(http, byHeader ?? sources.Current.OfWriteKey(members.WriteKey), fault);
        }

        var entry = byHeader ?? sources.Current.OfWriteKey(members.WriteKey);
        return entry is null ? RefuseUnproven(http, body) : await AcceptAsync(http, call, entry, body, members);
    }

    private async Task<IResult> AcceptAsync(HttpContext http, TrackingCall call, SourceEntry entry, PooledBody body, TrackingMembers members)
    {
        if (!entry.Source.IsEnabled)
        {
            body.Dispose();
            return acceptance.Refuse(http, entry, Refusal.DisabledSource);
        }

        var request = new TrackingRequest(entry.Source.Id, RelevantHeaders.Of(http.Request.Headers), time.GetUtcNow());
        var split = call == TrackingCall.Batch
            ? SplitTracking.Batch(body.Memory, members, request)
            : SplitTracking.Single(call, body.Memory, members, request);
        foreach (var item in split.Refused)
        {
            acceptance.CountRefused(entry, item.Code);
        }

        var isStrict = http.Request.Headers["X-Strict-Mode"] == "1";
        if (split.Refused.Count > 0 && (isStrict || split.Events.Count == 0))
        {
            // The good calls are refused along with the bad ones: the sender counts them as sent, and so does the ledger.
            acceptance.CountRefused(entry, "tracking.strict", split.Events.Count);
            body.Dispose();
            return RefusedItem.RefusalOf(split.Refused).ToResult(http);
        }

        return await acceptance.AcceptAsync(http, entry, split.Events, body, StatusCodes.Status200OK, split.Refused);
    }

    private static Refusal? FindFault(PooledBody body, TrackingCall call, out TrackingMembers members)
    {
        members = default;
        if (JsonScreen.FindFault(body.Span) is { } fault)
        {
            return Refusal.Malformed(fault, body.Span);
        }

        if (body.Span.TrimStart(" \t\r\n"u8)[0] != (byte)'{')
        {
            return Refusal.Malformed("tracking.not-an-object", "A tracking request is a JSON object.", "");
        }

        members = TrackingMembers.Read(body.Span);
        return call != TrackingCall.Batch ? null : members switch
        {
            { Batch: null } => Refusal.Malformed("tracking.batch-missing", "Member batch must be an array of calls.", "/batch"),
            { BatchCount: 0 } => Refusal.Malformed("tracking.batch-empty", "The batch holds no call.", "/batch"),
            { BatchCount: > TrackingRules.MostCalls } => Refusal.TooManyEvents(TrackingRules.MostCalls),
            _ => null,
        };
    }

    private IResult Refuse(HttpContext http, SourceEntry? proven, Refusal refusal) =>
        proven is null ? acceptance.Refuse(http, refusal) : acceptance.Refuse(http, proven, refusal);

    private IResult RefuseUnproven(HttpContext http, PooledBody? body = null)
    {
        body?.Dispose();
        return acceptance.Refuse(http, strangers.Meet(http, Refusal.Unproven));
    }

    private static Refusal UnknownCall { get; } =
        new(StatusCodes.Status404NotFound, "tracking.call-unknown", "The calls are identify, track, page, screen, group, alias and batch.");
}
