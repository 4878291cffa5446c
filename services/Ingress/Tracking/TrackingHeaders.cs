using System.Text;

namespace Freshet.Ingress.Tracking;

/// <summary>Members of a batch that belong to each of its events travel in the events' headers.</summary>
public static class TrackingHeaders
{
    public const string SentAt = "sentAt";
    public const string BatchContext = "batch-context";
    public const string BatchIntegrations = "batch-integrations";

    internal static IReadOnlyDictionary<string, string> WithBatch(
        IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> json, in TrackingMembers members)
    {
        if (members is { SentAt: null, Context: null, Integrations: null })
        {
            return headers;
        }

        var all = new Dictionary<string, string>(headers, StringComparer.Ordinal);
        if (members.SentAt is { } sentAt)
        {
            all[SentAt] = sentAt;
        }

        if (members.Context is { } context)
        {
            all[BatchContext] = Encoding.UTF8.GetString(json[context]);
        }

        if (members.Integrations is { } integrations)
        {
            all[BatchIntegrations] = Encoding.UTF8.GetString(json[integrations]);
        }

        return all;
    }
}
