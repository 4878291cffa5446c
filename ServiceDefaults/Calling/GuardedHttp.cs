using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Freshet.ServiceDefaults.Calling;

/// <summary>
/// Calls addresses that people wrote into a workspace, where a mistake or a malicious hand must not reach our own network: only http and https, only public
/// addresses (see <see cref="GuardedRequest.MayBePrivate"/>), no redirections, no cookies, no proxy, a bounded answer, one circuit breaker per
/// <see cref="GuardedRequest.Circuit"/>, no retries. Addresses and headers reach no log, span or metric. Registered by
/// <see cref="GuardedHttpModule.AddGuardedHttp"/>.
/// </summary>
public sealed class GuardedHttp(IHttpClientFactory clients, TimeProvider time)
{
    /// <summary>Largest answer that is read, in bytes.</summary>
    public const int LargestAnswer = 256 * 1024;

    internal const string PublicClient = "guarded";
    internal const string ListedClient = "guarded-listed";

    internal static readonly HttpRequestOptionsKey<GuardedRequest> Request = new("Freshet.GuardedRequest");

    /// <summary>Sends it once. What goes wrong on the way is a result; only a canceled token throws.</summary>
    public async Task<CallResult> SendAsync(GuardedRequest request, CancellationToken ct)
    {
        if (!IsCallable(request.Address))
        {
            return new CallResult.Failed(CallFailure.Forbidden);
        }

        using var message = MessageOf(request);
        using var client = clients.CreateClient(request.MayBePrivate ? ListedClient : PublicClient);
        try
        {
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
            return (int)response.StatusCode is >= 300 and < 400
                ? new CallResult.Failed(CallFailure.Redirected)
                : new CallResult.Answered((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(ct)) { RetryAfter = RetryAfterOf(response) };
        }
        catch (Exception failure) when (ReasonOf(failure) is { } reason && !ct.IsCancellationRequested)
        {
            return new CallResult.Failed(reason);
        }
    }

    /// <summary>Whether an address has the form of one that may be called; where it leads is judged when it is called.</summary>
    public static bool IsCallable(Uri address) =>
        address is { IsAbsoluteUri: true, UserInfo: "" } && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);

    internal static bool IsForbidden(Exception? failure) => failure is HttpRequestException { InnerException: ForbiddenAddressException };

    // A date that has passed asks for no wait.
    private TimeSpan? RetryAfterOf(HttpResponseMessage response) =>
        (response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - time.GetUtcNow()) is { } wait
            ? wait < TimeSpan.Zero ? TimeSpan.Zero : wait
            : null;

    private static HttpRequestMessage MessageOf(GuardedRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Address);
        message.Options.Set(Request, request);
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new("application/json");
        }

        foreach (var (name, value) in request.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static CallFailure? ReasonOf(Exception failure) => failure switch
    {
        TimeoutRejectedException => CallFailure.TimedOut,
        BrokenCircuitException => CallFailure.CircuitOpen,
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => CallFailure.TooLarge,
        HttpRequestException => IsForbidden(failure) ? CallFailure.Forbidden : CallFailure.Unreachable,
        IOException => CallFailure.Unreachable,
        _ => null,
    };
}
