using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Freshet.Profiles.Sealing;

/// <summary>A data key as the table keeps it.</summary>
public sealed record WrappedKey(Guid KeyId, KeyPurpose Purpose, string KekId, byte[] Wrapped);

/// <summary>Wraps and unwraps data keys. The current key-encryption key does both, the previous one only unwraps.</summary>
public sealed class KeyEncryptionKeys
{
    private readonly DataKey current;
    private readonly Dictionary<string, DataKey> byId = [];

    public KeyEncryptionKeys(IOptions<SealingOptions> options)
    {
        (CurrentId, current) = Derive(options.Value.KeyEncryptionKey);
        byId.Add(CurrentId, current);
        if (options.Value.PreviousKeyEncryptionKey is { Length: > 0 } previous)
        {
            var (id, key) = Derive(previous);
            PreviousId = byId.TryAdd(id, key) ? id : null;
        }
    }

    /// <summary>Eight hex digits that tell which secret wrapped a key and nothing about the secret.</summary>
    public string CurrentId { get; }

    /// <summary>The same of the previous secret; null if there is none, or it is the current one.</summary>
    public string? PreviousId { get; }

    internal WrappedKey Rewrap(WrappedKey key) => Wrap(Unwrap(key));

    internal WrappedKey Wrap(DataKey key) =>
        new(key.Id, key.Purpose, CurrentId, current.Seal(key.Material, Place(key.Id, CurrentId)));

    internal DataKey Unwrap(WrappedKey key)
    {
        if (!byId.TryGetValue(key.KekId, out var kek))
        {
            throw new SealingException(
                $"Data key {key.KeyId} is wrapped by key-encryption key '{key.KekId}', but this host knows only "
                + $"{string.Join(", ", byId.Keys.Select(id => $"'{id}'"))}. Set Sealing:KeyEncryptionKey to the secret that was used before, or "
                + "Sealing:PreviousKeyEncryptionKey while keys are being rotated.");
        }

        var material = kek.Open(key.Wrapped, Place(key.KeyId, key.KekId));
        var unwrapped = new DataKey(key.KeyId, key.Purpose, material);
        CryptographicOperations.ZeroMemory(material);
        return unwrapped;
    }

    private static byte[] Place(Guid keyId, string kekId) =>
        [.. SealedPlace.Of("data_keys", keyId, "wrapped"), (byte)'|', .. Encoding.ASCII.GetBytes(kekId)];

    // Two outputs of HKDF with different labels say nothing about each other: the id can be public.
    private static (string Id, DataKey Key) Derive(string secret)
    {
        var input = Encoding.UTF8.GetBytes(secret);
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 32, info: "freshet key encryption"u8.ToArray());
        var label = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 32, info: "freshet key encryption id"u8.ToArray());
        var id = Convert.ToHexStringLower(SHA256.HashData(label))[..8];
        var derived = new DataKey(Guid.Empty, KeyPurpose.Batch, key);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(input);
        return (id, derived);
    }
}
