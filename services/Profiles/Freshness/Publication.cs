using System.Collections.Concurrent;
using Freshet.Profiles.Reading;

namespace Freshet.Profiles.Freshness;

/// <summary>A profile that another one took over: readers who ask for it are sent on.</summary>
public sealed record ProfileRedirect(Guid ProfileId, long Version, Guid MergedInto);

/// <summary>What readers must learn of a committed batch.</summary>
public sealed record Publication(
    Guid BatchId, IReadOnlyList<ProfileDocument> Documents, IReadOnlyList<ProfileRedirect> Redirects, IReadOnlyList<ProfileChange> Changes);

/// <summary>
/// Publications of this process between commit and publishing, so that they need not be read from the tables again. Bounded; what is
/// dropped is read again.
/// </summary>
public sealed class PendingPublications
{
    private const int Capacity = 1000;

    private readonly ConcurrentDictionary<Guid, Publication> pending = new();

    internal void Keep(Publication publication)
    {
        if (pending.Count >= Capacity)
        {
            // So many wait only if publishing failed, and then the relay publishes them from the tables: nobody would ever take these.
            pending.Clear();
        }

        pending[publication.BatchId] = publication;
    }

    internal Publication? Take(Guid batchId) => pending.TryRemove(batchId, out var publication) ? publication : null;
}
