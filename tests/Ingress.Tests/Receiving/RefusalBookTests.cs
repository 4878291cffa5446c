using System.Net;
using Freshet.Ingress.Receiving;
using Freshet.Profiles.Ledger;
using Freshet.Testing;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Freshet.Ingress.Tests.Receiving;

public sealed class RefusalBookTests
{
    [Fact]
    public async Task What_a_proven_sender_is_refused_stands_beside_the_ledger_and_a_stranger_writes_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using (var app = IngressApp.Start(database.ConnectionString))
        {
            using var forged = app.Webhook("{}");
            forged.Headers.Remove("webhook-signature");
            forged.Headers.Add("webhook-signature", "v1,AAAA");
            (await app.Client.SendAsync(forged)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await app.SendCallAsync("page", "{}", request => request.Headers.Authorization = null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

            (await app.SendWebhookAsync("not json")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await app.SendWebhookAsync("[]")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await app.SendCallAsync("page", "not json")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await app.SendCallAsync("batch", """{"batch":[{"type":"page"},{"type":"page","userId":"u1"},{"type":"track"}]}""")).EnsureSuccessStatusCode();

            await Eventually.TrueAsync(async _ => await RefusedAsync(database, "demo") == 2, "the refusals in the ledger");
            (await app.SendWebhookAsync("not json either")).Dispose();
        }

        // The rest is written when the host stops; a total that is written again is no second refusal.
        (await RefusedAsync(database, "demo")).ShouldBe(3);
        (await RefusedAsync(database, "app")).ShouldBe(3);
        (await database.ScalarAsync<long>("select count(*) from ledger where residue <> 0")).ShouldBe(0);
        (await database.ScalarAsync<long>("select sum(received)::bigint from ledger")).ShouldBe(1);
        (await database.ScalarAsync<long>("select count(*) from ledger_entries where refused > 0")).ShouldBeLessThanOrEqualTo(4, "a row per source and hour");
    }

    [Fact]
    public async Task A_write_that_is_under_way_when_the_host_stops_is_not_canceled()
    {
        await using var database = await TestDatabase.CreateAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var log = new RecordedLog<RefusalBook>();
        using var book = new RefusalBook(new RefusalLedger(database.DataSource), time, log);
        await using var holder = await database.DataSource.OpenConnectionAsync();
        await using var held = await holder.BeginTransactionAsync();
        await using (var lockAll = new NpgsqlCommand("lock table ledger_entries in access exclusive mode", holder))
        {
            await lockAll.ExecuteNonQueryAsync();
        }

        book.Add("demo", 2);
        await book.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(_ => TickAsync(database, time), "a write to wait for the lock", TimeSpan.FromSeconds(60));
        var unwritten = log.Lines.Count;
        var stopping = book.StopAsync(CancellationToken.None);
        await held.RollbackAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(60));

        log.Lines.Count.ShouldBe(unwritten, "the write ended by itself");
        (await RefusedAsync(database, "demo")).ShouldBe(2);
    }

    // A tenth of the book's pace, so that a write is seen to wait long before its patience ends.
    private static async Task<bool> TickAsync(TestDatabase database, FakeTimeProvider time)
    {
        time.Advance(TimeSpan.FromSeconds(0.1));
        return await database.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%ledger_entries%'") > 0;
    }

    private static Task<long> RefusedAsync(TestDatabase database, string source) =>
        database.ScalarAsync<long>($"select coalesce(sum(refused), 0)::bigint from ledger where source_id = '{source}'");
}
