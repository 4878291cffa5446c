using Freshet.Benchmarks.Running;
using Npgsql;

namespace Freshet.Benchmarks.Pipeline;

/// <summary>What Ingress has accepted and readers do not see yet, asked of the tables: cheaper than the ledger, so that it can be asked often.</summary>
internal sealed class Backlog : IAsyncDisposable
{
    private const string Sql =
        """
        select coalesce(sum(event_count), 0)::bigint from event_batches
        where state in ('Received', 'WaitingForRetry') or outgoing is not null
        """;

    private readonly NpgsqlDataSource database;

    private Backlog(NpgsqlDataSource database) => this.database = database;

    public static async Task<Backlog> OpenAsync(Lab lab, CancellationToken cancellationToken) =>
        new(NpgsqlDataSource.Create((await lab.ConnectionStringAsync("freshet", cancellationToken))!));

    /// <summary>Events in batches that are not applied, or applied and not published.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Sql);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
