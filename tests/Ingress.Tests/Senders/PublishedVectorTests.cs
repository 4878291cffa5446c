using System.Net;
using System.Text;
using Freshet.Profiles.Sources;
using Freshet.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Ingress.Tests.Senders;

/// <summary>What vendors have published, sent over HTTP at the time of its making.</summary>
public sealed class PublishedVectorTests
{
    private const string HubSpotBody =
        """[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]""";

    [Fact]
    public async Task Standard_Webhooks()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var app = Start(database, DateTimeOffset.FromUnixTimeSeconds(1614265330), IngressApp.DemoSource, "demo-webhook-secret", IngressApp.Secret);

        using var answer = await PostAsync(app, """{"test": 2432232314}""", ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));

        await answer.ShouldBeReceiptAsync(HttpStatusCode.Accepted, accepted: 1, duplicates: 0);
    }

    [Fact]
    public async Task HubSpot_versions_1_and_2()
    {
        var source = new Source { Id = "demo", Kind = SourceKind.Hubspot, Name = "Demo", SecretNames = ["hubspot"], PublicUrl = "https://www.example.com/webhook_uri" };
        await using var database = await TestDatabase.CreateAsync();
        await using var app = Start(database, TimeProvider.System.GetUtcNow(), source, "hubspot", "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy");

        using var version1 = await PostAsync(app, HubSpotBody, ("X-HubSpot-Signature-Version", "v1"),
            ("X-HubSpot-Signature", "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"));
        using var version2 = await GetAsync(app, "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e");
        using var forged = await GetAsync(app, "fee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e");

        await version1.ShouldBeReceiptAsync(HttpStatusCode.OK, accepted: 1, duplicates: 0);
        version2.StatusCode.ShouldBe(HttpStatusCode.OK);
        forged.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("", HttpStatusCode.OK)]
    [InlineData("\r\n", HttpStatusCode.Unauthorized)]
    public async Task SendGrid(string after, HttpStatusCode expected)
    {
        const string Key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA==";
        var source = new Source { Id = "demo", Kind = SourceKind.Sendgrid, Name = "Demo", SecretNames = ["sendgrid"] };
        await using var database = await TestDatabase.CreateAsync();
        await using var app = Start(database, DateTimeOffset.FromUnixTimeSeconds(1588788367), source, "sendgrid", Key);

        using var answer = await PostAsync(app, """{"category":"example_payload","event":"test_event","message_id":"message_id"}""" + after,
            ("X-Twilio-Email-Event-Webhook-Timestamp", "1588788367"), ("X-Twilio-Email-Event-Webhook-Signature",
            "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0="));

        answer.StatusCode.ShouldBe(expected);
        (await database.ScalarAsync<long>("select count(*) from event_keys")).ShouldBe(expected == HttpStatusCode.OK ? 1 : 0);
    }

    private static IngressApp Start(TestDatabase database, DateTimeOffset at, Source source, string parameter, string secret) => IngressApp.Start(
        database.ConnectionString,
        sources: [source],
        settings: new Dictionary<string, string> { [$"Parameters:{parameter}"] = secret },
        services: services => services.AddSingleton<TimeProvider>(new ShiftedClock(at)));

    private static async Task<HttpResponseMessage> PostAsync(IngressApp app, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/demo") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new("application/json");
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await app.Client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> GetAsync(IngressApp app, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/webhooks/demo");
        request.Headers.Add("X-HubSpot-Signature-Version", "v2");
        request.Headers.Add("X-HubSpot-Signature", signature);
        return await app.Client.SendAsync(request);
    }
}
