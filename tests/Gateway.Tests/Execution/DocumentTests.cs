using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Freshet.Gateway.Execution;
using Freshet.Gateway.Execution.Documents;
using Freshet.Gateway.Execution.Limits;
using Freshet.Gateway.Tests.Transport;
using GraphQL;
using GraphQL.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Freshet.Gateway.Tests.Execution;

/// <summary>Prepared documents and trusted documents.</summary>
public sealed class DocumentTests
{
    [Fact]
    public async Task A_repeated_query_is_prepared_once_per_schema()
    {
        await using var gateway = await TinyGateway.StartAsync();
        var (first, again) = (new TinySchema(gateway.World), new TinySchema(gateway.World));

        var prepared = await PrepareAsync(gateway, first, "{ hello }");

        (await PrepareAsync(gateway, first, "{ hello }")).Document.ShouldBeSameAs(prepared.Document);
        (await PrepareAsync(gateway, again, "{ hello }")).Document.ShouldNotBeSameAs(prepared.Document);
        (await PrepareAsync(gateway, first, "{ hello  }")).Document.ShouldNotBeSameAs(prepared.Document);
    }

    [Fact]
    public async Task A_document_that_is_refused_is_not_kept()
    {
        await using var gateway = await TinyGateway.StartAsync();
        var schema = new TinySchema(gateway.World);

        (await PrepareAsync(gateway, schema, "{ nothing }")).Errors.ShouldNotBeEmpty();

        gateway.Services.GetRequiredService<DocumentCache>().TryGet(schema, "{ nothing }", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cached_document_still_checks_each_requests_variables()
    {
        const string Query = "query($id: ID!) { person(id: $id) { id } }";
        await using var gateway = await TinyGateway.StartAsync();
        (await gateway.QueryAsync(Query, new { id = "1" })).GetProperty("data").GetProperty("person").GetProperty("id").GetString().ShouldBe("1");

        (await gateway.QueryAsync(Query)).Code().ShouldBe("BAD_USER_INPUT");
        (await gateway.QueryAsync(Query, new { id = "2" })).GetProperty("data").GetProperty("person").GetProperty("id").GetString().ShouldBe("2");
    }

    [Fact]
    public async Task One_document_may_hold_several_operations()
    {
        await using var gateway = await TinyGateway.StartAsync();
        const string Json = """{"query":"query A { hello } mutation B { rename(to: \"b\") }","operationName":"B"}""";
        for (var time = 0; time < 2; time++)
        {
            using var response = await gateway.PostJsonAsync(Json);
            (await response.Content.ReadAsStringAsync()).ShouldBe("""{"data":{"rename":"b"}}""");
        }
    }

    [Fact]
    public void The_cache_keeps_what_was_used_last()
    {
        var cache = Cache(maxDocuments: 2, maxCharacters: 1_000);
        var schema = new GraphQL.Types.Schema();
        foreach (var text in new[] { "a", "b" })
            cache.Add(schema, Prepared(text));
        cache.TryGet(schema, "a", out _).ShouldBeTrue();

        cache.Add(schema, Prepared("c"));

        cache.TryGet(schema, "a", out _).ShouldBeTrue();
        cache.TryGet(schema, "b", out _).ShouldBeFalse();
        cache.TryGet(schema, "c", out _).ShouldBeTrue();
    }

    [Fact]
    public void The_cache_is_bounded_by_characters_too()
    {
        var cache = Cache(maxDocuments: 100, maxCharacters: 10);
        var schema = new GraphQL.Types.Schema();
        foreach (var text in new[] { "aaaa", "bbbb", "cccc", new string('d', 11) })
            cache.Add(schema, Prepared(text));

        cache.TryGet(schema, "aaaa", out _).ShouldBeFalse();
        cache.TryGet(schema, "bbbb", out _).ShouldBeTrue();
        cache.TryGet(schema, "cccc", out _).ShouldBeTrue();
        cache.TryGet(schema, new string('d', 11), out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_trusted_document_is_called_by_its_hash_in_either_form()
    {
        using var folder = new Folder();
        var id = folder.Add("hello.graphql", "query($n: String) { hello(name: $n) }");
        await using var gateway = await TinyGateway.StartAsync(("TrustedDocuments:Path", folder.Path));

        foreach (var json in new[]
                 {
                     $$$"""{"documentId":"sha256:{{{id}}}","variables":{"n":"you"}}""",
                     $$$"""{"documentId":"{{{id.ToUpperInvariant()}}}","variables":{"n":"you"}}""",
                     $$$"""{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"{{{id}}}"}},"variables":{"n":"you"}}""",
                 })
        {
            using var response = await gateway.PostJsonAsync(json);
            (await response.Content.ReadAsStringAsync()).ShouldBe("""{"data":{"hello":"hello you"}}""");
        }

        var url = $"/graphql?extensions={Uri.EscapeDataString($$$"""{"persistedQuery":{"version":1,"sha256Hash":"{{{id}}}"}}""")}&variables={Uri.EscapeDataString("""{"n":"url"}""")}";
        (await gateway.Client.GetStringAsync(url)).ShouldBe("""{"data":{"hello":"hello url"}}""");
    }

    [Fact]
    public async Task An_unknown_id_and_a_wrong_hash_have_codes()
    {
        await using var gateway = await TinyGateway.StartAsync();
        var hash = Hash("{ hello }");

        (await PostAsync(gateway, new { documentId = "sha256:" + hash })).Code().ShouldBe("PERSISTED_QUERY_NOT_FOUND");
        (await PostAsync(gateway, new { query = "{ hello }", documentId = hash })).GetProperty("data").GetProperty("hello").GetString().ShouldBe("hello world");
        (await PostAsync(gateway, new { query = "{ boom }", documentId = hash })).Code().ShouldBe("PERSISTED_QUERY_MISMATCH");
    }

    [Fact]
    public async Task Where_only_trusted_documents_run_others_are_refused()
    {
        using var folder = new Folder();
        var id = folder.Add("hello.graphql", "{ hello }");
        await using var gateway = await TinyGateway.StartAsync(("TrustedDocuments:Path", folder.Path), ("TrustedDocuments:OnlyTrusted", "true"));

        (await PostAsync(gateway, new { query = "{ boom }" })).Code().ShouldBe("PERSISTED_ONLY");
        (await PostAsync(gateway, new { query = "{ boom }", documentId = Hash("{ boom }") })).Code().ShouldBe("PERSISTED_ONLY");
        (await PostAsync(gateway, new { documentId = id })).TryGetProperty("data", out _).ShouldBeTrue();
        (await PostAsync(gateway, new { query = "{ hello }" })).TryGetProperty("data", out _).ShouldBeTrue();
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var options = Options.Create(new TrustedDocumentsOptions { Path = "/no/such/folder" });

        Should.Throw<DirectoryNotFoundException>(() => new TrustedDocuments(options)).Message.ShouldContain("Gateway:TrustedDocuments:Path");
    }

    private static async Task<JsonElement> PostAsync(TinyGateway gateway, object body)
    {
        using var response = await gateway.PostJsonAsync(JsonSerializer.Serialize(body));
        return await response.ReadJsonAsync();
    }

    private static async Task<Preparation> PrepareAsync(TinyGateway gateway, ISchema schema, string query) => await gateway.Services
        .GetRequiredService<DocumentPreparation>()
        .PrepareAsync(schema, new OperationRequest(query, null, Inputs.Empty, Inputs.Empty, null), CancellationToken.None);

    private static DocumentCache Cache(int maxDocuments, int maxCharacters) =>
        new(Options.Create(new OperationLimitsOptions { MaxCachedDocuments = maxDocuments, MaxCachedCharacters = maxCharacters }));

    private static PreparedDocument Prepared(string text) => new(text, new GraphQLParser.AST.GraphQLDocument([]), []);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("freshet-trusted").FullName;

        public string Add(string name, string text)
        {
            File.WriteAllText(System.IO.Path.Combine(Path, name), text);
            return Hash(text);
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
