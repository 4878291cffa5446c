using System.Security.Cryptography;
using System.Text;

namespace Freshet.Profiles.Events;

/// <summary>Event ids are derived, not drawn, so that a message is the same event on every path and in every order.</summary>
public static class EventIds
{
    /// <summary>The event id of a message: a UUIDv8 (RFC 9562, 5.8) from SHA-256 over source and message id.</summary>
    public static Guid From(string sourceId, string messageId)
    {
        var text = Encoding.UTF8.GetBytes($"{sourceId}\0{messageId}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);

        var id = hash[..16];
        id[6] = (byte)((id[6] & 0x0F) | 0x80);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
