using System.Net;
using Freshet.Ingress.Receiving;
using Freshet.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Freshet.Ingress.Tests.Receiving;

public sealed class StrangersTests
{
    [Fact]
    public async Task Any_number_of_forgeries_make_one_line_without_anything_they_said()
    {
        await using var database = await TestDatabase.CreateAsync();
        var log = new RecordedLog<Strangers>();
        await using (var app = IngressApp.Start(database.ConnectionString, services: services => services.AddSingleton<ILogger<Strangers>>(log)))
        {
            for (var i = 0; i < 20; i++)
            {
                using var forged = app.Webhook("""{"type":"attack","data":{}}""", id: $"attack-{i}", at: TimeProvider.System.GetUtcNow().AddHours(1));
                using var answer = await app.Client.SendAsync(forged);
                answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            }
        }

        log.Lines.ShouldHaveSingleItem().ShouldBe("20 webhooks did not prove who sent them: demo TooNew 20");
        (await database.ScalarAsync<long>("select (select count(*) from event_keys) + (select count(*) from ledger_entries)")).ShouldBe(0);
    }
}
