using Freshet.Profiles.Freshness;

namespace Freshet.Gateway.Live;

/// <summary>What the live side needs of the change stream, so that its logic can be tried on a list in memory.</summary>
/// <param name="ReadAsync">Entries after a place, oldest first; waits up to the given time for the first.</param>
/// <param name="LatestAsync">The newest entry's place.</param>
/// <param name="ContainsAsync">Whether the entry at a place is still there. The beginning always is.</param>
internal sealed record ChangeLog(
    Func<StreamPlace, int, TimeSpan, CancellationToken, Task<IReadOnlyList<ChangeEntry>>> ReadAsync,
    Func<CancellationToken, Task<StreamPlace>> LatestAsync,
    Func<StreamPlace, CancellationToken, Task<bool>> ContainsAsync)
{
    public static ChangeLog Of(ChangeStream stream) => new(
        (after, count, block, ct) => stream.ReadAsync(after.ToString(), count, block, ct),
        async ct => StreamPlace.Of(await stream.LatestAsync(ct)),
        async (place, ct) => place == StreamPlace.Beginning || await stream.ContainsAsync(place.ToString(), ct));
}
