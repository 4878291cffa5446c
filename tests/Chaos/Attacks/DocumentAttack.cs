using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Freshet.Chaos.Hosting;
using Freshet.Chaos.Load;
using Freshet.Testing.Drivers;
using Aspire.Hosting.Testing;

namespace Freshet.Chaos.Attacks;

/// <summary>One document of each known kind after the other, from four callers who have a key.</summary>
internal sealed class DocumentAttack(ChaosInstallation installation) : Attack
{
    private const int Callers = 4;

    private static readonly Dictionary<string, string> Documents = new()
    {
        ["1,000 deep"] = Nested(1_000),
        ["30,000 deep"] = Nested(30_000),
        ["3,000 aliases"] = $"{{{string.Join(' ', Enumerable.Range(0, 3_000).Select(number => $"a{number}:__typename"))}}}",
        ["8,000 fields"] = $"{{{string.Join(' ', Enumerable.Repeat("__typename", 8_000))}}}",
        ["20,000 directives"] = $"{{__typename {string.Concat(Enumerable.Repeat("@a", 20_000))}}}",
        ["fragment bomb"] = $"{{...f0}} {string.Join(' ', Enumerable.Range(0, 9).Select(number => $"fragment f{number} on Query{{{string.Concat(Enumerable.Repeat($"...f{number + 1} ", 4))}}}"))} fragment f9 on Query{{__typename}}",
        ["circle of fragments"] = "{...a} fragment a on Query{...b} fragment b on Query{...a}",
        ["introspection nested"] = $"{{__schema{{types{{{string.Concat(Enumerable.Repeat("fields{type{", 16))}name{string.Concat(Enumerable.Repeat("}}", 16))}}}}}}}",
        ["a comment of 90 kB"] = $"#{new string('x', 90_000)}\n{{__typename}}",
        ["guessing"] = "{profil(by:{id:\"x\"}){id}}",
        ["many of many"] = "{deadLetters(first:99999999){nodes{id raw{text}}}}",
    };

    protected override async Task RunAsync(CancellationToken stop)
    {
        using var client = BareClient.For(installation.App.GetEndpoint("gateway"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Installation.ApiKey);

        // With this media type a refused document is a 4xx; with plain JSON it would be 200 with errors in it.
        client.DefaultRequestHeaders.Accept.ParseAdd("application/graphql-response+json");
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => CallAsync(client, stop)));
    }

    protected override bool IsWrong(string answer) => !answer.StartsWith("a comment", StringComparison.Ordinal) && !answer.Contains(" 4", StringComparison.Ordinal) && answer != "stopped";

    private async Task CallAsync(HttpClient client, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var (name, document) in Documents)
            {
                try
                {
                    using var body = new StringContent(JsonSerializer.Serialize(new { query = document }), Encoding.UTF8, "application/json");
                    using var response = await client.PostAsync("/graphql", body, stop);
                    Count($"{name} {(int)response.StatusCode}");
                }
                catch (Exception end) when (end is HttpRequestException or OperationCanceledException)
                {
                    Count(stop.IsCancellationRequested ? "stopped" : $"{name} 500: no answer");
                }
            }
        }
    }

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("{a", depth)) + string.Concat(Enumerable.Repeat("}", depth));
}
