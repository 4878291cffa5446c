using Freshet.Profiles.Screening;
using Freshet.ServiceDefaults.Problems;

namespace Freshet.Ingress.Receiving;

/// <summary>Every way in which a request is refused: status, code, and what its sender can do. Nothing in them comes from the request but places.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Detail">Tells the cure.</param>
/// <param name="RetryAfter">When to come again; with 429 and 503 always.</param>
/// <param name="Members">Further members of the answer.</param>
public sealed record Refusal(int Status, string Code, string Detail, TimeSpan? RetryAfter = null, IDictionary<string, object?>? Members = null)
{
    public static Refusal UnknownSource { get; } =
        new(StatusCodes.Status404NotFound, "source.unknown", "No source of that name takes webhooks. Check the address.");

    public static Refusal DisabledSource { get; } =
        new(StatusCodes.Status410Gone, "source.disabled", "The source is switched off. Stop sending, or enable it in the workspace.");

    public static Refusal UnusableSource { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "source.not-configured", "The source lacks a secret; /health names it.", TimeSpan.FromSeconds(30));

    public static Refusal NotReady { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "sources.unknown", "The sources are not known yet; /health says why.", TimeSpan.FromSeconds(1));

    /// <summary>One answer for every failed proof: which check failed would help an attacker only.</summary>
    public static Refusal Unproven { get; } =
        new(StatusCodes.Status401Unauthorized, "credentials.invalid", "The request does not prove who sent it. Check secret, signature and clock.");

    /// <summary>The key by which a sender signs is with a third party that does not answer.</summary>
    public static Refusal KeyNotFetched { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "sender.key-unavailable", "The sender's signing key could not be fetched. Send it again.", TimeSpan.FromSeconds(5));

    public static Refusal WrongHandshake { get; } =
        new(StatusCodes.Status400BadRequest, "handshake.malformed", "The handshake lacks what is to be answered, or it is too long.");

    public static Refusal NotConfirmed { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "subscription.unconfirmed", "The subscription could not be confirmed. Send the confirmation again.", TimeSpan.FromSeconds(30));

    public static Refusal DamagedEncoding { get; } =
        new(StatusCodes.Status400BadRequest, "body.encoding-invalid", "The body is not what Content-Encoding says.");

    public static Refusal WrongType(string expected) =>
        new(StatusCodes.Status415UnsupportedMediaType, "content-type.unsupported", $"Send {expected}.");

    public static Refusal TooLarge(int limit) =>
        new(StatusCodes.Status413PayloadTooLarge, "body.too-large", $"The body may have {limit} bytes. Send less at once.");

    public static Refusal TooManyEvents(int limit) =>
        new(StatusCodes.Status413PayloadTooLarge, "batch.too-large", $"A request may hold {limit} events. Send several.");

    public static Refusal TooFast(TimeSpan retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, "rate.exceeded", "More comes than may. Slow down, or raise the source's eventsPerSecond.", retryAfter);

    public static Refusal Malformed(string code, string detail, string pointer) =>
        new(StatusCodes.Status400BadRequest, code, detail, Members: new Dictionary<string, object?> { ["pointer"] = pointer });

    public static Refusal Malformed(ScreenFault fault, ReadOnlySpan<byte> body) =>
        new(StatusCodes.Status400BadRequest, fault.Code, fault.Detail, Members: new Dictionary<string, object?>
        {
            ["pointer"] = JsonPlace.PointerAt(body, fault.Offset),
            ["offset"] = fault.Offset,
        });

    /// <summary>As RFC 9457 ProblemDetails; as nothing where the sender is to believe that all is well.</summary>
    public IResult ToResult(HttpContext http)
    {
        if (Status < StatusCodes.Status300MultipleChoices)
        {
            return TypedResults.StatusCode(Status);
        }

        if (RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return Problem.Of(Status, Code, Detail, Members);
    }
}
