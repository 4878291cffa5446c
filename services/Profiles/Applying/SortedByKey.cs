namespace Freshet.Profiles.Applying;

/// <summary>The things of a profile in the order of their keys, as its state has them; a copy is made only by the first change.</summary>
/// <param name="known">By key.</param>
/// <param name="compare">The order of a thing and a key.</param>
internal sealed class SortedByKey<TKey, T>(IReadOnlyList<T> known, Func<T, TKey, int> compare)
    where T : class
{
    private List<T>? changed;

    public IReadOnlyList<T> Values => changed ?? known;

    public T? Find(TKey key) => Search(key) is var at && at >= 0 ? Values[at] : null;

    /// <summary>Puts a thing in its key's place, whether or not there is one yet.</summary>
    public void Set(TKey key, T value)
    {
        var at = Search(key);
        if (changed is null)
        {
            changed = new List<T>(known.Count + 1);
            changed.AddRange(known);
        }

        if (at < 0)
        {
            changed.Insert(~at, value);
        }
        else
        {
            changed[at] = value;
        }
    }

    private int Search(TKey key)
    {
        var values = Values;
        var low = 0;
        var high = values.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            switch (compare(values[middle], key))
            {
                case 0:
                    return middle;
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return ~low;
    }
}
