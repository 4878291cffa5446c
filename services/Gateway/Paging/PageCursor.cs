using System.Buffers.Binary;
using System.Buffers.Text;
using Freshet.Gateway.Execution.Errors;

namespace Freshet.Gateway.Paging;

/// <summary>The opaque cursor of lists that are ordered by an instant and an id: both, in 24 bytes.</summary>
public static class PageCursor
{
    private const int Length = sizeof(long) + 16;

    public static string Of(DateTimeOffset at, Guid id)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.UtcTicks);
        id.TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="RefusalException">The text is no cursor of ours.</exception>
    public static (DateTimeOffset At, Guid Id) Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length == Length / 3 * 4
            && Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == Length
            && BinaryPrimitives.ReadInt64BigEndian(bytes) is var ticks and >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks)
        {
            return (new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes[sizeof(long)..], bigEndian: true));
        }

        throw new RefusalException(GatewayErrorCodes.BadCursor, "after is not a cursor of this list: take the cursor of an edge, or pageInfo.endCursor.");
    }
}
