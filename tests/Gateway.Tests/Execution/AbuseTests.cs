using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Tests.Transport;
using Freshet.Gateway.Transport;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Gateway.Tests.Execution;

/// <summary>
/// Documents that are cheap to send and dear to answer. Each is refused with a code, over every transport, and costs
/// less than 20 ms of CPU; the bound here is three times that, so that a busy build machine does not fail it. Runs alone,
/// because CPU time is measured for the whole process.
/// </summary>
[Collection(nameof(AbuseTests))]
public sealed class AbuseTests(AbuseTests.Fixture fixture, ITestOutputHelper output) : IClassFixture<AbuseTests.Fixture>
{
    private static readonly TimeSpan MaxCpu = TimeSpan.FromMilliseconds(60);

    private static readonly Dictionary<string, (string Query, string Code)> Attacks = new(StringComparer.Ordinal)
    {
        ["G01 nested 11 deep"] = (Nested("friends", 11), "QUERY_TOO_COMPLEX"),
        ["G01 nested 600 deep"] = (Nested("friends", 600), "QUERY_TOO_COMPLEX"),
        ["G01 nested 1,000 deep"] = (Nested("friends", 1_000), "QUERY_TOO_LARGE"),
        ["G01 nested 6,000 deep"] = (Nested("friends", 6_000), "QUERY_TOO_LARGE"),
        ["G01 lists nested 900 deep"] = ($"{{ people(ids: {new string('[', 900)}{new string(']', 900)}) {{ id }} }}", "QUERY_TOO_COMPLEX"),
        ["G01 depth through fragments"] = ("{ person(id: 1) { ...A } } fragment A on Person { friends { friends { friends { ...B } } } } fragment B on Person { friends { friends { friends { friends { friends { friends { id } } } } } } }", "QUERY_TOO_COMPLEX"),
        ["G02 aliases 31"] = (Repeat(31, number => $"a{number}: hello"), "QUERY_TOO_LARGE"),
        ["G02 aliases 4,000"] = (Repeat(4_000, number => $"a{number}: hello"), "QUERY_TOO_LARGE"),
        ["G03 the same field 600 times"] = (Repeat(600, _ => "hello"), "QUERY_TOO_LARGE"),
        ["G03 the same field 10,000 times"] = (Repeat(10_000, _ => "hello"), "QUERY_TOO_LARGE"),
        ["G03 21 root fields"] = (Repeat(20, number => $"a{number}: hello") + " query B { b: hello ...F } fragment F on Query { " + string.Join(' ', Enumerable.Range(0, 21).Select(_ => "hello")) + " }", "QUERY_TOO_LARGE"),
        ["G03 the same object 199 times"] = ("{ person(id: 1) " + Repeat(199, _ => "friends(first: 1) { id }") + " }", "QUERY_TOO_LARGE"),
        ["G03 the same field through 190 inline fragments"] = ("{ person(id: 1) " + Repeat(190, _ => "... { ... { ... { name } } }") + " }", "QUERY_TOO_LARGE"),
        ["G03 the same fields through fragments"] = ("{ person(id: 1) " + Repeat(99, _ => "...A") + " } fragment A on Person { id name }", "QUERY_TOO_LARGE"),
        ["G04 directives at one place"] = ("{ hello " + string.Concat(Enumerable.Repeat("@skip(if: false) ", 5)) + "}", "QUERY_TOO_LARGE"),
        ["G04 directives 51"] = (Repeat(17, _ => "hello @a @b @c"), "QUERY_TOO_LARGE"),
        ["G04 directives 3,000"] = ("{ hello " + string.Concat(Enumerable.Repeat("@skip(if: false) ", 3_000)) + "}", "QUERY_TOO_LARGE"),
        ["G05 fragments that quadruple nine times"] = ("{ person(id: 1) { ...F0 } } " + Bomb(9, 4), "QUERY_TOO_LARGE"),
        ["G05 fragments 31"] = ("{ person(id: 1) { ...F0 } } " + Bomb(31, 1), "QUERY_TOO_LARGE"),
        ["G06 a fragment in itself"] = ("{ person(id: 1) { ...A } } fragment A on Person { friends { ...B } } fragment B on Person { friends { ...A } }", "GRAPHQL_VALIDATION_FAILED"),
        ["G07 introspection in circles"] = ("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }", "QUERY_TOO_COMPLEX"),
        ["G07 introspection 17 deep"] = ("{ __schema { types { " + Nested("ofType", 16, "name")[1..^1] + " } } }", "QUERY_TOO_COMPLEX"),
        ["G10 601 keys"] = ($"{{ people(ids: [{string.Join(',', Enumerable.Range(0, 601))}]) {{ id }} }}", "PAGE_SIZE_EXCEEDED"),
        ["G11 300 unknown fields"] = (Repeat(300, number => $"helo{number}"), "QUERY_TOO_LARGE"),
        ["G11 20 unknown fields"] = (Repeat(20, number => $"helo{number}"), "GRAPHQL_VALIDATION_FAILED"),
        ["G12 a page of 99,999,999"] = ("{ people(first: 99999999) { friends(first: 99999999) { id } } }", "PAGE_SIZE_EXCEEDED"),
        ["G12 a page beyond any number"] = ("{ people(first: 99999999999999999999999) { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ["G12 pages in pages"] = ("{ people(first: 100) { friends(first: 100) { friends(first: 100) { id } } } }", "QUERY_TOO_COMPLEX"),
        ["G12 pages without a size"] = ("{ people { friends { friends { id } } } }", "QUERY_TOO_COMPLEX"),
    };

    public static TheoryData<string> Names => [.. Attacks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_attack_is_refused_before_it_costs_anything(string name)
    {
        var (query, code) = Attacks[name];

        var (answer, cpu) = await MeasureAsync(Json(query));

        answer.ShouldBe(code);
        cpu.ShouldBeLessThan(MaxCpu);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_attack_is_refused_over_every_transport(string name)
    {
        var (query, code) = Attacks[name];
        using var post = await fixture.Gateway.PostAsync(query);
        ((int)post.StatusCode).ShouldBeInRange(400, 499);
        (await post.ReadJsonAsync()).Code().ShouldBe(code);

        using var stream = await fixture.Gateway.PostAsync(query, accept: "text/event-stream");
        (await stream.Content.ReadAsStringAsync()).ShouldContain($"\"code\":\"{code}\"");

        if (Uri.EscapeDataString(query) is { Length: < 7_000 } escaped)
        {
            using var get = await fixture.Gateway.Client.GetAsync("/graphql?query=" + escaped);
            (await get.ReadJsonAsync()).Code().ShouldBe(code);
        }

        using var socket = await SocketClient.StartAsync(fixture.Gateway);
        await socket.SubscribeAsync("1", query);
        if (Json(query).Length > 65_000)
            (await socket.ReceiveCloseAsync()).Code.ShouldBe(1009);
        else
            (await socket.ReceiveLineAsync()).ShouldContain($"\"code\":\"{code}\"");
    }

    [Fact]
    public async Task G08_a_list_of_100_operations_is_refused()
    {
        var (code, cpu) = await MeasureAsync(Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat("""{"query":"{ hello }"}""", 100)) + "]"));

        code.ShouldBe("BATCHING_DISABLED");
        cpu.ShouldBeLessThan(MaxCpu);
    }

    [Fact]
    public async Task G09_a_comment_of_10_MB_is_not_read()
    {
        using var response = await fixture.Gateway.PostAsync("#" + new string('x', 10_000_000) + "\n{ hello }");

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task G10_a_list_of_20_000_variables_is_refused()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new { query = "query($ids: [ID!]) { people(ids: $ids) { id } }", variables = new { ids = Enumerable.Range(0, 12_000) } });
        var (code, cpu) = await MeasureAsync(json);
        code.ShouldBe("QUERY_TOO_LARGE");
        cpu.ShouldBeLessThan(MaxCpu);

        json = JsonSerializer.SerializeToUtf8Bytes(new { query = "query($ids: [ID!]) { people(ids: $ids) { id } }", variables = new { ids = Enumerable.Range(0, 501) } });
        (await MeasureAsync(json)).Code.ShouldBe("PAGE_SIZE_EXCEEDED");
    }

    [Fact]
    public async Task G10_variables_nested_without_end_are_refused()
    {
        var nested = string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40);

        (await MeasureAsync(Encoding.UTF8.GetBytes($$"""{"query":"{ hello }","variables":{{nested}}}"""))).Code.ShouldBe("BAD_REQUEST");
    }

    [Fact]
    public async Task G12_a_page_size_in_a_variable_counts_as_much_as_a_written_one()
    {
        const string Query = "query($n: Int = 10, $m: Int) { people(first: $n) { friends(first: $m) { id } } }";

        (await fixture.Gateway.QueryAsync(Query, new { n = 5, m = 5 })).TryGetProperty("data", out _).ShouldBeTrue();
        (await fixture.Gateway.QueryAsync(Query, new { n = 501, m = 1 })).Code().ShouldBe("PAGE_SIZE_EXCEEDED");
        (await fixture.Gateway.QueryAsync(Query, new { n = 100, m = 100 })).Code().ShouldBe("QUERY_TOO_COMPLEX");
        (await fixture.Gateway.QueryAsync(Query, new { m = 200 })).Code().ShouldBe("QUERY_TOO_COMPLEX");
    }

    /// <summary>Just inside the limits: what an attacker sends next. New text each time, so nothing is cached.</summary>
    [Theory]
    [InlineData("person(id: 1) {", "name", 44)]
    [InlineData("person(id: 1) {", "friends(first: 1) { id }", 30)]
    [InlineData("person(id: 1) {", "... on Person { friends(first: 1) { friends(first: 1) { id } } }", 25)]
    [InlineData("person(id: 1) {", "... { ... { ... { name } } }", 44)]
    [InlineData("person(id: 1) {", "friends(first: 1) { friends(first: 1) { friends(first: 1) { friends(first: 1) { friends(first: 1) { id } } } } }", 18)]
    [InlineData("__schema {", "types { fields { type { fields { name } } } }", 20)]
    public async Task The_dearest_document_that_passes_the_limits_is_still_cheap(string head, string field, int times)
    {
        var least = TimeSpan.MaxValue;
        for (var run = 0; run < 4; run++)
        {
            var query = $"{{ {head} {string.Join(' ', Enumerable.Repeat(field, times))} }} }} #{run}";
            var before = Environment.CpuUsage.TotalTime;
            (await RefuseAsync(Json(query))).ShouldBeNull();
            var cpu = Environment.CpuUsage.TotalTime - before;
            least = cpu < least ? cpu : least;
        }

        output.WriteLine($"{field}: {least.TotalMilliseconds:F1} ms");
        least.ShouldBeLessThan(MaxCpu);
    }

    [Fact]
    public async Task Validation_stops_after_five_errors()
    {
        var answer = await fixture.Gateway.QueryAsync(Repeat(20, number => $"unknown{number}"));

        answer.GetProperty("errors").GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public async Task A_trusted_document_is_held_to_the_same_limits()
    {
        var folder = Directory.CreateTempSubdirectory("freshet-attacks");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "bomb.graphql"), Attacks["G05 fragments that quadruple nine times"].Query);
            await using var gateway = await TinyGateway.StartAsync(("TrustedDocuments:Path", folder.FullName));
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Attacks["G05 fragments that quadruple nine times"].Query)));

            using var response = await gateway.PostJsonAsync($$"""{"documentId":"sha256:{{hash}}"}""");

            (await response.ReadJsonAsync()).Code().ShouldBe("QUERY_TOO_LARGE");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_reference_introspection_query_passes()
    {
        var answer = await fixture.Gateway.QueryAsync(ReferenceIntrospection);

        answer.TryGetProperty("errors", out _).ShouldBeFalse(answer.GetRawText());
    }

    private async Task<(string? Code, TimeSpan Cpu)> MeasureAsync(byte[] json)
    {
        string? code = null;
        var least = TimeSpan.MaxValue;
        for (var run = 0; run < 4; run++)
        {
            var before = Environment.CpuUsage.TotalTime;
            code = await RefuseAsync(json);
            var cpu = Environment.CpuUsage.TotalTime - before;
            least = run == 0 || cpu > least ? least : cpu;
        }

        return (code, least);
    }

    private async Task<string?> RefuseAsync(byte[] json)
    {
        await using var scope = fixture.Gateway.Services.CreateAsyncScope();
        try
        {
            var request = scope.ServiceProvider.GetRequiredService<RequestParsing>().Parse(new ReadOnlySequence<byte>(json), maxTokens: 10_000);
            var origin = new OperationOrigin("test", new System.Security.Claims.ClaimsPrincipal(), scope.ServiceProvider, _ => null);
            var outcome = await scope.ServiceProvider.GetRequiredService<OperationExecutor>().ExecuteAsync(request, origin, CancellationToken.None);
            return outcome.Result.Errors is { Count: > 0 } errors ? ErrorNormalizer.CodeOf(errors[0]) : null;
        }
        catch (RefusalException refusal)
        {
            return refusal.Code;
        }
    }

    private static byte[] Json(string query) => JsonSerializer.SerializeToUtf8Bytes(new { query });

    private static string Repeat(int times, Func<int, string> field) => "{ " + string.Join(' ', Enumerable.Range(0, times).Select(field)) + " }";

    private static string Nested(string field, int depth, string leaf = "id") =>
        "{" + (field == "friends" ? "person(id:1){" : "") + string.Concat(Enumerable.Repeat(field + "{", depth - (field == "friends" ? 2 : 1))) + leaf + new string('}', depth);

    private static string Bomb(int fragments, int spreads) => string.Join(
        ' ',
        Enumerable.Range(0, fragments).Select(number => number == fragments - 1
            ? $"fragment F{number} on Person {{ id }}"
            : $"fragment F{number} on Person {{ {string.Join(' ', Enumerable.Repeat($"...F{number + 1}", spreads))} }}"));

    private const string ReferenceIntrospection = """
        query IntrospectionQuery {
          __schema { queryType { name kind } mutationType { name kind } subscriptionType { name kind }
            types { ...FullType } directives { name description locations args { ...InputValue } } } }
        fragment FullType on __Type { kind name description
          fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
          inputFields { ...InputValue } interfaces { ...TypeRef }
          enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
        fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
        fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
          kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }
        """;

    public sealed class Fixture : IAsyncLifetime
    {
        public TinyGateway Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await TinyGateway.StartAsync();

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}

[CollectionDefinition(nameof(AbuseTests), DisableParallelization = true)]
public sealed class AbuseCollection;
