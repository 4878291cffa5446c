using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Freshet.Ingress.Verifying;

/// <summary>
/// Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks): the sender signs <c>id.timestamp.body</c> over the raw
/// bytes. Pure: the same arguments give the same answer.
/// </summary>
public static class StandardWebhooks
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>How far the sender's clock may be from ours, in both directions.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const int LongestId = 256;
    private const int MostSignatures = 16;
    private const int MacLength = 44; // 32 bytes as base64
    private const int Ed25519Length = 88; // 64 bytes as base64

    /// <summary>Everything that the headers alone decide, so that a stale or malformed request is refused before its body is read.</summary>
    public static Verification CheckHeaders(in SignatureHeaders headers, DateTimeOffset now)
    {
        if (headers.Id.Count > 1 || headers.Timestamp.Count > 1 || headers.Signature.Count > 1)
        {
            return Verification.Refused(Outcome.HeaderRepeated);
        }

        if (headers.Id is not [{ Length: > 0 } id] || headers.Timestamp is not [{ Length: > 0 } timestamp] || headers.Signature is not [{ Length: > 0 } signatures])
        {
            return Verification.Refused(Outcome.HeaderMissing);
        }

        if (!IsId(id))
        {
            return Verification.Refused(Outcome.IdMalformed);
        }

        return signatures.AsSpan().Count(' ') >= MostSignatures
            ? Verification.Refused(Outcome.TooManySignatures)
            : CheckTime(id, timestamp, now);
    }

    /// <summary>Whether one of the signatures fits one of the secrets. Unknown signature versions are skipped, as the specification asks.</summary>
    public static Verification Verify(in SignatureHeaders headers, ReadOnlySpan<byte> body, IReadOnlyList<SigningSecret> secrets, DateTimeOffset now)
    {
        var checkedHeaders = CheckHeaders(headers, now);
        if (!checkedHeaders.IsVerified)
        {
            return checkedHeaders;
        }

        var (id, timestamp) = (headers.Id[0]!, headers.Timestamp[0]!);
        var length = id.Length + timestamp.Length + body.Length + 2;
        var signed = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Compose(signed, id, timestamp, body);
            return AnyFits(headers.Signature[0], signed, length, secrets) ? checkedHeaders : Verification.Refused(Outcome.NoMatch);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(signed);
        }
    }

    // The full stop separates the signed parts: an id that held one could be cut differently. Both are ASCII after these checks.
    private static bool IsId(string id) => id.Length <= LongestId && !id.AsSpan().ContainsAnyExceptInRange('!', '~') && !id.Contains('.');

    private static Verification CheckTime(string id, string timestamp, DateTimeOffset now)
    {
        // NumberStyles.None: digits only. The text itself is signed, so no second spelling may mean the same time.
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return Verification.Refused(Outcome.TimestampMalformed);
        }

        var sentAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return (now - sentAt) switch
        {
            var age when age > Tolerance => Verification.Refused(Outcome.TooOld),
            var age when age < -Tolerance => Verification.Refused(Outcome.TooNew),
            _ => new Verification(Outcome.Verified, id, sentAt),
        };
    }

    private static void Compose(Span<byte> signed, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        var at = Encoding.ASCII.GetBytes(id, signed);
        signed[at++] = (byte)'.';
        at += Encoding.ASCII.GetBytes(timestamp, signed[at..]);
        signed[at++] = (byte)'.';
        body.CopyTo(signed[at..]);
    }

    private static bool AnyFits(ReadOnlySpan<char> signatures, byte[] signed, int length, IReadOnlyList<SigningSecret> secrets)
    {
        foreach (var secret in secrets)
        {
            var fits = secret.Shared is { } key
                ? MacFits(signatures, signed.AsSpan(0, length), key)
                : Ed25519Fits(signatures, signed, length, secret.Point!);
            if (fits)
            {
                return true;
            }
        }

        return false;
    }

    // The expected signature is written as text and the texts are compared: base64 has several spellings for the same bytes, and only
    // one of them was sent by someone who holds the key.
    private static bool MacFits(ReadOnlySpan<char> signatures, ReadOnlySpan<byte> signed, byte[] key)
    {
        Span<byte> expected = stackalloc byte[MacLength];
        Span<byte> given = stackalloc byte[MacLength];
        HMACSHA256.HashData(key, signed, expected);
        Base64.EncodeToUtf8InPlace(expected, HMACSHA256.HashSizeInBytes, out _);

        var fits = false;
        foreach (var range in signatures.Split(' '))
        {
            if (signatures[range] is ['v', '1', ',', .. { Length: MacLength } text])
            {
                Encoding.ASCII.GetBytes(text, given);
                fits |= CryptographicOperations.FixedTimeEquals(expected, given);
            }
        }

        return fits;
    }

    private static bool Ed25519Fits(ReadOnlySpan<char> signatures, byte[] signed, int length, Ed25519.PublicPoint point)
    {
        foreach (var range in signatures.Split(' '))
        {
            if (signatures[range] is ['v', '1', 'a', ',', .. { Length: Ed25519Length } text]
                && DecodeCanonical(text) is { } signature
                && Ed25519.Verify(signature, 0, point, signed, 0, length))
            {
                return true;
            }
        }

        return false;
    }

    private static byte[]? DecodeCanonical(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Ed25519.SignatureSize];
        return Convert.TryFromBase64Chars(text, bytes, out var written)
            && written == bytes.Length
            && text.SequenceEqual(Convert.ToBase64String(bytes))
            ? bytes
            : null;
    }
}
