using System.Globalization;
using Freshet.Ingress.Verifying;

namespace Freshet.Ingress.Receiving;

/// <summary>The request headers that say something about an event. Credentials and signatures are not among them: this is a list of what is kept.</summary>
public static class RelevantHeaders
{
    private const int LongestValue = 512;

    private static readonly string[] Kept = ["content-type", "user-agent", StandardWebhooks.IdHeader, StandardWebhooks.TimestampHeader];

    public static IReadOnlyDictionary<string, string> Of(IHeaderDictionary headers)
    {
        var kept = Of(headers, Kept);
        foreach (var (name, values) in headers)
        {
            if (IsTopic(name) && values is [{ Length: > 0 and <= LongestValue } value])
            {
                kept[name.ToLowerInvariant()] = value;
            }
        }

        return kept;
    }

    /// <summary>The same of a request whose proof gave its id and time, under whatever names: reading the event looks under ours.</summary>
    public static IReadOnlyDictionary<string, string> Of(IHeaderDictionary headers, in Verification verification)
    {
        var kept = Of(headers);
        if (kept.ContainsKey(StandardWebhooks.IdHeader))
        {
            return kept;
        }

        return new Dictionary<string, string>(kept, StringComparer.Ordinal)
        {
            [StandardWebhooks.IdHeader] = verification.MessageId,
            [StandardWebhooks.TimestampHeader] = verification.SentAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Those of a list. A name that comes twice says nothing.</summary>
    /// <param name="headers">As they came.</param>
    /// <param name="names">In lower case.</param>
    public static Dictionary<string, string> Of(IHeaderDictionary headers, IReadOnlyList<string> names)
    {
        var kept = new Dictionary<string, string>(names.Count, StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (headers.TryGetValue(name, out var values) && values is [{ Length: > 0 and <= LongestValue } value])
            {
                kept[name] = value;
            }
        }

        return kept;
    }

    // X-Shop-Topic, X-GitHub-Event: by custom the header that says what kind of event it is.
    private static bool IsTopic(string name) =>
        name.StartsWith("X-", StringComparison.OrdinalIgnoreCase)
        && (name.EndsWith("-Topic", StringComparison.OrdinalIgnoreCase) || name.EndsWith("-Event", StringComparison.OrdinalIgnoreCase));
}
