using System.Collections.Frozen;

namespace Freshet.Profiles.Mapping;

/// <summary>How many digits after the point a currency has (ISO 4217).</summary>
internal static class Currencies
{
    private static readonly FrozenSet<string> None = new[]
    {
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Three = new[] { "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Two, unless the standard says otherwise.</summary>
    /// <param name="code">Three letters, in any case.</param>
    public static int Digits(string code) => None.Contains(code) ? 0 : Three.Contains(code) ? 3 : 2;
}
