namespace Freshet.Profiles.Formats;

/// <summary>Addresses of the web.</summary>
public static class WebAddresses
{
    /// <summary>Scheme and host in lower case and A-labels, no usual port, the path escaped and without dots; null: it is no absolute http or https
    /// address, or it holds a password.</summary>
    public static string? Normalize(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0
            || uri.IdnHost.Length == 0 || !text.AsSpan(uri.Scheme.Length).StartsWith("://"))
        {
            return null;
        }

        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost.ToLowerInvariant();
        var rest = uri.GetComponents(UriComponents.PathAndQuery | UriComponents.Fragment, UriFormat.UriEscaped);
        return $"{uri.Scheme}://{host}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}{rest}";
    }
}
