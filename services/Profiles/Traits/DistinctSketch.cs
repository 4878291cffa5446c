using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Freshet.Profiles.Traits;

/// <summary>How many different values there were: the smallest 64-bit hashes of them, at most <see cref="Capacity"/>. Exact below the capacity; from
/// there on an estimate with a standard error of about 4.5 percent. Keeping the smallest is what makes union commute and repeat without effect.</summary>
public static class DistinctSketch
{
    public const int Capacity = 512;

    public static string Of(JsonElement value)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(value)), hash);
        return Convert.ToBase64String(hash[..8]);
    }

    public static string Union(string left, string right)
    {
        var one = Decode(left);
        var other = Decode(right);
        var merged = new SortedSet<ulong>(one);
        merged.UnionWith(other);
        return Encode(merged.Take(Capacity));
    }

    public static long Estimate(string hashes)
    {
        var all = Decode(hashes);
        return all.Length < Capacity
            ? all.Length
            : (long)Math.Round((Capacity - 1) * (Math.Pow(2, 64) / all[^1]), MidpointRounding.ToEven);
    }

    private static ulong[] Decode(string hashes)
    {
        var bytes = Convert.FromBase64String(hashes);
        var decoded = new ulong[bytes.Length / 8];
        for (var i = 0; i < decoded.Length; i++)
        {
            decoded[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(i * 8));
        }

        return decoded;
    }

    private static string Encode(IEnumerable<ulong> hashes)
    {
        var bytes = new byte[Capacity * 8];
        var length = 0;
        foreach (var hash in hashes)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(length), hash);
            length += 8;
        }

        return Convert.ToBase64String(bytes, 0, length);
    }

    /// <summary>5 and 5.0 are one value; 5 and "5" are two.</summary>
    private static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "s" + value.GetString(),
        JsonValueKind.Number => "n" + (ExactNumber.TryRead(Json.RawText(value), out var number) ? number.ToString() : Json.RawText(value)),
        _ => "j" + Json.RawText(value),
    };
}
