using System.Security.Cryptography;
using System.Text.Json;

namespace Freshet.Ingress.Verifying;

/// <summary>
/// Mailgun: <c>signature.{timestamp,token,signature}</c> in the body, an HMAC-SHA256 over <c>timestamp + token</c>
/// (https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks). The events are not signed, so a token that came with one
/// body is refused with any other. A delivery is tried for eight hours with its first signature.
/// </summary>
public sealed class MailgunProof(IReadOnlyList<byte[]> keys, UsedTokens used, string sourceId) : IProof
{
    public static readonly TimeSpan Oldest = TimeSpan.FromHours(9);
    public static readonly TimeSpan Newest = TimeSpan.FromMinutes(5);

    private const int LongestToken = 256;

    public Verification CheckHead(in RequestHead head) => Verification.Proven(head.Now);

    public Verification Verify(in RequestHead head, ReadOnlySpan<byte> body)
    {
        if (JsonText.Parse(body) is not { ValueKind: JsonValueKind.Object } json
            || !json.TryGetProperty("signature"u8, out var signature)
            || JsonText.Of(signature, "timestamp") is not { } timestamp
            || JsonText.Of(signature, "token") is not { Length: > 0 and <= LongestToken } token
            || JsonText.Of(signature, "signature") is not { } mac)
        {
            return Verification.Refused(Outcome.BodyMalformed);
        }

        var verification = SentAt.Check(timestamp, 1000, head.Now, Oldest, Newest);
        if (!verification.IsVerified)
        {
            return verification;
        }

        // Digits, then a token that begins with none or any: the two cannot be cut differently, since the time has its ten digits.
        if (timestamp.Length != 10 || !Mac.Fits(mac, MacForm.Sha256Hex, keys, timestamp + token, default))
        {
            return Verification.Refused(Outcome.NoMatch);
        }

        return used.TryUse($"{sourceId}\0{token}", SHA256.HashData(body)) ? verification : Verification.Refused(Outcome.Replayed);
    }
}
