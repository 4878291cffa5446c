using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Freshet.Benchmarks.References;

/// <summary>How events of the benchmark <c>live</c> say their number: as the customer's loyalty points.</summary>
internal static class LiveMessages
{
    /// <summary>Customers in turn, so that none changes twice within seconds and no change is folded into another.</summary>
    public const int Customers = 5_000;

    /// <summary>What the bare chain sends first.</summary>
    public static readonly byte[] Ready = "{}"u8.ToArray();

    private static ReadOnlySpan<byte> Before => "\"points\":"u8;

    /// <summary>The number in a webhook's body or in a message of the bare chain; -1 when it has none.</summary>
    public static long NumberOf(ReadOnlySpan<byte> json) =>
        json.IndexOf(Before) is >= 0 and var place && Utf8Parser.TryParse(json[(place + Before.Length)..], out long number, out _) ? number : -1;

    public static byte[] Message(long number) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"points":{{number}}}"""));
}
