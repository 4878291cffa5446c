using Microsoft.Extensions.Configuration;

namespace Freshet.Profiles.Sources;

/// <summary>Secrets that sources name: configuration <c>Parameters:{name}</c>.</summary>
public static class SecretParameters
{
    /// <summary>The parameter's value, null if nobody set it. Like Aspire, a name with hyphens may also be given with underscores,
    /// since shells cannot set a variable with a hyphen in its name.</summary>
    public static string? Read(IConfiguration configuration, string name) =>
        NullIfEmpty(configuration[$"Parameters:{name}"]) ?? NullIfEmpty(configuration[$"Parameters:{name.Replace('-', '_')}"]);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
