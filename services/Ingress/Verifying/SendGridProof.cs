using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Freshet.Ingress.Verifying;

/// <summary>
/// SendGrid's Event Webhook: ECDSA (P-256, SHA-256) over <c>timestamp + body</c>
/// (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features). A delivery is tried for 24
/// hours and nobody says that it is signed anew, so a signature is good for a little longer; what is sent twice has the same event ids.
/// </summary>
public sealed class SendGridProof(IReadOnlyList<SendGridKey> keys) : IProof
{
    public const string SignatureHeader = "X-Twilio-Email-Event-Webhook-Signature";
    public const string TimestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp";

    public static readonly TimeSpan Oldest = TimeSpan.FromHours(25);
    public static readonly TimeSpan Newest = TimeSpan.FromMinutes(5);

    // Two numbers of 33 bytes in DER.
    private const int LongestSignature = 72;

    public Verification CheckHead(in RequestHead head) => Read(head, out _, out _);

    public Verification Verify(in RequestHead head, ReadOnlySpan<byte> body)
    {
        var verification = Read(head, out var timestamp, out var text);
        if (!verification.IsVerified)
        {
            return verification;
        }

        Span<byte> signature = stackalloc byte[LongestSignature];
        if (text.Length > LongestSignature * 2
            || !Convert.TryFromBase64String(text, signature, out var length)
            || Convert.ToBase64String(signature[..length]) != text)
        {
            return Verification.Refused(Outcome.NoMatch);
        }

        var signed = ArrayPool<byte>.Shared.Rent(timestamp.Length + body.Length);
        try
        {
            var at = Encoding.ASCII.GetBytes(timestamp, signed);
            body.CopyTo(signed.AsSpan(at));
            return AnyFits(signed.AsSpan(0, at + body.Length), signature[..length]) ? verification : Verification.Refused(Outcome.NoMatch);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(signed);
        }
    }

    private static Verification Read(in RequestHead head, out string timestamp, out string signature)
    {
        var outcome = OneHeader.Read(head.Headers, TimestampHeader, out timestamp);
        var other = OneHeader.Read(head.Headers, SignatureHeader, out signature);
        outcome = outcome == Outcome.Verified ? other : outcome;
        return outcome == Outcome.Verified ? SentAt.Check(timestamp, 1000, head.Now, Oldest, Newest) : Verification.Refused(outcome);
    }

    private bool AnyFits(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        foreach (var key in keys)
        {
            if (key.Fits(signed, signature))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A public key of SendGrid. The framework's key objects are not made for several threads, so each verification has one to itself.</summary>
public sealed class SendGridKey
{
    private readonly ConcurrentBag<ECDsa> _idle = [];
    private readonly ECParameters _key;

    private SendGridKey(ECParameters key) => _key = key;

    /// <summary>Reads what SendGrid's settings show; null if it is no key.</summary>
    public static SendGridKey? Parse(string text)
    {
        if (Freshet.Profiles.Sources.SecretForms.FaultOf(Freshet.Profiles.Sources.SourceKind.Sendgrid, text) is not null)
        {
            return null;
        }

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text.Trim()), out _);
        return new SendGridKey(key.ExportParameters(includePrivateParameters: false));
    }

    public bool Fits(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        var key = _idle.TryTake(out var idle) ? idle : ECDsa.Create(_key);
        var fits = key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        _idle.Add(key);
        return fits;
    }
}
