namespace Freshet.Profiles.Sealing;

/// <summary>
/// Which profile keys may keep their cipher object: the latest so many. A batch opens a profile, writes it and seals its events within
/// milliseconds, and making the object costs more than using it; but it holds native memory, so not every key in memory may have one.
/// </summary>
internal static class SpareCiphers
{
    private const int Capacity = 2048;

    private static readonly DataKey?[] Keepers = new DataKey?[Capacity];
    private static uint last;

    /// <summary>The key may keep its cipher until so many others have come after it.</summary>
    /// <remarks>
    /// A plain read and write. With <c>Interlocked.Exchange</c> on the array's element, loading a million profiles broke off within minutes (three
    /// runs of three, access violation or null reference right here, .NET 10.0). Should two threads ever meet in one place, a whole round
    /// apart, one key keeps its cipher until the collector takes the key.
    /// </remarks>
    public static void Keep(DataKey key)
    {
        ref var place = ref Keepers[Interlocked.Increment(ref last) % Capacity];
        var before = Volatile.Read(ref place);
        Volatile.Write(ref place, key);
        before?.DropCipher();
    }
}
