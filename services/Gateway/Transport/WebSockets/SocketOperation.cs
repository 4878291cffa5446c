using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Freshet.Gateway.Transport.WebSockets;

/// <summary>One operation under way on a socket.</summary>
public sealed class SocketOperation(string id, CancellationToken socketEnds) : IDisposable
{
    private readonly CancellationTokenSource _ends = CancellationTokenSource.CreateLinkedTokenSource(socketEnds);
    private volatile bool _isActive = true;

    public string Id => id;

    /// <summary>False as soon as the client completed it: an answer that is ready then is dropped.</summary>
    public bool IsActive => _isActive;

    public CancellationToken Ends => _ends.Token;

    public void Stop()
    {
        _isActive = false;
        _ends.Cancel();
    }

    public void Dispose() => _ends.Dispose();
}

/// <summary>The operations of one socket by their ids.</summary>
public sealed class SocketOperations(int limit)
{
    private readonly ConcurrentDictionary<string, SocketOperation> _byId = new(StringComparer.Ordinal);

    public bool IsFull => _byId.Count >= limit;

    public bool TryAdd(SocketOperation operation) => _byId.TryAdd(operation.Id, operation);

    public bool Contains(string id) => _byId.ContainsKey(id);

    public bool TryTake(string id, [NotNullWhen(true)] out SocketOperation? operation) => _byId.TryRemove(id, out operation);

    /// <summary>True for the one who ends this very operation; the id may belong to a younger one by now.</summary>
    public bool TryRemove(SocketOperation operation) => _byId.TryRemove(KeyValuePair.Create(operation.Id, operation));

    public void StopAll()
    {
        foreach (var operation in _byId.Values)
            operation.Stop();
    }
}
