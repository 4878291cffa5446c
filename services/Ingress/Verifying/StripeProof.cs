namespace Freshet.Ingress.Verifying;

/// <summary>
/// Stripe: <c>Stripe-Signature: t=unix,v1=hex[,v1=hex]</c>, an HMAC-SHA256 over <c>t.body</c> whose key is the whole text of the secret
/// (https://docs.stripe.com/webhooks). Each attempt is signed anew, so only its age is judged.
/// </summary>
public sealed class StripeProof(IReadOnlyList<byte[]> keys) : IProof
{
    public const string Header = "Stripe-Signature";

    // A time, two signatures during a rotation, and one of an older version; each is another look at the whole body.
    private const int MostParts = 6;

    public static readonly TimeSpan Oldest = TimeSpan.FromMinutes(5);

    public Verification CheckHead(in RequestHead head) => Read(head, out _, out _);

    public Verification Verify(in RequestHead head, ReadOnlySpan<byte> body)
    {
        var verification = Read(head, out var signatures, out var timestamp);
        if (!verification.IsVerified)
        {
            return verification;
        }

        foreach (var range in signatures.AsSpan().Split(','))
        {
            if (signatures.AsSpan(range) is ['v', '1', '=', .. var signature] && Mac.Fits(signature, MacForm.Sha256Hex, keys, $"{timestamp}.", body))
            {
                return verification;
            }
        }

        return Verification.Refused(Outcome.NoMatch);
    }

    private static Verification Read(in RequestHead head, out string signatures, out string timestamp)
    {
        timestamp = string.Empty;
        var outcome = OneHeader.Read(head.Headers, Header, out signatures);
        if (outcome != Outcome.Verified)
        {
            return Verification.Refused(outcome);
        }

        var parts = 0;
        foreach (var range in signatures.AsSpan().Split(','))
        {
            parts++;
            if (signatures.AsSpan(range) is not ['t', '=', .. var text])
            {
                continue;
            }

            if (timestamp.Length > 0)
            {
                return Verification.Refused(Outcome.HeaderRepeated);
            }

            timestamp = text.ToString();
        }

        return parts > MostParts
            ? Verification.Refused(Outcome.TooManySignatures)
            : SentAt.Check(timestamp, 1000, head.Now, Oldest, newest: null);
    }
}
