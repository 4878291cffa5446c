using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Freshet.Chaos.Attacks;

/// <summary>HTTP by hand: what no client library lets one send.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient client = new() { NoDelay = true };

    public static async Task<RawConnection> OpenAsync(Uri address, CancellationToken ct)
    {
        var connection = new RawConnection();
        await connection.client.ConnectAsync("127.0.0.1", address.Port, ct);
        return connection;
    }

    public Task WriteAsync(string text, CancellationToken ct) => WriteAsync(Encoding.Latin1.GetBytes(text), ct);

    public async Task WriteAsync(byte[] bytes, CancellationToken ct) => await client.GetStream().WriteAsync(bytes, ct);

    /// <summary>The status of the answer; 0: the connection was closed without one.</summary>
    public async Task<int> StatusAsync(CancellationToken ct)
    {
        var buffer = new byte[12];
        var read = 0;
        while (read < buffer.Length && await client.GetStream().ReadAsync(buffer.AsMemory(read), ct) is var more and > 0)
        {
            read += more;
        }

        return read == buffer.Length && int.TryParse(Encoding.ASCII.GetString(buffer, 9, 3), CultureInfo.InvariantCulture, out var status) ? status : 0;
    }

    public void Dispose() => client.Dispose();
}
