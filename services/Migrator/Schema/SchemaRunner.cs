using System.Data;
using System.Diagnostics;
using Npgsql;

namespace Freshet.Migrator.Schema;

/// <summary>What a run did.</summary>
/// <param name="Applied">Names of the files that ran; empty when the database was up to date.</param>
/// <param name="Version">The schema's version now.</param>
public sealed record SchemaResult(IReadOnlyList<string> Applied, int Version);

/// <summary>
/// Brings a database to the schema of this build: runs the files that its journal does not know, each in a transaction of
/// its own together with its journal row. Any number of Migrators may start at once: an advisory lock lets one work while the
/// others wait, and those then find nothing to do.
/// </summary>
public sealed class SchemaRunner(NpgsqlDataSource database, IReadOnlyList<SchemaFile> files)
{
    // One round trip: take the lock (as long as another Migrator works, this waits), then read what it left.
    private const string LockAndReadJournal = """
        select pg_advisory_lock(hashtext('freshet.schema'));
        create table if not exists schema_journal (
          version    int primary key,
          name       text not null,
          checksum   text not null,
          applied_at timestamptz not null default now(),
          duration   interval not null
        );
        select version, name, checksum from schema_journal order by version;
        """;

    private const string Unlock = "select pg_advisory_unlock(hashtext('freshet.schema'))";

    private const string AddToJournal = "insert into schema_journal (version, name, checksum, duration) values ($1, $2, $3, $4)";

    // Waiting for another Migrator, or building an index over a large table, may take any time. Cancellation still works.
    private const int NoTimeout = 0;

    /// <exception cref="SchemaException">The journal tells another history than the files, or a file failed; nothing of it is kept.</exception>
    public async Task<SchemaResult> RunAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            var journal = await ReadJournalAsync(connection, cancellation);
            var pending = SchemaPlan.Decide(files, journal);
            foreach (var file in pending)
            {
                await ApplyAsync(connection, file, cancellation);
            }

            return new SchemaResult([.. pending.Select(file => file.Name)], files.Count);
        }
        finally
        {
            await ReleaseAsync(connection);
        }
    }

    private static async Task<IReadOnlyList<JournalEntry>> ReadJournalAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(LockAndReadJournal, connection) { CommandTimeout = NoTimeout };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);

        var journal = new List<JournalEntry>();
        while (await reader.ReadAsync(cancellation))
        {
            journal.Add(new JournalEntry(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        }

        return journal;
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, SchemaFile file, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await using var statements = new NpgsqlCommand(file.Sql, connection, transaction) { CommandTimeout = NoTimeout };
            await statements.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException e)
        {
            throw new SchemaException(
                $"Schema file {file.Name} failed: {e.SqlState} {e.MessageText}. Nothing of it was kept. Correct the file and start again.", e);
        }

        await using var entry = new NpgsqlCommand(AddToJournal, connection, transaction)
        {
            Parameters =
            {
                new() { Value = file.Version },
                new() { Value = file.Name },
                new() { Value = file.Checksum },
                new() { Value = Stopwatch.GetElapsedTime(started) },
            },
        };
        await entry.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    // A connection that broke has lost its lock already.
    private static async Task ReleaseAsync(NpgsqlConnection connection)
    {
        if (connection.State == ConnectionState.Open)
        {
            await using var command = new NpgsqlCommand(Unlock, connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }
}
