using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Freshet.Simulators.Sending;

namespace Freshet.Simulators.Signing;

/// <summary>The vendors that are simulated.</summary>
public static class Vendors
{
    public static Vendor Shopify { get; } = new("shopify", RetryManners.Shopify, attempt => new(
        attempt.Event.Body,
        new Dictionary<string, string>
        {
            ["X-Shopify-Hmac-Sha256"] = Convert.ToBase64String(Mac(attempt.Key, attempt.Event.Body)),
            ["X-Shopify-Webhook-Id"] = attempt.Event.Id,
        }));

    public static Vendor Stripe { get; } = new("stripe", RetryManners.Stripe, attempt =>
    {
        var time = Seconds(attempt.Now);
        var mac = Mac(attempt.Key, [.. Bytes($"{time}."), .. attempt.Event.Body]);
        return new(attempt.Event.Body, One("Stripe-Signature", $"t={time},v1={Convert.ToHexStringLower(mac)}"));
    });

    /// <summary>Signature v3, over an address without escapes.</summary>
    public static Vendor Hubspot { get; } = new("hubspot", RetryManners.Hubspot, attempt =>
    {
        var time = attempt.Now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var sent = JsonNode.Parse(attempt.Event.Body)!.AsObject();
        sent["attemptNumber"] = attempt.Number;
        var body = Bytes($"[{sent.ToJsonString()}]");
        var mac = Mac(attempt.Key, [.. Bytes($"POST{attempt.Address}"), .. body, .. Bytes(time)]);
        return new(body, One("X-HubSpot-Signature-v3", Convert.ToBase64String(mac)), One("X-HubSpot-Request-Timestamp", time));
    });

    public static Vendor Woocommerce { get; } = new("woocommerce", RetryManners.Woocommerce, attempt => new(
        attempt.Event.Body,
        new Dictionary<string, string>
        {
            ["X-WC-Webhook-Signature"] = Convert.ToBase64String(Mac(attempt.Key, attempt.Event.Body)),
            ["X-WC-Webhook-ID"] = "5",
            ["X-WC-Webhook-Delivery-ID"] = attempt.Event.Id,
        }));

    public static Vendor Sendgrid { get; } = new("sendgrid", RetryManners.Sendgrid, attempt =>
    {
        var time = Seconds(attempt.Now);
        byte[] body = [(byte)'[', .. attempt.Event.Body, (byte)']'];
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(attempt.Key), out _);
        var signature = key.SignData([.. Bytes(time), .. body], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new(
            body,
            One("X-Twilio-Email-Event-Webhook-Signature", Convert.ToBase64String(signature)),
            One("X-Twilio-Email-Event-Webhook-Timestamp", time));
    });

    /// <summary>The signature is in the body and does not cover the event; what is sent again has the first signature.</summary>
    public static Vendor Mailgun { get; } = new("mailgun", RetryManners.Mailgun, attempt =>
    {
        var (time, token) = (Seconds(attempt.First), Convert.ToHexStringLower(SHA256.HashData(Bytes(attempt.Event.Id)))[..50]);
        var mac = Convert.ToHexStringLower(Mac(attempt.Key, Bytes(time + token)));
        var text = Encoding.UTF8.GetString(attempt.Event.Body).Trim();
        return new(Bytes($$"""{"signature":{"timestamp":"{{time}}","token":"{{token}}","signature":"{{mac}}"},{{text[1..]}}"""));
    });

    /// <summary>Proven by a key in the address. What is sent again is the same.</summary>
    public static Vendor Dataverse { get; } = new("dataverse", RetryManners.Dataverse, attempt => new(attempt.Event.Body, One("x-request-id", attempt.Event.Id))
    {
        Query = $"?code={Uri.EscapeDataString(attempt.Key)}",
    });

    public static Vendor Salesforce { get; } = new("salesforce", RetryManners.Salesforce, attempt => new(Bytes(OutboundMessage.Of(attempt.Event.Body)))
    {
        ContentType = "text/xml; charset=utf-8",
        Query = $"?code={Uri.EscapeDataString(attempt.Key)}",
    });

    public static IReadOnlyList<Vendor> All { get; } = [Shopify, Stripe, Hubspot, Salesforce, Dataverse, Woocommerce, Sendgrid, Mailgun];

    private static Dictionary<string, string> One(string name, string value) => new() { [name] = value };

    private static byte[] Mac(string key, byte[] bytes) => HMACSHA256.HashData(Bytes(key), bytes);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
