using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Freshet.Chaos.Hosting;
using Freshet.Testing.Drivers;

namespace Freshet.Chaos.Attacks;

/// <summary>Bodies that are too large, too deep, packed a thousandfold, cut into single bytes, or ambiguous. Each has to be refused with a 4xx.</summary>
internal sealed class BodyAttack(ChaosInstallation installation) : Attack
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly string Key = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Installation.WriteKey}:"));

    private static readonly Dictionary<string, byte[]> Requests = new()
    {
        ["10 MB"] = Post("", Call(new string('x', 10_000_000))),
        ["100,000 deep"] = Post("", Encoding.ASCII.GetBytes($"{new string('[', 100_000)}{new string(']', 100_000)}")),
        ["a million keys"] = Post("", Encoding.ASCII.GetBytes($"{{{string.Join(',', Enumerable.Range(0, 1_000_000).Select(key => $"\"{key}\":0"))}}}")),
        ["gzip bomb"] = Post("Content-Encoding: gzip\r\n", Bomb()),
        ["two lengths"] = Ambiguous(),
        ["no UTF-8"] = Post("", [.. "{\"userId\":\""u8, 0xff, 0xfe, .. "\"}"u8]),
        ["no JSON"] = Post("", "{"u8.ToArray()),
    };

    protected override async Task RunAsync(CancellationToken stop)
    {
        var dripping = DripAsync(stop);
        while (!stop.IsCancellationRequested)
        {
            foreach (var (name, request) in Requests)
            {
                await TryAsync(name, (connection, ct) => connection.WriteAsync(request, ct), stop);
                await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await dripping;
    }

    protected override bool IsWrong(string answer) => !answer.EndsWith(" 0", StringComparison.Ordinal) && !answer.Contains(" 4", StringComparison.Ordinal);

    // A chunk of one byte each second: below the least rate, so it has to be cut off.
    private async Task DripAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await TryAsync("one byte a second", async (connection, ct) =>
            {
                await connection.WriteAsync($"POST /v1/track HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {Key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", ct);
                for (var second = 0; second < 12; second++)
                {
                    await connection.WriteAsync("1\r\n{\r\n", ct);
                    await Task.Delay(TimeSpan.FromSeconds(1), ct);
                }
            }, stop);
        }
    }

    private async Task TryAsync(string name, Func<RawConnection, CancellationToken, Task> write, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            using var connection = await RawConnection.OpenAsync(installation.IngressAddress, limit.Token);
            var answer = connection.StatusAsync(limit.Token);
            await write(connection, limit.Token);
            Count($"{name} {await answer}");
        }
        catch (Exception end) when (end is IOException or SocketException)
        {
            // Cut off while still sending: a refusal, though one without words.
            Count($"{name} 0");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    private static byte[] Call(string text) => Encoding.ASCII.GetBytes($$$"""{"type":"track","event":"A","userId":"b","properties":{"c":"{{{text}}}"}}""");

    private static byte[] Post(string headers, byte[] body) =>
    [
        .. Encoding.ASCII.GetBytes($"POST /v1/track HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {Key}\r\nContent-Type: application/json\r\n{headers}Content-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];

    private static byte[] Ambiguous() => Encoding.ASCII.GetBytes(
        $"POST /v1/track HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {Key}\r\nContent-Type: application/json\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG");

    private static byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(Call(new string('x', 100_000_000)));
        }

        return packed.ToArray();
    }
}
