using System.Security.Cryptography;

namespace Freshet.Profiles.Sealing;

/// <summary>
/// An unwrapped AES-256-GCM key. A seal is <c>nonce (12) || cipher || tag (16)</c>; the key's id is part of the associated data.
/// Safe for use by several threads at a time.
/// </summary>
public sealed class DataKey
{
    /// <summary>How much longer a seal is than what it holds.</summary>
    public const int Overhead = NonceSize + TagSize;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    // Pinned, so that no copy stays behind when the collector moves things. Cleared by the finalizer and not on eviction from a
    // cache: another thread may be sealing with the key at that moment.
    private readonly byte[] material = GC.AllocateUninitializedArray<byte>(32, pinned: true);
    private readonly bool keepsCipher;
    private AesGcm? spare;

    internal DataKey(Guid id, KeyPurpose purpose, ReadOnlySpan<byte> key)
    {
        Id = id;
        Purpose = purpose;
        key.CopyTo(material);

        // A cipher object is not thread-safe and holds native memory: worth keeping only for the few keys that everything goes through.
        keepsCipher = purpose != KeyPurpose.Profile;
    }

#pragma warning disable MA0055 // The only moment at which nobody can be sealing with the key any more.
    ~DataKey() => CryptographicOperations.ZeroMemory(material);
#pragma warning restore MA0055

    public Guid Id { get; }

    public KeyPurpose Purpose { get; }

    internal ReadOnlySpan<byte> Material => material;

    /// <summary>Seals under a fresh random nonce.</summary>
    /// <param name="plain">What to seal.</param>
    /// <param name="associated">Where it will live: <see cref="SealedPlace.Of"/>.</param>
    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated)
    {
        var output = new byte[plain.Length + Overhead];
        Span<byte> sealedOutput = output;
        var nonce = sealedOutput[..NonceSize];
        RandomNumberGenerator.Fill(nonce);

        var cipher = Rent();
        cipher.Encrypt(nonce, plain, sealedOutput[NonceSize..^TagSize], sealedOutput[^TagSize..], WithKeyId(associated));
        Return(cipher);
        GC.KeepAlive(this);
        return output;
    }

    /// <summary>Opens a seal.</summary>
    /// <exception cref="AuthenticationTagMismatchException">It was changed, sealed by another key, or belongs to another place.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedValue, ReadOnlySpan<byte> associated)
    {
        if (sealedValue.Length < Overhead)
        {
            throw new AuthenticationTagMismatchException("A sealed value is shorter than an empty seal.");
        }

        var plain = new byte[sealedValue.Length - Overhead];
        var cipher = Rent();
        cipher.Decrypt(sealedValue[..NonceSize], sealedValue[NonceSize..^TagSize], sealedValue[^TagSize..], plain, WithKeyId(associated));
        Return(cipher);
        GC.KeepAlive(this);
        return plain;
    }

    private byte[] WithKeyId(ReadOnlySpan<byte> associated)
    {
        var all = new byte[associated.Length + 16];
        associated.CopyTo(all);
        Id.TryWriteBytes(all.AsSpan(associated.Length), bigEndian: true, out _);
        return all;
    }

    private AesGcm Rent() => Interlocked.Exchange(ref spare, null) ?? new AesGcm(material, TagSize);

    private void Return(AesGcm cipher)
    {
        var unused = keepsCipher ? Interlocked.Exchange(ref spare, cipher) : cipher;
        unused?.Dispose();
    }
}
