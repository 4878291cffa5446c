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
    public static void Keep(DataKey key) =>
        Interlocked.Exchange(ref Keepers[Interlocked.Increment(ref last) % Capacity], key)?.DropCipher();
}
