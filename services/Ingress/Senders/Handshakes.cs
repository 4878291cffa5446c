using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Freshet.Ingress.Receiving;
using Freshet.Ingress.Sources;
using Freshet.Ingress.Verifying;

namespace Freshet.Ingress.Senders;

/// <summary>Answers what senders ask besides sending events. Nothing of it is kept.</summary>
public sealed partial class Handshakes(IHttpClientFactory clients, ILogger<Handshakes> logger)
{
    private const string FormType = "application/x-www-form-urlencoded";
    private const int LongestPing = 64;
    private const int LongestToken = 4096;
    private const int LongestChallenge = 256;

    /// <summary>The answer to a POST that is no delivery; null if it is one.</summary>
    public static async Task<IResult?> PostAsync(HttpContext http, SourceEntry source) => source.Sender.Handshake switch
    {
        Handshake.ValidationToken when http.Request.Query.TryGetValue("validationToken", out var token) => EchoOf(http, token),
        Handshake.FormPing when ContentTypes.IsAny(http.Request, [FormType]) => await PingAsync(http),
        _ => null,
    };

    /// <summary>The answer to Meta's question whether this address is ours; null if it is another GET.</summary>
    /// <returns>A refusal with 401 for a wrong token.</returns>
    public static (IResult? Answer, Refusal? Refusal) Challenge(HttpContext http, SourceEntry source)
    {
        var query = http.Request.Query;
        if (source.Sender.Handshake != Handshake.HubChallenge || !query.ContainsKey("hub.mode"))
        {
            return (null, null);
        }

        if (query["hub.mode"] is not ["subscribe"] || query["hub.verify_token"] is not [{ } token] || source.VerifyToken is not { } expected
            || !CryptographicOperations.FixedTimeEquals(SharedKeyProof.Hash(token), SharedKeyProof.Hash(expected)))
        {
            return (null, Refusal.Unproven);
        }

        return query["hub.challenge"] is [{ Length: > 0 and <= LongestChallenge } challenge] && challenge.All(char.IsAsciiLetterOrDigit)
            ? (Text(http, challenge), null)
            : (null, Refusal.WrongHandshake);
    }

    /// <summary>The answer to a sender that asks how much it may send (https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md);
    /// null if the source's kind does not ask, or the request is another one.</summary>
    public static IResult? Allow(HttpContext http, SourceEntry source)
    {
        if (source.Sender.Handshake != Handshake.AllowedOrigin || http.Request.Headers["WebHook-Request-Origin"] is not [{ Length: > 0 and <= LongestChallenge } origin])
        {
            return null;
        }

        var headers = http.Response.Headers;
        headers.Allow = "POST";
        headers["WebHook-Allowed-Origin"] = origin;
        headers["WebHook-Allowed-Rate"] = (60L * source.Source.EventsPerSecond).ToString(CultureInfo.InvariantCulture);
        return TypedResults.Ok();
    }

    /// <summary>The answer to what Amazon SNS sends besides notifications; null for a notification. Only after the proof.</summary>
    public async Task<(IResult? Answer, Refusal? Refusal)> ConfirmAsync(SourceEntry source, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        if (source.Sender.Handshake != Handshake.SubscribeUrl)
        {
            return (null, null);
        }

        var json = JsonElement.Parse(body.Span);
        return JsonText.Of(json, "Type") switch
        {
            AmazonSnsProof.SubscriptionConfirmation => await SubscribeAsync(source, JsonText.Of(json, "SubscribeURL"), ct) is { } refusal
                ? (null, refusal)
                : (TypedResults.Ok(), null),
            AmazonSnsProof.UnsubscribeConfirmation => (TypedResults.Ok(), null),
            _ => (null, null),
        };
    }

    private async Task<Refusal?> SubscribeAsync(SourceEntry source, string? text, CancellationToken ct)
    {
        if (SigningCertificates.AllowedHost(text) is not { } address)
        {
            return Refusal.WrongHandshake;
        }

        try
        {
            using var client = clients.CreateClient(SigningCertificates.ClientName);
            using var answer = await client.GetAsync(address, ct);
            Log.Confirmed(logger, source.Source.Id, (int)answer.StatusCode);
            return answer.IsSuccessStatusCode ? null : Refusal.NotConfirmed;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            Log.NotConfirmed(logger, source.Source.Id, failure.GetType().Name);
            return Refusal.NotConfirmed;
        }
    }

    private static IResult EchoOf(HttpContext http, Microsoft.Extensions.Primitives.StringValues token) =>
        token is [{ Length: > 0 and <= LongestToken } only] ? Text(http, only) : Refusal.WrongHandshake.ToResult(http);

    // What came from outside goes back as text that no browser takes for a page.
    private static Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult Text(HttpContext http, string text)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Text(text, "text/plain", Encoding.UTF8);
    }

    private static async Task<IResult> PingAsync(HttpContext http)
    {
        using var body = await BodyReader.ReadAsync(http, LongestPing);
        return body is not null && IsPing(body.Span) ? TypedResults.Ok() : Refusal.WrongType("application/json in UTF-8 without Content-Encoding").ToResult(http);
    }

    private static bool IsPing(ReadOnlySpan<byte> form) =>
        form.StartsWith("webhook_id="u8) && form.Length > "webhook_id=".Length && !form["webhook_id=".Length..].ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Source {SourceId} confirmed its subscription with Amazon SNS (status {Status})", EventName = "subscription.confirmed")]
        public static partial void Confirmed(ILogger logger, string sourceId, int status);

        [LoggerMessage(2, LogLevel.Warning, "Source {SourceId} could not confirm its subscription with Amazon SNS ({Failure}); Amazon asks again",
            EventName = "subscription.unconfirmed")]
        public static partial void NotConfirmed(ILogger logger, string sourceId, string failure);
    }
}
