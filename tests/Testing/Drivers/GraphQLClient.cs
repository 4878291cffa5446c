using System.Net.Http.Json;
using System.Text.Json;

namespace Freshet.Testing.Drivers;

/// <summary>Queries the gateway as any client does, by HTTP POST.</summary>
public sealed class GraphQLClient(HttpClient http, string apiKey)
{
    /// <summary>The whole response object, whatever its status.</summary>
    public async Task<JsonElement> SendAsync(string query, object? variables = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query, variables }) };
        request.Headers.Authorization = new("Bearer", apiKey);
        request.Headers.Accept.ParseAdd("application/graphql-response+json");
        using var response = await http.SendAsync(request, cancellationToken);
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    /// <summary>The <c>data</c> of a query that must not fail.</summary>
    public async Task<JsonElement> QueryAsync(string query, object? variables = null, CancellationToken cancellationToken = default)
    {
        var response = await SendAsync(query, variables, cancellationToken);
        return response.TryGetProperty("errors", out var errors)
            ? throw new InvalidOperationException($"The gateway answered with errors: {errors}")
            : response.GetProperty("data");
    }
}
