using System.Diagnostics;

namespace Freshet.Processing;

/// <summary>Spans of this host.</summary>
internal static class ProcessingTracing
{
    private static readonly ActivitySource Source = new("Freshet.Processing");

    /// <summary>
    /// One span per attempt at a batch. It is linked to what announced the batch, not its child: a batch holds the events of many
    /// requests, and a retry may come hours later. Null when nobody listens.
    /// </summary>
    public static Activity? ProcessEventBatch(Guid batchId, int events)
    {
        var announcement = Activity.Current;
        if (!Source.HasListeners())
        {
            return null;
        }

        // A span without a parent is asked for by having none at hand.
        Activity.Current = null;
        var span = Source.StartActivity("process event batch", ActivityKind.Consumer, default(ActivityContext), links: LinksTo(announcement));
        Activity.Current = span ?? announcement;
        return span?.SetTag("messaging.batch.message_count", events).SetTag("freshet.batch.id", batchId);
    }

    private static ActivityLink[] LinksTo(Activity? announcement) => announcement is null ? [] : [new ActivityLink(announcement.Context)];
}
