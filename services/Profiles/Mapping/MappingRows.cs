using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Freshet.Profiles.Mapping;

/// <summary>The statements on <c>mappings</c>.</summary>
public static class MappingRows
{
    /// <summary>Of each name the active version, and the latest 20.</summary>
    internal const string Select = """
        select name, version, definition::text, active
        from (select m.*, row_number() over (partition by name order by version desc) as age from mappings m) m
        where active or age <= 20
        order by name, version
        """;

    // Of a name, only one is active at any time: the others leave first.
    private const string Deactivate = """
        update mappings m set active = false
        where active and not exists (select from unnest($1, $2) as w(name, checksum) where w.name = m.name and w.checksum = m.checksum)
        """;

    private const string Insert = """
        insert into mappings (name, version, definition, checksum, active)
        select w.name, coalesce((select max(version) from mappings m where m.name = w.name), 0) + 1, w.definition::json, w.checksum, true
        from unnest($1, $2, $3) as w(name, checksum, definition)
        where not exists (select from mappings m where m.name = w.name and m.checksum = w.checksum)
        """;

    private const string Activate = """
        update mappings m set active = true
        from unnest($1, $2) as w(name, checksum)
        where m.name = w.name and m.checksum = w.checksum and not m.active
        """;

    /// <summary>Makes these the active ones. A text that was there before is that version again; any other becomes the next version of its name.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Apply(IReadOnlyList<MappingDefinition> mappings)
    {
        string[] names = [.. mappings.Select(mapping => mapping.Name)];
        string[] definitions = [.. mappings.Select(MappingJson.Write)];
        string[] checksums = [.. definitions.Select(text => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))))];
        yield return Command(Deactivate, names, checksums);
        yield return Command(Insert, names, checksums, definitions);
        yield return Command(Activate, names, checksums);
    }

    /// <exception cref="JsonException">A mapping in force is none that this release understands.</exception>
    internal static async Task<MappingSet> ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var stored = new List<StoredMapping>();
        while (await reader.ReadAsync(ct))
        {
            var (name, isActive) = (reader.GetString(0), reader.GetBoolean(3));
            if (MappingJsonReader.Read(name, reader.GetString(2), out var errors) is { } definition)
            {
                stored.Add(new StoredMapping(definition, reader.GetInt32(1), isActive));
            }
            else if (isActive)
            {
                throw new JsonException($"Mapping '{name}' is unknown to this release: {errors[0]}");
            }
        }

        try
        {
            return new MappingSet(stored);
        }
        catch (FormatException failure)
        {
            throw new JsonException(failure.Message, failure);
        }
    }

    private static NpgsqlBatchCommand Command(string sql, params string[][] columns)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in columns)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = column });
        }

        return command;
    }
}
