using System.Collections.Concurrent;
using Freshet.Profiles.Reading;

namespace Freshet.Profiles.Freshness;

/// <summary>A profile that another one took over: readers who ask for it are sent on.</summary>
public sealed record ProfileRedirect(Guid ProfileId, long Version, Guid MergedInto);

/// <summary>What readers must learn of a committed batch.</summary>
/// <param name="BatchId">Which one.</param>
/// <param name="Documents">The profiles that it changed.</param>
/// <param name="Redirects">The profiles that it merged away.</param>
/// <param name="Changes">What changed, for the change stream.</param>
/// <param name="Epoch">What <see cref="FreshEpoch.Known"/> was before the documents were read; empty: before the first was learned.</param>
public sealed record Publication(
    Guid BatchId, IReadOnlyList<ProfileDocument> Documents, IReadOnlyList<ProfileRedirect> Redirects, IReadOnlyList<ProfileChange> Changes, string Epoch = "");

/// <summary>
/// Publications of this process between commit and publishing, so that they need not be read from the tables again. Bounded; what is
/// dropped is read again.
/// </summary>
public sealed class PendingPublications(FreshEpoch epoch)
{
    private const int Capacity = 1000;

    private readonly ConcurrentDictionary<Guid, Publication> pending = new();

    /// <summary>To be noted before the commit: afterwards somebody else may have changed the profiles again.</summary>
    internal string Epoch => epoch.Known;

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
