using System.Security.Cryptography;

namespace Freshet.Profiles.Sealing;

/// <summary>Random nonces, drawn from the system many at a time because each draw costs as much as sealing a small value. None is given twice:
/// what was given is behind the thread's own position.</summary>
internal static class Nonces
{
    private const int Drawn = 4096;

    [ThreadStatic]
    private static byte[]? random;

    [ThreadStatic]
    private static int next;

    public static void Fill(Span<byte> nonce)
    {
        random ??= new byte[Drawn];
        if (next == 0 || next + nonce.Length > Drawn)
        {
            RandomNumberGenerator.Fill(random);
            next = 0;
        }

        random.AsSpan(next, nonce.Length).CopyTo(nonce);
        next += nonce.Length;
    }
}
