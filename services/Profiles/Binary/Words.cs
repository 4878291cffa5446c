using System.Text;

namespace Freshet.Profiles.Binary;

/// <summary>One string for each of the few words that are read again and again. Bounded: words that fall on the same place replace each other.
/// Never for anything personal, since what is here stays.</summary>
internal static class Words
{
    private const int Places = 4096;
    private const int MaxLength = 64;

    private static readonly string?[] Known = new string?[Places];

    public static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxLength)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        // A string is immutable and a reference is written at once, so threads can share the places without a lock.
        ref var place = ref Known[Hash(utf8) % Places];
        var known = place;
        return known is not null && Ascii.Equals(utf8, known) ? known : place = Encoding.UTF8.GetString(utf8);
    }

    /// <summary>Spreads short texts over a table (FNV-1a).</summary>
    internal static uint Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = 2166136261u;
        foreach (var letter in utf8)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        return hash ^ (hash >> 15);
    }
}
