using System.Collections.Frozen;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Mapping;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Dictionary;

/// <summary>Reads the workspace from its tables.</summary>
internal static class WorkspaceRows
{
    /// <summary>The workspace at one moment; null if it is still at version <paramref name="known"/>.</summary>
    internal static Task<Workspace?> ReadAsync(NpgsqlDataSource dataSource, long known, CancellationToken ct) => StoreErrors.TranslateAsync(async () =>
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
                new("select name, definition from enrichments order by name collate \"C\""),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var version = await reader.ReadAsync(ct) ? reader.GetInt64(0) : 0;
        return version == known ? null : await ReadAsync(reader, version, ct);
    });

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

        await reader.NextResultAsync(ct);
        var enrichments = new List<Enrichment>();
        while (await reader.ReadAsync(ct))
        {
            enrichments.Add(EnrichmentJson.Read(reader.GetString(0), reader.GetString(1)));
        }

        return new Workspace(version, new TraitDictionary(version, traits), sources.ToFrozenDictionary(source => source.Id)) { Mappings = mappings, Enrichments = enrichments };
    }
}
