using Freshet.Profiles.Dictionary;
using Freshet.Profiles.LookUps;
using Freshet.Profiles.Reading;
using Freshet.Profiles.Sealing;
using Freshet.Profiles.Storage;
using Npgsql;

namespace Freshet.Profiles.Enriching;

/// <summary>What the profiles of a transaction are to be asked about. Written with them, so a change is never without its order.</summary>
internal static class ProfileOrders
{
    // The answer changes the profile too: a key that was asked by orders nothing while its answer holds.
    private const string Order = $"""
        with ordered as (
          insert into enrichment_orders as o (profile_id, name, order_id, generation, key_hash, state, attempt, retry_at, asked_at, holds_until)
          select w.profile_id, w.name, gen_random_uuid(), 1, w.key_hash, 'Waiting', 0, $4, $4, $4
          from unnest($1::uuid[], $2::text[], $3::uuid[]) as w(profile_id, name, key_hash)
          order by w.profile_id, w.name
          on conflict (profile_id, name) do update
          set generation = o.generation + 1, key_hash = excluded.key_hash, state = 'Waiting', reason = null, attempt = 0, retry_at = excluded.retry_at,
              lease = null, asked_at = excluded.asked_at
          where o.key_hash <> excluded.key_hash or (o.state <> 'Waiting' and o.holds_until <= excluded.asked_at)
          returning 1
        )
        select pg_notify('{EnrichmentOrders.Channel}', '') where exists (select from ordered)
        """;

    /// <summary>Null: nothing can be asked about any of them.</summary>
    public static NpgsqlBatchCommand? Of(IReadOnlyList<ProfileDocument> profiles, Workspace workspace, IdentityIndex index, DateTimeOffset now)
    {
        var (ids, names, keys) = (new List<Guid>(), new List<string>(), new List<Guid>());
        foreach (var enrichment in workspace.HttpEnrichments)
        {
            if (workspace.Sources.GetValueOrDefault(enrichment.SourceId) is not { IsEnabled: true, LookUp: { } lookUp })
            {
                continue;
            }

            foreach (var profile in profiles)
            {
                if (LookUpKey.Of(lookUp, profile, now) is { } key)
                {
                    ids.Add(profile.Id);
                    names.Add(enrichment.Name);
                    keys.Add(HashOf(index, enrichment.Name, key));
                }
            }
        }

        if (ids.Count == 0)
        {
            return null;
        }

        var command = new NpgsqlBatchCommand(Order);
        command.Parameters.With<Guid[]>([.. ids]).With<string[]>([.. names]).With<Guid[]>([.. keys]).With(now);
        return command;
    }

    /// <summary>Tells keys apart without holding them.</summary>
    public static Guid HashOf(IdentityIndex index, string enrichment, LookUpKey key) => index.Of(
        $"enrichment:{enrichment}",
        string.Join('\n', key.Values.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key} {value.Value.Length} {value.Value}")));
}
