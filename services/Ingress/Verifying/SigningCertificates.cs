using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Freshet.ServiceDefaults.Limits;

namespace Freshet.Ingress.Verifying;

/// <summary>
/// The certificates by which Amazon SNS signs. A message says where its certificate is, so only addresses of Amazon are asked, over TLS, without
/// following redirects, seldom, and for little.
/// </summary>
public sealed partial class SigningCertificates(IHttpClientFactory clients, TimeProvider time, ILogger<SigningCertificates> logger)
{
    /// <summary>The name of the <see cref="HttpClient"/> that asks Amazon.</summary>
    public const string ClientName = "amazon-sns";

    /// <summary>Largest answer that is read.</summary>
    public const int LargestAnswer = 64 * 1024;

    private const int MostKept = 64;

    private readonly ConcurrentDictionary<Uri, X509Certificate2> _known = [];
    private readonly TokenBucket _fetches = new(perSecond: 1, burst: 10, time);

    // As Amazon's own validator for Node.js has it.
    [GeneratedRegex(@"^sns\.[a-zA-Z0-9\-]{3,}\.amazonaws\.com(\.cn)?\z")]
    private static partial Regex Host { get; }

    /// <summary>The address, if it is one of Amazon's for certificates.</summary>
    public static Uri? Allowed(string? text) =>
        AllowedHost(text) is { Query: "", Fragment: "" } address && address.AbsolutePath.EndsWith(".pem", StringComparison.Ordinal) ? address : null;

    /// <summary>The address, if it is one of Amazon SNS, in its one spelling.</summary>
    public static Uri? AllowedHost(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address is { Scheme: "https", IsDefaultPort: true, UserInfo: "" }
        && Host.IsMatch(address.Host)
        && address.AbsoluteUri == text
            ? address
            : null;

    /// <summary>The certificate, if it was fetched and is valid now.</summary>
    public X509Certificate2? Find(Uri address)
    {
        var now = time.GetUtcNow();
        return _known.TryGetValue(address, out var certificate) && IsValid(certificate, now) ? certificate : null;
    }

    /// <summary>Sees that the certificate is here. False: it could not be had now.</summary>
    public async ValueTask<bool> FetchAsync(Uri address, CancellationToken ct)
    {
        if (_known.ContainsKey(address))
        {
            return true;
        }

        if (_fetches.TryTake(1) is not null)
        {
            return false;
        }

        try
        {
            using var client = clients.CreateClient(ClientName);
            using var answer = await client.GetAsync(address, ct);
            if (!answer.IsSuccessStatusCode)
            {
                Log.NotFetched(logger, address.Host, $"status {(int)answer.StatusCode}");
                return false;
            }

            Keep(address, X509Certificate2.CreateFromPem(await answer.Content.ReadAsStringAsync(ct)));
            return true;
        }
        catch (Exception failure) when (failure is HttpRequestException or CryptographicException or OperationCanceledException)
        {
            Log.NotFetched(logger, address.Host, failure.GetType().Name);
            return false;
        }
    }

    private static bool IsValid(X509Certificate2 certificate, DateTimeOffset now) =>
        now >= new DateTimeOffset(certificate.NotBefore) && now <= new DateTimeOffset(certificate.NotAfter);

    private void Keep(Uri address, X509Certificate2 certificate)
    {
        if (_known.Count >= MostKept && _known.Keys.FirstOrDefault() is { } any)
        {
            _known.TryRemove(any, out _);
        }

        _known[address] = certificate;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The signing certificate of Amazon SNS could not be had from {Host} ({Failure}); its message is answered 503 and comes again",
            EventName = "certificate.missing")]
        public static partial void NotFetched(ILogger logger, string host, string failure);
    }
}
