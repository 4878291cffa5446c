using System.Net;
using System.Text.Json;

namespace Freshet.Ingress.Tests;

internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return document.RootElement.Clone();
    }

    /// <summary>A receipt with these counts.</summary>
    public static async Task<JsonElement> ShouldBeReceiptAsync(this HttpResponseMessage response, HttpStatusCode status, int accepted, int duplicates)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        var receipt = JsonElement.Parse(text);
        receipt.GetProperty("accepted").GetInt32().ShouldBe(accepted);
        receipt.GetProperty("duplicates").GetInt32().ShouldBe(duplicates);
        response.Headers.GetValues("Freshet-Position").ShouldHaveSingleItem().ShouldBe(receipt.GetProperty("position").GetString());
        return receipt;
    }

    /// <summary>ProblemDetails with this status and code, a cure and a trace id.</summary>
    public static async Task<JsonElement> ShouldBeProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = JsonElement.Parse(text);
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        problem.GetProperty("traceId").GetString().ShouldNotBeNullOrWhiteSpace();
        return problem;
    }
}
