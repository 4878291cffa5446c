using System.Text;

namespace Freshet.Ingress.Verifying;

/// <summary>The address as HubSpot signs it: the escapes of these characters are undone, and no others.</summary>
public static class HubSpotAddress
{
    private const string Decoded = ":/?@!$'()*,;";

    public static string Decode(string address)
    {
        if (!address.Contains('%'))
        {
            return address;
        }

        var text = new StringBuilder(address.Length);
        for (var i = 0; i < address.Length; i++)
        {
            if (CharacterAt(address, i) is { } character)
            {
                text.Append(character);
                i += 2;
            }
            else
            {
                text.Append(address[i]);
            }
        }

        return text.ToString();
    }

    private static char? CharacterAt(string address, int at) =>
        address[at] == '%' && at + 2 < address.Length
        && byte.TryParse(address.AsSpan(at + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var code)
        && Decoded.Contains((char)code)
            ? (char)code
            : null;
}
