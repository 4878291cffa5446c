using System.Text.RegularExpressions;

namespace Freshet.Profiles.Formats;

/// <summary>Addresses of the web.</summary>
public static partial class WebAddresses
{
    /// <summary>Scheme and host in lower case and A-labels, no usual port, the path escaped and without dots; null: it is no absolute http or https
    /// address, or it holds a password.</summary>
    public static string? Normalize(string text)
    {
        if (!Uri.TryCreate(StrayPercent().Replace(text, "%25"), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0
            || HostOf(uri) is not { } host || !text.AsSpan(uri.Scheme.Length).StartsWith("://"))
        {
            return null;
        }

        var rest = uri.GetComponents(UriComponents.PathAndQuery | UriComponents.Fragment, UriFormat.UriEscaped);
        return $"{uri.Scheme}://{host}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}{rest}";
    }

    private static string? HostOf(Uri uri)
    {
        try
        {
            var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost.ToLowerInvariant();
            return host.Length > 0 && System.Text.Ascii.IsValid(host) ? host : null;
        }
        catch (UriFormatException)
        {
            // Uri lets a host pass whose letters are none of IDN's; one with a wrong label stays as it was.
            return null;
        }
    }

    // Uri escapes these as well, but unescapes what follows them only when it reads the result again.
    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex StrayPercent();
}
