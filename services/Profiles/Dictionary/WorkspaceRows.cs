using System.Collections.Frozen;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Dictionary;

/// <summary>Reads the workspace from its tables.</summary>
internal static class WorkspaceRows
{
    // A table that is known already stays where it is.
    private const string SelectEnrichments = """
        select name, md5(definition), case when name || ' ' || md5(definition) = any($1) then null else definition end
        from enrichments order by name collate "C"
        """;

    /// <summary>The workspace at one moment; null if it is still at the version of <paramref name="known"/>.</summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="known">What was read before; null: nothing.</param>
    /// <param name="hasTables">Whether the tables of <see cref="Workspace.Enrichments"/> are wanted; they can be large.</param>
    /// <param name="ct">Stops it.</param>
    internal static Task<Workspace?> ReadAsync(NpgsqlDataSource dataSource, Workspace? known, bool hasTables, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("select version from workspace"),
                new("select definition::text from traits order by ordinal"),
                new(MappingRows.Select),
                new("select source_id, kind, name, enabled, settings::text from sources order by source_id"),
            },
        };
        Workspace workspace;
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            var version = await reader.ReadAsync(ct) ? reader.GetInt64(0) : 0;
            if (version == known?.Version)
            {
                return null;
            }

            workspace = await ReadAsync(reader, version, ct);
        }

        return hasTables
            ? workspace with { Enrichments = await ReadTablesAsync(connection, known?.Enrichments ?? [], ct), HttpEnrichments = await ReadHttpEnrichmentsAsync(connection, ct) }
            : workspace;
    });

    private static async Task<IReadOnlyList<HttpEnrichment>> ReadHttpEnrichmentsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select name, definition::text from http_enrichments order by name collate \"C\"", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var enrichments = new List<HttpEnrichment>();
        while (await reader.ReadAsync(ct))
        {
            enrichments.Add(DefinitionJson.ReadHttpEnrichment(reader.GetString(0), reader.GetString(1)));
        }

        return enrichments;
    }

    private static async Task<IReadOnlyList<Enrichment>> ReadTablesAsync(NpgsqlConnection connection, IReadOnlyList<Enrichment> known, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(SelectEnrichments, connection) { Parameters = { new() { Value = known.Select(table => $"{table.Name} {table.Checksum}").ToArray() } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var tables = new List<Enrichment>();
        while (await reader.ReadAsync(ct))
        {
            var (name, checksum) = (reader.GetString(0), reader.GetString(1));
            tables.Add(await reader.IsDBNullAsync(2, ct)
                ? known.First(table => table.Name == name)
                : EnrichmentJson.Read(name, reader.GetString(2)) with { Checksum = checksum });
        }

        return tables;
    }

    private static async Task<Workspace> ReadAsync(NpgsqlDataReader reader, long version, CancellationToken ct)
    {
        await reader.NextResultAsync(ct);
        var traits = new List<TraitDefinition>();
        while (await reader.ReadAsync(ct))
        {
            traits.Add(DefinitionJson.ReadTrait(reader.GetString(0)));
        }

        await reader.NextResultAsync(ct);
        var mappings = await MappingRows.ReadAsync(reader, ct);
        await reader.NextResultAsync(ct);
        var sources = new List<Sources.Source>();
        while (await reader.ReadAsync(ct))
        {
            var source = DefinitionJson.ReadSource(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3), reader.GetString(4));
            sources.Add(source with
            {
                Mapping = mappings.For(source.MappingOrKind),
                LookUp = source.LookUp is { } lookUp ? lookUp with { Mapping = mappings.For(lookUp.MappingName) } : null,
            });
        }

        return new Workspace(version, new TraitDictionary(version, traits), sources.ToFrozenDictionary(source => source.Id)) { Mappings = mappings };
    }
}
