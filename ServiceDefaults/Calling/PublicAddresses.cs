using System.Net;
using System.Net.Sockets;

namespace Freshet.ServiceDefaults.Calling;

/// <summary>Tells addresses of the internet from those of the network that a host stands in.</summary>
public static class PublicAddresses
{
    // https://www.iana.org/assignments/iana-ipv4-special-registry
    private static readonly IPNetwork[] Special4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/3"),
    ];

    // Everything public in IPv6 is in 2000::/3 (https://www.iana.org/assignments/iana-ipv6-special-registry). What carries an IPv4 address inside
    // (6to4, Teredo, NAT64, mapped, compatible) could carry a private one.
    private static readonly IPNetwork Public6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] Special6 =
        [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("3fff::/20")];

    public static bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Array.Exists(Special4, network => network.Contains(plain)),
            AddressFamily.InterNetworkV6 => Public6.Contains(plain) && !Array.Exists(Special6, network => network.Contains(plain)),
            _ => false,
        };
    }
}
