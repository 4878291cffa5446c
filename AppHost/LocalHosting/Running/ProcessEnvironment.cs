using System.Collections;

namespace Aspire.Hosting.Running;

internal static class ProcessEnvironment
{
    /// <summary>A copy of AppHost's own environment.</summary>
    public static Dictionary<string, string> Current() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
}
