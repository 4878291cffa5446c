using System.Globalization;

namespace Freshet.Profiles.Screening;

/// <summary>Looks through the escapes of a JSON text that a reader has already found well-formed.</summary>
internal static class EscapedText
{
    public enum Fault
    {
        None = 0,
        Nul,
        LoneSurrogate,
    }

    public static Fault Find(ReadOnlySpan<byte> text)
    {
        var awaitsLowSurrogate = false;
        while (true)
        {
            var escape = text.IndexOf((byte)'\\');
            if (awaitsLowSurrogate && escape != 0)
            {
                return Fault.LoneSurrogate;
            }

            if (escape < 0)
            {
                return Fault.None;
            }

            text = text[(escape + 1)..];
            var unit = text[0] == (byte)'u' ? Hex(text.Slice(1, 4)) : char.MaxValue;
            text = text[(text[0] == (byte)'u' ? 5 : 1)..];
            if (unit == '\0')
            {
                return Fault.Nul;
            }

            if (awaitsLowSurrogate != char.IsLowSurrogate(unit))
            {
                return Fault.LoneSurrogate;
            }

            awaitsLowSurrogate = char.IsHighSurrogate(unit);
        }
    }

    private static char Hex(ReadOnlySpan<byte> digits) =>
        (char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
