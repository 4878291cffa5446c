using Freshet.Testing;

namespace Freshet.Chaos.Faults;

/// <summary>The ways in which a link can suffer, by name.</summary>
internal static class LinkFaults
{
    /// <summary>Between a host and a server. No corruption here: a changed byte in a statement is a different statement, and nothing in the house promises
    /// to notice that without TLS.</summary>
    public static IReadOnlyList<string> OfServers { get; } = ["slow", "narrow", "black-hole", "reset", "reply-lost"];

    /// <summary>Between senders and Ingress.</summary>
    public static IReadOnlyList<string> OfSenders { get; } = ["slow", "reset", "reply-lost", "black-hole"];

    public static void Apply(FaultProxy proxy, string name)
    {
        (proxy.ToServer, proxy.ToClient) = Of(name);
        if (name == "cut")
        {
            proxy.Cut();
        }
    }

    private static (LinkFault ToServer, LinkFault ToClient) Of(string name) => name switch
    {
        "slow" => Both(new LinkFault { Latency = TimeSpan.FromMilliseconds(100), Jitter = TimeSpan.FromMilliseconds(400) }),
        "narrow" => Both(new LinkFault { BytesPerSecond = 1_000 }),
        "black-hole" => Both(new LinkFault { IsBlackHole = true }),
        "reset" => Both(new LinkFault { ResetChance = 0.1 }),
        "reply-lost" => (LinkFault.None, new LinkFault { IsLost = true }),
        "corrupt" => (new LinkFault { CorruptionChance = 0.2 }, LinkFault.None),
        "cut" => Both(LinkFault.None),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such fault of a link."),
    };

    private static (LinkFault ToServer, LinkFault ToClient) Both(LinkFault fault) => (fault, fault);
}
