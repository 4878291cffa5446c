using System.Text.Json;
using System.Text.Json.Nodes;
using Freshet.Ingress.Limits;
using Freshet.Ingress.Receiving;
using Freshet.Ingress.Senders;
using Freshet.Ingress.Sources;
using Freshet.Ingress.Tracking;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Ga4;

/// <summary>
/// <c>/mp/collect</c> and <c>/debug/mp/collect</c>: Google Analytics' Measurement Protocol, known by <c>api_secret</c> and <c>measurement_id</c> (of an
/// app: <c>firebase_app_id</c>). As with Google, what is proven gets 204 whatever is in it; the other address tells what is wrong, and keeps nothing.
/// </summary>
public sealed class Ga4Endpoint(SourceCatalog sources, AddressLimits addresses, Strangers strangers, Acceptance acceptance, TimeProvider time)
{
    private static readonly Sender Sender = SenderTable.Of(SourceKind.Ga4);

    public static Task<IResult> Collect(HttpContext http, Ga4Endpoint endpoint) => endpoint.ReceiveAsync(http, endpoint.KeepAsync);

    public static Task<IResult> Validate(HttpContext http, Ga4Endpoint endpoint) => endpoint.ReceiveAsync(http, Tell);

    private async Task<IResult> ReceiveAsync(HttpContext http, Func<HttpContext, SourceEntry, PooledBody, Ga4Events, Task<IResult>> answer)
    {
        if (addresses.TryRequest(http.Connection.RemoteIpAddress) is { } wait)
        {
            return acceptance.Refuse(http, Refusal.TooFast(wait));
        }

        if (!sources.IsLoaded)
        {
            return acceptance.Refuse(http, Refusal.NotReady);
        }

        if (OfSecret(http.Request) is not { } entry)
        {
            return acceptance.Refuse(http, strangers.Meet(http, Refusal.Unproven));
        }

        if (!entry.Source.IsEnabled)
        {
            return acceptance.Refuse(http, entry, Refusal.DisabledSource);
        }

        if (!ContentTypes.TryEncoding(http.Request, out var encoding) || !(http.Request.ContentType is null || ContentTypes.IsAny(http.Request, Sender.ContentTypes)))
        {
            return acceptance.Refuse(http, entry, Refusal.WrongType("application/json in UTF-8, plain, gzip or br"));
        }

        var (body, refusal) = await ReadAsync(http, encoding);
        return body is null
            ? acceptance.Refuse(http, entry, refusal!)
            : await answer(http, entry, body, SplitGa4.Split(body.Memory, new TrackingRequest(entry.Source.Id, RelevantHeaders.Of(http.Request.Headers), time.GetUtcNow())));
    }

    private SourceEntry? OfSecret(HttpRequest request)
    {
        var query = request.Query;
        var stream = query.ContainsKey("measurement_id") ? query["measurement_id"] : query["firebase_app_id"];
        return query["api_secret"] is [{ } secret] && stream is [{ } id] && sources.Current.OfWriteKey(secret, SourceKind.Ga4) is { } entry && entry.Source.MeasurementId == id
            ? entry
            : null;
    }

    private static async Task<(PooledBody? Body, Refusal? Refusal)> ReadAsync(HttpContext http, string? encoding)
    {
        try
        {
            return await BodyReader.ReadAsync(http, Ga4Rules.LargestBody, encoding) is { } body ? (body, null) : (null, Refusal.TooLarge(Ga4Rules.LargestBody));
        }
        catch (InvalidDataException)
        {
            return (null, Refusal.DamagedEncoding);
        }
    }

    private async Task<IResult> KeepAsync(HttpContext http, SourceEntry entry, PooledBody body, Ga4Events split)
    {
        if (split.Refused.Count > 0)
        {
            acceptance.CountRefused(entry, "ga4.invalid", split.Refused.Count);
        }

        if (split.Events.Count > 0)
        {
            return await acceptance.AcceptAsync(http, entry, split.Events, body, durable => ReceiptResult.With(http, durable, TypedResults.NoContent()));
        }

        body.Dispose();
        return TypedResults.NoContent();
    }

    private static Task<IResult> Tell(HttpContext http, SourceEntry entry, PooledBody body, Ga4Events split)
    {
        body.Dispose();
        var messages = split.Refused.Concat(split.Advice).Select(message => (JsonNode)new JsonObject
        {
            ["fieldPath"] = message.FieldPath,
            ["description"] = message.Description,
            ["validationCode"] = message.ValidationCode,
        });
        var answer = new JsonObject { ["validationMessages"] = new JsonArray([.. messages]) };
        return Task.FromResult<IResult>(TypedResults.Text(answer.ToJsonString(JsonSerializerOptions.Web), "application/json"));
    }
}
