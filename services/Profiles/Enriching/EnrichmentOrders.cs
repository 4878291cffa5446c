using Freshet.Profiles.Batches;
using Freshet.Profiles.Events;
using Freshet.Profiles.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Freshet.Profiles.Enriching;

/// <summary>The orders that <see cref="ProfileOrders"/> wrote: who takes one, and how it ends. What ends an order holds only while the claim does, so
/// an order that was given to another host meanwhile, or that a change of the profile made anew, is ended by neither.</summary>
public sealed class EnrichmentOrders(NpgsqlDataSource dataSource, EventLog log, TimeProvider time)
{
    /// <summary>The channel on which PostgreSQL announces orders, when their transaction commits.</summary>
    public const string Channel = "enrichment_ordered";

    // The attempt counts when it begins: one that ends its host is counted too.
    private const string Claim = """
        with due as (
          select o.profile_id from enrichment_orders o
          where o.name = $1 and o.state = 'Waiting' and o.retry_at <= $2
            and not exists (select from enrichment_pauses p where p.source_id = $3 and p.until > $2)
          order by o.retry_at limit $4
          for update skip locked
        )
        update enrichment_orders o set attempt = o.attempt + 1, lease = $5, retry_at = $6
        from due d where o.name = $1 and o.profile_id = d.profile_id
        returning o.profile_id, o.order_id, o.generation, o.attempt
        """;

    private const string IsClaimed = "profile_id = $1 and name = $2 and generation = $3 and lease = $4";

    // A profile that was merged away has an heir with orders of its own; an erased one is nobody any more.
    private const string End = $"""
        update enrichment_orders set state = $5, reason = $6, retry_at = null, lease = null, asked_at = $7, holds_until = $8
        where {IsClaimed}
          and exists (
            select from profiles p join data_keys k on k.key_id = p.key_id
            where p.profile_id = $1 and p.merged_into is null and k.wrapped is not null)
        """;

    /// <summary>Takes orders that are due, none of a source that asked to be left alone.</summary>
    /// <param name="enrichment">Whose.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="lease">How long the caller has for them.</param>
    /// <param name="ct">Cancels.</param>
    public Task<IReadOnlyList<ClaimedOrder>> ClaimAsync(HttpEnrichment enrichment, int limit, TimeSpan lease, CancellationToken ct) =>
        StoreErrors.TranslateAsync<IReadOnlyList<ClaimedOrder>>(async () =>
        {
            var (now, token) = (time.GetUtcNow(), Guid.CreateVersion7());
            await using var command = dataSource.CreateCommand(Claim);
            command.Parameters.With(enrichment.Name).With(now).With(enrichment.SourceId).With(limit).With(token).With(now + lease);
            await using var reader = await command.ExecuteReaderAsync(ct);
            var claimed = new List<ClaimedOrder>();
            while (await reader.ReadAsync(ct))
            {
                claimed.Add(new ClaimedOrder(reader.GetGuid(0), enrichment.Name, reader.GetGuid(1), reader.GetInt32(2), reader.GetInt32(3), token));
            }

            return claimed;
        });

    /// <summary>Ends an order with an answer: it is in the event log if and only if the order is ended, and once. The caller announces the batch.</summary>
    /// <returns>The batch that holds the answer; null: the claim does not hold any more, and nothing was written.</returns>
    public async Task<Guid?> AnswerAsync(ClaimedOrder order, RawEvent answer, DateTimeOffset holdsUntil, CancellationToken ct)
    {
        await using var session = await ProfileSession.OpenAsync(dataSource, ct);
        await using var end = EndOf(session.Command(End), order, OrderState.Answered, null, holdsUntil);
        if (await ExecuteAsync(end, ct) == 0)
        {
            return null;
        }

        var batch = new EventBatch { BatchId = Guid.CreateVersion7(time.GetUtcNow()), Events = [answer] };
        await log.AppendAsync(session, batch, ct);
        await session.CommitAsync(ct);
        return batch.BatchId;
    }

    /// <summary>Ends an order without an answer. False: the claim does not hold any more.</summary>
    public async Task<bool> EndAsync(ClaimedOrder order, OrderState state, string? reason, DateTimeOffset holdsUntil, CancellationToken ct)
    {
        await using var command = EndOf(dataSource.CreateCommand(End), order, state, reason, holdsUntil);
        return await ExecuteAsync(command, ct) > 0;
    }

    /// <summary>Puts an order off.</summary>
    /// <param name="order">Which.</param>
    /// <param name="retryAt">Until when.</param>
    /// <param name="attempts">How many attempts count so far.</param>
    /// <param name="reason">Why the last one brought nothing.</param>
    /// <param name="ct">Cancels.</param>
    public async Task PutOffAsync(ClaimedOrder order, DateTimeOffset retryAt, int attempts, string reason, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand($"update enrichment_orders set retry_at = $5, attempt = $6, reason = $7, lease = null where {IsClaimed}");
        Claimed(command, order).With(retryAt).With(attempts).With(reason);
        await ExecuteAsync(command, ct);
    }

    /// <summary>Forgets an order about a profile that is no more.</summary>
    public async Task RemoveAsync(ClaimedOrder order, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand($"delete from enrichment_orders where {IsClaimed}");
        Claimed(command, order);
        await ExecuteAsync(command, ct);
    }

    /// <summary>Leaves a source alone, on every host.</summary>
    public async Task PauseAsync(string sourceId, DateTimeOffset until, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand("""
            insert into enrichment_pauses as p (source_id, until) values ($1, $2)
            on conflict (source_id) do update set until = greatest(p.until, excluded.until)
            """);
        command.Parameters.With(sourceId).With(until);
        await ExecuteAsync(command, ct);
    }

    private NpgsqlCommand EndOf(NpgsqlCommand command, ClaimedOrder order, OrderState state, string? reason, DateTimeOffset holdsUntil)
    {
        Claimed(command, order).With(state.ToString()).WithNullable(reason, NpgsqlDbType.Text).With(time.GetUtcNow()).With(holdsUntil);
        return command;
    }

    private static NpgsqlParameterCollection Claimed(NpgsqlCommand command, ClaimedOrder order) =>
        command.Parameters.With(order.ProfileId).With(order.Name).With(order.Generation).With(order.Lease);

    private static Task<int> ExecuteAsync(NpgsqlCommand command, CancellationToken ct) => StoreErrors.TranslateAsync(() => command.ExecuteNonQueryAsync(ct));
}
