using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Aspire.Hosting.Running;

/// <summary>
/// Hands out free ports. They are drawn at random below the range that the kernel uses for outgoing connections, so that
/// neither those nor another AppHost that starts at the same time take one between here and its use.
/// </summary>
internal sealed class PortAllocator
{
    private const int First = 15_000;
    private const int AfterLast = 31_000;
    private const int Attempts = 500;
    private readonly HashSet<int> _given = [];
    private readonly Lock _gate = new();

    public int Next()
    {
        lock (_gate)
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var port = RandomNumberGenerator.GetInt32(First, AfterLast);
                if (_given.Add(port) && IsFree(port))
                {
                    return port;
                }
            }
        }

        throw new DistributedApplicationException($"No free TCP port found between {First} and {AfterLast}.");
    }

    public static bool IsFree(int port)
    {
        try
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
