using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Freshet.Ingress.Verifying;

/// <summary>One secret of a Standard Webhooks source: a shared key (<c>whsec_</c>) or the sender's public key (<c>whpk_</c>).</summary>
public sealed class SigningSecret
{
    private const string SharedPrefix = "whsec_";
    private const string PublicPrefix = "whpk_";

    // The range that the specification gives for shared keys.
    private const int SmallestSharedKey = 24;
    private const int LargestSharedKey = 64;

    private SigningSecret(byte[]? shared, Ed25519.PublicPoint? point)
    {
        Shared = shared;
        Point = point;
    }

    /// <summary>Key of <c>v1</c> (HMAC-SHA256); null for a public key.</summary>
    internal byte[]? Shared { get; }

    /// <summary>Key of <c>v1a</c> (ed25519); null for a shared key.</summary>
    internal Ed25519.PublicPoint? Point { get; }

    /// <summary>Reads a secret as senders print it. Null if it is neither <c>whsec_</c> with 24-64 bytes nor <c>whpk_</c> with a valid point.</summary>
    public static SigningSecret? Parse(string? text) => text?.Trim() switch
    {
        { } shared when shared.StartsWith(SharedPrefix, StringComparison.Ordinal) => ParseShared(shared[SharedPrefix.Length..]),
        { } key when key.StartsWith(PublicPrefix, StringComparison.Ordinal) => ParsePublic(key[PublicPrefix.Length..]),
        _ => null,
    };

    private static SigningSecret? ParseShared(string base64) =>
        Decode(base64) is { Length: >= SmallestSharedKey and <= LargestSharedKey } key ? new SigningSecret(key, point: null) : null;

    // Decompressing the point is a third of a verification, so it is done once here.
    private static SigningSecret? ParsePublic(string base64) =>
        Decode(base64) is { } key && key.Length == Ed25519.PublicKeySize && Ed25519.ValidatePublicKeyFullExport(key, 0) is { } point
            ? new SigningSecret(shared: null, point)
            : null;

    private static byte[]? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var written) ? bytes[..written] : null;
    }
}
