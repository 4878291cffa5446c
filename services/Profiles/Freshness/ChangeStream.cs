using Freshet.Profiles.Reading;

namespace Freshet.Profiles.Freshness;

/// <summary>One entry of the change stream.</summary>
/// <param name="Cursor">Its place; text of the form <c>milliseconds-sequence</c>, opaque to clients.</param>
/// <param name="BatchId">The batch that was applied.</param>
/// <param name="Change">What changed; null if the batch changed no profile: the entry then only announces the batch.</param>
public sealed record ChangeEntry(string Cursor, Guid BatchId, ProfileChange? Change);

/// <summary>The cluster-wide stream of committed changes, in Redis, trimmed to about a million entries.</summary>
public sealed class ChangeStream
{
    /// <summary>A cursor before every entry.</summary>
    public const string Beginning = "0-0";

    /// <summary>Entries after <paramref name="cursor"/>, oldest first; waits up to <paramref name="block"/> for the first one. Empty: none came.</summary>
    public Task<IReadOnlyList<ChangeEntry>> ReadAsync(string cursor, int count, TimeSpan block, CancellationToken ct) => throw new NotSupportedException();

    /// <summary>The cursor of the newest entry: reading after it gives only what is still to come.</summary>
    public Task<string> LatestAsync(CancellationToken ct) => throw new NotSupportedException();

    /// <summary>Whether the entry of a cursor is still there. If not, entries after it may have been trimmed: tell the client to read again.</summary>
    public Task<bool> ContainsAsync(string cursor, CancellationToken ct) => throw new NotSupportedException();
}
