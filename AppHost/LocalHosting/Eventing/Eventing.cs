using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

public interface IDistributedApplicationEvent;

public interface IDistributedApplicationResourceEvent : IDistributedApplicationEvent
{
    IResource Resource { get; }
}

public enum EventDispatchBehavior
{
    BlockingSequential,
    BlockingConcurrent,
    NonBlockingSequential,
    NonBlockingConcurrent,
}

public class DistributedApplicationEventSubscription(Func<IDistributedApplicationEvent, CancellationToken, Task> callback)
{
    public Func<IDistributedApplicationEvent, CancellationToken, Task> Callback { get; } = callback;
}

public class DistributedApplicationResourceEventSubscription(
    IResource? resource, Func<IDistributedApplicationResourceEvent, CancellationToken, Task> callback)
    : DistributedApplicationEventSubscription((e, ct) => callback((IDistributedApplicationResourceEvent)e, ct))
{
    public IResource? Resource { get; } = resource;
}

public interface IDistributedApplicationEventing
{
    DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent;

    DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationResourceEvent;

    void Unsubscribe(DistributedApplicationEventSubscription subscription);

    Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default) where T : IDistributedApplicationEvent;

    Task PublishAsync<T>(T @event, EventDispatchBehavior dispatchBehavior, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent;
}

/// <summary>Handlers by event type, called in the order they subscribed.</summary>
public class DistributedApplicationEventing : IDistributedApplicationEventing
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Type, List<DistributedApplicationEventSubscription>> _subscriptions = [];

    public DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent =>
        Add(typeof(T), new DistributedApplicationEventSubscription((e, ct) => callback((T)e, ct)));

    public DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationResourceEvent =>
        Add(typeof(T), new DistributedApplicationResourceEventSubscription(
            resource, (e, ct) => e.Resource == resource ? callback((T)e, ct) : Task.CompletedTask));

    public void Unsubscribe(DistributedApplicationEventSubscription subscription)
    {
        lock (_gate)
        {
            foreach (var list in _subscriptions.Values)
            {
                list.Remove(subscription);
            }
        }
    }

    public Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default) where T : IDistributedApplicationEvent =>
        PublishAsync(@event, EventDispatchBehavior.BlockingSequential, cancellationToken);

    public async Task PublishAsync<T>(
        T @event, EventDispatchBehavior dispatchBehavior, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent
    {
        ArgumentNullException.ThrowIfNull(@event);
        var all = Subscribers(typeof(T));
        switch (dispatchBehavior)
        {
            case EventDispatchBehavior.BlockingConcurrent:
                await Task.WhenAll(all.Select(s => s.Callback(@event, cancellationToken)));
                break;
            case EventDispatchBehavior.NonBlockingConcurrent:
                _ = Task.WhenAll(all.Select(s => Task.Run(() => s.Callback(@event, cancellationToken), CancellationToken.None)));
                break;
            case EventDispatchBehavior.NonBlockingSequential:
                _ = Task.Run(() => OneByOne(all, @event, cancellationToken), CancellationToken.None);
                break;
            default:
                await OneByOne(all, @event, cancellationToken);
                break;
        }
    }

    private static async Task OneByOne(
        DistributedApplicationEventSubscription[] all, IDistributedApplicationEvent @event, CancellationToken cancellationToken)
    {
        foreach (var subscription in all)
        {
            await subscription.Callback(@event, cancellationToken);
        }
    }

    private DistributedApplicationEventSubscription Add(Type type, DistributedApplicationEventSubscription subscription)
    {
        lock (_gate)
        {
            if (!_subscriptions.TryGetValue(type, out var list))
            {
                _subscriptions[type] = list = [];
            }

            list.Add(subscription);
        }

        return subscription;
    }

    private DistributedApplicationEventSubscription[] Subscribers(Type type)
    {
        lock (_gate)
        {
            return _subscriptions.TryGetValue(type, out var list) ? [.. list] : [];
        }
    }
}
