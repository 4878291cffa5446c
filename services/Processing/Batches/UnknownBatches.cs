namespace Freshet.Processing.Batches;

/// <summary>
/// A message about a batch that is not in the table: its partition was dropped, or the message belongs to another installation. There is
/// nothing to do for it and nothing to wait for, but it must not go by in silence.
/// </summary>
public sealed partial class UnknownBatches(ProcessingMetrics metrics, ILogger<UnknownBatches> logger)
{
    public void Ignore(Guid batchId)
    {
        metrics.BatchUnknown();
        Log.Unknown(logger, batchId);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Ignored a message about batch {BatchId}: there is no such batch", EventName = "batch.unknown")]
        public static partial void Unknown(ILogger logger, Guid batchId);
    }
}
