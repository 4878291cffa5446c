using System.Runtime.CompilerServices;

namespace Freshet.Gateway.Tests.Transport;

/// <summary>What the tiny schema does, seen and steered by a test.</summary>
public sealed class TinyWorld
{
    private int _batches;
    private int _open;
    private int _pulled;

    public TaskCompletionSource SlowStarted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the schema is known.</summary>
    public bool IsReady { get; set; } = true;

    public PushSource Pushes { get; } = new();

    /// <summary>Fetches of the batch loader, of all operations.</summary>
    public int Batches => Volatile.Read(ref _batches);

    /// <summary>Subscription sources that are open now.</summary>
    public int OpenSources => Volatile.Read(ref _open);

    /// <summary>Values that readers took from all sources.</summary>
    public int Pulled => Volatile.Read(ref _pulled);

    public void CountBatch() => Interlocked.Increment(ref _batches);

    /// <summary>Numbers after a cursor, as fast as they are read; endless without a count.</summary>
    public async IAsyncEnumerable<int> TicksAsync(int after, int? count, [EnumeratorCancellation] CancellationToken ct = default)
    {
        Interlocked.Increment(ref _open);
        try
        {
            for (var number = after + 1; count is null || number <= after + count; number++)
            {
                await Task.Yield();
                ct.ThrowIfCancellationRequested();
                Interlocked.Increment(ref _pulled);
                yield return number;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    public async IAsyncEnumerable<int> SilentAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        Interlocked.Increment(ref _open);
        try
        {
            await Released.Task.WaitAsync(ct);
            yield return 1;
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}

/// <summary>A source that pushes whether or not anyone keeps up.</summary>
public sealed class PushSource : IObservable<int>
{
    private readonly List<IObserver<int>> _observers = [];

    public int Observers
    {
        get
        {
            lock (_observers)
                return _observers.Count;
        }
    }

    public void Push(int value)
    {
        lock (_observers)
            _observers.ForEach(observer => observer.OnNext(value));
    }

    public IDisposable Subscribe(IObserver<int> observer)
    {
        lock (_observers)
            _observers.Add(observer);
        return new Unsubscribe(this, observer);
    }

    private sealed class Unsubscribe(PushSource source, IObserver<int> observer) : IDisposable
    {
        public void Dispose()
        {
            lock (source._observers)
                source._observers.Remove(observer);
        }
    }
}
