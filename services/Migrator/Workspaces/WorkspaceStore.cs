using System.Security.Cryptography;
using System.Text;
using Freshet.Profiles.Dictionary;
using Freshet.Profiles.Enriching;
using Freshet.Profiles.Mapping;
using Npgsql;
using NpgsqlTypes;

namespace Freshet.Migrator.Workspaces;

/// <summary>What applying a workspace did.</summary>
/// <param name="Version">The workspace's version now.</param>
/// <param name="Changed">False if the database had it already.</param>
public sealed record WorkspaceApplied(long Version, bool Changed);

/// <summary>
/// Writes a workspace into the database, all of it or nothing, and tells every host on channel <c>workspace_changed</c>. A trait that
/// the files no longer name leaves the dictionary; values that profiles hold of it stay stored, and show again if it returns.
/// </summary>
public sealed class WorkspaceStore(NpgsqlDataSource database)
{
    private const string LockAndReadChecksum = """
        select pg_advisory_xact_lock(hashtext('freshet.workspace'));
        select version, checksum from workspace;
        """;

    private const string UpsertSources = """
        insert into sources as s (source_id, kind, name, enabled, settings)
        select * from unnest($1, $2, $3, $4, $5)
        on conflict (source_id) do update
        set kind = excluded.kind, name = excluded.name, enabled = excluded.enabled, settings = excluded.settings, updated_at = now()
        where (s.kind, s.name, s.enabled, s.settings) is distinct from (excluded.kind, excluded.name, excluded.enabled, excluded.settings)
        """;

    private const string UpsertTraits = """
        insert into traits as t (name, ordinal, definition)
        select * from unnest($1, $2, $3)
        on conflict (name) do update
        set ordinal = excluded.ordinal, definition = excluded.definition, updated_at = now()
        where (t.ordinal, t.definition) is distinct from (excluded.ordinal, excluded.definition)
        """;

    private const string UpsertEnrichments = """
        insert into enrichments as e (name, definition)
        select * from unnest($1, $2)
        on conflict (name) do update set definition = excluded.definition, updated_at = now() where e.definition is distinct from excluded.definition
        """;

    private const string UpsertHttpEnrichments = """
        insert into http_enrichments as e (name, definition)
        select * from unnest($1, $2)
        on conflict (name) do update set definition = excluded.definition, updated_at = now() where e.definition is distinct from excluded.definition
        """;

    // What was ordered by one that is gone is not wanted any more.
    private const string DeleteHttpEnrichments = """
        with gone as (delete from http_enrichments where name <> all($1) returning name),
        orders as (delete from enrichment_orders o using gone where o.name = gone.name)
        delete from enrichment_answers a using gone where a.name = gone.name
        """;

    private const string BumpVersion = """
        insert into workspace as w (version, checksum) values (1, $1)
        on conflict (one) do update set version = w.version + 1, checksum = excluded.checksum, applied_at = now()
        returning version
        """;

    // Listeners hear of it when the transaction commits.
    private const string Notify = "select pg_notify('workspace_changed', version::text) from workspace";

    public async Task<WorkspaceApplied> ApplyAsync(WorkspaceDefinition workspace, CancellationToken cancellation)
    {
        var checksum = ChecksumOf(workspace);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await ReadAsync(connection, cancellation) is { } stored && stored.Checksum == checksum)
        {
            return new WorkspaceApplied(stored.Version, Changed: false);
        }

        var version = await WriteAsync(connection, workspace, checksum, cancellation);
        await transaction.CommitAsync(cancellation);
        return new WorkspaceApplied(version, Changed: true);
    }

    private static async Task<(long Version, string Checksum)?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(LockAndReadChecksum, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetInt64(0), reader.GetString(1)) : null;
    }

    private static async Task<long> WriteAsync(
        NpgsqlConnection connection, WorkspaceDefinition workspace, string checksum, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Sources(workspace),
                new("delete from sources where source_id <> all($1)") { Parameters = { Texts(workspace.Sources.Select(source => source.Id)) } },
                Traits(workspace),
                new("delete from traits where name <> all($1)") { Parameters = { Texts(workspace.Traits.Select(trait => trait.Name)) } },
                Enrichments(workspace),
                new("delete from enrichments where name <> all($1)") { Parameters = { Texts(workspace.Enrichments.Select(enrichment => enrichment.Name)) } },
                HttpEnrichments(workspace),
                new(DeleteHttpEnrichments) { Parameters = { Texts(workspace.HttpEnrichments.Select(enrichment => enrichment.Name)) } },
                new(BumpVersion) { Parameters = { new() { Value = checksum } } },
                new(Notify),
            },
        };
        foreach (var command in MappingRows.Apply(workspace.Mappings).Reverse())
        {
            batch.BatchCommands.Insert(0, command);
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return reader.GetInt64(0);
    }

    private static NpgsqlBatchCommand Sources(WorkspaceDefinition workspace) => new(UpsertSources)
    {
        Parameters =
        {
            Texts(workspace.Sources.Select(source => source.Id)),
            Texts(workspace.Sources.Select(source => DefinitionWords.Of(source.Kind))),
            Texts(workspace.Sources.Select(source => source.Name)),
            new() { Value = workspace.Sources.Select(source => source.IsEnabled).ToArray() },
            Json(workspace.Sources.Select(DefinitionJson.WriteSettings)),
        },
    };

    private static NpgsqlBatchCommand Traits(WorkspaceDefinition workspace) => new(UpsertTraits)
    {
        Parameters =
        {
            Texts(workspace.Traits.Select(trait => trait.Name)),
            new() { Value = Enumerable.Range(0, workspace.Traits.Count).ToArray() },
            Json(workspace.Traits.Select(DefinitionJson.Write)),
        },
    };

    private static NpgsqlBatchCommand Enrichments(WorkspaceDefinition workspace) => new(UpsertEnrichments)
    {
        Parameters = { Texts(workspace.Enrichments.Select(enrichment => enrichment.Name)), Texts(workspace.Enrichments.Select(EnrichmentJson.Write)) },
    };

    private static NpgsqlBatchCommand HttpEnrichments(WorkspaceDefinition workspace) => new(UpsertHttpEnrichments)
    {
        Parameters = { Texts(workspace.HttpEnrichments.Select(enrichment => enrichment.Name)), Json(workspace.HttpEnrichments.Select(DefinitionJson.Write)) },
    };

    private static NpgsqlParameter Texts(IEnumerable<string> values) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static NpgsqlParameter Json(IEnumerable<string> values) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };

    private static string ChecksumOf(WorkspaceDefinition workspace)
    {
        var lines = workspace.Sources
            .Select(source => $"{source.Id} {DefinitionWords.Of(source.Kind)} {source.IsEnabled} {source.Name}\n{DefinitionJson.WriteSettings(source)}")
            .Concat(workspace.Traits.Select(DefinitionJson.Write))
            .Concat(workspace.Mappings.Select(mapping => $"{mapping.Name}\n{MappingJson.Write(mapping)}"))
            .Concat(workspace.Enrichments.Select(enrichment => $"{enrichment.Name}\n{EnrichmentJson.Write(enrichment)}"))
            .Concat(workspace.HttpEnrichments.Select(enrichment => $"{enrichment.Name}\n{DefinitionJson.Write(enrichment)}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }
}
