using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Freshet.Profiles.Sources;

namespace Freshet.Ingress.Verifying;

/// <summary>
/// Keyed hashes as senders write them. What is expected is written as text and the texts are compared: base64 and hexadecimal have several spellings
/// for the same bytes, and only one of them was sent by someone who holds the key.
/// </summary>
internal static class Mac
{
    private const int LongestHash = 64;
    private const int LongestText = 2 * LongestHash;

    /// <summary>Whether a signature is the HMAC of <c>before + body + after</c> under one of the keys.</summary>
    public static bool Fits(
        ReadOnlySpan<char> signature, MacForm form, IReadOnlyList<byte[]> keys, ReadOnlySpan<char> before, ReadOnlySpan<byte> body, ReadOnlySpan<char> after = default)
    {
        if (before.IsEmpty && after.IsEmpty)
        {
            return Fits(signature, form, keys, body);
        }

        var most = Encoding.UTF8.GetMaxByteCount(before.Length + after.Length) + body.Length;
        var signed = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var at = Encoding.UTF8.GetBytes(before, signed);
            body.CopyTo(signed.AsSpan(at));
            at += body.Length;
            at += Encoding.UTF8.GetBytes(after, signed.AsSpan(at));
            return Fits(signature, form, keys, signed.AsSpan(0, at));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(signed);
        }
    }

    /// <summary>Whether the text is a hash, written in a form.</summary>
    public static bool IsText(ReadOnlySpan<char> text, ReadOnlySpan<byte> hash, MacEncoding encoding)
    {
        Span<byte> expected = stackalloc byte[LongestText];
        Span<byte> given = stackalloc byte[LongestText];
        var length = Write(hash, encoding, expected);
        return text.Length == length
            && Encoding.UTF8.TryGetBytes(text, given, out var written)
            && CryptographicOperations.FixedTimeEquals(expected[..length], given[..written]);
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "The sender chose it; as an HMAC, SHA-1 is not broken.")]
    private static bool Fits(ReadOnlySpan<char> signature, MacForm form, IReadOnlyList<byte[]> keys, ReadOnlySpan<byte> signed)
    {
        Span<byte> hash = stackalloc byte[LongestHash];
        var fits = false;
        foreach (var key in keys)
        {
            var length = form.Algorithm switch
            {
                MacAlgorithm.Sha1 => HMACSHA1.HashData(key, signed, hash),
                MacAlgorithm.Sha512 => HMACSHA512.HashData(key, signed, hash),
                _ => HMACSHA256.HashData(key, signed, hash),
            };
            fits |= IsText(signature, hash[..length], form.Encoding);
        }

        return fits;
    }

    private static int Write(ReadOnlySpan<byte> hash, MacEncoding encoding, Span<byte> text)
    {
        if (encoding == MacEncoding.Hex)
        {
            Convert.TryToHexStringLower(hash, text, out var written);
            return written;
        }

        Base64.EncodeToUtf8(hash, text, out _, out var length);
        return length;
    }
}

/// <summary>How a keyed hash is made and written.</summary>
internal readonly record struct MacForm(MacAlgorithm Algorithm, MacEncoding Encoding)
{
    public static MacForm Sha256Hex { get; } = new(MacAlgorithm.Sha256, MacEncoding.Hex);

    public static MacForm Sha256Base64 { get; } = new(MacAlgorithm.Sha256, MacEncoding.Base64);
}
