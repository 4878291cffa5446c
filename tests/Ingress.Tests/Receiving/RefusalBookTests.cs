using System.Net;
using Freshet.Testing;

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

    private static Task<long> RefusedAsync(TestDatabase database, string source) =>
        database.ScalarAsync<long>($"select coalesce(sum(refused), 0)::bigint from ledger where source_id = '{source}'");
}
