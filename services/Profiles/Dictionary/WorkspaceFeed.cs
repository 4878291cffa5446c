namespace Freshet.Profiles.Dictionary;

/// <summary>The current workspace, kept up to date from PostgreSQL.</summary>
public sealed class WorkspaceFeed
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<Workspace>? changed;

    /// <summary>Never null; <see cref="Workspace.Empty"/> until the first load.</summary>
    public Workspace Current { get; private set; } = Workspace.Empty;

    /// <summary>Calls <paramref name="whenChanged"/> after each change of <see cref="Current"/>, one call at a time; it must be quick. Dispose to stop.</summary>
    public IDisposable Subscribe(Action<Workspace> whenChanged)
    {
        lock (gate)
        {
            changed += whenChanged;
        }

        return new Subscription(this, whenChanged);
    }

    /// <summary>Completes when the workspace has been loaded once.</summary>
    public Task LoadedAsync(CancellationToken ct) => loaded.Task.WaitAsync(ct);

    internal void Set(Workspace workspace)
    {
        lock (gate)
        {
            Current = workspace;
            changed?.Invoke(workspace);
        }

        loaded.TrySetResult();
    }

    private sealed class Subscription(WorkspaceFeed feed, Action<Workspace> whenChanged) : IDisposable
    {
        public void Dispose()
        {
            lock (feed.gate)
            {
                feed.changed -= whenChanged;
            }
        }
    }
}
