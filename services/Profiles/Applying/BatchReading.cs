using Freshet.Profiles.Batches;
using Freshet.Profiles.DeadLetters;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Events;
using Freshet.Profiles.Ignoring;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Sources;

namespace Freshet.Profiles.Applying;

/// <summary>An event that is understood, beside what its sender wrote.</summary>
/// <param name="BatchId">The batch that holds it.</param>
/// <param name="Raw">As it was received.</param>
/// <param name="Event">As it is applied.</param>
/// <param name="Rejected">Values that were left out of it.</param>
internal sealed record ReadableEvent(Guid BatchId, RawEvent Raw, CanonicalEvent Event, IReadOnlyList<RejectedValue> Rejected);

/// <summary>What reading a batch's events came to.</summary>
internal sealed record ReadEvents(
    IReadOnlyList<ReadableEvent> Readable, IReadOnlyList<ParkedEvent> Refused, IReadOnlyList<(RawEvent Raw, Exception Failure)> Broken);

/// <summary>Reads raw events with the workspace at hand. An event that breaks the reading is kept apart from its neighbors.</summary>
/// <param name="index">Blind index of identities.</param>
/// <param name="keys">Opens payloads.</param>
/// <param name="ignored">Notices fields that nobody takes; null: this host does not report them.</param>
public sealed class BatchReading(IdentityIndex index, KeyRing keys, IgnoredFieldTally? ignored = null)
{
    internal IdentityIndex Index => index;

    /// <summary>The events of a batch that were not known before.</summary>
    /// <exception cref="SealingException">The payload's key was destroyed.</exception>
    internal async Task<IReadOnlyList<RawEvent>> OpenAsync(BatchRow row, CancellationToken ct)
    {
        if (row.Payload is null || row.PayloadKey is not { } keyId)
        {
            return [];
        }

        var key = await keys.GetAsync(keyId, ct);
        var batch = EventBatchCodec.Decode(row.BatchId, key.Open(row.Payload, EventLog.PayloadPlace(row.BatchId)));
        return [.. row.Fresh.Select(ordinal => batch.Events[ordinal])];
    }

    internal ReadEvents Read(IReadOnlyList<RawEvent> events, BatchWork work)
    {
        var readable = new List<ReadableEvent>(events.Count);
        var refused = new List<ParkedEvent>();
        var broken = new List<(RawEvent, Exception)>();
        foreach (var raw in events)
        {
            try
            {
                var source = SourceOf(raw, work);
                switch (ReadEvent.Decide(raw, source, work.Workspace.Traits, index.Of))
                {
                    case ReadResult.Read read:
                        ignored?.Notice(raw, source, work.Workspace);
                        readable.Add(new ReadableEvent(work.Row.BatchId, raw, EnrichEvent.Decide(read.Event, work.Workspace.Enrichments, work.Workspace.Traits), read.RejectedValues));
                        break;
                    case ReadResult.Refused { Refusal: var refusal }:
                        refused.Add(Park(raw, refusal, work));
                        break;
                }
            }
            catch (Exception failure) when (ApplyFaults.IsOfAnEvent(failure))
            {
                broken.Add((raw, failure));
            }
        }

        return new ReadEvents(readable, refused, broken);
    }

    // A source can have been removed since it sent the event; what it sent still counts.
    private static Source SourceOf(RawEvent raw, BatchWork work) => work.Workspace.Sources.GetValueOrDefault(raw.SourceId) ?? new Source
    {
        Id = raw.SourceId,
        Name = raw.SourceId,
        Kind = raw.Format == RawEventFormat.Tracking ? SourceKind.Tracking : SourceKind.StandardWebhooks,
    };

    private static ParkedEvent Park(RawEvent raw, EventRefusal refusal, BatchWork work) => new(
        raw,
        null,
        new ApplyFailure(refusal.Stage, refusal.Code, refusal.Reason, DeadLetterRows.Fingerprint(raw.SourceId, refusal)),
        work.Row.Attempt + 1);
}
