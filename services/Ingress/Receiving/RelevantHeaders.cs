using Freshet.Ingress.Verifying;

namespace Freshet.Ingress.Receiving;

/// <summary>The request headers that say something about an event. Credentials and signatures are not among them: this is a list of what is kept.</summary>
public static class RelevantHeaders
{
    private const int LongestValue = 512;

    private static readonly string[] Kept = ["content-type", "user-agent", StandardWebhooks.IdHeader, StandardWebhooks.TimestampHeader];

    public static IReadOnlyDictionary<string, string> Of(IHeaderDictionary headers)
    {
        var kept = new Dictionary<string, string>(Kept.Length, StringComparer.Ordinal);
        foreach (var name in Kept)
        {
            if (headers.TryGetValue(name, out var values) && values is [{ Length: > 0 and <= LongestValue } value])
            {
                kept[name] = value;
            }
        }

        foreach (var (name, values) in headers)
        {
            if (IsTopic(name) && values is [{ Length: > 0 and <= LongestValue } value])
            {
                kept[name.ToLowerInvariant()] = value;
            }
        }

        return kept;
    }

    // X-Shop-Topic, X-GitHub-Event: by custom the header that says what kind of event it is.
    private static bool IsTopic(string name) =>
        name.StartsWith("X-", StringComparison.OrdinalIgnoreCase)
        && (name.EndsWith("-Topic", StringComparison.OrdinalIgnoreCase) || name.EndsWith("-Event", StringComparison.OrdinalIgnoreCase));
}
