using System.Security.Cryptography;
using System.Text;

namespace Freshet.Ingress.Sources;

/// <summary>
/// Finds a write key by its keyed hash. Comparing hashes takes the same time whatever the keys have in common, so the time of an answer
/// says nothing about how close a guess was.
/// </summary>
public static class WriteKeys
{
    private const int LongestKey = 256;

    private static readonly byte[] HashKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>The hash of a key; null for text that no key can be.</summary>
    public static UInt128? HashOf(ReadOnlySpan<char> key)
    {
        if (key.IsEmpty || key.Length > LongestKey)
        {
            return null;
        }

        Span<byte> text = stackalloc byte[LongestKey * 3];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(HashKey, text[..Encoding.UTF8.GetBytes(key, text)], hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>The key of an <c>Authorization: Basic</c> header: the user name; the password is empty by custom and ignored.</summary>
    public static string? FromBasic(string? authorization) => Credentials(authorization)?.User;

    /// <summary>User name and password of an <c>Authorization: Basic</c> header; null if there are none.</summary>
    public static (string User, string Password)? Credentials(string? authorization)
    {
        const string Scheme = "Basic ";
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || authorization.Length > 2 * LongestKey)
        {
            return null;
        }

        Span<byte> credentials = stackalloc byte[2 * LongestKey];
        if (!Convert.TryFromBase64Chars(authorization.AsSpan(Scheme.Length).Trim(), credentials, out var written))
        {
            return null;
        }

        var user = credentials[..written];
        var colon = user.IndexOf((byte)':');
        return colon < 0 ? (Encoding.UTF8.GetString(user), "") : (Encoding.UTF8.GetString(user[..colon]), Encoding.UTF8.GetString(user[(colon + 1)..]));
    }
}
