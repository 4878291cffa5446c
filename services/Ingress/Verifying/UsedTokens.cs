using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Freshet.Ingress.Verifying;

/// <summary>
/// Remembers with which body a token came first. Only proven tokens come in here. Bounded: beyond that many, the oldest are forgotten.
/// </summary>
/// <param name="capacity">Most tokens that are remembered; each takes about 100 bytes.</param>
public sealed class UsedTokens(int capacity = 500_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, UInt128> _bodies = [];
    private readonly Queue<UInt128> _oldest = new();

    /// <summary>True for a token that is new, or came with the same body before.</summary>
    public bool TryUse(string token, ReadOnlySpan<byte> bodyHash)
    {
        var key = BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var body = BinaryPrimitives.ReadUInt128BigEndian(bodyHash);
        lock (_gate)
        {
            if (_bodies.TryGetValue(key, out var first))
            {
                return first == body;
            }

            if (_bodies.Count == capacity)
            {
                _bodies.Remove(_oldest.Dequeue());
            }

            _bodies[key] = body;
            _oldest.Enqueue(key);
            return true;
        }
    }
}
