using System.Globalization;
using System.Text;
using Freshet.Benchmarks.Load;
using Freshet.Testing.Drivers;

namespace Freshet.Benchmarks.Running;

/// <summary>The invented customers of the benchmarks and what is sent about them.</summary>
internal static class Customers
{
    private static readonly string[] Countries = ["AT", "BR", "DE", "FR", "GB", "IN", "JP", "KE", "MX", "US"];
    private static readonly string Authorization = $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Installation.WriteKey}:"))}\r\n";

    public static string UserId(int customer) => string.Create(CultureInfo.InvariantCulture, $"u{customer}");

    public static string Email(int customer) => string.Create(CultureInfo.InvariantCulture, $"u{customer}@example.com");

    /// <summary>
    /// Writes signed webhooks, each with a message id of its own, about customers in turn. Each sets <c>loyalty_points</c> to its number,
    /// beginning with <paramref name="first"/>, so that readers know which one they see,
    /// and is a microsecond later than the one before, so that none is out of date.
    /// </summary>
    public static void AddWebhooks(RequestTape tape, WebhookSigner signer, long first, int count, int customers)
    {
        var now = TimeProvider.System.GetUtcNow();
        var timestamp = now.ToUnixTimeSeconds();
        for (var number = first; number < first + count; number++)
        {
            var id = $"msg_{Guid.CreateVersion7(now):N}";
            var email = Email((int)(number % customers));
            var body = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $$$$"""{"type":"customer.updated","timestamp":"{{{{now.AddMicroseconds(number - first):O}}}}","data":{"user_id":"u{{{{number % customers}}}}","email":"{{{{email}}}}","loyalty":{"points":{{{{number}}}}}}}"""));
            tape.AddPost("/webhooks/demo",
                $"webhook-id: {id}\r\nwebhook-timestamp: {timestamp}\r\nwebhook-signature: {signer.Signature(id, timestamp, body)}\r\n", body);
        }
    }

    /// <summary>Writes a batch of completed orders, one of each customer.</summary>
    public static void AddOrders(RequestTape tape, IEnumerable<int> customers) => AddBatch(tape, customers.Select(Order));

    /// <summary>What makes a customer complete: who they are, an order and a page viewed, as tracking calls.</summary>
    public static string[] Introductions(int customer) => [Identity(customer), Order(customer), Page(customer)];

    private static void AddBatch(RequestTape tape, IEnumerable<string> calls) =>
        tape.AddPost("/v1/batch", Authorization, Encoding.UTF8.GetBytes($$"""{"batch":[{{string.Join(',', calls)}}]}"""));

    private static string Identity(int customer) => Call("identify", customer, string.Create(CultureInfo.InvariantCulture,
        $$"""
        "traits":{"email":"{{Email(customer)}}","first_name":"First{{customer}}","last_name":"Last{{customer % 1000}}","birthday":"1990-01-{{(customer % 28) + 1:00}}","locale":"en-US",
        "country":"{{Countries[customer % Countries.Length]}}","plan":"{{(customer % 3 == 0 ? "free" : "gold")}}","marketing_opt_in":{{(customer % 2 == 0 ? "true" : "false")}},
        "loyalty_points":{{customer % 5000}},"favorite_categories":["shoes","books"],"cart_items":{{customer % 7}},"cart_value":{{customer % 300}}.50}
        """));

    private static string Order(int customer) => Call("track", customer, string.Create(CultureInfo.InvariantCulture,
        $$$""" "event":"Order Completed","properties":{"order_id":"o{{{customer}}}","total":{{{(customer % 200) + 1}}}.50,"currency":"USD"}"""));

    private static string Page(int customer) => Call("page", customer, """ "name":"Home","properties":{"path":"/home"}""");

    private static string Call(string type, int customer, string members)
    {
        var now = TimeProvider.System.GetUtcNow();
        return string.Create(CultureInfo.InvariantCulture,
            $$"""{"type":"{{type}}","userId":"u{{customer}}","messageId":"{{Guid.CreateVersion7(now):N}}","timestamp":"{{now:O}}",{{members}}}""");
    }
}
