using System.Net;
using System.Net.Sockets;
using Freshet.ServiceDefaults.Reaching;

namespace Freshet.Ingress.Tests.Hosting;

public sealed class ReachabilityTests
{
    [Fact]
    public async Task Waiting_ends_soon_after_the_server_is_back()
    {
        using var server = new TcpListener(IPAddress.Loopback, FreePort());
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        var waiting = Reachability.WaitAsync("127.0.0.1", port, TimeSpan.FromMinutes(5), TimeProvider.System, TestContext.Current.CancellationToken);

        waiting.IsCompleted.ShouldBeFalse();
        server.Start();

        await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Patience_ends_and_so_does_the_host_without_a_failure()
    {
        using var stop = new CancellationTokenSource();
        var forever = Reachability.WaitAsync("127.0.0.1", FreePort(), TimeSpan.FromMinutes(5), TimeProvider.System, stop.Token);

        await Reachability.WaitAsync("127.0.0.1", FreePort(), TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
        await stop.CancelAsync();

        await forever.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
