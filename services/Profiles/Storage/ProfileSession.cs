using Npgsql;

namespace Freshet.Profiles.Storage;

/// <summary>
/// One connection and one transaction (read committed). Everything that a batch changes happens in one session; without
/// <see cref="CommitAsync"/> nothing of it happened.
/// </summary>
public sealed class ProfileSession : IAsyncDisposable
{
    private readonly List<Action> afterCommit = [];

    private ProfileSession(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        Connection = connection;
        Transaction = transaction;
    }

    public NpgsqlConnection Connection { get; }

    public NpgsqlTransaction Transaction { get; }

    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public static Task<ProfileSession> OpenAsync(NpgsqlDataSource dataSource, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        var connection = await dataSource.OpenConnectionAsync(ct);
        try
        {
            return new ProfileSession(connection, await connection.BeginTransactionAsync(ct));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    });

    /// <summary>Commits, then runs what waited for the commit (for example keeping documents for <c>BatchPublisher</c>).</summary>
    public async Task CommitAsync(CancellationToken ct)
    {
        await Transaction.CommitAsync(ct);
        foreach (var action in afterCommit)
        {
            action();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }

    internal NpgsqlCommand Command(string sql) => new(sql, Connection, Transaction);

    internal NpgsqlBatch Batch() => new(Connection, Transaction);

    /// <summary>Runs in memory only: it cannot fail what is already committed.</summary>
    internal void AfterCommit(Action action) => afterCommit.Add(action);
}
