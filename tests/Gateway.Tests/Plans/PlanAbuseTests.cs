using System.Text;
using System.Text.Json;
using Freshet.Gateway.Tests.Execution;
using Freshet.Gateway.Tests.Shop;

namespace Freshet.Gateway.Tests.Plans;

/// <summary>
/// Attacks on the real schema, with the short way in front: each costs less than 20 ms of processor time and 5 MB of memory, on average over many,
/// client and server together. Runs alone, because both are counted for the whole process.
/// </summary>
[Collection(nameof(AbuseTests))]
public sealed class PlanAbuseTests(ShopFixture fixture, ITestOutputHelper output) : IClassFixture<ShopFixture>
{
    private const int Times = 25;
    private const string Known = "query($email: String!, $yes: Boolean!) { profile(by: { email: $email }) { id version @include(if: $yes) } }";
    private const string ByEmail = "profile(by: { email: \"a@shop.test\" })";

    private static readonly Dictionary<string, Func<int, string>> Attacks = new(StringComparer.Ordinal)
    {
        ["known document, 2,000 more variables"] = _ => Body(Known, $"{{\"email\":\"a@shop.test\",\"yes\":true,{string.Join(',', Enumerable.Range(0, 2_000).Select(n => $"\"v{n}\":1"))}}}"),
        ["known document, the same variable 1,000 times"] = _ => Body(Known, $"{{{string.Join(',', Enumerable.Repeat("\"yes\":true", 1_000))}}}"),
        ["known document, variables nested 31 deep"] = _ => Body(Known, $"{{\"email\":{string.Concat(Enumerable.Repeat("[", 29))}{string.Concat(Enumerable.Repeat("]", 29))}}}"),
        ["known document, an email of 14,000 letters"] = _ => Body(Known, $"{{\"email\":\"{new string('a', 14_000)}@shop.test\",\"yes\":true}}"),
        ["known document, an email of escapes"] = _ => Body(Known, $"{{\"email\":\"{string.Concat(Enumerable.Repeat("\\u0041", 2_000))}\",\"yes\":true}}"),
        ["known document, half a letter"] = _ => Body(Known, "{\"email\":\"\\ud800\",\"yes\":true}"),
        ["a valid document that nobody sent before"] = run => Body($"{{ {ByEmail} {{ id traits {{ firstName plan points }} }} }} #{run}", "{}"),
        ["a large valid document that nobody sent before"] = run => Body($"{{ {ByEmail} {{ {string.Concat(Enumerable.Repeat("... on Profile { id version traits { plan } } ", 30))} }} }} #{run}", "{}"),
        ["G01 nested 1,000 deep"] = _ => Body($"{{ {ByEmail} {{ {string.Concat(Enumerable.Repeat("events { ", 1_000))} id {new string('}', 1_000)} }} }}", "{}"),
        ["G02 aliases 4,000"] = _ => Body($"{{ {ByEmail} {{ {string.Join(' ', Enumerable.Range(0, 4_000).Select(n => $"a{n}: id"))} }} }}", "{}"),
        ["G03 the same field 10,000 times"] = _ => Body($"{{ {ByEmail} {{ {string.Concat(Enumerable.Repeat("id ", 10_000))} }} }}", "{}"),
        ["G04 directives 3,000"] = _ => Body($"{{ {ByEmail} {{ id {string.Concat(Enumerable.Repeat("@skip(if: false) ", 3_000))} }} }}", "{}"),
        ["G05 fragments that quadruple nine times"] = _ => Body($"{{ {ByEmail} {{ ...F0 }} }} {Bomb(9)}", "{}"),
        ["G06 a fragment in itself"] = _ => Body($"{{ {ByEmail} {{ ...A }} }} fragment A on Profile {{ ...A }}", "{}"),
        ["G07 introspection in circles"] = _ => Body("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }", "{}"),
        ["G08 100 operations at once"] = _ => $"[{string.Join(',', Enumerable.Repeat(Body("{ __typename }", "{}"), 100))}]",
        ["G09 a comment of 90 kB"] = _ => Body("#" + new string('x', 90_000), "{}"),
        ["G10 a list of 12,000 keys"] = _ => Body("query($by: [ProfileKey!]!) { profiles(by: $by) { id } }", $"{{\"by\":[{string.Join(',', Enumerable.Repeat("{}", 12_000))}]}}"),
        ["G11 20 unknown fields"] = run => Body($"{{ {string.Join(' ', Enumerable.Range(0, 20).Select(n => $"profil{n}x{run}"))} }}", "{}"),
        ["G12 pages of 99,999,999"] = _ => Body($"{{ {ByEmail} {{ events(first: 99999999) {{ edges {{ cursor }} }} }} }}", "{}"),
        ["an unknown persisted id"] = _ => $$"""{"documentId":"sha256:{{new string('f', 64)}}"}""",
    };

    public static TheoryData<string> Names => [.. Attacks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_attack_costs_little(string name)
    {
        for (var warmUp = 0; warmUp < 5; warmUp++)
        {
            await SendAsync(Body(Known, """{"email":"a@shop.test","yes":true}"""));
            await SendAsync(Attacks[name](-warmUp - 1));
        }

        var (cpu, memory) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
        for (var run = 0; run < Times; run++)
            (await SendAsync(Attacks[name](run))).ShouldBeLessThan(500);

        var each = (Environment.CpuUsage.TotalTime - cpu) / Times;
        var bytes = (GC.GetTotalAllocatedBytes(precise: true) - memory) / Times;
        output.WriteLine($"{each.TotalMilliseconds:0.00} ms, {bytes / 1024} kB");
        each.ShouldBeLessThan(TimeSpan.FromMilliseconds(20));
        bytes.ShouldBeLessThan(5 * 1024 * 1024);
    }

    private static string Body(string query, string variables) => $"{{\"query\":{JsonSerializer.Serialize(query)},\"variables\":{variables}}}";

    private static string Bomb(int levels) => string.Join(' ', Enumerable.Range(0, levels).Select(level =>
        $"fragment F{level} on Profile {{ {(level == levels - 1 ? "id" : string.Concat(Enumerable.Repeat($"...F{level + 1} ", 4)))} }}"));

    private async Task<int> SendAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", ShopGateway.ApiKey);
        request.Headers.Accept.ParseAdd("application/graphql-response+json");
        using var response = await fixture.Shop.Http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return (int)response.StatusCode;
    }
}
