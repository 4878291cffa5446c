using System.Net;

namespace Freshet.Benchmarks.Load;

/// <summary>One kept-alive connection with at most one request under way.</summary>
internal sealed class LoadConnection(IPEndPoint address) : IDisposable
{
    private readonly RawSocket socket = new(address);
    private byte[] buffer = new byte[16 * 1024];
    private int filled;
    private ReadOnlyMemory<byte> unsent;

    public nint Descriptor => socket.Descriptor;

    public bool IsBusy { get; private set; }

    /// <summary>Whether the rest of the request waits for room.</summary>
    public bool IsSending => !unsent.IsEmpty;

    /// <summary>A <see cref="System.Diagnostics.Stopwatch"/> timestamp: when the first byte of the request went out.</summary>
    public long SentAt { get; private set; }

    /// <summary>Which request of the tape it is.</summary>
    public int Request { get; private set; }

    public void Start(int request, ReadOnlyMemory<byte> bytes, long now)
    {
        (Request, SentAt, IsBusy, unsent, filled) = (request, now, true, bytes, 0);
        Send();
    }

    /// <summary>Sends as much as the system takes.</summary>
    public void Send()
    {
        while (!unsent.IsEmpty && socket.Send(unsent.Span) is > 0 and var sent)
        {
            unsent = unsent[sent..];
        }
    }

    /// <summary>Reads what has come. When that completes the response, the connection is free again.</summary>
    public Response Receive()
    {
        if (filled == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        filled += socket.Receive(buffer.AsSpan(filled));
        var response = ResponseReader.Read(buffer.AsSpan(0, filled));
        IsBusy = !response.IsComplete;
        return response;
    }

    public ReadOnlySpan<byte> Body(Response response) => buffer.AsSpan(response.BodyStart, response.Length - response.BodyStart);

    public void Dispose() => socket.Dispose();
}
