using System.Text.RegularExpressions;

namespace Freshet.Profiles.LookUps;

/// <summary>An address or a header with places to fill in.</summary>
public static partial class LookUpTemplate
{
    /// <summary>The places in braces, each once: <c>{email}</c>, <c>{external:shopify}</c>, <c>{trait:company}</c>.</summary>
    public static IReadOnlyList<string> NamespacesIn(string url) => [.. Identity.Matches(url).Select(match => match.Groups["name"].Value).Distinct()];

    /// <summary>The parameters that a header names: <c>${crm-token}</c>.</summary>
    public static IReadOnlyList<string> ParametersIn(string header) => [.. Parameter.Matches(header).Select(match => match.Groups["name"].Value).Distinct()];

    /// <summary>The address with identities in their places, escaped: an identity cannot reach another place of the address. Null: one of them would.</summary>
    /// <param name="url">The template.</param>
    /// <param name="identities">One of every namespace in it.</param>
    public static Uri? FillUrl(string url, IReadOnlyDictionary<string, string> identities)
    {
        var names = NamespacesIn(url);
        // To what reads a path these are folders, however they are escaped.
        return names.Any(name => identities[name] is "." or "..")
            ? null
            : new Uri(Identity.Replace(url, match => Uri.EscapeDataString(identities[match.Groups["name"].Value])));
    }

    /// <param name="header">The template.</param>
    /// <param name="parameters">One of every name in it.</param>
    public static string FillHeader(string header, IReadOnlyDictionary<string, string> parameters) =>
        Parameter.Replace(header, match => parameters[match.Groups["name"].Value].Trim());

    [GeneratedRegex(@"\{(?<name>[^{}]*)\}")]
    private static partial Regex Identity { get; }

    [GeneratedRegex(@"\$\{(?<name>[^{}]*)\}")]
    private static partial Regex Parameter { get; }
}
