using System.Net.Sockets;
using Freshet.Chaos.Hosting;

namespace Freshet.Chaos.Attacks;

/// <summary>Six hundred connections that send a header or a byte of a body now and then. They have to be cut off, and good traffic must not wait behind them.</summary>
internal sealed class SlowRequestAttack(ChaosInstallation installation) : Attack
{
    private const int Connections = 600;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    private static readonly string[] Beginnings =
    [
        "POST /webhooks/demo HTTP/1.1\r\nHost: localhost\r\n",
        "POST /webhooks/demo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{",
    ];

    protected override Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, Connections).Select(number => HoldAsync(number, stop)));

    private async Task HoldAsync(int number, CancellationToken stop)
    {
        var isHeader = number % 2 == 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var connection = await RawConnection.OpenAsync(installation.IngressAddress, stop);
                await connection.WriteAsync(Beginnings[number % 2], stop);
                var answer = connection.StatusAsync(stop);
                while (!answer.IsCompleted)
                {
                    await Task.Delay(Beat, stop);
                    await connection.WriteAsync(isHeader ? "X-A: b\r\n" : " ", stop);
                }

                Count($"{(isHeader ? "slow header" : "slow body")} {await answer}");
            }
            catch (Exception end) when (end is IOException or SocketException)
            {
                Count(isHeader ? "slow header 0" : "slow body 0");
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                Count("held to the end of the run");
            }
        }
    }
}
