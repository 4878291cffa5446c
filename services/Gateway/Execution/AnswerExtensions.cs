namespace Freshet.Gateway.Execution;

/// <summary>
/// What resolvers add to the <c>extensions</c> of the answer, for example whether a position was reached. One per operation,
/// and one per event of a subscription (a scoped service), so resolvers take it as an injected parameter.
/// </summary>
public sealed class AnswerExtensions
{
    private readonly Lock _gate = new();
    private Dictionary<string, object?>? _entries;

    /// <summary>Adds or replaces an entry; sibling resolvers may call it at the same time.</summary>
    public void Set(string key, object? value)
    {
        lock (_gate)
            (_entries ??= new Dictionary<string, object?>(StringComparer.Ordinal))[key] = value;
    }

    /// <summary>Adds an item to an entry that is a list.</summary>
    public void Add(string key, object? item)
    {
        lock (_gate)
        {
            _entries ??= new Dictionary<string, object?>(StringComparer.Ordinal);
            if (_entries.GetValueOrDefault(key) is List<object?> items)
                items.Add(item);
            else
                _entries[key] = new List<object?> { item };
        }
    }

    internal Dictionary<string, object?>? Merge(Dictionary<string, object?>? existing)
    {
        lock (_gate)
        {
            if (_entries is null)
                return existing;

            var merged = existing is null ? [] : new Dictionary<string, object?>(existing, StringComparer.Ordinal);
            foreach (var (key, value) in _entries)
                merged[key] = value;
            return merged;
        }
    }
}
