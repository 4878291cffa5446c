using System.Buffers.Text;

namespace Freshet.Profiles.Batches;

/// <summary>The token that Ingress returns and <c>after:</c> takes: the batch that holds the caller's event. Opaque to clients.</summary>
public readonly record struct Position(Guid BatchId)
{
    /// <summary>Reads a token; false for text that no Ingress ever returned.</summary>
    public static bool TryParse(string? text, out Position position)
    {
        position = default;
        Span<byte> bytes = stackalloc byte[18];
        if (text is null || text.Length != 22 || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != 16)
        {
            return false;
        }

        position = new Position(new Guid(bytes[..16], bigEndian: true));
        return true;
    }

    public override string ToString() => Base64Url.EncodeToString(BatchId.ToByteArray(bigEndian: true));
}
