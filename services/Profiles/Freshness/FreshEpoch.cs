using StackExchange.Redis;

namespace Freshet.Profiles.Freshness;

/// <summary>
/// Since when Redis has kept everything that it was given: the place in the change stream where its unbroken part begins. A Redis that was
/// flushed or started again has another epoch.
/// </summary>
/// <remarks>
/// What is written over smaller versions only can still be too old when Redis lost a newer one in between, and nobody would notice: the batch
/// of the newer one is published, and is not published again. So who makes a document from PostgreSQL notes the epoch before, and the document is
/// taken only while that epoch lasts.
/// </remarks>
public sealed class FreshEpoch
{
    private volatile string known = "";

    /// <summary>The epoch that was learned last; empty before the first.</summary>
    internal string Known => known;

    /// <summary>Asks Redis. Documents that are made from now on are of the answer's epoch.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    internal async Task LearnAsync(IDatabaseAsync redis) =>
        known = (string)(await redis.ScriptEvaluateAsync(FreshScripts.Epoch, [FreshKeys.Changes, FreshKeys.Unbroken]))!;
}
