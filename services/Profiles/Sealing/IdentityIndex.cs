using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Freshet.Profiles.Sealing;

/// <summary>
/// The blind index of identities: a keyed hash that finds a profile by email without the table holding the email.
/// Equal input gives equal output as long as <see cref="SealingOptions.IdentityIndexKey"/> stays.
/// </summary>
public sealed class IdentityIndex
{
    private readonly byte[] key;

    public IdentityIndex(IOptions<SealingOptions> options)
        : this(options.Value.IdentityIndexKey)
    {
    }

    public IdentityIndex(string secret) =>
        key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: "freshet identity index"u8.ToArray());

    /// <summary>The id of an identity: the first 16 bytes of HMAC-SHA-256 over namespace, zero, value.</summary>
    public Guid Of(string identityNamespace, string canonicalValue)
    {
        var length = Encoding.UTF8.GetMaxByteCount(identityNamespace.Length + canonicalValue.Length) + 1;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        var written = Encoding.UTF8.GetBytes(identityNamespace, rented);
        rented[written++] = 0;
        written += Encoding.UTF8.GetBytes(canonicalValue, rented.AsSpan(written));

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, rented.AsSpan(0, written), hash);
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return new Guid(hash[..16], bigEndian: true);
    }
}
