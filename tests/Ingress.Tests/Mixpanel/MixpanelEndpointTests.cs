using System.IO.Compression;
using System.Net;
using System.Text;
using Freshet.Ingress.Tests.Tracking;

namespace Freshet.Ingress.Tests.Mixpanel;

public sealed class MixpanelEndpointTests(ProtocolsFixture fixture) : IClassFixture<ProtocolsFixture>
{
    private readonly HttpClient _client = fixture.App.Client;

    public static TheoryData<string, string> Items => new()
    {
        { "track", Event() },
        { "engage", Operation("""{"$set":{"$first_name":"Ann"}}""") },
        { "groups", $$$"""{"$token":"{{{ProtocolsFixture.Token}}}","$group_key":"company","$group_id":"acme","$set":{"plan":"gold"}}""" },
    };

    [Theory]
    [MemberData(nameof(Items))]
    public async Task An_item_is_taken_in_each_way_in_which_clients_send_it(string call, string item)
    {
        var kept = await fixture.KeptAsync();

        (await TextAsync(await _client.GetAsync($"/{call}?ip=0&verbose=0&data={Uri.EscapeDataString(Base64(item))}"))).ShouldBe("1");
        (await TextAsync(await PostFormAsync(call, $"data={Base64($"[{item},{item}]")}"))).ShouldBe("1");
        (await TextAsync(await PostFormAsync($"{call}/?verbose=1", $"data={Uri.EscapeDataString(item)}"))).ShouldBe("""{"status":1,"error":null}""");
        (await TextAsync(await PostAsync(call, $"[{item}]"))).ShouldBe("1");
        (await TextAsync(await PostAsync(call, item, gzip: true))).ShouldBe("1");

        (await fixture.KeptAsync()).ShouldBe(kept + 6);
    }

    [Fact]
    public async Task Base64_with_bare_plus_signs_is_read()
    {
        var item = Event(", \"x\": \"~~~>>>???\"");
        Base64(item).ShouldContain('+');

        (await TextAsync(await PostFormAsync("track", $"data={Base64(item)}"))).ShouldBe("1");
    }

    [Fact]
    public async Task The_good_items_of_a_batch_are_kept_and_the_client_is_told_of_the_bad_ones()
    {
        var kept = await fixture.KeptAsync();
        var deep = string.Concat(Enumerable.Repeat("[", 200)) + string.Concat(Enumerable.Repeat("]", 200));

        using var plain = await PostAsync("track", $$$"""[{"event":"x"},{{{Event()}}},{"event":"a\u0000","properties":{}}, 7, {"deep":{{{deep}}}}]""");
        using var verbose = await PostAsync("track?verbose=1", $"[{Event()}, 7]");

        (await TextAsync(plain)).ShouldBe("0");
        (await verbose.JsonAsync()).GetProperty("error").GetString().ShouldBe("item 1: Each item is an object.");
        (await fixture.KeptAsync()).ShouldBe(kept + 2);
    }

    [Fact]
    public async Task An_event_is_known_by_insert_id_name_person_and_time()
    {
        var item = Event(", \"$insert_id\": \"i-1\", \"time\": 1700000000");
        var kept = await fixture.KeptAsync();

        (await PostAsync("track", $"[{item},{item}]")).Dispose();
        (await PostAsync("track", item)).Dispose();
        (await PostAsync("track", item.Replace("Signed Up", "Signed In"))).Dispose();

        (await fixture.KeptAsync()).ShouldBe(kept + 2);
    }

    [Fact]
    public async Task An_import_answers_as_it_is_documented_and_keeps_its_good_events()
    {
        var good = """{"event":"Bought","properties":{"distinct_id":"u1","time":1700000001}}""";
        var bad = """{"event":"Bought","properties":{"distinct_id":"u1"}}""";
        var kept = await fixture.KeptAsync();

        using var strict = await ImportAsync($"[{good},{bad}]", "import?strict=1");
        using var lenient = await ImportAsync($"[{good.Replace("01}", "02}")},{bad}]", "import?strict=0");
        using var lines = await ImportAsync($"{good.Replace("01}", "03}")}\n{good}\n", "import", "application/x-ndjson");

        strict.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var answer = await strict.JsonAsync();
        answer.GetProperty("num_records_imported").GetInt32().ShouldBe(1);
        var failed = answer.GetProperty("failed_records").EnumerateArray().ShouldHaveSingleItem();
        (failed.GetProperty("index").GetInt32(), failed.GetProperty("field").GetString()).ShouldBe((1, "properties.time"));
        (await lenient.JsonAsync()).GetProperty("status").GetString().ShouldBe("OK");
        lines.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await fixture.KeptAsync()).ShouldBe(kept + 3);
    }

    [Fact]
    public async Task An_import_wants_a_secret_and_a_wrong_one_is_not_made_good_by_a_token()
    {
        using var none = await PostAsync("import", $"[{Event()}]");
        using var wrong = await ImportAsync($"[{Event()}]", "track", secret: "not-the-secret-of-anybody");
        using var unknown = await PostAsync("track?verbose=1", Event().Replace(ProtocolsFixture.Token, "nobody"));
        using var otherProtocol = await PostAsync("track", Event().Replace(ProtocolsFixture.Token, IngressApp.WriteKey));

        foreach (var answer in new[] { none, wrong, unknown, otherProtocol })
        {
            (await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials.invalid")).GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public async Task Items_of_another_project_are_refused_and_too_many_at_once()
    {
        using var mixed = await PostAsync("track?verbose=1", $"[{Event()},{Event().Replace(ProtocolsFixture.Token, ProtocolsFixture.OtherToken)}]");
        using var many = await PostAsync("track", $"[{string.Join(',', Enumerable.Repeat(Event(), 2_001))}]");
        using var large = await PostAsync("track", $"[{Event()},\"{new string('x', 2 * 1024 * 1024)}\"]");

        (await mixed.JsonAsync()).GetProperty("error").GetString()!.ShouldContain("another token");
        await many.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "batch.too-large");
        await large.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body.too-large");
    }

    private static string Event(string more = "") =>
        $$$"""{"event":"Signed Up","properties":{"token":"{{{ProtocolsFixture.Token}}}","distinct_id":"u1"{{{more}}}}}""";

    private static string Operation(string operation) => $$"""{"$token":"{{ProtocolsFixture.Token}}","$distinct_id":"u1",{{operation[1..]}}""";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static async Task<string> TextAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            return await answer.Content.ReadAsStringAsync();
        }
    }

    private Task<HttpResponseMessage> PostFormAsync(string call, string form) =>
        _client.PostAsync($"/{call}", new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"));

    private async Task<HttpResponseMessage> PostAsync(string call, string json, bool gzip = false)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(Encoding.UTF8.GetBytes(json));
        }

        var content = new ByteArrayContent(gzip ? packed.ToArray() : Encoding.UTF8.GetBytes(json));
        content.Headers.ContentType = new("application/json");
        if (gzip)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        return await _client.PostAsync($"/{call}", content);
    }

    private async Task<HttpResponseMessage> ImportAsync(string body, string call, string type = "application/json", string secret = ProtocolsFixture.Secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{call}") { Content = new StringContent(body, Encoding.UTF8, type) };
        request.Headers.Authorization = new("Basic", Base64($"an-account.mp-service-account:{secret}"));
        return await _client.SendAsync(request);
    }
}
