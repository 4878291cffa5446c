using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Freshet.Benchmarks.Load;

/// <summary>
/// Waits for many sockets on one thread, by Linux's <c>epoll</c>. The runtime's own asynchronous sockets would do, but they hand every
/// answer to the thread pool: on a machine of two cores that costs about as much as the service that is measured.
/// </summary>
internal sealed partial class Epoll : IDisposable
{
    private const int Add = 1;
    private const int Modify = 3;
    private const uint Readable = 1;
    private const uint Writable = 4;

    // struct epoll_event is packed on x64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private readonly int descriptor;
    private readonly byte[] events;

    public Epoll(int maxEvents)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("The load generator uses epoll: run the benchmarks on Linux (a container or WSL will do).");
        }

        descriptor = Checked(EpollCreate(0), "epoll_create1");
        events = new byte[maxEvents * EventSize];
    }

    /// <summary>Watches a socket for what it receives.</summary>
    /// <param name="socket">The socket's descriptor.</param>
    /// <param name="key">Given back by <see cref="Key"/>.</param>
    public void Watch(nint socket, int key) => Control(Add, socket, key, Readable);

    /// <summary>Says whether the socket is also watched for room to send.</summary>
    public void WatchRoom(nint socket, int key, bool wanted) => Control(Modify, socket, key, wanted ? Readable | Writable : Readable);

    /// <summary>Waits until something happens and says for how many sockets.</summary>
    /// <param name="milliseconds">At most; 0 only looks.</param>
    public int Wait(int milliseconds)
    {
        var count = EpollWait(descriptor, events, events.Length / EventSize, milliseconds);
        return count >= 0 || Marshal.GetLastPInvokeError() == Errno.Interrupted ? Math.Max(count, 0) : Checked(count, "epoll_wait");
    }

    /// <summary>The key of the socket at this place of the last <see cref="Wait"/>.</summary>
    public int Key(int index) => BinaryPrimitives.ReadInt32LittleEndian(events.AsSpan((index * EventSize) + EventSize - 8));

    public void Dispose() => Checked(Close(descriptor), "close");

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    private void Control(int operation, nint socket, int key, uint interest)
    {
        Span<byte> change = stackalloc byte[16];
        change.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(change, interest);
        BinaryPrimitives.WriteInt32LittleEndian(change[(EventSize - 8)..], key);
        Checked(EpollControl(descriptor, operation, (int)socket, change), "epoll_ctl");
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int descriptor, Span<byte> change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, [Out] byte[] events, int maxEvents, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
