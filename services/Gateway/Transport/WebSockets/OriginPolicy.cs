namespace Freshet.Gateway.Transport.WebSockets;

/// <summary>Which pages may open a socket (cross-site WebSocket hijacking). Pure.</summary>
public static class OriginPolicy
{
    public static bool Allows(HttpRequest request, IList<string> allowed, bool isDevelopment) =>
        Allows(request.Headers.Origin.ToString(), $"{request.Scheme}://{request.Host}", allowed, isDevelopment);

    public static bool Allows(string origin, string own, IList<string> allowed, bool isDevelopment)
    {
        // Only browsers send an origin, and they always do.
        if (origin.Length == 0)
            return true;
        if (string.Equals(origin, own, StringComparison.OrdinalIgnoreCase))
            return true;
        if (allowed.Any(candidate => string.Equals(candidate.TrimEnd('/'), origin, StringComparison.OrdinalIgnoreCase)))
            return true;
        return isDevelopment && Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.IsLoopback;
    }
}
