using Freshet.Profiles.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Freshet.Profiles.Ignoring;

/// <summary>The report of ignored fields in PostgreSQL.</summary>
public sealed class IgnoredFieldStore(NpgsqlDataSource dataSource)
{
    // New rows of a source get a place as long as there is one. Several hosts that write at the same moment may go a little beyond.
    // Ordered by key, so that no two of them wait for each other.
    private const string Write = """
        with incoming as (
          select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[], $8::timestamptz[])
            as i(source_id, event_type, path, shape, format, events, first_seen, last_seen)),
        known as (
          select i.*, f.field_id is not null as is_known
          from incoming i left join ignored_fields f using (source_id, event_type, path)),
        placed as (
          select k.*, k.is_known or row_number() over (partition by k.source_id, k.is_known order by k.event_type, k.path)
            + (select count(*) from ignored_fields f where f.source_id = k.source_id) <= $9 as has_place
          from known k)
        insert into ignored_fields as f (source_id, event_type, path, shape, format, events, first_seen, last_seen)
        select source_id, case when has_place then event_type else '' end as type, case when has_place then path else '' end as place,
          max(shape), max(format), sum(events), min(first_seen), max(last_seen)
        from placed group by 1, 2, 3 order by 1, 2, 3
        on conflict (source_id, event_type, path) do update set
          shape = case when excluded.shape = 'Null' then f.shape else excluded.shape end,
          format = case when excluded.shape = 'Null' then f.format else excluded.format end,
          events = f.events + excluded.events,
          last_seen = greatest(f.last_seen, excluded.last_seen)
        """;

    private const string Forget = "delete from ignored_fields where last_seen < $1";

    private const string List = """
        select field_id, source_id, event_type, path, shape, format, events, first_seen, last_seen from ignored_fields
        where ($1 is null or source_id = $1) and ($2 is null or first_seen < $2 or (first_seen = $2 and field_id > $3))
        order by first_seen desc, field_id limit $4
        """;

    /// <summary>Adds counts, and drops what was not seen since a time.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away. Nothing was added.</exception>
    public Task AddAsync(IReadOnlyList<IgnoredField> fields, DateTimeOffset forgetBefore, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(WriteOf(fields));
        var forget = new NpgsqlBatchCommand(Forget);
        forget.Parameters.With(forgetBefore);
        batch.BatchCommands.Add(forget);
        return await batch.ExecuteNonQueryAsync(ct);
    });

    /// <summary>Those that appeared last come first.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<IgnoredFieldPage> ListAsync(string? sourceId, int first, (DateTimeOffset FirstSeen, Guid Id)? after, CancellationToken ct) =>
        StoreErrors.TranslateAsync(async () =>
        {
            await using var command = dataSource.CreateCommand(List);
            command.Parameters.WithNullable(sourceId, NpgsqlDbType.Text)
                .WithNullable(after?.FirstSeen.ToUniversalTime(), NpgsqlDbType.TimestampTz)
                .WithNullable(after?.Id, NpgsqlDbType.Uuid)
                .With(first + 1);
            await using var reader = await command.ExecuteReaderAsync(ct);
            var fields = new List<StoredIgnoredField>();
            while (await reader.ReadAsync(ct))
            {
                fields.Add(new StoredIgnoredField(reader.GetGuid(0), FieldOf(reader)));
            }

            return new IgnoredFieldPage([.. fields.Take(first)], fields.Count > first);
        });

    private static NpgsqlBatchCommand WriteOf(IReadOnlyList<IgnoredField> fields)
    {
        var command = new NpgsqlBatchCommand(Write);
        command.Parameters.With<string[]>([.. fields.Select(field => field.SourceId)])
            .With<string[]>([.. fields.Select(field => field.EventType)])
            .With<string[]>([.. fields.Select(field => field.Path)])
            .With<string[]>([.. fields.Select(field => field.Form.Shape.ToString())])
            .With<string?[]>([.. fields.Select(field => field.Form.Format)])
            .With<long[]>([.. fields.Select(field => field.Events)])
            .With(fields.Select(field => field.FirstSeen))
            .With(fields.Select(field => field.LastSeen))
            .With(IgnoredFieldTally.MaxFields);
        return command;
    }

    private static IgnoredField FieldOf(NpgsqlDataReader row) => new()
    {
        SourceId = row.GetString(1),
        EventType = row.GetString(2),
        Path = row.GetString(3),
        Form = new FieldForm(Enum.Parse<FieldShape>(row.GetString(4)), row.IsDBNull(5) ? null : row.GetString(5)),
        Events = row.GetInt64(6),
        FirstSeen = row.GetFieldValue<DateTimeOffset>(7),
        LastSeen = row.GetFieldValue<DateTimeOffset>(8),
    };
}
