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
    private const int MaxPlace = 256;

    // Neither pinned nor cleared at the end. Every key in memory can be unwrapped by the key-encryption key, which is in the same memory, so that
    // would hide nothing while the key exists; and ten thousand pinned arrays and finalizers cost the collector more than the sealing itself.
    // A destroyed key is the exception: its bytes stay in this process until the cache forgets the key and the collector takes them.
    private readonly byte[] material;
    private AesGcm? spare;
    private int isKeeper;

    internal DataKey(Guid id, KeyPurpose purpose, ReadOnlySpan<byte> key)
    {
        Id = id;
        Purpose = purpose;
        material = key.ToArray();
    }

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
        Nonces.Fill(nonce);

        Span<byte> place = stackalloc byte[MaxPlace];
        var cipher = Rent();
        cipher.Encrypt(nonce, plain, sealedOutput[NonceSize..^TagSize], sealedOutput[^TagSize..], WithKeyId(associated, place));
        Return(cipher);
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
        Span<byte> place = stackalloc byte[MaxPlace];
        var cipher = Rent();
        cipher.Decrypt(sealedValue[..NonceSize], sealedValue[NonceSize..^TagSize], sealedValue[^TagSize..], plain, WithKeyId(associated, place));
        Return(cipher);
        return plain;
    }

    internal void DropCipher()
    {
        // In this order: who returns a cipher after the first line asks to keep it again.
        Volatile.Write(ref isKeeper, 0);
        Interlocked.Exchange(ref spare, null)?.Dispose();
    }

    private ReadOnlySpan<byte> WithKeyId(ReadOnlySpan<byte> associated, Span<byte> place)
    {
        var all = associated.Length + 16 <= place.Length ? place[..(associated.Length + 16)] : new byte[associated.Length + 16];
        associated.CopyTo(all);
        Id.TryWriteBytes(all[associated.Length..], bigEndian: true, out _);
        return all;
    }

    private AesGcm Rent() => Interlocked.Exchange(ref spare, null) ?? new AesGcm(material, TagSize);

    // A cipher object is not thread-safe, so a key keeps one and those of other threads go. The few keys that everything goes through always keep it.
    private void Return(AesGcm cipher)
    {
        Interlocked.Exchange(ref spare, cipher)?.Dispose();
        if (Purpose == KeyPurpose.Profile && Interlocked.Exchange(ref isKeeper, 1) == 0)
        {
            SpareCiphers.Keep(this);
        }
    }
}
