using System.Globalization;
using System.Net;
using System.Text;
using Freshet.Testing.Drivers;

namespace Freshet.Benchmarks;

/// <summary>The requests that benchmarks send.</summary>
internal static class Sender
{
    /// <summary>A client with enough connections that the pool is not what is measured.</summary>
    public static HttpClient CreateClient(Uri address)
    {
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 256, UseProxy = false, AutomaticDecompression = DecompressionMethods.None };
#pragma warning disable RS0030 // A load generator wants a bare client: no resilience handler, no retries.
        return new HttpClient(handler) { BaseAddress = address };
#pragma warning restore RS0030
    }

    /// <summary>A signed webhook that gives a customer a number of loyalty points; the number tells readers which request they see.</summary>
    public static HttpRequestMessage Webhook(WebhookSigner signer, int customer, long points)
    {
        var now = TimeProvider.System.GetUtcNow();
        var body = string.Create(CultureInfo.InvariantCulture,
            $$$"""{"type":"customer.updated","timestamp":"{{{now:O}}}","data":{"user_id":"u{{{customer}}}","email":"u{{{customer}}}@example.com","loyalty_points":{{{points}}}}}""");
        return signer.Sign("/webhooks/demo", $"msg_{Guid.CreateVersion7():N}", now, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>A tracking batch of completed orders, each of one customer.</summary>
    public static HttpRequestMessage Batch(string writeKey, IEnumerable<int> customers)
    {
        var now = TimeProvider.System.GetUtcNow();
        var items = customers.Select(customer => string.Create(CultureInfo.InvariantCulture,
            $$$"""{"type":"track","event":"Order Completed","userId":"u{{{customer}}}","messageId":"{{{Guid.CreateVersion7():N}}}","timestamp":"{{{now:O}}}","properties":{"order_id":"{{{customer}}}","total":12.50,"currency":"USD"}}"""));
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batch")
        {
            Content = new StringContent($$"""{"batch":[{{string.Join(',', items)}}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{writeKey}:")));
        return request;
    }
}
