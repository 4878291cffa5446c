using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Keeps the newest snapshot of every resource and tells those who wait for a change.</summary>
public class ResourceNotificationService(DistributedApplicationOptions options)
{
    private readonly ConcurrentDictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<Channel<ResourceEvent>, byte> _watchers = [];
    private readonly Lock _gate = new();

    private WaitBehavior DefaultWaitBehavior =>
        options.DisableDashboard ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable;

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    public async Task<string> WaitForResourceAsync(
        string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var states = targetStates.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = await WaitForResourceAsync(
            resourceName, e => e.Snapshot.State is { } state && states.Contains(state.Text), cancellationToken);
        return found.Snapshot.State!.Text;
    }

    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(resourceName);
        await foreach (var update in WatchAsync(cancellationToken))
        {
            if (string.Equals(update.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase) && predicate(update))
            {
                return update;
            }
        }

        throw new OperationCanceledException($"The wait for resource '{resourceName}' was canceled.", cancellationToken);
    }

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, DefaultWaitBehavior, cancellationToken);

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var found = await WaitForResourceAsync(
            resourceName,
            e => IsReady(e.Snapshot) || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && IsUnavailable(e.Snapshot)),
            cancellationToken);
        if (!IsReady(found.Snapshot))
        {
            throw new DistributedApplicationException(
                $"Stopped waiting for resource '{resourceName}' to become healthy because it is {found.Snapshot.State?.Text}."
                + (found.Snapshot.FailureReason() is { } reason ? $" {reason}" : ""));
        }

        await found.Snapshot.ResourceReadyEvent!.EventTask.WaitAsync(cancellationToken);
        return found;
    }

    /// <summary>The newest snapshot of every resource, then each change, until canceled.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>();
        ResourceEvent[] known;
        lock (_gate)
        {
            known = [.. _current.Values];
            _watchers[channel] = 0;
        }

        try
        {
            foreach (var update in known)
            {
                yield return update;
            }

            await foreach (var update in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return update;
            }
        }
        finally
        {
            _watchers.TryRemove(channel, out _);
        }
    }

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent) =>
        _current.TryGetValue(resourceId, out resourceEvent);

    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory) =>
        PublishUpdateAsync(resource, resource.Name, stateFactory);

    public Task PublishUpdateAsync(
        IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(stateFactory);
        lock (_gate)
        {
            var before = _current.TryGetValue(resourceId, out var last) ? last.Snapshot : Empty(resource);
            var update = new ResourceEvent(resource, resourceId, stateFactory(before));
            _current[resourceId] = update;
            foreach (var watcher in _watchers.Keys)
            {
                watcher.Writer.TryWrite(update);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Waits for everything that <paramref name="resource"/> was told to wait for.</summary>
    /// <exception cref="DistributedApplicationException">A dependency ended or could not start.</exception>
    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken) => Task.WhenAll(
        resource.Annotations.OfType<WaitAnnotation>().Select(wait => WaitForAsync(resource, wait, cancellationToken)));

    private static CustomResourceSnapshot Empty(IResource resource) =>
        new() { ResourceType = resource.GetType().Name, Properties = ImmutableArray<ResourcePropertySnapshot>.Empty };

    private static bool IsReady(CustomResourceSnapshot snapshot) =>
        snapshot.HealthStatus == HealthStatus.Healthy && snapshot.ResourceReadyEvent is not null;

    private static bool IsUnavailable(CustomResourceSnapshot snapshot) => snapshot.State?.Text is { } state
        && (KnownResourceStates.TerminalStates.Contains(state) || state == KnownResourceStates.RuntimeUnhealthy);

    private async Task WaitForAsync(IResource waiter, WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        if (wait.WaitType == WaitType.WaitForCompletion)
        {
            var ended = (await WaitForResourceAsync(name, e => IsEnded(e.Snapshot), cancellationToken)).Snapshot;
            if (ended.State?.Text == KnownResourceStates.FailedToStart || ended.ExitCode != wait.ExitCode)
            {
                throw new DistributedApplicationException(ended.State?.Text == KnownResourceStates.FailedToStart
                    ? $"'{waiter.Name}' waits for '{name}', which could not start."
                    : $"'{waiter.Name}' waits for '{name}' to end with exit code {wait.ExitCode}, but it ended with {ended.ExitCode}.");
            }

            return;
        }

        var stop = (wait.WaitBehavior ?? DefaultWaitBehavior) == WaitBehavior.StopOnResourceUnavailable;
        var found = (await WaitForResourceAsync(
            name, e => IsMet(wait, e.Snapshot) || (stop && IsUnavailable(e.Snapshot)), cancellationToken)).Snapshot;
        if (!IsMet(wait, found))
        {
            throw new DistributedApplicationException($"'{waiter.Name}' waits for '{name}', which is {found.State?.Text}.");
        }

        if (wait.WaitType == WaitType.WaitUntilHealthy)
        {
            await found.ResourceReadyEvent!.EventTask.WaitAsync(cancellationToken);
        }
    }

    private static bool IsMet(WaitAnnotation wait, CustomResourceSnapshot snapshot) =>
        wait.WaitType == WaitType.WaitUntilStarted ? snapshot.State?.Text == KnownResourceStates.Running : IsReady(snapshot);

    private static bool IsEnded(CustomResourceSnapshot snapshot) => snapshot.State?.Text == KnownResourceStates.FailedToStart
        || (snapshot.ExitCode is not null && snapshot.State?.Text is { } state && KnownResourceStates.TerminalStates.Contains(state));
}

internal static class SnapshotExtensions
{
    private const string FailureProperty = "localhosting.failure";

    public static string? FailureReason(this CustomResourceSnapshot snapshot) =>
        snapshot.Properties.FirstOrDefault(p => p.Name == FailureProperty)?.Value as string;

    public static CustomResourceSnapshot WithFailure(this CustomResourceSnapshot snapshot, string? reason) =>
        snapshot.WithProperty(FailureProperty, reason);

    public static CustomResourceSnapshot WithProperty(this CustomResourceSnapshot snapshot, string name, object? value) =>
        snapshot with
        {
            Properties = [.. snapshot.Properties.Where(p => p.Name != name), .. value is null
                ? Array.Empty<ResourcePropertySnapshot>() : [new ResourcePropertySnapshot(name, value)]],
        };
}
