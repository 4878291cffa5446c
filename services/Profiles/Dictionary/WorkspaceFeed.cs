using System.Text.Json;
using Freshet.Profiles.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Freshet.Profiles.Dictionary;

/// <summary>
/// The current workspace, kept up to date from PostgreSQL: a connection of its own listens on <c>workspace_changed</c>, and every 30 s it looks by
/// itself, should a notification get lost. While PostgreSQL is away the last one stays.
/// </summary>
/// <param name="dataSource">The database.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of new versions.</param>
/// <param name="hasTables">Whether this host applies or tries events, and needs <see cref="Workspace.Enrichments"/> for it.</param>
public sealed partial class WorkspaceFeed(NpgsqlDataSource dataSource, TimeProvider time, ILogger<WorkspaceFeed> logger, bool hasTables = true) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<Workspace>? changed;
    private volatile Workspace current = Workspace.Empty;

    /// <summary>Never null; <see cref="Workspace.Empty"/> until the first load.</summary>
    public Workspace Current => current;

    /// <summary>Whether <see cref="Current"/> is what the database says.</summary>
    public bool IsLoaded => loaded.Task.IsCompleted;

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

    /// <summary>Looks for a newer workspace now.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task RefreshAsync(CancellationToken ct)
    {
        var known = loaded.Task.IsCompleted ? current : null;
        if (await WorkspaceRows.ReadAsync(dataSource, known, hasTables, ct) is { } workspace)
        {
            Set(workspace);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception failure) when (StoreErrors.IsUnavailable(failure) || failure is PostgresException or JsonException)
            {
                Log.Failed(logger, failure);
                await Task.Delay(Reconnect, time, stoppingToken);
            }
        }
    }

    // Listens before it reads: what changes in between is then notified.
    private async Task FollowAsync(CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using (var listen = new NpgsqlCommand("listen workspace_changed", connection))
        {
            await listen.ExecuteNonQueryAsync(ct);
        }

        while (true)
        {
            await RefreshAsync(ct);
            await connection.WaitAsync(Poll, ct);
        }
    }

    private void Set(Workspace workspace)
    {
        lock (gate)
        {
            if (loaded.Task.IsCompleted && workspace.Version <= current.Version)
            {
                return;
            }

            current = workspace;
            Log.Loaded(logger, workspace.Version, workspace.Traits.Traits.Count, workspace.Sources.Count);
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

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Workspace version {Version} is in force: {Traits} traits, {Sources} sources", EventName = "workspace.loaded")]
        internal static partial void Loaded(ILogger logger, long version, int traits, int sources);

        [LoggerMessage(2, LogLevel.Warning, "The workspace cannot be read; the last one stays in force", EventName = "workspace.failed")]
        internal static partial void Failed(ILogger logger, Exception failure);
    }
}
