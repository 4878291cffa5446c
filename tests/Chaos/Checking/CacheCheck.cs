using System.Buffers.Binary;
using System.Globalization;
using Npgsql;
using StackExchange.Redis;

namespace Freshet.Chaos.Checking;

/// <summary>C4: what Redis holds of a profile has the version that PostgreSQL has. Both are readable without any key.</summary>
internal sealed class CacheCheck(NpgsqlDataSource database, string redis)
{
    public async Task<Check> RunAsync(CancellationToken ct)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis);
        var cache = connection.GetDatabase();
        var (wrongs, cached) = (new List<string>(), 0);
        foreach (var (id, version) in await VersionsAsync(ct))
        {
            var value = (byte[]?)await cache.StringGetAsync($"f:p:{id:n}");
            if (value is null)
            {
                continue;
            }

            cached++;
            var fresh = BinaryPrimitives.ReadInt64BigEndian(value);
            if (fresh != version)
            {
                wrongs.Add(string.Create(CultureInfo.InvariantCulture, $"profile {id}: version {fresh} in Redis, {version} in PostgreSQL"));
            }
        }

        return new Check("C4 Redis holds what PostgreSQL holds", wrongs, $"{cached} profiles in Redis");
    }

    private async Task<List<(Guid Id, long Version)>> VersionsAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select profile_id, version from profiles");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var versions = new List<(Guid, long)>();
        while (await reader.ReadAsync(ct))
        {
            versions.Add((reader.GetGuid(0), reader.GetInt64(1)));
        }

        return versions;
    }
}
