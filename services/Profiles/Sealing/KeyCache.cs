using System.Collections.Concurrent;

namespace Freshet.Profiles.Sealing;

/// <summary>
/// Unwrapped keys, at most <c>capacity</c> of them. Two generations: when the younger is full it becomes the older and the older is
/// forgotten, so that a key in use survives and none is kept forever, without bookkeeping on every read.
/// </summary>
internal sealed class KeyCache(int capacity)
{
    private readonly int half = Math.Max(1, capacity / 2);
    private volatile ConcurrentDictionary<Guid, DataKey> young = new();
    private volatile ConcurrentDictionary<Guid, DataKey> old = new();

    internal int Count => young.Count + old.Count;

    internal bool TryGet(Guid id, out DataKey key)
    {
        if (young.TryGetValue(id, out key!))
        {
            return true;
        }

        if (!old.TryGetValue(id, out key!))
        {
            return false;
        }

        Add(key);
        return true;
    }

    internal void Add(DataKey key)
    {
        var target = young;
        if (target.Count >= half)
        {
            old = target;
            young = target = new ConcurrentDictionary<Guid, DataKey>();
        }

        target.TryAdd(key.Id, key);
    }

    internal void Forget(Guid id)
    {
        young.TryRemove(id, out _);
        old.TryRemove(id, out _);
    }
}
