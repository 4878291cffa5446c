using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Freshet.Gateway.Execution.Limits;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Transport;

/// <summary>
/// Proves a caller by API key. Keys come in headers (or in a WebSocket's first message), never in cookies or query strings:
/// a browser sends neither header to another origin without a preflight, which nobody answers here, so a foreign page
/// cannot spend a visitor's credentials.
/// </summary>
public sealed class ApiKeyAuthenticator
{
    public const string ApiKeyHeader = "X-Api-Key";

    private const string BearerPrefix = "Bearer ";

    // Digests have one length, so the comparison tells nothing about the length of the key either.
    private readonly byte[][] _digests;
    private readonly ClaimsPrincipal _caller = new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "api-key")], authenticationType: "ApiKey"));

    public ApiKeyAuthenticator(IOptions<GatewayAccessOptions> options)
    {
        string?[] keys = [options.Value.ApiKey, options.Value.PreviousApiKey];
        _digests = [.. keys.Where(key => !string.IsNullOrEmpty(key)).Select(key => Digest(key!))];
    }

    public static bool HasCredentials(HttpRequest request) =>
        request.Headers.ContainsKey(ApiKeyHeader) || !string.IsNullOrEmpty(request.Headers.Authorization);

    /// <summary>The caller, or null when the headers prove nobody.</summary>
    public ClaimsPrincipal? Authenticate(HttpRequest request) =>
        Authenticate(request.Headers.Authorization.ToString(), request.Headers[ApiKeyHeader].ToString());

    /// <summary>The caller that a <c>connection_init</c> payload names, or null.</summary>
    public ClaimsPrincipal? Authenticate(JsonElement payload)
    {
        string? authorization = null;
        string? key = null;
        if (payload.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in payload.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.String)
                    continue;
                if (property.Name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
                    authorization = property.Value.GetString();
                else if (property.Name.Equals(ApiKeyHeader, StringComparison.OrdinalIgnoreCase) || property.Name == "apiKey")
                    key = property.Value.GetString();
            }
        }

        return Authenticate(authorization, key);
    }

    private ClaimsPrincipal? Authenticate(string? authorization, string? key)
    {
        var presented = !string.IsNullOrEmpty(key)
            ? key
            : authorization?.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) == true
                ? authorization[BearerPrefix.Length..].Trim()
                : null;

        return !string.IsNullOrEmpty(presented) && IsKnown(presented) ? _caller : null;
    }

    private bool IsKnown(string key)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Digest(key, digest);
        var known = false;
        foreach (var candidate in _digests)
            known |= CryptographicOperations.FixedTimeEquals(candidate, digest);
        return known;
    }

    private static byte[] Digest(string key)
    {
        var digest = new byte[SHA256.HashSizeInBytes];
        Digest(key, digest);
        return digest;
    }

    private static void Digest(string key, Span<byte> digest)
    {
        // Longer keys than this are nobody's, and are still compared.
        Span<byte> bytes = key.Length <= 256 ? stackalloc byte[Encoding.UTF8.GetMaxByteCount(key.Length)] : new byte[Encoding.UTF8.GetMaxByteCount(key.Length)];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(key, bytes)], digest);
    }
}
