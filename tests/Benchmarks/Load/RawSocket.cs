using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Freshet.Benchmarks.Load;

/// <summary>A connected TCP socket whose calls return at once and go straight to the system.</summary>
internal sealed partial class RawSocket : IDisposable
{
    private const int NoSignal = 0x4000;
    private readonly Socket socket;

    public RawSocket(IPEndPoint address)
    {
        socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address);
        socket.Blocking = false;
    }

    public nint Descriptor => socket.Handle;

    /// <summary>How many bytes the system took; 0 when it has no room.</summary>
    public int Send(ReadOnlySpan<byte> bytes) => Result(Send(Descriptor, bytes, bytes.Length, NoSignal), "send");

    /// <summary>How many bytes came; 0 when none has yet.</summary>
    /// <exception cref="IOException">The other side closed the connection.</exception>
    public int Receive(Span<byte> buffer)
    {
        var count = Receive(Descriptor, buffer, buffer.Length, 0);
        return count == 0 ? throw new IOException("The server closed a connection that was to be kept alive.") : Result(count, "recv");
    }

    public void Dispose() => socket.Dispose();

    private static int Result(nint count, string call)
    {
        if (count >= 0)
        {
            return (int)count;
        }

        var error = Marshal.GetLastPInvokeError();
        return error is Errno.Again or Errno.Interrupted ? 0 : throw new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(nint descriptor, ReadOnlySpan<byte> bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(nint descriptor, Span<byte> buffer, nint length, int flags);
}

/// <summary>The two of Linux's error numbers that are none.</summary>
internal static class Errno
{
    public const int Interrupted = 4;
    public const int Again = 11;
}
