using System.Security.Cryptography;
using System.Text;

namespace Freshet.Testing.Drivers;

/// <summary>Signs as a sender does: Standard Webhooks, version <c>v1</c>.</summary>
/// <param name="secret"><c>whsec_</c> and base64.</param>
public sealed class WebhookSigner(string secret)
{
    private readonly byte[] key = Convert.FromBase64String(secret["whsec_".Length..]);

    /// <summary>A request with its three headers, ready to send.</summary>
    public HttpRequestMessage Sign(string address, string messageId, DateTimeOffset at, byte[] body)
    {
        var timestamp = at.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("webhook-id", messageId);
        request.Headers.Add("webhook-timestamp", $"{timestamp}");
        request.Headers.Add("webhook-signature", Signature(messageId, timestamp, body));
        return request;
    }

    /// <summary>The value of <c>webhook-signature</c>. The timestamp is in Unix seconds.</summary>
    public string Signature(string messageId, long timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{messageId}.{timestamp}."), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}";
    }
}
