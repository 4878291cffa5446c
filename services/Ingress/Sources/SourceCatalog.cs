using Freshet.Ingress.Verifying;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Sources;

/// <summary>Keeps the table of sources up with the workspace.</summary>
public sealed class SourceCatalog : IHostedService, IDisposable
{
    private readonly WorkspaceFeed _feed;
    private readonly Func<string, string?> _secretOf;
    private readonly Proofs _proofs;
    private readonly TimeProvider _time;
    private IDisposable? _subscription;

    public SourceCatalog(WorkspaceFeed feed, IConfiguration configuration, Proofs proofs, TimeProvider time)
    {
        _feed = feed;
        _secretOf = name => SecretParameters.Read(configuration, name);
        _proofs = proofs;
        _time = time;
    }

    public SourceTable Current { get; private set; } = SourceTable.Empty;

    /// <summary>False until PostgreSQL has said which sources there are: until then nobody can be proven or refused.</summary>
    public bool IsLoaded { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = _feed.Subscribe(Take);
        Take(_feed.Current);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _subscription?.Dispose();

    /// <summary>Makes a workspace the current one.</summary>
    public void Take(Workspace workspace)
    {
        // Version 0: nothing is known yet, which is not the same as knowing no source.
        if (workspace.Version == 0)
        {
            return;
        }

        Current = SourceTable.Build(workspace, _secretOf, Current, _proofs, _time);
        IsLoaded = true;
    }
}
