using System.Net.Http.Headers;

namespace Freshet.Ingress.Receiving;

/// <summary>Which bodies are read.</summary>
internal static class ContentTypes
{
    public static bool IsJson(HttpRequest request) => Is(request, "application/json");

    /// <summary>Browsers send beacons as text: anything else would cost them a preflight request that a closing page cannot make.</summary>
    public static bool IsJsonOrBeacon(HttpRequest request) => IsJson(request) || Is(request, "text/plain");

    /// <summary>Whether the body is of one of these media types.</summary>
    public static bool IsAny(HttpRequest request, IReadOnlyList<string> types)
    {
        foreach (var type in types)
        {
            if (Is(request, type))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The content encoding, null for none; false for one that is not read, or several.</summary>
    public static bool TryEncoding(HttpRequest request, out string? encoding)
    {
        encoding = request.Headers.ContentEncoding switch
        {
            [] => null,
            [var only] => only?.Trim().ToLowerInvariant(),
            _ => "several",
        };
        encoding = encoding is "identity" or "" ? null : encoding;
        return encoding is null or "gzip" or "br";
    }

    private static bool Is(HttpRequest request, string type) =>
        request.ContentType is { } text
        && (text == type || (MediaTypeHeaderValue.TryParse(text, out var parsed)
            && string.Equals(parsed.MediaType, type, StringComparison.OrdinalIgnoreCase)
            && (parsed.CharSet is null || string.Equals(parsed.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase))));
}
