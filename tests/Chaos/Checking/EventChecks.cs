using Npgsql;

namespace Freshet.Chaos.Checking;

/// <summary>C1, C2, C6 and the ledger, from the tables: what was acknowledged is applied, once; what is a dead letter was meant to be one.</summary>
internal sealed class EventChecks(NpgsqlDataSource database)
{
    /// <summary>Acknowledged events that are not applied, though nothing was wrong with them.</summary>
    public async Task<Check> LostAsync(IReadOnlyCollection<Guid> acknowledged, IReadOnlySet<Guid> poison, CancellationToken ct)
    {
        var applied = await ReadAsync("select distinct event_id from events", reader => reader.GetGuid(0), ct);
        var known = applied.ToHashSet();
        string[] lost = [.. acknowledged.Where(id => !poison.Contains(id) && !known.Contains(id)).Select(id => $"event {id} was acknowledged and is not applied")];
        return new Check("C1 nothing is lost", lost, $"{acknowledged.Count} acknowledged, {applied.Count} applied");
    }

    /// <summary>Events that were written twice. What the traits made of them is the reference fold's matter.</summary>
    public async Task<Check> DoubledAsync(CancellationToken ct)
    {
        var doubled = await ReadAsync("select event_id from events group by event_id having count(*) > 1", reader => reader.GetGuid(0), ct);
        return new Check("C2 nothing is applied twice", [.. doubled.Select(id => $"event {id} is applied more than once")], "rows of events");
    }

    public async Task<Check> DeadLettersAsync(IReadOnlySet<Guid> poison, IReadOnlyCollection<Guid> acknowledged, CancellationToken ct)
    {
        var parked = (await ReadAsync("select event_id, code from dead_letters", reader => (Id: reader.GetGuid(0), Code: reader.GetString(1)), ct)).ToLookup(letter => letter.Id);
        string[] wrongs =
        [
            .. parked.Where(letters => !poison.Contains(letters.Key)).Select(letters => $"event {letters.Key} is a dead letter ({letters.First().Code}), and nothing was wrong with it"),
            .. acknowledged.Where(id => poison.Contains(id) && !parked.Contains(id)).Select(id => $"event {id} cannot be applied, and is no dead letter"),
        ];
        return new Check("C6 dead letters are the poison that was sent", wrongs, $"{parked.Count} dead letters");
    }

    /// <summary>When each applied event was received.</summary>
    public async Task<IReadOnlyDictionary<Guid, DateTimeOffset>> ReceivedAsync(CancellationToken ct)
    {
        var received = await ReadAsync("select event_id, received_at from events", reader => (Id: reader.GetGuid(0), At: reader.GetFieldValue<DateTimeOffset>(1)), ct);
        return received.DistinctBy(one => one.Id).ToDictionary(one => one.Id, one => one.At);
    }

    /// <summary>And what is left over in the account.</summary>
    public async Task<(Check Check, long Residue)> LedgerAsync(CancellationToken ct)
    {
        const string Sql = "select coalesce(sum(abs(residue)), 0)::bigint, coalesce(sum(waiting), 0)::bigint, coalesce(sum(received), 0)::bigint from ledger";
        var (residue, waiting, received) = (await ReadAsync(Sql, reader => (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)), ct))[0];
        string[] wrongs = residue == 0 && waiting == 0 ? [] : [$"residue {residue}, waiting {waiting}"];
        return (new Check("the ledger closes", wrongs, $"{received} received, duplicates included"), residue);
    }

    private async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> row, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(row(reader));
        }

        return rows;
    }
}
