using System.Threading.Channels;
using Freshet.Gateway.Execution.Errors;

namespace Freshet.Gateway.Execution.Subscriptions;

/// <summary>
/// Lets an ordinary <see cref="IObservable{T}"/> be pulled. What is not read yet is kept in a bounded buffer; when that is
/// full the subscription ends with SLOW_CONSUMER. Dropping events in silence would be a gap nobody sees, and waiting would
/// block the publisher for every other subscriber.
/// </summary>
public static class PushedSource
{
    private const int Capacity = 256;

    public static async IAsyncEnumerable<object?> ReadAsync(
        IObservable<object?> source,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var buffer = Channel.CreateBounded<object?>(new BoundedChannelOptions(Capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
        });
        using var subscription = source.Subscribe(new Writer(buffer.Writer));
        await foreach (var value in buffer.Reader.ReadAllAsync(ct))
            yield return value;
    }

    private sealed class Writer(ChannelWriter<object?> buffer) : IObserver<object?>
    {
        public void OnNext(object? value)
        {
            if (!buffer.TryWrite(value))
                buffer.TryComplete(new RefusalException(ErrorCodes.SlowConsumer, "Events came faster than they were read. Subscribe again from the last cursor."));
        }

        public void OnCompleted() => buffer.TryComplete();

        public void OnError(Exception error) => buffer.TryComplete(error);
    }
}
